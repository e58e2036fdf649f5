"""Decompositions: batches, shapes, modes, and the points where they are not determined.

LAPACK chooses the signs of singular vectors and eigenvectors, and may choose others after a small step: derivatives
are checked of squares, which do not depend on signs.
"""

import numpy as np
import pytest

import autograd_lite as ag
from autograd_lite import Tensor
from autograd_lite.errors import ArgumentValueError, DtypeError, LinearAlgebraError, ShapeError
from tests.checks import check_float32, check_orders, gradients, same
from tests.samples.row import joined

L = ag.linalg
RNG = np.random.default_rng(0)
SHAPES = [(3, 3), (4, 2), (2, 4), (2, 4, 3), (2, 3, 4), (2, 1, 2, 2)]


@pytest.fixture(autouse=True)
def reseeded():
    """Give each test the same numbers, whichever tests run before."""
    global RNG
    RNG = np.random.default_rng(0)


def some(*shape):
    return RNG.uniform(-1, 1, shape)


def spread(*shape):
    """Matrices whose singular values, and eigenvalues, lie well apart."""
    k = min(shape[-2:])
    x = 0.2 * some(*shape)
    x[..., range(k), range(k)] += 1.5 * np.arange(1, k + 1)
    return x


def symmetric(x):
    return (x + x.mT) / 2


def each(f, x, count):
    """Check every result of f to second order, and all of them together."""
    for i in range(count):
        check_orders(lambda x, i=i: f(x)[i] ** 2, [x])
        check_float32(lambda x, i=i: f(x)[i] ** 2, [x.astype(np.float32)])
    check_orders(lambda x: joined([r * r for r in f(x)]), [x])


def values_are_numpys(name, x, **params):
    found, expected = getattr(L, name)(Tensor(x), **params), getattr(np.linalg, name)(x, **params)
    assert type(found) is type(expected)
    for a, b in zip(found, expected, strict=True):
        same(a.data, b)


@pytest.mark.parametrize("upper", [False, True])
@pytest.mark.parametrize("shape", [(1, 1), (3, 3), (2, 1, 3, 3)], ids=str)
def test_cholesky(shape, upper):
    x = spread(*shape)

    def f(x):
        return np.linalg.cholesky(symmetric(x), upper=upper)

    check_orders(f, [x])
    check_float32(f, [x.astype(np.float32)])
    same(L.cholesky(Tensor(symmetric(x)), upper=upper).data, np.linalg.cholesky(symmetric(x), upper=upper))


@pytest.mark.parametrize("f", [
    L.cholesky, L.eigvalsh, lambda x: L.eigh(x).eigenvectors, lambda x: L.svd(x, hermitian=True)[0],
    lambda x: L.svd(x, compute_uv=False, hermitian=True), lambda x: L.pinv(x, hermitian=True),
], ids=["cholesky", "eigvalsh", "eigh", "svd", "svd values", "pinv"])  # fmt: skip
def test_the_gradient_by_a_symmetric_matrix_is_symmetric(f):
    x = symmetric(spread(3, 3))
    (g,) = gradients(f, [x], [0], weights=1.0 + some(*f(Tensor(x)).shape))
    np.testing.assert_allclose(g, g.T, atol=1e-14)
    assert np.any(np.tril(g, -1))


@pytest.mark.parametrize("mode", ["reduced", "r", "complete"])
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_qr(shape, mode):
    x = spread(*shape)
    if mode == "r":
        same(L.qr(Tensor(x), "r").data, np.linalg.qr(x, "r"))
        check_orders(lambda x: np.linalg.qr(x, "r"), [x])
        return
    values_are_numpys("qr", x, mode=mode)
    k = min(shape[-2:])
    each(lambda x: (np.linalg.qr(x, mode).Q[..., :k], np.linalg.qr(x, mode).R), x, 2)


@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_svd(shape, full):
    x = spread(*shape)
    values_are_numpys("svd", x, full_matrices=full)
    k = min(shape[-2:])

    def f(x):
        u, s, vh = np.linalg.svd(x, full_matrices=full)
        return u[..., :k], s, vh[..., :k, :]

    each(f, x, 3)
    check_orders(L.svdvals, [x])
    check_orders(lambda x: L.svd(x, compute_uv=False), [x])
    same(L.svd(Tensor(x), compute_uv=False).data, np.linalg.svd(x, compute_uv=False))


def test_svd_of_a_symmetric_matrix():
    x = spread(2, 3, 3)
    values_are_numpys("svd", symmetric(x), hermitian=True)
    each(lambda x: L.svd(symmetric(x), hermitian=True), x, 3)
    check_orders(lambda x: L.svd(symmetric(x), compute_uv=False, hermitian=True), [x])


@pytest.mark.parametrize("triangle", ["L", "U"])
@pytest.mark.parametrize("shape", [(1, 1), (3, 3), (2, 1, 3, 3)], ids=str)
def test_eigh(shape, triangle):
    x = spread(*shape)
    values_are_numpys("eigh", x, UPLO=triangle)
    each(lambda x: np.linalg.eigh(symmetric(x), triangle), x, 2)
    check_orders(lambda x: np.linalg.eigvalsh(symmetric(x), triangle), [x])


