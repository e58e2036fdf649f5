"""Rows of polynomials by their coefficients."""

import numpy as np

from tests.samples.row import A, P, row

#: Coefficients of two polynomials.
F = np.array([0.7, -1.3, 2.1, 0.4])
G = np.array([1.2, -0.8])


def narrow(f):
    """f with the data type of its argument, where NumPy widens it."""
    return lambda x, **params: f(x, **params).astype(x.dtype)


def narrow_of_two(f):
    """The same for a function of two arrays."""
    return lambda x, y, **params: f(x, y, **params).astype(x.dtype)


SAMPLES = {
    "polyval": row(np.polyval, F, A),
    "vander": row(narrow(np.vander), P[0], N=4),
    "polyadd": row(np.polyadd, F, G),
    "polysub": row(np.polysub, G, F),
    "polymul": row(np.polymul, F, G),
    "polydiv": row(np.polydiv, F, G),
    "polyder": row(narrow(np.polyder), F, m=2),
    "polyint": row(narrow(np.polyint), F, m=2, k=0.5),
    "poly": row(np.poly, F),
    "polyfit": row(narrow_of_two(np.polyfit), P[0], P[1], deg=1),
}

#: Shapes without elements, and parameters for them; there is no product of polynomials without coefficients.
EMPTY = {
    "polyval": ([(0,), (0, 3)], {}),
    "vander": ([(0,)], {"N": 3}),
    "polyadd": ([(0,), (0,)], {}),
    "polysub": ([(0,), (0,)], {}),
    "polymul": ([(1,), (1,)], {}),
    "polydiv": ([np.ones(1), np.ones(2)], {}),
    "polyder": ([(1,)], {"m": 1}),
    "polyint": ([(0,)], {"m": 1}),
    "poly": ([(0,)], {}),
    "polyfit": ([np.array([0.5, 1.5]), np.array([1.0, 2.0])], {"deg": 1}),
}
