"""Averages, variances, correlations, and reductions that leave nan out."""

from __future__ import annotations

import builtins
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd_lite.compose import composed
from autograd_lite.define import op
from autograd_lite.errors import ArgumentError, ArgumentValueError
from autograd_lite.graph import KIND_HOLDING, Node, raw
from autograd_lite.ops.cumulate import array_of, cumprod_back, cumsum_back
from autograd_lite.ops.reduce import (
    NONE,
    Axis,
    axes_of,
    deviation,
    extreme,
    half_of_variance,
    of_spread,
    product,
    shared,
    spread,
    taken,
)

Rule = Callable[..., Any]


def kept(x: Any, where: Any = True) -> Any:
    """Which elements of x a reduction takes that leaves nan out."""
    return np.logical_not(np.isnan(raw(x))) & taken(x, where)


def _leaving_nan_out(rule: Rule) -> Rule:
    """The rule of a reduction without the elements that are nan, to which it gives 0."""
    return lambda g, out, x, where=True, **params: rule(g, out, x, where=kept(x, where), **params)


def _with(neutral: float, rule: Rule) -> Rule:
    """The rule of an accumulation in which a neutral number stands for each nan."""
    return lambda g, out, x, axis=None: np.where(kept(x), rule(g, out, np.where(kept(x), x, neutral), axis), 0.0)


def _sum_back(g: Any, out: Any, x: Any, axis: Axis = None, keepdims: bool = False, initial: Any = NONE,
              where: Any = True) -> Any:  # fmt: skip
    return spread(g, x, axis, keepdims, where)


def _mean_back(g: Any, out: Any, x: Any, axis: Axis = None, keepdims: bool = False, where: Any = True) -> Any:
    return shared(g, x, axis, keepdims, where)


def _var_back(g: Any, out: Any, x: Any, axis: Axis = None, ddof: float = 0, keepdims: bool = False,
              where: Any = True) -> Any:  # fmt: skip
    return 2 * half_of_variance(g, x, axis, ddof, keepdims, where)


def _std_back(g: Any, out: Any, x: Any, axis: Axis = None, ddof: float = 0, keepdims: bool = False,
              where: Any = True) -> Any:  # fmt: skip
    return deviation(g, out, x, axis, ddof, keepdims, where)


# fmt: off
nansum = op("nansum", lambda a, axis=None, keepdims=False, initial=NONE, where=True:
    np.nansum(a, axis=axis, keepdims=keepdims, initial=initial, where=where), symbol="nansum", numpy=[np.nansum],
    partials=[
    (r"[x \ne \mathrm{nan}]", _leaving_nan_out(_sum_back))])
nanmean = op("nanmean", lambda a, axis=None, keepdims=False, where=True:
    np.nanmean(a, axis=axis, keepdims=keepdims, where=where), symbol="nanmean", numpy=[np.nanmean], partials=[
    (r"\frac{[x \ne \mathrm{nan}]}{n}", _leaving_nan_out(_mean_back))])
nanprod = op("nanprod", lambda a, axis=None, keepdims=False, initial=NONE, where=True:
    np.nanprod(a, axis=axis, keepdims=keepdims, initial=initial, where=where), symbol="nanprod", numpy=[np.nanprod],
    partials=[
    (r"[x \ne \mathrm{nan}] \prod_{j \ne i} x_j", _leaving_nan_out(product))])
nanmax = op("nanmax", lambda a, axis=None, keepdims=False, initial=NONE, where=True:
    np.nanmax(a, axis=axis, keepdims=keepdims, initial=initial, where=where), symbol="nanmax", numpy=[np.nanmax],
    partials=[
    (r"\frac{[x = \max]}{\#}", _leaving_nan_out(extreme))])
nanmin = op("nanmin", lambda a, axis=None, keepdims=False, initial=NONE, where=True:
    np.nanmin(a, axis=axis, keepdims=keepdims, initial=initial, where=where), symbol="nanmin", numpy=[np.nanmin],
    partials=[
    (r"\frac{[x = \min]}{\#}", _leaving_nan_out(extreme))])
