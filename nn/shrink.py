"""Activation functions that move numbers towards 0 as modules."""

from typing import Any

from autograd_lite.tensor import Tensor
from nn.arguments import number
from nn.functional import piecewise as functional
from nn.functional.activation import tanhshrink
from nn.module import Module


class Tanhshrink(Module):
    """x - tanh(x).

    >>> import nn
    >>> nn.Tanhshrink()([0.0]).item()
    0.0
    """

    def forward(self, input: Any) -> Tensor:
        return tanhshrink(input)


class Hardshrink(Module):
    """x where its magnitude is above lambd, else 0.

    Parameters
    ----------
    lambd : at least 0.

    >>> import nn
    >>> nn.Hardshrink()([0.5, 1.0]).tolist()
    [0.0, 1.0]
    """

    def __init__(self, lambd: float = 0.5) -> None:
        super().__init__()
        self.lambd = number("Hardshrink", "lambd", lambd, at_least=0.0)

    def forward(self, input: Any) -> Tensor:
        return functional.hardshrink(input, self.lambd)

    def extra_repr(self) -> str:
        return f"{self.lambd}"


class Softshrink(Module):
    """x moved towards 0 by lambd, and no further.

    Parameters
    ----------
    lambd : at least 0.

    >>> import nn
    >>> nn.Softshrink()([-0.5, 1.0]).tolist()
    [0.0, 0.5]
    """

    def __init__(self, lambd: float = 0.5) -> None:
        super().__init__()
        self.lambd = number("Softshrink", "lambd", lambd, at_least=0.0)

    def forward(self, input: Any) -> Tensor:
        return functional.softshrink(input, self.lambd)

    def extra_repr(self) -> str:
        return f"{self.lambd}"
