"""Schedules as functions of the step, and schedulers: by hand, how they go together, resume, and what they refuse."""

import copy
import math
import pickle

import numpy as np
import pytest

import optim
from autograd_lite import Tensor, load, save
from autograd_lite.errors import ArgumentError, ArgumentValueError, AutogradError, KindError, MissingLibraryError
from optim import lr_scheduler as lrs
from optim import schedules


def sgd(lr=0.1, **options):
    return optim.SGD([Tensor([1.0], requires_grad=True)], lr=lr, **options)


def rates(scheduler, steps):
    found = []
    for _ in range(steps):
        assert scheduler.get_last_lr() == [group["lr"] for group in scheduler.optimizer.param_groups]
        found.append(scheduler.get_last_lr()[0])
        scheduler.step()
    return found


# Functions of the step


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        (schedules.time_based(0.5), [1, 1 / 1.5, 1 / 2, 1 / 2.5]),
        (schedules.exponential(0.1), [1, math.exp(-0.1), math.exp(-0.2), math.exp(-0.3)]),
        (schedules.step(2, 0.1), [1, 1, 0.1, 0.1, 0.01]),
        (schedules.multi_step([1, 1, 3]), [1, 0.01, 0.01, 0.001]),
        (schedules.linear(0.0, 1.0, 2), [0, 0.5, 1, 1]),
        (schedules.polynomial(2, 2.0), [1, 0.25, 0, 0]),
        (schedules.cosine(2, 0.2), [1, 0.6, 0.2, 0.6, 1, 0.6, 0.2]),
        (schedules.cosine_restarts(1, 2), [1, 1, 0.5, 1]),
        (schedules.cyclic(1.0, 3.0, 2, 1), [1, 2, 3, 1, 2]),
        # η_0 e^(-0.1 t) for 3 epochs without a change: e^-0.1 of epoch 3, then e^-0.1 again.
        (schedules.keras(3), [1, 1, 1, math.exp(-0.1), math.exp(-0.2), math.exp(-0.3)]),
        # By the letter: e^(-0.1 3), and that times e^(-0.1 4).
        (schedules.keras(3, by_epoch=True), [1, 1, 1, math.exp(-0.3), math.exp(-0.7), math.exp(-1.2)]),
        (schedules.keras(0, 1.0, by_epoch=True), [1, math.exp(-1), math.exp(-3)]),
        (schedules.constant(0.5) + schedules.step(1, 0.5), [1.5, 1.0, 0.75]),
        (2 - schedules.step(1, 0.5) - 1, [0, 0.5, 0.75]),
        (3 + 2 * schedules.step(1, 0.5) * schedules.step(1, 0.5), [5, 3.5, 3.125]),
        (schedules.Schedule(lambda t: t**2), [0, 1, 4, 9]),
        (schedules.Schedule([3.0, 2.0].__getitem__, "list"), [3, 2]),
        (schedules.constant(2.0).then(lambda t: t, at=2), [2, 2, 0, 1, 2]),
        (schedules.sequence([1, schedules.step(1, 0.5), 7.0], [1, 3]), [1, 1, 0.5, 7, 7]),
    ],
)
def test_schedules_by_hand(schedule, expected):
    assert [schedule(t) for t in range(len(expected))] == pytest.approx(expected, rel=1e-14, abs=1e-16)


def test_the_rule_of_the_lectures_at_its_own_numbers():
    rate = 0.001 * schedules.keras()
    assert [rate(t) for t in (0, 9, 10, 11, 29)] == pytest.approx(
        [0.001, 0.001, 0.001 * math.exp(-0.1), 0.001 * math.exp(-0.2), 0.001 * math.exp(-2.0)], rel=1e-14
    )


def test_one_cycle_goes_up_and_down():
    rate = schedules.one_cycle(11, rise=0.5, anneal="linear", div_factor=10.0, final_div_factor=10.0)
    # Up from 0.1 until step 0.5 * 11 - 1 = 4.5, then down to 0.01 at step 10, where it stays.
    assert [rate(t) for t in (0, 4.5, 10, 11)] == pytest.approx([0.1, 1.0, 0.01, 0.01])
    three = schedules.one_cycle(11, rise=0.3, anneal="cos", div_factor=10.0, final_div_factor=10.0, three_phase=True)
    assert [three(t) for t in (0, 2.3, 4.6, 10)] == pytest.approx([0.1, 1.0, 0.1, 0.01])
    # A rise of no length.
    assert schedules.one_cycle(10, rise=0.1)(0) == 1.0
    with pytest.raises(ArgumentValueError, match="step 12 is beyond the 11 steps"):
        rate(12)


