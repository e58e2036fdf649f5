"""Nodes as algebra: what each is as a term in the kept ones, and its derivatives as polynomials.

Structurally equal nodes, of the same operation on the same arguments, are one atom, so that an
exponential that a program works out twice cancels against itself.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Literal

import numpy as np

from autograd_lite.draw import laurent
from autograd_lite.draw.expression import PASSING
from autograd_lite.draw.laurent import UNIT, Poly, Term
from autograd_lite.draw.survey import Vertex, argument
from autograd_lite.graph import Node
from autograd_lite.ops import RULE_BOOK

#: A sum of more terms is an atom in the sums that it is part of, and a greater power one in products.
MOST_TERMS, MOST_POWER = 12, 16


@dataclass(frozen=True, eq=False)
class Atom:
    """What a monomial is made of.

    Attributes
    ----------
    kind : "kept", a kept node or an array that is constant; "sum", of which `definition` is the polynomial; "call",
        any other operation; "slope", a local derivative that is left as its card writes it; "picks", ones where an
        index picks; "softmax", of the argument of a node that
        works it out on its way.
    vertex : the node that it stands for, or whose argument number `place` the slope is of.
    """

    kind: Literal["kept", "sum", "call", "slope", "picks", "softmax"]
    vertex: Vertex
    definition: Poly = field(default_factory=dict)
    place: int = 0


class Algebra:
    """The terms of the nodes of one graph.

    Parameters
    ----------
    kept : the nodes that are atoms by their names.
    """

    def __init__(self, kept: Collection[Node]) -> None:
        self.kept = kept
        self.atoms: list[Atom] = []
        self._numbers: dict[Hashable, int] = {}
        self._terms: dict[Vertex, Term] = {}

    def learn(self, inner: Collection[Node]) -> None:
        """Work out the terms of nodes, given in the order of computation."""
        for node in inner:
            if node not in self.kept and node not in self._terms:
                self._terms[node] = self.computed(node)

    def term(self, vertex: Vertex) -> Term:
        """A vertex as a coefficient and a monomial."""
        if isinstance(vertex, Node) and (vertex in self.kept or vertex._op is not None):
            return self._terms.get(vertex) or self.atom(vertex, Atom("kept", vertex))
        named = isinstance(vertex, Node) and vertex.name is not None
        value = vertex._data if isinstance(vertex, Node) else vertex[0]._values[vertex[1]]
        # An array of one number over and over is that number.
        first = float(np.ravel(value)[0]) if np.size(value) else np.nan
        if named or not np.isfinite(first) or not np.all(np.asarray(value) == first):
            return self.atom(vertex, Atom("kept", vertex))
        return Fraction(str(first)), UNIT

    def atom(self, key: Hashable, made: Atom) -> Term:
        """The atom of a key, a new one for a new key, as a term."""
        number = self._numbers.setdefault(key, len(self.atoms))
        if number == len(self.atoms):
            self.atoms.append(made)
        return Fraction(1), ((number, 1),)

    def number(self, node: Node) -> int:
        """The number of the atom of a kept node."""
        ((number, _),) = self.atom(node, Atom("kept", node))[1]
        return number

    def computed(self, node: Node) -> Term:
        """What the operation of a node gives, whether the node is kept or not."""
        op = node._op
        assert op is not None
        arguments = [self.term(argument(node, i)) for i, value in enumerate(node._values) if value is not None]
        if RULE_BOOK.get(op.name) is op and (rule := TERMS.get(op.name)) is not None:
            found = rule(self, node, *arguments)
            if found is not None and not laurent.is_long(found[0]):
                return found
        return self.atom(("call", *_key(node, arguments)), Atom("call", node))

    def slope(self, node: Node, i: int) -> Poly:
        """The partial derivative of a node by its argument i."""
        op = node._op
        assert op is not None
        if op.each is None and op.rules[i] is None:
            return {}
        arguments = [self.term(argument(node, j)) for j, value in enumerate(node._values) if value is not None]
        if RULE_BOOK.get(op.name) is op and (rule := SLOPES.get(op.name)) is not None:
            found = rule(self.term(node), i, *arguments)
            if found is not None:
                return found
        return laurent.of_term(self.atom(("slope", i, *_key(node, arguments)), Atom("slope", node, place=i)))

    def sum(self, node: Node, a: Term, b: Term, sign: int = 1) -> Term:
        """A sum or a difference: one term where the two are of one kind, else an atom of its own."""
        total = laurent.add(self.flat(a), laurent.scale(self.flat(b), (Fraction(sign), UNIT)))
        if len(total) < 2:
            return next(((c, monomial) for monomial, c in total.items()), (Fraction(0), UNIT))
        opposite = frozenset((monomial, -c) for monomial, c in total.items())
        if ("sum", opposite) in self._numbers:
            return Fraction(-1), ((self._numbers["sum", opposite], 1),)
        return self.atom(("sum", frozenset(total.items())), Atom("sum", node, total))

    def flat(self, term: Term) -> Poly:
        """A term as a polynomial, a short sum in full."""
        c, monomial = term
        if len(monomial) == 1 and monomial[0][1] == 1:
            definition = self.atoms[monomial[0][0]].definition
            if 0 < len(definition) <= MOST_TERMS:
                return laurent.scale(definition, (c, UNIT))
        return laurent.of_term(term)

    def dimensions(self, atom: Atom) -> int:
        """How many axes an atom has."""
        return np.ndim(atom.vertex._data if isinstance(atom.vertex, Node) else self._value(atom))

    def is_constant(self, polynomial: Poly) -> bool:
        """Whether nothing in a polynomial is tracked."""
        atoms = [self.atoms[atom] for monomial in polynomial for atom, _ in monomial]
        return all(a.kind == "picks" or not (isinstance(a.vertex, Node) and a.vertex._tracked) for a in atoms)

    def evaluate(self, polynomial: Poly) -> Any:
        """The number, or the array, that a polynomial in these atoms comes to."""
        values = {atom: self._value(self.atoms[atom]) for monomial in polynomial for atom, _ in monomial}
        total: Any = 0.0
        for monomial, c in polynomial.items():
            factor: Any = float(c)
            for atom, power in monomial:
                factor = factor * np.float64(values[atom]) ** power
            total = total + factor
        return total

    def _value(self, atom: Atom) -> Any:
        if atom.kind == "sum":
            return self.evaluate(atom.definition)
        if not isinstance(atom.vertex, Node):
            return atom.vertex[0]._values[atom.vertex[1]]
        node = atom.vertex
        if atom.kind == "softmax":
            return RULE_BOOK["softmax"].forward(node._values[0], axis=(node._params or {}).get("axis", -1))
        if atom.kind == "picks":
            return _picks(node)
        if atom.kind != "slope" or node._op is None:
            return node._data
        seed = np.ones_like(node._data) if np.ndim(node._data) else 1.0
        return node._op.rules[atom.place](seed, node._data, *node._values, **(node._params or {}))


def softmax_key(node: Node, algebra: Algebra) -> Hashable:
    """The key of the softmax of the same argument as that of a node that is its logarithm."""
    return "call", RULE_BOOK["softmax"], _axis(node), (algebra.term(argument(node, 0)),), np.shape(node._values[0])


def _axis(node: Node) -> Hashable:
    axis = (node._params or {}).get("axis", -1)
    axes = np.ndim(node._values[0])
    return axis % axes if isinstance(axis, int) and axes else axis


def _picks(node: Node) -> Any:
    """Ones where an index picks, as often as it does, or where the classes of a cross-entropy are."""
    ones, params = np.zeros(np.shape(node._values[0])), node._params or {}
    if "index" in params:
        np.add.at(ones, params["index"], 1.0)
    else:
        axis = params.get("axis", -1)
        np.put_along_axis(ones, np.expand_dims(np.asarray(params["target"]), axis), 1.0, axis)
    return ones


def _key(node: Node, arguments: list[Term]) -> tuple[Hashable, ...]:
    """What structurally equal nodes have in common."""
    params = node._params or {}
    plain = all(isinstance(value, str | int | float | bool | tuple | None) for value in params.values())
    if node._op is RULE_BOOK["softmax"]:
        return node._op, _axis(node), tuple(arguments), np.shape(node._data)
    said: Hashable = tuple(sorted((name, repr(value)) for name, value in params.items())) if plain else node
    return node._op, said, tuple(arguments), np.shape(node._data)


def _times(a: Term, b: Term) -> Term:
    return a[0] * b[0], laurent.times(a[1], b[1])


def _power(a: Term, n: Term) -> Term | None:
    """A term to a whole power; None for any other."""
    if n[1] or n[0].denominator != 1 or abs(n[0]) > MOST_POWER or (not a[0] and n[0] <= 0):
        return None
    return a[0] ** int(n[0]), laurent.to_power(a[1], int(n[0]))


def _over(a: Term, b: Term) -> Term | None:
    return _times(a, (1 / b[0], laurent.to_power(b[1], -1))) if b[0] else None


#: What operations are as terms; the others are atoms.
TERMS: dict[str, Callable[..., Term | None]] = {
    "add": lambda algebra, node, a, b: algebra.sum(node, a, b),
    "subtract": lambda algebra, node, a, b: algebra.sum(node, a, b, -1),
    "multiply": lambda algebra, node, a, b: _times(a, b),
    "divide": lambda algebra, node, a, b: _over(a, b),
    "negative": lambda algebra, node, a: (-a[0], a[1]),
    "power": lambda algebra, node, a, n: _power(a, n),
    "square": lambda algebra, node, a: _power(a, (Fraction(2), UNIT)),
    "reciprocal": lambda algebra, node, a: _over((Fraction(1), UNIT), a),
    **dict.fromkeys(PASSING, lambda algebra, node, a: a),
}


def _polynomial(*terms: tuple[Term, int, int]) -> Poly | None:
    """The sum of powers of terms, each with a coefficient: (term, power, coefficient)."""
    each = [(_power(term, (Fraction(power), UNIT)), c) for term, power, c in terms]
    if any(term is None for term, _ in each):
        return None
    return laurent.add(*(laurent.of_term((term[0] * c, term[1])) for term, c in each if term is not None))


def _of_quotient(f: Term, i: int, a: Term, b: Term) -> Poly | None:
    if not b[0]:
        return None
    below = (1 / b[0], laurent.to_power(b[1], -1))
    return laurent.of_term(below if i == 0 else _times(_times(a, below), (-below[0], below[1])))


def _of_power(f: Term, i: int, a: Term, n: Term) -> Poly | None:
    if i or n[1]:
        return None
    below = _power(a, (n[0] - 1, UNIT)) if n[0] else (Fraction(0), UNIT)
    return None if below is None else laurent.of_term((below[0] * n[0], below[1]))


#: Derivatives in terms of the arguments and of the result, which is f.
SLOPES: dict[str, Callable[..., Poly | None]] = {
    "add": lambda f, i, a, b: laurent.constant(1),
    "subtract": lambda f, i, a, b: laurent.constant(1 if i == 0 else -1),
    "multiply": lambda f, i, a, b: laurent.of_term(b if i == 0 else a),
    "divide": _of_quotient,
    "negative": lambda f, i, a: laurent.constant(-1),
    "power": _of_power,
    "square": lambda f, i, a: _polynomial((a, 1, 2)),
    "reciprocal": lambda f, i, a: _polynomial((a, -2, -1)),
    "exp": lambda f, i, a: laurent.of_term(f),
    "expm1": lambda f, i, a: _polynomial((f, 1, 1), (f, 0, 1)),
    "log": lambda f, i, a: _polynomial((a, -1, 1)),
    "sqrt": lambda f, i, a: laurent.scale(_polynomial((f, -1, 1)) or {}, (Fraction(1, 2), UNIT)) or None,
    "tanh": lambda f, i, a: _polynomial((f, 0, 1), (f, 2, -1)),
    "tan": lambda f, i, a: _polynomial((f, 0, 1), (f, 2, 1)),
    "sigmoid": lambda f, i, a: _polynomial((f, 1, 1), (f, 2, -1)),
    **dict.fromkeys(PASSING, lambda f, i, a: laurent.constant(1)),
}
