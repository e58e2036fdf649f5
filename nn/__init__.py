"""Modules for neural networks: PyTorch's names and results, on arrays of NumPy."""

from nn import init
from nn.activation import ReLU
from nn.container import Sequential
from nn.linear import Linear
from nn.loss import CrossEntropyLoss
from nn.module import Module
from nn.parameter import Parameter

__all__ = ["CrossEntropyLoss", "Linear", "Module", "Parameter", "ReLU", "Sequential", "init"]