def test_names_of_sums_and_products():
    both = 0.1 * (schedules.step(3) + 1)
    assert both.name == "0.1 * (step + 1)"
    assert repr(schedules.cosine(3) - both) == "Schedule(cosine - (0.1 * (step + 1)))"


@pytest.mark.parametrize(
    ("call", "error", "said"),
    [
        (lambda: schedules.step(0), ArgumentValueError, "step: size is 0; it must be at least 1"),
        (lambda: schedules.step(2.0), KindError, "size is float 2.0; it must be an integer"),
        (lambda: schedules.step(2, -0.1), ArgumentValueError, "gamma is -0.1"),
        (lambda: schedules.multi_step(3), KindError, "milestones is int 3; give a list of steps"),
        (lambda: schedules.multi_step([1, -3]), ArgumentValueError, r"milestones\[1\] is -3"),
        (lambda: schedules.time_based("fast"), KindError, "decay is str 'fast'"),
        (lambda: schedules.exponential(math.nan), ArgumentValueError, "k is nan; it must be a finite number"),
        (lambda: schedules.keras(hold=-1), ArgumentValueError, "hold is -1; it must be at least 0"),
        (lambda: schedules.keras(by_epoch=1), KindError, "by_epoch is int 1; it must be True or False"),
        (lambda: schedules.cosine(True), KindError, "steps is bool True"),
        (lambda: schedules.one_cycle(10, rise=1.5), ArgumentValueError, "rise is 1.5; it must be from 0 to 1"),
        (lambda: schedules.one_cycle(10, anneal="sine"), ArgumentValueError, "one of 'cos', 'linear'"),
        (lambda: schedules.cyclic(0.1, 0.2, mode="square"), ArgumentValueError, "mode is 'square'"),
        (lambda: schedules.cyclic(0.1, 0.2, scale_fn=3), KindError, "scale_fn is int 3; it must be a function"),
        (lambda: schedules.sequence([1.0, 2.0], []), ArgumentValueError, "2 schedules have 0 milestones"),
        (lambda: schedules.sequence([1.0, 2.0, 3.0], [5, 5]), ArgumentValueError, "not each larger"),
        (lambda: schedules.sequence(5, [1]), KindError, "schedules is int 5; give a list"),
        (lambda: schedules.sequence([1.0, 2.0], 5), KindError, "milestones is int 5"),
        (lambda: schedules.constant() + "1", KindError, "expected a schedule, a function of the step or a number"),
        (lambda: schedules.constant()(-1), ArgumentValueError, "the step is -1.0; it must be at least 0"),
        (lambda: schedules.Schedule(3), KindError, "f is int 3"),
        (lambda: schedules.Schedule(lambda t: "x")(0), KindError, "its value is str 'x'"),
        (lambda: schedules.plot(schedules.step(3), 0), ArgumentValueError, "plot: steps is 0"),
        (lambda: schedules.plot(3 + 4j, 5), KindError, "it must be a real number"),
        (lambda: schedules.plot(schedules.step(3), 5, scale="ln"), ArgumentValueError, "scale is 'ln'"),
    ],
)
def test_wrong_schedules(call, error, said):
    with pytest.raises(error, match=said) as caught:
        call()
    assert isinstance(caught.value, AutogradError)


def test_plot_draws_what_the_schedules_give(tmp_path):
    pytest.importorskip("matplotlib")
    figure = schedules.plot([schedules.step(2), lambda t: 2 - t, 0.5, schedules.step(3)], 4, scale="log", title="E2")
    [axes] = figure.axes
    assert [line.get_label() for line in axes.lines] == ["step", "<lambda>", "0.5", "step (4)"]
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["step", "<lambda>", "0.5", "step (4)"]
    assert list(axes.lines[1].get_ydata()) == [2, 1, 0, -1]
    assert list(axes.lines[0].get_ydata()) == pytest.approx([1, 1, 0.1, 0.1])
    assert (axes.get_yscale(), axes.get_title()) == ("log", "E2")
    [alone] = schedules.plot(schedules.cosine(3), 1).axes
    assert alone.get_legend() is None
    assert alone.lines[0].get_marker() == "o"
    figure.savefig(tmp_path / "schedules.png")


