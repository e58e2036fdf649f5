"""One run of training: its steps, its epochs, and the state that it resumes from."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from time import perf_counter
from typing import Any

import numpy as np

from autograd_lite.errors import ArgumentValueError, GraphError, KindError, TrainingError, describe
from autograd_lite.graph import Node, raw
from autograd_lite.modes import enable_grad
from autograd_lite.tree import tree_map
from optim.batches import samples
from optim.training.callbacks import Callback
from optim.training.evaluation import called, evaluated, number
from optim.training.history import History
from optim.training.metrics import Metric, measured
from optim.training.progress import Progress
from optim.training.undefined import why_gradient_not_finite, why_not_finite, without_finite_gradient


class Run:
    """What `fit` does, step by step; callbacks are given it.

    Attributes
    ----------
    model, loss, optimizer, metrics, callbacks : as `fit` was given them.
    batches, validation : the data, the latter None where there is none.
    epochs, epoch : how many there are, and the number of this one, from 1.
    step : the number of the step in the epoch, from 1.
    history : of the epochs so far, `row` its last row.
    value : the last loss, a node whose graph is there to be looked at.
    """

    def __init__(
        self, model: Any, loss: Any, optimizer: Any, batches: Iterable[Any], validation: Iterable[Any] | None,
        epochs: int, metrics: Mapping[str, Metric], callbacks: list[Callback],
    ) -> None:  # fmt: skip
        self.model, self.loss, self.optimizer = model, loss, optimizer
        self.batches, self.validation = batches, validation
        self.epochs, self.metrics, self.callbacks = epochs, metrics, callbacks
        self.epoch = self.step = 0
        self.history = History()
        self.row: dict[str, Any] = {}
        self.value: Any = None

    def stop(self, reason: str = "stopped by a callback") -> None:
        """End training after this epoch; `reason` stands in the history."""
        if not isinstance(reason, str) or not reason:
            raise KindError(f"stop: the reason is {describe(reason)}; say it in words.")
        self.history.stopped = reason

    @property
    def lr(self) -> float | None:
        """The learning rate of the first group of parameters."""
        rate = self.optimizer.param_groups[0].get("lr")
        return None if rate is None else float(rate)

    def hooks(self, name: str) -> list[Callable[[Run], None]]:
        """What the callbacks have to do at some moment: those that do nothing then are left out."""
        return [
            getattr(c, name)
            for c in self.callbacks
            if name in vars(c) or getattr(type(c), name) is not getattr(Callback, name)
        ]

    def go(self, progress: Progress, save: Callable[[], Any]) -> None:
        """All epochs that are left, `save` after each."""
        for begin in self.hooks("on_train_begin"):
            begin(self)
        while self.epoch < self.epochs and not self.history.stopped:
            self.epoch += 1
            self._whole_epoch(progress)
            save()
        if self.history.stopped:
            progress.say(self.history.stopped)
        for end in self.hooks("on_train_end"):
            end(self)

    def _whole_epoch(self, progress: Progress) -> None:
        start = perf_counter()
        for begin in self.hooks("on_epoch_begin"):
            begin(self)
        if hasattr(self.model, "train"):
            self.model.train()
        # The loss is looked at after each step; a warning beside it would say less.
        quiet = {kind: "ignore" for kind, handling in np.geterr().items() if handling == "warn"}
        with enable_grad(), np.errstate(**quiet):  # type: ignore[arg-type]
            row = {"epoch": self.epoch, **self._steps(progress)}
        if self.validation is not None:
            found = evaluated("fit, validation", self.model, self.loss, self.validation, self.metrics)
            row |= {f"val_{name}": value for name, value in found.items()}
        rate = {} if self.lr is None else {"lr": self.lr}
        self.row = {**row, **rate, "seconds": perf_counter() - start}
        self.history.append(self.row)
        progress.epoch(self.epoch * self.step, self.row)
        for end in self.hooks("on_epoch_end"):
            end(self)

    def _steps(self, progress: Progress) -> dict[str, float]:
        """One epoch of steps: the means of loss and metrics over its samples."""
        model, loss, optimizer = self.model, self.loss, self.optimizer
        parameters = [p for group in optimizer.param_groups for p in group["params"]]
        on_gradients, on_step_end = self.hooks("on_gradients"), self.hooks("on_step_end")
        totals = dict.fromkeys(("loss", *self.metrics), 0.0)
        total, seen, self.step = 0.0, 0, 0
        for batch in self.batches:
            self.step += 1
            inputs, targets = batch if type(batch) is tuple and len(batch) == 2 else _unpacked(batch)
            output = model(inputs) if type(inputs) is np.ndarray else called(model, inputs)
            self.value = value = loss(output, targets)
            usual = self.step > 1 and isinstance(value, Node)
            found = value.item() if usual else self._checked(value)
            if not math.isfinite(found):
                raise self._no_number(value)
            optimizer.zero_grad()
            value.backward()
            if not _finite(parameters):
                self._check_gradients(parameters)
            for hook in on_gradients:
                hook(self)
            if self.step == 1:
                _check_reached(parameters)
            optimizer.step()
            n = len(targets) if type(targets) is np.ndarray else samples(targets, "fit")
            total += found * n
            seen += n
            for name, metric in self.metrics.items():
                said = measured("fit", name, metric, tree_map(raw, output), tree_map(raw, targets))
                totals[name] += said * n
            for hook in on_step_end:
                hook(self)
            if perf_counter() >= progress.due:
                totals["loss"] = total
                self._show(progress, {name: so_far / seen for name, so_far in totals.items()})
        if not seen:
            raise ArgumentValueError("fit: an epoch had no batches; what can be gone through only once is used up.")
        totals["loss"] = total
        return {name: so_far / seen for name, so_far in totals.items()}

    def _show(self, progress: Progress, means: dict[str, float]) -> None:
        rate = {} if self.lr is None else {"lr": self.lr}
        progress.step(self.epoch, (self.epoch - 1) * (progress.steps or 0) + self.step, {**means, **rate})

    def _checked(self, value: Any) -> float:
        """The number of the first loss. Raises for what the optimizer cannot go down."""
        found = number("fit", value)
        if not isinstance(value, Node) or not value._tracked:
            raise GraphError(
                f"fit: the loss is {describe(value)}, to which no parameter leads. Compute it with the functions of "
                "autograd_lite or NumPy on the model's output, and leave requires_grad of its parameters on."
            )
        return found

    def _no_number(self, value: Node) -> TrainingError:
        kind = "nan" if math.isnan(value.item()) else "infinite"  # type: ignore[attr-defined]
        node, why = why_not_finite(value)
        return self._error(f"the loss is {kind}", why, node)

    def _check_gradients(self, parameters: list[Any]) -> None:
        """Raise `TrainingError` where a gradient is no finite number, which may be though the loss is one."""
        wrong = without_finite_gradient(parameters)
        if wrong:
            why = why_gradient_not_finite(self.value, wrong[0])
            raise self._error(f"the gradient of {describe(wrong[0])} is nan or infinite", why, None)

    def _error(self, what: str, why: str, node: Any) -> TrainingError:
        where = f"fit: {what} in epoch {self.epoch}, step {self.step}; the parameters are those before this step."
        return TrainingError(f"{where} {why}", self.epoch, self.step, node, self.history)


def _unpacked(batch: Any) -> Any:
    """A batch that is a pair in a list or a tuple of another kind. Raises `KindError` for what is none."""
    if not isinstance(batch, tuple | list) or len(batch) != 2:
        found = f"a {type(batch).__name__} of {len(batch)}" if isinstance(batch, tuple | list) else describe(batch)
        raise KindError(f"fit: a batch of train is {found}; each must be a pair (inputs, targets).")
    return batch


def _check_reached(parameters: list[Any]) -> None:
    """Raise `GraphError` where no step would change anything."""
    if all(p.grad is None for p in parameters):
        raise GraphError(
            "fit: the loss reaches none of the parameters of the optimizer, so nothing would be learned. Make the "
            "optimizer from this model: a model that is built anew has new parameters."
        )


def _finite(parameters: list[Any]) -> bool:
    """Whether all gradients are finite, in one sum of squares for each: where that overflows they are looked at."""
    total = 0.0
    for p in parameters:
        g = raw(p.grad)
        if g is not None:
            total += float(np.vdot(g, g))
    return math.isfinite(total)
