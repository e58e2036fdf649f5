"""Golden files of drawings: the lectures' graphs as text and as DOT, as they were looked at and found right.

When a drawing changes on purpose, `python -m tests.golden` writes them anew. Look at the pictures and read the
difference before it is kept; `test_draw_golden.py` checks the lectures' numbers in them independently.
"""

from collections.abc import Callable
from pathlib import Path

import autograd_lite as ag
from autograd_lite.draw import Picture
from tests import lectures

FOLDER = Path(__file__).parent / "golden"


def a1() -> Picture:
    return ag.draw(*lectures.a1(), title="A1")


def a1_backward() -> Picture:
    return ag.draw.backward(*lectures.a1(), title="A1, backwards")


def a1_exercise() -> Picture:
    return ag.draw(*lectures.a1(), blank="all", title="A1, to be filled in")


def a2() -> Picture:
    return ag.draw(*lectures.a2(), title="A2")


def b1() -> Picture:
    return ag.draw(*lectures.b1(), fold="names", title="B1")


PICTURES: dict[str, Callable[[], Picture]] = {
    "draw-a1": a1, "draw-a1-backward": a1_backward, "draw-a1-exercise": a1_exercise, "draw-a2": a2, "draw-b1": b1,
}  # fmt: skip


def contents() -> dict[str, str]:
    """The text of each golden file, as the library writes it now."""
    made = {}
    for name, draw in PICTURES.items():
        picture = draw()
        made[f"{name}.txt"] = f"{picture}\n"
        made[f"{name}.dot"] = picture.dot
    return made


if __name__ == "__main__":
    for name, text in contents().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
        print(f"wrote {name}")
