"""Losses: how far predictions are from targets."""

from typing import Any

import numpy as np

from autograd_lite.errors import ArgumentValueError, DtypeError, KindError, ShapeError, describe
from autograd_lite.guard import Array
from autograd_lite.ops.compare import where
from autograd_lite.ops.neural import log_softmax
from autograd_lite.tensor import Tensor
from nn.arguments import as_tensor, choice, fraction, integer
from nn.module import Module

REDUCTIONS = ("mean", "sum", "none")


class CrossEntropyLoss(Module):
    r"""How unlikely the right classes are: -w_y log softmax(x)_y.

    Parameters
    ----------
    weight : one weight for each class, shape (C,); all 1 where None.
    ignore_index : targets of this class count for nothing.
    reduction : "mean" over the targets, by their weights; "sum"; or "none", one loss for each target.
    label_smoothing : the share, from 0 to 1, of each target that is spread evenly over all classes.

    Called with logits of shape (C,), (N, C) or (N, C, d1, ...) and targets: either classes, integers from 0 to
    C - 1 of the logits' shape without the axis C; or a probability for each class, floats of the logits'
    shape, whose mean is over the N d1 ... targets. With classes and weights w, a loss is

        (1 - ε) (-w_y log p_y) + (ε / C) Σ_c (-w_c log p_c),   p = softmax(x)

    with ε for `label_smoothing`. Raises `ShapeError`, `KindError` for classes of float kind,
    `ArgumentValueError` for classes out of range and for a mean over nothing.

    Source: Goodfellow, Bengio and Courville, Deep Learning (2016), section 6.2.2.3; label smoothing from
    Szegedy et al. (2016), https://arxiv.org/abs/1512.00567, section 7.

    >>> import nn
    >>> loss = nn.CrossEntropyLoss()
    >>> round(loss([[2.0, 0.0], [0.0, 2.0]], [0, 1]).item(), 6)
    0.126928
    """

    weight: Tensor | None

    def __init__(
        self,
        weight: Any = None,
        *,
        ignore_index: int = -100,
        reduction: str = "mean",
        label_smoothing: float = 0.0,
    ) -> None:
        super().__init__()
        self.register_buffer("weight", None if weight is None else _class_weights(weight))
        self.ignore_index = integer("CrossEntropyLoss", "ignore_index", ignore_index)
        self.reduction = choice("CrossEntropyLoss", "reduction", reduction, REDUCTIONS)
        self.label_smoothing = fraction("CrossEntropyLoss", "label_smoothing", label_smoothing)

    def forward(self, input: Any, target: Any) -> Tensor:
        x = as_tensor("CrossEntropyLoss", "input", input)
        if x.dtype.kind != "f":
            raise DtypeError(f"CrossEntropyLoss: the logits are {describe(x)}; they must be floats.")
        axis = min(x.ndim, 2) - 1
        if x.ndim == 0 or x.shape[axis] == 0:
            raise ShapeError(f"CrossEntropyLoss: the logits have shape {x.shape}; expected (C,) or (N, C, ...), C ≥ 1.")
        weight = self._weight_for(x, axis)
        if isinstance(target, Tensor) and target.dtype.kind == "f":
            y: Any = target
        else:
            y = _as_array(target)
        _check_target(x, y, axis)
        if y.dtype.kind == "f":
            losses, total = self._by_probability(x, y, weight, axis)
        else:
            losses, total = self._by_class(x, y.astype(np.intp), weight, axis)
        if self.reduction == "none":
            return losses
        if self.reduction == "sum":
            return losses.sum()  # type: ignore[no-any-return]
        if total == 0.0:
            raise ArgumentValueError(
                f"CrossEntropyLoss: the mean is over nothing: of {losses.size} targets all are ignored or have weight "
                '0. Leave such batches out, or use reduction="sum".'
            )
        return losses.sum() / total  # type: ignore[no-any-return]

    def _weight_for(self, x: Tensor, axis: int) -> Array:
        """The weights of the classes, along their axis of `x` and in its data type."""
        classes = x.shape[axis]
        weight = np.ones(classes) if self.weight is None else self.weight.data
        if weight.shape != (classes,):
            raise ShapeError(f"CrossEntropyLoss: the logits have {classes} classes and weight {len(weight)} numbers.")
        return weight.astype(x.dtype).reshape((-1,) + (1,) * (x.ndim - 1 - axis))

    def _by_class(self, x: Tensor, y: Array, weight: Array, axis: int) -> tuple[Tensor, float]:
        """One loss for each class in `y`, and the sum of their weights."""
        counts = y != self.ignore_index
        classes = x.shape[axis]
        _check_classes(y, counts, classes)
        y = np.where(counts, y, 0)
        w = weight.reshape(-1)[y]
        log_p = log_softmax(x, axis=axis)
        # The position of each target beside its class picks one logarithm for each.
        positions = np.indices(y.shape, sparse=True)
        losses = log_p[(*positions[:1], y, *positions[1:])] * -w
        if self.label_smoothing:
            spread = (log_p * -weight).sum(axis=axis)
            losses = losses * (1.0 - self.label_smoothing) + spread * (self.label_smoothing / classes)
        if not counts.all():
            losses = where(counts, losses, 0.0)
        return losses, float(w.sum(where=counts))

    def _by_probability(self, x: Tensor, y: Any, weight: Array, axis: int) -> tuple[Tensor, float]:
        """One loss for each distribution in `y`, and their number."""
        classes = x.shape[axis]
        y = y.astype(x.dtype)
        if self.label_smoothing:
            y = y * (1.0 - self.label_smoothing) + self.label_smoothing / classes
        losses = -(log_softmax(x, axis=axis) * y * weight).sum(axis=axis)
        return losses, float(losses.size)

    def extra_repr(self) -> str:
        return f"ignore_index={self.ignore_index}, reduction={self.reduction!r}, label_smoothing={self.label_smoothing}"


