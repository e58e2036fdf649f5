"""Activation functions: at kinks, at the far ends of the line, to second order, with parameters of every kind."""

import numpy as np
import pytest
from scipy import special

import autograd_lite as ag
from autograd_lite import AutogradError, Tensor, Value
from autograd_lite.errors import ArgumentError, ArgumentValueError, DtypeError
from tests.checks import check_float32, check_orders, gradients, same

X = np.array([-4.1, -1.7, -0.37, 0.21, 0.9, 2.3, 7.2])
SMOOTH = [
    "sigmoid",
    "softplus",
    "log_sigmoid",
    "softsign",
    "tanh_shrink",
    "gelu",
    "silu",
    "mish",
    "elu",
    "celu",
    "selu",
]
PIECES = ["relu", "leaky_relu", "hard_tanh", "relu6", "hard_sigmoid", "hard_swish", "hard_shrink", "soft_shrink"]
CALLS = [
    *[(name, {}) for name in SMOOTH + PIECES],
    ("gelu", {"approximate": "tanh"}),
    ("elu", {"alpha": 0.3}),
    ("celu", {"alpha": 2.5}),
    ("leaky_relu", {"negative_slope": 0.3}),
    ("hard_tanh", {"min_val": -2.0, "max_val": 0.5}),
    ("hard_shrink", {"lambd": 1.0}),
    ("soft_shrink", {"lambd": 1.0}),
    ("threshold", {"threshold": 0.5, "value": -7}),
]
every_call = pytest.mark.parametrize(("name", "params"), CALLS, ids=lambda x: x if isinstance(x, str) else str(x))

#: A kink, and the derivative that is taken there: PyTorch's.
KINKS = [
    ("relu", {}, 0.0, 0.0),
    ("leaky_relu", {}, 0.0, 0.01),
    ("leaky_relu", {"negative_slope": 0.5}, 0.0, 0.5),
    ("elu", {"alpha": 1.5}, 0.0, 1.5),
    ("celu", {"alpha": 1.5}, 0.0, 1.0),
    ("selu", {}, 0.0, 1.0507009873554805 * 1.6732632423543772),
    ("softsign", {}, 0.0, 1.0),
    ("hard_tanh", {}, -1.0, 0.0),
    ("hard_tanh", {}, 1.0, 0.0),
    ("relu6", {}, 0.0, 0.0),
    ("relu6", {}, 6.0, 0.0),
    ("hard_sigmoid", {}, -3.0, 0.0),
    ("hard_sigmoid", {}, 3.0, 0.0),
    ("hard_swish", {}, -3.0, 0.0),
    ("hard_swish", {}, 3.0, 1.0),
    ("hard_shrink", {}, -0.5, 0.0),
    ("hard_shrink", {}, 0.5, 0.0),
    ("soft_shrink", {}, -0.5, 0.0),
    ("soft_shrink", {}, 0.5, 0.0),
    ("threshold", {"threshold": 0.5, "value": 2.0}, 0.5, 0.0),
]


def bound(name, params):
    return lambda x: getattr(ag, name)(x, **params)


@every_call
def test_two_orders_and_float32(name, params):
    f = bound(name, params)
    check_orders(f, [X])
    check_float32(f, [X.astype(np.float32)])


@pytest.mark.parametrize(("name", "params", "at", "slope"), KINKS)
def test_kinks(name, params, at, slope):
    f = bound(name, params)
    for x in (Tensor(at, requires_grad=True), Tensor([at], requires_grad=True), Value(at)):
        out = f(x)
        (out.sum() if getattr(out, "ndim", 0) else out).backward()
        grad = x.grad if isinstance(x, Value) else x.grad.item()
        assert grad == pytest.approx(slope, rel=1e-15, abs=0)


@every_call
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_far_out_all_is_finite_and_flat_or_straight(name, params, dtype):
    """Far from 0 an activation is a constant or a line: what its slope is, and no bend."""
    f = bound(name, params)
    ends = np.array([-1e4, -1e3, -100.0, 100.0, 1e3, 1e4], dtype)
    x = Tensor(ends, requires_grad=True)
    y = f(x)
    assert np.isfinite(y.data).all()
    y.sum().backward(create_graph=True)
    slope = x.grad
    x.grad = None
    # Two points on the same side: the line through them has the slope of both.
    line = (y.data[[1, 4]] - y.data[[0, 5]]) / (ends[[1, 4]] - ends[[0, 5]])
    np.testing.assert_allclose(slope.data[[0, 5]], line, rtol=1e-4, atol=1e-6)
    if slope.requires_grad:
        slope.sum().backward()
        assert np.isfinite(x.grad.data).all()
        assert np.abs(x.grad.data).max() <= 1e-5
    v = Value(-1e4)
    out = f(v)
    out.backward()
    assert out.data == pytest.approx(float(y.data[0]), rel=1e-6)
    assert v.grad == pytest.approx(float(slope.data[0]), rel=1e-6)


