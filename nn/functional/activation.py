"""Smooth activation functions. Each takes a Tensor or array of any shape and gives a Tensor of that shape.

What is neither Tensor nor array raises `KindError`. `inplace` is accepted for PyTorch's sake: results are always
Tensors of their own.
"""

import math
from typing import Any

from autograd_lite.errors import ArgumentError, ShapeError, describe
from autograd_lite.ops import activation as book
from autograd_lite.ops import neural
from autograd_lite.ops.elementwise import tanh as tanh_of
from autograd_lite.tensor import Tensor
from nn.arguments import as_tensor, axis_of, choice, number


def sigmoid(input: Any) -> Tensor:
    """1 / (1 + exp(-x)), from 0 to 1.

    >>> import nn
    >>> nn.functional.sigmoid([0.0]).item()
    0.5
    """
    return book.sigmoid(as_tensor("sigmoid", "input", input))  # type: ignore[no-any-return]


def tanh(input: Any) -> Tensor:
    """The hyperbolic tangent, from -1 to 1.

    >>> import nn
    >>> nn.functional.tanh([0.0]).item()
    0.0
    """
    return tanh_of(as_tensor("tanh", "input", input))  # type: ignore[no-any-return]


def elu(input: Any, alpha: float = 1.0, inplace: bool = False) -> Tensor:
    """x where it is positive, else alpha (exp(x) - 1).

    >>> import nn
    >>> nn.functional.elu([2.0, -1e4], alpha=0.5).tolist()
    [2.0, -0.5]
    """
    return book.elu(as_tensor("elu", "input", input), alpha=number("elu", "alpha", alpha))  # type: ignore[no-any-return]


def celu(input: Any, alpha: float = 1.0, inplace: bool = False) -> Tensor:
    """x where it is positive, else alpha (exp(x / alpha) - 1); alpha is not 0.

    >>> import nn
    >>> nn.functional.celu([2.0, -1e4], alpha=0.5).tolist()
    [2.0, -0.5]
    """
    return book.celu(as_tensor("celu", "input", input), alpha=number("celu", "alpha", alpha))  # type: ignore[no-any-return]


def selu(input: Any, inplace: bool = False) -> Tensor:
    """elu with the alpha and the scale that keep the mean and variance of signals.

    >>> import nn
    >>> nn.functional.selu([0.0, 1.0]).tolist()
    [0.0, 1.0507009873554805]
    """
    return book.selu(as_tensor("selu", "input", input))  # type: ignore[no-any-return]


def gelu(input: Any, approximate: str = "none") -> Tensor:
    """x Φ(x), Φ being the normal distribution function; by a formula with tanh where approximate="tanh".

    >>> import nn
    >>> nn.functional.gelu([0.0, 100.0]).tolist()
    [0.0, 100.0]
    """
    approximate = choice("gelu", "approximate", approximate, ("none", "tanh"))
    return book.gelu(as_tensor("gelu", "input", input), approximate=approximate)  # type: ignore[no-any-return]


def silu(input: Any, inplace: bool = False) -> Tensor:
    """x σ(x), also called swish.

    >>> import nn
    >>> nn.functional.silu([0.0, 100.0]).tolist()
    [0.0, 100.0]
    """
    return book.silu(as_tensor("silu", "input", input))  # type: ignore[no-any-return]


def mish(input: Any, inplace: bool = False) -> Tensor:
    """x tanh(softplus(x)).

    >>> import nn
    >>> nn.functional.mish([0.0, 100.0]).tolist()
    [0.0, 100.0]
    """
    return book.mish(as_tensor("mish", "input", input))  # type: ignore[no-any-return]


def softplus(input: Any, beta: float = 1.0, threshold: float = 20.0) -> Tensor:
    """ln(1 + exp(beta x)) / beta; where beta x is above the threshold, x itself.

    `threshold=math.inf` leaves the second part out, without which nothing overflows either.

    >>> import nn
    >>> nn.functional.softplus([-1e4, 1e4]).tolist()
    [0.0, 10000.0]
    """
    beta = number("softplus", "beta", beta)
    threshold = (
        threshold
        if isinstance(threshold, float) and threshold == math.inf
        else number("softplus", "threshold", threshold)
    )
    x = as_tensor("softplus", "input", input)
    return book.softplus(x, beta=beta, threshold=threshold)  # type: ignore[no-any-return]


def softsign(input: Any) -> Tensor:
    """x / (1 + |x|), from -1 to 1.

    >>> import nn
    >>> nn.functional.softsign([-1.0, 3.0]).tolist()
    [-0.5, 0.75]
    """
    return book.softsign(as_tensor("softsign", "input", input))  # type: ignore[no-any-return]


def logsigmoid(input: Any) -> Tensor:
    """ln σ(x), without overflow.

    >>> import nn
    >>> nn.functional.logsigmoid([-1e4]).item()
    -10000.0
    """
    return book.log_sigmoid(as_tensor("logsigmoid", "input", input))  # type: ignore[no-any-return]


