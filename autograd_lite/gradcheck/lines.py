"""Derivatives from values alone, along a line through a point.

A line is a function of one number t, 0 at the point, that gives a vector. A central difference
(f(t) - f(-t)) / 2t is off by a multiple of t squared, and, for tiny t, by the rounding of f over t.
Differences at several t, extrapolated to 0, remove one power of t after the other, and tell by how
little they still change how far they can be trusted.

Source: W. H. Press et al., Numerical Recipes, 3rd edition, section 5.7 (Ridders' method).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]
Line = Callable[[float], Vector]

#: From one step to the next. No whole number: the period of a function must not be a multiple of all steps.
RATIO = 2.9
#: How many powers of the step are removed.
ORDERS = 6
#: A difference over the smallest steps is trusted to this many of its own estimated errors.
TRUST = 4.0


@dataclass(frozen=True)
class Precision:
    """In what numbers a function computes, and the steps and tolerances that go with them.

    `first` is the largest step and `steps` how many there are, for inputs of size 1; `side` the
    largest step to one side. `grain` is the noise of the function's values, where it is known.
    """

    name: str
    eps: float
    quick: float
    first: float
    steps: int
    side: float
    rtol: float
    grain: Any = 0.0


DOUBLE = Precision("float64", 2.2e-16, 1e-4, 0.21, 13, 1e-3, 1e-6)
SINGLE = Precision("float32", 1.2e-7, 5e-3, 0.31, 6, 3e-2, 3e-3)
HALF = Precision("float16", 9.8e-4, 5e-2, 0.41, 3, 0.2, 5e-2)


@dataclass
class Slope:
    """A derivative by differences, and how far it can be trusted, for each element of a vector.

    `size` is how large the values are from which the differences were taken.
    """

    value: Vector
    noise: Vector
    size: Vector

    def better(self, other: Slope) -> Slope:
        """Of two estimates the one that is trusted further, element by element."""
        other_is = ~(self.noise <= other.noise)
        return Slope(
            np.where(other_is, other.value, self.value),
            np.where(other_is, other.noise, self.noise),
            np.fmax(self.size, other.size),
        )


def within(line: Line, step: float, side: int = 0) -> float:
    """The largest step, from `step` down, at which the function is finite; 0 where it is nowhere."""
    for _ in range(24):
        if all(np.isfinite(line(s * step)).all() for s in ((1, -1) if side == 0 else (side,))):
            return step
        step /= RATIO**2
    return 0.0


def slope(line: Line, base: Vector, step: float, precision: Precision, side: int = 0, scale: float = 1.0) -> Slope:
    """The derivative at 0 by Ridders' method, from steps that begin with `step`.

    `side` is 0 for central differences, 1 or -1 for those to one side; `scale` the size of the point.
    """
    power = 2 if side == 0 else 1
    rows: list[list[Vector]] = []
    steps, sizes, jitters = [], [], []
    for i in range(precision.steps):
        h = step / RATIO**i
        if side == 0:
            above, below = line(h), line(-h)
            row = [(above - below) / (2 * h)]
            jitters.append(np.abs(above + below - 2 * base) / 2)
            sizes.append(np.maximum(np.abs(above), np.abs(below)))
        else:
            above = line(side * h)
            row = [(above - base) / (side * h)]
            sizes.append(np.maximum(np.abs(above), np.abs(base)))
        for j, before in enumerate(rows[-1][:ORDERS] if rows else []):
            row.append(row[j] + (row[j] - before) / (RATIO ** (power * (j + 1)) - 1))
        rows.append(row)
        steps.append(h)
    # What the function's own rounding makes of a difference; it may be more than that of its last digit.
    grain = np.maximum(np.maximum(jitters[-1], jitters[-2]) if jitters else 0.0, precision.grain)
    levels = []
    for i in range(1, len(rows)):
        rounding = np.maximum(4 * precision.eps * sizes[i], grain) / steps[i]
        rounding = rounding + precision.eps * scale / steps[i] * np.abs(rows[i][0])
        best, noise = np.full(base.shape, np.nan), np.full(base.shape, np.inf)
        for j in range(1, len(rows[i])):
            found = np.maximum(np.abs(rows[i][j] - rows[i][j - 1]), np.abs(rows[i][j] - rows[i - 1][j - 1])) + rounding
            take = found < noise
            best, noise = np.where(take, rows[i][j], best), np.where(take, found, noise)
        levels.append((best, noise))
    best, noise = _best(levels)
    return Slope(best, noise, np.fmax(sizes[0], precision.grain / precision.eps))


def _best(levels: list[tuple[Vector, Vector]]) -> tuple[Vector, Vector]:
    """The estimate with the least noise, of those that no estimate by smaller steps contradicts.

    Wide steps may reach where a function is flat, or repeats itself, and converge there to something else.
    """
    best, noise = levels[-1]
    low, high = best - TRUST * noise, best + TRUST * noise
    low, high = np.where(np.isfinite(noise), low, -np.inf), np.where(np.isfinite(noise), high, np.inf)
    fits = np.ones(best.shape, dtype=bool)
    for value, spread in reversed(levels[:-1]):
        above, below = value + TRUST * spread, value - TRUST * spread
        known = np.isfinite(spread)
        fits &= ((above >= low) & (below <= high)) | ~known
        take = fits & known & (spread < noise)
        best, noise = np.where(take, value, best), np.where(take, spread, noise)
        low = np.where(fits & known, np.maximum(low, below), low)
        high = np.where(fits & known, np.minimum(high, above), high)
    return best, noise


def noise_of(line: Line, precision: Precision) -> Vector:
    """How far rounding moves the values of a line whose unit is the size of the point.

    Fifth differences over small steps leave nothing of a smooth function, and the noise as it is. Of
    what cancels within a function more remains than of its last digits.
    Source: J. Moré and S. Wild, Estimating computational noise (2011), https://doi.org/10.1137/100786125.
    """
    step = precision.eps ** (1 / 3)
    bends = np.diff(np.stack([line(k * step) for k in range(1, 9)]), n=5, axis=0)
    # The variance of a fifth difference is that of the noise times 10! / 5!^2.
    noise: Vector = np.nan_to_num(3 * np.sqrt(np.mean(bends**2, axis=0) / 252), nan=0.0, posinf=0.0)
    return noise


def size_of(a: Any) -> Any:
    """The size of each element, and that of the others where it is zero."""
    typical = float(np.sqrt(np.mean(np.square(a, dtype=float)))) if np.size(a) else 1.0
    return np.where(np.asarray(a) == 0, typical or 1.0, np.abs(a))


def settled(line: Line, base: Vector, at: float, precision: Precision, agree: Any) -> Slope:
    """The derivative by one number that is `at` at the point, by smaller steps where the first do not settle it.

    `agree(slope)` says for each element whether the question is settled.
    """
    scale = max(1.0, abs(at))
    step = within(line, precision.first * scale)
    if not step:
        return Slope(np.full(base.shape, np.nan), np.full(base.shape, np.inf), np.abs(base))
    found = slope(line, base, step, precision, scale=abs(at))
    for smaller in (0.21 * abs(at), 3e-4 * scale, 1e-7 * scale):
        if precision.name != DOUBLE.name or agree(found).all():
            break
        if 0 < smaller < 0.1 * step:
            found = found.better(slope(line, base, smaller, precision, scale=abs(at)))
    return found


@dataclass
class Sides:
    """What a function does to either side of a point: the two slopes, and whether it jumps."""

    left: Slope
    right: Slope
    jump: NDArray[np.bool_]

    @property
    def kink(self) -> NDArray[np.bool_]:
        """Where the slopes of the two sides are known and differ."""
        gap = np.abs(self.right.value - self.left.value)
        most = np.maximum(np.abs(self.right.value), np.abs(self.left.value))
        known = gap > TRUST * (self.right.noise + self.left.noise) + 1e-3 * most
        return known & ~self.jump & np.isfinite(gap)

    def between(self, gradient: Vector, rtol: float) -> NDArray[np.bool_]:
        """Where a gradient lies between the slopes, or at one of them."""
        low, high = np.minimum(self.left.value, self.right.value), np.maximum(self.left.value, self.right.value)
        slack = TRUST * (self.left.noise + self.right.noise) + rtol * np.maximum(np.abs(low), np.abs(high))
        inside: NDArray[np.bool_] = (gradient >= low - slack) & (gradient <= high + slack)
        return inside


def sides(line: Line, base: Vector, at: float, precision: Precision) -> Sides:
    """The slopes to the left and to the right of the point, and where the function jumps there."""
    scale = max(1.0, abs(at))
    found = []
    for side in (-1, 1):
        step = within(line, precision.side * scale, side)
        nowhere = Slope(np.full(base.shape, np.nan), np.full(base.shape, np.inf), np.abs(base))
        found.append(slope(line, base, step, precision, side, abs(at)) if step else nowhere)
    return Sides(found[0], found[1], jumps(line, precision, scale))


def jumps(line: Line, precision: Precision, scale: float) -> NDArray[np.bool_]:
    """Where the difference between the two sides does not shrink with the step."""
    wide, narrow = (1e-2, 1e-9) if precision.name == DOUBLE.name else (0.3, 3e-5)
    ends = [(line(h * scale), line(-h * scale)) for h in (wide, wide * 1e-2, narrow)]
    gaps = [np.abs(above - below) for above, below in ends]
    grain = 1e3 * precision.eps * np.maximum(np.abs(ends[-1][0]), np.abs(ends[-1][1])) + 20 * precision.grain
    found: NDArray[np.bool_] = (gaps[2] > grain) & (gaps[2] > 0.3 * gaps[1]) & np.isfinite(gaps[2])
    return found & ((gaps[2] > 0.1 * gaps[0]) | ~np.isfinite(gaps[0]))
