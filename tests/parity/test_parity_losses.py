"""Losses as modules and functions beside PyTorch's: values, gradients of both arguments, every reduction and shape."""

from itertools import product

import numpy as np
import pytest

import nn
from autograd_lite import Tensor
from nn import functional as F

torch = pytest.importorskip("torch")


def rng(seed=0):
    return np.random.default_rng(seed)


def numbers(*shape):
    return 2 * rng(1).normal(size=shape)


def probabilities(*shape):
    return rng(2).uniform(0.02, 0.98, size=shape)


def truths(*shape):
    return rng(3).integers(0, 2, size=shape).astype(float)


def signs(*shape):
    return rng(4).choice([-1.0, 1.0], size=shape)


def logarithms(*shape):
    x = rng(5).normal(size=shape)
    return x - np.log(np.exp(x).sum(axis=-1, keepdims=True))


#: Class, options, function, predictions, targets, and whether PyTorch differentiates by the target.
TABLE = [
    ("MSELoss", {}, "mse_loss", numbers, truths, True),
    ("L1Loss", {}, "l1_loss", numbers, truths, True),
    ("SmoothL1Loss", {}, "smooth_l1_loss", numbers, truths, True),
    ("SmoothL1Loss", {"beta": 0.3}, "smooth_l1_loss", numbers, truths, True),
    ("SmoothL1Loss", {"beta": 0.0}, "smooth_l1_loss", numbers, truths, True),
    ("HuberLoss", {}, "huber_loss", numbers, truths, True),
    ("HuberLoss", {"delta": 2.5}, "huber_loss", numbers, truths, True),
    ("BCELoss", {}, "binary_cross_entropy", probabilities, truths, False),
    ("BCELoss", {}, "binary_cross_entropy", probabilities, lambda *s: probabilities(*s)[::-1].copy(), True),
    ("BCELoss", {"weight": np.array([0.5, 2.0, 0.0, 1.5])}, "binary_cross_entropy", probabilities, truths, False),
    ("BCEWithLogitsLoss", {}, "binary_cross_entropy_with_logits", numbers, truths, True),
    ("BCEWithLogitsLoss", {"pos_weight": np.array([0.5, 2.0, 0.0, 1.5])}, "binary_cross_entropy_with_logits", numbers,
        truths, False),
    ("BCEWithLogitsLoss", {"weight": np.array([0.5, 2.0, 0.0, 1.5]), "pos_weight": np.array([3.0])},
        "binary_cross_entropy_with_logits", numbers, truths, False),
    ("KLDivLoss", {}, "kl_div", logarithms, probabilities, True),
    ("KLDivLoss", {"log_target": True}, "kl_div", logarithms, lambda *s: logarithms(*s)[::-1].copy(), True),
    ("HingeEmbeddingLoss", {}, "hinge_embedding_loss", numbers, signs, False),
    ("HingeEmbeddingLoss", {"margin": 0.3}, "hinge_embedding_loss", numbers, signs, False),
]  # fmt: skip
REDUCTIONS = ["mean", "sum", "none"]


def as_torch(options):
    return {k: torch.tensor(v) if isinstance(v, np.ndarray) else v for k, v in options.items()}


def compare(ours, theirs, x, y, by_target=False, rtol=1e-12):
    """The same losses and the same gradients for a random cotangent."""
    a, b = Tensor(x, requires_grad=True), torch.tensor(x, requires_grad=True)
    u, v = Tensor(y, requires_grad=by_target), torch.tensor(y, requires_grad=by_target)
    out, expected = ours(a, u), theirs(b, v)
    assert out.shape == tuple(expected.shape)
    assert out.dtype == x.dtype
    np.testing.assert_allclose(out.data, expected.detach().numpy(), rtol=rtol, atol=rtol / 10)
    cotangent = np.asarray(rng(9).normal(size=out.shape), x.dtype)
    out.backward(cotangent)
    expected.backward(torch.tensor(cotangent))
    for p, q in [(a, b), (u, v)] if by_target else [(a, b)]:
        assert p.grad.dtype == x.dtype
        np.testing.assert_allclose(p.grad.data, q.grad.numpy(), rtol=10 * rtol, atol=rtol)


