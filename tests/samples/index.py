"""Rows of the operations that take and put parts of arrays."""

from typing import Any

import numpy as np

from tests.samples.row import A, B, row


def _scattered(a: Any, index: Any, shape: tuple[int, ...]) -> Any:
    out = np.zeros(shape, a.dtype)
    np.add.at(out, index, a)
    return out


def _set(x: Any, values: Any, index: Any) -> Any:
    out = np.array(x)
    out[index] = values
    return out


def _added(x: Any, values: Any, index: Any) -> Any:
    out = np.array(x)
    np.add.at(out, index, values)
    return out


SAMPLES = {
    "getitem": row(lambda a, index: a[index], A, index=(slice(None), [2, 0, 2])),
    "scatter_add": row(_scattered, A, index=(slice(None), [3, 0, 3]), shape=(2, 4)),
    "set_at": row(_set, A, B, index=(slice(None), [2, 0, 2])),
    "add_at": row(_added, A, B, index=(slice(None), [2, 0, 2])),
}

#: Shapes without elements, and parameters for them.
EMPTY = {
    "scatter_add": ([(0, 3)], {"index": (slice(None), [3, 0, 3]), "shape": (0, 4)}),
}
