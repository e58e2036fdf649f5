"""Exercises: a drawing in which chosen numbers are left blank, and its answer key.

What a direction does not show is not there at all, in neither of the two: a drawing holds it only
to take its place, and could be searched for it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, Literal

from autograd_lite.draw.amount import room
from autograd_lite.draw.blank import TO_BE_FOUND
from autograd_lite.draw.edge_label import EdgeLabels, answer_room
from autograd_lite.draw.markup import DERIVATIVE, GRADIENT
from autograd_lite.draw.names import spelled
from autograd_lite.draw.numbers import MINUS, Blank, is_scalar
from autograd_lite.draw.picture import Picture, PictureEdge, PictureNode, Place
from autograd_lite.errors import ArgumentValueError, KindError, describe
from autograd_lite.graph import Node

GROUPS = ("values", "gradients", "derivatives", "contributions", "all")
QUANTITIES = ("value", "gradient")
#: What each direction does not show.
UNSEEN: dict[str, tuple[str, ...]] = {
    "forward": ("gradient", "derivative", "contribution"), "backward": ("contribution",), "both": (),
}  # fmt: skip


def exercise(picture: Picture, blank: Any, name_of: Callable[[Node], str | None]) -> Picture:
    """A picture with what `blank` asks for left blank, and in `answers` the same with the answers in boxes.

    `name_of` gives what a node is called in the picture, or None for one that is not there.
    """
    asked = _Asked(picture, name_of)
    chosen = {place for item in _items(blank) for place in asked.places(item)}
    if not chosen:
        raise ArgumentValueError("draw: blank= is empty. Leave it out, or name what is to be found.")
    chosen |= _following(picture, chosen)
    key = replace(picture, blanks=frozenset(chosen))
    unseen = {place for place in _all(picture) if place[0] in UNSEEN[picture.direction]}
    rooms = _Rooms(key)
    return replace(rooms.without(chosen | unseen), answers=rooms.without(unseen))


class _Asked:
    """What the words of `blank` mean in one picture."""

    def __init__(self, picture: Picture, name_of: Callable[[Node], str | None]) -> None:
        self.picture, self.name_of = picture, name_of
        self.there = {place for place in _all(picture) if place[0] not in UNSEEN[picture.direction]}

    def places(self, item: Any) -> set[Place]:
        """The places that one item asks for."""
        if isinstance(item, str):
            return self.word(item)
        if isinstance(item, Node):
            return self.of(self.drawn(item), QUANTITIES)
        if _is_pair(item):
            node, quantity = item
            found = self.drawn(node) if isinstance(node, Node) else self.named(node)
            return self.exactly(found, quantity, item)
        raise KindError(
            f"draw: blank= takes names of nodes, nodes, pairs such as ('x', 'gradient'), derivatives such as "
            f"'dz/dx', or {', '.join(map(repr, GROUPS))}; got {describe(item)}."
        )

    def word(self, item: str) -> set[Place]:
        if item in GROUPS:
            return self.group(item)
        nodes = self.named(item)
        if nodes:
            return self.of(nodes, QUANTITIES)
        if said := re.fullmatch(r"(value|gradient) of (.+)", item):
            return self.exactly(self.named(said[2]), said[1], item)
        left = {_ratio(item), item}
        edges: set[Place] = {("derivative", i) for i, edge in enumerate(self.picture.edges, 1) if edge.left in left}
        if edges & self.there:
            return edges & self.there
        raise self.unknown(item)

    def group(self, item: str) -> set[Place]:
        """All of one kind. The values of leaves are given: they are no question."""
        leaves = {node.number for node in self.picture.nodes if not node.is_computed}
        kinds = ("value", "gradient", "derivative", "contribution") if item == "all" else (item.removesuffix("s"),)
        found = {place for place in self.there if place[0] in kinds and (place[0] != "value" or place[1] not in leaves)}
        if not found:
            raise self.unknown(item)
        return found

    def of(self, nodes: list[PictureNode], quantities: Iterable[str]) -> set[Place]:
        """The gradient of nodes, and the value of those that are computed."""
        found = {
            place
            for node in nodes
            for place in self.there
            if place[0] in quantities and place[1] == node.number and (place[0] == "gradient" or node.is_computed)
        }
        if not found:
            raise self.unknown(nodes[0].name)
        return found

    def exactly(self, nodes: list[PictureNode], quantity: Any, item: Any) -> set[Place]:
        found: set[Place] = {(quantity, node.number) for node in nodes}
        if not found or not found <= self.there:
            raise self.unknown(item)
        return found

    def named(self, name: str) -> list[PictureNode]:
        written = {name, spelled(name)}
        return [node for node in self.picture.nodes if node.name in written and not node.is_literal]

    def drawn(self, node: Node) -> list[PictureNode]:
        name = self.name_of(node)
        found = [drawn for drawn in self.picture.nodes if drawn.name == name]
        if not found:
            raise ArgumentValueError(f"draw: blank= holds {describe(node)}, which is not in the drawing.")
        return found

    def unknown(self, item: Any) -> ArgumentValueError:
        names = ", ".join(node.name for node in self.picture.nodes if not node.is_literal)
        return ArgumentValueError(
            f"draw: blank= asks for {item!r}, which this drawing does not show with "
            f"direction={self.picture.direction!r}. Its nodes are {names}."
        )


class _Rooms:
    """Takes numbers out of a picture, and leaves the room of each."""

    def __init__(self, key: Picture) -> None:
        self.key = key
        self.labels = EdgeLabels(key, DERIVATIVE, GRADIENT)

    def without(self, places: set[Place]) -> Picture:
        nodes = tuple(self.node(node, places) for node in self.key.nodes)
        edges = tuple(self.edge(i, edge, places) for i, edge in enumerate(self.key.edges, 1))
        return replace(self.key, nodes=nodes, edges=edges)

    def node(self, node: PictureNode, places: set[Place]) -> PictureNode:
        value: Any = node.value
        gradient: Any = node.gradient
        if ("value", node.number) in places:
            value = Blank(room(value, self.key.arrays))
        if ("gradient", node.number) in places:
            gradient = Blank(room(gradient, self.key.arrays))
        return replace(node, value=value, gradient=gradient)

    def edge(self, i: int, edge: PictureEdge, places: set[Place]) -> PictureEdge:
        if edge.formula is None:
            return edge
        changes: dict[str, Any] = {}
        if ("derivative", i) in places:
            taken = Blank(answer_room(self.labels.local(edge, "")))
            changes |= {"derivative": taken, "formula": TO_BE_FOUND, "entries": None}
        if ("contribution", i) in places:
            changes["contribution"] = Blank(answer_room(self.labels.flowing(edge)))
        elif not self.labels.is_flowing(edge):
            # Of an array that is used once, it is the gradient, which may be asked for.
            changes["contribution"] = None
        return replace(edge, **changes)


def _all(picture: Picture) -> set[Place]:
    """Every place that holds a number."""
    labels = EdgeLabels(picture, DERIVATIVE, GRADIENT)
    places: set[Place] = set()
    for node in picture.nodes:
        if not node.is_literal:
            places.add(("value", node.number))
        if node.gradient is not None:
            places.add(("gradient", node.number))
    for i, edge in enumerate(picture.edges, 1):
        if edge.formula is not None:
            places.add(("derivative", i))
            if labels.is_flowing(edge):
                places.add(("contribution", i))
    return places


def _following(picture: Picture, chosen: set[Place]) -> set[Place]:
    """What would give the chosen away: derivatives that are a blank value, products with a blank factor or sum."""
    unknown = {node.number: node for node in picture.nodes if ("value", node.number) in chosen}
    folded = {node.number for node in picture.nodes if node.expression is not None}
    beside: dict[int, list[PictureNode]] = {}
    for edge in picture.edges:
        if edge.source in unknown:
            beside.setdefault(edge.target, []).append(unknown[edge.source])
    found: set[Place] = set()
    for i, edge in enumerate(picture.edges, 1):
        if edge.formula is not None and any(
            _tells(edge, node, edge.target in folded) for node in beside.get(edge.target, ())
        ):
            found.add(("derivative", i))
        gradient: Literal["value", "gradient"] = "value" if picture.view == "backward" else "gradient"
        parts: set[Place] = {("derivative", i), (gradient, edge.source), (gradient, edge.target)}
        if parts & (chosen | found):
            found.add(("contribution", i))
    return found & {place for place in _all(picture) if place[0] not in UNSEEN[picture.direction]}


def _tells(edge: PictureEdge, node: PictureNode, folded: bool) -> bool:
    """Whether the derivative on an edge is the value of a node, but for its sign."""
    if edge.formula is not None and edge.formula.text.removeprefix(MINUS) == node.name:
        return True
    known = edge.derivative
    # A folded graph writes the number alone where a formula would be long.
    return folded and known is not None and is_scalar(node.value) and abs(known) == abs(node.value)


def _items(blank: Any) -> list[Any]:
    if isinstance(blank, str | Node) or _is_pair(blank):
        return [blank]
    if not isinstance(blank, Iterable):
        raise KindError(f"draw: blank= takes a word, a name, a node, or a collection of those; got {describe(blank)}.")
    return list(blank)


def _is_pair(item: Any) -> bool:
    return (
        isinstance(item, tuple)
        and len(item) == 2
        and isinstance(item[0], str | Node)
        and isinstance(item[1], str)
        and item[1] in QUANTITIES
    )


def _ratio(item: str) -> str:
    """A derivative as drawings write it: of `dz/dw1` ∂z/∂w₁."""
    above, slash, below = item.partition("/")
    if slash and above[:1] in ("d", "∂") and below[:1] in ("d", "∂"):
        return f"∂{spelled(above[1:])}/∂{spelled(below[1:])}"
    return item
