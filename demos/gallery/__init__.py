"""The gallery: one page that lists all demos, and a page for each that has run. It opens without a server.

`demos/out/index.html` and `demos/out/NAME/index.html` come from the `lesson.json` that each run leaves in its folder
(see demos/play.py). The same runs give the same bytes.
"""

import json
from pathlib import Path
from typing import Any

from autograd_lite.files import write_whole
from demos import lesson
from demos.catalogue import names
from demos.gallery.contents import contents
from demos.gallery.story import story

#: What a page needs of a run.
KINDS = {"name": str, "title": str, "options": dict, "seconds": int | float, "printed": str, "quick": object}
#: And of each picture, row of figures and cell: the texts that it has.
TEXTS = {
    "pictures": {"file", "caption"},
    "figures": {"what", "lecture", "here"},
    "cells": {"kind", "source", "printed"},
}


def write_gallery() -> Path:
    """Write the pages of all demos that have run, and `index.html`, which is returned.

    A run whose `lesson.json` is damaged counts as none: its card says how to run it again.
    """
    runs: dict[str, dict[str, Any]] = {}
    damaged: set[str] = set()
    for name in names():
        told = lesson.OUT / name / "lesson.json"
        if told.exists():
            try:
                runs[name] = read(told)
            except (ValueError, RecursionError, OSError):
                damaged.add(name)
    order = list(runs)
    for i, name in enumerate(order):
        before, after = order[i - 1] if i else None, order[i + 1] if i + 1 < len(order) else None
        write_whole(lesson.OUT / name / "index.html", story(runs, name, before, after).encode())
    page = lesson.OUT / "index.html"
    page.parent.mkdir(parents=True, exist_ok=True)
    write_whole(page, contents(runs, damaged).encode())
    return page


def read(told: Path) -> dict[str, Any]:
    """What a run has left. Raises `ValueError` where it is no JSON, or not of the form that a page needs."""
    run = json.loads(told.read_text(encoding="utf-8"))
    if not fits(run) or run["name"] != told.parent.name:
        raise ValueError(f"{told} was written by another version; run the demo again.")
    # Half a character, which JSON can say and a page cannot, is a ValueError too.
    json.dumps(run, ensure_ascii=False).encode()
    return run


def fits(run: Any) -> bool:
    """Whether it has all that a page needs, each of the right kind."""
    if not isinstance(run, dict) or not run.keys() >= KINDS.keys() | TEXTS.keys():
        return False
    lists = all(isinstance(run[key], list) and all(isinstance(part, dict) for part in run[key]) for key in TEXTS)
    return (
        lists
        and all(isinstance(run[key], kind) for key, kind in KINDS.items())
        and all(isinstance(part.get(text), str) for key, texts in TEXTS.items() for part in run[key] for text in texts)
        and all("agrees" in row for row in run["figures"])
        # The name of a file beside the page.
        and all(shown["file"].isprintable() and 0 < len(shown["file"]) < 200 for shown in run["pictures"])
        and all(Path(shown["file"]).name == shown["file"] for shown in run["pictures"])
    )
