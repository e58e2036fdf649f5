"""Schedulers beside PyTorch's: the rates, and the momenta, of 200 steps."""

import inspect
import math

import numpy as np
import pytest

import optim
from autograd_lite import Tensor
from optim import lr_scheduler as ours
from optim import schedules

torch = pytest.importorskip("torch")
theirs = torch.optim.lr_scheduler

#: Only the rates are looked at: nothing is trained.
pytestmark = pytest.mark.filterwarnings("ignore:Detected call of .lr_scheduler.step")

STEPS = 200
#: PyTorch lets a step follow the last one of the cycle, for which its line leads to a rate below 0.
UP = {"total_steps": 201}
CASES = [
    ("ConstantLR", {}),
    ("ConstantLR", {"factor": 0.25, "total_iters": 30}),
    ("ConstantLR", {"factor": 1.0}),
    ("LinearLR", {}),
    ("LinearLR", {"start_factor": 0.01, "total_iters": 150}),
    ("LinearLR", {"start_factor": 1.0, "end_factor": 0.0, "total_iters": 50}),
    ("StepLR", {"step_size": 30}),
    ("StepLR", {"step_size": 7, "gamma": 0.9}),
    ("StepLR", {"step_size": 50, "gamma": 1.5}),
    ("MultiStepLR", {"milestones": [30, 80, 80, 150]}),
    ("MultiStepLR", {"milestones": [80, 30], "gamma": 0.5}),
    ("ExponentialLR", {"gamma": 0.97}),
    ("ExponentialLR", {"gamma": math.exp(-0.1)}),
    ("ExponentialLR", {"gamma": 1.01}),
    ("PolynomialLR", {}),
    ("PolynomialLR", {"total_iters": 150, "power": 2.5}),
    ("PolynomialLR", {"total_iters": 300, "power": 0.5}),
    ("CosineAnnealingLR", {"T_max": 200}),
    ("CosineAnnealingLR", {"T_max": 17, "eta_min": 0.003}),
    ("CosineAnnealingLR", {"T_max": 1, "eta_min": 0.01}),
    ("CosineAnnealingWarmRestarts", {"T_0": 13}),
    ("CosineAnnealingWarmRestarts", {"T_0": 7, "T_mult": 2, "eta_min": 0.003}),
    ("CosineAnnealingWarmRestarts", {"T_0": 1, "T_mult": 3}),
    ("LambdaLR", {"lr_lambda": lambda t: 0.95**t}),
    ("LambdaLR", {"lr_lambda": [lambda t: 1 / (1 + t), lambda t: 1 + t]}),
    ("MultiplicativeLR", {"lr_lambda": lambda t: 1 - 1 / (t + 1)}),
    ("MultiplicativeLR", {"lr_lambda": [lambda t: 0.99, lambda t: 0.9 + 0.1 / t]}),
    ("OneCycleLR", {"max_lr": 0.5, **UP}),
    ("OneCycleLR", {"max_lr": [0.5, 1.0], "epochs": 67, "steps_per_epoch": 3}),
    ("OneCycleLR", {"max_lr": 0.5, "pct_start": 0.07, "anneal_strategy": "linear", **UP}),
    ("OneCycleLR", {"max_lr": 0.5, "three_phase": True, "div_factor": 10.0, "final_div_factor": 100.0, **UP}),
    ("OneCycleLR", {"max_lr": 0.5, "three_phase": True, "anneal_strategy": "linear", "pct_start": 0.4, **UP}),
    ("OneCycleLR", {"max_lr": 0.5, "base_momentum": 0.7, "max_momentum": [0.9, 0.8], **UP}),
    ("OneCycleLR", {"max_lr": 0.5, "cycle_momentum": False, **UP}),
    ("CyclicLR", {"base_lr": 0.01, "max_lr": 0.1, "step_size_up": 20}),
    ("CyclicLR", {"base_lr": [0.01, 0.02], "max_lr": [0.1, 0.3], "step_size_up": 20, "step_size_down": 7}),
    ("CyclicLR", {"base_lr": 0.01, "max_lr": 0.1, "step_size_up": 9, "mode": "triangular2"}),
    ("CyclicLR", {"base_lr": 0.01, "max_lr": 0.1, "step_size_up": 20, "mode": "exp_range", "gamma": 0.99}),
    ("CyclicLR", {"base_lr": 0.01, "max_lr": 0.1, "step_size_up": 9, "scale_fn": lambda n: 1 / n}),
    ("CyclicLR", {"base_lr": 0.01, "max_lr": 0.1, "step_size_up": 9, "scale_mode": "iterations",
                  "scale_fn": lambda t: 0.99**t}),
    ("CyclicLR", {"base_lr": 0.01, "max_lr": 0.1, "base_momentum": 0.5, "max_momentum": 0.99, "step_size_up": 5}),
    ("CyclicLR", {"base_lr": 0.01, "max_lr": 0.1, "cycle_momentum": False}),
]  # fmt: skip


