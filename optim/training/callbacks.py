"""What takes part in training: callbacks, early stopping, checkpoints of the model."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograd_lite.errors import ArgumentError, ArgumentValueError, KindError, StorageError, describe
from optim.options import at_least_zero, flag, whole
from optim.training.history import direction

if TYPE_CHECKING:
    from optim.training.run import Run


class Callback:
    """The parent of callbacks: a subclass defines what it needs of these methods.

    Each is called with the `Run`: its `model`, `loss`, `optimizer`, `history`, the numbers of the `epoch` and of the
    `step` in it, the `row` of the epoch, and `stop(reason)`, which ends training after this epoch. Where a callback
    remembers something between epochs, `state_dict()` and `load_state_dict(state)` make it resume.

    >>> class Norms(Callback):
    ...     def on_gradients(self, run):
    ...         print([round(float(abs(p.grad).max()), 3) for p in run.model.parameters()])
    """

    def on_train_begin(self, run: Run) -> None:
        """Before the first epoch, also where training resumes."""

    def on_epoch_begin(self, run: Run) -> None:
        """Before the first step of each epoch."""

    def on_gradients(self, run: Run) -> None:
        """In each step, between the backward pass and the optimizer: the place to clip gradients."""

    def on_step_end(self, run: Run) -> None:
        """After each step."""

    def on_epoch_end(self, run: Run) -> None:
        """After each epoch and its validation, when its row is in the history."""

    def on_train_end(self, run: Run) -> None:
        """After the last epoch, unless an error ended training."""

    def state_dict(self) -> dict[str, Any]:
        """What it remembers, as `autograd_lite.save` keeps it."""
        return {}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on from `state_dict`."""


class EachEpoch(Callback):
    """A function that is called after each epoch."""

    def __init__(self, f: Callable[[Run], Any]) -> None:
        self.f = f

    def on_epoch_end(self, run: Run) -> None:
        self.f(run)


class Best:
    """The best number of a column so far.

    Parameters
    ----------
    owner, monitor, mode, min_delta : who asks, for which column; whether its largest or its smallest number is best,
        and by how much a number has to be better to count.
    """

    def __init__(self, owner: str, monitor: str, mode: str | None, min_delta: float = 0.0) -> None:
        self.owner, self.monitor = owner, monitor
        self.sign = direction(owner, monitor, mode)
        self.min_delta = at_least_zero(owner, "min_delta", min_delta)
        self.value: float | None = None
        self.epoch = 0

    def improved(self, row: Mapping[str, Any]) -> bool:
        """Whether the number in the row is the best now. Raises `ArgumentValueError` where it is missing."""
        value = row.get(self.monitor)
        if value is None:
            raise ArgumentValueError(
                f"{self.owner}: no column {self.monitor!r} to monitor; there are {', '.join(row)}. "
                "Columns that begin with val_ need fit(validation=...), and metrics fit(metrics=[...])."
            )
        before = -math.inf if self.value is None else self.sign * self.value
        # Infinity less infinity is no number, and the first of equal numbers is the best.
        if not self.sign * value > before + self.min_delta:
            return False
        self.value, self.epoch = value, row["epoch"]
        return True


