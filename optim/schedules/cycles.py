"""Schedules that rise and fall: cosines, one cycle, and cycle after cycle."""

import math
from collections.abc import Callable

from autograd_lite.errors import ArgumentValueError
from optim.options import at_least_zero, choice, count, flag, fraction, function, number, positive
from optim.schedules.schedule import Schedule


def cosine(steps: int, end: float = 0.0) -> Schedule:
    """Half a cosine from 1 to `end` in `steps` steps, up again in as many, and so on.

    At step t it is end + (1 - end) (1 + cos(π t / steps)) / 2.

    Source: Loshchilov and Hutter, SGDR: Stochastic Gradient Descent with Warm Restarts, ICLR 2017, equation 5,
    without the restarts.

    >>> [round(cosine(4)(t), 4) for t in range(6)]
    [1.0, 0.8536, 0.5, 0.1464, 0.0, 0.1464]
    """
    steps, end = count("cosine", "steps", steps), at_least_zero("cosine", "end", end)

    def at(t: float) -> float:
        # Within two turns, so that it is exactly `end` where it should be.
        return end + (1.0 - end) * (1.0 + math.cos(math.pi * ((t % (2 * steps)) / steps))) / 2.0

    return Schedule(at, "cosine")


def place_of(step: float, first: int, multiply: int) -> tuple[float, int]:
    """How far into its run a step is, and how long the run: `first` steps at first, each next `multiply` times."""
    length = first
    if multiply == 1:
        return step % first, first
    while step >= length:
        step -= length
        length *= multiply
    return step, length


def cosine_restarts(first: int, multiply: int = 1, end: float = 0.0) -> Schedule:
    """Half a cosine from 1 to `end`, again and again.

    Parameters
    ----------
    first : the number of steps of the first run.
    multiply : each run is so many times longer than the one before.
    end : where a run ends, at least 0.

    Source: Loshchilov and Hutter, SGDR (2017), equation 5.

    >>> [round(cosine_restarts(2, multiply=2)(t), 4) for t in range(7)]
    [1.0, 0.5, 1.0, 0.8536, 0.5, 0.1464, 1.0]
    """
    owner = "cosine_restarts"
    first, multiply = count(owner, "first", first), count(owner, "multiply", multiply)
    low = at_least_zero(owner, "end", end)

    def at(t: float) -> float:
        into, length = place_of(t, first, multiply)
        return low + (1.0 - low) * (1.0 + math.cos(math.pi * into / length)) / 2.0

    return Schedule(at, "cosine with restarts")


def between(start: float, end: float, share: float, anneal: str) -> float:
    """The number a share of the way from `start` to `end`: along a line, or along half a cosine."""
    if anneal == "linear":
        return start + (end - start) * share
    return end + (start - end) * (1.0 + math.cos(math.pi * share)) / 2.0


#: Where a phase of one cycle ends, from what and to what it goes: 0 is the start, 1 the top, 2 the end of all.
Phase = tuple[float, int, int]


def phases(steps: int, rise: float, three_phase: bool) -> list[Phase]:
    """The phases of one cycle: up to the top and down, or up, down as far as it began, and down from there."""
    top = rise * steps - 1.0
    if three_phase:
        return [(top, 0, 1), (2.0 * rise * steps - 2.0, 1, 0), (steps - 1.0, 0, 2)]
    return [(top, 0, 1), (steps - 1.0, 1, 2)]


def along(turns: list[Phase], levels: tuple[float, float, float], t: float, anneal: str) -> float:
    """The number at step t of one cycle whose start, top and end are `levels`."""
    begin = 0.0
    for i, turn in enumerate(turns):
        end, source, target = turn
        if t <= end or i == len(turns) - 1:
            break
        begin = end
    # A phase of no length has been passed as soon as it begins. After the last step the number stays: the line would
    # lead below 0.
    share = min((t - begin) / (end - begin), 1.0) if end != begin else 1.0
    return between(levels[source], levels[target], share, anneal)


