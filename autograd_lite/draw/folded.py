"""The picture of a graph that is folded to its names: expressions in its boxes, whole derivatives on its edges."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from autograd_lite.draw.expression import expression
from autograd_lite.draw.fold import Fold, FoldEdge
from autograd_lite.draw.numbers import number
from autograd_lite.draw.picture import PictureEdge, PictureNode
from autograd_lite.draw.pieces import ratio
from autograd_lite.draw.survey import Vertex
from autograd_lite.draw.typeset import Formula

#: The gradient of the source where the way to it has no formula of its own: the chain rule.
CHAIN = Formula(r"d^T \spaced \bar f", {})


def folded_parts(
    folded: Fold, node_of: Callable[[Vertex], PictureNode]
) -> tuple[tuple[PictureNode, ...], tuple[PictureEdge, ...]]:
    """The nodes and edges of the picture, numbered anew.

    Parameters
    ----------
    folded : the graph, folded.
    node_of : makes the picture of a single node.
    """
    survey, kept = folded.survey, frozenset(folded.kept)
    numbers = {node: i for i, node in enumerate(folded.kept, 1)}
    nodes = []
    for node, i in numbers.items():
        made = replace(node_of(node), number=i)
        if node._op is not None:
            made = replace(made, symbol="", detail="", expression=expression(node, survey, kept))
        nodes.append(made)
    edges = []
    places: dict[int, int] = {}
    for edge in folded.edges:
        target = numbers[edge.target]
        place = places[target] = places.get(target, -1) + 1
        edges.append(_edge(folded, edge, numbers[edge.source], target, place))
    return tuple(nodes), tuple(edges)


def _edge(folded: Fold, edge: FoldEdge, source: int, target: int, place: int) -> PictureEdge:
    if not edge.tracked:
        return PictureEdge(source, target, place, "", None, None, None)
    name, output = folded.survey.name, folded.survey.name(folded.survey.output)
    formula = edge.formula
    if formula is None and edge.derivative is not None:
        formula = Formula("d", {"d": number(edge.derivative)})
    elif formula is None:
        local, bar = ratio(name(edge.target), name(edge.source)), ratio(output, name(edge.target))
        formula = Formula(CHAIN.latex if edge.target is not folded.survey.output else "d", {"d": local, "bar f": bar})
    of = output if formula.is_gradient else name(edge.target)
    left = Formula.of_ratio(of, name(edge.source))
    return PictureEdge(source, target, place, left.text, formula, edge.derivative, edge.contribution, left)
