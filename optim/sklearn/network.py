"""What an estimator is made of: a network of layers, and random numbers that its seed alone decides."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from threading import RLock

import nn
from autograd_lite.generator import default_generator

#: The activations by name: scikit-learn's four, and others of the field.
ACTIVATIONS: dict[str, Callable[[], nn.Module]] = {
    "elu": nn.ELU,
    "gelu": nn.GELU,
    "identity": nn.Identity,
    "leaky_relu": nn.LeakyReLU,
    "logistic": nn.Sigmoid,
    "relu": nn.ReLU,
    "selu": nn.SELU,
    "sigmoid": nn.Sigmoid,
    "silu": nn.SiLU,
    "softplus": nn.Softplus,
    "tanh": nn.Tanh,
}

#: One at a time draws from the library's generator in the place of others.
_DRAWING = RLock()


def perceptron(sizes: Sequence[int], activation: Callable[[], nn.Module]) -> nn.Sequential:
    """Linear layers from each size to the next, with an activation between any two.

    >>> perceptron([4, 3, 2], nn.Tanh)
    Sequential(
      (0): Linear(in_features=4, out_features=3, bias=True)
      (1): Tanh()
      (2): Linear(in_features=3, out_features=2, bias=True)
    )
    """
    layers: list[nn.Module] = []
    for i, (inputs, outputs) in enumerate(pairwise(sizes)):
        if i:
            layers.append(activation())
        layers.append(nn.Linear(inputs, outputs))
    return nn.Sequential(*layers)


@contextmanager
def drawing(state: dict[str, object]) -> Iterator[None]:
    """Let the library's own generator go on from `state`, which is kept up to date, and then from where it was.

    Initial values, dropout and the order of samples all come from it, so that a module that knows of no
    seed follows the estimator's. Estimators in other threads wait meanwhile.
    """
    with _DRAWING:
        bits = default_generator().bit_generator
        others = bits.state
        bits.state = state
        try:
            yield
        finally:
            state.update(bits.state)
            bits.state = others
