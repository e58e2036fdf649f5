"""Learning rates looked for: what the searches try and find, and that they leave everything as it was."""

import copy
import math
import sys

import numpy as np
import pytest

import autograd_lite as ag
import nn
import optim
from autograd_lite import Tensor
from autograd_lite.errors import ArgumentError, ArgumentValueError, AutogradError, KindError, MissingLibraryError


def leaf(data, dtype=float, gradient=None):
    p = Tensor(np.array(data, dtype), requires_grad=True)
    p.grad = gradient
    return p


def network(dtype=float, seed=0):
    ag.manual_seed(seed)
    return nn.Sequential(nn.Linear(3, 5, dtype=dtype), nn.Tanh(), nn.Linear(5, 2, dtype=dtype))


def samples(n=24, dtype=float):
    generator = np.random.default_rng(0)
    x = generator.normal(size=(n, 3)).astype(dtype)
    return x, np.stack([np.sin(x[:, 0]), x[:, 1] * x[:, 2]], axis=1).astype(dtype)


def quadratic():
    x = leaf([3.0, -4.0])
    return x, lambda: (x * x).sum()


def test_the_sweep_takes_the_steps_of_the_optimizer():
    x, loss = quadratic()
    found = optim.lr_find(loss, optim.SGD([x]), low=0.1, high=0.4, steps=3, smoothing=0.5)
    # x ← (1 - 2 γ) x with γ = 0.1 and then 0.2: the loss times 0.64, and times 0.36.
    assert found.rates == pytest.approx([0.1, 0.2, 0.4])
    assert found.losses == pytest.approx([25.0, 16.0, 5.76])
    # Means with the weights 1; 1, 2; 1, 2, 4.
    assert found.smoothed == pytest.approx([25.0, 57.0 / 3.0, (25 + 32 + 23.04) / 7])
    assert not found.diverged
    assert found.suggestion == found.rates[2]
    assert str(found) == "suggestion 0.4, of 3 rates from 0.1 to 0.4"


def test_a_sweep_that_diverges_stops_and_says_so():
    x, loss = quadratic()
    found = optim.lr_find(loss, optim.SGD([x]), low=1e-3, high=1e6, steps=200)
    assert found.diverged
    # Above 1 every step makes the loss larger.
    assert 1.0 < found.rates[-1] < 10.0
    assert len(found.rates) == len(found.losses) == len(found.smoothed) < 100
    assert "; diverged at " in str(found)
    assert 0.01 < found.suggestion < 1.0


def test_a_loss_that_is_nan_or_never_falls_has_no_suggestion():
    x = leaf([1.0])
    found = optim.lr_find(lambda: (x * math.nan).sum(), optim.SGD([x]))
    assert (found.diverged, found.suggestion, len(found.losses)) == (True, None, 1)
    assert str(found).startswith("no rate at which the loss falls, of 1 rates")
    rising = optim.lr_find(lambda: (x * x).sum(), optim.SGD([x], maximize=True), steps=10)
    assert rising.suggestion is None
    found.plot()
    rising.plot()


def bits(model, optimizer):
    state = optimizer.state_dict()
    memories = [(k, {n: np.asarray(v).tobytes() for n, v in m.items()}) for k, m in state["state"].items()]
    arrays = [a.tobytes() for a in model.state_dict().values()]
    gradients = [None if p.grad is None else p.grad.data.tobytes() for p in model.parameters()]
    return arrays, gradients, memories, state["param_groups"], [m.training for m in model.modules()]


