"""The gallery: one page that lists all demos, and a page for each that has run. It opens without a server.

`demos/out/index.html` and `demos/out/NAME/index.html` come from the `lesson.json` that each run leaves in its folder
(see demos/play.py). The same runs give the same bytes.
"""

import json
import os
from pathlib import Path
from typing import Any

from demos import lesson
from demos.catalogue import names
from demos.gallery.contents import contents
from demos.gallery.story import story

#: What a page needs of a run.
KEYS = {"name", "title", "quick", "options", "pictures", "figures", "printed", "seconds", "cells"}


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
            except ValueError:
                damaged.add(name)
    order = list(runs)
    for i, name in enumerate(order):
        before, after = order[i - 1] if i else None, order[i + 1] if i + 1 < len(order) else None
        put(lesson.OUT / name / "index.html", story(runs, name, before, after))
    page = lesson.OUT / "index.html"
    put(page, contents(runs, damaged))
    return page


def read(told: Path) -> dict[str, Any]:
    """What a run has left. Raises `ValueError` where it is no JSON or lacks something."""
    run = json.loads(told.read_text(encoding="utf-8"))
    if not isinstance(run, dict) or not run.keys() >= KEYS:
        raise ValueError(f"{told} was written by another version; run the demo again.")
    return run


def put(path: Path, html: str) -> None:
    """Write a file whole or not at all: under another name, which is then changed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_text(html, encoding="utf-8", newline="\n")
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)
