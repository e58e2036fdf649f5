"""Rows of norms and conditions."""

import numpy as np
import torch

from tests.parity.rows.common import some
from tests.parity.rows.solve import regular

OF_VECTORS = [2, 1, np.inf, -np.inf, 0, 3, 2.5, 0.5, -1]
OF_MATRICES = ["fro", "nuc", 1, -1, 2, -2, np.inf, -np.inf]


def of_vectors(x, ord=2, axis=None, keepdims=False):
    return torch.linalg.vector_norm(x, ord, axis, keepdims)


def of_matrices(x, ord="fro", axis=(-2, -1), keepdims=False):
    return torch.linalg.matrix_norm(x, ord, axis, keepdims)


ALONG = [{}, {"axis": 1}, {"axis": (0, 2), "keepdims": True}, {"axis": -1, "keepdims": True}]
BETWEEN = [{"axis": (0, 1)}, {"axis": (-1, 0), "keepdims": True}]

TABLE = [
    *[(name, [some(2, 3, 4)], {"ord": ord, **p}, lambda x, ord=ord, p=p: of_vectors(x, ord, **p))
      for name in ("p_norm", "linalg.vector_norm") for ord in OF_VECTORS for p in ALONG],
    *[("linalg.norm", [some(*s)], {"keepdims": k}, lambda x, k=k: of_vectors(x, keepdims=k))
      for s in [(), (3,), (2, 3), (2, 3, 4), (0,)] for k in (False, True)],
    *[("linalg.norm", [some(2, 3)], {"ord": ord, "axis": 1}, lambda x, ord=ord: of_vectors(x, ord, 1))
      for ord in OF_VECTORS],
    *[("linalg.norm", [some(4, 3, 2)], {"ord": ord, **p}, lambda x, ord=ord, p=p: of_matrices(x, ord, **p))
      for ord in OF_MATRICES for p in BETWEEN],
    *[("linalg.norm", [some(4, 3)], {"ord": ord}, lambda x, ord=ord: of_matrices(x, ord)) for ord in OF_MATRICES],
    *[("linalg.matrix_norm", [some(2, 4, 3)], {"ord": ord, "keepdims": True},
        lambda x, ord=ord: of_matrices(x, ord, keepdims=True)) for ord in OF_MATRICES],
    *[("linalg.norm", [np.zeros(3)], {"ord": ord}, lambda x, ord=ord: of_vectors(x, ord)) for ord in (2, 1, 3, 2.5)],
    ("linalg.norm", [np.array([2.0, 0.0, -1.0])], {"ord": 1.5}, lambda x: of_vectors(x, 1.5)),
    ("linalg.norm", [np.array([2.0, -2.0, 1.0])], {"ord": np.inf}, lambda x: of_vectors(x, np.inf)),
    *[("linalg.cond", [regular(2, 3, 3)], {"p": p}, lambda x, p=p: torch.linalg.cond(x, p)) for p in (None, 2, -2)],
    # PyTorch has no gradient of its own function by these norms.
    *[("linalg.cond", [regular(2, 3, 3)], {"p": p},
        lambda x, p=p: of_matrices(x, p) * of_matrices(torch.linalg.inv(x), p))
      for p in ("fro", "nuc", 1, -1, np.inf, -np.inf)],
    ("linalg.cond", [some(4, 2)], {}, torch.linalg.cond),
    ("linalg.matrix_rank", [np.stack([np.eye(3), np.ones((3, 3))])], {}, torch.linalg.matrix_rank),
]  # fmt: skip
