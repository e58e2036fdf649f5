"""Norms of vectors and matrices, and conditions."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from autograd_lite.compose import composed
from autograd_lite.define import op
from autograd_lite.errors import ArgumentError, ArgumentValueError, describe
from autograd_lite.graph import Node, raw
from autograd_lite.ops.degenerate import tolerance
from autograd_lite.ops.reduce import Axis, axes_of

# mypy: disable-error-code="no-any-return"


def _p_norm(a: Any, ord: Any = 2, axis: Axis = None, keepdims: bool = False) -> Any:
    if axis is None and (ord is None or ord == 2):
        return np.linalg.norm(a, None, None, keepdims)
    vector_norm: Any = np.linalg.vector_norm
    return vector_norm(a, axis=axis, keepdims=keepdims, ord=ord)


def _beside(v: Any, x: Any, axis: Axis, keepdims: bool) -> Any:
    """What belongs to the slices of x, with the axes that broadcast against x."""
    if axis is None or keepdims:
        return v
    axes = axes_of(x, axis)
    return v.reshape([1 if i in axes else n for i, n in enumerate(x.shape)])


def _by_p_norm(g: Any, out: Any, x: Any, ord: Any = 2, axis: Axis = None, keepdims: bool = False) -> Any:
    data = raw(x)
    if ord == 0:
        return np.zeros_like(data)
    g, f = _beside(g, x, axis, keepdims), _beside(out, x, axis, keepdims)
    if ord is None or ord == 2:
        # Over inf, the gradient of a zero norm is 0, and so is every derivative of it.
        return g / (f if raw(f).all() else np.where(raw(f) == 0, np.inf, f)) * x
    signs = np.sign(data)
    if ord == 1:
        return g * signs
    if ord in (np.inf, -np.inf):
        tied = ((np.abs(data) == raw(f)) | np.isnan(data)).astype(data.dtype)
        return g * (signs * tied / tied.sum(axis=axis, keepdims=True))
    # Where x is 0, or the norm, the derivative is 0, and any number but 0 may stand for it.
    signs = signs * (raw(f) != 0)
    ratio = np.where(signs == 0, 1.0, abs(x)) / np.where(raw(f) == 0, 1.0, f)
    return g * signs * ratio ** (ord - 1)


# fmt: off
p_norm = op("p_norm", _p_norm, symbol="‖ ‖", partials=[
    (r"\operatorname{sgn}(x) \left(\frac{|x|}{f}\right)^{p-1}", _by_p_norm)],
    doc="The p-norm of vectors, p = ord: the 2-norm, of gradient x / f, where not given. Its derivative at 0 is 0.")
matrix_rank = op("linalg.matrix_rank",
    lambda A, tol=None, hermitian=False, *, rtol=None: np.linalg.matrix_rank(A, tol, hermitian, rtol=rtol),
    symbol="rank", numpy=[np.linalg.matrix_rank], partials=[None])
# fmt: on


def _refuse_tracked(name: str, ord: Any, called: str = "ord") -> Any:
    """The order of a norm, which is no argument in the graph."""
    if isinstance(ord, Node) and ord._tracked:
        raise ArgumentError(
            f"{name}: {called}={describe(ord)}: a norm has no gradient by its order here. Give a number, or write "
            "(abs(x) ** p).sum() ** (1 / p)."
        )
    return raw(ord).item() if isinstance(raw(ord), np.ndarray | np.generic) else raw(ord)


def _singular_values(x: Any) -> Any:
    """The singular values, with the convention of |x| at 0: the ones that are 0 have the gradient 0."""
    s = np.linalg.svdvals(x)
    data = raw(s)
    zero = data <= tolerance(data)
    return np.where(zero, data, s) if zero.any() else s


def _of_matrices(name: str, x: Any, ord: Any, axis: tuple[int, int], keepdims: bool) -> Any:
    """The norm of the matrices along two axes."""
    shape = np.shape(raw(x))
    row, col = (normalize_axis_index(a, len(shape)) for a in axis)
    if row == col:
        raise ArgumentValueError(f"{name}: axis={axis} names an axis twice.")
    if ord in (None, "fro", "f"):
        return p_norm(x, 2, (row, col), keepdims)
    others = [i for i in range(len(shape)) if i not in (row, col)]
    left = [shape[i] for i in others]
    x = np.transpose(x, [*others, row, col])
    if ord in ("nuc", 2, -2):
        found = _singular_values(x)
    elif ord in (1, -1, np.inf, -np.inf):
        found = p_norm(x, 1, -2 if abs(ord) == 1 else -1)
    else:
        raise ArgumentValueError(
            f"{name}: {ord!r}: the norms of matrices are 'fro', 'nuc', 1, -1, 2, -2, inf and -inf."
        )
    # The largest of no numbers, all of which are positive, is 0.
    add = ord == "nuc" or (ord > 0 and not found.shape[-1])
    found = found.sum(axis=-1) if add else found.max(axis=-1) if ord > 0 else found.min(axis=-1)
    return found.reshape([1 if i in (row, col) else n for i, n in enumerate(shape)] if keepdims else left)


@composed("linalg.norm", np.linalg.norm, formula=r"\left(\sum |x|^p\right)^{1/p}")
def norm(x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:
    """The norm of vectors or matrices; its derivative at 0 is 0."""
    ord = _refuse_tracked("linalg.norm", ord)
    if axis is None:
        if ord is None:
            return p_norm(x, keepdims=keepdims)
        axis = tuple(range(np.ndim(raw(x))))
    axis = axis if isinstance(axis, tuple) else (int(raw(axis)),)
    if len(axis) == 1:
        return p_norm(x, 2 if ord is None else ord, axis[0], keepdims)
    if len(axis) == 2:
        return _of_matrices("linalg.norm", x, ord, axis, keepdims)
    raise ArgumentValueError(f"linalg.norm: a norm is over one axis or two, not {len(axis)}. Give axis=, or ord=None.")


@composed("linalg.vector_norm", np.linalg.vector_norm, formula=r"\left(\sum |x|^p\right)^{1/p}")
def vector_norm(x: Any, /, *, axis: Any = None, keepdims: bool = False, ord: Any = 2) -> Any:
    """The norm of vectors along any axes; its derivative at 0 is 0."""
    return p_norm(x, _refuse_tracked("linalg.vector_norm", ord), axis, keepdims)


@composed("linalg.matrix_norm", np.linalg.matrix_norm, formula=r"\sqrt{\sum x^2}")
def matrix_norm(x: Any, /, *, keepdims: bool = False, ord: Any = "fro") -> Any:
    """The norm of the matrices in the last two axes; its derivative at 0 is 0."""
    return _of_matrices("linalg.matrix_norm", x, _refuse_tracked("linalg.matrix_norm", ord), (-2, -1), keepdims)


@composed("linalg.cond", np.linalg.cond, formula=r"\lVert x \rVert \, \lVert x^{-1} \rVert")
def cond(x: Any, p: Any = None) -> Any:
    """The condition of matrices; inf, with the gradient 0, of singular ones."""
    p = _refuse_tracked("linalg.cond", p, "p")
    value = np.asarray(np.linalg.cond(raw(x), p))
    singular = np.isinf(value)
    if singular.any():
        unit = np.eye(*np.shape(raw(x))[-2:], dtype=value.dtype)
        return np.where(singular, math.inf, cond(np.where(singular[..., None, None], unit, x), p))
    if p is None or p in (2, -2):
        s = _singular_values(x)
        return s[..., -1] / s[..., 0] if p == -2 else s[..., 0] / s[..., -1]
    norms = (_of_matrices("linalg.cond", a, p, (-2, -1), False) for a in (x, np.linalg.inv(x)))
    return math.prod(norms)
