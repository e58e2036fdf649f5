"""Element by element: arithmetic, exponentials, trigonometry, activations, selection, comparison.

Every rule is written for arguments of one shape; the backward loop undoes broadcasting. Masks are
made of raw data, because a comparison has no gradient.
"""

from __future__ import annotations

import math
import operator
from typing import Any

import numpy as np

from autograd_lite.compose import composed
from autograd_lite.define import op
from autograd_lite.graph import raw
from autograd_lite.operation import NUMBERS
from autograd_lite.ops.shape import at_one_width


def _zeros(g: Any) -> Any:
    return np.zeros_like(raw(g))


# One card, few lines: name, forward and symbol, then a line for each argument.
# fmt: off
add = op("add", np.add, symbol="+", scalar=operator.add, partials=[
    ("1", lambda g, out, x, y: g),
    ("1", lambda g, out, x, y: g)])
subtract = op("subtract", np.subtract, symbol="−", scalar=operator.sub, partials=[
    ("1", lambda g, out, x, y: g),
    ("-1", lambda g, out, x, y: -g)])
multiply = op("multiply", np.multiply, symbol="×", scalar=operator.mul, partials=[
    ("y", lambda g, out, x, y: g * y),
    ("x", lambda g, out, x, y: g * x)])
divide = op("divide", np.divide, symbol="÷", scalar=operator.truediv, partials=[
    (r"\frac{1}{y}", lambda g, out, x, y: g / y),
    (r"-\frac{x}{y^2}", lambda g, out, x, y: -g * out / y)])
negative = op("negative", np.negative, symbol="−", scalar=operator.neg, partials=[
    ("-1", lambda g, out, x: -g)])
positive = op("positive", np.positive, symbol="+", scalar=operator.pos, partials=[
    ("1", lambda g, out, x: g)])
floor_divide = op("floor_divide", np.floor_divide, symbol="//", scalar=operator.floordiv, partials=[
    ("0", lambda g, out, x, y: _zeros(g)),
    ("0", lambda g, out, x, y: _zeros(g))])
