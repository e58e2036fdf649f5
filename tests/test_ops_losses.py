"""Losses whole: at the far ends, in every layout of classes, to second order, and what they refuse."""

import numpy as np
import pytest

import autograd_lite as ag
from autograd_lite import AutogradError, Tensor
from autograd_lite.errors import ArgumentValueError, DtypeError, ShapeError
from tests.checks import check_float32, check_orders, gradients

RNG = np.random.default_rng(0)
X = RNG.normal(size=(5, 3))
IMAGES = RNG.normal(size=(2, 3, 4))
Y = np.array([2, 0, 1, 1, 2])


def one_hot(y, x, axis):
    return np.moveaxis(np.eye(x.shape[axis])[y], -1, axis)


@pytest.mark.parametrize(
    ("x", "y", "params"),
    [
        (X, Y, {}),
        (X, Y, {"axis": 1}),
        (X, Y, {"total": 5.0}),
        (X, Y, {"weight": np.array([0.0, 1.0, 2.0, 0.5, 1.0])}),
        (X, Y, {"weight": np.array([0.0, 1.0, 2.0, 0.5, 1.0]), "total": 4.5}),
        (X.T, Y, {"axis": 0}),
        (X[0], np.array(1), {}),
        (IMAGES, RNG.integers(0, 3, (2, 4)), {"axis": 1}),
        (IMAGES, RNG.integers(0, 4, (2, 3)), {"weight": RNG.uniform(size=(2, 3)), "total": 3.0}),
    ],
)
def test_cross_entropy_of_classes_anywhere(x, y, params):
    axis, weight = params.get("axis", -1), params.get("weight", np.ones(y.shape))
    p = np.exp(x) / np.exp(x).sum(axis=axis, keepdims=True)
    expected = -weight * np.log((p * one_hot(y, x, axis)).sum(axis=axis))
    if "total" in params:
        expected = expected.sum() / params["total"]
    np.testing.assert_allclose(ag.cross_entropy(x, y, **params), expected, rtol=1e-13)
    check_orders(lambda x: ag.cross_entropy(x, y, **params), [x])
    check_float32(lambda x: ag.cross_entropy(x, y, **params), [x.astype(np.float32)])


def test_the_gradient_of_cross_entropy_is_softmax_minus_truth():
    slopes = gradients(lambda x: ag.cross_entropy(x, Y), [X], [0], 1.0)[0]
    np.testing.assert_allclose(slopes, ag.softmax(X) - np.eye(3)[Y], rtol=1e-14)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_far_logits(dtype):
    x = np.array([[1e4, -1e4, 0.0], [-1e4, 1e4, 0.0], [0.0, -np.inf, 0.0]], dtype)
    y = np.array([0, 0, 2])
    np.testing.assert_allclose(ag.cross_entropy(x, y), [0.0, 2e4, np.log(2)], rtol=1e-6)
    found = gradients(lambda x: ag.cross_entropy(x, y), [x], [0], np.ones(3, dtype))[0]
    np.testing.assert_allclose(found, [[0, 0, 0], [-1, 1, 0], [0.5, 0, -0.5]], atol=1e-7)
    np.testing.assert_allclose(ag.entropy(x), [0.0, 0.0, np.log(2)], rtol=1e-6)
    found = gradients(ag.entropy, [x], [0], np.ones(3, dtype))[0]
    np.testing.assert_allclose(found, np.zeros((3, 3)), atol=1e-7)
    logits = np.array([1e4, -1e4, 1e4, -1e4], dtype)
    truth = np.array([1.0, 1.0, 0.0, 0.0], dtype)
    np.testing.assert_allclose(ag.binary_cross_entropy_with_logits(logits, truth, 1.0), [0.0, 1e4, 1e4, 0.0])
    for f, args, expected in [
        (lambda x, y: ag.binary_cross_entropy_with_logits(x, y, 3.0), [logits, truth], [[0, -3, 1, 0], None]),
        (ag.huber, [logits], [[1, -1, 1, -1]]),
    ]:
        found = gradients(f, args, range(len(args)), np.ones(4, dtype))
        for g, e in zip(found, expected, strict=True):
            assert np.isfinite(g).all()
            if e is not None:
                np.testing.assert_allclose(g, e, atol=1e-7)


