"""Losses between probabilities, of one event each or of all.

Predictions and targets have one shape, which `reduction="none"` gives; either can be tracked. Each raises `ShapeError`
for two shapes, `DtypeError` for predictions that are no floats, and `ArgumentValueError` for what is no probability,
for other reductions and for the mean of nothing.
"""

from typing import Any

import numpy as np

from autograd_lite.errors import ArgumentValueError, ShapeError, describe
from autograd_lite.ops import losses as book
from autograd_lite.ops.compare import where
from autograd_lite.tensor import Tensor
from nn.arguments import as_tensor, choice, flag, number
from nn.functional.targets import between_0_and_1, pair, reduced


def binary_cross_entropy(input: Any, target: Any, weight: Any = None, *, reduction: str = "mean") -> Tensor:
    """How unlikely the truth is: -y ln p - (1 - y) ln(1 - p).

    Parameters
    ----------
    input : probabilities, such as sigmoid gives. Better give logits to `binary_cross_entropy_with_logits`.
    target : the truth, from 0 to 1.
    weight : by which each loss is multiplied, in a shape that broadcasts to the input's.
    reduction : "mean" over all elements, "sum" or "none".

    Logarithms below -100 count as -100, and slopes have a divisor of at least 1e-12, as in PyTorch, so that
    a wrong prediction of exactly 0 or 1 has a finite loss and gradient.

    >>> import nn
    >>> nn.functional.binary_cross_entropy([0.5, 0.0], [1.0, 1.0], reduction="none").tolist()
    [0.6931471805599453, 100.0]
    """
    owner = "binary_cross_entropy"
    p, y = pair(owner, input, target)
    between_0_and_1(owner, "input", p, " For logits, take binary_cross_entropy_with_logits.")
    between_0_and_1(owner, "target", y)
    losses = book.binary_cross_entropy(p, y)
    return reduced(owner, _weighted(owner, losses, weight), reduction)


def binary_cross_entropy_with_logits(
    input: Any, target: Any, weight: Any = None, *, reduction: str = "mean", pos_weight: Any = None
) -> Tensor:
    """The binary cross-entropy of sigmoid(x), without overflow: -w y ln σ(x) - (1 - y) ln σ(-x).

    Parameters
    ----------
    input : logits, any numbers.
    target : the truth, from 0 to 1.
    weight : by which each loss is multiplied, in a shape that broadcasts to the input's.
    reduction : "mean" over all elements, "sum" or "none".
    pos_weight : w, how much more a positive target counts, in a shape that broadcasts to the input's.

    >>> import nn
    >>> nn.functional.binary_cross_entropy_with_logits([0.0, -1e4], [1.0, 1.0], reduction="none").tolist()
    [0.6931471805599453, 10000.0]
    """
    owner = "binary_cross_entropy_with_logits"
    x, y = pair(owner, input, target)
    between_0_and_1(owner, "target", y)
    if pos_weight is None:
        losses = book.binary_cross_entropy_with_logits(x, y, 1.0)
    else:
        losses = book.binary_cross_entropy_with_logits(x, y, _fitting(owner, "pos_weight", pos_weight, x))
    return reduced(owner, _weighted(owner, losses, weight), reduction)


def kl_div(input: Any, target: Any, *, reduction: str = "mean", log_target: bool = False) -> Tensor:
    """The Kullback-Leibler divergence of a prediction from the truth: y (ln y - x), to be summed over the classes.

    Parameters
    ----------
    input : logarithms of probabilities, as `log_softmax` gives them.
    target : probabilities; or their logarithms, with log_target. Where they are 0 the loss is 0.
    reduction : "batchmean" for the divergence, the sum over the length of the first axis; "mean" over all
        elements, which is that divided by the number of classes; "sum" or "none".
    log_target : see target.

    Source: Kullback and Leibler (1951), https://doi.org/10.1214/aoms/1177729694.

    >>> import numpy as np, nn
    >>> nn.functional.kl_div(np.log([[0.5, 0.5]]), [[1.0, 0.0]], reduction="batchmean").item()
    0.6931471805599453
    """
    reduction = choice("kl_div", "reduction", reduction, ("mean", "batchmean", "sum", "none"))
    x, y = pair("kl_div", input, target)
    if flag("kl_div", "log_target", log_target):
        impossible = y.data == -np.inf
        if impossible.any():
            # exp(y) is 0 there, and y infinite.
            x, y = where(impossible, 0.0, x), where(impossible, 0.0, y)
            losses = where(impossible, 0.0, np.exp(y) * (y - x))
        else:
            losses = np.exp(y) * (y - x)
    else:
        if y.size and not y.data.min() >= 0:
            raise ArgumentValueError(
                f"kl_div: the target has an element {y.data.min()}; probabilities are not negative. "
                "For logarithms, say log_target=True."
            )
        losses = book.kl_div(x, y)
    if reduction == "batchmean":
        if not x.ndim or not len(x):
            raise ShapeError(f'kl_div: the input has shape {x.shape}, and so no batch for reduction="batchmean".')
        return losses.sum() / len(x)  # type: ignore[no-any-return]
    return reduced("kl_div", losses, reduction)


def hinge_embedding_loss(input: Any, target: Any, margin: float = 1.0, *, reduction: str = "mean") -> Tensor:
    """The distance x of a pair that is alike (1), and what a pair that is not (-1) is nearer than the margin.

    Parameters
    ----------
    input : distances.
    target : 1 or -1 for each.
    margin : finite.
    reduction : "mean" over all elements, "sum" or "none".

    Raises `ArgumentValueError` for other targets.

    Source: Hadsell, Chopra and LeCun, CVPR 2006, https://doi.org/10.1109/CVPR.2006.100, without its squares.

    >>> import nn
    >>> nn.functional.hinge_embedding_loss([0.25, 0.25], [1, -1], reduction="none").tolist()
    [0.25, 0.75]
    """
    owner = "hinge_embedding_loss"
    margin = number(owner, "margin", margin)
    x, y = pair(owner, input, target)
    alike = y.data == 1
    if not (alike | (y.data == -1)).all():
        wrong = y.data[~(alike | (y.data == -1))].flat[0]
        raise ArgumentValueError(f"{owner}: the target has an element {wrong}; each is 1 or -1.")
    return reduced(owner, where(alike, x, np.clip(margin - x, 0.0, None)), reduction)


def _weighted(owner: str, losses: Tensor, weight: Any) -> Tensor:
    if weight is None:
        return losses
    return losses * _fitting(owner, "weight", weight, losses)  # type: ignore[no-any-return]


def _fitting(owner: str, name: str, value: Any, x: Tensor) -> Tensor:
    """Weights in the data type of x, which broadcast to its shape."""
    w = as_tensor(owner, name, value)
    try:
        fits = np.broadcast_shapes(w.shape, x.shape) == x.shape
    except ValueError:
        fits = False
    if not fits:
        raise ShapeError(f"{owner}: {name} is {describe(w)}, which does not broadcast to the input's shape {x.shape}.")
    if w.size and not (np.isfinite(w.data).all() and w.data.min() >= 0):
        raise ArgumentValueError(f"{owner}: an element of {name} is negative or not finite; weights are at least 0.")
    return w if w.dtype == x.dtype else w.astype(x.dtype)
