"""Parts of a picture drawn as one node each: closed modules, repeated blocks, runs of operations."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from autograd_lite.draw.picture import Kind, Picture, PictureBox, PictureEdge, PictureNode
from autograd_lite.draw.typeset import Formula


@dataclass(frozen=True, eq=False)
class Group:
    """Nodes that are drawn as one.

    Attributes
    ----------
    members : their numbers.
    result : the number of the one whose value and gradient are shown.
    symbol, detail, kind : of the node in their place, which has the result's name.
    nodes : how many they are, without plain numbers.
    """

    members: frozenset[int]
    result: int
    symbol: str
    detail: str
    kind: Kind
    nodes: int


def merge(
    picture: Picture, groups: Iterable[Group], hidden: Collection[int], boxes: tuple[PictureBox, ...], note: str | None
) -> Picture:
    """`picture` in boxes, with each group as one node, in the place of its result, and without what is `hidden`.

    An edge into a group is the sum of those to its members. Groups have no node in common.
    """
    picture = replace(
        picture,
        nodes=tuple(node for node in picture.nodes if node.number not in hidden),
        edges=tuple(edge for edge in picture.edges if edge.source not in hidden),
    )
    groups = [group for group in groups if group.members]
    place = {number: group.result for group in groups for number in group.members}
    inside = {group.result: group for group in groups}
    members: dict[int, list[PictureNode]] = {group.result: [] for group in groups}
    for node in picture.nodes:
        if node.number in place:
            members[place[node.number]].append(node)
    nodes = tuple(
        _merged(node, inside[node.number], members[node.number]) if node.number in inside else node
        for node in picture.nodes
        if place.get(node.number, node.number) == node.number
    )
    edges = _edges(picture, place, {node.number: node for node in nodes})
    return replace(picture, nodes=nodes, edges=edges, boxes=_boxes(boxes, nodes), note=note)


def _merged(result: PictureNode, group: Group, members: list[PictureNode]) -> PictureNode:
    marks = "; ".join(dict.fromkeys(node.mark for node in members if node.mark))
    kind: Kind = "output" if result.kind == "output" else group.kind
    return replace(
        result, kind=kind, symbol=group.symbol, detail=group.detail, mark=marks, folded=group.nodes, expression=None
    )


def _edges(picture: Picture, place: Mapping[int, int], nodes: Mapping[int, PictureNode]) -> tuple[PictureEdge, ...]:
    """The edges between what is left: those with one beginning and one end at a group become one."""
    left: dict[tuple[int, int, int], list[PictureEdge]] = {}
    closed = set(place.values())
    for edge in picture.edges:
        source, target = place.get(edge.source, edge.source), place.get(edge.target, edge.target)
        if source != target:
            left.setdefault((source, target, -1 if target in closed else edge.position), []).append(edge)
    names = {node.number: node.name for node in picture.nodes}
    edges = []
    for (source, target, position), parts in left.items():
        if position < 0:
            edges.append(_summed(nodes[source], nodes[target], parts))
        else:
            # Of a module with several results, which one it is.
            via = names[parts[0].source] if parts[0].source != source else ""
            edges.append(replace(parts[0], source=source, target=target, via=via))
    return tuple(sorted(edges, key=lambda edge: (edge.target, edge.position, edge.source)))


def _summed(source: PictureNode, target: PictureNode, parts: list[PictureEdge]) -> PictureEdge:
    """One edge into a group: the derivative by its shape, what flows back in sum."""
    first = min(part.position for part in parts)
    if all(part.formula is None for part in parts):
        return PictureEdge(source.number, target.number, first, "", None, None, None)
    flows = [part.contribution for part in parts if part.contribution is not None]
    total: Any = sum(flows[1:], flows[0]) if flows else None
    derivative = None
    if source.shape is None and target.shape is None and total is not None and target.gradient:
        derivative = float(total) / float(target.gradient)
    shapes = r" \times ".join(f"({_times(node.shape)})" for node in (target, source) if node.shape)
    formula = Formula(shapes, {})
    left = Formula.of_ratio(target.name, source.name)
    return PictureEdge(source.number, target.number, first, left.text, formula, derivative, total, left)


def _times(shape: tuple[int, ...] | None) -> str:
    return r" \times ".join(map(str, shape or ()))


def _boxes(boxes: tuple[PictureBox, ...], nodes: tuple[PictureNode, ...]) -> tuple[PictureBox, ...]:
    """The boxes that still have something in them."""
    there = {node.number for node in nodes}
    left = [replace(box, nodes=tuple(n for n in box.nodes if n in there)) for box in boxes]
    parents = {box.number: box.parent for box in left}
    used: set[int] = set()
    for box in left:
        at: int | None = box.number if box.nodes else None
        while at is not None:
            used.add(at)
            at = parents[at]
    return tuple(box for box in left if box.number in used)