def tanhshrink(input: Any) -> Tensor:
    """x - tanh(x).

    >>> import nn
    >>> nn.functional.tanhshrink([0.0]).item()
    0.0
    """
    return book.tanh_shrink(as_tensor("tanhshrink", "input", input))  # type: ignore[no-any-return]


def leaky_relu(input: Any, negative_slope: float = 0.01, inplace: bool = False) -> Tensor:
    """x where it is positive, else negative_slope x.

    >>> import nn
    >>> nn.functional.leaky_relu([-2.0, 2.0], 0.25).tolist()
    [-0.5, 2.0]
    """
    slope = number("leaky_relu", "negative_slope", negative_slope)
    return book.leaky_relu(as_tensor("leaky_relu", "input", input), slope)  # type: ignore[no-any-return]


def prelu(input: Any, weight: Any) -> Tensor:
    """x where it is positive, else x times a slope that is learned.

    Parameters
    ----------
    input : (N, C, ...), or of any shape where there is one slope.
    weight : shape (C,), one slope for each channel, or (1,) for all.

    Raises `ShapeError` where the number of slopes is neither 1 nor that of the channels.

    >>> import nn
    >>> nn.functional.prelu([[-2.0, -2.0]], [0.25, 0.5]).tolist()
    [[-0.5, -1.0]]
    """
    x = as_tensor("prelu", "input", input)
    slope = as_tensor("prelu", "weight", weight, x.dtype)
    if slope.ndim > 1 or not slope.size:
        raise ShapeError(f"prelu: weight is {describe(slope)}; give one slope, or one for each channel, shape (C,).")
    if slope.size == 1:
        return book.leaky_relu(x, slope.reshape(()))  # type: ignore[no-any-return]
    if x.ndim < 2 or x.shape[1] != slope.size:
        raise ShapeError(
            f"prelu: the input has shape {x.shape}; its second axis must be as long as the slopes, {slope.size}."
        )
    return book.leaky_relu(x, slope.reshape((-1,) + (1,) * (x.ndim - 2)))  # type: ignore[no-any-return]


def softmax(input: Any, dim: int | None = None) -> Tensor:
    """exp(x) along an axis, divided by its sum: positive numbers that add up to 1.

    Parameters
    ----------
    input : at least one axis.
    dim : the axis; where None, the only axis, or the last of two. With more it must be given.

    Raises `AxisError` for an axis that the input does not have, and `ArgumentError` where it must be given.

    >>> import nn
    >>> nn.functional.softmax([1e4, 1e4]).tolist()
    [0.5, 0.5]
    """
    x = as_tensor("softmax", "input", input)
    return neural.softmax(x, axis=_along("softmax", x, dim))  # type: ignore[no-any-return]


def softmin(input: Any, dim: int | None = None) -> Tensor:
    """The softmax of -x. Parameters and errors are those of `softmax`.

    >>> import nn
    >>> nn.functional.softmin([0.0, 1e4]).tolist()
    [1.0, 0.0]
    """
    x = as_tensor("softmin", "input", input)
    return neural.softmax(-x, axis=_along("softmin", x, dim))  # type: ignore[no-any-return]


def log_softmax(input: Any, dim: int | None = None) -> Tensor:
    """The logarithm of `softmax`, without overflow. Parameters and errors are those of `softmax`.

    >>> import nn
    >>> nn.functional.log_softmax([0.0, 1e4]).tolist()
    [-10000.0, 0.0]
    """
    x = as_tensor("log_softmax", "input", input)
    return neural.log_softmax(x, axis=_along("log_softmax", x, dim))  # type: ignore[no-any-return]


def glu(input: Any, dim: int = -1) -> Tensor:
    """The first half along an axis, times the sigmoid of the second half.

    Raises `AxisError` for an axis that the input does not have, and `ShapeError` for one of odd length.

    Source: Dauphin et al. (2017), https://arxiv.org/abs/1612.08083.

    >>> import nn
    >>> nn.functional.glu([3.0, 0.0]).tolist()
    [1.5]
    """
    x = as_tensor("glu", "input", input)
    axis = axis_of("glu", x, dim)
    if x.shape[axis] % 2:
        raise ShapeError(f"glu: the input has shape {x.shape}; axis {dim} has {x.shape[axis]} elements, no two halves.")
    half = x.shape[axis] // 2
    before = (slice(None),) * axis
    return x[(*before, slice(half))] * book.sigmoid(x[(*before, slice(half, None))])  # type: ignore[no-any-return]


def _along(owner: str, x: Tensor, dim: int | None) -> int:
    if dim is not None or x.ndim == 0:
        return axis_of(owner, x, -1 if dim is None else dim)
    if x.ndim > 2:
        raise ArgumentError(f"{owner}: say along which axis: dim= was not given, and the input has {x.ndim} axes.")
    return x.ndim - 1
