"""Thumbnails of arrays: a few cells, each as light as its number is large.

The colours run from dark blue through grey to pale yellow, with zero in the middle, so that a
print in grey keeps the order of the numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd_lite.draw.markup import HIDDEN, cell, font, plain, table, width
from autograd_lite.draw.numbers import dimensions, number

#: At most so many cells along either axis.
MOST = 12
#: The colours of the lowest number, of zero and of the highest, whose lightness rises evenly.
LOW, ZERO, HIGH = (0x20, 0x3A, 0x8C), (0xA3, 0xA3, 0xA3), (0xFF, 0xF3, 0xA6)
#: What stands in a cell that has no colour.
MARKS = {"nan": "×", "inf": "+", "-inf": "−"}
MARKED_CELL, MARK_INK, FRAME = "#ffffff", "#c22f22", "#52606d"
#: The sides of a cell in points, and how many cells show the scale.
CELL, SCALE_CELLS = 9, 5


@dataclass(frozen=True)
class Thumbnail:
    """An array in a few cells.

    Attributes
    ----------
    cells : line by line, the colour of each cell, or the mark in one that is nan or infinite.
    limit : the number whose colour is the lightest; its negative has the darkest, zero the one between.
    block : how many entries down and across a cell is the mean of; (1, 1) where each has its own.
    """

    cells: tuple[tuple[str, ...], ...]
    limit: float
    block: tuple[int, int]


def thumbnail(data: Any) -> Thumbnail:
    """The cells of an array: its last axis across, the others down; means of blocks where there are many.

    >>> thumbnail([[0.0, 2.0], [-2.0, float("nan")]])
    Thumbnail(cells=(('#a3a3a3', '#fff3a6'), ('#203a8c', '×')), limit=2.0, block=(1, 1))
    """
    array = np.asarray(data).astype(np.float64)
    lines = array.reshape(-1, array.shape[-1] if array.ndim else 1)
    block = tuple(-(-n // MOST) for n in lines.shape)
    with np.errstate(all="ignore"):
        for axis, n in enumerate(block):
            starts = np.arange(0, lines.shape[axis], n)
            lengths = np.diff(np.append(starts, lines.shape[axis])).reshape((-1, 1) if axis == 0 else (1, -1))
            # Divided before, a sum of the largest numbers is no overflow.
            lines = np.add.reduceat(lines / n, starts, axis=axis) * (n / lengths) if n > 1 else lines
    finite = lines[np.isfinite(lines)]
    limit = float(np.abs(finite).max()) if finite.size else 0.0
    return Thumbnail(
        tuple(tuple(_shade(x, limit) for x in line) for line in lines.tolist()), limit, (block[0], block[1])
    )


def heatmap(data: Any, color: str) -> str:
    """An array as a table of coloured cells above its scale, in the markup of Graphviz's labels.

    With the colour of what is not seen, the same room is left empty.
    """
    seen = color != HIDDEN
    small = thumbnail(data)
    cells = [[_cell(shade if seen else "") for shade in line] for line in small.cells]
    flat = "nothing finite" if all(shade in MARKS.values() for line in small.cells for shade in line) else "all 0"
    rows = [[cell(_tight(cells, FRAME if seen else HIDDEN))], [cell(_scale(small.limit, flat, color, seen))]]
    if small.block != (1, 1):
        rows.append([cell(font(f"means of {dimensions(small.block)}", color, 7))])
    return table(rows, 1)


def shade(share: float) -> str:
    """The colour of a number, given as its share of the limit, from -1 to 1.

    >>> shade(-1.0), shade(0.0), shade(0.5)
    ('#203a8c', '#a3a3a3', '#d1cba4')
    """
    end = HIGH if share > 0 else LOW
    mixed = (round(zero + (most - zero) * abs(share)) for zero, most in zip(ZERO, end, strict=True))
    return "#" + "".join(f"{part:02x}" for part in mixed)


def _shade(x: float, limit: float) -> str:
    return shade(x / limit if limit else 0.0) if np.isfinite(x) else MARKS[str(x)]


def _cell(content: str) -> str:
    size: dict[str, str | int] = {"fixedsize": "true", "width": CELL, "height": CELL}
    if content in MARKS.values():
        return cell(font(content, MARK_INK, 7, bold=True), **size, bgcolor=MARKED_CELL)
    return cell("", **size, **({"bgcolor": content} if content else {}))


def breadth(data: Any) -> int:
    """About how many points a heat map is wide."""
    small = thumbnail(data)
    scale = SCALE_CELLS * CELL + sum(width(number(x), 8) for x in (-small.limit, small.limit)) + 12
    return max(len(small.cells[0]) * CELL + 2, scale)


def _tight(lines: list[list[str]], color: str = "") -> str:
    """Cells side by side, in a frame where it has a colour: a table of fixed size is not stretched to its room."""
    border = 1 if color else 0
    body = "".join(f"<TR>{''.join(line)}</TR>" for line in lines)
    return (
        f'<TABLE BORDER="{border}" COLOR="{color or HIDDEN}" CELLBORDER="0" CELLSPACING="0" CELLPADDING="0" '
        f'FIXEDSIZE="true" WIDTH="{len(lines[0]) * CELL + 2 * border}" HEIGHT="{len(lines) * CELL + 2 * border}">'
        f"{body}</TABLE>"
    )


def _scale(limit: float, said: str, color: str, seen: bool) -> str:
    """The numbers at the ends of the scale, and its colours between them; in its place what is said of no scale."""
    if not limit:
        return font(said, color, 8)
    middle = SCALE_CELLS // 2
    bar = _tight([[_cell(shade(i / middle - 1) if seen else "") for i in range(SCALE_CELLS)]])
    low, high = (font(plain(number(x)), color, 8) for x in (-limit, limit))
    return table([[cell(low, align="RIGHT", cellpadding=2), cell(bar), cell(high, align="LEFT", cellpadding=2)]])