remainder = op("remainder", np.remainder, symbol="mod", scalar=operator.mod, partials=[
    ("1", lambda g, out, x, y: g),
    (r"-\lfloor x / y \rfloor", lambda g, out, x, y: -g * (x // y))])


@composed("divmod", np.divmod, formula=r"(\lfloor x / y \rfloor,\ x \bmod y)")
def divmod(x: Any, y: Any, out: None = None) -> tuple[Any, Any]:
    return floor_divide(x, y), remainder(x, y)


def _power_by_base(g: Any, out: Any, x: Any, y: Any) -> Any:
    if type(y) in (int, float) and type(x) is not float:
        return g * (y * x ** (y - 1)) if y else _zeros(g)
    # The slope of x^0 is 0 at x = 0 too, where y x^(y-1) would be 0 times inf.
    n = np.where((raw(x) == 0) & (raw(y) == 0), 1.0, y - 1)
    return g * y * power(x, n)


def _power_by_exponent(g: Any, out: Any, x: Any, y: Any) -> Any:
    if type(x) in NUMBERS and isinstance(raw(y), np.ndarray):
        # A number for a base is as wide as the exponents.
        x = np.full_like(raw(y), x)
    # 0^y is flat for y > 0, and 0^0 is taken as flat too; ln 0 would make nan of it.
    return g * out * log(np.where((raw(x) == 0) & (raw(y) >= 0), 1.0, x))


power = op("power", operator.pow, symbol="^", scalar=math.pow, elementwise=True, numpy=[np.power], partials=[
    ("y x^{y - 1}", _power_by_base),
    (r"x^y \ln x", _power_by_exponent)])
square = op("square", np.square, symbol="square", scalar=lambda x: x * x, partials=[
    ("2 x", lambda g, out, x: g * 2 * x)])
sqrt = op("sqrt", np.sqrt, symbol="√", scalar=math.sqrt, partials=[
    (r"\frac{1}{2 \sqrt{x}}", lambda g, out, x: g * 0.5 / out)])
abs = op("abs", np.absolute, symbol="abs", scalar=math.fabs, partials=[
    (r"\operatorname{sign}(x)", lambda g, out, x: g * np.sign(x))])
sign = op("sign", np.sign, symbol="sign", partials=[
    ("0", lambda g, out, x: _zeros(g))])

exp = op("exp", np.exp, symbol="exp", scalar=math.exp, partials=[
    ("e^x", lambda g, out, x: g * out)])
log = op("log", np.log, symbol="ln", scalar=math.log, partials=[
    (r"\frac{1}{x}", lambda g, out, x: g / x)])
log1p = op("log1p", np.log1p, symbol="log1p", scalar=math.log1p, partials=[
    (r"\frac{1}{1 + x}", lambda g, out, x: g / (1 + x))])
expm1 = op("expm1", np.expm1, symbol="expm1", scalar=math.expm1, partials=[
    ("e^x", lambda g, out, x: g * (out + 1))])

sin = op("sin", np.sin, symbol="sin", scalar=math.sin, partials=[
    (r"\cos x", lambda g, out, x: g * np.cos(x))])
cos = op("cos", np.cos, symbol="cos", scalar=math.cos, partials=[
    (r"-\sin x", lambda g, out, x: -g * np.sin(x))])
tan = op("tan", np.tan, symbol="tan", scalar=math.tan, partials=[
    (r"1 + \tan^2 x", lambda g, out, x: g * (1 + out * out))])
arcsin = op("arcsin", np.arcsin, symbol="arcsin", scalar=math.asin, partials=[
    (r"\frac{1}{\sqrt{1 - x^2}}", lambda g, out, x: g / np.sqrt(1 - x * x))])
arccos = op("arccos", np.arccos, symbol="arccos", scalar=math.acos, partials=[
    (r"-\frac{1}{\sqrt{1 - x^2}}", lambda g, out, x: -g / np.sqrt(1 - x * x))])
arctan = op("arctan", np.arctan, symbol="arctan", scalar=math.atan, partials=[
    (r"\frac{1}{1 + x^2}", lambda g, out, x: g / (1 + x * x))])
sinh = op("sinh", np.sinh, symbol="sinh", scalar=math.sinh, partials=[
    (r"\cosh x", lambda g, out, x: g * np.cosh(x))])
cosh = op("cosh", np.cosh, symbol="cosh", scalar=math.cosh, partials=[
    (r"\sinh x", lambda g, out, x: g * np.sinh(x))])
# g - g out out takes three quarters of the time of g (1 - out out), which subtracts from a number.
tanh = op("tanh", np.tanh, symbol="tanh", scalar=math.tanh, partials=[
    (r"1 - \tanh^2 x", lambda g, out, x: g - g * out * out)])
arcsinh = op("arcsinh", np.arcsinh, symbol="arcsinh", scalar=math.asinh, partials=[
    (r"\frac{1}{\sqrt{x^2 + 1}}", lambda g, out, x: g / np.sqrt(x * x + 1))])
arccosh = op("arccosh", np.arccosh, symbol="arccosh", scalar=math.acosh, partials=[
    (r"\frac{1}{\sqrt{x^2 - 1}}", lambda g, out, x: g / np.sqrt(x * x - 1))])
arctanh = op("arctanh", np.arctanh, symbol="arctanh", scalar=math.atanh, partials=[
    (r"\frac{1}{1 - x^2}", lambda g, out, x: g / (1 - x * x))])


def _sigmoid(x: Any) -> Any:
    # exp of a negative number only, so that nothing overflows and small results keep their digits.
    small = np.exp(-np.abs(x))
    return np.where(x >= 0, 1.0, small) / (1 + small)


def _sigmoid_of_float(x: float) -> float:
    small = math.exp(-math.fabs(x))
    return (1.0 if x >= 0 else small) / (1 + small)


sigmoid = op("sigmoid", _sigmoid, symbol="σ", scalar=_sigmoid_of_float, elementwise=True, partials=[
    (r"\sigma(x) (1 - \sigma(x))", lambda g, out, x: g * out * (1 - out))])
relu = op("relu", lambda x: np.maximum(x, 0), symbol="relu", scalar=lambda x: 0.0 if x <= 0 else x, elementwise=True,
    doc="x where it is positive, else 0. The derivative at 0 is 0.", partials=[
    (r"[x > 0]", lambda g, out, x: g * (raw(x) > 0))])
softplus = op("softplus", lambda x: np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x))), symbol="softplus",
    elementwise=True, partials=[
    (r"\sigma(x)", lambda g, out, x: g * sigmoid(x))])


def _beats(g: Any, x: Any, y: Any) -> Any:
    """g where x is greater than y, half of it where they are equal; both get g where either is nan."""
    x, y, half = raw(x), raw(y), g * 0.5
    return half * np.logical_not(x <= y) + half * np.logical_not(x < y)


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
where = op("where", lambda condition, x, y: np.where(condition, x, y), symbol="where", elementwise=True,
    gates=lambda i, c, x, y: np.logical_not(c) if i == 1 else np.asarray(c, dtype=bool),
    scalar=lambda condition, x, y: x if condition else y, numpy=[np.where],
    doc="x where the condition holds, else y. What is not taken gets a gradient of exactly 0.", partials=[
    None,
    (r"[x]", lambda g, out, c, x, y: np.where(raw(c), g, 0.0)),
    (r"[\lnot x]", lambda g, out, c, x, y: np.where(raw(c), 0.0, g))])

# Without gradient: the results are untracked.
greater = op("greater", np.greater, symbol=">", partials=[None, None])
greater_equal = op("greater_equal", np.greater_equal, symbol="≥", partials=[None, None])
less = op("less", np.less, symbol="<", partials=[None, None])
less_equal = op("less_equal", np.less_equal, symbol="≤", partials=[None, None])
equal = op("equal", np.equal, symbol="=", partials=[None, None])
not_equal = op("not_equal", np.not_equal, symbol="≠", partials=[None, None])
logical_and = op("logical_and", np.logical_and, symbol="∧", partials=[None, None])
logical_or = op("logical_or", np.logical_or, symbol="∨", partials=[None, None])
logical_not = op("logical_not", np.logical_not, symbol="¬", partials=[None])
bitwise_and = op("bitwise_and", np.bitwise_and, symbol="&", partials=[None, None])
bitwise_or = op("bitwise_or", np.bitwise_or, symbol="|", partials=[None, None])
bitwise_xor = op("bitwise_xor", np.bitwise_xor, symbol="⊻", partials=[None, None])
invert = op("invert", np.invert, symbol="~", partials=[None])
isnan = op("isnan", np.isnan, symbol="isnan", partials=[None])
isfinite = op("isfinite", np.isfinite, symbol="isfinite", partials=[None])
isinf = op("isinf", np.isinf, symbol="isinf", partials=[None])
