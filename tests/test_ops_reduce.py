"""Reductions: every form of axis, ties, zeros in products, large and infinite exponents."""

import numpy as np
import pytest

import autograd_lite as ag
from autograd_lite import AutogradError, Tensor
from tests.checks import check_orders, gradients, same

X = np.array([[[0.3, -0.7, 1.1], [-1.3, 0.62, 2.2]], [[1.7, 0.44, -0.9], [0.8, -2.1, 0.53]]])
SMOOTH = ["sum", "mean", "prod", "max", "min", "var", "std"]
AXES = [None, 0, 1, 2, -1, -3, (0,), (0, 1), (2, 0), (-1, 0), (0, 1, 2), ()]


def _logsumexp(a, axis=None, keepdims=False):
    return np.log(np.exp(a).sum(axis=axis, keepdims=keepdims))


@pytest.mark.parametrize("keepdims", [False, True])
@pytest.mark.parametrize("axis", AXES)
@pytest.mark.parametrize("name", [*SMOOTH, "logsumexp"])
def test_every_form_of_axis(name, axis, keepdims):
    if name in ("var", "std") and axis == ():
        # The spread of single numbers is zero, where std has no second derivative.
        assert not gradients(lambda x: getattr(ag, name)(x, axis=()), [X], [0], 1.0)[0].any()
        return
    reference = getattr(np, name, _logsumexp)
    f = getattr(ag, name)
    same(f(Tensor(X), axis=axis, keepdims=keepdims).data, reference(X, axis=axis, keepdims=keepdims))
    check_orders(lambda x: f(x, axis=axis, keepdims=keepdims), [X])
    if hasattr(np, name):
        check_orders(lambda x: getattr(np, name)(x, axis, keepdims=keepdims), [X])
    if hasattr(np.ndarray, name):
        check_orders(lambda x: getattr(x, name)(axis, keepdims=keepdims), [X])


@pytest.mark.parametrize("keepdims", [False, True])
@pytest.mark.parametrize("axis", [None, 0, -1])
@pytest.mark.parametrize("name", ["argmax", "argmin", "all", "any"])
def test_every_form_of_axis_without_gradient(name, axis, keepdims):
    data = X > 0 if name in ("all", "any") else X
    expected = getattr(np, name)(data, axis=axis, keepdims=keepdims)
    for out in (
        getattr(ag, name)(Tensor(data), axis, keepdims),
        getattr(np, name)(Tensor(data), axis=axis, keepdims=keepdims),
        getattr(Tensor(data), name)(axis=axis, keepdims=keepdims),
    ):
        same(out.data, expected)


@pytest.mark.parametrize("axis", [-1, 0, 1, None])
@pytest.mark.parametrize("name", ["softmax", "log_softmax"])
def test_softmax_along_every_axis(name, axis):
    expected = np.exp(X) / np.exp(X).sum(axis=axis, keepdims=True)
    out = getattr(ag, name)(Tensor(X), axis=axis).data
    same(np.exp(out) if name == "log_softmax" else out, expected)
    check_orders(lambda x: getattr(ag, name)(x, axis=axis), [X])
    check_orders(lambda x: getattr(x, name)(axis), [X])


@pytest.mark.parametrize("axis", [None, 0, -1, ()])
@pytest.mark.parametrize("name", [*SMOOTH, "logsumexp"])
def test_arrays_without_axes(name, axis):
    f, x = getattr(ag, name), np.array(0.7)
    try:
        expected = getattr(np, name, _logsumexp)(x, axis=axis)
    except np.exceptions.AxisError:
        with pytest.raises(AutogradError, match=name):
            f(Tensor(x), axis=axis)
        return
    same(f(Tensor(x), axis=axis).data, expected)
    slope = 0.0 if name in ("var", "std") else 1.0
    assert gradients(lambda x: f(x, axis=axis), [x], [0], 1.0)[0] == slope


