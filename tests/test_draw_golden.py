"""Golden files: drawings as they were looked at; and the lectures' numbers in them, checked independently."""

import re

import numpy as np
import pytest

from autograd_lite.draw.names import spelled
from autograd_lite.draw.numbers import number
from tests import golden, lectures

#: name = expression = value, gradient; after the number of the line.
LINE = re.compile(r"\s*\d+  (?P<name>\S+).*?=  (?P<value>[^=]*?)(?:\s+gradient (?P<gradient>.+))?$")


def kept(name: str) -> str:
    return (golden.FOLDER / name).read_text(encoding="utf-8")


def listed(name: str) -> dict[str, tuple[str, str]]:
    """The value and the gradient of each node, as the golden text has them."""
    found = [LINE.match(line) for line in kept(name).splitlines()[2:]]
    return {m["name"]: (m["value"].strip(), m["gradient"] or "") for m in found if m}


@pytest.mark.parametrize("name", sorted(golden.contents()))
def test_drawings_are_as_they_were_looked_at(name: str) -> None:
    assert golden.contents()[name] == kept(name), (
        f"{name} has changed. If it is meant to, look at the picture, run `python -m tests.golden` and read the "
        "difference."
    )


@pytest.mark.parametrize("example", ["a1", "b1"])
def test_the_lectures_numbers_are_in_the_text(example: str) -> None:
    """To the four digits that drawings write, from the figures that the lectures print to six."""
    found = listed(f"draw-{example}.txt")
    for name, value in lectures.VALUES[example].items():
        assert found[spelled(name)][0] == number(value)
    for name, gradient in lectures.GRADIENTS[example].items():
        assert found[spelled(name)][1] == number(gradient)


@pytest.mark.parametrize("example", ["a1", "b1"])
def test_the_lectures_numbers_are_in_the_drawing(example: str) -> None:
    dot = kept(f"draw-{example}.dot")
    figures = [*lectures.VALUES[example].values(), *lectures.GRADIENTS[example].values()]
    assert not [x for x in figures if f"<B>{number(x)}</B>" not in dot]


def test_a2_in_its_golden_file() -> None:
    """By the lecture: dc/dx = y, dc/dy = x, dc/dz = 1."""
    found = listed("draw-a2.txt")
    x, y, z = ([[float(n.replace("−", "-")) for n in row.split()] for row in found[name][0].strip("[]").split(";")]
               for name in "xyz")  # fmt: skip
    assert found["x"][1] == found["y"][0]
    assert found["y"][1] == found["x"][0]
    assert found["z"][1] == "[" + "; ".join(["1  1  1  1"] * 3) + "]"
    assert found["c"] == (number((np.multiply(x, y) + z).sum()), "1")


def test_a1_backwards_and_as_an_exercise() -> None:
    backward = listed("draw-a1-backward.txt")
    gradients = {f"∂g/∂{name}": number(x) for name, x in lectures.GRADIENTS["a1"].items()}
    assert {name: value for name, (value, _) in backward.items()} == gradients
    exercise = listed("draw-a1-exercise.txt")
    given = {"x": "1", "y": "3", "z": "−3"}
    assert {name: value for name, (value, _) in exercise.items()} == given | {"p": "____", "g": "____"}
    assert {gradient for _, gradient in exercise.values()} == {"____"}
