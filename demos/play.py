"""Runs a demo's script and keeps what the gallery tells of the run."""

import contextlib
import io
import json
import runpy
import sys
import time
from typing import Any, TextIO

from demos.catalogue import script, title
from demos.lesson import GIVEN


def play(name: str, **given: Any) -> dict[str, Any]:
    """Run a demo with these values of its options; `quick=True` for a short run. Gives all names of the script.

    `lesson.json` in its folder then tells of title, options, pictures, figures, what was printed, and seconds.
    """
    token = GIVEN.set(given)
    printed = Both(sys.stdout)
    start = time.perf_counter()
    try:
        with contextlib.redirect_stdout(printed):
            found: dict[str, Any] = runpy.run_path(str(script(name)), run_name=f"demos.{name}")
    finally:
        GIVEN.reset(token)
    lesson = found["lesson"]
    lesson.printed = printed.kept.getvalue()
    told = {
        "name": name, "title": title(name), "quick": bool(given.get("quick")), "options": lesson.options,
        "pictures": lesson.pictures, "figures": lesson.figures, "printed": lesson.printed,
        "seconds": round(time.perf_counter() - start, 1),
    }  # fmt: skip
    (lesson.out / "lesson.json").write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return found


class Both(io.TextIOBase):
    """Text goes to a stream and is kept."""

    def __init__(self, stream: TextIO) -> None:
        self.stream, self.kept = stream, io.StringIO()

    def write(self, text: str) -> int:
        self.kept.write(text)
        return self.stream.write(text)

    def flush(self) -> None:
        self.stream.flush()
