"""Rows of decompositions. What LAPACK chose, the signs of vectors, is taken out by squares and products."""

import numpy as np
import torch

from tests.parity.rows.common import some
from tests.parity.rows.solve import of_symmetric, symmetric


def spread(*shape):
    """Matrices whose singular values, and eigenvalues, lie well apart."""
    k = min(shape[-2:])
    x = some(*shape) / 5
    x[..., range(k), range(k)] += 2.0 * np.arange(1, k + 1)
    return x


def squares(results):
    return [r * r for r in results]


def squared(f, x, **params):
    return squares(f(x, **params))


def squared_of_symmetric(f, x, **params):
    return squares(f(symmetric(x), **params))


def put_together(f, x):
    """A function of singular values and vectors that no choice of theirs changes."""
    u, s, vh = f(x, full_matrices=False)
    return (u * s[..., None, :] ** 2) @ u.swapaxes(-1, -2) @ u @ vh


def real_squares(pair):
    return squares(r.real for r in pair)


SQUARE = [(3, 3), (1, 1), (2, 3, 3), (0, 3, 3)]
SHAPES = [*SQUARE, (4, 2), (2, 4), (2, 3, 2), (2, 2, 3)]

TABLE = [
    *[("linalg.cholesky", [spread(*s)], {}, lambda x: torch.linalg.cholesky(symmetric(x)), of_symmetric)
      for s in SQUARE],
    ("linalg.cholesky", [spread(3, 3)], {"upper": True}, lambda x: torch.linalg.cholesky(symmetric(x), upper=True),
        of_symmetric),
    ("linalg.cholesky", [symmetric(spread(3, 3))], {}, torch.linalg.cholesky),
    *[("linalg.qr", [spread(*s)], {}, torch.linalg.qr) for s in SHAPES],
    ("linalg.qr", [spread(2, 4)], {"mode": "complete"}, lambda x: torch.linalg.qr(x, "complete")),
    ("linalg.qr", [spread(4, 2)], {"mode": "r"}, lambda x: torch.linalg.qr(x).R),
    *[("linalg.svd", [spread(*s)], {"full_matrices": False},
        lambda x: squares(torch.linalg.svd(x, full_matrices=False)), squared) for s in SHAPES],
    *[("linalg.svd", [spread(*s)], {}, lambda x: put_together(torch.linalg.svd, x), put_together) for s in SHAPES],
    *[("linalg.svd", [spread(*s)], {"compute_uv": False}, torch.linalg.svdvals) for s in SHAPES],
    *[("linalg.svdvals", [spread(*s)], {}, torch.linalg.svdvals) for s in SHAPES],
    *[("linalg.eigh", [spread(*s)], {"UPLO": t},
        lambda x: squares(torch.linalg.eigh(symmetric(x))), squared_of_symmetric) for s in SQUARE for t in "LU"],
    *[("linalg.eigvalsh", [symmetric(spread(*s))], {}, torch.linalg.eigvalsh) for s in SQUARE],
    ("linalg.eigvalsh", [np.diag([2.0, 3.0, 3.0])], {}, torch.linalg.eigvalsh),
    *[("linalg.eig", [spread(*s)], {}, lambda x: real_squares(torch.linalg.eig(x)), squared) for s in SQUARE],
    *[("linalg.eigvals", [spread(*s)], {}, lambda x: torch.linalg.eigvals(x).real) for s in SQUARE],
]  # fmt: skip
