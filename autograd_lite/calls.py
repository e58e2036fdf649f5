"""How an operation is called: arguments bound to names, and errors worded.

An operation takes what NumPy's function of its name takes. Its first arguments are the ones in the
graph; the rest are parameters.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np

from autograd_lite.errors import (
    ArgumentError,
    AutogradError,
    AxisError,
    DtypeError,
    IndexingError,
    KindError,
    ShapeError,
    describe,
    describe_all,
)
from autograd_lite.graph import raw
from autograd_lite.guard import parameter

if TYPE_CHECKING:
    from autograd_lite.operation import Op

ABSENT: Any = object()
#: Types of parameters that nobody can change.
SAFE = frozenset({int, bool, float, str, type(None), type, np.dtype})

#: NumPy's arguments that no operation takes: the values that ask for nothing, and why not.
REFUSED: dict[str, tuple[tuple[Any, ...], str]] = {
    "out": ((None,), "a node's array is never written to; use the result"),
    "where": ((True,), "select with where(condition, x, y) before the operation instead"),
    "dtype": ((None,), "convert with .astype(dtype) before or after the operation instead"),
    "casting": (("same_kind",), "convert with .astype(dtype) instead"),
    "order": (("K", "C"), "the memory layout is the library's own"),
    "copy": ((True,), "data in a graph is immutable and shared"),
    "subok": ((True,), "results are Tensors"),
    "initial": ((), "add the initial value to the result instead"),
}

#: NumPy's second names for one argument.
ALIASES = {"min": "a_min", "max": "a_max"}


def bind(card: Op, args: Sequence[Any], given: dict[str, Any]) -> tuple[Sequence[Any], dict[str, Any]]:
    """Sort a call into graph arguments and parameters, as the forward function names them."""
    count = 1 if card.each else card.arity
    if len(args) == count and card.required <= given.keys() <= card.params:
        params = given
    elif not given and count < len(args) <= len(card.names):
        params = dict(zip(card.names[count:], args[count:], strict=False))
    else:
        args, params = bind_by_name(card, args, given)
    if not card.required <= params.keys():
        raise _missing(card, sorted(card.required - params.keys(), key=card.names.index))
    for name, value in params.items():
        if type(value) not in SAFE:
            params[name] = parameter(value)
    if card.prepare is not None:
        params = card.prepare(params)
    return (spread(card, args[0]) if card.each else args[:count]), params


def bind_by_name(card: Op, args: Sequence[Any], given: dict[str, Any]) -> tuple[list[Any], dict[str, Any]]:
    """Bind a call in which graph arguments are named or missing, or something is wrong."""
    names, graph_names = card.names, card.names[: 1 if card.each else card.arity]
    if len(args) > len(names):
        raise ArgumentError(f"{card.name}: takes at most {len(names)} arguments ({', '.join(names)}), got {len(args)}.")
    bound = dict(zip(names, args, strict=False))
    for key, value in given.items():
        key = ALIASES.get(key, key) if key not in names else key
        if key in bound:
            raise ArgumentError(f"{card.name}: got the argument {key} twice.")
        if key in names:
            bound[key] = value
        elif key in REFUSED:
            neutral, reason = REFUSED[key]
            if not any(value is n for n in (*neutral, np._NoValue)):
                raise ArgumentError(f"{card.name}: {key}= is refused: {reason}.")
        else:
            raise ArgumentError(f"{card.name}: unknown argument {key}; it takes {', '.join(names)}.")
    missing = [n for n in graph_names if n not in bound and n not in card.defaults]
    if missing:
        raise _missing(card, missing)
    nodes = [bound[n] if n in bound else card.defaults[n] for n in graph_names]
    return nodes, {n: v for n, v in bound.items() if n not in graph_names and v is not np._NoValue}


def _missing(card: Op, names: Sequence[str]) -> ArgumentError:
    return ArgumentError(f"{card.name}: missing argument {', '.join(names)}; it takes {', '.join(card.names)}.")


def spread(card: Op, arrays: Any) -> list[Any]:
    """The arrays of an operation that takes a sequence of them."""
    try:
        spread = list(arrays)
    except TypeError:
        raise KindError(f"{card.name}: expected a sequence of arrays, got {describe(arrays)}.") from None
    if not spread or isinstance(arrays, str | bytes | dict):
        raise ArgumentError(f"{card.name}: expected a sequence of at least one array, got {describe(arrays)}.")
    return spread


def fail(card: Op, error: Exception, args: Sequence[Any], params: dict[str, Any]) -> NoReturn:
    """Raise `error` in the library's words: operation, arguments, and what is wrong with them."""
    if isinstance(error, AutogradError):
        raise error
    said = f"{card.name}: {describe_all(args)}"
    if params:
        said += " with " + ", ".join(f"{k}={_short(v)}" for k, v in params.items())
    reason = str(error).rstrip(".")
    if isinstance(error, np.exceptions.AxisError):
        raise AxisError(f"{said}: {reason}.") from error
    if isinstance(error, IndexError):
        raise IndexingError(f"{said}: {reason}.") from error
    if isinstance(error, ValueError):
        raise ShapeError(f"{said}: {_mismatch(card, [np.shape(raw(a)) for a in args]) or reason}.") from error
    if isinstance(error, (TypeError, OverflowError)):
        raise DtypeError(f"{said}: {reason}.") from error
    raise error


def _short(value: Any) -> str:
    """A parameter on one line."""
    return describe(value) if isinstance(value, np.ndarray) and value.ndim else " ".join(repr(value).split())


def _mismatch(card: Op, shapes: Sequence[tuple[int, ...]]) -> str | None:
    """What is wrong with shapes that do not go together; None where it is something else."""
    if card.name == "matmul":
        (*_, k), n = shapes[0] or (1,), shapes[1][-2:][:1]
        if not all(shapes):
            return "a number has no matrix product. Multiply by it with *"
        if (k,) != n:
            return f"the inner sizes {k} and {n[0]} differ"
    if (card.elementwise and len(shapes) > 1) or card.name == "matmul":
        try:
            np.broadcast_shapes(*(s[:-2] if card.name == "matmul" else s for s in shapes))
        except ValueError:
            return (
                f"the shapes {' and '.join(map(str, shapes))} do not broadcast. Axes are matched from the last one "
                "back; each pair must be equal or contain a 1"
            )
    return None
