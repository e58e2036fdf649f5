"""Gradients against finite differences.

The derivative of each output by each input is compared with the central difference
(f(x + h) - f(x - h)) / 2h, whose error falls with h squared; a second one at h/2, combined with the
first by Richardson's extrapolation, removes that term and tells how far the difference itself can
be trusted. Source: W. H. Press et al., Numerical Recipes, 3rd edition, section 5.7.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd_lite.errors import ArgumentError, ArgumentValueError, DtypeError, GradientError, KindError, describe
from autograd_lite.graph import Node, raw
from autograd_lite.modes import no_grad
from autograd_lite.ops.join import concatenate
from autograd_lite.ops.shape import reshape
from autograd_lite.tensor import Tensor
from autograd_lite.transforms import grad, jacobian
from autograd_lite.tree import flatten
from autograd_lite.value import Value


class Mismatch:
    """One entry of the Jacobian that the gradient rules and finite differences see differently."""

    def __init__(
        self,
        output: tuple[int, ...],
        argument: str,
        index: tuple[int, ...],
        gradient: float,
        difference: float,
        tolerance: float,
    ) -> None:
        self.output = output
        self.argument = argument
        self.index = index
        self.gradient = gradient
        self.difference = difference
        self.tolerance = tolerance

    @property
    def excess(self) -> float:
        """How many times its tolerance the entry is off; inf where either number is nan."""
        excess = abs(self.gradient - self.difference) / self.tolerance
        return float("inf") if np.isnan(excess) else excess

    def __repr__(self) -> str:
        return f"<Mismatch {self}>"

    def __str__(self) -> str:
        return (
            f"d out{list(self.output)} / d {self.argument}{list(self.index)}: the gradient is {self.gradient:.8g}, "
            f"finite differences give {self.difference:.8g} (tolerance {self.tolerance:.1g})"
        )


class Report:
    """What `gradcheck` found: true in a condition when all is well.

    `name` is the function's, `entries` how many derivatives were compared, `mismatches` the wrong
    ones, worst first.
    """

    def __init__(self, name: str, entries: int, mismatches: list[Mismatch]) -> None:
        self.name = name
        self.entries = entries
        self.mismatches = mismatches

    def __repr__(self) -> str:
        return f"Report(name={self.name!r}, entries={self.entries})"

    def __bool__(self) -> bool:
        return not self.mismatches

    @property
    def worst(self) -> Mismatch | None:
        """The entry furthest outside its tolerance; None when all is well."""
        return self.mismatches[0] if self.mismatches else None

    def __str__(self) -> str:
        if not self.mismatches:
            return f"gradcheck: {self.name}: all {self.entries} derivatives agree with finite differences."
        shown = "\n".join(f"  {m}" for m in self.mismatches[:5])
        more = len(self.mismatches) - 5
        tail = f"\n  and {more} more" if more > 0 else ""
        return f"gradcheck: {self.name}: {len(self.mismatches)} of {self.entries} derivatives are wrong:\n{shown}{tail}"


def gradcheck(
    f: Callable[..., Any],
    inputs: Sequence[Any],
    *,
    step: float = 1e-4,
    rtol: float = 1e-6,
    atol: float = 1e-9,
    raise_on_failure: bool = False,
) -> Report:
    """Compare the derivatives of `f(*inputs)` with central differences, every output by every input.

    Parameters
    ----------
    f : a function of Tensors that gives a Tensor, of any shape, or a Value.
    inputs : its arguments: float64 arrays, Tensors, floats or Values. They are not changed.
    step : h, in units of each input element's size (at least 1).
    rtol, atol : the agreement asked of each entry, relative and absolute; to these comes the error
        that the difference itself shows between h and h/2.
    raise_on_failure : raise `GradientError`, with the report for its text, instead of giving a false one.

    Raises `DtypeError` for inputs that are not float64: finite differences need their digits.

    >>> import numpy as np
    >>> bool(gradcheck(lambda x, y: np.tanh(x @ y), (np.eye(2), np.ones(2))))
    True
    """
    if not (isinstance(step, float) and 0 < step < 1):
        raise ArgumentValueError(f"gradcheck: step is a number between 0 and 1, such as 1e-4; got {describe(step)}.")
    leaves, rebuild = _leaves("gradcheck", f, inputs)
    rows = _analytic(f, rebuild(leaves), len(leaves))
    mismatches: list[Mismatch] = []
    entries = 0
    for number, x in enumerate(leaves):
        argument = getattr(x, "name", None) or (f"argument {number}" if len(leaves) > 1 else "x")
        base = np.array(raw(x), dtype=np.float64)
        for index in np.ndindex(base.shape):
            numeric, noise = _difference(f, leaves, rebuild, number, base, index, step)
            column = rows[number][(..., *index)]
            entries += column.size
            bound = atol + rtol * np.maximum(np.abs(numeric), np.abs(column)) + noise
            mismatches += _mismatches(argument, index, column, numeric, bound)
    mismatches.sort(key=lambda m: m.excess, reverse=True)
    report = Report(getattr(f, "__name__", type(f).__name__), entries, mismatches)
    if raise_on_failure and not report:
        raise GradientError(str(report))
    return report


def _mismatches(
    argument: str,
    index: tuple[int, ...],
    gradient: NDArray[np.float64],
    difference: NDArray[np.float64],
    bound: NDArray[np.float64],
) -> Iterator[Mismatch]:
    """The outputs whose derivatives by one element of an argument differ by more than the bound."""
    both_nan = np.isnan(gradient) & np.isnan(difference)
    # Written so that a nan is wrong too, unless both are nan.
    wrong = ~((np.abs(gradient - difference) <= bound) | (gradient == difference) | both_nan)
    for at in zip(*np.nonzero(np.atleast_1d(wrong)), strict=True):
        output = tuple(int(i) for i in at)[: gradient.ndim]
        yield Mismatch(
            output, argument, index, float(gradient[output]), float(difference[output]), float(bound[output])
        )


def gradgradcheck(f: Callable[..., Any], inputs: Sequence[Any], *, seed: int = 0, **options: Any) -> Report:
    """Compare second derivatives with differences of first ones, for a random mix of the outputs.

    Arguments and errors are those of `gradcheck`; `seed` chooses the mix.

    >>> import numpy as np
    >>> bool(gradgradcheck(np.exp, (np.ones(3),)))
    True
    """
    leaves, rebuild = _leaves("gradgradcheck", f, inputs)
    with no_grad():
        shape = np.shape(raw(f(*rebuild(leaves))))
    mix = np.random.default_rng(seed).uniform(0.5, 1.5, shape)

    def gradients(*xs: Any) -> Any:
        parts = grad(lambda *ys: (f(*ys) * mix).sum() if shape else f(*ys), tuple(range(len(xs))))(*xs)
        return concatenate([reshape(part, (-1,)) for part in flatten(parts)[0]])

    gradients.__name__ = f"gradient of {getattr(f, '__name__', type(f).__name__)}"
    return gradcheck(gradients, inputs, **options)


def _leaves(name: str, f: Callable[..., Any], inputs: Any) -> tuple[list[Any], Callable[[Sequence[Any]], Any]]:
    """The inputs as nodes of their own, which f cannot write to, and a function that puts others in their places."""
    if not callable(f):
        raise ArgumentError(f"{name}: expected a function, got {describe(f)}.")
    if not isinstance(inputs, tuple | list):
        raise ArgumentError(f"{name}: inputs is a tuple of the arguments, got {describe(inputs)}. Write (x,).")
    leaves, rebuild = flatten(tuple(inputs))
    for x in leaves:
        if np.asarray(raw(x)).dtype != np.float64:
            raise DtypeError(f"{name}: {describe(x)}: finite differences need float64. Convert with .astype(float).")
    copies = [
        Value(x.data, name=x.name) if isinstance(x, Value) else Tensor(raw(x), name=getattr(x, "name", None))
        for x in leaves
    ]
    with no_grad():
        out = f(*rebuild(copies))
    if not isinstance(out, Node | float | np.generic | np.ndarray):
        raise KindError(
            f"{name}: the function must give one Tensor, Value or number, and gave {describe(out)}. Join several "
            "results with concatenate."
        )
    return copies, rebuild


def _analytic(f: Callable[..., Any], inputs: Sequence[Any], count: int) -> list[NDArray[np.float64]]:
    """The Jacobian by each input leaf, by the gradient rules."""
    with no_grad():
        whole = jacobian(f, tuple(range(len(inputs))))(*inputs)
    blocks = flatten(whole)[0]
    assert len(blocks) == count
    return [np.asarray(raw(b), dtype=np.float64) for b in blocks]


def _difference(
    f: Callable[..., Any],
    leaves: list[Any],
    rebuild: Callable[[Sequence[Any]], Any],
    number: int,
    base: NDArray[np.float64],
    index: tuple[int, ...],
    step: float,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The derivative by one element, extrapolated from two central differences, and its own error."""
    at = float(base[index])
    h = step * max(1.0, abs(at))

    def value(x: float) -> NDArray[np.float64]:
        moved = base.copy()
        moved[index] = x
        new = Value(x) if isinstance(leaves[number], Value) else Tensor(moved)
        with no_grad():
            out = f(*rebuild([new if i == number else leaf for i, leaf in enumerate(leaves)]))
        return np.asarray(raw(out), dtype=np.float64)

    def central(h: float) -> NDArray[np.float64]:
        above, below = at + h, at - h
        return (value(above) - value(below)) / (above - below)

    wide, narrow = central(h), central(h / 2)
    numeric = narrow + (narrow - wide) / 3
    rounding = 8 * np.finfo(np.float64).eps * np.maximum(np.abs(value(at)), 1.0) / h
    return numeric, np.abs(narrow - wide) / 8 + rounding
