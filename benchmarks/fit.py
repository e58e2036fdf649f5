"""What `optim.fit` takes beside a loop by hand: the same epoch of the same network, in the same batches."""

from collections.abc import Callable
from functools import lru_cache, partial
from time import perf_counter
from typing import Any

import numpy as np

from benchmarks.measure import OURS, Result, Sample, compare
from benchmarks.training import AutogradLite, dense, numbered

ROUNDS = 15
LOOP = "a loop by hand"
BATCH, STEPS = 64, 200
SEED = 0
#: What an epoch by fit may take over one by hand.
TARGET = 1.05

Epoch = Callable[[Any, Any, Any, Any], float]


def by_fit(model: Any, loss: Any, optimizer: Any, data: Any) -> float:
    """The mean loss of one epoch of shuffled batches."""
    import optim

    history = optim.fit(model, loss, optimizer, data, batch_size=BATCH, seed=SEED, progress=False)
    return float(history["loss"][0])


def by_hand(model: Any, loss: Any, optimizer: Any, data: Any) -> float:
    """The same as one writes it oneself, and nothing that fit does besides."""
    x, y = data
    order = np.random.default_rng(SEED).permutation(len(x))
    total = 0.0
    for start in range(0, len(x), BATCH):
        batch = order[start : start + BATCH]
        value = loss(model(x[batch]), y[batch])
        optimizer.zero_grad()
        value.backward()
        optimizer.step()
        total += value.item() * len(batch)
    return total / len(x)


WAYS: dict[str, Epoch] = {OURS: by_fit, LOOP: by_hand}


def network(real: str, steps: int) -> tuple[Any, Any, Any, Any]:
    """784-20-20-10 with SGD, its loss of two parts, and data for so many steps."""
    kit, rng = AutogradLite(real), np.random.default_rng(SEED)
    model = dense(kit, 784, 20, 20, 10)
    numbered(kit, model, rng)
    n = BATCH * steps
    data = rng.normal(size=(n, 784)).astype(real), rng.integers(0, 10, size=n)
    return model, kit.cross_entropy_and_entropy(0.1), kit.optim.SGD(model.parameters(), lr=1e-3), data


def results(way: Epoch, steps: int) -> list[float]:
    """The losses of two epochs in float64: the second tells whether the steps of the first were the same."""
    task = network("float64", steps)
    return [way(*task) for _ in range(2)]


@lru_cache
def prepared(way: Epoch, steps: int) -> tuple[Any, Any, Any, Any]:
    """The task in float32, after an epoch: what a process sets up on first use is no part of it."""
    task = network("float32", steps)
    way(*task)
    return task


def timing(way: Epoch, steps: int) -> Sample:
    """Microseconds of a step."""
    task = prepared(way, steps)
    start = perf_counter()
    way(*task)
    return {"total": 1e6 * (perf_counter() - start) / steps}


def run(rounds: int | None = None, quick: bool = False, ways: dict[str, Epoch] | None = None) -> list[Result]:
    """Microseconds of a step of training 784-20-20-10, batch 64, by fit and by hand."""
    steps, found = 3 if quick else STEPS, ways or WAYS
    samples, failed = compare(
        {name: partial(results, way, steps) for name, way in found.items()},
        {name: partial(timing, way, steps) for name, way in found.items()},
        rounds or ROUNDS,
        "fit",
    )
    title = f"optim.fit: a step of 784-20-20-10, batch {BATCH}, SGD, in an epoch of {steps} steps"
    return [Result(title, "us", "total", samples, {LOOP: TARGET}, failed)]
