"""Expressions: a node written in terms of the named ones, as a lecture writes it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

import numpy as np

from autograd_lite.draw.build import symbol_of
from autograd_lite.draw.names import SUBSCRIPTS, small
from autograd_lite.draw.numbers import inline
from autograd_lite.draw.parts import (
    ATOM,
    CALL,
    DOTS,
    POWER,
    PRODUCT,
    Script,
    Written,
    at_least,
    negative,
    power,
    product,
    quotient,
    total,
)
from autograd_lite.draw.pieces import Piece
from autograd_lite.draw.survey import Survey, Vertex, argument
from autograd_lite.draw.typeset import Formula
from autograd_lite.graph import Node

#: An expression that is longer is cut.
LONGEST = 48
#: How deep and how wide an expression may be, tried one after the other until it is short enough.
LIMITS = ((12, 12), (8, 8), (6, 6), (4, 4), (3, 3), (2, 3), (1, 3), (0, 3))
#: Up to this many entries, an array without a name is written out.
FEW = 3
PASSING = frozenset({"identity", "copy", "positive", "astype", "tensor", "value", "real", "conjugate"})
TRANSPOSES = frozenset({"transpose", "matrix_transpose", "linalg.matrix_transpose"})
PRODUCTS = frozenset({"matmul", "dot", "vecdot", "matvec", "vecmat"})
FUNCTIONS = {
    "log": r"\ln", "exp": r"\exp", "sin": r"\sin", "cos": r"\cos", "tan": r"\tan",
    "tanh": r"\tanh", "sinh": r"\sinh", "cosh": r"\cosh", "maximum": r"\max", "minimum": r"\min",
}  # fmt: skip


class Writer:
    """Writes the nodes of one graph in terms of those that are kept."""

    def __init__(self, survey: Survey, kept: Collection[Vertex], script: Script, depth: int, width: int) -> None:
        self.survey, self.kept, self.script = survey, kept, script
        self.depth, self.width = depth, width
        #: How many more operations may be written: shared ones are written each time.
        self.budget = 200

    def vertex(self, vertex: Vertex, depth: int = 0) -> Written:
        """A kept vertex by its name, a constant by what it is, anything else by its expression."""
        if isinstance(vertex, Node) and (vertex in self.kept or self.survey.given.get(vertex)):
            return self.script.name(self.survey.name(vertex))
        if isinstance(vertex, Node) and vertex._op is not None:
            return self.node(vertex, depth)
        value = vertex._data if isinstance(vertex, Node) else vertex[0]._values[vertex[1]]
        if np.ndim(value) == 0:
            return self.script.number(float(value))
        return self.script.name(_constant(value))

    def node(self, node: Node, depth: int = 0) -> Written:
        """The operation that made a node, on its arguments."""
        op = node._op
        self.budget -= 1
        if depth > self.depth or self.budget < 0 or op is None:
            return DOTS
        write = OPERATIONS.get(op.name)
        if write is not None:
            return write(self, node, depth + 1)
        return self.call(node, depth + 1)

    def argument(self, node: Node, i: int, depth: int) -> Written:
        """Argument i of a node."""
        return self.vertex(argument(node, i), depth)

    def call(self, node: Node, depth: int) -> Written:
        """An operation written as a function."""
        op = node._op
        assert op is not None
        symbol, detail = symbol_of(op, node._params or {})
        count = [i for i, value in enumerate(node._values) if value is not None]
        parts = [self.argument(node, i, depth).latex for i in count[: self.width]]
        parts += [r"\dots"] * (len(count) > self.width)
        if detail:
            parts.append(self.script.put(Piece.of(detail)))
        function = FUNCTIONS.get(op.name) or self.script.put(Piece.of(symbol, "function"))
        return Written(rf"{function} \left( {', '.join(parts)} \right)", CALL)

    def sum(self, node: Node, depth: int) -> Written:
        """A chain of additions and subtractions; of a long one the middle is left out."""
        parts: list[tuple[str, Vertex]] = []
        at: Vertex = node
        while True:
            assert isinstance(at, Node)
            assert at._op is not None
            parts.append((at._op.name, argument(at, 1)))
            at = argument(at, 0)
            if not self._goes_on(at):
                break
        parts.append(("add", at))
        parts.reverse()
        shown = parts if len(parts) <= self.width else [*parts[: self.width - 2], ("add", None), parts[-1]]
        written = []
        for name, vertex in shown:
            part = DOTS if vertex is None else self.vertex(vertex, depth)
            written.append(part if name == "add" else negative(part))
        return total(written)

    def _goes_on(self, vertex: Vertex) -> bool:
        if not isinstance(vertex, Node) or vertex in self.kept or vertex._op is None:
            return False
        return vertex._op.name in ("add", "subtract")

    def multiply(self, node: Node, depth: int) -> Written:
        axes = [np.ndim(value) for value in node._values]
        left, right = (self.argument(node, i, depth) for i in (0, 1))
        if axes[0] and not axes[1]:
            left, right = right, left
        return product(left, right, r"\odot" if all(axes) else "", scaled=not all(axes) and any(axes))

    def matrix_product(self, node: Node, depth: int) -> Written:
        left, right = (self.argument(node, i, depth) for i in (0, 1))
        latex = rf"{at_least(left, PRODUCT)} \spaced {at_least(right, CALL)}"
        return Written(latex, PRODUCT)

    def layer(self, node: Node, depth: int) -> Written:
        """x y^T + z."""
        x, y, *z = (self.argument(node, i, depth) for i, value in enumerate(node._values) if value is not None)
        latex = rf"{at_least(x, PRODUCT)} \spaced {at_least(y, ATOM)}^T"
        return total([Written(latex, PRODUCT), *z])

    def divide(self, node: Node, depth: int) -> Written:
        return quotient(*(self.argument(node, i, depth) for i in (0, 1)))

    def exponential(self, node: Node, depth: int) -> Written:
        at = self.argument(node, 0, depth)
        if at.level == ATOM and np.ndim(node._data) == 0:
            return Written(f"e^{{{at.latex}}}", POWER)
        return Written(rf"\exp \left( {at.latex} \right)", CALL)

    def reduction(self, node: Node, depth: int) -> Written:
        """A sum over all entries; over some of them, a function."""
        if symbol_of(node._op, node._params or {})[1]:  # type: ignore[arg-type]
            return self.call(node, depth)
        return Written(rf"\sum {at_least(self.argument(node, 0, depth), CALL)}", PRODUCT)

    def item(self, node: Node, depth: int) -> Written:
        symbol, _ = symbol_of(node._op, node._params or {})  # type: ignore[arg-type]
        at = at_least(self.argument(node, 0, depth), ATOM)
        return Written(rf"{at} \tight {self.script.put(Piece.of(symbol))}", ATOM)


#: How the operations are written that are no functions.
OPERATIONS: dict[str, Callable[[Writer, Node, int], Written]] = {
    "add": Writer.sum,
    "subtract": Writer.sum,
    "multiply": Writer.multiply,
    "divide": Writer.divide,
    "exp": Writer.exponential,
    "sum": Writer.reduction,
    "getitem": Writer.item,
    "negative": lambda w, node, depth: negative(w.argument(node, 0, depth)),
    "reciprocal": lambda w, node, depth: quotient(w.script.number(1), w.argument(node, 0, depth)),
    "power": lambda w, node, depth: power(w.argument(node, 0, depth), w.argument(node, 1, depth).latex),
    "square": lambda w, node, depth: power(w.argument(node, 0, depth), "2"),
    "linear": lambda w, node, depth: w.layer(node, depth),
    "sqrt": lambda w, node, depth: Written(rf"\sqrt{{{w.argument(node, 0, depth).latex}}}", ATOM),
    "abs": lambda w, node, depth: Written(rf"\left| {w.argument(node, 0, depth).latex} \right|", ATOM),
    **dict.fromkeys(PASSING, lambda w, node, depth: w.argument(node, 0, depth - 1)),
    **dict.fromkeys(PRODUCTS, Writer.matrix_product),
    **dict.fromkeys(
        TRANSPOSES, lambda w, node, depth: Written(f"{at_least(w.argument(node, 0, depth), ATOM)}^T", ATOM)
    ),
}


def expression(node: Node, survey: Survey, kept: Collection[Vertex]) -> Formula:
    """A node in terms of kept vertices and constants, as it was computed.

    Parameters
    ----------
    node : of the graph that was surveyed, the result of an operation.
    survey : names the vertices.
    kept : what is written by its name.

    What is longer than about `LONGEST` characters is cut: an ellipsis stands for what is left out.

    >>> import autograd_lite as ag
    >>> w, x, b = (ag.Value(v, name=n) for v, n in ((2.0, "w1"), (3.0, "x1"), (1.0, "b")))
    >>> y = w * x + b
    >>> survey = Survey(y)
    >>> expression(y, survey, {w, x, b}).text
    'w₁x₁ + b'
    """
    found = None
    for depth, width in LIMITS:
        script = Script()
        written = Writer(survey, kept, script, depth, width).node(node)
        found = script.formula(written.latex)
        if len(found.text) <= LONGEST:
            return found
    assert found is not None
    return found


def _constant(value: Any) -> str:
    """An array without a name: its entries, or a letter with its size."""
    if np.size(value) <= FEW and np.ndim(value) == 1:
        return inline(value)
    size = "x".join(map(str, np.shape(value)))
    return f"C{small(size, SUBSCRIPTS)}"
