"""Rows of the losses whole."""

import numpy as np
from torch.nn import functional

from tests.parity.rows.common import GENERATOR, PAIRS, positive, some

FAR = np.array([[1e4, -1e4, 3.0], [-1e4, 1e4, 1e4], [-300.0, 30.0, 0.0]])


def shares(*shape):
    return GENERATOR.uniform(0.05, 0.95, size=shape)


def spread(x, y):
    """PyTorch's losses do not broadcast."""
    return (x + 0 * y, y + 0 * x)


def entropy(axis):
    return lambda x: -(x.softmax(axis) * x.log_softmax(axis)).sum(axis)


TABLE = [
    ("cross_entropy", [some(4, 3)], {"target": np.array([2, 0, 1, 1])},
        lambda x: functional.cross_entropy(x, _long([2, 0, 1, 1]), reduction="none")),
    ("cross_entropy", [some(3)], {"target": np.array(1)},
        lambda x: functional.cross_entropy(x, _long(1), reduction="none")),
    ("cross_entropy", [FAR], {"target": np.array([1, 2, 0]), "total": 3.0},
        lambda x: functional.cross_entropy(x, _long([1, 2, 0]))),
    ("cross_entropy", [some(2, 3, 4)], {"target": np.array([[2, 0, 1, 1], [0, 0, 2, 1]]), "axis": 1, "total": 2.0},
        lambda x: functional.cross_entropy(x, _long([[2, 0, 1, 1], [0, 0, 2, 1]]), reduction="sum") / 2),
    *[("multi_margin", [some(4, 3)], {"target": np.array([2, 0, 1, 1]), "p": p, "margin": 0.7},
       lambda x, p=p: functional.multi_margin_loss(x, _long([2, 0, 1, 1]), p=p, margin=0.7, reduction="none"))
      for p in (1, 2)],
    ("multi_margin", [some(3)], {"target": np.array(1), "total": 1.0},
        lambda x: functional.multi_margin_loss(x, _long(1))),
    *[("entropy", [some(*shape)], {"axis": axis}, entropy(axis)) for shape, axis in
      [((3,), -1), ((4, 3), 1), ((2, 3, 4), 1), ((0, 3), -1)]],
    *[("binary_cross_entropy", [shares(*a), shares(*b)], {},
       lambda x, y: functional.binary_cross_entropy(*spread(x, y), reduction="none")) for a, b in PAIRS],
    *[("binary_cross_entropy_with_logits", [3 * some(*a), shares(*b), 1.0], {},
       lambda x, y, _: functional.binary_cross_entropy_with_logits(*spread(x, y), reduction="none")) for a, b in PAIRS],
    ("binary_cross_entropy_with_logits", [some(4, 3), shares(4, 3), positive(3)], {},
        # PyTorch's own has no derivative by the weight.
        lambda x, y, w: (1 - y) * x + (1 + (w - 1) * y) * functional.softplus(-x, threshold=1e3)),
    ("binary_cross_entropy_with_logits", [np.array([1e4, -1e4, 1e4, -1e4]), np.array([1.0, 1.0, 0.0, 0.0]), 1.0], {},
        lambda x, y, _: functional.binary_cross_entropy_with_logits(x, y, reduction="none")),
    *[("kl_div", [some(*a), positive(*b)], {},
       lambda x, y: functional.kl_div(*spread(x, y), reduction="none")) for a, b in PAIRS],
    *[("huber", [some(*shape)], {"delta": delta},
       lambda x, delta=delta: functional.huber_loss(x, 0 * x, delta=delta, reduction="none"))
      for shape in [(3, 4), (), (0, 2)] for delta in (0.4, 1.0)],
]  # fmt: skip


def _long(classes):
    import torch

    return torch.tensor(classes)
