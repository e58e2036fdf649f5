"""The scheduler that waits for progress to end."""

import math
from typing import Any

from autograd_lite.errors import ArgumentValueError, KindError, describe
from optim.lr_scheduler.scheduler import LRScheduler, checked_optimizer, for_groups
from optim.optimizer import Optimizer
from optim.options import at_least_zero, choice, whole


class ReduceLROnPlateau(LRScheduler):
    """The rate times `factor` whenever a loss or score has not become better for a while.

    Parameters
    ----------
    mode : "min" where smaller is better, "max" where larger is.
    factor : at least 0 and below 1.
    patience : the number of steps without progress that are borne.
    threshold, threshold_mode : how much counts as progress: a share of the best so far ("rel"), or so much ("abs").
    cooldown : the number of steps after a reduction in which nothing is counted.
    min_lr : what the rate does not fall below, for all groups or a list of one for each.
    eps : a reduction by less is left out.

    `step(metrics)` takes the number that is watched. A nan is no progress.

    >>> import optim, autograd_lite as ag
    >>> optimizer = optim.SGD([ag.Tensor(1.0, requires_grad=True)], lr=0.1)
    >>> scheduler = optim.lr_scheduler.ReduceLROnPlateau(optimizer, factor=0.5, patience=1)
    >>> [(scheduler.step(loss), scheduler.get_last_lr()[0])[1] for loss in (3.0, 2.0, 2.0, 2.0, 2.0, 2.0)]
    [0.1, 0.1, 0.1, 0.05, 0.05, 0.025]
    """

    def __init__(
        self,
        optimizer: Optimizer,
        mode: str = "min",
        factor: float = 0.1,
        patience: int = 10,
        threshold: float = 1e-4,
        threshold_mode: str = "rel",
        cooldown: int = 0,
        min_lr: Any = 0.0,
        eps: float = 1e-8,
    ) -> None:
        owner = type(self).__name__
        self.optimizer = checked_optimizer(self, optimizer)
        self.mode = choice(owner, "mode", mode, ("min", "max"))
        self.factor = at_least_zero(owner, "factor", factor)
        if self.factor >= 1.0:
            raise ArgumentValueError(f"{owner}: factor is {self.factor}; it must be below 1, or the rate never falls.")
        self.patience, self.cooldown = whole(owner, "patience", patience), whole(owner, "cooldown", cooldown)
        self.threshold = at_least_zero(owner, "threshold", threshold)
        self.threshold_mode = choice(owner, "threshold_mode", threshold_mode, ("rel", "abs"))
        self.min_lrs = for_groups(owner, "min_lr", min_lr, optimizer)
        self.eps = at_least_zero(owner, "eps", eps)
        self.base_lrs = [float(lr) for lr in self.lrs]
        self.last_epoch, self.num_bad_epochs, self.cooldown_counter = 0, 0, 0
        self.best = math.inf if self.mode == "min" else -math.inf
        self._last_lr = self.lrs

    def step(self, metrics: Any = None) -> None:
        """Take the loss or score of an epoch: a number, or an array or Tensor of one.

        Raises `KindError` for anything else; then nothing has changed.
        """
        self._check_groups()
        try:
            found = float(metrics)
        except (TypeError, ValueError):
            raise KindError(
                f"ReduceLROnPlateau: step got {describe(metrics)}; give it the loss or score that is watched."
            ) from None
        self.last_epoch += 1
        better = self._is_better(found)
        self.best = found if better else self.best
        self.num_bad_epochs = 0 if better else self.num_bad_epochs + 1
        if self.cooldown_counter > 0:
            self.cooldown_counter -= 1
            self.num_bad_epochs = 0
        if self.num_bad_epochs > self.patience:
            reduced = [max(lr * self.factor, low) for lr, low in zip(self.lrs, self.min_lrs, strict=True)]
            self._take([new if lr - new > self.eps else lr for lr, new in zip(self.lrs, reduced, strict=True)])
            self.cooldown_counter, self.num_bad_epochs = self.cooldown, 0
        self._last_lr = self.lrs

    @property
    def in_cooldown(self) -> bool:
        """Whether nothing is counted now."""
        return self.cooldown_counter > 0

    def _is_better(self, found: float) -> bool:
        sign = -1.0 if self.mode == "min" else 1.0
        if self.threshold_mode == "rel":
            bound = self.best * (1.0 + sign * self.threshold)
        else:
            bound = self.best + sign * self.threshold
        return found > bound if self.mode == "max" else found < bound
