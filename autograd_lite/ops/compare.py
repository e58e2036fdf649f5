"""Selection, comparison, rounding, and what asks about single elements."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd_lite.compose import composed
from autograd_lite.define import op
from autograd_lite.graph import raw
from autograd_lite.operation import NUMBERS
from autograd_lite.ops.elementwise import flat
from autograd_lite.ops.shape import at_one_width


def _beats(g: Any, x: Any, y: Any) -> Any:
    """g where x is greater than y, half of it where they are equal; both get g where either is nan."""
    x, y, half = raw(x), raw(y), g * 0.5
    return half * np.logical_not(x <= y) + half * np.logical_not(x < y)


def _beats_or_is_alone(g: Any, x: Any, y: Any, direction: int) -> Any:
    """g where x is greater than y, or smaller, or y is nan; half of it where they are equal."""
    x, y, half = direction * raw(x), direction * raw(y), g * 0.5
    return half * (x >= y) + half * (x > y) + g * np.isnan(y)


def _ignored(i: int, x: Any, y: Any) -> Any:
    """Where argument i is nan, and the other one, which is not, is taken for it."""
    return np.isnan((x, y)[i]) & np.logical_not(np.isnan((y, x)[i]))


def _clip(a: Any, a_min: Any = None, a_max: Any = None) -> Any:
    if type(a) in NUMBERS:
        # np.clip takes a number for a float64 array, which would widen float32 bounds.
        a = at_one_width([a, *(bound for bound in (a_min, a_max) if bound is not None)])[0]
    return np.clip(a, a_min, a_max)


def _clipped(x: Any, low: Any, high: Any) -> tuple[Any, Any]:
    """Where the lower and where the upper bound is what clip gives."""
    x, low, high = raw(x), raw(low), raw(high)
    above = False if high is None else (x > high) | (False if low is None else low > high)
    below = False if low is None else (x < low) & np.logical_not(above)
    return below, above


# fmt: off
maximum = op("maximum", np.maximum, symbol="max", scalar=lambda x, y: x if x >= y or x != x else y, partials=[
    (r"[x > y] + \frac{1}{2} [x = y]", lambda g, out, x, y: _beats(g, x, y)),
    (r"[y > x] + \frac{1}{2} [x = y]", lambda g, out, x, y: _beats(g, y, x))])
minimum = op("minimum", np.minimum, symbol="min", scalar=lambda x, y: x if x <= y or x != x else y, partials=[
    (r"[x < y] + \frac{1}{2} [x = y]", lambda g, out, x, y: _beats(g, y, x)),
    (r"[y < x] + \frac{1}{2} [x = y]", lambda g, out, x, y: _beats(g, x, y))])
clip = op("clip", _clip, symbol="clip", elementwise=True, numpy=[np.clip],
    doc="a kept between a_min and a_max. The derivative at a bound is 1.", partials=[
    (r"[y \le x \le z]", lambda g, out, x, y, z: g * np.logical_not(np.logical_or(*_clipped(x, y, z)))),
    (r"[x < y]", lambda g, out, x, y, z: g * _clipped(x, y, z)[0]),
    (r"[x > z]", lambda g, out, x, y, z: g * _clipped(x, y, z)[1])])
fmax = op("fmax", np.fmax, symbol="fmax", gates=_ignored,
    doc="The greater one, or the one that is not nan. Two that are equal get half the gradient each.", partials=[
    (r"[x > y] + \frac{1}{2} [x = y]", lambda g, out, x, y: _beats_or_is_alone(g, x, y, 1)),
    (r"[y > x] + \frac{1}{2} [x = y]", lambda g, out, x, y: _beats_or_is_alone(g, y, x, 1))])
fmin = op("fmin", np.fmin, symbol="fmin", gates=_ignored,
    doc="The smaller one, or the one that is not nan. Two that are equal get half the gradient each.", partials=[
    (r"[x < y] + \frac{1}{2} [x = y]", lambda g, out, x, y: _beats_or_is_alone(g, x, y, -1)),
    (r"[y < x] + \frac{1}{2} [x = y]", lambda g, out, x, y: _beats_or_is_alone(g, y, x, -1))])
where = op("where", lambda condition, x, y: np.where(condition, x, y), symbol="where", elementwise=True,
    gates=lambda i, c, x, y: np.logical_not(c) if i == 1 else np.asarray(c, dtype=bool),
    scalar=lambda condition, x, y: x if condition else y, numpy=[np.where],
    doc="x where the condition holds, else y. What is not taken gets a gradient of exactly 0.", partials=[
    None,
    (r"[x]", lambda g, out, c, x, y: np.where(raw(c), g, 0.0)),
    (r"[\lnot x]", lambda g, out, c, x, y: np.where(raw(c), 0.0, g))])
heaviside = op("heaviside", np.heaviside, symbol="heaviside",
    doc="0 where x < 0, 1 where x > 0, y where x = 0.", partials=[
    ("0", lambda g, out, x, y: flat(g)),
    ("[x = 0]", lambda g, out, x, y: g * (raw(x) == 0))])


@composed("nan_to_num", np.nan_to_num, formula=r"\operatorname{where}(|x| < \infty, x, y)")
def nan_to_num(x: Any, copy: bool = True, nan: Any = 0.0, posinf: Any = None, neginf: Any = None) -> Any:
    """x with other numbers for nan and for the infinities, the largest there are if not given."""
    data = np.asarray(raw(x))
    if data.dtype.kind != "f":
        return x
    largest = np.finfo(data.dtype).max.item()
    x = where(np.isnan(data), nan, x)
    x = where(np.isposinf(data), largest if posinf is None else posinf, x)
    return where(np.isneginf(data), -largest if neginf is None else neginf, x)


# Flat between its steps, and taken as flat at them.
floor = op("floor", np.floor, symbol="floor", partials=[
    ("0", lambda g, out, x: flat(g))])
ceil = op("ceil", np.ceil, symbol="ceil", partials=[
    ("0", lambda g, out, x: flat(g))])
trunc = op("trunc", np.trunc, symbol="trunc", partials=[
    ("0", lambda g, out, x: flat(g))])
fix = op("fix", lambda x: np.fix(x), symbol="fix", elementwise=True, numpy=[np.fix], partials=[
    ("0", lambda g, out, x: flat(g))])
rint = op("rint", np.rint, symbol="rint", partials=[
    ("0", lambda g, out, x: flat(g))])
round = op("round", lambda a, decimals=0: np.round(a, decimals), symbol="round", elementwise=True,
    numpy=[np.round, np.around], partials=[
    ("0", lambda g, out, x, decimals=0: flat(g))])

# Without gradient: the results are untracked.
greater = op("greater", np.greater, symbol=">", partials=[None, None])
greater_equal = op("greater_equal", np.greater_equal, symbol="≥", partials=[None, None])
less = op("less", np.less, symbol="<", partials=[None, None])
less_equal = op("less_equal", np.less_equal, symbol="≤", partials=[None, None])
equal = op("equal", np.equal, symbol="=", partials=[None, None])
not_equal = op("not_equal", np.not_equal, symbol="≠", partials=[None, None])
logical_and = op("logical_and", np.logical_and, symbol="∧", partials=[None, None])
logical_or = op("logical_or", np.logical_or, symbol="∨", partials=[None, None])
logical_xor = op("logical_xor", np.logical_xor, symbol="⊻", partials=[None, None])
logical_not = op("logical_not", np.logical_not, symbol="¬", partials=[None])
bitwise_and = op("bitwise_and", np.bitwise_and, symbol="&", partials=[None, None])
bitwise_or = op("bitwise_or", np.bitwise_or, symbol="|", partials=[None, None])
bitwise_xor = op("bitwise_xor", np.bitwise_xor, symbol="⊻", partials=[None, None])
invert = op("invert", np.invert, symbol="~", partials=[None])
left_shift = op("left_shift", np.left_shift, symbol="<<", partials=[None, None])
right_shift = op("right_shift", np.right_shift, symbol=">>", partials=[None, None])
bitwise_count = op("bitwise_count", np.bitwise_count, symbol="bitwise_count", partials=[None])
gcd = op("gcd", np.gcd, symbol="gcd", partials=[None, None])
lcm = op("lcm", np.lcm, symbol="lcm", partials=[None, None])
isclose = op("isclose",
    lambda a, b, rtol=1e-05, atol=1e-08, equal_nan=False: np.isclose(a, b, rtol, atol, equal_nan),
    symbol="≈", elementwise=True, numpy=[np.isclose], partials=[None, None])
isnan = op("isnan", np.isnan, symbol="isnan", partials=[None])
isfinite = op("isfinite", np.isfinite, symbol="isfinite", partials=[None])
isinf = op("isinf", np.isinf, symbol="isinf", partials=[None])
isposinf = op("isposinf", lambda x: np.isposinf(x), symbol="isposinf", elementwise=True, numpy=[np.isposinf],
    partials=[None])
isneginf = op("isneginf", lambda x: np.isneginf(x), symbol="isneginf", elementwise=True, numpy=[np.isneginf],
    partials=[None])
isreal = op("isreal", lambda x: np.isreal(x), symbol="isreal", elementwise=True, numpy=[np.isreal], partials=[None])
iscomplex = op("iscomplex", lambda x: np.iscomplex(x), symbol="iscomplex", elementwise=True, numpy=[np.iscomplex],
    partials=[None])
signbit = op("signbit", np.signbit, symbol="signbit", partials=[None])
