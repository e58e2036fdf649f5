"""Reductions: every form of axis, ties, zeros in products, large and infinite exponents."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes

import autograd_lite as ag
from autograd_lite import AutogradError, Tensor, Value
from tests.checks import check_float32, check_orders, gradients, same

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
        getattr(ag, name)(Tensor(data), axis, keepdims=keepdims),
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
        check_orders(lambda x, axis=axis: getattr(ag, name)(x, axis, ddof=ddof), [X])


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


MASK = np.array([[[1, 0, 1], [1, 1, 1]], [[0, 1, 1], [1, 0, 1]]], bool)
#: What a reduction needs beside a mask.
WITH_MASK = {"max": {"initial": -5.0}, "min": {"initial": 5.0}}


@st.composite
def reductions(draw):
    """An array, a form of axis that it has, keepdims, and a mask that broadcasts to it."""
    shape = draw(array_shapes(min_dims=1, max_dims=3, max_side=4))
    n = len(shape)
    one = st.integers(-n, n - 1)
    several = st.lists(st.integers(0, n - 1), unique=True).map(lambda axes: tuple(a - n * (a % 2) for a in axes))
    axis = draw(st.none() | one | several)
    seed = draw(st.integers(0, 10**6))
    rng = np.random.default_rng(seed)
    mask = rng.random(shape[draw(st.integers(0, n)) :]) < 0.7
    return rng.permutation(np.prod(shape)).reshape(shape) * 0.31 - 0.7, axis, draw(st.booleans()), mask


@settings(max_examples=40, deadline=None)
@given(case=reductions())
@pytest.mark.parametrize("name", [*SMOOTH, "ptp"])
def test_any_axis_gives_numpys_value_and_the_slope_of_it(name, case):
    x, axis, keepdims, _ = case
    f, params = getattr(np, name), {"axis": axis, "keepdims": keepdims}
    same(f(Tensor(x), **params).data, f(x, **params))
    slices = f(x, axis=axis).size
    if name in ("var", "std") and x.size < 2 * slices:
        return
    check_orders(lambda x: f(x, **params), [x])


@settings(max_examples=40, deadline=None)
@given(case=reductions())
@pytest.mark.parametrize("name", [*SMOOTH, "all", "any"])
@pytest.mark.filterwarnings("ignore:Mean of empty", "ignore:Degrees of freedom", "ignore:invalid value")
def test_a_mask_leaves_elements_out(name, case):
    x, axis, keepdims, mask = case
    f, params = getattr(np, name), {"axis": axis, "keepdims": keepdims, "where": mask, **WITH_MASK.get(name, {})}
    out = f(Tensor(x), **params)
    same(out.data, f(x, **params))
    if name in ("all", "any"):
        assert not out.requires_grad
        return
    with np.errstate(invalid="ignore"):
        slope = gradients(lambda x: f(x, **params), [x], [0])[0]
    assert not slope[np.broadcast_to(~mask, x.shape)].any()
    alone = np.sum(mask if mask.shape == x.shape else np.broadcast_to(mask, x.shape), axis=axis)
    if name not in ("mean", "var", "std") or alone.min() > 1:
        check_orders(lambda x: f(x, **params), [x])


@pytest.mark.parametrize("params", [{}, {"axis": 1}, {"axis": (0, 2), "keepdims": True}], ids=str)
@pytest.mark.parametrize("initial", [0.0, 1.5, -3.0, np.float64(0.6)])
@pytest.mark.parametrize("name", ["sum", "prod", "max", "min"])
def test_initial_values(name, initial, params):
    for more in ({}, {"where": MASK}):
        given = {**params, **more, "initial": initial}
        f = lambda x, given=given: getattr(np, name)(x, **given)  # noqa: E731
        same(f(Tensor(X)).data, f(X))
        check_orders(f, [X])
        check_float32(f, [X.astype(np.float32)])


def test_an_initial_value_that_ties_takes_its_share():
    x = np.array([2.0, 1.0, 2.0])
    np.testing.assert_allclose(gradients(lambda x: np.max(x, initial=2.0), [x], [0], 1.0)[0], [1 / 3, 0, 1 / 3])
    assert not gradients(lambda x: np.max(x, initial=3.0), [x], [0], 1.0)[0].any()
    assert not gradients(lambda x: np.max(x, initial=np.nan), [x], [0], 1.0)[0].any()


@pytest.mark.parametrize("name", [*SMOOTH])
def test_masks_keep_float32(name):
    params = {"axis": 1, "where": MASK, **WITH_MASK.get(name, {})}
    check_float32(lambda x: getattr(np, name)(x, **params), [X.astype(np.float32)])


def test_a_nan_that_is_left_out_leaves_no_trace():
    x = np.array([[0.3, np.nan, 1.2], [0.7, 0.1, -0.4]])
    for name in SMOOTH:
        params = {"axis": 1, "where": ~np.isnan(x), **WITH_MASK.get(name, {})}
        f = lambda x, name=name, params=params: getattr(np, name)(x, **params)  # noqa: E731
        full = np.array([0.3, 1.2])
        g = lambda x, name=name: getattr(np, name)(x)  # noqa: E731
        np.testing.assert_allclose(gradients(f, [x], [0], 1.0)[0][0, [0, 2]], gradients(g, [full], [0], 1.0)[0])
        bent = ag.hessian(lambda row, name=name, params=params: getattr(np, name)(
            row, **{**params, "axis": None, "where": ~np.isnan(x[0])}))(x[0])  # fmt: skip
        np.testing.assert_allclose(bent[np.ix_([0, 2], [0, 2])], ag.hessian(g)(full), atol=1e-14)
        assert not bent[1].any()
        assert not bent[:, 1].any()


def test_of_a_slice_without_elements_there_is_no_gradient():
    x, none = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[True, True], [False, False]])
    with pytest.warns(RuntimeWarning):
        slope = gradients(lambda x: np.mean(x, axis=1, where=none), [x], [0], np.ones(2))[0]
    np.testing.assert_array_equal(slope, [[0.5, 0.5], [0, 0]])


@pytest.mark.parametrize("name", ["var", "std"])
def test_correction_is_another_name_of_ddof(name):
    f = getattr(np, name)
    same(f(Tensor(X), axis=1, correction=1).data, f(X, axis=1, ddof=1))
    check_orders(lambda x: f(x, axis=0, correction=1, where=np.ones(3, bool)), [X])
    with pytest.raises(AutogradError, match=f"{name}: ddof and correction"):
        f(Tensor(X), ddof=1, correction=2)
    with pytest.raises(AutogradError, match=f"{name}: mean= is refused"):
        f(Tensor(X), mean=np.zeros(()))


def test_too_few_elements_give_nan_and_so_does_their_slope():
    with pytest.warns(RuntimeWarning):
        slope = gradients(lambda x: np.var(x, ddof=2), [np.array([3.0])], [0], 1.0)[0]
    assert np.isnan(slope).all()


def test_slices_of_more_elements_than_float16_counts():
    x = Tensor(np.ones(70_000, np.float16), requires_grad=True)
    np.mean(x).backward()
    np.testing.assert_allclose(x.grad.data.astype(float), 1 / 70_000, rtol=3e-3)


def test_products_of_small_numbers_keep_their_slopes():
    x = np.array([1e-200, 2e-200])
    np.testing.assert_array_equal(gradients(np.prod, [x], [0], 1.0)[0], x[::-1])


def test_a_long_product_with_a_zero_needs_no_square_of_memory():
    x = np.full(50_000, 1.0)
    x[7] = 0
    slope = gradients(np.prod, [x], [0], 1.0)[0]
    assert slope[7] == 1
    assert slope.sum() == 1


@pytest.mark.parametrize("name", ["var", "std"])
def test_spread_of_arrays_of_values(name):
    values = np.array([[Value(v) for v in row] for row in X[0]], dtype=object)
    f = getattr(ag, name)
    out = f(values, axis=1, ddof=1)
    np.testing.assert_allclose([v.data for v in out], getattr(np, name)(X[0], axis=1, ddof=1), rtol=1e-15)
    out.sum().backward()
    slope = gradients(lambda x: f(x, axis=1, ddof=1), [X[0]], [0], 1.0)[0]
    np.testing.assert_allclose([[v.grad for v in row] for row in values], slope, rtol=1e-13)


def test_amax_and_amin_are_max_and_min():
    for f, name in ((np.amax, "max"), (np.amin, "min")):
        assert f(Tensor(X, requires_grad=True), 1).op is getattr(ag, name)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda x: np.max(x, where=MASK), "max: .*initial"),
        (lambda x: np.sum(x, where=np.ones((5, 3), bool)), r"sum: .*\(2, 2, 3\).*broadcast"),
        (lambda x: np.sum(x, where=np.ones(3)), "sum: .*where"),
        (lambda x: np.sum(x, initial=Tensor(1.0, requires_grad=True)), "sum: initial=.* is tracked"),
        (lambda x: ag.mean(x, initial=1.0), "mean: initial="),
        (lambda x: np.sum(x, axis=(0, 0)), "sum: .*duplicate"),
        (lambda x: np.ptp(x, axis=3), "ptp: .*axis 3"),
        (lambda x: np.count_nonzero(x, axis=3), "count_nonzero: .*axis 3"),
    ],
)
def test_wrong_calls_are_worded(call, said):
    with pytest.raises(AutogradError, match=said):
        call(Tensor(X, requires_grad=True))
