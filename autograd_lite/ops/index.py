"""Parts of an array: taking them, adding them into zeros, and putting new ones in their place."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd_lite.convert import astype
from autograd_lite.define import op
from autograd_lite.errors import (
    IndexingError,
    describe,
)
from autograd_lite.graph import Node, raw
from autograd_lite.guard import parameter


def frozen_index(index: Any, name: str = "getitem") -> Any:
    """An index that NumPy takes and nobody can change: nodes as arrays, lists as arrays, copied."""
    if type(index) is int:
        return index
    if type(index) is slice:
        return parameter(index)
    if isinstance(index, tuple):
        return tuple([frozen_index(i, name) for i in index])
    if isinstance(index, list | range):
        try:
            array = np.asarray(parameter(list(index))) if len(index) else np.zeros(0, dtype=int)
        except ValueError:
            raise IndexingError(f"{name}: {describe(index)}: the lists in it differ in length.") from None
        if array.dtype.kind not in "iub":
            raise IndexingError(f"{name}: {describe(index)}: a list index holds integers or booleans.")
        array.setflags(write=False)
        return array
    dtype = getattr(index, "dtype", None)
    if (isinstance(index, Node) and index._tracked) or (dtype is not None and dtype.kind not in "iub"):
        raise IndexingError(
            f"{name}: the index {describe(index)} is not of integers or booleans, and no gradient goes through an "
            "index. Compare for a mask, or give index.detach().astype(int)."
        )
    if dtype is not None and dtype.kind in "iu" and not index.ndim:
        return int(index)
    return parameter(index) if isinstance(index, Node | np.ndarray) else index


def is_basic(index: Any) -> bool:
    """Whether an index picks each element at most once, by slices and integers alone."""
    parts = index if isinstance(index, tuple) else (index,)
    return all(p is None or p is Ellipsis or type(p) in (int, slice) for p in parts)


def names_once(index: Any) -> bool:
    """Whether an index is known to pick each element at most once."""
    return is_basic(index) or getattr(index, "dtype", None) == np.bool_


def _prepared(params: dict[str, Any]) -> dict[str, Any]:
    return {**params, "index": frozen_index(params["index"])}


def _add_into(out: Any, index: Any, a: Any) -> Any:
    if names_once(index):
        out[index] += a
    elif type(index) is np.ndarray and out.ndim > 1 and np.size(a) > 1000 and out.flags.c_contiguous:
        # np.add.at is quick with single elements alone: with rows it takes 2.6 times as long.
        places = np.arange(out.size).reshape(out.shape)[index]
        np.add.at(out.reshape(-1), places.reshape(-1), np.broadcast_to(a, places.shape).reshape(-1))
    else:
        # An integer array may name an element twice, and both count. Of values that it has to repeat itself,
        # NumPy 2.4 reads some from the wrong places.
        picked = index.shape + out.shape[1:] if type(index) is np.ndarray else out[index].shape
        np.add.at(out, index, a if np.shape(a) == picked else np.broadcast_to(a, picked))
    return out


def _scattered(a: Any, index: Any, shape: tuple[int, ...]) -> Any:
    out = np.zeros(shape, a.dtype)
    if names_once(index):
        out[index] = a
        return out
    return _add_into(out, index, a)


def _scatter(g: Any, index: Any, shape: tuple[int, ...]) -> Any:
    """Zeros with g added at an index that nobody else holds."""
    # Of raw data, without what a call does to be safe: copying an index takes as long as adding at it.
    return scatter_add(g, index=index, shape=shape) if isinstance(g, Node) else _scattered(g, index, shape)


def _without(g: Any, index: Any) -> Any:
    """The gradient of what was not overwritten at an index."""
    return set_at(g, 0.0, index=index)


def _assigned(x: Any, values: Any, index: Any) -> Any:
    out = np.array(x)
    out[index] = values
    return out


def _to_values(part: Any, values: Any) -> Any:
    """The gradient of values from that of what they were broadcast to, but for the sum."""
    # NumPy drops axes of length 1 that values have in front of what the index picks.
    part = part.reshape((1,) * (np.ndim(raw(values)) - part.ndim) + part.shape)
    return part if part.dtype == values.dtype else astype(part, dtype=values.dtype)


def _of_winners(g: Any, x: Any, values: Any, index: Any) -> Any:
    """The gradient of values that were assigned: of those for one place, the last one stayed."""
    part = g[index]
    if not names_once(index):
        numbers = np.arange(part.size).reshape(part.shape)
        written = np.zeros(x.shape, dtype=numbers.dtype)
        written[index] = numbers
        won = written[index] == numbers
        part = part if won.all() else np.where(won, part, 0.0)
    return _to_values(part, values)


# fmt: off
getitem = op("getitem", lambda a, index: a[index], symbol="[ ]", partials=[
    ("1", lambda g, out, x, index: _scatter(g, index, x.shape))],
    prepare=_prepared,
    doc="a[index]: integers, slices, ellipsis, None, integer arrays and boolean masks.")
scatter_add = op("scatter_add", lambda a, index, shape: _scattered(a, index, shape), symbol="scatter", partials=[
    ("1", lambda g, out, x, index, shape: g[index])],
    prepare=_prepared,
    doc="Zeros of the given shape with a added at the index: the transpose of getitem.")
set_at = op("set_at", _assigned, symbol="[ ]←", partials=[
    (r"[i \notin I]", lambda g, out, x, y, index: _without(g, index)),
    (r"[k = \max_{I_j = I_k} j]", lambda g, out, x, y, index: _of_winners(g, x, y, index))],
    prepare=_prepared,
    doc="x with values at the index I: `at(x)[index].set(values)`. At an element named twice the last one stays.")
add_at = op("add_at", lambda x, values, index: _add_into(np.array(x), index, values), symbol="[ ]+", partials=[
    ("1", lambda g, out, x, y, index: g),
    ("1", lambda g, out, x, y, index: _to_values(g[index], y))],
    prepare=_prepared,
    doc="x with values added at the index: `at(x)[index].add(values)`. At an element named twice both are added.")
# fmt: on
