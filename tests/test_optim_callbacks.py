"""Early stopping by hand, checkpoints of the model, schedules in a run, and what callbacks refuse."""

import math

import numpy as np
import pytest

import nn
import optim
from autograd_lite import load
from autograd_lite.errors import ArgumentError, ArgumentValueError, AutogradError, KindError, StorageError
from optim.training.run import Run


def run_of(*callbacks, model=None):
    """A run that is told its rows by hand."""
    model = model or nn.Linear(1, 1)
    return Run(model, nn.MSELoss(), optim.SGD(model.parameters()), [], None, 99, {}, list(callbacks))


def told(run, column, values):
    """Epochs with these numbers, until a callback stops; gives how many there were."""
    for begin in run.hooks("on_train_begin"):
        begin(run)
    for value in values:
        run.epoch += 1
        run.model.bias.data = np.array([run.epoch], np.float32)
        run.row = {"epoch": run.epoch, column: value}
        run.history.append(run.row)
        for end in run.hooks("on_epoch_end"):
            end(run)
        if run.history.stopped:
            break
    for end in run.hooks("on_train_end"):
        end(run)
    return run.epoch


@pytest.mark.parametrize(
    ("values", "options", "stops", "best"),
    [
        # The lectures': better by more than 0.001 counts, five in a row that do not end it.
        ([1.0, 0.9, 0.8995, 0.8994, 0.8993, 0.8992, 0.8991, 0.1], {"min_delta": 0.001, "patience": 5}, 7, 2),
        # One that counts begins the count anew.
        ([1.0, 0.9, 0.95, 0.95, 0.8, 0.9, 0.9, 0.9, 0.1], {"patience": 3}, 8, 5),
        # Just min_delta is not more than it.
        ([1.0, 0.5, 0.25], {"min_delta": 0.5, "patience": 1}, 2, 1),
        ([1.0, 0.25, 0.0], {"min_delta": 0.5, "patience": 1}, 3, 2),
        # In Keras a patience of 0 is one of 1.
        ([1.0, 0.5, 0.5, 0.1], {"patience": 0}, 3, 2),
        ([1.0, 0.5, 0.5, 0.1], {"patience": 1}, 3, 2),
        # The first of equals is the best, and a nan never is.
        ([0.5, 0.5, math.nan, 0.5], {"patience": 3}, 4, 1),
        ([math.nan, math.inf, 2.0, 1.0], {"patience": 3}, 4, 4),
        ([math.nan, math.nan], {"patience": 2}, 2, 0),
        ([0.1, 0.3, 0.2, 0.3], {"mode": "max", "patience": 2}, 4, 2),
    ],
)
def test_early_stopping_by_hand(values, options, stops, best):
    stopping = optim.EarlyStopping("val_loss", restore_best_weights=True, **options)
    run = run_of(stopping)
    assert told(run, "val_loss", values) == stops
    assert stopping.best_epoch == best
    assert run.model.bias.item() == (best or stops)
    if best:
        assert stopping.best == values[best - 1]
    if stops < len(values):
        assert run.history.stopped == f"stopped early after epoch {stops}: val_loss was best in epoch {best}"


def test_early_stopping_keeps_the_last_weights_unless_asked():
    run = run_of(optim.EarlyStopping("loss", patience=2))
    assert told(run, "loss", [1.0, 2.0, 3.0]) == 3
    assert run.model.bias.item() == 3


def test_the_best_weights_are_put_back_where_nothing_stopped_early():
    run = run_of(optim.EarlyStopping("loss", patience=9, restore_best_weights=True))
    told(run, "loss", [3.0, 1.0, 2.0])
    assert run.history.stopped == ""
    assert run.model.bias.item() == 2


def test_a_callback_that_has_served_begins_anew():
    stopping = optim.EarlyStopping("loss", patience=2)
    assert told(run_of(stopping), "loss", [1.0, 2.0, 2.0, 2.0]) == 3
    assert told(run_of(stopping), "loss", [9.0, 8.0, 8.0, 8.0, 8.0]) == 4
    assert stopping.best == 8.0


