"""Interpolation, convolution, integration and differences in all of NumPy's cases."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd_lite as ag
from autograd_lite import Tensor, Value
from autograd_lite.errors import ArgumentError, AutogradError
from tests.checks import check_float32, check_orders, gradients, same
from tests.samples.row import joined

RNG = np.random.default_rng(0)

NODES = np.array([-1.4, -0.5, 0.45, 1.6])
VALUES = np.array([0.9, -0.6, 1.7, 0.2])
PLACES = np.array([[-2.3, -1.1, 0.1], [0.7, 1.55, 3.2]])


def arrays(*shapes):
    return [RNG.uniform(-2, 2, shape) for shape in shapes]


def check(f, args):
    """Assert that f, NumPy's function on arrays, gives the same on Tensors and is right to second order."""
    plainly = joined(f(*args))
    out = joined(f(*map(Tensor, args)))
    assert type(out) is Tensor
    assert out.shape == plainly.shape
    np.testing.assert_allclose(out.data, plainly, rtol=2e-14, atol=2e-15)
    check_orders(lambda *xs: joined(f(*xs)), args)


OUTSIDE = [{}, {"left": 5.0}, {"right": -3.0}, {"left": 1.0, "right": 2.0}, {"period": 2.9}, {"period": -7.0}]


@pytest.mark.parametrize("params", OUTSIDE, ids=str)
def test_interp(params):
    check(lambda x, xp, fp: np.interp(x, xp, fp, **params), [PLACES, NODES, VALUES])
    check(lambda x: np.interp(x, NODES, VALUES, **params), [np.array(0.7)])
    check_float32(lambda *xs: ag.interp(*xs, **params), [a.astype(np.float32) for a in (PLACES, NODES, VALUES)])


def test_interp_by_what_lies_outside():
    check(lambda left, right: np.interp(PLACES, NODES, Tensor(VALUES), left, right), [np.array(0.3), np.array(2.0)])
    same(
        gradients(lambda v: ag.interp(PLACES, NODES, VALUES, left=v), [np.array(0.3)], [0], np.ones((2, 3)))[0],
        np.array(1.0),
    )
    same(
        gradients(lambda v: ag.interp(PLACES, NODES, VALUES, right=v), [np.array(0.3)], [0], np.ones((2, 3)))[0],
        np.array(1.0),
    )


@pytest.mark.parametrize("period", [3.6, 7.0, -3.5])
def test_interp_by_the_period(period):
    check(lambda x, xp, fp, p: np.interp(x, xp, fp, None, None, p), [PLACES, NODES, VALUES, np.array(period)])


def test_the_slope_at_a_node_is_that_to_the_right_and_at_the_last_to_the_left():
    slopes = np.diff(VALUES) / np.diff(NODES)
    (by_x,) = gradients(lambda x: ag.interp(x, NODES, VALUES), [NODES], [0], np.ones(4))
    same(by_x, slopes[[0, 1, 2, 2]])
    (by_values,) = gradients(lambda fp: ag.interp(NODES, NODES, fp), [VALUES], [0], np.arange(4.0))
    same(by_values, np.arange(4.0))


def test_interp_outside_is_flat_and_the_value_is_that_of_the_end():
    x = np.array([-9.0, 9.0, 9.0])
    by_x, by_nodes, by_values = gradients(ag.interp, [x, NODES, VALUES], [0, 1, 2], np.ones(3))
    same(by_x, np.zeros(3))
    same(by_nodes, np.zeros(4))
    same(by_values, np.array([1.0, 0, 0, 2]))


def test_interp_of_one_node_and_of_unsorted_nodes_in_a_period():
    check(lambda x, fp: np.interp(x, np.array([0.5]), fp), [np.array([0.1, 0.9]), np.array([2.0])])
    check(lambda x, xp, fp: np.interp(x, xp, fp, period=3.4), [PLACES, NODES[[2, 0, 3, 1]] + 5.17, VALUES])


def test_interp_of_a_value():
    x = Value(0.7)
    out = ag.interp(x, NODES, VALUES)
    out.backward()
    assert x.grad == pytest.approx((0.2 - 1.7) / (1.6 - 0.45), rel=1e-14)


MODES = ["full", "same", "valid"]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("f", [np.convolve, np.correlate], ids=lambda f: f.__name__)
def test_convolution_of_all_lengths(f, mode):
    for n in range(1, 7):
        for m in range(1, 7):
            check(lambda a, v: f(a, v, mode), arrays(n, m))


