"""Rows: decompositions of matrices: Cholesky, QR, singular values, eigenvalues."""

import numpy as np

from tests.samples.row import A, row
from tests.samples.solve import M


def of_symmetric(f, x, **params):
    """For `how`: of a symmetric matrix, which a step in one element leaves symmetric."""
    x = np.array(x) if isinstance(x, list) else x
    return f((x + x.T) / 2, **params)


def squared(f, x, **params):
    """For `how`: the squares of the results, which do not depend on the signs that LAPACK chose."""
    return [r * r for r in f(x, **params)]


def squared_of_symmetric(f, x):
    return [r * r for r in of_symmetric(f, x)]


SAMPLES = {
    "linalg.cholesky": row(np.linalg.cholesky, M, how=of_symmetric),
    "linalg.qr": row(np.linalg.qr, A.T),
    "linalg.svd": row(np.linalg.svd, A, full_matrices=False, how=squared),
    "linalg.svdvals": row(np.linalg.svdvals, A),
    "linalg.eigh": row(np.linalg.eigh, M, how=squared_of_symmetric),
    "linalg.eigvalsh": row(np.linalg.eigvalsh, M, how=of_symmetric),
    "linalg.eig": row(np.linalg.eig, M, how=squared),
    "linalg.eigvals": row(np.linalg.eigvals, M),
}

#: Shapes without elements, and parameters for them.
EMPTY = {
    "linalg.cholesky": ([(0, 0)], {}),
    "linalg.eigh": ([(0, 0)], {}),
    "linalg.eigvalsh": ([(0, 0)], {}),
    "linalg.eig": ([(0, 3, 3)], {}),
    "linalg.eigvals": ([(0, 3, 3)], {}),
}
