"""Rows of the operations that make few numbers of many."""

import numpy as np

from tests.samples.row import A, I, S, row

SAMPLES = {
    "sum": row(np.sum, A, axis=1),
    "mean": row(np.mean, A, axis=1),
    "prod": row(np.prod, A, axis=1),
    "max": row(np.max, A, axis=1),
    "min": row(np.min, A, axis=1),
    "ptp": row(np.ptp, A, axis=1),
    "var": row(np.var, A, axis=1, ddof=1),
    "std": row(np.std, A, axis=1, ddof=1),
    "argmax": row(np.argmax, A, axis=1),
    "argmin": row(np.argmin, A, axis=1),
    "all": row(np.all, S, axis=1),
    "any": row(np.any, S, axis=1),
    "count_nonzero": row(np.count_nonzero, I, axis=1),
}
EMPTY = {"ptp": ([(0, 3)], {"axis": 1})}
