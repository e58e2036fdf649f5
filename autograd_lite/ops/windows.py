"""Windows that move along the last axes of an array, as those of convolutions and pools: places, views, borders."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any, NamedTuple

import numpy as np

from autograd_lite.errors import ArgumentValueError, KindError, ShapeError, describe

#: How many numbers of a batch are laid out as columns at a time: those of all images do not fit into the cache, and one
#: long matrix product is slower than several.
ELEMENTS = 150_000
#: And how many windows at least, so that Python does not take longer than BLAS.
LEAST = 1000
#: Up to how many windows an image is not cut into bands of rows.
WHOLE = 8000


class Span(NamedTuple):
    """How windows lie along one axis: `windows` of them, `stride` apart, each of `kernel` taps `dilation` apart."""

    size: int
    kernel: int
    stride: int
    dilation: int
    before: int
    after: int
    windows: int

    @property
    def extent(self) -> int:
        """From the first tap of a window to the last, both included."""
        return self.dilation * (self.kernel - 1) + 1

    @property
    def padded(self) -> int:
        return self.before + self.size + self.after

    def at(self, tap: int, first: int = 0, last: int | None = None) -> slice:
        """The places in the padded axis of one tap of the windows from `first` up to, but without, `last`."""
        start = tap * self.dilation
        stop = start + self.stride * ((self.windows if last is None else last) - 1) + 1
        return slice(start + self.stride * first, stop, self.stride)


def per_axis(name: str, what: str, value: Any, n: int, least: int) -> tuple[int, ...]:
    """An argument for n axes, one integer for all or one for each, none below `least`."""
    if type(value) is tuple and len(value) == n and all(type(v) is int and v >= least for v in value):
        return value
    given = (value,) * n if isinstance(value, int | np.integer) else value
    if isinstance(given, np.ndarray):
        given = given.tolist()
    # A bool is an int to Python, and no number of places.
    if not isinstance(given, Sequence) or not all(type(v) is int or isinstance(v, np.integer) for v in given):
        raise KindError(f"{name}: {what} is {describe(value)}; give an integer, or {n}, one for each axis.")
    if len(given) != n:
        raise ArgumentValueError(f"{name}: {what} is {value}; give one integer, or {n}, one for each axis.")
    if any(v < least for v in given):
        raise ArgumentValueError(f"{name}: {what} is {value}; it must be at least {least}.")
    return tuple(map(int, given))


def borders(name: str, padding: Any, kernel: Sequence[int], dilation: Sequence[int]) -> list[tuple[int, int]]:
    """What is added before and after each axis: given as numbers, as pairs, or as "same" or "valid"."""
    n = len(kernel)
    if isinstance(padding, str):
        if padding not in ("same", "valid"):
            raise ArgumentValueError(f"{name}: padding is {padding!r}; give 'same', 'valid' or integers.")
        totals = [d * (k - 1) if padding == "same" else 0 for k, d in zip(kernel, dilation, strict=True)]
        return [(total // 2, total - total // 2) for total in totals]
    if isinstance(padding, tuple | list) and any(isinstance(p, tuple | list) for p in padding):
        if len(padding) != n:
            raise ArgumentValueError(f"{name}: padding is {padding}; give {n} pairs, one for each axis.")
        return [(first, last) for first, last in (per_axis(name, "padding", pair, 2, 0) for pair in padding)]
    return [(p, p) for p in per_axis(name, "padding", padding, n, 0)]


def spans(
    name: str, sizes: Sequence[int], kernel: Any, stride: Any, padding: Any, dilation: Any, ceil: bool = False
) -> list[Span]:
    """The spans along axes of these sizes; `ceil` adds a last window that starts inside and ends outside.

    Raises `KindError` and `ArgumentValueError` for arguments that are no such numbers, and `ShapeError` where no
    window fits.
    """
    n = len(sizes)
    kernel = per_axis(name, "the kernel size", kernel, n, 1)
    stride = per_axis(name, "stride", stride, n, 1)
    dilation = per_axis(name, "dilation", dilation, n, 1)
    if padding == "same" and any(s != 1 for s in stride):
        raise ArgumentValueError(f"{name}: padding='same' goes with stride 1, and stride is {stride}. Give integers.")
    around = borders(name, padding, kernel, dilation)
    found = []
    for size, k, s, d, (before, after) in zip(sizes, kernel, stride, dilation, around, strict=True):
        free = before + size + after - d * (k - 1) - 1
        if free < 0:
            raise ShapeError(
                f"{name}: the kernel {kernel} with dilation {dilation} is larger than the input {tuple(sizes)} with "
                f"padding {padding}. Give a smaller kernel, a larger input, or padding."
            )
        count = free // s + 1
        if ceil and free % s and count * s < size + before:
            after += s - free % s
            count += 1
        found.append(Span(size, k, s, d, before, after, count))
    return found


def bordered(x: Any, along: Sequence[Span], value: Any = 0) -> Any:
    """x with the border that its last axes are to have."""
    if not any(s.before or s.after for s in along):
        return x
    lead = x.shape[: x.ndim - len(along)]
    out: Any = np.full((*lead, *(s.padded for s in along)), value, x.dtype)
    out[(..., *(slice(s.before, s.before + s.size) for s in along))] = x
    return out


def without_border(x: Any, along: Sequence[Span]) -> Any:
    """x without that border."""
    if not any(s.before or s.after for s in along):
        return x
    return x[(..., *(slice(s.before, s.before + s.size) for s in along))]


def taps(along: Sequence[Span]) -> Iterator[tuple[Any, ...]]:
    """For each tap of a window, first to last, the index of the places that the windows have it at."""
    for offsets in product(*(range(s.kernel) for s in along)):
        yield (..., *(s.at(i) for s, i in zip(along, offsets, strict=True)))


def windowed(x: Any, along: Sequence[Span]) -> Any:
    """A view of a bordered x: in the place of its last axes, one for the taps of each, then one for the windows."""
    n = x.ndim - len(along)
    steps = [x.strides[n + i] for i in range(len(along))]
    shape = (*x.shape[:n], *(s.kernel for s in along), *(s.windows for s in along))
    within = [step * s.dilation for step, s in zip(steps, along, strict=True)]
    between = [step * s.stride for step, s in zip(steps, along, strict=True)]
    return np.lib.stride_tricks.as_strided(x, shape, (*x.strides[:n], *within, *between), writeable=False)


def pieces(n: int, along: Sequence[Span], depth: int) -> Iterator[tuple[slice, slice]]:
    """A batch of n images in pieces: slices of images and of rows of windows, with columns of `depth` numbers."""
    rows, in_row = along[0].windows, math.prod(s.windows for s in along[1:])
    columns = max(LEAST, ELEMENTS // depth)
    whole = rows * in_row <= WHOLE
    images = max(1, columns // (rows * in_row)) if whole else 1
    height = rows if whole else max(1, columns // in_row)
    for i in range(0, n, images):
        for r in range(0, rows, height):
            yield slice(i, min(i + images, n)), slice(r, min(r + height, rows))
