"""A network of single numbers, as lectures draw it, on Values and on micrograd's Values.

The points come from scikit-learn, which the extra `autograd_lite[demos]` installs.
"""

from collections.abc import Callable
from functools import partial
from importlib.util import find_spec
from itertools import pairwise
from random import Random
from typing import Any

from benchmarks.measure import OURS, Result, Sample, compare, time_passes

ROUNDS = 15
TARGETS = {"micrograd": 0.25}
ALPHA = 1e-4

#: Makes a node of a number.
Number = Callable[[float], Any]
#: Imports what makes numbers, in the process that runs it.
Engine = Callable[[], Number]
Sizes = tuple[int, ...]
#: Points, each with its class.
Data = list[tuple[list[float], int]]


class Network:
    """Layers of neurons; each is a list of weights with a bias, and all but the last end in relu."""

    def __init__(self, number: Number, sizes: Sizes, seed: int = 0) -> None:
        random = Random(seed)
        self.layers = [
            [([number(random.uniform(-1, 1)) for _ in range(inputs)], number(0.0)) for _ in range(outputs)]
            for inputs, outputs in pairwise(sizes)
        ]

    def __call__(self, x: list[Any]) -> Any:
        for layer in self.layers:
            x = [sum((w * v for w, v in zip(weights, x, strict=True)), bias) for weights, bias in layer]
            if layer is not self.layers[-1]:
                x = [v.relu() for v in x]
        return x[0]

    def parameters(self) -> list[Any]:
        """Every weight and bias."""
        return [p for layer in self.layers for weights, bias in layer for p in (*weights, bias)]


def moons(n: int) -> Data:
    """Points of two interleaved half circles, each with its class, -1 or 1."""
    from sklearn.datasets import make_moons

    points, classes = make_moons(n, noise=0.1, random_state=0)
    return [(x, 2 * y - 1) for x, y in zip(points.tolist(), classes.tolist(), strict=True)]


def loss(network: Network, number: Number, data: Data) -> Any:
    """Max-margin loss, the mean of relu(1 - y * score), plus alpha times the squared parameters."""
    scores = [network([number(v) for v in x]) for x, _ in data]
    margins = sum((1 - y * score).relu() for (_, y), score in zip(data, scores, strict=True))
    return margins * (1.0 / len(data)) + ALPHA * sum(p * p for p in network.parameters())


def our_value() -> Number:
    """This library's engine."""
    from autograd_lite.value import Value

    return Value


def micrograd_value() -> Number:
    """Micrograd's engine."""
    from micrograd.engine import Value

    return Value  # type: ignore[no-any-return]


def results(engine: Engine, sizes: Sizes, data: Data) -> list[float]:
    """The loss and its gradient by every parameter."""
    number = engine()
    network = Network(number, sizes)
    out = loss(network, number, data)
    out.backward()
    return [out.data, *(p.grad for p in network.parameters())]


def timing(engine: Engine, sizes: Sizes, data: Data) -> Sample:
    """Milliseconds of the loss and its gradients."""
    number = engine()
    network = Network(number, sizes)
    return time_passes(partial(loss, network, number, data), lambda out: out.backward(), 1e-3)


def run(rounds: int | None = None, quick: bool = False, engines: dict[str, Engine] | None = None) -> list[Result]:
    """Milliseconds for loss and gradients of an MLP 2-16-16-1 on 100 two-moons points, the same code on each engine."""
    n, sizes = (4, (2, 3, 1)) if quick else (100, (2, 16, 16, 1))
    data = moons(n)
    missing = []
    if engines is None:
        engines = {OURS: our_value, "micrograd": micrograd_value}
        missing = [name for name in engines if not find_spec(name)]
    found = {name: engine for name, engine in engines.items() if name not in missing}
    samples, failed = compare(
        {name: partial(results, engine, sizes, data) for name, engine in found.items()},
        {name: partial(timing, engine, sizes, data) for name, engine in found.items()},
        rounds or ROUNDS,
        "scalar network",
    )
    title = f"scalar network: MLP {'-'.join(map(str, sizes))} of Values on {n} points, max-margin loss"
    return [Result(title, "ms", "total", samples, TARGETS, failed, missing)]
