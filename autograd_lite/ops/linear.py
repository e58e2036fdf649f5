"""Products of vectors and matrices."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd_lite.compose import composed
from autograd_lite.define import op
from autograd_lite.errors import ShapeError, describe, describe_all
from autograd_lite.graph import raw
from autograd_lite.operation import NUMBERS, Op
from autograd_lite.ops.contraction import operand, place, tensordot
from autograd_lite.ops.shape import at_one_width


def _matrices(g: Any, x: Any, y: Any) -> tuple[Any, Any, Any]:
    """The three arrays of out = x @ y, a vector x as a row and a vector y as a column."""
    if y.ndim == 1:
        y = y.reshape((-1, 1))
        g = g.reshape((*g.shape, 1))
    if x.ndim == 1:
        x = x.reshape((1, -1))
        g = g.reshape((*g.shape[:-1], 1, g.shape[-1]))
    return g, x, y


def _matmul_by_first(g: Any, out: Any, x: Any, y: Any) -> Any:
    g, _, y = _matrices(g, x, y)
    return g @ y.swapaxes(-1, -2)


def _matmul_by_second(g: Any, out: Any, x: Any, y: Any) -> Any:
    g, rows, _ = _matrices(g, x, y)
    c = rows.swapaxes(-1, -2) @ g
    return c.reshape(c.shape[:-1]) if y.ndim == 1 else c


def _dot_by_first(g: Any, out: Any, x: Any, y: Any) -> Any:
    if _is_number(x) or _is_number(y):
        return g * y
    columns = _columns(y)
    return (g.reshape((math.prod(x.shape[:-1]), columns.shape[1])) @ columns.T).reshape(x.shape)


def _dot_by_second(g: Any, out: Any, x: Any, y: Any) -> Any:
    if _is_number(x) or _is_number(y):
        return g * x
    order = _inner_first(y)
    n, *others = [y.shape[i] for i in order]
    count = math.prod(x.shape[:-1])
    c = x.reshape((count, n)).T @ g.reshape((count, math.prod(others)))
    # The summed axis of y stood first in c and goes back to its place.
    return c.reshape((n, *others)).transpose([order.index(i) for i in range(y.ndim)])


def _is_number(x: Any) -> bool:
    """Whether x is a Python number or has no axes."""
    return not getattr(x, "ndim", 0)


def _inner_first(y: Any) -> list[int]:
    """The axes of the second factor, the one over which dot sums in front."""
    inner = max(y.ndim - 2, 0)
    return [inner, *[i for i in range(y.ndim) if i != inner]]


def _columns(y: Any) -> Any:
    """y as a matrix whose first axis is the one over which dot sums."""
    order = _inner_first(y)
    n, *others = [y.shape[i] for i in order]
    return y.transpose(order).reshape((n, math.prod(others)))


def _outer_by_first(g: Any, out: Any, x: Any, y: Any) -> Any:
    return (g * y if _is_number(y) else g @ y.reshape(-1)).reshape(x.shape)


def _outer_by_second(g: Any, out: Any, x: Any, y: Any) -> Any:
    return (x * g if _is_number(x) else x.reshape(-1) @ g).reshape(y.shape)


def _inner_by_first(g: Any, out: Any, x: Any, y: Any) -> Any:
    return g * y if _is_number(x) or _is_number(y) else tensordot(g, y, axes=y.ndim - 1)


def _inner_by_second(g: Any, out: Any, x: Any, y: Any) -> Any:
    if _is_number(x) or _is_number(y):
        return g * x
    rows = list(range(x.ndim - 1))
    return tensordot(g, x, axes=(rows, rows))


def _blocks(g: Any, x: Any, y: Any) -> tuple[Any, list[int], Any, Any]:
    """The gradient of kron(x, y), an axis of x and one of y in turn, the axes, and x and y with all axes."""
    n = max(np.ndim(raw(x)), np.ndim(raw(y)))
    x, y = (np.asarray(a, g.dtype) if type(a) in NUMBERS else a for a in (x, y))
    whole = [np.reshape(a, (1,) * (n - np.ndim(raw(a))) + np.shape(raw(a))) for a in (x, y)]
    lengths = [length for pair in zip(*[np.shape(raw(a)) for a in whole], strict=True) for length in pair]
    return g.reshape(lengths), list(range(n)), *whole


def _kron_by_first(g: Any, out: Any, x: Any, y: Any) -> Any:
    blocks, axes, _, whole = _blocks(g, x, y)
    return tensordot(blocks, whole, axes=([2 * a + 1 for a in axes], axes)).reshape(x.shape)


def _kron_by_second(g: Any, out: Any, x: Any, y: Any) -> Any:
    blocks, axes, whole, _ = _blocks(g, x, y)
    return tensordot(blocks, whole, axes=([2 * a for a in axes], axes)).reshape(y.shape)


def _to_last(x: Any, axis: int) -> Any:
    """x with the given axis behind the others."""
    order = [i for i in range(x.ndim) if i != axis % x.ndim]
    return x if axis in (-1, x.ndim - 1) else x.transpose([*order, axis % x.ndim])


def _in_space(x: Any) -> Any:
    """Vectors with three components, of which the third is 0 where they had two."""
    if x.shape[-1] == 3:
        return x
    return np.concatenate([x, np.zeros((*x.shape[:-1], 1), raw(x).dtype)], -1)


def _cross_by(
    i: int, g: Any, x: Any, y: Any, axisa: int = -1, axisb: int = -1, axisc: int = -1, axis: int | None = None
) -> Any:
    """The gradient of x, where i is 0, or y: the cross product of the other with g."""
    if axis is not None:
        axisa = axisb = axisc = axis
    vectors = [_to_last(x, axisa), _to_last(y, axisb)]
    if vectors[0].shape[-1] == vectors[1].shape[-1] == 2:
        # Two vectors in a plane have the third component alone.
        g = np.stack([np.zeros_like(raw(g)), np.zeros_like(raw(g)), g], -1)
    else:
        g = _to_last(g, axisc)
    other = _in_space(vectors[1 - i])
    shape = vectors[i].shape
    c = (np.cross(g, other) if i else np.cross(other, g))[..., : shape[-1]]
    extra = c.ndim - len(shape)
    stretched = [j + extra for j, n in enumerate(shape) if n != c.shape[j + extra]]
    c = c.sum(axis=(*range(extra), *stretched)).reshape(shape)
    place = (axisb if i else axisa) % len(shape)
    order = list(range(len(shape) - 1))
    return c if place == len(order) else c.transpose([*order[:place], len(order), *order[place:]])


def _column(x: Any) -> Any:
    return x.reshape((*x.shape, 1))


def _row(x: Any) -> Any:
    return x.reshape((*x.shape[:-1], 1, x.shape[-1]))


def _matvec(x: Any, y: Any) -> Any:
    if np.ndim(y) == 0:
        raise ValueError(f"y has shape {np.shape(y)}, expected a vector")
    return np.matmul(x, _column(np.asarray(y)))[..., 0]


def _vecmat(x: Any, y: Any) -> Any:
    if np.ndim(x) == 0:
        raise ValueError(f"x has shape {np.shape(x)}, expected a vector")
    return np.matmul(_row(np.asarray(x)), y)[..., 0, :]


# fmt: off
matmul = op("matmul", np.matmul, symbol="@", elementwise=False, partials=[
    (r"\bar f \, y^T", _matmul_by_first),
    (r"x^T \bar f", _matmul_by_second)])
dot = op("dot", lambda a, b: np.dot(*at_one_width((a, b))), symbol="·", numpy=[np.dot], partials=[
    (r"\bar f \, y^T", _dot_by_first),
    (r"x^T \bar f", _dot_by_second)])
outer = op("outer", lambda a, b: np.outer(*at_one_width((a, b))), symbol="⊗", numpy=[np.outer], partials=[
    (r"\bar f \, y", _outer_by_first),
    (r"x \bar f", _outer_by_second)])
inner = op("inner", lambda a, b: np.inner(*at_one_width((a, b))), symbol="⟨,⟩", numpy=[np.inner], partials=[
    (r"\bar f \, y", _inner_by_first),
    (r"\bar f^T x", _inner_by_second)])
vdot = op("vdot", lambda a, b: np.vdot(*at_one_width((a, b))), symbol="·", numpy=[np.vdot],
    doc="The sum of the products of all elements, in the order of memory.", partials=[
    (r"\bar f \, y", lambda g, out, x, y: (g * y).reshape(x.shape)),
    (r"\bar f \, x", lambda g, out, x, y: (g * x).reshape(y.shape))])
kron = op("kron", lambda a, b: np.kron(*at_one_width((a, b))), symbol="⊗", numpy=[np.kron],
    doc="The Kronecker product: an array of blocks, each an element of a times all of b.", partials=[
    (r"\sum_{kl} \bar f_{(ik)(jl)} \, y_{kl}", _kron_by_first),
    (r"\sum_{ij} \bar f_{(ik)(jl)} \, x_{ij}", _kron_by_second)])
cross = op("cross",
    lambda a, b, axisa=-1, axisb=-1, axisc=-1, axis=None: np.cross(a, b, axisa, axisb, axisc, axis),
    symbol="cross", numpy=[np.cross], partials=[
    (r"y \times \bar f", lambda g, out, x, y, **axes: _cross_by(0, g, x, y, **axes)),
    (r"\bar f \times x", lambda g, out, x, y, **axes: _cross_by(1, g, x, y, **axes))])
vecdot = op("vecdot", np.vecdot, symbol="·", elementwise=False, partials=[
    (r"\bar f \, y", lambda g, out, x, y: _column(g) * y),
    (r"\bar f \, x", lambda g, out, x, y: _column(g) * x)])
# NumPy has these two since 2.2.
matvec: Op = op("matvec", getattr(np, "matvec", _matvec), symbol="@", elementwise=False, numpy=["matvec"], partials=[
    (r"\bar f \, y^T", lambda g, out, x, y: _column(g) * _row(y)),
    (r"x^T \bar f", lambda g, out, x, y: matvec(x.swapaxes(-1, -2), g))])
vecmat = op("vecmat", getattr(np, "vecmat", _vecmat), symbol="@", elementwise=False, numpy=["vecmat"], partials=[
    (r"y \, \bar f", lambda g, out, x, y: matvec(y, g)),
    (r"x \bar f^T", lambda g, out, x, y: _column(x) * _row(g))])
# fmt: on


@composed("linalg.matmul", np.linalg.matmul, formula="x y")
def linalg_matmul(x1: Any, x2: Any) -> Any:
    return matmul(x1, x2)


@composed("linalg.outer", np.linalg.outer, formula="x y^T")
def linalg_outer(x1: Any, x2: Any) -> Any:
    if np.ndim(raw(x1)) != 1 or np.ndim(raw(x2)) != 1:
        raise ShapeError(f"linalg.outer: expected two vectors, got {describe_all((x1, x2))}. np.outer flattens.")
    return outer(x1, x2)


@composed("linalg.vecdot", np.linalg.vecdot, formula=r"\sum_i x_i y_i")
def linalg_vecdot(x1: Any, x2: Any, *, axis: int = -1) -> Any:
    vectors = [operand(x, "linalg.vecdot") for x in (x1, x2)]
    return vecdot(*[_to_last(x, place(x, axis, "linalg.vecdot")) for x in vectors])


@composed("linalg.tensordot", np.linalg.tensordot, formula=r"\sum x \, y")
def linalg_tensordot(x1: Any, x2: Any, *, axes: Any = 2) -> Any:
    return tensordot(x1, x2, axes=axes)


@composed("linalg.cross", np.linalg.cross, formula=r"x \times y")
def linalg_cross(x1: Any, x2: Any, *, axis: int = -1) -> Any:
    for x in (x1, x2):
        if np.shape(raw(x))[place(x, axis, "linalg.cross")] != 3:
            raise ShapeError(f"linalg.cross: {describe(x)} holds no vectors of three components along axis {axis}.")
    return cross(x1, x2, axis=axis)


@composed("linalg.multi_dot", np.linalg.multi_dot, formula=r"x_1 x_2 \cdots x_n")
def multi_dot(arrays: Sequence[Any], *, out: None = None) -> Any:
    """The product of matrices in the order of the fewest multiplications; the first and the last may be vectors."""
    factors = [operand(a, "linalg.multi_dot") for a in arrays]
    n = len(factors)
    inner_are_matrices = all(a.ndim == 2 for a in factors[1:-1])
    if n < 2 or not inner_are_matrices or not all(a.ndim in (1, 2) for a in (factors[0], factors[-1])):
        raise ShapeError(
            f"linalg.multi_dot: expected two arrays or more, matrices except that the first and the last may be "
            f"vectors; got {describe_all(arrays)}."
        )
    lengths = [a.shape[0] for a in factors[:1] if a.ndim == 2] or [1]
    lengths += [a.shape[0] for a in factors[1:]] + [factors[-1].shape[1] if factors[-1].ndim == 2 else 1]
    return _product(factors, _cheapest_splits(lengths), 0, n - 1)


def _product(factors: Sequence[Any], split: dict[tuple[int, int], int], i: int, j: int) -> Any:
    """The product of the factors i to j, split as told."""
    if i == j:
        return factors[i]
    k = split[i, j]
    return dot(_product(factors, split, i, k), _product(factors, split, k + 1, j))


def _cheapest_splits(lengths: Sequence[int]) -> dict[tuple[int, int], int]:
    """After which factor to split a product of the factors i to j, for the fewest multiplications.

    Factor i has the shape (lengths[i], lengths[i + 1]). Cormen, Leiserson, Rivest and Stein, Introduction to
    Algorithms, section 14.2.
    """
    n = len(lengths) - 1
    cost = {(i, i): 0 for i in range(n)}
    split = {}
    for i, j in ((i, i + distance) for distance in range(1, n) for i in range(n - distance)):
        costs = {k: cost[i, k] + cost[k + 1, j] + lengths[i] * lengths[k + 1] * lengths[j + 1] for k in range(i, j)}
        split[i, j] = min(costs, key=costs.__getitem__)
        cost[i, j] = costs[split[i, j]]
    return split
