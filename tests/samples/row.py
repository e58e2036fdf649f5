"""What a row of the table is, and the arrays that rows share."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd_lite import Op


@dataclass(frozen=True)
class Sample:
    """A call: `reference(*args, **params)` is what it should give on plain arrays.

    Where a call looks otherwise, `how(f, *args, **params)` makes it of the operation, and of the reference.
    """

    reference: Callable[..., Any]
    args: tuple[Any, ...]
    params: dict[str, Any]
    how: Callable[..., Any] | None = None

    def in_float32(self) -> "Sample":
        """The same call with float32 for float64 throughout."""
        args = tuple(a.astype(np.float32) if a.dtype == np.float64 else a for a in self.args)
        params = self.params | ({"dtype": "float32"} if "dtype" in self.params else {})
        return Sample(self.reference, args, params, self.how)

    def expected(self) -> Any:
        """What NumPy gives; of several results, one array of all."""
        return joined((self.how or plainly)(self.reference, *self.args, **self.params))


def row(reference: Callable[..., Any], *args: Any, how: Callable[..., Any] | None = None, **params: Any) -> Sample:
    return Sample(reference, args, params, how)


def plainly(f: Callable[..., Any], *args: Any, **params: Any) -> Any:
    return f(*args, **params)


def of_list(f: Callable[..., Any], *arrays: Any, **params: Any) -> Any:
    """For `how`: a call with one list of arrays."""
    return f(list(arrays), **params)


def joined(result: Any) -> Any:
    """One array of all results of a function that has several."""
    if not isinstance(result, tuple | list):
        return result
    return np.concatenate([np.reshape(r, -1) for r in result])


def calling(op: Any, sample: Sample) -> Callable[..., Any]:
    """`op` as a function of its graph arguments and parameters, whatever a call looks like and gives."""
    how = sample.how or plainly
    return lambda *args, **params: joined(how(op, *args, **params))


def call(op: Any, sample: Sample) -> Callable[..., Any]:
    """`op` as a function of its graph arguments alone."""
    return lambda *args: calling(op, sample)(*args, **sample.params)


def differentiable_arguments(op: Op, args: Sequence[Any]) -> list[int]:
    """The numbers of the arguments that have a gradient rule."""
    return [i for i in range(len(args)) if op.each or op.rules[i] is not None]


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
