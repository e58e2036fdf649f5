"""What is asked for in a picture besides its graph: how arrays look, and the order of the backward pass."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, get_args

from autograd_lite.draw.exercise import exercise
from autograd_lite.draw.picture import Arrays, Picture
from autograd_lite.errors import ArgumentValueError, KindError, describe
from autograd_lite.graph import Node


def dressed(arrays: Any, order: Any, blank: Any, name_of: Callable[[Node], str | None]) -> Callable[[Picture], Picture]:
    """What gives a picture these options. They are checked now, before there is a picture."""
    if arrays not in get_args(Arrays):
        raise ArgumentValueError(f"draw: arrays={arrays!r} is none of {', '.join(map(repr, get_args(Arrays)))}.")
    if not isinstance(order, bool):
        raise KindError(f"draw: order= takes True or False, got {describe(order)}.")

    def dress(picture: Picture) -> Picture:
        picture = replace(picture, arrays=arrays, order=order)
        return picture if blank is None else exercise(picture, blank, name_of)

    return dress
