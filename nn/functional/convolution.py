"""Convolutions: the same weighted sum at every place of a signal or image.

Inputs are of shape (N, C, L) or (N, C, H, W), or without the batch axis N; results have the same axes.
"""

from typing import Any

from autograd_lite.errors import ShapeError
from autograd_lite.ops import arrange
from autograd_lite.ops import convolution as book
from autograd_lite.ops.windows import per_axis
from autograd_lite.tensor import Tensor
from nn.arguments import as_tensor, check_dtype, in_the_name_of, unusual

USUAL = {"stride": 1, "padding": 0, "dilation": 1, "output_padding": 0, "groups": 1}
AXES = {1: "(N, C, L) or (C, L)", 2: "(N, C, H, W) or (C, H, W)"}


def conv1d(
    input: Any, weight: Any, bias: Any = None, stride: Any = 1, padding: Any = 0, dilation: Any = 1, groups: int = 1
) -> Tensor:
    """A convolution over signals: see `conv2d`, with one axis for two.

    >>> import nn
    >>> nn.functional.conv1d([[1.0, 2.0, 4.0, 8.0]], [[[-1.0, 1.0]]]).tolist()
    [[1.0, 2.0, 4.0]]
    """
    w = as_tensor("conv1d", "weight", weight)
    return convolved("conv1d", 1, input, w, bias, stride=stride, padding=padding, dilation=dilation, groups=groups)


def conv2d(
    input: Any, weight: Any, bias: Any = None, stride: Any = 1, padding: Any = 0, dilation: Any = 1, groups: int = 1
) -> Tensor:
    """A convolution over images: y[o, i, j] = b[o] + Σ x[c, s i + d k - p, s j + d l - p] w[o, c, k, l].

    Parameters
    ----------
    input : of shape (N, C, H, W) or (C, H, W).
    weight : of shape (O, C / groups, K, L).
    bias : of shape (O,), or None.
    stride : s, how far apart the places are, one integer or one for each axis.
    padding : p, how many zeros are added on each side; "same" for an output of the input's size, "valid" for none.
    dilation : d, how far apart the elements that one sum takes are.
    groups : into how many parts the channels go, each with kernels of its own.

    Raises `ShapeError` for arrays that do not go together and for kernels larger than the padded input, and
    `DtypeError` for an input of another data type than the weight's.

    Source: Dumoulin and Visin, A guide to convolution arithmetic for deep learning (2016),
    https://arxiv.org/abs/1603.07285.

    >>> import numpy as np, nn
    >>> nn.functional.conv2d(np.ones((1, 3, 8, 8)), np.ones((6, 3, 3, 3)), stride=2, padding=1).shape
    (1, 6, 4, 4)
    """
    w = as_tensor("conv2d", "weight", weight)
    return convolved("conv2d", 2, input, w, bias, stride=stride, padding=padding, dilation=dilation, groups=groups)


def conv_transpose1d(
    input: Any,
    weight: Any,
    bias: Any = None,
    stride: Any = 1,
    padding: Any = 0,
    output_padding: Any = 0,
    groups: int = 1,
    dilation: Any = 1,
) -> Tensor:
    """A transposed convolution over signals: see `conv_transpose2d`, with one axis for two.

    >>> import nn
    >>> nn.functional.conv_transpose1d([[1.0, 10.0]], [[[1.0, 2.0]]]).tolist()
    [[1.0, 12.0, 20.0]]
    """
    w = as_tensor("conv_transpose1d", "weight", weight)
    geometry = {"stride": stride, "padding": padding, "output_padding": output_padding, "dilation": dilation}
    return spread("conv_transpose1d", 1, input, w, bias, groups=groups, **geometry)


