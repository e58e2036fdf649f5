"""Layers that normalize: over the batch, over the features of each sample, over groups of channels."""

from typing import Any

import numpy as np

from autograd_lite.errors import ArgumentValueError, ShapeError, describe
from autograd_lite.tensor import Tensor
from nn import functional
from nn.arguments import count, flag, float_dtype, number
from nn.functional.normalization import floats, sizes_of
from nn.module import Module
from nn.parameter import Parameter


class _Affine(Module):
    """A layer with a scale that starts at 1 and a shift that starts at 0, or neither."""

    # The scale is of what has unit variance: a penalty would only fight the layers above.
    penalized = False
    weight: Parameter | None
    bias: Parameter | None

    def _start(self, shape: tuple[int, ...], affine: bool, bias: bool, dtype: Any) -> None:
        dtype = float_dtype(type(self).__name__, dtype)
        self.weight = Parameter(np.ones(shape, dtype)) if affine else None
        self.bias = Parameter(np.zeros(shape, dtype)) if affine and bias else None

    def reset_parameters(self) -> None:
        """Scale 1 and shift 0 again."""
        if self.weight is not None:
            self.weight.data = np.ones_like(self.weight.data)
        if self.bias is not None:
            self.bias.data = np.zeros_like(self.bias.data)


class _BatchNorm(_Affine):
    axes: tuple[int, ...]
    shapes: str
    running_mean: Tensor | None
    running_var: Tensor | None
    num_batches_tracked: Tensor | None

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
        *,
        bias: bool = True,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        owner = type(self).__name__
        self.num_features = count(owner, "num_features", num_features)
        self.eps = number(owner, "eps", eps, at_least=0.0)
        self.momentum = None if momentum is None else number(owner, "momentum", momentum, at_least=0.0)
        self.affine = flag(owner, "affine", affine)
        self.track_running_stats = flag(owner, "track_running_stats", track_running_stats)
        self._start((self.num_features,), self.affine, flag(owner, "bias", bias), dtype)
        tracked = self.track_running_stats
        kind = float_dtype(owner, dtype)
        self.register_buffer("running_mean", np.zeros(self.num_features, kind) if tracked else None)
        self.register_buffer("running_var", np.ones(self.num_features, kind) if tracked else None)
        self.register_buffer("num_batches_tracked", np.array(0) if tracked else None)

    def reset_running_stats(self) -> None:
        """Running mean 0 and variance 1 again."""
        if self.running_mean is not None and self.running_var is not None:
            self.running_mean = Tensor(np.zeros_like(self.running_mean.data))
            self.running_var = Tensor(np.ones_like(self.running_var.data))
            self.num_batches_tracked = Tensor(np.array(0))

    def forward(self, input: Any) -> Tensor:
        owner = type(self).__name__
        x = floats(owner, input)
        if x.ndim not in self.axes or x.shape[1] != self.num_features:
            raise ShapeError(f"{owner}: input is {describe(x)}; give {self.shapes} with C = {self.num_features}.")
        momentum = 0.0 if self.momentum is None else self.momentum
        counted = None if self.num_batches_tracked is None else self.num_batches_tracked.data + 1
        if counted is not None and self.momentum is None:
            momentum = 1.0 / float(counted)
        out = functional.batch_norm(
            x, self.running_mean, self.running_var, self.weight, self.bias, self.training, momentum, self.eps
        )
        if counted is not None and self.training:
            self.num_batches_tracked = Tensor(counted)
        return out

    def extra_repr(self) -> str:
        return (
            f"{self.num_features}, eps={self.eps}, momentum={self.momentum}, affine={self.affine}, "
            f"bias={self.bias is not None}, track_running_stats={self.track_running_stats}"
        )


class BatchNorm1d(_BatchNorm):
    """Each feature with mean 0 and variance 1 over the batch, times weight, plus bias.

    Parameters
    ----------
    num_features : C, at least 1.
    eps : what is added to the variance.
    momentum : the share of each batch in the running statistics; None for the mean over all batches.
    affine, bias : whether there are `weight` (C,), which starts at 1, and with it `bias` (C,), which starts at 0.
    track_running_stats : whether there are running statistics, which `eval` uses; without them each batch's own are.
    dtype : of parameters and statistics; float32 where not given. The input has the same.

    x has shape (N, C) or (N, C, L), and so has the result. Buffers: `running_mean`, `running_var` (C,),
    `num_batches_tracked`. Raises `ShapeError` for another shape, and `ArgumentValueError` for one value per channel
    in training.

    Source: Ioffe and Szegedy (2015), https://arxiv.org/abs/1502.03167.

    >>> import numpy as np, nn
    >>> layer = nn.BatchNorm1d(2, dtype=float)
    >>> layer(np.array([[1.0, 5.0], [3.0, 9.0]])).round(3).tolist(), layer.running_mean.tolist()
    ([[-1.0, -1.0], [1.0, 1.0]], [0.2, 0.7000000000000001])
    """

    axes, shapes = (2, 3), "(N, C) or (N, C, L)"


class BatchNorm2d(_BatchNorm):
    """Each channel with mean 0 and variance 1 over batch, height and width, times weight, plus bias.

    The parameters are those of `BatchNorm1d`. x has shape (N, C, H, W), and so has the result. Raises
    `ShapeError` for another shape, and `ArgumentValueError` for one value per channel in training.

    Source: Ioffe and Szegedy (2015), https://arxiv.org/abs/1502.03167, section 3.2.

    >>> import numpy as np, nn
    >>> nn.BatchNorm2d(3)(np.ones((2, 3, 4, 4), np.float32)).shape
    (2, 3, 4, 4)
    """

    axes, shapes = (4,), "(N, C, H, W)"


