"""Activation functions as modules."""

from typing import Any

from autograd_lite.ops.activation import relu
from autograd_lite.tensor import Tensor
from nn.arguments import as_tensor, flag
from nn.module import Module


class ReLU(Module):
    """max(x, 0), element by element; the derivative at 0 is 0.

    Parameters
    ----------
    inplace : accepted for PyTorch's sake; the result is always a Tensor of its own.

    x has any shape. Raises `KindError` for what is neither Tensor nor array.

    Source: Nair and Hinton, Rectified Linear Units Improve Restricted Boltzmann Machines, ICML 2010.

    >>> import nn
    >>> nn.ReLU()([-1.0, 0.0, 2.0])
    Tensor([0., 0., 2.])
    """

    def __init__(self, inplace: bool = False) -> None:
        super().__init__()
        self.inplace = flag("ReLU", "inplace", inplace)

    def forward(self, x: Any) -> Tensor:
        return relu(as_tensor("ReLU", "x", x))  # type: ignore[no-any-return]

    def extra_repr(self) -> str:
        return "inplace=True" if self.inplace else ""
