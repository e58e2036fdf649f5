"""Rows of the activation functions of neural networks, their kinks and the far ends of the line included."""

import numpy as np
from torch.nn import functional

from tests.parity.rows.common import GENERATOR, some, unary

FAR = np.array([-1e4, -300.0, -30.0, -5.0, -1.0, -1e-3, 0.0, 1e-3, 1.0, 5.0, 30.0, 300.0, 1e4])
KINKS = np.array([-6.0, -3.0, -1.0, -0.8, -0.5, 0.0, 0.5, 0.8, 1.0, 3.0, 6.0])


def activation(name, theirs, **params):
    """Calls at ordinary numbers of several shapes, at those where pieces meet, and at the ends."""
    rows = unary(name, theirs, lambda *shape: 2 * some(*shape))
    return [(n, args, params, f) for n, args, _, f in [*rows, (name, [KINKS], {}, theirs), (name, [FAR], {}, theirs)]]


def classes(*shape):
    return GENERATOR.integers(0, 5, size=shape)


TABLE = [
    *activation("log_sigmoid", functional.logsigmoid),
    *activation("softsign", functional.softsign),
    *activation("tanh_shrink", functional.tanhshrink),
    *activation("gelu", functional.gelu),
    *activation("gelu", lambda x: functional.gelu(x, approximate="tanh"), approximate="tanh"),
    *activation("silu", functional.silu),
    *activation("mish", functional.mish),
    *activation("leaky_relu", functional.leaky_relu),
    *activation("leaky_relu", lambda x: functional.leaky_relu(x, 0.2), negative_slope=0.2),
    ("leaky_relu", [some(2, 3, 4), np.array([[0.25], [0.5], [-0.1]])], {},
        lambda x, y: functional.prelu(x, y.reshape(-1))),
    *activation("elu", functional.elu),
    *activation("elu", lambda x: functional.elu(x, 1.5), alpha=1.5),
    *activation("celu", functional.celu),
    *activation("celu", lambda x: functional.celu(x, 1.5), alpha=1.5),
    *activation("selu", functional.selu),
    *activation("hard_tanh", functional.hardtanh),
    *activation("hard_tanh", lambda x: functional.hardtanh(x, -0.5, 3.0), min_val=-0.5, max_val=3.0),
    *activation("relu6", functional.relu6),
    # Its own function has the constant 1/6 in float32 alone.
    *activation("hard_sigmoid", lambda x: functional.relu6(x + 3) / 6),
    *activation("hard_swish", functional.hardswish),
    *activation("hard_shrink", functional.hardshrink),
    *activation("hard_shrink", lambda x: functional.hardshrink(x, 0.8), lambd=0.8),
    *activation("soft_shrink", functional.softshrink),
    *activation("soft_shrink", lambda x: functional.softshrink(x, 0.8), lambd=0.8),
    *activation("threshold", lambda x: functional.threshold(x, 0.5, -2.0), threshold=0.5, value=-2.0),
    ("one_hot", [classes(4)], {}, functional.one_hot),
    ("one_hot", [classes(2, 3)], {"num_classes": 6}, lambda x: functional.one_hot(x, 6)),
    ("one_hot", [classes()], {"num_classes": 6}, lambda x: functional.one_hot(x, 6)),
    ("one_hot", [classes(0, 2)], {"num_classes": 6}, lambda x: functional.one_hot(x, 6)),
]  # fmt: skip