@pytest.mark.parametrize("ddof", [0, 1, 2, 0.5])
@pytest.mark.parametrize("name", ["var", "std"])
def test_degrees_of_freedom(name, ddof):
    for axis in (None, 2, (0, 1)):
        out = getattr(np, name)(Tensor(X), axis=axis, ddof=ddof)
        same(out.data, getattr(np, name)(X, axis=axis, ddof=ddof))
        check_orders(lambda x, axis=axis: getattr(ag, name)(x, axis, ddof), [X])


@pytest.mark.parametrize(
    "x",
    [
        [[1.5, 0.0, 2.5], [0.5, -1.5, 3.0]],
        [[1.5, 0.0, 0.0], [0.5, 0.0, 3.0]],
        [[0.0, 0.0, 0.0], [2.0, 1.0, 3.0]],
        [[0.0, 0.0, 1.0], [2.0, 0.0, 3.0]],
    ],
    ids=["one zero", "two zeros", "three zeros", "two in one slice and one in another"],
)
@pytest.mark.parametrize("axis", [None, 0, 1, (0, 1)])
def test_products_with_zeros(x, axis):
    check_orders(lambda x: ag.prod(x, axis=axis), [np.array(x)])
    check_orders(lambda x: ag.prod(x, axis=axis, keepdims=True), [np.array(x)])


@pytest.mark.parametrize("name", ["max", "min"])
def test_ties_share_the_gradient(name):
    x = np.array([[2.0, 2.0, 2.0], [1.0, 2.0, 1.0]]) * (1 if name == "max" else -1)
    thirds, halves = np.array([[1 / 3] * 3, [0, 1, 0]]), np.array([[1, 0.5, 1], [0, 0.5, 0]])
    for axis, expected in ((1, thirds), (0, halves), (None, (np.abs(x) == 2) / 4)):
        f = lambda x, axis=axis: getattr(ag, name)(x, axis=axis)  # noqa: E731
        np.testing.assert_allclose(gradients(f, [x], [0], 1.0)[0], expected, rtol=1e-15)
        assert not ag.hessian(lambda x, f=f: f(x).sum())(x).any()


def test_a_nan_is_the_extreme_and_gets_the_gradient():
    x = np.array([1.0, np.nan, 3.0])
    for f in (ag.max, ag.min):
        np.testing.assert_array_equal(gradients(f, [x], [0], 1.0)[0], [0, 1, 0])


@pytest.mark.parametrize("sign", [1, -1])
def test_large_exponents_neither_overflow_nor_vanish(sign):
    x = np.array([[1e4, 1e4 - 1, -1e4], [0.0, 1.0, 1e4]]) * sign
    top = x.max(axis=1, keepdims=True)
    exact = np.exp(x - top) / np.exp(x - top).sum(axis=1, keepdims=True)
    total = np.log(np.exp(x - top).sum(axis=1)) + top[:, 0]
    same(ag.logsumexp(Tensor(x), axis=1).data, total)
    np.testing.assert_allclose(ag.softmax(Tensor(x), axis=1).data, exact, rtol=1e-14)
    logs = (x - top) - np.log(np.exp(x - top).sum(axis=1, keepdims=True))
    np.testing.assert_allclose(ag.log_softmax(Tensor(x), axis=1).data, logs, rtol=1e-15)
    np.testing.assert_allclose(gradients(lambda x: ag.logsumexp(x, axis=1), [x], [0], 1.0)[0], exact, atol=1e-11)
    for f in (ag.softmax, ag.log_softmax):
        assert np.isfinite(ag.hessian(lambda x, f=f: (f(x) * np.arange(3)).sum())(x)).all()


