"""Averages with weights, covariances, and reductions that leave nan out."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes

import autograd_lite as ag
from autograd_lite import AutogradError, Tensor
from tests.checks import check_float32, check_orders, gradients, same

X = np.array([[[0.3, -0.7, 1.1], [-1.3, 0.62, 2.2]], [[1.7, 0.44, -0.9], [0.8, -2.1, 0.53]]])
NAN = np.array([[0.3, np.nan, 1.1, -0.4], [-1.3, 0.62, 2.2, 0.7], [np.nan, 0.5, -0.9, np.nan]])
LEAVING_OUT = ["nansum", "nanprod", "nanmean", "nanmax", "nanmin", "nanvar", "nanstd"]
ACCUMULATING = ["nancumsum", "nancumprod"]


def filled(f, x):
    """f as a function of the elements of x that are not nan."""
    places = ~np.isnan(x)
    flat = np.flatnonzero(places)

    def of_others(values):
        whole = ag.scatter_add(values, index=flat, shape=(x.size,)).reshape(x.shape)
        return f(ag.where(places, whole, np.nan))

    return of_others, x[places]


@st.composite
def with_nan(draw):
    shape = draw(array_shapes(min_dims=1, max_dims=3, max_side=4))
    n = len(shape)
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    x = rng.permutation(np.prod(shape)).reshape(shape) * 0.31 - 0.7
    x[rng.random(shape) < 0.25] = np.nan
    one = st.integers(-n, n - 1)
    several = st.lists(st.integers(0, n - 1), unique=True).map(lambda axes: tuple(a - n * (a % 2) for a in axes))
    return x, draw(st.none() | one | several), draw(st.booleans())


@settings(max_examples=40, deadline=None)
@given(case=with_nan())
@pytest.mark.parametrize("name", LEAVING_OUT)
@pytest.mark.filterwarnings("ignore:Mean of empty", "ignore:Degrees of freedom", "ignore:All-NaN")
def test_nan_is_left_out(name, case):
    x, axis, keepdims = case
    f = lambda x: getattr(np, name)(x, axis=axis, keepdims=keepdims)  # noqa: E731
    same(f(Tensor(x)).data, f(x))
    if not x.size:
        return
    slope = gradients(f, [x], [0], np.ones_like(f(x)))[0]
    assert not slope[np.isnan(x)].any()
    left = np.sum(~np.isnan(x), axis=axis)
    if left.min() > (1 if name in ("nanvar", "nanstd") else 0):
        of_others, values = filled(f, x)
        check_orders(of_others, [values])


@pytest.mark.parametrize("axis", [None, 0, -1])
@pytest.mark.parametrize("name", ACCUMULATING)
def test_nan_is_neutral_in_accumulations(name, axis):
    for x in (NAN, np.where(NAN == 0.62, 0.0, NAN)):
        f = lambda x: getattr(np, name)(x, axis=axis)  # noqa: E731
        same(f(Tensor(x)).data, f(x))
        of_others, values = filled(f, x)
        check_orders(of_others, [values])
        assert not gradients(f, [x], [0])[0][np.isnan(x)].any()
    check_float32(f, [NAN.astype(np.float32)])


@pytest.mark.parametrize("name", LEAVING_OUT)
def test_hessians_beside_nan(name):
    row = NAN[0]
    full = row[~np.isnan(row)]
    bent = ag.hessian(getattr(np, name))(row)
    others = np.flatnonzero(~np.isnan(row))
    np.testing.assert_allclose(bent[np.ix_(others, others)], ag.hessian(getattr(np, name[3:]))(full), atol=1e-13)
    assert np.count_nonzero(bent) == np.count_nonzero(bent[np.ix_(others, others)])


@pytest.mark.parametrize("name", LEAVING_OUT)
def test_masks_of_functions_that_leave_nan_out(name):
    mask = np.array([True, True, True, False])
    params = {"axis": 1, "where": mask, **({"initial": -9.0} if name == "nanmax" else {})}
    params |= {"initial": 9.0} if name == "nanmin" else {}
    x = NAN[:2]
    f = lambda x: getattr(np, name)(x, **params)  # noqa: E731
    same(f(Tensor(x)).data, f(x))
    of_others, values = filled(f, x)
    check_orders(of_others, [values])
    assert not gradients(f, [x], [0])[0][:, 3].any()
    check_float32(f, [x.astype(np.float32)])


@pytest.mark.parametrize("name", ["nanvar", "nanstd"])
@pytest.mark.parametrize("params", [{"ddof": 1}, {"correction": 1}, {"ddof": 0.5, "keepdims": True}], ids=str)
def test_degrees_of_freedom(name, params):
    f = lambda x: getattr(np, name)(x, axis=1, **params)  # noqa: E731
    x = NAN[:2]
    same(f(Tensor(x)).data, f(x))
    of_others, values = filled(f, x)
    check_orders(of_others, [values])


@pytest.mark.parametrize("name", ["nanmean", "nanmax", "nanmin", "nanvar", "nanstd", "nanmedian"])
def test_a_slice_of_nan_alone_is_nan_with_numpys_warning_and_has_no_slope(name):
    x = np.array([[np.nan, np.nan, np.nan], [1.0, 2.0, 4.0]])
    with pytest.warns(RuntimeWarning):
        out = getattr(np, name)(Tensor(x), axis=1)
    assert np.isnan(out.data).tolist() == [True, False]
    with pytest.warns(RuntimeWarning):
        assert not gradients(lambda x: getattr(np, name)(x, axis=1), [x], [0], np.ones(2))[0][0].any()


def test_ties_and_equal_elements():
    x = np.array([2.0, np.nan, 2.0, 1.0])
    np.testing.assert_array_equal(gradients(np.nanmax, [x], [0], 1.0)[0], [0.5, 0, 0.5, 0])
    assert not gradients(np.nanstd, [np.array([2.0, np.nan, 2.0])], [0], 1.0)[0].any()
    assert np.nanargmax(Tensor(x)).item() == 0
    assert np.nanargmin(Tensor(x, requires_grad=True)).item() == 3


@pytest.mark.parametrize("keepdims", [False, True])
@pytest.mark.parametrize("axis", [None, 0, -1, (0, 2), (2, 0)])
def test_weighted_averages(axis, keepdims):
    whole = np.abs(X) + 0.3
    axes = range(3) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    along = np.linspace(0.4, 1.7, int(np.prod([X.shape[a] for a in axes]))).reshape([X.shape[a] for a in axes])
    for weights in (whole, along):
        f = lambda x, w: np.average(x, axis=axis, weights=w, keepdims=keepdims)  # noqa: E731
        same(f(Tensor(X), Tensor(weights)).data, f(X, weights))
        check_orders(f, [X, weights])
        check_orders(lambda x, f=f, weights=weights: f(x, weights), [X])
        check_orders(lambda w, f=f: f(X, w), [weights])
        check_float32(f, [X.astype(np.float32), weights.astype(np.float32)])
    same(np.average(Tensor(X), axis=axis, keepdims=keepdims).data, np.average(X, axis=axis, keepdims=keepdims))


def test_averages_come_with_the_sum_of_their_weights():
    weights = np.array([0.5, 1.5, 2.0])
    for given_weights in (None, weights, Tensor(weights, requires_grad=True)):
        out, total = np.average(Tensor(X), axis=2, weights=given_weights, returned=True)
        expected = np.average(X, axis=2, weights=None if given_weights is None else weights, returned=True)
        same(out.data, expected[0])
        same(total.data, expected[1])
        assert type(total) is Tensor
    check_orders(lambda w: np.average(X, axis=2, weights=w, returned=True)[1], [weights])


def test_averages_of_integers():
    same(np.average(Tensor([1, 2, 4]), weights=Tensor([1, 1, 2])).data, np.average([1, 2, 4], weights=[1, 1, 2]))


OBSERVED = np.array([[0.3, -0.7, 1.1, 0.4, -0.2], [-1.3, 0.62, 2.2, 0.1, 1.4], [0.9, 1.6, -0.8, 0.25, -1.1]])
OTHERS = np.array([[1.4, 0.2, -0.3, 0.7, -0.9], [0.1, -1.2, 0.5, 0.8, 1.3]])
FREQUENCY = np.array([1, 2, 1, 3, 1])
WEIGHTS = np.array([0.4, 1.1, 0.8, 0.3, 1.6])


@pytest.mark.parametrize("rowvar", [True, False])
@pytest.mark.parametrize(
    "params",
    [
        {},
        {"bias": True},
        {"ddof": 0},
        {"ddof": 2},
        {"fweights": FREQUENCY},
        {"fweights": FREQUENCY, "ddof": 0},
    ],
    ids=str,
)
def test_covariances(params, rowvar):
    turn = (lambda x: x) if rowvar else np.transpose
    f = lambda *xs: np.cov(*map(turn, xs), rowvar=rowvar, **params)  # noqa: E731
    for args in ([OBSERVED], [OBSERVED, OTHERS], [OBSERVED[0]], [OBSERVED[:1], OTHERS[0]]):
        if not rowvar and args[-1].ndim == 1 and len(args) == 2:
            continue
        same(f(*map(Tensor, args)).data, f(*args))
        check_orders(f, args)
    same(f(OBSERVED, Tensor(OTHERS)).data, f(OBSERVED, OTHERS))


@pytest.mark.parametrize(
    "params",
    [{}, {"bias": True}, {"ddof": 2}, {"fweights": FREQUENCY}, {"fweights": FREQUENCY, "ddof": 0}],
    ids=str,
)
def test_covariances_with_weights(params):
    f = lambda x, w: np.cov(x, aweights=w, **params)  # noqa: E731
    np.testing.assert_allclose(f(Tensor(OBSERVED), Tensor(WEIGHTS)).data, f(OBSERVED, WEIGHTS), rtol=5e-15, atol=1e-16)
    check_orders(f, [OBSERVED, WEIGHTS])
    check_orders(lambda w: f(OBSERVED, w), [WEIGHTS])


@pytest.mark.parametrize("args", [[OBSERVED], [OBSERVED, OTHERS], [OBSERVED[0], OTHERS[0]]], ids=len)
def test_correlations(args):
    same(np.corrcoef(*map(Tensor, args)).data, np.corrcoef(*args))
    check_orders(np.corrcoef, args)
    columns = [a.T for a in args if a.ndim == 2]
    if columns:
        check_orders(lambda *xs: np.corrcoef(*xs, rowvar=False), columns)


def test_the_correlation_of_a_variable_with_itself_is_one_and_flat():
    assert np.corrcoef(Tensor(OBSERVED[0])).item() == 1
    assert not gradients(np.corrcoef, [OBSERVED[0]], [0], 1.0)[0].any()


def test_float32_stays_float32_in_covariances():
    for f in (np.cov, np.corrcoef):
        check_float32(f, [OBSERVED.astype(np.float32)])
    assert np.cov(Tensor([[1, 2, 4], [2, 1, 0]])).dtype == np.float64
    assert np.cov(Tensor(OBSERVED), dtype=np.float32).dtype == np.float32


@pytest.mark.filterwarnings("ignore:divide by zero", "ignore:invalid value")
def test_too_few_observations_warn():
    with pytest.warns(RuntimeWarning, match="Degrees of freedom"):
        np.cov(Tensor(OBSERVED[:, :1]))


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda x: np.average(x, weights=np.zeros(x.shape)), "average: .*sum to zero"),
        (lambda x: np.average(x, weights=np.ones(3)), "average: .*Axis must be specified"),
        (lambda x: np.average(x, axis=0, weights=np.ones(7)), "average: .*Shape of weights"),
        (lambda x: np.cov(x, fweights=[1, 2]), "cov: .*incompatible"),
        (lambda x: np.cov(x, aweights=-WEIGHTS), "cov: .*negative"),
        (lambda x: np.cov(x, fweights=Tensor(WEIGHTS, requires_grad=True)), "cov: fweights are"),
        (lambda x: np.cov(x, fweights=WEIGHTS), "cov: .*integer"),
        (lambda x: np.cov(x.reshape((1, 3, 5))), "cov: .*dimensions"),
        (lambda x: np.corrcoef(x, np.ones((2, 4))), "corrcoef: "),
        (lambda x: np.nanvar(x, mean=np.zeros(())), "nanvar: mean= is refused"),
        (lambda x: np.nanargmax(x * np.nan), "nanargmax: .*All-NaN"),
        (lambda x: np.nansum(x, axis=4), "nansum: .*axis 4"),
    ],
)
def test_wrong_calls_are_worded(call, said):
    with pytest.raises(AutogradError, match=said):
        call(Tensor(OBSERVED, requires_grad=True))
