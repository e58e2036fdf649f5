"""Constants, and numbers drawn from one distribution whatever the shape."""

import math
from typing import Any, TypeVar

import numpy as np

from autograd_lite.errors import ArgumentValueError, DtypeError, KindError, describe
from autograd_lite.generator import checked_generator
from autograd_lite.tensor import Tensor
from nn.arguments import number

T = TypeVar("T", bound=Tensor)


def uniform_(tensor: T, a: float = 0.0, b: float = 1.0, generator: np.random.Generator | None = None) -> T:
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
    leaf("uniform_", tensor)
    a, b = _in_order("uniform_", a, b)
    return filled(tensor, checked_generator("uniform_", generator).uniform(a, b, tensor.shape))


def normal_(tensor: T, mean: float = 0.0, std: float = 1.0, generator: np.random.Generator | None = None) -> T:
    """Give `tensor` values drawn from the normal distribution of this mean and standard deviation.

    Parameters
    ----------
    tensor : a leaf of any shape.
    mean, std : finite; std is at least 0.
    generator : where the random numbers come from.

    Raises as `uniform_` does.

    >>> import numpy as np, nn
    >>> w = nn.init.normal_(nn.Parameter(np.zeros(10_000)), 3.0, 0.5, np.random.default_rng(0))
    >>> round(w.mean().item(), 1), round(w.std().item(), 1)
    (3.0, 0.5)
    """
    leaf("normal_", tensor)
    mean, std = number("normal_", "mean", mean), _spread("normal_", std)
    return filled(tensor, checked_generator("normal_", generator).normal(mean, std, tensor.shape))


def trunc_normal_(
    tensor: T,
    mean: float = 0.0,
    std: float = 1.0,
    a: float = -2.0,
    b: float = 2.0,
    generator: np.random.Generator | None = None,
) -> T:
    """Give `tensor` values drawn from a normal distribution, those outside [a, b] drawn again.

    Parameters
    ----------
    tensor : a leaf of any shape.
    mean, std : of the distribution before it is cut; std is above 0.
    a, b : where it is cut, not in units of std; a < b.
    generator : where the random numbers come from.

    Raises as `uniform_` does, and `ArgumentValueError` where less than a thousandth of the distribution
    is between a and b.

    >>> import numpy as np, nn
    >>> w = nn.init.trunc_normal_(nn.Parameter(np.zeros(1000)), generator=np.random.default_rng(0))
    >>> bool(abs(w.numpy()).max() <= 2.0)
    True
    """
    leaf("trunc_normal_", tensor)
    mean, std = number("trunc_normal_", "mean", mean), _spread("trunc_normal_", std)
    a, b = _in_order("trunc_normal_", a, b)
    generator = checked_generator("trunc_normal_", generator)
    inside = _below((b - mean) / std) - _below((a - mean) / std) if std > 0 else 0.0
    if inside < 1e-3:
        raise ArgumentValueError(
            f"trunc_normal_: hardly anything of a normal distribution with mean={mean} and std={std} is between a={a} "
            f"and b={b}. Move the bounds to the mean."
        )
    values = generator.normal(mean, std, tensor.size)
    while (outside := np.flatnonzero((values < a) | (values > b))).size:
        values[outside] = generator.normal(mean, std, outside.size)
    return filled(tensor, values.reshape(tensor.shape))


def constant_(tensor: T, val: float) -> T:
    """Give every element of `tensor` the value `val`, a finite number.

    Raises `KindError` for what is no number, and `GraphError` for the result of an operation.

    >>> import nn
    >>> nn.init.constant_(nn.Parameter([1.0, 2.0]), 0.5).tolist()
    [0.5, 0.5]
    """
    leaf("constant_", tensor)
    return filled(tensor, np.full(tensor.shape, number("constant_", "val", val)))


def ones_(tensor: T) -> T:
    """Give every element of `tensor` the value 1.

    >>> import nn
    >>> nn.init.ones_(nn.Parameter([0.0, 2.0])).tolist()
    [1.0, 1.0]
    """
    return filled(leaf("ones_", tensor), np.ones(tensor.shape))


def zeros_(tensor: T) -> T:
    """Give every element of `tensor` the value 0.

    >>> import nn
    >>> nn.init.zeros_(nn.Parameter([1.0, 2.0])).tolist()
    [0.0, 0.0]
    """
    return filled(leaf("zeros_", tensor), np.zeros(tensor.shape))


def leaf(owner: str, tensor: T) -> T:
    """`tensor`, where it can be given values: a Tensor of floats."""
    if not isinstance(tensor, Tensor):
        raise KindError(f"{owner}: expected a Tensor or Parameter, got {describe(tensor)}.")
    if tensor.dtype.kind != "f":
        raise DtypeError(f"{owner}: {describe(tensor)} cannot hold initial values, which are floats.")
    return tensor


def filled(tensor: T, values: Any) -> T:
    """`tensor` with these values, in its own data type."""
    tensor.data = values
    return tensor


def _in_order(owner: str, a: Any, b: Any) -> tuple[float, float]:
    a, b = number(owner, "a", a), number(owner, "b", b)
    if a > b:
        raise ArgumentValueError(f"{owner}: the bounds are a={a} and b={b}; give finite numbers with a ≤ b.")
    return a, b


def _spread(owner: str, std: Any) -> float:
    return number(owner, "std", std, at_least=0.0)


def _below(x: float) -> float:
    """How much of the standard normal distribution is below x."""
    return 0.5 * math.erfc(-x / math.sqrt(2.0))
