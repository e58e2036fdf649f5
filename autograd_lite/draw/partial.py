"""Partial derivatives between named numbers as formulas: summed over the paths, simplified as far as algebra goes."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np

from autograd_lite.draw import laurent
from autograd_lite.draw.algebra import Algebra
from autograd_lite.draw.laurent import Monomial, Poly
from autograd_lite.draw.names import spelled
from autograd_lite.draw.polynomial import Notation
from autograd_lite.draw.segment import Segment, segment_of
from autograd_lite.draw.survey import Survey
from autograd_lite.draw.typeset import Formula
from autograd_lite.graph import Node

#: A derivative of more terms on the way is given up, and one of more at the end is shown as a number alone.
MOST_ON_THE_WAY, MOST_TERMS = 40, 3
#: So few terms are not multiplied out.
SHORT = 2
LONGEST = 40


class Partials:
    """The partial derivatives between the kept nodes of one graph, of those that are single numbers.

    Parameters
    ----------
    survey : of the graph.
    segments : what is folded into each kept node.
    kept : the kept nodes.
    others : further nodes with names, whose definitions simplify formulas though they are no part of the graph.
    """

    def __init__(
        self, survey: Survey, segments: tuple[Segment, ...], kept: frozenset[Node], others: Mapping[Node, str]
    ) -> None:
        self.algebra = Algebra(kept | frozenset(others))
        self.notation = Notation(survey, kept, self.algebra, others)
        #: By the first anonymous atom of each: what named nodes are equal to, a coefficient and a monomial.
        self.definitions: dict[int, list[tuple[Fraction, Monomial, int]]] = {}
        known = frozenset((*kept, *others))
        beside = tuple(segment_of(node, known) for node in others if node._op is not None)
        for segment in (*segments, *beside):
            self._define(segment)

    def _define(self, segment: Segment) -> None:
        self.algebra.learn(segment.inner)
        c, monomial = self.algebra.computed(segment.target)
        anonymous = [atom for atom, _ in monomial if self._is_anonymous(atom)]
        if c and anonymous:
            entry = (c, monomial, self.algebra.number(segment.target))
            self.definitions.setdefault(anonymous[0], []).append(entry)

    def _is_anonymous(self, atom: int) -> bool:
        return self.algebra.atoms[atom].kind != "kept"

    def polynomials(self, segment: Segment) -> dict[Node, Poly]:
        """The derivative of the segment's target by each of its sources, simplified."""
        raw: dict[Node, Poly | None] = {segment.target: laurent.constant(1)}
        for node in reversed(segment.inner):
            along = raw.pop(node, {})
            for i, parent in enumerate(node._inputs):
                if parent is None or not parent._tracked:
                    continue
                before = raw.get(parent, {})
                if along is None or before is None:
                    raw[parent] = None
                    continue
                total = laurent.add(before, laurent.multiply(along, self.algebra.slope(node, i)))
                long = len(total) > MOST_ON_THE_WAY or any(map(laurent.is_long, total.values()))
                raw[parent] = None if long else total
        return {source: self.simplified(found) for source, found in raw.items() if found is not None}

    def formulas(self, segment: Segment) -> dict[Node, Formula]:
        """The same as formulas, without those that are too long to be read."""
        found = {}
        for source, polynomial in self.polynomials(segment).items():
            formula = self.notation.formula(polynomial) if len(polynomial) <= MOST_TERMS else None
            if formula is not None and len(formula.text) <= LONGEST:
                found[source] = formula
        return found

    def simplified(self, polynomial: Poly) -> Poly:
        """The same polynomial in named atoms, or as far as it goes, multiplied out where that is shorter."""
        folded = self._in_names(polynomial)
        named = not any(self._is_anonymous(atom) for monomial in folded for atom, _ in monomial)
        if len(folded) <= (MOST_TERMS if named else SHORT):
            return folded
        out = self._in_names(self._multiplied_out(polynomial))
        return out if self._size(out) < self._size(folded) else folded

    def _size(self, polynomial: Poly) -> tuple[int, int]:
        """How many terms there are, and how many factors with powers and anonymous ones counted more than once."""
        factors = sum(
            abs(power) * (3 if self._is_anonymous(atom) else 1) for monomial in polynomial for atom, power in monomial
        )
        terms = sum(
            1 + sum(len(self.algebra.atoms[atom].definition) > 1 for atom, _ in monomial) for monomial in polynomial
        )
        return terms, factors

    def _in_names(self, polynomial: Poly) -> Poly:
        """Products of anonymous atoms replaced by the named nodes that they make up."""
        return laurent.add(*(laurent.of_term(self._named(c, monomial)) for monomial, c in polynomial.items()))

    def _named(self, c: Fraction, monomial: Monomial) -> tuple[Fraction, Monomial]:
        while found := self._definition_in(monomial):
            factor, part, name = found
            monomial = laurent.times(laurent.times(monomial, laurent.to_power(part, -1)), name)
            c = c / factor
        return c, monomial

    def _definition_in(self, monomial: Monomial) -> tuple[Fraction, Monomial, Monomial] | None:
        """What a named node or its reciprocal is equal to, if that is a part of a monomial, and its name."""
        for first, _ in monomial:
            for factor, definition, atom in self.definitions.get(first, ()):
                for sign in (1, -1):
                    part = laurent.to_power(definition, sign)
                    if _contains(monomial, part):
                        return factor**sign, part, ((atom, sign),)
        return None

    def _multiplied_out(self, polynomial: Poly) -> Poly:
        """Sums multiplied out, and divided by where they are divisors without remainder."""
        atoms = sorted({atom for monomial in polynomial for atom, _ in monomial}, reverse=True)
        for atom in atoms:
            definition = self.algebra.atoms[atom].definition
            if not definition or len(polynomial) > MOST_ON_THE_WAY:
                continue
            least = min(0, min((laurent.exponent(monomial, atom) for monomial in polynomial), default=0))
            polynomial = laurent.scale(polynomial, (Fraction(1), laurent.to_power(((atom, 1),), -least)))
            polynomial = _substituted(polynomial, atom, definition)
            while least < 0 and (quotient := laurent.divide(polynomial, definition)) is not None:
                polynomial, least = quotient, least + 1
            polynomial = laurent.scale(polynomial, (Fraction(1), laurent.to_power(((atom, 1),), least)))
        return polynomial


