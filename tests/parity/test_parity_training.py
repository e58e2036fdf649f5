"""What goes with the optimizers beside PyTorch's: clipped gradients and averaged weights."""

import math

import numpy as np
import pytest

import nn
import optim
from autograd_lite import Tensor

torch = pytest.importorskip("torch")
swa_utils = pytest.importorskip("torch.optim.swa_utils")


def pair(scale=1.0, dtype=float):
    """Three leaves of ours and the same of PyTorch's, of which the last has no gradient."""
    generator = np.random.default_rng(0)
    ours, theirs = [], []
    for shape in ((3, 4), (4,), (2,)):
        data, gradient = generator.normal(size=(2, *shape)).astype(dtype)
        one, other = Tensor(data, requires_grad=True), torch.tensor(data, requires_grad=True)
        if shape != (2,):
            one.grad, other.grad = scale * gradient, torch.tensor(scale * gradient)
        ours.append(one)
        theirs.append(other)
    return ours, theirs


def check(ours, theirs, rtol=1e-12):
    for one, other in zip(ours, theirs, strict=True):
        if one.grad is None:
            assert other.grad is None
        else:
            assert one.grad.dtype == other.grad.numpy().dtype
            np.testing.assert_allclose(one.grad.data, other.grad.numpy(), rtol=rtol)


@pytest.mark.parametrize("norm_type", [2.0, 1, 1.5, 3, 10, math.inf, "inf"])
@pytest.mark.parametrize("max_norm", [0.0, 0.3, 2, 1e6])
@pytest.mark.parametrize("scale", [1.0, 1e-6])
def test_clip_grad_norm(norm_type, max_norm, scale):
    ours, theirs = pair(scale)
    norm = optim.clip_grad_norm_(ours, max_norm, norm_type)
    expected = torch.nn.utils.clip_grad_norm_(theirs, max_norm, norm_type)
    assert norm.item() == pytest.approx(expected.item(), rel=1e-12)
    check(ours, theirs)


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_clip_grad_norm_of_what_is_not_finite(bad):
    ours, theirs = pair()
    spoilt = ours[0].grad.numpy()
    spoilt[0, 0] = bad
    ours[0].grad, theirs[0].grad = spoilt, torch.tensor(spoilt)
    norm, expected = optim.clip_grad_norm_(ours, 1.0), torch.nn.utils.clip_grad_norm_(theirs, 1.0)
    np.testing.assert_equal(float(norm), expected.item())
    check(ours, theirs)


def test_float32_stays_float32():
    ours, theirs = pair(dtype=np.float32)
    optim.clip_grad_norm_(ours, 0.5)
    torch.nn.utils.clip_grad_norm_(theirs, 0.5)
    check(ours, theirs, 1e-6)


@pytest.mark.parametrize("clip_value", [0.0, 0.3, 2, 1e6])
def test_clip_grad_value(clip_value):
    ours, theirs = pair()
    optim.clip_grad_value_(ours, clip_value)
    torch.nn.utils.clip_grad_value_(theirs, clip_value)
    check(ours, theirs, 0.0)


@pytest.mark.parametrize("decay", [0.0, 0.5, 0.999, 1.0])
def test_averaged_weights(decay):
    ours = nn.Sequential(nn.Linear(4, 3, dtype=float), nn.Tanh(), nn.Linear(3, 2, dtype=float))
    theirs = torch.nn.Sequential(torch.nn.Linear(4, 3), torch.nn.Tanh(), torch.nn.Linear(3, 2)).double()
    ours.load_state_dict(theirs.state_dict())
    ema = optim.EMA(ours, decay)
    averaged = swa_utils.AveragedModel(theirs, multi_avg_fn=swa_utils.get_ema_multi_avg_fn(decay))
    generator = np.random.default_rng(0)
    for _ in range(20):
        for one, other in zip(ours.parameters(), theirs.parameters(), strict=True):
            change = generator.normal(size=one.shape)
            one.data = one.data + change
            other.data += torch.tensor(change)
        ema.update()
        averaged.update_parameters(theirs)
        for one, other in zip(ema.averages(), averaged.module.parameters(), strict=True):
            np.testing.assert_allclose(one, other.detach().numpy(), rtol=1e-10, atol=1e-12)
    x = generator.normal(size=(5, 4))
    with ema.average():
        np.testing.assert_allclose(ours(x).data, averaged(torch.tensor(x)).detach().numpy(), rtol=1e-10)
