"""Rows: linear systems: inverses, determinants, solutions."""

import math

import numpy as np

from tests.samples.row import A, B, row

#: A square matrix well away from singular ones.
M = np.array([[2.1, 0.4, -0.3], [0.5, 1.7, 0.6], [-0.2, 0.3, 1.4]])


def first(f, *args, **params):
    """For `how`: the first of several results."""
    return f(*args, **params)[0]


def tensorinv(a, ind):
    """NumPy's tensorinv, which takes no empty arrays."""
    last, first = np.shape(a)[ind:], np.shape(a)[:ind]
    return np.linalg.inv(np.reshape(a, (math.prod(last), math.prod(first)))).reshape(last + first)


SAMPLES = {
    "linalg.inv": row(np.linalg.inv, M),
    "linalg.pinv": row(np.linalg.pinv, A, rcond=1e-8),
    "linalg.det": row(np.linalg.det, M),
    "linalg.slogdet": row(np.linalg.slogdet, M),
    "linalg.solve": row(np.linalg.solve, M, A.T),
    "linalg.lstsq": row(np.linalg.lstsq, A.T, B.T, how=first),
    "linalg.matrix_power": row(np.linalg.matrix_power, M, n=3),
    "linalg.tensorinv": row(tensorinv, M, ind=1),
    "linalg.tensorsolve": row(np.linalg.tensorsolve, M, A[0]),
}

#: Shapes without elements, and parameters for them.
EMPTY = {
    "linalg.inv": ([(0, 3, 3)], {}),
    "linalg.det": ([(0, 3, 3)], {}),
    "linalg.slogdet": ([(0, 0)], {}),
    "linalg.solve": ([(0, 3, 3), (3, 2)], {}),
    "linalg.lstsq": ([(0, 3), (0, 2)], {}),
    "linalg.matrix_power": ([(0, 3, 3)], {"n": -2}),
    "linalg.tensorinv": ([(0, 2, 0)], {"ind": 2}),
    "linalg.tensorsolve": ([(0, 0), (0,)], {}),
}
