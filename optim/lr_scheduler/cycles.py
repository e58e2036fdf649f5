"""Schedulers whose rates, and with them momenta, are functions of the step alone: cosines with restarts, cycles."""

import math
from collections.abc import Callable
from typing import Any

from autograd_lite.errors import ArgumentError
from optim.lr_scheduler.scheduler import LRScheduler, checked_optimizer, for_groups
from optim.optimizer import Optimizer
from optim.options import at_least_zero, choice, count, flag, fraction, function, positive, share
from optim.schedules.cycles import along, check_within, height, phases, place_of, scale


class CosineAnnealingWarmRestarts(LRScheduler):
    """Half a cosine from the first rate down to `eta_min`, again and again.

    Parameters
    ----------
    T_0 : the number of steps of the first run.
    T_mult : each run is so many times longer than the one before.
    eta_min : where a run ends.

    Source: Loshchilov and Hutter, SGDR: Stochastic Gradient Descent with Warm Restarts, ICLR 2017, equation 5.

    >>> import optim, autograd_lite as ag
    >>> optimizer = optim.SGD([ag.Tensor(1.0, requires_grad=True)], lr=0.1)
    >>> scheduler = optim.lr_scheduler.CosineAnnealingWarmRestarts(optimizer, T_0=1, T_mult=2)
    >>> [(round(scheduler.get_last_lr()[0], 6), scheduler.step())[0] for _ in range(4)]
    [0.1, 0.1, 0.05, 0.1]
    """

    def __init__(
        self, optimizer: Optimizer, T_0: int, T_mult: int = 1, eta_min: float = 0.0, last_epoch: int = -1
    ) -> None:
        owner = type(self).__name__
        self.T_0 = self.T_i = count(owner, "T_0", T_0)
        self.T_mult = count(owner, "T_mult", T_mult)
        self.eta_min = at_least_zero(owner, "eta_min", eta_min)
        self.T_cur, self.T_i = place_of(max(last_epoch + 1, 0), self.T_0, self.T_mult)
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        c = (1.0 + math.cos(math.pi * self.T_cur / self.T_i)) / 2.0
        return [self.eta_min + (base - self.eta_min) * c for base in self.base_lrs]

    def _rewind(self) -> None:
        self.T_cur, self.T_i = 0, self.T_0

    def step(self, epoch: float | None = None) -> None:
        """Go on by one step, or to an epoch, which may be a fraction: `step(epoch + i / batches)`."""
        self._check_groups()
        if epoch is None:
            into, self.last_epoch = self.T_cur + 1, self.last_epoch + 1
            again = into >= self.T_i
            self.T_cur, self.T_i = (into % self.T_i, self.T_i * self.T_mult) if again else (into, self.T_i)
        else:
            epoch = at_least_zero(type(self).__name__, "epoch", epoch)
            self.T_cur, self.T_i = place_of(epoch, self.T_0, self.T_mult)
            self.last_epoch = math.floor(epoch)
        self._take(self.get_lr())


class MomentumCycle(LRScheduler):
    """The parent of schedulers that let the momentum fall where the rate rises."""

    def _start_momentum(self, optimizer: Optimizer, cycle: Any, base: Any, top: Any) -> None:
        """Take the momenta, where they are to be cycled."""
        owner = type(self).__name__
        self.cycle_momentum = flag(owner, "cycle_momentum", cycle)
        self.use_beta1 = "betas" in checked_optimizer(self, optimizer).defaults
        if not self.cycle_momentum:
            self.base_momentums, self.max_momentums = [], []
            return
        if not self.use_beta1 and "momentum" not in optimizer.defaults:
            raise ArgumentError(
                f"{owner}: {type(optimizer).__name__} has no momentum to cycle. Give cycle_momentum=False."
            )
        self.base_momentums = for_groups(owner, "base_momentum", base, optimizer)
        self.max_momentums = for_groups(owner, "max_momentum", top, optimizer)

    def momenta(self) -> list[float]:
        """The momenta of the groups at `last_epoch`, where they are cycled; otherwise none."""
        raise NotImplementedError

    def _take(self, rates: list[float]) -> None:
        check = share if self.use_beta1 else at_least_zero
        momenta = [check(type(self).__name__, "the momentum", m) for m in self.momenta()]
        super()._take(rates)
        for group, momentum in zip(self.optimizer.param_groups, momenta, strict=self.cycle_momentum):
            if self.use_beta1:
                group["betas"] = (momentum, group["betas"][1])
            else:
                group["momentum"] = momentum