def test_second_derivatives_at_far_logits_are_finite():
    for f in (lambda x: ag.cross_entropy(x, np.array([1]), total=1.0), lambda x: ag.entropy(x).sum()):
        assert np.isfinite(ag.hessian(f)(np.array([[1e4, -1e4, 3.0]]))).all()


def test_a_target_without_weight_counts_for_nothing_be_it_infinite():
    x = np.array([[-np.inf, 0.0], [1.0, 2.0]])
    x_and_y = {"target": np.array([0, 1]), "weight": np.array([0.0, 1.0]), "total": 1.0}
    assert np.isfinite(ag.cross_entropy(x, **x_and_y))
    found = gradients(lambda x: ag.cross_entropy(x, **x_and_y), [x], [0], 1.0)[0]
    assert (found[0] == 0).all()
    assert np.isinf(ag.cross_entropy(x, np.array([0, 1]))[0])


def test_certain_predictions_have_finite_losses_and_slopes():
    p = np.array([0.0, 0.0, 1.0, 1.0, 1e-50, 0.5])
    y = np.array([0.0, 1.0, 0.0, 1.0, 1.0, np.nan])
    np.testing.assert_allclose(
        ag.binary_cross_entropy(p, y), [0.0, 100.0, 100.0, 0.0, 100.0, np.nan], rtol=1e-15, atol=0
    )
    by_p, by_y = gradients(ag.binary_cross_entropy, [p[:5], y[:5]], [0, 1], np.ones(5))
    assert by_p.tolist() == [0.0, -1e12, 1e12, 0.0, -1e12]
    np.testing.assert_allclose(by_y, [100.0, 100.0, -100.0, -100.0, 100.0])
    assert np.isnan(ag.binary_cross_entropy(np.array([np.nan]), np.array([0.5]))).all()
    # A small probability keeps its digits: ln(1 - x) is -x.
    assert ag.binary_cross_entropy(np.array([1e-20]), np.array([0.0]))[0] == 1e-20


def test_kl_div_of_impossible_classes():
    x, y = np.array([-np.inf, -1.0, -np.inf]), np.array([0.0, 0.0, 0.5])
    np.testing.assert_array_equal(ag.kl_div(x, y), [0.0, 0.0, np.inf])
    by_x, by_y = gradients(ag.kl_div, [x[:2], y[:2]], [0, 1], np.ones(2))
    assert by_x.tolist() == [0.0, 0.0]
    assert by_y.tolist() == [0.0, 0.0]


@pytest.mark.parametrize(
    ("wrong", "error", "said"),
    [
        (lambda: ag.cross_entropy(Tensor(X), Y + 1), ArgumentValueError, r"target\[0\] is class 3; there are 3"),
        (lambda: ag.cross_entropy(Tensor(X), Y - 1), ArgumentValueError, r"target\[1\] is class -1"),
        (lambda: ag.cross_entropy(Tensor(X), Y[:4]), ShapeError, r"\(4,\).*\(5,\)"),
        (lambda: ag.cross_entropy(Tensor(X), Y.astype(float)), DtypeError, "integers"),
        (lambda: ag.cross_entropy(Tensor(X), Y, axis=2), AutogradError, "axis"),
        (lambda: ag.cross_entropy(Tensor(1.0), np.array(0)), ShapeError, "single number"),
        (lambda: ag.cross_entropy(Tensor(X)), AutogradError, "target"),
        (lambda: ag.multi_margin(Tensor(X), Y + 1), ArgumentValueError, r"multi_margin: target\[0\] is class 3"),
        (lambda: ag.multi_margin(Tensor(X), Y, p=3), ArgumentValueError, "1 or 2"),
        (lambda: ag.huber(Tensor(X), delta=0.0), ArgumentValueError, "above 0"),
        (lambda: ag.huber(Tensor(X), delta=np.nan), ArgumentValueError, "above 0"),
        (lambda: ag.kl_div(Tensor(X), Tensor(X.T**2)), ShapeError, "broadcast"),
    ],
)
def test_wrong_calls(wrong, error, said):
    with pytest.raises(error, match=said):
        wrong()
