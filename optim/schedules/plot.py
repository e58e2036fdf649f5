"""Schedules drawn over the steps."""

from collections.abc import Mapping
from typing import Any

from optim.options import choice, count
from optim.pyplot import new_figure
from optim.schedules.schedule import as_schedule


def plot(schedule: Any, steps: int, *, scale: str = "linear", title: str | None = None) -> Any:
    """A matplotlib figure of one or several schedules over the steps 0, 1 ... steps - 1.

    Parameters
    ----------
    schedule : a schedule, a function of the step, a list of them, or a dictionary of them by name.
    steps : how many are drawn.
    scale : of the vertical axis, "linear" or "log".
    title : above it.

    Raises `MissingLibraryError` without matplotlib, and as `Schedule` does for what is no schedule.

    >>> from optim import schedules
    >>> figure = schedules.plot({"warm-up": schedules.linear(), "cosine": schedules.cosine(50)}, 50)
    >>> [line.get_label() for line in figure.axes[0].lines]
    ['warm-up', 'cosine']
    """
    owner = "plot"
    several = isinstance(schedule, Mapping | list | tuple)
    named = dict(schedule) if isinstance(schedule, Mapping) else {}
    if not named:
        for part in (as_schedule(owner, s) for s in (schedule if several else [schedule])):
            # Two of a kind have the same name.
            named[part.name if part.name not in named else f"{part.name} ({len(named) + 1})"] = part
    steps, scale = count(owner, "steps", steps), choice(owner, "scale", scale, ("linear", "log"))
    lines = {name: [as_schedule(owner, part)(t) for t in range(steps)] for name, part in named.items()}
    figure, axes = new_figure("a schedule", title)
    for name, values in lines.items():
        # A line of one step would not be seen.
        axes.plot(range(steps), values, label=str(name), marker="o" if steps == 1 else None)
    axes.set_yscale(scale)
    axes.set(xlabel="step", ylabel="learning rate or its factor")
    if len(lines) > 1:
        axes.legend()
    return figure
