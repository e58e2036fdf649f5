"""Tensor: an array in the graph."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Self, SupportsIndex

import numpy as np

from autograd_lite.arithmetic import Arithmetic, keep_all
from autograd_lite.backward import backpropagate
from autograd_lite.convert import astype, identity, real_dtype
from autograd_lite.errors import (
    DtypeError,
    GraphError,
    ImmutableError,
    KindError,
    ShapeError,
    describe,
)
from autograd_lite.graph import Node, next_number, raw
from autograd_lite.guard import Array, as_array, checked, shown
from autograd_lite.modes import enable_grad, is_grad_enabled
from autograd_lite.operation import Op
from autograd_lite.ops import RULE_BOOK
from autograd_lite.ops import elementwise as e
from autograd_lite.ops.index import getitem
from autograd_lite.ops.linear import matmul
from autograd_lite.ops.shape import reshape, transpose


class Tensor(Arithmetic, holds=np.ndarray):
    """An array of real numbers that knows how it was computed.

    Parameters
    ----------
    data : array, Tensor, number or nested lists of numbers, of any shape. A writable array is
        copied; a read-only array that nothing else refers to is taken as it is.
    requires_grad : whether operations on it are recorded, so that gradients reach it.
    dtype : the data type to convert to. Without it, float arrays keep theirs, and lists of Python
        floats become float64.
    name : what drawings and errors call it.

    Raises `DtypeError` for complex numbers and objects, and for `requires_grad` on integers or
    booleans; `KindError` for lists that hold Tensors.

    >>> x = Tensor([1.0, 2.0, 3.0], requires_grad=True)
    >>> y = (x * x).sum()
    >>> y.backward()
    >>> x.grad
    Tensor([2., 4., 6.])
    """

    __slots__ = ()

    def __init__(self, data: Any, requires_grad: bool = False, dtype: Any = None, name: str | None = None) -> None:
        if name is not None and not isinstance(name, str):
            raise KindError(f"Tensor: a name is a string, got {describe(name)}.")
        dtype = None if dtype is None else real_dtype(dtype)
        references = _HELD_ONCE if type(self) is Tensor else 0
        array = as_array(data._data if isinstance(data, Node) else data, "Tensor", dtype, references)
        if requires_grad:
            _check_differentiable(array, "Tensor(requires_grad=True)")
        self._start(array, bool(requires_grad), name)

    @classmethod
    def hold(cls, data: Any) -> Array:
        array = checked(np.asarray(data), "the forward function of an operation", data)
        array.setflags(write=False)
        return array

    # Data

    @property
    def data(self) -> Array:
        """The array, read-only. A leaf takes a new one of its shape by assignment, in its own dtype.

        Nodes already recorded keep the array that they saw. Raises `GraphError` on the result of
        an operation, `ShapeError` where the shape would change.
        """
        return shown(self._data)

    @data.setter
    def data(self, new: Any) -> None:
        if self._op is not None:
            raise GraphError(
                f"data: this Tensor is the result of {self._op.name}; only the data of leaves can be replaced. "
                "Take detach() for a leaf with the same data."
            )
        array = np.asarray(new._data) if isinstance(new, Node) else as_array(new, "data")
        if array.shape != self._data.shape:
            raise ShapeError(
                f"data: {describe(self)} cannot take data of shape {array.shape}; it keeps its shape. "
                "Make a new Tensor for another shape."
            )
        if array.dtype != self._data.dtype:
            if self._data.dtype.kind != "f" and array.dtype.kind == "f":
                raise DtypeError(f"data: {describe(self)} cannot take {array.dtype} data. Make a new Tensor for it.")
            array = self.hold(array.astype(self._data.dtype))
        self._data = array

    @property
    def grad(self) -> Tensor | None:
        """The gradient of what `backward` was called on, summed over the calls; None before the first."""
        grad: Tensor | None = self._grad
        return grad

    @grad.setter
    def grad(self, new: Any) -> None:
        if new is not None and not isinstance(new, Tensor):
            new = Tensor(as_array(raw(new), "grad", self.dtype))
        if new is not None and new.shape != self.shape:
            raise ShapeError(f"grad: {describe(self)} cannot take a gradient of shape {new.shape}; the shapes agree.")
        self._grad = new

    @property
    def requires_grad(self) -> bool:
        """Whether gradients flow to this node. Settable on leaves that hold floats."""
        return self._tracked

    @requires_grad.setter
    def requires_grad(self, flag: bool) -> None:
        self.requires_grad_(flag)

    def requires_grad_(self, flag: bool = True) -> Self:
        """Start or stop tracking this leaf. Raises `GraphError` on the result of an operation."""
        if self._op is not None and not flag:
            raise GraphError(f"requires_grad: this Tensor is the result of {self._op.name}. Take detach() instead.")
        if flag:
            _check_differentiable(self._data, "requires_grad")
            if not self._tracked:
                # As new as what is computed from it now. What was computed before is older, and no gradient
                # comes from there: it would be a part, for other paths to this leaf were not recorded.
                self._number = next_number()
        self._tracked = bool(flag)
        return self

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
    def T(self) -> Tensor:
        """The axes in reverse order, recorded."""
        return transpose(self)  # type: ignore[no-any-return]

    @property
    def mT(self) -> Tensor:
        """The last two axes exchanged, recorded."""
        return self.swapaxes(-1, -2)  # type: ignore[no-any-return]

    def numpy(self) -> Array:
        """A fresh, writable copy of the data."""
        return self._data.copy()  # type: ignore[no-any-return]

    def tolist(self) -> Any:
        """The data as nested lists of Python numbers."""
        return self._data.tolist()

    def item(self) -> Any:
        """The only element as a Python number. Raises `ShapeError` where there are more or none."""
        self._check_single("item()")
        return self._data.item()

    def detach(self) -> Tensor:
        """An untracked Tensor with the same data: no gradient flows through it."""
        twin = object.__new__(Tensor)
        twin._start(self._data, False, self.name)
        return twin

    def clone(self) -> Tensor:
        """The same Tensor again as a node of its own, recorded."""
        return identity(self)  # type: ignore[no-any-return]

    copy = clone

    def astype(self, dtype: Any) -> Tensor:
        """The same numbers in another data type, recorded: the gradient comes back in the old one."""
        return astype(self, dtype=dtype)  # type: ignore[no-any-return]

    # Backward

    def backward(self, gradient: Any = None, create_graph: bool = False, retain_graph: bool | None = None) -> None:
        """Add to the `.grad` of every tracked leaf the gradient of this Tensor by that leaf.

        Parameters
        ----------
        gradient : the gradient of some scalar by this Tensor, in its shape; 1 for a Tensor of one element.
        create_graph : record the pass, so that the gradients can be differentiated again.
        retain_graph : accepted for PyTorch's sake; the graph lives as long as its output does.

        Raises `GraphError` on an untracked Tensor and `ShapeError` where more than one element
        comes without a gradient, or the gradient has another shape.

        >>> x = Tensor(3.0, requires_grad=True)
        >>> (x ** 2).backward()
        >>> x.grad.item()
        6.0
        """
        if not self._tracked:
            raise GraphError(
                f"backward: {describe(self)} is not tracked, so there is nothing to go back through. Give a leaf "
                "requires_grad=True, and compute outside no_grad()."
            )
        seed = self._seed(gradient)
        if create_graph:
            with enable_grad():
                start = seed if isinstance(seed, Tensor) else Tensor(seed)
                keep_all(backpropagate({self: start}, create_graph=True))
        else:
            keep_all(backpropagate({self: seed._data if isinstance(seed, Tensor) else seed}))

    def _seed(self, gradient: Any) -> Any:
        if gradient is None:
            if self._data.size != 1:
                raise ShapeError(
                    f"backward: {describe(self)} is no scalar, so it has no single gradient. Reduce it first, as in "
                    ".sum().backward(), or give gradient=, in its shape."
                )
            return self.hold(np.ones_like(self._data))
        seed = gradient if isinstance(gradient, Tensor) else Tensor(gradient)
        if seed.shape != self.shape:
            raise ShapeError(f"backward: gradient= has shape {seed.shape}; {describe(self)} needs its own shape.")
        return seed if seed.dtype == self.dtype else seed.astype(self.dtype)

    def _keep(self, gradient: Any) -> None:
        if isinstance(gradient, Tensor):
            if gradient.dtype != self.dtype:
                gradient = gradient.astype(self.dtype)
            # A node of its own, with memory of its own: a rule may hand one node to two leaves.
            own = identity.record(Tensor, self.hold(gradient._data.copy()), (gradient,), (gradient._data,))
            self._grad = own if self._grad is None else self._grad + own
            return
        array = np.asarray(gradient)
        if array.dtype != self._data.dtype:
            array = array.astype(self._data.dtype)
        if self._grad is None:
            # What a rule has just made is still writable, and nobody else's: it needs no copy.
            if not (array.flags.owndata and array.flags.writeable):
                array = array.copy()
            own = object.__new__(Tensor)
            own._start(self.hold(array), False, None)
            self._grad = own
        else:
            self._grad = self._grad + Tensor(array)

    def _hooked(self, hook: Callable[[Any], Any], gradient: Any) -> Any:
        shown = gradient if isinstance(gradient, Tensor) else Tensor(gradient)
        answer = hook(shown)
        if answer is None:
            return gradient
        answer = answer if isinstance(answer, Tensor) else Tensor(answer)
        if answer.shape != self.shape:
            raise ShapeError(f"hook: gave a gradient of shape {answer.shape} for {describe(self)}; the shapes agree.")
        return answer if isinstance(gradient, Tensor) else answer._data

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
            "setitem: a Tensor is immutable, because a recorded graph may need its data. Select with "
            "where(mask, x, y), join with concatenate, or give a leaf new data: t.data = array."
        )

    __delitem__ = __setitem__

    def __len__(self) -> int:
        if not self._data.ndim:
            raise KindError("len: a Tensor of shape () has no length.")
        return len(self._data)

    def __iter__(self) -> Iterator[Tensor]:
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
        return float(self._data.item())

    def __int__(self) -> int:
        self._check_single("int()")
        return int(self._data.item())

    def __index__(self) -> int:
        if self._data.dtype.kind not in "iu" or self._data.ndim:
            raise KindError(f"index: {describe(self)} is no single integer.")
        return int(self._data.item())

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Array:
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

    def reshape(self, *shape: Any) -> Tensor:
        """The same elements in another shape: `reshape(2, 3)` or `reshape((2, 3))`; one length may be -1."""
        return reshape(self, _spread(shape))  # type: ignore[no-any-return]

    view = reshape

    def transpose(self, *axes: Any) -> Tensor:
        """The axes in the given order; in reverse order without arguments."""
        return transpose(self, _spread(axes) if axes and axes != (None,) else None)  # type: ignore[no-any-return]

    permute = transpose

    def unsqueeze(self, axis: SupportsIndex) -> Tensor:
        """An axis of length 1 put in at `axis`."""
        return self.expand_dims(axis)  # type: ignore[no-any-return]

    def flatten(self, start: int = 0, end: int = -1) -> Tensor:
        """The axes from `start` to `end`, both included, made one. Raises `ShapeError` for others."""
        n = max(self.ndim, 1)
        if not (-n <= start < n and -n <= end < n and start % n <= end % n):
            raise ShapeError(f"flatten: axes {start} to {end} are no range of axes of {describe(self)}.")
        shape = self.shape or (1,)
        length = int(np.prod(shape[start % n : end % n + 1]))
        return self.reshape((*shape[: start % n], length, *shape[end % n + 1 :]))

    def ravel(self) -> Tensor:
        """All elements along one axis."""
        return self.flatten()


#: PyTorch's name.
tensor = Tensor

# How many references an array has where `Tensor(array)` freezes it and one variable holds it.
_HELD_ONCE = 0


def _count_references() -> int:
    """Try it out, because Python's versions count differently. Where nothing serves, arrays are copied."""
    global _HELD_ONCE
    array = np.zeros(1)
    array.setflags(write=False)
    for _HELD_ONCE in range(50):
        if Tensor(array)._data.base is array:
            return _HELD_ONCE
    return 0