def optimizers(kind="SGD", **options):
    """Ours and PyTorch's, each with two groups of other rates."""
    options = options or ({"momentum": 0.9} if kind == "SGD" else {})

    def groups(leaf):
        return [{"params": [leaf([1.0])]}, {"params": [leaf([2.0])], "lr": 0.02}]

    one = getattr(optim, kind)(groups(lambda data: Tensor(data, requires_grad=True)), lr=0.1, **options)
    other = getattr(torch.optim, kind)(groups(lambda data: torch.tensor(data, requires_grad=True)), lr=0.1, **options)
    return one, other


def settings(optimizer):
    """What a scheduler may change."""
    found = []
    for group in optimizer.param_groups:
        found += [float(group["lr"]), float(group.get("momentum", 0.0)), *group.get("betas", ())]
    return found


def walk(pair, schedulers, steps=STEPS, metrics=None):
    for t in range(steps + 1):
        one, other = (settings(optimizer) for optimizer in pair)
        np.testing.assert_allclose(one, other, rtol=1e-12, atol=1e-17, err_msg=f"step {t}")
        rates = [np.array(scheduler.get_last_lr(), float) for scheduler in schedulers]
        np.testing.assert_allclose(*rates, rtol=1e-12, atol=1e-17)
        if t < steps:
            for scheduler in schedulers:
                scheduler.step(*([] if metrics is None else [metrics[t]]))


@pytest.mark.parametrize(("name", "options"), CASES)
def test_rates_and_momenta(name, options):
    pair = optimizers()
    walk(pair, [getattr(ours, name)(pair[0], **options), getattr(theirs, name)(pair[1], **options)])


@pytest.mark.parametrize(("name", "options"), [case for case in CASES if case[0] in ("OneCycleLR", "CyclicLR")])
def test_the_first_of_betas_in_the_place_of_the_momentum(name, options):
    pair = optimizers("Adam")
    walk(pair, [getattr(ours, name)(pair[0], **options), getattr(theirs, name)(pair[1], **options)])


LOSSES = np.round(np.random.default_rng(0).normal(size=STEPS) + np.exp(-np.arange(STEPS) / 30), 2)


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"patience": 2},
        {"mode": "max", "patience": 3, "factor": 0.5},
        {"patience": 0, "cooldown": 4, "factor": 0.9},
        {"patience": 1, "threshold": 0.1, "threshold_mode": "abs", "factor": 0.8},
        {"patience": 1, "threshold": 0.2, "factor": 0.8, "mode": "max"},
        {"patience": 1, "threshold": 0.2, "factor": 0.8, "mode": "max", "threshold_mode": "abs"},
        {"patience": 0, "min_lr": [0.01, 0.001]},
        {"patience": 0, "min_lr": 0.005, "eps": 0.01},
    ],
)
def test_reduce_on_plateau(options):
    pair = optimizers()
    schedulers = [m.ReduceLROnPlateau(o, **options) for m, o in zip((ours, theirs), pair, strict=True)]
    walk(pair, schedulers, metrics=[math.nan, *LOSSES[1:].tolist()])
    assert pair[0].param_groups[0]["lr"] < 0.1


