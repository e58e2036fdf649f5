"""What modules accept: the arguments of their constructors and the inputs of their forward passes."""

import math
from numbers import Integral, Real
from typing import Any

import numpy as np

from autograd_lite.errors import ArgumentValueError, AutogradError, AxisError, DtypeError, KindError, describe
from autograd_lite.graph import Node
from autograd_lite.operation import Op
from autograd_lite.tensor import Tensor


def count(owner: str, name: str, value: Any) -> int:
    """A number of things: an integer of at least 1, as a Python int."""
    if isinstance(value, bool) or not isinstance(value, Integral):
        raise KindError(f"{owner}: {name} is {describe(value)}; it counts something, so give an integer.")
    if value < 1:
        raise ArgumentValueError(f"{owner}: {name} is {value}; it must be at least 1.")
    return int(value)


def integer(owner: str, name: str, value: Any) -> int:
    """Any integer, as a Python int."""
    if isinstance(value, bool) or not isinstance(value, Integral):
        raise KindError(f"{owner}: {name} is {describe(value)}; it must be an integer.")
    return int(value)


def flag(owner: str, name: str, value: Any) -> bool:
    """True or False."""
    if not isinstance(value, bool | np.bool_):
        raise KindError(f"{owner}: {name} is {describe(value)}; it must be True or False.")
    return bool(value)


def number(owner: str, name: str, value: Any, *, above: float | None = None, at_least: float | None = None) -> float:
    """A finite number, as a Python float, above or at least some bound."""
    if isinstance(value, bool) or not isinstance(value, Real):
        raise KindError(f"{owner}: {name} is {describe(value)}; it must be a number.")
    found = float(value)
    if not math.isfinite(found):
        raise ArgumentValueError(f"{owner}: {name} is {found}; it must be finite.")
    if above is not None and found <= above:
        raise ArgumentValueError(f"{owner}: {name} is {found}; it must be above {above:g}.")
    if at_least is not None and found < at_least:
        raise ArgumentValueError(f"{owner}: {name} is {found}; it must be at least {at_least:g}.")
    return found


def fraction(owner: str, name: str, value: Any) -> float:
    """A number from 0 to 1, both included, as a Python float."""
    if isinstance(value, bool) or not isinstance(value, Real):
        raise KindError(f"{owner}: {name} is {describe(value)}; it must be a number from 0 to 1.")
    number = float(value)
    if not 0.0 <= number <= 1.0:
        raise ArgumentValueError(f"{owner}: {name} is {number}; it must be from 0 to 1.")
    return number


def choice(owner: str, name: str, value: Any, choices: tuple[str, ...]) -> str:
    """One of the words in `choices`."""
    if not isinstance(value, str) or value not in choices:
        raise ArgumentValueError(f"{owner}: {name} is {value!r}; it must be one of {', '.join(choices)}.")
    return value


def float_dtype(owner: str, value: Any) -> np.dtype[Any]:
    """The data type of parameters; float32 where none is given, as in PyTorch."""
    try:
        dtype = np.dtype(np.float32 if value is None else value)
    except TypeError:
        raise DtypeError(f"{owner}: dtype is {describe(value)}; give np.float32 or np.float64.") from None
    if dtype.kind != "f":
        raise DtypeError(f"{owner}: dtype is {dtype}; parameters have gradients, so give np.float32 or np.float64.")
    return dtype


def as_tensor(owner: str, name: str, x: Any, dtype: Any = None) -> Tensor:
    """An input of a forward pass as a Tensor; lists and Python numbers, which have no data type, in `dtype`."""
    if isinstance(x, Tensor):
        return x
    if isinstance(x, Node) or not isinstance(x, np.ndarray | np.generic | list | tuple | int | float):
        raise KindError(f"{owner}: {name} is {describe(x)}; give a Tensor or an array.")
    try:
        return Tensor(x, dtype=None if isinstance(x, np.ndarray | np.generic) else dtype)
    except AutogradError as error:
        raise type(error)(f"{owner}: {name}: {str(error).removeprefix('Tensor: ')}") from error


def axis_of(owner: str, x: Tensor, dim: Any) -> int:
    """An axis of x, from 0 up. Raises `AxisError` for one that it does not have."""
    axis = integer(owner, "dim", dim)
    if not -x.ndim <= axis < x.ndim:
        raise AxisError(f"{owner}: dim is {axis}; {describe(x)} has {x.ndim} axes.")
    return axis % x.ndim


def in_the_name_of(owner: str, entry: Op, *args: Any, **params: Any) -> Any:
    """The result of an operation, whose errors name the layer or function that asked for it."""
    try:
        return entry(*args, **params)
    except AutogradError as error:
        raise type(error)(f"{owner}: {str(error).removeprefix(entry.name + ': ')}") from error


def unusual(params: dict[str, Any], usual: dict[str, Any]) -> dict[str, Any]:
    """The parameters without those that say what is usual: what a drawing shows of an operation is what was chosen."""
    return {name: value for name, value in params.items() if name not in usual or not _is_usual(value, usual[name])}


# Inside `unusual` it would hold itself, a cycle for the collector with every call of a layer.
def _is_usual(value: Any, expected: Any) -> bool:
    if type(value) is tuple:
        return bool(value) and all(_is_usual(v, expected) for v in value)
    return type(value) is type(expected) and bool(value == expected)


def check_dtype(owner: str, x: Tensor, weight: Tensor) -> None:
    """Raise `DtypeError` for an input of another data type than the weight's: all that follows would take it on."""
    if x.dtype != weight.dtype:
        raise DtypeError(
            f"{owner}: the input is {describe(x)} and the weight {weight.dtype}. {conversion(owner, x, weight.dtype)}"
        )


def conversion(owner: str, x: Tensor, dtype: Any) -> str:
    """What to do about an input of another data type than that of the weights."""
    if x.dtype.kind != "f":
        return f"Convert the input: x.astype(np.{dtype})."
    return f"Convert one of them: x.astype(np.{dtype}), or nn.{owner}(..., dtype=np.{x.dtype})."
