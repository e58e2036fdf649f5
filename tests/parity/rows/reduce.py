"""Rows of the reductions that the first rule book had not, and of masks."""

import torch

from tests.parity.rows.common import ONE_AXIS, REDUCED, bits, dims, reductions, some

MASK = bits(2, 3, 4)
TABLE = [
    *reductions("ptp", lambda x, dim, keepdim: torch.amax(x, dim, keepdim) - torch.amin(x, dim, keepdim)),
    *[
        ("count_nonzero", [some(2, 3, 4).round()], p, lambda x, p=p: torch.count_nonzero(x, p["axis"]))
        for p in ({"axis": 0}, {"axis": (0, 2)})
    ],
    *[
        ("sum", [some(2, 3, 4)], {**p, "where": MASK}, lambda x, p=p: torch.sum(x * torch.tensor(MASK), **dims(p)))
        for p in REDUCED
    ],
    *[
        (
            "max",
            [some(2, 3, 4)],
            {**p, "where": MASK, "initial": -0.5},
            lambda x, p=p: torch.amax(torch.where(torch.tensor(MASK), x, -9.0), **dims(p)).clamp(min=-0.5),
        )
        for p in ONE_AXIS
    ],
]
