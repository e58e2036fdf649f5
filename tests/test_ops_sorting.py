"""Sorting, medians and quantiles by every method; ties, nan, weights; counts."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes

import autograd_lite as ag
from autograd_lite import AutogradError, Tensor, Value
from tests.checks import check_float32, check_orders, gradients, same
from tests.test_ops_statistics import filled

X = np.array([[[0.3, -0.7, 1.1], [-1.3, 0.62, 2.2]], [[1.7, 0.44, -0.9], [0.8, -2.1, 0.53]]])
ROW = np.array([0.9, -1.4, 1.8, -0.6, 0.1, 2.7])
METHODS = [
    "inverted_cdf", "averaged_inverted_cdf", "closest_observation", "interpolated_inverted_cdf", "hazen", "weibull",
    "linear", "median_unbiased", "normal_unbiased", "lower", "higher", "midpoint", "nearest",
]  # fmt: skip
SEVERAL = [0.0, 0.08, 0.25, 0.5, 0.61, 0.97, 1.0]


@st.composite
def arrays_and_axes(draw, several=False):
    shape = draw(array_shapes(min_dims=1, max_dims=3, max_side=5))
    n = len(shape)
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    x = rng.permutation(np.prod(shape)).reshape(shape) * 0.17 - 0.9
    axes = st.none() | st.integers(-n, n - 1)
    if several:
        axes |= st.lists(st.integers(0, n - 1), unique=True, min_size=1).map(
            lambda found: tuple(a - n * (a % 2) for a in found)
        )
    return x, draw(axes)


@settings(max_examples=40, deadline=None)
@given(case=arrays_and_axes())
def test_sorting_along_any_axis(case):
    x, axis = case
    f = lambda x: np.sort(x, axis=axis)  # noqa: E731
    same(f(Tensor(x)).data, f(x))
    check_orders(f, [x])
    order = np.argsort(Tensor(x, requires_grad=True), axis=axis)
    assert not order.requires_grad
    same(order.data, np.argsort(x, axis=axis))


@settings(max_examples=40, deadline=None)
@given(case=arrays_and_axes(), data=st.data())
def test_partition_along_any_axis(case, data):
    x, axis = case
    kth = data.draw(st.integers(0, (x.size if axis is None else x.shape[axis]) - 1))
    f = lambda x: np.partition(x, kth, axis=axis)  # noqa: E731
    same(f(Tensor(x)).data, f(x))
    slope, weights = (lambda w: (gradients(f, [x], [0], w)[0], w))(np.arange(x.size).reshape(f(x).shape) * 1.0)
    # Each element of the result is one of x, with its gradient.
    np.testing.assert_array_equal(np.ravel(slope)[np.argsort(x, axis=None)], np.ravel(weights)[np.argsort(f(x), None)])
    check_orders(f, [x])


def test_several_places_of_a_partition():
    f = lambda x: np.partition(x, [1, 3], kind="introselect")  # noqa: E731
    same(f(Tensor(ROW)).data, f(ROW))
    check_orders(f, [ROW])


def test_equal_elements_keep_their_order():
    x = np.array([2.0, 1.0, 2.0, 1.0])
    weights = np.array([1.0, 2.0, 4.0, 8.0])
    for params in ({}, {"kind": "stable"}, {"stable": True}):
        slope = gradients(lambda x, params=params: np.sort(x, **params), [x], [0], weights)[0]
        np.testing.assert_array_equal(slope, [4, 1, 8, 2])


def test_nan_is_sorted_last():
    x = np.array([np.nan, 1.0, -2.0])
    np.testing.assert_array_equal(np.sort(Tensor(x)).data, np.sort(x))
    np.testing.assert_array_equal(gradients(np.sort, [x], [0], np.array([1.0, 2, 4]))[0], [4, 2, 1])


@pytest.mark.parametrize("keepdims", [False, True])
@settings(max_examples=40, deadline=None)
@given(case=arrays_and_axes(several=True))
def test_medians(keepdims, case):
    x, axis = case
    for f in (np.median, np.nanmedian):
        g = lambda x, f=f: f(x, axis=axis, keepdims=keepdims)  # noqa: E731
        same(g(Tensor(x)).data, g(x))
        check_orders(g, [x])


@pytest.mark.parametrize("name", ["quantile", "percentile", "nanquantile", "nanpercentile"])
@pytest.mark.parametrize("method", METHODS)
@settings(max_examples=15, deadline=None)
@given(case=arrays_and_axes(several=True), keepdims=st.booleans(), data=st.data())
def test_quantiles(name, method, case, keepdims, data):
    x, axis = case
    q = data.draw(st.sampled_from([0.3, 0.0, 1.0, 0.5, [0.75], SEVERAL, [[0.1, 0.9], [0.4, 0.6]]]))
    q = np.multiply(q, 100).tolist() if "percentile" in name else q
    f = lambda x, q=q: getattr(np, name)(x, q, axis=axis, method=method, keepdims=keepdims)  # noqa: E731
    # Of a matrix of q, NumPy's nanquantile over several axes puts results in each other's places.
    expected = f(x, np.ravel(q)).reshape((*np.shape(q), *f(x, 0.5).shape)) if np.ndim(q) else f(x)
    same(f(Tensor(x)).data, expected)
    check_orders(f, [x])


@pytest.mark.parametrize("method", METHODS)
def test_quantiles_at_each_observation_and_between(method):
    for n in (1, 2, 5, 6, 9):
        x, q = np.random.default_rng(n).permutation(n) * 0.31, np.linspace(0, 1, 4 * n + 1)
        check_orders(lambda x, q=q: np.quantile(x, q, method=method), [x])


@pytest.mark.parametrize("method", METHODS)
def test_quantiles_of_float32(method):
    x = X.astype(np.float32)
    for q in (0.3, 0.5):
        check_float32(lambda x, q=q: np.quantile(x, q, axis=1, method=method), [x])
        same(np.quantile(Tensor(x), q, axis=1, method=method).data, np.quantile(x, q, axis=1, method=method))
    check_float32(lambda x: np.median(x, axis=2), [x])


@pytest.mark.parametrize("name", ["nanquantile", "nanpercentile", "nanmedian"])
@pytest.mark.parametrize("axis", [None, 0, 1, -1, (0, 1)])
def test_quantiles_without_nan(name, axis):
    x = np.array([[0.3, np.nan, 1.1, -0.4], [-1.3, 0.62, 2.2, 0.7], [np.nan, 0.5, -0.9, np.nan]])
    q = {"nanquantile": [[0.3, 0.8]], "nanpercentile": [40], "nanmedian": []}[name]
    f = lambda x: getattr(np, name)(x, *q, axis=axis)  # noqa: E731
    same(f(Tensor(x)).data, f(x))
    of_others, values = filled(f, x)
    check_orders(of_others, [values])
    assert not gradients(f, [x], [0])[0][np.isnan(x)].any()


def test_a_nan_is_the_quantile_and_gets_the_gradient():
    x = np.array([[1.0, np.nan, 3.0], [1.0, 2.0, 4.0]])
    for f, other in (
        (lambda x: np.median(x, axis=1), [0, 1, 0]),
        (lambda x: np.quantile(x, 0.25, axis=1), [0.5, 0.5, 0]),
        (lambda x: np.percentile(x, 100, axis=1), [0, 0, 1]),
    ):
        assert np.isnan(f(Tensor(x)).data).tolist() == [True, False]
        np.testing.assert_array_equal(gradients(f, [x], [0], 1.0)[0], [[0, 1, 0], other])


def test_equal_elements_of_a_median():
    np.testing.assert_array_equal(gradients(np.median, [np.ones(4)], [0], 1.0)[0], [0, 0.5, 0.5, 0])
    np.testing.assert_array_equal(gradients(np.median, [np.ones(3)], [0], 1.0)[0], [0, 1, 0])


@pytest.mark.parametrize("name", ["quantile", "percentile", "nanquantile", "nanpercentile"])
def test_quantiles_with_weights(name):
    weights = np.array([0.3, 1.2, 0.0, 2.0, 0.7, 0.4])
    q = [30, 55, 90] if "percentile" in name else [0.3, 0.55, 0.9]
    f = lambda x: getattr(np, name)(x, q, method="inverted_cdf", weights=weights)  # noqa: E731
    same(f(Tensor(ROW)).data, f(ROW))
    check_orders(f, [ROW])
    # NumPy itself fails on weights along an axis of its functions that leave nan out.
    along = np.linspace(0.2, 1.5, X.size).reshape(X.shape) if "nan" in name else np.array([0.2, 1.5])
    g = lambda x: getattr(np, name)(x, q, axis=1, method="inverted_cdf", weights=along)  # noqa: E731
    same(g(Tensor(X)).data, g(X))
    check_orders(g, [X])


def test_nothing_has_no_gradient():
    for f in (lambda x: np.median(x, axis=1), lambda x: np.sort(x), lambda x: np.quantile(x, 0.3, axis=1)):
        assert gradients(f, [np.zeros((0, 3))], [0])[0].shape == (0, 3)


def test_infinities():
    x = np.array([np.inf, 1.0, 2.0, -np.inf, 3.0])
    assert np.median(Tensor(x)).item() == 2
    np.testing.assert_array_equal(gradients(np.median, [x], [0], 1.0)[0], [0, 0, 1, 0, 0])


def test_counts_and_their_weights():
    places = np.array([0, 2, 2, 1, 4])
    weights = np.array([0.3, 1.2, -0.5, 2.0, 0.7])
    f = lambda w: np.bincount(places, w, 7)  # noqa: E731
    same(f(Tensor(weights)).data, f(weights))
    check_orders(f, [weights])
    check_float32(lambda w: np.bincount(Tensor(places), weights=w), [weights.astype(np.float32)])
    for x in (places, Tensor(places)):
        same(ag.bincount(x) if x is places else ag.bincount(x).data, np.bincount(places))
    assert not np.bincount(Tensor(places), minlength=3).requires_grad
    same(np.bincount(Tensor(places), weights=Tensor([1, 2, 3, 4, 5])).data, np.bincount(places, [1, 2, 3, 4, 5]))


def test_places_are_untracked():
    x = Tensor(ROW, requires_grad=True)
    edges = np.array([-1.0, 0.0, 1.0])
    for f in (
        np.argsort,
        lambda x: np.argpartition(x, 2),
        lambda x: np.searchsorted(edges, x, side="right"),
        lambda x: np.searchsorted(x, edges, sorter=np.argsort(ROW)),
        lambda x: np.digitize(x, edges, right=True),
        lambda x: np.lexsort((x, -x)),
        lambda x: x.argsort(),
        lambda x: x.searchsorted(3.0),
    ):
        out = f(x)
        assert type(out) is Tensor
        assert not out.requires_grad
        same(out.data, f(ROW))


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda x: np.sort(x, axis=3), "sort: .*axis 3"),
        (lambda x: np.sort(x, kind="x"), "sort: .*kind"),
        (lambda x: np.sort(x, order="name"), "sort: order= is refused"),
        (lambda x: x.sort(), "sort: .*immutable"),
        (np.sort_complex, "sort_complex: complex"),
        (lambda x: np.partition(x, 9), "partition: .*kth"),
        (lambda x: np.median(x, axis=5), "median: .*axis 5"),
        (lambda x: np.quantile(x, 1.5), "quantile: .*range"),
        (lambda x: np.quantile(x, 0.5, method="best"), "quantile: .*'best' is not a valid method"),
        (lambda x: np.quantile(x, 0.5, weights=np.ones(x.shape)), "quantile: .*inverted_cdf"),
        (lambda x: np.quantile(x, x[0, 0, 0]), "quantile: q=Tensor.* is tracked.*detach"),
        (lambda x: np.percentile(x, [10, Value(20.0)]), "percentile: q=Value.* is tracked"),
        (
            lambda x: np.quantile(x, 0.5, method="inverted_cdf", weights=x),
            "quantile: weights=Tensor.* is tracked",
        ),
        (lambda x: np.bincount([0, 1], x), "bincount: "),
        (lambda x: np.digitize(x, [0.0, 2.0, 1.0]), "digitize: .*monotonic"),
    ],
)
def test_wrong_calls_are_worded(call, said):
    with pytest.raises(AutogradError, match=said):
        call(Tensor(X, requires_grad=True))
