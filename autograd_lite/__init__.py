"""Reverse-mode automatic differentiation on NumPy: a graph that you can read, draw and check."""

from typing import TYPE_CHECKING

from autograd_lite.define import op
from autograd_lite.errors import AutogradError
from autograd_lite.gradcheck import gradcheck, gradgradcheck
from autograd_lite.modes import enable_grad, is_grad_enabled, no_grad
from autograd_lite.operation import Op
from autograd_lite.ops import RULE_BOOK
from autograd_lite.tensor import Tensor, tensor
from autograd_lite.transforms import grad, hessian, hvp, jacobian, jvp, stop_gradient, value_and_grad, vjp
from autograd_lite.value import Value

from autograd_lite.draw import draw  # isort: skip  # The function takes the name of its package.

if TYPE_CHECKING:
    from autograd_lite.convert import astype as astype
    from autograd_lite.convert import identity as identity
    from autograd_lite.ops.elementwise import *
    from autograd_lite.ops.index import *
    from autograd_lite.ops.linear import *
    from autograd_lite.ops.neural import *
    from autograd_lite.ops.reduce import *
    from autograd_lite.ops.shape import *

# Every operation of the rule book under its name: autograd_lite.exp, autograd_lite.sum ...
globals().update(RULE_BOOK)

__version__ = "0.1.0"
__all__ = [
    "AutogradError",
    "Op",
    "Tensor",
    "Value",
    "draw",
    "enable_grad",
    "grad",
    "gradcheck",
    "gradgradcheck",
    "hessian",
    "hvp",
    "is_grad_enabled",
    "jacobian",
    "jvp",
    "no_grad",
    "op",
    "stop_gradient",
    "tensor",
    "value_and_grad",
    "vjp",
]
__all__ += list(RULE_BOOK)