@pytest.mark.parametrize("f", [ag.convolve, ag.correlate], ids=lambda f: f.name)
def test_convolution_of_kinds(f):
    x, y = arrays(5, 3)
    for mode in MODES:
        check_float32(lambda a, v, mode=mode: f(a, v, mode=mode), [x.astype(np.float32), y.astype(np.float32)])
    check_orders(lambda x: f(x, x, mode="full"), [x])
    check_orders(lambda x: f(x, [1, 2, 3]), [x])
    check_orders(lambda x: f([1.0, 2, 3, 4], x), [y])


def test_convolution_with_a_number():
    x, y = arrays((), 3)
    check(np.convolve, [x, y])
    check(np.convolve, [y, x])
    check_float32(lambda x: ag.convolve(x, 2.0), [y.astype(np.float32)])
    check_float32(lambda x: ag.convolve(2.0, x), [y.astype(np.float32)])


@pytest.mark.parametrize("axis", [0, 1, -1, -3])
def test_trapezoid(axis):
    y, whole = arrays((3, 4, 2), (3, 4, 2))
    (x,) = arrays(y.shape[axis])
    check(lambda y: np.trapezoid(y, axis=axis), [y])
    check(lambda y, dx: np.trapezoid(y, dx=dx, axis=axis), [y, np.array(0.3)])
    check(lambda y, x: np.trapezoid(y, x, axis=axis), [y, x])
    check(lambda y, x: np.trapezoid(y, x, axis=axis), [y, whole])
    check(lambda x: np.trapezoid(np.ones(y.shape).tolist(), x, axis=axis), [x])
    check_float32(lambda y, x: ag.trapezoid(y, x, axis=axis), [y.astype(np.float32), x.astype(np.float32)])


def test_trapezoid_of_one_place_is_zero():
    check(lambda y: np.trapezoid(y, axis=0), arrays((1, 3)))


WRAPPED = np.array([[0.3, 6.0, 12.2, 11.9], [-3.1, 3.0, -2.9, 9.5]])


@pytest.mark.parametrize(
    "params", [{}, {"axis": 0}, {"period": 4.0}, {"discont": 5.0}, {"period": 3.0, "axis": -2}], ids=str
)
def test_unwrap(params):
    check(lambda p: np.unwrap(p, **params), [WRAPPED])
    check_float32(lambda p: ag.unwrap(p, **params), [WRAPPED.astype(np.float32)])


def test_unwrap_by_the_period_and_of_integers():
    check(lambda p, period: np.unwrap(p, period=period), [WRAPPED, np.array(4.0)])
    counts = np.array([0, 1, 2, -1, 0])
    same(ag.unwrap(Tensor(counts), period=4).data, np.unwrap(counts, period=4))
    same(ag.unwrap(Tensor(counts)).data, np.unwrap(counts))


UNEVEN = [np.array([0.0, 0.4, 1.1]), np.array([1.0, 0.2, -0.1, -1.3]), np.array([0.0, 0.5, 2.0, 2.1, 4.0])]
SPACINGS = [(), (0.3,), (0.3, 2.0, -1.5), tuple(UNEVEN), (0.7, UNEVEN[1], 0.2), (np.arange(3), np.arange(4) * 0.5, 1)]


@pytest.mark.parametrize("edge_order", [1, 2])
@pytest.mark.parametrize("spacing", SPACINGS, ids=range(len(SPACINGS)))
def test_gradient(spacing, edge_order):
    (f,) = arrays((3, 4, 5))
    check(lambda f: np.gradient(f, *spacing, edge_order=edge_order), [f])
    single = tuple(s.astype(np.float32) if isinstance(s, np.ndarray) else s for s in spacing)
    check_float32(lambda f: joined(ag.gradient(f, *single, edge_order=edge_order)), [f.astype(np.float32)])


@pytest.mark.parametrize("edge_order", [1, 2])
@pytest.mark.parametrize("axis", [0, -1, (0, 2), (-1, 0), (1,)], ids=str)
def test_gradient_along_axes(axis, edge_order):
    (f,) = arrays((3, 4, 5))
    axes = axis if isinstance(axis, tuple) else (axis,)
    check(lambda f: np.gradient(f, axis=axis, edge_order=edge_order), [f])
    check(lambda f: np.gradient(f, *[UNEVEN[a] for a in axes], axis=axis, edge_order=edge_order), [f])
    kinds = type(ag.gradient(Tensor(f), axis=axis)), type(np.gradient(f, axis=axis))
    assert kinds in [(Tensor, np.ndarray), (tuple, tuple)]


