"""Rows of the sums of products over named axes."""

import numpy as np

from tests.samples.row import A, B, row

C = np.array([0.7, -1.4])


def _contraction(arrays, subscripts):
    return np.einsum(subscripts, *arrays)


SAMPLES = {
    "contraction": row(_contraction, A, B, C, how=lambda f, *xs, **p: f(list(xs), **p), subscripts="ij,kj,k->ik"),
    "tensordot": row(np.tensordot, A, B, axes=([1], [-1])),
    "einsum": row(np.einsum, A, B, C, how=lambda f, *xs, **p: f("ij,kj,k", *xs, **p)),
}

#: Shapes without elements, and parameters for them.
EMPTY = {
    "contraction": ([(2, 0), (3, 0), (3,)], {"subscripts": "ij,kj,k->ik"}),
    "einsum": ([(0, 3), (2, 3), (2,)], {}),
}
