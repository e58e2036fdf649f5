"""Metrics: what is said of a model beside its loss."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from autograd_lite.errors import ArgumentError, ArgumentValueError, KindError, ShapeError, describe
from autograd_lite.graph import raw

Metric = Callable[[Any, Any], Any]


def accuracy(output: Any, target: Any, threshold: float = 0.5) -> float:
    """The share of samples whose class is found.

    Parameters
    ----------
    output : scores or probabilities of shape (N, C), the largest of which is the class that is meant; or one score
        for each sample, (N,) or (N, 1), which means class 1 above `threshold`. Class scores of images have their C at
        axis 1 too, (N, C, ...).
    target : classes, integers of shape (N, ...), or the probability of each class, in the shape of `output`.
    threshold : 0.5 for probabilities, 0 for logits.

    A sample with a score that is nan counts as not found. Raises `ShapeError` for shapes that do not go together and
    `ArgumentValueError` for one score against targets other than 0 and 1.

    >>> accuracy(np.array([[0.1, 0.9], [0.8, 0.2], [0.7, 0.3]]), [1, 0, 1])
    0.6666666666666666
    """
    found, wanted = np.asarray(raw(output)), np.asarray(raw(target))
    for name, given, array in (("output", output, found), ("target", target, wanted)):
        if array.dtype.kind not in "biuf" and array.size:
            raise KindError(f"accuracy: {name} is {describe(given)}; give an array of numbers.")
    if found.ndim >= 2 and found.shape[1] > 1:
        if wanted.shape == found.shape:
            wanted = wanted.argmax(axis=1)
        undefined = np.isnan(found).any(axis=1)
        found = found.argmax(axis=1)
    else:
        undefined = np.isnan(found)
        found = found > threshold
        if not ((wanted == 0) | (wanted == 1)).all():
            raise ArgumentValueError(
                "accuracy: with one score for each sample the targets are 0 or 1; give a function for others."
            )
    if found.shape != wanted.shape and found.size == wanted.size and len(found) == len(wanted):
        wanted = wanted.reshape(found.shape)
    if found.shape != wanted.shape:
        raise ShapeError(f"accuracy: outputs {describe(output)} do not go with targets {describe(target)}.")
    if not found.size:
        raise ArgumentValueError("accuracy: there are no samples.")
    return float(((found == wanted) & ~undefined).mean())


def mse(output: Any, target: Any) -> float:
    """The mean of the squared differences. Raises `ShapeError` for different shapes.

    >>> mse(np.array([1.0, 2.0]), np.array([1.0, 4.0]))
    2.0
    """
    return float(np.mean(np.square(_difference("mse", output, target))))


def mae(output: Any, target: Any) -> float:
    """The mean of the absolute differences. Raises `ShapeError` for different shapes.

    >>> mae(np.array([1.0, 2.0]), np.array([1.0, 4.0]))
    1.0
    """
    return float(np.mean(np.abs(_difference("mae", output, target))))


def _difference(owner: str, output: Any, target: Any) -> Any:
    found, wanted = np.asarray(raw(output)), np.asarray(raw(target))
    if found.shape != wanted.shape:
        raise ShapeError(f"{owner}: outputs {describe(output)} do not go with targets {describe(target)}.")
    return found - wanted


NAMED: Mapping[str, Metric] = {"accuracy": accuracy, "mse": mse, "mae": mae}


def checked_metrics(owner: str, metrics: Any, loss: Any) -> dict[str, Metric]:
    """The metrics by name. Raises `ArgumentError`, `ArgumentValueError` or `KindError` for what is none."""
    if isinstance(metrics, str) or not isinstance(metrics, Iterable):
        raise KindError(f'{owner}: metrics is {describe(metrics)}; give a list, such as ["accuracy"].')
    items = metrics.items() if isinstance(metrics, Mapping) else [(_name(owner, m), m) for m in metrics]
    found: dict[str, Metric] = {}
    for name, metric in items:
        if not isinstance(name, str):
            raise KindError(f"{owner}: a metric is called {describe(name)}; give names, such as 'accuracy'.")
        if name in found or name in ("loss", "epoch", "lr", "seconds") or name.startswith("val_"):
            raise ArgumentError(f"{owner}: the name {name!r} is taken; name metrics in a dictionary.")
        found[name] = _function(owner, metric, loss)
    return found


def _name(owner: str, metric: Any) -> str:
    name = metric if isinstance(metric, str) else getattr(metric, "__name__", type(metric).__name__)
    if name == "<lambda>":
        raise ArgumentError(f"{owner}: a lambda has no name for its column; give a dictionary, {{name: function}}.")
    return str(name)


def _function(owner: str, metric: Any, loss: Any) -> Metric:
    if isinstance(metric, str):
        if metric not in NAMED:
            raise ArgumentValueError(
                f"{owner}: there is no metric {metric!r}; there are {', '.join(NAMED)}, and functions of your own."
            )
        if metric == "accuracy" and _takes_logits(loss):
            return lambda output, target: accuracy(output, target, threshold=0.0)
        return NAMED[metric]
    if not callable(metric):
        raise KindError(f"{owner}: a metric is {describe(metric)}; give a name or a function (output, target).")
    return metric  # type: ignore[no-any-return]


def _takes_logits(loss: Any) -> bool:
    """Whether one score for each sample is a logit: the name of the loss, or of one within it, says so."""
    parts = loss.modules() if hasattr(loss, "modules") else (loss,)
    return any("logits" in getattr(part, "__name__", type(part).__name__).lower() for part in parts)


def measured(owner: str, name: str, metric: Metric, output: Any, target: Any) -> float:
    """What a metric says, as a Python float. Raises `KindError` for what is no number."""
    value = raw(metric(output, target))
    if isinstance(value, np.ndarray) and value.size == 1:
        value = value.item()
    if not isinstance(value, int | float | np.number | np.bool_):
        raise KindError(f"{owner}: the metric {name} gave {describe(value)}; it must give one number.")
    return float(value)