@pytest.mark.parametrize("shape", [(1, 1), (3, 3), (2, 1, 3, 3)], ids=str)
def test_eig(shape):
    x = spread(*shape)
    values_are_numpys("eig", x)
    each(np.linalg.eig, x, 2)
    check_orders(np.linalg.eigvals, [x])
    check_float32(L.eigvals, [x.astype(np.float32)])


def test_eigenvalues_in_another_order_than_with_eigenvectors():
    for seed in range(20):
        rng = np.random.default_rng(seed)
        basis = rng.normal(size=(6, 6))
        x = basis @ np.diag(rng.permutation(6) + 1.0) @ np.linalg.inv(basis)
        # The eigenvalues of the transpose have the same gradient, transposed.
        (g,) = gradients(lambda x: (L.eigvals(x) ** 3).sum(), [x], [0], 1.0)
        np.testing.assert_allclose(g, 3 * (x @ x).T, rtol=1e-8, atol=1e-8)


DOUBLE = np.array([[2.0, 0.0, 0.0], [0.0, 2.0, 0.0], [0.0, 0.0, 5.0]])


def test_coinciding_eigenvalues_alone_have_a_limit():
    turn = np.linalg.qr(some(3, 3)).Q
    for x in (DOUBLE, symmetric(turn @ DOUBLE @ turn.T), np.eye(3)):
        v = np.linalg.eigh(x).eigenvectors
        weights = np.array([1.0, 2.0, 3.0])
        expected = v @ np.diag(weights) @ v.T
        functions = [lambda x: L.eigh(x)[0], L.eigvalsh, lambda x: L.svd(x)[1], L.svdvals]
        for f in functions[:2]:
            np.testing.assert_allclose(gradients(f, [x], [0], weights)[0], expected, atol=1e-14)
        for f in functions:
            np.testing.assert_allclose(gradients(f, [x], [0], 1.0)[0], np.eye(3), atol=1e-14)
            slope = ag.jvp(f, (x,), (np.diag([1.0, 2.0, 4.0]),))[1]
            assert slope.sum() == pytest.approx(7.0)
        np.testing.assert_allclose(gradients(lambda x: L.eig(x)[0].sum(), [DOUBLE], [0], 1.0)[0], np.eye(3))
        np.testing.assert_allclose(gradients(L.eigvals, [DOUBLE], [0], 1.0)[0], np.eye(3))


@pytest.mark.parametrize(
    ("f", "name", "remedy"),
    [
        (lambda x: L.eigh(x)[1], "eigh", "eigvalsh"),
        (lambda x: L.eig(x)[1], "eig", "eigvals"),
        (lambda x: L.svd(x)[0], "svd", "svdvals"),
        (lambda x: L.svd(x)[2], "svd", "svdvals"),
    ],
)
@pytest.mark.parametrize("create_graph", [False, True])
def test_eigenvectors_of_coinciding_eigenvalues_have_none(f, name, remedy, create_graph):
    x = Tensor(np.stack([np.diag([1.0, 4.0, 9.0]), DOUBLE]), requires_grad=True)
    out = f(x)
    said = rf"linalg\.{name}: .* matrix \(1,\) coincide \(2 and 2\).*linalg\.{remedy}"
    with pytest.raises(LinearAlgebraError, match=said):
        out.sum().backward(create_graph=create_graph)
    # The vectors of the other matrix are determined.
    (f(x)[0] * np.arange(9.0).reshape(3, 3)).sum().backward(create_graph=create_graph)
    assert np.any(x.grad.data[0])
    assert not np.any(x.grad.data[1])


def test_the_vector_of_a_single_eigenvalue_beside_coinciding_ones():
    turn = np.linalg.qr(some(3, 3)).Q
    x = symmetric(turn @ DOUBLE @ turn.T)

    def projector(x):
        v = L.eigh(symmetric(x))[1][:, 2]
        return v.reshape(3, 1) * v.reshape(1, 3)

    u, step = RNG.uniform(-1, 1, (3, 3)), 1e-5
    difference = (projector(x + step * u) - projector(x - step * u)) / (2 * step)
    np.testing.assert_allclose(ag.jvp(projector, (x,), (u,))[1], difference, atol=1e-9)


def test_the_derivative_of_eigenvectors_along_a_step():
    for column, said in [(0, "eigenvalues 0 and 1 coincide"), (1, "eigenvalues 0 and 1 coincide")]:
        with pytest.raises(LinearAlgebraError, match=said):
            ag.jvp(lambda x, i=column: L.eigh(x)[1][:, i], (DOUBLE,), (np.ones((3, 3)),))
    # Pulled through a gradient of zero, which is no error, it is unknown.
    x, g = Tensor(DOUBLE, requires_grad=True), Tensor(np.zeros((3, 3)), requires_grad=True)
    L.eigh(x)[1].backward(g, create_graph=True)
    x.grad.backward(np.ones((3, 3)))
    assert np.isnan(g.grad.data).any(axis=0).tolist() == [True, True, False]


