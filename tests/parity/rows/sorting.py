"""Rows of sorting, medians and quantiles, and counts."""

import numpy as np
import torch

from tests.parity.rows.common import ONE_AXIS, some

PLACES = np.array([0, 2, 2, 1, 4])
ONE_DIM = [{"axis": 0}, {"axis": -1, "keepdims": True}, {"axis": 1}]
SEVERAL = [0.0, 0.13, 0.5, 0.77, 1.0]
METHODS = ["linear", "lower", "higher", "midpoint", "nearest"]


def dims(params):
    return {"dim": params["axis"], "keepdim": params.get("keepdims", False)}


def several(theirs, method):
    return lambda x: theirs(x, torch.tensor(SEVERAL, dtype=x.dtype), 1, interpolation=method)


def halves(theirs):
    """The median, for which PyTorch's own function takes the lower one of two."""
    return lambda x, dim, keepdim: theirs(x, 0.5, dim, keepdim)


def holes():
    x = some(3, 6)
    x.reshape(-1)[::5] = np.nan
    return x


QUANTILES = [("quantile", torch.quantile, 1, some), ("percentile", torch.quantile, 100, some)]
QUANTILES += [(f"nan{name}", torch.nanquantile, scale, lambda *_: holes()) for name, _, scale, _ in QUANTILES]

TABLE = [
    *[
        ("sort", [some(2, 3, 4)], {"axis": axis}, lambda x, axis=axis: torch.sort(x, dim=axis).values)
        for axis in (0, 1, -1)
    ],
    ("sort", [some(3, 4)], {"axis": None}, lambda x: torch.sort(x.flatten()).values),
    (
        "sort",
        [np.array([2.0, 1.0, 2.0, 1.0, 1.0])],
        {"stable": True},
        lambda x: torch.sort(x, stable=True).values,
    ),
    *[
        (
            "partition",
            [some(3, 5)],
            {"kth": k, "axis": 1},
            lambda x, k=k: torch.kthvalue(x, k + 1, 1).values,
            lambda f, x, kth, axis: f(x, kth, axis)[:, kth],
        )
        for k in (0, 2, 4)
    ],
    *[
        (name, [make()], p, lambda x, p=p, theirs=theirs: halves(theirs)(x, **dims(p)))
        for name, theirs, make in (("median", torch.quantile, lambda: some(2, 3, 4)),
                                   ("nanmedian", torch.nanquantile, lambda: holes().reshape(3, 2, 3)))
        for p in ONE_DIM[:2]
    ],
    ("median", [some(3, 5)], {"axis": 1}, lambda x: torch.median(x, 1).values),
    *[
        (name, [make(3, 6)], {"q": [q * scale for q in SEVERAL], "axis": 1, "method": m}, several(theirs, m))
        for name, theirs, scale, make in QUANTILES
        for m in METHODS
    ],
    *[
        ("quantile", [some(2, 3, 4)], {"q": 0.3, **p}, lambda x, p=p: torch.quantile(x, 0.3, **dims(p)))
        for p in ONE_DIM
    ],
    (
        "bincount",
        [PLACES, some(5)],
        {"minlength": 7},
        lambda x, w: torch.zeros(7, dtype=w.dtype).index_put((x,), w, accumulate=True),
    ),
    *[("argsort", [some(3, 4)], {"axis": p["axis"]}, lambda x, p=p: torch.argsort(x, dim=p["axis"])) for p in ONE_AXIS],
    (
        "argpartition",
        [some(3, 5)],
        {"kth": 2},
        lambda x: torch.kthvalue(x, 3, 1).indices,
        lambda f, x, kth: f(x, kth)[:, kth],
    ),
    ("searchsorted", [np.arange(-2.0, 3.0), some(3, 4)], {}, torch.searchsorted),
    (
        "searchsorted",
        [np.arange(-2.0, 3.0), some(3, 4).round()],
        {"side": "right"},
        lambda a, v: torch.searchsorted(a, v, right=True),
    ),
    ("digitize", [some(3, 4).round(), np.arange(-2.0, 3.0)], {}, lambda x, bins: torch.bucketize(x, bins, right=True)),
]  # fmt: skip
