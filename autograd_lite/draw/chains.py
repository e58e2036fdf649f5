"""The chains of derivatives from an output back to some nodes: how many there are, which, and what they share."""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd_lite.draw.fold import Fold, FoldEdge
from autograd_lite.graph import Node


@dataclass(frozen=True, eq=False)
class Chain:
    """One path: its edges, from the output to the node that the derivative is by."""

    edges: tuple[FoldEdge, ...]

    @property
    def product(self) -> float | None:
        """The product of the local derivatives; None where they are no single numbers."""
        product = 1.0
        for edge in self.edges:
            if edge.derivative is None:
                return None
            product *= edge.derivative
        return product


class Chains:
    """What leads from the output of a folded graph to the nodes in `wrt`.

    Attributes
    ----------
    order : the kept nodes on the way, those in `wrt` included, in the order of computation.
    uses : for each of them the edges that lead on from it, in the order in which the engine adds them up.
    parts : for each of them the edges that lead to it from others on the way.
    count : for each of them how many paths lead to it from the output, exactly.
    """

    def __init__(self, fold: Fold, wrt: Collection[Node]) -> None:
        self.fold, self.output = fold, fold.survey.output
        edges = [edge for edge in fold.edges if edge.tracked and isinstance(edge.source, Node)]
        reached: set[Node] = {self.output} if self.output._tracked else set()
        for edge in reversed(edges):
            if edge.target in reached:
                reached.add(_node(edge))
        leading = set(wrt)
        self.uses: dict[Node, list[FoldEdge]] = {}
        self.parts: dict[Node, list[FoldEdge]] = {}
        for edge in edges:
            if edge.target in reached and _node(edge) in leading:
                leading.add(edge.target)
                self.uses.setdefault(_node(edge), []).append(edge)
                self.parts.setdefault(edge.target, []).append(edge)
        for found in self.uses.values():
            found.reverse()
        self.order = [node for node in fold.kept if node in reached and node in leading]
        self.best: dict[Node, list[tuple[float, int, Any]]] | None = None
        self.count = dict.fromkeys(self.order, 0)
        if self.output in self.count:
            self.count[self.output] = 1
        for node in reversed(self.order):
            for edge in self.parts.get(node, ()):
                self.count[_node(edge)] += self.count[node]

    def all(self, end: Node) -> Iterator[Chain]:
        """Every path to a node, one after the other."""
        waiting: list[tuple[FoldEdge, ...]] = [(edge,) for edge in reversed(self.uses.get(end, []))]
        while waiting:
            path = waiting.pop()
            top = path[0].target
            if top is self.output:
                yield Chain(path)
            waiting += [(edge, *path) for edge in reversed(self.uses.get(top, []))]

    def largest(self, end: Node, most: int) -> list[Chain]:
        """The paths to a node with the largest products, without listing all, where all derivatives are numbers."""
        found = self._best(most).get(end, [])
        return [Chain(tuple(reversed(list(_unrolled(path))))) for _, _, path in found if path]

    def _best(self, most: int) -> dict[Node, list[tuple[float, int, Any]]]:
        """For each node the products of its largest paths, and the paths; worked out once for all nodes."""
        if self.best is None:
            self.best = {self.output: [(1.0, 0, None)]}
            serial = 0
            for node in reversed(self.order):
                self.best[node] = heapq.nlargest(most, self.best.get(node, ()), key=lambda entry: entry[:2])
                for edge in self.parts.get(node, ()):
                    # Of arrays there are no numbers to compare, and nobody asks.
                    slope = np.nan if edge.derivative is None else edge.derivative
                    for product, _, path in self.best[node]:
                        serial -= 1
                        longer = (abs(product * slope), serial, (edge, path))
                        self.best.setdefault(_node(edge), []).append(longer)
        return self.best

    def shared(self) -> list[Node]:
        """The nodes whose gradients several others are made of, or are sums, from the output down."""
        inner = [node for node in reversed(self.order) if node in self.parts and node is not self.output]
        return [node for node in inner if len(self.parts[node]) > 1 or len(self.uses[node]) > 1]


def _node(edge: FoldEdge) -> Node:
    assert isinstance(edge.source, Node)
    return edge.source


def _unrolled(path: Any) -> Iterator[FoldEdge]:
    """The edges of a path that was built from the output down, the last first."""
    while path is not None:
        edge, path = path
        yield edge
