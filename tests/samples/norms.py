"""Rows: norms of vectors and matrices, and conditions."""

import numpy as np

from tests.samples.row import A, B, row
from tests.samples.solve import M

SAMPLES = {
    "p_norm": row(lambda x, ord, axis: np.linalg.norm(x, ord, axis), A, ord=2.5, axis=1),
    "linalg.norm": row(np.linalg.norm, A),
    "linalg.vector_norm": row(np.linalg.vector_norm, A, axis=0, ord=3),
    "linalg.matrix_norm": row(np.linalg.matrix_norm, B, ord=1),
    "linalg.cond": row(np.linalg.cond, M),
    "linalg.matrix_rank": row(np.linalg.matrix_rank, A),
}

#: Shapes without elements, and parameters for them.
EMPTY = {
    "linalg.cond": ([(0, 3, 3)], {}),
}