class EarlyStopping(Callback):
    """Ends training when what is monitored has not become better for some epochs.

    Parameters
    ----------
    monitor : a column of the history.
    min_delta : by more than this, at least 0, a number has to be better than the best to count.
    patience : after so many epochs in a row that do not count, training ends.
    restore_best_weights : whether the model has the numbers of its best epoch in the end, early or not;
        not where Ctrl-C or an error ended it.
    mode : "min" where small numbers are good, "max" where large ones are; without it the name tells, for losses,
        errors and accuracies.

    Attributes
    ----------
    best, best_epoch : the best number and its epoch; None and 0 before the first.
    wait : the number of epochs since then.

    Raises `ArgumentValueError`, `ArgumentError` and `KindError` for what is out of range, and at the end of the first
    epoch for a column that is not there.

    Source: Prechelt, Early Stopping — But When? (1998), https://doi.org/10.1007/3-540-49430-8_3, the third of his
    criteria with strips of one epoch; with the arguments of Keras.

    >>> stopping = EarlyStopping("val_loss", min_delta=0.001, patience=5, restore_best_weights=True)
    >>> stopping.best_epoch
    0
    """

    def __init__(
        self,
        monitor: str = "val_loss",
        min_delta: float = 0.0,
        patience: int = 0,
        restore_best_weights: bool = False,
        mode: str | None = None,
    ) -> None:
        self._best = Best("EarlyStopping", monitor, mode, min_delta)
        self.patience = whole("EarlyStopping", "patience", patience)
        self.restore_best_weights = flag("EarlyStopping", "restore_best_weights", restore_best_weights)
        self.wait = 0
        self.weights: Any = None

    @property
    def best(self) -> float | None:
        """The best number so far."""
        return self._best.value

    @property
    def best_epoch(self) -> int:
        """Its epoch."""
        return self._best.epoch

    def on_train_begin(self, run: Run) -> None:
        if self.restore_best_weights:
            _check_state("EarlyStopping", run.model)
        # One that has served in another run begins anew.
        if not run.history:
            self._best.value, self._best.epoch, self.wait, self.weights = None, 0, 0, None

    def on_epoch_end(self, run: Run) -> None:
        if self._best.improved(run.row):
            self.wait = 0
            if self.restore_best_weights:
                self.weights = run.model.state_dict()
            return
        self.wait += 1
        if self.wait >= max(self.patience, 1):
            monitor = self._best.monitor
            run.stop(f"stopped early after epoch {run.epoch}: {monitor} was best in epoch {self.best_epoch}")

    def on_train_end(self, run: Run) -> None:
        if self.weights is not None:
            run.model.load_state_dict(self.weights)

    def state_dict(self) -> dict[str, Any]:
        return {"best": self.best, "best_epoch": self.best_epoch, "wait": self.wait, "weights": self.weights}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        self._best.value, self._best.epoch = state["best"], state["best_epoch"]
        self.wait, self.weights = state["wait"], state["weights"]


class Checkpoint(Callback):
    """Writes the model's numbers to a file: after each epoch, or after each that is the best so far.

    Parameters
    ----------
    path : of the file, `.safetensors` or `.npz`, which `model.load(path)` reads. `{epoch}` in it is the number of the
        epoch, so that there is a file for each.
    monitor : a column of the history, whose best epoch the file is to be of; without it, of the last.
    mode : as for `EarlyStopping`.

    Raises `StorageError` for another suffix or a folder that is not there, before training begins. For a file that
    training resumes from, see `fit(checkpoint=)`.

    >>> Checkpoint("best.safetensors", monitor="val_accuracy").path
    'best.safetensors'
    """

    def __init__(self, path: str | Path, monitor: str | None = None, mode: str | None = None) -> None:
        self.path = str(writable("Checkpoint", path))
        if monitor is None and mode is not None:
            raise ArgumentError("Checkpoint: mode says which number is best, so name the column with monitor=.")
        self._best = None if monitor is None else Best("Checkpoint", monitor, mode)

    def on_train_begin(self, run: Run) -> None:
        _check_state("Checkpoint", run.model)
        if self._best is not None and not run.history:
            self._best.value, self._best.epoch = None, 0

    def on_epoch_end(self, run: Run) -> None:
        if self._best is None or self._best.improved(run.row):
            from autograd_lite.save import save

            save(self.path.replace("{epoch}", str(run.epoch)), run.model.state_dict())

    def state_dict(self) -> dict[str, Any]:
        return {} if self._best is None else {"best": self._best.value, "best_epoch": self._best.epoch}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        if self._best is not None:
            self._best.value, self._best.epoch = state["best"], state["best_epoch"]


def as_callback(callback: Any) -> Any:
    """A callback as it is, and a function as one. Raises `KindError` for anything else."""
    if isinstance(callback, Callback):
        return callback
    if isinstance(callback, type) or not callable(callback):
        raise KindError(
            f"fit: a callback is {describe(callback)}; give an optim.Callback, or a function of the run, which is "
            "called after each epoch."
        )
    return EachEpoch(callback)


def _check_state(owner: str, model: Any) -> None:
    if not hasattr(model, "state_dict"):
        raise KindError(f"{owner}: model is {describe(model)}, which has no state_dict() to keep; give a module.")


def writable(owner: str, given: Any) -> Path:
    """A path that a tree can be saved to. Raises `StorageError` or `KindError` where it cannot."""
    if not isinstance(given, str | Path):
        raise KindError(f"{owner}: path is {describe(given)}; give the path of a .safetensors or .npz file.")
    path = Path(given)
    if path.suffix not in (".safetensors", ".npz"):
        raise StorageError(f"{owner}: {path} must end in .safetensors or .npz.")
    if not path.parent.is_dir():
        raise StorageError(f"{owner}: the folder of {path} is not there; make it first.")
    return path
