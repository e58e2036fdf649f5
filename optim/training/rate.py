"""The learning rate in a run: a schedule that goes on with the epochs or the steps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from autograd_lite.errors import ArgumentError, KindError, describe
from optim.options import choice
from optim.training.callbacks import Callback

if TYPE_CHECKING:
    from optim.training.run import Run


class LearningRate(Callback):
    """Goes on with a schedule of the learning rate after each epoch, or after each step.

    Parameters
    ----------
    scheduler : whatever has `step()`, such as those of `optim.lr_scheduler`; or a function that gives the rate for
        the number of epochs, or steps, that are over, such as those of `optim.schedules`. Where `step` begins with
        an argument called `metrics`, as that of ReduceLROnPlateau does, it is given what is monitored.
    every : "epoch" or "step".
    monitor : a column of the history; the loss of the validation, or else of training, where None.

    Raises `KindError` for what is neither and `ArgumentError` for a column that a step does not know.

    >>> import nn, optim
    >>> model = nn.Linear(2, 1)
    >>> optimizer = optim.SGD(model.parameters(), lr=0.1)
    >>> warm_up = LearningRate(optim.lr_scheduler.LinearLR(optimizer, total_iters=100), every="step")
    """

    def __init__(self, scheduler: Any, every: str = "epoch", monitor: str | None = None) -> None:
        import inspect

        step = getattr(scheduler, "step", None)
        if isinstance(scheduler, type) or not (callable(step) or callable(scheduler)):
            raise KindError(
                f"LearningRate: {describe(scheduler)} has no step(); give one of optim.lr_scheduler, or a function."
            )
        self.scheduler, self.every = scheduler, choice("LearningRate", "every", every, ("epoch", "step"))
        self.monitor = monitor
        self.rate = None if callable(step) else scheduler
        self.measures = step is not None and next(iter(inspect.signature(step).parameters), None) == "metrics"
        if self.measures and every == "step":
            raise ArgumentError(f"LearningRate: {type(scheduler).__name__} goes by what an epoch gives; leave every=.")
        if every == "step":
            self.on_step_end = self._step  # type: ignore[method-assign]

    def bind(self, optimizer: Any) -> None:
        """Let a function govern the optimizer of a run. Raises `ArgumentError` for a schedule of another optimizer."""
        if self.rate is not None:
            from optim.lr_scheduler import RateLR

            self.scheduler = RateLR(optimizer, self.rate)
            return
        governed = getattr(self.scheduler, "optimizer", optimizer)
        # An optimizer may stand around the one that is governed, as that of optim.mpi does.
        if governed is not optimizer and governed is not getattr(optimizer, "optimizer", None):
            raise ArgumentError(
                f"LearningRate: {type(self.scheduler).__name__} was made for another optimizer, so this run's rates "
                "would not change. Make it for the optimizer that fit is given."
            )

    def _step(self, run: Run) -> None:
        self.scheduler.step()

    def on_epoch_end(self, run: Run) -> None:
        if self.every == "step":
            return
        if not self.measures:
            self.scheduler.step()
            return
        monitor = self.monitor or ("val_loss" if "val_loss" in run.row else "loss")
        if monitor not in run.row:
            raise ArgumentError(f"LearningRate: no column {monitor!r} to monitor; there are {', '.join(run.row)}.")
        self.scheduler.step(run.row[monitor])

    def state_dict(self) -> dict[str, Any]:
        return dict(self.scheduler.state_dict()) if hasattr(self.scheduler, "state_dict") else {}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        if hasattr(self.scheduler, "load_state_dict"):
            self.scheduler.load_state_dict(state)
