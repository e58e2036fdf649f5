"""Losses between numbers.

Predictions and targets have one shape, which `reduction="none"` gives; either can be tracked. The reductions are "mean"
over all elements, "sum" and "none". Each raises `ShapeError` for two shapes, `DtypeError` for predictions that are no
floats, and `ArgumentValueError` for other reductions and the mean of nothing.
"""

from typing import Any

import numpy as np

from autograd_lite.ops.losses import huber
from autograd_lite.tensor import Tensor
from nn.arguments import number
from nn.functional.targets import pair, reduced


def mse_loss(input: Any, target: Any, *, reduction: str = "mean") -> Tensor:
    """The squared error, (x - y)².

    >>> import nn
    >>> nn.functional.mse_loss([1.0, 2.0], [1.0, 4.0]).item()
    2.0
    """
    x, y = pair("mse_loss", input, target)
    return reduced("mse_loss", np.square(x - y), reduction)


def l1_loss(input: Any, target: Any, *, reduction: str = "mean") -> Tensor:
    """The absolute error, |x - y|; its derivative at 0 is 0.

    >>> import nn
    >>> nn.functional.l1_loss([1.0, 2.0], [1.0, 4.0]).item()
    1.0
    """
    x, y = pair("l1_loss", input, target)
    return reduced("l1_loss", np.abs(x - y), reduction)


def huber_loss(input: Any, target: Any, *, reduction: str = "mean", delta: float = 1.0) -> Tensor:
    """The squared error over 2 up to delta, and from there on the straight line of its slope.

    Parameters
    ----------
    input, target : of one shape.
    reduction : "mean", "sum" or "none".
    delta : above 0.

    Source: Huber (1964), https://doi.org/10.1214/aoms/1177703732.

    >>> import nn
    >>> nn.functional.huber_loss([1.0, 2.0], [0.0, 5.0], reduction="none").tolist()
    [0.5, 2.5]
    """
    delta = number("huber_loss", "delta", delta, above=0.0)
    x, y = pair("huber_loss", input, target)
    return reduced("huber_loss", huber(x - y, delta=delta), reduction)


def smooth_l1_loss(input: Any, target: Any, *, reduction: str = "mean", beta: float = 1.0) -> Tensor:
    """The Huber loss over its width beta; the absolute error where beta is 0.

    Parameters
    ----------
    input, target : of one shape.
    reduction : "mean", "sum" or "none".
    beta : at least 0.

    Source: Girshick, Fast R-CNN (2015), https://arxiv.org/abs/1504.08083, equation 3.

    >>> import nn
    >>> nn.functional.smooth_l1_loss([1.0, 2.0], [0.0, 5.0], reduction="none", beta=2.0).tolist()
    [0.25, 2.0]
    """
    beta = number("smooth_l1_loss", "beta", beta, at_least=0.0)
    x, y = pair("smooth_l1_loss", input, target)
    losses = huber(x - y, delta=beta) / beta if beta > 0 else np.abs(x - y)
    return reduced("smooth_l1_loss", losses, reduction)
