"""From one kind of node to another, and from one data type to another, as operations of their own."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from autograd_lite.define import op
from autograd_lite.errors import DtypeError, describe
from autograd_lite.graph import ARRAY_KIND_OF, KIND_HOLDING, Node, raw
from autograd_lite.guard import parameter
from autograd_lite.operation import Op


def real_dtype(dtype: Any, name: str = "dtype") -> np.dtype[Any]:
    """A data type of real numbers or booleans. Raises `DtypeError` for others."""
    try:
        converted: np.dtype[Any] = np.dtype(dtype)
    except TypeError:
        raise DtypeError(f"{name}: {dtype!r} is no data type. Use float, np.float32, int, bool ...") from None
    if converted.kind not in "fiub":
        raise DtypeError(f"{name}: {converted} is out of scope; Tensors hold real numbers and booleans.")
    return converted


identity = op("identity", lambda x: x, symbol="", elementwise=True, partials=[("1", lambda g, out, x: g)])
astype = op(
    "astype",
    lambda x, dtype: np.asarray(x).astype(dtype),
    symbol="astype",
    # NumPy has it as a function since 2.1.
    numpy=[np.astype] if hasattr(np, "astype") else [],
    elementwise=True,
    partials=[("1", lambda g, out, x, dtype: g.astype(x.dtype))],
    prepare=lambda params: {"dtype": real_dtype(params["dtype"], "astype")},
    doc="The same numbers in another data type.",
)


def _put_back(g: Any, n: int, start: int) -> Any:
    """g in its place among n numbers, the others 0."""
    dtype = raw(g).dtype
    return np.concatenate([np.zeros(start, dtype), g.reshape(-1), np.zeros(n - start - g.size, dtype)])


part = op(
    "part",
    lambda a, start, shape: a[start : start + math.prod(shape)].reshape(shape),
    symbol="part",
    partials=[("1", lambda g, out, x, start, shape: _put_back(g, x.size, start))],
    doc="An array of the given shape out of a vector: one of several results that were packed into it.",
)
_to_tensor = op(
    "tensor",
    lambda x, dtype: np.asarray(x, dtype),
    symbol="",
    elementwise=True,
    partials=[("1", lambda g, out, x, dtype: to_value(g))],
)
_to_value = op("value", float, symbol="", elementwise=True, partials=[("1", lambda g, out, x: to_tensor(g, x.dtype))])


def to_one_kind(args: list[Any]) -> list[Any]:
    """Make Tensors of the Values among `args`, and keep 0-d Tensors from promoting the others.

    A Value or a 0-d Tensor is a scalar, and like a Python float it takes the width of the arrays
    that it meets.
    """
    if len({a.dtype for a in args if type(a) in ARRAY_KIND_OF}) == 1 and not any(
        type(a) is KIND_HOLDING[float] for a in args
    ):
        return args
    tensors = [a for a in args if type(a) in ARRAY_KIND_OF and a._data.dtype.kind == "f"]
    width = _common(a for a in args if getattr(a, "ndim", 0) and a.dtype.kind == "f")
    converted = []
    for a in args:
        if type(a) is KIND_HOLDING[float]:
            a = to_tensor(a, width or _common(tensors) or np.dtype(float))
        elif width and type(a) in ARRAY_KIND_OF and not a._data.ndim and a._data.dtype.kind == "f":
            a = a if a._data.dtype == width else astype(a, dtype=width)
        converted.append(a)
    return converted


def _common(arrays: Iterable[Any]) -> np.dtype[Any] | None:
    """The data type that holds the numbers of all arrays; None where there is no array."""
    dtypes = [a.dtype for a in arrays]
    return np.result_type(*dtypes) if dtypes else None


def to_tensor(value: Any, dtype: Any) -> Any:
    """A 0-d Tensor in the place of a Value, a 0-d array in the place of a float."""
    if not isinstance(value, Node):
        return np.asarray(value, dtype)
    return _to_tensor.record(
        KIND_HOLDING[np.ndarray], parameter(np.array(value._data, dtype)), (value,), (value._data,), {"dtype": dtype}
    )


def to_value(tensor: Any) -> Any:
    """A Value in the place of a 0-d Tensor, a float in the place of a 0-d array."""
    if not isinstance(tensor, Node):
        return float(tensor)
    return _to_value.record(KIND_HOLDING[float], float(tensor._data), (tensor,), (tensor._data,))


def cast(card: Op, args: Sequence[Any], dtype: Any) -> list[Any]:
    """The arguments of a call with `dtype=`, converted to it before the operation, as NumPy does."""
    dtype = real_dtype(dtype, card.name)
    converted = []
    for a in args:
        if type(a) in ARRAY_KIND_OF or isinstance(a, np.ndarray | list | tuple):
            found = a.dtype if hasattr(a, "dtype") else np.asarray(a).dtype
            if card.elementwise and not np.can_cast(found, dtype, "same_kind"):
                raise DtypeError(
                    f"{card.name}: dtype={dtype} cannot hold {describe(a)}. Convert with .astype where that is meant."
                )
            a = astype(a, dtype=dtype) if found != dtype else a
        converted.append(a)
    return converted


def unpack(packed: Any, shapes: Sequence[tuple[int, ...]]) -> list[Any]:
    """The arrays of these shapes that stand one after the other in a vector."""
    found, start = [], 0
    for shape in shapes:
        found.append(part(packed, start=start, shape=shape))
        start += math.prod(shape)
    return found


Op.one_kind = staticmethod(to_one_kind)
Op.cast = cast
Op.unpack = staticmethod(unpack)
