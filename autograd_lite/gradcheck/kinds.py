"""What kind of error a wrong gradient looks like."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from autograd_lite.gradcheck.nodes import Local

NO_PATTERN = "no known pattern"
#: Two arrays of numbers count as the same pattern where they agree so far.
SAME = 1e-5


def kind_of_shape(given: tuple[int, ...], shape: tuple[int, ...]) -> str:
    """The kind of error of a rule whose result cannot be the gradient of an argument of this shape."""
    if len(given) > 1 and given != shape and (given == shape[::-1] or sorted(given) == sorted(shape)):
        return f"transposed: the rule gives shape {given}, the argument has {shape}"
    return f"shape: the rule gives {given}, the argument has {shape}"


def kind_of(local: Local, c: Any, n: Any, wrong: Any) -> str:
    """The kind of error, from the gradient `c` that a rule gave and the right one, `n`."""
    seen = np.isfinite(c) & np.isfinite(n)
    if not np.isfinite(c[wrong]).all():
        return "not finite: the rule makes nan or inf of finite numbers"
    if not c[wrong].any() and not c.any():
        return "zero: the rule gives no gradient"
    few = int(wrong.sum())
    if c.size > 2 and few <= max(1, c.size // 10):
        return "one element" if few == 1 else f"few elements: {few} of {c.size} or more"
    missing = _missing_sum(local, c, n)
    # What is right for all that is too small to be seen.
    least = 1e-6 * float(np.max(np.abs(n[seen]), initial=0.0))
    ratio = _ratio(c, n, seen & wrong & (np.abs(n) > least)) if not (np.abs(n[seen & ~wrong]) > least).any() else None
    if ratio is not None:
        said = "sign: the rule gives the negative" if abs(ratio + 1) < SAME else f"factor {_number(ratio)}"
        return f"{missing}: {said}" if missing else said
    if missing:
        return missing
    if _transposed(local, c, n):
        return "transposed"
    return NO_PATTERN


def _number(x: float) -> str:
    for digits in (4, 6, 8):
        said = f"{x:.{digits}g}"
        if abs(float(said) - 1) > 0 and abs(float(said) - x) <= 1e-3 * min(abs(x), abs(x - 1)):
            return said
    return f"{x:.10g}"


def _ratio(c: Any, n: Any, at: Any) -> float | None:
    """The one factor between two arrays; None where there is no such factor."""
    a, b = c[at], n[at]
    if not a.size or not b.all():
        return None
    # The larger entries know it best.
    ratio = float(np.sum(a * np.sign(b)) / np.sum(np.abs(b))) if a.size else 0.0
    return ratio if np.allclose(a, ratio * b, rtol=SAME * 0.1, atol=0.0) else None


def _alike(a: Any, b: Any) -> bool:
    if np.shape(a) != np.shape(b):
        return False
    return bool(np.allclose(a, b, rtol=SAME, atol=SAME * float(np.max(np.abs(b), initial=0.0))))


def _transposed(local: Local, c: Any, n: Any) -> bool:
    """Whether the gradient, or what the rule multiplies, is the transpose of what it should be."""
    if c.ndim < 2 or c.size < 4:
        return False
    if _alike(c.reshape(-1), np.swapaxes(n, -1, -2).reshape(-1)):
        return True
    return _alike(c, np.swapaxes(n, -1, -2)) if c.shape == np.swapaxes(n, -1, -2).shape else False


def _missing_sum(local: Local, c: Any, n: Any) -> str:
    """Says so where an argument was repeated along an axis, and one slice, or the mean, stands for the sum."""
    g = local.g
    extra = np.ndim(g) - c.ndim
    if extra < 0:
        return ""
    axes = [*range(extra), *(i + extra for i, m in enumerate(c.shape) if m == 1 and g.shape[i + extra] > 1)]
    axes = [axis for axis in axes if g.shape[axis] > 1]
    if not axes:
        return ""
    count = int(np.prod([g.shape[axis] for axis in axes]))
    if _alike(c * count, n):
        return f"missing sum over a broadcast axis (the mean of {count} stands for it)"
    for axis in axes:
        for k in (0, g.shape[axis] - 1):
            slice_of_g = np.zeros_like(g)
            at = tuple(slice(k, k + 1) if a == axis else slice(None) for a in range(g.ndim))
            slice_of_g[at] = g[at]
            try:
                if _alike(c, _right(local, slice_of_g)):
                    return f"missing sum over a broadcast axis (slice {k} of axis {axis} stands for it)"
            except ValueError:
                continue
    return ""


def _right(local: Local, g: Any) -> Any:
    """The gradient of the argument by differences, for another gradient of the result."""
    x, h = local.x, 1e-5
    if local.each:
        step = h * np.maximum(1.0, np.abs(x))
        moved = local.weighted(x + step, g) - local.weighted(x - step, g)
        return moved.reshape(x.shape) / (2 * step)
    found = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        move = np.zeros(x.shape)
        move[index] = h * max(1.0, abs(float(x[index])))
        found[index] = (local.weighted(x + move, g) - local.weighted(x - move, g))[0] / (2 * move[index])
    return found
