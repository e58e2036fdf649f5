"""Elements moved about: flipped, rolled, rotated, tiled, padded, put on diagonals."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd_lite.compose import composed
from autograd_lite.convert import astype
from autograd_lite.define import op
from autograd_lite.errors import ArgumentValueError, UnsupportedError
from autograd_lite.graph import raw
from autograd_lite.guard import holds_node
from autograd_lite.ops.moves import sent_back
from autograd_lite.ops.shape import as_tensor

#: The modes of `pad` in which the result is linear in the array.
MODES = ("constant", "edge", "mean", "reflect", "symmetric", "wrap")


def _rotated(m: Any, k: int = 1, axes: Any = (0, 1)) -> Any:
    n = np.ndim(m)
    if n < 2:
        raise ValueError("expected an array of two or more dimensions")
    for axis in axes:
        if not -n <= axis < n:
            raise np.exceptions.AxisError(axis, n)
    return np.rot90(m, k, axes)


def _triangle(f: Any, m: Any, k: int) -> Any:
    if not np.ndim(m):
        raise ValueError("expected an array of one or more dimensions")
    return f(m, k)


def _rolled_back(g: Any, shift: Any, axis: Any = None) -> Any:
    return np.roll(g, tuple(-s for s in shift) if isinstance(shift, tuple | list) else -shift, axis)


def _untiled(g: Any, x: Any, reps: Any) -> Any:
    """The sum of the tiles."""
    times = np.ravel(reps).tolist()
    ndim = max(x.ndim, len(times))
    times, lengths = [1] * (ndim - len(times)) + times, (1,) * (ndim - x.ndim) + x.shape
    tiles = g.reshape([n for pair in zip(times, lengths, strict=True) for n in pair])
    return tiles.sum(axis=tuple(range(0, 2 * ndim, 2))).reshape(x.shape)


def _unrepeated(g: Any, x: Any, repeats: Any, axis: int | None = None) -> Any:
    """The sum over the copies of each element."""
    if np.size(repeats) != 1:
        return sent_back(g, np.repeat, x, repeats, axis=axis)
    n = int(np.ravel(repeats)[0])
    if axis is None or not x.ndim:
        return g.reshape((x.size, n)).sum(axis=1).reshape(x.shape)
    axis %= x.ndim
    return g.reshape((*x.shape[: axis + 1], n, *x.shape[axis + 1 :])).sum(axis=axis + 1)


def _padded(
    array: Any,
    pad_width: Any,
    mode: str = "constant",
    *,
    constant_values: Any = None,
    reflect_type: str | None = None,
    stat_length: Any = None,
) -> Any:
    given = {"constant_values": constant_values, "reflect_type": reflect_type, "stat_length": stat_length}
    return np.pad(array, pad_width, mode, **{k: v for k, v in given.items() if v is not None})  # type: ignore[call-overload]


def _checked(params: dict[str, Any]) -> dict[str, Any]:
    mode, reflected = params.get("mode", "constant"), params.get("reflect_type", "even")
    if mode not in MODES:
        raise UnsupportedError(f"pad: mode={mode!r} has no differentiable form here; the modes are {', '.join(MODES)}.")
    if reflected not in ("even", "odd"):
        raise ArgumentValueError(f"pad: reflect_type={reflected!r}: expected 'even' or 'odd'.")
    return params


def _pairs(ndim: int, widths: Any) -> list[tuple[int, int]]:
    """For each axis the numbers before and behind it, from any form that `pad` takes."""
    if isinstance(widths, dict):
        pairs = [(0, 0)] * ndim
        for axis, width in widths.items():
            pairs[axis] = width if isinstance(width, tuple) else (width, width)
        return pairs
    return [(int(a), int(b)) for a, b in np.broadcast_to(widths, (ndim, 2))]


def _unpadded(
    g: Any,
    x: Any,
    pad_width: Any,
    mode: str = "constant",
    constant_values: Any = None,
    reflect_type: str | None = None,
    stat_length: Any = None,
) -> Any:
    """The gradient of a padded array from the gradient with its padding."""
    pairs = _pairs(x.ndim, pad_width)
    if mode == "constant":
        return g[tuple(slice(before, before + n) for (before, _), n in zip(pairs, x.shape, strict=True))]
    if mode != "mean" and reflect_type != "odd":
        return sent_back(g, np.pad, x, pad_width, mode=mode)
    lengths = [None] * x.ndim if stat_length is None else [[pair] for pair in _pairs(x.ndim, stat_length)]
    for axis, (n, pair, length) in enumerate(zip(x.shape, pairs, lengths, strict=True)):
        # Along one axis, padding is the product with the padded unit matrix.
        unit = np.eye(n, dtype=raw(x).dtype)
        how = {"stat_length": [*length, (1, 1)]} if length else {} if mode == "mean" else {"reflect_type": reflect_type}
        matrix = np.pad(unit, [pair, (0, 0)], mode, **how)  # type: ignore[call-overload]
        g = (g.swapaxes(axis, -1) @ matrix).swapaxes(axis, -1)
    return g


def _on_diagonal(g: Any, x: Any, **which: Any) -> Any:
    """The gradient of a sum of diagonals, spread over them, at their place in x."""
    n = np.diagonal(raw(x), **which).shape[-1]
    return sent_back(np.broadcast_to(g.reshape((*g.shape, 1)), (*g.shape, n)), np.diagonal, x, **which)


def _undiagonal(g: Any, x: Any, k: int = 0) -> Any:
    return np.diagonal(g, k) if x.ndim == 1 else sent_back(g, np.diag, x, k)


# fmt: off
flip = op("flip", lambda m, axis=None: np.flip(m, axis), symbol="flip", numpy=[np.flip], partials=[
    ("1", lambda g, out, x, axis=None: np.flip(g, axis))])
fliplr = op("fliplr", lambda m: np.fliplr(m), symbol="fliplr", numpy=[np.fliplr], partials=[
    ("1", lambda g, out, x: np.fliplr(g))])
flipud = op("flipud", lambda m: np.flipud(m), symbol="flipud", numpy=[np.flipud], partials=[
    ("1", lambda g, out, x: np.flipud(g))])
rot90 = op("rot90", _rotated, symbol="rot90", numpy=[np.rot90], partials=[
    ("1", lambda g, out, x, k=1, axes=(0, 1): np.rot90(g, -k, axes))])
roll = op("roll", lambda a, shift, axis=None: np.roll(a, shift, axis), symbol="roll", numpy=[np.roll], partials=[
    ("1", lambda g, out, x, shift, axis=None: _rolled_back(g, shift, axis))])
tile = op("tile", lambda A, reps: np.tile(A, reps), symbol="tile", numpy=[np.tile], partials=[
    ("1", lambda g, out, x, reps: _untiled(g, x, reps))])
repeat = op("repeat", lambda a, repeats, axis=None: np.repeat(a, repeats, axis), symbol="repeat",
    numpy=[np.repeat], partials=[
    ("1", lambda g, out, x, repeats, axis=None: _unrepeated(g, x, repeats, axis))])
bordered = op("bordered", _padded, symbol="pad", prepare=_checked,
    doc="What `pad` does where the constants of the border are not tracked.", partials=[
    ("1", lambda g, out, x, **params: _unpadded(g, x, **params))])

tril = op("tril", lambda m, k=0: _triangle(np.tril, m, k), symbol="tril", numpy=[np.tril], partials=[
    (r"[j \le i + k]", lambda g, out, x, k=0: np.tril(g, k))])
triu = op("triu", lambda m, k=0: _triangle(np.triu, m, k), symbol="triu", numpy=[np.triu], partials=[
    (r"[j \ge i + k]", lambda g, out, x, k=0: np.triu(g, k))])
diag = op("diag", lambda v, k=0: np.diag(v, k), symbol="diag", numpy=[np.diag], partials=[
    ("[j = i + k]", lambda g, out, x, k=0: _undiagonal(g, x, k))])
diagflat = op("diagflat", lambda v, k=0: np.diagflat(v, k), symbol="diagflat", numpy=[np.diagflat], partials=[
    ("[j = i + k]", lambda g, out, x, k=0: np.diagonal(g, k).reshape(x.shape))])
diagonal = op("diagonal", lambda a, offset=0, axis1=0, axis2=1: np.diagonal(a, offset, axis1, axis2),
    symbol="diagonal", numpy=[np.diagonal], partials=[
    ("[j = i + k]", lambda g, out, x, **which: sent_back(g, np.diagonal, x, **which))])
trace = op("trace", lambda a, offset=0, axis1=0, axis2=1: np.trace(a, offset, axis1, axis2), symbol="tr",
    numpy=[np.trace], partials=[
    ("[j = i + k]", lambda g, out, x, **which: _on_diagonal(g, x, **which))])
diagonal_of_matrices = op("linalg.diagonal", lambda x, *, offset=0: np.linalg.diagonal(x, offset=offset),
    symbol="diagonal", numpy=[np.linalg.diagonal], doc="The diagonals of matrices, which are the last two axes.",
    partials=[
    ("[j = i + k]", lambda g, out, x, offset=0: sent_back(g, np.linalg.diagonal, x, offset=offset))])
trace_of_matrices = op("linalg.trace", lambda x, *, offset=0: np.linalg.trace(x, offset=offset), symbol="tr",
    numpy=[np.linalg.trace], doc="The sums of the diagonals of matrices, which are the last two axes.", partials=[
    ("[j = i + k]", lambda g, out, x, offset=0: _on_diagonal(g, x, offset=offset, axis1=-2, axis2=-1))])
# fmt: on


@composed("pad", np.pad, formula=r"\operatorname{pad}(x)")
def pad(
    array: Any,
    pad_width: Any,
    mode: Any = "constant",
    *,
    constant_values: Any = None,
    reflect_type: Any = None,
    stat_length: Any = None,
) -> Any:
    """The array with a border: constant, or made of its elements in the mode edge, mean, reflect, symmetric or wrap."""
    given = {"constant_values": constant_values, "reflect_type": reflect_type, "stat_length": stat_length}
    params = {k: v for k, v in given.items() if v is not None}
    if not holds_node([constant_values]) or mode != "constant":
        return bordered(array, pad_width, mode, **params)
    inside = bordered(array, pad_width)
    constants = as_tensor(constant_values, "pad").ravel()
    places = np.arange(1, constants.size + 1).reshape(np.shape(raw(constant_values)))
    border = np.pad(np.zeros(np.shape(raw(array)), int), pad_width, constant_values=places)
    values = astype(np.concatenate([np.zeros(1, constants.dtype), constants]), dtype=inside.dtype)
    return inside + values[border]
