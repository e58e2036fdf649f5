"""Many numbers to few: sums, means, products, extremes, along axes."""

from __future__ import annotations

import builtins
from typing import Any

import numpy as np

from autograd_lite.compose import composed
from autograd_lite.define import op
from autograd_lite.errors import ArgumentError, ArgumentValueError
from autograd_lite.graph import raw

Axis = int | tuple[int, ...] | None

#: What NumPy has for the value of `initial` where none is given.
NONE: Any = np._NoValue


def axes_of(x: Any, axis: Axis) -> tuple[int, ...]:
    """The axes that `axis` names, from 0 up."""
    # NumPy lets the axes 0 and -1 of an array without axes stand for none.
    if axis is None or x.ndim == 0:
        return tuple(range(x.ndim))
    return tuple(a % x.ndim for a in (axis if isinstance(axis, tuple | list) else (axis,)))


def spread(g: Any, x: Any, axis: Axis, keepdims: bool = False, where: Any = True) -> Any:
    """What belongs to a reduced slice of x, given to every element of the slice that was not left out."""
    if axis is not None and not keepdims:
        axes = axes_of(x, axis)
        g = g.reshape([1 if i in axes else n for i, n in enumerate(x.shape)])
    g = np.broadcast_to(g, x.shape)
    return g if where is True else np.where(where, g, 0.0)


def count(x: Any, axis: Axis) -> int:
    """How many elements a slice has."""
    shape = x.shape
    return int(np.prod([shape[a] for a in axes_of(x, axis)]))


def taken(x: Any, where: Any) -> Any:
    """Which elements of x a reduction takes, in its shape."""
    return np.broadcast_to(np.asarray(where, bool), x.shape)


def shared(g: Any, x: Any, axis: Axis, keepdims: bool, where: Any = True, ddof: float = 0) -> Any:
    """What belongs to a slice of x, divided by the number of its elements less ddof, given to each of them."""
    if where is True:
        n = count(x, axis) - ddof
        # Beyond 65,504, a divisor in float16 would be infinite. Of too few elements NumPy gives nan.
        each = g / n if 0 < n <= 65504 else g * (1 / n if n > 0 else np.nan)
        return spread(each, x, axis, keepdims)
    number = taken(x, where).sum(axis=axis, keepdims=True) - ddof
    parts = 1 / np.where(number > 0, number, np.nan)
    return np.where(where, spread(g, x, axis, keepdims) * parts.astype(raw(g).dtype), 0.0)


def extreme(
    g: Any, out: Any, x: Any, axis: Axis = None, keepdims: bool = False, initial: Any = NONE, where: Any = True
) -> Any:
    """The elements that equal the extreme of their slice share its gradient equally, with `initial` if it does too."""
    data = raw(x)
    # In a slice with a nan, the extreme is nan and the elements that are nan made it so.
    tied = (data == spread(raw(out), data, axis, keepdims)) | np.isnan(data)
    if where is not True:
        tied = tied & taken(x, where)
    tied = tied.astype(data.dtype)
    number = tied.sum(axis=axis, keepdims=True)
    if initial is not NONE and initial is not None:
        start, found = data.dtype.type(initial), raw(out).reshape(number.shape)
        number = number + ((found == start) | (np.isnan(start) & np.isnan(found)))
    return spread(g, x, axis, keepdims) * (tied / np.maximum(number, 1))


def product(
    g: Any, out: Any, x: Any, axis: Axis = None, keepdims: bool = False, initial: Any = NONE, where: Any = True
) -> Any:
    """The product of the other elements of the slice."""
    if where is not True:
        x = np.where(where, x, 1.0)
    g = spread(g, x, axis, keepdims)
    size = np.abs(raw(out))
    if builtins.all(np.ravel((size >= np.finfo(size.dtype).tiny) & (size < np.inf))):
        c = g * spread(out, x, axis, keepdims) / x
    else:
        # With zeros about, out / x says nothing.
        c = g * _others(x, axis)
        c = c if initial is NONE else c * float(initial)
    return c if where is True else np.where(where, c, 0.0)


def _others(x: Any, axis: Axis) -> Any:
    """For each element, the product of the others of its slice: of those before it and those after it."""
    axes = axes_of(x, axis)
    order = [i for i in range(x.ndim) if i not in axes] + list(axes)
    last = x.transpose(order)
    rows = last.reshape((*last.shape[: x.ndim - len(axes)], count(x, axis)))
    one = np.ones((*rows.shape[:-1], 1), raw(x).dtype)
    before = np.cumprod(np.concatenate([one, rows[..., :-1]], axis=-1), axis=-1)
    after = np.cumprod(np.concatenate([one, rows[..., :0:-1]], axis=-1), axis=-1)[..., ::-1]
    return (before * after).reshape(last.shape).transpose([order.index(i) for i in range(x.ndim)])


def half_of_variance(g: Any, x: Any, axis: Axis, ddof: float, keepdims: bool, where: Any = True) -> Any:
    """Half the gradient of the variance."""
    if where is True:
        d = x - x.mean(axis=axis, keepdims=True)
    else:
        # Here no nan that is left out may come into a product.
        d = np.where(where, x - _mean_of(x, axis, where), 0.0)
    return shared(g, x, axis, keepdims, where, ddof) * d


def _mean_of(x: Any, axis: Axis, where: Any) -> Any:
    """The mean of each slice without what is left out; without a warning where that is all."""
    number = taken(x, where).sum(axis=axis, keepdims=True)
    parts = (1 / np.maximum(number, 1)).astype(raw(x).dtype)
    return np.where(where, x, 0.0).sum(axis=axis, keepdims=True) * parts


