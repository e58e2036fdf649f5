"""One check under way: what is checked, how, and what was found so far."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, TypeVar

import numpy as np

from autograd_lite.errors import ArgumentValueError, describe
from autograd_lite.gradcheck.judge import Judgement, Tolerance, judge
from autograd_lite.gradcheck.lines import DOUBLE, Line, Precision, Vector, noise_of, sides, size_of
from autograd_lite.gradcheck.replay import complex_slope
from autograd_lite.gradcheck.report import Mismatch, Report, relative
from autograd_lite.gradcheck.subject import Subject

T = TypeVar("T")


@dataclass(frozen=True)
class Options:
    """How to check: see `autograd_lite.gradcheck`."""

    step: float
    rtol: float
    atol: float
    fast: bool
    directions: int
    seed: int
    progress: bool

    def refuse_odd_ones(self, name: str) -> None:
        """Raise `ArgumentValueError` for what is no option."""
        if not (isinstance(self.step, float) and 0 < self.step < 1):
            given = describe(self.step)
            raise ArgumentValueError(f"{name}: step is a number between 0 and 1, such as 1e-4; got {given}.")
        for option in ("rtol", "atol"):
            value = getattr(self, option)
            if not (isinstance(value, float | int) and 0 <= value < float("inf")):
                given = describe(value)
                raise ArgumentValueError(f"{name}: {option} is a number from 0 up, such as 1e-6; got {given}.")
        if not (isinstance(self.directions, int) and self.directions > 0):
            raise ArgumentValueError(f"{name}: directions is a number from 1 up; got {describe(self.directions)}.")


@dataclass
class Kink:
    """An entry at which the function is not smooth: the checked leaf, the element, the element of the result."""

    number: int
    index: int
    row: int
    inside: bool = True


@dataclass
class Check:
    """A function, what is asked of it, and what was found."""

    subject: Subject
    options: Options
    report: Report
    precision: Precision
    kinks: list[Kink] = field(default_factory=list)
    jumps: list[Kink] = field(default_factory=list)
    named: set[tuple[int, int, int]] = field(default_factory=set)
    below: int = 0
    borders: int = 0
    unsettled: int = 0
    unreached: list[int] = field(default_factory=list)
    broken: bool = False
    #: Where the nodes were made; None before that was asked.
    places: Any = None

    @property
    def tolerance(self) -> Tolerance:
        """What is asked of each entry; narrow numbers cannot do better than their own."""
        rtol = self.options.rtol if self.precision is DOUBLE else max(self.options.rtol, self.precision.rtol)
        return Tolerance(rtol, self.options.atol)

    @cached_property
    def grain(self) -> Vector:
        """The noise of each result."""
        data, rng = self.subject.inputs.data, np.random.default_rng(self.options.seed)
        moves = {n: rng.choice([-1.0, 1.0], np.shape(a)) * size_of(a) for n, a in enumerate(data)}
        # More than rounding makes of the largest number on the way is no noise, but a jump.
        most = max((float(np.max(np.abs(n._data), initial=0.0)) for n in self.subject.graph), default=0.0)
        grain: Vector = np.fmin(noise_of(self.along(moves), self.precision), 1e4 * self.precision.eps * most)
        return grain

    def along(self, moves: dict[int, Any]) -> Line:
        """The results where each of some leaves is moved t times an array of its shape."""
        subject, inputs = self.subject, self.subject.inputs

        def value(t: float) -> Vector:
            if len(moves) == 1:
                [(number, move)] = moves.items()
                return subject.value(number, _moved(inputs.data[number], t * move))
            return subject.value_all({n: _moved(inputs.data[n], t * move) for n, move in moves.items()})

        return value

    def by_element(self, number: int, index: int) -> Line:
        """The results where one element of a leaf is moved by t."""
        subject, data = self.subject, self.subject.inputs.data[number]

        def value(t: float) -> Vector:
            moved = data.copy()
            moved.reshape(-1)[index] += t
            moved.setflags(write=False)
            return subject.value(number, moved)

        return value

    def judged(self, number: int, index: int, rows: Any, gradient: Vector) -> Judgement:
        """The derivatives of some rows by one element of a leaf."""
        line = self.by_element(number, index)
        at = float(self.subject.inputs.data[number].reshape(-1)[index])

        def exact() -> Vector | None:
            found = complex_slope(self.subject, number, index)
            return None if found is None else found[rows]

        precision = replace(self.precision, grain=self.grain[rows])
        return judge(lambda t: line(t)[rows], self.subject.base[rows], at, gradient, self.tolerance, precision, exact)

    def bend(self, number: int, index: int, rows: Any) -> None:
        """Take down the kinks among some rows of one element, whose gradient agrees with central differences."""
        line = self.by_element(number, index)
        at = float(self.subject.inputs.data[number].reshape(-1)[index])
        precision = replace(self.precision, grain=self.grain[rows])
        found = sides(lambda t: line(t)[rows], self.subject.base[rows], at, precision)
        self.kinks += [Kink(number, index, int(row)) for row in rows[found.kink]]

    def note(self, number: int, index: int, rows: Any, gradient: Vector, found: Judgement) -> None:
        """Take down what was found of the derivatives of some rows by one element of a leaf."""
        rows = np.asarray(rows)
        self.below += int(found.below.sum())
        self.borders += int(found.border.sum())
        self.unsettled += int(found.unsettled.sum())
        for k in np.flatnonzero(found.kink):
            self.kinks.append(Kink(number, index, int(rows[k]), bool(found.inside[k])))
        self.jumps += [Kink(number, index, int(r)) for r in rows[found.jump]]
        told = ~(found.below | found.border | found.kink | found.jump)
        self.seen(gradient[told], found.difference[told])
        for k in np.flatnonzero(found.wrong):
            seen = float(gradient[k]), float(found.difference[k]), float(found.bound[k])
            self.mismatch(number, index, int(rows[k]), *seen)

    def seen(self, gradient: Vector, difference: Vector) -> None:
        """Remember the largest relative error."""
        most = np.fmax(np.abs(gradient), np.abs(difference))
        off = np.abs(gradient - difference)[most > 0] / most[most > 0]
        self.report.error = max(self.report.error, float(np.max(np.nan_to_num(off, nan=np.inf), initial=0.0)))

    def mismatch(self, number: int, index: int, row: int, gradient: float, difference: float, bound: float) -> None:
        """Take down a wrong entry."""
        label, output = self.subject.place(row)
        shape = np.shape(self.subject.inputs.data[number])
        at = tuple(int(i) for i in np.unravel_index(index, shape)) if shape else ()
        bound = bound if np.isfinite(bound) else 0.0
        self.report.error = max(self.report.error, relative(gradient, difference))
        self.report.mismatches.append(
            Mismatch(output, self.subject.inputs.labels[number], at, gradient, difference, bound, label)
        )

    def bar(self, items: Iterable[T], total: int) -> Iterator[T]:
        """The items, with a progress bar where one was asked for and a terminal is there."""
        if not self.options.progress:
            yield from items
            return
        from tqdm import tqdm

        yield from tqdm(items, total=total, desc=self.report.asked, leave=False, disable=None)


def _moved(data: Any, by: Any) -> Any:
    moved = np.asarray(data + by, dtype=data.dtype)
    moved.setflags(write=False)
    return moved