@pytest.mark.parametrize("search", [optim.lr_find, optim.lr_sweep])
def test_model_and_optimizer_are_left_as_they_were(search):
    x, y = samples(dtype=np.float32)
    ag.manual_seed(3)
    model = nn.Sequential(nn.Linear(3, 8), nn.BatchNorm1d(8), nn.Dropout(0.5), nn.Linear(8, 2))
    optimizer = optim.Adam(model.parameters(), lr=0.05)
    scheduler = optim.lr_scheduler.StepLR(optimizer, 2)
    for _ in range(3):
        optimizer.zero_grad()
        nn.MSELoss()(model(x), y).backward()
        optimizer.step()
        scheduler.step()
    model[1].eval()
    before, parameters = bits(model, optimizer), list(model.parameters())
    random = copy.deepcopy(ag.generator.default_generator().bit_generator.state)
    batches = [(x[:12], y[:12]), (x[12:], y[12:])]
    search(model, optimizer, nn.MSELoss(), batches, steps=5)
    search(model, optimizer, nn.MSELoss(), (x, y), steps=5)
    assert bits(model, optimizer) == before
    assert all(p is q for p, q in zip(model.parameters(), parameters, strict=True))
    assert ag.generator.default_generator().bit_generator.state == random

    def interrupt(output, target):
        if len(calls) == 3:
            raise KeyboardInterrupt
        calls.append(1)
        return nn.MSELoss()(output, target)

    calls = []
    with pytest.raises(KeyboardInterrupt):
        search(model, optimizer, interrupt, (x, y), steps=5)
    assert bits(model, optimizer) == before


def test_batches_are_taken_in_turn():
    seen = []
    model = network()
    x, y = samples(6)
    batches = [(x[i : i + 2], y[i : i + 2]) for i in (0, 2, 4)]

    def loss(output, target):
        seen.append(target[0, 0])
        return nn.MSELoss()(output, target)

    optim.lr_find(model, optim.SGD(model.parameters()), loss, iter(batches), steps=7, diverge=1e9)
    # One round before the first step, for the mean over all batches.
    assert seen == [y[i, 0] for i in (0, 2, 4, 0, 2, 4, 0, 2, 4, 0)]


def test_curves_of_the_rates_of_the_lectures():
    x, loss = quadratic()
    swept = optim.lr_sweep(loss, optim.SGD([x]), rates=(10, 1, 0.1, 0.01, 0.001), steps=20)
    assert swept.diverged == [10.0]
    assert swept.best == 0.1
    assert swept.curves[1.0] == [25.0] * 20
    assert swept.curves[0.1] == pytest.approx([25.0 * 0.64**t for t in range(20)])
    assert x.tolist() == [3.0, -4.0]
    all_bad = optim.lr_sweep(loss, optim.SGD([x]), rates=[10, 20], steps=20)
    assert all_bad.best is None
    assert all_bad.diverged == [10.0, 20.0]


def test_plots(tmp_path):
    pytest.importorskip("matplotlib")
    x, loss = quadratic()
    figure = optim.lr_find(loss, optim.SGD([x]), low=1e-3, high=1e3).plot(title="E1")
    [axes] = figure.axes
    labels = [text.get_text() for text in axes.get_legend().get_texts()]
    assert labels[:2] == ["loss", "smoothed"]
    assert labels[2].startswith("suggestion 0.")
    assert labels[3].startswith("diverged at ")
    assert (axes.get_xscale(), axes.get_title(), axes.get_xlabel()) == ("log", "E1", "learning rate")
    figure.savefig(tmp_path / "found.png")
    [axes] = optim.lr_sweep(loss, optim.SGD([x]), rates=(10, 0.1, 0.001)).plot().axes
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["10 (diverged)", "0.1 (best)", "0.001"]
    assert axes.get_yscale() == "log"
    [axes] = optim.lr_sweep(lambda: (x * x).sum() - 50, optim.SGD([x]), rates=(0.1,)).plot().axes
    assert axes.get_yscale() == "linear"


def test_plots_without_matplotlib_say_what_to_install(monkeypatch):
    x, loss = quadratic()
    found = optim.lr_find(loss, optim.SGD([x]), steps=3)
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(MissingLibraryError, match="the loss of each learning rate is drawn with matplotlib"):
        found.plot()


def of(model):
    return optim.SGD(model.parameters())


