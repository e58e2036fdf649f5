"""Activations as modules: second derivatives, kinks, options, and what they refuse."""

import math

import numpy as np
import pytest

import autograd_lite as ag
import nn
from autograd_lite import AutogradError, Tensor, Value
from autograd_lite.errors import ArgumentError, ArgumentValueError, AxisError, DtypeError, KindError, ShapeError
from nn import functional as F

#: Away from every kink.
X = np.array([[-4.1, -1.7, -0.37, 0.21], [0.9, 2.3, 7.2, -2.6]])
SMOOTH = [
    nn.Sigmoid(), nn.Tanh(), nn.ELU(1.5), nn.SELU(), nn.CELU(1.5), nn.GELU(), nn.GELU("tanh"), nn.SiLU(), nn.Mish(),
    nn.Softplus(), nn.Softplus(2.0, 5.0), nn.Softplus(-0.5, 20), nn.Softsign(), nn.LogSigmoid(), nn.Tanhshrink(),
    nn.Softmax(-1), nn.Softmax(0), nn.Softmin(1), nn.LogSoftmax(-1), nn.GLU(), nn.GLU(0),
]  # fmt: skip
PIECES = [
    nn.Identity(), nn.ReLU(), nn.LeakyReLU(0.2), nn.ReLU6(), nn.Hardtanh(), nn.Hardsigmoid(), nn.Hardswish(),
    nn.Hardshrink(), nn.Softshrink(), nn.Threshold(0.5, -7.0), nn.PReLU(dtype=float),
    nn.PReLU(4, dtype=float), nn.Sign(),
]  # fmt: skip


@pytest.mark.parametrize("activation", SMOOTH + PIECES, ids=repr)
def test_two_orders(activation):
    assert ag.gradcheck(activation, (X,), raise_on_failure=True)
    assert ag.gradgradcheck(activation, (X,), raise_on_failure=True)


@pytest.mark.parametrize("activation", SMOOTH + PIECES, ids=repr)
def test_far_out_nothing_overflows(activation):
    x = Tensor(np.tile([-1e4, -800.0, 800.0, 1e4], (2, 1)), requires_grad=True)
    y = activation(x)
    assert np.isfinite(y.data).all()
    y.sum().backward(create_graph=True)
    assert np.isfinite(x.grad.data).all()


def test_slopes_learn_by_channel():
    layer = nn.PReLU(3, 0.5, dtype=float)
    x = -np.ones((2, 3, 4))
    assert ag.gradcheck(lambda x, w: F.prelu(x, w), (x, layer.weight.data), raise_on_failure=True)
    layer(x).sum().backward()
    assert layer.weight.grad.tolist() == [-8.0, -8.0, -8.0]
    assert layer.state_dict()["weight"].tolist() == [0.5, 0.5, 0.5]
    assert nn.PReLU().weight.dtype == np.float32
    assert nn.PReLU()([-2.0]).dtype == np.float32


def test_sign_with_and_without_a_gradient():
    x = Tensor([-2.0, 0.0, 3.0], requires_grad=True)
    nn.Sign()(x).sum().backward()
    assert x.grad.tolist() == [0.0, 0.0, 0.0]
    x.grad = None
    y = nn.Sign(straight_through=True)(x)
    assert y.tolist() == [-1.0, 0.0, 1.0]
    y.backward([1.0, 2.0, 3.0])
    assert x.grad.tolist() == [1.0, 2.0, 3.0]
    assert repr(nn.Sign(True)) == "Sign(straight_through=True)"
    assert repr(nn.Sign()) == "Sign()"


def test_softmax_without_an_axis_where_there_is_no_doubt():
    assert F.softmax([1.0, 1.0]).tolist() == [0.5, 0.5]
    np.testing.assert_allclose(nn.Softmax()(X).data.sum(axis=1), 1.0)
    np.testing.assert_allclose(nn.LogSoftmax()(X).data, nn.LogSoftmax(1)(X).data)
    for layer in (nn.Softmax(), nn.LogSoftmax(), nn.Softmin()):
        with pytest.raises(ArgumentError, match="say along which axis"):
            layer(np.zeros((2, 3, 4)))


