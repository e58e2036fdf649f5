"""Weighted sums."""

from typing import Any

from autograd_lite.errors import ShapeError
from autograd_lite.ops import fused as book
from autograd_lite.tensor import Tensor
from nn.arguments import as_tensor, check_dtype


def linear(input: Any, weight: Any, bias: Any = None) -> Tensor:
    """x W^T + b: each output is a weighted sum of the inputs, and a bias.

    Parameters
    ----------
    input : of shape (..., in).
    weight : of shape (out, in).
    bias : of shape (out,), or None.

    The result has shape (..., out). Raises `ShapeError` and `DtypeError` for arrays that do not go together.

    >>> import numpy as np, nn
    >>> nn.functional.linear([[1.0, 2.0]], [[3.0, 4.0], [5.0, 6.0]], [0.5, 0.0]).tolist()
    [[11.5, 17.0]]
    """
    return weighted("linear", input, as_tensor("linear", "weight", weight), bias)


def weighted(owner: str, input: Any, weight: Tensor, bias: Any) -> Tensor:
    """`linear`, in the name of a layer."""
    x = as_tensor(owner, "input", input, weight.dtype)
    if weight.ndim != 2:
        raise ShapeError(f"{owner}: the weight has shape {weight.shape}; expected (out, in).")
    if x.shape[-1:] != weight.shape[1:]:
        raise ShapeError(
            f"{owner}: the input has shape {x.shape}; its last axis must be in_features, {weight.shape[1]}."
        )
    check_dtype(owner, x, weight)
    if bias is None:
        return book.linear(x, weight)  # type: ignore[no-any-return]
    b = as_tensor(owner, "bias", bias, weight.dtype)
    if b.shape != weight.shape[:1]:
        raise ShapeError(f"{owner}: the bias has shape {b.shape}; expected {weight.shape[:1]}, one for each output.")
    return book.linear(x, weight, b)  # type: ignore[no-any-return]