def deviation(g: Any, out: Any, x: Any, axis: Axis, ddof: float, keepdims: bool, where: Any = True) -> Any:
    """The gradient of the standard deviation."""
    # Where out is 0, so is x - mean: any number but 0 may stand below.
    return half_of_variance(g / np.where(raw(out) == 0, 1.0, out), x, axis, ddof, keepdims, where)


def of_spread(name: str) -> Any:
    """What makes `ddof` of the parameter that the array API calls `correction`, and refuses `mean`."""

    def prepare(params: dict[str, Any]) -> dict[str, Any]:
        given = {k: v for k, v in params.items() if v is not NONE}
        if given.pop("mean", None) is not None:
            raise ArgumentError(
                f"{name}: mean= is refused: a mean that is given would be taken for a constant, and the derivative "
                "would be another one. Leave it out."
            )
        correction = given.pop("correction", None)
        if correction is not None:
            if given.get("ddof", 0) != 0:
                raise ArgumentValueError(f"{name}: ddof and correction are two names of one argument; give one.")
            given["ddof"] = correction
        return given

    return prepare


# fmt: off
sum = op("sum", lambda a, axis=None, keepdims=False, initial=NONE, where=True:
    np.asarray(a).sum(axis=axis, keepdims=keepdims, initial=initial, where=where), symbol="Σ",
    numpy=[np.sum], partials=[
    ("1", lambda g, out, x, axis=None, keepdims=False, initial=NONE, where=True: spread(g, x, axis, keepdims, where))])
mean = op("mean", lambda a, axis=None, keepdims=False, where=True:
    np.asarray(a).mean(axis=axis, keepdims=keepdims, where=where), symbol="mean", numpy=[np.mean], partials=[
    (r"\frac{1}{n}", lambda g, out, x, axis=None, keepdims=False, where=True: shared(g, x, axis, keepdims, where))])
prod = op("prod", lambda a, axis=None, keepdims=False, initial=NONE, where=True:
    np.prod(a, axis=axis, keepdims=keepdims, initial=initial, where=where), symbol="Π", numpy=[np.prod], partials=[
    (r"\prod_{j \ne i} x_j", product)])
max = op("max", lambda a, axis=None, keepdims=False, initial=NONE, where=True:
    np.max(a, axis=axis, keepdims=keepdims, initial=initial, where=where), symbol="max", numpy=[np.max, np.amax],
    doc="The largest element. Elements that tie share the gradient equally.", partials=[
    (r"\frac{[x = \max]}{\#}", extreme)])
min = op("min", lambda a, axis=None, keepdims=False, initial=NONE, where=True:
    np.min(a, axis=axis, keepdims=keepdims, initial=initial, where=where), symbol="min", numpy=[np.min, np.amin],
    doc="The smallest element. Elements that tie share the gradient equally.", partials=[
    (r"\frac{[x = \min]}{\#}", extreme)])
var = op("var", lambda a, axis=None, ddof=0, keepdims=False, where=True, mean=None, correction=None:
    np.var(a, axis=axis, ddof=ddof, keepdims=keepdims, where=where), symbol="var",
    numpy=[np.var], prepare=of_spread("var"), partials=[
    (r"\frac{2 (x - \bar x)}{n - d}", lambda g, out, x, axis=None, ddof=0, keepdims=False, where=True:
        2 * half_of_variance(g, x, axis, ddof, keepdims, where))])
std = op("std", lambda a, axis=None, ddof=0, keepdims=False, where=True, mean=None, correction=None:
    np.std(a, axis=axis, ddof=ddof, keepdims=keepdims, where=where), symbol="std",
    numpy=[np.std], prepare=of_spread("std"),
    doc="Standard deviation. Its derivative where all elements are equal is 0.", partials=[
    (r"\frac{x - \bar x}{(n - d) \operatorname{std}}", lambda g, out, x, axis=None, ddof=0, keepdims=False, where=True:
        deviation(g, out, x, axis, ddof, keepdims, where))])

# Without gradient: the results are untracked.
argmax = op("argmax", lambda a, axis=None, keepdims=False: np.argmax(a, axis=axis, keepdims=keepdims),
    symbol="argmax", numpy=[np.argmax], partials=[None])
argmin = op("argmin", lambda a, axis=None, keepdims=False: np.argmin(a, axis=axis, keepdims=keepdims),
    symbol="argmin", numpy=[np.argmin], partials=[None])
all = op("all", lambda a, axis=None, keepdims=False, where=True: np.all(a, axis=axis, keepdims=keepdims, where=where),
    symbol="∀", numpy=[np.all], partials=[None])
any = op("any", lambda a, axis=None, keepdims=False, where=True: np.any(a, axis=axis, keepdims=keepdims, where=where),
    symbol="∃", numpy=[np.any], partials=[None])
count_nonzero = op("count_nonzero", lambda a, axis=None, keepdims=False:
    np.count_nonzero(a, axis=axis, keepdims=keepdims), symbol="# ≠ 0", numpy=[np.count_nonzero],
    partials=[None])
# fmt: on


@composed("ptp", np.ptp, formula=r"\max x - \min x")
def ptp(a: Any, axis: Axis = None, out: None = None, keepdims: bool = False) -> Any:
    """The range from the smallest to the largest element."""
    return np.max(a, axis=axis, keepdims=keepdims) - np.min(a, axis=axis, keepdims=keepdims)
