"""Rows: shapes and axes, arrays like others, ranges of numbers."""

import numpy as np

from tests.samples.row import A, B, I, P, U, V, row

SAMPLES = {
    "part": row(lambda a, start, shape: a[start : start + 4].reshape(shape), A.reshape(-1), start=1, shape=(2, 2)),
    "reshape": row(lambda a, shape: a.reshape(shape), A, shape=(3, -1)),
    "transpose": row(np.transpose, A, axes=(1, 0)),
    "swapaxes": row(np.swapaxes, A, axis1=0, axis2=-1),
    "expand_dims": row(np.expand_dims, A, axis=1),
    "squeeze": row(np.squeeze, A.reshape(2, 1, 3), axis=1),
    "broadcast_to": row(np.broadcast_to, A, shape=(2, 2, 3)),
    "ravel": row(np.ravel, A),
    "resize": row(np.resize, A, new_shape=(2, 4)),
    "copy": row(np.copy, A),
    "matrix_transpose": row(np.matrix_transpose, A),
    "linalg.matrix_transpose": row(np.linalg.matrix_transpose, A),
    "moveaxis": row(np.moveaxis, A.reshape(2, 1, 3), source=(0, -1), destination=(1, 0)),
    "rollaxis": row(np.rollaxis, A.reshape(2, 1, 3), axis=2, start=1),
    "zeros_like": row(np.zeros_like, A),
    "ones_like": row(np.ones_like, A),
    "empty_like": row(np.zeros_like, A),
    "full_like": row(np.full_like, I, B[0], dtype=np.float64),
    "broadcast_arrays": row(np.broadcast_arrays, A, B[0], P.reshape(2, 1, 3)),
    "atleast_1d": row(np.atleast_1d, A, B[0], P),
    "atleast_2d": row(np.atleast_2d, A, B[0], P),
    "atleast_3d": row(np.atleast_3d, A, B[0], P),
    "unstack": row(getattr(np, "unstack", lambda x, axis: tuple(np.moveaxis(x, axis, 0))), A, axis=1),
    "linspace": row(np.linspace, A, B, num=4),
    "logspace": row(np.logspace, U, B[0], num=3),
    "geomspace": row(np.geomspace, P, V, num=3, dtype=np.float64),
}

#: Shapes without elements, and parameters for them.
EMPTY = {
    "part": ([(0,)], {"start": 0, "shape": (0, 2)}),
    "squeeze": ([(0, 1, 3)], {"axis": 1}),
    "reshape": ([(0, 3)], {"shape": (3, 0)}),
    "moveaxis": ([(0, 1, 3)], {"source": (0, -1), "destination": (1, 0)}),
    "rollaxis": ([(0, 1, 3)], {"axis": 2, "start": 1}),
    "broadcast_arrays": ([(0, 3), (3,), (2, 1, 3)], {}),
    "broadcast_to": ([(0, 3)], {"shape": (2, 0, 3)}),
}
