"""Initial values with a structure: unit matrices, rotations, few connections."""

import math
from itertools import product

import numpy as np

from autograd_lite.errors import ArgumentValueError, ShapeError, describe
from autograd_lite.generator import checked_generator
from nn.arguments import count, fraction, number
from nn.init.distributions import T, filled, leaf


def eye_(tensor: T) -> T:
    """Make a matrix the unit matrix, as far as it is square: a linear layer that hands its input on.

    Raises `ShapeError` for other than two axes.

    >>> import numpy as np, nn
    >>> nn.init.eye_(nn.Parameter(np.zeros((2, 3)))).tolist()
    [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]
    """
    rows, columns = _of_axes("eye_", tensor, 2, 2)
    return filled(tensor, np.eye(rows, columns))


def dirac_(tensor: T, groups: int = 1) -> T:
    """Make the weight of a convolution hand its input channels on: 1 in the middle of each channel's own kernel.

    Parameters
    ----------
    tensor : shape (outputs, inputs, k1, ...), with one to three axes of a kernel.
    groups : into how many groups of channels the outputs fall, each with all `inputs`.

    Raises `ShapeError` for other shapes, and `ArgumentValueError` where groups do not divide the outputs.

    >>> import numpy as np, nn
    >>> nn.init.dirac_(nn.Parameter(np.zeros((2, 2, 3))))[1].tolist()
    [[0.0, 0.0, 0.0], [0.0, 1.0, 0.0]]
    """
    shape = _of_axes("dirac_", tensor, 3, 5)
    groups = count("dirac_", "groups", groups)
    if shape[0] % groups:
        raise ArgumentValueError(f"dirac_: {shape[0]} outputs do not fall into groups={groups} of one size.")
    values = np.zeros(shape)
    middle = tuple(n // 2 for n in shape[2:])
    each = shape[0] // groups
    for group, channel in product(range(groups), range(min(each, shape[1]))):
        values[(group * each + channel, channel, *middle)] = 1.0
    return filled(tensor, values)


def orthogonal_(tensor: T, gain: float = 1.0, generator: np.random.Generator | None = None) -> T:
    """Make a matrix a random rotation, whose rows, or columns where there are fewer, are at right angles.

    Parameters
    ----------
    tensor : two axes or more; those after the first count as one.
    gain : the length of each row or column.
    generator : where the random numbers come from.

    Raises `ShapeError` for fewer than two axes.

    Source: Saxe, McClelland and Ganguli (2014), https://arxiv.org/abs/1312.6120.

    >>> import numpy as np, nn
    >>> w = nn.init.orthogonal_(nn.Parameter(np.zeros((3, 5)))).numpy()
    >>> bool(np.allclose(w @ w.T, np.eye(3)))
    True
    """
    shape = _of_axes("orthogonal_", tensor, 2, None)
    gain = number("orthogonal_", "gain", gain)
    generator = checked_generator("orthogonal_", generator)
    if not tensor.size:
        return tensor
    rows, columns = shape[0], math.prod(shape[1:])
    q, r = np.linalg.qr(generator.normal(size=(max(rows, columns), min(rows, columns))))
    # The signs that make every rotation equally likely (Mezzadri 2007, https://arxiv.org/abs/math-ph/0609050).
    q = q * np.where(np.diag(r) < 0, -1.0, 1.0)
    return filled(tensor, gain * (q if rows >= columns else q.T).reshape(shape))


def sparse_(tensor: T, sparsity: float, std: float = 0.01, generator: np.random.Generator | None = None) -> T:
    """Give a matrix normal values, and in each column the same number of zeros at random places.

    Parameters
    ----------
    tensor : shape (outputs, inputs).
    sparsity : the share of zeros in each column, from 0 to 1; rounded up to whole elements.
    std : the standard deviation of the others, at least 0.
    generator : where the random numbers come from.

    Raises `ShapeError` for other than two axes, and `ArgumentValueError` for numbers out of range.

    Source: Martens, Deep learning via Hessian-free optimization, ICML 2010, section 5.

    >>> import numpy as np, nn
    >>> w = nn.init.sparse_(nn.Parameter(np.zeros((10, 4))), 0.3)
    >>> (w == 0).sum(axis=0).tolist()
    [3, 3, 3, 3]
    """
    rows, columns = _of_axes("sparse_", tensor, 2, 2)
    zeros = math.ceil(fraction("sparse_", "sparsity", sparsity) * rows)
    std = number("sparse_", "std", std, at_least=0.0)
    generator = checked_generator("sparse_", generator)
    values = generator.normal(0.0, std, (rows, columns))
    places = generator.permuted(np.tile(np.arange(rows)[:, None], columns), axis=0)[:zeros]
    np.put_along_axis(values, places, 0.0, axis=0)
    return filled(tensor, values)


def _of_axes(owner: str, tensor: T, least: int, most: int | None) -> tuple[int, ...]:
    """The shape of a tensor with the right number of axes."""
    shape = leaf(owner, tensor).shape
    if len(shape) < least or (most is not None and len(shape) > most):
        words = f"{least}" if least == most else f"{least} to {most}" if most else f"at least {least}"
        raise ShapeError(f"{owner}: {describe(tensor)} has {len(shape)} axes; it works on {words}.")
    return shape
