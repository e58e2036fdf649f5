"""Matrix forms: what flows back from one named array to another, as products, transposes and entries.

A cotangent is a sum of terms, each an elementwise polynomial times a matrix expression. An operation
that is not understood ends the way: there is no formula then.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np

from autograd_lite.draw import laurent
from autograd_lite.draw.algebra import Algebra, Atom, softmax_key
from autograd_lite.draw.expression import TRANSPOSES
from autograd_lite.draw.laurent import UNIT, Poly, Term
from autograd_lite.draw.matrix import (
    Gradient,
    Matrix,
    Named,
    One,
    Product,
    Reshaped,
    Shape,
    Spread,
    Summed,
    entries,
    transposed,
    value,
)
from autograd_lite.draw.segment import Segment
from autograd_lite.draw.survey import Vertex, argument
from autograd_lite.graph import Node
from autograd_lite.ops import RULE_BOOK

#: Cotangents of more terms are given up.
MOST_TERMS = 6
Cotangent = dict[Matrix, Poly]


class Pullbacks:
    """Carries cotangents back through the segments of one graph, in symbols."""

    def __init__(self, algebra: Algebra) -> None:
        self.algebra = algebra

    def cotangents(self, segment: Segment, is_output: bool) -> dict[Node, Cotangent]:
        """What flows back to each source of a segment; those that are not understood are left out."""
        seed = One() if is_output else Gradient(np.shape(segment.target._data))
        found: dict[Node, Cotangent | None] = {segment.target: {seed: laurent.constant(1)}}
        for node in reversed(segment.inner):
            along = found.pop(node, {})
            for i, parent in enumerate(node._inputs):
                if parent is None or not parent._tracked:
                    continue
                before, more = found.get(parent, {}), self.step(node, i, along) if along is not None else None
                found[parent] = None if before is None or more is None else _added(before, more)
        return {source: cotangent for source, cotangent in found.items() if cotangent is not None}

    def step(self, node: Node, i: int, along: Cotangent) -> Cotangent | None:
        """The cotangent of argument i from that of the node."""
        op = node._op
        assert op is not None
        if RULE_BOOK.get(op.name) is not op or len(along) > MOST_TERMS:
            return None
        rule = RULES.get(op.name)
        if rule is not None:
            return rule(self, node, i, along)
        return self.elementwise(node, i, along) if op.elementwise else None

    def elementwise(self, node: Node, i: int, along: Cotangent) -> Cotangent | None:
        """Entry by entry, summed where the argument was repeated."""
        slope = self.algebra.slope(node, i)
        scaled = {core: laurent.multiply(polynomial, slope) for core, polynomial in along.items()}
        if any(len(polynomial) > MOST_TERMS for polynomial in scaled.values()):
            return None
        return self.summed(node._data, scaled, np.shape(node._values[i]))

    def summed(self, data: Any, along: Cotangent, to: Shape) -> Cotangent:
        """A cotangent in the shape of what was repeated."""
        shape = np.shape(data)
        if shape == to:
            return along
        found: Cotangent = {}
        for core, polynomial in along.items():
            scalar, rest = self.split(polynomial)
            inner = entries(rest, core, shape)
            if isinstance(inner, One):
                n = math.prod(shape) // max(math.prod(to), 1)
                found = _added(found, {inner: laurent.scale(laurent.of_term(scalar), (Fraction(n), UNIT))})
            else:
                found = _added(found, {Summed(inner, shape, to): laurent.of_term(scalar)})
        return found

    def reduced(self, node: Node, i: int, along: Cotangent) -> Cotangent | None:
        """Back through a sum or a mean: to each entry what belongs to its slice."""
        params, shape = node._params or {}, np.shape(node._values[0])
        if any(params.get(name) is not None for name in ("where", "initial", "dtype", "out")) or not math.prod(shape):
            return None
        axis = params.get("axis")
        if isinstance(axis, tuple):
            return None
        assert node._op is not None
        n = Fraction(1, (math.prod(shape) if axis is None else shape[axis]) if node._op.name == "mean" else 1)
        if axis is None or len(shape) < 2:
            return {core: laurent.scale(polynomial, (n, UNIT)) for core, polynomial in along.items()}
        found: Cotangent = {}
        for core, polynomial in along.items():
            scalar, rest = self.split(polynomial)
            inner = entries(rest, core, np.shape(node._data))
            spread = inner if isinstance(inner, One) else Spread(inner, axis % len(shape), shape)
            found = _added(found, {spread: laurent.scale(laurent.of_term(scalar), (n, UNIT))})
        return found

    def transposed(self, node: Node, i: int, along: Cotangent) -> Cotangent | None:
        if np.ndim(node._data) > 2 or any(value is not None for value in (node._params or {}).values()):
            return None
        return self.mapped(node, along, transposed)

    def reshaped(self, node: Node, i: int, along: Cotangent) -> Cotangent | None:
        shape = np.shape(node._values[0])
        return self.mapped(node, along, lambda inner: Reshaped(inner, shape))

    def mapped(self, node: Node, along: Cotangent, f: Callable[[Matrix], Matrix]) -> Cotangent:
        """A linear function of each term."""
        found: Cotangent = {}
        for core, polynomial in along.items():
            scalar, rest = self.split(polynomial)
            inner = entries(rest, core, np.shape(node._data), whole=True)
            found = _added(found, {f(inner): laurent.of_term(scalar)})
        return found

    def multiplied(self, node: Node, i: int, along: Cotangent) -> Cotangent | None:
        """Back through a product of matrices or vectors."""
        ranks = tuple(np.ndim(value) for value in node._values)
        other = self.operand(argument(node, 1 - i))
        if ranks == (1, 1):
            term = self.algebra.term(argument(node, 1 - i))
            return {core: laurent.scale(polynomial, term) for core, polynomial in along.items()}
        forms: dict[tuple[int, tuple[int, ...]], Callable[[Matrix], Matrix]] = {
            (0, (2, 2)): lambda g: Product(g, transposed(other)),
            (1, (2, 2)): lambda g: Product(transposed(other), g),
            (0, (2, 1)): lambda g: Product(g, other, outer=True),
            (1, (2, 1)): lambda g: Product(transposed(other), g),
            (0, (1, 2)): lambda g: Product(other, g),
            (1, (1, 2)): lambda g: Product(other, g, outer=True),
        }
        form = forms.get((i, ranks))
        return None if form is None else self.mapped(node, along, form)

    def layer(self, node: Node, i: int, along: Cotangent) -> Cotangent | None:
        """Back through x y^T + z."""
        if np.ndim(node._data) != 2:
            return None
        if i == 2:
            return self.summed(node._data, along, np.shape(node._values[2]))
        x, y = (self.operand(argument(node, j)) for j in (0, 1))
        return self.mapped(node, along, lambda g: Product(g, y) if i == 0 else Product(transposed(g), x))

    def picked(self, node: Node, i: int, along: Cotangent) -> Cotangent | None:
        """Back through an index, of one number for all that is picked: that number where something was."""
        found: Cotangent = {}
        for core, polynomial in along.items():
            scalar, rest = self.split(polynomial)
            if not isinstance(core, One) or rest != laurent.constant(1):
                return None
            picks = self.algebra.atom(("picks", node), Atom("picks", node))
            found = _added(found, {core: laurent.scale(laurent.of_term(scalar), picks)})
        return found

    def log_softmax(self, node: Node, i: int, along: Cotangent) -> Cotangent | None:
        """Back through the logarithm of a softmax p: g - p sum(g), where the sums of g are known."""
        axis = (node._params or {}).get("axis", -1)
        ((core, polynomial),) = along.items() if len(along) == 1 else ((None, {}),)
        if not isinstance(core, One) or not self.algebra.is_constant(polynomial):
            return None
        sums = np.broadcast_to(self.algebra.evaluate(polynomial), np.shape(node._data)).sum(axis=axis)
        if not np.size(sums) or not np.allclose(sums, sums.flat[0], rtol=1e-6, atol=0):
            return None
        total = Fraction(float(sums.flat[0])).limit_denominator(10**6)
        p = self.algebra.atom(softmax_key(node, self.algebra), Atom("softmax", node))
        return {core: laurent.add(polynomial, laurent.scale(laurent.of_term(p), (-total, UNIT)))}

    def cross_entropy(self, node: Node, i: int, along: Cotangent) -> Cotangent | None:
        """Back through the cross-entropy of a softmax p: p less ones where the right classes are."""
        params = node._params or {}
        if params.get("weight") is not None:
            return None
        p = self.algebra.atom(softmax_key(node, self.algebra), Atom("softmax", node))
        picks = self.algebra.atom(("picks", node), Atom("picks", node))
        difference = laurent.add(laurent.of_term(p), laurent.scale(laurent.of_term(picks), (Fraction(-1), UNIT)))
        share = 1 / Fraction(str(float(params.get("total") or 1.0)))
        found: Cotangent = {}
        for core, polynomial in along.items():
            _, rest = self.split(polynomial)
            if np.ndim(node._data) and (not isinstance(core, One) or rest != laurent.constant(1)):
                return None
            found[core] = laurent.scale(laurent.multiply(polynomial, difference), (share, UNIT))
        return found

    def operand(self, vertex: Vertex) -> Matrix:
        """An argument as a matrix, transposes as such."""
        if isinstance(vertex, Node) and vertex not in self.algebra.kept and vertex._op is not None:
            plain = all(value is None for value in (vertex._params or {}).values())
            if vertex._op.name in TRANSPOSES and plain and np.ndim(vertex._data) == 2:
                return transposed(self.operand(argument(vertex, 0)))
        return Named(vertex)

    def split(self, polynomial: Poly) -> tuple[Term, Poly]:
        """A polynomial as a term of numbers and the rest."""
        sizes = {abs(c) for c in polynomial.values()}
        c = sizes.pop() if len(sizes) == 1 else Fraction(1)
        if len(polynomial) == 1 and next(iter(polynomial.values())) < 0:
            c = -c
        scalars = tuple(
            (atom, power)
            for atom, power in laurent.shared(polynomial)
            if not self.algebra.dimensions(self.algebra.atoms[atom])
        )
        return (c, scalars), laurent.scale(polynomial, (1 / c, laurent.to_power(scalars, -1))) if polynomial else {}

    def evaluate(self, cotangent: Cotangent, gradient: Any, shape: Shape) -> Any:
        """The array that a cotangent comes to, given the gradient of the output by the segment's target."""
        total = np.zeros(shape)
        for core, polynomial in cotangent.items():
            total = total + np.broadcast_to(
                self.algebra.evaluate(polynomial) * value(core, gradient, self.algebra), shape
            )
        return total


#: How cotangents go back through operations that are not elementwise.
RULES: dict[str, Callable[[Pullbacks, Node, int, Cotangent], Cotangent | None]] = {
    "sum": Pullbacks.reduced,
    "mean": Pullbacks.reduced,
    "matmul": Pullbacks.multiplied,
    "dot": Pullbacks.multiplied,
    "linear": Pullbacks.layer,
    "getitem": Pullbacks.picked,
    "log_softmax": Pullbacks.log_softmax,
    "cross_entropy": Pullbacks.cross_entropy,
    **dict.fromkeys(TRANSPOSES, Pullbacks.transposed),
    **dict.fromkeys(("reshape", "ravel", "squeeze", "expand_dims"), Pullbacks.reshaped),
}


def _added(a: Cotangent, b: Cotangent) -> Cotangent:
    """The sum of two cotangents."""
    total = dict(a)
    for core, polynomial in b.items():
        total[core] = laurent.add(total.get(core, {}), polynomial)
    return total
