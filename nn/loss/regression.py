"""Losses between numbers. Called with a prediction and a target of one shape; see `nn.functional.mse_loss`."""

from typing import Any

from autograd_lite.tensor import Tensor
from nn.arguments import number
from nn.functional import regression as functional
from nn.loss.base import Loss


class MSELoss(Loss):
    """The squared error, (x - y)².

    Parameters
    ----------
    reduction : "mean" over all elements, "sum" or "none".

    >>> import nn
    >>> nn.MSELoss()([1.0, 2.0], [1.0, 4.0]).item()
    2.0
    """

    def forward(self, input: Any, target: Any) -> Tensor:
        return functional.mse_loss(input, target, reduction=self.reduction)


class L1Loss(Loss):
    """The absolute error, |x - y|; its derivative at 0 is 0.

    Parameters
    ----------
    reduction : "mean" over all elements, "sum" or "none".

    >>> import nn
    >>> nn.L1Loss(reduction="sum")([1.0, 2.0], [0.0, 4.0]).item()
    3.0
    """

    def forward(self, input: Any, target: Any) -> Tensor:
        return functional.l1_loss(input, target, reduction=self.reduction)


class HuberLoss(Loss):
    """The squared error over 2 up to delta, and from there on the straight line of its slope.

    Parameters
    ----------
    reduction : "mean" over all elements, "sum" or "none".
    delta : above 0.

    Source: Huber (1964), https://doi.org/10.1214/aoms/1177703732.

    >>> import nn
    >>> nn.HuberLoss("none")([1.0, 2.0], [0.0, 5.0]).tolist()
    [0.5, 2.5]
    """

    def __init__(self, reduction: str = "mean", delta: float = 1.0) -> None:
        super().__init__(reduction)
        self.delta = number("HuberLoss", "delta", delta, above=0.0)

    def forward(self, input: Any, target: Any) -> Tensor:
        return functional.huber_loss(input, target, reduction=self.reduction, delta=self.delta)

    def extra_repr(self) -> str:
        return f"{super().extra_repr()}, delta={self.delta}"


class SmoothL1Loss(Loss):
    """The Huber loss over its width beta; the absolute error where beta is 0.

    Parameters
    ----------
    reduction : "mean" over all elements, "sum" or "none".
    beta : at least 0.

    Source: Girshick, Fast R-CNN (2015), https://arxiv.org/abs/1504.08083, equation 3.

    >>> import nn
    >>> nn.SmoothL1Loss("none", beta=2.0)([1.0, 2.0], [0.0, 5.0]).tolist()
    [0.25, 2.0]
    """

    def __init__(self, reduction: str = "mean", beta: float = 1.0) -> None:
        super().__init__(reduction)
        self.beta = number("SmoothL1Loss", "beta", beta, at_least=0.0)

    def forward(self, input: Any, target: Any) -> Tensor:
        return functional.smooth_l1_loss(input, target, reduction=self.reduction, beta=self.beta)

    def extra_repr(self) -> str:
        return f"{super().extra_repr()}, beta={self.beta}"
