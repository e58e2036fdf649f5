"""The same numbers in another shape: axes joined, parted, moved, put in, taken out. Arrays shaped like others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd_lite.compose import composed
from autograd_lite.convert import astype, real_dtype, to_tensor
from autograd_lite.define import op
from autograd_lite.errors import AxisError, ShapeError, describe
from autograd_lite.graph import ARRAY_KIND_OF, KIND_HOLDING, Node, raw
from autograd_lite.guard import constant, plain
from autograd_lite.operation import NUMBERS
from autograd_lite.ops.moves import sent_back


def at_one_width(arrays: Sequence[Any]) -> Sequence[Any]:
    """The arrays in one data type where a Python number is among them, which does not widen it.

    NumPy's functions on whole arrays, unlike its arithmetic, take a number for a float64 array.
    """
    if NUMBERS.isdisjoint(map(type, arrays)):
        return arrays
    given = [a if type(a) in NUMBERS else np.asarray(a) for a in arrays]
    width = np.result_type(*given)
    return [np.asarray(a, width) for a in given]


def as_tensor(x: Any, name: str) -> Any:
    """An argument of the composition `name` as a node that holds an array; raises for a list of nodes."""
    if isinstance(x, Node):
        return x if type(x) in ARRAY_KIND_OF else to_tensor(x, float)
    tensor: Any = KIND_HOLDING[np.ndarray]
    return tensor(np.asarray(plain(x, name)))


def axis_in(name: str, x: Any, axis: Any, ndim: int | None = None) -> int:
    """`axis` counted from 0; raises in the name of an operation on x where there is no such axis."""
    n = np.ndim(raw(x)) if ndim is None else ndim
    i = int(axis.__index__())
    if not -n <= i < n:
        raise AxisError(f"{name}: {describe(x)}: axis {i} is out of bounds for an array of dimension {n}.")
    return i % n


def _reshaped(a: Any, shape: Any, copy: Any = None) -> Any:
    if copy is None:
        # The method takes a third of the function's time.
        return a.reshape(shape) if type(a) is np.ndarray else np.reshape(a, shape)
    return np.reshape(a, shape, copy=copy)


def _transposed(g: Any, axes: Any) -> Any:
    if axes is None:
        return g.transpose()
    return g.transpose([int(i) for i in np.argsort([a % g.ndim for a in axes])])


def _rolled_back(g: Any, axis: int, start: int = 0) -> Any:
    """The axis that `rollaxis` has put before `start`, moved to its place again."""
    axis, start = axis % g.ndim, start + g.ndim if start < 0 else start
    return np.moveaxis(g, start - (axis < start), axis)


def _real(name: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """A check, for `prepare`, that the data type of an array like another is one of real numbers."""
    return lambda params: (
        {**params, "dtype": real_dtype(params["dtype"], name)} if params.get("dtype") is not None else params
    )


def _zeros(a: Any, dtype: Any = None, shape: Any = None, *, device: Any = None) -> Any:
    return np.zeros_like(a, dtype=dtype, shape=shape, device=device)


def _ones(a: Any, dtype: Any = None, shape: Any = None, *, device: Any = None) -> Any:
    return np.ones_like(a, dtype=dtype, shape=shape, device=device)


# Nothing can be written into the result, so it may as well be zeros as what memory held.
def _empty(prototype: Any, dtype: Any = None, shape: Any = None, *, device: Any = None) -> Any:
    return np.zeros_like(prototype, dtype=dtype, shape=shape, device=device)


# fmt: off
reshape = op("reshape", _reshaped, symbol="reshape", numpy=[np.reshape], partials=[
    ("1", lambda g, out, x, shape, copy=None: g.reshape(x.shape))])
ravel = op("ravel", lambda a: np.ravel(a), symbol="ravel", numpy=[np.ravel], partials=[
    ("1", lambda g, out, x: g.reshape(x.shape))])
resize = op("resize", lambda a, new_shape: np.resize(a, new_shape), symbol="resize", numpy=[np.resize],
    doc="The elements in another shape, repeated from the start where there are too few.", partials=[
    ("1", lambda g, out, x, new_shape: sent_back(g, np.resize, x, new_shape))])
copy = op("copy", lambda a: np.array(a), symbol="copy", scalar=float, elementwise=True, numpy=[np.copy], partials=[
    ("1", lambda g, out, x: g)])
transpose = op("transpose", lambda a, axes=None: np.transpose(a, axes), symbol="ᵀ", numpy=[np.transpose], partials=[
    ("1", lambda g, out, x, axes=None: _transposed(g, axes))])
matrix_transpose = op("matrix_transpose", lambda x: np.matrix_transpose(x), symbol="ᵀ",
    numpy=[np.matrix_transpose], doc="The last two axes exchanged.", partials=[
    ("1", lambda g, out, x: g.swapaxes(-1, -2))])
transpose_of_matrices = op("linalg.matrix_transpose", lambda x: np.linalg.matrix_transpose(x), symbol="ᵀ",
    numpy=[np.linalg.matrix_transpose], doc="The last two axes exchanged.", partials=[
    ("1", lambda g, out, x: g.swapaxes(-1, -2))])
swapaxes = op("swapaxes", lambda a, axis1, axis2: np.swapaxes(a, axis1, axis2), symbol="swapaxes",
    numpy=[np.swapaxes], partials=[
    ("1", lambda g, out, x, axis1, axis2: g.swapaxes(axis1, axis2))])
moveaxis = op("moveaxis", lambda a, source, destination: np.moveaxis(a, source, destination), symbol="moveaxis",
    numpy=[np.moveaxis], partials=[
    ("1", lambda g, out, x, source, destination: np.moveaxis(g, destination, source))])
rollaxis = op("rollaxis", lambda a, axis, start=0: np.rollaxis(a, axis, start), symbol="rollaxis",
    numpy=[np.rollaxis], partials=[
    ("1", lambda g, out, x, axis, start=0: _rolled_back(g, axis, start))])
expand_dims = op("expand_dims", lambda a, axis: np.expand_dims(a, axis), symbol="expand_dims",
    numpy=[np.expand_dims], partials=[
    ("1", lambda g, out, x, axis: g.reshape(x.shape))])
squeeze = op("squeeze", lambda a, axis=None: np.squeeze(a, axis), symbol="squeeze", numpy=[np.squeeze], partials=[
    ("1", lambda g, out, x, axis=None: g.reshape(x.shape))])
broadcast_to = op("broadcast_to", lambda array, shape: np.broadcast_to(array, shape), symbol="broadcast",
    numpy=[np.broadcast_to], partials=[
    # The backward loop sums over the axes along which x was repeated.
    ("1", lambda g, out, x, shape: g)])

# Without gradient: the results are untracked.
zeros_like = op("zeros_like", _zeros, symbol="0", numpy=[np.zeros_like], partials=[None], prepare=_real("zeros_like"))
ones_like = op("ones_like", _ones, symbol="1", numpy=[np.ones_like], partials=[None], prepare=_real("ones_like"))
empty_like = op("empty_like", _empty, symbol="0", numpy=[np.empty_like], partials=[None], prepare=_real("empty_like"),
    doc="Zeros: a Tensor that cannot be written to has no use for what memory held.")
# fmt: on


@composed("full_like", np.full_like, formula=r"x \, \mathbf 1")
def full_like(
    a: Any,
    fill_value: Any,
    dtype: Any = None,
    order: Any = "K",
    subok: bool = True,
    shape: Any = None,
    *,
    device: Any = None,
) -> Any:
    """An array of the shape and data type of `a` with one value everywhere, recorded where the value is tracked."""
    target = np.asarray(raw(a)).dtype if dtype is None else real_dtype(dtype, "full_like")
    shape = np.shape(raw(a)) if shape is None else shape
    if isinstance(fill_value, Node):
        return np.broadcast_to(astype(as_tensor(fill_value, "full_like"), dtype=target), shape)
    return as_tensor(np.full(shape, constant(fill_value, "full_like"), target), "full_like")


@composed("broadcast_arrays", np.broadcast_arrays, formula=r"(x \, \mathbf 1, y \, \mathbf 1, \dots)")
def broadcast_arrays(*args: Any, subok: bool = False) -> Any:
    """The arrays repeated to the one shape that fits them all."""
    arrays = [as_tensor(a, "broadcast_arrays") for a in args]
    shape = np.broadcast_shapes(*[a.shape for a in arrays])
    return tuple(a if a.shape == shape else np.broadcast_to(a, shape) for a in arrays)


def _with_axes(name: str, arrays: Sequence[Any], shape_of: Callable[..., tuple[int, ...]]) -> Any:
    """The arrays in the shapes that are made of theirs; of one array, it alone."""
    tensors = [as_tensor(a, name) for a in arrays]
    found = tuple(x if x.shape == shape_of(*x.shape) else x.reshape(shape_of(*x.shape)) for x in tensors)
    return found[0] if len(found) == 1 else found


@composed("atleast_1d", np.atleast_1d, formula=r"\operatorname{reshape}(x)")
def atleast_1d(*arys: Any) -> Any:
    """An array without axes as one of one element; others as they are."""
    return _with_axes("atleast_1d", arys, lambda *shape: shape or (1,))


@composed("atleast_2d", np.atleast_2d, formula=r"\operatorname{reshape}(x)")
def atleast_2d(*arys: Any) -> Any:
    """A vector as a matrix of one row; arrays of two or more axes as they are."""
    return _with_axes("atleast_2d", arys, lambda *shape: (1,) * (2 - len(shape)) + shape)


@composed("atleast_3d", np.atleast_3d, formula=r"\operatorname{reshape}(x)")
def atleast_3d(*arys: Any) -> Any:
    """A vector of length n as (1, n, 1), a matrix with an axis behind; arrays of three or more axes as they are."""
    return _with_axes("atleast_3d", arys, lambda *s: s if s[2:] else (*s, 1) if s[1:] else (1, *(s or (1,)), 1))


@composed("unstack", "unstack", formula=r"(x_1, x_2, \dots)")
def unstack(x: Any, /, *, axis: int = 0) -> Any:
    """The slices along an axis, each without it."""
    x = as_tensor(x, "unstack")
    if not x.ndim:
        raise ShapeError(f"unstack: {describe(x)} has no axis to take apart.")
    before = (slice(None),) * axis_in("unstack", x, axis)
    return tuple(x[(*before, i)] for i in range(x.shape[len(before)]))


def _ends(name: str, *ends: Any) -> tuple[Any, ...]:
    """The ends of a range of numbers as arrays or nodes of floats, of which numbers do not widen the others."""
    given = [x if isinstance(x, Node) else constant(x, name) for x in ends]
    width = np.result_type(1.0, *[x if type(x) in NUMBERS else np.asarray(x).dtype for x in map(raw, given)])
    return tuple([to_tensor(x, width) if type(raw(x)) in NUMBERS else x for x in given])


def _fractions(num: Any, endpoint: bool, ends: Sequence[Any]) -> tuple[Any, Any]:
    """For each of `num` points in a row, how near it is to the last end and to the first."""
    if num.__index__() < 0:
        raise ValueError("a negative number of points")
    t = np.arange(num) / max(num - 1 if endpoint else num, 1)
    width = np.result_type(1.0, *[raw(x).dtype for x in ends])
    shape = (-1 if num else 0, *[1] * max(x.ndim for x in ends))
    return t.astype(width).reshape(shape), (1 - t).astype(width).reshape(shape)


@composed("linspace", np.linspace, formula=r"(1 - t) \, x + t \, y")
def linspace(
    start: Any,
    stop: Any,
    num: Any = 50,
    endpoint: bool = True,
    retstep: bool = False,
    dtype: Any = None,
    axis: int = 0,
    *,
    device: Any = None,
) -> Any:
    """Numbers at equal distances from one end to the other."""
    ends = start, stop = _ends("linspace", start, stop)
    t, s = _fractions(num, endpoint, ends)
    y = np.moveaxis(s * start + t * stop, 0, axis) if axis else s * start + t * stop
    if dtype is not None:
        y = astype(np.floor(y) if np.dtype(dtype).kind in "iu" else y, dtype=dtype)
    if retstep:
        steps = num - 1 if endpoint else num
        return y, (stop - start) / steps if steps > 0 else np.nan
    return y


@composed("logspace", np.logspace, formula=r"z^{(1 - t) \, x + t \, y}")
def logspace(
    start: Any, stop: Any, num: Any = 50, endpoint: bool = True, base: Any = 10.0, dtype: Any = None, axis: int = 0
) -> Any:
    """Powers of the base, the exponents at equal distances from one end to the other."""
    start, stop, base = _ends("logspace", start, stop, base)
    if base.ndim:
        ndim = max(x.ndim for x in (start, stop, base))
        start, stop, base = (x.reshape((1,) * (ndim - x.ndim) + x.shape) for x in (start, stop, base))
        base = np.expand_dims(base, axis)
    y = base ** linspace(start, stop, num, endpoint, axis=axis)
    return y if dtype is None else astype(y, dtype=dtype)


@composed("geomspace", np.geomspace, formula=r"x^{1 - t} \, y^t")
def geomspace(start: Any, stop: Any, num: Any = 50, endpoint: bool = True, dtype: Any = None, axis: int = 0) -> Any:
    """Numbers of equal ratios from one end to the other, in the data type of the ends."""
    ends = start, stop = _ends("geomspace", start, stop)
    if not (np.all(raw(start)) and np.all(raw(stop))):
        raise ValueError("an end that is zero")
    t, s = _fractions(num, endpoint, ends)
    sign = np.sign(raw(start))
    y = (sign * start) ** s * (sign * stop) ** t * sign
    y = np.moveaxis(y, 0, axis) if axis else y
    return y if dtype is None else astype(y, dtype=dtype)
