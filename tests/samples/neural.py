"""Rows of the operations that neural networks need whole."""

from typing import Any

import numpy as np

from tests.samples.row import A, B, P, row


def _softmax(x: Any, axis: int) -> Any:
    return np.exp(x) / np.exp(x).sum(axis=axis, keepdims=True)


def _normalize(x: Any, weight: Any, bias: Any, axis: int, eps: float) -> Any:
    return (x - x.mean(axis, keepdims=True)) / np.sqrt(x.var(axis, keepdims=True) + eps) * weight + bias


SAMPLES = {
    "normalize": row(_normalize, A, B[0], P[1], axis=1, eps=1e-3),
    "logsumexp": row(lambda a, axis: np.log(np.exp(a).sum(axis=axis)), A, axis=1),
    "softmax": row(_softmax, A, axis=1),
    "log_softmax": row(lambda x, axis: np.log(_softmax(x, axis)), A, axis=1),
}

#: No samples, which have nothing to be normalized over.
EMPTY = {"normalize": ([(0, 3), (3,), (3,)], {"axis": 1, "eps": 1e-3})}
