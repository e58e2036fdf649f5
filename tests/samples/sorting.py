"""Rows of sorting and quantiles."""

import numpy as np

from tests.samples.row import A, row

ROW = np.array([-1.4, -0.6, 0.1, 0.9, 1.8])


def counted(x, weights, minlength=0):
    """NumPy's counts, which it computes in float64, in the data type of the weights."""
    return np.bincount(np.ravel(x), weights, minlength).astype(np.asarray(weights).dtype)


SAMPLES = {
    "sort": row(np.sort, A, axis=1),
    "partition": row(np.partition, A, kth=1, axis=1),
    "median": row(np.median, A, axis=0),
    "nanmedian": row(np.nanmedian, A, axis=0),
    "quantile": row(np.quantile, A, q=0.3, axis=1),
    "percentile": row(np.percentile, A, q=30, axis=1),
    "nanquantile": row(np.nanquantile, A, q=0.3, axis=1),
    "nanpercentile": row(np.nanpercentile, A, q=30, axis=1),
    "bincount": row(counted, np.array([0, 2, 2, 1, 4]), ROW),
    "argsort": row(np.argsort, A, axis=1),
    "argpartition": row(np.argpartition, A, kth=1, axis=1),
    "searchsorted": row(np.searchsorted, ROW, A),
    "digitize": row(np.digitize, A, ROW),
}
EMPTY = {
    "partition": ([(0, 3)], {"kth": 1, "axis": 1}),
    "median": ([(0, 3)], {"axis": 1}),
    "nanmedian": ([(0, 3)], {"axis": 1}),
    "bincount": ([(0,), (0,)], {}),
    "searchsorted": ([(0,), (0, 3)], {}),
    "digitize": ([(0, 3), (0,)], {}),
}
