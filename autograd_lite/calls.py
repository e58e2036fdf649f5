"""How an operation is called: arguments bound to names, and errors worded.

An operation takes what NumPy's function of its name takes. Its first arguments are the ones in the
graph; the rest are parameters.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np

from autograd_lite.errors import (
    ArgumentError,
    ArgumentValueError,
    AutogradError,
    AxisError,
    DtypeError,
    IndexingError,
    KindError,
    LinearAlgebraError,
    ShapeError,
    describe,
    describe_all,
)
from autograd_lite.graph import Node, raw
from autograd_lite.guard import parameter

if TYPE_CHECKING:
    from autograd_lite.operation import Op

ABSENT: Any = object()
#: Types of parameters that nobody can change.
SAFE = frozenset({int, bool, float, str, type(None), type, np.dtype})

#: NumPy's arguments that no operation takes: the values that ask for nothing, and why not.
REFUSED: dict[str, tuple[tuple[Any, ...], str]] = {
    "out": ((None,), "a node's array is never written to; use the result"),
    "where": ((True,), "what is left out would be uninitialised memory; use where(mask, f(x), other) instead"),
    "dtype": ((None,), "NumPy's function of this name takes none; convert with .astype(dtype)"),
    "like": ((None,), "the result is a Tensor"),
    "casting": (("same_kind",), "convert with .astype(dtype) instead"),
    "order": (("K", "C", None), "the memory layout is the library's own"),
    "copy": ((True, False, None), "data in a graph is immutable and shared"),
    "subok": ((True, False), "results are Tensors"),
    "initial": ((), "add the initial value to the result instead"),
    "axes": ((None,), "move the axes before the operation instead"),
}

#: Words by which NumPy's errors about shapes are known among those about values.
OF_SHAPES = ("shape", "dimension", "axis", "axes", "broadcast", "length", "size", "square", "align", "-d", "match")

#: NumPy's second names for one argument.
ALIASES = {"min": "a_min", "max": "a_max"}


def order(card: Op) -> tuple[str, ...]:
    """The names of what may stand by position in a call: the arguments in the graph, then as NumPy has them."""
    if card.positions is None:
        graph_names = card.names[: 1 if card.each else card.arity]
        card.positions = card.names
        if isinstance(card.forward, np.ufunc):
            card.positions = (*graph_names, "out")
        elif card.numpy:
            declared = [
                n
                for n, p in _parameters(card.numpy[0]).items()
                if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)
            ]
            card.positions = (*graph_names, *declared[len(graph_names) :]) if declared else card.names
    return card.positions


def bind(card: Op, args: Sequence[Any], given: dict[str, Any]) -> tuple[Sequence[Any], dict[str, Any]]:
    """Sort a call into graph arguments and parameters, as the forward function names them."""
    count = 1 if card.each else card.arity
    dtype = None
    if len(args) == count and card.required <= given.keys() <= card.params:
        params = given
    else:
        # The usual call with parameters by position, `x.sum(0)`, needs no more than their names.
        positions = card.positions or order(card)
        params = {} if given or len(args) < count else dict(zip(positions[count:], args[count:], strict=False))
        if not params or len(args) > len(positions) or not params.keys() <= card.params:
            args, params = bind_by_name(card, args, given)
            if "dtype" not in card.params:
                dtype = params.pop("dtype", None)
    if not card.required <= params.keys():
        raise _missing(card, sorted(card.required - params.keys(), key=card.names.index))
    for name, value in params.items():
        if type(value) not in SAFE:
            if name == "index" and card.prepare is not None:
                # `ops.index` copies it, and speaks of an index by floats.
                continue
            if (node := _tracked(value)) is not None:
                raise _no_gradient_by(card, name, node)
            params[name] = parameter(value)
            if name == "axis" and isinstance(params[name], np.ndarray) and params[name].dtype.kind in "iu":
                # NumPy takes axes in arrays.
                params[name] = tuple(params[name].tolist()) if params[name].ndim else params[name].item()
    if card.prepare is not None:
        params = card.prepare(params)
    args = spread(card, args[0]) if card.each else args[:count]
    return (args if dtype is None else card.cast(args, dtype)), params


def bind_by_name(card: Op, args: Sequence[Any], given: dict[str, Any]) -> tuple[list[Any], dict[str, Any]]:
    """Bind a call with parameters by position, or in which graph arguments are named or missing, or that is wrong."""
    names, graph_names = card.names, card.names[: 1 if card.each else card.arity]
    positions = order(card)
    if len(args) > len(positions):
        most = f"{len(positions)} arguments ({', '.join(positions)})"
        raise ArgumentError(f"{card.name}: takes at most {most}, got {len(args)}.")
    bound: dict[str, Any] = {}
    for key, value in [*zip(positions, args, strict=False), *given.items()]:
        key = ALIASES.get(key, key) if key not in names else key
        if key in bound:
            raise ArgumentError(f"{card.name}: got the argument {key} twice.")
        if key in names or (key == "dtype" and _takes_dtype(card)):
            bound[key] = value
        elif key in REFUSED:
            refuse(card.name, key, value)
        elif value is not np._NoValue:
            raise ArgumentError(f"{card.name}: unknown argument {key}; it takes {', '.join(names)}.")
    missing = [n for n in graph_names if n not in bound and n not in card.defaults]
    if missing:
        raise _missing(card, missing)
    nodes = [bound[n] if n in bound else card.defaults[n] for n in graph_names]
    return nodes, {n: v for n, v in bound.items() if n not in graph_names and v is not np._NoValue}


def refuse(name: str, key: str, value: Any) -> None:
    """Raise for an argument of NumPy's that no operation takes, unless its value asks for nothing."""
    neutral, reason = REFUSED[key]
    if not any(value is n for n in (*neutral, np._NoValue)):
        raise ArgumentError(f"{name}: {key}= is refused: {reason}.")


