"""Convolutions as layers: weights and a bias, slid over signals and images."""

import math
from typing import Any

import numpy as np

from autograd_lite.errors import ArgumentValueError, ShapeError
from autograd_lite.ops.windows import borders, per_axis
from autograd_lite.tensor import Tensor
from nn import init
from nn.arguments import as_tensor, choice, count, flag, float_dtype
from nn.functional.convolution import convolved, spread
from nn.functional.resize import BORDERS, padded
from nn.module import Module
from nn.parameter import Parameter

#: PyTorch's words for the border of a convolution, and those of `nn.functional.pad`.
MODES = {"zeros": "constant", **{mode: mode for mode in BORDERS if mode != "constant"}}


class _Convolution(Module):
    """What convolutions and transposed ones over `n` axes share: the arguments, the parameters and how these start."""

    n: int
    transposed: bool
    weight: Parameter
    bias: Parameter | None

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Any,
        stride: Any,
        padding: Any,
        dilation: Any,
        groups: int,
        bias: bool,
        padding_mode: str,
        dtype: Any,
        generator: np.random.Generator | None,
    ) -> None:
        super().__init__()
        owner = type(self).__name__
        self.in_channels = count(owner, "in_channels", in_channels)
        self.out_channels = count(owner, "out_channels", out_channels)
        self.groups = count(owner, "groups", groups)
        if self.in_channels % self.groups or self.out_channels % self.groups:
            raise ArgumentValueError(
                f"{owner}: groups {groups} must divide in_channels {in_channels} and out_channels {out_channels}."
            )
        self.kernel_size = per_axis(owner, "kernel_size", kernel_size, self.n, 1)
        self.stride = per_axis(owner, "stride", stride, self.n, 1)
        self.dilation = per_axis(owner, "dilation", dilation, self.n, 1)
        self.padding = self._checked_padding(owner, padding)
        self.padding_mode = choice(owner, "padding_mode", padding_mode, tuple(MODES))
        dtype = float_dtype(owner, dtype)
        outer, inner = self.out_channels, self.in_channels
        if self.transposed:
            outer, inner = inner, outer
        self.weight = Parameter(np.zeros((outer, inner // self.groups, *self.kernel_size), dtype))
        self.bias = Parameter(np.zeros(self.out_channels, dtype)) if flag(owner, "bias", bias) else None
        self.reset_parameters(generator)

    def _checked_padding(self, owner: str, padding: Any) -> Any:
        if not isinstance(padding, str):
            return per_axis(owner, "padding", padding, self.n, 0)
        if self.transposed or padding not in ("same", "valid"):
            words = "" if self.transposed else ", or 'same' or 'valid'"
            raise ArgumentValueError(f"{owner}: padding is {padding!r}; give an integer, or one for each axis{words}.")
        if padding == "same" and any(s != 1 for s in self.stride):
            raise ArgumentValueError(f"{owner}: padding='same' goes with stride 1, and stride is {self.stride}.")
        return padding

    def reset_parameters(self, generator: np.random.Generator | None = None) -> None:
        """Draw the initial values anew."""
        generator = init.checked_generator(type(self).__name__, generator)
        # He's bound sqrt(6 / ((1 + a^2) fan_in)) with a = sqrt(5); the fan is PyTorch's in a transposed layer too.
        bound = 1.0 / math.sqrt(math.prod(self.weight.shape[1:]))
        init.uniform_(self.weight, -bound, bound, generator)
        if self.bias is not None:
            init.uniform_(self.bias, -bound, bound, generator)

    def _geometry(self) -> dict[str, Any]:
        """What the layer asks of the operation, in the order of the constructor."""
        names = ("stride", "padding", "dilation", "groups")
        return {name: getattr(self, name) for name in names}

    def extra_repr(self) -> str:
        """PyTorch's words: what differs from the defaults is told."""
        said = f"{self.in_channels}, {self.out_channels}, kernel_size={self.kernel_size}, stride={self.stride}"
        usual = {"padding": (0,) * self.n, "dilation": (1,) * self.n, "output_padding": (0,) * self.n, "groups": 1}
        for name, default in usual.items():
            if getattr(self, name, default) != default:
                said += f", {name}={getattr(self, name)!r}"
        if self.bias is None:
            said += ", bias=False"
        return said if self.padding_mode == "zeros" else f"{said}, padding_mode={self.padding_mode!r}"


class _Conv(_Convolution):
    transposed = False

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Any,
        stride: Any = 1,
        padding: Any = 0,
        dilation: Any = 1,
        groups: int = 1,
        bias: bool = True,
        padding_mode: str = "zeros",
        *,
        dtype: Any = None,
        generator: np.random.Generator | None = None,
    ) -> None:
        rest = (padding, dilation, groups, bias, padding_mode, dtype, generator)
        super().__init__(in_channels, out_channels, kernel_size, stride, *rest)

    def forward(self, input: Any) -> Tensor:
        owner, geometry = type(self).__name__, self._geometry()
        if self.padding_mode != "zeros":
            input = self._bordered(owner, as_tensor(owner, "input", input, self.weight.dtype))
            geometry["padding"] = 0
        return convolved(owner, self.n, input, self.weight, self.bias, **geometry)

    def _bordered(self, owner: str, x: Tensor) -> Tensor:
        if x.ndim <= self.n:
            raise ShapeError(f"{owner}: the input has shape {x.shape}; expected {self.n} axes behind the channels.")
        around = borders(owner, self.padding, self.kernel_size, self.dilation)
        return padded(owner, x, [width for pair in reversed(around) for width in pair], MODES[self.padding_mode])


class Conv1d(_Conv):
    """The same weighted sums of all channels at every place of a signal.

    Parameters
    ----------
    in_channels, out_channels, kernel_size, stride, padding, dilation, groups, bias, padding_mode, dtype, generator :
        as those of `Conv2d`, with one axis for two.

    x has shape (N, in_channels, L) or (in_channels, L); `weight` (out_channels, in_channels / groups, kernel_size) and
    `bias` (out_channels,). Raises as `Conv2d` does.

    Source: Goodfellow, Bengio and Courville, Deep Learning (2016), chapter 9.

    >>> import numpy as np, nn
    >>> nn.Conv1d(4, 8, 3, padding="same")(np.zeros((2, 4, 10), np.float32)).shape
    (2, 8, 10)
    """

    n = 1


class Conv2d(_Conv):
    """The same weighted sums of all channels at every place of an image.

    Parameters
    ----------
    in_channels, out_channels : how many channels x and the result have.
    kernel_size : the height and width that one sum takes, or one integer for both.
    stride : how far apart the places of the sums are.
    padding : how much is added on each side; "same" for a result of the size of x, "valid" for nothing.
    dilation : how far apart the elements that one sum takes are.
    groups : into how many parts the channels go, each with weights of its own; it divides both numbers of channels.
    bias : whether each output channel has one.
    padding_mode : what is added: "zeros"; "reflect", x mirrored; "replicate", its border; "circular", its other end.
    dtype : of the parameters; float32 where not given. The input has the same.
    generator : where the initial values come from, `np.random.default_rng(seed)`.

    x has shape (N, in_channels, H, W) or (in_channels, H, W); `weight` (out_channels, in_channels / groups, height,
    width) and `bias` (out_channels,), None without. Both start uniform in ±1/sqrt(fan_in), the number of weights of one
    sum. Raises `ShapeError` for an input of other channels and for a kernel larger than the padded input, `DtypeError`
    for an input of another data type, and `ArgumentValueError` for arguments out of their ranges.

    Source: Goodfellow, Bengio and Courville, Deep Learning (2016), chapter 9; the initial values are those of He et al.
    (2015), https://arxiv.org/abs/1502.01852, equation 14 with a = sqrt(5).

    >>> import numpy as np, nn
    >>> layer = nn.Conv2d(3, 6, 5)
    >>> layer(np.zeros((32, 3, 32, 32), np.float32)).shape
    (32, 6, 28, 28)
    """

    n = 2


class _ConvTranspose(_Convolution):
    transposed = True

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Any,
        stride: Any = 1,
        padding: Any = 0,
        output_padding: Any = 0,
        groups: int = 1,
        bias: bool = True,
        dilation: Any = 1,
        padding_mode: str = "zeros",
        *,
        dtype: Any = None,
        generator: np.random.Generator | None = None,
    ) -> None:
        owner = type(self).__name__
        more = per_axis(owner, "output_padding", output_padding, self.n, 0)
        if choice(owner, "padding_mode", padding_mode, tuple(MODES)) != "zeros":
            raise ArgumentValueError(f"{owner}: padding_mode is {padding_mode!r}; only 'zeros' has a transpose here.")
        rest = (padding, dilation, groups, bias, padding_mode, dtype, generator)
        super().__init__(in_channels, out_channels, kernel_size, stride, *rest)
        self.output_padding = more
        if any(m >= max(s, d) for m, s, d in zip(more, self.stride, self.dilation, strict=True)):
            raise ArgumentValueError(
                f"{owner}: output_padding {more} must be smaller than stride {self.stride} or dilation {self.dilation}."
            )

    def forward(self, input: Any, output_size: Any = None) -> Tensor:
        owner = type(self).__name__
        more = self.output_padding
        if output_size is not None:
            input = as_tensor(owner, "input", input, self.weight.dtype)
            more = self._padding_for(owner, input.shape[-self.n :], output_size)
        return spread(owner, self.n, input, self.weight, self.bias, **{**self._geometry(), "output_padding": more})

    def _padding_for(self, owner: str, sizes: tuple[int, ...], wanted: Any) -> tuple[int, ...]:
        """The output padding that gives a result of the wanted size."""
        if isinstance(wanted, tuple | list) and len(wanted) == self.n + 2:
            wanted = wanted[2:]
        wanted = per_axis(owner, "output_size", wanted, self.n, 1)
        geometry = zip(sizes, self.kernel_size, self.stride, self.padding, self.dilation, strict=False)
        least = [(size - 1) * s - 2 * p + d * (k - 1) + 1 for size, k, s, p, d in geometry]
        most = [n + s - 1 for n, s in zip(least, self.stride, strict=False)]
        if any(not low <= w <= high for low, w, high in zip(least, wanted, most, strict=False)):
            raise ArgumentValueError(
                f"{owner}: output_size is {wanted}; of this input it can be from {tuple(least)} to {tuple(most)}."
            )
        return tuple(w - low for w, low in zip(wanted, least, strict=False))


class ConvTranspose1d(_ConvTranspose):
    """Every element of a signal spreads its multiple of a kernel over the result: see `ConvTranspose2d`.

    Parameters
    ----------
    in_channels, out_channels, kernel_size, stride, padding, output_padding, groups, bias, dilation, dtype, generator :
        as those of `ConvTranspose2d`, with one axis for two.

    x has shape (N, in_channels, L) or (in_channels, L); `weight` (in_channels, out_channels / groups, kernel_size).

    >>> import numpy as np, nn
    >>> nn.ConvTranspose1d(4, 2, 2, stride=2)(np.zeros((1, 4, 5), np.float32)).shape
    (1, 2, 10)
    """

    n = 1


class ConvTranspose2d(_ConvTranspose):
    """Every element of an image spreads its multiple of a kernel over the result: the transpose of `Conv2d`.

    Parameters
    ----------
    in_channels, out_channels, kernel_size, stride, padding, dilation, groups, bias : those of the convolution that it
        is the transpose of, with in and out changed over.
    output_padding : how much is added to one side of the result, smaller than stride or dilation.
    padding_mode : "zeros".
    dtype, generator : as those of `Conv2d`.

    x has shape (N, in_channels, H, W) or (in_channels, H, W); `weight` (in_channels, out_channels / groups, height,
    width), `bias` (out_channels,). The result has the height (H - 1) stride - 2 padding + dilation (height - 1) +
    output_padding + 1; a call with `output_size`, the height and width, takes the output_padding that gives it. Raises
    as `Conv2d` does.

    Source: Dumoulin and Visin, A guide to convolution arithmetic for deep learning (2016),
    https://arxiv.org/abs/1603.07285, chapter 4.

    >>> import numpy as np, nn
    >>> nn.ConvTranspose2d(16, 8, 2, stride=2)(np.zeros((1, 16, 7, 7), np.float32)).shape
    (1, 8, 14, 14)
    """

    n = 2
