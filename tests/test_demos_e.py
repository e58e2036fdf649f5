"""Demos E1 to E7, run small: what they learn and what is drawn."""

from typing import Any


def test_e4(demo: Any) -> None:
    """Each sigmoid takes at least three quarters of the gradient's slope; ReLU leaves it what it was."""
    run = demo("e4")
    assert run.lost["Sigmoid"] > 100_000
    assert run.lost["ReLU"] < 1_000
