"""Running sums and products, and differences."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd_lite.compose import composed
from autograd_lite.convert import to_tensor
from autograd_lite.define import op
from autograd_lite.graph import Node, raw
from autograd_lite.guard import as_array
from autograd_lite.ops.moves import sent_back


def along(axis: int, part: slice) -> tuple[slice, ...]:
    """The index of a part of an array along one axis."""
    return (*[slice(None)] * axis, part)


def _along_last(x: Any, axis: int | None) -> Any:
    """x with the axis of accumulation last, or in one row where there is none."""
    return x.reshape(-1) if axis is None or x.ndim == 0 else x.swapaxes(axis, -1)


def _as_was(c: Any, x: Any, axis: int | None) -> Any:
    """c, which is arranged as `_along_last(x, axis)` is, arranged as x is."""
    return c.reshape(x.shape) if axis is None or x.ndim == 0 else c.swapaxes(axis, -1)


def cumsum_back(g: Any, out: Any, x: Any, axis: int | None = None) -> Any:
    """Each element is in the sums from its own on."""
    c = _along_last(g, axis if x.ndim else None)[..., ::-1].cumsum(axis=-1)[..., ::-1]
    return _as_was(c, x, axis)


def _recurrence(g: Any, factors: Any) -> Any:
    """The s with `s[i] = g[i] + factors[i] s[i + 1]` along the last axis; there is one factor less than elements.

    Found by doubling: after k steps, s[i] is expressed by s[i + 2^k]. A loop over n elements would record n
    operations, this records log2(n).
    """
    n, step = g.shape[-1], 1
    while step < n:
        g = np.concatenate([g[..., :-step] + factors * g[..., step:], g[..., n - step :]], axis=-1)
        factors = factors[..., :-step] * factors[..., step:]
        step *= 2
    return g


def cumprod_back(g: Any, out: Any, x: Any, axis: int | None = None) -> Any:
    """For each element, the product of those before it times what it is multiplied by from then on.

    There is no quotient in it, so that zeros need no care.
    """
    g, rows = _along_last(g, axis if x.ndim else None), _along_last(x, axis)
    before = np.cumprod(rows[..., :-1], axis=-1)
    before = np.concatenate([np.ones((*rows.shape[:-1], min(1, rows.shape[-1])), raw(x).dtype), before], axis=-1)
    return _as_was(before * _recurrence(g, rows[..., 1:]), x, axis)


def _holder_back(g: Any, out: Any, x: Any, axis: int = 0) -> Any:
    """The gradient goes to the element that the running extreme was taken from, the first of equal ones."""
    data, held = np.swapaxes(raw(x), axis, -1), np.swapaxes(raw(out), axis, -1)
    before = held[..., :-1]
    changed = (held[..., 1:] != before) & ~np.isnan(before)
    places = np.where(changed, np.arange(1, data.shape[-1]), 0)
    holder = np.maximum.accumulate(np.concatenate([np.zeros_like(data[..., :1], int), places], axis=-1), axis=-1)
    return sent_back(g, lambda p: np.take_along_axis(p, np.swapaxes(holder, axis, -1), axis), x)


def _logcumsumexp_back(g: Any, out: Any, x: Any, axis: int = 0) -> Any:
    """exp(x - out) times the gradients from its own on, each weighted by how far the sum has grown till then."""
    g, rows, sums = (a.swapaxes(axis, -1) for a in (g, x, out))
    # Where the sum is still -inf, so are the elements; -inf - -inf would be nan.
    nothing = raw(sums) == -np.inf
    sums = np.where(nothing, 0.0, sums)
    growth = np.where(nothing[..., :-1], -np.inf, sums[..., :-1] - sums[..., 1:])
    return (np.exp(rows - sums) * _recurrence(g, np.exp(growth))).swapaxes(axis, -1)


# fmt: off
cumsum = op("cumsum", lambda a, axis=None: np.cumsum(a, axis=axis), symbol="cumsum", numpy=[np.cumsum], partials=[
    (r"[i \le k]", cumsum_back)])
cumprod = op("cumprod", lambda a, axis=None: np.cumprod(a, axis=axis), symbol="cumprod", numpy=[np.cumprod], partials=[
    (r"\prod_{j \le k,\, j \ne i} x_j", cumprod_back)])
cummax = op("cummax", lambda array, axis=0: np.maximum.accumulate(array, axis=axis), symbol="cummax",
    doc="The running maximum, np.maximum.accumulate. Of equal elements the first gets the gradient.", partials=[
    (r"[x_i \text{ is the running maximum}]", _holder_back)])
cummin = op("cummin", lambda array, axis=0: np.minimum.accumulate(array, axis=axis), symbol="cummin",
    doc="The running minimum, np.minimum.accumulate. Of equal elements the first gets the gradient.", partials=[
    (r"[x_i \text{ is the running minimum}]", _holder_back)])
logcumsumexp = op("logcumsumexp", lambda array, axis=0: np.logaddexp.accumulate(array, axis=axis),
    symbol="logcumsumexp", doc="The logarithm of the running sum of exponentials, np.logaddexp.accumulate.", partials=[
    (r"[i \le k]\, e^{x_i - f_k}", _logcumsumexp_back)])
# fmt: on


def _cumulative(accumulated: Any, first: float, axis: int | None) -> Any:
    """An accumulation along an axis with its neutral element put before it."""
    axis = (axis or 0) % accumulated.ndim
    start = np.full_like(raw(accumulated)[along(axis, slice(0, 1))], first)
    if not start.size:
        start = np.full((*accumulated.shape[:axis], 1, *accumulated.shape[axis + 1 :]), first, raw(accumulated).dtype)
    return np.concatenate([start, accumulated], axis=axis)


def _one_axis(x: Any, axis: int | None) -> None:
    if axis is None and np.ndim(raw(x)) > 1:
        raise ValueError("For arrays which have more than one dimension ``axis`` argument is required.")


@composed("cumulative_sum", "cumulative_sum", formula=r"\sum_{i \le k} x_i")
def cumulative_sum(
    x: Any, axis: int | None = None, dtype: Any = None, out: None = None, include_initial: bool = False
) -> Any:
    """The running sum along an axis, with 0 in front where include_initial is true."""
    _one_axis(x, axis)
    total = np.cumsum(x, axis=axis, dtype=dtype)
    return _cumulative(total, 0, axis) if include_initial else total


@composed("cumulative_prod", "cumulative_prod", formula=r"\prod_{i \le k} x_i")
def cumulative_prod(
    x: Any, axis: int | None = None, dtype: Any = None, out: None = None, include_initial: bool = False
) -> Any:
    """The running product along an axis, with 1 in front where include_initial is true."""
    _one_axis(x, axis)
    total = np.cumprod(x, axis=axis, dtype=dtype)
    return _cumulative(total, 1, axis) if include_initial else total


def array_of(x: Any) -> Any:
    """x with axes: lists and numbers as arrays, a Value as a Tensor, Tensors as they are."""
    if isinstance(x, Node):
        return x if isinstance(x._data, np.ndarray) else to_tensor(x, np.dtype(float))
    return x if isinstance(x, np.ndarray) else as_array(x, "array")


def _end(x: Any, a: Any, axis: int) -> Any:
    """What is put at an end of a before differences are taken: a single number is repeated."""
    x = array_of(x)
    if x.ndim:
        return x
    if a.dtype.kind == "f" and x.dtype != a.dtype:
        x = x.astype(a.dtype)
    return np.broadcast_to(x, (*a.shape[:axis], 1, *a.shape[axis + 1 :]))


@composed("diff", np.diff, formula=r"x_{k+1} - x_k")
def diff(a: Any, n: int = 1, axis: int = -1, prepend: Any = np._NoValue, append: Any = np._NoValue) -> Any:
    """The differences of neighbours along an axis, n times over."""
    if n == 0:
        return +a if isinstance(raw(a), np.ndarray) else a
    a = array_of(a)
    if n < 0 or a.ndim == 0 or not -a.ndim <= axis < a.ndim:
        raise ValueError("order must be non-negative, and the axis one of the array's")
    axis %= a.ndim
    if prepend is not np._NoValue or append is not np._NoValue:
        ends = [None if e is np._NoValue else _end(e, a, axis) for e in (prepend, append)]
        a = np.concatenate([p for p in (ends[0], a, ends[1]) if p is not None], axis=axis)
    for _ in range(n):
        upper, lower = a[along(axis, slice(1, None))], a[along(axis, slice(None, -1))]
        a = np.not_equal(upper, lower) if a.dtype == bool else upper - lower
    return a


@composed("ediff1d", np.ediff1d, formula=r"x_{k+1} - x_k")
def ediff1d(ary: Any, to_end: Any = None, to_begin: Any = None) -> Any:
    """The differences of neighbours in flat order, with something put before and after them."""
    flat = array_of(ary).reshape(-1)
    parts = [flat[1:] - flat[:-1]]
    for place, end in ((0, to_begin), (len(parts) + 1, to_end)):
        if end is not None:
            end = array_of(end).reshape(-1)
            if not np.can_cast(end.dtype, flat.dtype, "same_kind"):
                raise TypeError("what is put at an end must be of the data type of the array")
            parts.insert(place, end if end.dtype == flat.dtype else end.astype(flat.dtype))
    return np.concatenate(parts) if len(parts) > 1 else parts[0]
