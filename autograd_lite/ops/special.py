"""Special functions, some of which scipy computes."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd_lite.define import op
from autograd_lite.errors import DtypeError, UnsupportedError, describe
from autograd_lite.graph import raw
from autograd_lite.operation import NUMBERS, Op
from autograd_lite.ops.elementwise import even
from autograd_lite.ops.shape import at_one_width


def _by_scipy(name: str, asked: str, *args: Any) -> Any:
    """What the function of this name in scipy gives; without scipy, what Python's own of the name `asked` does."""
    try:
        from scipy import special
    except ImportError:
        if asked not in BY_PYTHON:
            raise UnsupportedError(
                f"{asked}: scipy computes it, and is not installed. Install it: pip install scipy."
            ) from None
        x = np.asarray(args[0])
        with np.errstate(all="ignore"):
            out = np.frompyfunc(BY_PYTHON[asked], 1, 1)(x)
        return np.asarray(out).astype(x.dtype if x.dtype.kind == "f" else float)
    return getattr(special, name)(*args)


def _lgamma(x: float) -> float:
    try:
        return math.lgamma(x)
    except (ValueError, OverflowError):
        return math.inf


BY_PYTHON: dict[str, Callable[[float], float]] = {"erf": math.erf, "erfc": math.erfc, "lgamma": _lgamma}


def _polygamma(n: Any, x: Any) -> Any:
    orders, x = np.asarray(n), np.asarray(x)
    if orders.dtype.kind not in "iub" or np.any(orders < 0):
        raise DtypeError(f"polygamma: the order n is {describe(n)}; it counts derivatives: integers from 0 up.")
    # Beside integers, scipy would compute in float64.
    return np.asarray(_by_scipy("polygamma", "polygamma", orders, x)).astype(x.dtype if x.dtype.kind == "f" else float)


#: Of I₁(x) / x, the coefficients of the powers of the square of x.
I1_OVER_X = [0.5 / (4.0**k * math.factorial(k) * math.factorial(k + 1)) for k in range(16)]


def _i1_over_x(out: Any, x: Any) -> Any:
    """I₁(x) / x, which is 1/2 at 0; near it, by its series, whose derivatives keep their digits."""
    near = np.abs(raw(x)) < 1.0
    return np.where(near, even(I1_OVER_X, np.where(near, x, 0.0)), out / np.where(near, 1.0, x))


def _xlogy(x: Any, y: Any) -> Any:
    x, y = at_one_width([x, y])
    nothing = (np.asarray(x) == 0) & np.logical_not(np.isnan(y))
    return np.where(nothing, 0.0, x * np.log(np.where(nothing, 1.0, y)))


def _xlogy_by_x(g: Any, x: Any, y: Any) -> Any:
    # A number is as wide as the arrays.
    y = np.full_like(raw(x), y) if type(y) in NUMBERS else y
    # ln y is not asked for where x is 0 and y is not above it.
    nothing = (raw(x) == 0) & (raw(y) <= 0)
    return np.where(nothing, 0.0, g * np.log(np.where(nothing, 1.0, y)))


def _xlogy_by_y(g: Any, x: Any, y: Any) -> Any:
    return g * x / np.where((raw(x) == 0) & (raw(y) == 0), 1.0, y)


# fmt: off
erf = op("erf", lambda x: _by_scipy("erf", "erf", x), symbol="erf", elementwise=True,
    doc="The error function: how likely a normal number of variance 1/2 is between -x and x.", partials=[
    (r"\frac{2}{\sqrt{\pi}} e^{-x^2}", lambda g, out, x: g * (2 / math.sqrt(math.pi)) * np.exp(-x * x))])
erfc = op("erfc", lambda x: _by_scipy("erfc", "erfc", x), symbol="erfc", elementwise=True,
    doc="1 - erf(x), with all its digits where that is small.", partials=[
    (r"-\frac{2}{\sqrt{\pi}} e^{-x^2}", lambda g, out, x: -g * (2 / math.sqrt(math.pi)) * np.exp(-x * x))])
lgamma = op("lgamma", lambda x: _by_scipy("gammaln", "lgamma", x), symbol="lgamma", elementwise=True,
    doc="The logarithm of |Γ(x)|.", partials=[
    (r"\psi(x)", lambda g, out, x: g * digamma(x))])
digamma: Op = op("digamma", lambda x: _by_scipy("psi", "digamma", x), symbol="ψ", elementwise=True,
    doc="The derivative of the logarithm of Γ(x). Computed by scipy.", partials=[
    (r"\psi'(x)", lambda g, out, x: g * polygamma(1, x))])
polygamma: Op = op("polygamma", lambda n, x: _polygamma(n, x), symbol="polygamma", elementwise=True,
    doc="The derivative number n of digamma, n a whole number. Computed by scipy.", partials=[
    None,
    (r"\psi^{(x + 1)}(y)", lambda g, out, n, x: g * polygamma(raw(n) + 1, x))])
i0 = op("i0", lambda x: np.i0(x), symbol="I₀", elementwise=True, numpy=[np.i0],
    doc="The modified Bessel function of order 0. scipy computes its derivative.", partials=[
    ("I_1(x)", lambda g, out, x: g * i1(x))])
i1: Op = op("i1", lambda x: _by_scipy("i1", "i1", x), symbol="I₁", elementwise=True,
    doc="The modified Bessel function of order 1. Computed by scipy.", partials=[
    (r"I_0(x) - \frac{f}{x}", lambda g, out, x: g * (np.i0(x) - _i1_over_x(out, x)))])
logit = op("logit", lambda x: np.log(x) - np.log1p(-x), symbol="logit", elementwise=True,
    doc="ln(x / (1 - x)), of which sigmoid is the inverse.", partials=[
    (r"\frac{1}{x (1 - x)}", lambda g, out, x: g / (x * (1 - x)))])
xlogy = op("xlogy", _xlogy, symbol="xlogy", elementwise=True,
    doc="x ln y, which is 0 where x is. The derivatives by x where x is 0 and y is not above it, and by y where "
    "both are 0, are 0.", partials=[
    (r"\ln y", lambda g, out, x, y: _xlogy_by_x(g, x, y)),
    (r"\frac{x}{y}", lambda g, out, x, y: _xlogy_by_y(g, x, y))])
