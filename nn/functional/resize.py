"""Signals and images of other sizes: with borders, repeated, flattened."""

import math
from collections.abc import Sequence
from numbers import Real
from typing import Any

import numpy as np

from autograd_lite.errors import ArgumentError, ArgumentValueError, AxisError, KindError, ShapeError, describe
from autograd_lite.ops import pooling as book
from autograd_lite.ops.windows import per_axis
from autograd_lite.tensor import Tensor
from nn.arguments import as_tensor, choice, in_the_name_of, integer

#: NumPy's names for the borders that PyTorch has.
BORDERS = {"constant": "constant", "reflect": "reflect", "replicate": "edge", "circular": "wrap"}


def pad(input: Any, pad: Any, mode: str = "constant", value: float | None = None) -> Tensor:
    """The input with a border along its last axes.

    Parameters
    ----------
    input : of any shape.
    pad : for the last axis how many elements before and after it, then for the one in front of it, and so on:
        (left, right, top, bottom). Negative numbers cut off, in the mode "constant" alone.
    mode : "constant"; "reflect", the input mirrored in its first and last element; "replicate", these elements again;
        "circular", the input from its other end.
    value : of a constant border, 0 where not given.

    Raises `KindError` and `ArgumentValueError` for numbers that do not fit, `ShapeError` where nothing would be left.

    >>> import nn
    >>> nn.functional.pad([[1.0, 2.0]], (1, 0, 0, 1)).tolist()
    [[0.0, 1.0, 2.0], [0.0, 0.0, 0.0]]
    """
    return padded("pad", as_tensor("pad", "input", input), pad, choice("pad", "mode", mode, tuple(BORDERS)), value)


def padded(owner: str, x: Tensor, pad: Any, mode: str, value: float | None = None) -> Tensor:
    """`pad`, in the name of a layer."""
    if not isinstance(pad, Sequence) or isinstance(pad, str) or len(pad) % 2 or len(pad) > 2 * x.ndim:
        raise ArgumentValueError(
            f"{owner}: the padding is {describe(pad)}; give two numbers for each axis, from the last one on, and "
            f"the input of shape {x.shape} has {x.ndim}."
        )
    numbers = [integer(owner, "the padding", p) for p in pad]
    pairs = [*zip(numbers[::2], numbers[1::2], strict=True)][::-1]
    widths = [(0, 0)] * (x.ndim - len(pairs)) + pairs
    if value is not None and (mode != "constant" or isinstance(value, bool) or not isinstance(value, Real)):
        raise KindError(f"{owner}: value is {describe(value)} and the mode {mode}; give a number, for 'constant'.")
    _check_widths(owner, x, widths, mode)
    if any(w < 0 for pair in widths for w in pair):
        cuts = [slice(max(-a, 0), n - max(-b, 0)) for n, (a, b) in zip(x.shape, widths, strict=True)]
        x = x[tuple(cuts)]
        widths = [(max(a, 0), max(b, 0)) for a, b in widths]
    constant: dict[str, Any] = {"constant_values": value} if value is not None else {}
    return np.pad(x, widths, mode=BORDERS[mode], **constant)  # type: ignore[no-any-return, call-overload]


def _check_widths(owner: str, x: Tensor, widths: Sequence[tuple[int, int]], mode: str) -> None:
    """Raise where a border cannot be made of the input."""
    for n, pair in zip(x.shape, widths, strict=True):
        most = {"reflect": n - 1, "circular": n}.get(mode, math.inf)
        if mode != "constant" and min(pair) < 0:
            raise ArgumentValueError(f"{owner}: the padding {pair} is negative, which goes with mode 'constant' alone.")
        if max(pair) > most or (mode == "replicate" and max(pair) and not n):
            raise ShapeError(f"{owner}: the padding {pair} is too much for mode {mode!r} on an axis of length {n}.")
        if mode == "constant" and min(pair) < 0 and n + sum(pair) < 0 + (n > 0):
            raise ShapeError(f"{owner}: the padding {pair} leaves nothing of an axis of length {n}.")


def interpolate(input: Any, size: Any = None, scale_factor: Any = None, mode: str = "nearest") -> Tensor:
    """A signal or image of another size, in which each element is a copy of the nearest one before it.

    Parameters
    ----------
    input : of shape (N, C, L), (N, C, H, W) or (N, C, D, H, W).
    size : the lengths of the result's last axes, or one for all; or
    scale_factor : by how much they grow, positive, one number or one for each axis.
    mode : "nearest".

    Element i of n along an axis of length L is element floor(i L / n), or floor(i / scale_factor). Raises
    `ArgumentError` unless size or scale_factor is given, `ArgumentValueError` for values out of their ranges, and
    `ShapeError` for an input of another number of axes.

    >>> import nn
    >>> nn.functional.interpolate([[[1.0, 2.0]]], scale_factor=2).tolist()
    [[[1.0, 1.0, 2.0, 2.0]]]
    """
    return resized("interpolate", input, size, scale_factor, mode)