def _takes_dtype(card: Op) -> bool:
    """Whether NumPy's function of this operation computes in a data type that the call may name."""
    f = next(iter(card.numpy), None)
    return isinstance(f, np.ufunc) or (f is not None and "dtype" in _parameters(f))


def _parameters(f: Any) -> Mapping[str, Any]:
    """What NumPy declares of the parameters of its function f."""
    import inspect

    try:
        return inspect.signature(f).parameters
    except ValueError:
        # NumPy has functions in C that do not tell.
        return {}


def _tracked(value: Any) -> Node | None:
    """The tracked node that a parameter is, or the first in a list of parameters."""
    if isinstance(value, Node):
        return value if value._tracked else None
    nested = map(_tracked, value) if type(value) in (list, tuple) else ()
    return next((node for node in nested if node is not None), None)


def _no_gradient_by(card: Op, name: str, value: Any) -> ArgumentError:
    return ArgumentError(
        f"{card.name}: {name}={describe(value)} is tracked, and the operation has no derivative by {name}. Where it is "
        f"meant as a constant, give {name}.detach()."
    )


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


def fail(card: Any, error: Exception, args: Sequence[Any], params: dict[str, Any]) -> NoReturn:
    """Raise `error` in the library's words: the operation (its `name`), its arguments, what is wrong with them."""
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
        # The lists that a composition is called with may hold arrays of any shapes.
        by_shape = card.elementwise or card.name == "matmul"
        mismatch = _mismatch(card, [np.shape(raw(a)) for a in args]) if by_shape else None
        if mismatch or any(word in reason.lower() for word in OF_SHAPES):
            raise ShapeError(f"{said}: {mismatch or reason}.") from error
        if isinstance(error, np.linalg.LinAlgError):
            raise LinearAlgebraError(f"{said}: {reason}.") from error
        raise ArgumentValueError(f"{said}: {reason}.") from error
    if isinstance(error, AttributeError):
        raise KindError(f"{said}: expected Tensors, arrays or numbers.") from error
    if isinstance(error, (TypeError, OverflowError)):
        if "did not contain a loop" in reason or "not supported for the input types" in reason:
            reason = "it has no form for these data types. Convert with .astype to one that it takes"
        raise DtypeError(f"{said}: {reason}.") from error
    raise error


def _short(value: Any) -> str:
    """A parameter on one line."""
    return describe(value) if isinstance(value, np.ndarray) and value.ndim else " ".join(repr(value).split())


def _mismatch(card: Any, shapes: Sequence[tuple[int, ...]]) -> str | None:
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
