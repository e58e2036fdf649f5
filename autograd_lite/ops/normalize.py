"""Normalization: mean 0 and variance 1 along some axes, then a scale and a shift."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd_lite.define import op


def _standard(x: Any, axis: Any, eps: float) -> tuple[Any, Any]:
    """x with mean 0 and variance 1 along the axes, and what it was multiplied by for that."""
    centred = x - x.mean(axis=axis, keepdims=True)
    scale = 1 / np.sqrt((centred * centred).mean(axis=axis, keepdims=True) + eps)
    return centred * scale, scale


def _normalize(x: Any, weight: Any = None, bias: Any = None, axis: Any = -1, eps: float = 1e-5) -> Any:
    out = _standard(x, axis, eps)[0]
    out = out if weight is None else out * weight
    return out if bias is None else out + bias


def _by_x(s: Any, out: Any, x: Any, weight: Any, bias: Any, axis: Any = -1, eps: float = 1e-5) -> Any:
    g, standard, scale = s
    g = g if weight is None else g * weight
    along = standard * (g * standard).mean(axis=axis, keepdims=True)
    return scale * (g - g.mean(axis=axis, keepdims=True) - along)


# fmt: off
normalize = op("normalize", _normalize, symbol="normalize",
    through=lambda g, out, x, weight, bias, axis=-1, eps=1e-5: (g, *_standard(x, axis, eps)),
    doc="(x - mean) / sqrt(variance + eps) along the axes, times weight, plus bias, where given. S. Ioffe and "
    "C. Szegedy, Batch normalization (2015), https://arxiv.org/abs/1502.03167.", partials=[
    (r"\frac{y}{\sigma} (I - \frac{1}{n} \mathbf{1} \mathbf{1}^T - \frac{1}{n} n_x n_x^T)", _by_x),
    ("n_x", lambda s, out, x, weight, bias, axis=-1, eps=1e-5: s[0] * s[1]),
    ("1", lambda s, out, x, weight, bias, axis=-1, eps=1e-5: s[0])])
# fmt: on
