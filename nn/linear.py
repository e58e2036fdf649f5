"""Layers that multiply by a matrix."""

import math
from typing import Any

import numpy as np

from autograd_lite.tensor import Tensor
from nn import init
from nn.arguments import count, flag, float_dtype
from nn.functional.weighted import weighted
from nn.module import Module
from nn.parameter import Parameter


class Linear(Module):
    """y = x W^T + b: each output is a weighted sum of the inputs, and a bias.

    Parameters
    ----------
    in_features, out_features : the sizes of the last axis of x and of y, at least 1.
    bias : whether there is a b.
    dtype : of the parameters; float32 where not given. The input has the same.
    generator : where the initial values come from, `np.random.default_rng(seed)`.

    x has shape (..., in_features), y (..., out_features); `weight` (out_features, in_features) and
    `bias` (out_features,), which is None without bias. Both start uniform in ±1/sqrt(in_features).
    Raises `ShapeError` for an input whose last axis is of another size, and `DtypeError` for one of
    another data type, which would turn all that follows into it.

    Source: Goodfellow, Bengio and Courville, Deep Learning (2016), section 6.1; the initial values are
    those of He et al. (2015), https://arxiv.org/abs/1502.01852, equation 14 with a = sqrt(5).

    >>> import numpy as np, nn
    >>> layer = nn.Linear(784, 20)
    >>> layer(np.zeros((64, 784), np.float32)).shape
    (64, 20)
    """

    weight: Parameter
    bias: Parameter | None

    def __init__(
        self,
        in_features: int,
        out_features: int,
        bias: bool = True,
        *,
        dtype: Any = None,
        generator: np.random.Generator | None = None,
    ) -> None:
        super().__init__()
        self.in_features = count("Linear", "in_features", in_features)
        self.out_features = count("Linear", "out_features", out_features)
        dtype = float_dtype("Linear", dtype)
        self.weight = Parameter(np.zeros((self.out_features, self.in_features), dtype))
        self.bias = Parameter(np.zeros(self.out_features, dtype)) if flag("Linear", "bias", bias) else None
        self.reset_parameters(generator)

    def reset_parameters(self, generator: np.random.Generator | None = None) -> None:
        """Draw the initial values anew."""
        generator = init.checked_generator("Linear", generator)
        # He's bound sqrt(6 / ((1 + a^2) fan_in)) with a = sqrt(5).
        bound = 1.0 / math.sqrt(self.in_features)
        init.uniform_(self.weight, -bound, bound, generator)
        if self.bias is not None:
            init.uniform_(self.bias, -bound, bound, generator)

    def forward(self, input: Any) -> Tensor:
        return weighted("Linear", input, self.weight, self.bias)

    def extra_repr(self) -> str:
        return f"in_features={self.in_features}, out_features={self.out_features}, bias={self.bias is not None}"