COMPOSED = [
    lambda m, o: m.SequentialLR(o, [m.LinearLR(o, 0.1, total_iters=20), m.CosineAnnealingLR(o, 150)], [20]),
    lambda m, o: m.SequentialLR(o, [m.ConstantLR(o, 0.1, 50), m.ExponentialLR(o, 0.9), m.StepLR(o, 5)], [30, 60]),
    lambda m, o: m.SequentialLR(o, [m.ExponentialLR(o, 0.9), m.MultiplicativeLR(o, lambda t: 0.99)], [10]),
    lambda m, o: m.SequentialLR(o, [m.MultiplicativeLR(o, lambda t: 0.5), m.PolynomialLR(o, 50)], [10]),
    lambda m, o: m.SequentialLR(o, [m.LinearLR(o), m.CosineAnnealingWarmRestarts(o, 10, 2, 0.001)], [5]),
    lambda m, o: m.SequentialLR(o, [m.LambdaLR(o, lambda t: 1 / (t + 1)), m.MultiStepLR(o, [3, 9])], [7]),
    lambda m, o: m.ChainedScheduler([m.ConstantLR(o, 0.1, 20), m.ExponentialLR(o, 0.97)]),
    lambda m, o: m.ChainedScheduler([m.LinearLR(o, 0.1, total_iters=9), m.StepLR(o, 30), m.PolynomialLR(o, 150)]),
    lambda m, o: m.ChainedScheduler([m.CosineAnnealingLR(o, 23, 0.001), m.MultiStepLR(o, [40, 90])], optimizer=o),
    lambda m, o: m.ChainedScheduler([m.MultiplicativeLR(o, lambda t: 1.01), m.CosineAnnealingLR(o, 40)]),
]  # fmt: skip


@pytest.mark.filterwarnings("ignore:Please also save or load")
@pytest.mark.parametrize("make", COMPOSED)
def test_schedulers_of_schedulers(make):
    pair = optimizers()
    walk(pair, [make(module, optimizer) for module, optimizer in zip((ours, theirs), pair, strict=True)])


@pytest.mark.parametrize("T_mult", [1, 2])
def test_restarts_by_fractions_of_an_epoch(T_mult):
    pair = optimizers()
    schedulers = [m.CosineAnnealingWarmRestarts(o, 3, T_mult) for m, o in zip((ours, theirs), pair, strict=True)]
    for i in range(200):
        for scheduler in schedulers:
            scheduler.step(i / 7 + 0.01)
        np.testing.assert_allclose(settings(pair[0]), settings(pair[1]), rtol=1e-12)
        assert schedulers[0].last_epoch == schedulers[1].last_epoch
    walk(pair, schedulers, steps=20)


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("ExponentialLR", {"gamma": 0.9}), ("StepLR", {"step_size": 30}), ("LinearLR", {"total_iters": 50}),
        ("CosineAnnealingLR", {"T_max": 60}), ("LambdaLR", {"lr_lambda": lambda t: 0.9**t}),
        ("MultiplicativeLR", {"lr_lambda": lambda t: 0.9}), ("OneCycleLR", {"max_lr": 1.0, "total_steps": 200}),
        ("CyclicLR", {"base_lr": 0.1, "max_lr": 0.4, "step_size_up": 30}),
        ("CosineAnnealingWarmRestarts", {"T_0": 60}), ("PolynomialLR", {"total_iters": 60}),
    ],
)  # fmt: skip
def test_going_on_from_last_epoch(name, options):
    pair = optimizers()
    first = [getattr(m, name)(o, **options) for m, o in zip((ours, theirs), pair, strict=True)]
    walk(pair, first, 20)
    again = [getattr(m, name)(o, **options, last_epoch=19) for m, o in zip((ours, theirs), pair, strict=True)]
    assert again[0].last_epoch == again[1].last_epoch == first[0].last_epoch == 20
    walk(pair, again, 100)


SAME_STATE = ["ConstantLR", "LinearLR", "StepLR", "MultiStepLR", "ExponentialLR", "PolynomialLR", "CosineAnnealingLR",
              "CosineAnnealingWarmRestarts", "LambdaLR", "MultiplicativeLR"]  # fmt: skip


