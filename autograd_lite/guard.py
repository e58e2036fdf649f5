"""What enters the graph is made safe: arrays that nobody can write to, of kinds that it can hold.

A gradient rule runs long after its operation. If the arrays that it needs could change in
between, it would give a wrong gradient without a word; so they cannot.
"""

import sys
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd_lite.errors import DtypeError, KindError, describe
from autograd_lite.graph import Node

Array = NDArray[Any]


def _references(array: Array) -> int:
    return sys.getrefcount(array)


def _count_alone() -> int:
    alone = np.zeros(1)
    return _references(alone)


# What `_references` says of an array that one variable holds and no view looks into.
ALONE = _count_alone()


def frozen(array: Array) -> Array:
    """`array` itself where nobody can write to it any more, else a read-only copy.

    A read-only array may still be written to through the array that it is a view of, or through
    a view taken before it was made read-only. So it is taken as it is only where it owns its
    memory and nothing but its one holder refers to it.
    """
    flags = array.flags
    # Beside the holder, the parameter of this function and the caller's refer to it.
    if flags.writeable or not flags.owndata or _references(array) > ALONE + 2:
        array = array.copy()
        array.setflags(write=False)
    return array


def checked(array: Array, name: str) -> Array:
    """`array` where its elements are real numbers or booleans; `name` is the operation that asks."""
    kind = array.dtype.kind
    if kind == "c":
        raise DtypeError(
            f"{name}: {describe(array)}: complex numbers are out of scope. "
            "Work on the real and imaginary parts as two arrays."
        )
    if kind not in "fiub":
        raise DtypeError(
            f"{name}: {describe(array)}: expected real numbers or booleans. Convert with .astype(float)."
        )
    return array


def as_array(data: Any, name: str, dtype: Any = None) -> Array:
    """`data`, numbers in lists or an array, as an array that nobody can write to.

    Lists of floats become float64. Raises `DtypeError` for data that is not real numbers, and
    `KindError` for nodes inside lists, which would lose their place in the graph.
    """
    if type(data) is np.ndarray:
        array = checked(data, name)
        if dtype is not None and array.dtype != dtype:
            array = array.astype(dtype)
        return frozen(array)
    if isinstance(data, np.ma.MaskedArray):
        raise KindError(f"{name}: a masked array would lose its mask. Use where(mask, ..., ...) on its data.")
    if isinstance(data, (list, tuple)) and _holds_node(data):
        raise KindError(f"{name}: the list holds nodes of a graph. Join them with stack or concatenate.")
    try:
        array = np.array(data, dtype=dtype)
    except (ValueError, TypeError) as error:
        raise DtypeError(f"{name}: {describe(data)} cannot be made an array of numbers: {error}.") from None
    checked(array, name)
    array.setflags(write=False)
    return array


def constant(data: Any, name: str) -> Any:
    """A constant argument of an operation: a Python number, or an array that nobody can write to.

    A NumPy scalar or 0-d array becomes a Python number, which does not promote a float32 array.
    """
    if type(data) in (float, int, bool):
        return data
    if isinstance(data, np.generic) or (isinstance(data, np.ndarray) and data.ndim == 0):
        return checked(np.asarray(data), name).item()
    if isinstance(data, np.ndarray):
        return as_array(data if type(data) is np.ndarray else data, name)
    if isinstance(data, (list, tuple)):
        return as_array(data, name)
    raise KindError(f"{name}: {describe(data)}: expected a Tensor, a Value, an array, a number or a list of numbers.")


def parameter(value: Any) -> Any:
    """A parameter of an operation (axis, shape, index) that nobody can change any more."""
    if isinstance(value, Node):
        return value._data
    if isinstance(value, np.ndarray):
        return frozen(value)
    if isinstance(value, (tuple, list)):
        return type(value)(parameter(v) for v in value) if type(value) in (tuple, list) else value
    return value


def _holds_node(data: Any) -> bool:
    return any(isinstance(x, Node) or (isinstance(x, (list, tuple)) and _holds_node(x)) for x in data)
