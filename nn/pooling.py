"""Pools as layers. The arguments and what they raise are told at the functions of `nn.functional` that they call."""

from typing import Any

from autograd_lite.errors import ArgumentValueError
from autograd_lite.ops import pooling as book
from autograd_lite.ops.windows import per_axis
from autograd_lite.tensor import Tensor
from nn.arguments import count, flag
from nn.functional.pooling import adapted, no_indices, pooled
from nn.module import Module


class _Pool(Module):
    """What pools over `n` axes share: the windows."""

    n: int

    def _set_windows(self, kernel_size: Any, stride: Any, padding: Any, ceil_mode: bool) -> None:
        owner, n = type(self).__name__, self.n
        kernel = per_axis(owner, "kernel_size", kernel_size, n, 1)
        around = per_axis(owner, "padding", padding, n, 0)
        if stride is not None:
            per_axis(owner, "stride", stride, n, 1)
        if any(2 * p > k for p, k in zip(around, kernel, strict=True)):
            raise ArgumentValueError(f"{owner}: padding {padding} is more than half of the kernel {kernel_size}.")
        self.kernel_size, self.padding = kernel_size, padding
        self.stride = kernel_size if stride is None else stride
        self.ceil_mode = flag(owner, "ceil_mode", ceil_mode)


class _MaxPool(_Pool):
    def __init__(
        self,
        kernel_size: Any,
        stride: Any = None,
        padding: Any = 0,
        dilation: Any = 1,
        return_indices: bool = False,
        ceil_mode: bool = False,
    ) -> None:
        super().__init__()
        owner = type(self).__name__
        self._set_windows(kernel_size, stride, padding, ceil_mode)
        per_axis(owner, "dilation", dilation, self.n, 1)
        no_indices(owner, return_indices)
        self.dilation, self.return_indices = dilation, return_indices

    def forward(self, input: Any) -> Tensor:
        windows = {name: getattr(self, name) for name in ("stride", "padding", "dilation", "ceil_mode")}
        return pooled(type(self).__name__, self.n, book.max_pool, input, self.kernel_size, **windows)

    def extra_repr(self) -> str:
        return (
            f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}, dilation={self.dilation}, "
            f"ceil_mode={self.ceil_mode}"
        )


class MaxPool1d(_MaxPool):
    """The largest element of each window of a signal: `nn.functional.max_pool1d`.

    x has shape (N, C, L) or (C, L).

    >>> import nn
    >>> nn.MaxPool1d(2)([[1.0, 5.0, 2.0, 3.0]]).tolist()
    [[5.0, 3.0]]
    """

    n = 1


class MaxPool2d(_MaxPool):
    """The largest element of each window of an image: `nn.functional.max_pool2d`.

    x has shape (N, C, H, W) or (C, H, W). Of equal elements the first has the gradient, as in PyTorch.

    Source: Goodfellow, Bengio and Courville, Deep Learning (2016), section 9.3.

    >>> import numpy as np, nn
    >>> nn.MaxPool2d(2)(np.zeros((32, 6, 28, 28), np.float32)).shape
    (32, 6, 14, 14)
    """

    n = 2


class _AvgPool(_Pool):
    def __init__(
        self,
        kernel_size: Any,
        stride: Any = None,
        padding: Any = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
        divisor_override: int | None = None,
    ) -> None:
        super().__init__()
        owner = type(self).__name__
        self._set_windows(kernel_size, stride, padding, ceil_mode)
        self.count_include_pad = flag(owner, "count_include_pad", count_include_pad)
        self.divisor_override = None if divisor_override is None else count(owner, "divisor_override", divisor_override)

    def forward(self, input: Any) -> Tensor:
        names = ("stride", "padding", "ceil_mode", "count_include_pad", "divisor_override")
        windows = {name: getattr(self, name) for name in names}
        return pooled(type(self).__name__, self.n, book.avg_pool, input, self.kernel_size, **windows)

    def extra_repr(self) -> str:
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


class AvgPool1d(_AvgPool):
    """The mean of each window of a signal: `nn.functional.avg_pool1d`.

    x has shape (N, C, L) or (C, L).

    >>> import nn
    >>> nn.AvgPool1d(2)([[1.0, 5.0, 2.0, 3.0]]).tolist()
    [[3.0, 2.5]]
    """

    n = 1

    def __init__(
        self,
        kernel_size: Any,
        stride: Any = None,
        padding: Any = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
    ) -> None:
        super().__init__(kernel_size, stride, padding, ceil_mode, count_include_pad)


class AvgPool2d(_AvgPool):
    """The mean of each window of an image: `nn.functional.avg_pool2d`.

    x has shape (N, C, H, W) or (C, H, W).

    >>> import numpy as np, nn
    >>> nn.AvgPool2d(2)(np.zeros((32, 6, 28, 28), np.float32)).shape
    (32, 6, 14, 14)
    """

    n = 2


class _AdaptiveAvgPool(Module):
    n: int

    def __init__(self, output_size: Any) -> None:
        super().__init__()
        given = output_size if isinstance(output_size, tuple | list) else (output_size,) * self.n
        per_axis(type(self).__name__, "output_size", [1 if size is None else size for size in given], self.n, 1)
        self.output_size = tuple(output_size) if isinstance(output_size, list) else output_size

    def forward(self, input: Any) -> Tensor:
        return adapted(type(self).__name__, self.n, input, self.output_size)

    def extra_repr(self) -> str:
        return f"output_size={self.output_size}"


class AdaptiveAvgPool1d(_AdaptiveAvgPool):
    """Means of as many windows of a signal as asked for: `nn.functional.adaptive_avg_pool1d`.

    x has shape (N, C, L) or (C, L).

    >>> import nn
    >>> nn.AdaptiveAvgPool1d(2)([[1.0, 3.0, 5.0]]).tolist()
    [[2.0, 4.0]]
    """

    n = 1


class AdaptiveAvgPool2d(_AdaptiveAvgPool):
    """Means of as many windows of an image as asked for: `nn.functional.adaptive_avg_pool2d`.

    x has shape (N, C, H, W) or (C, H, W); None in `output_size` stands for the size of x.

    >>> import numpy as np, nn
    >>> nn.AdaptiveAvgPool2d(1)(np.zeros((32, 16, 5, 5), np.float32)).shape
    (32, 16, 1, 1)
    """

    n = 2
