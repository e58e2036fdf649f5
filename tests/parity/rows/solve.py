"""Rows of linear systems: inverses, determinants, solutions."""

import numpy as np
import torch

from tests.parity.rows.common import some


def regular(*shape):
    """Matrices well away from singular ones."""
    return 3 * np.eye(*shape[-2:]) + some(*shape) / 3


def first(f, *args, **params):
    """A call for the first of several results."""
    return f(*args, **params)[0]


def symmetric(x):
    return (x + x.swapaxes(-1, -2)) / 2


def of_symmetric(f, x, **params):
    return f(symmetric(x), **params)


def triple_product(x):
    """The determinant of three rows; PyTorch's own function has the gradient 0 where an exact pivot is 0."""
    a, b, c = x.unbind(-2)
    return (torch.linalg.cross(a, b) * c).sum(-1)


SQUARE = [(3, 3), (1, 1), (2, 3, 3), (2, 1, 2, 2), (0, 3, 3), (0, 0)]
SINGULAR = np.array([[1.0, 2.0, 3.0], [2.0, 4.0, 1.0], [3.0, 6.0, -2.0]])
RIGHT_SIDES = [
    ((3, 3), (3,)), ((3, 3), (3, 2)), ((2, 3, 3), (3, 2)), ((2, 3, 3), (2, 3, 1)), ((2, 1, 3, 3), (4, 3, 2)),
    ((0, 3, 3), (3, 1)),
]  # fmt: skip

TABLE = [
    *[("linalg.inv", [regular(*s)], {}, torch.linalg.inv) for s in SQUARE],
    *[("linalg.det", [regular(*s)], {}, torch.linalg.det) for s in SQUARE],
    ("linalg.det", [SINGULAR], {}, triple_product),
    ("linalg.det", [np.stack([SINGULAR, np.eye(3)])], {}, triple_product),
    *[("linalg.slogdet", [regular(*s)], {}, torch.linalg.slogdet) for s in SQUARE],
    ("linalg.slogdet", [-regular(3, 3)], {}, torch.linalg.slogdet),
    *[("linalg.pinv", [regular(*s)], {}, torch.linalg.pinv) for s in [(3, 3), (4, 2), (2, 4), (2, 3, 2), (2, 2, 3)]],
    ("linalg.pinv", [np.outer([1.0, 2.0, 3.0], [1.0, -1.0])], {"rcond": 1e-8},
        lambda x: torch.linalg.pinv(x, rtol=1e-8)),
    ("linalg.pinv", [regular(3, 3)], {"hermitian": True}, lambda x: torch.linalg.pinv(symmetric(x), hermitian=True),
        of_symmetric),
    *[("linalg.solve", [regular(*a), some(*b)], {}, torch.linalg.solve) for a, b in RIGHT_SIDES],
    ("linalg.solve", [regular(2, 3, 3), some(3)], {}, lambda a, b: torch.linalg.solve(a, b.expand(2, 3))),
    *[("linalg.lstsq", [regular(*s), some(s[0], 2)], {}, lambda a, b: torch.linalg.lstsq(a, b, driver="gelsd").solution,
        first) for s in [(4, 2), (3, 3), (2, 4)]],
    ("linalg.lstsq", [regular(4, 2), some(4)], {},
        lambda a, b: torch.linalg.lstsq(a, b[:, None], driver="gelsd").solution[:, 0], first),
    ("linalg.lstsq", [regular(4, 2), some(4, 2)], {},
        lambda a, b: ((b - a @ torch.linalg.pinv(a) @ b) ** 2).sum(0), lambda f, a, b: f(a, b)[1]),
    ("linalg.lstsq", [regular(4, 2), some(4, 2)], {},
        lambda a, b: torch.linalg.svdvals(a), lambda f, a, b: f(a, b)[3]),
    *[("linalg.matrix_power", [regular(*s)], {"n": n}, lambda x, n=n: torch.linalg.matrix_power(x, n))
      for s in [(3, 3), (2, 2, 2)] for n in (0, 1, 2, 5, -1, -3)],
    ("linalg.tensorinv", [regular(6, 6).reshape(2, 3, 6)], {}, lambda x: torch.linalg.tensorinv(x, 2)),
    ("linalg.tensorinv", [regular(6, 6).reshape(6, 2, 3)], {"ind": 1}, lambda x: torch.linalg.tensorinv(x, 1)),
    ("linalg.tensorsolve", [regular(6, 6).reshape(2, 3, 6), some(2, 3)], {}, torch.linalg.tensorsolve),
    ("linalg.tensorsolve", [np.moveaxis(regular(6, 6).reshape(2, 3, 6), 2, 0), some(2, 3)], {"axes": (0,)},
        lambda a, b: torch.linalg.tensorsolve(a, b, (0,))),
]  # fmt: skip
