"""NumPy functions that are made of operations: written in NumPy, and recorded as what they are made of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd_lite.calls import ALIASES, REFUSED, fail, refuse
from autograd_lite.define import in_numpy, signature
from autograd_lite.errors import ArgumentError, AutogradError
from autograd_lite.graph import Node
from autograd_lite.guard import holds_node, refuse_masked


class Composition:
    """A function made of operations. Call it like the NumPy function of its name.

    Attributes
    ----------
    name : how it is called.
    formula : what it is, in LaTeX; its derivatives are those of the operations that it is made of.
    numpy : the NumPy functions that dispatch to it.
    names, defaults : its arguments in NumPy's order, and the values of those that may be left out.
    """

    #: What `calls` asks of an operation.
    elementwise = False

    def __init__(
        self, name: str, f: Callable[..., Any], formula: str, numpy: Sequence[Callable[..., Any] | str]
    ) -> None:
        self.name = self.__name__ = name
        self.f = f
        self.formula = formula
        self.numpy = in_numpy(numpy)
        self.names, self.defaults = signature(f, 0)
        self.variadic = bool(f.__code__.co_flags & 0x04)
        #: Whether it hands on arguments of any name to a function that it is given.
        self.open = bool(f.__code__.co_flags & 0x08)
        self.__doc__ = f"{name}({', '.join(self.names)})\n\n{f.__doc__ or ''}\n\nMade of operations: {formula}".strip()

    def __call__(self, *args: Any, **given: Any) -> Any:
        return self.called(args, given)

    def called(self, args: tuple[Any, ...], given: dict[str, Any], by_numpy: bool = False) -> Any:
        """What a call gives; NumPy's function is not asked where the call comes from there."""
        args, params = self.bind(args, given)
        for a in args:
            refuse_masked(a, self.name)
        nodes = holds_node(args) or holds_node(params.values())
        f = self.f if by_numpy or nodes or not self.numpy else self.numpy[0]
        try:
            return f(*args, **params)
        except Exception as error:
            # NumPy would find nodes that stand where they are not found here, as in an object array, and come back.
            self.explain(error, args, params, ask=nodes or not by_numpy)
            raise

    def bind(self, args: tuple[Any, ...], given: dict[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """The call without what it need not say; raises where it is wrong."""
        names = self.names
        if self.open:
            return args, given
        if len(args) > len(names) and not self.variadic:
            raise ArgumentError(
                f"{self.name}: takes at most {len(names)} arguments ({', '.join(names)}), got {len(args)}."
            )
        bound = {} if self.variadic else dict(zip(names, args, strict=False))
        params = {}
        for key, value in given.items():
            key = ALIASES.get(key, key) if key not in names else key
            if key in bound or key in params:
                raise ArgumentError(f"{self.name}: got the argument {key} twice.")
            if key not in names and key not in REFUSED:
                raise ArgumentError(f"{self.name}: unknown argument {key}; it takes {', '.join(names)}.")
            if key in names and value is not np._NoValue:
                params[key] = value
        for key, value in {**bound, **given}.items():
            if key in REFUSED and (key not in names or key in PLACEHOLDERS):
                refuse(self.name, key, value)
        if not self.variadic:
            missing = [n for n in names if n not in bound and n not in params and n not in self.defaults]
            if missing:
                what = f"missing argument {', '.join(missing)}; it takes {', '.join(names)}"
                raise ArgumentError(f"{self.name}: {what}.")
        return args, {k: v for k, v in params.items() if k not in PLACEHOLDERS}

    def explain(self, error: Exception, args: Sequence[Any], params: dict[str, Any], ask: bool) -> None:
        """Raise in the name of this function what it says itself, or NumPy of the call, or an operation in it."""
        plainly = [_detached(a) for a in args], {k: _detached(v) for k, v in params.items()}
        worded = isinstance(error, AutogradError) and str(error).startswith(self.name + ":")
        if ask and self.numpy and not worded and not any(callable(a) for a in args):
            try:
                with np.errstate(all="ignore"):
                    self.numpy[0](*plainly[0], **plainly[1])
            except Exception as numpys:
                error = numpys
        if isinstance(error, AutogradError):
            said = str(error)
            raise type(error)(said if said.startswith(self.name + ":") else f"{self.name}: {said}") from error
        shown = [*args[0], *args[1:]] if args and isinstance(args[0], list | tuple) and holds_node(args[0]) else args
        fail(self, error, shown, params)

    def __repr__(self) -> str:
        return f"<composition {self.name}>"

    def __deepcopy__(self, memo: dict[int, Any]) -> Composition:
        return self


#: Arguments that stand in a signature for the sake of NumPy's order alone.
PLACEHOLDERS = frozenset({"out", "order", "casting", "subok", "copy", "like"})


def composed(name: str, *numpy: Callable[..., Any] | str, formula: str) -> Callable[[Callable[..., Any]], Composition]:
    """Make a decorated function the `Composition` of this name, to which the given NumPy functions dispatch.

    The function has NumPy's argument names, in NumPy's order; `out=None` and the like stand in it where
    others follow. It is called where a node is among its arguments, or NumPy has no such function,
    and uses NumPy functions, operators and operations alone.
    """
    return lambda f: Composition(name, f, formula, numpy)


def _detached(x: Any) -> Any:
    """x without nodes, for NumPy's own opinion of it."""
    if isinstance(x, Node):
        return np.asarray(x._data)
    return type(x)(map(_detached, x)) if type(x) in (list, tuple) else x
