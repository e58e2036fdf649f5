"""What an operation costs where arrays are so small that arithmetic costs nothing."""

from functools import partial
from typing import Any

from benchmarks.measure import Result, compare
from benchmarks.peers import Libraries, Library, installed, results, timing

ROUNDS = 41
TARGETS = {"PyTorch": 0.5}


def alternate(library: Library, h: Any, w: Any, b: Any, ops: int = 1000) -> Any:
    """Multiply, add, tanh, exp, and again. The tanh keeps every value between 1/e and e."""
    for _ in range(ops // 4):
        h = h * w
        h = h + b
        h = library.tanh(h)
        h = library.exp(h)
    return h


def run(rounds: int | None = None, quick: bool = False, libraries: Libraries | None = None) -> list[Result]:
    """Microseconds per operation, forward and backward, of 1,000 operations on 8 float64 elements."""
    ops = 40 if quick else 1000
    program = partial(alternate, ops=ops)
    found, missing = installed() if libraries is None else (libraries, [])
    samples, failed = compare(
        {library.name: partial(results, library, program) for library in found},
        {library.name: partial(timing, library, program, ops) for library in found},
        rounds or ROUNDS,
        "op overhead",
    )
    title = f"op overhead: {ops:,} of multiply, add, tanh, exp on 8 elements"
    return [Result(title, "µs/op", "total", samples, TARGETS, failed, missing)]
