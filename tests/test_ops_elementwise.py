"""Elementwise operations at the places where formulas fail: powers at zero, large arguments, unusual bounds."""

import numpy as np
import pytest

import autograd_lite as ag
from autograd_lite import Tensor, Value
from tests.checks import check_float32, check_orders, gradients, same

X = np.array([0.5, 1.5, 2.5])
SIGNED = np.array([-1.5, 0.7, 2.0])


@pytest.mark.parametrize("n", [-3, -2, -1, 0, 1, 2, 3, 5])
@pytest.mark.parametrize(
    "kind", [int, float, np.int64, np.float64, lambda n: np.full(3, n), lambda n: np.full(3, n * 1.0)]
)
def test_power_of_signed_numbers_to_whole_exponents(n, kind):
    def f(x):
        return x ** kind(n)

    same(f(Tensor(SIGNED)).data, SIGNED ** float(n))
    check_orders(f, [SIGNED])
    exact = n * SIGNED ** float(n - 1)
    np.testing.assert_allclose(gradients(f, [SIGNED], [0], 1.0)[0], exact, rtol=1e-14)


@pytest.mark.parametrize("y", [-1.5, 0.5, 2.5, np.pi])
def test_power_to_fractional_exponents(y):
    check_orders(lambda x: x**y, [X])
    check_orders(lambda x: ag.power(x, y), [X])
    check_orders(np.power, [X, np.array(y)])


def test_power_of_a_number_to_a_node():
    check_orders(lambda y: 2**y, [SIGNED])
    check_orders(lambda y: np.float64(2.5) ** y, [SIGNED])
    check_orders(lambda y: X**y, [SIGNED])
    check_float32(lambda y: 2**y, [SIGNED.astype(np.float32)])
    check_float32(lambda x: x**2, [SIGNED.astype(np.float32)])


def test_power_of_a_node_to_itself():
    check_orders(lambda x: x**x, [X])


@pytest.mark.parametrize("n", [0, 1, 2, 3, 0.0, 1.0, 2.0, 3.0])
def test_power_at_zero(n):
    # x^n at 0: slope 1 for n = 1, else 0; second derivative 2 for n = 2, else 0.
    first, second = float(n == 1), 2.0 * (n == 2)
    for exponent in (n, np.array([n, n])):
        f = lambda x, e=exponent: (x**e).sum()  # noqa: E731
        np.testing.assert_array_equal(ag.grad(f)(np.zeros(2)), [first, first])
        np.testing.assert_array_equal(ag.hessian(f)(np.zeros(2)), second * np.eye(2))
    x = Value(0.0)
    slope = ag.grad(lambda x: x**n)(x)
    assert slope.data == first
    assert ag.grad(ag.grad(lambda x: x**n))(x).data == second


@pytest.mark.parametrize("x", [-1000.0, -50.0, -1.0, 0.0, 1.0, 50.0, 1000.0])
def test_sigmoid_and_softplus_far_out(x):
    # Of a negative number alone, exp neither overflows nor loses digits.
    small = np.exp(-abs(x))
    sigmoid = 1 / (1 + small) if x >= 0 else small / (1 + small)
    softplus = max(x, 0.0) + np.log1p(small)
    slope = small / (1 + small) ** 2
    for node in (Tensor(x, requires_grad=True), Value(x)):
        for f, value, derivative in ((ag.sigmoid, sigmoid, slope), (ag.softplus, softplus, sigmoid)):
            node.grad = None
            out = f(node)
            out.backward()
            assert out.item() == pytest.approx(value, rel=1e-15, abs=0)
            assert float(node.grad) == pytest.approx(derivative, rel=1e-14, abs=1e-16)
    assert np.isfinite(ag.hessian(lambda x: ag.sigmoid(x).sum() + ag.softplus(x).sum())(np.array([x]))).all()


def test_tanh_and_log1p_far_out():
    far = np.array([-1000.0, 1000.0])
    np.testing.assert_array_equal(gradients(np.tanh, [far], [0], 1.0)[0], [0, 0])
    np.testing.assert_array_equal(ag.log1p(Tensor([1e-20])).data, [1e-20])
    np.testing.assert_array_equal(ag.expm1(Tensor([1e-20])).data, [1e-20])
    np.testing.assert_allclose(gradients(np.expm1, [np.array([1e-20])], [0], 1.0)[0], [1.0])


@pytest.mark.parametrize(("low", "high"), [(None, 1.0), (-1.0, None), (-1.0, 1.0), (0, 1), (np.array([-1.0, 0, 1]), 2)])
def test_clip_with_bounds_of_every_kind(low, high):
    x = np.array([-1.7, 0.3, 2.6])
    routes = [
        lambda t: ag.clip(t, low, high),
        lambda t: np.clip(t, low, high),
        lambda t: t.clip(low, high),
        lambda t: ag.clip(t, a_min=low, a_max=high),
        lambda t: t.clip(min=low, max=high),
    ]
    inside = (x > (-np.inf if low is None else low)) & (x < (np.inf if high is None else high))
    for f in routes:
        same(f(Tensor(x)).data, np.clip(x, low, high))
        check_orders(f, [x])
        np.testing.assert_array_equal(gradients(f, [x], [0], 1.0)[0], inside)


def test_clip_with_crossed_bounds_gives_the_upper_one_its_gradient():
    x, low, high = np.array([-1.0, 1.0, 3.0]), np.full(3, 2.0), np.zeros(3)
    same(ag.clip(x, low, high), np.clip(x, low, high))
    by_x, by_low, by_high = gradients(ag.clip, [x, low, high], [0, 1, 2], 1.0)
    np.testing.assert_array_equal([by_x, by_low, by_high], [[0, 0, 0], [0, 0, 0], [1, 1, 1]])


@pytest.mark.parametrize(
    "f",
    [
        lambda x: 2 + x,
        lambda x: 2 - x,
        lambda x: 2 * x,
        lambda x: 2 / x,
        lambda x: 7 // x,
        lambda x: 7 % x,
        lambda x: 2**x,
        lambda x: divmod(7, x)[1],
        lambda x: divmod(x, 2)[1],
        lambda x: np.float64(2) - x,
        lambda x: np.array(2.0) / x,
        lambda x: [2.0, 3.0, 4.0] - x,
        lambda x: np.array([2.0, 3.0, 4.0]) / x,
        lambda x: -x + (+x) * abs(x),
        lambda x: x - x * x / x,
    ],
)
def test_operators_on_both_sides(f):
    x = np.array([0.6, 1.9, -2.7])
    if isinstance(f(x), np.ndarray):
        same(f(Tensor(x)).data, f(x))
    check_orders(f, [np.abs(x)])


def test_where_takes_conditions_of_every_kind():
    x, y = Tensor([1.0, -2.0], requires_grad=True), Tensor([3.0, 4.0], requires_grad=True)
    for condition in (x > 0, np.array([True, False]), [True, False], Tensor([1, 0]), np.array([2.0, 0.0])):
        x.grad = y.grad = None
        out = ag.where(condition, x * 2, y * 3)
        out.sum().backward()
        np.testing.assert_array_equal(out.data, [2.0, 12.0])
        np.testing.assert_array_equal([x.grad.data, y.grad.data], [[2.0, 0.0], [0.0, 3.0]])
    assert ag.where(True, Value(1.0), 2.0).data == 1.0
    same(ag.where(x > 0, 1.0, 0.0).data, np.array([1.0, 0.0]))
