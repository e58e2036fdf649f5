"""Softmax and its kin as modules: activations that look along an axis."""

from typing import Any

from autograd_lite.tensor import Tensor
from nn.arguments import integer
from nn.functional import activation as functional
from nn.module import Module


class Softmax(Module):
    """exp(x) along an axis, divided by its sum: positive numbers that add up to 1.

    Parameters
    ----------
    dim : the axis; where None, the only one, or the last of two. With more it must be given.

    Raises `AxisError` for an axis that the input does not have, and `ArgumentError` where it must be given.

    >>> import nn
    >>> nn.Softmax(dim=-1)([1e4, 1e4]).tolist()
    [0.5, 0.5]
    """

    def __init__(self, dim: int | None = None) -> None:
        super().__init__()
        self.dim = None if dim is None else integer("Softmax", "dim", dim)

    def forward(self, input: Any) -> Tensor:
        return functional.softmax(input, self.dim)

    def extra_repr(self) -> str:
        return f"dim={self.dim}"


class Softmin(Module):
    """The softmax of -x.

    Parameters
    ----------
    dim : the axis; where None, the only one, or the last of two. With more it must be given.

    Raises `AxisError` for an axis that the input does not have, and `ArgumentError` where it must be given.

    >>> import nn
    >>> nn.Softmin(dim=-1)([0.0, 1e4]).tolist()
    [1.0, 0.0]
    """

    def __init__(self, dim: int | None = None) -> None:
        super().__init__()
        self.dim = None if dim is None else integer("Softmin", "dim", dim)

    def forward(self, input: Any) -> Tensor:
        return functional.softmin(input, self.dim)

    def extra_repr(self) -> str:
        return f"dim={self.dim}"


class LogSoftmax(Module):
    """The logarithm of softmax, without overflow.

    Parameters
    ----------
    dim : the axis; where None, the only one, or the last of two. With more it must be given.

    Raises `AxisError` for an axis that the input does not have, and `ArgumentError` where it must be given.

    >>> import nn
    >>> nn.LogSoftmax(dim=-1)([0.0, 1e4]).tolist()
    [-10000.0, 0.0]
    """

    def __init__(self, dim: int | None = None) -> None:
        super().__init__()
        self.dim = None if dim is None else integer("LogSoftmax", "dim", dim)

    def forward(self, input: Any) -> Tensor:
        return functional.log_softmax(input, self.dim)

    def extra_repr(self) -> str:
        return f"dim={self.dim}"


class GLU(Module):
    """The first half along an axis, times the sigmoid of the second half.

    Parameters
    ----------
    dim : the axis, of even length.

    Raises `ShapeError` where the length is odd.

    Source: Dauphin et al. (2017), https://arxiv.org/abs/1612.08083.

    >>> import nn
    >>> nn.GLU()([3.0, 0.0]).tolist()
    [1.5]
    """

    def __init__(self, dim: int = -1) -> None:
        super().__init__()
        self.dim = integer("GLU", "dim", dim)

    def forward(self, input: Any) -> Tensor:
        return functional.glu(input, self.dim)

    def extra_repr(self) -> str:
        return f"dim={self.dim}"
