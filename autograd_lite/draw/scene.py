"""One graph with its gradients, looked at for the reason of one of them; and how its nodes are spoken of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from autograd_lite.draw.calling import call_of
from autograd_lite.draw.chain import ChainRule, Edge
from autograd_lite.draw.numbers import number
from autograd_lite.draw.survey import Survey, argument
from autograd_lite.graph import Node, topological_order

#: An expression that is longer is cut.
LONGEST = 60


@dataclass(frozen=True)
class Verdict:
    """Why a gradient is None, zero or no number: one sentence, and what shows it."""

    sentence: str
    evidence: tuple[str, ...] = ()


class Scene:
    """A graph, its gradients, and the node whose gradient is asked about.

    Attributes
    ----------
    survey, chain : of the whole graph.
    node, name : the one that is asked about.
    known : the names that were given, of nodes in the graph and of others.
    """

    def __init__(self, survey: Survey, chain: ChainRule, known: Mapping[str, Any], node: Node, name: str) -> None:
        self.survey, self.chain, self.known = survey, chain, known
        self.node, self.name = node, name
        self.output = survey.output
        self.nodes = [v for v in survey.order if isinstance(v, Node)]
        self.tracked = [n for n in self.nodes if n._tracked]

    @cached_property
    def leading(self) -> set[Node]:
        """The nodes that depend on the one that is asked about, and itself."""
        found = {self.node}
        for n in self.tracked:
            if any(parent in found for parent in n._inputs if parent is not None and parent._number < n._number):
                found.add(n)
        return found

    def edges(self) -> Iterator[tuple[Edge, Node]]:
        """The arguments on the way to the node, with what they are arguments of, from the output back."""
        for n in reversed(self.tracked):
            for i, parent in enumerate(n._inputs):
                if parent is not None and parent in self.leading and (n, i) in self.chain.contributions:
                    yield (n, i), parent

    def said(self, node: Node) -> str:
        """A node by its number, its name, and how it was computed."""
        name = self.survey.name(node)
        if node._op is None:
            return name
        expression = call_of(node, self.survey).text
        expression = expression if len(expression) <= LONGEST else expression[: LONGEST - 1] + "…"
        return f"node {self.survey.number[node]}, {name} = {expression}"

    def argument(self, node: Node, i: int) -> str:
        """The name of an argument; a constant number by itself."""
        return self.survey.name(argument(node, i))

    def depend(self, node: Node) -> bool:
        """Whether a node, of this graph or of another, was computed from the one that is asked about."""
        return node is self.node or (node._tracked and self.node in topological_order([node]))


def all_of(count: int, what: str) -> str:
    """`all 20 elements of u`, and of a single number its name alone."""
    return what if count == 1 else f"all {count} elements of {what}"


def listed(names: list[str], most: int = 8) -> str:
    """Names in a row, cut where there are many."""
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")


def element(data: Any, where: tuple[int, ...]) -> str:
    """One entry of an argument, which may have been broadcast."""
    data = np.asarray(data)
    if data.ndim:
        index = where[len(where) - data.ndim :]
        data = data[tuple(0 if n == 1 else k for n, k in zip(data.shape, index, strict=True))]
    return number(data)