nanvar = op("nanvar", lambda a, axis=None, ddof=0, keepdims=False, where=True, mean=None, correction=None:
    np.nanvar(a, axis=axis, ddof=ddof, keepdims=keepdims, where=where), symbol="nanvar", numpy=[np.nanvar],
    prepare=of_spread("nanvar"), partials=[
    (r"[x \ne \mathrm{nan}] \frac{2 (x - \bar x)}{n - d}", _leaving_nan_out(_var_back))])
nanstd = op("nanstd", lambda a, axis=None, ddof=0, keepdims=False, where=True, mean=None, correction=None:
    np.nanstd(a, axis=axis, ddof=ddof, keepdims=keepdims, where=where), symbol="nanstd", numpy=[np.nanstd],
    prepare=of_spread("nanstd"), partials=[
    (r"[x \ne \mathrm{nan}] \frac{x - \bar x}{(n - d) \operatorname{std}}", _leaving_nan_out(_std_back))])
nancumsum = op("nancumsum", lambda a, axis=None: np.nancumsum(a, axis=axis), symbol="nancumsum",
    numpy=[np.nancumsum], partials=[
    (r"[x_i \ne \mathrm{nan}] [i \le k]", _with(0.0, cumsum_back))])
nancumprod = op("nancumprod", lambda a, axis=None: np.nancumprod(a, axis=axis), symbol="nancumprod",
    numpy=[np.nancumprod], partials=[
    (r"[x_i \ne \mathrm{nan}] \prod_{j \le k,\, j \ne i} x_j", _with(1.0, cumprod_back))])

# Without gradient: the results are untracked.
nanargmax = op("nanargmax", lambda a, axis=None, keepdims=False: np.nanargmax(a, axis=axis, keepdims=keepdims),
    symbol="nanargmax", numpy=[np.nanargmax], partials=[None])
nanargmin = op("nanargmin", lambda a, axis=None, keepdims=False: np.nanargmin(a, axis=axis, keepdims=keepdims),
    symbol="nanargmin", numpy=[np.nanargmin], partials=[None])
# fmt: on


def _data(x: Any) -> Any:
    """The data of a node as NumPy's own functions take it."""
    return np.asarray(raw(x)) if isinstance(x, Node) else x


def _beside(weights: Any, a: Any, axis: Axis) -> Any:
    """Weights that stand along some axes of a, with an axis of length 1 for each of the others."""
    if weights.shape == a.shape:
        return weights
    if axis is None:
        raise TypeError("Axis must be specified when shapes of a and weights differ.")
    axes = axes_of(a, axis)
    if weights.shape != tuple(a.shape[i] for i in axes):
        raise ValueError("Shape of weights must be consistent with shape of a along specified axis.")
    return weights.transpose([int(i) for i in np.argsort(axes)]).reshape(
        tuple(n if i in axes else 1 for i, n in enumerate(a.shape))
    )


def _untracked(x: Any) -> Any:
    """A Tensor that holds x."""
    kind: Any = KIND_HOLDING[np.ndarray]
    return kind(x)


@composed("average", np.average, formula=r"\frac{\sum_i w_i x_i}{\sum_i w_i}")
def average(a: Any, axis: Axis = None, weights: Any = None, returned: bool = False, keepdims: bool = False) -> Any:
    """The mean along an axis, weighted where there are weights; with their sum where `returned` is true."""
    a = array_of(a)
    if weights is None:
        result = np.mean(a, axis=axis, keepdims=keepdims)
        total = np.full(result.shape, a.size / result.size if result.size else np.nan, result.dtype)
        return (result, _untracked(total)) if returned else result
    weights = _beside(array_of(weights), a, axis)
    width = np.result_type(a.dtype, weights.dtype, *(["f8"] if a.dtype.kind in "iub" else []))
    total = np.sum(weights, axis=axis, dtype=width, keepdims=keepdims)
    if np.any(raw(total) == 0):
        raise ArgumentValueError("average: the weights sum to zero, which nothing can be divided by")
    result = np.sum(np.multiply(a, weights, dtype=width), axis=axis, keepdims=keepdims) / total
    if not returned:
        return result
    node: Any = total if isinstance(total, Node) else _untracked(total)
    return result, np.broadcast_to(node, result.shape)


