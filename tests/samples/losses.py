"""Rows: losses whole."""

from typing import Any

import numpy as np

from tests.samples.row import A, B, P, row

#: Probabilities.
Q = np.array([[0.15, 0.62, 0.4], [0.81, 0.27, 0.93]])
TARGET = np.array([2, 0])
WEIGHT = np.array([0.5, 1.75])


def _cross_entropy(x: Any, target: Any, weight: Any, total: float) -> Any:
    p = np.exp(x) / np.exp(x).sum(axis=1, keepdims=True)
    return (
        sum(-w * np.log(p[n, c]) for n, (c, w) in enumerate(zip(target, weight.astype(x.dtype), strict=True))) / total
    )


def _entropy(x: Any, axis: int) -> Any:
    p = np.exp(x) / np.exp(x).sum(axis=axis, keepdims=True)
    return -(p * np.log(p)).sum(axis=axis)


def _multi_margin(x: Any, target: Any, p: int, weight: Any, total: float) -> Any:
    rows = [
        [max(0, 1 - row[c] + s) ** p for i, s in enumerate(row) if i != c] for row, c in zip(x, target, strict=True)
    ]
    weight = weight.astype(x.dtype)
    return sum(w * sum(row) / x.dtype.type(x.shape[1]) for w, row in zip(weight, rows, strict=True)) / total


SAMPLES = {
    "multi_margin": row(_multi_margin, A, target=TARGET, p=2, weight=WEIGHT, total=2.25),
    "cross_entropy": row(_cross_entropy, A, target=TARGET, weight=WEIGHT, total=2.25),
    "entropy": row(_entropy, A, axis=1),
    "binary_cross_entropy": row(lambda x, y: -y * np.log(x) - (1 - y) * np.log(1 - x), Q, Q[::-1, ::-1].copy()),
    "binary_cross_entropy_with_logits": row(
        lambda x, y, pos_weight: pos_weight * y * np.log(1 + np.exp(-x)) + (1 - y) * np.log(1 + np.exp(x)), A, Q, P
    ),
    "kl_div": row(lambda x, y: y * (np.log(y) - x), B, P),
    "huber": row(lambda x, delta: np.where(abs(x) <= delta, x * x / 2, delta * (abs(x) - delta / 2)), A, delta=0.9),
}
#: Of no targets.
EMPTY = {
    "cross_entropy": ([(0, 3)], {"target": TARGET[:0], "weight": WEIGHT[:0], "total": 2.25}),
    "multi_margin": ([(0, 3)], {"target": TARGET[:0], "p": 2, "weight": WEIGHT[:0], "total": 2.25}),
}
