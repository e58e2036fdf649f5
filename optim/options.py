"""What the options of optimizers may be: one check for each kind, which gives plain Python values.

A Python float never promotes a float32 parameter, where a NumPy float64 would.
"""

import math
from collections.abc import Callable
from numbers import Integral
from typing import Any

import numpy as np

from autograd_lite.errors import ArgumentValueError, KindError, describe

Check = Callable[[str, str, Any], Any]


def number(owner: str, name: str, value: Any) -> float:
    """A finite real number: a Python or NumPy number, or an array or Tensor of no axes."""
    single = getattr(value, "shape", None) == () and getattr(value, "dtype", np.dtype(bool)).kind in "fiu"
    if isinstance(value, bool) or not (single or isinstance(value, int | float)):
        raise KindError(f"{owner}: {name} is {describe(value)}; it must be a real number.")
    checked = float(value)
    if not math.isfinite(checked):
        raise ArgumentValueError(f"{owner}: {name} is {checked}; it must be a finite number.")
    return checked


def at_least_zero(owner: str, name: str, value: Any) -> float:
    """A finite real number, 0 or more."""
    checked = number(owner, name, value)
    if checked < 0.0:
        raise ArgumentValueError(f"{owner}: {name} is {checked}; it must be at least 0.")
    return checked


def positive(owner: str, name: str, value: Any) -> float:
    """A finite real number above 0."""
    checked = number(owner, name, value)
    if checked <= 0.0:
        raise ArgumentValueError(f"{owner}: {name} is {checked}; it must be above 0.")
    return checked


def share(owner: str, name: str, value: Any) -> float:
    """A decay rate: at least 0 and below 1."""
    checked = at_least_zero(owner, name, value)
    if checked >= 1.0:
        raise ArgumentValueError(f"{owner}: {name} is {checked}; it must be at least 0 and below 1.")
    return checked


def betas(owner: str, name: str, value: Any) -> tuple[float, float]:
    """Two decay rates, each at least 0 and below 1."""
    if not isinstance(value, tuple | list) or len(value) != 2:
        raise KindError(f"{owner}: {name} is {describe(value)}; it must be a pair such as (0.9, 0.999).")
    first, second = (at_least_zero(owner, f"{name}[{i}]", beta) for i, beta in enumerate(value))
    if max(first, second) >= 1.0:
        raise ArgumentValueError(f"{owner}: {name} is {(first, second)}; both must be at least 0 and below 1.")
    return first, second


def flag(owner: str, name: str, value: Any) -> bool:
    """True or False."""
    if not isinstance(value, bool | np.bool_):
        raise KindError(f"{owner}: {name} is {describe(value)}; it must be True or False.")
    return bool(value)


def count(owner: str, name: str, value: Any) -> int:
    """An integer of at least 1."""
    found = whole(owner, name, value)
    if found < 1:
        raise ArgumentValueError(f"{owner}: {name} is {found}; it must be at least 1.")
    return found


def whole(owner: str, name: str, value: Any) -> int:
    """An integer of at least 0."""
    if isinstance(value, bool) or not isinstance(value, Integral):
        raise KindError(f"{owner}: {name} is {describe(value)}; it must be an integer.")
    if value < 0:
        raise ArgumentValueError(f"{owner}: {name} is {value}; it must be at least 0.")
    return int(value)


def fraction(owner: str, name: str, value: Any) -> float:
    """A number from 0 to 1, both included."""
    checked = number(owner, name, value)
    if not 0.0 <= checked <= 1.0:
        raise ArgumentValueError(f"{owner}: {name} is {checked}; it must be from 0 to 1.")
    return checked


def choice(owner: str, name: str, value: Any, choices: tuple[str, ...]) -> str:
    """One of the words in `choices`."""
    if not isinstance(value, str) or value not in choices:
        raise ArgumentValueError(f"{owner}: {name} is {value!r}; it must be one of {', '.join(map(repr, choices))}.")
    return value


def function(owner: str, name: str, value: Any) -> Callable[..., Any]:
    """Whatever can be called."""
    if not callable(value):
        raise KindError(f"{owner}: {name} is {describe(value)}; it must be a function.")
    return value  # type: ignore[no-any-return]
