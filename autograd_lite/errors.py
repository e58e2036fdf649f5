"""Every way to fail, and how it is worded: what operation, with what, and what to do.

All errors share the parent `AutogradError`; each also derives the built-in that a Python
user expects, so `except ValueError` catches a `ShapeError`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np


class AutogradError(Exception):
    """The parent of every error that the library raises."""


class ShapeError(AutogradError, ValueError):
    """Shapes that do not go together."""


class AxisError(AutogradError, np.exceptions.AxisError):
    """An axis that the array does not have, or has been named twice."""

    def __init__(self, message: str) -> None:
        super().__init__(message)


class IndexingError(AutogradError, IndexError):
    """An index that does not fit the array."""


class KindError(AutogradError, TypeError):
    """An argument of a kind that the operation does not take."""


class DtypeError(AutogradError, TypeError):
    """A data type that the operation cannot work with or differentiate."""


class ArgumentError(AutogradError, TypeError):
    """A missing, unknown or refused argument."""


class ArgumentValueError(AutogradError, ValueError):
    """An argument of the right kind with a value out of its range."""


class UnsupportedError(AutogradError, TypeError):
    """A NumPy function for which the library has no differentiable form."""


class ImmutableError(AutogradError, TypeError):
    """A write to data that a recorded graph may need."""


class LinearAlgebraError(AutogradError, np.linalg.LinAlgError):
    """A matrix that the operation cannot work with: singular, not positive definite, not converging."""


class GraphError(AutogradError, RuntimeError):
    """A request that the recorded graph cannot serve."""


class GradientError(AutogradError, AssertionError):
    """A gradient that is wrong, found by a check or by the backward pass."""


class MissingLibraryError(AutogradError, ImportError):
    """A library that is needed for this alone, and is not installed."""


class DrawingError(AutogradError, RuntimeError):
    """A picture that cannot be made on this machine or in this format."""


class StorageError(AutogradError, OSError):
    """A file that cannot be written or read, or that is not what it should be."""


class TrainingError(AutogradError, ArithmeticError):
    """Training that cannot go on, because a loss or a gradient is nan or infinite.

    Attributes
    ----------
    epoch, step : where, both counted from 1.
    node : the first node of the graph that is no finite number; None where the loss itself is finite.
    history : of the epochs before; None where there is none.
    """

    def __init__(self, message: str, epoch: int = 0, step: int = 0, node: Any = None, history: Any = None) -> None:
        super().__init__(message)
        self.epoch, self.step, self.node, self.history = epoch, step, node, history

    def __reduce__(self) -> tuple[Any, ...]:
        # Between processes goes what can: a graph stays where it is.
        return type(self), (str(self), self.epoch, self.step, None, self.history)


def describe(x: Any) -> str:
    """One argument in words, short enough for an error message.

    >>> describe(np.zeros((2, 3), dtype=np.float32))
    'ndarray (2, 3) float32'
    >>> describe(2.5)
    'float 2.5'
    """
    kind = type(x).__name__
    name = f" '{x.name}'" if isinstance(getattr(x, "name", None), str) else ""
    shape, dtype = getattr(x, "shape", None), getattr(x, "dtype", None)
    if isinstance(shape, tuple) and dtype is not None:
        return f"{kind}{name} {shape} {dtype}"
    text = " ".join(repr(x).split())
    return f"{kind}{name} {text if len(text) <= 40 else text[:37] + '...'}"


def describe_all(args: Iterable[Any]) -> str:
    """Several arguments in words: `(ndarray (2,) float64, float 2.0)`."""
    return "(" + ", ".join(describe(a) for a in args) + ")"
