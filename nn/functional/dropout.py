"""Dropout: signals left out at random while training."""

from typing import Any

import numpy as np

from autograd_lite.errors import DtypeError, ShapeError, describe
from autograd_lite.generator import checked_generator
from autograd_lite.tensor import Tensor
from nn.arguments import as_tensor, flag, fraction


def dropout(
    input: Any,
    p: float = 0.5,
    training: bool = True,
    inplace: bool = False,
    *,
    generator: np.random.Generator | None = None,
) -> Tensor:
    """Each element made 0 with probability p, and the others divided by 1 - p, so that means stay.

    Parameters
    ----------
    input : floats of any shape.
    p : from 0 to 1.
    training : without it the input is given back as it is.
    inplace : accepted for PyTorch's sake.
    generator : where the random numbers come from; the library's own generator where None.

    Raises `ArgumentValueError` for other p, and `DtypeError` for integers.

    Source: Srivastava et al. (2014), https://jmlr.org/papers/v15/srivastava14a.html, in its inverted form.

    >>> import numpy as np, nn
    >>> sorted(set(nn.functional.dropout(np.ones(100), 0.75).tolist()))
    [0.0, 4.0]
    """
    x = _floats("dropout", input)
    return _dropped("dropout", x, x.shape, p, training, generator)


def dropout1d(
    input: Any,
    p: float = 0.5,
    training: bool = True,
    inplace: bool = False,
    *,
    generator: np.random.Generator | None = None,
) -> Tensor:
    """Whole channels made 0 with probability p: of an input of shape (C, L) or (N, C, L). See `dropout`.

    >>> import numpy as np, nn
    >>> nn.functional.dropout1d(np.ones((2, 3)), 1.0).tolist()
    [[0.0, 0.0, 0.0], [0.0, 0.0, 0.0]]
    """
    return _channels("dropout1d", input, 1, p, training, generator)


def dropout2d(
    input: Any,
    p: float = 0.5,
    training: bool = True,
    inplace: bool = False,
    *,
    generator: np.random.Generator | None = None,
) -> Tensor:
    """Whole channels made 0 with probability p: of an input of shape (N, C, H, W), or (C, H, W). See `dropout`.

    Raises `ShapeError` for other numbers of axes.

    Source: Tompson et al. (2015), https://arxiv.org/abs/1411.4280, section 3.2.

    >>> import numpy as np, nn
    >>> images = nn.functional.dropout2d(np.ones((2, 3, 4, 4)))
    >>> {len(set(channel.ravel().tolist())) for image in images.numpy() for channel in image}
    {1}
    """
    return _channels("dropout2d", input, 2, p, training, generator)


def _channels(
    owner: str, input: Any, space: int, p: float, training: bool, generator: np.random.Generator | None
) -> Tensor:
    x = _floats(owner, input)
    if x.ndim not in (space + 1, space + 2):
        raise ShapeError(f"{owner}: the input has shape {x.shape}; it must have {space + 1} or {space + 2} axes.")
    return _dropped(owner, x, x.shape[:-space] + (1,) * space, p, training, generator)


def _dropped(owner: str, x: Tensor, shape: tuple[int, ...], p: Any, training: Any, generator: Any) -> Tensor:
    """x times a mask of this shape."""
    p = fraction(owner, "p", p)
    generator = checked_generator(owner, generator)
    if not flag(owner, "training", training) or p == 0.0:
        return x
    if p == 1.0:
        return x * np.zeros(shape, x.dtype)  # type: ignore[no-any-return]
    # Numbers in [0, 1) of 24 random bits: half the time of float64.
    kept = generator.random(shape, np.float32) >= p
    return x * (kept.astype(x.dtype) * x.dtype.type(1.0 / (1.0 - p)))  # type: ignore[no-any-return]


def _floats(owner: str, input: Any) -> Tensor:
    x = as_tensor(owner, "input", input)
    if x.dtype.kind != "f":
        raise DtypeError(f"{owner}: the input is {describe(x)}; it must be floats. Convert with .astype(float).")
    return x
