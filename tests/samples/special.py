"""Rows: special functions, some of which scipy computes."""

import numpy as np
from scipy import special

from tests.samples.row import A, B, I, P, row

SAMPLES = {
    "erf": row(special.erf, A),
    "erfc": row(special.erfc, A),
    "lgamma": row(special.gammaln, A),
    "digamma": row(special.digamma, P),
    "polygamma": row(lambda n, x: special.polygamma(n, x).astype(x.dtype), I % 3, P),
    "i0": row(np.i0, A),
    "i1": row(special.i1, A),
    "logit": row(special.logit, P / 3),
    "xlogy": row(special.xlogy, B, P),
}
