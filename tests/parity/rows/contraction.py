"""Rows of the sums of products over named axes."""

import torch

from tests.parity.rows.common import some

FORMS = [
    ("ij,jk->ik", (2, 3), (3, 4)),
    ("ij,jk", (2, 3), (3, 4)),
    ("ba,ca", (2, 3), (4, 3)),
    ("bij,bjk->bik", (5, 2, 3), (5, 3, 4)),
    ("bhqd,bhkd->bhqk", (2, 3, 4, 5), (2, 3, 6, 5)),
    ("ij->ji", (2, 3)),
    ("ij->", (2, 3)),
    ("ij->j", (2, 3)),
    ("ii", (3, 3)),
    ("ii->i", (3, 3)),
    ("bii->bi", (2, 3, 3)),
    ("iji->j", (3, 2, 3)),
    ("ii,i->i", (3, 3), (3,)),
    ("i,i", (3,), (3,)),
    ("i,j->ij", (3,), (4,)),
    ("ijk,k->i", (2, 3, 4), (4,)),
    ("...ij,...jk", (5, 1, 2, 3), (4, 3, 2)),
    ("...ij,...jk->...ik", (2, 3), (4, 3, 2)),
    ("...ii->...i", (2, 3, 3)),
    ("i,i->i", (1,), (3,)),
    ("ij,ik->i", (1, 3), (4, 2)),
    ("bn,anm,bm->ba", (2, 3), (4, 3, 5), (2, 5)),
    ("ab,bc,cd,de->ae", (2, 3), (3, 4), (4, 2), (2, 3)),
    ("ij,jk,kl->il", (40, 30), (30, 50), (50, 20)),
]
AXES = [
    ((2, 3), (2, 3), 2), ((2, 3), (3, 4), 1), ((2, 3), (4,), 0), ((5, 2, 3), (3, 4, 2), ([1, 2], [2, 0])),
    ((5, 2, 3), (3, 4, 2), ([-1], [0])), ((2, 3, 4), (4, 2, 3), ([0, 1, 2], [1, 2, 0])),
]  # fmt: skip

TABLE = [
    *[("einsum", [some(*shape) for shape in shapes], {}, lambda *x, s=s: torch.einsum(s, *x),
       lambda f, *x, s=s, **p: f(s, *x, **p)) for s, *shapes in FORMS],
    *[("contraction", [[some(*shape) for shape in shapes]], {"subscripts": s}, lambda *x, s=s: torch.einsum(s, *x))
      for s, *shapes in FORMS if "->" in s and "." not in s],
    *[("tensordot", [some(*a), some(*b)], {"axes": axes}, lambda x, y, axes=axes: torch.tensordot(x, y, axes))
      for a, b, axes in AXES],
]  # fmt: skip
