"""Rows of running sums, products and extremes, and of differences."""

import numpy as np
import torch

from tests.parity.rows.common import some

ZEROS = np.array([[0.0, 2.0, 3.0, -1.0], [2.0, 0.0, 0.0, 1.5], [0.5, 1.5, -2.0, 0.0]])
RUNNING = {
    "cumsum": torch.cumsum,
    "cumprod": torch.cumprod,
    "cummax": lambda x, dim: torch.cummax(x, dim).values,
    "cummin": lambda x, dim: torch.cummin(x, dim).values,
    "logcumsumexp": torch.logcumsumexp,
    "cumulative_sum": torch.cumsum,
    "cumulative_prod": torch.cumprod,
}


def flat_differences(x, end, begin):
    return torch.cat([begin, torch.diff(x.flatten()), end])


TABLE = [
    *[
        (name, [some(*shape)], {"axis": axis}, lambda x, axis=axis, theirs=theirs: theirs(x, axis))
        for name, theirs in RUNNING.items()
        for shape in [(3, 4), (2, 3, 5), (0, 3)]
        for axis in (1, -1)
    ],
    ("cumsum", [some(3, 4)], {}, lambda x: torch.cumsum(x.flatten(), 0)),
    *[("cumprod", [ZEROS], {"axis": axis}, lambda x, axis=axis: torch.cumprod(x, axis)) for axis in (0, 1)],
    (
        "cumulative_sum",
        [some(3, 4)],
        {"axis": 1, "include_initial": True},
        lambda x: torch.cumsum(torch.cat([torch.zeros(3, 1, dtype=x.dtype), x], 1), 1),
    ),
    *[
        ("diff", [some(3, 5)], {"n": n, "axis": axis}, lambda x, n=n, axis=axis: torch.diff(x, n, axis))
        for n in (0, 1, 2, 4)
        for axis in (0, -1)
        if n < 3 or axis == -1
    ],
    (
        "diff",
        [some(3, 4), some(3, 1), some(3, 2)],
        {},
        lambda x, p, a: torch.diff(x, prepend=p, append=a),
        lambda f, x, p, a: f(x, prepend=p, append=a),
    ),
    ("ediff1d", [some(3, 4)], {}, lambda x: torch.diff(x.flatten())),
    ("ediff1d", [some(3, 4), some(2), some(1)], {}, flat_differences),
]
