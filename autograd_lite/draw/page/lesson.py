"""The steps in which a graph is played, as plain data, made from its picture alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from autograd_lite.draw.picture import Picture, PictureEdge, PictureNode

Phase = Literal["given", "forward", "seed", "backward"]


@dataclass(frozen=True, eq=False)
class Step:
    """One step: what becomes known in it.

    Attributes
    ----------
    phase : the values that are given, one value computed, the gradient of the output by itself, or one
        product that flows back along an edge.
    node : whose value or gradient grows; the output in the first step.
    edge : along which a product flows; None in other steps.
    before, after : the gradient of `node` without and with that product; `before` None at the first.
    left : how many more products are to be added to it.
    """

    phase: Phase
    node: PictureNode
    edge: PictureEdge | None = None
    before: Any = None
    after: Any = None
    left: int = 0


def lesson(picture: Picture) -> list[Step]:
    """The steps of `picture`: what is given, the forward pass, and back-propagation where gradients are drawn.

    >>> import autograd_lite as ag
    >>> x, y = ag.Value(3.0, name="x"), ag.Value(2.0, name="y")
    >>> [(step.phase, step.node.name) for step in lesson(ag.draw(x * y + x))]
    ... # doctest: +NORMALIZE_WHITESPACE
    [('given', 'v₄'), ('forward', 'v₃'), ('forward', 'v₄'), ('seed', 'v₄'), ('backward', 'v₃'), ('backward', 'x'),
     ('backward', 'x'), ('backward', 'y')]
    """
    steps = [Step("given", picture.output)]
    steps += [Step("forward", node) for node in picture.nodes if node.is_computed]
    if picture.direction != "forward" and picture.output.gradient is not None:
        steps.append(Step("seed", picture.output, after=picture.output.gradient))
        steps += _back(picture)
    return steps


def _back(picture: Picture) -> list[Step]:
    """One step for each product, from the output back, arguments in their order."""
    nodes = {node.number: node for node in picture.nodes}
    into: dict[int, list[PictureEdge]] = {number: [] for number in nodes}
    left = dict.fromkeys(nodes, 0)
    for edge in picture.edges:
        if edge.contribution is not None:
            into[edge.target].append(edge)
            left[edge.source] += 1
    total: dict[int, Any] = {}
    steps = []
    for number in reversed(nodes):
        for edge in into[number]:
            node, before = nodes[edge.source], total.get(edge.source)
            left[node.number] -= 1
            after = edge.contribution if before is None else before + edge.contribution
            # The last sum is the engine's own, to its last digit.
            total[node.number] = after if left[node.number] or node.gradient is None else node.gradient
            steps.append(Step("backward", node, edge, before, total[node.number], left[node.number]))
    return steps
