"""Schedulers that multiply the rate which they find, so that several can work on one optimizer."""

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from autograd_lite.errors import ArgumentValueError
from optim import schedules
from optim.lr_scheduler.scheduler import LRScheduler, checked_optimizer
from optim.optimizer import Optimizer
from optim.options import at_least_zero, fraction, function


class FactorLR(LRScheduler):
    """The parent of schedulers with a factor c(t): η_t = m + (η - m) c(t) / c(t - 1), where m is the floor.

    So what others have done to the rate stays. Where c(t - 1) is 0, the first rate comes in again.
    """

    def factor_at(self, t: int) -> float:
        """The factor of step t."""
        raise NotImplementedError

    def floor(self) -> float:
        """What the factor leaves alone: the rates above it are multiplied."""
        return 0.0

    def get_lr(self) -> list[float]:
        t, m = self.last_epoch, self.floor()
        now, before = self.factor_at(t), self.factor_at(t - 1) if t > 0 else 1.0
        if now == before:
            return self.lrs
        if before == 0.0:
            return [lr + (base - m) * now for lr, base in zip(self.lrs, self.base_lrs, strict=True)]
        return [m + (lr - m) * (now / before) for lr in self.lrs]

    def resumed(self) -> list[float]:
        return self.lrs

    def restarted(self) -> list[float]:
        m = self.floor()
        return [m + (base - m) * self.factor_at(0) for base in self.base_lrs]


class ConstantLR(FactorLR):
    """The rate times `factor`, from 0 to 1, for the first `total_iters` steps.

    >>> import optim, autograd_lite as ag
    >>> optimizer = optim.SGD([ag.Tensor(1.0, requires_grad=True)], lr=0.1)
    >>> scheduler = optim.lr_scheduler.ConstantLR(optimizer, factor=0.5, total_iters=2)
    >>> [(scheduler.get_last_lr()[0], scheduler.step())[0] for _ in range(4)]
    [0.05, 0.05, 0.1, 0.1]
    """

    def __init__(
        self, optimizer: Optimizer, factor: float = 1.0 / 3.0, total_iters: int = 5, last_epoch: int = -1
    ) -> None:
        self.factor = fraction("ConstantLR", "factor", factor)
        self.total_iters = total_iters
        # Built once, so that wrong arguments are refused before anything is changed.
        schedules.constant().then(1.0, at=total_iters)
        super().__init__(optimizer, last_epoch)

    def factor_at(self, t: int) -> float:
        return schedules.constant(self.factor).then(1.0, at=self.total_iters)(t)


class LinearLR(FactorLR):
    """The rate times a factor that goes from `start_factor` to `end_factor` in `total_iters` steps: a warm-up.

    Both are from 0 to 1, the first above 0.

    >>> import optim, autograd_lite as ag
    >>> optimizer = optim.SGD([ag.Tensor(1.0, requires_grad=True)], lr=0.1)
    >>> scheduler = optim.lr_scheduler.LinearLR(optimizer, start_factor=0.5, total_iters=2)
    >>> [(round(scheduler.get_last_lr()[0], 6), scheduler.step())[0] for _ in range(4)]
    [0.05, 0.075, 0.1, 0.1]
    """

    def __init__(
        self,
        optimizer: Optimizer,
        start_factor: float = 1.0 / 3.0,
        end_factor: float = 1.0,
        total_iters: int = 5,
        last_epoch: int = -1,
    ) -> None:
        self.start_factor = fraction("LinearLR", "start_factor", start_factor)
        self.end_factor = fraction("LinearLR", "end_factor", end_factor)
        self.total_iters = total_iters
        if self.start_factor == 0.0:
            raise ArgumentValueError("LinearLR: start_factor is 0.0; it must be above 0, and at most 1.")
        schedules.linear(steps=total_iters)
        super().__init__(optimizer, last_epoch)

    def factor_at(self, t: int) -> float:
        return schedules.linear(self.start_factor, self.end_factor, self.total_iters)(t)


