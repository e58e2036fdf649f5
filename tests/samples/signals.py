"""Rows of interpolation, convolution, integration and differences."""

import numpy as np

from tests.samples.row import A, B, row

#: Two signals, and places to interpolate at between and beyond the nodes.
F = np.array([0.4, -1.3, 2.1, 0.7, -0.5])
G = np.array([1.2, -0.8, 0.3])
NODES = np.array([-1.4, -0.5, 0.45, 1.6])
VALUES = np.array([0.9, -0.6, 1.7, 0.2])


def _interp(x, *points):
    return np.interp(x, *points).astype(x.dtype)


SAMPLES = {
    "interp": row(_interp, A, NODES, VALUES, np.array(0.3), np.array(-0.2), np.array(3.3)),
    "convolve": row(np.convolve, F, G),
    "correlate": row(np.correlate, F, G),
    "trapezoid": row(np.trapezoid, A, B, axis=0),
    "unwrap": row(np.unwrap, 4 * A, axis=1),
    "gradient": row(np.gradient, A, axis=1, edge_order=2),
}

#: Shapes without elements, and parameters for them; there is no convolution of them.
EMPTY = {
    "interp": ([(0, 3), (4,), (4,), (), (), np.array(1.0)], {}),
    "convolve": ([(1,), (1,)], {}),
    "correlate": ([(1,), (1,)], {}),
    "trapezoid": ([(0, 3), (0, 3)], {"axis": 0}),
}
