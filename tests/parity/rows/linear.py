"""Rows of the products of vectors and matrices."""

import torch

from tests.parity.rows.common import some

PAIRS = [((3,), (3,)), ((2, 3), (3,)), ((2, 3), (2, 3)), ((5, 2, 3), (2, 3)), ((2, 1, 3), (5, 3)), ((1, 3), (4, 3))]


def vectors(x, y):
    """The vectors in the last axes, repeated to one shape."""
    return torch.broadcast_tensors(x, y)


TABLE = [
    *[("inner", [some(*a), some(*b)], {}, torch.inner) for a, b in
      [((3,), (3,)), ((2, 3), (3,)), ((2, 3), (4, 3)), ((5, 2, 3), (4, 3)), ((), (2, 3)), ((2, 0), (3, 0))]],
    ("vdot", [some(4), some(4)], {}, torch.vdot),
    ("vdot", [some(2, 3), some(2, 3)], {}, lambda x, y: torch.vdot(x.flatten(), y.flatten())),
    *[("kron", [some(*a), some(*b)], {}, torch.kron) for a, b in
      [((2, 3), (3, 2)), ((3,), (2,)), ((3,), (2, 2)), ((2, 1, 3), (2, 2)), ((), (2, 3)), ((0, 2), (3, 2))]],
    *[("cross", [some(*a), some(*b)], {}, lambda x, y: torch.linalg.cross(*vectors(x, y))) for a, b in PAIRS],
    ("cross", [some(3, 4), some(3, 4)], {"axis": 0}, lambda x, y: torch.linalg.cross(x, y, dim=0)),
    *[("linalg.cross", [some(*a), some(*b)], {}, lambda x, y: torch.linalg.cross(*vectors(x, y))) for a, b in PAIRS],
    ("linalg.cross", [some(3, 4), some(3, 4)], {"axis": 0}, lambda x, y: torch.linalg.cross(x, y, dim=0)),
    *[(name, [some(*a), some(*b)], {}, torch.linalg.vecdot) for name in ("vecdot", "linalg.vecdot") for a, b in PAIRS],
    ("linalg.vecdot", [some(3, 4), some(3, 4)], {"axis": 0}, lambda x, y: torch.linalg.vecdot(x, y, dim=0)),
    ("matvec", [some(2, 3), some(3)], {}, torch.mv),
    ("matvec", [some(5, 2, 3), some(5, 3)], {}, lambda x, y: (x @ y[..., None])[..., 0]),
    ("matvec", [some(2, 3), some(5, 3)], {}, lambda x, y: (x @ y[..., None])[..., 0]),
    ("vecmat", [some(2), some(2, 3)], {}, torch.matmul),
    ("vecmat", [some(5, 2), some(5, 2, 3)], {}, lambda x, y: (x[..., None, :] @ y)[..., 0, :]),
    ("vecmat", [some(5, 2), some(2, 3)], {}, torch.matmul),
    *[("linalg.matmul", [some(*a), some(*b)], {}, torch.matmul) for a, b in
      [((3, 4), (4, 2)), ((4,), (4, 2)), ((5, 3, 4), (5, 4, 2)), ((2, 1, 3, 4), (5, 4, 2))]],
    ("linalg.outer", [some(3), some(4)], {}, torch.outer),
    ("linalg.tensordot", [some(2, 3, 4), some(4, 3, 5)], {"axes": ([1, 2], [1, 0])},
        lambda x, y: torch.tensordot(x, y, ([1, 2], [1, 0]))),
    *[("linalg.multi_dot", [[some(*s) for s in shapes]], {}, lambda *x: torch.linalg.multi_dot(x)) for shapes in [
        [(2, 3), (3, 4)], [(2, 3), (3, 4), (4, 2)], [(3,), (3, 4), (4,)], [(5, 2), (2, 4), (4, 1), (1, 3)],
        [(2, 5), (5, 1), (1, 4), (4, 3), (3, 2)]]],
]  # fmt: skip