class LayerNorm(_Affine):
    """Mean 0 and variance 1 over the last axes of each sample, times weight, plus bias.

    Parameters
    ----------
    normalized_shape : the sizes of those axes; an integer for one.
    eps : what is added to the variance.
    elementwise_affine, bias : whether there are a `weight` and a `bias`, of normalized_shape; they start at 1 and 0.
    dtype : of the parameters; float32 where not given. The input has the same.

    x has shape (..., *normalized_shape), and so has the result. Raises `ShapeError` for another shape.

    Source: Ba, Kiros and Hinton (2016), https://arxiv.org/abs/1607.06450.

    >>> import numpy as np, nn
    >>> nn.LayerNorm(2, dtype=float)(np.array([[1.0, 3.0]])).round(3).tolist()
    [[-1.0, 1.0]]
    """

    def __init__(
        self,
        normalized_shape: Any,
        eps: float = 1e-5,
        elementwise_affine: bool = True,
        bias: bool = True,
        *,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        self.normalized_shape = sizes_of("LayerNorm", normalized_shape)
        self.eps = number("LayerNorm", "eps", eps, at_least=0.0)
        self.elementwise_affine = flag("LayerNorm", "elementwise_affine", elementwise_affine)
        self._start(self.normalized_shape, self.elementwise_affine, flag("LayerNorm", "bias", bias), dtype)

    def forward(self, input: Any) -> Tensor:
        return functional.layer_norm(input, self.normalized_shape, self.weight, self.bias, self.eps)

    def extra_repr(self) -> str:
        said = f"{self.normalized_shape}, eps={self.eps}, elementwise_affine={self.elementwise_affine}"
        return f"{said}, bias={self.bias is not None}"


class RMSNorm(_Affine):
    """x divided by the root of its mean square over the last axes of each sample, times weight.

    Parameters
    ----------
    normalized_shape : the sizes of those axes; an integer for one.
    eps : what is added to the mean square; the rounding unit of the data type where None.
    elementwise_affine : whether there is a `weight` of normalized_shape; it starts at 1.
    dtype : of the parameter; float32 where not given. The input has the same.

    x has shape (..., *normalized_shape), and so has the result. Raises `ShapeError` for another shape.

    Source: Zhang and Sennrich (2019), https://arxiv.org/abs/1910.07467.

    >>> import numpy as np, nn
    >>> nn.RMSNorm(2, dtype=float)(np.array([[3.0, -3.0]])).tolist()
    [[1.0, -1.0]]
    """

    def __init__(
        self, normalized_shape: Any, eps: float | None = None, elementwise_affine: bool = True, *, dtype: Any = None
    ) -> None:
        super().__init__()
        self.normalized_shape = sizes_of("RMSNorm", normalized_shape)
        self.eps = None if eps is None else number("RMSNorm", "eps", eps, at_least=0.0)
        self.elementwise_affine = flag("RMSNorm", "elementwise_affine", elementwise_affine)
        self._start(self.normalized_shape, self.elementwise_affine, False, dtype)

    def forward(self, x: Any) -> Tensor:
        return functional.rms_norm(x, self.normalized_shape, self.weight, self.eps)

    def extra_repr(self) -> str:
        return f"{self.normalized_shape}, eps={self.eps}, elementwise_affine={self.elementwise_affine}"


class GroupNorm(_Affine):
    """Mean 0 and variance 1 over each group of channels of each sample, times weight, plus bias.

    Parameters
    ----------
    num_groups, num_channels : how many groups of neighbouring channels, and how many channels; the one divides the
        other.
    eps : what is added to the variance.
    affine, bias : whether there is a `weight`, and with it a `bias` (num_channels,); they start at 1 and 0.
    dtype : of the parameters; float32 where not given. The input has the same.

    x has shape (N, C, ...), and so has the result. Raises `ArgumentValueError` where the groups do not
    divide the channels, and `ShapeError` for an input of other channels.

    Source: Wu and He (2018), https://arxiv.org/abs/1803.08494.

    >>> import numpy as np, nn
    >>> nn.GroupNorm(2, 4)(np.ones((1, 4, 3), np.float32)).shape
    (1, 4, 3)
    """

    def __init__(
        self,
        num_groups: int,
        num_channels: int,
        eps: float = 1e-5,
        affine: bool = True,
        *,
        bias: bool = True,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        self.num_groups = count("GroupNorm", "num_groups", num_groups)
        self.num_channels = count("GroupNorm", "num_channels", num_channels)
        if self.num_channels % self.num_groups:
            raise ArgumentValueError(
                f"GroupNorm: num_channels is {self.num_channels}, which num_groups, {self.num_groups}, does not divide."
            )
        self.eps = number("GroupNorm", "eps", eps, at_least=0.0)
        self.affine = flag("GroupNorm", "affine", affine)
        self._start((self.num_channels,), self.affine, flag("GroupNorm", "bias", bias), dtype)

    def forward(self, input: Any) -> Tensor:
        x = floats("GroupNorm", input)
        if x.ndim < 2 or x.shape[1] != self.num_channels:
            raise ShapeError(f"GroupNorm: input is {describe(x)}; give (N, C, ...) with C = {self.num_channels}.")
        return functional.group_norm(x, self.num_groups, self.weight, self.bias, self.eps)

    def extra_repr(self) -> str:
        said = f"{self.num_groups}, {self.num_channels}, eps={self.eps}, affine={self.affine}"
        return f"{said}, bias={self.bias is not None}"