@composed("cov", np.cov, formula=r"\frac{1}{n - d} (x - \bar x) (x - \bar x)^T")
def cov(
    m: Any, y: Any = None, rowvar: bool = True, bias: bool = False, ddof: int | None = None, fweights: Any = None,
    aweights: Any = None, dtype: Any = None,
) -> Any:  # fmt: skip
    """The covariances of variables, of which each row holds one, or each column where rowvar is false."""
    if getattr(fweights, "requires_grad", False):
        raise ArgumentError("cov: fweights are whole numbers of repetitions, which have no gradient; use aweights")
    # NumPy checks the call, and warns where there are too few observations.
    try:
        np.cov(_data(m), _data(y), rowvar, bias, ddof, _data(fweights), _data(aweights), dtype=dtype)
    except RuntimeError as error:
        raise ArgumentValueError(f"cov: {error}.") from error
    m = array_of(m)
    given = np.result_type(m.dtype, *([] if y is None else [array_of(y).dtype]))
    width = np.dtype(dtype or np.result_type(given, np.float64))
    x = _variables(m, rowvar or m.ndim == 1, width)
    if not x.shape[0]:
        return np.dot(x, x.T)
    if y is not None:
        other = array_of(y)
        x = np.concatenate([x, _variables(other, rowvar or other.ndim < 2 or other.shape[0] == 1, width)], axis=0)
    repeats = None if fweights is None else np.asarray(raw(fweights), float)
    weights = repeats if aweights is None else aweights if repeats is None else repeats * aweights
    ddof = int(not bias) if ddof is None else ddof
    mean, total = _center(x, weights)
    if weights is None or not ddof:
        factor = total - ddof
    else:
        factor = total - ddof * (1 if aweights is None else np.sum(weights * aweights) / total)
    x = x - mean
    result = np.dot(x, (x if weights is None else x * weights).T) * (1 / factor if raw(factor) > 0 else np.inf)
    # NumPy computes in float64 and leaves it at that; here float32 stays what it is.
    kind = given if dtype is None and given.kind == "f" else width
    return np.squeeze(result if result.dtype == kind else result.astype(kind))


def _variables(x: Any, rowvar: bool, width: Any) -> Any:
    """x as a matrix of a row for each variable."""
    x = x if x.dtype == width else x.astype(width)
    x = x.reshape((1,) * (2 - x.ndim) + x.shape) if x.ndim < 2 else x
    return x if rowvar else x.T


def _center(x: Any, weights: Any) -> tuple[Any, Any]:
    """The mean of each row as a column, and the sum of the weights."""
    if weights is None:
        return np.mean(x, axis=1, keepdims=True), x.shape[1]
    total = np.sum(array_of(weights))
    return np.sum(x * weights, axis=1, keepdims=True) / total, total


@composed("corrcoef", np.corrcoef, formula=r"\frac{C_{ij}}{\sqrt{C_{ii} C_{jj}}}, \quad C = \operatorname{cov}(x)")
def corrcoef(x: Any, y: Any = None, rowvar: bool = True, dtype: Any = None) -> Any:
    """Pearson's correlations of variables: their covariances over the products of their standard deviations."""
    c = cov(x, y, rowvar, dtype=dtype)
    if c.ndim == 0:
        return c / c
    each = builtins.range(c.shape[0])
    std = np.sqrt(c[list(each), list(each)])
    return np.clip(c / std.reshape((-1, 1)) / std.reshape((1, -1)), -1, 1)
