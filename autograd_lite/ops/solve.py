"""Linear systems: inverses, determinants, solutions."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd_lite.compose import composed
from autograd_lite.define import op
from autograd_lite.errors import ArgumentValueError, AxisError, LinearAlgebraError, ShapeError
from autograd_lite.graph import Node, raw

SlogdetResult = type(np.linalg.slogdet(np.eye(1)))

#: What to do about NumPy's complaints of the numbers in a matrix.
REMEDIES = {
    "Singular matrix": "Use linalg.pinv or linalg.lstsq, or add a small multiple of the identity",
    "Matrix is not positive definite": "Add a small multiple of the identity, or use linalg.eigh",
    "did not converge": "Look for nan or inf in the matrix",
}
#: The rank that a matrix may lack for higher derivatives of its determinant by minors: of lower ranks, they are 0.
MOST_LACKING = 16


def advised(f: Any, *args: Any, **params: Any) -> Any:
    """What NumPy's f gives; where it fails, its error says what to do."""
    try:
        return f(*args, **params)
    except np.linalg.LinAlgError as error:
        remedy = next((r for said, r in REMEDIES.items() if said in str(error)), None)
        raise np.linalg.LinAlgError(f"{error}. {remedy}" if remedy else str(error)) from None


def per_matrix(g: Any) -> Any:
    """The numbers in g, one for each matrix of a batch, as matrices of one element."""
    return g.reshape((*g.shape, 1, 1))


def symmetric(a: Any) -> Any:
    """The gradient by a symmetric matrix: its inner product with a symmetric step is the slope."""
    return (a + a.mT) / 2


def _by_pinv(g: Any, out: Any, x: Any, rcond: Any = None, hermitian: bool = False, rtol: Any = None) -> Any:
    # Golub and Pereyra (1973), equation 4.12: the derivative among matrices of one rank.
    t, gt = out.mT, g.mT
    outside = (gt - x @ (out @ gt)) @ out @ t + t @ out @ (gt - (gt @ out) @ x)
    by_x = outside - t @ g @ t
    return symmetric(by_x) if hermitian else by_x


def _inverse(x: Any) -> tuple[Any, bool]:
    """The inverses of plain matrices, None where there is one without, and whether all are far from singular."""
    try:
        inverse = np.linalg.inv(x)
    except np.linalg.LinAlgError:
        return None, False
    with np.errstate(over="ignore", invalid="ignore"):
        condition = np.abs(x).sum(axis=(-2, -1)) * np.abs(inverse).sum(axis=(-2, -1))
    return inverse, bool((condition < np.finfo(inverse.dtype).eps ** -0.5).all())


def _cofactors(out: Any, x: Any) -> Any:
    """The cofactors of plain matrices, singular ones too, to full accuracy."""
    finite = np.isfinite(x).all(axis=(-2, -1), keepdims=True)
    if not finite.all():
        # What holds nan has no singular values.
        x = np.where(finite, x, np.eye(x.shape[-1], dtype=x.dtype))
        return np.where(finite, _cofactors(out, x), np.nan)
    inverse, regular = _inverse(x)
    if regular:
        return per_matrix(out) * inverse.mT
    u, s, vh = np.linalg.svd(x)
    # For each singular value, the product of the others.
    others = np.where(np.eye(x.shape[-1], dtype=bool), 1.0, s[..., None, :]).prod(axis=-1)
    sign = np.rint(np.linalg.det(u) * np.linalg.det(vh))
    return per_matrix(sign) * ((u * others[..., None, :]) @ vh)


def _minors(x: Any) -> Any:
    """The cofactors of a small matrix, as determinants of what is left of it without one row and one column."""
    n = x.shape[-1]
    others = np.array([[j for j in range(n) if j != i] for i in range(n)], int).reshape(n, n - 1)
    left = x[..., others[:, None, :, None], others[None, :, None, :]]
    signs = np.where(np.add.outer(np.arange(n), np.arange(n)) % 2, -1, 1).astype(x.dtype)
    return np.linalg.det(left) * signs


def _cofactors_near_singular(x: Any) -> Any:
    """The cofactors of recorded matrices x = b - u v, where b is regular and u v has the rank that x lacks."""
    n, (u, s, vh) = x.shape[-1], np.linalg.svd(raw(x))
    lacking = max(1, int((s <= np.finfo(s.dtype).eps ** 0.5 * s[..., :1]).sum(axis=-1).max()))
    if lacking > MOST_LACKING:
        return x * 0
    u = u[..., n - lacking :] * np.where(s == 0, 1.0, s)[..., :1, None]
    v = vh[..., n - lacking :, :]
    b = x + u @ v
    inverse = np.linalg.inv(b)
    # det x = det b det(1 - v b^-1 u)
    rest = np.eye(lacking, dtype=x.dtype) - v @ inverse @ u
    of_rest = inverse.mT @ v.mT @ _minors(rest) @ u.mT @ inverse.mT
    return per_matrix(np.linalg.det(b)) * (per_matrix(np.linalg.det(rest)) * inverse.mT + of_rest)


