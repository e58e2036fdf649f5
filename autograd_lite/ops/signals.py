"""Interpolation, convolution, integration and differences of sampled functions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from autograd_lite.compose import composed
from autograd_lite.convert import astype
from autograd_lite.define import op
from autograd_lite.errors import ArgumentError, describe
from autograd_lite.graph import Node, raw
from autograd_lite.ops.contraction import operand, place
from autograd_lite.ops.index import scatter_add
from autograd_lite.ops.shape import at_one_width


class _Segments(NamedTuple):
    """Where each x lies among the nodes of an interpolation."""

    #: The numbers of the nodes before and after x; of the first or last two nodes where x lies outside.
    first: Any
    last: Any
    #: The slope from the one to the other, 0 outside, and how far x has come, from 0 to 1.
    slope: Any
    share: Any
    #: Whether x lies before the first node, and behind the last.
    below: Any
    above: Any
    #: How often the period was taken off x, the node before and the node after it.
    turns: tuple[Any, Any, Any]


def _segments(x: Any, xp: Any, fp: Any, period: Any) -> _Segments:
    here, nodes, order = raw(x), raw(xp), np.arange(len(raw(xp)))
    if period is not None:
        span = abs(raw(period))
        span = span.reshape(()) if getattr(span, "ndim", 0) else span
        here, nodes = here % span, nodes % span
        order = np.argsort(nodes, kind="stable")
        order = np.concatenate([order[-1:], order, order[:1]])
        nodes = nodes[order]
        nodes[0], nodes[-1] = nodes[0] - span, nodes[-1] + span
    i = np.clip(np.searchsorted(nodes, here, side="right") - 1, 0, max(len(nodes) - 2, 0))
    j = np.minimum(i + 1, len(nodes) - 1)
    first, last = order[i], order[j]
    places = [x, xp[first], xp[last]]
    turns: list[Any] = [0, 0, 0]
    if period is not None:
        reduced = (here, nodes[i], nodes[j])
        turns = [np.rint((raw(p) - r) / span) for p, r in zip(places, reduced, strict=True)]
        places = [p - abs(period) * n for p, n in zip(places, turns, strict=True)]
    x, start, end = places
    # Between two nodes at one place, or with a single node, there is no slope.
    width = np.where(raw(end) == raw(start), 1.0, end - start)
    below, above = here < nodes[0], here > nodes[-1]
    slope = np.where(below | above, 0.0, (fp[last] - fp[first]) / width)
    share = np.where(below, 0.0, np.where(above, 1.0, (x - start) / width))
    return _Segments(first, last, slope, share, below, above, (turns[0], turns[1], turns[2]))


def _at_nodes(s: _Segments, at_first: Any, at_last: Any, n: int) -> Any:
    """The sum, for each of n nodes, of what belongs to it as the node before or after an x."""
    index = np.concatenate([np.ravel(s.first), np.ravel(s.last)])
    return scatter_add(np.concatenate([at_first.reshape(-1), at_last.reshape(-1)]), index=index, shape=(n,))


def _interp(x: Any, xp: Any, fp: Any, left: Any = None, right: Any = None, period: Any = None) -> Any:
    out = np.interp(x, xp, fp, left, right, period)
    # NumPy computes in float64 whatever it is given.
    width = np.result_type(*at_one_width((x, xp, fp)))
    return np.asarray(out).astype(width) if width.kind == "f" and width != np.float64 else out


def _interp_by_x(g: Any, out: Any, x: Any, xp: Any, fp: Any, left: Any, right: Any, period: Any) -> Any:
    return g * _segments(x, xp, fp, period).slope


def _interp_by_nodes(g: Any, out: Any, x: Any, xp: Any, fp: Any, left: Any, right: Any, period: Any) -> Any:
    s = _segments(x, xp, fp, period)
    return _at_nodes(s, g * s.slope * (s.share - 1), -g * s.slope * s.share, len(raw(xp)))


def _interp_by_values(g: Any, out: Any, x: Any, xp: Any, fp: Any, left: Any, right: Any, period: Any) -> Any:
    s = _segments(x, xp, fp, period)
    for given, outside in ((left, s.below), (right, s.above)):
        if given is not None:
            g = np.where(outside, 0.0, g)
    return _at_nodes(s, g * (1 - s.share), g * s.share, len(raw(fp)))


def _interp_by_period(g: Any, out: Any, x: Any, xp: Any, fp: Any, left: Any, right: Any, period: Any) -> Any:
    s = _segments(x, xp, fp, period)
    n, before, after = s.turns
    return -_summed(g * s.slope * (n - before * (1 - s.share) - after * s.share), period) * np.sign(raw(period))


def _summed(g: Any, number: Any) -> Any:
    """The gradient of a number, which NumPy takes in an array of one element too."""
    return g.sum().reshape(np.shape(raw(number)))


def _in_full(g: Any, x: Any, y: Any, later: bool = False) -> Any:
    """The gradient of a convolution in any mode as that of the one in full, with 0 for what was cut off.

    Mode "same" cuts off one place more at the end where they are odd in number, or at the start with `later`.
    """
    shorter, longer = sorted((np.size(raw(x)), np.size(raw(y))))
    n, full = g.shape[0], longer + shorter - 1
    if n == full:
        return g
    start = shorter - 1 if n == longer - shorter + 1 else (shorter - (0 if later else 1)) // 2
    return scatter_add(g, index=slice(start, start + n), shape=(full,))


def _convolve_by(g: Any, x: Any, y: Any) -> Any:
    """The gradient of x from that of convolve(x, y)."""
    full = _in_full(g, x, y)
    return (correlate(full, y) if getattr(y, "ndim", 0) else full * y).reshape(x.shape)


def _correlate_by_first(g: Any, out: Any, x: Any, y: Any, mode: str = "valid") -> Any:
    return convolve(_in_full(g, x, y, later=x.size < y.size), y, mode="valid")


def _correlate_by_second(g: Any, out: Any, x: Any, y: Any, mode: str = "valid") -> Any:
    return correlate(_in_full(g, x, y, later=x.size < y.size), x)[::-1]


# fmt: off
interp = op("interp", _interp, symbol="interp", numpy=[np.interp],
    doc="Linear interpolation between the points (xp, fp). At a node the slope is that of the segment to the right, "
        "at the last one that of the segment to the left.", partials=[
    (r"\frac{f_{j+1} - f_j}{x_{j+1} - x_j}", _interp_by_x),
    (r"-\frac{f_{j+1} - f_j}{x_{j+1} - x_j} (1 - t_j)", _interp_by_nodes),
    (r"1 - t_j, \quad t_j = \frac{x - x_j}{x_{j+1} - x_j}", _interp_by_values),
    ("[x < x_1]", lambda g, out, x, xp, fp, left, right, period:
        _summed(np.where(_segments(raw(x), raw(xp), raw(fp), raw(period)).below, g, 0.0), left)),
    ("[x > x_n]", lambda g, out, x, xp, fp, left, right, period:
        _summed(np.where(_segments(raw(x), raw(xp), raw(fp), raw(period)).above, g, 0.0), right)),
    (r"-\lfloor x / p \rfloor \frac{f_{j+1} - f_j}{x_{j+1} - x_j}", _interp_by_period)])
convolve = op("convolve", lambda a, v, mode="full": np.convolve(*at_one_width((a, v)), mode=mode), symbol="∗",  # type: ignore[call-overload]
    numpy=[np.convolve], partials=[
    (r"\sum_k \bar f_k \, y_{k - i}", lambda g, out, x, y, mode="full": _convolve_by(g, x, y)),
    (r"\sum_k \bar f_k \, x_{k - i}", lambda g, out, x, y, mode="full": _convolve_by(g, y, x))])
correlate = op("correlate", lambda a, v, mode="valid": np.correlate(*at_one_width((a, v)), mode=mode), symbol="⋆",  # type: ignore[call-overload]
    numpy=[np.correlate], partials=[
    (r"\sum_k \bar f_k \, y_{i - k}", _correlate_by_first),
    (r"\sum_k \bar f_k \, x_{i + k}", _correlate_by_second)])
# fmt: on


def _cut(x: Any, axis: int, start: int | None, stop: int | None) -> Any:
    """The places from start to stop along an axis."""
    return x[(slice(None),) * (axis % x.ndim) + (slice(start, stop),)]


@composed("trapezoid", np.trapezoid, "trapz", formula=r"\sum_i \frac{1}{2} (x_{i+1} - x_i) (y_i + y_{i+1})")
def trapezoid(y: Any, x: Any = None, dx: Any = 1.0, axis: int = -1) -> Any:
    y = operand(y, "trapezoid")
    axis = place(y, axis, "trapezoid")
    if x is not None:
        x = operand(x, "trapezoid")
        if x.ndim == 1:
            dx = (x[1:] - x[:-1]).reshape([-1 if a == axis else 1 for a in range(y.ndim)])
        else:
            dx = _cut(x, axis, 1, None) - _cut(x, axis, None, -1)
    return (dx * (_cut(y, axis, 1, None) + _cut(y, axis, None, -1)) / 2.0).sum(axis)


@composed("unwrap", np.unwrap, formula=r"x + k T,\ k \in \mathbb{Z}")
def unwrap(p: Any, discont: Any = None, axis: int = -1, *, period: Any = 2 * np.pi) -> Any:
    if isinstance(discont, Node) and discont.requires_grad:  # type: ignore[attr-defined]
        raise ArgumentError(f"unwrap: {describe(discont)}: there is no derivative by discont. Give a number.")
    p = operand(p, "unwrap")
    data, span = raw(p), raw(period)
    out = np.unwrap(data, raw(discont), axis, period=span)
    return p + period * np.rint((out - data) / span).astype(out.dtype)


@composed("gradient", np.gradient, formula=r"\frac{f_{i+1} - f_{i-1}}{x_{i+1} - x_{i-1}}")
def gradient(f: Any, *varargs: Any, axis: Any = None, edge_order: int = 1) -> Any:
    f = operand(f, "gradient")
    f = f if f.dtype.kind == "f" else astype(f, dtype=float)
    axes = range(f.ndim) if axis is None else axis if isinstance(axis, tuple | list) else (axis,)
    given = varargs * len(axes) if len(varargs) == 1 and not np.ndim(raw(varargs[0])) else varargs or (1.0,) * len(axes)
    if len(given) != len(axes) or len({a % f.ndim for a in axes}) < len(axes) or edge_order not in (1, 2):
        raise ValueError("invalid number of arguments, repeated axes or an edge_order other than 1 and 2")
    found = []
    for a, distance in zip(axes, given, strict=True):
        n = f.shape[a]
        if n < edge_order + 1:
            raise ValueError(f"along axis {a} there are fewer than edge_order + 1 elements")
        found.append(_differences(f, a, _steps(distance, n), edge_order))
    return found[0] if len(found) == 1 else tuple(found)


def _steps(distance: Any, n: int) -> Any:
    """The distance from each place to the next: one number where all are equal, else an array of n - 1."""
    if np.ndim(raw(distance)) == 0:
        return distance if isinstance(distance, Node) else float(distance)
    if np.shape(raw(distance)) != (n,):
        raise ValueError("distances must be numbers, or match the length of their axis")
    x = operand(distance, "gradient")
    x = x if x.dtype.kind == "f" else astype(x, dtype=float)
    steps = x[1:] - x[:-1]
    # By a tracked place there is a derivative even where all steps are equal.
    tracked = isinstance(x, Node) and x.requires_grad  # type: ignore[attr-defined]
    return steps if tracked or (raw(steps) != raw(steps)[0]).any() else float(raw(steps)[0])


def _differences(f: Any, axis: int, steps: Any, edge_order: int) -> Any:
    """The derivative along one axis: central differences, and of the given order at the ends."""
    axis %= f.ndim
    n = f.shape[axis]

    def at(start: int, stop: int) -> Any:
        return _cut(f, axis, start, stop)

    if np.ndim(raw(steps)) == 0:
        inner = (at(2, n) - at(0, n - 2)) / (2.0 * steps)
        first = last = (steps, None)
    else:
        shape = [-1 if a == axis else 1 for a in range(f.ndim)]
        before, after = steps[:-1].reshape(shape), steps[1:].reshape(shape)
        inner = (
            -after / (before * (before + after)) * at(0, n - 2)
            + (after - before) / (before * after) * at(1, n - 1)
            + before / (after * (before + after)) * at(2, n)
        )
        first, last = (steps[0], steps[min(1, n - 2)]), (steps[-1], steps[max(-2, 1 - n)])
    start = _end([at(i, i + 1) for i in range(edge_order + 1)], *first)
    # Read backwards, the last places are the first, and the distances are negative.
    h, k = last
    ending = [at(n - 1 - i, n - i) for i in range(edge_order + 1)]
    end = _end(ending, -h, k if k is None else -k, backwards=True)
    out = np.concatenate([start, inner, end], axis)
    return out if out.dtype == f.dtype else astype(out, dtype=f.dtype)


def _end(f: Sequence[Any], h: Any, k: Any, backwards: bool = False) -> Any:
    """The derivative at the first of two or three places, from the values there and the distances h and k between.

    Without k the distances are equal. The terms are added in the order of the places, whichever is the first.
    """
    if len(f) == 2:
        return (f[1] - f[0]) / h
    if k is None:
        weights = (-1.5 / h, 2.0 / h, -0.5 / h)
    else:
        weights = (-(2.0 * h + k) / (h * (h + k)), (h + k) / (h * k), -h / (k * (h + k)))
    x, y, z = [w * value for w, value in zip(weights, f, strict=True)]
    return z + y + x if backwards else x + y + z
