"""Many numbers to few: sums, means, products, extremes, along axes."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd_lite.define import op
from autograd_lite.graph import raw

Axis = int | tuple[int, ...] | None


def axes_of(x: Any, axis: Axis) -> tuple[int, ...]:
    """The axes that `axis` names, from 0 up."""
    # NumPy lets the axes 0 and -1 of an array without axes stand for none.
    if axis is None or x.ndim == 0:
        return tuple(range(x.ndim))
    return tuple(a % x.ndim for a in (axis if isinstance(axis, tuple | list) else (axis,)))


def spread(g: Any, x: Any, axis: Axis, keepdims: bool = False) -> Any:
    """What belongs to a reduced slice of x, given to every element of the slice."""
    if axis is not None and not keepdims:
        axes = axes_of(x, axis)
        g = g.reshape([1 if i in axes else n for i, n in enumerate(x.shape)])
    return np.broadcast_to(g, x.shape)


def count(x: Any, axis: Axis) -> int:
    """How many elements a slice has."""
    shape = x.shape
    return int(np.prod([shape[a] for a in axes_of(x, axis)]))


def _extreme(g: Any, out: Any, x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    """The elements that equal the extreme of their slice share its gradient equally."""
    data = raw(x)
    # In a slice with a nan, the extreme is nan and the elements that are nan made it so.
    tied = ((data == spread(raw(out), data, axis, keepdims)) | np.isnan(data)).astype(data.dtype)
    share = tied / tied.sum(axis=axis, keepdims=True)
    return spread(g, x, axis, keepdims) * share


def _product(g: Any, out: Any, x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    g = spread(g, x, axis, keepdims)
    if raw(x).all():
        return g * spread(out, x, axis, keepdims) / x
    # With zeros about, out / x says nothing: multiply the others of the slice, for each element.
    axes = axes_of(x, axis)
    order = [i for i in range(x.ndim) if i not in axes] + list(axes)
    last = x.transpose(order)
    n = count(x, axis)
    rows = last.reshape((*last.shape[: x.ndim - len(axes)], 1, n))
    others = np.where(np.eye(n, dtype=bool), 1.0, rows).prod(axis=-1)
    return g * others.reshape(last.shape).transpose([order.index(i) for i in range(x.ndim)])


def _variance(g: Any, x: Any, axis: Axis, ddof: float, keepdims: bool) -> Any:
    """Half the gradient of the variance."""
    g = spread(g, x, axis, keepdims)
    return g * (x - x.mean(axis=axis, keepdims=True)) / (count(x, axis) - ddof)


# fmt: off
sum = op("sum", lambda a, axis=None, keepdims=False: a.sum(axis=axis, keepdims=keepdims), symbol="Σ",
    numpy=[np.sum], partials=[
    ("1", lambda g, out, x, axis=None, keepdims=False: spread(g, x, axis, keepdims))])
mean = op("mean", lambda a, axis=None, keepdims=False: a.mean(axis=axis, keepdims=keepdims), symbol="mean",
    numpy=[np.mean], partials=[
    (r"\frac{1}{n}", lambda g, out, x, axis=None, keepdims=False: spread(g / count(x, axis), x, axis, keepdims))])
prod = op("prod", lambda a, axis=None, keepdims=False: np.prod(a, axis=axis, keepdims=keepdims), symbol="Π",
    numpy=[np.prod], partials=[
    (r"\prod_{j \ne i} x_j", _product)])
max = op("max", lambda a, axis=None, keepdims=False: np.max(a, axis=axis, keepdims=keepdims), symbol="max",
    numpy=[np.max, np.amax], doc="The largest element. Elements that tie share the gradient equally.", partials=[
    (r"\frac{[x = \max]}{\#}", _extreme)])
min = op("min", lambda a, axis=None, keepdims=False: np.min(a, axis=axis, keepdims=keepdims), symbol="min",
    numpy=[np.min, np.amin], doc="The smallest element. Elements that tie share the gradient equally.", partials=[
    (r"\frac{[x = \min]}{\#}", _extreme)])
var = op("var", lambda a, axis=None, ddof=0, keepdims=False: np.var(a, axis=axis, ddof=ddof, keepdims=keepdims),
    symbol="var", numpy=[np.var], partials=[
    (r"\frac{2 (x - \bar x)}{n - d}",
        lambda g, out, x, axis=None, ddof=0, keepdims=False: 2 * _variance(g, x, axis, ddof, keepdims))])
std = op("std", lambda a, axis=None, ddof=0, keepdims=False: np.std(a, axis=axis, ddof=ddof, keepdims=keepdims),
    symbol="std", numpy=[np.std], doc="Standard deviation. Its derivative where all elements are equal is 0.",
    partials=[
    # Where out is 0, so is x - mean: any number but 0 may stand below.
    (r"\frac{x - \bar x}{(n - d) \operatorname{std}}",
        lambda g, out, x, axis=None, ddof=0, keepdims=False:
            _variance(g / np.where(raw(out) == 0, 1.0, out), x, axis, ddof, keepdims))])

# Without gradient: the results are untracked.
argmax = op("argmax", lambda a, axis=None, keepdims=False: np.argmax(a, axis=axis, keepdims=keepdims),
    symbol="argmax", numpy=[np.argmax], partials=[None])
argmin = op("argmin", lambda a, axis=None, keepdims=False: np.argmin(a, axis=axis, keepdims=keepdims),
    symbol="argmin", numpy=[np.argmin], partials=[None])
all = op("all", lambda a, axis=None, keepdims=False: np.all(a, axis=axis, keepdims=keepdims),
    symbol="∀", numpy=[np.all], partials=[None])
any = op("any", lambda a, axis=None, keepdims=False: np.any(a, axis=axis, keepdims=keepdims),
    symbol="∃", numpy=[np.any], partials=[None])
