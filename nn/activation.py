"""Smooth activation functions as modules. Each takes a Tensor or array and gives a Tensor of the same shape."""

import math
from typing import Any

from autograd_lite.errors import ArgumentValueError
from autograd_lite.tensor import Tensor
from nn.arguments import choice, flag, number
from nn.functional import activation as functional
from nn.module import Module


class Sigmoid(Module):
    """1 / (1 + exp(-x)), from 0 to 1.

    >>> import nn
    >>> nn.Sigmoid()([0.0]).item()
    0.5
    """

    def forward(self, input: Any) -> Tensor:
        return functional.sigmoid(input)


class Tanh(Module):
    """The hyperbolic tangent, from -1 to 1.

    >>> import nn
    >>> nn.Tanh()([0.0]).item()
    0.0
    """

    def forward(self, input: Any) -> Tensor:
        return functional.tanh(input)


class ELU(Module):
    """x where it is positive, else alpha (exp(x) - 1).

    Parameters
    ----------
    alpha : minus where it goes to far below 0.
    inplace : accepted for PyTorch's sake; the result is always a Tensor of its own.

    Source: Clevert, Unterthiner and Hochreiter (2016), https://arxiv.org/abs/1511.07289.

    >>> import nn
    >>> nn.ELU()([2.0, -1e4]).tolist()
    [2.0, -1.0]
    """

    def __init__(self, alpha: float = 1.0, inplace: bool = False) -> None:
        super().__init__()
        self.alpha = number("ELU", "alpha", alpha)
        self.inplace = flag("ELU", "inplace", inplace)

    def forward(self, input: Any) -> Tensor:
        return functional.elu(input, self.alpha)

    def extra_repr(self) -> str:
        return f"alpha={self.alpha}" + (", inplace=True" if self.inplace else "")


class CELU(Module):
    """x where it is positive, else alpha (exp(x / alpha) - 1): the slope at 0 is 1 for every alpha.

    Parameters
    ----------
    alpha : minus where it goes to far below 0; not 0.
    inplace : accepted for PyTorch's sake; the result is always a Tensor of its own.

    Source: Barron (2017), https://arxiv.org/abs/1704.07483.

    >>> import nn
    >>> nn.CELU()([2.0, -1e4]).tolist()
    [2.0, -1.0]
    """

    def __init__(self, alpha: float = 1.0, inplace: bool = False) -> None:
        super().__init__()
        self.alpha = number("CELU", "alpha", alpha)
        if self.alpha == 0:
            raise ArgumentValueError("CELU: alpha is 0, by which x is divided; give another number.")
        self.inplace = flag("CELU", "inplace", inplace)

    def forward(self, input: Any) -> Tensor:
        return functional.celu(input, self.alpha)

    def extra_repr(self) -> str:
        return f"alpha={self.alpha}" + (", inplace=True" if self.inplace else "")


class SELU(Module):
    """elu with the alpha and the scale that keep the mean and variance of signals.

    Parameters
    ----------
    inplace : accepted for PyTorch's sake; the result is always a Tensor of its own.

    Source: Klambauer et al. (2017), https://arxiv.org/abs/1706.02515. Start with `nn.init.lecun_normal_`.

    >>> import nn
    >>> nn.SELU()([0.0, 1.0]).tolist()
    [0.0, 1.0507009873554805]
    """

    def __init__(self, inplace: bool = False) -> None:
        super().__init__()
        self.inplace = flag("SELU", "inplace", inplace)

    def forward(self, input: Any) -> Tensor:
        return functional.selu(input)

    def extra_repr(self) -> str:
        return "inplace=True" if self.inplace else ""


class GELU(Module):
    """x Φ(x), Φ being the normal distribution function.

    Parameters
    ----------
    approximate : "none", or "tanh" for a formula with it.

    Source: Hendrycks and Gimpel (2016), https://arxiv.org/abs/1606.08415.

    >>> import nn
    >>> nn.GELU()([0.0, 100.0]).tolist()
    [0.0, 100.0]
    """

    def __init__(self, approximate: str = "none") -> None:
        super().__init__()
        self.approximate = choice("GELU", "approximate", approximate, ("none", "tanh"))

    def forward(self, input: Any) -> Tensor:
        return functional.gelu(input, self.approximate)

    def extra_repr(self) -> str:
        return f"approximate={self.approximate!r}"


class SiLU(Module):
    """x σ(x), also called swish.

    Parameters
    ----------
    inplace : accepted for PyTorch's sake; the result is always a Tensor of its own.

    Source: Elfwing, Uchibe and Doya (2018), https://arxiv.org/abs/1702.03118.

    >>> import nn
    >>> nn.SiLU()([0.0, 100.0]).tolist()
    [0.0, 100.0]
    """

    def __init__(self, inplace: bool = False) -> None:
        super().__init__()
        self.inplace = flag("SiLU", "inplace", inplace)

    def forward(self, input: Any) -> Tensor:
        return functional.silu(input)

    def extra_repr(self) -> str:
        return "inplace=True" if self.inplace else ""


class Mish(Module):
    """x tanh(softplus(x)).

    Parameters
    ----------
    inplace : accepted for PyTorch's sake; the result is always a Tensor of its own.

    Source: Misra (2019), https://arxiv.org/abs/1908.08681.

    >>> import nn
    >>> nn.Mish()([0.0, 100.0]).tolist()
    [0.0, 100.0]
    """

    def __init__(self, inplace: bool = False) -> None:
        super().__init__()
        self.inplace = flag("Mish", "inplace", inplace)

    def forward(self, input: Any) -> Tensor:
        return functional.mish(input)

    def extra_repr(self) -> str:
        return "inplace=True" if self.inplace else ""


class Softplus(Module):
    """ln(1 + exp(beta x)) / beta: a relu without a kink.

    Parameters
    ----------
    beta : how sharp the bend is; not 0.
    threshold : where beta x is above it, x itself; math.inf for nowhere.

    Source: Dugas et al., NIPS 2000, equation 6.

    >>> import nn
    >>> nn.Softplus()([-1e4, 1e4]).tolist()
    [0.0, 10000.0]
    """

    def __init__(self, beta: float = 1.0, threshold: float = 20.0) -> None:
        super().__init__()
        self.beta = number("Softplus", "beta", beta)
        if self.beta == 0:
            raise ArgumentValueError("Softplus: beta is 0, by which the logarithm is divided; give another number.")
        self.threshold = (
            threshold
            if isinstance(threshold, float) and threshold == math.inf
            else number("Softplus", "threshold", threshold)
        )

    def forward(self, input: Any) -> Tensor:
        return functional.softplus(input, self.beta, self.threshold)

    def extra_repr(self) -> str:
        return f"beta={self.beta}, threshold={self.threshold}"


class Softsign(Module):
    """x / (1 + |x|), from -1 to 1.

    Source: Glorot and Bengio (2010), https://proceedings.mlr.press/v9/glorot10a.html.

    >>> import nn
    >>> nn.Softsign()([-1.0, 3.0]).tolist()
    [-0.5, 0.75]
    """

    def forward(self, input: Any) -> Tensor:
        return functional.softsign(input)


class LogSigmoid(Module):
    """ln σ(x), without overflow.

    >>> import nn
    >>> nn.LogSigmoid()([-1e4]).item()
    -10000.0
    """

    def forward(self, input: Any) -> Tensor:
        return functional.logsigmoid(input)
