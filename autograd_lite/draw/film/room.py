"""One layout for many drawings of one graph: each number has the room that its widest neighbour in time takes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Set
from html import unescape

from autograd_lite.draw.markup import CHANGED, width

#: What a drawing says of one node or of one label.
STATEMENT = re.compile(r"^(\t+)([ne]\d+) \[label=<(.*)> (id=.*)\]$", re.MULTILINE)
NUMBER_CELL, BOX_CELL = '<TD CELLPADDING="2">', '<TD PORT="box"'
SIDE_CELL = '<TD ROWSPAN="3" CELLPADDING="3">'
LINE_WIDTH = re.compile(r'(<TD PORT="line" HEIGHT="1" WIDTH=")(\d+)"')
RUN = re.compile(r'POINT-SIZE="(\d+)">(<B>)?([^<]*)')
#: How much wider than its estimate a text may be, in bold and plain.
BOLD, PLAIN = 1.16, 1.06

#: The least widths of the cells of a statement, by its name.
Room = dict[str, tuple[int, ...]]


def room(sources: Iterable[str]) -> Room:
    """The widths that hold the numbers of every one of these drawings, which are of one graph.

    >>> import autograd_lite as ag
    >>> x = ag.Value(1234.0, name="x")
    >>> sorted(room([ag.draw(x * 2).dot]))
    ['e1', 'n1', 'n2']
    """
    most: Room = {}
    for source in sources:
        for _, name, label, _ in STATEMENT.findall(source):
            needed = _needed(label)
            before = most.get(name, needed)
            if needed:
                most[name] = tuple(map(max, before, needed))
    return most


def widened(source: str, given: Room, changed: Set[str] = frozenset()) -> str:
    """A drawing with this room, and with a ground behind the values of these nodes."""

    def write(found: re.Match[str]) -> str:
        indent, name, label, rest = found.groups()
        if name in given:
            label = _with(label, given[name], name in changed)
        return f"{indent}{name} [label=<{label}> {rest}]"

    return STATEMENT.sub(write, source)


def breadth(markup: str) -> int:
    """About how wide the widest line of a label's markup is, rather more than less."""
    lines = re.split("<BR/>|</TR>", markup)
    return max(round(sum(map(_run, RUN.findall(line)))) for line in lines)


def _run(found: tuple[str, str, str]) -> float:
    points, bold, text = found
    return width(unescape(text), int(points)) * (BOLD if bold else PLAIN)


def _needed(label: str) -> tuple[int, ...]:
    """The widths that the cells of one label need; none where nothing in it changes."""
    if NUMBER_CELL in label and BOX_CELL in label:
        value, gradient = _cells(label)
        return breadth(label[value : label.index(BOX_CELL)]), breadth(label[gradient:])
    if line := LINE_WIDTH.search(label):
        return (max(int(line[2]), breadth(label)),)
    if SIDE_CELL in label:
        right = label.rindex(SIDE_CELL)
        return breadth(label[:right]), breadth(label[right:])
    return ()


def _with(label: str, widths: tuple[int, ...], changed: bool) -> str:
    """One label with cells of these widths."""
    if len(widths) == 1:
        return LINE_WIDTH.sub(lambda found: f'{found[1]}{widths[0]}"', label)
    if SIDE_CELL in label:
        start, before = label.rindex(SIDE_CELL), label.index(SIDE_CELL)
        label = label[:start] + _wide(SIDE_CELL, widths[1]) + label[start + len(SIDE_CELL) :]
        return label[:before] + _wide(SIDE_CELL, widths[0]) + label[before + len(SIDE_CELL) :]
    value, gradient = _cells(label)
    label = label[:gradient] + _wide(NUMBER_CELL, widths[1]) + label[gradient + len(NUMBER_CELL) :]
    ground = f' BGCOLOR="{CHANGED}" STYLE="ROUNDED"' if changed else ""
    return label[:value] + _wide(NUMBER_CELL, widths[0], ground) + label[value + len(NUMBER_CELL) :]


def _cells(label: str) -> tuple[int, int]:
    """Where the cells of the value and of the gradient begin: before the box and after it."""
    return label.index(NUMBER_CELL), label.index(NUMBER_CELL, label.index(BOX_CELL))


def _wide(cell: str, width: int, more: str = "") -> str:
    return f'{cell[:-1]} WIDTH="{width}"{more}>'