def test_early_stopping_goes_on_from_its_state():
    first, second = (optim.EarlyStopping("loss", patience=3, restore_best_weights=True) for _ in range(2))
    told(run_of(first), "loss", [1.0, 0.5, 0.6])
    run = run_of(second)
    run.history.append({"epoch": 3, "loss": 0.6})
    run.epoch = 3
    second.load_state_dict(first.state_dict())
    # One epoch without a better number lies behind; two more end it.
    assert told(run, "loss", [0.7, 0.8, 0.1]) == 5
    assert (second.best, second.best_epoch) == (0.5, 2)
    assert run.model.bias.item() == 2


def test_accuracies_are_best_when_large():
    stopping = optim.EarlyStopping("val_accuracy", patience=1)
    assert told(run_of(stopping), "val_accuracy", [0.5, 0.6, 0.55, 0.9]) == 3
    assert stopping.best_epoch == 2


@pytest.mark.parametrize("suffix", ["npz", "safetensors"])
def test_checkpoints_of_the_best_and_the_last(tmp_path, suffix):
    best, last = tmp_path / f"best.{suffix}", tmp_path / f"last.{suffix}"
    each = tmp_path / ("each{epoch}." + suffix)
    run = run_of(optim.Checkpoint(best, monitor="val_loss"), optim.Checkpoint(str(last)), optim.Checkpoint(each))
    told(run, "val_loss", [3.0, 1.0, 2.0, 1.0])
    assert load(best)["bias"] == 2
    assert load(last)["bias"] == 4
    assert [load(tmp_path / f"each{i}.{suffix}")["bias"].item() for i in range(1, 5)] == [1, 2, 3, 4]
    other = nn.Linear(1, 1)
    other.load(best)
    assert other.bias.item() == 2
    # In another run the best begins anew.
    told(run_of(run.callbacks[0]), "val_loss", [7.0])
    assert load(best)["bias"] == 1


def test_a_checkpoint_of_the_best_goes_on_from_its_state(tmp_path):
    first, second = (optim.Checkpoint(tmp_path / "best.npz", monitor="loss") for _ in range(2))
    told(run_of(first), "loss", [3.0, 1.0])
    second.load_state_dict(first.state_dict())
    run = run_of(second)
    run.history.append({"epoch": 2, "loss": 1.0})
    run.epoch = 2
    told(run, "loss", [2.0])
    assert load(tmp_path / "best.npz")["bias"] == 2
    told(run, "loss", [0.5])
    assert load(tmp_path / "best.npz")["bias"] == 4


def fitted(**options):
    x = np.ones((6, 2), np.float32)
    model = nn.Linear(2, 1)
    optimizer = optim.SGD(model.parameters(), lr=0.1)
    schedule = options.pop("schedule")(optimizer)
    return optim.fit(
        model, nn.MSELoss(), optimizer, (x, x[:, :1]), batch_size=2, progress=False, schedule=schedule, **options
    )


def test_a_schedule_steps_after_each_epoch_or_each_step():
    history = fitted(schedule=lambda o: optim.lr_scheduler.StepLR(o, 2, 0.1), epochs=5)
    assert np.allclose(history["lr"], [0.1, 0.1, 0.01, 0.01, 0.001])
    # Three steps in an epoch; the row has the rate after the last of them.
    history = fitted(
        schedule=lambda o: optim.LearningRate(optim.lr_scheduler.StepLR(o, 2, 0.1), every="step"), epochs=2
    )
    assert np.allclose(history["lr"], [0.01, 0.0001])