def is_scalar(segment: Segment) -> bool:
    """Whether there are single numbers alone, all the way."""
    nodes = (*segment.inner, *segment.sources)
    return all(np.ndim(node._data) == 0 and node._op is not None for node in segment.inner) and all(
        np.ndim(value) == 0 for node in nodes for value in node._values
    )


def others_of(names: Mapping[str, Any] | None, survey: Survey) -> dict[Node, str]:
    """The nodes that have names among `names` without being part of the graph."""
    found: dict[Node, str] = {}
    for name, node in (names or {}).items():
        if isinstance(node, Node) and not name.startswith("_") and node not in survey.given and node._tracked:
            found.setdefault(node, spelled(name))
    return found


def _contains(monomial: Monomial, part: Monomial) -> bool:
    """Whether a monomial has each atom of another, with the same sign and no smaller power."""
    powers = dict(monomial)
    return all(powers.get(atom, 0) * power > 0 and abs(powers[atom]) >= abs(power) for atom, power in part)


def _substituted(polynomial: Poly, atom: int, definition: Poly) -> Poly:
    """A polynomial with an atom, of which there are no negative powers, replaced by its definition."""
    parts = []
    for monomial, c in polynomial.items():
        n = laurent.exponent(monomial, atom)
        rest = laurent.times(monomial, ((atom, -n),)) if n else monomial
        parts.append(laurent.scale(laurent.power(definition, n), (c, rest)))
    return laurent.add(*parts)
