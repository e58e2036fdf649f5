"""Rows of the operations that arrange and join arrays."""

import numpy as np

from tests.samples.row import A, B, P, of_list, row

SAMPLES = {
    "part": row(lambda a, start, shape: a[start : start + 4].reshape(shape), A.reshape(-1), start=1, shape=(2, 2)),
    "reshape": row(lambda a, shape: a.reshape(shape), A, shape=(3, -1)),
    "transpose": row(np.transpose, A, axes=(1, 0)),
    "swapaxes": row(np.swapaxes, A, axis1=0, axis2=-1),
    "expand_dims": row(np.expand_dims, A, axis=1),
    "squeeze": row(np.squeeze, A.reshape(2, 1, 3), axis=1),
    "broadcast_to": row(np.broadcast_to, A, shape=(2, 2, 3)),
    "concatenate": row(np.concatenate, A, B[:, :2], P, axis=1, how=of_list),
    "stack": row(np.stack, A, B, P, axis=1, how=of_list),
}

#: Shapes without elements, and parameters for them.
EMPTY = {
    "part": ([(0,)], {"start": 0, "shape": (0, 2)}),
    "squeeze": ([(0, 1, 3)], {"axis": 1}),
    "reshape": ([(0, 3)], {"shape": (3, 0)}),
    "broadcast_to": ([(0, 3)], {"shape": (2, 0, 3)}),
}
