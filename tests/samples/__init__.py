"""One row for each operation: with what it is called, and what NumPy says it gives.

The arguments lie well away from kinks, ties and the edges of domains, and differ from one another.
"""

from tests.samples import (
    activation,
    arrange,
    compare,
    contraction,
    convolution,
    cumulate,
    decompose,
    elementwise,
    fused,
    index,
    join,
    linear,
    losses,
    neural,
    norms,
    pick,
    polynomial,
    pooling,
    recurrent,
    reduce,
    shape,
    signals,
    solve,
    sorting,
    special,
    statistics,
)
from tests.samples.row import (
    HIGH,
    LOW,
    A,
    B,
    I,
    J,
    P,
    S,
    Sample,
    T,
    U,
    V,
    W,
    call,
    calling,
    differentiable_arguments,
    row,
)

CHAPTERS = (
    elementwise, compare, activation, special, reduce, statistics, cumulate, sorting, neural, shape, join, arrange,
    index, pick, linear, contraction, signals, polynomial, solve, decompose, norms,
    recurrent, fused, convolution, pooling, losses,
)  # fmt: skip
SAMPLES: dict[str, Sample] = {}
#: Shapes without elements and parameters for them, where not every argument has the shape (0, 3).
EMPTY: dict[str, tuple[list[tuple[int, ...]], dict[str, object]]] = {}
for _chapter in CHAPTERS:
    assert not SAMPLES.keys() & _chapter.SAMPLES.keys(), _chapter.__name__
    SAMPLES.update(_chapter.SAMPLES)
    EMPTY.update(getattr(_chapter, "EMPTY", {}))

__all__ = [
    "EMPTY", "HIGH", "LOW", "SAMPLES", "A", "B", "I", "J", "P", "S", "Sample", "T", "U", "V", "W", "call", "calling",
    "differentiable_arguments", "row",
]  # fmt: skip
