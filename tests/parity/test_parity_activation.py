"""Activations as modules and functions beside PyTorch's: values, gradients, printed form, in both widths."""

import numpy as np
import pytest

import nn
from autograd_lite import Tensor
from nn import functional as F

torch = pytest.importorskip("torch")

FAR = np.array([-1e4, -300.0, -30.0, -6.0, -3.0, -1.0, -0.5, -0.1, 0.0, 0.1, 0.5, 1.0, 3.0, 6.0, 25.0, 300.0, 1e4, 0.7])

#: The name of the class, its arguments, and the name of PyTorch's function, where there is one.
TABLE = [
    ("Identity", (), {}, None),
    ("Sigmoid", (), {}, "sigmoid"),
    ("Tanh", (), {}, "tanh"),
    ("ReLU", (), {}, "relu"),
    ("LeakyReLU", (), {}, "leaky_relu"),
    ("LeakyReLU", (0.2,), {}, "leaky_relu"),
    ("ELU", (), {}, "elu"),
    ("ELU", (), {"alpha": 1.5}, "elu"),
    ("SELU", (), {}, "selu"),
    ("CELU", (1.5,), {}, "celu"),
    ("GELU", (), {}, "gelu"),
    ("GELU", (), {"approximate": "tanh"}, "gelu"),
    ("SiLU", (), {}, "silu"),
    ("Mish", (), {}, "mish"),
    ("Softplus", (), {}, "softplus"),
    ("Softplus", (2.0, 5.0), {}, "softplus"),
    ("Softplus", (-0.5, 5.0), {}, "softplus"),
    ("Softsign", (), {}, "softsign"),
    ("Softmax", (-1,), {}, "softmax"),
    ("Softmax", (0,), {}, "softmax"),
    ("Softmin", (1,), {}, "softmin"),
    ("LogSoftmax", (0,), {}, "log_softmax"),
    ("GLU", (), {}, "glu"),
    ("GLU", (0,), {}, "glu"),
    ("Hardtanh", (), {}, "hardtanh"),
    ("Hardtanh", (-0.5, 3.0), {}, "hardtanh"),
    ("Hardsigmoid", (), {}, "hardsigmoid"),
    ("Hardswish", (), {}, "hardswish"),
    ("ReLU6", (), {}, "relu6"),
    ("LogSigmoid", (), {}, "logsigmoid"),
    ("Threshold", (0.1, 20.0), {}, "threshold"),
    ("Tanhshrink", (), {}, "tanhshrink"),
    ("Softshrink", (), {}, "softshrink"),
    ("Softshrink", (0.8,), {}, "softshrink"),
    ("Hardshrink", (0.8,), {}, "hardshrink"),
    ("PReLU", (), {}, None),
    ("PReLU", (6, 0.1), {}, None),
]
every = pytest.mark.parametrize(("name", "args", "params", "function"), TABLE)


def inputs(dtype):
    random = 2 * np.random.default_rng(0).normal(size=(4, 6))
    return [random.astype(dtype), np.resize(FAR, (4, 6)).astype(dtype)]


def compare(ours, theirs, x, rtol, atol):
    """The same value, and the same gradient for a random cotangent."""
    a, b = Tensor(x, requires_grad=True), torch.tensor(x, requires_grad=True)
    out, expected = ours(a), theirs(b)
    assert out.dtype == x.dtype
    np.testing.assert_allclose(out.data, expected.detach().numpy(), rtol=rtol, atol=atol)
    cotangent = np.random.default_rng(9).normal(size=out.shape).astype(x.dtype)
    out.backward(cotangent)
    expected.backward(torch.tensor(cotangent))
    assert a.grad.dtype == x.dtype
    np.testing.assert_allclose(a.grad.data, b.grad.numpy(), rtol=rtol, atol=atol)


@every
@pytest.mark.parametrize(("dtype", "rtol", "atol"), [(np.float64, 1e-11, 1e-13), (np.float32, 2e-5, 2e-6)])
def test_module_and_function(name, args, params, function, dtype, rtol, atol):
    # PyTorch has the constant 1/6 in float32 alone.
    rtol = 1e-7 if name == "Hardsigmoid" and dtype is np.float64 else rtol
    ours, theirs = getattr(nn, name)(*args, **params), getattr(torch.nn, name)(*args, **params)
    ours, theirs = ours.to(dtype), theirs.to(torch.float64 if dtype is np.float64 else torch.float32)
    assert repr(ours) == repr(theirs)
    for x in inputs(dtype):
        compare(ours, theirs, x, rtol, atol)
        for p, q in zip(ours.parameters(), theirs.parameters(), strict=True):
            np.testing.assert_allclose(p.grad.data, q.grad.numpy(), rtol=max(rtol, 1e-12), atol=1e-2 * atol + rtol)
            ours.zero_grad()
            theirs.zero_grad()
        if function:
            ours_f, theirs_f = getattr(F, function), getattr(torch.nn.functional, function)
            compare(
                lambda t, f=ours_f: f(t, *args, **params), lambda t, f=theirs_f: f(t, *args, **params), x, rtol, atol
            )


@pytest.mark.parametrize("shape", [(), (3,), (0, 4), (2, 3, 4, 5)])
@pytest.mark.parametrize("name", ["SiLU", "ReLU6", "Softplus", "PReLU"])
def test_any_shape(name, shape):
    x = np.random.default_rng(1).normal(size=shape)
    compare(getattr(nn, name)().to(float), getattr(torch.nn, name)().double(), x, 1e-12, 1e-13)


def test_slopes_of_channels_in_images():
    x = np.random.default_rng(1).normal(size=(2, 3, 4, 5))
    slopes = np.array([0.1, 0.5, -0.3])
    compare(lambda t: F.prelu(t, slopes), lambda t: torch.nn.functional.prelu(t, torch.tensor(slopes)), x, 1e-13, 0)