def test_nan_stays_nan():
    for name, params in CALLS:
        assert np.isnan(bound(name, params)(Tensor([np.nan])).data).all(), name


def test_gelu_keeps_the_digits_of_its_tail():
    x = np.array([-30.0, -10.0, -6.0, -1.0])
    np.testing.assert_allclose(ag.gelu(x), x * special.ndtr(x), rtol=1e-14)
    slope = special.ndtr(x) + x * np.exp(-x * x / 2) / np.sqrt(2 * np.pi)
    np.testing.assert_allclose(gradients(ag.gelu, [x], [0], 1.0)[0], slope, rtol=1e-13)


def test_log_sigmoid_far_down_is_a_line():
    same(ag.log_sigmoid(np.array([-1e4, 0.0, 800.0])), np.array([-1e4, -np.log(2), 0.0]))


def test_the_slope_of_leaky_relu_can_be_learned():
    slopes = np.array([0.25, 0.1, 0.3, 0.5, 0.2, 0.7, 0.9])
    check_orders(ag.leaky_relu, [X, slopes])
    np.testing.assert_array_equal(gradients(ag.leaky_relu, [X, slopes], [1], 1.0)[0], np.minimum(X, 0))
    x, slope = Value(-2.0), Value(0.25)
    ag.leaky_relu(x, slope).backward()
    assert (x.grad, slope.grad) == (0.25, -2.0)


def test_parameters_reach_values():
    for name, params in CALLS:
        for at in (-1.7, 0.7):
            v, t = Value(at), Tensor(at, requires_grad=True)
            y, expected = bound(name, params)(v), bound(name, params)(t)
            y.backward()
            expected.backward()
            assert y.data == pytest.approx(expected.item(), rel=1e-14), name
            assert v.grad == pytest.approx(t.grad.item(), rel=1e-14), name
            boxed = bound(name, params)(np.array([Value(at)], dtype=object))
            assert boxed[0].data == y.data


@pytest.mark.parametrize("dtype", [int, bool, np.float32, np.float64])
def test_one_hot(dtype):
    classes = np.array([[0, 2], [1, 1]])
    same(ag.one_hot(classes, 3, dtype), np.eye(3, dtype=dtype)[classes])
    out = ag.one_hot(Tensor(classes), num_classes=4, dtype=dtype)
    assert type(out) is Tensor
    assert not out.requires_grad
    same(out.data, np.eye(4, dtype=dtype)[classes])
    same(ag.one_hot(2), np.array([0, 0, 1]))


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: ag.one_hot([0, 3], 3), ArgumentValueError, ["class 3", "0 to 2"]),
        (lambda: ag.one_hot([-1, 1], 3), ArgumentValueError, ["class -1"]),
        (lambda: ag.one_hot(np.zeros(0, int)), ArgumentValueError, ["num_classes=-1", "(0,)"]),
        (lambda: ag.one_hot([0, 1], 0), ArgumentValueError, ["num_classes=0"]),
        (lambda: ag.one_hot([0, 1], 2.5), DtypeError, ["2.5", "integer"]),
        (lambda: ag.one_hot([0, 1], 2, complex), DtypeError, ["complex"]),
        (lambda: ag.soft_shrink(Tensor(X), -1.0), ArgumentValueError, ["lambd=-1.0"]),
        (lambda: ag.elu(Tensor(X), alpha=Tensor(1.0, requires_grad=True)), ArgumentError, ["alpha", "tracked"]),
        (lambda: ag.one_hot([0.5]), DtypeError, ["float64", "integers"]),
        (lambda: ag.gelu(Tensor(X), approximate="sigmoid"), ArgumentValueError, ["sigmoid", '"tanh"']),
        (lambda: ag.hard_tanh(Tensor(X), 1.0, -1.0), ArgumentValueError, ["min_val=1.0", "max_val=-1.0"]),
        (lambda: ag.celu(Tensor(X), alpha=0.0), ArgumentValueError, ["alpha=0"]),
        (lambda: ag.threshold(Tensor(X), 0.5), ArgumentError, ["missing", "value"]),
        (lambda: ag.elu(Tensor(X), slope=1.0), ArgumentError, ["slope", "alpha"]),
        (lambda: ag.elu(Tensor(X), "a"), AutogradError, ["'a'"]),
    ],
)
def test_wrong_calls(call, error, words):
    with pytest.raises(error) as caught:
        call()
    assert all(word in str(caught.value) for word in words), str(caught.value)
