"""An interrupted run goes on from its checkpoint to the same result, bit by bit; what is refused, and left alone."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

import autograd_lite as ag
import nn
import optim
from autograd_lite.errors import ArgumentValueError, StorageError
from autograd_lite.generator import default_generator

ROOT = Path(__file__).parents[1]


class InterruptionError(Exception):
    """What stops a run in these tests."""


def cut(epoch, step):
    """A callback that stops a run in the middle of an epoch."""

    class Cut(optim.Callback):
        def on_step_end(self, run):
            if (run.epoch, run.step) == (epoch, step):
                raise InterruptionError

    return Cut()


def rows_but_time(history):
    return [{name: value for name, value in row.items() if name != "seconds"} for row in history]


def training(path, stop=None, **options):
    """A run with everything that has a state: its rows, its reason to stop, its numbers and what comes after it."""
    ag.manual_seed(11)
    rng = np.random.default_rng(0)
    x = rng.normal(size=(60, 3)).astype(np.float32)
    y = (x.sum(axis=1) > 0).astype(int)
    model = nn.Sequential(
        nn.Linear(3, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Dropout(0.3),
        nn.Dropout(0.1, generator=np.random.default_rng(5)), nn.Linear(8, 2),
    )  # fmt: skip
    optimizer = optim.Adam(model.parameters(), lr=0.05, amsgrad=True)
    plateau = optim.lr_scheduler.ReduceLROnPlateau(optimizer, patience=0, factor=0.5)
    decay = optim.lr_scheduler.StepLR(optimizer, 7, 0.9)
    history = optim.fit(
        model, nn.CrossEntropyLoss(), optimizer, options.pop("train", (x, y)),
        batch_size=8, metrics=["accuracy"], schedule=plateau, checkpoint=path, progress=False,
        callbacks=[
            optim.LearningRate(decay, every="step"),
            optim.EarlyStopping(patience=3, min_delta=0.01, restore_best_weights=True),
            *([stop] if stop else []),
        ],
        **{"epochs": 12, "seed": 3, "validation": 0.3, **options},
    )  # fmt: skip
    numbers = {name: array.tobytes() for name, array in model.state_dict().items()}
    return (
        rows_but_time(history),
        history.stopped,
        numbers,
        model[4].generator.random(),
        optimizer.param_groups[0]["lr"],
    )


@pytest.mark.parametrize("suffix", ["safetensors", "npz"])
@pytest.mark.parametrize("where", [(1, 2), (2, 1), (4, 3), (5, 6)])
def test_an_interrupted_run_goes_on_to_the_same_result(tmp_path, where, suffix):
    whole = training(None)
    assert whole[1].startswith("stopped early")
    assert len(whole[0]) > where[0]
    path = tmp_path / f"run.{suffix}"
    with pytest.raises(InterruptionError):
        training(path, cut(*where))
    assert path.exists() == (where[0] > 1)
    assert training(path) == whole
    # Once more: there is nothing left to do, and the best weights are put back all the same.
    again = training(path)
    assert again[:3] == whole[:3]


def test_it_can_be_interrupted_at_every_epoch(tmp_path):
    path = tmp_path / "run.safetensors"
    for epoch in range(2, 6):
        with pytest.raises(InterruptionError):
            training(path, cut(epoch, 1))
    assert training(path) == training(None)


def test_without_a_seed_the_library_s_own_numbers_go_on(tmp_path):
    whole, after = training(None, seed=None), default_generator().random()
    path = tmp_path / "run.npz"
    with pytest.raises(InterruptionError):
        training(path, cut(3, 2), seed=None)
    assert training(path, seed=None) == whole
    assert default_generator().random() == after


@pytest.mark.parametrize("options", [{"shuffle": "once"}, {"shuffle": True}, {"replacement": True}])
def test_batches_of_one_s_own_go_on_too(tmp_path, options):
    def batches():
        rng = np.random.default_rng(0)
        x = rng.normal(size=(60, 3)).astype(np.float32)
        y = (x.sum(axis=1) > 0).astype(int)
        return {
            "train": optim.batches((x, y), 7, seed=8, **options),
            "validation": optim.batches((x, y), 9, seed=4, **options),
        }

    path = tmp_path / "run.npz"
    with pytest.raises(InterruptionError):
        training(path, cut(4, 2), **batches())
    assert training(path, **batches()) == training(None, **batches())


def test_more_epochs_go_on_from_a_finished_run(tmp_path):
    path = tmp_path / "run.npz"
    training(path, epochs=2)
    assert training(path, epochs=4) == training(None, epochs=4)


def test_resume_can_be_refused(tmp_path):
    path = tmp_path / "run.npz"
    training(path, epochs=2)
    assert training(path, epochs=3, resume=False) == training(None, epochs=3)
    assert training(path, epochs=3)[0] == training(None, epochs=3)[0]


# From outside

PROGRAM = """
import sys
import numpy as np, autograd_lite as ag, nn, optim
ag.manual_seed(1)
x = np.random.default_rng(0).normal(size=(2000, 10)).astype(np.float32)
y = (x[:, :3].sum(axis=1) > 0).astype(int)
model = nn.Sequential(nn.Linear(10, 16), nn.ReLU(), nn.Dropout(0.2), nn.Linear(16, 2))
optimizer = optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
history = optim.fit(
    model, nn.CrossEntropyLoss(), optimizer, (x, y), validation=0.2, epochs=25, batch_size=16, seed=2,
    schedule=optim.lr_scheduler.ExponentialLR(optimizer, 0.9), checkpoint=sys.argv[1],
    callbacks=[optim.EarlyStopping(patience=25, restore_best_weights=True)],
)
model.save(sys.argv[2])
history.to_csv(sys.argv[3])
"""


def start(folder, name):
    files = [str(folder / f"{name}.{suffix}") for suffix in ("run.npz", "safetensors", "csv")]
    process = subprocess.Popen([sys.executable, "-c", PROGRAM, *files], stderr=subprocess.PIPE, text=True, cwd=ROOT)
    return process, files


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_a_killed_process_goes_on_to_the_same_files(tmp_path, how):
    process, (_, model, table) = start(tmp_path, "whole")
    assert process.communicate(timeout=120)[0] is None
    assert process.returncode == 0
    process, (run, killed_model, killed_table) = start(tmp_path, "killed")
    wait = np.random.default_rng(time.time_ns()).uniform(0.0, 0.15)
    for line in process.stderr:
        if line.startswith("epoch 3/25"):
            # Some moment of some epoch; the next line may be on its way.
            time.sleep(wait)
            os.kill(process.pid, how)
            break
    said = process.communicate(timeout=120)[1]
    assert process.returncode not in (0, None), f"it ended before it was killed after {wait} s"
    assert ("KeyboardInterrupt" in said) == (how == signal.SIGINT)
    assert not Path(killed_model).exists()
    assert Path(run).exists()
    process, _ = start(tmp_path, "killed")
    said = process.communicate(timeout=120)[1]
    assert "resumed from" in said
    assert "epoch 2/25" not in said
    found, expected = ({k: v.tobytes() for k, v in ag.load(path).items()} for path in (killed_model, model))
    assert found == expected, f"killed {wait} s after epoch 3"
    histories = [optim.History.from_csv(path) for path in (killed_table, table)]
    assert rows_but_time(histories[0]) == rows_but_time(histories[1])


# What is refused


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"seed": 4}, "it has seed 3 there and 4 here"),
        ({"validation": 0.5}, "train samples 42 there and 30 here; validation samples 18 there and 30 here"),
        ({"validation": None}, "validation samples 18 there and None here"),
        ({"stop": optim.Checkpoint("best.npz")}, "callback 3, LearningRate, and here are .* callback 3, Checkpoint"),
    ],
)
def test_the_checkpoint_of_another_run_is_refused(tmp_path, options, said):
    path = tmp_path / "run.npz"
    training(path, epochs=2)
    content = path.read_bytes()
    with pytest.raises(ArgumentValueError, match=said) as caught:
        training(path, **options)
    assert "resume=False" in str(caught.value)
    assert path.read_bytes() == content


def test_a_checkpoint_that_does_not_fit_changes_nothing(tmp_path):
    x, y = np.ones((4, 2), np.float32), np.zeros((4, 1), np.float32)

    def run(model, optimizer, **options):
        return optim.fit(
            model, nn.MSELoss(), optimizer, (x, y), checkpoint=tmp_path / "run.npz", progress=False, **options
        )

    first = nn.Linear(2, 1)
    run(first, optim.SGD(first.parameters(), lr=0.1))
    other = nn.Linear(2, 1)
    before, state = other.state_dict(), default_generator().bit_generator.state
    # The model fits, and the optimizer, in two groups, does not.
    optimizer = optim.SGD([{"params": [p]} for p in other.parameters()], lr=0.1)
    with pytest.raises(ArgumentValueError, match="its state does not fit: SGD: the state has groups"):
        run(other, optimizer)
    assert all((other.state_dict()[name] == array).all() for name, array in before.items())
    assert default_generator().bit_generator.state == state
    wide = nn.Linear(2, 1, bias=False)
    with pytest.raises(ArgumentValueError, match="unexpected: bias"):
        run(wide, optim.SGD(wide.parameters(), lr=0.1))


def test_another_file_is_no_checkpoint(tmp_path):
    path = nn.Linear(2, 1).save(tmp_path / "model.npz")
    with pytest.raises(StorageError, match="is no checkpoint of fit"):
        training(path)
    path.write_bytes(b"nonsense")
    with pytest.raises(StorageError, match="refused"):
        training(path)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("epoch", "2"),
        ("epoch", -3),
        ("epoch", None),
        ("rows", [1, 2]),
        ("stopped", 3),
        ("parts", 5),
        ("about", [1]),
        ("generators", 5),
    ],
)
def test_a_checkpoint_with_something_else_in_it_is_refused(tmp_path, name, value):
    path = tmp_path / "run.npz"
    training(path, epochs=2)
    ag.save(path, {**ag.load(path), name: value})
    with pytest.raises(StorageError, match="is no checkpoint of fit"):
        training(path)
