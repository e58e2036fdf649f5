"""A graph of 100,000 operations in a row: time, and the memory that it holds."""

import sys
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.measure import Processes, Result, Sample, compare, in_turns
from benchmarks.peers import Libraries, Library, arrays, installed, results, timing

ROUNDS = 7
WEIGHINGS = 3
TIME_TARGETS = {"PyTorch": 0.5}
MEMORY_TARGETS = {"PyTorch": 1.0}


def chain(library: Library, h: Any, w: Any, b: Any, ops: int = 100_000) -> Any:
    """Multiply and add, and again, towards b / (1 - w)."""
    for _ in range(ops // 2):
        h = h * w
        h = h + b
    return h


def resident() -> int:
    """The bytes of memory that this process holds; where /proc is missing, the most that it has held."""
    # Not on Windows.
    import resource

    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()
    except FileNotFoundError:
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak if sys.platform == "darwin" else peak * 1024


def weigh(library: type[Library], ops: int) -> Sample:
    """The resident bytes per operation that a recorded chain adds; goes back through it as well."""
    # What a library sets up on first use is no part of the graph.
    results(library, partial(chain, ops=10))
    peer = library()
    before = resident()
    graph = peer.forward(partial(chain, ops=ops), *arrays())
    held = resident() - before
    peer.backward(graph)
    return {"memory": held / ops}


def run(rounds: int | None = None, quick: bool = False, libraries: Libraries | None = None) -> list[Result]:
    """Microseconds and bytes per operation of a chain of 100,000 on 8 float64 elements.

    Bytes are the growth of the resident set of a fresh process while the recorded chain is held, so
    that memory outside Python's own allocator counts.
    """
    ops = 200 if quick else 100_000
    program = partial(chain, ops=ops)
    found, missing = installed() if libraries is None else (libraries, [])
    samples, failed = compare(
        {library.name: partial(results, library, program) for library in found},
        {library.name: partial(timing, library, program, ops) for library in found},
        rounds or ROUNDS,
        "chain",
    )
    title = f"chain of {ops:,} multiply and add on 8 elements"
    time = Result(title, "µs/op", "total", samples, TIME_TARGETS, failed, missing)

    with Processes(samples, fresh=True) as processes:
        weighings = processes.each(
            {library.name: partial(weigh, library, ops) for library in found if library.name in samples}
        )
        samples, failed = in_turns(weighings, min(rounds or WEIGHINGS, WEIGHINGS), "chain: memory")
    title = f"graph of the {title}"
    return [time, Result(title, "bytes/op", "memory", samples, MEMORY_TARGETS, failed, missing)]