def one_cycle(
    steps: int,
    rise: float = 0.3,
    anneal: str = "cos",
    div_factor: float = 25.0,
    final_div_factor: float = 1e4,
    three_phase: bool = False,
) -> Schedule:
    """From 1 / div_factor up to 1 and far down again, within `steps` steps.

    Parameters
    ----------
    steps : of the whole cycle.
    rise : the share of them that goes up, from 0 to 1.
    anneal : "cos" or "linear".
    div_factor, final_div_factor : the start is the top over the first, the end the start over the second.
    three_phase : down to the start as fast as it went up, and only then to the end.

    Raises `ArgumentValueError` for a step after the last.

    Source: Smith and Topin, Super-Convergence, https://arxiv.org/abs/1708.07120.

    >>> [round(one_cycle(5, rise=0.6, anneal="linear", div_factor=4.0)(t), 4) for t in range(5)]
    [0.25, 0.625, 1.0, 0.5, 0.0]
    """
    owner = "one_cycle"
    turns = phases(count(owner, "steps", steps), fraction(owner, "rise", rise), flag(owner, "three_phase", three_phase))
    anneal = choice(owner, "anneal", anneal, ("cos", "linear"))
    low = 1.0 / positive(owner, "div_factor", div_factor)
    levels = (low, 1.0, low / positive(owner, "final_div_factor", final_div_factor))

    def at(t: float) -> float:
        check_within(owner, t, steps)
        return along(turns, levels, t, anneal)

    return Schedule(at, "one cycle")


def check_within(owner: str, t: float, steps: int) -> None:
    """Raise `ArgumentValueError` where a cycle is over; the step after its last is one that a loop ends with."""
    if t > steps:
        raise ArgumentValueError(f"{owner}: step {t} is beyond the {steps} steps of the cycle; make it longer.")


def scale(mode: str, gamma: float) -> tuple[Callable[[float], float], bool]:
    """How high each triangle is, and whether that goes by the triangle, counted from 1, rather than by the step."""
    if mode == "exp_range":
        return lambda t: gamma**t, False
    return (lambda n: 1.0) if mode == "triangular" else (lambda n: 0.5 ** (n - 1.0)), True


def height(t: float, up: float, down: float, scaled: Callable[[float], float], by_cycle: bool) -> float:
    """How high above its base, from 0 to 1, a triangle wave stands that rises for `up` steps and falls for `down`."""
    ends = up / (up + down)
    cycle = math.floor(1.0 + t / (up + down))
    x = 1.0 + t / (up + down) - cycle
    return (x / ends if x <= ends else (1.0 - x) / (1.0 - ends)) * scaled(cycle if by_cycle else t)


def cyclic(
    base: float,
    top: float,
    up: int = 2000,
    down: int | None = None,
    mode: str = "triangular",
    gamma: float = 1.0,
    scale_fn: Callable[[float], float] | None = None,
    scale_mode: str = "cycle",
) -> Schedule:
    """Up from `base` to `top` and down again, over and over.

    Parameters
    ----------
    base, top : the lowest and the highest value.
    up, down : the number of steps of the two ways; `down` is `up` where None.
    mode : "triangular", all alike; "triangular2", each half as high as the one before; "exp_range", times
        gamma^t.
    gamma : of "exp_range".
    scale_fn, scale_mode : in the place of `mode`: a function of the triangle, counted from 1 ("cycle"), or of the
        step ("iterations").

    Source: Smith, Cyclical Learning Rates for Training Neural Networks, WACV 2017, section 3.

    >>> [round(cyclic(0.1, 0.5, up=2, mode="triangular2")(t), 4) for t in range(8)]
    [0.1, 0.3, 0.5, 0.3, 0.1, 0.2, 0.3, 0.2]
    """
    owner = "cyclic"
    base, top = at_least_zero(owner, "base", base), number(owner, "top", top)
    up = count(owner, "up", up)
    fall = up if down is None else count(owner, "down", down)
    kind = choice(owner, "mode", mode, ("triangular", "triangular2", "exp_range"))
    scaled, by_cycle = scale(kind, at_least_zero(owner, "gamma", gamma))
    if scale_fn is not None:
        scaled = function(owner, "scale_fn", scale_fn)
        by_cycle = choice(owner, "scale_mode", scale_mode, ("cycle", "iterations")) == "cycle"
    return Schedule(lambda t: base + (top - base) * height(t, up, fall, scaled, by_cycle), "cyclic")