@pytest.mark.parametrize(
    ("call", "error", "said"),
    [
        (lambda o, f, m: optim.lr_find(f, 3), KindError, "got int 3 in the place of an optimizer"),
        (lambda o, f, m: optim.lr_find(3, o), KindError, "got int 3 in the place of a module or a function"),
        (lambda o, f, m: optim.lr_find(f, o, low=1.0, high=0.1), ArgumentValueError, "give 2 or more, from low up"),
        (lambda o, f, m: optim.lr_find(f, o, steps=1), ArgumentValueError, "1 steps from"),
        (lambda o, f, m: optim.lr_find(f, o, low=0.0), ArgumentValueError, "low is 0.0; it must be above 0"),
        (lambda o, f, m: optim.lr_find(f, o, smoothing=1.0), ArgumentValueError, "smoothing is 1.0"),
        (lambda o, f, m: optim.lr_find(f, o, nn.MSELoss()), ArgumentError, "needs no loss and data"),
        (lambda o, f, m: optim.lr_find(m, o), ArgumentError, "a module needs loss= and data="),
        (lambda o, f, m: optim.lr_find(m, of(m), nn.MSELoss(), []), ArgumentValueError, "at least one such pair"),
        (lambda o, f, m: optim.lr_find(m, of(m), nn.MSELoss(), [1.0]), ArgumentValueError, "data is a pair"),
        (lambda o, f, m: optim.lr_find(m, of(m), nn.MSELoss(), 5), ArgumentValueError, "data is a pair"),
        (lambda o, f, m: optim.lr_find(m, o, nn.MSELoss(), [(1, 1)]), ArgumentError, "has no parameter of the model"),
        (lambda o, f, m: optim.lr_find(m, o, "mse", [(1, 1)]), KindError, "lr_find: loss is str 'mse'"),
        (lambda o, f, m: optim.lr_find(lambda: 3.0, o), KindError, "lr_find: the loss is float 3.0"),
        (lambda o, f, m: optim.lr_find(lambda: f().reshape(1) * [1, 2], o), KindError, "it must be a scalar"),
        (lambda o, f, m: optim.lr_sweep(f, o, rates=[]), KindError, "rates is list"),
        (lambda o, f, m: optim.lr_sweep(f, o, rates=np.array(0.1)), KindError, "rates is float 0.1"),
        (lambda o, f, m: optim.lr_sweep(f, o, rates=[0.1, -1]), ArgumentValueError, r"rates\[1\] is -1"),
    ],
)
def test_wrong_searches(call, error, said):
    x, loss = quadratic()
    optimizer = optim.SGD([x], lr=0.25)
    with pytest.raises(error, match=said) as caught:
        call(optimizer, loss, network())
    assert isinstance(caught.value, AutogradError)
    assert x.tolist() == [3.0, -4.0]
    assert optimizer.param_groups[0]["lr"] == 0.25


def test_batches_that_are_harder_than_others_hide_no_fall():
    x, y = samples(64, np.float32)
    y[::8] *= 10.0
    model = network(np.float32)
    batches = [(x[i::8], y[i::8]) for i in range(8)]
    found = optim.lr_find(model, optim.SGD(model.parameters(), momentum=0.9), nn.MSELoss(), batches, diverge=10.0)
    # The mean over a round is that of all batches, while the parameters have hardly moved.
    first = nn.MSELoss()(model(x), y).item()
    assert found.smoothed[:20] == pytest.approx([first] * 20, rel=0.02)
    assert 1e-3 < found.suggestion < 1.0


def test_random_numbers_of_a_module_s_own_go_on_from_where_they_were():
    x, y = samples(8, np.float32)
    generator = np.random.default_rng(0)
    model = nn.Sequential(nn.Dropout(0.5, generator=generator), nn.Linear(3, 2))
    optim.lr_find(model, optim.SGD(model.parameters()), nn.MSELoss(), (x, y), steps=3)
    assert generator.random() == np.random.default_rng(0).random()


def test_rates_may_be_an_array():
    x, loss = quadratic()
    swept = optim.lr_sweep(loss, optim.SGD([x]), rates=np.logspace(-3, -1, 3), steps=3)
    assert list(swept.curves) == np.logspace(-3, -1, 3).tolist()
    assert swept.best == 0.1
