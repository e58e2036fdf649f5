"""The vertices of one graph in order, and what each is called: what every view of a graph begins with."""

import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, TypeGuard

import numpy as np

from autograd_lite.draw.names import distinct, spelled
from autograd_lite.draw.numbers import number
from autograd_lite.draw.picture import Kind
from autograd_lite.graph import Node, topological_order

#: What stands in a picture: a node, or the argument (result, number) that was a constant.
Vertex = Node | tuple[Node, int]
#: The letters of unnamed nodes, the first that no given name begins a numbered name with.
LETTERS = ("v", "t", "s", "node")

#: What lectures call weights and biases: a tracked leaf of such a name is taken for a parameter.
PARAMETERS = re.compile(r"(w|W|b|B|θ|Θ|weight|bias)[₀-₉ₐ-ₜ\d_′″‴]*", re.ASCII)


class Survey:
    """The vertices of the graph that led to `output`, in order, with their numbers and names.

    With `roots`, of the graph that led to all of these.

    Attributes
    ----------
    order : the vertices as they were computed, constants before their first use, plain numbers last.
    number : the place of each in that order, from 1.
    named : the nodes that have a name in `names`.
    given : the name of each node as drawings write it; empty for one without a name.
    """

    def __init__(self, output: Node, names: Mapping[str, Any] | None = None, roots: Sequence[Node] = ()) -> None:
        self.output = output
        # Constants that are plain numbers stand last: they are no step of the computation.
        self.order = sorted(_vertices(roots or [output]), key=is_literal)
        self.number = {vertex: i for i, vertex in enumerate(self.order, 1)}
        # Of two names for one node the first counts.
        listed = reversed(list((names or {}).items()))
        named = {x: n for n, x in listed if isinstance(x, Node) and not n.startswith("_") and spelled(n)}
        own = {x: spelled(named.get(x) or x.name or "") for x in self.order if isinstance(x, Node)}
        self.named = frozenset(named)
        self.given = distinct(own, self.named)
        free = [c for c in LETTERS if not any(re.fullmatch(rf"{c}[₀-₉\d]+", name) for name in self.given.values())]
        self.letter = free[0] if free else "#"

    @cached_property
    def _seen(self) -> dict[Node, Any]:
        return {
            parent: value
            for node in self.order
            if isinstance(node, Node)
            for parent, value in zip(node._inputs, node._values, strict=True)
            if parent is not None and parent._op is None
        }

    def value(self, vertex: Vertex) -> Any:
        """What the graph was computed with: a parameter may have moved on since, and its gradient is of this."""
        if not isinstance(vertex, Node):
            return vertex[0]._values[vertex[1]]
        return self._seen.get(vertex, vertex._data)

    def name(self, vertex: Vertex) -> str:
        """How a vertex is called: by its name, a constant number by itself, anything else by its place."""
        if not isinstance(vertex, Node) and is_literal(vertex):
            return number(vertex[0]._values[vertex[1]])
        given = self.given[vertex] if isinstance(vertex, Node) else ""
        return given or spelled(f"{self.letter}{self.number[vertex]}")

    def called(self, node: Node) -> str | None:
        """How a node is called, or None where it is not in the graph."""
        return self.name(node) if node in self.number else None

    def gradient(self, node: Node) -> str | None:
        """How the gradient of the output by a node is called, or None where it is not in the graph."""
        return f"∂{self.name(self.output)}/∂{self.name(node)}" if node in self.number else None

    def kind(self, vertex: Vertex) -> Kind:
        """What a vertex is drawn as."""
        if vertex is self.output:
            return "output"
        if not isinstance(vertex, Node):
            return "constant"
        if vertex._op is not None:
            return "operation"
        # The layers' parameters are a kind of Tensor that is defined on a higher floor.
        if any(cls.__name__ == "Parameter" for cls in type(vertex).__mro__):
            return "parameter"
        if vertex._tracked and PARAMETERS.fullmatch(self.given[vertex]):
            return "parameter"
        return "input" if vertex._tracked or self.given[vertex] else "constant"


def is_literal(vertex: Vertex) -> bool:
    """Whether a vertex is a constant number, as it stands in a program."""
    return not isinstance(vertex, Node) and np.ndim(vertex[0]._values[vertex[1]]) == 0


def is_computed(vertex: Vertex) -> TypeGuard[Node]:
    """Whether a vertex is the result of an operation."""
    return isinstance(vertex, Node) and vertex._op is not None


def argument(node: Node, i: int) -> Vertex:
    """The vertex that argument i of a node is."""
    parent = node._inputs[i]
    return (node, i) if parent is None else parent


def _vertices(roots: Sequence[Node]) -> list[Vertex]:
    """Tracked nodes in the order of computation, and constants each before its first use."""
    order: dict[Vertex, None] = {}
    for node in topological_order(roots):
        for i, value in enumerate(node._values):
            if value is not None:
                order.setdefault(argument(node, i))
        order.setdefault(node)
    return list(order)
