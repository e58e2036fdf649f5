"""What a decomposition does not determine: vectors of coinciding values, and columns that only fill up a basis."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd_lite.define import op
from autograd_lite.errors import LinearAlgebraError
from autograd_lite.graph import raw


def _checked(a: Any, mask: Any, said: str) -> Any:
    if a[np.broadcast_to(mask, a.shape)].any():
        raise LinearAlgebraError(said)
    return a


# What the gradient of an undetermined result has for gradient is unknown: nan, which only reaches what asks for it.
_determined = op(
    "determined",
    _checked,
    partials=[("1", lambda g, out, x, mask, said: np.where(mask, np.nan, g))],
    doc="The gradient of a result that is not determined where `mask` is true: raises where it is not zero there.",
)


def determined(g: Any, mask: Any, said: Any) -> Any:
    """The gradient g of what is not determined where `mask` is true: raises `said()` where it is not zero there."""
    return _determined(g, mask=mask, said=said()) if mask.any() else g


def tolerance(values: Any) -> Any:
    """How near to each other plain eigenvalues or singular values are the same to rounding."""
    n = values.shape[-1]
    return n * np.finfo(values.dtype).eps * np.abs(values).max(axis=-1, keepdims=True, initial=0)


def coinciding(values: Any) -> Any:
    """Which pairs of different numbers of eigenvalues or singular values coincide, as a matrix of truth values."""
    v = raw(values)
    near = np.abs(v[..., :, None] - v[..., None, :]) <= tolerance(v)[..., None]
    return near & ~np.eye(v.shape[-1], dtype=bool)


def over_gaps(gaps: Any, same: Any) -> Any:
    """1 / gaps; 0 on the diagonal and for the pairs in `same`."""
    none = same | np.eye(same.shape[-1], dtype=bool)
    return (~none).astype(gaps.dtype) / (gaps + none.astype(gaps.dtype))


def differences(values: Any) -> Any:
    """The matrix of values[j] - values[i]."""
    return values[..., None, :] - values[..., :, None]


def first_pair(values: Any, same: Any) -> str:
    """The first two coinciding values in words."""
    v = raw(values)
    *batch, i, j = (int(k) for k in np.argwhere(same)[0])
    where = f" of matrix {tuple(batch)}" if batch else ""
    return f"{i} and {j}{where} coincide ({v[(*batch, i)]:.6g} and {v[(*batch, j)]:.6g})"
