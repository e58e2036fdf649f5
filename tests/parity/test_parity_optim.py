"""Optimizers beside PyTorch's: 200 steps from the same start along the same gradients."""

import numpy as np
import pytest

import nn
import optim
from autograd_lite import Tensor

torch = pytest.importorskip("torch")

SGD = [
    {},
    {"lr": 0.05},
    {"lr": 0.05, "momentum": 0.9},
    {"lr": 0.05, "momentum": 0.9, "dampening": 0.3},
    {"lr": 0.05, "momentum": 0.9, "dampening": -0.3},
    {"lr": 0.05, "momentum": 0.9, "nesterov": True},
    {"lr": 0.05, "momentum": 0.9, "nesterov": True, "weight_decay": 0.1},
    {"lr": 0.05, "weight_decay": 0.1},
    {"lr": 0.0005, "maximize": True},
    {"lr": 0.0005, "maximize": True, "momentum": 0.9, "weight_decay": 0.1, "dampening": 0.1},
]
ADAM = [
    {},
    {"lr": 0.02},
    {"lr": 0.02, "betas": (0.7, 0.95)},
    {"lr": 0.02, "betas": (0.0, 0.9)},
    {"lr": 0.02, "eps": 0.1},
    {"lr": 0.02, "weight_decay": 0.1},
    {"lr": 0.02, "amsgrad": True},
    {"lr": 0.02, "amsgrad": True, "weight_decay": 0.1, "betas": (0.8, 0.9), "eps": 1e-3},
    {"lr": 0.0005, "maximize": True},
    {"lr": 0.0005, "maximize": True, "amsgrad": True, "weight_decay": 0.1},
]
RATE = {"lr": 0.02}
DECAY = {"weight_decay": 0.1}
UP = {"lr": 0.0005, "maximize": True}
OTHERS = {
    "AdamW": [{}, RATE, RATE | DECAY, RATE | {"weight_decay": 0.0}, RATE | {"amsgrad": True, "betas": (0.8, 0.9)}, UP],
    "Adagrad": [{}, RATE | DECAY, RATE | {"lr_decay": 0.1}, RATE | {"initial_accumulator_value": 0.5, "eps": 0.01}, UP],
    "Adadelta": [{}, RATE | DECAY, {"rho": 0.5, "eps": 1e-3}, {"lr": 0.5}, UP],
    "RMSprop": [{}, RATE | DECAY, RATE | {"alpha": 0.8, "eps": 0.1}, RATE | {"momentum": 0.9},
                RATE | {"centered": True}, {"lr": 0.005, "centered": True, "momentum": 0.5, "weight_decay": 0.1}, UP],
    "Adamax": [{}, RATE | DECAY, RATE | {"betas": (0.5, 0.9), "eps": 0.1}, UP],
    "NAdam": [{}, RATE | DECAY, RATE | DECAY | {"decoupled_weight_decay": True}, RATE | {"betas": (0.5, 0.9)},
              RATE | {"momentum_decay": 0.1, "eps": 0.1}, UP],
    "RAdam": [{}, RATE | DECAY, RATE | DECAY | {"decoupled_weight_decay": True}, RATE | {"betas": (0.5, 0.9)},
              RATE | {"betas": (0.9, 0.6)}, RATE | {"eps": 0.1}, UP],
}  # fmt: skip
ALL = {"SGD": SGD, "Adam": ADAM, **OTHERS}
CASES = [(name, options) for name, rows in ALL.items() for options in rows]
#: For each method options with which it remembers all that it can.
FULLEST = [
    ("SGD", {"lr": 0.05, "momentum": 0.9}), ("Adam", {"lr": 0.05, "amsgrad": True}), ("AdamW", RATE), ("Adagrad", RATE),
    ("Adadelta", {}), ("RMSprop", {"lr": 0.005, "centered": True, "momentum": 0.5}), ("Adamax", RATE), ("NAdam", RATE),
    ("RAdam", RATE),
]  # fmt: skip


@pytest.fixture(autouse=True)
def numbers_in_float64():
    """PyTorch keeps its numbers beside the arrays, such as NAdam's product, in the default data type."""
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(before)


def pair(seed=0):
    """Two leaves of ours and the same of PyTorch's."""
    generator = np.random.default_rng(seed)
    arrays = [generator.normal(size=(3, 4)), generator.normal(size=(4,))]
    ours = [Tensor(a, requires_grad=True) for a in arrays]
    theirs = [torch.tensor(a, requires_grad=True) for a in arrays]
    return ours, theirs


def loss_of(params, x):
    """Neither linear nor quadratic, with slopes that change sign on the way."""
    w, b = params
    return ((x @ w + b) ** 2).mean() + (w * b).sin().sum() * 0.3


