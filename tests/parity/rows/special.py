"""Rows of the special functions."""

import numpy as np
import torch

from tests.parity.rows.common import positive, some, unary


def with_slope(f, slope):
    """f with another derivative: PyTorch's of digamma has nine digits."""
    return lambda x: f(x.detach()) + (x - x.detach()) * slope(x.detach())


def trigamma(x):
    return torch.special.zeta(torch.tensor(2.0, dtype=x.dtype), x)


digamma = with_slope(torch.digamma, trigamma)
FAR = np.array([-30.0, -3.0, -1e-3, 0.0, 1e-3, 3.0, 30.0])


def fractions(*shape):
    return positive(*shape) / 3


TABLE = [
    *unary("erf", torch.erf, some),
    *unary("erfc", torch.erfc, some),
    *unary("lgamma", torch.lgamma, positive),
    ("lgamma", [np.array([-2.5, -0.3, 1.0, 2.0, 1e3])], {}, torch.lgamma),
    *unary("digamma", digamma, positive),
    ("digamma", [np.array([-2.5, -0.3, 1.0, 2.0, 1e3])], {}, digamma),
    ("polygamma", [0, positive(3, 4)], {}, lambda n, x: digamma(x)),
    ("polygamma", [1, positive(3, 4)], {}, lambda n, x: trigamma(x)),
    *[("polygamma", [n, positive(3, 4)], {}, torch.polygamma) for n in (2, 3)],
    *unary("i0", torch.i0, some),
    *unary("i1", torch.special.i1, some),
    *unary("logit", torch.logit, fractions),
    ("xlogy", [some(3, 4), positive(4)], {}, torch.xlogy),
    ("xlogy", [np.array([0.0, 2.0]), np.array([3.0, 0.5])], {}, torch.xlogy),
    *[(name, [FAR], {}, f) for name, f in [
        ("erf", torch.erf), ("erfc", torch.erfc), ("i0", torch.i0), ("i1", torch.special.i1)]],
]  # fmt: skip
