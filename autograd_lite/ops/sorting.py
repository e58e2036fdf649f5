"""Sorted values and what is made of them: medians, quantiles."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd_lite.define import op
from autograd_lite.graph import raw
from autograd_lite.ops.index import scatter_add
from autograd_lite.ops.reduce import NONE, Axis, axes_of


def _reordered(g: Any, out: Any, x: Any, axis: int | None = -1) -> Any:
    """Each element gets the gradient of the place that it went to; equal ones keep their order.

    The permutation is the one that makes `out` of x, however far out is sorted.
    """
    data, result = raw(x), raw(out)
    if axis is None or not data.ndim:
        data, result, axis = data.reshape(-1), result.reshape(-1), 0
    rank = np.argsort(np.argsort(data, axis=axis, kind="stable"), axis=axis)
    place = np.take_along_axis(np.argsort(result, axis=axis, kind="stable"), rank, axis)
    whole = np.take_along_axis(np.arange(data.size).reshape(data.shape), place, axis)
    return g.reshape(-1)[whole].reshape(x.shape)


def _neighbours(
    quantile: Callable[..., Any], x: Any, axis: Axis, leaving_nan_out: bool, params: dict[str, Any]
) -> tuple[Any, Any, Any]:
    """Between which two elements of x a quantile lies, numbered in flat order, and how far it is from the first.

    NumPy's function is shown the ranks of the elements and gives the rank of the quantile, by any method.
    """
    axes = axes_of(x, axis)
    order = [*[i for i in range(x.ndim) if i not in axes], *axes]
    kept = [x.shape[i] for i in order[: x.ndim - len(axes)]]
    rows = x.transpose(order).reshape((*kept, -1))
    n = rows.shape[-1]
    # Of equal elements the first in flat order comes first, and nan comes last.
    sorting = np.argsort(rows, axis=-1, kind="stable")
    places = np.take_along_axis(np.arange(x.size).reshape(x.shape).transpose(order).reshape(rows.shape), sorting, -1)
    # float16 does not hold every rank.
    width = np.promote_types(x.dtype, np.float32)
    ranks = np.argsort(sorting, axis=-1).astype(width)
    missing = np.isnan(rows)
    nothing = missing.all(axis=-1)
    if leaving_nan_out:
        ranks[missing & ~nothing[..., None]] = np.nan
    ranks = ranks.reshape([x.shape[i] for i in order]).transpose([order.index(i) for i in range(x.ndim)])
    rank = np.asarray(quantile(ranks, axis=axis, **params))
    found = rank.reshape((-1, *kept))
    found = np.where(nothing, np.nan, found) if leaving_nan_out else np.where(missing.any(axis=-1), n - 1, found)
    low = np.where(np.isnan(found), 0, np.floor(found)).astype(int)
    both = [np.take_along_axis(places, np.moveaxis(i, 0, -1), -1) for i in (low, np.minimum(low + 1, n - 1))]
    first, second = (np.moveaxis(i, -1, 0).reshape(-1) for i in both)
    return first, second, (found - low).reshape(-1)


def _between(
    quantile: Callable[..., Any], g: Any, x: Any, axis: Axis = None, leaving_nan_out: bool = False, **params: Any
) -> Any:
    """The two elements between which a quantile lies share its gradient, the nearer one gets more."""
    if not x.size:
        return np.zeros_like(raw(x))
    first, second, far = _neighbours(quantile, raw(x), axis, leaving_nan_out, params)
    far = far.astype(raw(g).dtype)
    g = np.where(np.isnan(far), 0.0, g.reshape(-1))
    far = np.where(np.isnan(far), 0.0, far).astype(far.dtype)
    shape = (x.size,)
    back = scatter_add(g * (1 - far), index=first, shape=shape) + scatter_add(g * far, index=second, shape=shape)
    return back.reshape(x.shape)


def _prepare(params: dict[str, Any]) -> dict[str, Any]:
    """Without what only says that NumPy may write into its argument, and what stands for nothing."""
    return {k: v for k, v in params.items() if k != "overwrite_input" and v is not NONE}


def _rule(quantile: Callable[..., Any], leaving_nan_out: bool = False) -> Callable[..., Any]:
    """The rule of a function of quantiles."""
    return lambda g, out, x, **params: _between(quantile, g, x, leaving_nan_out=leaving_nan_out, **params)


def _of_matrices(quantile: Callable[..., Any]) -> Callable[..., Any]:
    """NumPy's function; a matrix of q it is given as a row, since of one it misplaces results over several axes."""

    def of_any(a: Any, q: Any, **params: Any) -> Any:
        if np.ndim(q) != 2:
            return quantile(a, q, **params)
        out = quantile(a, np.reshape(q, -1), **params)
        return out.reshape((*np.shape(q), *out.shape[1:]))

    return of_any


