"""NumPy's functions on nodes: each the operation of its name, or what passes without a gradient, or an error."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np

from autograd_lite.calls import fail
from autograd_lite.compose import Composition
from autograd_lite.errors import ImmutableError, UnsupportedError
from autograd_lite.graph import KIND_HOLDING, Node, raw
from autograd_lite.ops import BY_NUMPY, RULE_BOOK
from autograd_lite.ops.others import PASSING, instead

#: What the `reduce` method of a ufunc is as an operation.
REDUCTIONS = {
    np.add: "sum",
    np.multiply: "prod",
    np.maximum: "max",
    np.minimum: "min",
    np.logical_and: "all",
    np.logical_or: "any",
    np.logaddexp: "logsumexp",
}
#: What the `accumulate` method of a ufunc is as an operation.
ACCUMULATIONS = {
    np.add: "cumsum",
    np.multiply: "cumprod",
    np.maximum: "cummax",
    np.minimum: "cummin",
    np.logaddexp: "logcumsumexp",
}


def of_ufunc(ufunc: np.ufunc, method: str, inputs: Sequence[Any], kwargs: dict[str, Any]) -> Any:
    """What a ufunc, or a method of it, gives for nodes: NumPy's `__array_ufunc__`."""
    if kwargs.get("out") is not None and any(a is kwargs["out"][0] for a in inputs):
        raise ImmutableError(
            f"{ufunc.__name__}: an array cannot be updated in place by a Tensor, which would cut the Tensor out of "
            "the graph. For `y += x` write `y = y + x`."
        )
    entry = BY_NUMPY.get(ufunc)
    if method == "reduce" and ufunc in REDUCTIONS:
        return RULE_BOOK[REDUCTIONS[ufunc]](*inputs, **{"axis": 0, **kwargs})
    if method == "accumulate" and ufunc in ACCUMULATIONS:
        return RULE_BOOK[ACCUMULATIONS[ufunc]](*inputs, **{"axis": 0, **kwargs})
    if entry is not None and method == "outer" and ufunc.nin == 2 and ufunc.signature is None:
        x, y = map(_array, inputs)
        return entry(x.reshape((*x.shape, *[1] * y.ndim)), y, **kwargs)
    if entry is not None and method == "__call__":
        return entry(*inputs, **kwargs)
    if ufunc in PASSING and method == "__call__" and kwargs.get("out") is None:
        return _passed(ufunc, inputs, kwargs)
    # What `np.frompyfunc` makes calls itself `f (vectorized)`.
    name = "frompyfunc" if ufunc.__name__.endswith("(vectorized)") else ufunc.__name__
    raise _unsupported("np", name, "" if method == "__call__" else f".{method}")


def of_function(func: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
    """What another function of NumPy's gives for nodes: its `__array_function__`."""
    if func is np.where and len(args) == 1:
        # NumPy's where of a condition alone is nonzero.
        func = np.nonzero
    entry = BY_NUMPY.get(func)
    if isinstance(entry, Composition):
        return entry.called(tuple(args), dict(kwargs), by_numpy=True)
    if entry is not None:
        return entry(*args, **kwargs)
    if func in PASSING and kwargs.get("out") is None:
        return _passed(func, args, kwargs)
    raise _unsupported(func.__module__.replace("numpy", "np", 1), func.__name__)


def _array(x: Any) -> Any:
    return x if isinstance(x, Node) else np.asarray(x)


def _detached(x: Any) -> Any:
    """x with plain arrays for the nodes in it."""
    if isinstance(x, Mapping):
        return {k: _detached(v) for k, v in x.items()}
    if type(x) in (list, tuple):
        return type(x)(map(_detached, x))
    return np.asarray(raw(x)) if isinstance(x, Node) else x


def _passed(f: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
    """What a function without a gradient by nature gives for detached data."""
    weights = kwargs.get("weights")
    if isinstance(weights, Node) and weights._tracked:
        raise UnsupportedError(
            f"np.{f.__name__}: the result depends on tracked weights. Use np.bincount(np.digitize(x, edges), weights), "
            "which is differentiable by them, or give weights.detach()."
        )
    try:
        return _untracked(f(*map(_detached, args), **_detached(kwargs)))
    except Exception as error:
        fail(SimpleNamespace(name=f.__name__, elementwise=isinstance(f, np.ufunc)), error, args, dict(kwargs))


def _untracked(x: Any) -> Any:
    """What NumPy gave, with untracked Tensors for the arrays of numbers in it."""
    if isinstance(x, np.ndarray | np.generic):
        if x.dtype.kind not in "fiub":
            return x
        kind = KIND_HOLDING[np.ndarray]
        node = object.__new__(kind)
        node._start(kind.hold(np.array(x)), False, None)
        return node
    if isinstance(x, tuple) and hasattr(x, "_make"):
        return type(x)._make(map(_untracked, x))
    return type(x)(map(_untracked, x)) if type(x) in (list, tuple) else x


def _unsupported(module: str, name: str, method: str = "") -> UnsupportedError:
    where = "linalg." if module.endswith("linalg") else "fft." if ".fft" in module else ""
    return UnsupportedError(f"{module}.{name}{method}: {instead(where + name + method)}.")
