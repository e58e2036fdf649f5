"""How every benchmark measures: equal results first, then all libraries in turn, round by round."""

import gc
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from multiprocessing import get_context
from statistics import median
from time import perf_counter
from typing import Any, TypeVar

import numpy as np
from tqdm import tqdm

OURS = "autograd_lite"
#: A library that has used so many seconds of one benchmark sits out its further rounds.
PATIENCE = 20.0

T = TypeVar("T")
Sample = dict[str, float]


@dataclass
class Result:
    """What one benchmark found: for each library one sample per round, in `unit`.

    `judged` names the quantity that ratios and targets are about. A target for a peer is the largest
    ratio ours / peer, and a target for our own library the largest median.
    """

    title: str
    unit: str
    judged: str
    samples: dict[str, list[Sample]]
    targets: dict[str, float] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)

    def median(self, library: str, quantity: str) -> float:
        """The median over the rounds."""
        return median(sample[quantity] for sample in self.samples[library])

    def ratio(self, peer: str) -> float:
        """The median over the rounds of ours / peer: both ran one after the other, so they share much of the noise."""
        rounds = zip(self.samples[OURS], self.samples[peer], strict=False)
        return median(ours[self.judged] / theirs[self.judged] for ours, theirs in rounds)

    def reached(self, library: str) -> bool | None:
        """Whether the target for `library` holds; None where there is no target or no measurement."""
        if library not in self.targets or library not in self.samples:
            return None
        found = self.median(OURS, self.judged) if library == OURS else self.ratio(library)
        return found <= self.targets[library]


def in_turns(
    tasks: Mapping[str, Callable[[], T]], rounds: int, title: str
) -> tuple[dict[str, list[T]], dict[str, str]]:
    """What the tasks give, and why a peer's failed: in every round each runs once, one after the other."""
    given: dict[str, list[T]] = {library: [] for library in tasks}
    spent = dict.fromkeys(tasks, 0.0)
    failed: dict[str, str] = {}
    # Without a terminal the bar would only fill a log.
    with tqdm(total=rounds * len(tasks), desc=title, leave=False, disable=None) as bar:
        for _ in range(rounds):
            for library, task in tasks.items():
                if library not in failed and spent[library] < PATIENCE:
                    start = perf_counter()
                    try:
                        given[library].append(task())
                    # Too deep a recursion, or a process that died of it, is a RuntimeError.
                    except (RuntimeError, MemoryError, ImportError) as error:
                        if library == OURS:
                            raise
                        failed[library] = f"{type(error).__name__}: {error}"
                    spent[library] += perf_counter() - start
                bar.update()
    return {library: found for library, found in given.items() if library not in failed}, failed


class Processes(ExitStack):
    """A process for each library, or with `fresh` a new one for each task.

    So no library pays, in collections of garbage and in memory, for what another has imported or left behind.
    """

    def __init__(self, libraries: Iterable[str], fresh: bool = False) -> None:
        super().__init__()
        tasks = 1 if fresh else None
        self._pools = {
            library: self.enter_context(ProcessPoolExecutor(1, get_context("spawn"), max_tasks_per_child=tasks))
            for library in libraries
        }

    def each(self, tasks: Mapping[str, Callable[[], T]]) -> dict[str, Callable[[], T]]:
        """The same tasks, to be run there."""
        return {library: partial(_result, self._pools[library], task) for library, task in tasks.items()}


def _result(pool: ProcessPoolExecutor, task: Callable[[], T]) -> T:
    return pool.submit(task).result()


def assert_equal(found: Mapping[str, Iterable[Any]]) -> None:
    """Raise `AssertionError` where a library's value or gradients differ from ours."""
    for library, results in found.items():
        for ours, theirs in zip(found[OURS], results, strict=True):
            np.testing.assert_allclose(theirs, ours, rtol=1e-9, err_msg=f"{library} and {OURS} disagree")


def compare(
    results: Mapping[str, Callable[[], Iterable[Any]]],
    timings: Mapping[str, Callable[[], Sample]],
    rounds: int,
    title: str,
) -> tuple[dict[str, list[Sample]], dict[str, str]]:
    """Assert that all libraries have equal `results`; then the samples of `timings`, and why a peer failed."""
    with Processes(results) as processes:
        found, failed = in_turns(processes.each(results), 1, f"{title}: results")
        assert_equal({library: first for library, [first] in found.items()})
        samples, later = in_turns(processes.each({library: timings[library] for library in found}), rounds, title)
    return samples, failed | later


@contextmanager
def collecting() -> Iterator[list[float]]:
    """A list whose sum is the seconds that the garbage collector takes inside the block."""
    times: list[float] = []

    def note(phase: str, info: object) -> None:
        times.append(-perf_counter() if phase == "start" else perf_counter())

    gc.callbacks.append(note)
    try:
        yield times
    finally:
        gc.callbacks.remove(note)


def time_passes(forward: Callable[[], Any], backward: Callable[[Any], Any], unit: float) -> Sample:
    """Time over `unit` seconds: forward, backward, in total with the freeing of the graph, and the collector's part.

    The garbage collector stays on, as users have it.
    """
    with collecting() as collections:
        start = perf_counter()
        graph = forward()
        middle = perf_counter()
        backward(graph)
        end = perf_counter()
        del graph
        freed = perf_counter()
    times = {"forward": middle - start, "backward": end - middle, "total": freed - start, "gc": sum(collections)}
    return {quantity: seconds / unit for quantity, seconds in times.items()}
