"""Pools: windows of signals and images to single numbers, and back to more of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from autograd_lite.define import op
from autograd_lite.errors import ArgumentValueError, DtypeError, ShapeError
from autograd_lite.graph import Node, raw
from autograd_lite.ops.index import scatter_add
from autograd_lite.ops.windows import Span, bordered, per_axis, spans, taps, without_border


def _last(name: str, x: Any, what: Any, most: int | None = None) -> tuple[int, ...]:
    """The lengths of the last axes: as many as `what` has numbers, and all but the first two for a single one."""
    n = np.ndim(x) - 2 if isinstance(what, int | np.integer) else np.size(what)
    if not 1 <= n <= min(np.ndim(x), most or np.ndim(x)):
        expected = "(batch, channels, length) or (batch, channels, height, width)"
        raise ShapeError(f"{name}: x has shape {np.shape(x)}; expected such as {expected}.")
    return tuple(x.shape[x.ndim - n :])


def _check_floats(name: str, x: Any) -> None:
    if not np.issubdtype(x.dtype, np.floating):
        raise DtypeError(f"{name}: x is of {x.dtype}; expected floats. Convert with .astype(float).")


def _along(
    name: str,
    x: Any,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    dilation: Any = 1,
    ceil_mode: bool = False,
) -> list[Span]:
    """The spans of a pool: over as many axes as `kernel_size` has numbers, else over all but the first two."""
    sizes = _last(name, x, kernel_size)
    n = len(sizes)
    _check_floats(name, x)
    around = per_axis(name, "padding", padding, n, 0)
    kernel = per_axis(name, "kernel_size", kernel_size, n, 1)
    step = kernel if stride is None else per_axis(name, "stride", stride, n, 1)
    if any(2 * p > k for p, k in zip(around, kernel, strict=True)):
        raise ArgumentValueError(f"{name}: padding {around} is more than half of the kernel {kernel}.")
    return spans(name, sizes, kernel, step, around, dilation, ceil_mode)


def _max_pool(
    x: Any, kernel_size: Any, stride: Any = None, padding: Any = 0, dilation: Any = 1, ceil_mode: bool = False
) -> Any:
    along = _along("max_pool", x, kernel_size, stride, padding, dilation, ceil_mode)
    return _reduced(np.maximum, bordered(x, along, -np.inf), along)


def _reduced(f: np.ufunc, x: Any, along: Sequence[Span]) -> Any:
    """The windows of a bordered x, each reduced by f: axis after axis, a slice for each tap.

    For windows of 2 x 2 it takes a tenth to a thirtieth of the time of a reduction over two axes.
    """
    for i, s in enumerate(along):
        behind = (slice(None),) * (len(along) - i - 1)
        first, *others = (x[(..., s.at(tap), *behind)] for tap in range(s.kernel))
        x = f(first, others[0]) if others else first.copy()
        for part in others[1:]:
            f(x, part, out=x)
    return x


def _winners(x: Any, out: Any, along: Sequence[Span]) -> Iterator[tuple[Any, Any]]:
    """For each tap its places in the bordered x, and at which windows it is the first maximum."""
    x = bordered(x, along, -np.inf)
    free = np.ones(out.shape, bool)
    nan = np.isnan(out).any()
    *before, last = taps(along)
    for tap in before:
        won = x[tap] == out
        if nan:
            won |= np.isnan(x[tap])
        won &= free
        free ^= won
        yield tap, won
    yield last, free


def _max_pool_back(g: Any, out: Any, x: Any, kernel_size: Any, **params: Any) -> Any:
    along = _along("max_pool", raw(x), kernel_size, **params)
    return _sent_to(((tap, won) for tap, won in _winners(raw(x), raw(out), along)), g, x, along)


def _sent_to(shares: Iterator[tuple[Any, Any]], g: Any, x: Any, along: Sequence[Span]) -> Any:
    """The sum, over the taps, of g times the share of each, put where the windows have the tap."""
    shape = (*x.shape[: x.ndim - len(along)], *(s.padded for s in along))
    if isinstance(g, Node):
        sent = [scatter_add(g * share, index=tap, shape=shape) for tap, share in shares]
        return without_border(sum(sent[1:], sent[0]), along)
    back = np.zeros(shape, g.dtype)
    if all(s.stride >= s.extent for s in along):
        # Windows apart from each other have each place once.
        for tap, share in shares:
            np.multiply(g, share, out=back[tap])
    else:
        for tap, share in shares:
            back[tap] += g * share
    return without_border(back, along)


def _avg_pool(
    x: Any,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> Any:
    along = _along("avg_pool", x, kernel_size, stride, padding, 1, ceil_mode)
    out = _reduced(np.add, bordered(x, along), along)
    out /= _counts(along, padding, count_include_pad, divisor_override).astype(out.dtype)
    return out


def _counts(along: Sequence[Span], padding: Any, count_include_pad: bool, divisor_override: Any) -> Any:
    """By how much the sum of each window is divided; of a window that reaches out of the border, the part inside."""
    if divisor_override is not None:
        [divisor] = per_axis("avg_pool", "divisor_override", (divisor_override,), 1, 1)
        return np.array(divisor)
    around = per_axis("avg_pool", "padding", padding, len(along), 0)
    counts: Any = np.ones(())
    for s, p in zip(along, around, strict=True):
        start = np.arange(s.windows) * s.stride - p
        first, last = (-p, s.size + p) if count_include_pad else (0, s.size)
        inside = np.minimum(start + s.kernel, last) - np.maximum(start, first)
        counts = counts[..., None] * inside
    return counts


def _avg_pool_back(
    g: Any,
    out: Any,
    x: Any,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> Any:
    along = _along("avg_pool", raw(x), kernel_size, stride, padding, 1, ceil_mode)
    share = 1.0 / _counts(along, padding, count_include_pad, divisor_override)
    share = share.astype(raw(g).dtype)
    return _sent_to(((tap, share) for tap in taps(along)), g, x, along)


def _adaptive(name: str, x: Any, output_size: Any) -> list[Any]:
    """For each axis that is pooled, the matrix that makes its means: output places by input places."""
    n = np.ndim(x) - 2 if isinstance(output_size, int | np.integer) else np.size(output_size)
    if not 1 <= n <= min(np.ndim(x), 2):
        raise ShapeError(
            f"{name}: x has shape {np.shape(x)}; expected (batch, channels, length) or (..., height, width)."
        )
    sizes = x.shape[x.ndim - n :]
    if isinstance(output_size, tuple | list):
        output_size = [size if wanted is None else wanted for size, wanted in zip(sizes, output_size, strict=True)]
    matrices = []
    for size, count in zip(sizes, per_axis(name, "output_size", output_size, len(sizes), 1), strict=True):
        if not size:
            raise ShapeError(f"{name}: x has shape {x.shape}: an axis without elements has no means.")
        starts = np.arange(count) * size // count
        stops = -(-np.arange(1, count + 1) * size // count)
        places = np.arange(size)
        inside = (places >= starts[:, None]) & (places < stops[:, None])
        matrices.append((inside / (stops - starts)[:, None]).astype(x.dtype))
    return matrices


def _adaptive_avg_pool(x: Any, output_size: Any) -> Any:
    if not np.issubdtype(np.asarray(x).dtype, np.floating):
        raise DtypeError(
            f"adaptive_avg_pool: x is {np.asarray(x).dtype}; expected floats. Convert with .astype(float)."
        )
    *rows, columns = _adaptive("adaptive_avg_pool", x, output_size)
    x = x @ columns.T
    return rows[0] @ x if rows else x


def _adaptive_avg_pool_back(g: Any, out: Any, x: Any, output_size: Any) -> Any:
    *rows, columns = _adaptive("adaptive_avg_pool", raw(x), output_size)
    g = g @ columns
    return rows[0].T @ g if rows else g


def _sources(name: str, x: Any, size: Any, scale_factor: Any) -> list[Any]:
    """For each of the last axes, the place in x that each place in the result is a copy of."""
    n = np.ndim(x) - 2 if isinstance(size, int | np.integer) else np.size(size)
    if not 1 <= n <= np.ndim(x):
        raise ShapeError(
            f"{name}: x has shape {np.shape(x)}; expected (batch, channels, ...) and {max(n, 1)} axes more."
        )
    counts = per_axis(name, "size", size, n, 1)
    lengths = x.shape[x.ndim - n :]
    if 0 in lengths:
        raise ShapeError(f"{name}: x has shape {x.shape}: there is nothing to copy from an axis without elements.")
    if scale_factor is None:
        steps = [length / count for length, count in zip(lengths, counts, strict=True)]
    else:
        steps = [
            1.0 / f for f in (scale_factor if isinstance(scale_factor, tuple | list) else (scale_factor,) * len(counts))
        ]
    # PyTorch's precision: where a product is close to an integer, another one gives another place.
    real: Any = np.float64 if scale_factor is None and x.dtype == np.float64 else np.float32
    return [
        np.minimum((np.arange(count, dtype=real) * real(step)).astype(int), length - 1)
        for length, count, step in zip(lengths, counts, steps, strict=True)
    ]


def _upsample(x: Any, size: Any, scale_factor: Any = None) -> Any:
    for axis, source in enumerate(reversed(_sources("upsample", x, size, scale_factor)), 1):
        x = np.take(x, source, axis=-axis)
    return x


def _upsample_back(g: Any, out: Any, x: Any, size: Any, scale_factor: Any = None) -> Any:
    sources = _sources("upsample", raw(x), size, scale_factor)
    lengths = x.shape[x.ndim - len(sources) :]
    if all(_repeats(source, length) for source, length in zip(sources, lengths, strict=True)):
        split = [n for source, length in zip(sources, lengths, strict=True) for n in (length, len(source) // length)]
        lead = x.shape[: x.ndim - len(sources)]
        return g.reshape((*lead, *split)).sum(axis=tuple(range(len(lead) + 1, len(lead) + len(split), 2)))
    return scatter_add(g, index=(..., *np.ix_(*sources)), shape=x.shape)


def _repeats(source: Any, length: int) -> bool:
    """Whether each place is copied equally often, one after the other."""
    times, rest = divmod(len(source), length)
    return rest == 0 and np.array_equal(source, np.repeat(np.arange(length), times))


def _as_tuples(params: dict[str, Any]) -> dict[str, Any]:
    return {k: tuple(v) if isinstance(v, list) else v for k, v in params.items()}


# fmt: off
max_pool = op("max_pool", _max_pool, symbol="max pool", prepare=_as_tuples,
    doc="The largest element of each window over the last axes. The first of equal ones has the gradient.", partials=[
    (r"[x_i = f_k]", _max_pool_back)])
avg_pool = op("avg_pool", _avg_pool, symbol="avg pool", prepare=_as_tuples,
    doc="The mean of each window over the last axes.", partials=[
    (r"\frac{1}{n}", _avg_pool_back)])
adaptive_avg_pool = op("adaptive_avg_pool", _adaptive_avg_pool, symbol="avg pool", prepare=_as_tuples,
    doc="Means of as many windows, as equal as can be, as the result is to have places.", partials=[
    (r"\frac{1}{n}", _adaptive_avg_pool_back)])
upsample = op("upsample", _upsample, symbol="upsample", prepare=_as_tuples,
    doc="Signals and images of another size, in which each element is a copy of the nearest one of x.", partials=[
    ("1", _upsample_back)])
# fmt: on
