"""Which demos there are, and what their scripts say of themselves before they are run."""

import ast
import inspect
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent

#: The lectures' chapters and the demos of each, in order.
CHAPTERS: dict[str, tuple[str, ...]] = {
    "A. Computational graphs": ("a1", "a2", "a3", "a4"),
    "B. Back-propagation by hand": ("b1", "b2"),
    "C. Gradient descent, seen": ("c1", "c2", "c3", "c4"),
    "D. Networks trained": ("d1", "d2", "d3", "d4", "d5", "d6"),
    "E. Training in practice": ("e1", "e2", "e3", "e4", "e5", "e6", "e7"),
    "Beyond the lectures": ("check", "digits", "transformer", "lstm", "physics"),
}
#: The short tour.
TOUR = ("a1", "b1", "check", "digits", "e4")


def names() -> list[str]:
    """All demos, chapter by chapter."""
    return [name for chapter in CHAPTERS.values() for name in chapter]


def script(name: str) -> Path:
    """The file of a demo."""
    return FOLDER / f"{name}.py"


@cache
def cells(name: str) -> list[tuple[str, str]]:
    """The cells of a script in order: `("text", markdown)` and `("code", source)`."""
    found: list[tuple[str, list[str]]] = []
    for line in script(name).read_text(encoding="utf-8").splitlines():
        if line.startswith("# %%"):
            found.append(("text" if "[markdown]" in line else "code", []))
        elif found:
            kind, lines = found[-1]
            lines.append(line.removeprefix("#").removeprefix(" ") if kind == "text" else line)
    return [(kind, "\n".join(lines).strip()) for kind, lines in found]


def running(name: str) -> int | None:
    """Which cell of a demo's script runs at present, counted from 0; None where none does."""
    frame = inspect.currentframe()
    while frame and (frame.f_code.co_name, frame.f_code.co_filename) != ("<module>", str(script(name))):
        frame = frame.f_back
    if frame is None:
        return None
    return sum(start <= frame.f_lineno for start in starts(name)) - 1


@cache
def starts(name: str) -> list[int]:
    """The line at which each cell begins, counted from 1."""
    lines = script(name).read_text(encoding="utf-8").splitlines()
    return [number for number, line in enumerate(lines, 1) if line.startswith("# %%")]


def title(name: str) -> str:
    """The heading of the first cell."""
    return cells(name)[0][1].splitlines()[0].removeprefix("# ")


def options(name: str) -> dict[str, Any]:
    """The options of a demo with their values, as its `Lesson(...)` gives them; `quick` among them."""
    for node in ast.walk(ast.parse(script(name).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Lesson":
            return {option.arg: ast.literal_eval(option.value) for option in node.keywords if option.arg}
    raise ValueError(f"demos: {script(name).name} makes no Lesson.")