@pytest.mark.filterwarnings("ignore:reduction. 'mean' divides")
@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("shape", [(4,), (6, 4), (2, 3, 4)])
@pytest.mark.parametrize(("name", "options", "function", "inputs", "targets", "by_target"), TABLE)
def test_losses_between_arrays(name, options, function, inputs, targets, by_target, shape, reduction):
    options = {**options, "reduction": reduction}
    x, y = inputs(*shape), targets(*shape)
    compare(getattr(nn, name)(**options), getattr(torch.nn, name)(**as_torch(options)), x, y, by_target)
    ours, theirs = getattr(F, function), getattr(torch.nn.functional, function)
    compare(lambda a, b: ours(a, b, **options), lambda a, b: theirs(a, b, **as_torch(options)), x, y, by_target)


@pytest.mark.filterwarnings("ignore:reduction. 'mean' divides")
@pytest.mark.parametrize(("name", "options", "function", "inputs", "targets", "by_target"), TABLE)
def test_float32_stays_float32(name, options, function, inputs, targets, by_target):
    x, y = inputs(6, 4).astype(np.float32), targets(6, 4).astype(np.float32)
    narrow = {k: v.astype(np.float32) if isinstance(v, np.ndarray) else v for k, v in options.items()}
    compare(getattr(nn, name)(**options), getattr(torch.nn, name)(**as_torch(narrow)), x, y, by_target, rtol=2e-5)
    # Targets of another width, or integers, do not widen it.
    assert getattr(nn, name)(**options)(x, y.astype(float)).dtype == np.float32


def test_divergence_of_a_batch():
    x, y = logarithms(6, 4), probabilities(6, 4)
    y[0, 1] = 0.0
    compare(nn.KLDivLoss("batchmean"), torch.nn.KLDivLoss(reduction="batchmean"), x, y)
    assert repr(nn.KLDivLoss("batchmean")) == "KLDivLoss(reduction='batchmean', log_target=False)"


CLASSES = [
    {"reduction": reduction, "weight": weight, "ignore_index": ignore}
    for reduction, weight, ignore in product(REDUCTIONS, [None, np.array([0.5, 2.0, 0.0, 1.5])], [-100, 1])
]


@pytest.mark.parametrize("options", CLASSES)
@pytest.mark.parametrize("shape", [(4,), (6, 4), (2, 4, 3, 5)])
def test_nll_loss(options, shape):
    x = numbers(*shape)
    y = rng(1).integers(0, 4, size=np.delete(shape, 0 if len(shape) == 1 else 1))
    y = np.array(3) if len(shape) == 1 else y
    compare(nn.NLLLoss(**options), torch.nn.NLLLoss(**as_torch(options)), x, y)


@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("weight", [None, np.array([0.5, 2.0, 0.0, 1.5])])
@pytest.mark.parametrize(("p", "margin"), [(1, 1.0), (2, 1.0), (1, 0.3), (2, 2.5)])
@pytest.mark.parametrize("shape", [(4,), (6, 4)])
def test_multi_margin_loss(shape, p, margin, weight, reduction):
    options = {"p": p, "margin": margin, "weight": weight, "reduction": reduction}
    x, y = numbers(*shape), rng(1).integers(0, 4, size=shape[:-1])
    compare(nn.MultiMarginLoss(**options), torch.nn.MultiMarginLoss(**as_torch(options)), x, np.asarray(y))


@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("shape", [(4,), (6, 4), (2, 4, 3)])
def test_entropy_beside_pytorchs_distribution(shape, reduction):
    axis = min(len(shape), 2) - 1

    def theirs(x, _):
        each = torch.distributions.Categorical(logits=x.movedim(axis, -1)).entropy()
        return each if reduction == "none" else getattr(each, reduction)()

    compare(nn.Entropy(reduction=reduction), theirs, numbers(*shape), np.zeros(1))
    loss = nn.Entropy(logits=False, reduction=reduction)
    compare(lambda x, y: loss(nn.Softmax(axis)(x), y), theirs, numbers(*shape), np.zeros(1))


def test_the_lectures_sum_of_losses():
    x, y = numbers(6, 4), rng(1).integers(0, 4, size=6)

    def theirs(x, y):
        spread = torch.distributions.Categorical(logits=x).entropy().mean()
        return torch.nn.CrossEntropyLoss()(x, y) + 0.3 * spread + 0.5 * torch.nn.MultiMarginLoss()(x, y)

    compare(nn.CrossEntropyLoss() + 0.3 * nn.Entropy() + 0.5 * nn.MultiMarginLoss(), theirs, x, y)
