"""Rows of running sums and products, and differences."""

import numpy as np

from tests.samples.row import A, row

SAMPLES = {
    "cumsum": row(np.cumsum, A, axis=1),
    "cumprod": row(np.cumprod, A, axis=1),
    "cummax": row(np.maximum.accumulate, A, axis=1),
    "cummin": row(np.minimum.accumulate, A, axis=1),
    "logcumsumexp": row(np.logaddexp.accumulate, A, axis=1),
    "cumulative_sum": row(np.cumulative_sum, A, axis=1, include_initial=True),
    "cumulative_prod": row(np.cumulative_prod, A, axis=1, include_initial=True),
    "diff": row(np.diff, A, axis=1),
    "ediff1d": row(np.ediff1d, A),
}
