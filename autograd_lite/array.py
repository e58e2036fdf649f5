"""What a Tensor is as an array: shape, elements, comparison, conversion."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any, SupportsIndex

import numpy as np

from autograd_lite.arithmetic import Arithmetic, warn_of_cut
from autograd_lite.calls import refuse
from autograd_lite.errors import ImmutableError, KindError, ShapeError, UnsupportedError, describe
from autograd_lite.guard import Array, shown
from autograd_lite.ops import compare as e
from autograd_lite.ops.index import getitem
from autograd_lite.ops.linear import matmul
from autograd_lite.ops.others import NAMES_PASSING, REFUSED
from autograd_lite.ops.pick import compress
from autograd_lite.ops.shape import reshape, transpose

#: The modules of NumPy in which a node that is made an array is lost by accident.
WITHIN_NUMPY = (
    "numpy.lib", "numpy._core", "numpy.core", "numpy.linalg", "numpy.fft", "numpy.ma", "numpy.matrixlib",
    "numpy.polynomial",
)  # fmt: skip


def _numpy_around(frame: Any) -> str | None:
    """The NumPy function, of those that would lose a node by accident, that runs in this frame."""
    name: str | None = None
    while frame is not None and frame.f_globals.get("__name__", "").startswith("numpy"):
        if not frame.f_globals["__name__"].startswith(WITHIN_NUMPY):
            # `numpy.testing` compares data.
            return None
        # Of a class, its name: `vectorize.__call__`.
        name, frame = frame.f_code.co_qualname.partition(".")[0], frame.f_back
    return None if name in NAMES_PASSING else name


class ArrayNode(Arithmetic):
    """A node that holds an array, with the attributes and methods of NumPy's arrays."""

    __slots__ = ()

    @property
    def shape(self) -> tuple[int, ...]:
        """The length of each axis."""
        return self._data.shape  # type: ignore[no-any-return]

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return self._data.ndim  # type: ignore[no-any-return]

    @property
    def size(self) -> int:
        """The number of elements."""
        return self._data.size  # type: ignore[no-any-return]

    @property
    def dtype(self) -> np.dtype[Any]:
        """The data type of the elements."""
        return self._data.dtype  # type: ignore[no-any-return]

    @property
    def T(self) -> Any:
        """The axes in reverse order, recorded."""
        return transpose(self)

    @property
    def mT(self) -> Any:
        """The last two axes exchanged, recorded."""
        return self.swapaxes(-1, -2)

    def numpy(self) -> Array:
        """A fresh, writable copy of the data."""
        return self._data.copy()  # type: ignore[no-any-return]

    def tolist(self) -> Any:
        """The data as nested lists of Python numbers."""
        return self._data.tolist()

    def item(self, *index: SupportsIndex) -> Any:
        """The only element, or the one at an index, as a Python number. Raises `ShapeError` where there are more."""
        if index:
            return getitem(self.detach(), index=index[0] if len(index) == 1 and self.ndim == 1 else index).item()
        self._check_single("item()")
        return self._data.item()

    # Comparison, indexing, conversion

    __hash__ = object.__hash__

    def __eq__(self, other: object) -> Any:
        return e.equal(self, other)

    def __ne__(self, other: object) -> Any:
        return e.not_equal(self, other)

    def __lt__(self, other: Any) -> Any:
        return e.less(self, other)

    def __le__(self, other: Any) -> Any:
        return e.less_equal(self, other)

    def __gt__(self, other: Any) -> Any:
        return e.greater(self, other)

    def __ge__(self, other: Any) -> Any:
        return e.greater_equal(self, other)

    def __and__(self, other: Any) -> Any:
        return e.bitwise_and(self, other)

    def __rand__(self, other: Any) -> Any:
        return e.bitwise_and(other, self)

    def __or__(self, other: Any) -> Any:
        return e.bitwise_or(self, other)

    def __ror__(self, other: Any) -> Any:
        return e.bitwise_or(other, self)

    def __xor__(self, other: Any) -> Any:
        return e.bitwise_xor(self, other)

    def __rxor__(self, other: Any) -> Any:
        return e.bitwise_xor(other, self)

    def __lshift__(self, other: Any) -> Any:
        return e.left_shift(self, other)

    def __rlshift__(self, other: Any) -> Any:
        return e.left_shift(other, self)

    def __rshift__(self, other: Any) -> Any:
        return e.right_shift(self, other)

    def __rrshift__(self, other: Any) -> Any:
        return e.right_shift(other, self)

    def __invert__(self) -> Any:
        return e.invert(self)

    def __matmul__(self, other: Any) -> Any:
        return matmul(self, other)

    def __rmatmul__(self, other: Any) -> Any:
        return matmul(other, self)

    def __getitem__(self, index: Any) -> Any:
        return getitem(self, index=index)

    def __setitem__(self, index: Any, value: Any = None) -> None:
        raise ImmutableError(
            "setitem: a Tensor is immutable, because a recorded graph may need its data. Take "
            "at(x)[index].set(values) for a new one, select with where(mask, x, y), or give a leaf new data: "
            "t.data = array."
        )

    __delitem__ = __setitem__

    def __len__(self) -> int:
        if not self._data.ndim:
            raise KindError("len: a Tensor of shape () has no length.")
        return len(self._data)

    def __iter__(self) -> Iterator[Any]:
        if not self._data.ndim:
            raise KindError("iter: a Tensor of shape () has no elements to go through. Use item() for its number.")
        return (self[i] for i in range(len(self._data)))

    def __contains__(self, x: Any) -> bool:
        return bool(e.equal(self, x)._data.any())

    def __bool__(self) -> bool:
        self._check_single("bool()", "Say which is meant: .any() or .all().")
        return bool(self._data.item())

    def __float__(self) -> float:
        self._check_single("float()")
        warn_of_cut(self, "a Python number", "write math functions as NumPy's, and join elements with stack")
        return float(self._data.item())

    def __int__(self) -> int:
        self._check_single("int()")
        return int(self._data.item())

    def __index__(self) -> int:
        if self._data.dtype.kind not in "iu" or self._data.ndim:
            raise KindError(f"index: {describe(self)} is no single integer.")
        return int(self._data.item())

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Array:
        inside = _numpy_around(sys._getframe(1)) if self._tracked else None
        if inside is not None:
            remedy = REFUSED.get(inside) or "join a list of nodes with stack or concatenate"
            raise UnsupportedError(
                f"np.{inside}: {describe(self)} would be made a plain array inside NumPy, which cuts it out of the "
                f"graph: {remedy}. Where the cut is meant, say so with np.asarray(t)."
            )
        if not sys._getframe(1).f_globals.get("__name__", "").startswith("numpy.testing"):
            warn_of_cut(self, "a plain array", "join nodes with stack or concatenate")
        return np.array(shown(self._data), dtype=dtype, copy=copy)

    def __repr__(self) -> str:
        body = np.array2string(self._data, separator=", ", prefix="Tensor(")
        extras = [f"shape={self.shape}"] if not self.size and self.ndim > 1 else []
        if self.dtype not in (np.float64, np.int64, np.bool_):
            extras.append(f"dtype={self.dtype}")
        if self._op is not None:
            extras.append(f"op={self._op.name}")
        elif self._tracked:
            extras.append("requires_grad=True")
        if self.name is not None:
            extras.append(f"name={self.name!r}")
        return f"{type(self).__name__}({', '.join([body, *extras])})"

    def __format__(self, spec: str) -> str:
        return format(self.item(), spec) if spec else repr(self)

    def _check_single(self, asked: str, remedy: str = "Index or reduce it first.") -> None:
        if self._data.size != 1:
            raise ShapeError(f"{asked}: {describe(self)} has {self._data.size} elements, not one. {remedy}")

    # Shapes, where the method's arguments differ from the function's

    def reshape(self, *shape: Any, **params: Any) -> Any:
        """The same elements in another shape: `reshape(2, 3)` or `reshape((2, 3))`; one length may be -1."""
        return reshape(self, _spread(shape), **params)

    view = reshape

    def transpose(self, *axes: Any) -> Any:
        """The axes in the given order; in reverse order without arguments."""
        return transpose(self, _spread(axes) if axes and axes != (None,) else None)

    permute = transpose

    def unsqueeze(self, axis: SupportsIndex) -> Any:
        """An axis of length 1 put in at `axis`."""
        return self.expand_dims(axis)

    def flatten(self, start: int | str = 0, end: int = -1, order: str = "C") -> Any:
        """The axes from `start` to `end`, both included, made one. Raises `ShapeError` for others."""
        n = max(self.ndim, 1)
        # NumPy's only argument is the order.
        start, order = (0, start) if start in ("C", "F", "A", "K") else (start, order)
        refuse("flatten", "order", order)
        if not (isinstance(start, int) and isinstance(end, int)):
            raise KindError(f"flatten: start and end are axes, integers; got {describe(start)} and {describe(end)}.")
        if not (-n <= start < n and -n <= end < n and start % n <= end % n):
            raise ShapeError(f"flatten: axes {start} to {end} are no range of axes of {describe(self)}.")
        shape = self.shape or (1,)
        length = int(np.prod(shape[start % n : end % n + 1]))
        return self.reshape((*shape[: start % n], length, *shape[end % n + 1 :]))

    def nonzero(self) -> Any:
        """The places of the elements that are not 0: for each axis their indices, untracked."""
        return np.nonzero(self)

    def compress(self, condition: Any, axis: int | None = None, out: None = None) -> Any:
        """The slices along the axis for which the condition holds."""
        return compress(condition, self, axis=axis, out=out)


def _spread(parts: tuple[Any, ...]) -> Any:
    return parts[0] if len(parts) == 1 and isinstance(parts[0], tuple | list) else parts
