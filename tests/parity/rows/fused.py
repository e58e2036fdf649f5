"""Rows of layers in one step."""

import torch

from tests.parity.rows.common import some

TABLE = [
    *[("linear", [some(*shape), some(3, 4), some(3)], {}, torch.nn.functional.linear)
      for shape in [(4,), (1, 4), (6, 4), (2, 3, 4), (0, 4)]],
    ("linear", [some(6, 4), some(3, 4)], {}, torch.nn.functional.linear),
]  # fmt: skip
