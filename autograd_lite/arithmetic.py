"""What Tensor and Value share: operators, NumPy's protocols, hooks."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from threading import RLock
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from autograd_lite.dispatch import of_function, of_ufunc
from autograd_lite.errors import ArgumentError, GraphError, describe
from autograd_lite.graph import Node, Watch
from autograd_lite.guard import frozen
from autograd_lite.modes import TRANSFORMING
from autograd_lite.ops import BY_NUMPY, RULE_BOOK
from autograd_lite.ops.elementwise import (
    abs,
    add,
    divide,
    floor_divide,
    multiply,
    negative,
    positive,
    power,
    remainder,
    subtract,
)

KEEPING = RLock()


class Hook:
    """What `register_hook` gives: `remove()` takes the hook off again."""

    def __init__(self, hooks: dict[int, Callable[[Any], Any]], key: int) -> None:
        self._hooks = hooks
        self._key = key

    def remove(self) -> None:
        """Take the hook off; once is enough, and twice does no harm."""
        self._hooks.pop(self._key, None)


class Arithmetic(Node):
    """Operators and NumPy functions on nodes, each of them the operation of that name."""

    __slots__ = ()

    if TYPE_CHECKING:
        # Every operation of the rule book is a method, set below the class.
        def __getattr__(self, name: str) -> Any: ...

    # Python finds `add.__call__` faster than it finds out how to call `add`: 0.05 of 0.9 microseconds.

    def __add__(self, other: Any) -> Any:
        return add.__call__(self, other)

    def __radd__(self, other: Any) -> Any:
        return add(other, self)

    def __sub__(self, other: Any) -> Any:
        return subtract.__call__(self, other)

    def __rsub__(self, other: Any) -> Any:
        return subtract(other, self)

    def __mul__(self, other: Any) -> Any:
        return multiply.__call__(self, other)

    def __rmul__(self, other: Any) -> Any:
        return multiply(other, self)

    def __truediv__(self, other: Any) -> Any:
        return divide.__call__(self, other)

    def __rtruediv__(self, other: Any) -> Any:
        return divide(other, self)

    def __floordiv__(self, other: Any) -> Any:
        return floor_divide(self, other)

    def __rfloordiv__(self, other: Any) -> Any:
        return floor_divide(other, self)

    def __mod__(self, other: Any) -> Any:
        return remainder(self, other)

    def __rmod__(self, other: Any) -> Any:
        return remainder(other, self)

    def __divmod__(self, other: Any) -> Any:
        return floor_divide(self, other), remainder(self, other)

    def __rdivmod__(self, other: Any) -> Any:
        return floor_divide(other, self), remainder(other, self)

    def __pow__(self, other: Any, modulo: None = None) -> Any:
        if modulo is not None:
            raise ArgumentError("power: pow() with a modulus has no meaning for real numbers.")
        return power(self, other)

    def __rpow__(self, other: Any, modulo: None = None) -> Any:
        return power(other, self)

    def __neg__(self) -> Any:
        return negative(self)

    def __pos__(self) -> Any:
        return positive(self)

    def __abs__(self) -> Any:
        return abs(self)

    def __round__(self, ndigits: int | None = None) -> Any:
        return RULE_BOOK["round"](self, decimals=ndigits or 0)

    @property
    def real(self) -> Any:
        """The real part: all of it."""
        return RULE_BOOK["real"](self)

    @property
    def imag(self) -> Any:
        """The imaginary part: zeros."""
        return RULE_BOOK["imag"](self)

    def conj(self) -> Any:
        """The complex conjugate: the same."""
        return RULE_BOOK["conjugate"](self)

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any) -> Any:
        if method == "__call__" and not kwargs and (entry := BY_NUMPY.get(ufunc)) is not None:
            return entry(*inputs)
        return of_ufunc(ufunc, method, inputs, kwargs)

    def __array_function__(
        self,
        func: Callable[..., Any],
        types: Sequence[type],
        args: Sequence[Any],
        kwargs: Mapping[str, Any],
    ) -> Any:
        return of_function(func, args, kwargs)

    @property
    def requires_grad(self) -> bool:
        """Whether gradients flow to this node: it is a tracked leaf or was computed from one."""
        return self._tracked

    def register_hook(self, hook: Callable[[Any], Any]) -> Hook:
        """Call `hook(gradient)` in each backward pass, once this node's gradient is complete.

        What the hook returns, if not None, takes the gradient's place. Gives a handle whose
        `remove()` takes the hook off. Raises `GraphError` on an untracked node.

        >>> import autograd_lite as ag
        >>> x = ag.Tensor([1.0, 2.0], requires_grad=True)
        >>> handle = x.register_hook(lambda g: g * 10)
        >>> (x * x).sum().backward()
        >>> x.grad
        Tensor([20., 40.])
        """
        if not callable(hook):
            raise ArgumentError(f"register_hook: expected a function of the gradient, got {hook!r}.")
        watch = self._own_watch("register_hook")
        key = max(watch.hooks, default=-1) + 1
        watch.hooks[key] = hook
        return Hook(watch.hooks, key)

    def retain_grad(self) -> Self:
        """Keep the gradient of this node in `.grad`, as leaves do. Raises `GraphError` on an untracked node."""
        self._own_watch("retain_grad").retain = True
        return self

    def _own_watch(self, asked: str) -> Watch:
        if not self._tracked:
            raise GraphError(f"{asked}: this {type(self).__name__} is not tracked, so no gradient reaches it.")
        if self._watch is None or self._watch is self.watches:
            self._watch = Watch(retain=self._watch is not None and self._watch.retain)
        return self._watch

    def __copy__(self) -> Self:
        return self.__deepcopy__({})

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        if self._op is not None:
            raise GraphError(
                f"copy: this {type(self).__name__} is the result of {self._op.name}; only leaves can be copied. "
                "Take detach() or clone() instead."
            )
        twin = object.__new__(type(self))
        twin._start(self._data, self._tracked, self.name)
        grad: Any = self._grad
        twin._grad = grad.detach() if hasattr(grad, "detach") else grad
        return twin

    def __getstate__(self) -> tuple[Any, bool, str | None]:
        if self._op is not None:
            raise GraphError(
                f"pickle: this {type(self).__name__} is the result of {self._op.name}; "
                "only leaves can be pickled. Take detach() first."
            )
        data = self._data.copy() if isinstance(self._data, np.ndarray) else self._data
        return data, self._tracked, self.name

    def __setstate__(self, state: tuple[Any, bool, str | None]) -> None:
        data, tracked, name = state
        # An unpickled array is writable, and may be a view of a buffer that somebody else holds.
        self._start(frozen(data) if isinstance(data, np.ndarray) else data, tracked, name)


def keep_all(gradients: Mapping[Node, Any]) -> None:
    """Add one backward pass's gradients to the `.grad` of their nodes."""
    # Two threads may have gone back to one leaf, and adding is reading and writing.
    with KEEPING:
        for node, gradient in gradients.items():
            node._keep(gradient)


def warn_of_cut(node: Any, what: str, remedy: str) -> None:
    """Warn where a tracked node leaves the graph inside a transform without saying so."""
    if node._tracked and TRANSFORMING.get():
        warnings.warn(
            f"{describe(node)} is made {what} inside a transform, which cuts it out of the graph: what is computed of "
            f"it has no derivative. Instead, {remedy}. Where the cut is meant, say so: .detach(), .data or .item().",
            stacklevel=3,
        )
