"""Reverse-mode automatic differentiation on NumPy: a graph that you can read, draw and check."""

from typing import TYPE_CHECKING

from autograd_lite import errors
from autograd_lite.errors import AutogradError
from autograd_lite.gradcheck import gradcheck, gradgradcheck
from autograd_lite.modes import enable_grad, is_grad_enabled, no_grad
from autograd_lite.operation import Op, op
from autograd_lite.ops import RULE_BOOK
from autograd_lite.tensor import Tensor, tensor
from autograd_lite.transforms import grad, hessian, hvp, jacobian, jvp, stop_gradient, value_and_grad, vjp
from autograd_lite.value import Value

globals().update({entry.name: entry for entry in RULE_BOOK.values()})
