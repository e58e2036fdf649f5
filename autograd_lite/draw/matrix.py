"""Matrix expressions: gradients, named arrays, and what is made of them."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from autograd_lite.backward import unbroadcast
from autograd_lite.draw import laurent
from autograd_lite.draw.algebra import Algebra
from autograd_lite.draw.laurent import Poly
from autograd_lite.draw.survey import Vertex
from autograd_lite.graph import Node

Shape = tuple[int, ...]
#: A polynomial that can be part of a key.
Frozen = frozenset[tuple[laurent.Monomial, Fraction]]


@dataclass(frozen=True)
class One:
    """One, everywhere."""


@dataclass(frozen=True)
class Gradient:
    """The gradient of the output by the segment's target."""

    shape: Shape


@dataclass(frozen=True)
class Named:
    """An argument, by its name or its expression."""

    vertex: Vertex


@dataclass(frozen=True)
class Entries:
    """A matrix expression times a polynomial, entry by entry."""

    polynomial: Frozen
    of: Matrix
    shape: Shape


@dataclass(frozen=True)
class Transposed:
    """A transpose."""

    of: Matrix


@dataclass(frozen=True)
class Product:
    """A matrix product; of two vectors, with `outer`, the matrix of all products."""

    left: Matrix
    right: Matrix
    outer: bool = False


@dataclass(frozen=True)
class Summed:
    """A sum of an array of the shape `whole` over the axes along which it was repeated from `shape`."""

    of: Matrix
    whole: Shape
    shape: Shape


@dataclass(frozen=True)
class Spread:
    """An array repeated along an axis that it does not have, or has with length 1."""

    of: Matrix
    axis: int
    shape: Shape


@dataclass(frozen=True)
class Reshaped:
    """The same entries in another shape."""

    of: Matrix
    shape: Shape


Matrix = One | Gradient | Named | Entries | Transposed | Product | Summed | Spread | Reshaped
Cotangent = dict[Matrix, Poly]


def value(matrix: Matrix, gradient: Any, algebra: Algebra) -> Any:
    """The array that a matrix expression comes to."""
    match matrix:
        case One():
            return 1.0
        case Gradient(_):
            return gradient
        case Named(vertex):
            return vertex._data if isinstance(vertex, Node) else vertex[0]._values[vertex[1]]
        case Entries(polynomial, of, shape):
            entries = algebra.evaluate(dict(polynomial)) * value(of, gradient, algebra)
            return np.broadcast_to(entries, shape)
        case Transposed(of):
            return value(of, gradient, algebra).T
        case Product(left, right, outer):
            a, b = value(left, gradient, algebra), value(right, gradient, algebra)
            return np.multiply.outer(a, b) if outer else a @ b
        case Summed(of, whole, to):
            return unbroadcast(np.array(np.broadcast_to(value(of, gradient, algebra), whole)), to)
        case Spread(of, axis, shape):
            inner = value(of, gradient, algebra)
            return np.broadcast_to(inner if np.ndim(inner) == len(shape) else np.expand_dims(inner, axis), shape)
        case Reshaped(of, shape):
            return value(of, gradient, algebra).reshape(shape)


def entries(polynomial: Poly, core: Matrix, shape: Shape, whole: bool = False) -> Matrix:
    """A matrix times a polynomial; what would only be repeated is left as it is unless it has to be `whole`."""
    if polynomial == laurent.constant(1) and not (whole and _shape(core) not in (shape, None)):
        return core
    return Entries(frozenset(polynomial.items()), core, shape)


def _shape(core: Matrix) -> Shape | None:
    """The shape of what may be repeated; None of products and transposes, which are whole."""
    return () if isinstance(core, One) else getattr(core, "shape", None)


def transposed(matrix: Matrix) -> Matrix:
    """The transpose, worked out as far as it goes."""
    match matrix:
        case Transposed(of):
            return of
        case Product(left, right, outer):
            return Product(right, left, True) if outer else Product(transposed(right), transposed(left))
    return Transposed(matrix)
