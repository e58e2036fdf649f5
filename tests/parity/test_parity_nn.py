"""Modules beside PyTorch's, with the same numbers: values, and gradients of inputs and parameters."""

from itertools import product

import numpy as np
import pytest

import nn
from autograd_lite import Tensor

torch = pytest.importorskip("torch")


def rng(seed=0):
    return np.random.default_rng(seed)


def close(ours, theirs):
    np.testing.assert_allclose(ours.data, theirs.detach().numpy(), rtol=1e-12, atol=1e-13)


def check_module(ours, theirs, x):
    """The same output, and the same gradients of input and parameters, by name, for a random cotangent."""
    theirs = theirs.double()
    ours.load_state_dict(theirs.state_dict())
    a, b = Tensor(x, requires_grad=True), torch.tensor(x, requires_grad=True)
    out, expected = ours(a), theirs(b)
    close(out, expected)
    cotangent = rng(9).normal(size=out.shape)
    out.backward(cotangent)
    expected.backward(torch.tensor(cotangent))
    close(a.grad, b.grad)
    assert [n for n, _ in ours.named_parameters()] == [n for n, _ in theirs.named_parameters()]
    for p, q in zip(ours.parameters(), theirs.parameters(), strict=True):
        close(p.grad, q.grad)


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("shape", [(4,), (1, 4), (6, 4), (2, 3, 4), (0, 4)])
def test_linear(bias, shape):
    check_module(nn.Linear(4, 3, bias, dtype=float), torch.nn.Linear(4, 3, bias), rng().normal(size=shape))


def test_relu():
    x = rng().normal(size=(5, 4))
    x[0] = 0.0
    check_module(nn.ReLU(), torch.nn.ReLU(), x)


def test_a_network():
    def build(kit, **options):
        return kit.Sequential(
            kit.Linear(6, 8, **options),
            kit.ReLU(),
            kit.Sequential(kit.Linear(8, 8, bias=False, **options), kit.ReLU()),
            kit.Linear(8, 3, **options),
        )

    ours, theirs = build(nn, dtype=float), build(torch.nn)
    check_module(ours, theirs, rng().normal(size=(7, 6)))
    assert list(ours.state_dict()) == list(theirs.state_dict())
    assert repr(ours) == repr(theirs)
    assert [n for n, _ in ours.named_modules()] == [n for n, _ in theirs.named_modules()]


def test_a_network_in_float32():
    ours, theirs = nn.Linear(20, 10), torch.nn.Linear(20, 10)
    ours.load_state_dict(theirs.state_dict())
    x = rng().normal(size=(8, 20)).astype(np.float32)
    out, expected = ours(x), theirs(torch.tensor(x))
    assert out.dtype == np.float32
    np.testing.assert_allclose(out.data, expected.detach().numpy(), rtol=1e-5, atol=1e-6)
    theirs.load_state_dict({name: torch.tensor(array) for name, array in ours.state_dict().items()})


def test_initial_values_have_the_distribution_of_pytorch():
    torch.manual_seed(0)
    ours, theirs = nn.Linear(64, 4000, generator=rng()), torch.nn.Linear(64, 4000)
    quantiles = np.linspace(0, 1, 21)
    for name in ("weight", "bias"):
        a, b = getattr(ours, name).data.ravel(), getattr(theirs, name).detach().numpy().ravel()
        assert a.dtype == b.dtype
        # Quantiles of n uniform numbers stray by at most about 1 / sqrt(n) of the range.
        strays = abs(np.quantile(a, quantiles) - np.quantile(b, quantiles)).max()
        assert strays < 5 * 0.25 / np.sqrt(a.size)


SHAPES = {"one": (4,), "batch": (6, 4), "image": (2, 4, 3, 5)}


def check_loss(options, x, target):
    ours = nn.CrossEntropyLoss(**options)
    if options.get("weight") is not None:
        options = {**options, "weight": torch.tensor(options["weight"])}
    theirs = torch.nn.CrossEntropyLoss(**options)
    a, b = Tensor(x, requires_grad=True), torch.tensor(x, requires_grad=True)
    soft = target.dtype.kind == "f"
    y, z = (Tensor(target, requires_grad=True), torch.tensor(target, requires_grad=True)) if soft else (target, None)
    out, expected = ours(a, y), theirs(b, z if soft else torch.tensor(target))
    assert out.shape == tuple(expected.shape)
    close(out, expected)
    cotangent = rng(9).normal(size=out.shape)
    out.backward(cotangent)
    expected.backward(torch.tensor(cotangent))
    close(a.grad, b.grad)
    if soft:
        close(y.grad, z.grad)


OPTIONS = [
    {"reduction": reduction, "label_smoothing": smoothing, "weight": weight, "ignore_index": ignore}
    for reduction, smoothing, weight, ignore in product(
        ["mean", "sum", "none"], [0.0, 0.3, 1.0], [None, np.array([0.5, 2.0, 0.0, 1.5])], [-100, 1]
    )
]


@pytest.mark.parametrize("options", OPTIONS, ids=lambda o: "-".join(str(v is not None and v) for v in o.values()))
@pytest.mark.parametrize("shape", SHAPES)
def test_cross_entropy_of_classes(shape, options):
    x = rng().normal(size=SHAPES[shape])
    y = rng(1).integers(0, 4, size=np.delete(x.shape, 0 if x.ndim == 1 else 1))
    if shape == "one":
        y = np.array(3)
    elif options["ignore_index"] == -100:
        y.flat[1] = -100
    check_loss(options, x, y)


@pytest.mark.parametrize(
    "options",
    [o for o in OPTIONS if o["ignore_index"] == -100],
    ids=lambda o: "-".join(str(v is not None and v) for v in o.values()),
)
@pytest.mark.parametrize("shape", SHAPES)
def test_cross_entropy_of_probabilities(shape, options):
    x = rng().normal(size=SHAPES[shape])
    y = rng(1).uniform(size=x.shape)
    y /= y.sum(axis=0 if x.ndim == 1 else 1, keepdims=True)
    check_loss(options, x, y)


def test_cross_entropy_of_large_logits():
    x = np.array([[1e4, -1e4, 3.0], [0.0, 1e4, 1e4], [-1e4, -1e4, -1e4]])
    check_loss({}, x, np.array([1, 2, 0]))
    check_loss({"label_smoothing": 0.1}, x, np.array([0, 0, 0]))
    check_loss({}, np.array([[0.0, -np.inf, 1.0]]), np.array([2]))


def test_a_network_and_its_loss_together():
    ours = nn.Sequential(nn.Linear(5, 7, dtype=float), nn.ReLU(), nn.Linear(7, 3, dtype=float))
    theirs = torch.nn.Sequential(torch.nn.Linear(5, 7), torch.nn.ReLU(), torch.nn.Linear(7, 3)).double()
    ours.load_state_dict(theirs.state_dict())
    x, y = rng().normal(size=(9, 5)), rng(1).integers(0, 3, size=9)
    loss = nn.CrossEntropyLoss(label_smoothing=0.1)(ours(x), y)
    expected = torch.nn.CrossEntropyLoss(label_smoothing=0.1)(theirs(torch.tensor(x)), torch.tensor(y))
    close(loss, expected)
    loss.backward()
    expected.backward()
    for p, q in zip(ours.parameters(), theirs.parameters(), strict=True):
        close(p.grad, q.grad)