def test_plot_without_matplotlib_says_what_to_install(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "matplotlib.figure", None)
    with pytest.raises(MissingLibraryError, match="pip install matplotlib"):
        schedules.plot(schedules.cosine(3), 5)


# Schedulers


def test_step_by_hand():
    assert rates(lrs.StepLR(sgd(), 2), 5) == pytest.approx([0.1, 0.1, 0.01, 0.01, 0.001])
    assert rates(lrs.ConstantLR(sgd(), 0.0, 2), 4) == [0.0, 0.0, 0.1, 0.1]
    assert rates(lrs.PolynomialLR(sgd(), 2), 4) == pytest.approx([0.1, 0.05, 0.0, 0.0])
    assert rates(lrs.ExponentialLR(sgd(), 0.0), 3) == [0.1, 0.0, 0.0]


def test_a_schedule_is_a_factor_or_a_rate():
    schedule = schedules.time_based(1.0)
    assert rates(lrs.LambdaLR(sgd(), schedule), 3) == pytest.approx([0.1, 0.05, 0.1 / 3])
    assert rates(lrs.RateLR(sgd(), schedule), 3) == pytest.approx([1.0, 0.5, 1 / 3])
    two = optim.SGD([{"params": [p]} for p in (Tensor(1.0, requires_grad=True), Tensor(2.0, requires_grad=True))])
    scheduler = lrs.RateLR(two, [schedule, schedules.constant(7.0)])
    scheduler.step()
    assert scheduler.get_last_lr() == [0.5, 7.0]


def test_what_others_do_to_the_rate_stays_where_factors_multiply():
    optimizer = sgd(0.8)
    scheduler = lrs.ExponentialLR(optimizer, 0.5)
    optimizer.param_groups[0]["lr"] = 0.2
    scheduler.step()
    assert optimizer.param_groups[0]["lr"] == 0.1
    replaced = lrs.LambdaLR(sgd(0.8), lambda t: 0.5**t)
    replaced.optimizer.param_groups[0]["lr"] = 0.2
    replaced.step()
    assert replaced.get_last_lr() == [0.4]


def test_a_scheduler_of_schedulers_in_a_sequence():
    optimizer = sgd(0.8)
    chained = lrs.ChainedScheduler([lrs.ConstantLR(optimizer, 0.5, 1), lrs.ExponentialLR(optimizer, 0.5)])
    warm = lrs.LinearLR(optimizer, 0.25, total_iters=2)
    restarts = lrs.CosineAnnealingWarmRestarts(optimizer, 2)
    inner = lrs.SequentialLR(optimizer, [chained, restarts], [2])
    scheduler = lrs.SequentialLR(optimizer, [warm, inner], [2])
    # Warm up 0.2, 0.5; half for one step and halved at each, 0.4, 0.4; half a cosine from the first rate.
    assert rates(scheduler, 8) == pytest.approx([0.2, 0.5, 0.4, 0.4, 0.8, 0.4, 0.8, 0.4])
    scheduler.restart()
    assert rates(scheduler, 8) == pytest.approx([0.2, 0.5, 0.4, 0.4, 0.8, 0.4, 0.8, 0.4])


def test_reduce_on_plateau_takes_a_tensor():
    scheduler = lrs.ReduceLROnPlateau(sgd(), patience=0, cooldown=2)
    assert not scheduler.in_cooldown
    for loss in (Tensor(1.0), np.float32(1.0)):
        scheduler.step(loss)
    assert scheduler.get_last_lr() == [pytest.approx(0.01)]
    assert scheduler.in_cooldown
    with pytest.raises(KindError, match="step got NoneType None; give it the loss"):
        scheduler.step()
    with pytest.raises(KindError, match="give it the loss"):
        scheduler.step([1.0, 2.0])
    assert scheduler.last_epoch == 2


