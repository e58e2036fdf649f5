"""Modules for neural networks: PyTorch's names and results, on arrays of NumPy."""

from nn import init
from nn.activation import ReLU
from nn.container import Sequential
from nn.linear import Linear
from nn.loss import CrossEntropyLoss
from nn.module import Module
from nn.normalization import BatchNorm1d, BatchNorm2d, GroupNorm, LayerNorm, RMSNorm
from nn.parameter import Parameter

__all__ = [
    "BatchNorm1d",
    "BatchNorm2d",
    "CrossEntropyLoss",
    "GroupNorm",
    "LayerNorm",
    "Linear",
    "Module",
    "Parameter",
    "RMSNorm",
    "ReLU",
    "Sequential",
    "init",
]
