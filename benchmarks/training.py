"""Steps of training: networks, losses and optimizers of each library in the same words, on the same numbers."""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache, partial
from importlib.util import find_spec
from itertools import pairwise
from statistics import median
from time import perf_counter
from typing import Any, ClassVar

import numpy as np

from benchmarks.measure import OURS, Result, Sample, compare

ROUNDS = 15
THREADS = 2
#: The steps before a round's clock runs, and those whose median is the round's time.
WARM, STEPS = 5, 15

Array = Any
#: Makes a step and gives its loss and the parameters, with their gradients.
Step = Callable[[], tuple[Any, list[Any]]]


class Kit:
    """A library's names for what networks are made of; `real` is the data type of its numbers."""

    name: ClassVar[str]
    nn: Any
    optim: Any
    real: Any
    tanh: Callable[..., Any]

    def __init__(self, real: str) -> None:
        raise NotImplementedError

    def array(self, x: Array) -> Any:
        """Floats in the kit's data type, and integers, as the library holds them."""
        raise NotImplementedError

    def put(self, parameter: Any, x: Array) -> None:
        """Give a parameter new numbers."""
        raise NotImplementedError

    def cross_entropy_and_entropy(self, alpha: float) -> Callable[..., Any]:
        """The lecture's loss of two parts."""
        raise NotImplementedError


class AutogradLite(Kit):
    """This library."""

    name = OURS

    def __init__(self, real: str) -> None:
        import autograd_lite
        import nn
        import optim

        self.nn, self.optim, self.real = nn, optim, np.dtype(real)
        self.tensor, self.tanh = autograd_lite.tensor, np.tanh

    def array(self, x: Array) -> Any:
        return self.tensor(x.astype(self.real) if x.dtype.kind == "f" else x)

    def put(self, parameter: Any, x: Array) -> None:
        parameter.data = x.astype(self.real)

    def cross_entropy_and_entropy(self, alpha: float) -> Callable[..., Any]:
        loss: Callable[..., Any] = self.nn.CrossEntropyLoss() + alpha * self.nn.Entropy()
        return loss


class PyTorch(Kit):
    """PyTorch, eager."""

    name = "PyTorch"

    def __init__(self, real: str) -> None:
        import torch

        torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", THREADS)))
        self.torch: Any = torch
        self.nn, self.optim, self.real = torch.nn, torch.optim, getattr(torch, real)
        self.tanh = torch.tanh

    def array(self, x: Array) -> Any:
        return self.torch.tensor(x, dtype=self.real if x.dtype.kind == "f" else None)

    def put(self, parameter: Any, x: Array) -> None:
        with self.torch.no_grad():
            parameter.copy_(self.torch.tensor(x))

    def cross_entropy_and_entropy(self, alpha: float) -> Callable[..., Any]:
        cross_entropy = self.nn.CrossEntropyLoss()

        def loss(logits: Any, y: Any) -> Any:
            surprise = self.nn.functional.log_softmax(logits, 1)
            return cross_entropy(logits, y) - alpha * (surprise.exp() * surprise).sum(1).mean()

        return loss


KITS: Sequence[type[Kit]] = (AutogradLite, PyTorch)


def dense(kit: Kit, *sizes: int, norm: bool = False) -> Any:
    """Linear layers with relu between them, and batch normalization in front of each relu where asked for."""
    layers: list[Any] = []
    for i, (inputs, outputs) in enumerate(pairwise(sizes)):
        layers.append(kit.nn.Linear(inputs, outputs, dtype=kit.real))
        if i + 2 < len(sizes):
            layers += [kit.nn.BatchNorm1d(outputs, dtype=kit.real)] if norm else []
            layers.append(kit.nn.ReLU())
    return kit.nn.Sequential(*layers)


def convolutional(kit: Kit) -> Any:
    """The lecture's network for CIFAR-10."""
    n, given = kit.nn, {"dtype": kit.real}
    return n.Sequential(
        n.Conv2d(3, 6, 5, **given), n.ReLU(), n.MaxPool2d(2, 2),
        n.Conv2d(6, 16, 5, **given), n.ReLU(), n.MaxPool2d(2, 2), n.Flatten(),
        n.Linear(400, 120, **given), n.ReLU(), n.Linear(120, 84, **given), n.ReLU(), n.Linear(84, 10, **given),
    )  # fmt: skip


def learning(kit: Kit, model: Any, optimizer: Any, loss: Any, shape: tuple[int, ...], rng: Any) -> Step:
    """One step on a batch of random inputs of 10 classes."""
    numbered(kit, model, rng)
    x, y = kit.array(rng.normal(size=shape)), kit.array(rng.integers(0, 10, size=shape[0]))
    parameters = list(model.parameters())

    def step() -> tuple[Any, list[Any]]:
        optimizer.zero_grad()
        value = loss(model(x), y)
        value.backward()
        optimizer.step()
        return value, parameters

    return step


def numbered(kit: Kit, model: Any, rng: Any) -> None:
    """Give every parameter the same numbers in every library."""
    for p in model.parameters():
        shape = tuple(p.shape)
        kit.put(p, rng.uniform(-1, 1, size=shape) / max(1, int(np.prod(shape[1:]))) ** 0.5)


def mlp(kit: Kit, rng: Any) -> Step:
    """784-20-20-10, batch 64, cross-entropy and entropy, SGD."""
    model = dense(kit, 784, 20, 20, 10)
    optimizer = kit.optim.SGD(model.parameters(), lr=1e-3)
    return learning(kit, model, optimizer, kit.cross_entropy_and_entropy(0.1), (64, 784), rng)


