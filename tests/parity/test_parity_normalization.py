"""Normalizing layers beside PyTorch's: values, gradients, running statistics, train and eval."""

import numpy as np
import pytest

import nn
from autograd_lite import Tensor, gradcheck, gradgradcheck
from nn import functional

torch = pytest.importorskip("torch")

SHAPES = {"BatchNorm1d": [(5, 3), (4, 3, 2), (2, 3, 1)], "BatchNorm2d": [(2, 3, 4, 5), (1, 3, 2, 2)]}


def rng(seed=0):
    return np.random.default_rng(seed)


def close(ours, theirs, rtol=1e-10):
    np.testing.assert_allclose(np.asarray(ours), theirs.detach().numpy(), rtol=rtol, atol=1e-12)


def alike(name, *args, **options):
    """A layer of ours and PyTorch's with the same random parameters."""
    ours, theirs = getattr(nn, name)(*args, dtype=float, **options), getattr(torch.nn, name)(*args, **options).double()
    for number, parameter in enumerate(theirs.parameters()):
        parameter.data = torch.tensor(rng(number).normal(size=tuple(parameter.shape)))
    ours.load_state_dict({path: t.detach().numpy() for path, t in theirs.state_dict().items()})
    assert list(ours.state_dict()) == list(theirs.state_dict())
    return ours, theirs


def compare(ours, theirs, x):
    # Older PyTorch does not say whether there is a bias.
    assert repr(ours).replace(", bias=True", "") == repr(theirs).replace(", bias=True", "")
    a, b = Tensor(x, requires_grad=True), torch.tensor(x, requires_grad=True)
    out, expected = ours(a), theirs(b)
    close(out, expected)
    cotangent = rng(9).normal(size=out.shape)
    out.backward(cotangent)
    expected.backward(torch.tensor(cotangent))
    close(a.grad, b.grad, rtol=1e-8)
    for p, q in zip(ours.parameters(), theirs.parameters(), strict=True):
        close(p.grad, q.grad)
    for path, value in theirs.state_dict().items():
        close(ours.state_dict()[path], value)


@pytest.mark.parametrize("momentum", [0.1, 0.4, None])
@pytest.mark.parametrize(("affine", "tracked"), [(True, True), (False, True), (True, False), (False, False)])
@pytest.mark.parametrize(("name", "shape"), [(n, s) for n, shapes in SHAPES.items() for s in shapes])
def test_batch_norm(name, shape, affine, tracked, momentum):
    ours, theirs = alike(name, 3, 1e-3, momentum, affine, tracked)
    for step in range(3):
        compare(ours, theirs, rng(step).normal(2.0, 3.0, size=shape))
    ours.eval(), theirs.eval()
    compare(ours, theirs, rng(7).normal(size=shape))


@pytest.mark.parametrize("options", [{}, {"bias": False}, {"elementwise_affine": False}, {"eps": 0.1}])
@pytest.mark.parametrize(("shape", "over"), [((5, 3), 3), ((2, 4, 3), (4, 3)), ((3,), [3]), ((2, 1, 4, 3), (3,))])
def test_layer_norm(shape, over, options):
    compare(*alike("LayerNorm", over, **options), rng().normal(1.0, 2.0, size=shape))


@pytest.mark.parametrize("options", [{}, {"elementwise_affine": False}, {"eps": 0.1}])
@pytest.mark.parametrize(("shape", "over"), [((5, 3), 3), ((2, 4, 3), (4, 3))])
def test_rms_norm(shape, over, options):
    compare(*alike("RMSNorm", over, **options), rng().normal(1.0, 2.0, size=shape))


@pytest.mark.parametrize("options", [{}, {"affine": False}, {"eps": 0.1}, {"bias": False}])
@pytest.mark.parametrize(("shape", "groups"), [((5, 6), 2), ((2, 6, 4), 3), ((2, 6, 3, 2), 1), ((2, 6, 3, 2), 6)])
def test_group_norm(shape, groups, options):
    compare(*alike("GroupNorm", groups, 6, **options), rng().normal(1.0, 2.0, size=shape))


@pytest.mark.parametrize(("name", "args", "shape"), [
    ("BatchNorm2d", (3,), (2, 3, 4, 5)), ("LayerNorm", (5,), (4, 5)), ("RMSNorm", (5,), (4, 5)),
    ("GroupNorm", (2, 4), (3, 4, 2)),
])  # fmt: skip
def test_float32_stays_float32(name, args, shape):
    ours, theirs = getattr(nn, name)(*args), getattr(torch.nn, name)(*args)
    x = rng().normal(size=shape).astype(np.float32)
    a = Tensor(x, requires_grad=True)
    out = ours(a)
    out.sum().backward()
    assert out.dtype == a.grad.dtype == ours.weight.grad.dtype == np.float32
    np.testing.assert_allclose(out.data, theirs(torch.tensor(x)).detach().numpy(), rtol=1e-4, atol=1e-5)
    assert all(array.dtype in (np.float32, np.int64) for array in ours.state_dict().values())


@pytest.mark.parametrize(("f", "shape", "sizes"), [
    (lambda x, w, b: functional.batch_norm(x, None, None, w, b), (4, 3), 3),
    (lambda x, w, b: functional.batch_norm(x, None, None, w, b), (2, 2, 2, 2), 2),
    (lambda x, w, b: functional.batch_norm(x, Tensor(np.zeros(3)), Tensor(np.ones(3)), w, b), (4, 3), 3),
    (lambda x, w, b: functional.layer_norm(x, (2, 3), w, b), (2, 2, 3), (2, 3)),
    (lambda x, w, b: functional.rms_norm(x, 3, w) + b, (2, 3), 3),
    (lambda x, w, b: functional.group_norm(x, 2, w, b), (2, 4, 2), 4),
])  # fmt: skip
def test_first_and_second_derivatives(f, shape, sizes):
    args = (rng(1).normal(size=shape), rng(2).normal(size=sizes), rng(3).normal(size=sizes))
    assert gradcheck(lambda *a: np.tanh(f(*a)), args)
    assert gradgradcheck(lambda *a: np.tanh(f(*a)), args)