class StepLR(FactorLR):
    """The rate times `gamma` after every `step_size` steps: see `optim.schedules.step`.

    >>> import optim, autograd_lite as ag
    >>> optimizer = optim.SGD([ag.Tensor(1.0, requires_grad=True)], lr=0.1)
    >>> scheduler = optim.lr_scheduler.StepLR(optimizer, step_size=2, gamma=0.5)
    >>> [(scheduler.get_last_lr()[0], scheduler.step())[0] for _ in range(5)]
    [0.1, 0.1, 0.05, 0.05, 0.025]
    """

    def __init__(self, optimizer: Optimizer, step_size: int, gamma: float = 0.1, last_epoch: int = -1) -> None:
        schedules.step(step_size, gamma)
        self.step_size, self.gamma = step_size, gamma
        super().__init__(optimizer, last_epoch)

    def factor_at(self, t: int) -> float:
        return schedules.step(self.step_size, self.gamma)(t)


class MultiStepLR(FactorLR):
    """The rate times `gamma` at each of the `milestones`: see `optim.schedules.multi_step`."""

    def __init__(
        self, optimizer: Optimizer, milestones: Iterable[int], gamma: float = 0.1, last_epoch: int = -1
    ) -> None:
        milestones = list(milestones) if isinstance(milestones, Iterable) else milestones
        schedules.multi_step(milestones, gamma)
        self.milestones: Counter[int] = Counter(milestones)
        self.gamma = gamma
        super().__init__(optimizer, last_epoch)

    def factor_at(self, t: int) -> float:
        return schedules.multi_step(Counter(self.milestones).elements(), self.gamma)(t)


class ExponentialLR(FactorLR):
    """The rate times `gamma` after every step; e^(-k) for the form η_0 e^(-k t).

    >>> import optim, autograd_lite as ag
    >>> optimizer = optim.SGD([ag.Tensor(1.0, requires_grad=True)], lr=0.1)
    >>> scheduler = optim.lr_scheduler.ExponentialLR(optimizer, gamma=0.5)
    >>> [(scheduler.get_last_lr()[0], scheduler.step())[0] for _ in range(4)]
    [0.1, 0.05, 0.025, 0.0125]
    """

    def __init__(self, optimizer: Optimizer, gamma: float, last_epoch: int = -1) -> None:
        self.gamma = at_least_zero("ExponentialLR", "gamma", gamma)
        super().__init__(optimizer, last_epoch)

    def factor_at(self, t: int) -> float:
        return schedules.geometric(self.gamma)(t)


class PolynomialLR(FactorLR):
    """The rate times (1 - t / total_iters)^power, and 0 after `total_iters` steps."""

    def __init__(self, optimizer: Optimizer, total_iters: int = 5, power: float = 1.0, last_epoch: int = -1) -> None:
        schedules.polynomial(total_iters, power)
        self.total_iters, self.power = total_iters, power
        super().__init__(optimizer, last_epoch)

    def factor_at(self, t: int) -> float:
        return schedules.polynomial(self.total_iters, self.power)(t)


class CosineAnnealingLR(FactorLR):
    """Half a cosine from the rate down to `eta_min` in `T_max` steps, up again in as many, and so on.

    Source: Loshchilov and Hutter, SGDR: Stochastic Gradient Descent with Warm Restarts, ICLR 2017, equation 5,
    without the restarts.

    >>> import optim, autograd_lite as ag
    >>> optimizer = optim.SGD([ag.Tensor(1.0, requires_grad=True)], lr=0.1)
    >>> scheduler = optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=2)
    >>> [(round(scheduler.get_last_lr()[0], 6), scheduler.step())[0] for _ in range(5)]
    [0.1, 0.05, 0.0, 0.05, 0.1]
    """

    def __init__(self, optimizer: Optimizer, T_max: int, eta_min: float = 0.0, last_epoch: int = -1) -> None:
        schedules.cosine(T_max)
        self.T_max = T_max
        self.eta_min = at_least_zero("CosineAnnealingLR", "eta_min", eta_min)
        super().__init__(optimizer, last_epoch)

    def factor_at(self, t: int) -> float:
        return schedules.cosine(self.T_max)(t)

    def floor(self) -> float:
        return self.eta_min


