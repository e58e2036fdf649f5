"""Where the parts of a picture stand, as plain data: what Graphviz found, for views that draw by themselves."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from autograd_lite.draw.legend import BOXES, MARKED
from autograd_lite.draw.render import render

if TYPE_CHECKING:
    from autograd_lite.draw.picture import Picture

Point = tuple[float, float]
#: The names of a drawing's parts: clusters of modules, nodes, labels of edges and what stands at their beginnings.
PART = re.compile(r"(cluster_m|n|e)(\d+)(r?)")
#: Curves among the drawing operations of Graphviz, filled and in outline: a rounded box is one.
SHAPES = frozenset("Bb")


@dataclass(frozen=True)
class Rectangle:
    """A rectangle by its left, lower, right and upper side."""

    left: float
    lower: float
    right: float
    upper: float

    @property
    def center(self) -> Point:
        return _rounded((self.left + self.right) / 2), _rounded((self.lower + self.upper) / 2)

    @property
    def width(self) -> float:
        return _rounded(self.right - self.left)

    @property
    def height(self) -> float:
        return _rounded(self.upper - self.lower)


@dataclass(frozen=True)
class Stretch:
    """A curve from one place to another: Bezier control points, and the tips of its arrows."""

    points: tuple[Point, ...]
    start: Point | None = None
    end: Point | None = None


@dataclass(frozen=True)
class Layout:
    """The places of a picture in points (72 to the inch), from the lower left corner, to a tenth.

    Attributes
    ----------
    area : the whole picture, with its caption.
    caption : where title and legend stand; None without them.
    boxes : the box of each node, by its number; what is written about the box is not counted.
    stretches : the one or two stretches of each edge, by its place among the edges, from 1. Between the
        two stands the label, on a straight line.
    groups : the rectangles about modules, by their numbers.
    tags : where the name of an edge's source stands once more, by the edge's place.
    """

    area: Rectangle
    caption: Rectangle | None
    boxes: dict[int, Rectangle]
    stretches: dict[int, tuple[Stretch, ...]]
    groups: dict[int, Rectangle]
    tags: dict[int, Rectangle]


def layout(picture: Picture) -> Layout:
    """The layout of `picture`, which is that of its svg.

    Raises `DrawingError` where nothing on this machine can lay it out.
    """
    # Graphviz dies of dashed cells where it writes down what it draws; their lines take no room.
    drawn = json.loads(render(picture.dot.replace(' STYLE="DASHED"', ""), "json"))
    found = Layout(_rectangle(drawn["bb"]), _caption(drawn), {}, {}, {}, {})
    for thing in drawn.get("objects", ()):
        kind, number, of = PART.fullmatch(thing["name"]).group(1, 2, 3)  # type: ignore[union-attr]
        if kind == "cluster_m":
            found.groups[int(number)] = _rectangle(thing["bb"])
        elif kind == "n":
            found.boxes[int(number)] = _box(thing)
        elif of:
            found.tags[int(number)] = _room(thing)
    for edge in sorted(drawn.get("edges", ()), key=lambda edge: str(edge["id"])):
        number = int(edge["id"][1:-1])
        found.stretches[number] = (*found.stretches.get(number, ()), _stretch(edge["pos"]))
    return found


def _box(node: dict[str, Any]) -> Rectangle:
    """The box of a node: the shape in the outline's colour; its whole room where there is none."""
    outlines = {outline for _, outline in (*BOXES.values(), MARKED)}
    shapes = (points for colors, points in _shapes(node) if outlines & colors)
    found = next(shapes, None)
    if found is None:
        return _room(node)
    x, y = zip(*found, strict=True)
    return Rectangle(*map(_rounded, (min(x), min(y), max(x), max(y))))


def _room(node: dict[str, Any]) -> Rectangle:
    """The whole room of a node."""
    return _about(_point(node["pos"]), node["width"], node["height"])


def _about(middle: Point, width: str, height: str) -> Rectangle:
    """A rectangle by its middle and its sides in inches."""
    (x, y), across, high = middle, 36 * float(width), 36 * float(height)
    return Rectangle(*map(_rounded, (x - across, y - high, x + across, y + high)))


def _shapes(thing: dict[str, Any]) -> Iterator[tuple[set[str], list[Point]]]:
    """The shapes that are drawn for a label, with the colours of pen and brush."""
    pen = brush = ""
    for step in (*thing.get("_draw_", ()), *thing.get("_ldraw_", ())):
        if step["op"] == "c":
            pen = step["color"]
        elif step["op"] == "C":
            brush = step["color"]
        elif step["op"] in SHAPES:
            yield {pen, brush}, step["points"]


def _stretch(position: str) -> Stretch:
    """Graphviz's way to write a curve: `e,x,y` and `s,x,y` for the tips of arrows, then the control points."""
    start = end = None
    points = []
    for word in position.split():
        if word.startswith("e,"):
            end = _point(word[2:])
        elif word.startswith("s,"):
            start = _point(word[2:])
        else:
            points.append(_point(word))
    return Stretch(tuple(points), start, end)


def _caption(drawn: dict[str, Any]) -> Rectangle | None:
    if "lp" not in drawn:
        return None
    return _about(_point(drawn["lp"]), drawn["lwidth"], drawn["lheight"])


def _rectangle(written: str) -> Rectangle:
    left, lower, right, upper = (_rounded(float(x)) for x in written.split(","))
    return Rectangle(left, lower, right, upper)


def _point(written: str) -> Point:
    x, y = written.split(",")[:2]
    return _rounded(float(x)), _rounded(float(y))


def _rounded(x: float) -> float:
    # Adding zero makes minus zero plain.
    return round(x, 1) + 0.0