def _class_weights(weight: Any) -> Tensor:
    tensor = as_tensor("CrossEntropyLoss", "weight", weight).detach()
    if tensor.ndim != 1 or tensor.dtype.kind not in "fiu":
        raise ShapeError(f"CrossEntropyLoss: weight is {describe(tensor)}; give one number for each class, shape (C,).")
    if not (np.isfinite(tensor.data) & (tensor.data >= 0)).all():
        raise ArgumentValueError("CrossEntropyLoss: a weight is negative or not finite; weights are at least 0.")
    return tensor if tensor.dtype.kind == "f" else tensor.astype(float)


def _as_array(target: Any) -> Array:
    if isinstance(target, Tensor):
        return target.data
    try:
        return np.asarray(target)
    except ValueError as error:
        raise ShapeError(f"CrossEntropyLoss: the targets cannot be made an array: {error}.") from None


def _check_target(x: Tensor, y: Any, axis: int) -> None:
    """Targets are integers of one shape, or floats of the other."""
    one_each = x.shape[:axis] + x.shape[axis + 1 :]
    expected = f"for logits {x.shape}, give classes, integers {one_each}, or probabilities, floats {x.shape}"
    if y.dtype.kind not in "fiu":
        raise KindError(f"CrossEntropyLoss: the targets are {describe(y)}; {expected}.")
    if y.shape not in (one_each, x.shape):
        raise ShapeError(f"CrossEntropyLoss: the targets have shape {y.shape}; {expected}.")
    if (y.dtype.kind == "f") != (y.shape == x.shape):
        raise KindError(f"CrossEntropyLoss: the targets are {describe(y)}; {expected}. Convert with .astype().")


def _check_classes(y: Array, counts: Array, classes: int) -> None:
    outside = counts & ((y < 0) | (y >= classes))
    if outside.any():
        at = tuple(int(i) for i in np.argwhere(outside)[0])
        raise ArgumentValueError(
            f"CrossEntropyLoss: target{list(at) or ''} is class {y[at]}; the logits have {classes} classes, 0 to "
            f"{classes - 1}."
        )
