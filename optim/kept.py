"""A training put back afterwards to where it stood, bit by bit."""

from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from typing import Any

import numpy as np

from autograd_lite.generator import default_generator
from optim.optimizer import Optimizer


@contextmanager
def kept(model: Any, optimizer: Optimizer) -> Iterator[None]:
    """Inside, anything may be done; afterwards all is as it was, after an error and Ctrl-C too.

    That is the parameters with their gradients, what the optimizer remembers and its options, the library's own
    random numbers, and where `model` is not None its state, its own random numbers and which of its modules are in
    training.
    """
    parameters = list(optimizer._parameters())
    stood = [(p, p.data, p.grad) for p in parameters]
    memories, groups = deepcopy(optimizer.state), [dict(group) for group in optimizer.param_groups]
    state = None if model is None else model.state_dict()
    modules = [] if model is None else list(model.modules())
    training = [(module, module.training) for module in modules]
    own = [value for module in modules for value in vars(module).values() if isinstance(value, np.random.Generator)]
    random = [(generator, generator.bit_generator.state) for generator in (default_generator(), *own)]
    try:
        yield
    finally:
        if model is not None:
            model.load_state_dict(state)
        for module, mode in training:
            module.training = mode
        for p, data, grad in stood:
            p.data, p.grad = data, grad
        optimizer.state = memories
        for group, before in zip(optimizer.param_groups, groups, strict=True):
            group.clear()
            group.update(before)
        for generator, numbers in random:
            generator.bit_generator.state = numbers
