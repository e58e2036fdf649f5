"""Rows of functional updates."""

import numpy as np
import torch

from autograd_lite import Tensor, at
from tests.parity.rows.common import positive, some

MASK = np.array([[True, False, True, True], [False, False, True, False], [True, False, False, False]])
ROWS, COLUMNS = np.array([[0], [2]]), np.array([1, 3, -1])


def places(index):
    """PyTorch's tuple of index arrays."""
    return tuple(torch.tensor(i) for i in (index if isinstance(index, tuple) else (index,)))


def written(index):
    """PyTorch's assignment to a copy."""

    def f(x, values):
        out = x.clone()
        out[index] = values
        return out

    return f


def updating(method, index):
    return lambda op, x, values: getattr(at(x)[index], method)(values)


TABLE = [
    *[("set_at", [some(3, 4), some(*values)], {"index": index}, written(index)) for index, values in [
        (1, (4,)), ((1, 2), ()), (slice(1, 3), (2, 4)), ((slice(None, None, 2), slice(1, 3)), (2, 1)),
        (np.array([0, 2]), (2, 4)), (MASK, (5,)), ((..., None), (3, 4, 1)), ((slice(None), np.array([3, 0])), ()),
    ]],
    *[("set_at", [some(3, 4), some(*values)], {"index": index},
        lambda x, v, index=index: x.index_put(places(index), v))
      for index, values in [(np.array([2, 0]), (4,)), ((ROWS, COLUMNS[:2]), (2, 2)), (MASK, ())]],
    *[("add_at", [some(3, 4), some(*values)], {"index": index},
        lambda x, v, index=index: x.index_put(places(index), v, accumulate=True))
      for index, values in [
          (np.array([0, 2, 0]), (3, 4)), (np.array([0, 2, 0]), (4,)), (np.array([[0, 0], [1, 0]]), (2, 2, 1)),
          ((ROWS, COLUMNS), (2, 3)), ((ROWS, COLUMNS), ()), (MASK, (5,))]],
    ("add_at", [some(3, 4), some(3, 2)], {"index": (slice(None), np.array([1, 1]))},
        lambda x, v: x.index_add(1, torch.tensor([1, 1]), v)),
    ("add_at", [some(3, 4), some(2, 4)], {"index": slice(0, 2)},
        lambda x, v: torch.cat([x[:2] + v, x[2:]])),
    ("add_at", [some(5, 2), some(3, 2)], {"index": (np.array([[0, 1], [0, 0], [4, 1]]), np.array([0, 1]))},
        lambda x, v: x.scatter_add(0, torch.tensor([[0, 1], [0, 0], [4, 1]]), v)),
    ("set_at", [some(5, 2), some(3, 2)], {"index": (np.array([[0, 1], [3, 0], [4, 3]]), np.array([0, 1]))},
        lambda x, v: x.scatter(0, torch.tensor([[0, 1], [3, 0], [4, 3]]), v)),
    ("set_at", [some(3, 4), some(5)], {}, lambda x, v: x.masked_scatter(torch.tensor(MASK), v), updating("set", MASK)),
    ("set_at", [some(3, 4), some()], {}, lambda x, v: x.masked_fill(torch.tensor(MASK), v), updating("set", MASK)),
    ("set_at", [some(4), some(3)], {}, lambda x, v: x.scatter_reduce(0, torch.tensor([1, 1, 3]), v, "prod"),
        updating("multiply", [1, 1, 3])),
    ("set_at", [positive(4), 2.0 + positive(3)], {},
        lambda x, v: x.scatter_reduce(0, torch.tensor([1, 1, 3]), v, "amax"), updating("max", [1, 1, 3])),
    ("set_at", [positive(4), 2.0 + positive(3)], {},
        lambda x, v: x.scatter_reduce(0, torch.tensor([1, 1, 3]), v, "amin"), updating("min", [1, 1, 3])),
    ("getitem", [some(3, 4)], {}, lambda x: torch.masked_select(x, torch.tensor(MASK)), lambda op, x: x[MASK]),
    ("getitem", [some(3, 4)], {}, lambda x: x[MASK[:, 0]], lambda op, x: x[Tensor(MASK[:, 0])]),
]  # fmt: skip