class MultiplicativeLR(LRScheduler):
    """After every step the rate times what a function gives for the step.

    Parameters
    ----------
    lr_lambda : the function of the step, counted from 1, or a list of one for each group. A state does not hold it.

    >>> import optim, autograd_lite as ag
    >>> optimizer = optim.SGD([ag.Tensor(1.0, requires_grad=True)], lr=0.1)
    >>> scheduler = optim.lr_scheduler.MultiplicativeLR(optimizer, lambda t: 1 / t)
    >>> [(round(scheduler.get_last_lr()[0], 6), scheduler.step())[0] for _ in range(4)]
    [0.1, 0.1, 0.05, 0.016667]
    """

    apart = ("optimizer", "lr_lambdas")

    def __init__(self, optimizer: Optimizer, lr_lambda: Any, last_epoch: int = -1) -> None:
        self.lr_lambdas = functions_for_groups(self, "lr_lambda", lr_lambda, optimizer)
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        if self.last_epoch == 0:
            return self.lrs
        return self.restarted()

    def resumed(self) -> list[float]:
        return self.lrs

    def restarted(self) -> list[float]:
        return [lr * f(self.last_epoch) for lr, f in zip(self.lrs, self.lr_lambdas, strict=True)]


class LambdaLR(LRScheduler):
    """The first rate times a function of the step, whatever has been done to the rate since.

    Parameters
    ----------
    lr_lambda : the function of the step, such as a `Schedule`, or a list of one for each group. A state does not
        hold it.

    >>> import optim, autograd_lite as ag
    >>> optimizer = optim.SGD([ag.Tensor(1.0, requires_grad=True)], lr=0.1)
    >>> scheduler = optim.lr_scheduler.LambdaLR(optimizer, optim.schedules.time_based(0.5))
    >>> [(round(scheduler.get_last_lr()[0], 6), scheduler.step())[0] for _ in range(3)]
    [0.1, 0.066667, 0.05]
    """

    apart = ("optimizer", "lr_lambdas")

    def __init__(self, optimizer: Optimizer, lr_lambda: Any, last_epoch: int = -1) -> None:
        self.lr_lambdas = functions_for_groups(self, "lr_lambda", lr_lambda, optimizer)
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        return [base * f(self.last_epoch) for base, f in zip(self.base_lrs, self.lr_lambdas, strict=True)]


class RateLR(LRScheduler):
    """The rate that a function gives for the step, whatever the optimizer's was.

    Parameters
    ----------
    schedule : the function of the step, such as a `Schedule`, or a list of one for each group. A state does not
        hold it.

    >>> import math, optim, autograd_lite as ag
    >>> optimizer = optim.SGD([ag.Tensor(1.0, requires_grad=True)])
    >>> scheduler = optim.lr_scheduler.RateLR(optimizer, lambda t: 0.5 * math.exp(-0.1 * t))
    >>> [(round(scheduler.get_last_lr()[0], 6), scheduler.step())[0] for _ in range(3)]
    [0.5, 0.452419, 0.409365]
    """

    apart = ("optimizer", "schedules")

    def __init__(self, optimizer: Optimizer, schedule: Any, last_epoch: int = -1) -> None:
        self.schedules = functions_for_groups(self, "schedule", schedule, optimizer)
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        return [f(self.last_epoch) for f in self.schedules]


def functions_for_groups(
    scheduler: LRScheduler, name: str, given: Any, optimizer: Optimizer
) -> list[Callable[[int], float]]:
    """One function for all groups, or a list of one for each, as a list."""
    owner = type(scheduler).__name__
    groups = len(checked_optimizer(scheduler, optimizer).param_groups)
    chosen = list(given) if isinstance(given, list | tuple) else [given] * groups
    if len(chosen) != groups:
        raise ArgumentValueError(f"{owner}: {name} has {len(chosen)} functions, and the optimizer {groups} groups.")
    return [function(owner, name, f) for f in chosen]