class OneCycleLR(MomentumCycle):
    """The rate up from max_lr / div_factor to `max_lr` and far down again, one cycle for the whole training.

    Parameters
    ----------
    max_lr : the top, for all groups or a list of one for each.
    total_steps : of the cycle; or `epochs` and `steps_per_epoch`, whose product it is.
    pct_start : the share of the steps that goes up, from 0 to 1.
    anneal_strategy : "cos" or "linear".
    cycle_momentum : whether the momentum, or the first of betas, goes from `max_momentum` to `base_momentum` and back.
    div_factor, final_div_factor : the start is the top over the first, the end the start over the second.
    three_phase : down to the start as fast as it went up, and only then to the end.

    A step is that of a batch. Raises `ArgumentValueError` for a step beyond the last.

    Source: Smith and Topin, Super-Convergence, https://arxiv.org/abs/1708.07120.

    >>> import optim, autograd_lite as ag
    >>> optimizer = optim.SGD([ag.Tensor(1.0, requires_grad=True)], lr=0.1, momentum=0.9)
    >>> scheduler = optim.lr_scheduler.OneCycleLR(optimizer, max_lr=1.0, total_steps=10)
    >>> [(round(scheduler.get_last_lr()[0], 4), scheduler.step())[0] for _ in range(4)]
    [0.04, 0.52, 1.0, 0.9505]
    """

    def __init__(
        self,
        optimizer: Optimizer,
        max_lr: Any,
        total_steps: int | None = None,
        epochs: int | None = None,
        steps_per_epoch: int | None = None,
        pct_start: float = 0.3,
        anneal_strategy: str = "cos",
        cycle_momentum: bool = True,
        base_momentum: Any = 0.85,
        max_momentum: Any = 0.95,
        div_factor: float = 25.0,
        final_div_factor: float = 1e4,
        three_phase: bool = False,
        last_epoch: int = -1,
    ) -> None:
        owner = type(self).__name__
        if total_steps is None and (epochs is None or steps_per_epoch is None):
            raise ArgumentError("OneCycleLR: give total_steps, or epochs and steps_per_epoch.")
        if total_steps is None:
            total_steps = count(owner, "epochs", epochs) * count(owner, "steps_per_epoch", steps_per_epoch)
        self.total_steps = count(owner, "total_steps", total_steps)
        self.pct_start = fraction(owner, "pct_start", pct_start)
        self.anneal_strategy = choice(owner, "anneal_strategy", anneal_strategy, ("cos", "linear"))
        self.div_factor = positive(owner, "div_factor", div_factor)
        self.final_div_factor = positive(owner, "final_div_factor", final_div_factor)
        self.three_phase = flag(owner, "three_phase", three_phase)
        self.max_lrs = for_groups(owner, "max_lr", max_lr, checked_optimizer(self, optimizer))
        self._start_momentum(optimizer, cycle_momentum, base_momentum, max_momentum)
        super().__init__(optimizer, last_epoch)
        self.base_lrs = [top / self.div_factor for top in self.max_lrs]
        for group, base in zip(optimizer.param_groups, self.base_lrs, strict=True):
            group["initial_lr"] = base

    def get_lr(self) -> list[float]:
        check_within("OneCycleLR", self.last_epoch, self.total_steps)
        lows = [top / self.div_factor for top in self.max_lrs]
        return [self._along(low, top, low / self.final_div_factor) for low, top in zip(lows, self.max_lrs, strict=True)]

    def momenta(self) -> list[float]:
        pairs = zip(self.max_momentums, self.base_momentums, strict=True)
        return [self._along(high, low, high) for high, low in pairs]

    def _along(self, start: float, top: float, end: float) -> float:
        turns = phases(self.total_steps, self.pct_start, self.three_phase)
        return along(turns, (start, top, end), self.last_epoch, self.anneal_strategy)


