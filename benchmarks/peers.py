"""The libraries, and how each of them does the same task in its own words."""

from collections.abc import Callable, Sequence
from functools import partial
from importlib.util import find_spec
from typing import Any, ClassVar

import numpy as np

from benchmarks.measure import OURS, Sample, time_passes

Array = Any
#: A computation on `x`, `w` and `b` with the functions of a library.
Program = Callable[["Library", Any, Any, Any], Any]


class Library:
    """One library, and its way forward and backward through a program."""

    name: ClassVar[str]
    module: ClassVar[str]
    tanh: Callable[..., Any]
    exp: Callable[..., Any]

    def forward(self, program: Program, x: Array, w: Array, b: Array) -> Any:
        """Run `program` with `w` and `b` tracked and `x` constant; gives what `backward` needs."""
        raise NotImplementedError

    def backward(self, graph: Any) -> list[Array]:
        """The output as an array, and the gradients of its sum by `w` and `b`."""
        raise NotImplementedError


class AutogradLite(Library):
    """This library."""

    name = OURS
    module = "autograd_lite"

    def __init__(self) -> None:
        import autograd_lite

        self.ag: Any = autograd_lite
        self.tanh, self.exp = self.ag.tanh, self.ag.exp

    def forward(self, program: Program, x: Array, w: Array, b: Array) -> Any:
        leaves = [self.ag.tensor(a, requires_grad=True) for a in (w, b)]
        return program(self, self.ag.tensor(x), *leaves), leaves

    def backward(self, graph: Any) -> list[Array]:
        out, leaves = graph
        out.backward(np.ones(out.shape))
        return [out.data, *(leaf.grad.data for leaf in leaves)]


class PyTorch(Library):
    """PyTorch, eager."""

    name = "PyTorch"
    module = "torch"

    def __init__(self) -> None:
        import torch

        torch.set_num_threads(1)
        self.torch: Any = torch
        self.tanh, self.exp = torch.tanh, torch.exp

    def forward(self, program: Program, x: Array, w: Array, b: Array) -> Any:
        leaves = [self.torch.tensor(a, requires_grad=True) for a in (w, b)]
        return program(self, self.torch.tensor(x), *leaves), leaves

    def backward(self, graph: Any) -> list[Array]:
        out, leaves = graph
        out.backward(self.torch.ones_like(out))
        return [out.detach().numpy(), *(leaf.grad.numpy() for leaf in leaves)]


class Hips(Library):
    """HIPS autograd."""

    name = "HIPS autograd"
    module = "autograd"

    def __init__(self) -> None:
        import autograd.numpy
        from autograd import make_vjp

        self.make_vjp: Any = make_vjp
        self.tanh, self.exp = autograd.numpy.tanh, autograd.numpy.exp

    def forward(self, program: Program, x: Array, w: Array, b: Array) -> Any:
        pullback, out = self.make_vjp(lambda w, b: program(self, x, w, b), argnum=(0, 1))(w, b)
        return out, pullback

    def backward(self, graph: Any) -> list[Array]:
        out, pullback = graph
        return [out, *pullback(np.ones(out.shape))]


class MyGrad(Library):
    """MyGrad."""

    name = "MyGrad"
    module = "mygrad"

    def __init__(self) -> None:
        import mygrad

        self.mygrad: Any = mygrad
        self.tanh, self.exp = mygrad.tanh, mygrad.exp

    def forward(self, program: Program, x: Array, w: Array, b: Array) -> Any:
        leaves = [self.mygrad.tensor(a) for a in (w, b)]
        return program(self, self.mygrad.tensor(x, constant=True), *leaves), leaves

    def backward(self, graph: Any) -> list[Array]:
        out, leaves = graph
        out.backward(np.ones(out.shape))
        return [out.data, *(leaf.grad for leaf in leaves)]


class Jax(Library):
    """JAX without `jit`: operations are dispatched one by one, as they are in the other libraries."""

    name = "JAX (eager)"
    module = "jax"

    def __init__(self) -> None:
        import jax

        self.jax: Any = jax
        self.jax.config.update("jax_enable_x64", True)
        self.tanh, self.exp = jax.numpy.tanh, jax.numpy.exp

    def forward(self, program: Program, x: Array, w: Array, b: Array) -> Any:
        x, w, b = map(self.jax.numpy.asarray, (x, w, b))
        return self.jax.block_until_ready(self.jax.vjp(lambda w, b: program(self, x, w, b), w, b))

    def backward(self, graph: Any) -> list[Array]:
        out, pullback = graph
        return list(map(np.asarray, (out, *pullback(self.jax.numpy.ones_like(out)))))


Libraries = Sequence[type[Library]]
LIBRARIES: Libraries = (AutogradLite, PyTorch, Hips, MyGrad, Jax)


def installed() -> tuple[list[type[Library]], list[str]]:
    """The libraries that are there, and the names of the others."""
    found = [library for library in LIBRARIES if find_spec(library.module)]
    return found, [library.name for library in LIBRARIES if library not in found]


def arrays() -> tuple[Array, Array, Array]:
    """Eight different numbers for each of `x`, `w` and `b`, on which the programs neither overflow nor vanish."""
    return np.linspace(-1.0, 1.0, 8), np.linspace(0.5, 0.9, 8), np.linspace(0.1, 0.4, 8)


def results(library: type[Library], program: Program) -> list[Array]:
    """The output of a program and its gradients by `w` and `b`."""
    peer = library()
    return peer.backward(peer.forward(program, *arrays()))


def timing(library: type[Library], program: Program, ops: int) -> Sample:
    """Microseconds per operation of a program."""
    peer = library()
    return time_passes(partial(peer.forward, program, *arrays()), peer.backward, ops * 1e-6)
