"""What losses compare: predictions, targets, and how many losses become one."""

from typing import Any

import numpy as np

from autograd_lite.errors import ArgumentValueError, DtypeError, KindError, ShapeError, describe
from autograd_lite.graph import raw
from autograd_lite.guard import Array
from autograd_lite.tensor import Tensor
from nn.arguments import as_tensor, choice

REDUCTIONS = ("mean", "sum", "none")


def predictions(owner: str, input: Any) -> Tensor:
    """What a model gave: floats."""
    x = as_tensor(owner, "input", input)
    if x.dtype.kind != "f":
        raise DtypeError(f"{owner}: the input is {describe(x)}; it must be floats. Convert with .astype(float).")
    return x


def pair(owner: str, input: Any, target: Any) -> tuple[Tensor, Tensor]:
    """Predictions and targets of one shape, in the data type of the predictions."""
    x, y = predictions(owner, input), as_tensor(owner, "target", target)
    if x.shape != y.shape:
        raise ShapeError(
            f"{owner}: the input has shape {x.shape} and the target {y.shape}; they must be equal. Where one stands "
            "for many, repeat it with np.broadcast_to."
        )
    if y.dtype.kind == "b":
        raise KindError(f"{owner}: the target is {describe(y)}; give numbers. Convert with .astype(float).")
    return x, y if y.dtype == x.dtype else y.astype(x.dtype)


def between_0_and_1(owner: str, name: str, p: Tensor, remedy: str = "") -> None:
    """Raise `ArgumentValueError` for what is no probability."""
    data = p.data
    if data.size and not (data.min() >= 0 and data.max() <= 1):
        wrong = data[~((data >= 0) & (data <= 1))].flat[0]
        raise ArgumentValueError(f"{owner}: the {name} has an element {wrong}; probabilities are from 0 to 1.{remedy}")


def class_axis(owner: str, x: Tensor) -> int:
    """The axis of the classes: the only one, or the second."""
    axis = min(x.ndim, 2) - 1
    if x.ndim == 0 or x.shape[axis] == 0:
        raise ShapeError(
            f"{owner}: the input has shape {x.shape}; the scores of classes have (C,) or (N, C, ...), C ≥ 1."
        )
    return axis


def without(x: Tensor, axis: int) -> tuple[int, ...]:
    """The shape of x without an axis."""
    return x.shape[:axis] + x.shape[axis + 1 :]


def as_classes(owner: str, x: Tensor, target: Any, axis: int) -> Array:
    """Targets as integers, one for each slice of x along the axis of the classes."""
    y = as_given(owner, target)
    if y.dtype.kind not in "iu":
        raise KindError(f"{owner}: the targets are {describe(y)}; they are classes, integers {without(x, axis)}.")
    if y.shape != without(x, axis):
        raise ShapeError(
            f"{owner}: the targets have shape {y.shape}; for an input {x.shape}, give integers {without(x, axis)}."
        )
    return y


def as_given(owner: str, target: Any) -> Array:
    """The array that was given as the target."""
    if isinstance(target, Tensor):
        return target._data  # type: ignore[no-any-return]
    try:
        return np.asarray(raw(target))
    except ValueError as error:
        raise ShapeError(f"{owner}: the targets cannot be made an array: {error}.") from None


def counted(y: Array, ignore_index: int) -> tuple[Array, Array | None]:
    """The classes, 0 for those that are ignored, and which count; None where all do."""
    counts = y != ignore_index
    return (y, None) if counts.all() else (np.where(counts, y, 0), counts)


def in_range(owner: str, y: Array, classes: int) -> None:
    """Raise `ArgumentValueError` for a class that is not there."""
    if y.size and not (y.min() >= 0 and y.max() < classes):
        at = tuple(int(i) for i in np.argwhere((y < 0) | (y >= classes))[0])
        raise ArgumentValueError(
            f"{owner}: target{list(at) or ''} is class {y[at]}; the input has {classes} classes, 0 to {classes - 1}."
        )


def class_weights(owner: str, weight: Any, x: Tensor, axis: int) -> Array | None:
    """One weight for each class of x, in its data type; None where none are given."""
    if weight is None:
        return None
    array = checked_weights(owner, weight).data
    if array.shape != (x.shape[axis],):
        raise ShapeError(f"{owner}: the input has {x.shape[axis]} classes and weight {len(array)} numbers.")
    return array.astype(x.dtype)


def checked_weights(owner: str, weight: Any) -> Tensor:
    """Weights of classes: floats of at least 0, shape (C,)."""
    tensor = as_tensor(owner, "weight", weight).detach()
    if tensor.ndim != 1 or tensor.dtype.kind not in "fiu":
        raise ShapeError(f"{owner}: weight is {describe(tensor)}; give one number for each class, shape (C,).")
    if not (np.isfinite(tensor.data) & (tensor.data >= 0)).all():
        raise ArgumentValueError(f"{owner}: a weight is negative or not finite; weights are at least 0.")
    return tensor if tensor.dtype.kind == "f" else tensor.astype(float)


def picked(x: Tensor, y: Array, axis: int) -> Tensor:
    """Of each slice of x along the axis, the element that y says."""
    positions = np.indices(y.shape, sparse=True)
    return x[(*positions[:axis], y, *positions[axis:])]  # type: ignore[no-any-return]


def checked_reduction(owner: str, reduction: Any) -> str:
    """The word for what becomes of many losses."""
    return choice(owner, "reduction", reduction, REDUCTIONS)


def reduced(owner: str, losses: Tensor, reduction: str) -> Tensor:
    """The mean or the sum of the losses, or all of them. Raises `ArgumentValueError` for the mean of none."""
    reduction = checked_reduction(owner, reduction)
    if reduction == "none":
        return losses
    if reduction == "sum":
        return losses.sum()  # type: ignore[no-any-return]
    if not losses.size:
        raise nothing_to_average(owner)
    return losses.mean()  # type: ignore[no-any-return]


def nothing_to_average(owner: str, why: str = "there are no targets") -> ArgumentValueError:
    """The error of a mean of no losses."""
    return ArgumentValueError(
        f'{owner}: the mean is over nothing: {why}. Leave such batches out, or use reduction="sum".'
    )
