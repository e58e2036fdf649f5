"""The first differences of every entry by one leaf: two evaluations each."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd_lite.gradcheck.check import Check
from autograd_lite.gradcheck.lines import Vector
from autograd_lite.gradcheck.replay import Plan
from autograd_lite.gradcheck.subject import NO_VALUE

Matrix = NDArray[np.float64]
Mask = NDArray[np.bool_]
#: From this many elements on it is worth the trouble to find a faster way to evaluate.
WORTH = 16


class Quick:
    """Differences by each element of one leaf, over one small step.

    Where the recorded graph, run again, gives the function's own results, it is evaluated in the
    function's place: that takes a third of the time. It counts as the function where, with all
    elements of the leaf moved by their steps, both give the same bits: a path that is not in the
    graph would show.
    """

    def __init__(self, check: Check, number: int) -> None:
        self.check, self.number, self.subject = check, number, check.subject
        self.data = check.subject.inputs.data[number]
        flat = self.data.reshape(-1).astype(np.float64)
        self.step = max(check.options.step, check.precision.quick)
        self.steps = self.step * np.maximum(1.0, np.abs(flat))
        self.flat = flat
        self.plan = self.whole_graph() if flat.size >= WORTH and check.subject.reached else None

    def whole_graph(self) -> Plan | None:
        """The recorded graph run again, where it is all of the function."""
        rng, plan = np.random.default_rng(self.check.options.seed), Plan(self.subject, self.number)
        for _ in range(3):
            moved = self.flat + rng.choice([-1.0, 1.0], self.flat.size) * self.steps
            data = moved.reshape(np.shape(self.data)).astype(self.data.dtype)
            try:
                same = np.array_equal(plan(data), self.subject.value(self.number, data))
            # Of whatever kind: the function itself is evaluated then, and says what is wrong.
            except Exception:
                same = False
            if not same:
                return None
        return plan

    def value(self, data: Any) -> Vector:
        """The results where the leaf has other numbers."""
        if self.plan is None:
            return self.subject.value(self.number, data)
        try:
            return self.plan(data)
        except NO_VALUE:
            return np.full(self.subject.base.shape, np.nan)

    def at(self, index: int, by: float) -> Vector:
        """The results where one element is moved."""
        data = self.data.copy()
        data.reshape(-1)[index] = self.flat[index] + by
        return self.value(data)

    def central(self) -> tuple[Matrix, Mask]:
        """The derivatives, a row for each element, and where the slopes of the two sides may differ."""
        dtype, data, value = self.data.dtype, self.data, self.value
        above, below = (self.flat + self.steps).astype(dtype), (self.flat - self.steps).astype(dtype)
        over, under = (np.empty((self.flat.size, self.subject.base.size)) for _ in range(2))
        for j in self.check.bar(range(self.flat.size), self.flat.size):
            up, down = data.copy(), data.copy()
            up.reshape(-1)[j], down.reshape(-1)[j] = above[j], below[j]
            over[j], under[j] = value(up), value(down)
        widths = (above.astype(np.float64) - below)[:, None]
        return (over - under) / widths, self._bent(over, under, widths / 2)

    def finer(self, index: int) -> Vector:
        """The derivatives by one element over a step ten times as wide, without the error of its second power."""
        h = 10 * self.steps[index]
        wide, narrow = ((self.at(index, h) - self.at(index, -h)) / (2 * h) for h in (2 * h, h))
        finer: Vector = narrow + (narrow - wide) / 3
        return finer

    def below_the_step(self, index: int) -> Mask:
        """Where the result does change, but by too little for a small step: a difference of 0 says nothing there."""
        h = 0.1 * max(1.0, abs(self.flat[index]))
        base = np.abs(self.subject.base)
        slope = np.abs(self.at(index, h) - self.at(index, -h)) / (2 * h)
        lost: Mask = (slope > 0) & (slope * self.steps[index] <= 4 * self.check.precision.eps * base)
        return lost

    def bends(self, index: int) -> Mask:
        """Where the slopes of the two sides differ over a smaller step still."""
        h = self.steps[index] / 30
        return self._bent(self.at(index, h), self.at(index, -h), h)

    def _bent(self, over: Any, under: Any, steps: Any) -> Mask:
        base = self.subject.base
        right, left = (over - base) / steps, (base - under) / steps
        grain = 1e3 * self.check.precision.eps * np.abs(base) / steps
        found: Mask = np.abs(right - left) > 1e-2 * np.maximum(np.abs(right), np.abs(left)) + grain
        return found
