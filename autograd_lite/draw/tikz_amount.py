r"""What stands for a number or an array in TikZ: its entries, three numbers, a heat map, or nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from autograd_lite.draw import latex
from autograd_lite.draw.amount import few, same
from autograd_lite.draw.heatmap import MARKS, SCALE_CELLS, shade, thumbnail
from autograd_lite.draw.notation import name_tex
from autograd_lite.draw.numbers import Blank, dimensions, is_scalar, number, rows, size, summary

if TYPE_CHECKING:
    from autograd_lite.draw.picture import Arrays, PictureEdge


def amount(data: Any, arrays: Arrays = "auto") -> str:
    """A number or an array; nothing for an array of which only the shape is asked for."""
    if isinstance(data, Blank):
        return rf"\tofind{{{data.room[0]}}}{{{data.room[1]}}}"
    if is_scalar(data):
        return f"${name_tex(number(data))}$"
    if not size(data):
        return "empty"
    if arrays == "shape":
        return ""
    if arrays == "heatmap":
        return heatmap(data)
    return table(rows(data)) if size(data) <= few(arrays) else _summary(data)


def entries(edge: PictureEdge, arrays: Arrays) -> str:
    """A local derivative that is an array, beyond its formula; nothing where the formula says it all."""
    data = edge.entries
    if data is None or not size(data) or arrays == "shape" or same(data) is not None:
        return ""
    if arrays == "heatmap" or size(data) <= few(arrays):
        return amount(data, arrays)
    return r"\enspace ".join(rf"{word} ${name_tex(x)}$" for word, x in summary(data))


def table(lines: list[list[str]]) -> str:
    """Numbers in lines, with the points of each column below each other."""
    columns = r"@{\hspace{5bp}}".join(["r@{}l"] * len(lines[0]))
    body = r" \\ ".join(" & ".join(map(_halves, line)) for line in lines)
    return rf"$\begin{{array}}{{@{{}}{columns}@{{}}}} {body} \end{{array}}$"


def heatmap(data: Any) -> str:
    """An array as coloured cells above its scale."""
    small = thumbnail(data)
    lines = [rf"\hbox{{{''.join(map(_cell, line))}}}" for line in small.cells]
    marked = all(shade in MARKS.values() for line in small.cells for shade in line)
    below = [_scale(small.limit) if small.limit else "nothing finite" if marked else "all 0"]
    if small.block != (1, 1):
        below.append(rf"means of {latex.text(dimensions(small.block))}")
    cells = rf"\heatmap{{{''.join(lines)}}}"
    said = "".join(rf"\\ \fontsize{{7}}{{8}}\selectfont {line}" for line in below)
    return rf"\begin{{tabular}}[b]{{@{{}}c@{{}}}}{cells}{said}\end{{tabular}}"


def _summary(data: Any) -> str:
    body = r" \\ ".join(rf"\text{{{word}}} & {_halves(x)}" for word, x in summary(data))
    return rf"$\begin{{array}}{{@{{}}l@{{\hspace{{4bp}}}}r@{{}}l@{{}}}} {body} \end{{array}}$"


def _halves(x: str) -> str:
    """A number in two columns, before its point and from there on."""
    cut = min((i for mark in ".×" if (i := x.find(mark)) >= 0), default=len(x))
    return f"{latex.maths(x[:cut])}&{latex.maths(x[cut:])}"


def _cell(content: str) -> str:
    if content in MARKS.values():
        return rf"\heatmark{{{latex.maths(content)}}}"
    return rf"\heat{{{content[1:].upper()}}}"


def _scale(limit: float) -> str:
    middle = SCALE_CELLS // 2
    bar = "".join(_cell(shade(i / middle - 1)) for i in range(SCALE_CELLS))
    return rf"${name_tex(number(-limit))}$ {bar} ${name_tex(number(limit))}$"
