"""Schedules that fall, or rise once, and stay: factors that are 1 where the learning rate is the optimizer's own."""

import math
from bisect import bisect_right
from collections.abc import Iterable

from autograd_lite.errors import KindError, describe
from optim.options import at_least_zero, count, flag, number, whole
from optim.schedules.schedule import Schedule


def constant(value: float = 1.0) -> Schedule:
    """`value` at every step.

    >>> constant(0.1)(5)
    0.1
    """
    value = number("constant", "value", value)
    return Schedule(lambda t: value, f"{value:g}")


def time_based(decay: float) -> Schedule:
    """1 / (1 + decay t): with it the rate of step t is η_0 / (1 + decay t). `decay` is at least 0.

    >>> time_based(0.5)(2)
    0.5
    """
    decay = at_least_zero("time_based", "decay", decay)
    return Schedule(lambda t: 1.0 / (1.0 + decay * t), "time-based")


def step(size: int, gamma: float = 0.1) -> Schedule:
    """gamma^⌊t / size⌋: times `gamma` after every `size` steps.

    >>> [step(2, 0.5)(t) for t in range(5)]
    [1.0, 1.0, 0.5, 0.5, 0.25]
    """
    size, gamma = count("step", "size", size), at_least_zero("step", "gamma", gamma)
    return Schedule(lambda t: gamma ** (t // size), "step")


def multi_step(milestones: Iterable[int], gamma: float = 0.1) -> Schedule:
    """Times `gamma` at each of the milestones; where one stands twice, times its square.

    >>> [multi_step([1, 3], 0.5)(t) for t in range(5)]
    [1.0, 0.5, 0.5, 0.25, 0.25]
    """
    if isinstance(milestones, str) or not isinstance(milestones, Iterable):
        raise KindError(f"multi_step: milestones is {describe(milestones)}; give a list of steps.")
    steps = sorted(whole("multi_step", f"milestones[{i}]", m) for i, m in enumerate(milestones))
    gamma = at_least_zero("multi_step", "gamma", gamma)
    return Schedule(lambda t: gamma ** bisect_right(steps, t), "multi-step")


def exponential(k: float = 0.1) -> Schedule:
    """e^(-k t): with it the rate of step t is η_0 e^(-k t). `k` is at least 0.

    >>> round(exponential(0.1)(10), 6)
    0.367879
    """
    k = at_least_zero("exponential", "k", k)
    return Schedule(lambda t: math.exp(-k * t), "exponential")


def geometric(gamma: float) -> Schedule:
    """gamma^t, which is e^(-k t) for gamma = e^(-k). `gamma` is at least 0.

    >>> geometric(0.5)(3)
    0.125
    """
    gamma = at_least_zero("geometric", "gamma", gamma)
    return Schedule(lambda t: gamma**t, "geometric")


def polynomial(steps: int, power: float = 1.0) -> Schedule:
    """(1 - t / steps)^power, and 0 after `steps` steps.

    >>> [polynomial(4, power=2.0)(t) for t in range(6)]
    [1.0, 0.5625, 0.25, 0.0625, 0.0, 0.0]
    """
    steps, power = count("polynomial", "steps", steps), at_least_zero("polynomial", "power", power)
    return Schedule(lambda t: (1.0 - min(t, steps) / steps) ** power, "polynomial")


def linear(start: float = 1.0 / 3.0, end: float = 1.0, steps: int = 5) -> Schedule:
    """From `start` to `end` in `steps` equal steps, and there it stays: a warm-up where `end` is larger.

    >>> [linear(0.0, 1.0, steps=4)(t) for t in range(6)]
    [0.0, 0.25, 0.5, 0.75, 1.0, 1.0]
    """
    start, end = at_least_zero("linear", "start", start), at_least_zero("linear", "end", end)
    steps = count("linear", "steps", steps)
    return Schedule(lambda t: start + (end - start) * min(t, steps) / steps, "linear")


def keras(hold: int = 10, k: float = 0.1, by_epoch: bool = False) -> Schedule:
    """1 for `hold` epochs, and then every epoch times a factor that is a rule of the lectures.

    Parameters
    ----------
    hold : the number of epochs 0, 1 ... hold - 1 without a change, at least 0.
    k : at least 0.
    by_epoch : times e^(-k epoch) every epoch, rather than times e^(-k).

    The rate η of epoch n is, from n = hold on:

        η_n = η_(n-1) e^(-k),   with by_epoch  η_n = η_(n-1) e^(-k n)

    The first is the example in the documentation of Keras' LearningRateScheduler. The second takes "times
    e^(-0.1 epoch) every epoch" by the letter: its exponents add up, so that with hold = 10 and k = 0.1 hardly
    anything is left after four epochs. Where the initial rate is meant to be multiplied, not the last one, take
    `constant().then(exponential(k), at=hold)`.

    >>> [round(keras(hold=2)(t), 4) for t in range(5)]
    [1.0, 1.0, 0.9048, 0.8187, 0.7408]
    >>> [round(keras(hold=2, by_epoch=True)(t), 4) for t in range(5)]
    [1.0, 1.0, 0.8187, 0.6065, 0.4066]
    """
    hold, k, by_epoch = (
        whole("keras", "hold", hold),
        at_least_zero("keras", "k", k),
        flag("keras", "by_epoch", by_epoch),
    )

    def exponent(t: float) -> float:
        if t < hold:
            return 0.0
        # hold + (hold + 1) + ... + t.
        return (t * (t + 1) - hold * (hold - 1)) / 2 if by_epoch else t - hold + 1

    return Schedule(lambda t: math.exp(-k * exponent(t)), "keras, by epoch" if by_epoch else "keras")