MAKERS = {
    "ConstantLR": lambda o: lrs.ConstantLR(o, 0.5, 7),
    "LinearLR": lambda o: lrs.LinearLR(o, 0.1, total_iters=8),
    "StepLR": lambda o: lrs.StepLR(o, 3),
    "MultiStepLR": lambda o: lrs.MultiStepLR(o, [2, 8]),
    "ExponentialLR": lambda o: lrs.ExponentialLR(o, 0.9),
    "PolynomialLR": lambda o: lrs.PolynomialLR(o, 20),
    "CosineAnnealingLR": lambda o: lrs.CosineAnnealingLR(o, 6, 0.001),
    "CosineAnnealingWarmRestarts": lambda o: lrs.CosineAnnealingWarmRestarts(o, 2, 2),
    "OneCycleLR": lambda o: lrs.OneCycleLR(o, 1.0, 20),
    "CyclicLR": lambda o: lrs.CyclicLR(o, 0.1, 0.5, 3),
    "CyclicLR alone": lambda o: lrs.CyclicLR(o, 0.1, 0.5, 3, cycle_momentum=False, scale_fn=lambda n: 1 / n),
    "LambdaLR": lambda o: lrs.LambdaLR(o, lambda t: 0.9**t),
    "MultiplicativeLR": lambda o: lrs.MultiplicativeLR(o, lambda t: 0.9),
    "RateLR": lambda o: lrs.RateLR(o, schedules.exponential(0.1)),
    "ReduceLROnPlateau": lambda o: lrs.ReduceLROnPlateau(o, patience=1),
    "SequentialLR": lambda o: lrs.SequentialLR(o, [lrs.LinearLR(o), lrs.CosineAnnealingWarmRestarts(o, 4)], [3]),
    "ChainedScheduler": lambda o: lrs.ChainedScheduler([lrs.LinearLR(o, 0.1), lrs.MultiStepLR(o, [2])]),
}


def go_on(scheduler, steps):
    found = []
    for t in range(steps):
        scheduler.step(*([1.0 if t % 3 else 2.0] if isinstance(scheduler, lrs.ReduceLROnPlateau) else []))
        group = scheduler.optimizer.param_groups[0]
        found.append((group["lr"], group["momentum"], *scheduler.get_last_lr()))
    return found


@pytest.mark.parametrize("name", MAKERS)
def test_a_state_on_disk_resumes_bit_by_bit(name, tmp_path):
    first = MAKERS[name](sgd(momentum=0.5))
    go_on(first, 6)
    path = save(tmp_path / "state.safetensors", [first.state_dict(), first.optimizer.state_dict()])
    expected = go_on(first, 6)
    again = MAKERS[name](sgd(0.7, momentum=0.5))
    scheduler_state, optimizer_state = load(path)
    again.load_state_dict(scheduler_state)
    again.optimizer.load_state_dict(optimizer_state)
    assert go_on(again, 6) == expected


@pytest.mark.parametrize("name", MAKERS)
def test_a_state_shares_nothing_and_a_wrong_one_changes_nothing(name):
    scheduler, twin = MAKERS[name](sgd(momentum=0.5)), MAKERS[name](sgd(momentum=0.5))
    state = scheduler.state_dict()
    kept = copy.deepcopy(state)
    go_on(scheduler, 5)
    assert state == kept
    handed_out = scheduler.state_dict()
    for value in (*handed_out.values(), scheduler.get_last_lr()):
        if isinstance(value, list | dict):
            value.clear()
    before = scheduler.state_dict()
    for wrong in ({**state, "base_lrs": [0.1, 0.2]}, {**state, "last_epoch": "two"}, {**state, "momenta": 3}, {}, 5):
        with pytest.raises((KindError, ArgumentValueError)):
            scheduler.load_state_dict(wrong)
        assert scheduler.state_dict() == before
    if "_schedulers" in state:
        for wrong in ([state["_schedulers"][0]], [state["_schedulers"][0], {}]):
            with pytest.raises(ArgumentValueError):
                scheduler.load_state_dict({**state, "_schedulers": wrong})
            assert scheduler.state_dict() == before
    twin.load_state_dict(before)
    go_on(scheduler, 2)
    assert twin.state_dict() == before


def test_what_a_wrong_state_is_told():
    scheduler = lrs.StepLR(sgd(), 3)
    state = scheduler.state_dict()
    with pytest.raises(ArgumentValueError, match="the state lacks gamma, and has besides power; it is of another"):
        scheduler.load_state_dict({**{k: v for k, v in state.items() if k != "gamma"}, "power": 2})
    with pytest.raises(ArgumentValueError, match="gamma in the state is str 'x'; expected something like float 0"):
        scheduler.load_state_dict({**state, "gamma": "x"})


