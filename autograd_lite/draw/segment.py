"""What is folded into one kept node."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from autograd_lite.graph import Node


@dataclass(frozen=True, eq=False)
class Segment:
    """What is folded into one kept node.

    Attributes
    ----------
    target : the kept node.
    inner : the anonymous tracked nodes that lead to it, in the order of computation, and itself.
    sources : the kept vertices that they begin with, in the order in which the expression names them.
    """

    target: Node
    inner: tuple[Node, ...]
    sources: tuple[Node, ...]


def segment_of(target: Node, kept: Collection[Node]) -> Segment:
    """Walks from a kept node back to the kept nodes before it."""
    inner: dict[Node, None] = {target: None}
    sources: dict[Node, None] = {}
    waiting = list(reversed(target._inputs))
    while waiting:
        node = waiting.pop()
        if node is None or node in inner:
            continue
        if node in kept:
            sources.setdefault(node)
        elif node._op is not None:
            inner[node] = None
            waiting += reversed(node._inputs)
    return Segment(target, tuple(sorted(inner, key=lambda node: node._number)), tuple(sources))
