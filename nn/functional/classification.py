"""Losses between scores of classes and the right classes. The classes are along the second axis, or the only one."""

from typing import Any

import numpy as np

from autograd_lite.errors import ArgumentValueError, KindError, ShapeError, describe
from autograd_lite.guard import Array
from autograd_lite.ops import losses as book
from autograd_lite.ops.compare import where
from autograd_lite.ops.neural import log_softmax
from autograd_lite.ops.special import xlogy
from autograd_lite.tensor import Tensor
from nn.arguments import axis_of, flag, fraction, integer, number
from nn.functional.targets import (
    as_classes,
    as_given,
    between_0_and_1,
    checked_reduction,
    class_axis,
    class_weights,
    counted,
    in_range,
    nothing_to_average,
    picked,
    predictions,
    reduced,
    without,
)


def cross_entropy(
    input: Any,
    target: Any,
    weight: Any = None,
    *,
    ignore_index: int = -100,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
) -> Tensor:
    """How unlikely the right classes are: -ln of the softmax of the right one.

    Parameters and errors are those of `nn.CrossEntropyLoss` and of a call of it.

    >>> import nn
    >>> round(nn.functional.cross_entropy([[2.0, 0.0], [0.0, 2.0]], [0, 1]).item(), 6)
    0.126928
    """
    owner = "cross_entropy"
    x = predictions(owner, input)
    axis = class_axis(owner, x)
    smoothing = fraction(owner, "label_smoothing", label_smoothing)
    reduction = checked_reduction(owner, reduction)
    w = class_weights(owner, weight, x, axis)
    y = as_given(owner, target)
    _check_kind(x, y, axis)
    if y.dtype.kind == "f":
        return _of_probabilities(x, target if isinstance(target, Tensor) else Tensor(y), w, axis, reduction, smoothing)
    y, counts = counted(y, integer(owner, "ignore_index", ignore_index))
    if w is not None:
        # Without weights, the operation looks itself whether the classes are there.
        in_range(owner, y, x.shape[axis])
    shares, total = _shares(x, y, w, counts)
    if reduction == "mean" and total == 0.0:
        raise nothing_to_average(owner, f"of {y.size} targets all are ignored or have weight 0")
    if not smoothing:
        if reduction == "none":
            return book.cross_entropy(x, target=y, weight=shares, axis=axis)  # type: ignore[no-any-return]
        scale = total if reduction == "mean" else 1.0
        return book.cross_entropy(x, target=y, weight=shares, axis=axis, total=scale)  # type: ignore[no-any-return]
    losses = _smoothed(x, y, shares, w, counts, axis, smoothing)
    if reduction == "none":
        return losses
    return losses.sum() / (total if reduction == "mean" else 1.0)  # type: ignore[no-any-return]


def nll_loss(
    input: Any, target: Any, weight: Any = None, *, ignore_index: int = -100, reduction: str = "mean"
) -> Tensor:
    """How unlikely the right classes are: the negative of the logarithm of their probability.

    Parameters
    ----------
    input : logarithms of probabilities, as `log_softmax` gives them: (C,), (N, C) or (N, C, d1, ...).
    target : classes, integers of the input's shape without the axis C.
    weight : one weight for each class, shape (C,); all 1 where None.
    ignore_index : targets of this class count for nothing.
    reduction : "mean" over the targets, by their weights; "sum"; or "none".

    Raises as `cross_entropy` does for classes.

    >>> import nn
    >>> nn.functional.nll_loss([[-0.5, -1.0], [-2.0, -0.25]], [0, 1]).item()
    0.375
    """
    owner = "nll_loss"
    x = predictions(owner, input)
    axis = class_axis(owner, x)
    reduction = checked_reduction(owner, reduction)
    w = class_weights(owner, weight, x, axis)
    y = as_classes(owner, x, target, axis)
    y, counts = counted(y, integer(owner, "ignore_index", ignore_index))
    in_range(owner, y, x.shape[axis])
    shares, total = _shares(x, y, w, counts)
    losses = -picked(x, y, axis)
    if shares is not None:
        # What has no weight counts for nothing, be it infinite.
        losses = where(shares != 0, losses, 0.0) * shares
    if reduction == "none":
        return losses  # type: ignore[no-any-return]
    if reduction == "mean" and total == 0.0:
        raise nothing_to_average(owner, f"of {y.size} targets all are ignored or have weight 0")
    return losses.sum() / (total if reduction == "mean" else 1.0)  # type: ignore[no-any-return]


def entropy(input: Any, *, dim: int | None = None, logits: bool = True, reduction: str = "mean") -> Tensor:
    """How undecided a prediction is: -Σ p ln p, which is 0 for a sure one and ln C where all C are equally likely.

    Parameters
    ----------
    input : (C,), (N, C) or (N, C, d1, ...).
    dim : the axis of the classes; the second, or the only one, where None.
    logits : whether the input is to go through softmax first; else it is probabilities, where those of 0 add
        nothing and get no gradient.
    reduction : "mean" over the predictions, "sum" or "none".

    Raises `AxisError` for an axis that the input does not have, and `ArgumentValueError` for probabilities
    outside [0, 1].

    Source: Shannon (1948), https://doi.org/10.1002/j.1538-7305.1948.tb01338.x, section 6, in nats.

    >>> import nn
    >>> round(nn.functional.entropy([[0.0, 0.0], [1e4, 0.0]]).item(), 6)
    0.346574
    """
    x = predictions("entropy", input)
    axis = class_axis("entropy", x) if dim is None else axis_of("entropy", x, dim)
    if flag("entropy", "logits", logits):
        if not x.shape[axis]:
            raise ShapeError(f"entropy: the input has shape {x.shape}, and so no classes.")
        if checked_reduction("entropy", reduction) == "none":
            return book.entropy(x, axis=axis)  # type: ignore[no-any-return]
        predicted = x.size // x.shape[axis]
        if reduction == "mean" and not predicted:
            raise nothing_to_average("entropy", "there are no predictions")
        total = float(predicted) if reduction == "mean" else 1.0
        return book.entropy(x, axis=axis, total=total)  # type: ignore[no-any-return]
    between_0_and_1("entropy", "input", x, " For scores, say logits=True.")
    return reduced("entropy", -xlogy(x, x).sum(axis=axis), reduction)