def _by_det(g: Any, out: Any, x: Any) -> Any:
    recorded = isinstance(x, Node)
    if not recorded:
        return per_matrix(g) * _cofactors(out, x)
    if not np.isfinite(raw(x)).all():
        raise LinearAlgebraError("linalg.det: no second derivatives where the matrix holds nan or inf. Look for them.")
    if _inverse(raw(x))[1]:
        return per_matrix(g * out) * inv(x).mT
    return per_matrix(g) * _cofactors_near_singular(x)


def _by_slogdet(g: Any, out: Any, x: Any) -> Any:
    g = per_matrix(g[1])
    singular = np.isneginf(raw(out[1]))
    if singular.any():
        if raw(g)[singular].any():
            raise LinearAlgebraError(
                "linalg.slogdet: the matrix is singular: the logarithm of its determinant is -inf and has no gradient. "
                "Use linalg.det, or add a small multiple of the identity."
            )
        # Nothing depends on them: any regular matrix can stand for them.
        x = np.where(per_matrix(singular), np.eye(x.shape[-1], dtype=x.dtype), x)
    return g * inv(x).mT


def _by_right_side(g: Any, out: Any, a: Any, b: Any) -> Any:
    if b.ndim == 1:
        return solve(a.mT, g.reshape((*g.shape, 1))).reshape(g.shape)
    return solve(a.mT, g)


def _by_left_side(g: Any, out: Any, a: Any, b: Any) -> Any:
    y = _by_right_side(g, out, a, b)
    if b.ndim == 1:
        return -y.reshape((*y.shape, 1)) * out.reshape((*out.shape[:-1], 1, out.shape[-1]))
    return -(y @ out.mT)


def _solve(a: Any, b: Any) -> Any:
    try:
        return advised(np.linalg.solve, a, b)
    except ValueError as error:
        if isinstance(error, np.linalg.LinAlgError):
            raise
        if not np.ndim(b):
            raise ValueError("the right side is a number; expected a vector of shape (n,), or matrices") from None
        rows = b.shape[-min(b.ndim, 2)]
        if a.shape[-1] != rows:
            said = f"the matrix has {a.shape[-1]} rows and the right side {rows}; their shapes do not match"
            raise ValueError(said) from None
        batch = b.shape[:-2]
        raise ValueError(f"the batches of shapes {a.shape[:-2]} and {batch} do not broadcast") from None


def _lstsq(a: Any, b: Any, rcond: float | None = None) -> Any:
    """The four results as arrays of one data type."""
    if np.ndim(a) == 2 and np.ndim(b) in (1, 2) and len(a) != len(b):
        raise ValueError(f"the matrix has {len(a)} rows and the right side {len(b)}; their shapes do not match")
    x, residuals, rank, s = advised(np.linalg.lstsq, a, b, rcond)
    return x, residuals, np.asarray(rank, x.dtype), s.astype(x.dtype)


def _pinv_of_lstsq(a: Any, x: Any, rcond: float | None) -> Any:
    """The pseudo-inverse with which lstsq found x."""
    # LAPACK takes what is no share of the largest singular value for the rounding of a number.
    if rcond is None or not 0 < rcond < 1:
        rcond = float(np.finfo(x.dtype).eps) * (max(a.shape) if rcond is None else 1)
    return pinv(a, rcond)


def _columns(v: Any) -> Any:
    return v.reshape((-1, 1)) if v.ndim == 1 else v


def _by_observations(g: Any, out: Any, a: Any, b: Any, rcond: float | None = None) -> Any:
    by_b = _pinv_of_lstsq(a, out[0], rcond).T @ _columns(g[0])
    if g[1].size:
        by_b = by_b + 2 * g[1] * (_columns(b) - a @ _columns(out[0]))
    return by_b.reshape(b.shape)


def _by_design(g: Any, out: Any, a: Any, b: Any, rcond: float | None = None) -> Any:
    inverse = _pinv_of_lstsq(a, out[0], rcond)
    gx, x = _columns(g[0]), _columns(out[0])
    left = _columns(b) - a @ x
    t = inverse.T
    # x = pinv(a) b, differentiated among matrices of one rank.
    by_a = left @ (inverse @ (t @ gx)).T + t @ x @ (gx - inverse @ (a @ gx)).T - t @ gx @ x.T
    if g[1].size:
        by_a = by_a - 2 * g[1] * left @ x.T
    if isinstance(g[3], Node) or g[3].any():
        u, _, vh = np.linalg.svd(a, full_matrices=False)
        by_a = by_a + (u * g[3]) @ vh
    return by_a