def test_schedulers_copy_and_pickle():
    scheduler = lrs.OneCycleLR(sgd(momentum=0.5), 1.0, 20)
    go_on(scheduler, 3)
    for twin in (copy.deepcopy(scheduler), pickle.loads(pickle.dumps(scheduler))):
        assert twin.optimizer is not scheduler.optimizer
        assert go_on(twin, 4) == go_on(copy.deepcopy(scheduler), 4)


def test_a_subclass_gives_its_rates():
    class Halving(lrs.LRScheduler):
        def get_lr(self):
            return [base * 0.5**self.last_epoch for base in self.base_lrs]

    assert rates(Halving(sgd(0.8)), 3) == [0.8, 0.4, 0.2]
    assert Halving(sgd(0.8), 0).restart() is None if False else True


class Other(lrs.LRScheduler):
    def get_lr(self):
        return [-1.0 for _ in self.base_lrs] if self.last_epoch == 2 else self.lrs


def test_a_negative_rate_changes_nothing():
    scheduler = Other(sgd())
    scheduler.step()
    with pytest.raises(ArgumentValueError, match="Other: the rate of step 2 for group 0 is -1"):
        scheduler.step()
    assert scheduler.last_epoch == 1
    assert scheduler.get_last_lr() == scheduler.lrs == [0.1]
    low = lrs.CyclicLR(sgd(momentum=0.3), 0.1, 0.1, 2, scale_fn=lambda n: 20.0)
    with pytest.raises(ArgumentValueError, match="the momentum is -"):
        low.step()
    assert low.optimizer.param_groups[0]["momentum"] == 0.9


def test_groups_that_come_later():
    optimizer = sgd()
    scheduler = lrs.StepLR(optimizer, 3)
    optimizer.add_param_group({"params": [Tensor(1.0, requires_grad=True)]})
    with pytest.raises(ArgumentValueError, match="made for 1 groups of parameters, and the optimizer has 2"):
        scheduler.step()
    assert lrs.StepLR(optimizer, 3).get_last_lr() == [0.1, 0.1]


def test_a_refused_scheduler_leaves_the_optimizer_alone():
    optimizer = sgd(momentum=0.5)
    before = optimizer.state_dict()
    for make in (
        lambda: lrs.LambdaLR(optimizer, lambda t: -1.0),
        lambda: lrs.OneCycleLR(optimizer, 1.0, 10, max_momentum=-1.0),
        lambda: lrs.ConstantLR(optimizer, 2.0),
        lambda: lrs.StepLR(optimizer, -1),
        lambda: lrs.CyclicLR(optimizer, -0.1, 1.0),
    ):
        with pytest.raises(ArgumentValueError):
            make()
        assert optimizer.state_dict() == before