class CyclicLR(MomentumCycle):
    """The rate up from `base_lr` to `max_lr` and down again, over and over.

    Parameters
    ----------
    base_lr, max_lr : the lowest and the highest rate, for all groups or a list of one for each.
    step_size_up, step_size_down : the number of steps of the two ways; the second is the first where None.
    mode : "triangular", all alike; "triangular2", each half as high as the one before; "exp_range", times
        gamma^t.
    scale_fn, scale_mode : in the place of `mode`: a function of the cycle, counted from 1 ("cycle"), or of the step
        ("iterations"). A state does not hold it.
    cycle_momentum : whether the momentum, or the first of betas, falls from `max_momentum` to `base_momentum` where
        the rate rises.

    A step is that of a batch.

    Source: Smith, Cyclical Learning Rates for Training Neural Networks, WACV 2017, section 3.

    >>> import optim, autograd_lite as ag
    >>> optimizer = optim.SGD([ag.Tensor(1.0, requires_grad=True)], momentum=0.9)
    >>> scheduler = optim.lr_scheduler.CyclicLR(optimizer, 0.1, 0.5, step_size_up=2, mode="triangular2")
    >>> [(round(scheduler.get_last_lr()[0], 4), scheduler.step())[0] for _ in range(7)]
    [0.1, 0.3, 0.5, 0.3, 0.1, 0.2, 0.3]
    """

    apart = ("optimizer", "scale_fn")

    def __init__(
        self,
        optimizer: Optimizer,
        base_lr: Any,
        max_lr: Any,
        step_size_up: int = 2000,
        step_size_down: int | None = None,
        mode: str = "triangular",
        gamma: float = 1.0,
        scale_fn: Callable[[float], float] | None = None,
        scale_mode: str = "cycle",
        cycle_momentum: bool = True,
        base_momentum: Any = 0.8,
        max_momentum: Any = 0.9,
        last_epoch: int = -1,
    ) -> None:
        owner = type(self).__name__
        lows = for_groups(owner, "base_lr", base_lr, checked_optimizer(self, optimizer))
        self.max_lrs = for_groups(owner, "max_lr", max_lr, optimizer)
        self.step_size_up = count(owner, "step_size_up", step_size_up)
        down = step_size_up if step_size_down is None else step_size_down
        self.step_size_down = count(owner, "step_size_down", down)
        self.mode = choice(owner, "mode", mode, ("triangular", "triangular2", "exp_range"))
        self.gamma = at_least_zero(owner, "gamma", gamma)
        self.scale_fn = None if scale_fn is None else function(owner, "scale_fn", scale_fn)
        self.scale_mode = choice(owner, "scale_mode", scale_mode, ("cycle", "iterations"))
        self._start_momentum(optimizer, cycle_momentum, base_momentum, max_momentum)
        self.low_lrs = lows
        super().__init__(optimizer, last_epoch)
        self.base_lrs = lows
        for group, low in zip(optimizer.param_groups, lows, strict=True):
            group["initial_lr"] = low

    def get_lr(self) -> list[float]:
        h = self._height()
        return [low + (top - low) * h for low, top in zip(self.low_lrs, self.max_lrs, strict=True)]

    def momenta(self) -> list[float]:
        h, pairs = self._height(), zip(self.max_momentums, self.base_momentums, strict=True)
        return [high - (high - low) * h for high, low in pairs]

    def _height(self) -> float:
        scaled, by_cycle = scale(self.mode, self.gamma)
        if self.scale_fn is not None:
            scaled, by_cycle = self.scale_fn, self.scale_mode == "cycle"
        return height(self.last_epoch, self.step_size_up, self.step_size_down, scaled, by_cycle)
