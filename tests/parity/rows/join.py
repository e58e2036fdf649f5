"""Rows: several arrays to one, and one to several."""

import torch

from tests.parity.rows.common import some


def in_blocks(f, a, b, c, d):
    return f([[a, b], [c, d]])


TABLE = [
    ("concatenate", [[some(2, 3), some(4)]], {"axis": None}, lambda x, y: torch.cat([x.flatten(), y])),
    *[("vstack", [[some(*s), some(*t)]], {}, lambda *x: torch.vstack(x))
      for s, t in [((2, 3), (3,)), ((), ()), ((3,), (3,))]],
    *[("hstack", [[some(*s), some(*t)]], {}, lambda *x: torch.hstack(x))
      for s, t in [((2, 3), (2, 1)), ((), (2,)), ((3,), (2,))]],
    *[("dstack", [[some(*s), some(*t)]], {}, lambda *x: torch.dstack(x))
      for s, t in [((2, 3), (2, 3)), ((), ()), ((3,), (1, 3))]],
    *[("column_stack", [[some(*s), some(*t)]], {}, lambda *x: torch.column_stack(x))
      for s, t in [((3,), (3, 2)), ((3,), (3,))]],
    ("append", [some(2, 3), some(2, 3)], {"axis": 1}, lambda x, y: torch.cat([x, y], 1)),
    ("append", [some(2, 3), some(4)], {}, lambda x, y: torch.cat([x.flatten(), y.flatten()])),
    ("block", [some(2, 3), some(2, 1), some(1, 2), some(1, 2)], {},
        lambda a, b, c, d: torch.cat([torch.cat([a, b], 1), torch.cat([c, d], 1)]), in_blocks),
    ("split", [some(6, 2)], {"indices_or_sections": 3}, lambda x: torch.tensor_split(x, 3)),
    ("split", [some(2, 5)], {"indices_or_sections": [1, 3], "axis": 1}, lambda x: torch.tensor_split(x, [1, 3], 1)),
    ("array_split", [some(5, 2)], {"indices_or_sections": 3}, lambda x: torch.tensor_split(x, 3)),
    ("array_split", [some(2, 5)], {"indices_or_sections": 4, "axis": -1}, lambda x: torch.tensor_split(x, 4, -1)),
    ("vsplit", [some(4, 3)], {"indices_or_sections": 2}, lambda x: torch.vsplit(x, 2)),
    ("hsplit", [some(3, 4)], {"indices_or_sections": [1, 2]}, lambda x: torch.hsplit(x, [1, 2])),
    ("hsplit", [some(4)], {"indices_or_sections": 2}, lambda x: torch.hsplit(x, 2)),
    ("dsplit", [some(2, 3, 4)], {"indices_or_sections": 2}, lambda x: torch.dsplit(x, 2)),
    ("meshgrid", [some(3), some(2), some(4)], {}, lambda *x: torch.meshgrid(*x, indexing="xy")),
    ("meshgrid", [some(3), some(2)], {"indexing": "ij"}, lambda *x: torch.meshgrid(*x, indexing="ij")),
]  # fmt: skip
