"""Polynomials in print: fractions, common factors before brackets, names for atoms."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from fractions import Fraction

from autograd_lite.draw import laurent
from autograd_lite.draw.algebra import Algebra, Atom
from autograd_lite.draw.build import meanings, symbol_of
from autograd_lite.draw.expression import Writer
from autograd_lite.draw.laurent import UNIT, Monomial, Poly
from autograd_lite.draw.parts import (
    ATOM,
    CALL,
    PRODUCT,
    SUM,
    FactorKind,
    Script,
    Written,
    bracket,
    negative,
    power,
    product,
    quotient,
    total,
)
from autograd_lite.draw.pieces import Piece
from autograd_lite.draw.survey import Survey, argument
from autograd_lite.draw.typeset import Formula
from autograd_lite.graph import Node

#: How deep and how wide the expressions of anonymous atoms are.
DEPTH, WIDTH = 4, 4
#: Denominators that stay fractions though they end as decimals.
FRACTIONS = frozenset({2, 4})


class Notation:
    """Writes polynomials in the atoms of one algebra.

    Parameters
    ----------
    survey, kept : name the nodes of the graph.
    others : the names of nodes beside it.
    """

    def __init__(self, survey: Survey, kept: Collection[Node], algebra: Algebra, others: Mapping[Node, str]) -> None:
        self.survey, self.kept, self.algebra, self.others = survey, kept, algebra, others
        self.begin()

    def begin(self) -> None:
        """Begin a new formula."""
        self.script = Script()
        self.writer = Writer(self.survey, self.kept, self.script, DEPTH, WIDTH)
        #: What is written of arrays.
        self.arrays: set[str] = set()

    def formula(self, polynomial: Poly) -> Formula:
        """A polynomial as a formula."""
        self.begin()
        return self.script.formula(self.sum(polynomial).latex)

    def sum(self, polynomial: Poly) -> Written:
        """Terms, positive ones first, or a common factor before them."""
        if len(polynomial) < 2:
            return next((self.term(c, monomial) for monomial, c in polynomial.items()), self.script.number(0))
        factor = laurent.shared(polynomial)
        sizes = {abs(c) for c in polynomial.values()}
        c = sizes.pop() if len(sizes) == 1 else Fraction(1)
        if factor or c != 1:
            rest = laurent.scale(polynomial, (1 / c, laurent.to_power(factor, -1)))
            inner = self.sum(rest)
            if any(self.algebra.dimensions(self.algebra.atoms[atom]) for monomial in rest for atom, _ in monomial):
                self.arrays.add(inner.latex)
            return self.term(c, factor, inner)
        return total([self.term(polynomial[monomial], monomial) for monomial in self._ordered(polynomial)])

    def term(self, c: Fraction, monomial: Monomial, factor: Written | None = None) -> Written:
        """A coefficient times a monomial, and times one further factor."""
        c, turned = self._turned(c, monomial)
        # Numbers stand before arrays.
        monomial = tuple(sorted(monomial, key=lambda part: self.algebra.dimensions(self.algebra.atoms[part[0]]) > 0))
        above = [self.factor(atom, n, turned) for atom, n in monomial if n > 0] + ([factor] if factor else [])
        below = [self.factor(atom, -n, turned) for atom, n in monomial if n < 0]
        size = abs(c)
        if (size.denominator in FRACTIONS and size < 1) or not _ends(size):
            above, below = self._with_number(size.numerator, above), self._with_number(size.denominator, below)
        else:
            above = self._with_number(float(size), above)
        top = self.product(above) if above else self.script.number(1)
        whole = quotient(top, self.product(below)) if below else top
        return negative(whole) if c < 0 else whole

    def product(self, factors: list[Written]) -> Written:
        """Factors in a row, arrays entry by entry; a single one keeps its form."""
        whole = factors[0]
        for factor in factors[1:]:
            both = whole.latex in self.arrays and factor.latex in self.arrays
            whole, parts = product(whole, factor, r"\odot" if both else ""), (whole, factor)
            if any(part.latex in self.arrays for part in parts):
                self.arrays.add(whole.latex)
        return whole

    def _with_number(self, x: float, factors: list[Written]) -> list[Written]:
        return [self.script.number(x), *factors] if x != 1 else factors

    def _turned(self, c: Fraction, monomial: Monomial) -> tuple[Fraction, int | None]:
        """The coefficient without its minus sign, where a difference among the factors can be turned about instead."""
        if c < 0:
            for atom, n in monomial:
                definition = self.algebra.atoms[atom].definition
                if n == 1 and any(sign > 0 for sign in definition.values()) and min(definition.values(), default=0) < 0:
                    return -c, atom
        return c, None

    def _ordered(self, polynomial: Poly) -> list[Monomial]:
        """The monomials in the order of print: the number last, but never a minus sign first that can be avoided."""
        minus = {monomial: self._turned(c, monomial)[0] < 0 for monomial, c in polynomial.items()}
        order = sorted(polynomial, key=lambda monomial: (monomial == UNIT, minus[monomial], monomial))
        first = next((i for i, monomial in enumerate(order) if not minus[monomial]), 0)
        return [order[first], *order[:first], *order[first + 1 :]]

    def factor(self, number: int, n: int, turned: int | None) -> Written:
        """An atom to a positive power."""
        atom = self.algebra.atoms[number]
        if number == turned:
            written = self.sum({monomial: -c for monomial, c in atom.definition.items()})
        else:
            written = self.atom(atom)
        written = power(written, str(n)) if n > 1 else written
        if self.algebra.dimensions(atom):
            self.arrays.add(written.latex)
        return written

    def atom(self, atom: Atom) -> Written:
        """An atom by its name, its expression, or the formula of its card."""
        vertex = atom.vertex
        if atom.kind in ("picks", "softmax") and isinstance(vertex, Node):
            return self.special(atom.kind, vertex)
        if atom.kind == "slope" and isinstance(vertex, Node):
            return self.card(vertex, atom.place)
        if isinstance(vertex, Node) and vertex in self.others:
            return self.script.name(self.others[vertex])
        if atom.kind == "kept" or not isinstance(vertex, Node):
            return self.writer.vertex(vertex)
        return self.writer.node(vertex)

    def special(self, kind: str, node: Node) -> Written:
        """Ones where an index picks, or a softmax."""
        if kind == "picks":
            assert node._op is not None
            index = symbol_of(node._op, node._params or {})[0]
            if index.startswith("[") and "indices" not in index:
                return Written(rf"\ones_{{{self.script.put(Piece.of(index))}}}", ATOM, "word")
            return Written(self.script.put(Piece.of("onehot", "function")), ATOM, "word")
        at = self.writer.vertex(argument(node, 0))
        return Written(rf"{self.script.put(Piece.of('softmax', 'function'))} \left( {at.latex} \right)", CALL)

    def card(self, node: Node, i: int) -> Written:
        """A local derivative as its card writes it, expressions put in for what is not kept."""
        op = node._op
        assert op is not None
        latex = op.each[0] if op.each else op.latex[i]
        names: dict[str, str | Piece] = dict(meanings(node, self.survey))
        for j, letter in enumerate("xyz"[: len(node._values)]):
            if node._values[j] is None:
                continue
            said = self.writer.vertex(argument(node, j))
            names[letter] = self._piece(said if said.level == ATOM else bracket(said))
            # Where the card has brackets, the expression needs none of its own.
            bare = chr(0xE000 + 6100 + j)
            names[bare] = self._piece(said)
            latex = latex.replace(f"({letter})", f"({bare})").replace(f"[{letter} ", f"[{bare} ")
        if node not in self.kept:
            names["f"] = self._piece(bracket(self.writer.node(node)))
        minus = latex.startswith("-") and not Formula(latex, names).is_sum
        made = Formula(latex[1:] if minus else latex, names)
        piece = made.piece
        level = SUM if made.is_sum or piece.kind == "quotient" else PRODUCT
        letter = self.script.put(piece if piece.kind == "number" else replace(piece, kind="name"))
        kind: FactorKind = "number" if piece.kind == "number" else "other"
        written = Written(letter, ATOM if piece.kind == "number" else level, kind)
        return negative(written) if minus else written

    def _piece(self, written: Written) -> Piece:
        piece = self.script.formula(written.latex).piece
        return piece if piece.kind == "number" else replace(piece, kind="name")


def _ends(c: Fraction) -> bool:
    """Whether a coefficient is a decimal of few digits, or beyond writing as a fraction."""
    rest = c.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    return rest == 1 or c.denominator > 999
