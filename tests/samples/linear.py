"""Rows of the products of vectors and matrices."""

import numpy as np

from tests.samples.row import A, B, of_list, row

#: Vectors of three components, and matrices for chains of products.
X = np.array([[0.4, -1.2, 0.9], [1.5, 0.3, -0.6]])
Y = np.array([[-0.8, 0.5], [1.3, 2.1], [0.6, -1.1]])


def _matvec(x, y):
    return np.matmul(x, y[..., None])[..., 0]


def _vecmat(x, y):
    return np.matmul(x[..., None, :], y)[..., 0, :]


SAMPLES = {
    "matmul": row(np.matmul, A, B.T),
    "dot": row(np.dot, A, B.T),
    "outer": row(np.outer, A, B),
    "inner": row(np.inner, A, B),
    "vdot": row(np.vdot, A, B),
    "kron": row(np.kron, A, B),
    "cross": row(np.cross, A, B),
    "vecdot": row(np.vecdot, A, B),
    "matvec": row(_matvec, A, B[0]),
    "vecmat": row(_vecmat, B[0], A.T),
    "linalg.matmul": row(np.linalg.matmul, A, B.T),
    "linalg.outer": row(np.linalg.outer, A[0], B[1]),
    "linalg.vecdot": row(np.linalg.vecdot, A, B, axis=0),
    "linalg.tensordot": row(np.linalg.tensordot, A, B, axes=([0], [0])),
    "linalg.cross": row(np.linalg.cross, A, B),
    "linalg.multi_dot": row(np.linalg.multi_dot, A, Y, X, how=of_list),
}

#: Shapes without elements, and parameters for them.
EMPTY = {
    "matmul": ([(2, 0), (0, 3)], {}),
    "dot": ([(2, 0), (0, 3)], {}),
    "vecdot": ([(2, 0), (2, 0)], {}),
    "matvec": ([(2, 0), (0,)], {}),
    "vecmat": ([(0,), (0, 3)], {}),
    "linalg.matmul": ([(2, 0), (0, 3)], {}),
    "linalg.outer": ([(0,), (3,)], {}),
    "linalg.multi_dot": ([(2, 0), (0, 3), (3, 4)], {}),
}