def _by_base(g: Any, out: Any, x: Any, n: int) -> Any:
    # A function of [[a, e], [0, a]] has its derivative at a along e in the corner.
    top = np.concatenate([x.mT, g], axis=-1)
    bottom = np.concatenate([np.zeros_like(raw(x)), x.mT], axis=-1)
    size = x.shape[-1]
    return np.linalg.matrix_power(np.concatenate([top, bottom], axis=-2), n)[..., :size, size:]


# fmt: off
inv = op("linalg.inv", lambda a: advised(np.linalg.inv, a), symbol="inv", numpy=[np.linalg.inv], partials=[
    (r"-f^T \bar f f^T", lambda g, out, x: -(out.mT @ g @ out.mT))])
pinv = op("linalg.pinv",
    lambda a, rcond=None, hermitian=False, *, rtol=np._NoValue: advised(
        np.linalg.pinv, a, rcond, hermitian, **({} if rtol is np._NoValue else {"rtol": rtol})),
    symbol="pinv", numpy=[np.linalg.pinv],
    doc="The pseudo-inverse. Its derivative is that among matrices of the same rank; hermitian=True gives the "
        "symmetric gradient.",
    partials=[(r"-f^T \bar f f^T + (1 - x f) \bar f^T f f^T + f^T f \bar f^T (1 - f x)", _by_pinv)])
det = op("linalg.det", lambda a: np.linalg.det(a), symbol="det", numpy=[np.linalg.det],
    doc="The determinant. Its gradient is the matrix of cofactors, at singular matrices too.", partials=[
    (r"\bar f \operatorname{cof} x", _by_det)])
slogdet = op("linalg.slogdet", lambda a: np.linalg.slogdet(a), symbol="slogdet", numpy=[np.linalg.slogdet],
    results=lambda parts: SlogdetResult(*parts), doc="Sign and logarithm of the absolute value of the determinant.",
    partials=[(r"\bar f_2 x^{-T}", _by_slogdet)])
solve = op("linalg.solve", _solve, symbol="solve", numpy=[np.linalg.solve],
    doc="The solution of a @ x = b. b is a vector where it has one axis, else a matrix or a batch of them.", partials=[
    (r"-x^{-T} \bar f \, f^T", _by_left_side),
    (r"x^{-T} \bar f", _by_right_side)])
lstsq = op("linalg.lstsq", _lstsq, symbol="lstsq", numpy=[np.linalg.lstsq],
    results=lambda parts: (parts[0], parts[1], int(raw(parts[2])), parts[3]),
    doc="The x of least |b - a @ x|, and of least |x| among several; residuals, rank, singular values. "
        "The derivative is that among matrices of the same rank.",
    partials=[
    (r"r \, (x^+ x^{+T} \bar f)^T + x^{+T} f \, ((1 - x^+ x) \bar f)^T - x^{+T} \bar f \, f^T, \; r = y - x f",
        _by_design),
    (r"x^{+T} \bar f", _by_observations)])
matrix_power = op("linalg.matrix_power", lambda a, n: advised(np.linalg.matrix_power, a, n), symbol="power",
    numpy=[np.linalg.matrix_power], partials=[
    (r"\sum_{k < n} (x^T)^k \, \bar f \, (x^T)^{n - 1 - k}", _by_base)])
# fmt: on


@composed("linalg.tensorinv", np.linalg.tensorinv, formula=r"\operatorname{reshape}(x)^{-1}")
def tensorinv(a: Any, ind: int = 2) -> Any:
    """The inverse for tensordot over `ind` axes."""
    shape = np.shape(raw(a))
    if not isinstance(ind, int | np.integer) or ind <= 0:
        raise ArgumentValueError(f"linalg.tensorinv: ind={ind!r}: expected the number of first axes, at least 1.")
    last, first = shape[ind:], shape[:ind]
    return np.linalg.inv(np.reshape(a, (math.prod(last), math.prod(first)))).reshape(last + first)


@composed("linalg.tensorsolve", np.linalg.tensorsolve, formula=r"\operatorname{reshape}(x)^{-1} y")
def tensorsolve(a: Any, b: Any, axes: Any = None) -> Any:
    """The x with tensordot(a, x, x.ndim) = b."""
    n = np.ndim(raw(a))
    if axes is not None:
        last = [int(k) for k in axes]
        if not set(last) <= set(range(n)):
            raise AxisError(f"linalg.tensorsolve: axes={axes}: a has the axes 0 to {n - 1}.")
        a = np.transpose(a, [k for k in range(n) if k not in last] + last)
    shape = np.shape(raw(a))[-(n - np.ndim(raw(b))) :]
    rows = math.prod(shape)
    if rows != np.size(raw(b)) or rows**2 != np.size(raw(a)):
        raise ShapeError(
            f"linalg.tensorsolve: a has shape {np.shape(raw(a))} and b has shape {np.shape(raw(b))}: expected a of "
            "shape b.shape + x.shape, with as many elements in x as in b."
        )
    return np.linalg.solve(np.reshape(a, (rows, rows)), np.reshape(b, (-1,))).reshape(shape)
