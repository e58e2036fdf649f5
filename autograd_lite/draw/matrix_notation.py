"""Cotangents in print: products of matrices, ⊙ between entries, numbers in front."""

from __future__ import annotations

import numpy as np

from autograd_lite.draw import laurent
from autograd_lite.draw.algebra import Atom
from autograd_lite.draw.laurent import Poly
from autograd_lite.draw.matrix import (
    Entries,
    Gradient,
    Matrix,
    Named,
    One,
    Product,
    Reshaped,
    Shape,
    Spread,
    Summed,
    Transposed,
)
from autograd_lite.draw.parts import (
    ATOM,
    CALL,
    ENTRIES,
    POWER,
    PRODUCT,
    Written,
    at_least,
    product,
    total,
)
from autograd_lite.draw.pieces import ratio
from autograd_lite.draw.polynomial import Notation
from autograd_lite.draw.pullback import Cotangent, Pullbacks
from autograd_lite.draw.survey import Survey
from autograd_lite.draw.typeset import Formula
from autograd_lite.graph import Node

ONES = Written(r"\ones", ATOM, "word")


class MatrixNotation:
    """Writes the cotangents of one graph.

    Parameters
    ----------
    survey : of the graph.
    notation : writes the polynomials.
    pullbacks : made the cotangents.
    """

    def __init__(self, survey: Survey, notation: Notation, pullbacks: Pullbacks) -> None:
        self.survey, self.notation, self.pullbacks = survey, notation, pullbacks

    def formula(self, cotangent: Cotangent, target: Node, source: Node) -> Formula:
        """What flows back from one kept node to another."""
        self.notation.begin()
        shape = np.shape(source._data)
        cores = [(core, polynomial) for core, polynomial in cotangent.items() if polynomial]
        parts = [self.term(core, polynomial, shape) for core, polynomial in cores]
        written = total(parts) if parts else self.notation.script.number(0)
        made = self.notation.script.formula(written.latex)
        bar = ratio(self.survey.name(self.survey.output), self.survey.name(target))
        return Formula(made.latex, {**made.names, "bar f": bar})

    def factor(self, polynomial: Poly) -> Formula:
        """An elementwise derivative as a matrix: its entries on a diagonal."""
        self.notation.begin()
        inner = self.notation.sum(polynomial)
        return self.notation.script.formula(rf"\operatorname{{diag}} \left( {inner.latex} \right)")

    def term(self, core: Matrix, polynomial: Poly, shape: Shape) -> Written:
        """A polynomial times a matrix expression, in a shape."""
        if isinstance(core, One):
            return self.filled(polynomial, self.notation.sum(polynomial), shape)
        (c, scalars), rest = self.pullbacks.split(polynomial)
        written = self.matrix(core)
        if rest != laurent.constant(1):
            entries = self.notation.sum(rest)
            sign = r"\odot" if self.is_array(core) and self.has_arrays(rest) else ""
            written = product(written, entries, sign)
        elif not self.is_array(core) and shape:
            written = product(written, ONES)
        if c == 1 and not scalars:
            return written
        if c == -1 and not scalars:
            return Written("-" + at_least(written, ENTRIES), 2)
        return product(self.notation.term(c, scalars), written)

    def filled(self, polynomial: Poly, written: Written, shape: Shape) -> Written:
        """Ones times a polynomial, where there is nothing else in the shape that is meant."""
        if not shape or self.has_arrays(polynomial):
            return written
        return ONES if polynomial == laurent.constant(1) else product(written, ONES)

    def has_arrays(self, polynomial: Poly) -> bool:
        """Whether there are arrays among the atoms."""
        algebra = self.pullbacks.algebra
        atoms: set[Atom] = {algebra.atoms[atom] for monomial in polynomial for atom, _ in monomial}
        return any(algebra.dimensions(atom) for atom in atoms)

    def is_array(self, core: Matrix) -> bool:
        """Whether a matrix expression has axes."""
        return not (isinstance(core, Gradient) and not core.shape)

    def matrix(self, matrix: Matrix) -> Written:
        """A matrix expression."""
        match matrix:
            case One():
                return ONES
            case Gradient(_):
                return Written(r"\bar f", ATOM)
            case Named(vertex):
                return self.notation.writer.vertex(vertex)
            case Entries(polynomial, of, shape):
                return self.term(of, dict(polynomial), shape)
            case Transposed(of):
                return Written(f"{at_least(self.matrix(of), ATOM)}^T", POWER)
            case Product(left, right, outer):
                written = self.matrix(right)
                second = f"{at_least(written, ATOM)}^T" if outer else at_least(written, PRODUCT)
                return Written(rf"{at_least(self.matrix(left), PRODUCT)} \spaced {second}", PRODUCT)
        return self.rest(matrix)

    def rest(self, matrix: Matrix) -> Written:
        """Sums, repetitions and other shapes."""
        match matrix:
            case Summed(of, whole, shape):
                inner = self.matrix(of)
                if len(whole) == 2 and shape in ((whole[1],), (1, whole[1])):
                    return Written(rf"\ones^T \spaced {at_least(inner, PRODUCT)}", PRODUCT)
                if len(whole) == 2 and shape == (whole[0], 1):
                    return Written(rf"{at_least(inner, PRODUCT)} \spaced \ones", PRODUCT)
                return Written(rf"\sum {at_least(inner, PRODUCT)}", PRODUCT)
            case Spread(of, axis, shape) if len(shape) == 2:
                repeated = at_least(self.matrix(of), PRODUCT)
                return Written(rf"\ones \spaced {repeated}" if axis == 0 else rf"{repeated} \spaced \ones^T", PRODUCT)
            case Spread(of, _, _):
                return Written(rf"\operatorname{{repeat}} \left( {self.matrix(of).latex} \right)", CALL)
            case Reshaped(of, _):
                return Written(rf"\operatorname{{reshape}} \left( {self.matrix(of).latex} \right)", CALL)
        raise NotImplementedError