def wide(kit: Kit, rng: Any) -> Step:
    """784-512-512-10, batch 128, Adam."""
    model = dense(kit, 784, 512, 512, 10)
    optimizer = kit.optim.Adam(model.parameters(), lr=1e-3)
    return learning(kit, model, optimizer, kit.nn.CrossEntropyLoss(), (128, 784), rng)


def cnn(kit: Kit, rng: Any) -> Step:
    """conv(3, 6, 5)-pool-conv(6, 16, 5)-pool-120-84-10 on 32 x 32 images, batch 32, momentum."""
    model = convolutional(kit)
    optimizer = kit.optim.SGD(model.parameters(), lr=1e-3, momentum=0.9)
    return learning(kit, model, optimizer, kit.nn.CrossEntropyLoss(), (32, 3, 32, 32), rng)


def normalized(kit: Kit, rng: Any) -> Step:
    """64-128-128-10 with batch normalization, batch 256, Adam."""
    model = dense(kit, 64, 128, 128, 10, norm=True)
    optimizer = kit.optim.Adam(model.parameters(), lr=1e-3)
    return learning(kit, model, optimizer, kit.nn.CrossEntropyLoss(), (256, 64), rng)


def recurrent_loop(kit: Kit, rng: Any) -> Step:
    """tanh RNN as a loop of operations: hidden 64, input 32, 100 steps, batch 32, forward and backward."""
    cell = kit.nn.Linear(32, 64, dtype=kit.real), kit.nn.Linear(64, 64, bias=False, dtype=kit.real)
    for layer in cell:
        numbered(kit, layer, rng)
    (w, b), (u,) = (list(layer.parameters()) for layer in cell)
    x, start = kit.array(rng.normal(size=(100, 32, 32))), kit.array(np.zeros((32, 64)))

    def step() -> tuple[Any, list[Any]]:
        for p in (w, b, u):
            p.grad = None
        h: Any = start
        value: Any = 0.0
        for t in range(100):
            h = kit.tanh(x[t] @ w.T + h @ u.T + b)
            # Gradients of the last step alone shrink into subnormal numbers, with which a processor takes ten times as
            # long, whatever the library.
            if t % 10 == 9:
                value = value + (h * h).mean()
        value.backward()
        return value, [w, b, u]

    return step


def recurrent_layer(kit: Kit, rng: Any) -> Step:
    """The same as a layer, nn.RNN."""
    layer = kit.nn.RNN(32, 64, dtype=kit.real)
    numbered(kit, layer, rng)
    x = kit.array(rng.normal(size=(100, 32, 32)))

    parameters = list(layer.parameters())

    def step() -> tuple[Any, list[Any]]:
        for p in parameters:
            p.grad = None
        out, _ = layer(x)
        value = (out * out).mean()
        value.backward()
        return value, parameters

    return step


#: The tasks, and what our time over PyTorch's is to be at most.
TASKS: dict[str, tuple[Callable[[Kit, Any], Step], float | None]] = {
    "mlp": (mlp, 0.50),
    "wide": (wide, 1.10),
    "cnn": (cnn, 1.25),
    "batchnorm": (normalized, 0.85),
    "rnn": (recurrent_loop, 0.60),
    "nn.RNN": (recurrent_layer, None),
}


def results(kit: type[Kit], task: str) -> list[float]:
    """The losses of five steps and the squared length of the last gradient, in float64."""
    step = TASKS[task][0](kit("float64"), np.random.default_rng(0))
    losses = [float(step()[0].item()) for _ in range(4)]
    value, parameters = step()
    # Of all of them together: the bias in front of a batch normalization has none but rounding.
    return [*losses, float(value.item()), sum(float((p.grad * p.grad).sum().item()) for p in parameters)]


@lru_cache
def prepared(kit: type[Kit], task: str) -> Step:
    """The step in float32, after some: what a process sets up on first use is no part of it."""
    step = TASKS[task][0](kit("float32"), np.random.default_rng(0))
    for _ in range(WARM):
        step()
    return step


def timing(kit: type[Kit], task: str, steps: int) -> Sample:
    """Milliseconds of a step."""
    step = prepared(kit, task)
    times = []
    for _ in range(steps):
        start = perf_counter()
        step()
        times.append(perf_counter() - start)
    return {"total": 1e3 * median(times)}


@contextmanager
def threads(number: int) -> Iterator[None]:
    """Processes that start inside the block use so many threads."""
    names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
    before = {name: os.environ.get(name) for name in names}
    os.environ.update(dict.fromkeys(names, str(number)))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def run(
    rounds: int | None = None,
    quick: bool = False,
    tasks: Sequence[str] | None = None,
    kits: Sequence[type[Kit]] | None = None,
) -> list[Result]:
    """Milliseconds of a training step of each network, float32, two threads in each library."""
    missing = [] if find_spec("torch") or kits else ["PyTorch"]
    found = [kit for kit in kits or KITS if kit.name not in missing]
    measured = []
    for task in tasks or TASKS:
        build, target = TASKS[task]
        # Two threads can wait for each other where other processes share the cores, as in a run of tests.
        with threads(1 if quick else THREADS):
            samples, failed = compare(
                {kit.name: partial(results, kit, task) for kit in found},
                {kit.name: partial(timing, kit, task, 2 if quick else STEPS) for kit in found},
                rounds or ROUNDS,
                task,
            )
        title = f"training step, {task}: {str(build.__doc__).rstrip('.')}"
        targets = {} if target is None else {"PyTorch": target}
        measured.append(Result(title, "ms", "total", samples, targets, failed, missing))
    return measured
