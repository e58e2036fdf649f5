"""Random directions instead of every entry, for large inputs; where one fails, the search for the entry.

A direction that fails is halved: what is wrong in a sum is in one half of it, or in the other.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from autograd_lite.gradcheck.check import Check
from autograd_lite.gradcheck.entries import examine
from autograd_lite.gradcheck.judge import Tolerance, judge
from autograd_lite.gradcheck.lines import DOUBLE, Vector, slope
from autograd_lite.gradcheck.nodes import halved
from autograd_lite.gradcheck.taylor import order_of_remainder

#: How many wrong entries of one input a search finds.
FOUND = 3
#: Of an input with so many elements, one wrong entry is enough.
LARGE = 20_000
#: From this many results on, the row of a wrong entry is searched by halves too.
ROWS = 64


def examined(check: Check) -> None:
    """Compare directional derivatives, several of each input, with differences."""
    subject, report, options = check.subject, check.report, check.options
    rng = np.random.default_rng(options.seed)
    total = len(subject.inputs.data) * options.directions
    failed: set[int] = set()
    for number, turn in check.bar(
        ((n, turn) for n in range(len(subject.inputs.data)) for turn in range(options.directions)), total
    ):
        data = subject.inputs.data[number]
        if not np.size(data) or not subject.base.size or number in failed:
            continue
        report.directions += 1
        weights = _weights(subject.base, turn, rng)
        move = rng.choice([-1.0, 1.0], np.shape(data)) * rng.uniform(0.5, 1.0, np.shape(data)) * _sizes(data, turn)
        before = len(report.mismatches)
        _Direction(check, number, weights, np.asarray(move, dtype=float)).examine()
        if len(report.mismatches) > before:
            report.wrong += 1
            # The others would find the same.
            failed.add(number)
    report.entries = report.directions
    if subject.base.size and not check.broken:
        weights = rng.uniform(0.5, 1.5, subject.base.size)
        gradients = [
            np.zeros(np.shape(a)) if g is None else np.asarray(g, dtype=float)
            for g, a in zip(subject.pulled(weights), subject.inputs.data, strict=True)
        ]
        report.order = order_of_remainder(check, weights, gradients)


def _weights(base: Vector, turn: int, rng: Any) -> Vector:
    """A weight for each result: of size 1, and by turns such that all results count the same."""
    weights: Vector = rng.choice([-1.0, 1.0], base.size) * rng.uniform(0.5, 1.5, base.size)
    if turn % 2:
        typical = float(np.sqrt(np.mean(base * base)))
        weights = weights / np.maximum(np.abs(base), 1e-9 * typical or 1.0)
    return weights


def _sizes(data: Any, turn: int) -> Any:
    """How far each element moves: as far as all others, and by turns in proportion to its size."""
    typical = float(np.sqrt(np.mean(np.square(data, dtype=float)))) or 1.0
    if turn % 2:
        return np.where(data == 0, typical, np.abs(data))
    return np.full(np.shape(data), typical)


class _Direction:
    """One direction in one input, seen from one mix of the results."""

    def __init__(self, check: Check, number: int, weights: Vector, move: Any) -> None:
        self.check, self.number, self.weights, self.move = check, number, weights, move
        gradient = check.subject.pulled(weights)[number]
        shape = np.shape(check.subject.inputs.data[number])
        self.gradient = np.zeros(shape) if gradient is None else np.asarray(gradient, dtype=float).reshape(shape)
        if gradient is None and number not in check.unreached:
            check.unreached.append(number)
        self.narrow = replace(check.precision, steps=max(4, check.precision.steps - 6), first=check.precision.first / 4)

    def examine(self) -> None:
        """Judge the direction; where it fails, find the entries and judge those."""
        check = self.check
        if not np.isfinite(self.gradient).all():
            index = int(np.flatnonzero(~np.isfinite(self.gradient.reshape(-1)))[0])
            examine(check, self.number, index, np.array([self.row(index)]), self.column(index, self.row(index)))
            return
        before = len(check.report.mismatches)
        if not self.fails(self.move):
            return
        if self.number in check.unreached:
            check.unreached.remove(self.number)
        left = self.move.copy()
        for _ in range(FOUND if left.size < LARGE else 1):
            index = halved(lambda part: self.gap(left, part), left.size)
            row = self.row(index)
            examine(check, self.number, index, np.array([row]), self.column(index, row))
            left.reshape(-1)[index] = 0.0
            if self.settles(left):
                return
        # Each entry may be off by its own tolerance; what is more, is wrong though no single entry shows it.
        room = check.tolerance.rtol * float(np.sum(np.abs(self.gradient * left)))
        if len(check.report.mismatches) == before and self.distance(left) > room and self.fails(left, True):
            check.mismatch(self.number, index, row, *self.both(left), room)

    def tolerance(self) -> Tolerance:
        """Narrower than that of an entry: one that is wrong must show among all the others."""
        return Tolerance(1e-9 if self.check.precision is DOUBLE else self.check.tolerance.rtol, 0.0)

    def fails(self, move: Any, closely: bool = False) -> bool:
        """Whether gradient and differences disagree along a direction."""
        expected = np.array([float(np.sum(self.gradient * move))])
        line, base = self.line(move), self.base()
        precision = replace(self.check.precision, grain=float(np.sum(np.abs(self.weights) * self.check.grain)))
        return bool(judge(line, base, 0.0, expected, self.tolerance(), precision, closely=closely).wrong[0])

    def settles(self, move: Any) -> bool:
        """Whether gradient and differences agree along what is left of a direction."""
        if move.size < LARGE:
            return not self.fails(move)
        step = self.narrow.first / 40
        noise = 1e2 * self.check.precision.eps * np.abs(self.check.subject.base) + self.check.grain
        grain = float(np.sum(np.abs(self.weights) * noise)) / step
        expected = float(np.sum(self.gradient * move))
        return self.distance(move) <= grain + self.tolerance().rtol * abs(expected)

    def line(self, move: Any) -> Any:
        values = self.check.along({self.number: move})
        return lambda t: np.array([float(np.sum(self.weights * values(t)))])

    def base(self) -> Vector:
        return np.array([float(np.sum(self.weights * self.check.subject.base))])

    def both(self, move: Any) -> tuple[float, float]:
        """The directional derivative by the rules, and by differences; of large inputs by four evaluations alone."""
        line, step = self.line(move), self.narrow.first
        if move.size < LARGE:
            numeric = slope(line, self.base(), step, self.narrow).value[0]
        else:
            wide, near = ((line(h)[0] - line(-h)[0]) / (2 * h) for h in (step / 20, step / 40))
            numeric = near + (near - wide) / 3
        return float(np.sum(self.gradient * move)), float(numeric)

    def distance(self, move: Any) -> float:
        """How far apart the two are."""
        expected, numeric = self.both(move)
        return abs(expected - numeric) if np.isfinite(numeric) else float("inf")

    def gap(self, move: Any, part: slice) -> float:
        """The same along a part of a direction."""
        some = np.zeros(move.size)
        some[part] = move.reshape(-1)[part]
        return self.distance(some.reshape(move.shape)) if some.any() else -1.0

    def row(self, index: int) -> int:
        """The result whose derivative by an element is furthest off."""
        subject = self.check.subject
        if subject.base.size == 1:
            return 0
        line = self.check.by_element(self.number, index)
        scale = max(1.0, abs(float(subject.inputs.data[self.number].reshape(-1)[index])))
        h = self.narrow.first * scale * 0.1
        numeric = (line(h) - line(-h)) / (2 * h)
        if subject.base.size <= ROWS:
            rules = np.array([self.column(index, row)[0] for row in range(subject.base.size)])
            off = np.abs(rules - numeric)
            return int(np.argmax(np.nan_to_num(off, nan=np.inf)))

        def gap(part: slice) -> float:
            some = np.zeros(subject.base.size)
            some[part] = self.weights[part]
            rules = subject.pulled(some)[self.number]
            by_rules = 0.0 if rules is None else float(np.reshape(rules, -1)[index])
            return float(np.nan_to_num(abs(by_rules - float(np.sum(some * numeric))), nan=np.inf))

        return halved(gap, subject.base.size)

    def column(self, index: int, row: int) -> Vector:
        """The derivative of one result by one element, by the rules."""
        one = np.zeros(self.check.subject.base.size)
        one[row] = 1.0
        gradient = self.check.subject.pulled(one)[self.number]
        return np.array([0.0 if gradient is None else float(np.reshape(gradient, -1)[index])])
