"""Special functions: against scipy, at special points, to second order; and what is left of them without scipy."""

import sys

import numpy as np
import pytest
from scipy import special

import autograd_lite as ag
from autograd_lite import AutogradError, Tensor, Value
from autograd_lite.errors import DtypeError, UnsupportedError
from tests.checks import check_float32, check_orders, gradients, same

X = np.array([-2.3, -0.7, 0.4, 1.1, 2.9])
P = np.array([0.3, 0.9, 1.7, 4.2])
SCIPYS = {"erf": "erf", "erfc": "erfc", "lgamma": "gammaln", "digamma": "psi", "i0": "i0", "i1": "i1", "logit": "logit"}


@pytest.fixture
def no_scipy(monkeypatch):
    monkeypatch.setitem(sys.modules, "scipy", None)


@pytest.mark.parametrize("name", SCIPYS)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_values_are_scipys(name, dtype):
    x = (P / 5 if name == "logit" else X).astype(dtype)
    same(getattr(ag, name)(Tensor(x)).data, getattr(special, SCIPYS[name])(x))
    assert getattr(ag, name)(Value(0.4)).data == pytest.approx(getattr(special, SCIPYS[name])(0.4), rel=1e-14)


@pytest.mark.parametrize("order", [0, 1, 2, 5])
def test_polygamma(order):
    same(ag.polygamma(order, Tensor(P)).data, special.polygamma(order, P))
    check_orders(lambda x: ag.polygamma(order, x), [P])
    check_float32(lambda x: ag.polygamma(order, x), [P.astype(np.float32)])
    check_float32(lambda x: ag.polygamma(np.array([order] * 4), x), [P.astype(np.float32)])
    v = Value(0.9)
    ag.polygamma(order, v).backward()
    assert v.grad == pytest.approx(special.polygamma(order + 1, 0.9).item(), rel=1e-14)


@pytest.mark.parametrize("order", [1.0, 0.5, -1, Tensor(1.0, requires_grad=True), "a"])
def test_polygamma_of_what_is_no_order(order):
    with pytest.raises(AutogradError, match=r"^polygamma: "):
        ag.polygamma(order, Tensor(P))


@pytest.mark.parametrize("name", ["lgamma", "digamma"])
def test_left_of_zero(name):
    check_orders(getattr(ag, name), [np.array([-2.4, -1.3, -0.6])])


def test_many_orders_of_lgamma():
    f = ag.lgamma
    for order in range(4):
        f = ag.grad(f)
        assert f(1.7) == pytest.approx(special.polygamma(order, 1.7).item(), rel=1e-13)


def test_bessel_functions_at_and_near_zero():
    """I₁(x) = x/2 + x³/16 + ..., of which I₁(x) / x has to keep the digits."""
    slope, bend, third = ag.grad(ag.i1), ag.grad(ag.grad(ag.i1)), ag.grad(ag.grad(ag.grad(ag.i1)))
    assert (slope(0.0), bend(0.0)) == (0.5, 0.0)
    assert third(0.0) == pytest.approx(3 / 8, rel=1e-14)
    for x in (1e-8, 1e-4, 0.01, 0.3, 0.99, 1.01, 2.0):
        i0, i1, i2, i3 = (special.iv(n, x) for n in range(4))
        assert slope(x) == pytest.approx((i0 + i2) / 2, rel=1e-14)
        assert bend(x) == pytest.approx((3 * i1 + i3) / 4, rel=1e-13)
    check_orders(ag.i0, [np.append(X, 0.0)])
    check_orders(ag.i1, [np.append(X, 0.0)])


def test_erf_far_out():
    far = np.array([-1e4, -30.0, 30.0, 1e4])
    same(ag.erf(far), np.sign(far))
    same(ag.erfc(far), 1 - np.sign(far))
    for f in (ag.erf, ag.erfc):
        np.testing.assert_array_equal(gradients(f, [far], [0], 1.0)[0], np.zeros(4))
        np.testing.assert_array_equal(ag.hessian(lambda x, f=f: f(x).sum())(far), np.zeros((4, 4)))


@pytest.mark.parametrize(
    ("x", "y", "value", "slopes"),
    [
        (0.0, 0.0, 0.0, (0.0, 0.0)),
        (0.0, 3.0, 0.0, (np.log(3), 0.0)),
        (0.0, -3.0, 0.0, (0.0, 0.0)),
        (2.0, 0.5, 2 * np.log(0.5), (np.log(0.5), 4.0)),
    ],
)
def test_xlogy_at_zero(x, y, value, slopes):
    same(ag.xlogy(np.array([x]), np.array([y])), np.array([value]))
    np.testing.assert_allclose(
        np.ravel(gradients(ag.xlogy, [np.array([x]), np.array([y])], [0, 1])), slopes * weight(1)
    )
    v, w = Value(x), Value(y)
    ag.xlogy(v, w).backward()
    assert (v.grad, w.grad) == pytest.approx(slopes)


def weight(n):
    return np.random.default_rng(1).uniform(0.5, 1.5, n)


def test_xlogy_of_nan_is_nan():
    assert np.isnan(ag.xlogy(np.array([0.0, np.nan]), np.array([np.nan, 1.0]))).all()


@pytest.mark.usefixtures("no_scipy")
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("name", ["erf", "erfc", "lgamma"])
def test_without_scipy_python_computes(name, dtype):
    x = X.astype(dtype).reshape(1, 5)
    f, expected = getattr(ag, name), getattr(special, SCIPYS[name])
    same(f(Tensor(x)).data, expected(x))
    same(f(Tensor(np.zeros((0, 2)))).data, np.zeros((0, 2)))
    assert f(Tensor(dtype(0.5))).data.dtype == dtype
    assert f(Value(0.4)).data == pytest.approx(expected(0.4), rel=1e-15)
    if name != "lgamma":
        check_orders(f, [X])
        check_orders(ag.gelu, [X])


@pytest.mark.usefixtures("no_scipy")
def test_without_scipy_poles_and_large_numbers_of_lgamma():
    same(ag.lgamma(np.array([0.0, -1.0, 1e307])), np.full(3, np.inf))


@pytest.mark.usefixtures("no_scipy")
@pytest.mark.parametrize(
    ("name", "f"),
    [
        ("digamma", ag.digamma),
        ("digamma", lambda x: ag.grad(lambda x: ag.lgamma(x).sum())(x)),
        ("polygamma", lambda x: ag.polygamma(1, x)),
        ("i1", ag.i1),
        ("i1", lambda x: ag.grad(lambda x: np.i0(x).sum())(x)),
    ],
)
def test_without_scipy_the_others_say_what_to_install(name, f):
    for x in (Tensor(X, requires_grad=True), X):
        with pytest.raises(UnsupportedError, match=rf"^{name}: scipy .* pip install scipy"):
            f(x)


def test_dtype_error_for_what_is_no_number():
    with pytest.raises(DtypeError, match=r"^erf: "):
        ag.erf(np.array(["a"]))