@pytest.mark.parametrize("edge_order", [1, 2])
def test_gradient_by_the_places(edge_order):
    f, x, even = *arrays((3, 5)), UNEVEN[2], np.linspace(0, 2, 5)
    check(lambda f, x: np.gradient(f, x, axis=1, edge_order=edge_order), [f, x])
    check(lambda f, h: np.gradient(f, h, axis=1, edge_order=edge_order), [f, np.array(0.3)])
    # Where all distances are equal NumPy takes another formula: the derivative is that of the general one.
    check(lambda f, x: np.gradient(f, x, axis=1, edge_order=edge_order), [f, even])


def test_gradient_of_few_places_and_of_integers():
    check(lambda f: np.gradient(f), arrays(2))
    check(lambda f: np.gradient(f, np.array([0.1, 0.7])), arrays(2))
    check(lambda f: np.gradient(f, edge_order=2), arrays(3))
    check(lambda f: np.gradient(f, np.array([0.1, 0.7, 1.0]), edge_order=2), arrays(3))
    numbers = np.array([1, 4, 9, 16])
    same(ag.gradient(Tensor(numbers)).data, np.gradient(numbers))
    same(np.gradient(f=Tensor(numbers)).data, np.gradient(numbers))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(3, 5), min_size=1, max_size=3), st.data())
def test_any_gradient(shape, data):
    axes = data.draw(st.lists(st.integers(0, len(shape) - 1), min_size=1, unique=True))
    rng = np.random.default_rng(data.draw(st.integers(0, 2**32 - 1)))
    spacing = [
        rng.uniform(0.2, 1, shape[a]).cumsum() if data.draw(st.booleans()) else rng.uniform(0.2, 1) for a in axes
    ]
    edge_order = data.draw(st.sampled_from([1, 2]))
    back = len(shape) * data.draw(st.booleans())
    axis = tuple(a - back for a in axes)
    check(lambda f: np.gradient(f, *spacing, axis=axis, edge_order=edge_order), [rng.uniform(-2, 2, shape)])


X, V = (Tensor(a, requires_grad=True) for a in arrays((2, 3), 3))


@pytest.mark.parametrize(
    ("name", "call"),
    [
        ("interp", lambda: ag.interp(X, V, np.ones(4))),
        ("interp", lambda: ag.interp(X, np.ones((2, 2)), np.ones((2, 2)))),
        ("interp", lambda: ag.interp(X, np.zeros(0), np.zeros(0))),
        ("interp", lambda: ag.interp(X, V, V, period=0)),
        ("convolve", lambda: ag.convolve(X, V)),
        ("convolve", lambda: ag.convolve(V, V, "all")),
        ("convolve", lambda: ag.convolve(V, np.zeros(0))),
        ("correlate", lambda: ag.correlate(V, X)),
        ("trapezoid", lambda: ag.trapezoid(X, np.ones(4))),
        ("trapezoid", lambda: ag.trapezoid(X, axis=2)),
        ("trapezoid", lambda: ag.trapezoid(X[0, 0])),
        ("unwrap", lambda: ag.unwrap(X, axis=2)),
        ("unwrap", lambda: ag.unwrap(X[0, 0])),
        ("gradient", lambda: ag.gradient(X, 1.0, 2.0, 3.0)),
        ("gradient", lambda: ag.gradient(X, np.ones(4), axis=0)),
        ("gradient", lambda: ag.gradient(X, np.ones(2), axis=1)),
        ("gradient", lambda: ag.gradient(X, X, axis=1)),
        ("gradient", lambda: ag.gradient(X, edge_order=3)),
        ("gradient", lambda: ag.gradient(X, edge_order=2)),
        ("gradient", lambda: ag.gradient(X, axis=2)),
        ("gradient", lambda: ag.gradient(X, axis=(0, -2))),
        ("gradient", lambda: ag.gradient(X, spacing=2.0)),
    ],
)
def test_wrong_calls(name, call):
    with pytest.raises(AutogradError, match=f"^{name}: "):
        call()


def test_a_tracked_discontinuity_is_refused():
    with pytest.raises(ArgumentError, match=r"unwrap: .*no derivative by discont"):
        ag.unwrap(V, discont=V[0])
    assert ag.unwrap(V, discont=Tensor(4.0)).requires_grad
