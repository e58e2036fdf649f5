"""Polynomials by their coefficients, that of the highest power first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd_lite.compose import composed
from autograd_lite.convert import astype
from autograd_lite.define import op
from autograd_lite.errors import ArgumentValueError, ShapeError, UnsupportedError, describe
from autograd_lite.graph import Node, raw
from autograd_lite.operation import Op
from autograd_lite.ops.contraction import operand
from autograd_lite.ops.join import stack
from autograd_lite.ops.shape import at_one_width
from autograd_lite.ops.signals import convolve


def _derived(p: Any) -> Any:
    """The coefficients of the derivative of a polynomial."""
    n = np.shape(raw(p))[0]
    powers = np.arange(n - 1, 0, -1).reshape([-1] + [1] * (np.ndim(raw(p)) - 1))
    return p[:-1] * (powers.astype(p.dtype) if p.dtype.kind == "f" else powers)


def _polyval_by_coefficients(g: Any, out: Any, p: Any, x: Any) -> Any:
    n = p.shape[0]
    if not n:
        return np.zeros_like(raw(p))
    each = np.stack([g * x ** (n - 1 - i) for i in range(n)])
    # Behind the axis of the coefficients stand the axes of out, of which p may have the last ones.
    return each.sum(axis=tuple(range(1, each.ndim - p.ndim + 1)))


def _vander(x: Any, N: int | None = None, increasing: bool = False) -> Any:
    powers = np.vander(x, N, increasing)
    # NumPy widens float32.
    return powers.astype(x.dtype) if x.dtype.kind == "f" else powers


def _vander_rule(g: Any, out: Any, x: Any, N: int | None = None, increasing: bool = False) -> Any:
    n = out.shape[1]
    exponents = np.arange(1, n).astype(raw(x).dtype)
    if increasing:
        return (g[:, 1:] * out[:, :-1] * exponents).sum(axis=1)
    return (g[:, :-1] * out[:, 1:] * exponents[::-1]).sum(axis=1)


# fmt: off
polyval: Op = op("polyval", lambda p, x: np.polyval(*at_one_width((p, x))), symbol="polyval", numpy=[np.polyval],
    doc="The polynomial with the coefficients p at x.", partials=[
    (r"y^{n - 1 - i}", _polyval_by_coefficients),
    (r"\sum_i (n - 1 - i) x_i y^{n - 2 - i}", lambda g, out, p, x: g * polyval(_derived(p), x))])
vander = op("vander", _vander, symbol="vander", numpy=[np.vander], doc="A matrix of the powers of x in its columns.",
    partials=[
    (r"\sum_k k \, x^{k - 1} \bar f_k", _vander_rule)])
# fmt: on


def _vector(p: Any, name: str, least: int = 1) -> Any:
    """An argument as an array of one axis, where it has `least` axes or more."""
    p = operand(p, name)
    if not least <= p.ndim <= 1:
        raise ShapeError(f"{name}: {describe(p)}: expected an array of one axis, the numbers of one polynomial.")
    return p if p.ndim else p.reshape(1)


def _padded(p: Any, n: int) -> Any:
    """n coefficients, with zeros for those of the highest powers."""
    return p if p.size == n else np.concatenate([np.zeros(n - p.size, raw(p).dtype), p])


def _trimmed(p: Any) -> Any:
    """The coefficients without leading zeros."""
    nonzero = np.flatnonzero(raw(p))
    return p[nonzero[0] :] if nonzero.size else p[-1:]


@composed("polyadd", np.polyadd, formula="x + y")
def polyadd(a1: Any, a2: Any) -> Any:
    a1, a2 = _vector(a1, "polyadd", 0), _vector(a2, "polyadd", 0)
    n = max(a1.size, a2.size)
    return _padded(a1, n) + _padded(a2, n)


@composed("polysub", np.polysub, formula="x - y")
def polysub(a1: Any, a2: Any) -> Any:
    a1, a2 = _vector(a1, "polysub", 0), _vector(a2, "polysub", 0)
    n = max(a1.size, a2.size)
    return _padded(a1, n) - _padded(a2, n)


@composed("polymul", np.polymul, formula="x * y")
def polymul(a1: Any, a2: Any) -> Any:
    return convolve(_trimmed(_vector(a1, "polymul", 0)), _trimmed(_vector(a2, "polymul", 0)))


@composed("polydiv", np.polydiv, formula=r"x = q * y + r")
def polydiv(u: Any, v: Any) -> tuple[Any, Any]:
    u, v = _vector(u, "polydiv", 0), _vector(v, "polydiv", 0)
    if not (u.size and v.size):
        raise ShapeError(f"polydiv: {describe(u)} and {describe(v)}: no polynomial is without coefficients.")
    # Of both data types, and a node where v is one.
    n, rest, quotient = v.size, np.concatenate([v[:0], u]), []
    rest = rest if rest.dtype.kind == "f" else astype(rest, dtype=float)
    for k in range(u.size - n + 1):
        quotient.append(1.0 / v[0] * rest[k])
        rest = np.concatenate([rest[:k], rest[k : k + n] - quotient[-1] * v, rest[k + n :]])
    # As many leading coefficients as NumPy takes for zeros.
    data = raw(rest)
    small = np.abs(data) <= 1e-8
    start = int(np.argmin(np.append(small[:-1], False)))
    whole = np.stack(quotient) if quotient else np.concatenate([rest[:0], np.zeros(1, rest.dtype)])
    return whole, rest[start:]


@composed("polyder", np.polyder, formula=r"(n - 1 - i) x_i")
def polyder(p: Any, m: int = 1) -> Any:
    if m < 0:
        raise ArgumentValueError(f"polyder: m={m}: the order of a derivative is 0 or more.")
    p = _vector(p, "polyder")
    for _ in range(m):
        p = _derived(p)
    return p


@composed("polyint", np.polyint, formula=r"\frac{x_i}{n - i}")
def polyint(p: Any, m: int = 1, k: Any = None) -> Any:
    if m < 0:
        raise ArgumentValueError(f"polyint: m={m}: the order of an integral is 0 or more.")
    p = _vector(p, "polyint")
    constants = _vector(0.0 if k is None else k, "polyint", 0)
    if constants.size < m and constants.size != 1:
        raise ShapeError(f"polyint: {describe(k)}: expected one constant, or one for each of {m} integrations.")
    for i in range(m):
        divisors = np.arange(p.size, 0, -1)
        c = constants[i : i + 1] if constants.size > 1 else constants
        p = p / (divisors.astype(p.dtype) if p.dtype.kind == "f" else divisors)
        p = np.concatenate([p, c if isinstance(c, Node) else c.astype(raw(p).dtype)])
    return p


@composed("poly", np.poly, formula=r"\prod_i (t - x_i)")
def poly(seq_of_zeros: Sequence[Any]) -> Any:
    zeros: Any = seq_of_zeros
    if isinstance(zeros, list | tuple):
        zeros = stack([operand(z, "poly") for z in zeros])
    if zeros.ndim == 2:
        raise UnsupportedError(
            f"poly: {describe(zeros)}: no derivative of a characteristic polynomial. Give the eigenvalues instead."
        )
    zeros = _vector(zeros, "poly")
    one = np.ones(1, zeros.dtype if raw(zeros).dtype.kind == "f" else float)
    p: Any = one
    for i in range(zeros.size):
        p = convolve(p, np.concatenate([one, -zeros[i : i + 1]]))
    # NumPy's 1 without roots has no axis.
    return p if zeros.size else 1.0 + zeros.sum()


@composed("polyfit", np.polyfit, formula=r"\arg \min_p \lVert V(x) p - y \rVert")
def polyfit(
    x: Any, y: Any, deg: int, rcond: float | None = None, full: bool = False, w: Any = None, cov: bool = False
) -> Any:
    """The coefficients of the polynomial that fits points best, by least squares, differentiable by the points."""
    if full or cov:
        raise UnsupportedError("polyfit: full= and cov= are refused: compute them from the coefficients.")
    if not isinstance(deg, int | np.integer) or deg < 0:
        raise ArgumentValueError(f"polyfit: deg={deg!r}: expected a degree, 0 or more.")
    x, y = _vector(x, "polyfit"), operand(y, "polyfit")
    if not x.size or y.ndim not in (1, 2) or len(y) != len(x):
        raise ShapeError(f"polyfit: {describe(x)} and {describe(y)}: expected one point or more, as many in y as in x.")
    if raw(x).dtype.kind != "f":
        x = astype(x, dtype=float)
    powers = vander(x, int(deg) + 1)
    if w is not None:
        w = _vector(w, "polyfit")
        powers, y = w.reshape((-1, 1)) * powers, (w if y.ndim == 1 else w.reshape((-1, 1))) * y
    # Powers of one size keep the digits; which size that is changes nothing.
    size = np.sqrt((raw(powers) ** 2).sum(axis=0))
    size[size == 0] = 1
    if rcond is None:
        rcond = len(x) * np.finfo(raw(x).dtype).eps
    fitted = np.linalg.lstsq(powers / size, y, rcond)[0]
    return fitted / (size if y.ndim == 1 else size.reshape((-1, 1)))
