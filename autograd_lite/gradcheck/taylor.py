"""How the remainder of Taylor's formula shrinks: a second opinion that asks for no tolerance."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd_lite.gradcheck.check import Check

#: How many remainders, from the smallest step up, the slope is fitted to.
FITTED = 5


def order_of_remainder(check: Check, weights: Any, gradients: list[Any]) -> float | None:
    """The exponent of h in |f(x + h v) - f(x) - h f'(x) v|, for a random direction v.

    2 where the gradient is right, towards 1 where it is not; None where the remainder is rounding,
    as it is of a linear function. `gradients` are those of the results times `weights`.
    """
    subject = check.subject
    rng = np.random.default_rng(check.options.seed + 1)
    data = subject.inputs.data
    moves = [rng.choice([-1.0, 1.0], np.shape(a)) * rng.uniform(0.5, 1.0, np.shape(a)) * _size(a) for a in data]
    expected = sum(float(np.sum(np.reshape(g, -1) * np.reshape(v, -1))) for g, v in zip(gradients, moves, strict=True))
    line = check.along(dict(enumerate(moves)))
    start = float(np.sum(weights * subject.base))
    most = float(np.sum(np.abs(weights * subject.base)))
    steps, remainders = [], []
    for h in np.geomspace(0.3, 1e-6, 18):
        values = line(h)
        remainder = abs(float(np.sum(weights * values)) - start - h * expected)
        grain = 200 * check.precision.eps * max(most, float(np.sum(np.abs(weights * values))), abs(h * expected))
        if np.isfinite(remainder) and remainder > grain + 50 * float(np.sum(np.abs(weights) * check.grain)):
            steps.append(h)
            remainders.append(remainder)
    if len(steps) < 3:
        return None
    return float(np.polyfit(np.log(steps[-FITTED:]), np.log(remainders[-FITTED:]), 1)[0])


def _size(a: Any) -> Any:
    """The size of each element, or of the others where it is zero."""
    typical = float(np.sqrt(np.mean(np.square(a, dtype=float)))) if np.size(a) else 1.0
    return np.where(a == 0, typical or 1.0, np.abs(a))
