"""Schedules: learning rates, or factors of them, as functions of the step that go together.

>>> from optim import schedules
>>> rate = 0.1 * schedules.linear(0.0, 1.0, steps=5).then(schedules.cosine(100), at=5)
>>> rate(0), rate(5), round(rate(55), 6)
(0.0, 0.1, 0.05)
"""

from optim.schedules.cycles import cosine, cosine_restarts, cyclic, one_cycle
from optim.schedules.decays import (
    constant,
    exponential,
    geometric,
    keras,
    linear,
    multi_step,
    polynomial,
    step,
    time_based,
)
from optim.schedules.plot import plot
from optim.schedules.schedule import Schedule, sequence

__all__ = [
    "Schedule",
    "constant",
    "cosine",
    "cosine_restarts",
    "cyclic",
    "exponential",
    "geometric",
    "keras",
    "linear",
    "multi_step",
    "one_cycle",
    "plot",
    "polynomial",
    "sequence",
    "step",
    "time_based",
]
