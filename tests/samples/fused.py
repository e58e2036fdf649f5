"""Rows of layers in one step."""

import numpy as np

from tests.samples.convolution import eighths
from tests.samples.row import row

SAMPLES = {
    "linear": row(lambda x, y, z: np.einsum("nti,oi->nto", x, y) + z, eighths(2, 3, 4), eighths(5, 4), eighths(5)),
}
EMPTY = {"linear": ([(0, 2, 3), (2, 3), (2,)], {})}
