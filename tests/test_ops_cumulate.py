"""Running sums, products and extremes, and differences: axes, zeros, ties, what is put at the ends."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes

import autograd_lite as ag
from autograd_lite import AutogradError, Tensor, Value
from tests.checks import check_float32, check_orders, gradients, same

X = np.array([[[0.3, -0.7, 1.1], [-1.3, 0.62, 2.2]], [[1.7, 0.44, -0.9], [0.8, -2.1, 0.53]]])
ROUTES = {
    "cumsum": np.add,
    "cumprod": np.multiply,
    "cummax": np.maximum,
    "cummin": np.minimum,
    "logcumsumexp": np.logaddexp,
}


@st.composite
def arrays_and_axes(draw):
    shape = draw(array_shapes(min_dims=1, max_dims=3, max_side=6))
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    x = rng.permutation(np.prod(shape)).reshape(shape) * 0.17 - 0.9
    return x, draw(st.integers(-len(shape), len(shape) - 1))


@settings(max_examples=40, deadline=None)
@given(case=arrays_and_axes())
@pytest.mark.parametrize("name", ROUTES)
def test_any_axis(name, case):
    x, axis = case
    accumulate = ROUTES[name].accumulate
    f = lambda x: getattr(ag, name)(x, axis=axis)  # noqa: E731
    same(f(Tensor(x)).data, accumulate(x, axis=axis))
    check_orders(f, [x])


@pytest.mark.parametrize("name", ROUTES)
def test_accumulate_of_a_ufunc_is_the_operation(name):
    accumulate = ROUTES[name].accumulate
    for params in ({}, {"axis": 1}, {"axis": -1}):
        out = accumulate(Tensor(X, requires_grad=True), **params)
        assert out.op is getattr(ag, name)
        same(out.data, accumulate(X, **params))
    check_orders(lambda x: accumulate(x, 1), [X])
    with pytest.raises(AutogradError, match=f"{name}: .*axis 3"):
        accumulate(Tensor(X), axis=3)


@pytest.mark.parametrize("name", ["cumsum", "cumprod"])
def test_without_an_axis_all_elements_stand_in_one_row(name):
    f = getattr(np, name)
    for x in (X, np.array(0.7), np.zeros((0, 3))):
        same(f(Tensor(x)).data, f(x))
        if x.size:
            check_orders(f, [x])
        assert gradients(f, [x], [0])[0].shape == x.shape
    same(f(Tensor(np.array(0.7)), axis=0).data, f(np.array(0.7), axis=0))
    check_orders(lambda x: f(x, axis=0), [np.array(0.7)])
    same(getattr(Tensor(X), name)(1).data, f(X, 1))


@pytest.mark.parametrize(
    "x",
    [
        [0.0, 1.5, 2.5, -0.5],
        [1.5, 0.0, 2.5, -0.5],
        [1.5, 2.5, -0.5, 0.0],
        [1.5, 0.0, 0.0, 2.5],
        [0.0, 0.0, 0.0, 0.0],
        [0.0],
    ],
    ids=str,
)
def test_running_products_with_zeros(x):
    check_orders(np.cumprod, [np.array(x)])
    check_orders(lambda x: np.cumprod(x, axis=0), [np.array([x, x[::-1]]).T])


@pytest.mark.parametrize("n", [1, 2, 3, 4, 5, 7, 8, 9, 16, 17])
def test_running_products_of_any_length(n):
    x = np.linspace(-1.1, 1.3, n)
    exact = [sum(np.prod(np.delete(x[: k + 1], i)) for k in range(i, n)) for i in range(n)]
    np.testing.assert_allclose(gradients(np.cumprod, [x], [0], 1.0)[0], exact, rtol=1e-13, atol=1e-15)


@pytest.mark.parametrize(("name", "sign"), [("cummax", 1), ("cummin", -1)])
def test_of_equal_elements_the_first_gets_the_gradient(name, sign):
    x = sign * np.array([1.0, 3.0, 3.0, 2.0, 4.0, 4.0])
    slope = gradients(getattr(ag, name), [x], [0], np.array([1.0, 2, 4, 8, 16, 32]))[0]
    np.testing.assert_array_equal(slope, [1, 14, 0, 0, 48, 0])


def test_from_the_first_nan_on_all_is_nan_and_that_one_gets_the_gradient():
    x = np.array([1.0, np.nan, 3.0, np.nan])
    for f in (ag.cummax, ag.cummin):
        np.testing.assert_array_equal(f(Tensor(x)).data, [1, np.nan, np.nan, np.nan])
        np.testing.assert_array_equal(gradients(f, [x], [0], 1.0)[0], [1, 3, 0, 0])
    for first in (np.nan, 2.0):
        x = np.array([first, 1.0])
        assert gradients(ag.cummax, [x], [0], 1.0)[0].tolist() == [2, 0]


@pytest.mark.parametrize("sign", [1, -1])
def test_running_sums_of_large_exponentials(sign):
    x = np.array([-2000.0, 1000.0, 999.0, 1001.0]) * sign
    out = np.logaddexp.accumulate(x)
    exact = [np.exp(x[i] - out[i:]).sum() for i in range(4)]
    np.testing.assert_allclose(gradients(ag.logcumsumexp, [x], [0], 1.0)[0], exact, rtol=1e-12)
    assert np.isfinite(ag.hessian(lambda x: ag.logcumsumexp(x).sum())(x)).all()


def test_minus_infinity_has_no_weight():
    x = np.array([-np.inf, -np.inf, 0.5, -np.inf, 1.5])
    np.testing.assert_array_equal(ag.logcumsumexp(Tensor(x)).data, np.logaddexp.accumulate(x))
    slope = gradients(ag.logcumsumexp, [x], [0], 1.0)[0]
    others = gradients(ag.logcumsumexp, [x[[2, 4]]], [0], np.array([2.0, 1.0]))[0]
    np.testing.assert_allclose(slope, [0, 0, others[0], 0, others[1]], rtol=1e-14)
    bent = ag.hessian(lambda x: ag.logcumsumexp(x)[-1])(x)
    assert np.isfinite(bent).all()
    assert not bent[[0, 1, 3]].any()


@pytest.mark.parametrize("include_initial", [False, True])
@pytest.mark.parametrize("axis", [0, 1, -1])
@pytest.mark.parametrize("name", ["cumulative_sum", "cumulative_prod"])
def test_accumulations_of_the_array_api(name, axis, include_initial):
    f = lambda x: getattr(np, name)(x, axis=axis, include_initial=include_initial)  # noqa: E731
    for x in (X, np.zeros((0, 2)), X[:, :0]):
        same(f(Tensor(x)).data, f(x))
        check_orders(f, [x])
    check_float32(f, [X.astype(np.float32)])
    row = lambda x: getattr(np, name)(x, include_initial=include_initial)  # noqa: E731
    same(row(Tensor(X[0, 0])).data, row(X[0, 0]))
    same(row(Tensor([1, 2, 3])).data, row(np.array([1, 2, 3])))
    check_orders(row, [X[0, 0]])


@pytest.mark.parametrize("name", [*ROUTES, "nancumsum", "nancumprod"])
def test_float32_stays_float32(name):
    check_float32(lambda x: getattr(ag, name)(x, axis=1), [X.astype(np.float32)])


@settings(max_examples=40, deadline=None)
@given(case=arrays_and_axes(), n=st.integers(0, 4))
def test_differences_of_any_order(case, n):
    x, axis = case
    f = lambda x: np.diff(x, n, axis)  # noqa: E731
    same(f(Tensor(x)).data, f(x))
    check_orders(f, [x])


@pytest.mark.parametrize("n", [1, 2])
@pytest.mark.parametrize("axis", [0, 1, -1])
def test_what_is_put_at_the_ends_of_an_array(n, axis):
    before, after = np.take(X, [0, 1], axis) * 0.3, np.take(X, [0], axis) - 1
    f = lambda x, p, a: np.diff(x, n, axis, p, a)  # noqa: E731
    same(f(*map(Tensor, (X, before, after))).data, f(X, before, after))
    check_orders(f, [X, before, after])
    check_orders(lambda p: np.diff(X, n=n, axis=axis, prepend=p), [before])
    check_orders(lambda x, a: np.diff(x, n=n, axis=axis, append=a), [X, np.array(0.4)])
    same(np.diff(Tensor(X), n=n, axis=axis, prepend=0.5).data, np.diff(X, n=n, axis=axis, prepend=0.5))
    check_float32(lambda x: np.diff(x, n=n, axis=axis, prepend=0.5, append=1), [X.astype(np.float32)])


def test_a_value_before_an_array():
    first = Value(0.5)
    np.diff(Tensor(X), prepend=first).sum().backward()
    assert first.grad == -4


def test_differences_of_integers_and_truth_values():
    same(np.diff(Tensor([3, 1, 7])).data, np.diff([3, 1, 7]))
    same(np.diff(Tensor([True, False, False])).data, np.diff([True, False, False]))


def test_differences_in_flat_order():
    ends = np.array([0.4, -0.2]), np.array(1.5)
    for f in (
        lambda x, e, b: np.ediff1d(x, e, b),
        lambda x, e, b: np.ediff1d(x, to_end=e) * 2,
        lambda x, e, b: np.ediff1d(x, to_begin=b),
        lambda x, e, b: np.ediff1d(x),
    ):
        same(f(*map(Tensor, (X, *ends))).data, f(X, *ends))
    check_orders(np.ediff1d, [X, *ends])
    check_orders(lambda e: np.ediff1d(X, to_end=e), [ends[0]])
    check_float32(lambda x: np.ediff1d(x, to_end=[1.0, 2.0], to_begin=0.5), [X.astype(np.float32)])
    same(np.ediff1d(Tensor(np.zeros(0))).data, np.zeros(0))


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda x: np.cumsum(x, axis=4), "cumsum: .*axis 4"),
        (lambda x: np.cumprod(x, axis=4), "cumprod: .*axis 4"),
        (np.cumulative_sum, "cumulative_sum: .*axis"),
        (lambda x: np.cumulative_prod(x, axis=3), "cumulative_prod: .*axis 3"),
        (lambda x: np.maximum.accumulate(x, axis=None), "cummax: .*axes"),
        (lambda x: np.diff(x, n=-1), "diff: .*non-negative"),
        (lambda x: np.diff(x, axis=3), "diff: .*axis 3"),
        (lambda x: np.diff(x, prepend=np.ones((2, 2))), "diff: "),
        (lambda x: np.diff(x[0, 0, 0]), "diff: .*at least one dimensional"),
        (lambda x: np.ediff1d(Tensor([1, 2]), to_end=x), "ediff1d: .*same_kind"),
        (lambda x: np.ediff1d(x, to_end=[0.5, x[0, 0, 0]]), "ediff1d: .*Join them"),
        (lambda x: np.cumsum(x, out=np.zeros(3)), "cumsum: out= is refused"),
    ],
)
def test_wrong_calls_are_worded(call, said):
    with pytest.raises(AutogradError, match=said):
        call(Tensor(X, requires_grad=True))
