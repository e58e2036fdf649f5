"""Rows of what picks elements by index, condition or choice."""

import numpy as np
import torch

from tests.parity.rows.common import bits, some

LONG = np.array([[0, 3, -1, 3], [2, 2, 1, 0], [0, 0, 0, 1]])
COLUMN = np.array([[2], [0], [-1]])
CONDITION = np.array([True, False, True, True])
FIRST, SECOND = bits(3, 4), bits(4)


def selected(x, y):
    return torch.where(torch.tensor(FIRST), x, torch.where(torch.tensor(SECOND), y, 0.5))


def sine_of_some(x):
    return torch.where(x > 0.5, torch.sin(x), torch.where(x < -0.5, x**3, -1.0))


TABLE = [
    ("take", [some(3, 4)], {"indices": LONG[0]}, lambda x: torch.take(x, torch.tensor(LONG[0]))),
    ("take", [some(3, 4)], {"indices": LONG}, lambda x: torch.take(x, torch.tensor(LONG))),
    ("take", [some(3, 4)], {"indices": np.array([2, 0, 2]), "axis": 0},
        lambda x: torch.index_select(x, 0, torch.tensor([2, 0, 2]))),
    ("take", [some(2, 3, 4)], {"indices": np.array([3, 3]), "axis": -1},
        lambda x: torch.index_select(x, -1, torch.tensor([3, 3]))),
    ("take", [some(2, 3, 4)], {"indices": 1, "axis": 1}, lambda x: x.select(1, 1)),
    ("take_along_axis", [some(3, 4)], {"indices": LONG, "axis": 1},
        lambda x: torch.take_along_dim(x, torch.tensor(LONG) % 4, 1)),
    ("take_along_axis", [some(3, 4)], {"indices": COLUMN, "axis": -1},
        lambda x: torch.take_along_dim(x, torch.tensor(COLUMN) % 4, -1)),
    ("take_along_axis", [some(3, 4)], {"indices": COLUMN, "axis": 0},
        lambda x: torch.take_along_dim(x, torch.tensor(COLUMN) % 3, 0)),
    ("take_along_axis", [some(3, 4)], {"indices": LONG[:2], "axis": 1},
        lambda x: torch.gather(x[:2], 1, torch.tensor(LONG[:2]) % 4), lambda op, x, **p: op(x[:2], **p)),
    ("compress", [CONDITION, some(3, 4)], {"axis": 1}, lambda c, x: x[:, c]),
    ("compress", [CONDITION, some(3, 4)], {}, lambda c, x: x.reshape(-1)[:4][c]),
    ("extract", [FIRST, some(3, 4)], {}, lambda c, x: torch.masked_select(x, c)),
    ("delete", [some(3, 4)], {"obj": [1, -1], "axis": 1}, lambda x: x[:, [0, 2]]),
    ("delete", [some(3, 4)], {"obj": slice(2, 9)}, lambda x: torch.cat([x.reshape(-1)[:2], x.reshape(-1)[9:]])),
    ("insert", [some(3, 4), some(3, 2)], {}, lambda x, v: torch.cat([x[:, :1], v, x[:, 1:]], 1),
        lambda op, x, v: op(x, [1, 1], v, axis=1)),
    ("insert", [some(4), some()], {}, lambda x, v: torch.cat([x[:3], v.reshape(1), x[3:]]),
        lambda op, x, v: op(x, -1, v)),
    ("choose", [some(3, 4), some(4)], {}, lambda x, y: torch.where(torch.tensor(FIRST), y, x),
        lambda op, x, y: op(FIRST.astype(int), [x, y])),
    ("choose", [some(3, 4)], {}, lambda x: torch.gather(x, 0, torch.tensor([[2, 0, 1, 1]]))[0],
        lambda op, x: op([2, 0, 1, 1], x)),
    ("select", [some(3, 4), some(3, 1)], {}, selected, lambda op, x, y: op([FIRST, SECOND], [x, y], 0.5)),
    ("piecewise", [some(3, 4)], {}, sine_of_some,
        lambda op, x: op(x, [x > 0.5, x < -0.5], [np.sin, lambda v: v**3, -1.0])),
    ("trim_zeros", [some(3)], {}, lambda x: x[1:],
        lambda op, x: op(x * np.array([0.0, 1.0, 1.0]))),
    ("apply_along_axis", [some(2, 3, 4)], {}, lambda x: torch.vmap(torch.vmap(lambda r: r * r.sum()), 1, 1)(x),
        lambda op, x: op(lambda r: r * r.sum(), -1, x)),
    ("apply_over_axes", [some(2, 3, 4)], {}, lambda x: x.sum((0, 2), keepdim=True),
        lambda op, x: op(np.sum, x, [0, 2])),
]  # fmt: skip
