"""The demos beyond the lectures, run small: what they learn."""

from typing import Any


def test_lstm_learns_to_copy(demo: Any) -> None:
    """In fewer steps than in the demo it is on the way: far above guessing, a quarter."""
    assert demo("lstm").share > 0.6


def test_transformer_learns_a_text(demo: Any) -> None:
    run = demo("transformer")
    assert run.losses[-1] < 0.5
    words = run.written.removeprefix("the gradient of a ").split()
    assert len(set(words) & set(run.TEXT.split())) >= 4
