"""What stands for a number or an array in a drawing: its entries, three numbers, a heat map, or nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from autograd_lite.draw.blank import boxed
from autograd_lite.draw.heatmap import breadth, heatmap, thumbnail
from autograd_lite.draw.markup import font, plain, quantity, width
from autograd_lite.draw.numbers import FEW, Blank, is_scalar, number, rows, size, summary

if TYPE_CHECKING:
    from autograd_lite.draw.picture import Arrays, Picture, PictureEdge, Place

#: Up to so many entries are written out where numbers are asked for.
MANY = 100
#: Room to write a number by hand, in points.
HAND = (46, 24)


def few(arrays: Arrays) -> int:
    """Up to how many entries an array is written out."""
    return MANY if arrays == "numbers" else FEW


def amount(data: Any, color: str, arrays: Arrays = "auto", bold: bool = True) -> str:
    """The markup of a number or an array."""
    if isinstance(data, Blank):
        return boxed("", data.room, color)
    if data is None or is_scalar(data) or not size(data):
        return quantity(data, color)
    if arrays == "shape":
        return font("", color, 10)
    return heatmap(data, color) if arrays == "heatmap" else quantity(data, color, few(arrays), bold)


def at(picture: Picture, place: Place, data: Any, color: str) -> str:
    """The markup of a number or an array in its place: in a box where it answers what an exercise leaves blank."""
    said = amount(data, color, picture.arrays)
    is_answer = place in picture.blanks and not isinstance(data, Blank)
    return boxed(said, room(data, picture.arrays), color) if is_answer else said


def room(data: Any, arrays: Arrays) -> tuple[int, int]:
    """The room for a number or an array, written by hand or in print."""
    needed: tuple[int, int]
    if is_scalar(data):
        needed = width(number(data), 12) + 12, HAND[1]
    elif not size(data) or arrays == "shape":
        needed = HAND
    elif arrays == "heatmap":
        lines = len(thumbnail(data).cells)
        needed = breadth(data) + 24, 9 * lines + 48
    elif size(data) <= few(arrays):
        lines_of = rows(data)
        columns = [max(width(x, 10) + 4 for x in column) for column in zip(*lines_of, strict=True)]
        needed = sum(columns) + 14 * len(columns) + 12, 15 * len(lines_of) + 10
    else:
        needed = 110, 56
    return max(needed[0], HAND[0]), max(needed[1], HAND[1])


def entries(edge: PictureEdge, color: str, arrays: Arrays) -> tuple[str, int]:
    """The markup of a local derivative that is an array, beyond its formula, and about its width in points.

    Nothing where the formula says it all; three numbers on one line where there are many entries.
    """
    data = edge.entries
    if data is None or not size(data) or arrays == "shape" or same(data) is not None:
        return "", 0
    if arrays == "heatmap":
        return heatmap(data, color), breadth(data)
    if size(data) <= few(arrays):
        return quantity(data, color, few(arrays), False), max(width("00".join(line), 10) for line in rows(data))
    said = "  ".join(" ".join(pair) for pair in summary(data))
    return font(plain(said), color, 9), width(said, 9)


def same(data: Any) -> str | None:
    """The one number that all entries of an array are, as it is written; None where they differ."""
    if data is None or not size(data):
        return None
    array = np.asarray(data)
    return number(array.flat[0]) if bool(np.all(array == array.flat[0])) else None