def test_minus_infinity_has_no_weight():
    inf = np.inf
    x = np.array([[-inf, 0.5, 1.5], [-inf, -inf, 2.0]])
    finite = np.array([[0.5, 1.5]])
    weights = np.array([[0, *(np.exp(finite) / np.exp(finite).sum())[0]], [0, 0, 1.0]])
    np.testing.assert_allclose(ag.softmax(Tensor(x)).data, weights, rtol=1e-15)
    np.testing.assert_allclose(gradients(lambda x: ag.logsumexp(x, axis=1), [x], [0], 1.0)[0], weights, rtol=1e-15)
    taken = np.array([[0.0, 1, 0], [0, 0, 1]])
    slope = gradients(lambda x: ag.where(taken > 0, ag.log_softmax(x), 0.0), [x], [0], 1.0)[0]
    np.testing.assert_allclose(slope, taken - weights, atol=1e-15)

    def second(f):
        return ag.hessian(lambda row: f(row)[1])(x[0])

    p = weights[0]
    np.testing.assert_allclose(ag.hessian(ag.logsumexp)(x[0]), np.diag(p) - np.outer(p, p), atol=1e-15)
    np.testing.assert_allclose(second(ag.log_softmax), np.outer(p, p) - np.diag(p), atol=1e-15)
    assert np.isfinite(second(ag.softmax)).all()


def test_logsumexp_of_infinities():
    nothing = np.full(3, -np.inf)
    assert ag.logsumexp(Tensor(nothing)).item() == -np.inf
    np.testing.assert_array_equal(gradients(ag.logsumexp, [nothing], [0], 1.0)[0], np.zeros(3))
    assert not ag.hessian(ag.logsumexp)(nothing).any()
    assert ag.logsumexp(Tensor([np.inf, 1e4])).item() == np.inf
    assert np.isnan(ag.logsumexp(Tensor([np.nan, 1.0])).item())


def test_logsumexp_of_integers():
    same(ag.logsumexp(Tensor([1, 2])).data, np.log(np.exp(1.0) + np.exp(2.0)))
    same(ag.softmax(Tensor([0, 0])).data, np.array([0.5, 0.5]))
    same(ag.log_softmax(np.array([0, 0])), np.log([0.5, 0.5]))


@pytest.mark.parametrize("name", ["mean", "var", "std"])
def test_of_nothing_they_are_nan_with_numpys_warning(name):
    with pytest.warns(RuntimeWarning):
        out = getattr(ag, name)(Tensor(np.zeros((0, 3))), axis=0)
    same(out.data, np.full(3, np.nan))


def test_of_nothing_the_others_are_their_neutral_element():
    x = np.zeros((0, 3))
    for name, neutral in (("sum", 0.0), ("prod", 1.0), ("logsumexp", -np.inf)):
        same(getattr(ag, name)(Tensor(x), axis=0).data, np.full(3, neutral))
        assert gradients(lambda x, name=name: getattr(ag, name)(x, axis=0), [x], [0], 1.0)[0].shape == (0, 3)
    for name in ("max", "min", "argmax", "argmin"):
        with pytest.raises(AutogradError, match=rf"{name}: .*\(0, 3\)"):
            getattr(ag, name)(Tensor(x), axis=0)


def test_reduce_of_a_ufunc_is_the_reduction():
    for ufunc, name in ((np.add, "sum"), (np.multiply, "prod"), (np.maximum, "max"), (np.minimum, "min")):
        out = ufunc.reduce(Tensor(X, requires_grad=True), axis=1)
        assert out.op is getattr(ag, name)
        same(out.data, ufunc.reduce(X, axis=1))
        same(ufunc.reduce(Tensor(X)).data, ufunc.reduce(X))
        same(ufunc.reduce(Tensor(X), axis=None, keepdims=True).data, ufunc.reduce(X, axis=None, keepdims=True))


def test_log_softmax_keeps_small_differences_of_large_logits():
    same(ag.log_softmax(Tensor(np.float32([1e8, 1e8]))).data, np.float32([-np.log(2), -np.log(2)]))
    x = np.array([1e8, 1e8, 0.0])
    slope = gradients(lambda x: (ag.log_softmax(x) * np.arange(3)).sum(), [x], [0], 1.0)[0]
    np.testing.assert_allclose(slope, [-1.5, -0.5, 2.0], rtol=1e-15)
