"""The confusion matrix: which class is taken for which."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from autograd_lite.errors import ArgumentValueError, DtypeError, KindError, ShapeError, describe
from autograd_lite.graph import raw


class ConfusionMatrix(np.ndarray[Any, Any]):
    """Counts, with a row for each class that was meant and a column for each that was found: see `confusion_matrix`.

    Attributes
    ----------
    labels : the classes, in order.
    """

    labels: tuple[Any, ...] = ()

    def __array_wrap__(self, array: Any, context: Any = None, return_scalar: bool = False) -> Any:
        # A result of arithmetic is no table of these classes any more.
        plain = np.asarray(array)
        return plain[()] if return_scalar else plain

    @property
    def accuracy(self) -> float:
        """The share of samples on the diagonal."""
        return float(np.trace(np.asarray(self)) / np.asarray(self).sum())

    def plot(self, names: Any = None) -> Any:
        """The matrix as a figure of matplotlib: counts, shaded by their share of the row.

        `names` are those of the classes, in order; without them the classes are numbers. Raises
        `ArgumentValueError` for another number of names, and `MissingLibraryError` without matplotlib.
        """
        names = [str(label) for label in self.labels] if names is None else [str(name) for name in names]
        if len(names) != len(self):
            raise ArgumentValueError(f"plot: got {len(names)} names for {len(self)} classes.")
        from optim.training.plots import table

        return table(np.asarray(self), names)


def confusion_matrix(targets: Any, predictions: Any, labels: Any = None) -> ConfusionMatrix:
    """How many samples of each class were taken for each class.

    Parameters
    ----------
    targets : the class of each sample, of shape (N,); or one-hot, (N, C).
    predictions : the class that was found, of shape (N,); or scores of each class, (N, C).
    labels : the classes in the order that they are to have; without it, all that occur, sorted, or with scores
        0 to C - 1.

    Gives an array of integers whose row is the target and whose column the prediction, with `labels`, `accuracy`
    and `plot()`. Raises `ShapeError` for different numbers of samples, `ArgumentValueError` where there are none or a
    class is missing in `labels`, `DtypeError` for what is no class.

    >>> matrix = confusion_matrix([0, 1, 1, 2], [0, 1, 2, 2])
    >>> matrix.tolist(), matrix.accuracy
    ([[1, 0, 0], [0, 1, 1], [0, 0, 1]], 0.75)
    """
    wanted, found = _classes("targets", targets), _classes("predictions", predictions)
    if labels is not None and not isinstance(labels, Iterable):
        raise KindError(f"confusion_matrix: labels is {describe(labels)}; give a list of the classes.")
    if wanted.shape != found.shape:
        raise ShapeError(f"confusion_matrix: there are {len(wanted)} targets and {len(found)} predictions.")
    if not len(wanted):
        raise ArgumentValueError("confusion_matrix: there are no samples.")
    seen = sorted({*wanted.tolist(), *found.tolist()})
    shapes = [np.shape(raw(x)) for x in (targets, predictions)]
    columns = [shape[1] for shape in shapes if len(shape) == 2 and shape[1] > 1]
    order = list(labels) if labels is not None else list(range(max(columns))) if columns else seen
    missing = [label for label in seen if label not in order]
    if missing or len(set(order)) < len(order):
        said = f"{missing[0]!r} occurs and is not in it" if missing else "a class is in it twice"
        raise ArgumentValueError(f"confusion_matrix: labels is {order}; {said}.")
    position = {label: i for i, label in enumerate(order)}
    matrix = np.zeros((len(order), len(order)), np.int64)
    np.add.at(matrix, ([position[c] for c in wanted.tolist()], [position[c] for c in found.tolist()]), 1)
    counted = matrix.view(ConfusionMatrix)
    counted.labels = tuple(order)
    return counted


def _classes(name: str, x: Any) -> Any:
    try:
        array = np.asarray(raw(x))
    except ValueError:
        raise ShapeError(f"confusion_matrix: {name} has rows of different lengths; give one class each.") from None
    if array.ndim == 2 and array.shape[1] > 1:
        return array.argmax(axis=1)
    if array.ndim == 2:
        array = array[:, 0]
    if array.ndim != 1:
        raise ShapeError(f"confusion_matrix: {name} is {describe(x)}; give one class for each sample.")
    if array.dtype.kind == "f" and (array == np.floor(array)).all():
        array = array.astype(np.int64)
    if array.dtype.kind not in "iubUS":
        raise DtypeError(f"confusion_matrix: {name} is {describe(x)}; give classes, or scores of shape (N, C).")
    return array
