"""Whether derivatives by one number agree with differences, and if not, what the function does there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd_lite.gradcheck.lines import TRUST, Line, Precision, Sides, Slope, Vector, settled, sides

Mask = NDArray[np.bool_]
#: Differences that say less of an entry than this share of it cannot tell it from zero.
SURE = 0.1


@dataclass(frozen=True)
class Tolerance:
    """The agreement asked of each entry: relative to it, and absolute."""

    rtol: float
    atol: float

    def of(self, gradient: Vector, difference: Vector) -> Vector:
        """How far apart two numbers may be."""
        bound: Vector = self.atol + self.rtol * np.fmax(np.abs(gradient), np.abs(difference))
        return bound


@dataclass
class Judgement:
    """The derivatives of several results by one number, each found right, wrong, or something else.

    `difference` and `bound` are what differences gave, and how far off the gradient may be. `below`
    marks what is smaller than the noise of the differences, `border` where the function has values
    to one side alone, `kink` where the slopes of the two sides differ (`inside`: the gradient lies
    between them), `jump` where the function does, `unsettled` where differences do not converge.
    """

    difference: Vector
    bound: Vector
    wrong: Mask
    below: Mask
    kink: Mask
    inside: Mask
    jump: Mask
    border: Mask
    unsettled: Mask

    def denies(self, gradient: Vector) -> Mask:
        """Where a gradient is wrong, and further off than the noise of the differences."""
        denied: Mask = self.wrong & ~(np.abs(gradient - self.difference) <= self.bound)
        return denied


def judge(
    line: Line,
    base: Vector,
    at: float,
    gradient: Vector,
    tolerance: Tolerance,
    precision: Precision,
    exact: Callable[[], Vector | None] = lambda: None,
    closely: bool = True,
) -> Judgement:
    """Hold the gradient of each element of a line against its differences.

    `at` is the number that the line moves; `exact` gives the derivatives by complex steps, where the
    graph allows them, for entries that are smaller than the noise of the differences. Not `closely`:
    what is clearly wrong at the first steps is not looked at with smaller ones, nor to the sides.
    """
    scale = max(1.0, abs(at))

    def close(found: Slope) -> Any:
        bound = tolerance.of(gradient, found.value) + TRUST * found.noise
        return np.abs(gradient - found.value) <= bound

    def sure(found: Slope) -> Any:
        return TRUST * found.noise <= SURE * np.maximum(np.abs(gradient), np.abs(found.value)) + tolerance.atol

    with np.errstate(all="ignore"):
        clear = lambda s: sure(s) if closely is False else close(s) & sure(s)  # noqa: E731
        found = settled(line, base, at, precision, clear)
        near, known = close(found), sure(found)
        bound = tolerance.of(gradient, found.value) + TRUST * found.noise
        # Smaller than what rounding leaves of differences, in a function of this size.
        small = TRUST * found.noise <= 1e2 * np.sqrt(precision.eps) * found.size / scale
        right, below = near & known, near & ~known & small
        if below.any() and (by_steps := exact()) is not None:
            agrees = np.abs(gradient - by_steps) <= tolerance.of(gradient, by_steps)
            denies = ~agrees & (np.abs(gradient - by_steps) > 1e3 * precision.eps * found.size / scale)
            found.value = np.where(below & denies, by_steps, found.value)
            right, near, below = right | (below & agrees), near & ~(below & denies), below & ~agrees & ~denies
        rest = ~right & ~below
        no = np.zeros(base.shape, dtype=bool)
        verdict = Judgement(found.value, bound, rest, below, no, no, no, no, rest & ~(known & np.isfinite(found.value)))
        if rest.any() and closely:
            _look_to_the_sides(verdict, sides(line, base, at, precision), gradient, tolerance)
    return verdict


def _look_to_the_sides(verdict: Judgement, found: Sides, gradient: Vector, tolerance: Tolerance) -> None:
    """Find among the wrong entries the kinks, the jumps and the borders of the domain."""
    rest = verdict.wrong
    verdict.jump = rest & found.jump
    verdict.kink = rest & found.kink
    verdict.inside = verdict.kink & found.between(gradient, tolerance.rtol)
    one = np.isfinite(found.left.noise) ^ np.isfinite(found.right.noise)
    only = np.where(np.isfinite(found.left.noise), found.left.value, found.right.value)
    noise = np.fmin(found.left.noise, found.right.noise)
    at_border = rest & one & ~np.isfinite(verdict.difference)
    verdict.difference = np.where(at_border, only, verdict.difference)
    fits = np.abs(gradient - only) <= tolerance.of(gradient, only) + TRUST * noise
    verdict.border = at_border & fits
    verdict.wrong = rest & ~verdict.inside & ~verdict.border
    verdict.unsettled = verdict.unsettled & verdict.wrong & ~verdict.jump & ~verdict.kink & ~at_border