def conv_transpose2d(
    input: Any,
    weight: Any,
    bias: Any = None,
    stride: Any = 1,
    padding: Any = 0,
    output_padding: Any = 0,
    groups: int = 1,
    dilation: Any = 1,
) -> Tensor:
    """The transpose of `conv2d` by its input: every element spreads its multiple of a kernel over the result.

    Parameters
    ----------
    input : of shape (N, C, H, W) or (C, H, W).
    weight : of shape (C, O / groups, K, L).
    bias : of shape (O,), or None.
    stride, padding, dilation, groups : those of the convolution.
    output_padding : how much is added to one side of the result, smaller than stride or dilation.

    The result has the height (H - 1) stride - 2 padding + dilation (K - 1) + output_padding + 1. Raises as
    `conv2d` does.

    >>> import numpy as np, nn
    >>> nn.functional.conv_transpose2d(np.ones((1, 3, 4, 4)), np.ones((3, 6, 2, 2)), stride=2).shape
    (1, 6, 8, 8)
    """
    w = as_tensor("conv_transpose2d", "weight", weight)
    geometry = {"stride": stride, "padding": padding, "output_padding": output_padding, "dilation": dilation}
    return spread("conv_transpose2d", 2, input, w, bias, groups=groups, **geometry)


def convolved(owner: str, n: int, input: Any, weight: Tensor, bias: Any, **geometry: Any) -> Tensor:
    """A convolution over n axes, in the name of a layer."""
    x, b = _operands(owner, n, input, weight, bias)
    groups, channels = geometry["groups"], x.shape[-n - 1]
    if isinstance(groups, int) and channels != weight.shape[1] * groups:
        raise ShapeError(
            f"{owner}: the input has shape {x.shape}, with {channels} channels; the weight, of shape {weight.shape}, "
            f"takes {weight.shape[1] * groups} in {groups} groups."
        )
    return _batched(owner, n, book.conv, x, weight, b, geometry)


def spread(owner: str, n: int, input: Any, weight: Tensor, bias: Any, **geometry: Any) -> Tensor:
    """A transposed convolution over n axes, in the name of a layer."""
    x, b = _operands(owner, n, input, weight, bias)
    if x.shape[-n - 1] != weight.shape[0]:
        raise ShapeError(
            f"{owner}: the input has shape {x.shape}, with {x.shape[-n - 1]} channels; the weight, of shape "
            f"{weight.shape}, takes {weight.shape[0]}."
        )
    stride, dilation, more = (
        per_axis(owner, name, geometry[name], n, least)
        for name, least in (("stride", 1), ("dilation", 1), ("output_padding", 0))
    )
    if any(m >= max(s, d) for m, s, d in zip(more, stride, dilation, strict=True)):
        raise ShapeError(f"{owner}: output_padding {more} must be smaller than stride {stride} or dilation {dilation}.")
    if any(m >= s for m, s in zip(more, stride, strict=True)):
        # As many places more as the stride are what one more element of the input, a zero, spreads to.
        extra = [m // s for m, s in zip(more, stride, strict=True)]
        x = arrange.pad(x, [(0, 0)] * (x.ndim - n) + [(0, e) for e in extra])
        geometry["output_padding"] = tuple(m % s for m, s in zip(more, stride, strict=True))
    return _batched(owner, n, book.conv_transpose, x, weight, b, geometry)


def _operands(owner: str, n: int, input: Any, weight: Tensor, bias: Any) -> tuple[Tensor, Tensor | None]:
    """The input and the bias as Tensors that can go with the weight."""
    x = as_tensor(owner, "input", input, weight.dtype)
    if weight.ndim != n + 2:
        raise ShapeError(f"{owner}: the weight has shape {weight.shape}; expected {n + 2} axes.")
    if x.ndim not in (n + 1, n + 2):
        raise ShapeError(f"{owner}: the input has shape {x.shape}; expected {AXES[n]}.")
    check_dtype(owner, x, weight)
    return x, None if bias is None else as_tensor(owner, "bias", bias, weight.dtype)


def _batched(owner: str, n: int, entry: Any, x: Tensor, weight: Tensor, bias: Any, geometry: Any) -> Tensor:
    """The result of an operation on batches; of an input without the batch axis, one without it."""
    geometry = unusual(geometry, USUAL)
    if x.ndim == n + 2:
        return in_the_name_of(owner, entry, x, weight, bias, **geometry)  # type: ignore[no-any-return]
    return in_the_name_of(owner, entry, x[None], weight, bias, **geometry)[0]  # type: ignore[no-any-return]
