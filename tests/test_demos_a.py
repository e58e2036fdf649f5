"""Demos A1 to A4, run small: the lectures' figures and what is drawn."""

from typing import Any


def test_a1(demo: Any) -> None:
    run = demo("a1")
    assert [row["what"] for row in run.lesson.figures] == ["p", "dg/dg", "dg/dz", "dg/dp", "dg/dx", "dg/dy"]
    assert all(row["agrees"] for row in run.lesson.figures)
    assert "x = 1, y = 3, z = -3, p = 4, g = -12" in run.lesson.printed
