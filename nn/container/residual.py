"""A way around a module."""

from typing import Any

from autograd_lite.errors import KindError, ShapeError, describe
from autograd_lite.tensor import Tensor
from nn.arguments import as_tensor
from nn.module import Module


class Residual(Module):
    """x + module(x): the gradient goes around the module as well as through it.

    Parameters
    ----------
    module : a module whose output has the shape of its input.

    Raises `KindError` for what is no module, and in the forward pass `ShapeError` for another shape, which
    NumPy might broadcast.

    Source: He et al. (2016), https://arxiv.org/abs/1512.03385, equation 1.

    >>> import nn
    >>> nn.Residual(nn.ReLU())([-1.0, 2.0]).tolist()
    [-1.0, 4.0]
    """

    def __init__(self, module: Module) -> None:
        super().__init__()
        if not isinstance(module, Module):
            raise KindError(f"Residual: expected a Module, got {describe(module)}.")
        self.module = module

    def forward(self, input: Any) -> Tensor:
        x = as_tensor("Residual", "input", input)
        change = self.module(x)
        if not isinstance(change, Tensor) or change.shape != x.shape:
            raise ShapeError(
                f"Residual: {self.module!r} made {describe(change)} of {describe(x)}; the shapes must be equal to be "
                "added. Let the module keep the shape."
            )
        return x + change  # type: ignore[no-any-return]
