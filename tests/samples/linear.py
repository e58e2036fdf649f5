"""Rows of the products of vectors and matrices."""

import numpy as np

from tests.samples.row import A, B, row

SAMPLES = {
    "matmul": row(np.matmul, A, B.T),
    "dot": row(np.dot, A, B.T),
    "outer": row(np.outer, A, B),
}

#: Shapes without elements, and parameters for them.
EMPTY = {
    "matmul": ([(2, 0), (0, 3)], {}),
    "dot": ([(2, 0), (0, 3)], {}),
}
