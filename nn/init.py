"""Initial values of parameters.

A function whose name ends in an underscore gives new data to the Tensor that it is handed, and returns it.
"""

import math
from typing import Any

import numpy as np

from autograd_lite.errors import ArgumentValueError, KindError, describe
from autograd_lite.tensor import Tensor

#: Where random initial values come from when no generator is given.
DEFAULT_GENERATOR = np.random.default_rng()


def uniform_(tensor: Tensor, a: float = 0.0, b: float = 1.0, generator: np.random.Generator | None = None) -> Tensor:
    """Give `tensor` values drawn evenly from a to b.

    Parameters
    ----------
    tensor : a leaf of any shape. It keeps its data type; one seed gives the same values, rounded, in each.
    a, b : the bounds, finite, a ≤ b.
    generator : where the random numbers come from; the library's own generator where None.

    Raises `KindError` for a generator of another kind, such as a bare seed, `ArgumentValueError` for bounds
    that are not in order, and `GraphError` for the result of an operation.

    >>> import numpy as np, nn
    >>> w = nn.Parameter(np.zeros(1000))
    >>> bool(abs(nn.init.uniform_(w, -2.0, 2.0, np.random.default_rng(0)).numpy()).max() <= 2.0)
    True
    """
    if not isinstance(tensor, Tensor):
        raise KindError(f"uniform_: expected a Tensor or Parameter, got {describe(tensor)}.")
    if not (math.isfinite(a) and math.isfinite(b) and a <= b):
        raise ArgumentValueError(f"uniform_: the bounds are a={a} and b={b}; give finite numbers with a ≤ b.")
    tensor.data = checked_generator("uniform_", generator).uniform(a, b, tensor.shape)
    return tensor


def checked_generator(owner: str, generator: Any) -> np.random.Generator:
    """`generator`, or the library's own where None. Raises `KindError` for anything else."""
    if generator is None:
        return DEFAULT_GENERATOR
    if not isinstance(generator, np.random.Generator):
        raise KindError(
            f"{owner}: generator is {describe(generator)}; give np.random.default_rng(seed), once for all layers."
        )
    return generator