def test_columns_that_fill_up_a_basis():
    x = Tensor(spread(4, 2), requires_grad=True)
    calls = [
        (lambda: L.svd(x).U.sum(), r"linalg\.svd: full_matrices=True: the last 2 columns of U"),
        (lambda: L.svd(x.T).Vh.sum(), r"linalg\.svd: full_matrices=True: the last 2 rows of Vh"),
        (lambda: L.qr(x, "complete").Q.sum(), r"linalg\.qr: mode='complete': the last 2 columns of Q"),
    ]
    for call, said in calls:
        for create_graph in (False, True):
            with pytest.raises(LinearAlgebraError, match=said):
                call().backward(create_graph=create_graph)


@pytest.mark.parametrize("shape", [(4, 2), (2, 4)], ids=str)
def test_singular_vectors_of_zero(shape):
    x = Tensor(np.eye(*shape) * np.array([1.0, 0.0, 0.0, 0.0])[: shape[1]], requires_grad=True)
    out = L.svd(x, full_matrices=False)
    with pytest.raises(LinearAlgebraError, match=r"linalg\.svd: a singular value is 0"):
        (out.U if shape[0] > 2 else out.Vh).sum().backward()
    same(np.asarray(out.S.data), np.array([1.0, 0.0]))
    out.S.sum().backward()
    assert np.isfinite(x.grad.data).all()


def test_a_singular_square_matrix_has_singular_vectors():
    x = spread(3, 3)
    u, s, vh = np.linalg.svd(x)
    x = u @ np.diag([s[0], s[1], 0.0]) @ vh
    weights = some(3, 3)

    def f(x):
        u, s, vh = L.svd(x)
        return (u * s) @ vh

    np.testing.assert_allclose(gradients(f, [x], [0], weights)[0], weights, atol=1e-12)


def test_defective_matrices():
    for f in (lambda x: L.eigvals(x).sum(), lambda x: L.eig(x)[0].sum()):
        with pytest.raises(LinearAlgebraError, match=r"linalg\.eig.*: the matrix is defective"):
            ag.grad(f)(np.array([[1.0, 1.0], [0.0, 1.0]]))


def test_qr_of_dependent_columns():
    for mode in ("reduced", "r"):
        out = L.qr(Tensor(np.ones((3, 2)), requires_grad=True), mode)
        with pytest.raises(LinearAlgebraError, match=r"linalg\.qr: .*linearly dependent"):
            (out if mode == "r" else out.Q).sum().backward()


@pytest.mark.parametrize(
    ("call", "error", "said"),
    [
        (lambda: L.cholesky(Tensor(-np.eye(2))), LinearAlgebraError, r"linalg\.cholesky: .*positive definite"),
        (lambda: L.cholesky(Tensor(np.ones((2, 3)))), ShapeError, r"linalg\.cholesky: .*\(2, 3\)"),
        (lambda: L.eig(Tensor([[0.0, 1.0], [-1.0, 0.0]])), DtypeError, r"linalg\.eig: .*complex.*out of scope"),
        (lambda: L.eigvals(Tensor([[0.0, 1.0], [-1.0, 0.0]])), DtypeError, r"linalg\.eigvals: .*complex.*out of scope"),
        (lambda: L.eigh(Tensor(np.eye(2)), "X"), ArgumentValueError, r"linalg\.eigh: .*UPLO"),
        (lambda: L.eigh(Tensor(np.ones(2))), ShapeError, r"linalg\.eigh: .*\(2,\)"),
        (lambda: L.qr(Tensor(np.eye(2)), "raw"), ArgumentValueError, r"linalg\.qr: mode='raw'"),
        (lambda: L.svd(Tensor([[np.nan, 1.0], [1.0, 1.0]])), LinearAlgebraError, r"linalg\.svd: .*nan"),
        (lambda: L.svdvals(Tensor(np.ones(2))), ShapeError, r"linalg\.svdvals: .*\(2,\)"),
    ],
)
def test_wrong_calls(call, error, said):
    with pytest.raises(error, match=said):
        call()


@pytest.mark.parametrize("shape", [(0, 0), (0, 3), (3, 0), (0, 3, 3), (2, 0, 0)], ids=str)
def test_empty_matrices(shape):
    x = np.zeros(shape)
    functions = [lambda x: L.svd(x, full_matrices=False)[0], lambda x: L.svd(x)[1], lambda x: L.qr(x).R, L.svdvals]
    if shape[-1] == shape[-2]:
        functions += [lambda x: L.eigh(x)[1], L.eigvalsh, lambda x: L.eig(x)[1], L.eigvals, L.cholesky, L.inv, L.det]
    for f in functions:
        assert gradients(f, [x], [0])[0].shape == shape
        check_orders(f, [x])
