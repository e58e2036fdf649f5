"""Rows of averages, covariances and reductions that leave nan out."""

import numpy as np
import torch

from tests.parity.rows.common import REDUCED, dims, positive, some


def holes(*shape):
    """Numbers of which each seventh is nan."""
    x = some(*shape)
    x.reshape(-1)[::7] = np.nan
    return x


def filled(x, value):
    return torch.where(torch.isnan(x), value, x)


def product_over(x, dim, keepdim):
    for axis in sorted((a % x.ndim for a in (dim if isinstance(dim, tuple) else (dim,))), reverse=True):
        x = torch.prod(x, axis, keepdim)
    return x


def nanvar(x, dim, keepdim):
    d = filled(x - torch.nanmean(x, dim, True), 0.0)
    return (d * d).sum(dim, keepdim) / (~torch.isnan(x)).sum(dim, keepdim)


def nanstd(x, dim, keepdim):
    """Flat, not steep, where all elements are equal."""
    v = nanvar(x, dim, keepdim)
    return torch.where(v > 0, torch.where(v > 0, v, 1.0).sqrt(), 0.0)


LEAVING_OUT = {
    "nansum": torch.nansum,
    "nanmean": torch.nanmean,
    "nanprod": lambda x, dim, keepdim: product_over(filled(x, 1.0), dim, keepdim),
    "nanmax": lambda x, dim, keepdim: torch.amax(filled(x, -torch.inf), dim, keepdim),
    "nanmin": lambda x, dim, keepdim: torch.amin(filled(x, torch.inf), dim, keepdim),
    "nanvar": nanvar,
    "nanstd": nanstd,
}
FREQUENCY = np.array([1, 2, 1, 3, 1])


TABLE = [
    *[
        (name, [holes(2, 3, 4)], p, lambda x, p=p, theirs=theirs: theirs(x, **dims(p)))
        for name, theirs in LEAVING_OUT.items()
        for p in REDUCED
    ],
    *[
        (name, [holes(3, 4)], {"axis": axis}, lambda x, n=neutral, t=theirs, axis=axis: t(filled(x, n), axis))
        for name, neutral, theirs in (("nancumsum", 0.0, torch.cumsum), ("nancumprod", 1.0, torch.cumprod))
        for axis in (0, -1)
    ],
    ("nanargmax", [holes(3, 4)], {"axis": 1}, lambda x: torch.argmax(filled(x, -torch.inf), 1)),
    ("nanargmin", [holes(3, 4)], {"axis": 0}, lambda x: torch.argmin(filled(x, torch.inf), 0)),
    *[
        (
            "average",
            [some(2, 3, 4), positive(2, 3, 4)],
            p,
            lambda x, w, p=p: torch.sum(x * w, **dims(p)) / torch.sum(w, **dims(p)),
            lambda f, x, w, **p: f(x, weights=w, **p),
        )
        for p in REDUCED
    ],
    *[
        ("cov", [some(*shape)], {"ddof": ddof}, lambda x, ddof=ddof: torch.cov(x, correction=ddof))
        for shape in [(3, 5), (1, 5), (5,), (2, 2)]
        for ddof in (0, 1)
    ],
    (
        "cov",
        [some(3, 5), positive(5)],
        {"fweights": FREQUENCY},
        lambda x, w: torch.cov(x, fweights=torch.tensor(FREQUENCY), aweights=w),
        lambda f, x, w, **p: f(x, aweights=w, **p),
    ),
    ("cov", [some(3, 5), some(2, 5)], {}, lambda x, y: torch.cov(torch.cat([x, y]))),
    ("corrcoef", [some(3, 5)], {}, torch.corrcoef),
    ("corrcoef", [some(3, 5), some(5)], {}, lambda x, y: torch.corrcoef(torch.cat([x, y[None]]))),
]
