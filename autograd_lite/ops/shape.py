"""The same numbers in another arrangement: reshaping, transposing, repeating, joining."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd_lite.define import op
from autograd_lite.operation import NUMBERS


def _transposed(g: Any, axes: Any) -> Any:
    if axes is None:
        return g.transpose()
    return g.transpose([int(i) for i in np.argsort([a % g.ndim for a in axes])])


def at_one_width(arrays: Sequence[Any]) -> Sequence[Any]:
    """The arrays in one data type where a Python number is among them, which does not widen it.

    NumPy's functions on whole arrays, unlike its arithmetic, take a number for a float64 array.
    """
    if NUMBERS.isdisjoint(map(type, arrays)):
        return arrays
    given = [a if type(a) in NUMBERS else np.asarray(a) for a in arrays]
    width = np.result_type(*given)
    return [np.asarray(a, width) for a in given]


def _segment(g: Any, i: int, arrays: tuple[Any, ...], axis: int | None) -> Any:
    """The part of g that came from array number i of a concatenation."""
    if axis is None:
        # A number among the arrays is one element.
        start = sum(getattr(a, "size", 1) for a in arrays[:i])
        return g[start : start + arrays[i].size].reshape(arrays[i].shape)
    axis %= g.ndim
    start = sum(a.shape[axis] for a in arrays[:i])
    return g[(slice(None),) * axis + (slice(start, start + arrays[i].shape[axis]),)]


# fmt: off
reshape = op("reshape", lambda a, shape: a.reshape(shape), symbol="reshape", numpy=[np.reshape], partials=[
    ("1", lambda g, out, x, shape: g.reshape(x.shape))])
transpose = op("transpose", lambda a, axes=None: np.transpose(a, axes), symbol="ᵀ", numpy=[np.transpose], partials=[
    ("1", lambda g, out, x, axes=None: _transposed(g, axes))])
swapaxes = op("swapaxes", lambda a, axis1, axis2: np.swapaxes(a, axis1, axis2), symbol="swapaxes",
    numpy=[np.swapaxes], partials=[
    ("1", lambda g, out, x, axis1, axis2: g.swapaxes(axis1, axis2))])
expand_dims = op("expand_dims", lambda a, axis: np.expand_dims(a, axis), symbol="expand_dims",
    numpy=[np.expand_dims], partials=[
    ("1", lambda g, out, x, axis: g.reshape(x.shape))])
squeeze = op("squeeze", lambda a, axis=None: np.squeeze(a, axis), symbol="squeeze", numpy=[np.squeeze], partials=[
    ("1", lambda g, out, x, axis=None: g.reshape(x.shape))])
broadcast_to = op("broadcast_to", lambda array, shape: np.broadcast_to(array, shape), symbol="broadcast",
    numpy=[np.broadcast_to], partials=[
    # The backward loop sums over the axes along which x was repeated.
    ("1", lambda g, out, x, shape: g)])
concatenate = op("concatenate", lambda *arrays, axis=0: np.concatenate(at_one_width(arrays), axis),
    symbol="concat", numpy=[np.concatenate],
    each=("1", lambda g, out, i, *arrays, axis=0: _segment(g, i, arrays, axis)))
stack = op("stack", lambda *arrays, axis=0: np.stack(at_one_width(arrays), axis), symbol="stack", numpy=[np.stack],
    each=("1", lambda g, out, i, *arrays, axis=0: g[(slice(None),) * (axis % out.ndim) + (i,)]))