_nanquantile, _nanpercentile = _of_matrices(np.nanquantile), _of_matrices(np.nanpercentile)
_SHARE = r"1 - \gamma \text{ and } \gamma \text{ for } x_{(k)} \text{ and } x_{(k+1)}"

# fmt: off
sort = op("sort", lambda a, axis=-1, kind=None, stable=None: np.sort(a, axis=axis, kind=kind, stable=stable),
    symbol="sort", numpy=[np.sort], partials=[
    (r"[x_i = x_{(k)}]", lambda g, out, x, axis=-1, kind=None, stable=None: _reordered(g, out, x, axis))])
partition = op("partition", lambda a, kth, axis=-1, kind="introselect": np.partition(a, kth, axis=axis, kind=kind),
    symbol="partition", numpy=[np.partition], partials=[
    (r"[x_i = x_{(k)}]", lambda g, out, x, kth, axis=-1, kind="introselect": _reordered(g, out, x, axis))])
median = op("median", lambda a, axis=None, overwrite_input=False, keepdims=False:
    np.median(a, axis=axis, keepdims=keepdims), symbol="median", numpy=[np.median], prepare=_prepare,
    doc="The middle of the sorted elements, or the mean of the two in the middle.", partials=[
    (r"\tfrac{1}{2} \text{ for each of the two in the middle}", _rule(np.median))])
nanmedian = op("nanmedian", lambda a, axis=None, overwrite_input=False, keepdims=False:
    np.nanmedian(a, axis=axis, keepdims=keepdims), symbol="nanmedian", numpy=[np.nanmedian], prepare=_prepare,
    partials=[
    (r"\tfrac{1}{2} \text{ for each of the two in the middle}", _rule(np.nanmedian, leaving_nan_out=True))])
quantile = op("quantile", lambda a, q, axis=None, overwrite_input=False, method="linear", keepdims=False, weights=None:
    np.quantile(a, q, axis=axis, method=method, keepdims=keepdims, weights=weights), symbol="quantile",
    numpy=[np.quantile], prepare=_prepare, partials=[(_SHARE, _rule(np.quantile))])
percentile = op("percentile", lambda a, q, axis=None, overwrite_input=False, method="linear", keepdims=False,
    weights=None: np.percentile(a, q, axis=axis, method=method, keepdims=keepdims, weights=weights),
    symbol="percentile", numpy=[np.percentile], prepare=_prepare, partials=[(_SHARE, _rule(np.percentile))])
nanquantile = op("nanquantile", lambda a, q, axis=None, overwrite_input=False, method="linear", keepdims=False,
    weights=None: _nanquantile(a, q, axis=axis, method=method, keepdims=keepdims, weights=weights),
    symbol="nanquantile", numpy=[np.nanquantile], prepare=_prepare, partials=[
    (_SHARE, _rule(_nanquantile, leaving_nan_out=True))])
nanpercentile = op("nanpercentile", lambda a, q, axis=None, overwrite_input=False, method="linear", keepdims=False,
    weights=None: _nanpercentile(a, q, axis=axis, method=method, keepdims=keepdims, weights=weights),
    symbol="nanpercentile", numpy=[np.nanpercentile], prepare=_prepare, partials=[
    (_SHARE, _rule(_nanpercentile, leaving_nan_out=True))])
bincount = op("bincount", lambda x, weights=None, minlength=0: _counts(x, weights, minlength), symbol="bincount",
    numpy=[np.bincount], doc="How often each integer stands in x, or the sum of the weights that stand with it.",
    partials=[
    None,
    ("[x = k]", lambda g, out, x, weights, minlength=0: g[np.asarray(raw(x), int)])])

# Without gradient: the results are untracked.
argsort = op("argsort", lambda a, axis=-1, kind=None, stable=None: np.argsort(a, axis=axis, kind=kind, stable=stable),
    symbol="argsort", numpy=[np.argsort], partials=[None])
argpartition = op("argpartition", lambda a, kth, axis=-1, kind="introselect":
    np.argpartition(a, kth, axis=axis, kind=kind), symbol="argpartition", numpy=[np.argpartition], partials=[None])
searchsorted = op("searchsorted", lambda a, v, side="left", sorter=None: np.searchsorted(a, v, side, sorter),
    symbol="searchsorted", numpy=[np.searchsorted], partials=[None, None])
digitize = op("digitize", lambda x, bins, right=False: np.digitize(x, bins, right), symbol="digitize",
    numpy=[np.digitize], partials=[None, None])


def _counts(x: Any, weights: Any, minlength: int) -> Any:
    found = np.bincount(x, weights, minlength)
    # NumPy sums in float64 and leaves it at that; here float32 stays what it is.
    kind = getattr(weights, "dtype", found.dtype)
    return found.astype(kind) if kind.kind == "f" else found
