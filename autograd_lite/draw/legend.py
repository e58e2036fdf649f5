"""What stands beside a graph: its title, and the legend that says what colours, places and signs mean."""

from __future__ import annotations

from autograd_lite.draw.markup import DERIVATIVE, FAINT, GRADIENT, HIDDEN, INK, VALUE, cell, font, plain, table
from autograd_lite.draw.names import one_line
from autograd_lite.draw.numbers import is_scalar
from autograd_lite.draw.picture import Kind, Picture

#: The fill and the outline of each kind of node.
BOXES: dict[Kind, tuple[str, str]] = {
    "input": ("#e8f1fd", "#6f94c4"),
    "parameter": ("#fdf1d8", "#c79a3c"),
    "constant": ("#f5f6f7", FAINT),
    "operation": ("#ffffff", "#52606d"),
    "output": ("#e6f6ea", "#4f9d69"),
    "module": ("#eceff2", "#52606d"),
    "folded": ("#ffffff", FAINT),
}
#: The fill, the outline and the words of a node that is marked.
MARKED = ("#fde3e1", "#c22f22")

HEAT_MAPS = "heat maps: dark is negative, grey zero, pale positive,"
SCALES = "each with its own scale below it"
#: From this many edges on, their labels are no longer laid out, which takes most of the time: they are tooltips.
MANY_EDGES = 400
TOOLTIPS = "local derivatives appear when the pointer rests on an edge"
TURNS = "numbers in circles: the order of the backward pass"
QUESTIONS = "dashed boxes: to be filled in"
ANSWERS = "filled boxes: the answers"


def caption_of(picture: Picture, gradient: str, derivative: str, contribution: str) -> list[list[str]]:
    """The title and the legend, with the colours of the numbers: above the drawing, or below one without a title."""
    lines = []
    if picture.title is not None:
        title = font(plain(one_line(picture.title)), INK, 16, bold=True)
        lines.append([cell(title, align="LEFT", cellpadding=5)])
    if picture.note is not None:
        lines.append([cell(font(plain(one_line(picture.note)), INK, 11), align="LEFT", cellpadding=5)])
    if picture.legend:
        rows = [_kinds(picture), _numbers(picture, gradient, derivative, contribution), *_signs(picture, gradient)]
        lines.append([cell(table([[cell(row, align="LEFT", cellpadding=1)] for row in rows]), align="LEFT")])
    return lines


def _kinds(picture: Picture) -> str:
    """The kinds of node that there are."""
    present = {node.kind for node in picture.nodes}
    kinds = [
        cell(font(kind, INK, 10), border=1, style="ROUNDED", bgcolor=fill, color=outline)
        for kind, (fill, outline) in BOXES.items()
        if kind in present
    ]
    return table([kinds], 3, 4)


def _numbers(picture: Picture, gradient: str, derivative: str, contribution: str) -> str:
    """The kinds of number, each in its colour."""
    words = [("value", VALUE, True), (f"gradient of {picture.output.name}", gradient, True)]
    if picture.view == "backward":
        words = [("gradient", GRADIENT, True), ("factor", DERIVATIVE, False), ("factor × gradient", GRADIENT, False)]
    elif picture.view == "recorded":
        words = [("forward pass", VALUE, True), ("backward pass", GRADIENT, True)]
    elif any(edge.formula for edge in picture.edges):
        words += [("local derivative", derivative, False), ("local derivative × gradient", contribution, False)]
    return table([[cell(font(plain(word), color, 10, bold)) for word, color, bold in words]], 1, 5)


def _signs(picture: Picture, gradient: str) -> list[str]:
    """What the signs mean that this picture uses: heat maps, the order of the backward pass."""
    lines = []
    if picture.arrays == "heatmap" and any(not is_scalar(node.value) for node in picture.nodes):
        lines += [(HEAT_MAPS, INK), (SCALES, INK)]
    if picture.order and picture.visits:
        lines.append((TURNS, INK if gradient != HIDDEN else HIDDEN))
    if picture.blanks:
        lines.append((QUESTIONS if picture.answers else ANSWERS, INK))
    if len(picture.edges) >= MANY_EDGES and gradient != HIDDEN:
        lines.append((TOOLTIPS, INK))
    # Text alone: a table beside text would be stretched to the width of the legend.
    return [font(line, color, 10) for line, color in lines]
