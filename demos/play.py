"""Runs a demo's script and keeps what the gallery tells of the run."""

import contextlib
import io
import json
import runpy
import sys
import time
from typing import Any, TextIO

from autograd_lite.files import write_whole
from demos.catalogue import cells, running, script, title
from demos.lesson import GIVEN


def play(name: str, **given: Any) -> dict[str, Any]:
    """Run a demo with these values of its options; `quick=True` for a short run. Gives all names of the script.

    `lesson.json` in its folder then tells of title, options, pictures, figures, what was printed, and seconds, and of
    the script's cells as they were run, with what each printed.
    """
    token = GIVEN.set(given)
    printed = Both(sys.stdout, name)
    start = time.perf_counter()
    try:
        with contextlib.redirect_stdout(printed):
            found: dict[str, Any] = runpy.run_path(str(script(name)), run_name=f"demos.{name}")
    finally:
        GIVEN.reset(token)
    lesson = found["lesson"]
    lesson.printed = "".join(text for _, text in printed.kept)
    told = {
        "name": name, "title": title(name), "quick": bool(given.get("quick")), "options": lesson.options,
        "pictures": lesson.pictures, "figures": lesson.figures, "printed": lesson.printed,
        "seconds": round(time.perf_counter() - start, 1),
        "cells": [
            {"kind": kind, "source": source, "printed": "".join(text for cell, text in printed.kept if cell == number)}
            for number, (kind, source) in enumerate(cells(name))
        ],
    }  # fmt: skip
    # The name of a folder may hold bytes that are no text; they become question marks.
    kept = (json.dumps(told, indent=1, ensure_ascii=False) + "\n").encode(errors="replace")
    write_whole(lesson.out / "lesson.json", kept)
    return found


class Both(io.TextIOBase):
    """Text goes to a stream and is kept, with the cell of the demo that prints it."""

    def __init__(self, stream: TextIO, name: str) -> None:
        self.stream, self.name = stream, name
        self.kept: list[tuple[int | None, str]] = []

    def write(self, text: str) -> int:
        self.kept.append((running(self.name), text))
        return self.stream.write(text)

    def flush(self) -> None:
        self.stream.flush()
