"""Rows: averages, variances, correlations, and reductions that leave nan out."""

import numpy as np

from tests.samples.row import A, P, row

#: Three variables, the rows, and five observations of each.
OBSERVED = np.array([[0.3, -0.7, 1.1, 0.4, -0.2], [-1.3, 0.62, 2.2, 0.1, 1.4], [0.9, 1.6, -0.8, 0.25, -1.1]])


def as_given(f):
    """NumPy's f, which computes in float64, with its result in the data type of the argument."""
    return lambda x, *others, **params: f(x, *others, **params).astype(np.asarray(x).dtype)


SAMPLES = {
    "average": row(np.average, A, P, how=lambda f, a, w, **p: f(a, weights=w, **p), axis=1),
    "nansum": row(np.nansum, A, axis=1),
    "nanprod": row(np.nanprod, A, axis=1),
    "nanmean": row(np.nanmean, A, axis=1),
    "nanmax": row(np.nanmax, A, axis=1),
    "nanmin": row(np.nanmin, A, axis=1),
    "nanvar": row(np.nanvar, A, axis=1, ddof=1),
    "nanstd": row(np.nanstd, A, axis=1, ddof=1),
    "nancumsum": row(np.nancumsum, A, axis=1),
    "nancumprod": row(np.nancumprod, A, axis=1),
    "nanargmax": row(np.nanargmax, A, axis=1),
    "nanargmin": row(np.nanargmin, A, axis=1),
    "cov": row(as_given(np.cov), A),
    "corrcoef": row(as_given(np.corrcoef), OBSERVED),
}
