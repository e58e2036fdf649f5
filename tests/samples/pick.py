"""Rows: elements picked by index, condition or choice, and functional updates of parts."""

import numpy as np

from tests.samples.row import A, B, S, row

#: Where the middle column is, in which there is something to keep.
MIDDLE = np.array([0, 1, 0], dtype=np.float32)

SAMPLES = {
    "take": row(np.take, A, indices=[2, 0, 2, -1], axis=1),
    "take_along_axis": row(
        np.take_along_axis,
        A,
        how=lambda f, x, indices, axis: f(x, np.array(indices, dtype=int), axis),
        indices=[[2, 0, 2, -1], [1, 1, 0, 2]],
        axis=1,
    ),
    "compress": row(np.compress, np.array([True, False, True]), A, axis=1),
    "delete": row(np.delete, A, obj=[0, -1], axis=1),
    "extract": row(np.extract, S, A),
    "choose": row(np.choose, A, B, how=lambda f, x, y: f(x > 0.5, [x, y])),
    "select": row(np.select, A, B, how=lambda f, x, y: f([x > 1, y > 0.5, x > 0], [x * y, y, x], -0.5)),
    "piecewise": row(
        np.piecewise, A, how=lambda f, x: f(x, [x < 0, x > 0.5, x > 1.5], [np.square, lambda t: t * 3, 0.5, np.sin])
    ),
    "insert": row(np.insert, A, B, how=lambda f, x, y, **p: f(x, [3, 0, 0], y, **p), axis=1),
    "trim_zeros": row(np.trim_zeros, A, how=lambda f, x: f(x * MIDDLE)),
    "apply_along_axis": row(np.apply_along_axis, A, how=lambda f, x: f(lambda r: r[:, None] * r, 0, x)),
    "apply_over_axes": row(np.apply_over_axes, A, how=lambda f, x: f(np.sum, x, [0, -1])),
}

#: Shapes without elements, and parameters for them.
EMPTY = {
    "take_along_axis": ([(0, 3)], {"indices": np.zeros((0, 4)), "axis": 1}),
    "compress": ([(3,), (0, 3)], {"axis": 1}),
}
