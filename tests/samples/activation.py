"""Rows: the activation functions of neural networks, element by element."""

import numpy as np

from tests.samples.row import A, B, J, row

C = np.sqrt(2 / np.pi).item()
ALPHA, SCALE = 1.6732632423543772, 1.0507009873554805

SAMPLES = {
    "sigmoid": row(lambda x: 1 / (1 + np.exp(-x)), A),
    "relu": row(lambda x: x * (x > 0), A),
    "softplus": row(lambda x: np.log(1 + np.exp(x)), A),
    "log_sigmoid": row(lambda x: -np.log(1 + np.exp(-x)), A),
    "softsign": row(lambda x: x / (1 + np.abs(x)), A),
    "tanh_shrink": row(lambda x: x - np.tanh(x), A),
    "gelu": row(lambda x, approximate: x * (1 + np.tanh(C * (x + 0.044715 * x**3))) / 2, A, approximate="tanh"),
    "silu": row(lambda x: x / (1 + np.exp(-x)), A),
    "mish": row(lambda x: x * np.tanh(np.log(1 + np.exp(x))), A),
    "leaky_relu": row(lambda x, y: np.where(x > 0, x, x * y), A, B),
    "elu": row(lambda x, alpha: np.where(x > 0, x, alpha * (np.exp(x) - 1)), A, alpha=1.4),
    "celu": row(lambda x, alpha: np.where(x > 0, x, alpha * (np.exp(x / alpha) - 1)), A, alpha=1.4),
    "selu": row(lambda x: SCALE * np.where(x > 0, x, ALPHA * np.expm1(x)), A),
    "hard_tanh": row(lambda x, min_val, max_val: np.clip(x, min_val, max_val), A, min_val=-0.8, max_val=1.3),
    "relu6": row(lambda x: np.clip(x, 0, 6), 4 * A),
    "hard_sigmoid": row(lambda x: np.clip((x + 3) / 6, 0, 1), 3 * A),
    "hard_swish": row(lambda x: np.clip((x + 3) / 6, 0, 1) * x, 3 * A),
    "hard_shrink": row(lambda x, lambd: np.where(abs(x) > lambd, x, 0), A, lambd=0.65),
    "soft_shrink": row(lambda x, lambd: np.sign(x) * np.maximum(abs(x) - lambd, 0), A, lambd=0.65),
    "threshold": row(lambda x, threshold, value: np.where(x > threshold, x, value), A, threshold=0.4, value=7.0),
    "one_hot": row(lambda x, num_classes: np.eye(num_classes, dtype=int)[x], J, num_classes=6),
}
