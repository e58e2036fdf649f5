"""Normalization: over the batch, over the features of each sample, over groups of channels."""

from typing import Any

import numpy as np

from autograd_lite.errors import ArgumentError, ArgumentValueError, DtypeError, KindError, ShapeError, describe
from autograd_lite.ops.normalize import mean_squares, means, normalize
from autograd_lite.tensor import Tensor
from nn.arguments import as_tensor, count, flag, integer, number


def batch_norm(
    input: Any,
    running_mean: Tensor | None,
    running_var: Tensor | None,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Tensor:
    """Each channel with mean 0 and variance 1 over batch and places, times weight, plus bias.

    Parameters
    ----------
    input : (N, C) or (N, C, ...), floats.
    running_mean, running_var : (C,), leaves. In training they get new data, (1 - momentum) of the old and
        momentum of the batch's mean and variance (n - 1 in its denominator); otherwise they are used. Both None: the
        batch's own are used always.
    weight, bias : (C,), or None.
    training : whether to use the statistics of the batch.
    momentum, eps : the share of the new statistics; what is added to the variance.

    Raises `ShapeError` for shapes that do not go together, and `ArgumentValueError` for a batch of one value per
    channel in training, whose variance is 0.

    Source: Ioffe and Szegedy (2015), https://arxiv.org/abs/1502.03167, algorithms 1 and 2.

    >>> import numpy as np, nn
    >>> nn.functional.batch_norm(np.array([[1.0, 5.0], [3.0, 9.0]]), None, None, eps=0.0).tolist()
    [[-1.0, -1.0], [1.0, 1.0]]
    """
    owner = "batch_norm"
    x = floats(owner, input)
    if x.ndim < 2:
        raise ShapeError(f"{owner}: input is {describe(x)}; it has at least two axes, (N, C, ...).")
    if (running_mean is None) is not (running_var is None):
        raise ArgumentError(f"{owner}: running_mean and running_var are given both or neither.")
    size = x.shape[1]
    for name, tensor in (("running_mean", running_mean), ("running_var", running_var)):
        if tensor is not None and not isinstance(tensor, Tensor):
            raise KindError(f"{owner}: {name} is {describe(tensor)}; give a Tensor, which can take new data.")
        _channels(owner, name, tensor, size, x)
    shape = (size, *[1] * (x.ndim - 2))
    scale, shift = (_channels(owner, n, t, size, x, shape) for n, t in (("weight", weight), ("bias", bias)))
    axis = (0, *range(2, x.ndim))
    eps = number(owner, "eps", eps, at_least=0.0)
    if flag(owner, "training", training) or running_mean is None or running_var is None:
        if training:
            _check_many(owner, x, size)
        if training and running_mean is not None and running_var is not None:
            _update(x, axis, running_mean, running_var, number(owner, "momentum", momentum, at_least=0.0))
        return normalize(x, scale, shift, axis=axis, eps=eps)  # type: ignore[no-any-return]
    factor = (1 / np.sqrt(running_var.data + eps)).reshape(shape)
    factor = factor if scale is None else scale * factor
    out = (x - running_mean.data.reshape(shape)) * factor
    return out if shift is None else out + shift  # type: ignore[no-any-return]


def layer_norm(
    input: Any, normalized_shape: Any, weight: Tensor | None = None, bias: Tensor | None = None, eps: float = 1e-5
) -> Tensor:
    """Mean 0 and variance 1 over the last axes of each sample, times weight, plus bias.

    Parameters
    ----------
    input : (..., *normalized_shape), floats.
    normalized_shape : the sizes of the axes that are normalized over; an integer for one.
    weight, bias : of that shape, or None.
    eps : what is added to the variance.

    Raises `ShapeError` where the input does not end in normalized_shape.

    Source: Ba, Kiros and Hinton (2016), https://arxiv.org/abs/1607.06450.

    >>> import numpy as np, nn
    >>> nn.functional.layer_norm(np.array([[1.0, 3.0], [0.0, 0.5]]), 2, eps=0.0).tolist()
    [[-1.0, 1.0], [-1.0, 1.0]]
    """
    x, axis = _last_axes("layer_norm", input, normalized_shape, weight=weight, bias=bias)
    return normalize(x, weight, bias, axis=axis, eps=number("layer_norm", "eps", eps, at_least=0.0))  # type: ignore[no-any-return]


def rms_norm(input: Any, normalized_shape: Any, weight: Tensor | None = None, eps: float | None = None) -> Tensor:
    """x divided by the root of its mean square over the last axes of each sample, times weight.

    Parameters
    ----------
    input : (..., *normalized_shape), floats.
    normalized_shape : the sizes of the axes that are normalized over; an integer for one.
    weight : of that shape, or None.
    eps : what is added to the mean square; the rounding unit of the data type where None.

    Raises `ShapeError` where the input does not end in normalized_shape.

    Source: Zhang and Sennrich (2019), https://arxiv.org/abs/1910.07467.

    >>> import numpy as np, nn
    >>> nn.functional.rms_norm(np.array([[3.0, -3.0]]), 2).tolist()
    [[1.0, -1.0]]
    """
    x, axis = _last_axes("rms_norm", input, normalized_shape, weight=weight)
    eps = float(np.finfo(x.dtype).eps) if eps is None else number("rms_norm", "eps", eps, at_least=0.0)
    out = x / np.sqrt((x * x).mean(axis=axis, keepdims=True) + eps)
    return out if weight is None else out * weight  # type: ignore[no-any-return]


def group_norm(
    input: Any, num_groups: int, weight: Tensor | None = None, bias: Tensor | None = None, eps: float = 1e-5
) -> Tensor:
    """Mean 0 and variance 1 over each group of channels of each sample, times weight, plus bias.

    Parameters
    ----------
    input : (N, C, ...), floats.
    num_groups : how many groups of neighbouring channels there are; it divides C.
    weight, bias : (C,), or None.
    eps : what is added to the variance.

    Raises `ShapeError` where the groups do not divide the channels.

    Source: Wu and He (2018), https://arxiv.org/abs/1803.08494.

    >>> import numpy as np, nn
    >>> nn.functional.group_norm(np.array([[1.0, 3.0, 0.0, 8.0]]), 2, eps=0.0).tolist()
    [[-1.0, 1.0, -1.0, 1.0]]
    """
    owner = "group_norm"
    x, groups = floats(owner, input), count(owner, "num_groups", num_groups)
    if x.ndim < 2 or x.shape[1] % groups:
        raise ShapeError(f"{owner}: input is {describe(x)}; it is (N, C, ...) with C divisible by {groups} groups.")
    size = x.shape[1]
    shape = (size, *[1] * (x.ndim - 2))
    scale, shift = (_channels(owner, n, t, size, x, shape) for n, t in (("weight", weight), ("bias", bias)))
    if not x.size:
        return x.clone()
    grouped = x.reshape((x.shape[0], groups, -1))
    out = normalize(grouped, axis=-1, eps=number(owner, "eps", eps, at_least=0.0)).reshape(x.shape)
    out = out if scale is None else out * scale
    return out if shift is None else out + shift  # type: ignore[no-any-return]


def sizes_of(owner: str, normalized_shape: Any) -> tuple[int, ...]:
    """A shape that is normalized over, as a tuple of at least one size."""
    given = normalized_shape if isinstance(normalized_shape, tuple | list) else (normalized_shape,)
    sizes = tuple(integer(owner, "normalized_shape", n) for n in given)
    if not sizes or min(sizes) < 1:
        raise ArgumentValueError(f"{owner}: normalized_shape is {normalized_shape!r}; give sizes of at least 1.")
    return sizes


def floats(owner: str, input: Any) -> Tensor:
    """An input that has gradients."""
    x = as_tensor(owner, "input", input)
    if x.dtype.kind != "f":
        raise DtypeError(f"{owner}: input is {describe(x)}; give floats, x.astype(np.float32).")
    return x


def _last_axes(owner: str, input: Any, normalized_shape: Any, **tensors: Tensor | None) -> tuple[Tensor, Any]:
    """The input, and the axes that are normalized over."""
    x, sizes = floats(owner, input), sizes_of(owner, normalized_shape)
    if x.shape[-len(sizes) :] != sizes:
        raise ShapeError(f"{owner}: input is {describe(x)}; its shape must end in normalized_shape, {sizes}.")
    for name, given in tensors.items():
        tensor = None if given is None else as_tensor(owner, name, given)
        if tensor is not None and tensor.shape != sizes:
            raise ShapeError(f"{owner}: {name} has shape {tensor.shape}; it has normalized_shape, {sizes}.")
        _check_dtype(owner, name, tensor, x)
    return x, tuple(range(-len(sizes), 0))


def _channels(
    owner: str, name: str, tensor: Any, size: int, x: Tensor, shape: tuple[int, ...] | None = None
) -> Tensor | None:
    """One number per channel, in the shape that goes with the channels of x."""
    if tensor is None:
        return None
    tensor = as_tensor(owner, name, tensor)
    if tensor.shape != (size,):
        raise ShapeError(f"{owner}: {name} has shape {tensor.shape}; input {x.shape} has {size} channels on axis 1.")
    _check_dtype(owner, name, tensor, x)
    return tensor if shape is None or len(shape) == 1 else tensor.reshape(shape)  # type: ignore[no-any-return]


def _check_dtype(owner: str, name: str, tensor: Tensor | None, x: Tensor) -> None:
    if tensor is not None and tensor.dtype != x.dtype:
        raise DtypeError(
            f"{owner}: input is {describe(x)} and {name} {tensor.dtype}. Convert one of them: "
            f"x.astype(np.{tensor.dtype}), or a layer with dtype=np.{x.dtype}."
        )


def _check_many(owner: str, x: Tensor, size: int) -> None:
    if x.size <= size:
        raise ArgumentValueError(
            f"{owner}: input {x.shape} has {x.size // size if size else 0} values per channel in training; a variance "
            "takes at least two. Give a larger batch, or call eval() first."
        )


def _update(x: Tensor, axis: tuple[int, ...], mean: Tensor, var: Tensor, momentum: float) -> None:
    """Give the running statistics their new data."""
    now = means(x._data, axis)
    spread = mean_squares(x._data - now, axis)
    count = x.size // now.size
    mean.data = (1 - momentum) * mean.data + momentum * now.reshape(-1)
    var.data = (1 - momentum) * var.data + (momentum * count / (count - 1)) * spread.reshape(-1)
