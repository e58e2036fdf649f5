"""Pools: windows of signals and images to single numbers.

Inputs are of shape (N, C, L) or (N, C, H, W), or without the batch axis N; results have the same axes. A kernel size,
stride, padding or dilation is one integer or one for each axis; the stride is the kernel size where it is None.
"""

from typing import Any

from autograd_lite.errors import ArgumentValueError, DtypeError, ShapeError, describe
from autograd_lite.ops import pooling as book
from autograd_lite.ops.windows import per_axis
from autograd_lite.tensor import Tensor
from nn.arguments import as_tensor, flag, in_the_name_of, unusual
from nn.functional.convolution import AXES

USUAL = {"padding": 0, "dilation": 1, "ceil_mode": False, "count_include_pad": True, "divisor_override": None}


def max_pool1d(
    input: Any,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    dilation: Any = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Tensor:
    """The largest element of each window of a signal: see `max_pool2d`, with one axis for two.

    >>> import nn
    >>> nn.functional.max_pool1d([[1.0, 5.0, 2.0, 3.0]], 2).tolist()
    [[5.0, 3.0]]
    """
    geometry = {"stride": stride, "padding": padding, "dilation": dilation, "ceil_mode": ceil_mode}
    no_indices("max_pool1d", return_indices)
    return pooled("max_pool1d", 1, book.max_pool, input, kernel_size, **geometry)


def max_pool2d(
    input: Any,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    dilation: Any = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Tensor:
    """The largest element of each window of an image; the first of equal ones has the gradient.

    Parameters
    ----------
    input : floats of shape (N, C, H, W) or (C, H, W).
    kernel_size, stride, dilation : of the windows.
    padding : how many elements that are never the largest are added on each side, at most half a kernel.
    ceil_mode : whether a last window may reach beyond the border.
    return_indices : accepted for PyTorch's sake, and False.

    Raises `ShapeError` where no window fits, and `ArgumentValueError` for sizes out of their ranges.

    >>> import numpy as np, nn
    >>> nn.functional.max_pool2d(np.arange(16.0).reshape(1, 4, 4), 2).tolist()
    [[[5.0, 7.0], [13.0, 15.0]]]
    """
    geometry = {"stride": stride, "padding": padding, "dilation": dilation, "ceil_mode": ceil_mode}
    no_indices("max_pool2d", return_indices)
    return pooled("max_pool2d", 2, book.max_pool, input, kernel_size, **geometry)


def avg_pool1d(
    input: Any,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
) -> Tensor:
    """The mean of each window of a signal: see `avg_pool2d`, with one axis for two.

    >>> import nn
    >>> nn.functional.avg_pool1d([[1.0, 5.0, 2.0, 3.0]], 2).tolist()
    [[3.0, 2.5]]
    """
    geometry = {"stride": stride, "padding": padding, "ceil_mode": ceil_mode, "count_include_pad": count_include_pad}
    return pooled("avg_pool1d", 1, book.avg_pool, input, kernel_size, **geometry)


def avg_pool2d(
    input: Any,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> Tensor:
    """The mean of each window of an image.

    Parameters
    ----------
    input : floats of shape (N, C, H, W) or (C, H, W).
    kernel_size, stride : of the windows.
    padding : how many zeros are added on each side, at most half a kernel.
    ceil_mode : whether a last window may reach beyond the border.
    count_include_pad : whether the zeros count as elements.
    divisor_override : by what each sum is divided, in place of the number of elements.

    Raises `ShapeError` where no window fits, and `ArgumentValueError` for sizes out of their ranges.

    >>> import numpy as np, nn
    >>> nn.functional.avg_pool2d(np.arange(16.0).reshape(1, 4, 4), 2).tolist()
    [[[2.5, 4.5], [10.5, 12.5]]]
    """
    geometry = {"stride": stride, "padding": padding, "ceil_mode": ceil_mode, "count_include_pad": count_include_pad}
    return pooled("avg_pool2d", 2, book.avg_pool, input, kernel_size, divisor_override=divisor_override, **geometry)


def adaptive_avg_pool1d(input: Any, output_size: Any) -> Tensor:
    """Means of as many windows of a signal as `output_size`: see `adaptive_avg_pool2d`, with one axis for two.

    >>> import nn
    >>> nn.functional.adaptive_avg_pool1d([[1.0, 3.0, 5.0]], 2).tolist()
    [[2.0, 4.0]]
    """
    return adapted("adaptive_avg_pool1d", 1, input, output_size)


def adaptive_avg_pool2d(input: Any, output_size: Any) -> Tensor:
    """Means of an image over windows as equal as can be, as many as the result is to have places.

    Parameters
    ----------
    input : floats of shape (N, C, H, W) or (C, H, W).
    output_size : the height and the width of the result, or one integer for both; None for the input's.

    Window i of n along an axis of length H goes from floor(i H / n) to ceil((i + 1) H / n). Raises `ShapeError` for an
    input of another number of axes, and `ArgumentValueError` for sizes below 1.

    >>> import numpy as np, nn
    >>> nn.functional.adaptive_avg_pool2d(np.arange(6.0).reshape(1, 2, 3), (1, None)).tolist()
    [[[1.5, 2.5, 3.5]]]
    """
    return adapted("adaptive_avg_pool2d", 2, input, output_size)


def pooled(owner: str, n: int, entry: Any, input: Any, kernel_size: Any, **geometry: Any) -> Tensor:
    """A pool over n axes, in the name of a layer."""
    x = images(owner, n, input)
    for name in ("ceil_mode", "count_include_pad"):
        if name in geometry:
            flag(owner, name, geometry[name])
    kernel = per_axis(owner, "kernel_size", kernel_size, n, 1)
    stride = geometry.pop("stride")
    given = unusual(geometry, USUAL)
    if stride is not None and (step := per_axis(owner, "stride", stride, n, 1)) != kernel:
        given["stride"] = step
    return in_the_name_of(owner, entry, x, kernel_size=kernel, **given)  # type: ignore[no-any-return]


def adapted(owner: str, n: int, input: Any, output_size: Any) -> Tensor:
    """An adaptive mean over n axes, in the name of a layer."""
    x = images(owner, n, input)
    given = tuple(output_size) if isinstance(output_size, tuple | list) else (output_size,) * n
    wanted = [x.shape[i - n] if size is None and i < n else size for i, size in enumerate(given)]
    sizes = per_axis(owner, "output_size", wanted, n, 1)
    return in_the_name_of(owner, book.adaptive_avg_pool, x, output_size=sizes)  # type: ignore[no-any-return]


def images(owner: str, n: int, input: Any) -> Tensor:
    """An input with channels and n axes more, of floats."""
    x = as_tensor(owner, "input", input)
    if x.ndim not in (n + 1, n + 2):
        raise ShapeError(f"{owner}: the input has shape {x.shape}; expected {AXES[n]}.")
    if x.dtype.kind != "f":
        raise DtypeError(f"{owner}: the input is {describe(x)}; expected floats. Convert with .astype(np.float32).")
    return x


def no_indices(owner: str, return_indices: Any) -> None:
    """Raise where the places of the largest elements are asked for."""
    if flag(owner, "return_indices", return_indices):
        raise ArgumentValueError(f"{owner}: return_indices=True is not supported; leave it out.")
