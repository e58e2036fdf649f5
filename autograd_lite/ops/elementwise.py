"""Element by element: arithmetic, exponentials, trigonometry, and the parts of a number.

Every rule is written for arguments of one shape; the backward loop undoes broadcasting. Masks are
made of raw data, because a comparison has no gradient.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd_lite.compose import composed
from autograd_lite.define import op
from autograd_lite.graph import KIND_HOLDING, raw
from autograd_lite.operation import NUMBERS


def flat(g: Any) -> Any:
    """The gradient of what is flat."""
    return np.zeros_like(raw(g))


def over(x: Any, y: Any) -> Any:
    """x / y, and 0 with all its derivatives where y is 0."""
    if np.all(raw(y)):
        return x / y
    return np.where(raw(y) == 0, 0.0, x / np.where(raw(y) == 0, 1.0, y))


def even(coefficients: Sequence[float], x: Any) -> Any:
    """A polynomial in the square of x, the constant first."""
    square, total = x * x, 0.0
    for c in reversed(coefficients):
        total = total * square + c
    return total


LN2, LN10, DEGREE = math.log(2), math.log(10), math.pi / 180
#: Of the derivative of sin u / u, over u, the coefficients of the powers of the square of u.
SINC_SLOPE = [(-1) ** k * 2 * k / math.factorial(2 * k + 1) for k in range(1, 14)]


def _turn(x: Any, length: Any) -> Any:
    """How fast an angle turns; the length is divided by twice, because its square may overflow."""
    return over(over(x, length), length)


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
    ("0", lambda g, out, x, y: flat(g)),
    ("0", lambda g, out, x, y: flat(g))])
remainder = op("remainder", np.remainder, symbol="mod", scalar=operator.mod, partials=[
    ("1", lambda g, out, x, y: g),
    (r"-\lfloor x / y \rfloor", lambda g, out, x, y: -g * (x // y))])
# What was taken off x is a whole number of y: rounding keeps x / y from slipping to the next.
fmod = op("fmod", np.fmod, symbol="fmod", scalar=math.fmod, partials=[
    ("1", lambda g, out, x, y: g),
    (r"-\operatorname{trunc}(x / y)", lambda g, out, x, y: -g * np.rint((raw(x) - raw(out)) / raw(y)))])
reciprocal = op("reciprocal", np.reciprocal, symbol="1/", scalar=lambda x: 1 / x, partials=[
    (r"-\frac{1}{x^2}", lambda g, out, x: -g * out * out)])


@composed("divmod", np.divmod, formula=r"(\lfloor x / y \rfloor,\ x \bmod y)")
def divmod(x: Any, y: Any, out: None = None) -> tuple[Any, Any]:
    return floor_divide(x, y), remainder(x, y)


def _power_by_base(g: Any, out: Any, x: Any, y: Any) -> Any:
    if type(y) in (int, float) and type(x) is not float:
        return g * (y * x ** (y - 1)) if y else flat(g)
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


@composed("float_power", np.float_power, formula="x^y")
def float_power(x1: Any, x2: Any, out: None = None) -> Any:
    """The power in float64, whatever the arguments are in."""
    x, y = (a.astype(np.result_type(a.dtype, float)) if hasattr(a, "dtype") else a for a in (x1, x2))
    return power(x, y)


square = op("square", np.square, symbol="square", scalar=lambda x: x * x, partials=[
    ("2 x", lambda g, out, x: g * 2 * x)])
sqrt = op("sqrt", np.sqrt, symbol="√", scalar=math.sqrt, partials=[
    (r"\frac{1}{2 \sqrt{x}}", lambda g, out, x: g * 0.5 / out)])
cbrt = op("cbrt", np.cbrt, symbol="∛", scalar=math.cbrt, partials=[
    (r"\frac{1}{3 f^2}", lambda g, out, x: g / (3 * out * out))])
abs = op("abs", np.absolute, symbol="abs", scalar=math.fabs, partials=[
    (r"\operatorname{sign}(x)", lambda g, out, x: g * np.sign(x))])
fabs = op("fabs", np.fabs, symbol="abs", scalar=math.fabs, partials=[
    (r"\operatorname{sign}(x)", lambda g, out, x: g * np.sign(x))])
sign = op("sign", np.sign, symbol="sign", partials=[
    ("0", lambda g, out, x: flat(g))])
copysign = op("copysign", np.copysign, symbol="copysign", scalar=math.copysign,
    doc="x with the sign of y. The derivatives where x is 0 are 0.", partials=[
    (r"\operatorname{sign}(x) \operatorname{sign}(y)",
        lambda g, out, x, y: g * np.sign(raw(out)) * np.sign(raw(x))),
    ("0", lambda g, out, x, y: flat(g))])

exp = op("exp", np.exp, symbol="exp", scalar=math.exp, partials=[
    ("e^x", lambda g, out, x: g * out)])
log = op("log", np.log, symbol="ln", scalar=math.log, partials=[
    (r"\frac{1}{x}", lambda g, out, x: g / x)])
log1p = op("log1p", np.log1p, symbol="log1p", scalar=math.log1p, partials=[
    (r"\frac{1}{1 + x}", lambda g, out, x: g / (1 + x))])
expm1 = op("expm1", np.expm1, symbol="expm1", scalar=math.expm1, partials=[
    ("e^x", lambda g, out, x: g * (out + 1))])
exp2 = op("exp2", np.exp2, symbol="exp2", scalar=math.exp2, partials=[
    (r"2^x \ln 2", lambda g, out, x: g * out * LN2)])
log2 = op("log2", np.log2, symbol="log2", scalar=math.log2, partials=[
    (r"\frac{1}{x \ln 2}", lambda g, out, x: g / (x * LN2))])
log10 = op("log10", np.log10, symbol="log10", scalar=math.log10, partials=[
    (r"\frac{1}{x \ln 10}", lambda g, out, x: g / (x * LN10))])


def _to_total(x: Any, total: Any) -> Any:
    """x less the total that a sum of exponentials comes to; x where that is nothing, of which no share is."""
    return x - np.where(raw(total) == -np.inf, 0.0, total)


def _share(exp: Any, x: Any, y: Any, total: Any) -> Any:
    """The share of exp x in exp x + exp y. Of large numbers, the total alone does not have the digits for it."""
    a, b = exp(_to_total(x, total)), exp(_to_total(y, total))
    both = a + b
    return a / np.where(raw(both) == 0, 1.0, both)


logaddexp = op("logaddexp", np.logaddexp, symbol="logaddexp",
    doc="ln(exp x + exp y). The derivatives where both are -inf are 0.", partials=[
    ("e^{x - f}", lambda g, out, x, y: g * _share(np.exp, x, y, out)),
    ("e^{y - f}", lambda g, out, x, y: g * _share(np.exp, y, x, out))])
logaddexp2 = op("logaddexp2", np.logaddexp2, symbol="logaddexp2",
    doc="log2(2^x + 2^y). The derivatives where both are -inf are 0.", partials=[
    ("2^{x - f}", lambda g, out, x, y: g * _share(np.exp2, x, y, out)),
    ("2^{y - f}", lambda g, out, x, y: g * _share(np.exp2, y, x, out))])

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
arctan2 = op("arctan2", np.arctan2, symbol="arctan2", scalar=math.atan2,
    doc="The angle of the point (y, x), x being its height. The derivatives at the origin are 0.", partials=[
    (r"\frac{y}{x^2 + y^2}", lambda g, out, x, y: g * _turn(y, np.hypot(x, y))),
    (r"-\frac{x}{x^2 + y^2}", lambda g, out, x, y: -g * _turn(x, np.hypot(x, y)))])
hypot = op("hypot", np.hypot, symbol="hypot", scalar=math.hypot,
    doc="The length of (x, y). The derivatives at the origin are 0.", partials=[
    (r"\frac{x}{f}", lambda g, out, x, y: g * over(x, out)),
    (r"\frac{y}{f}", lambda g, out, x, y: g * over(y, out))])
deg2rad = op("deg2rad", np.deg2rad, symbol="deg2rad", scalar=math.radians, partials=[
    (r"\frac{\pi}{180}", lambda g, out, x: g * DEGREE)])
radians = op("radians", np.radians, symbol="radians", scalar=math.radians, partials=[
    (r"\frac{\pi}{180}", lambda g, out, x: g * DEGREE)])
rad2deg = op("rad2deg", np.rad2deg, symbol="rad2deg", scalar=math.degrees, partials=[
    (r"\frac{180}{\pi}", lambda g, out, x: g / DEGREE)])
degrees = op("degrees", np.degrees, symbol="degrees", scalar=math.degrees, partials=[
    (r"\frac{180}{\pi}", lambda g, out, x: g / DEGREE)])


def _sinc_slope(out: Any, x: Any) -> Any:
    """(cos πx - sinc x) / x, and near 0, where that loses its digits, the series of it."""
    near = np.abs(raw(x)) < 0.3
    u = np.pi * np.where(near, x, 0.0)
    far = (np.cos(np.pi * x) - out) / np.where(near, 1.0, x)
    return np.where(near, np.pi * u * even(SINC_SLOPE, u), far)


sinc = op("sinc", lambda x: np.sinc(x), symbol="sinc", elementwise=True, numpy=[np.sinc],
    doc="sin(πx) / (πx). The derivative at 0 is 0.", partials=[
    (r"\frac{\cos \pi x - f}{x}", lambda g, out, x: g * _sinc_slope(out, x))])

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


ldexp = op("ldexp", np.ldexp, symbol="ldexp", scalar=math.ldexp, doc="x times 2 to the integer power y.", partials=[
    ("2^y", lambda g, out, x, y: np.ldexp(g, raw(y))),
    None])


@composed("frexp", np.frexp, formula=r"(x 2^{-n},\ n)")
def frexp(x: Any, out: None = None) -> tuple[Any, Any]:
    """A number of which the magnitude is from 1/2 to 1, and the power of 2 to multiply it by, without gradient."""
    exponent = np.frexp(np.asarray(raw(x)))[1]
    mantissa = ldexp(x, -exponent)
    if type(raw(x)) is float:
        return mantissa, int(exponent)
    kind = KIND_HOLDING[np.ndarray]
    node = object.__new__(kind)
    node._start(kind.hold(exponent), False, None)
    return mantissa, node


modf = op("modf", lambda x: np.modf(x), symbol="modf", results=tuple, numpy=[np.modf],
    doc="What comes after the point and what comes before it.", partials=[
    ("1", lambda g, out, x: g[0])])
nextafter = op("nextafter", np.nextafter, symbol="nextafter", scalar=math.nextafter,
    doc="The next number from x towards y.", partials=[
    ("1", lambda g, out, x, y: g),
    ("0", lambda g, out, x, y: flat(g))])
spacing = op("spacing", np.spacing, symbol="spacing", doc="The distance to the next number.", partials=[None])

# Real numbers are complex ones without an imaginary part.
real = op("real", lambda val: np.real(val), symbol="Re", elementwise=True, numpy=[np.real], partials=[
    ("1", lambda g, out, x: g)])
imag = op("imag", lambda val: np.imag(val), symbol="Im", elementwise=True, numpy=[np.imag], partials=[
    ("0", lambda g, out, x: flat(g))])
conjugate = op("conjugate", np.conjugate, symbol="conj", partials=[
    ("1", lambda g, out, x: g)])
real_if_close = op("real_if_close", lambda a, tol=100: np.real_if_close(a, tol), symbol="real_if_close",
    elementwise=True, numpy=[np.real_if_close], partials=[
    ("1", lambda g, out, x, tol=100: g)])
angle = op("angle", lambda z, deg=False: np.angle(z, deg), symbol="angle", elementwise=True, numpy=[np.angle],
    doc="0 of a positive number and π of a negative one, or 180.", partials=[None])