def test_a_softplus_without_a_straight_part():
    x = np.array([30.0])
    assert nn.Softplus()(x).item() == 30.0
    assert nn.Softplus(threshold=math.inf)(x).item() == 30.0 + math.log1p(math.exp(-30.0))
    assert "threshold=inf" in repr(nn.Softplus(threshold=math.inf))
    for wrong in (lambda: nn.Softplus(1.0, np.ones(3)), lambda: F.softplus(x, 1.0, np.ones(3))):
        with pytest.raises(KindError, match="threshold is ndarray"):
            wrong()


def test_integers_become_floats_where_they_must():
    assert nn.Sigmoid()([0, 1]).dtype == np.float64
    assert nn.ReLU()([-1, 2]).tolist() == [0, 2]


@pytest.mark.parametrize(
    "make", [nn.ReLU, nn.ReLU6, nn.ELU, nn.CELU, nn.SELU, nn.SiLU, nn.Mish, nn.LeakyReLU, nn.Hardtanh, nn.Hardsigmoid,
             nn.Hardswish, lambda inplace: nn.Threshold(0.1, 1.0, inplace)]
)  # fmt: skip
def test_in_place_is_accepted_and_the_input_stays(make):
    x = Tensor(X)
    layer = make(inplace=True)
    assert layer(x) is not x
    assert (x.data == X).all()
    with pytest.raises(KindError, match="inplace"):
        make(inplace="yes")


@pytest.mark.parametrize(
    ("wrong", "error", "said"),
    [
        (lambda: nn.Sigmoid()("text"), KindError, "Tensor or an array"),
        (lambda: nn.Tanh()(Value(1.0)), KindError, "Tensor or an array"),
        (lambda: nn.Identity()(None), KindError, "Tensor or an array"),
        (lambda: nn.ELU("a"), KindError, "alpha"),
        (lambda: nn.ELU(math.nan), ArgumentValueError, "alpha is nan"),
        (lambda: nn.CELU(0.0), ArgumentValueError, "alpha is 0"),
        (lambda: F.celu(X, 0.0), ArgumentValueError, "alpha=0"),
        (lambda: nn.GELU("sigmoid"), ArgumentValueError, "none, tanh"),
        (lambda: F.gelu(X, approximate=True), ArgumentValueError, "none, tanh"),
        (lambda: nn.Softplus(0.0), ArgumentValueError, "beta is 0"),
        (lambda: F.softplus(X, 0.0), ArgumentValueError, "beta=0"),
        (lambda: nn.Softplus(threshold="a"), KindError, "threshold"),
        (lambda: nn.LeakyReLU(math.inf), ArgumentValueError, "finite"),
        (lambda: nn.Hardtanh(1.0, 1.0), ArgumentValueError, "min_val=1 is not below max_val=1"),
        (lambda: F.hardtanh(X, 2.0, 1.0), ArgumentValueError, "min_val"),
        (lambda: nn.Softshrink(-0.5), ArgumentValueError, "at least 0"),
        (lambda: nn.Hardshrink(-0.5), ArgumentValueError, "at least 0"),
        (lambda: nn.Threshold("a", 1.0), KindError, "threshold"),
        (lambda: nn.Threshold(0.0), TypeError, "value"),
        (lambda: nn.Sign(straight_through=1), KindError, "True or False"),
        (lambda: nn.PReLU(0), ArgumentValueError, "num_parameters"),
        (lambda: nn.PReLU(2.0), KindError, "num_parameters"),
        (lambda: nn.PReLU(init="a"), KindError, "init"),
        (lambda: nn.PReLU(dtype=int), DtypeError, "int64"),
        (lambda: nn.PReLU(3)(X.astype(np.float32)), ShapeError, r"\(2, 4\).*slopes, 3"),
        (lambda: nn.PReLU(3)(np.ones(3, np.float32)), ShapeError, "second axis"),
        (lambda: F.prelu(X, [[0.5]]), ShapeError, "one slope"),
        (lambda: nn.Softmax(2)(X), AxisError, "dim is 2"),
        (lambda: nn.Softmax(-3)(X), AxisError, "2 axes"),
        (lambda: nn.Softmax(1.0), KindError, "dim"),
        (lambda: nn.Softmax()(1.0), AxisError, "0 axes"),
        (lambda: nn.GLU()(np.ones(3)), ShapeError, "no two halves"),
        (lambda: nn.GLU(3)(X), AxisError, "dim is 3"),
        (lambda: nn.GLU("a"), KindError, "dim"),
    ],
)
def test_wrong_uses(wrong, error, said):
    with pytest.raises(error, match=said) as caught:
        wrong()
    assert isinstance(caught.value, AutogradError) or error is TypeError
