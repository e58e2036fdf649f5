"""Dropout as modules: signals left out at random while training."""

from typing import Any

import numpy as np

from autograd_lite.generator import checked_generator
from autograd_lite.tensor import Tensor
from nn.arguments import flag, fraction
from nn.functional.dropout import dropout, dropout1d, dropout2d
from nn.module import Module


class Dropout(Module):
    """Each element made 0 with probability p in training, and the others divided by 1 - p; else the input itself.

    Parameters
    ----------
    p : from 0 to 1.
    inplace : accepted for PyTorch's sake.
    generator : where the random numbers come from; the library's own, which `autograd_lite.manual_seed` seeds,
        where None.

    Raises `ArgumentValueError` for other p.

    Source: Srivastava et al. (2014), https://jmlr.org/papers/v15/srivastava14a.html, in its inverted form.

    >>> import numpy as np, nn
    >>> layer = nn.Dropout(0.75)
    >>> sorted(set(layer(np.ones(100)).tolist())), layer.eval()(np.ones(2)).tolist()
    ([0.0, 4.0], [1.0, 1.0])
    """

    def __init__(self, p: float = 0.5, inplace: bool = False, *, generator: np.random.Generator | None = None) -> None:
        super().__init__()
        owner = type(self).__name__
        self.p = fraction(owner, "p", p)
        self.inplace = flag(owner, "inplace", inplace)
        self.generator = None if generator is None else checked_generator(owner, generator)

    def forward(self, input: Any) -> Tensor:
        return dropout(input, self.p, self.training, generator=self.generator)

    def extra_repr(self) -> str:
        return f"p={self.p}, inplace={self.inplace}"


class Dropout1d(Dropout):
    """Dropout of whole channels, of an input of shape (N, C, L) or (C, L). Parameters are those of `Dropout`.

    >>> import numpy as np, nn
    >>> nn.Dropout1d(1.0)(np.ones((2, 3))).tolist()
    [[0.0, 0.0, 0.0], [0.0, 0.0, 0.0]]
    """

    def forward(self, input: Any) -> Tensor:
        return dropout1d(input, self.p, self.training, generator=self.generator)


class Dropout2d(Dropout):
    """Dropout of whole channels, of an input of shape (N, C, H, W) or (C, H, W). Parameters are those of `Dropout`.

    Source: Tompson et al. (2015), https://arxiv.org/abs/1411.4280, section 3.2.

    >>> import numpy as np, nn
    >>> nn.Dropout2d(1.0)(np.ones((1, 2, 2))).tolist()
    [[[0.0, 0.0], [0.0, 0.0]]]
    """

    def forward(self, input: Any) -> Tensor:
        return dropout2d(input, self.p, self.training, generator=self.generator)
