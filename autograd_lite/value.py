"""Value: one number in the graph."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd_lite.arithmetic import Arithmetic, keep_all, warn_of_cut
from autograd_lite.backward import backpropagate
from autograd_lite.calls import ABSENT
from autograd_lite.convert import to_one_kind
from autograd_lite.errors import GraphError, KindError, describe
from autograd_lite.graph import Node, Watch, detached, next_number
from autograd_lite.modes import enable_grad
from autograd_lite.operation import NUMBERS, Op, new, recording
from autograd_lite.ops import RULE_BOOK

#: Every Value keeps its gradient, be it a leaf or not.
RETAINED = Watch(retain=True)


class Value(Arithmetic, holds=float):
    """One number that knows how it was computed, with a gradient at every step of the way.

    Parameters
    ----------
    data : a real number.
    name : what drawings and errors call it.

    `.data` and `.grad` are Python floats, and every node of the graph keeps its `.grad`. Arrays of
    Values work under NumPy: `W @ x` of object arrays gives the scalar graph of a network. A Value
    that meets a Tensor becomes a Tensor. Raises `KindError` for anything but a number.

    >>> a, b = Value(2.0), Value(-3.0)
    >>> c = a * b + b
    >>> c.backward()
    >>> c.data, a.grad, b.grad
    (-9.0, -3.0, 3.0)
    """

    __slots__ = ()
    watches = RETAINED

    def __init__(self, data: Any, name: str | None = None) -> None:
        if name is not None and not isinstance(name, str):
            raise KindError(f"Value: a name is a string, got {describe(name)}.")
        self._start(_number(data, "Value"), True, name)

    @classmethod
    def hold(cls, data: Any) -> float:
        return float(data)

    @classmethod
    def compute(cls, op: Op, x: Any, y: Any) -> Any:
        """The usual calls, of one Value, two, or one and a number; what is more goes to `Op.general`."""
        one = y is ABSENT
        if op.arity != (1 if one else 2):
            return op.general(x, y, (), {})
        node = new(Value)
        node._arity = 1 if one else 2
        tracked = False
        if type(x) is Value:
            node._x, a = x, x._data
            tracked = x._tracked
        elif type(x) in NUMBERS:
            node._x, a = None, x
        else:
            return op.general(x, y, (), {})
        node._a = a
        try:
            if one:
                out = op.scalar(a)
            else:
                if type(y) is Value:
                    node._y, b = y, y._data
                    tracked = tracked or y._tracked
                elif type(y) in NUMBERS:
                    node._y, b = None, y
                else:
                    return op.general(x, y, (), {})
                node._b = b
                out = op.scalar(a, b)
        except (ZeroDivisionError, OverflowError, ValueError, TypeError):
            return op.general(x, y, (), {})
        if not op.differentiable:
            return out
        node._data = out if type(out) is float else float(out)
        node._grad = node._params = node.name = None
        node._watch = RETAINED
        node._number = next_number()
        if tracked and recording():
            node._tracked, node._op = True, op
        else:
            node._tracked, node._op = False, None
            node._link((), op.cut if tracked else _cut(x) or _cut(y), None)
        return node

    @property
    def data(self) -> float:
        """The number. A leaf takes a new one by assignment; nodes already recorded keep the old."""
        data: float = self._data
        return data

    @data.setter
    def data(self, new: Any) -> None:
        if self._op is not None:
            raise GraphError(
                f"data: this Value is the result of {self._op.name}; only the data of leaves can be replaced. "
                "Take detach() for a leaf with the same number."
            )
        self._data = _number(new, "data")

    @property
    def grad(self) -> Any:
        """The gradient of what `backward` was called on, summed over the calls; 0.0 before the first.

        A float, or after `backward(create_graph=True)` a Value, at leaves and where `retain_grad` asked for it.
        """
        return 0.0 if self._grad is None else self._grad

    @grad.setter
    def grad(self, new: Any) -> None:
        self._grad = new if new is None or isinstance(new, Value) else _number(new, "grad")

    def item(self) -> float:
        """The number."""
        return self.data

    def detach(self) -> Value:
        """An untracked Value with the same number: no gradient flows through it."""
        twin = object.__new__(Value)
        twin._start(self._data, False, self.name)
        detached(self, twin)
        return twin

    def backward(self, gradient: Any = 1.0, create_graph: bool = False, retain_graph: bool | None = None) -> None:
        """Add to the `.grad` of every node that led here the gradient of this Value by that node.

        Parameters
        ----------
        gradient : the gradient of some scalar by this Value.
        create_graph : record the pass, so that the gradients can be differentiated again.
        retain_graph : accepted for PyTorch's sake; the graph lives as long as its output does.

        Raises `GraphError` on an untracked Value.
        """
        if not self._tracked:
            raise GraphError("backward: this Value is not tracked. Compute it outside no_grad() and detach().")
        if create_graph:
            with enable_grad():
                seed = gradient if isinstance(gradient, Value) else Value(gradient)
                keep_all(backpropagate({self: seed}, create_graph=True))
        else:
            keep_all(backpropagate({self: _number(gradient, "backward")}))

    def _keep(self, gradient: Any) -> None:
        if not isinstance(gradient, Value) or (self._op is not None and self._watch is self.watches):
            # A recorded gradient leads back here, so keeping it at every step would make cycles.
            gradient = float(gradient)
        self._grad = gradient if self._grad is None else self._grad + gradient

    def _hooked(self, hook: Callable[[Any], Any], gradient: Any) -> Any:
        answer = hook(gradient)
        return gradient if answer is None else answer if isinstance(gradient, Value) else _number(answer, "hook")

    # A Value is itself, in sets and dictionaries; only its order is that of its number.

    def __lt__(self, other: Any) -> Any:
        return _compare(operator.lt, self, other)

    def __le__(self, other: Any) -> Any:
        return _compare(operator.le, self, other)

    def __gt__(self, other: Any) -> Any:
        return _compare(operator.gt, self, other)

    def __ge__(self, other: Any) -> Any:
        return _compare(operator.ge, self, other)

    def __matmul__(self, other: Any) -> Any:
        raise KindError("matmul: a Value is a single number. Multiply with *.")

    def __bool__(self) -> bool:
        return bool(self._data)

    def __float__(self) -> float:
        warn_of_cut(self, "a Python number", "write math functions as NumPy's")
        return float(self._data)

    def __int__(self) -> int:
        return int(self._data)

    def __repr__(self) -> str:
        grad = self.grad.data if isinstance(self.grad, Value) else self.grad
        named = "" if self.name is None else f", name={self.name!r}"
        return f"Value(data={self._data!r}, grad={grad!r}{named})"

    def __format__(self, spec: str) -> str:
        return format(self._data, spec) if spec else repr(self)


def _cut(x: Any) -> tuple[Any, ...]:
    """What an untracked argument was cut from."""
    return x._a if type(x) is Value else ()


def _number(x: Any, asked: str) -> float:
    """A Python float of a number of any real kind."""
    single = isinstance(x, int | float | np.number | np.bool_) or (isinstance(x, np.ndarray) and x.ndim == 0)
    if not single or np.iscomplexobj(x) or np.asarray(x).dtype.kind == "O":
        raise KindError(f"{asked}: expected a real number, got {describe(x)}.")
    return float(x)


def _compare(relation: Callable[[Any, Any], Any], value: Value, other: Any) -> Any:
    if isinstance(other, Node) and other.holds is not float:
        return relation(to_one_kind([value, other])[0], other)
    if not isinstance(other, Node | int | float | np.number | np.bool_ | np.ndarray):
        return NotImplemented
    return relation(value._data, other._data if isinstance(other, Node) else other)


def _method(entry: Op) -> Callable[..., Any]:
    def method(self: Value, *args: Any, **params: Any) -> Any:
        return entry(self, *args, **params)

    method.__name__, method.__doc__ = entry.name, entry.__doc__
    return method


for _entry in RULE_BOOK.values():
    if _entry.elementwise and _entry.name not in ("where", "identity", "astype") and not hasattr(Value, _entry.name):
        setattr(Value, _entry.name, _method(_entry))
del _entry
