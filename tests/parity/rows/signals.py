"""Rows of interpolation, convolution, integration and differences."""

import numpy as np
import torch

from tests.parity.rows.common import some

LENGTHS = [(5, 3), (3, 5), (4, 4), (6, 2), (1, 3), (5, 1)]
UNEVEN = np.array([0.0, 0.4, 1.1, 1.3, 2.6])


def correlated(a, v, full):
    """The sums of products of a with v moved along it, at all places where they overlap, or at all where v fits."""
    return torch.nn.functional.conv1d(a[None, None], v[None, None], padding=len(v) - 1 if full else 0)[0, 0]


def convolved(a, v, mode):
    a, v = (a, v) if len(a) >= len(v) else (v, a)
    full = correlated(a, v.flip(0), True)
    start = {"full": 0, "same": (len(v) - 1) // 2, "valid": len(v) - 1}[mode]
    length = {"full": len(full), "same": len(a), "valid": len(a) - len(v) + 1}[mode]
    return full[start : start + length]


#: Distances in the place of the second axis.
SPACING = (torch.tensor(UNEVEN),)


def differences(axis, edge_order, *spacing):
    """PyTorch's gradient along one axis, where ours gives an array and it a tuple."""
    return lambda x: torch.gradient(x, dim=axis, edge_order=edge_order, **({"spacing": spacing[0]} if spacing else {}))[
        0
    ]


TABLE = [
    *[("convolve", [some(n), some(m)], {"mode": mode}, lambda a, v, mode=mode: convolved(a, v, mode))
      for n, m in LENGTHS for mode in ("full", "same", "valid")],
    *[("correlate", [some(n), some(m)], {"mode": mode}, lambda a, v, mode=mode: correlated(a, v, mode == "full"))
      for n, m in [(5, 3), (4, 4), (6, 2), (5, 1)] for mode in ("full", "valid")],
    ("trapezoid", [some(3, 4)], {}, torch.trapezoid),
    ("trapezoid", [some(3, 4)], {"dx": 0.3, "axis": 0}, lambda y: torch.trapezoid(y, dx=0.3, dim=0)),
    ("trapezoid", [some(3, 4), some(4)], {}, torch.trapezoid),
    ("trapezoid", [some(3, 4), some(3, 4)], {"axis": 0}, lambda y, x: torch.trapezoid(y, x, dim=0)),
    *[("gradient", [some(3, 5)], {"axis": axis, "edge_order": edge_order}, differences(axis, edge_order))
      for axis in (0, 1) for edge_order in (1, 2)],
    *[("gradient", [some(3, 5)], {"axis": 1, "edge_order": edge_order},
       differences(1, edge_order, SPACING), lambda f, x, **p: f(x, UNEVEN, **p)) for edge_order in (1, 2)],
    ("gradient", [some(3, 5)], {}, torch.gradient),
]  # fmt: skip

#: Functions that PyTorch has in no form.
WITHOUT = {"interp", "unwrap"}