def upsample(input: Any, size: Any = None, scale_factor: Any = None, mode: str = "nearest") -> Tensor:
    """PyTorch's older name of `interpolate`.

    >>> import nn
    >>> nn.functional.upsample([[[1.0, 2.0]]], size=4).tolist()
    [[[1.0, 1.0, 2.0, 2.0]]]
    """
    return resized("upsample", input, size, scale_factor, mode)


def resized(owner: str, input: Any, size: Any, scale_factor: Any, mode: str) -> Tensor:
    """`interpolate`, in the name of a layer."""
    x = as_tensor(owner, "input", input)
    choice(owner, "mode", mode, ("nearest",))
    if not 3 <= x.ndim <= 5:
        raise ShapeError(
            f"{owner}: the input has shape {x.shape}; expected (N, C, L), (N, C, H, W) or (N, C, D, H, W)."
        )
    check_scale(owner, size, scale_factor)
    n = x.ndim - 2
    if size is not None:
        return in_the_name_of(owner, book.upsample, x, size=per_axis(owner, "size", size, n, 1))  # type: ignore[no-any-return]
    factors = tuple(scale_factor) if isinstance(scale_factor, tuple | list) else (scale_factor,) * n
    if len(factors) != n:
        raise ArgumentValueError(f"{owner}: scale_factor is {scale_factor}; give one number, or {n}.")
    sizes = tuple(int(length * f) for length, f in zip(x.shape[2:], factors, strict=True))
    if 0 in sizes:
        raise ShapeError(f"{owner}: scale_factor {scale_factor} leaves nothing of the input of shape {x.shape}.")
    return in_the_name_of(owner, book.upsample, x, size=sizes, scale_factor=tuple(map(float, factors)))  # type: ignore[no-any-return]


def check_scale(owner: str, size: Any, scale_factor: Any) -> None:
    """Raise unless one of the two is given, and factors are positive numbers."""
    if (size is None) == (scale_factor is None):
        raise ArgumentError(f"{owner}: size is {size} and scale_factor {scale_factor}; give one of the two.")
    if size is not None:
        per_axis(owner, "size", size, len(size) if isinstance(size, tuple | list) else 1, 1)
        return
    for f in scale_factor if isinstance(scale_factor, tuple | list) else (scale_factor,):
        if isinstance(f, bool) or not isinstance(f, Real):
            raise KindError(f"{owner}: scale_factor is {describe(scale_factor)}; give a number, or one for each axis.")
        if not 0.0 < float(f) < math.inf:
            raise ArgumentValueError(f"{owner}: scale_factor is {scale_factor}; it must be positive and finite.")


def flatten(input: Any, start_dim: int = 0, end_dim: int = -1) -> Tensor:
    """The input with the axes from start_dim to end_dim, both included, as one.

    Raises `AxisError` for axes that the input does not have, or that are not in order.

    >>> import numpy as np, nn
    >>> nn.functional.flatten(np.zeros((2, 3, 4)), 1).shape
    (2, 12)
    """
    return flattened("flatten", as_tensor("flatten", "input", input), start_dim, end_dim)


def flattened(owner: str, x: Tensor, start_dim: int, end_dim: int) -> Tensor:
    """`flatten`, in the name of a layer."""
    n = max(x.ndim, 1)
    for name, dim in (("start_dim", start_dim), ("end_dim", end_dim)):
        if not -n <= integer(owner, name, dim) < n:
            raise AxisError(f"{owner}: {name} is {dim}; {describe(x)} has {x.ndim} axes.")
    start, end = start_dim % n, end_dim % n
    if start > end:
        raise AxisError(f"{owner}: start_dim {start_dim} is behind end_dim {end_dim} for an input of shape {x.shape}.")
    return x.reshape((*x.shape[:start], math.prod(x.shape[start : end + 1]), *x.shape[end + 1 :]))  # type: ignore[no-any-return]


def unflattened(owner: str, x: Tensor, dim: int, sizes: Sequence[int]) -> Tensor:
    """An axis split into several of these sizes, of which one may be -1."""
    if not -x.ndim <= dim < x.ndim:
        raise AxisError(f"{owner}: dim is {dim}; {describe(x)} has {x.ndim} axes.")
    dim %= x.ndim
    known = math.prod(size for size in sizes if size != -1)
    free = -1 in sizes
    if (x.shape[dim] % known if free and known else x.shape[dim] != known) or (free and not known):
        raise ShapeError(f"{owner}: axis {dim} of the input of shape {x.shape} cannot be split into {tuple(sizes)}.")
    whole = [x.shape[dim] // known if size == -1 else size for size in sizes]
    return x.reshape((*x.shape[:dim], *whole, *x.shape[dim + 1 :]))  # type: ignore[no-any-return]
