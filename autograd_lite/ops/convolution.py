"""Convolutions over the last axes of batches of signals and images, as networks have them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd_lite.define import op
from autograd_lite.errors import ArgumentValueError, ShapeError
from autograd_lite.operation import Op
from autograd_lite.ops.columns import correlated, correlated_back, spread
from autograd_lite.ops.windows import borders, per_axis, spans


def _conv(x: Any, y: Any, z: Any = None, stride: Any = 1, padding: Any = 0, dilation: Any = 1, groups: int = 1) -> Any:
    groups = _checked("conv", x, y, groups)
    if x.shape[1] != y.shape[1] * groups:
        raise ShapeError(
            f"conv: x has shape {x.shape} and y {y.shape}: with groups={groups}, y takes {y.shape[1] * groups} "
            f"channels and x has {x.shape[1]}."
        )
    _check_divides("conv", groups, y=y.shape[0])
    _check_bias("conv", z, y.shape[0])
    along = spans("conv", x.shape[2:], y.shape[2:], stride, padding, dilation)
    out = correlated(x, y, along, groups, _width(x, y, z))
    if z is not None:
        out += z.reshape(-1, *[1] * len(along))
    return out


def _conv_transpose(
    x: Any,
    y: Any,
    z: Any = None,
    stride: Any = 1,
    padding: Any = 0,
    output_padding: Any = 0,
    dilation: Any = 1,
    groups: int = 1,
) -> Any:
    name = "conv_transpose"
    groups = _checked(name, x, y, groups)
    if x.shape[1] != y.shape[0]:
        raise ShapeError(f"{name}: x has shape {x.shape} and y {y.shape}: the channels {x.shape[1]} and {y.shape[0]}.")
    _check_divides(name, groups, x=x.shape[1])
    _check_bias(name, z, y.shape[1] * groups)
    sizes = transposed_sizes(name, x.shape[2:], y.shape[2:], stride, padding, output_padding, dilation)
    along = spans(name, sizes, y.shape[2:], stride, padding, dilation)
    out = spread(x, y, along, groups, _width(x, y, z))
    return out if z is None else out + z.reshape(-1, *[1] * len(along))


def _conv_weight(
    x: Any, y: Any, kernel_size: Any, stride: Any = 1, padding: Any = 0, dilation: Any = 1, groups: int = 1
) -> Any:
    name = "conv_weight"
    groups = _checked(name, x, y, groups)
    along = spans(name, x.shape[2:], kernel_size, stride, padding, dilation)
    _check_divides(name, groups, x=x.shape[1], y=y.shape[1])
    expected = (x.shape[0], y.shape[1], *(s.windows for s in along))
    if y.shape != expected:
        raise ShapeError(f"{name}: of x with shape {x.shape}, y must have shape {expected}, and has {y.shape}.")
    return correlated_back(x, y, along, groups, _width(x, y))


def transposed_sizes(
    name: str, sizes: Sequence[int], kernel: Any, stride: Any, padding: Any, output_padding: Any, dilation: Any
) -> list[int]:
    """The sizes of images of which a convolution would make images of these sizes."""
    n = len(sizes)
    stride, dilation = per_axis(name, "stride", stride, n, 1), per_axis(name, "dilation", dilation, n, 1)
    more = per_axis(name, "output_padding", output_padding, n, 0)
    if any(m >= s for m, s in zip(more, stride, strict=True)):
        raise ArgumentValueError(
            f"{name}: output_padding is {output_padding}; it must be smaller than stride {stride}."
        )
    around = borders(name, padding, kernel, dilation)
    found = [
        (size - 1) * s + d * (k - 1) + 1 + m - before - after
        for size, k, s, d, m, (before, after) in zip(sizes, kernel, stride, dilation, more, around, strict=True)
    ]
    if any(size < 1 for size in found):
        raise ShapeError(f"{name}: the padding {padding} leaves nothing: the output would be {tuple(found)}.")
    return found


def _checked(name: str, x: Any, y: Any, groups: Any) -> int:
    """`groups` as an int, where x and y are batches with channels."""
    if np.ndim(x) < 3 or np.ndim(x) != np.ndim(y):
        raise ShapeError(
            f"{name}: x has shape {np.shape(x)} and y {np.shape(y)}: both have as many axes, two more than a signal or "
            "image, as (batch, channels, height, width)."
        )
    return per_axis(name, "groups", (groups,), 1, 1)[0]


def _check_divides(name: str, groups: int, **channels: int) -> None:
    for what, number in channels.items():
        if number % groups:
            raise ShapeError(f"{name}: {groups} groups do not divide the {number} channels of {what}.")


def _check_bias(name: str, z: Any, channels: int) -> None:
    if z is not None and np.shape(z) != (channels,):
        raise ShapeError(f"{name}: the bias has shape {np.shape(z)}; expected ({channels},), one for each channel.")


def _width(*arrays: Any) -> np.dtype[Any]:
    return np.result_type(*[a for a in arrays if a is not None])


def _to_input(g: Any, x: Any, y: Any, stride: Any = 1, padding: Any = 0, dilation: Any = 1, groups: int = 1) -> Any:
    """The gradient of x from that of conv(x, y): what a last, partial step left over is zero."""
    along = spans("conv", x.shape[2:], y.shape[2:], stride, padding, dilation)
    over = tuple((s.padded - s.extent) % s.stride for s in along)
    return conv_transpose(g, y, stride=stride, padding=padding, output_padding=over, dilation=dilation, groups=groups)


def _by_bias(g: Any) -> Any:
    return g.sum(axis=(0, *range(2, g.ndim)))


def _unpadded(output_padding: Any = 0, **params: Any) -> dict[str, Any]:
    """The parameters that a convolution and its transpose share."""
    return params


# fmt: off
conv = op("conv", _conv, symbol="conv",
    doc="The sums of products of x, of shape (N, C, ...), with kernels y, of shape (O, C / groups, ...), at every "
        "place, and the bias z: a cross-correlation over all axes but the first two.", partials=[
    (r"\sum_k \bar f_k \, y_{i - k}", lambda g, out, x, y, z, **p: _to_input(g, x, y, **p)),
    (r"\sum_k \bar f_k \, x_{i + k}", lambda g, out, x, y, z, **p: conv_weight(x, g, kernel_size=y.shape[2:], **p)),
    (r"\sum_k \bar f_k", lambda g, out, x, y, z, **p: _by_bias(g))])
conv_transpose = op("conv_transpose", _conv_transpose, symbol="conv^T",
    doc="The transpose of conv by its input: each element of x, of shape (N, O, ...), spreads its multiple of a kernel "
        "of y, of shape (O, C / groups, ...), over the result.", partials=[
    (r"\sum_k \bar f_{i + k} \, y_k", lambda g, out, x, y, z, **p: conv(g, y, **_unpadded(**p))),
    (r"\sum_k \bar f_{i + k} \, x_k",
        lambda g, out, x, y, z, **p: conv_weight(g, x, kernel_size=y.shape[2:], **_unpadded(**p))),
    (r"\sum_k \bar f_k", lambda g, out, x, y, z, **p: _by_bias(g))])
conv_weight: Op = op("conv_weight", _conv_weight, symbol="conv^T",
    doc="The transpose of conv by its kernels: how x, of shape (N, C, ...), correlates with y, of shape (N, O, ...), "
        "over the batch.", partials=[
    (r"\sum_k \bar f_k \, y_{i - k}", lambda g, out, x, y, kernel_size, **p: _to_input(y, x, g, **p)),
    (r"\sum_k \bar f_k \, x_{i + k}", lambda g, out, x, y, kernel_size, **p: conv(x, g, **p))])
# fmt: on
