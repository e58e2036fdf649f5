"""One row for each operation: with what it is called, and what NumPy says it gives.

The arguments lie well away from kinks, ties and the edges of domains, and differ from one another.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd_lite import Op


@dataclass(frozen=True)
class Sample:
    """A call: `reference(*args, **params)` is what it should give on plain arrays."""

    reference: Callable[..., Any]
    args: tuple[Any, ...]
    params: dict[str, Any]

    def in_float32(self) -> "Sample":
        """The same call with float32 for float64 throughout."""
        args = tuple(a.astype(np.float32) if a.dtype == np.float64 else a for a in self.args)
        return Sample(self.reference, args, self.params | ({"dtype": "float32"} if "dtype" in self.params else {}))


def row(reference: Callable[..., Any], *args: Any, **params: Any) -> Sample:
    return Sample(reference, args, params)


def calling(op: Op) -> Callable[..., Any]:
    """`op` as a function of its graph arguments and parameters, also where it takes a sequence of arrays."""
    return (lambda *arrays, **params: op(arrays, **params)) if op.each else op


def call(op: Op, sample: Sample) -> Callable[..., Any]:
    """`op` as a function of its graph arguments alone."""
    return lambda *args: calling(op)(*args, **sample.params)


def differentiable_arguments(op: Op, args: Sequence[Any]) -> list[int]:
    """The numbers of the arguments that have a gradient rule."""
    return [i for i in range(len(args)) if op.each or op.rules[i] is not None]


def _softmax(x: Any, axis: int) -> Any:
    return np.exp(x) / np.exp(x).sum(axis=axis, keepdims=True)


def _scattered(a: Any, index: Any, shape: tuple[int, ...]) -> Any:
    out = np.zeros(shape, a.dtype)
    np.add.at(out, index, a)
    return out


A = np.array([[0.3, -0.7, 1.1], [-1.3, 0.62, 2.2]])
B = np.array([[1.7, 0.44, -0.9], [0.8, -2.1, 0.53]])
#: Positive numbers, numbers between -1 and 1, numbers above 1, small integers, truth values, bounds.
P = np.array([[0.31, 0.74, 1.12], [1.35, 0.66, 2.23]])
U = np.array([[0.2, -0.61, 0.83], [-0.35, 0.52, -0.14]])
V = np.array([[1.2, 2.61, 1.83], [3.35, 1.52, 2.14]])
I = np.array([[6, 3, 5], [1, 0, 7]])  # noqa: E741
J = np.array([[3, 3, 1], [4, 2, 5]])
S = np.array([[True, False, True], [True, True, False]])
T = np.array([[True, True, False], [False, True, False]])
LOW = np.array([[-0.2, -0.5, -0.4], [-0.9, 0.9, -0.3]])
W = np.array([[1.0, np.nan, -np.inf], [np.inf, 0.0, np.nan]])
HIGH = np.array([[0.6, 0.9, 0.7], [0.4, 1.9, 1.3]])

SAMPLES = {
    "add": row(np.add, A, B),
    "subtract": row(np.subtract, A, B),
    "multiply": row(np.multiply, A, B),
    "divide": row(np.divide, A, B),
    "negative": row(np.negative, A),
    "positive": row(np.positive, A),
    "floor_divide": row(np.floor_divide, A, B),
    "remainder": row(np.remainder, A, B),
    "power": row(np.power, P, B),
    "square": row(np.square, A),
    "sqrt": row(np.sqrt, P),
    "abs": row(np.absolute, A),
    "sign": row(np.sign, A),
    "identity": row(lambda x: x, A),
    "astype": row(lambda x, dtype: x.astype(dtype), A, dtype="float64"),
    "exp": row(np.exp, A),
    "log": row(np.log, P),
    "log1p": row(np.log1p, P),
    "expm1": row(np.expm1, A),
    "sin": row(np.sin, A),
    "cos": row(np.cos, A),
    "tan": row(np.tan, U),
    "arcsin": row(np.arcsin, U),
    "arccos": row(np.arccos, U),
    "arctan": row(np.arctan, A),
    "sinh": row(np.sinh, A),
    "cosh": row(np.cosh, A),
    "tanh": row(np.tanh, A),
    "arcsinh": row(np.arcsinh, A),
    "arccosh": row(np.arccosh, V),
    "arctanh": row(np.arctanh, U),
    "sigmoid": row(lambda x: 1 / (1 + np.exp(-x)), A),
    "relu": row(lambda x: x * (x > 0), A),
    "softplus": row(lambda x: np.log(1 + np.exp(x)), A),
    "maximum": row(np.maximum, A, B),
    "minimum": row(np.minimum, A, B),
    "clip": row(np.clip, A, LOW, HIGH),
    "where": row(np.where, S, A, B),
    "greater": row(np.greater, A, B),
    "greater_equal": row(np.greater_equal, A, B),
    "less": row(np.less, A, B),
    "less_equal": row(np.less_equal, A, B),
    "equal": row(np.equal, I, J),
    "not_equal": row(np.not_equal, I, J),
    "logical_and": row(np.logical_and, S, T),
    "logical_or": row(np.logical_or, S, T),
    "logical_not": row(np.logical_not, S),
    "bitwise_and": row(np.bitwise_and, I, J),
    "bitwise_or": row(np.bitwise_or, I, J),
    "bitwise_xor": row(np.bitwise_xor, I, J),
    "invert": row(np.invert, I),
    "isnan": row(np.isnan, W),
    "isfinite": row(np.isfinite, W),
    "isinf": row(np.isinf, W),
    "sum": row(np.sum, A, axis=1),
    "mean": row(np.mean, A, axis=1),
    "prod": row(np.prod, A, axis=1),
    "max": row(np.max, A, axis=1),
    "min": row(np.min, A, axis=1),
    "var": row(np.var, A, axis=1, ddof=1),
    "std": row(np.std, A, axis=1, ddof=1),
    "argmax": row(np.argmax, A, axis=1),
    "argmin": row(np.argmin, A, axis=1),
    "all": row(np.all, S, axis=1),
    "any": row(np.any, S, axis=1),
    "logsumexp": row(lambda a, axis: np.log(np.exp(a).sum(axis=axis)), A, axis=1),
    "softmax": row(_softmax, A, axis=1),
    "log_softmax": row(lambda x, axis: np.log(_softmax(x, axis)), A, axis=1),
    "reshape": row(lambda a, shape: a.reshape(shape), A, shape=(3, -1)),
    "transpose": row(np.transpose, A, axes=(1, 0)),
    "swapaxes": row(np.swapaxes, A, axis1=0, axis2=-1),
    "expand_dims": row(np.expand_dims, A, axis=1),
    "squeeze": row(np.squeeze, A.reshape(2, 1, 3), axis=1),
    "broadcast_to": row(np.broadcast_to, A, shape=(2, 2, 3)),
    "concatenate": row(lambda *xs, axis: np.concatenate(xs, axis), A, B[:, :2], P, axis=1),
    "stack": row(lambda *xs, axis: np.stack(xs, axis), A, B, P, axis=1),
    "getitem": row(lambda a, index: a[index], A, index=(slice(None), [2, 0, 2])),
    "scatter_add": row(_scattered, A, index=(slice(None), [3, 0, 3]), shape=(2, 4)),
    "matmul": row(np.matmul, A, B.T),
    "dot": row(np.dot, A, B.T),
    "outer": row(np.outer, A, B),
}
