"""Activation functions made of straight pieces as modules. Each gives a Tensor of the shape that it is given.

The derivatives where pieces meet are PyTorch's.
"""

from typing import Any

import numpy as np

from autograd_lite.tensor import Tensor
from nn.arguments import as_tensor, count, flag, float_dtype, number
from nn.functional import piecewise as functional
from nn.functional.activation import leaky_relu, prelu
from nn.module import Module
from nn.parameter import Parameter


class Identity(Module):
    """The input itself.

    Parameters
    ----------
    *args, **kwargs : accepted and left alone, so that it can stand for any other layer.

    >>> import nn
    >>> nn.Identity(54, unused=0.1)([1.0]).tolist()
    [1.0]
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__()

    def forward(self, input: Any) -> Tensor:
        return as_tensor("Identity", "input", input)


class Sign(Module):
    """-1, 0 or 1: the sign of x.

    Parameters
    ----------
    straight_through : whether gradients pass as if it were x itself; else they are 0, as the derivative is.

    Source: Bengio, Léonard and Courville (2013), https://arxiv.org/abs/1308.3432, section 4.

    >>> import nn
    >>> nn.Sign()([-2.0, 0.0, 3.0]).tolist()
    [-1.0, 0.0, 1.0]
    """

    def __init__(self, straight_through: bool = False) -> None:
        super().__init__()
        self.straight_through = flag("Sign", "straight_through", straight_through)

    def forward(self, input: Any) -> Tensor:
        return functional.sign(input, self.straight_through)

    def extra_repr(self) -> str:
        return "straight_through=True" if self.straight_through else ""


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

    def forward(self, input: Any) -> Tensor:
        return functional.relu(input)

    def extra_repr(self) -> str:
        return "inplace=True" if self.inplace else ""


class LeakyReLU(Module):
    """x where it is positive, else negative_slope x.

    Parameters
    ----------
    negative_slope : finite.
    inplace : accepted for PyTorch's sake; the result is always a Tensor of its own.

    Source: Maas, Hannun and Ng, Rectifier nonlinearities improve neural network acoustic models, ICML 2013.

    >>> import nn
    >>> nn.LeakyReLU(0.25)([-2.0, 2.0]).tolist()
    [-0.5, 2.0]
    """

    def __init__(self, negative_slope: float = 0.01, inplace: bool = False) -> None:
        super().__init__()
        self.negative_slope = number("LeakyReLU", "negative_slope", negative_slope)
        self.inplace = flag("LeakyReLU", "inplace", inplace)

    def forward(self, input: Any) -> Tensor:
        return leaky_relu(input, self.negative_slope)

    def extra_repr(self) -> str:
        return f"negative_slope={self.negative_slope}" + (", inplace=True" if self.inplace else "")


class PReLU(Module):
    """x where it is positive, else x times a slope that is learned.

    Parameters
    ----------
    num_parameters : 1 slope for all, or one for each channel, along the second axis of the input.
    init : what the slopes start with.
    dtype : of the slopes; float32 where not given.

    `weight` has shape (num_parameters,). Raises `ShapeError` for an input with another number of channels.

    Source: He et al. (2015), https://arxiv.org/abs/1502.01852.

    >>> import numpy as np, nn
    >>> nn.PReLU()(np.array([-2.0, 2.0], np.float32)).tolist()
    [-0.5, 2.0]
    """

    # A penalty would pull the slope to that of ReLU.
    penalized = False

    def __init__(self, num_parameters: int = 1, init: float = 0.25, *, dtype: Any = None) -> None:
        super().__init__()
        self.num_parameters = count("PReLU", "num_parameters", num_parameters)
        self.init = number("PReLU", "init", init)
        self.weight = Parameter(np.full(self.num_parameters, self.init, float_dtype("PReLU", dtype)))

    def forward(self, input: Any) -> Tensor:
        return prelu(as_tensor("PReLU", "input", input, self.weight.dtype), self.weight)

    def extra_repr(self) -> str:
        return f"num_parameters={self.num_parameters}"


class ReLU6(Module):
    """x kept between 0 and 6.

    Parameters
    ----------
    inplace : accepted for PyTorch's sake; the result is always a Tensor of its own.

    >>> import nn
    >>> nn.ReLU6()([-1.0, 2.0, 7.0]).tolist()
    [0.0, 2.0, 6.0]
    """

    def __init__(self, inplace: bool = False) -> None:
        super().__init__()
        self.inplace = flag("ReLU6", "inplace", inplace)

    def forward(self, input: Any) -> Tensor:
        return functional.relu6(input)

    def extra_repr(self) -> str:
        return "inplace=True" if self.inplace else ""


class Hardtanh(Module):
    """x kept between two bounds.

    Parameters
    ----------
    min_val, max_val : in this order.
    inplace : accepted for PyTorch's sake; the result is always a Tensor of its own.

    >>> import nn
    >>> nn.Hardtanh()([-3.0, 0.5, 3.0]).tolist()
    [-1.0, 0.5, 1.0]
    """

    def __init__(self, min_val: float = -1.0, max_val: float = 1.0, inplace: bool = False) -> None:
        super().__init__()
        self.min_val, self.max_val = functional.bounds("Hardtanh", min_val, max_val)
        self.inplace = flag("Hardtanh", "inplace", inplace)

    def forward(self, input: Any) -> Tensor:
        return functional.hardtanh(input, self.min_val, self.max_val)

    def extra_repr(self) -> str:
        return f"min_val={self.min_val}, max_val={self.max_val}" + (", inplace=True" if self.inplace else "")


class Hardsigmoid(Module):
    """(x + 3) / 6 kept between 0 and 1.

    Parameters
    ----------
    inplace : accepted for PyTorch's sake; the result is always a Tensor of its own.

    >>> import nn
    >>> nn.Hardsigmoid()([-4.0, 0.0, 4.0]).tolist()
    [0.0, 0.5, 1.0]
    """

    def __init__(self, inplace: bool = False) -> None:
        super().__init__()
        self.inplace = flag("Hardsigmoid", "inplace", inplace)

    def forward(self, input: Any) -> Tensor:
        return functional.hardsigmoid(input)


class Hardswish(Module):
    """x times its hardsigmoid.

    Parameters
    ----------
    inplace : accepted for PyTorch's sake; the result is always a Tensor of its own.

    Source: Howard et al. (2019), https://arxiv.org/abs/1905.02244, section 5.2.

    >>> import nn
    >>> nn.Hardswish()([0.0, 4.0]).tolist()
    [0.0, 4.0]
    """

    def __init__(self, inplace: bool = False) -> None:
        super().__init__()
        self.inplace = flag("Hardswish", "inplace", inplace)

    def forward(self, input: Any) -> Tensor:
        return functional.hardswish(input)


class Threshold(Module):
    """x where it is above the threshold, else the value.

    Parameters
    ----------
    threshold, value : finite.
    inplace : accepted for PyTorch's sake; the result is always a Tensor of its own.

    >>> import nn
    >>> nn.Threshold(0.5, 20.0)([0.0, 1.0]).tolist()
    [20.0, 1.0]
    """

    def __init__(self, threshold: float, value: float, inplace: bool = False) -> None:
        super().__init__()
        self.threshold, self.value = number("Threshold", "threshold", threshold), number("Threshold", "value", value)
        self.inplace = flag("Threshold", "inplace", inplace)

    def forward(self, input: Any) -> Tensor:
        return functional.threshold(input, self.threshold, self.value)

    def extra_repr(self) -> str:
        return f"threshold={self.threshold}, value={self.value}" + (", inplace=True" if self.inplace else "")
