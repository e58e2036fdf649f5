"""Schedulers of schedulers: one after the other, and all at once."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from typing import Any

from autograd_lite.errors import ArgumentValueError, KindError, describe
from optim.lr_scheduler.plateau import ReduceLROnPlateau
from optim.lr_scheduler.scheduler import LRScheduler, checked_optimizer, fitting
from optim.optimizer import Optimizer
from optim.schedules.schedule import ordered


class Composed(LRScheduler):
    """The parent of schedulers of schedulers, whose state holds theirs."""

    apart = ("optimizer", "_schedulers")
    _schedulers: list[LRScheduler]

    def _follow(self, optimizer: Optimizer, last_epoch: int) -> None:
        """Take over an optimizer whose rates the parts have set already."""
        self.optimizer = optimizer
        self.base_lrs = [float(group["initial_lr"]) for group in optimizer.param_groups]
        self.last_epoch, self._last_lr = last_epoch, self.lrs

    def restart(self) -> None:
        self._check_groups()
        for group, base in zip(self.optimizer.param_groups, self.base_lrs, strict=True):
            group["lr"] = base
        self.begin()

    def state_dict(self) -> dict[str, Any]:
        return {**super().state_dict(), "_schedulers": [part.state_dict() for part in self._schedulers]}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        fitting(self, state_dict)
        before = self.state_dict()
        try:
            for part, state in zip(self._schedulers, state_dict["_schedulers"], strict=True):
                part.load_state_dict(state)
        except Exception:
            # All or nothing: the parts before the one at fault have taken theirs.
            for part, state in zip(self._schedulers, before["_schedulers"], strict=True):
                part.load_state_dict(state)
            raise
        own = fitting(self, state_dict)
        vars(self).update({name: value for name, value in own.items() if name not in self.apart})


class SequentialLR(Composed):
    """One scheduler after the other: each begins where the one before it ends, from the first rate.

    Parameters
    ----------
    schedulers : of this optimizer, in order.
    milestones : the step at which each but the first begins; one fewer.

    Raises `ArgumentValueError` for milestones that do not fit, schedulers of another optimizer, and
    `ReduceLROnPlateau`, whose step needs a number.

    >>> import optim, autograd_lite as ag
    >>> from optim.lr_scheduler import ExponentialLR, LinearLR, SequentialLR
    >>> optimizer = optim.SGD([ag.Tensor(1.0, requires_grad=True)], lr=0.1)
    >>> parts = [LinearLR(optimizer, 0.5, total_iters=2), ExponentialLR(optimizer, gamma=0.5)]
    >>> scheduler = SequentialLR(optimizer, parts, milestones=[2])
    >>> [(round(scheduler.get_last_lr()[0], 6), scheduler.step())[0] for _ in range(5)]
    [0.05, 0.075, 0.1, 0.05, 0.025]
    """

    def __init__(
        self,
        optimizer: Optimizer,
        schedulers: Sequence[LRScheduler],
        milestones: Sequence[int],
        last_epoch: int = -1,
    ) -> None:
        self._schedulers = parts_of(self, schedulers, checked_optimizer(self, optimizer))
        self._milestones = ordered("SequentialLR", milestones)
        if len(self._milestones) != len(self._schedulers) - 1:
            raise ArgumentValueError(
                f"SequentialLR: {len(self._schedulers)} schedulers have {len(self._milestones)} milestones; give one "
                "for each but the first."
            )
        self._follow(optimizer, last_epoch + 1)
        if last_epoch == -1:
            self.restart()

    def begin(self) -> None:
        self._check_groups()
        part = self._schedulers[bisect_right(self._milestones, 0)]
        part.begin()
        self.last_epoch, self._last_lr = 0, self.lrs

    def step(self) -> None:
        self._check_groups()
        t = self.last_epoch + 1
        i = bisect_right(self._milestones, t)
        if i > 0 and self._milestones[i - 1] == t:
            self._schedulers[i].restart()
        else:
            self._schedulers[i].step()
        self.last_epoch, self._last_lr = t, self.lrs


class ChainedScheduler(Composed):
    """Several schedulers at once: each step is one of each, in order.

    Parameters
    ----------
    schedulers : of one optimizer. Those that multiply the rate go together; others replace what was before them.
    optimizer : that of the schedulers, where given.

    Raises as `SequentialLR` does.

    >>> import optim, autograd_lite as ag
    >>> from optim.lr_scheduler import ChainedScheduler, ConstantLR, ExponentialLR
    >>> optimizer = optim.SGD([ag.Tensor(1.0, requires_grad=True)], lr=0.8)
    >>> parts = [ConstantLR(optimizer, factor=0.5, total_iters=2), ExponentialLR(optimizer, gamma=0.5)]
    >>> scheduler = ChainedScheduler(parts)
    >>> [(scheduler.get_last_lr()[0], scheduler.step())[0] for _ in range(4)]
    [0.4, 0.2, 0.2, 0.1]
    """

    def __init__(self, schedulers: Sequence[LRScheduler], optimizer: Optimizer | None = None) -> None:
        if optimizer is None and isinstance(schedulers, list | tuple) and schedulers:
            optimizer = getattr(schedulers[0], "optimizer", None)
        self._schedulers = parts_of(self, schedulers, optimizer)
        self._follow(checked_optimizer(self, optimizer), 0)

    def step(self) -> None:
        self._check_groups()
        for part in self._schedulers:
            part.step()
        self.last_epoch, self._last_lr = self.last_epoch + 1, self.lrs

    def begin(self) -> None:
        self._check_groups()
        for part in self._schedulers:
            part.begin()
        self.last_epoch, self._last_lr = 0, self.lrs


def parts_of(scheduler: LRScheduler, given: Any, optimizer: Any) -> list[LRScheduler]:
    """The schedulers of a scheduler, checked."""
    owner = type(scheduler).__name__
    if not isinstance(given, list | tuple) or not given:
        raise KindError(f"{owner}: schedulers is {describe(given)}; give a list of at least one scheduler.")
    for i, part in enumerate(given):
        if not isinstance(part, LRScheduler):
            raise KindError(f"{owner}: scheduler {i} is {describe(part)}; expected one of optim.lr_scheduler.")
        if isinstance(part, ReduceLROnPlateau):
            raise ArgumentValueError(
                f"{owner}: scheduler {i} is ReduceLROnPlateau, whose step needs a number. Step it on its own."
            )
        if part.optimizer is not optimizer:
            raise ArgumentValueError(f"{owner}: scheduler {i}, {type(part).__name__}, is of another optimizer.")
    return list(given)
