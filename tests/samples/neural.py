"""Rows of the operations that neural networks need whole."""

from typing import Any

import numpy as np

from tests.samples.row import A, row


def _softmax(x: Any, axis: int) -> Any:
    return np.exp(x) / np.exp(x).sum(axis=axis, keepdims=True)


SAMPLES = {
    "logsumexp": row(lambda a, axis: np.log(np.exp(a).sum(axis=axis)), A, axis=1),
    "softmax": row(_softmax, A, axis=1),
    "log_softmax": row(lambda x, axis: np.log(_softmax(x, axis)), A, axis=1),
}
