"""Every entry of the Jacobian, one by one."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd_lite.gradcheck.check import Check
from autograd_lite.gradcheck.lines import Vector
from autograd_lite.gradcheck.quick import Quick
from autograd_lite.gradcheck.taylor import order_of_remainder

Matrix = NDArray[np.float64]
#: After so many elements that turned out wrong, those left are held against their first differences.
ENOUGH = 200
#: How many elements of an input are looked at for kinks at which the gradient is the mean of the two slopes.
KINKS = 40


def examined(check: Check) -> None:
    """Compare each entry with a difference, and where they do not agree, with better ones."""
    subject, report = check.subject, check.report
    jacobian = analytic(check)
    report.entries = sum(block.size for block in jacobian)
    mixed(check, jacobian)
    for number, block in enumerate(jacobian):
        quick = Quick(check, number)
        numeric, bends = quick.central()
        if subject.leaves[number] not in subject.reached and not numeric.any():
            check.unreached.append(number)
        compared(check, quick, block.T, numeric, bends)
    if np.isfinite(subject.base).all() and all(np.isfinite(block).all() for block in jacobian):
        rng = np.random.default_rng(check.options.seed)
        weights = rng.uniform(0.5, 1.5, subject.base.size)
        report.order = order_of_remainder(check, weights, [weights @ block for block in jacobian])


def analytic(check: Check) -> list[Matrix]:
    """The Jacobian by each checked leaf, by the gradient rules: one backward pass for each row."""
    subject = check.subject
    count = subject.base.size
    blocks = [np.zeros((count, int(np.size(a)))) for a in subject.inputs.data]
    one = np.zeros(count)
    for row in range(count):
        one[row] = 1.0
        for block, gradient in zip(blocks, subject.pulled(one), strict=True):
            if gradient is not None:
                block[row] = np.reshape(gradient, -1)
        one[row] = 0.0
    return blocks


def mixed(check: Check, jacobian: list[Matrix]) -> None:
    """Hold the gradient of a random mix of the results, some turned round, against the mix of the rows.

    A rule that leaves out the gradient that comes to it, or takes its size, passes where that is 1.
    """
    subject, rng = check.subject, np.random.default_rng(check.options.seed)
    weights = -rng.uniform(1.5, 2.5, subject.base.size)
    weights[1:] *= rng.choice([-1.0, 1.0], weights[1:].size)
    for number, (block, pulled) in enumerate(zip(jacobian, subject.pulled(weights), strict=True)):
        expected, size = weights @ block, np.abs(weights) @ np.abs(block)
        got = np.zeros(expected.shape) if pulled is None else np.reshape(np.asarray(pulled, np.float64), -1)
        room = check.tolerance.rtol * (size + 1e-3 * np.max(size, initial=0.0))
        off = ~(np.abs(got - expected) <= room) & np.isfinite(expected)
        for index in np.flatnonzero(off)[:ENOUGH]:
            row = int(np.argmax(np.abs(block[:, index])))
            seen = float(got[index] / weights[row]), float(expected[index] / weights[row])
            check.mismatch(number, int(index), row, *seen, float(room[index]))
        if off.any():
            check.report.notes.append(
                f"{subject.inputs.labels[number]}: twice the gradient that comes to the result does not give twice the "
                "gradient: a rule does not multiply by it."
            )


def compared(check: Check, quick: Quick, gradient: Matrix, numeric: Matrix, bends: NDArray[np.bool_]) -> None:
    """Find the entries of one leaf that do not agree with their first differences, and look closer."""
    with np.errstate(all="ignore"):
        off = np.abs(gradient - numeric)
        agree = (off <= check.tolerance.of(gradient, numeric)) | (gradient == numeric)
        for j in np.flatnonzero(~agree.all(axis=1)):
            finer = quick.finer(int(j))
            agree[j] |= np.abs(gradient[j] - finer) <= check.tolerance.of(gradient[j], finer)
    # Where both are 0 beside a large number, the step may have been lost in its rounding.
    still = agree & (gradient == 0) & (numeric == 0) & (check.subject.base != 0)
    for j in np.flatnonzero(still.any(axis=1)) if check.subject.leaves[quick.number] in check.subject.reached else ():
        agree[j] &= ~(still[j] & quick.below_the_step(int(j)))
    check.seen(gradient[agree], numeric[agree])
    # At a kink the two sides may agree with the gradient on the average.
    number = quick.number
    for j in np.flatnonzero((bends & agree).any(axis=1))[:KINKS]:
        rows = np.flatnonzero(bends[j] & agree[j] & quick.bends(int(j)))
        if rows.size:
            check.bend(number, int(j), rows)
    suspects = np.flatnonzero(~agree.all(axis=1))
    if not suspects.size:
        return
    most = np.maximum(np.abs(gradient), np.abs(numeric)) + 1e-300
    worst = np.max(np.where(agree, 0.0, np.nan_to_num(off / most, nan=np.inf)), axis=1)
    wrong = 0
    for j in suspects[np.argsort(-worst[suspects], kind="stable")]:
        rows = np.flatnonzero(~agree[j])
        before = len(check.report.mismatches)
        if wrong < ENOUGH:
            examine(check, number, int(j), rows, gradient[j, rows])
        else:
            _roughly(check, quick, int(j), rows, gradient[j, rows], numeric[j, rows])
        wrong += len(check.report.mismatches) > before


def examine(check: Check, number: int, index: int, rows: Any, gradient: Vector) -> None:
    """Judge some rows of one element, and take down what is found."""
    finite = np.isfinite(gradient)
    for row, a in zip(rows[~finite], gradient[~finite], strict=True):
        check.broken = True
        check.mismatch(number, index, int(row), float(a), float("nan"), 0.0)
    rows, gradient = rows[finite], gradient[finite]
    if rows.size:
        check.note(number, index, rows, gradient, check.judged(number, index, rows, gradient))


def _roughly(check: Check, quick: Quick, index: int, rows: Any, gradient: Vector, numeric: Vector) -> None:
    """Judge by the first differences alone, with room for their errors."""
    room = 1e3 * check.precision.eps / quick.step
    bounds = 1e-3 * np.fmax(np.abs(gradient), np.abs(numeric)) + room * np.abs(check.subject.base[rows])
    for row, a, n, bound in zip(rows, gradient, numeric, bounds, strict=True):
        if not abs(a - n) <= bound:
            check.mismatch(quick.number, index, int(row), float(a), float(n), float(bound))