def multi_margin_loss(
    input: Any, target: Any, p: int = 1, margin: float = 1.0, weight: Any = None, *, reduction: str = "mean"
) -> Tensor:
    """By how much the right class fails to lead every other one by the margin.

    Parameters
    ----------
    input : scores, (C,) or (N, C).
    target : the right classes, integers, () or (N,).
    p : 1 or 2, the power of each shortfall.
    margin : finite.
    weight : one weight for each class, shape (C,), by which the losses of its targets are multiplied.
    reduction : "mean" over the targets, "sum" or "none".

    A loss is w_y Σ_{c≠y} max(0, margin - x_y + x_c)^p / C. Raises `ShapeError` for other shapes, `KindError`
    for classes that are no integers, and `ArgumentValueError` for classes out of range.

    Source: Crammer and Singer, JMLR 2001, https://www.jmlr.org/papers/v2/crammer01a.html, in its sum form.

    >>> import nn
    >>> nn.functional.multi_margin_loss([[0.5, 1.0, -2.0]], [0]).item()
    0.5
    """
    owner = "multi_margin_loss"
    if integer(owner, "p", p) not in (1, 2):
        raise ArgumentValueError(f"{owner}: p is {p}; it is 1 or 2.")
    margin = number(owner, "margin", margin)
    x = predictions(owner, input)
    if x.ndim > 2:
        raise ShapeError(f"{owner}: the input has shape {x.shape}; expected (C,) or (N, C).")
    axis = class_axis(owner, x)
    w = class_weights(owner, weight, x, axis)
    y = as_classes(owner, x, target, axis)
    in_range(owner, y, x.shape[axis])
    shares = None if w is None else w[y]
    if checked_reduction(owner, reduction) == "none":
        return book.multi_margin(x, target=y, p=p, margin=margin, weight=shares)  # type: ignore[no-any-return]
    if reduction == "mean" and not y.size:
        raise nothing_to_average(owner)
    total = float(y.size) if reduction == "mean" else 1.0
    return book.multi_margin(x, target=y, p=p, margin=margin, weight=shares, total=total)  # type: ignore[no-any-return]


def _shares(x: Tensor, y: Array, w: Array | None, counts: Array | None) -> tuple[Array | None, float]:
    """The weight of each target, None where all are 1, and their sum."""
    if w is None:
        return (None, float(y.size)) if counts is None else (counts.astype(x.dtype), float(counts.sum()))
    shares = w[y] if counts is None else np.where(counts, w[y], x.dtype.type(0))
    return shares, float(shares.sum())


def _smoothed(
    x: Tensor, y: Array, shares: Array | None, w: Array | None, counts: Array | None, axis: int, smoothing: float
) -> Tensor:
    """The losses of classes, of which a share is spread over all classes."""
    log_p = log_softmax(x, axis=axis)
    each = log_p if w is None else log_p * w.reshape((-1,) + (1,) * (x.ndim - 1 - axis))
    spread = -each.sum(axis=axis) * (smoothing / x.shape[axis])
    losses = book.cross_entropy(x, target=y, weight=shares, axis=axis) * (1.0 - smoothing) + spread
    return losses if counts is None else where(counts, losses, 0.0)  # type: ignore[no-any-return]


def _of_probabilities(x: Tensor, y: Tensor, w: Array | None, axis: int, reduction: str, smoothing: float) -> Tensor:
    """The loss of targets that are probabilities of all classes."""
    between_0_and_1("cross_entropy", "target", y)
    y = y if y.dtype == x.dtype else y.astype(x.dtype)
    if smoothing:
        y = y * (1.0 - smoothing) + smoothing / x.shape[axis]
    each = log_softmax(x, axis=axis) * y
    if w is not None:
        each = each * w.reshape((-1,) + (1,) * (x.ndim - 1 - axis))
    return reduced("cross_entropy", -each.sum(axis=axis), reduction)


def _check_kind(x: Tensor, y: Array, axis: int) -> None:
    """Targets are integers of one shape, or floats of the other."""
    one_each = without(x, axis)
    kind = y.dtype.kind
    if (kind in "iu" and y.shape == one_each != x.shape) or (kind == "f" and y.shape == x.shape):
        return
    expected = f"for logits {x.shape}, give classes, integers {one_each}, or probabilities, floats {x.shape}"
    if kind not in "fiu":
        raise KindError(f"cross_entropy: the targets are {describe(y)}; {expected}.")
    if y.shape not in (one_each, x.shape):
        raise ShapeError(f"cross_entropy: the targets have shape {y.shape}; {expected}.")
    raise KindError(f"cross_entropy: the targets are {describe(y)}; {expected}. Convert with .astype().")
