"""Norms of every order, along every axis, and at the points where they have a kink."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes

import autograd_lite as ag
from autograd_lite import Tensor
from autograd_lite.errors import ArgumentError, ArgumentValueError, AxisError, DtypeError, ShapeError
from tests.checks import check_float32, check_orders, gradients, same

L = ag.linalg
OF_VECTORS = [None, 2, 1, np.inf, -np.inf, 0, 3, 2.5, 1.5, 0.5, -1, -2, -0.5]
OF_MATRICES = [None, "fro", "nuc", 1, -1, 2, -2, np.inf, -np.inf]


def apart(*shape):
    """Numbers of either sign, none near 0, no two of the same size, nor sums of them."""
    n = int(np.prod(shape))
    rng = np.random.default_rng(n)
    return ((rng.permutation(n) / n + 0.4) ** 1.37).reshape(shape) * rng.choice([-1.0, 1.0], shape)


def check(f, reference, x):
    same(f(Tensor(x)).data, reference(x))
    same(reference(Tensor(x)).data, reference(x))
    check_orders(f, [x])
    check_float32(f, [x.astype(np.float32)])


@pytest.mark.parametrize("keepdims", [False, True])
@pytest.mark.parametrize("ord", OF_VECTORS, ids=str)
def test_norm_of_vectors(ord, keepdims):
    for x, axis in ((apart(4), None), (apart(2, 3), 0), (apart(2, 3, 2), -2), (apart(3, 2), (1,))):
        check(
            lambda x, axis=axis: L.norm(x, ord, axis, keepdims),
            lambda x, axis=axis: np.linalg.norm(x, ord, axis, keepdims),
            x,
        )


@pytest.mark.parametrize("keepdims", [False, True])
@pytest.mark.parametrize("ord", OF_MATRICES, ids=str)
def test_norm_of_matrices(ord, keepdims):
    for x, axis in ((apart(3, 3), None), (apart(2, 3), (1, 0)), (apart(2, 3, 2, 2), (-2, 0)), (apart(2, 3, 2), (1, 2))):
        check(
            lambda x, axis=axis: L.norm(x, ord, axis, keepdims),
            lambda x, axis=axis: np.linalg.norm(x, ord, axis, keepdims),
            x,
        )
    if ord is not None:
        check(
            lambda x: L.matrix_norm(x, ord=ord, keepdims=keepdims),
            lambda x: np.linalg.matrix_norm(x, ord=ord, keepdims=keepdims),
            apart(2, 3, 2),
        )


@settings(max_examples=60, deadline=None)
@given(data=st.data(), shape=array_shapes(max_dims=3, max_side=3), keepdims=st.booleans())
def test_norm_of_vectors_along_any_axes(data, shape, keepdims):
    axes = st.lists(st.integers(-len(shape), len(shape) - 1), unique_by=lambda a: a % len(shape), min_size=1)
    axis = data.draw(st.one_of(st.none(), st.integers(-len(shape), len(shape) - 1), axes.map(tuple)))
    ord = data.draw(st.sampled_from(OF_VECTORS[1:]))
    x = apart(*shape)
    params = {"axis": axis, "keepdims": keepdims, "ord": ord}
    same(np.linalg.vector_norm(Tensor(x), **params).data, np.linalg.vector_norm(x, **params))
    check_orders(lambda x: L.vector_norm(x, **params), [x])


def test_norm_of_all_elements():
    for shape in ((), (3,), (2, 3), (2, 3, 2)):
        for keepdims in (False, True):
            check(
                lambda x, k=keepdims: L.norm(x, keepdims=k),
                lambda x, k=keepdims: np.linalg.norm(x, keepdims=k),
                apart(*shape),
            )


@pytest.mark.parametrize("ord", [o for o in OF_VECTORS if o != 0], ids=str)
def test_the_derivative_of_a_vector_norm_at_zero_is_zero(ord):
    with np.errstate(divide="ignore"):
        zero = Tensor(np.zeros((2, 3)), requires_grad=True)
        out = L.norm(zero, ord, axis=1)
        out.sum().backward(create_graph=True)
        assert not np.any(zero.grad.data)
        slope = (zero.grad * np.ones((2, 3))).sum()
        zero.grad = None
        if slope.requires_grad:
            slope.backward()
        assert zero.grad is None or not np.any(zero.grad.data)


@pytest.mark.parametrize("ord", OF_MATRICES, ids=str)
def test_the_derivative_of_a_matrix_norm_at_zero_is_zero(ord):
    for shape in ((2, 3), (3, 3), (2, 3, 2)):
        (g,) = gradients(lambda x: L.norm(x, ord, axis=(-2, -1)), [np.zeros(shape)], [0])
        assert not np.any(g)


@pytest.mark.parametrize(("ord", "expected"), [
    (1, [1.0, 0.0, -1.0]), (1.5, [0.5**0.5 * 2 ** (1 / 6), 0.0, -(0.5**0.5) * 2 ** (1 / 6)]),
    (2, [0.5**0.5, 0.0, -(0.5**0.5)]), (np.inf, [0.5, 0.0, -0.5]), (-np.inf, [0.0, 0.0, 0.0]), (-1, [0.0, 0.0, 0.0]),
])  # fmt: skip
def test_elements_of_zero(ord, expected):
    x = np.array([2.0, 0.0, -2.0])
    if ord == 1.5:
        # (|x| / f)^(1/2) with f = (2 * 2^1.5)^(2/3).
        expected = np.sign(x) * np.sqrt(np.abs(x) / np.linalg.norm(x, 1.5))
    with np.errstate(divide="ignore"):
        np.testing.assert_allclose(gradients(lambda x: L.norm(x, ord), [x], [0], 1.0)[0], expected, rtol=1e-14)


def test_second_derivatives_beside_elements_of_zero():
    x = np.array([2.0, 0.0, -1.0])
    for ord in (2, 6):
        check_orders(lambda x, ord=ord: L.norm(x, ord), [x])


def test_ties_share():
    np.testing.assert_allclose(ag.grad(lambda x: L.norm(x, np.inf))(np.array([3.0, -3.0, 1.0])), [0.5, -0.5, 0.0])
    np.testing.assert_allclose(ag.grad(lambda x: L.norm(x, -np.inf))(np.array([3.0, -1.0, 1.0])), [0.0, -0.5, 0.5])
    np.testing.assert_allclose(ag.grad(lambda x: L.norm(x, 1))(np.eye(2)), np.eye(2) / 2)
    np.testing.assert_allclose(ag.grad(lambda x: L.norm(x, 2))(np.eye(2)), np.eye(2) / 2)


def test_singular_values_of_zero_have_no_part_in_norms():
    u, _, vh = np.linalg.svd(apart(3, 3))
    x = u @ np.diag([2.0, 1.0, 0.0]) @ vh
    expected = u @ np.diag([1.0, 1.0, 0.0]) @ vh
    np.testing.assert_allclose(
        gradients(lambda x: L.norm(x, "nuc"), [x], [0])[0] / 1.0118216247002568, expected, rtol=1e-9
    )
    assert not np.any(gradients(lambda x: L.norm(x, -2), [x], [0])[0])


@pytest.mark.parametrize("p", [None, 2, -2, 1, -1, np.inf, -np.inf, "fro", "nuc"], ids=str)
def test_cond(p):
    x = 2 * np.eye(3) + apart(2, 3, 3) / 2
    check(lambda x: L.cond(x, p), lambda x: np.linalg.cond(x, p), x)
    if p == "nuc":
        # Of singular matrices NumPy does not give it.
        return
    pair = np.stack([x[0], np.ones((3, 3)) * np.array([1.0, 0.0, 0.0])])
    out = L.cond(Tensor(pair, requires_grad=True), p)
    np.testing.assert_allclose(out.data, np.linalg.cond(pair, p), rtol=1e-14)
    first, both = (gradients(lambda x: L.cond(x, p)[..., :1], [a], [0], 1.0)[0] for a in (x[:1], pair))
    np.testing.assert_allclose(both[:1], first, rtol=1e-13)
    assert not np.any(gradients(lambda x: L.cond(x, p)[1:], [pair], [0], 1.0)[0][1])


def test_cond_of_matrices_that_are_not_square():
    check(lambda x: L.cond(x), np.linalg.cond, apart(2, 3, 2))


def test_matrix_rank_has_no_gradient():
    x = np.stack([np.eye(3), np.ones((3, 3))])
    out = np.linalg.matrix_rank(Tensor(x, requires_grad=True))
    assert out.data.tolist() == [3, 1]
    assert not out.requires_grad
    assert int(L.matrix_rank(Tensor(np.ones((2, 2))), rtol=1e-3)) == 1


def test_empty_arrays():
    for x, params in [
        (np.zeros(0), {}), (np.zeros(0), {"ord": 1}), (np.zeros((0, 3)), {"axis": 0}), (np.zeros((2, 0)), {"ord": 1}),
        (np.zeros((0, 3)), {"ord": 1}), (np.zeros((0, 3)), {"ord": np.inf}), (np.zeros((0, 3)), {"ord": "nuc"}),
        (np.zeros((0, 3)), {"ord": 2}), (np.zeros((0, 3)), {"ord": 3, "axis": 1}),
        (np.zeros((0, 2, 2)), {"ord": -2, "axis": (1, 2)}),
    ]:  # fmt: skip
        same(L.norm(Tensor(x), **params).data, np.linalg.norm(x, **params))
        assert gradients(lambda x, p=params: L.norm(x, **p), [x], [0])[0].shape == x.shape


def test_integers_give_floats():
    assert L.norm(Tensor([3, 4])).data == 5.0
    assert L.norm(Tensor([[3, 4]]), 1).dtype == float


@pytest.mark.parametrize(
    ("call", "error", "said"),
    [
        (lambda x: L.norm(x, "fro"), ArgumentValueError, r"linalg\.norm: .*'fro'"),
        (lambda x: L.norm(x.reshape(3, 1), 3), ArgumentValueError, r"linalg\.norm: 3: .*'nuc'"),
        (lambda x: L.norm(x.reshape(3, 1, 1), 2), ArgumentValueError, r"linalg\.norm: .*one axis or two, not 3"),
        (lambda x: L.norm(x.reshape(3, 1), axis=(0, -2)), ArgumentValueError, r"linalg\.norm: .*names an axis twice"),
        (lambda x: L.norm(x, axis=1), AxisError, r"linalg\.norm: .*axis 1 is out of bounds"),
        (lambda x: L.norm(x, axis="rows"), DtypeError, r"linalg\.norm: .*'axis' must be"),
        (lambda x: L.norm(x[:0], -np.inf), ShapeError, r"linalg\.norm: .*zero-size"),
        (lambda x: L.norm(x, Tensor(2.0, requires_grad=True)), ArgumentError, r"linalg\.norm: ord=.*no gradient"),
        (lambda x: L.vector_norm(x, ord="nuc"), ArgumentValueError, r"linalg\.vector_norm: .*'nuc'"),
        (lambda x: L.vector_norm(x, axis=(0, 0)), ShapeError, r"linalg\.vector_norm: .*repeated axis"),
        (lambda x: L.matrix_norm(x), AxisError, r"linalg\.matrix_norm: .*axis -2"),
        (lambda x: L.cond(x), ShapeError, r"linalg\.cond: .*\(3,\)"),
        (lambda x: L.cond(x.reshape(3, 1), 1), ShapeError, r"linalg\.cond: .*square"),
    ],
)
def test_wrong_calls(call, error, said):
    with pytest.raises(error, match=said):
        call(Tensor([1.0, 2.0, 3.0], requires_grad=True))
