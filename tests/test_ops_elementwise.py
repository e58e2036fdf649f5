"""Elementwise operations at the places where formulas fail: powers at zero, large arguments, unusual bounds."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

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


#: A point where a formula fails, and the derivatives that are taken there.
POINTS = [
    (np.hypot, (0.0, 0.0), (0.0, 0.0)),
    (np.hypot, (3e200, 4e200), (0.6, 0.8)),
    (np.hypot, (3e-200, 4e-200), (0.6, 0.8)),
    (np.arctan2, (0.0, 0.0), (0.0, 0.0)),
    (np.arctan2, (0.0, -2.0), (-0.5, 0.0)),
    (np.arctan2, (3e200, 4e200), (1.6e-201, -1.2e-201)),
    (np.logaddexp, (-np.inf, -np.inf), (0.0, 0.0)),
    (np.logaddexp, (-np.inf, 1.0), (0.0, 1.0)),
    (np.logaddexp, (1e4, -1e4), (1.0, 0.0)),
    (np.logaddexp, (5.0, 5.0), (0.5, 0.5)),
    (np.logaddexp2, (-np.inf, -np.inf), (0.0, 0.0)),
    (np.logaddexp2, (1e4, -1e4), (1.0, 0.0)),
    (np.copysign, (0.0, -1.0), (0.0, 0.0)),
    (np.copysign, (-2.0, 3.0), (-1.0, 0.0)),
    (np.copysign, (-2.0, -0.0), (1.0, 0.0)),
    (np.fabs, (0.0,), (0.0,)),
    (np.heaviside, (0.0, 0.5), (0.0, 1.0)),
    (np.heaviside, (2.0, 0.5), (0.0, 0.0)),
    (np.sinc, (0.0,), (0.0,)),
    (np.fmax, (2.0, 2.0), (0.5, 0.5)),
    (np.fmin, (2.0, 2.0), (0.5, 0.5)),
    (np.fmax, (np.nan, 2.0), (0.0, 1.0)),
    (np.fmin, (2.0, np.nan), (1.0, 0.0)),
    (np.fmax, (np.nan, np.nan), (1.0, 1.0)),
    (np.fmax, (np.nan, -np.inf), (0.0, 1.0)),
    # 1 / 0.1 rounds to 10, but 0.1, which is a little more than a tenth, goes 9 times into 1.
    (np.fmod, (1.0, 0.1), (1.0, -9.0)),
    (np.fmod, (-7.5, 2.0), (1.0, 3.0)),
    (np.nextafter, (1.0, 2.0), (1.0, 0.0)),
    (np.nan_to_num, (np.nan,), (0.0,)),
    (np.nan_to_num, (-np.inf,), (0.0,)),
    (np.nan_to_num, (1.5,), (1.0,)),
    (np.cbrt, (-8.0,), (1 / 12,)),
    *[(f, (2.0,), (0.0,)) for f in (np.floor, np.ceil, np.trunc, np.rint, np.fix, np.round, np.imag)],
    *[(f, (2.0,), (1.0,)) for f in (np.real, np.conj, np.real_if_close)],
]


@pytest.mark.parametrize(("f", "at", "slopes"), POINTS, ids=lambda x: getattr(x, "__name__", str(x)))
def test_special_points(f, at, slopes):
    for kind in (lambda x: Tensor(x, requires_grad=True), lambda x: Tensor([x], requires_grad=True), Value):
        nodes = [kind(x) for x in at]
        out = f(*nodes)
        (out.sum() if getattr(out, "ndim", 0) else out).backward()
        got = [n.grad if isinstance(n, Value) else n.grad.item() for n in nodes]
        assert got == pytest.approx(slopes, rel=1e-14, abs=0)


def test_the_slope_of_cbrt_at_zero_is_infinite():
    with np.errstate(divide="ignore"):
        assert ag.grad(np.cbrt)(0.0) == np.inf


@pytest.mark.parametrize("f", [np.hypot, np.arctan2])
def test_at_the_origin_second_derivatives_are_zero(f):
    for at in (np.zeros(2), np.array([0.0, -0.0])):
        np.testing.assert_array_equal(ag.hessian(lambda x: f(x[0], x[1]))(at), np.zeros((2, 2)))
    x = np.array([[0.0, 3.0], [0.0, 4.0]])
    alone = ag.hessian(lambda x: f(x[0], x[1]))(np.array([3.0, 4.0]))
    beside = ag.hessian(lambda x: f(x[0], x[1]).sum())(x)[:, 1, :, 1]
    np.testing.assert_allclose(beside, alone, rtol=1e-14)


def test_sinc_near_zero():
    """sinc x = 1 - (πx)²/6 + (πx)⁴/120 - ..., whose derivatives keep their digits."""
    slope, bend = ag.grad(np.sinc), ag.grad(ag.grad(np.sinc))
    third, fourth = ag.grad(bend), ag.grad(ag.grad(bend))
    pi = np.pi
    assert bend(0.0) == pytest.approx(-(pi**2) / 3, rel=1e-15)
    assert third(0.0) == 0.0
    assert fourth(0.0) == pytest.approx(pi**4 / 5, rel=1e-14)
    for x in (1e-300, 1e-12, 1e-5, 1e-3):
        u = pi * x
        assert slope(x) == pytest.approx(pi * (-u / 3 + u**3 / 30 - u**5 / 840), rel=1e-14)
        assert bend(x) == pytest.approx(pi**2 * (-1 / 3 + u * u / 10 - u**4 / 168), rel=1e-14)
    # The series and the formula meet.
    for x in (0.2999999, 0.3000001, -0.3):
        u = pi * x
        sin, cos = np.sin(u), np.cos(u)
        assert slope(x) == pytest.approx(pi * (u * cos - sin) / u**2, rel=1e-13)
        assert bend(x) == pytest.approx(pi**2 * (2 * sin - 2 * u * cos - u * u * sin) / u**3, rel=1e-12)
    check_orders(np.sinc, [np.array([-2.2, -0.29, 0.0, 0.1, 0.31, 1.0, 5.5])])
    check_float32(np.sinc, [np.array([-2.2, -0.25, 0.0, 0.1, 1.0], np.float32)])


@pytest.mark.parametrize("f", [np.floor, np.ceil, np.trunc, np.rint, np.fix, np.round])
def test_rounding_is_tracked_and_flat(f):
    x = Tensor([-1.5, 0.4, 2.5], requires_grad=True)
    out = f(x)
    same(out.data, f(x.data))
    out.sum().backward()
    np.testing.assert_array_equal(x.grad.data, np.zeros(3))


@pytest.mark.parametrize("n", [None, 0, 1, -1])
def test_pythons_round(n):
    x = Tensor([12.34, -5.55], requires_grad=True)
    out = round(x) if n is None else round(x, n)
    assert out.op is ag.RULE_BOOK["round"]
    same(out.data, np.round(x.data, n or 0))
    v = Value(12.34)
    out = round(v) if n is None else round(v, n)
    assert type(out) is Value
    assert out.data == np.round(12.34, n or 0)
    out.backward()
    assert v.grad == 0.0


@pytest.mark.parametrize("x", [np.array([0.0, -3.75, 1e-310, 6.5e300]), np.array([[1.5], [-2.25]], np.float32)])
def test_parts_of_a_number(x):
    t = Tensor(x, requires_grad=True)
    for f in (np.frexp, np.modf):
        for got, expected in zip(f(t), f(x), strict=True):
            assert type(got) is Tensor
            same(got.data, expected)
    mantissa, exponent = np.frexp(t)
    assert not exponent.requires_grad
    np.testing.assert_array_equal(np.ldexp(mantissa, exponent).data, x)
    fraction, whole = np.modf(t)
    (fraction * 3 + whole * 5).sum().backward()
    same(t.grad.data, np.full_like(x, 3))
    v = Value(6.5)
    mantissa, exponent = np.frexp(v)
    mantissa.backward()
    assert (mantissa.data, exponent, v.grad) == (0.8125, 3, 0.125)


def test_modf_of_an_infinity():
    fraction, whole = np.modf(Tensor([np.inf, -np.inf]))
    np.testing.assert_array_equal(fraction.data, [0.0, 0.0])
    np.testing.assert_array_equal(whole.data, [np.inf, -np.inf])


@pytest.mark.parametrize("exponent", [-3, 0, 4, np.array([-1, 0, 2]), Tensor([-1, 0, 2])])
def test_ldexp(exponent):
    check_orders(lambda x: np.ldexp(x, exponent), [SIGNED])
    check_float32(lambda x: np.ldexp(x, exponent), [SIGNED.astype(np.float32)])


def test_nan_to_num_stops_what_is_behind_it():
    x = np.array([-1.0, 0.0, 4.0])
    with np.errstate(all="ignore"):
        np.testing.assert_array_equal(ag.grad(lambda x: np.nan_to_num(np.sqrt(x)).sum())(x)[[0, 2]], [0, 0.25])
        np.testing.assert_array_equal(ag.grad(lambda x: np.nan_to_num(np.log(x)).sum())(x), [0, 0, 0.25])
        np.testing.assert_array_equal(ag.grad(lambda x: np.fmax(np.sqrt(x), -1.0).sum())(x)[[0, 2]], [0, 0.25])


def test_nan_to_num_has_a_gradient_by_what_it_puts_in():
    x = np.array([1.0, np.nan, np.inf, -np.inf])
    grads = ag.grad(lambda a, b, c: ag.nan_to_num(x, nan=a, posinf=b, neginf=c).sum(), (0, 1, 2))(0.5, 2.0, 3.0)
    assert grads == (1.0, 1.0, 1.0)
    for dtype in (np.float32, np.float64):
        same(np.nan_to_num(Tensor(x.astype(dtype))).data, np.nan_to_num(x.astype(dtype)))
        same(np.nan_to_num(Tensor(x.astype(dtype)), nan=7).data, np.nan_to_num(x.astype(dtype), nan=7))
    same(np.nan_to_num(Tensor([1, 2])).data, np.array([1, 2]))


def test_float_power_is_of_doubles():
    for dtype in (np.float32, np.float64):
        x = Tensor(X.astype(dtype), requires_grad=True)
        out = np.float_power(x, 1.5)
        same(out.data, np.float_power(X, 1.5))
        hooked: list[np.dtype] = []
        x.register_hook(lambda g, seen=hooked: seen.append(g.dtype))
        out.sum().backward()
        assert hooked == [dtype]
    same(np.float_power(Tensor([2, 3]), -1).data, np.array([1 / 2, 1 / 3]))
    check_orders(np.float_power, [X, SIGNED])
    v = Value(2.0)
    np.float_power(v, 3).backward()
    assert v.grad == 12.0


def test_real_numbers_as_complex_ones():
    for x in (Tensor([1.0, -2.0], requires_grad=True), Value(-2.0)):
        assert (x.real * x.conj() + x.imag).sum().data == 5.0 if isinstance(x, Tensor) else x.real.data == -2.0
        assert type(x.imag) is type(x)
        assert not np.any(np.asarray(x.imag.data))
    same(np.angle(Tensor([1.0, -2.0, 0.0])).data, np.angle(np.array([1.0, -2.0, 0.0])))
    assert not np.angle(Tensor([1.0], requires_grad=True), deg=True).requires_grad
    np.testing.assert_array_equal(np.angle(Tensor([-1.0]), True).data, [180.0])


def test_shifts_of_integer_tensors():
    t = Tensor([1, 6, 12])
    for got, expected in (
        (t << 2, [4, 24, 48]),
        (t >> 1, [0, 3, 6]),
        (1 << t, [2, 64, 4096]),
        (4096 >> t, [2048, 64, 1]),
    ):
        assert type(got) is Tensor
        np.testing.assert_array_equal(got.data, expected)
    with pytest.raises(ag.AutogradError, match=r"^left_shift: "):
        Tensor([1.5]) << 1


@pytest.mark.parametrize(
    ("first", "second"),
    [("acos", "arccos"), ("atan2", "arctan2"), ("pow", "power"), ("true_divide", "divide"), ("absolute", "abs"),
     ("bitwise_left_shift", "left_shift"), ("conj", "conjugate"), ("mod", "remainder"), ("bitwise_invert", "invert"),
     ("around", "round")],
)  # fmt: skip
def test_numpys_second_names(first, second):
    assert ag.ops.BY_NUMPY[getattr(np, first)] is ag.RULE_BOOK[second]


@settings(max_examples=60, deadline=None)
@given(arrays(np.float64, array_shapes(min_dims=0, max_dims=3, min_side=0), elements=st.floats(-4, 4)))
def test_derivatives_of_an_angle_and_a_length_everywhere(x):
    """hypot and arctan2 are the polar coordinates: their gradients are at right angles, of lengths 1 and 1 / r."""
    y = np.cos(3 * x)
    by_length = gradients(np.hypot, [x, y], [0, 1], 1.0)
    by_angle = gradients(np.arctan2, [x, y], [0, 1], 1.0)
    r = np.hypot(x, y)
    assert (r > 0).all()
    np.testing.assert_allclose(by_length[0] * by_angle[0] + by_length[1] * by_angle[1], 0 * x, atol=1e-12)
    np.testing.assert_allclose(np.hypot(*by_length), np.ones_like(x), rtol=1e-13)
    np.testing.assert_allclose(np.hypot(*by_angle), 1 / r, rtol=1e-13)