@pytest.mark.parametrize(
    ("make", "error", "said"),
    [
        (lambda o: lrs.StepLR(3, 2), KindError, "StepLR: got int 3 in the place of an optimizer"),
        (lambda o: lrs.StepLR(o, 2, last_epoch=4), ArgumentValueError, "do not know their initial_lr"),
        (lambda o: lrs.StepLR(o, 2, last_epoch=-2), ArgumentValueError, "last_epoch is -2"),
        (lambda o: lrs.StepLR(o, 2, last_epoch=1.0), ArgumentValueError, "last_epoch is 1.0"),
        (lambda o: lrs.LinearLR(o, 0.0), ArgumentValueError, "start_factor is 0.0; it must be above 0"),
        (lambda o: lrs.LinearLR(o, 1.5), ArgumentValueError, "start_factor is 1.5; it must be from 0 to 1"),
        (lambda o: lrs.LinearLR(o, total_iters=0), ArgumentValueError, "steps is 0"),
        (lambda o: lrs.MultiStepLR(o, 5), KindError, "milestones is int 5"),
        (lambda o: lrs.MultiStepLR(o, "35"), KindError, "integer"),
        (lambda o: lrs.LambdaLR(o, 0.5), KindError, "LambdaLR: lr_lambda is float 0.5; it must be a function"),
        (lambda o: lrs.LambdaLR(o, [abs, abs]), ArgumentValueError, "has 2 functions, and the optimizer 1 groups"),
        (lambda o: lrs.RateLR(o, None), KindError, "RateLR: schedule is NoneType None"),
        (lambda o: lrs.RateLR(3, abs), KindError, "RateLR: got int 3 in the place of an optimizer"),
        (lambda o: lrs.OneCycleLR(o, 1.0), ArgumentError, "give total_steps, or epochs and steps_per_epoch"),
        (lambda o: lrs.OneCycleLR(o, 1.0, epochs=3), ArgumentError, "give total_steps"),
        (lambda o: lrs.OneCycleLR(o, [1.0, 2.0], 10), ArgumentValueError, "max_lr has 2 numbers, and the optimizer 1"),
        (lambda o: lrs.OneCycleLR(o, 1.0, 10, div_factor=0.0), ArgumentValueError, "div_factor is 0.0"),
        (
            lambda o: lrs.OneCycleLR(optim.Adadelta([Tensor(1.0, requires_grad=True)]), 1.0, 10),
            ArgumentError,
            "OneCycleLR: Adadelta has no momentum to cycle. Give cycle_momentum=False",
        ),
        (
            lambda o: lrs.OneCycleLR(optim.Adam([Tensor(1.0, requires_grad=True)]), 1.0, 10, max_momentum=1.0),
            ArgumentValueError,
            "the momentum is 1.0; it must be at least 0 and below 1",
        ),
        (lambda o: lrs.CyclicLR(o, 0.1, 0.2, mode="square"), ArgumentValueError, "mode is 'square'"),
        (lambda o: lrs.CosineAnnealingWarmRestarts(o, 0), ArgumentValueError, "T_0 is 0"),
        (lambda o: lrs.CosineAnnealingWarmRestarts(o, 2).step(-1), ArgumentValueError, "epoch is -1.0"),
        (lambda o: lrs.ReduceLROnPlateau(o, factor=1.0), ArgumentValueError, "factor is 1.0; it must be below 1"),
        (lambda o: lrs.ReduceLROnPlateau(o, "least"), ArgumentValueError, "mode is 'least'"),
        (lambda o: lrs.ReduceLROnPlateau(o, patience=-1), ArgumentValueError, "patience is -1"),
        (lambda o: lrs.SequentialLR(o, [], []), KindError, "give a list of at least one scheduler"),
        (lambda o: lrs.SequentialLR(o, [lrs.StepLR(o, 2), abs], [1]), KindError, "scheduler 1 is"),
        (lambda o: lrs.SequentialLR(o, [lrs.StepLR(o, 2)], [1]), ArgumentValueError, "1 schedulers have 1 milestones"),
        (lambda o: lrs.SequentialLR(o, [lrs.StepLR(sgd(), 2)], []), ArgumentValueError, "is of another optimizer"),
        (lambda o: lrs.ChainedScheduler([lrs.ReduceLROnPlateau(o)]), ArgumentValueError, "Step it on its own"),
        (lambda o: lrs.ChainedScheduler(lrs.StepLR(o, 2)), KindError, "give a list of at least one scheduler"),
    ],
)
def test_wrong_schedulers(make, error, said):
    with pytest.raises(error, match=said) as caught:
        make(sgd(momentum=0.5))
    assert isinstance(caught.value, AutogradError)


def test_one_cycle_ends():
    scheduler = lrs.OneCycleLR(sgd(momentum=0.5), 1.0, 3)
    for _ in range(3):
        scheduler.step()
    last = scheduler.get_last_lr()
    with pytest.raises(ArgumentValueError, match="OneCycleLR: step 4 is beyond the 3 steps"):
        scheduler.step()
    assert scheduler.get_last_lr() == last == [pytest.approx(0.04 / 1e4)]


def test_training_with_a_scheduler_is_training_with_its_rates():
    x = Tensor([1.0], requires_grad=True)
    optimizer = optim.SGD([x], lr=0.5)
    scheduler = lrs.StepLR(optimizer, 1, gamma=0.5)
    for _ in range(2):
        optimizer.zero_grad()
        (x * 1.0).sum().backward()
        optimizer.step()
        scheduler.step()
    # 1 - 0.5 - 0.25.
    assert x.item() == 0.25
