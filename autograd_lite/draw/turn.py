"""The turn of a node in the backward pass: a number in a circle beside its gradient."""

from __future__ import annotations

from typing import Any

from autograd_lite.draw.markup import cell, font, table, width
from autograd_lite.draw.numbers import is_scalar, number

#: The height of a circle, and of a line with one in it, in points.
CIRCLE, LINE = 15, 22


def after_turn(turn: int, said: str, data: Any, color: str, boxed: bool) -> str:
    """The markup `said` of a gradient `data`, perhaps in a box, after its turn."""
    text = str(turn)
    across = 9 + 6 * max(len(text) - 1, 1)
    circle = cell(font(text, color, 8), border=1, style="ROUNDED", color=color, fixedsize="true", width=across,
                  height=CIRCLE)  # fmt: skip
    badge = _fixed([circle], across, CIRCLE)
    if boxed or not is_scalar(data):
        return table([[cell(badge, align="RIGHT"), cell(said, align="LEFT")]], 0, 3)
    # Bold figures are a tenth wider than others.
    room = round(1.1 * width(number(data), 12)) + 4
    return _fixed([cell(badge), cell("", width=3), cell(said, align="LEFT", width=room)], across + 3 + room, LINE)


def _fixed(cells: list[str], width: int, height: int) -> str:
    """Cells side by side, whatever the room: other tables are stretched to it."""
    return (
        '<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="0" FIXEDSIZE="true" '
        f'WIDTH="{width}" HEIGHT="{height}"><TR>{"".join(cells)}</TR></TABLE>'
    )
