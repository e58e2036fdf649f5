"""The backward pass as a graph of its own: from the gradient of the output by itself to those of the leaves."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from autograd_lite.draw.amount import same
from autograd_lite.draw.numbers import is_scalar
from autograd_lite.draw.picture import Picture, PictureEdge, PictureNode
from autograd_lite.draw.pieces import Piece, around, join, ratio
from autograd_lite.draw.typeset import Formula

#: One product: a gradient, the edge with the factor that it is multiplied by, and whether entry by entry.
Term = tuple[Piece, PictureEdge, bool]


def backward_picture(forward: Picture) -> Picture:
    """The picture of the gradients in a drawing with direction "both", in the order of the backward pass.

    A node is the gradient of a node, an edge the factor by which it is multiplied on the way to the next;
    where several come together, they are added.
    """
    turns, output = forward.visits, forward.output.name
    named = {node.number: node for node in forward.nodes if node.number in turns}
    terms: dict[int, list[Term]] = {number: [] for number in named}
    edges = []
    for edge in reversed(forward.edges):
        if edge.formula is None or edge.contribution is None:
            continue
        shares = terms[edge.source]
        known = named[edge.target].gradient
        entrywise = edge.entries is not None and same(edge.entries) is None and not is_scalar(known)
        shares.append((ratio(output, named[edge.target].name), edge, entrywise))
        turned = replace(edge, source=turns[edge.target], target=turns[edge.source], position=len(shares) - 1)
        edges.append(turned)
    nodes = [_gradient(named[number], turn, output, terms[number]) for number, turn in turns.items()]
    edges.sort(key=lambda edge: (edge.target, edge.position))
    return replace(forward, nodes=tuple(nodes), edges=tuple(edges), direction="both", view="backward", boxes=())


def _gradient(node: PictureNode, turn: int, output: str, terms: list[Term]) -> PictureNode:
    """The gradient of a node as a node."""
    name = f"∂{output}/∂{node.name}"
    shape = np.shape(node.gradient) if isinstance(node.gradient, np.ndarray) else None
    expression = Formula("d", {"d": _sum(terms)}) if terms else None
    return PictureNode(
        turn, name, True, node.kind if node.kind != "constant" else "input", "+" if len(terms) > 1 else "", "",
        node.gradient, None, shape, node.mark, True, expression,
    )  # fmt: skip


def _sum(terms: list[Term]) -> Piece:
    """A gradient as the sum of the gradients that it comes from, each times its factor."""
    pieces: list[Piece] = []
    for bar, edge, entrywise in terms:
        assert edge.formula is not None
        if pieces:
            pieces.append(Piece.of("+", "operator"))
        factor = edge.formula.piece
        if edge.formula.is_gradient:
            pieces.append(factor)
            continue
        if any(sign in factor.text for sign in (" + ", " − ")):
            factor = around("(", factor, ")")
        pieces += [bar, Piece.of("⊙" if entrywise else "·", "operator"), factor]
    return join(pieces)
