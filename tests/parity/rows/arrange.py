"""Rows: elements moved about: flipped, rolled, rotated, tiled, padded, put on diagonals."""

import torch

from tests.parity.rows.common import some


def bordered(x, widths, mode):
    """PyTorch's pad, of the last axes of a batch of one channel."""
    return torch.nn.functional.pad(x[None, None], widths, mode)[0, 0]


def with_constant(f, x, c, **params):
    return f(x, constant_values=c, **params)


def around(x, c):
    """x with two rows above it and a column at its end, of the constant c."""
    inside = torch.nn.functional.pad(x, (0, 1, 2, 0))
    return inside + c * (1 - torch.nn.functional.pad(torch.ones_like(x), (0, 1, 2, 0)))


TABLE = [
    ("flip", [some(2, 3, 4)], {}, lambda x: torch.flip(x, (0, 1, 2))),
    ("flip", [some(2, 3, 4)], {"axis": (0, -1)}, lambda x: torch.flip(x, (0, -1))),
    ("fliplr", [some(2, 3)], {}, torch.fliplr),
    ("flipud", [some(2, 3)], {}, torch.flipud),
    *[("rot90", [some(2, 3)], {"k": k}, lambda x, k=k: torch.rot90(x, k)) for k in range(-1, 5)],
    ("rot90", [some(2, 3, 4)], {"axes": (2, 0)}, lambda x: torch.rot90(x, 1, (2, 0))),
    ("roll", [some(2, 3)], {"shift": 4}, lambda x: torch.roll(x, 4)),
    ("roll", [some(2, 3)], {"shift": -1, "axis": 1}, lambda x: torch.roll(x, -1, 1)),
    ("roll", [some(2, 3)], {"shift": (1, -2), "axis": (0, 1)}, lambda x: torch.roll(x, (1, -2), (0, 1))),
    ("tile", [some(2, 3)], {"reps": 2}, lambda x: torch.tile(x, (2,))),
    ("tile", [some(2, 3)], {"reps": (2, 1, 3)}, lambda x: torch.tile(x, (2, 1, 3))),
    ("repeat", [some(2, 3)], {"repeats": 2}, lambda x: torch.repeat_interleave(x, 2)),
    ("repeat", [some(2, 3)], {"repeats": 2, "axis": 1}, lambda x: torch.repeat_interleave(x, 2, 1)),
    ("repeat", [some(2, 3)], {"repeats": [2, 0, 3], "axis": -1},
        lambda x: torch.repeat_interleave(x, torch.tensor([2, 0, 3]), 1)),
    ("pad", [some(3, 4), some()], {"pad_width": ((2, 0), (0, 1))}, around, with_constant),
    ("pad", [some(3, 4)], {"pad_width": ((0, 1), (2, 3))}, lambda x: torch.nn.functional.pad(x, (2, 3, 0, 1))),
    *[(name, [some(3, 4)], {"pad_width": ((0, 1), (2, 3)), "mode": mode},
       lambda x, theirs=theirs: bordered(x, (2, 3, 0, 1), theirs))
      for name in ("pad", "bordered")
      for mode, theirs in [("edge", "replicate"), ("reflect", "reflect"), ("wrap", "circular")]],
    *[(f, [some(3, 4)], {"k": k}, lambda x, f=f, k=k: getattr(torch, f)(x, k))
      for f in ("tril", "triu") for k in (-1, 0, 2)],
    ("tril", [some(2, 3, 3)], {}, torch.tril),
    *[("diag", [some(*shape)], {"k": k}, lambda x, k=k: torch.diag(x, k))
      for shape in [(3,), (3, 4)] for k in (-1, 0, 2)],
    ("diagflat", [some(2, 2)], {"k": 1}, lambda x: torch.diagflat(x, 1)),
    ("diagonal", [some(2, 3, 4)], {"offset": 1, "axis1": 2, "axis2": 0}, lambda x: torch.diagonal(x, 1, 2, 0)),
    ("diagonal", [some(3, 4)], {}, torch.diagonal),
    ("trace", [some(3, 4)], {}, torch.trace),
    ("trace", [some(2, 3, 4)], {"offset": -1, "axis1": 1, "axis2": 2}, lambda x: torch.diagonal(x, -1, 1, 2).sum(-1)),
    ("linalg.diagonal", [some(2, 3, 4)], {"offset": 1}, lambda x: torch.linalg.diagonal(x, offset=1)),
    ("linalg.trace", [some(2, 3, 4)], {}, lambda x: torch.linalg.diagonal(x).sum(-1)),
]  # fmt: skip
