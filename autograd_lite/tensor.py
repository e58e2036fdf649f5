"""Tensor: an array in the graph."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Self

import numpy as np

from autograd_lite.arithmetic import keep_all
from autograd_lite.array import ArrayNode
from autograd_lite.backward import backpropagate
from autograd_lite.compose import Composition
from autograd_lite.convert import astype, identity, real_dtype
from autograd_lite.errors import (
    DtypeError,
    GraphError,
    ImmutableError,
    KindError,
    ShapeError,
    describe,
)
from autograd_lite.graph import Node, detached, next_number, raw
from autograd_lite.guard import Array, as_array, checked, shown
from autograd_lite.modes import enable_grad, is_grad_enabled
from autograd_lite.operation import Op
from autograd_lite.ops import COMPOSED, RULE_BOOK
from autograd_lite.ops import elementwise as e
from autograd_lite.ops.linear import matmul


class Tensor(ArrayNode, holds=np.ndarray):
    """An array of real numbers that knows how it was computed.

    Parameters
    ----------
    data : array, Tensor, number or nested lists of numbers, of any shape. An array is copied.
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
        if not isinstance(requires_grad, bool | np.bool_):
            raise KindError(f"Tensor: requires_grad is True or False, got {describe(requires_grad)}.")
        dtype = None if dtype is None else real_dtype(dtype)
        array = as_array(data._data if isinstance(data, Node) else data, "Tensor", dtype)
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
        # A leaf is taken as a node of its own: another's `.grad` may be given new data later.
        self._grad = new.detach() if new is not None and new.is_leaf else new

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
            if self._watch is not None and self._watch.paused:
                self._watch.paused = False
            elif not self._tracked:
                # As new as what is computed from it now. What was computed before is older, and no gradient
                # comes from there: it would be a part, for other paths to this leaf were not recorded.
                self._number = next_number()
        elif self._tracked:
            self._own_watch("requires_grad").paused = True
        self._tracked = bool(flag)
        return self

    def detach(self) -> Tensor:
        """An untracked Tensor with the same data: no gradient flows through it."""
        twin = object.__new__(Tensor)
        twin._start(self._data, False, self.name)
        detached(self, twin)
        return twin

    def clone(self) -> Tensor:
        """The same Tensor again as a node of its own, recorded."""
        return identity(self)  # type: ignore[no-any-return]

    copy = clone

    def astype(self, dtype: Any, copy: bool = True) -> Tensor:
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


#: PyTorch's name.
tensor = Tensor


def _check_differentiable(array: Array, asked: str) -> None:
    if array.dtype.kind != "f":
        raise DtypeError(
            f"{asked}: data of dtype {array.dtype} has no gradient; only floats do. Convert with .astype(float), "
            "or write 1.0 for 1."
        )


def _method(entry: Op | Composition) -> Callable[..., Any]:
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


def _refused_method(name: str) -> Callable[..., Any]:
    def method(self: Any, *args: Any, **params: Any) -> Any:
        raise ImmutableError(
            f"{name}: NumPy's method writes into the array, and a Tensor is immutable, because a recorded graph may "
            f"need its data. {IN_PLACE[name]} gives a new Tensor."
        )

    method.__name__, method.__doc__ = name, f"Refused: {IN_PLACE[name]} gives a new Tensor."
    return method


#: NumPy's methods that write into the array, and what to use instead.
IN_PLACE = {
    "sort": "np.sort(t, axis)",
    "partition": "np.partition(t, kth)",
    "fill": "np.full_like(t, value)",
    "put": "at(t)[index].set(values)",
    "resize": "np.resize(t, shape)",
}

for _name in IN_PLACE:
    setattr(Tensor, _name, _refused_method(_name))
for _entry in RULE_BOOK.values():
    if _entry.arity != -1 and _entry.name not in ("where", "identity") and "." not in _entry.name:
        if not hasattr(Tensor, _entry.name):
            setattr(Tensor, _entry.name, _method(_entry))
for _name in COMPOSED.keys() & set(dir(np.ndarray)):
    if not hasattr(Tensor, _name):
        setattr(Tensor, _name, _method(COMPOSED[_name]))
for _name, _entry in {
    "add": e.add, "sub": e.subtract, "mul": e.multiply, "truediv": e.divide, "floordiv": e.floor_divide,
    "mod": e.remainder, "pow": e.power, "matmul": matmul,
}.items():  # fmt: skip
    setattr(Tensor, f"__i{_name}__", _in_place(_entry))
del _entry, _name