def walk(ours, theirs, one, other, steps, change=None):
    """Step both, comparing after each step; `change(optimizer, step)` is done to both."""
    for step in range(steps):
        x = np.random.default_rng(step).normal(size=(8, 3))
        for optimizer, params, data in ((one, ours, x), (other, theirs, torch.tensor(x))):
            optimizer.zero_grad()
            loss_of(params, data).backward()
            optimizer.step()
            if change:
                change(optimizer, step)
        for p, q in zip(ours, theirs, strict=True):
            np.testing.assert_allclose(p.data, q.detach().numpy(), rtol=1e-10, atol=1e-10, err_msg=f"step {step}")


@pytest.mark.parametrize(("name", "options"), CASES)
def test_trajectories(name, options):
    ours, theirs = pair()
    walk(ours, theirs, getattr(optim, name)(ours, **options), getattr(torch.optim, name)(theirs, **options), 200)


@pytest.mark.parametrize("name", ALL)
def test_defaults(name):
    ours, theirs = pair()
    one, other = getattr(optim, name)(ours), getattr(torch.optim, name)(theirs)
    for key, value in one.defaults.items():
        assert key in one.own_options or other.defaults[key] == value


@pytest.mark.parametrize(("name", "options"), FULLEST)
def test_groups_and_options_that_change_on_the_way(name, options):
    def change(optimizer, step):
        optimizer.param_groups[0]["lr"] *= 0.98
        if step == 20:
            optimizer.param_groups[1]["weight_decay"] = 0.05

    ours, theirs = pair()
    one = getattr(optim, name)([{"params": ours[:1]}, {"params": ours[1:], "lr": 0.01}], **options)
    other = getattr(torch.optim, name)([{"params": theirs[:1]}, {"params": theirs[1:], "lr": 0.01}], **options)
    walk(ours, theirs, one, other, 60, change)


@pytest.mark.parametrize("name", ALL)
def test_parameters_that_get_a_gradient_only_now_and_then(name):
    ours, theirs = pair()
    options = {"lr": 0.05, "weight_decay": 0.1, **({"momentum": 0.9} if name == "SGD" else {})}
    one, other = getattr(optim, name)(ours, **options), getattr(torch.optim, name)(theirs, **options)
    for step in range(30):
        for optimizer, (w, b) in ((one, ours), (other, theirs)):
            optimizer.zero_grad()
            ((w * w).sum() if step % 3 else (b * b).sum()).backward()
            optimizer.step()
        for p, q in zip(ours, theirs, strict=True):
            # What is left of steps that cancel has the rounding of the steps.
            np.testing.assert_allclose(p.data, q.detach().numpy(), rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize(("name", "options"), [("SGD", {"lr": 0.05}), *FULLEST])
def test_a_state_of_pytorch_is_gone_on_from(name, options):
    ours, theirs = pair()
    other = getattr(torch.optim, name)(theirs, **options)
    walk(ours, theirs, getattr(optim, name)(ours, **options), other, 10)
    state = other.state_dict()
    one = getattr(optim, name)(ours, lr=1.0)
    one.load_state_dict(state)
    walk(ours, theirs, one, other, 50)


@pytest.mark.parametrize(("name", "options"), [("SGD", {"lr": 0.1, "momentum": 0.9}), ("Adam", {"lr": 0.01})])
def test_a_network_trained_beside_pytorch(name, options):
    ours = nn.Sequential(nn.Linear(5, 16, dtype=float), nn.ReLU(), nn.Linear(16, 3, dtype=float))
    theirs = torch.nn.Sequential(torch.nn.Linear(5, 16), torch.nn.ReLU(), torch.nn.Linear(16, 3)).double()
    ours.load_state_dict(theirs.state_dict())
    one = getattr(optim, name)(ours.parameters(), **options)
    other = getattr(torch.optim, name)(theirs.parameters(), **options)
    generator = np.random.default_rng(0)
    x, y = generator.normal(size=(64, 5)), generator.integers(0, 3, size=64)
    for _ in range(100):
        one.zero_grad()
        other.zero_grad()
        loss = nn.CrossEntropyLoss()(ours(x), y)
        expected = torch.nn.CrossEntropyLoss()(theirs(torch.tensor(x)), torch.tensor(y))
        loss.backward()
        expected.backward()
        one.step()
        other.step()
    np.testing.assert_allclose(loss.item(), expected.item(), rtol=1e-9)
    for p, q in zip(ours.parameters(), theirs.parameters(), strict=True):
        np.testing.assert_allclose(p.data, q.detach().numpy(), rtol=1e-8, atol=1e-10)
