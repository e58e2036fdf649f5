"""Rows: several arrays to one, and one to several."""

import numpy as np

from tests.samples.row import A, B, P, of_list, row

SAMPLES = {
    "concatenate": row(np.concatenate, A, B[:, :2], P, axis=1, how=of_list),
    "stack": row(np.stack, A, B, P, axis=1, how=of_list),
    "vstack": row(np.vstack, A, B[0], P, how=of_list),
    "hstack": row(np.hstack, A, B[:, :2], P, how=of_list),
    "dstack": row(np.dstack, A, B, P, how=of_list),
    "column_stack": row(np.column_stack, A, B[:, 0], P, how=of_list),
    "append": row(np.append, A, B[:, :2], axis=1),
    "block": row(np.block, A, B[:, :2], P[:, 1:], B, how=lambda f, a, b, c, d: f([[a, b], [c, d]])),
    "split": row(np.split, A, indices_or_sections=3, axis=1),
    "array_split": row(np.array_split, A, indices_or_sections=2, axis=1),
    "vsplit": row(np.vsplit, A, indices_or_sections=2),
    "hsplit": row(np.hsplit, A, indices_or_sections=[1]),
    "dsplit": row(np.dsplit, A.reshape(1, 2, 3), indices_or_sections=[2]),
    "meshgrid": row(np.meshgrid, A[0], B[1, :2], indexing="ij"),
}

#: Shapes without elements, and parameters for them.
EMPTY = {
    "append": ([(0, 3), (0, 2)], {"axis": 1}),
    "block": ([(0, 3), (0, 2), (2, 2), (2, 3)], {}),
    "dsplit": ([(0, 2, 3)], {"indices_or_sections": 3}),
    "meshgrid": ([(0,), (2,)], {}),
}
