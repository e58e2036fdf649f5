"""Reverse-mode automatic differentiation on NumPy: a graph that you can read, draw and check."""

from collections.abc import Hashable
from typing import TYPE_CHECKING, Any

import numpy

from autograd_lite import linalg
from autograd_lite.define import op
from autograd_lite.errors import AutogradError
from autograd_lite.generator import manual_seed
from autograd_lite.gradcheck import check_model, gradcheck, gradgradcheck
from autograd_lite.graph import Node
from autograd_lite.modes import enable_grad, is_grad_enabled, no_grad
from autograd_lite.operation import Op
from autograd_lite.ops import BY_NUMPY, COMPOSED, RULE_BOOK
from autograd_lite.ops.updates import at
from autograd_lite.tensor import Tensor, tensor
from autograd_lite.transforms import grad, hessian, hvp, jacobian, jvp, stop_gradient, value_and_grad, vjp
from autograd_lite.value import Value

from autograd_lite.draw import draw  # isort: skip  # These functions take the names of their packages.
from autograd_lite.save import load, save  # isort: skip

if TYPE_CHECKING:
    from autograd_lite.convert import astype as astype
    from autograd_lite.convert import identity as identity
    from autograd_lite.ops.activation import *
    from autograd_lite.ops.arrange import *
    from autograd_lite.ops.compare import *
    from autograd_lite.ops.contraction import *
    from autograd_lite.ops.convolution import *
    from autograd_lite.ops.cumulate import *
    from autograd_lite.ops.elementwise import *
    from autograd_lite.ops.fused import *
    from autograd_lite.ops.index import *
    from autograd_lite.ops.join import *
    from autograd_lite.ops.linear import *
    from autograd_lite.ops.losses import *
    from autograd_lite.ops.neural import *
    from autograd_lite.ops.normalize import normalize as normalize
    from autograd_lite.ops.norms import p_norm as p_norm
    from autograd_lite.ops.pick import *
    from autograd_lite.ops.polynomial import *
    from autograd_lite.ops.pooling import *
    from autograd_lite.ops.recurrent import *
    from autograd_lite.ops.reduce import *
    from autograd_lite.ops.shape import *
    from autograd_lite.ops.signals import *
    from autograd_lite.ops.sorting import *
    from autograd_lite.ops.special import *
    from autograd_lite.ops.statistics import *

# Every operation of the rule book under its name, and under NumPy's other ones: autograd_lite.exp, .abs, .absolute ...
_FUNCTIONS = {name: entry for name, entry in {**RULE_BOOK, **COMPOSED}.items() if "." not in name}
# What NumPy loads when first asked for is not asked for here.
for _name, _f in vars(numpy).items():
    if not _name.startswith("_") and isinstance(_f, Hashable) and _f in BY_NUMPY:
        _FUNCTIONS.setdefault(_name, BY_NUMPY[_f])
globals().update(_FUNCTIONS)


def _trace(a: Any, *args: Any, **params: Any) -> Any:
    """trace(a, offset=0, axis1=0, axis2=1), the sum of a matrix's diagonal; or trace(a, names=None), how a came about.

    A node without axes is no matrix: its trace is the program that led to it, with the reverse sweep beside it. See
    `draw.trace`, which gives that of any node.

    >>> import autograd_lite as ag
    >>> ag.trace(ag.Tensor([[1.0, 2.0], [3.0, 4.0]])).item()
    5.0
    >>> x = ag.Value(3.0, name="x")
    >>> print(ag.trace(x * x))
       program, to be read downwards  reverse sweep, to be read upwards
    1  x = 3                          x̄ = v̄₂ · x + v̄₂ · x = 1 · 3 + 1 · 3 = 6
    2  v₂ = x × x = 9                 v̄₂ = 1
    """
    if isinstance(a, Node) and not numpy.ndim(a._data):
        return draw.trace(a, *args, **params)
    return RULE_BOOK["trace"](a, *args, **params)


_trace.__name__ = _trace.__qualname__ = "trace"
vars(_trace).update(op=RULE_BOOK["trace"], numpy=RULE_BOOK["trace"].numpy)
globals()["trace"] = _trace
expand = draw.expand
explain = draw.explain

__version__ = "0.1.0"
__all__ = [
    "AutogradError",
    "Op",
    "Tensor",
    "Value",
    "at",
    "check_model",
    "draw",
    "enable_grad",
    "expand",
    "explain",
    "grad",
    "gradcheck",
    "gradgradcheck",
    "hessian",
    "hvp",
    "is_grad_enabled",
    "jacobian",
    "jvp",
    "linalg",
    "load",
    "manual_seed",
    "no_grad",
    "op",
    "save",
    "stop_gradient",
    "tensor",
    "value_and_grad",
    "vjp",
]
__all__ += list(_FUNCTIONS)