def test_a_function_gives_the_rate():
    history = fitted(schedule=lambda o: lambda epoch: 0.5 / (1 + epoch), epochs=3)
    assert np.allclose(history["lr"], [0.5, 0.25, 0.5 / 3])
    schedules = optim.schedules
    history = fitted(schedule=lambda o: 0.2 * schedules.exponential(k=1.0), epochs=2)
    assert np.allclose(history["lr"], [0.2, 0.2 / math.e])
    # Once for each run.
    twice = optim.LearningRate(lambda epoch: 0.5 / (1 + epoch))
    assert fitted(schedule=lambda o: twice, epochs=2)["lr"] == fitted(schedule=lambda o: twice, epochs=2)["lr"]


class Watches:
    """Like ReduceLROnPlateau, and writes down what it is given."""

    def __init__(self):
        self.seen = []

    def step(self, metrics):
        self.seen.append(metrics)


@pytest.mark.parametrize(
    ("options", "monitor", "column"),
    [
        ({}, None, "loss"),
        ({"validation": 0.5}, None, "val_loss"),
        ({"validation": 0.5}, "loss", "loss"),
        ({"metrics": ["mae"]}, "mae", "mae"),
    ],
)
def test_a_plateau_is_given_what_is_monitored(options, monitor, column):
    watches = Watches()
    history = fitted(schedule=lambda o: optim.LearningRate(watches, monitor=monitor), epochs=2, **options)
    assert watches.seen == history[column]


def test_a_schedule_of_another_optimizer_is_refused():
    other = optim.SGD(nn.Linear(3, 1).parameters(), lr=0.1)
    with pytest.raises(ArgumentError, match="StepLR was made for another optimizer"):
        fitted(schedule=lambda o: optim.lr_scheduler.StepLR(other, 2), epochs=1)


def test_what_has_no_state_is_let_go_on():
    rate = optim.LearningRate(Watches())
    assert rate.state_dict() == {}
    rate.load_state_dict({})
    last = optim.Checkpoint("last.npz")
    assert last.state_dict() == {}
    last.load_state_dict({})


@pytest.mark.parametrize(
    ("wrong", "error", "said"),
    [
        (lambda: optim.EarlyStopping("f1"), ArgumentError, 'Give mode="min" or mode="max"'),
        (lambda: optim.EarlyStopping("f1", mode="up"), ArgumentValueError, "'up'"),
        (lambda: optim.EarlyStopping(3), KindError, "name of a column"),
        (lambda: optim.EarlyStopping(min_delta=-0.1), ArgumentValueError, "min_delta"),
        (lambda: optim.EarlyStopping(patience=-1), ArgumentValueError, "patience"),
        (lambda: optim.EarlyStopping(patience=1.5), KindError, "patience"),
        (lambda: optim.EarlyStopping(restore_best_weights=1), KindError, "restore_best_weights"),
        (lambda: told(run_of(optim.EarlyStopping()), "loss", [1.0]), ArgumentValueError, "no column 'val_loss'.*loss"),
        (lambda: optim.Checkpoint("model.pkl"), StorageError, "must end in .safetensors or .npz"),
        (lambda: optim.Checkpoint("nowhere/model.npz"), StorageError, "folder"),
        (lambda: optim.Checkpoint(3), KindError, "path is int 3"),
        (lambda: optim.Checkpoint("model.npz", mode="min"), ArgumentError, "monitor"),
        (lambda: optim.LearningRate(0.1), KindError, r"no step\(\)"),
        (lambda: optim.LearningRate(optim.lr_scheduler.StepLR), KindError, r"no step\(\)"),
        (lambda: optim.LearningRate(Watches(), every="batch"), ArgumentValueError, "'epoch', 'step'"),
        (lambda: optim.LearningRate(Watches(), every="step"), ArgumentError, "Watches goes by what an epoch gives"),
        (lambda: fitted(schedule=lambda o: optim.LearningRate(Watches(), monitor="f1")), ArgumentError, "column 'f1'"),
        (lambda: run_of().stop(""), KindError, "in words"),
    ],
)
def test_wrong_uses_of_callbacks(wrong, error, said):
    with pytest.raises(error, match=said) as caught:
        wrong()
    assert isinstance(caught.value, AutogradError)