@pytest.mark.parametrize(("name", "options"), [case for case in CASES if case[0] in SAME_STATE])
def test_a_state_of_pytorch_is_gone_on_from(name, options):
    pair = optimizers()
    other = getattr(theirs, name)(pair[1], **options)
    for _ in range(17):
        other.step()
    one = getattr(ours, name)(pair[0], **options)
    one.load_state_dict(other.state_dict())
    pair[0].load_state_dict(pair[1].state_dict())
    walk(pair, [one, other], 50)


#: A function of the step beside the class of PyTorch's that does the same to a rate of 1.
FUNCTIONS = [
    (schedules.constant(0.25).then(1.0, at=30), "ConstantLR", {"factor": 0.25, "total_iters": 30}),
    (schedules.linear(0.1, 0.7, 40), "LinearLR", {"start_factor": 0.1, "end_factor": 0.7, "total_iters": 40}),
    (schedules.step(7, 0.9), "StepLR", {"step_size": 7, "gamma": 0.9}),
    (schedules.multi_step([80, 30, 30], 0.5), "MultiStepLR", {"milestones": [30, 30, 80], "gamma": 0.5}),
    (schedules.exponential(0.1), "ExponentialLR", {"gamma": math.exp(-0.1)}),
    (schedules.geometric(0.97), "ExponentialLR", {"gamma": 0.97}),
    (schedules.polynomial(150, 2.5), "PolynomialLR", {"total_iters": 150, "power": 2.5}),
    (schedules.cosine(17, 0.1), "CosineAnnealingLR", {"T_max": 17, "eta_min": 0.1}),
    (schedules.cosine_restarts(7, 2, 0.1), "CosineAnnealingWarmRestarts", {"T_0": 7, "T_mult": 2, "eta_min": 0.1}),
    (schedules.one_cycle(201), "OneCycleLR", {"max_lr": 1.0, **UP}),
    (schedules.one_cycle(201, 0.4, "linear", 10.0, 50.0, True), "OneCycleLR",
     {"max_lr": 1.0, "pct_start": 0.4, "anneal_strategy": "linear", "div_factor": 10.0, "final_div_factor": 50.0,
      "three_phase": True, **UP}),
    (schedules.cyclic(0.1, 0.5, 9, 4, "triangular2"), "CyclicLR",
     {"base_lr": 0.1, "max_lr": 0.5, "step_size_up": 9, "step_size_down": 4, "mode": "triangular2"}),
    (schedules.cyclic(0.1, 0.5, 9, scale_fn=lambda t: 0.99**t, scale_mode="iterations"), "CyclicLR",
     {"base_lr": 0.1, "max_lr": 0.5, "step_size_up": 9, "mode": "exp_range", "gamma": 0.99}),
    (schedules.linear(0.1, 1.0, 20).then(schedules.cosine(90), at=20), "SequentialLR", None),
]  # fmt: skip


@pytest.mark.parametrize(("schedule", "name", "options"), FUNCTIONS, ids=lambda v: v if isinstance(v, str) else "")
def test_functions_of_the_step(schedule, name, options):
    optimizer = torch.optim.SGD([torch.tensor(1.0, requires_grad=True)], lr=1.0, momentum=0.9)
    scheduler = warm_up_and_cosine(optimizer) if options is None else getattr(theirs, name)(optimizer, **options)
    for t in range(STEPS):
        # PyTorch multiplies the rate of the step before, and where that was almost 0 its rounding is not.
        np.testing.assert_allclose(schedule(t), scheduler.get_last_lr()[0], rtol=1e-12, atol=1e-15, err_msg=f"{t}")
        scheduler.step()


def warm_up_and_cosine(o):
    return theirs.SequentialLR(o, [theirs.LinearLR(o, 0.1, total_iters=20), theirs.CosineAnnealingLR(o, 90)], [20])


@pytest.mark.parametrize("name", ours.__all__)
def test_arguments_and_defaults(name):
    if name == "RateLR":
        return
    mine, other = (inspect.signature(getattr(m, name)).parameters for m in (ours, theirs))
    assert [(p.name, p.default) for p in mine.values()] == [(p.name, p.default) for p in other.values()]
