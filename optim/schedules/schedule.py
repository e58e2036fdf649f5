"""Schedule: a function of the step that goes together with others."""

from __future__ import annotations

import itertools
from bisect import bisect_right
from collections.abc import Callable, Sequence
from typing import Any

from autograd_lite.errors import ArgumentValueError, KindError, describe
from optim.options import at_least_zero, function, number, whole


class Schedule:
    """A number for each step: the factor of a learning rate, or the rate itself.

    Parameters
    ----------
    f : gives a real number for a step, counted from 0.
    name : what a plot calls it; the name of `f` where None.

    Sums, differences and products of schedules and numbers are schedules; `then` lets one follow another.
    `optim.lr_scheduler.LambdaLR` takes a schedule for the factor of an optimizer's learning rate, `RateLR` for the
    rate. Raises `KindError` for what is no function or no number, and `ArgumentValueError` for a negative step.

    >>> from optim import schedules
    >>> rate = 0.1 * schedules.linear(0.5, 1.0, steps=2).then(schedules.exponential(k=0.5), at=2)
    >>> [round(rate(t), 4) for t in range(5)]
    [0.05, 0.075, 0.1, 0.0607, 0.0368]
    """

    def __init__(self, f: Callable[[float], float], name: str | None = None) -> None:
        self._f = function("Schedule", "f", f)
        self.name = getattr(f, "__name__", type(f).__name__) if name is None else name

    def __call__(self, step: float) -> float:
        at_least_zero(self.name, "the step", step)
        # The function gets the step itself: an integer may index a list.
        return number(self.name, "its value", self._f(step))

    def then(self, other: Schedule | float, at: int) -> Schedule:
        """This schedule before step `at`, and from there on the other, whose own steps begin at 0."""
        return sequence([self, other], [at])

    def __add__(self, other: Schedule | float) -> Schedule:
        a, b = self, as_schedule("Schedule", other)
        return Schedule(lambda t: a(t) + b(t), f"{a.name} + {b.name}")

    def __sub__(self, other: Schedule | float) -> Schedule:
        a, b = self, as_schedule("Schedule", other)
        return Schedule(lambda t: a(t) - b(t), f"{a.name} - {_closed(b.name)}")

    def __rsub__(self, other: float) -> Schedule:
        return as_schedule("Schedule", other) - self

    def __mul__(self, other: Schedule | float) -> Schedule:
        a, b = self, as_schedule("Schedule", other)
        return Schedule(lambda t: a(t) * b(t), f"{_closed(a.name)} * {_closed(b.name)}")

    def __rmul__(self, other: float) -> Schedule:
        return as_schedule("Schedule", other) * self

    __radd__ = __add__

    def __repr__(self) -> str:
        return f"Schedule({self.name})"


def as_schedule(owner: str, value: Any) -> Schedule:
    """A schedule as it is, a function as one, a number as one that never changes."""
    if isinstance(value, Schedule):
        return value
    if callable(value):
        return Schedule(value)
    if isinstance(value, bool | str) or value is None:
        raise KindError(f"{owner}: got {describe(value)}; expected a schedule, a function of the step or a number.")
    fixed = number(owner, "a schedule", value)
    return Schedule(lambda t: fixed, f"{fixed:g}")


def sequence(schedules: Sequence[Schedule | float], milestones: Sequence[int]) -> Schedule:
    """One schedule after the other, each with steps of its own, which begin at 0.

    Parameters
    ----------
    schedules : schedules, functions of the step or numbers.
    milestones : the step at which each but the first begins, in order; one fewer.

    Raises `ArgumentValueError` for milestones that do not fit.

    >>> from optim import schedules
    >>> rate = schedules.sequence([0.1, 0.01, schedules.time_based(1.0)], [2, 3])
    >>> [rate(t) for t in range(5)]
    [0.1, 0.1, 0.01, 1.0, 0.5]
    """
    if isinstance(schedules, str) or not isinstance(schedules, Sequence):
        raise KindError(f"sequence: schedules is {describe(schedules)}; give a list of schedules.")
    parts = [as_schedule("sequence", part) for part in schedules]
    starts = ordered("sequence", milestones)
    if len(starts) != len(parts) - 1:
        raise ArgumentValueError(
            f"sequence: {len(parts)} schedules have {len(starts)} milestones; give one for each but the first."
        )
    begins = [0, *starts]

    def follow(t: float) -> float:
        i = bisect_right(starts, t)
        return parts[i](t - begins[i])

    return Schedule(follow, ", ".join(part.name for part in parts))


def ordered(owner: str, milestones: Any) -> list[int]:
    """Steps as a list. Raises where they are not whole numbers, each larger than the one before."""
    if isinstance(milestones, str) or not isinstance(milestones, Sequence):
        raise KindError(f"{owner}: milestones is {describe(milestones)}; give a list of steps.")
    steps = [whole(owner, f"milestones[{i}]", m) for i, m in enumerate(milestones)]
    if any(a >= b for a, b in itertools.pairwise(steps)):
        raise ArgumentValueError(f"{owner}: the milestones {steps} are not each larger than the one before.")
    return steps


def _closed(name: str) -> str:
    return f"({name})" if " + " in name or " - " in name or ", " in name else name
