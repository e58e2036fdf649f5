"""A training put back afterwards to where it stood, bit by bit."""

from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from typing import Any

from autograd_lite.generator import default_generator
from optim.optimizer import Optimizer


@contextmanager
def kept(model: Any, optimizer: Optimizer) -> Iterator[None]:
    """Inside, anything may be done; afterwards all is as it was, after an error and Ctrl-C too.

    That is the parameters with their gradients, what the optimizer remembers and its options, the library's own
    random numbers, and where `model` is not None its state and which of its modules are in training.
    """
    parameters = list(optimizer._parameters())
    stood = [(p, p.data, p.grad) for p in parameters]
    memories, groups = deepcopy(optimizer.state), [dict(group) for group in optimizer.param_groups]
    random = default_generator().bit_generator.state
    state = None if model is None else model.state_dict()
    training = [] if model is None else [(module, module.training) for module in model.modules()]
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
        default_generator().bit_generator.state = random
