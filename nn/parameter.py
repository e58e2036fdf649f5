"""Parameter: a Tensor that a module learns."""

from typing import Any

from autograd_lite.tensor import Tensor


class Parameter(Tensor):
    """A Tensor that is tracked, and that a module counts among its own once it is an attribute.

    What is computed from it is a plain Tensor.

    Parameters
    ----------
    data : array, Tensor, number or nested lists of numbers, of any shape; floats only, where gradients are asked for.
    requires_grad : whether gradients reach it; False freezes it.
    dtype : the data type to convert to; without it, arrays keep theirs.
    name : what drawings and errors call it. A module gives its own where there is none: `fc1.weight`.

    Raises `DtypeError` for integers that shall have gradients.

    >>> import nn
    >>> w = nn.Parameter([1.0, 2.0])
    >>> w.requires_grad, type(w * 2).__name__
    (True, 'Tensor')
    """

    __slots__ = ()

    def __init__(self, data: Any, requires_grad: bool = True, dtype: Any = None, name: str | None = None) -> None:
        super().__init__(data, requires_grad, dtype, name)
