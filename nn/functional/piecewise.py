"""Activation functions made of straight pieces. Each takes a Tensor or array of any shape and gives a Tensor of it.

What is neither Tensor nor array raises `KindError`. `inplace` is accepted for PyTorch's sake: results are always
Tensors of their own. The derivatives where pieces meet are PyTorch's, and stand in the table of conventions.
"""

from typing import Any

import numpy as np

from autograd_lite.define import op
from autograd_lite.errors import ArgumentValueError
from autograd_lite.ops import activation as book
from autograd_lite.ops.elementwise import sign as sign_of
from autograd_lite.tensor import Tensor
from nn.arguments import as_tensor, flag, number

#: Not in the rule book: its gradient is by design not the derivative.
_straight_sign = op(
    "straight_through_sign",
    lambda x: np.sign(x),
    symbol="sign",
    elementwise=True,
    partials=[("1", lambda g, out, x: g)],
)


def relu(input: Any, inplace: bool = False) -> Tensor:
    """max(x, 0).

    >>> import nn
    >>> nn.functional.relu([-1.0, 2.0]).tolist()
    [0.0, 2.0]
    """
    return book.relu(as_tensor("relu", "input", input))  # type: ignore[no-any-return]


def relu6(input: Any, inplace: bool = False) -> Tensor:
    """x kept between 0 and 6.

    >>> import nn
    >>> nn.functional.relu6([-1.0, 2.0, 7.0]).tolist()
    [0.0, 2.0, 6.0]
    """
    return book.relu6(as_tensor("relu6", "input", input))  # type: ignore[no-any-return]


def hardtanh(input: Any, min_val: float = -1.0, max_val: float = 1.0, inplace: bool = False) -> Tensor:
    """x kept between two bounds, min_val < max_val.

    >>> import nn
    >>> nn.functional.hardtanh([-3.0, 0.5, 3.0]).tolist()
    [-1.0, 0.5, 1.0]
    """
    low, high = bounds("hardtanh", min_val, max_val)
    return book.hard_tanh(as_tensor("hardtanh", "input", input), min_val=low, max_val=high)  # type: ignore[no-any-return]


def hardsigmoid(input: Any, inplace: bool = False) -> Tensor:
    """(x + 3) / 6 kept between 0 and 1.

    >>> import nn
    >>> nn.functional.hardsigmoid([-4.0, 0.0, 4.0]).tolist()
    [0.0, 0.5, 1.0]
    """
    return book.hard_sigmoid(as_tensor("hardsigmoid", "input", input))  # type: ignore[no-any-return]


def hardswish(input: Any, inplace: bool = False) -> Tensor:
    """x times its hardsigmoid.

    >>> import nn
    >>> nn.functional.hardswish([-4.0, 0.0, 4.0]).tolist()
    [-0.0, 0.0, 4.0]
    """
    return book.hard_swish(as_tensor("hardswish", "input", input))  # type: ignore[no-any-return]


def hardshrink(input: Any, lambd: float = 0.5) -> Tensor:
    """x where its magnitude is above lambd, else 0; lambd is at least 0.

    >>> import nn
    >>> nn.functional.hardshrink([-0.5, 1.0]).tolist()
    [-0.0, 1.0]
    """
    lambd = number("hardshrink", "lambd", lambd, at_least=0.0)
    return book.hard_shrink(as_tensor("hardshrink", "input", input), lambd=lambd)  # type: ignore[no-any-return]


def softshrink(input: Any, lambd: float = 0.5) -> Tensor:
    """x moved towards 0 by lambd, and no further; lambd is at least 0.

    >>> import nn
    >>> nn.functional.softshrink([-0.5, 1.0]).tolist()
    [0.0, 0.5]
    """
    lambd = number("softshrink", "lambd", lambd, at_least=0.0)
    return book.soft_shrink(as_tensor("softshrink", "input", input), lambd=lambd)  # type: ignore[no-any-return]


def threshold(input: Any, threshold: float, value: float, inplace: bool = False) -> Tensor:
    """x where it is above the threshold, else the value.

    >>> import nn
    >>> nn.functional.threshold([0.0, 1.0], 0.5, 20.0).tolist()
    [20.0, 1.0]
    """
    above, value = number("threshold", "threshold", threshold), number("threshold", "value", value)
    return book.threshold(as_tensor("threshold", "input", input), threshold=above, value=value)  # type: ignore[no-any-return]


def sign(input: Any, straight_through: bool = False) -> Tensor:
    """-1, 0 or 1: the sign of x.

    Parameters
    ----------
    input : of any shape.
    straight_through : whether gradients pass as if it were x itself; else they are 0, as the derivative is.

    Source of the second: Bengio, Léonard and Courville (2013), https://arxiv.org/abs/1308.3432, section 4.

    >>> import nn
    >>> nn.functional.sign([-2.0, 0.0, 3.0]).tolist()
    [-1.0, 0.0, 1.0]
    """
    x = as_tensor("sign", "input", input)
    return (_straight_sign if flag("sign", "straight_through", straight_through) else sign_of)(x)  # type: ignore[no-any-return]


def bounds(owner: str, min_val: Any, max_val: Any) -> tuple[float, float]:
    """Two finite numbers in order."""
    low, high = number(owner, "min_val", min_val), number(owner, "max_val", max_val)
    if not low < high:
        raise ArgumentValueError(f"{owner}: min_val={low:g} is not below max_val={high:g}.")
    return low, high
