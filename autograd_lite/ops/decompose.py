"""Decompositions of matrices: Cholesky, QR, singular values, eigenvalues."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd_lite.define import op
from autograd_lite.errors import ArgumentValueError, DtypeError, LinearAlgebraError, describe
from autograd_lite.graph import raw
from autograd_lite.ops.degenerate import coinciding, determined, differences, first_pair, over_gaps, tolerance
from autograd_lite.ops.solve import advised, solve, symmetric

QRResult = type(np.linalg.qr(np.eye(1)))
SVDResult = type(np.linalg.svd(np.eye(1)))
EighResult = type(np.linalg.eigh(np.eye(1)))
EigResult = type(np.linalg.eig(np.eye(1)))

SEPARATE = "or separate them by small different numbers on the diagonal"


def _diagonal(v: Any) -> Any:
    """The diagonal matrices of the vectors in v."""
    return v[..., None, :] * np.eye(v.shape[-1], dtype=v.dtype)


def _lower(a: Any, k: int = 0, diagonal: float = 1.0) -> Any:
    """The lower triangles of the square matrices in a, with what lies on the diagonal times `diagonal`."""
    n = a.shape[-1]
    return a * (np.tri(n, k=-1, dtype=a.dtype) + (diagonal * np.eye(n, dtype=a.dtype) if k == 0 else 0))


def _by_cholesky(g: Any, out: Any, x: Any, upper: bool = False) -> Any:
    # Murray (2016), "Differentiation of the Cholesky decomposition", section 3.
    low, g = (out.mT, g.mT) if upper else (out, g)
    inner = symmetric(_lower(low.mT @ g, diagonal=0.5))
    return solve(low.mT, solve(low.mT, inner).mT)


def _qr(a: Any, mode: Any = "reduced") -> Any:
    if mode not in ("reduced", "complete", "r"):
        raise ArgumentValueError(
            f"linalg.qr: mode={mode!r}: expected 'reduced', 'complete' or 'r'; others give LAPACK's inner form, which "
            "has no derivative here."
        )
    found = np.linalg.qr(a, mode)
    return [found] if mode == "r" else found


def _by_qr(g: Any, out: Any, x: Any, mode: str = "reduced") -> Any:
    m, n = x.shape[-2:]
    k = min(m, n)
    if mode == "r":
        q, gq = np.linalg.qr(x)[0], np.zeros((*x.shape[:-1], k), x.dtype)
    else:
        q, gq = out[0], determined(g[0], np.arange(out[0].shape[-1]) >= k, lambda: (
            f"linalg.qr: mode='complete': the last {m - k} columns of Q only fill up a basis and are not determined by "
            "the matrix, so they have no derivative. Use mode='reduced'."))  # fmt: skip
        q, gq = q[..., :k], gq[..., :k]
    r, gr = out[-1][..., :k, :], g[-1][..., :k, :]
    pivots = np.abs(np.diagonal(raw(r), axis1=-2, axis2=-1))
    if (pivots <= tolerance(pivots)).any():
        raise LinearAlgebraError(
            f"linalg.qr: {describe(raw(x))}: the first {k} columns are linearly dependent, and there Q and R have no "
            "derivative. Leave out columns, or use linalg.svd."
        )
    if n == k:
        return _by_square_qr(gq, gr, q, r)
    # x is [a, q v] with a = q u square, and r is [u, v].
    gq = gq + x[..., k:] @ gr[..., k:].mT
    return np.concatenate([_by_square_qr(gq, gr[..., :k], q, r[..., :k]), q @ gr[..., k:]], axis=-1)


def _by_square_qr(gq: Any, gr: Any, q: Any, r: Any) -> Any:
    # Walter and Lehmann (2010), for a square r; only the upper triangle of gr counts.
    inner = r @ gr.mT - gq.mT @ q
    inner = _lower(inner) + _lower(inner, -1).mT
    return solve(r, (gq + q @ inner).mT).mT


def _svd(a: Any, full_matrices: bool = True, compute_uv: bool = True, hermitian: bool = False) -> Any:
    found = advised(np.linalg.svd, a, full_matrices, compute_uv, hermitian)
    return found if compute_uv else [found]


def _by_singular_values(g: Any, x: Any, hermitian: bool = False) -> Any:
    u, _, vh = np.linalg.svd(x, full_matrices=False, hermitian=hermitian)
    by_x = (u * g[..., None, :]) @ vh
    return symmetric(by_x) if hermitian else by_x


def _filling(name: str, count: int) -> Any:
    return lambda: (
        f"linalg.svd: full_matrices=True: the last {count} {name} only fill up a basis and are not determined by the "
        "matrix, so they have no derivative. Use full_matrices=False."
    )


def _by_svd(
    g: Any, out: Any, x: Any, full_matrices: bool = True, compute_uv: bool = True, hermitian: bool = False
) -> Any:
    if not compute_uv:
        return _by_singular_values(g[0], x, hermitian)
    (u, s, vh), (gu, gs, gvh) = out, g
    m, n = x.shape[-2:]
    k = min(m, n)
    gu = determined(gu, np.arange(u.shape[-1]) >= k, _filling("columns of U", m - k))
    gvh = determined(gvh, (np.arange(vh.shape[-2]) >= k)[:, None], _filling("rows of Vh", n - k))
    u, gu, v, gv = u[..., :k], gu[..., :k], vh[..., :k, :].mT, gvh[..., :k, :].mT
    same = coinciding(s)
    gu, gv, s_below = _of_determined_vectors(gu, gv, s, same, m, n)

    # Townsend (2016), "Differentiating the singular value decomposition".
    f = over_gaps(differences(s) * (s[..., None, :] + s[..., :, None]), same)
    left, right = u.mT @ gu, v.mT @ gv
    inner = (left - left.mT) * f * s[..., None, :] + s[..., :, None] * f * (right - right.mT) + _diagonal(gs)
    by_x = u @ inner @ v.mT
    if m > k:
        by_x = by_x + ((gu - u @ left) / s_below[..., None, :]) @ v.mT
    if n > k:
        by_x = by_x + (u / s_below[..., None, :]) @ (gv - v @ right).mT
    return symmetric(by_x) if hermitian else by_x


def _of_determined_vectors(gu: Any, gv: Any, s: Any, same: Any, m: int, n: int) -> tuple[Any, Any, Any]:
    """The gradients of the singular vectors, where they are determined, and s to divide by."""
    data = raw(s)
    zero = data <= tolerance(data)
    among = same.any(axis=-1)

    def said() -> str:
        what = (
            f"the singular values {first_pair(s, same)}, so their" if among.any() else "a singular value is 0, so its"
        )
        return (
            f"linalg.svd: {what} singular vectors are not determined and have no derivative. Use the singular values "
            f"alone, as by linalg.svdvals, {SEPARATE}."
        )

    gu = determined(gu, (among | zero if m > n else among)[..., None, :], said)
    gv = determined(gv, (among | zero if n > m else among)[..., None, :], said)
    return gu, gv, np.where(zero, 1.0, s) if zero.any() else s


def _by_eigh(g: Any, out: Any, x: Any, UPLO: str = "L") -> Any:
    values, vectors = out
    same = coinciding(values)
    gv = determined(
        g[1], same.any(axis=-1)[..., None, :], lambda: _of_pair("linalg.eigh", "linalg.eigvalsh", values, same)
    )
    inner = _diagonal(g[0]) + (vectors.mT @ gv) * over_gaps(differences(values), same)
    return symmetric(vectors @ inner @ vectors.mT)


def _of_pair(name: str, alone: str, values: Any, same: Any) -> str:
    return (
        f"{name}: the eigenvalues {first_pair(values, same)}, so their eigenvectors are not determined and have no "
        f"derivative. Use the eigenvalues alone, as by {alone}, {SEPARATE}."
    )


def _by_eigvalsh(g: Any, out: Any, x: Any, UPLO: Any = "L") -> Any:
    vectors = np.linalg.eigh(x, UPLO)[1]
    return (vectors * g[..., None, :]) @ vectors.mT


def real(name: str, a: Any, found: Any) -> Any:
    """Eigenvalues, or eigenvectors, where they are real."""
    if found.dtype.kind == "c":
        raise DtypeError(
            f"{name}: {describe(a)}: the matrix has complex eigenvalues, and complex numbers are out of scope. For a "
            "symmetric matrix use linalg.eigh; singular values are real for every matrix: linalg.svd."
        )
    return found


def _eig(a: Any) -> Any:
    return [real("linalg.eig", a, found) for found in advised(np.linalg.eig, a)]


def _by_eigenvectors(name: str, vectors: Any, inner: Any) -> Any:
    """V^-T inner V^T; raises where the eigenvectors in V are no basis."""
    data = raw(vectors)
    s = np.linalg.svd(data, compute_uv=False)
    if (s[..., -1:] <= 10 * tolerance(s)).any():
        raise LinearAlgebraError(
            f"{name}: the matrix is defective: eigenvalues coincide and their eigenvectors too, and there no "
            "derivative exists. Move the matrix away from this point."
        )
    return solve(vectors.mT, inner @ vectors.mT)


def _by_eig(g: Any, out: Any, x: Any) -> Any:
    values, vectors = out
    same = coinciding(values)
    gv = determined(
        g[1], same.any(axis=-1)[..., None, :], lambda: _of_pair("linalg.eig", "linalg.eigvals", values, same)
    )
    inner = vectors.mT @ gv
    # An eigenvector keeps its norm 1: what would change that is taken out.
    along = (vectors * gv).sum(axis=-2, keepdims=True)
    inner = (inner - vectors.mT @ vectors * along) * over_gaps(differences(values), same)
    return _by_eigenvectors("linalg.eig", vectors, inner + _diagonal(g[0]))


def _by_eigvals(g: Any, out: Any, x: Any) -> Any:
    values, vectors = eig(x)
    # LAPACK may find them in another order than without eigenvectors.
    places = (np.argsort(np.argsort(raw(v), axis=-1), axis=-1) for v in (values, out))
    rank, other = places
    to_place = (rank[..., :, None] == other[..., None, :]).astype(g.dtype)
    return _by_eigenvectors("linalg.eigvals", vectors, _diagonal((to_place * g[..., None, :]).sum(axis=-1)))


# fmt: off
cholesky = op("linalg.cholesky", lambda a, *, upper=False: advised(np.linalg.cholesky, a, upper=upper),
    symbol="cholesky", numpy=[np.linalg.cholesky],
    doc="The triangular f with f @ f.T = a. It reads one triangle of a; the gradient is the symmetric one.", partials=[
    (r"\tfrac{1}{2} f^{-T} (P + P^T) f^{-1}, \; P = \operatorname{tril}(f^T \bar f) \text{ with half its diagonal}",
        _by_cholesky)])
qr = op("linalg.qr", _qr, symbol="QR", numpy=[np.linalg.qr],
    results=lambda parts: QRResult(*parts) if len(parts) == 2 else parts[0],
    doc="Orthonormal Q and upper triangular R with Q @ R = a.", partials=[
    (r"(\bar Q + Q \operatorname{copyltu}(R \bar R^T - \bar Q^T Q)) R^{-T}", _by_qr)])
svd = op("linalg.svd", _svd, symbol="SVD", numpy=[np.linalg.svd],
    results=lambda parts: SVDResult(*parts) if len(parts) == 3 else parts[0],
    doc="U, S, Vh with U @ diag(S) @ Vh = a. The gradient by coinciding singular vectors must be zero.", partials=[
    (r"U ((F \circ (U^T \bar U - \bar U^T U)) S + S (F \circ (V^T \bar V - \bar V^T V)) + \bar S) V^T"
     r" + (1 - U U^T) \bar U S^{-1} V^T + U S^{-1} \bar V^T (1 - V V^T), \; F_{ij} = \frac{1}{S_j^2 - S_i^2}",
        _by_svd)])
svdvals = op("linalg.svdvals", lambda x: advised(np.linalg.svdvals, x), symbol="svdvals",
    numpy=[np.linalg.svdvals], partials=[
    (r"U \operatorname{diag}(\bar f) V^T", lambda g, out, x: _by_singular_values(g, x))])
eigh = op("linalg.eigh", lambda a, UPLO="L": advised(np.linalg.eigh, a, UPLO), symbol="eigh", numpy=[np.linalg.eigh],
    results=lambda parts: EighResult(*parts),
    doc="Eigenvalues and eigenvectors of a symmetric matrix. It reads one triangle; the gradient is the symmetric one.",
    partials=[
    (r"V (\bar \lambda + F \circ (V^T \bar V)) V^T, \; F_{ij} = \frac{1}{\lambda_j - \lambda_i}", _by_eigh)])
eigvalsh = op("linalg.eigvalsh", lambda a, UPLO="L": advised(np.linalg.eigvalsh, a, UPLO), symbol="eigvalsh",
    numpy=[np.linalg.eigvalsh], partials=[
    (r"V \operatorname{diag}(\bar f) V^T", _by_eigvalsh)])
eig = op("linalg.eig", _eig, symbol="eig", numpy=[np.linalg.eig], results=lambda parts: EigResult(*parts),
    doc="Eigenvalues, where they are real, and eigenvectors of norm 1.", partials=[
    (r"V^{-T} (\bar \lambda + F \circ (V^T \bar V - V^T V \operatorname{diag}(V^T \bar V))) V^T,"
     r" \; F_{ij} = \frac{1}{\lambda_j - \lambda_i}", _by_eig)])
eigvals = op("linalg.eigvals", lambda a: real("linalg.eigvals", a, advised(np.linalg.eigvals, a)), symbol="eigvals",
    numpy=[np.linalg.eigvals], partials=[
    (r"V^{-T} \operatorname{diag}(\bar f) V^T", _by_eigvals)])
