"""Parts of an array: indexing, and its transpose, adding parts into zeros."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd_lite.define import op
from autograd_lite.errors import IndexingError, describe
from autograd_lite.graph import Node
from autograd_lite.guard import parameter


def frozen_index(index: Any) -> Any:
    """An index that NumPy takes and nobody can change: nodes as arrays, lists as arrays, copied."""
    if isinstance(index, tuple):
        return tuple(frozen_index(i) for i in index)
    if isinstance(index, Node | np.ndarray):
        return parameter(index)
    if isinstance(index, list | range):
        try:
            array = np.asarray(index) if len(index) else np.zeros(0, dtype=int)
        except ValueError:
            raise IndexingError(f"getitem: {describe(index)}: the lists in it differ in length.") from None
        if array.dtype.kind not in "iub":
            raise IndexingError(f"getitem: {describe(index)}: a list index holds integers or booleans.")
        array.setflags(write=False)
        return array
    return index


def is_basic(index: Any) -> bool:
    """Whether an index picks each element at most once, by slices and integers alone."""
    parts = index if isinstance(index, tuple) else (index,)
    return all(p is None or p is Ellipsis or type(p) in (int, slice) for p in parts)


def _scattered(a: Any, index: Any, shape: tuple[int, ...]) -> Any:
    out = np.zeros(shape, a.dtype)
    if is_basic(index) or getattr(index, "dtype", None) == np.bool_:
        out[index] = a
    else:
        # An integer array may name an element twice, and both gradients count.
        np.add.at(out, index, a)
    return out


def _scatter(g: Any, index: Any, shape: tuple[int, ...]) -> Any:
    return scatter_add(g, index=index, shape=shape)


# fmt: off
getitem = op("getitem", lambda a, index: a[index], symbol="[ ]", partials=[
    ("1", lambda g, out, x, index: _scatter(g, index, x.shape))],
    prepare=lambda params: {"index": frozen_index(params["index"])},
    doc="a[index]: integers, slices, ellipsis, None, integer arrays and boolean masks.")
scatter_add = op("scatter_add", lambda a, index, shape: _scattered(a, index, shape), symbol="scatter", partials=[
    ("1", lambda g, out, x, index, shape: g[index])],
    prepare=lambda params: {**params, "index": frozen_index(params["index"])},
    doc="Zeros of the given shape with a added at the index: the transpose of getitem.")
