"""Inverses, determinants and solutions: batches, singular and ill-conditioned matrices, several results."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import mutually_broadcastable_shapes

import autograd_lite as ag
from autograd_lite import Tensor
from autograd_lite.errors import ArgumentValueError, AxisError, DtypeError, LinearAlgebraError, ShapeError
from tests.checks import check_float32, check_orders, gradients, same

L = ag.linalg
RNG = np.random.default_rng(0)
BATCHES = [(), (2,), (2, 1)]
RIGHT_SIDES = [
    ((3, 3), (3,)), ((3, 3), (3, 2)), ((2, 3, 3), (3,)), ((2, 3, 3), (3, 2)), ((2, 3, 3), (2, 3, 1)),
    ((3, 3), (2, 3, 2)), ((2, 1, 3, 3), (4, 3, 2)), ((1, 3, 3), (2, 3, 1)), ((4, 3, 3), (4, 3, 3)),
]  # fmt: skip


def regular(*shape):
    """Matrices well away from singular ones."""
    return 2 * np.eye(shape[-1]) + RNG.uniform(-0.5, 0.5, shape)


@pytest.fixture(autouse=True)
def reseeded():
    """Give each test the same numbers, whichever tests run before."""
    global RNG
    RNG = np.random.default_rng(0)


def some(*shape):
    return RNG.uniform(-1, 1, shape)


def of_rank(rank, m, n, *batch):
    return some(*batch, m, rank) @ some(*batch, rank, n)


@pytest.mark.parametrize("batch", BATCHES, ids=str)
@pytest.mark.parametrize("name", ["inv", "pinv", "det"])
def test_batches(name, batch):
    f, x = getattr(L, name), regular(*batch, 3, 3)
    same(f(Tensor(x)).data, getattr(np.linalg, name)(x))
    check_orders(f, [x])
    check_float32(f, [x.astype(np.float32)])


@pytest.mark.parametrize("batch", BATCHES, ids=str)
def test_slogdet_of_a_batch(batch):
    x = regular(*batch, 3, 3) * RNG.choice([-1, 1], (*batch, 1, 1))
    out = L.slogdet(Tensor(x, requires_grad=True))
    assert type(out) is type(np.linalg.slogdet(x))
    same(out.sign.data, np.linalg.slogdet(x).sign)
    same(out.logabsdet.data, np.linalg.slogdet(x).logabsdet)
    check_orders(lambda x: L.slogdet(x).logabsdet, [x])
    check_float32(lambda x: np.linalg.slogdet(x)[1], [x.astype(np.float32)])
    assert not np.any(gradients(lambda x: L.slogdet(x).sign, [x], [0])[0])


@pytest.mark.parametrize(("a", "b"), RIGHT_SIDES, ids=str)
def test_solve_by_both_sides(a, b):
    a, b = regular(*a), some(*b)
    same(L.solve(Tensor(a), Tensor(b)).data, np.linalg.solve(a, b))
    check_orders(L.solve, [a, b])
    check_orders(np.linalg.solve, [a, b], wrt=[0])
    check_orders(np.linalg.solve, [a, b], wrt=[1])
    check_float32(L.solve, [a.astype(np.float32), b.astype(np.float32)])
    assert [g.shape for g in gradients(L.solve, [a, b], [0, 1])] == [a.shape, b.shape]


@settings(max_examples=25, deadline=None)
@given(
    shapes=mutually_broadcastable_shapes(num_shapes=2, min_side=0, max_side=3, max_dims=2), columns=st.integers(0, 2)
)
def test_solve_of_batches_that_broadcast(shapes, columns):
    first, second = shapes.input_shapes
    a, b = regular(*first, 2, 2), some(*second, 2, columns)
    same(L.solve(Tensor(a), Tensor(b)).data, np.linalg.solve(a, b))
    check_orders(L.solve, [a, b])


@pytest.mark.parametrize("n", [0, 1, 2, 3, 4, 7, -1, -2, -5])
def test_matrix_power(n):
    for x in (regular(3, 3), regular(2, 2, 2)):
        x = x / 2
        same(L.matrix_power(Tensor(x), n).data, np.linalg.matrix_power(x, n))
        check_orders(lambda x: np.linalg.matrix_power(x, n), [x])
        check_float32(lambda x: L.matrix_power(x, n), [x.astype(np.float32)])


@pytest.mark.parametrize("shape", [(4, 3), (3, 4), (2, 4, 2), (2, 2, 4)], ids=str)
def test_pinv_of_full_rank(shape):
    check_orders(L.pinv, [some(*shape)])
    check_orders(lambda x: np.linalg.pinv(x, rtol=1e-6), [some(*shape)])


def test_pinv_and_lstsq_of_deficient_rank_follow_steps_that_keep_the_rank():
    left, right, b = some(4, 2), some(2, 3), some(4, 2)
    check_orders(lambda u, v: L.pinv(u @ v, rcond=1e-8), [left, right])
    check_orders(lambda u, v, b: L.lstsq(u @ v, b, 1e-8)[0], [left, right, b])


def test_pinv_of_a_symmetric_matrix():
    x = regular(2, 3, 3)
    check_orders(lambda x: L.pinv((x + x.mT) / 2, hermitian=True), [x])
    (g,) = gradients(lambda x: L.pinv(x, hermitian=True), [x + x.mT], [0], weights=some(2, 3, 3))
    same(g, g.mT)


@pytest.mark.parametrize("shape", [(5, 3), (3, 3), (3, 5)], ids=str)
@pytest.mark.parametrize("b", [(), (2,)], ids=["vector", "matrix"])
def test_every_result_of_lstsq(shape, b):
    a, b = some(*shape) / 4 + np.eye(*shape) * np.arange(2, shape[1] + 2), some(shape[0], *b)
    out, expected = L.lstsq(Tensor(a), Tensor(b)), np.linalg.lstsq(a, b)
    for i in (0, 1, 3):
        same(out[i].data, expected[i])
        check_orders(lambda a, b, i=i: L.lstsq(a, b)[i], [a, b])
    assert type(out[2]) is int
    assert out[2] == expected[2]
    check_orders(lambda a: L.lstsq(a, b)[0], [a])
    check_orders(lambda b: np.linalg.lstsq(a, b)[0], [b])
    check_orders(lambda a, b: L.lstsq(a, b)[0].sum() * L.lstsq(a, b)[3].sum(), [a, b])
    check_float32(lambda a, b: L.lstsq(a, b)[0], [a.astype(np.float32), b.astype(np.float32)])


def test_tensorsolve_and_tensorinv():
    a, b = regular(6, 6).reshape(2, 3, 6), some(2, 3)
    check_orders(L.tensorsolve, [a, b])
    moved = np.moveaxis(a, 2, 0)
    same(L.tensorsolve(Tensor(moved), b, axes=(0,)).data, np.linalg.tensorsolve(moved, b, axes=(0,)))
    check_orders(lambda a, b: np.linalg.tensorsolve(a, b, axes=(0,)), [moved, b])
    check_orders(L.tensorinv, [a])
    check_orders(lambda a: np.linalg.tensorinv(a, ind=1), [a.reshape(6, 3, 2)])


def cofactors(x):
    n = len(x)
    return np.array([
        [(-1) ** (i + j) * np.linalg.det(np.delete(np.delete(x, i, 0), j, 1)) for j in range(n)] for i in range(n)
    ])  # fmt: skip


@pytest.mark.parametrize("rank", [0, 1, 2, 3, 4])
def test_gradient_of_a_determinant_is_the_cofactors(rank):
    x = of_rank(rank, 4, 4)
    np.testing.assert_allclose(gradients(L.det, [x], [0], 1.0)[0], cofactors(x), rtol=1e-11, atol=1e-15)
    assert np.any(abs(cofactors(x)) > 1e-3) == (rank >= 3)


def test_gradient_of_a_determinant_whose_inverse_overflows():
    (g,) = gradients(L.det, [np.diag([1.0, 2.0, 1e-310])], [0], 1.0)
    np.testing.assert_allclose(np.diag(g), [2e-310, 1e-310, 2.0], rtol=1e-12)


def test_determinant_of_what_is_not_finite():
    with np.errstate(invalid="ignore"):
        pair = np.stack([np.array([[np.nan, 1.0], [1.0, 1.0]]), np.array([[2.0, 4.0], [1.0, 2.0]])])
        (g,) = gradients(L.det, [pair], [0], 1.0)
        assert np.isnan(g[0]).all()
        np.testing.assert_allclose(g[1], [[2.0, -1.0], [-4.0, 2.0]])
        with pytest.raises(LinearAlgebraError, match=r"linalg\.det: .*nan"):
            ag.hvp(lambda x: L.det(x).sum(), pair, pair)
        with pytest.raises(LinearAlgebraError, match=r"linalg\."):
            gradients(lambda x: L.slogdet(x)[1], [pair[:1]], [0], 1.0)


def test_second_derivatives_of_the_determinant_of_singular_matrices():
    exact = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0]])
    for x in (
        of_rank(2, 3, 3),
        exact,
        exact * 0,
        np.stack([np.eye(3), np.ones((3, 3))]),
        np.zeros((1, 1)),
        of_rank(2, 4, 4),
    ):
        check_orders(L.det, [x])
    third = ag.hessian(lambda x: ag.grad(L.det)(x).sum())(exact * 0)
    np.testing.assert_allclose(third[0, 0], [[0, 0, 0], [0, 1, -1], [0, -1, 1]], atol=1e-15)


def test_second_derivatives_of_the_determinant_of_large_singular_matrices():
    left, right, u = some(40, 39), some(39, 40), some(40, 40)
    x, step = left @ right / 4, 1e-5
    difference = (ag.grad(L.det)(x + step * u) - ag.grad(L.det)(x - step * u)) / (2 * step)
    slope = ag.hvp(L.det, x, u)
    np.testing.assert_allclose(slope, difference, atol=1e-6 * np.abs(slope).max())
    assert not np.any(ag.hvp(L.det, np.ones((40, 40)), u))


def test_slogdet_of_a_singular_matrix():
    pair = np.stack([regular(2, 2), np.ones((2, 2))])
    with pytest.raises(LinearAlgebraError, match=r"linalg\.slogdet: .*-inf"):
        ag.grad(lambda x: L.slogdet(x).logabsdet.sum())(pair)
    (g,) = gradients(lambda x: L.slogdet(x).logabsdet[0], [pair], [0])
    assert g[0].all()
    assert not g[1].any()


def exact_inverse(x):
    """The inverse and the determinant of a matrix of Fractions, by elimination."""
    n, det = len(x), Fraction(1)
    rows = [list(row) + [Fraction(int(i == j)) for j in range(n)] for i, row in enumerate(x)]
    for i in range(n):
        det *= rows[i][i]
        rows[i] = [v / rows[i][i] for v in rows[i]]
        for j in range(n):
            if j != i:
                rows[j] = [v - rows[j][i] * w for v, w in zip(rows[j], rows[i], strict=True)]
    return np.array([[float(v) for v in row[n:]] for row in rows]), float(det)


def test_gradients_at_ill_conditioned_matrices():
    # The matrix of Hilbert of seven rows has the condition 5e8.
    x = np.array([[1.0 / (i + j + 1) for j in range(7)] for i in range(7)])
    inverse, det = exact_inverse([[Fraction(v) for v in row] for row in x])
    error = np.linalg.cond(x) * np.finfo(float).eps

    def near(got, expected):
        assert np.linalg.norm(got - expected) < 10 * error * np.linalg.norm(expected)

    near(gradients(L.inv, [x], [0], 1.0)[0], -np.outer(inverse.sum(0), inverse.sum(1)))
    by_a, by_b = gradients(L.solve, [x, np.ones(7)], [0, 1], 1.0)
    near(by_b, inverse.sum(0))
    near(by_a, -np.outer(inverse.sum(0), inverse.sum(1)))
    near(gradients(L.det, [x], [0], 1.0)[0], det * inverse.T)
    near(gradients(lambda x: L.slogdet(x)[1], [x], [0], 1.0)[0], inverse.T)


def test_integers_give_floats_without_a_graph():
    x = np.array([[2, 1], [1, 3]])
    for f in (L.inv, L.det, L.pinv, lambda x: L.solve(x, x), lambda x: L.slogdet(x)[1]):
        assert f(Tensor(x)).dtype == float
        assert not f(Tensor(x)).requires_grad


@pytest.mark.parametrize(
    ("call", "error", "said"),
    [
        (lambda: L.inv(Tensor(np.ones((2, 3)))), ShapeError, r"linalg\.inv: \(Tensor \(2, 3\) float64\)"),
        (lambda: L.inv(Tensor(np.ones(3))), ShapeError, r"linalg\.inv: \(Tensor \(3,\)"),
        (lambda: L.inv(Tensor(np.ones((3, 3)))), LinearAlgebraError, r"linalg\.inv: .*Singular.*pinv"),
        (lambda: L.inv(np.ones((2, 2), complex)), DtypeError, r"linalg\.inv: .*complex"),
        (lambda: L.solve(Tensor(np.eye(3)), np.ones(2)), ShapeError, r"linalg\.solve: .*3 rows and the right side 2"),
        (lambda: L.solve(Tensor(np.eye(3)), 1.0), ShapeError, r"linalg\.solve: .*a number"),
        (lambda: L.solve(Tensor(regular(2, 3, 3)), np.ones((3, 3, 1))), ShapeError, r"\(2,\) and \(3,\) do not"),
        (lambda: L.solve(Tensor(np.ones((3, 3))), np.ones(3)), LinearAlgebraError, r"linalg\.solve: .*Singular"),
        (lambda: L.lstsq(Tensor(np.ones((3, 2))), np.ones(2)), ShapeError, r"linalg\.lstsq: .*3 rows"),
        (lambda: L.matrix_power(Tensor(np.eye(2)), 0.5), DtypeError, r"linalg\.matrix_power: .*integer"),
        (lambda: L.matrix_power(Tensor(np.ones((2, 2))), -1), LinearAlgebraError, r"linalg\.matrix_power: .*Singular"),
        (lambda: L.tensorinv(Tensor(np.ones((2, 2))), 0), ArgumentValueError, r"linalg\.tensorinv: ind=0"),
        (lambda: L.tensorsolve(Tensor(np.ones((2, 3))), np.ones(3)), ShapeError, r"linalg\.tensorsolve: .*\(2, 3\)"),
        (lambda: L.tensorsolve(Tensor(np.eye(2)), np.ones(2), (7,)), AxisError, r"linalg\.tensorsolve: axes=\(7,\)"),
    ],
)  # fmt: skip
def test_wrong_calls(call, error, said):
    with pytest.raises(error, match=said):
        call()
