"""What enters the graph is made safe: arrays that nobody can write to, of kinds that it can hold.

A gradient rule runs long after its operation. If the arrays that it needs could change in
between, it would give a wrong gradient without a word; so they cannot.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd_lite.errors import DtypeError, KindError, describe
from autograd_lite.graph import Node

Array = NDArray[Any]


NO_COMPLEX = "complex numbers are out of scope. Make two arrays of the real and imaginary parts"


def frozen(array: Array) -> Array:
    """A copy of `array` that nobody can write to.

    A read-only array is copied too: its holder may make it writable again, or may write to it
    through the array that it is a view of, or through a view taken before it was made read-only.
    """
    array = array.copy()
    array.setflags(write=False)
    return array


def shown(array: Array) -> Array:
    """A view of a node's array for its user, who can neither write to it nor make it writable.

    An array that owns its memory could be made writable, reshaped and retyped behind the graph's back.
    """
    base = array.base
    # A forward function may have given a view of an array that it made.
    if isinstance(base, np.ndarray) and base.flags.writeable:
        base.setflags(write=False)
    return array.view()


def checked(array: Array, name: str, given: Any = ...) -> Array:
    """`array` where its elements are real numbers or booleans; `name` is the operation that asks.

    `given` is what the array was made of, which an error speaks of.
    """
    kind = array.dtype.kind
    if kind in "fiub":
        return array
    said = f"{name}: {describe(array if given is ... else given)}"
    if kind == "c":
        raise DtypeError(f"{said}: {NO_COMPLEX}.")
    if kind == "O" and any(isinstance(x, Node) for x in array.flat):
        raise KindError(
            f"{said}: an array of nodes cannot be one node. Make a Tensor of it by stack(list(array)), "
            "or keep to arrays of Values and numbers."
        )
    raise DtypeError(f"{said}: expected real numbers or booleans. Convert to floats first.")


def as_array(data: Any, name: str, dtype: Any = None) -> Array:
    """`data`, numbers in lists or an array, as an array that nobody can write to.

    Lists of floats become float64. Raises `DtypeError` for data that is not real numbers, and
    `KindError` for nodes inside lists, which would lose their place in the graph.
    """
    if type(data) is np.ndarray and (dtype is None or data.dtype == dtype):
        return frozen(checked(data, name))
    refuse_masked(data, name)
    if isinstance(data, (list, tuple)) and holds_node(data):
        raise KindError(f"{name}: the list holds nodes of a graph. Join them with stack or concatenate.")
    try:
        found = np.asarray(data)
        array = np.array(data, dtype=dtype)
    except (ValueError, TypeError, OverflowError) as error:
        reason = str(error).rstrip(".")
        raise DtypeError(f"{name}: {describe(data)} cannot be made an array of numbers: {reason}.") from None
    checked(found, name, data)
    array.setflags(write=False)
    return array


def refuse_masked(data: Any, name: str) -> None:
    """Raise `KindError` for an array whose mask would be lost."""
    # NumPy loads its masked arrays when first asked for, which plain numbers need not do.
    if isinstance(data, np.ndarray) and type(data) is not np.ndarray and isinstance(data, np.ma.MaskedArray):
        raise KindError(f"{name}: a masked array would lose its mask. Use where(mask, ..., ...) on its data.")


def constant(data: Any, name: str) -> Any:
    """A constant argument of an operation: a Python number, or an array that nobody can write to.

    A NumPy scalar or 0-d array becomes a Python number, which does not promote a float32 array.
    """
    if type(data) in (float, int, bool):
        return data
    if isinstance(data, np.generic) or (isinstance(data, np.ndarray) and data.ndim == 0):
        return checked(np.asarray(data), name).item()
    if isinstance(data, (np.ndarray, list, tuple)):
        return as_array(data, name)
    if isinstance(data, complex):
        raise DtypeError(f"{name}: {describe(data)}: {NO_COMPLEX}.")
    raise KindError(f"{name}: {describe(data)}: expected a Tensor, a Value, an array, a number or a list of numbers.")


def plain(data: Any, name: str) -> Any:
    """An argument of a call without nodes: numbers and arrays as they are, lists as arrays."""
    if type(data) in (float, int, bool):
        return data
    if isinstance(data, (list, tuple)):
        if holds_node(data, np.ndarray):
            raise KindError(f"{name}: the list holds nodes of a graph. Join them with stack or concatenate.")
        try:
            data = np.asarray(data)
        except ValueError as error:
            raise DtypeError(f"{name}: {describe(data)} cannot be made an array of numbers: {error}.") from None
    if not isinstance(data, (np.ndarray, np.generic)):
        return constant(data, name)
    refuse_masked(data, name)
    # Arrays of Values are NumPy's business.
    if data.dtype.kind == "O" and all(isinstance(x, (Node, int, float, np.number)) for x in np.ravel(data)):
        return data
    return checked(np.asarray(data), name, data) if data.dtype.kind not in "fiub" else data


def parameter(value: Any) -> Any:
    """A parameter of an operation (axis, shape, index) that nobody can change any more."""
    if isinstance(value, Node):
        return value._data
    if isinstance(value, np.ndarray):
        return frozen(value)
    if type(value) in (tuple, list):
        return type(value)(parameter(v) for v in value)
    if type(value) is dict:
        return {k: parameter(v) for k, v in value.items()}
    if isinstance(value, slice):
        return slice(parameter(value.start), parameter(value.stop), parameter(value.step))
    return value


def holds_node(data: Iterable[Any], kind: type = object) -> bool:
    """Whether nested lists hold a node, or one that holds data of a kind."""
    return any(
        issubclass(x.holds, kind) if isinstance(x, Node) else isinstance(x, (list, tuple)) and holds_node(x, kind)
        for x in data
    )
