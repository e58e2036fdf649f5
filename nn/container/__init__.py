"""Modules made of modules: one after the other, in a list, by name, and around one."""

from nn.container.listed import ModuleList, ParameterList, Sequential
from nn.container.named import ModuleDict
from nn.container.residual import Residual

__all__ = ["ModuleDict", "ModuleList", "ParameterList", "Residual", "Sequential"]
