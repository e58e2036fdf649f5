"""Rows: elements moved about: flipped, rolled, rotated, tiled, padded, put on diagonals."""

import numpy as np

from tests.samples.row import A, row


def padded(f, x, constants, **params):
    return f(x, constant_values=constants, **params)


SAMPLES = {
    "flip": row(np.flip, A, axis=1),
    "fliplr": row(np.fliplr, A),
    "flipud": row(np.flipud, A),
    "rot90": row(np.rot90, A, k=3),
    "roll": row(np.roll, A, shift=(1, -2), axis=(0, 1)),
    "tile": row(np.tile, A, reps=(2, 1, 3)),
    "repeat": row(np.repeat, A, repeats=2, axis=1),
    "pad": row(np.pad, A, np.array([[0.5, -1.5], [2.5, 0.25]]), pad_width=((1, 2), (0, 3)), how=padded),
    "bordered": row(np.pad, A, pad_width=((1, 2), (0, 3)), mode="reflect"),
    "tril": row(np.tril, A, k=1),
    "triu": row(np.triu, A, k=1),
    "diag": row(np.diag, A, k=1),
    "diagflat": row(np.diagflat, A, k=-1),
    "diagonal": row(np.diagonal, A, offset=1),
    "trace": row(np.trace, A, offset=1),
    "linalg.diagonal": row(np.linalg.diagonal, A, offset=-1),
    "linalg.trace": row(np.linalg.trace, A, offset=1),
}

#: Shapes without elements, and parameters for them.
EMPTY = {
    "bordered": ([(0, 3)], {"pad_width": (2, 1)}),
    "pad": ([(0, 3), (2, 2)], {"pad_width": ((1, 2), (0, 3))}),
}
