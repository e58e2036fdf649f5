"""What the rows of the table of parity are made with.

A row is the name of an operation, its arguments, its parameters, and PyTorch's function of the arguments alone; where
a call looks otherwise than `op(*args, **params)`, a fifth item makes it: `how(op, *args, **params)`. An argument that
is a list is a list of arrays. Of functions with several results, all are compared.
"""

import numpy as np

GENERATOR = np.random.default_rng(0)


def some(*shape):
    """Numbers of either sign, none near 0."""
    return GENERATOR.choice([-1.0, 1.0], size=shape) * GENERATOR.uniform(0.3, 2.5, size=shape)


def positive(*shape):
    return GENERATOR.uniform(0.3, 2.5, size=shape)


def inside(*shape):
    """Numbers between -1 and 1."""
    return GENERATOR.uniform(-0.9, 0.9, size=shape)


def bits(*shape):
    return GENERATOR.integers(0, 2, size=shape).astype(bool)


PAIRS = [((3, 4), (3, 4)), ((3, 4), (4,)), ((3, 1), (1, 4)), ((2, 3, 4), (3, 1)), ((), (2, 3)), ((0, 3), (3,))]
REDUCED = [{}, {"axis": 0}, {"axis": -1, "keepdims": True}, {"axis": (0, 2)}, {"axis": (1, -1), "keepdims": True}]
ONE_AXIS = [{"axis": 0}, {"axis": -1, "keepdims": True}]


def dims(params):
    """The same parameters under PyTorch's names, every axis where none is given."""
    return {"dim": params.get("axis", (0, 1, 2)), "keepdim": params.get("keepdims", False)}


def unary(name, theirs, make):
    return [(name, [make(*shape)], {}, theirs) for shape in [(3, 4), (), (0, 2)]]


def binary(name, theirs, make=some):
    return [(name, [make(*a), make(*b)], {}, theirs) for a, b in [*PAIRS, PAIRS[1][::-1]]]


def reductions(name, theirs, params=REDUCED, make=some):
    return [(name, [make(2, 3, 4)], p, lambda x, p=p: theirs(x, **dims(p))) for p in params]
