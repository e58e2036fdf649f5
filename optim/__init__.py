"""Optimizers: from gradients to better parameters, each file its paper in order."""

from optim.adam import Adam
from optim.optimizer import Optimizer
from optim.sgd import SGD

__all__ = ["SGD", "Adam", "Optimizer"]
