"""Every gradient of a network against finite differences: each library's own check."""

from collections.abc import Callable
from functools import partial
from importlib.util import find_spec
from itertools import pairwise
from time import perf_counter
from typing import Any

import numpy as np

from benchmarks.measure import OURS, Result, Sample, compare

ROUNDS = 15
TARGETS = {"PyTorch": 0.5}

Array = Any
#: Prepares a network of some sizes: gives the check, and the loss with its gradients.
Checker = Callable[[tuple[int, ...]], tuple[Callable[[], bool], Callable[[], list[Array]]]]


def network(sizes: tuple[int, ...]) -> tuple[Array, Array, list[Array]]:
    """Eight points, what they should become, and the weights and biases."""
    rng = np.random.default_rng(0)
    parameters = []
    for inputs, outputs in pairwise(sizes):
        parameters += [rng.normal(size=(inputs, outputs)) / inputs**0.5, rng.normal(size=outputs) / 10]
    return rng.normal(size=(8, sizes[0])), rng.normal(size=(8, sizes[-1])), parameters


def loss(tanh: Callable[[Any], Any], x: Any, y: Any, *parameters: Any) -> Any:
    """The mean squared error of layers with tanh between them."""
    for i in range(0, len(parameters), 2):
        x = x @ parameters[i] + parameters[i + 1]
        if i + 2 < len(parameters):
            x = tanh(x)
    return ((x - y) ** 2).mean()


def ours(sizes: tuple[int, ...]) -> tuple[Callable[[], bool], Callable[[], list[Array]]]:
    """This library's check."""
    import autograd_lite as ag

    x, y, parameters = network(sizes)
    function = partial(loss, ag.tanh, x, y)  # type: ignore[attr-defined]
    numbers = tuple(range(len(parameters)))

    def results() -> list[Array]:
        value, gradients = ag.value_and_grad(function, numbers)(*parameters)
        return [value, *gradients]

    return lambda: bool(ag.gradcheck(function, parameters)), results


def torch_checker(sizes: tuple[int, ...]) -> tuple[Callable[[], bool], Callable[[], list[Array]]]:
    """PyTorch's check, of every entry."""
    import torch

    torch.set_num_threads(1)
    x, y, parameters = network(sizes)
    leaves = [torch.tensor(p, requires_grad=True) for p in parameters]
    function = partial(loss, torch.tanh, torch.tensor(x), torch.tensor(y))

    def results() -> list[Array]:
        value = function(*leaves)
        return [value.detach().numpy(), *(g.numpy() for g in torch.autograd.grad(value, leaves))]

    return lambda: torch.autograd.gradcheck(function, leaves), results


def results(checker: Checker, sizes: tuple[int, ...]) -> list[Array]:
    """The loss and its gradient by every parameter."""
    return checker(sizes)[1]()


def timing(checker: Checker, sizes: tuple[int, ...]) -> Sample:
    """Milliseconds of one check, which must find all well."""
    check = checker(sizes)[0]
    start = perf_counter()
    right = check()
    seconds = perf_counter() - start
    assert right, "a check rejects a gradient that is right"
    return {"total": 1e3 * seconds}


def run(rounds: int | None = None, quick: bool = False, checkers: dict[str, Checker] | None = None) -> list[Result]:
    """Milliseconds of a check of all gradients of an MLP 16-40-30-4 on 8 points, float64, by each library's own."""
    sizes = (3, 4, 2) if quick else (16, 40, 30, 4)
    missing = []
    if checkers is None:
        checkers = {OURS: ours, "PyTorch": torch_checker}
        missing = [] if find_spec("torch") else ["PyTorch"]
    found = {name: checker for name, checker in checkers.items() if name not in missing}
    samples, failed = compare(
        {name: partial(results, checker, sizes) for name, checker in found.items()},
        {name: partial(timing, checker, sizes) for name, checker in found.items()},
        rounds or ROUNDS,
        "gradient check",
    )
    count = sum(int(np.size(p)) for p in network(sizes)[2])
    title = f"gradient check: all {count:,} parameters of an MLP {'-'.join(map(str, sizes))}"
    return [Result(title, "ms", "total", samples, TARGETS, failed, missing)]
