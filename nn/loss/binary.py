"""Losses between probabilities. Called with a prediction and a target of one shape."""

from typing import Any

from autograd_lite.errors import ArgumentValueError
from autograd_lite.tensor import Tensor
from nn.arguments import as_tensor, flag, number
from nn.functional import binary as functional
from nn.loss.base import Loss


class BCELoss(Loss):
    """How unlikely the truth is: -w (y ln p + (1 - y) ln(1 - p)).

    Parameters
    ----------
    weight : w, by which each loss is multiplied, in a shape that broadcasts to the prediction's.
    reduction : "mean" over all elements, "sum" or "none".

    Predictions of exactly 0 and 1 have finite losses, as `nn.functional.binary_cross_entropy` says; it also
    says what is raised. `BCEWithLogitsLoss` keeps more digits.

    >>> import nn
    >>> nn.BCELoss()([0.5, 0.5], [1, 0]).item()
    0.6931471805599453
    """

    weight: Tensor | None

    def __init__(self, weight: Any = None, *, reduction: str = "mean") -> None:
        super().__init__(reduction)
        self.register_buffer("weight", _weights("BCELoss", "weight", weight))

    def forward(self, input: Any, target: Any) -> Tensor:
        return functional.binary_cross_entropy(input, target, self.weight, reduction=self.reduction)


class BCEWithLogitsLoss(Loss):
    """The binary cross-entropy of sigmoid(x), without overflow: -w (v y ln σ(x) + (1 - y) ln σ(-x)).

    Parameters
    ----------
    weight : w, by which each loss is multiplied, in a shape that broadcasts to the prediction's.
    reduction : "mean" over all elements, "sum" or "none".
    pos_weight : v, how much more positive targets count, in a shape that broadcasts to the prediction's.

    >>> import nn
    >>> nn.BCEWithLogitsLoss(reduction="none")([0.0, -1e4], [0, 1]).tolist()
    [0.6931471805599453, 10000.0]
    """

    weight: Tensor | None
    pos_weight: Tensor | None

    def __init__(self, weight: Any = None, *, reduction: str = "mean", pos_weight: Any = None) -> None:
        super().__init__(reduction)
        self.register_buffer("weight", _weights("BCEWithLogitsLoss", "weight", weight))
        self.register_buffer("pos_weight", _weights("BCEWithLogitsLoss", "pos_weight", pos_weight))

    def forward(self, input: Any, target: Any) -> Tensor:
        return functional.binary_cross_entropy_with_logits(
            input, target, self.weight, reduction=self.reduction, pos_weight=self.pos_weight
        )


class KLDivLoss(Loss):
    """The Kullback-Leibler divergence, y (ln y - x), of a prediction x, the logarithm of probabilities.

    Parameters
    ----------
    reduction : "batchmean" for the divergence itself; "mean" over all elements, "sum" or "none".
    log_target : whether the target is logarithms too.

    Raises as `nn.functional.kl_div` does.

    Source: Kullback and Leibler (1951), https://doi.org/10.1214/aoms/1177729694.

    >>> import numpy as np, nn
    >>> nn.KLDivLoss("batchmean")(np.log([[0.5, 0.5]]), [[1.0, 0.0]]).item()
    0.6931471805599453
    """

    reductions = ("mean", "batchmean", "sum", "none")

    def __init__(self, reduction: str = "mean", log_target: bool = False) -> None:
        super().__init__(reduction)
        self.log_target = flag("KLDivLoss", "log_target", log_target)

    def forward(self, input: Any, target: Any) -> Tensor:
        return functional.kl_div(input, target, reduction=self.reduction, log_target=self.log_target)

    def extra_repr(self) -> str:
        return f"{super().extra_repr()}, log_target={self.log_target}"


class HingeEmbeddingLoss(Loss):
    """The distance of a pair that is alike (1), and what one that is not (-1) is nearer than the margin.

    Parameters
    ----------
    margin : finite.
    reduction : "mean" over all elements, "sum" or "none".

    Source: Hadsell, Chopra and LeCun, CVPR 2006, https://doi.org/10.1109/CVPR.2006.100, without its squares.

    >>> import nn
    >>> nn.HingeEmbeddingLoss()([0.25, 0.25], [1, -1]).item()
    0.5
    """

    def __init__(self, margin: float = 1.0, *, reduction: str = "mean") -> None:
        super().__init__(reduction)
        self.margin = number("HingeEmbeddingLoss", "margin", margin)

    def forward(self, input: Any, target: Any) -> Tensor:
        return functional.hinge_embedding_loss(input, target, self.margin, reduction=self.reduction)

    def extra_repr(self) -> str:
        return f"margin={self.margin}, {super().extra_repr()}"


def _weights(owner: str, name: str, value: Any) -> Tensor | None:
    if value is None:
        return None
    w = as_tensor(owner, name, value).detach()
    if w.size and not w.data.min() >= 0:
        raise ArgumentValueError(f"{owner}: an element of {name} is {w.data.min()}; weights are at least 0.")
    return w if w.dtype.kind == "f" else w.astype(float)
