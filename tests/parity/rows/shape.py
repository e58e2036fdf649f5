"""Rows: shapes and axes, arrays like others, ranges of numbers."""

import numpy as np
import torch

from tests.parity.rows.common import positive, some


def between(ends):
    """The numbers at equal distances between two ends, which PyTorch's linspace does not differentiate by."""
    return lambda x, y, ends=ends: torch.stack([torch.lerp(x, y, float(t)) for t in ends])


STEPS = np.arange(4) / 3

TABLE = [
    ("ravel", [some(2, 3)], {}, torch.ravel),
    ("ravel", [some()], {}, torch.ravel),
    ("copy", [some(2, 3)], {}, torch.clone),
    ("matrix_transpose", [some(2, 3, 4)], {}, lambda x: x.mT),
    ("linalg.matrix_transpose", [some(2, 3, 4)], {}, lambda x: x.mT),
    ("moveaxis", [some(2, 3, 4)], {"source": 0, "destination": -1}, lambda x: torch.moveaxis(x, 0, -1)),
    ("moveaxis", [some(2, 3, 4)], {"source": (0, 1), "destination": (2, 0)},
        lambda x: torch.moveaxis(x, (0, 1), (2, 0))),
    ("rollaxis", [some(2, 3, 4)], {"axis": 2}, lambda x: torch.moveaxis(x, 2, 0)),
    ("rollaxis", [some(2, 3, 4)], {"axis": 0, "start": 3}, lambda x: torch.moveaxis(x, 0, 2)),
    ("expand_dims", [some(2, 3)], {"axis": (0, 3)}, lambda x: x[None, :, :, None]),
    ("reshape", [some(2, 3)], {"shape": -1, "copy": True}, lambda x: x.reshape(-1).clone()),
    ("broadcast_arrays", [some(2, 1), some(3), some(4, 1, 1)], {}, torch.broadcast_tensors),
    *[("atleast_1d", [some(*shape)], {}, torch.atleast_1d) for shape in [(), (3,), (2, 3)]],
    *[("atleast_2d", [some(*shape)], {}, torch.atleast_2d) for shape in [(), (3,), (2, 3)]],
    *[("atleast_3d", [some(*shape)], {}, torch.atleast_3d) for shape in [(), (3,), (2, 3), (2, 1, 3)]],
    ("atleast_2d", [some(), some(3)], {}, lambda *x: torch.atleast_2d(x)),
    ("unstack", [some(2, 3)], {}, torch.unbind),
    ("unstack", [some(2, 3)], {"axis": -1}, lambda x: torch.unbind(x, -1)),
    ("zeros_like", [some(2, 3)], {}, torch.zeros_like),
    ("ones_like", [some(2, 3)], {}, torch.ones_like),
    ("empty_like", [some(2, 3)], {}, torch.zeros_like),
    ("full_like", [np.zeros((2, 3), int), some()], {"dtype": float}, lambda x, v: v.expand(x.shape)),
    ("linspace", [some(2, 3), some(2, 3)], {"num": 4}, between(STEPS)),
    ("linspace", [some(3), some(2, 3)], {"num": 3, "endpoint": False}, between(np.arange(3) / 3)),
    ("logspace", [some(2), some(2)], {"num": 4}, lambda x, y: 10 ** between(STEPS)(x, y)),
    ("geomspace", [positive(2), positive(2)], {"num": 4},
        lambda x, y: torch.exp(between(STEPS)(torch.log(x), torch.log(y)))),
]  # fmt: skip

#: Operations that PyTorch has in no form.
WITHOUT = {"resize"}