_HELD_ONCE = _count_references()


def _spread(parts: tuple[Any, ...]) -> Any:
    return parts[0] if len(parts) == 1 and isinstance(parts[0], tuple | list) else parts


def _check_differentiable(array: Array, asked: str) -> None:
    if array.dtype.kind != "f":
        raise DtypeError(
            f"{asked}: data of dtype {array.dtype} has no gradient; only floats do. Convert with .astype(float), "
            "or write 1.0 for 1."
        )


def _method(entry: Op) -> Callable[..., Any]:
    def method(self: Any, *args: Any, **params: Any) -> Any:
        return entry(self, *args, **params)

    method.__name__, method.__doc__ = entry.name, entry.__doc__
    return method


def _in_place(entry: Op) -> Callable[[Tensor, Any], Any]:
    def update(self: Tensor, other: Any) -> Any:
        if self._op is not None or not self._tracked:
            return entry(self, other)
        if is_grad_enabled():
            raise GraphError(
                f"{entry.name}: {describe(self)} is a tracked leaf, and updating it in place cannot be recorded. "
                f"Write `p = p ...` for a new node, or update it under `with no_grad():`."
            )
        self.data = entry(self, other)
        return self

    return update


for _entry in RULE_BOOK.values():
    if _entry.arity != -1 and _entry.name not in ("where", "identity"):
        if not hasattr(Tensor, _entry.name):
            setattr(Tensor, _entry.name, _method(_entry))
for _name, _entry in {
    "add": e.add, "sub": e.subtract, "mul": e.multiply, "truediv": e.divide, "floordiv": e.floor_divide,
    "mod": e.remainder, "pow": e.power, "matmul": matmul,
}.items():  # fmt: skip
    setattr(Tensor, f"__i{_name}__", _in_place(_entry))
del _entry, _name
