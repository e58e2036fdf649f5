"""The picture of a graph that is folded to its names: expressions in its boxes, whole derivatives on its edges."""

from __future__ import annotations

from collections import Counter
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
CHAIN = r"d^T \spaced \bar f"


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
    uses = Counter(edge.source for edge in folded.edges if edge.tracked)
    edges = []
    places: dict[int, int] = {}
    for edge in folded.edges:
        target = numbers[edge.target]
        place = places[target] = places.get(target, -1) + 1
        edges.append(_edge(folded, edge, (numbers[edge.source], target, place), uses[edge.source] > 1))
    return tuple(nodes), tuple(edges)


def _edge(folded: Fold, edge: FoldEdge, ends: tuple[int, int, int], shared: bool) -> PictureEdge:
    if not edge.tracked:
        return PictureEdge(*ends, "", None, None, None)
    name, output = folded.survey.name, folded.survey.name(folded.survey.output)
    local, bar = ratio(name(edge.target), name(edge.source)), ratio(output, name(edge.target))
    to_output = edge.target is folded.survey.output
    chain = Formula("d" if to_output else CHAIN, {"d": local, "bar f": bar})
    formula = edge.formula
    if formula is None:
        formula = chain if edge.derivative is None else Formula("d", {"d": number(edge.derivative)})
    left = Formula.of_ratio(output if formula.is_gradient else name(edge.target), name(edge.source))
    if shared and formula.is_gradient:
        # The gradient of the source is the sum of such parts.
        left = chain
    return PictureEdge(*ends, left.text, formula, edge.derivative, edge.contribution, left)
