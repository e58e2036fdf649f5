"""Each operation of a graph held against differences on its own, at the values that it saw."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from autograd_lite.backward import unbroadcast
from autograd_lite.errors import GradientError
from autograd_lite.gradcheck.judge import Judgement, Tolerance, judge
from autograd_lite.gradcheck.kinds import kind_of, kind_of_shape
from autograd_lite.gradcheck.lines import DOUBLE, Line, Precision, Vector, noise_of, size_of
from autograd_lite.gradcheck.replay import forward
from autograd_lite.gradcheck.report import Culprit, Entry
from autograd_lite.gradcheck.subject import NO_VALUE
from autograd_lite.graph import Node

#: An argument with more elements is searched by halves for those that are wrong.
SEARCHED = 2000
#: With more, directions come first, and single elements only where these fail.
LARGE = 12
#: How many wrong elements such a search finds.
FOUND = 5
CLOSE = Tolerance(1e-7, 0.0)


@dataclass
class Local:
    """An operation as a function of one of its arguments, the others as they were.

    `g` is a random gradient of the result; `rule` gives that of the argument from it, raw and in
    the shape in which the rule gives it. `each`: each element of the result depends on one of `x`.
    """

    node: Node
    argument: int
    x: Any
    g: Any
    function: Callable[[Any], Any]
    rule: Callable[[Any], Any]
    each: bool
    values: tuple[Any, ...] = ()

    def weighted(self, x: Any, g: Any = None) -> Vector:
        """The result times its gradient, summed over what belongs to no single element of x."""
        try:
            out = np.asarray(self.function(x), float)
        except NO_VALUE:
            out = np.full(np.shape(self.g), np.nan)
        products = out * (self.g if g is None else g)
        if self.each:
            return np.reshape(unbroadcast(products, np.shape(x)), -1)
        return np.array([products.sum()])

    @cached_property
    def grain(self) -> Vector:
        """The noise of `weighted`."""
        move = np.random.default_rng(0).choice([-1.0, 1.0], np.shape(self.x)) * size_of(self.x)
        seen = [v for v in (*self.values, self.node._data, self.g) if isinstance(v, float | np.ndarray)]
        most = max(float(np.max(np.abs(v), initial=0.0)) for v in seen if np.asarray(v).dtype.kind in "fiub")
        noise = noise_of(lambda t: self.weighted(self.x + t * move), DOUBLE)
        grain: Vector = np.fmin(noise, 1e4 * DOUBLE.eps * most)
        return grain

    def gradient(self, g: Any = None) -> Any:
        """What the rule gives, in the shape of the argument. Raises `GradientError` where it has another."""
        given = self.rule(self.g if g is None else g)
        if not isinstance(given, np.ndarray):
            given = np.asarray(given, dtype=float)
        name = self.node._op.name if self.node._op else ""
        return np.array(unbroadcast(given, np.shape(self.x), name, self.argument), dtype=float)


def locals_of(graph: list[Node], leaves: set[Node], seed: int) -> Iterator[Local]:
    """Every argument of every operation through which a gradient flows to a leaf, in topological order."""
    rng = np.random.default_rng(seed)
    flowing = set(leaves)
    for node in graph:
        if node in leaves or node._op is None:
            continue
        wanted = [i for i, p in enumerate(node._inputs) if p in flowing]
        if wanted:
            flowing.add(node)
            for i in wanted:
                local = _local(node, i, rng)
                if local is not None:
                    yield local


def doubled(value: Any) -> Any:
    """Narrow floats in float64."""
    return value.astype(float) if isinstance(value, np.ndarray) and value.dtype.kind == "f" else value


def rule_of(node: Node, i: int) -> Any:
    """The rule of one argument of a node; None where it has none."""
    op = node._op
    assert op is not None
    return op.rules_for(len(node._values))[i]


def _local(node: Node, i: int, rng: Any) -> Local | None:
    op, rule = node._op, rule_of(node, i)
    assert op is not None
    if rule is None or op.name == "astype":
        return None
    plain = node.holds is float
    values = tuple(v if plain else doubled(v) for v in node._values)
    out: Any = forward(node, values)
    out = float(out) if plain else np.asarray(out)
    g: Any = rng.uniform(0.5, 1.5, np.shape(out)) * rng.choice([-1.0, 1.0], np.shape(out))

    def function(x: Any) -> Any:
        return forward(node, (*values[:i], x, *values[i + 1 :]))

    def pulled(g: Any) -> Any:
        g = float(g) if plain else np.asarray(g)
        return rule(g, out, *values, **(node._params or {}))

    x = np.asarray(values[i], dtype=float)
    # NumPy's `matmul` is a ufunc too, of whole rows and columns.
    each = op.elementwise and getattr(op.forward, "signature", None) is None
    return Local(node, i, x, g, function, pulled, each, values)


def blamed(local: Local, precision: Precision = DOUBLE) -> Culprit | None:
    """The operation as a culprit, where its rule is wrong; None where it agrees with differences."""
    with np.errstate(all="ignore"):
        try:
            c = local.gradient()
        except GradientError:
            return _culprit(local, kind_of_shape(np.shape(local.rule(local.g)), np.shape(local.x)))
        tolerance = Tolerance(max(CLOSE.rtol, 10 * precision.eps), 0.0)
        if local.each:
            numeric, wrong = _elementwise(local, c, tolerance)
        else:
            numeric, wrong = _others(local, c, tolerance)
        if not wrong.any():
            return None
        return _culprit(local, kind_of(local, c, numeric, wrong), c, numeric, wrong)


def _culprit(local: Local, kind: str, c: Any = None, numeric: Any = None, wrong: Any = None) -> Culprit:
    node = local.node
    name = node._op.name if node._op else ""
    found = Culprit(node, name, local.argument, kind, np.shape(node._data), name=node.name)
    if c is not None:
        off = np.where(wrong, np.abs(c - numeric) / (np.abs(numeric) + 1e-3 * np.nanmax(np.abs(numeric)) + 1e-300), -1)
        off = np.nan_to_num(off, nan=np.inf).reshape(-1)
        for k in np.argsort(-off, kind="stable")[: min(10, int(wrong.sum()))]:
            at = tuple(int(n) for n in np.unravel_index(k, c.shape)) if c.shape else ()
            found.entries.append(Entry(at, float(c[at]), float(numeric[at])))
        found.wrong, found.size = int(wrong.sum()), int(np.size(c))
    return found


def _elementwise(local: Local, c: Any, tolerance: Tolerance) -> tuple[Any, Any]:
    """All elements at once, by one step of the whole argument."""
    x = local.x
    base = local.weighted(x)
    flat, step = c.reshape(-1), 1e-5 * np.maximum(1.0, np.abs(x))
    numeric = (local.weighted(x + step) - local.weighted(x - step)) / (2 * step).reshape(-1)
    gaps = np.abs(flat - numeric) / np.maximum(np.abs(flat), np.abs(numeric))
    wrong = ~((gaps <= tolerance.rtol) | (flat == numeric)) & np.isfinite(base) & np.isfinite(x).reshape(-1)
    suspects = np.flatnonzero(wrong)
    # Of many the worst: where these are right, the others are.
    chosen = suspects[np.argsort(-np.nan_to_num(gaps[suspects], nan=np.inf), kind="stable")[:SEARCHED]]
    still = np.ones(chosen.size, dtype=bool)
    for scale in (np.maximum(1.0, np.abs(x)), np.where(x == 0, 1.0, np.abs(x))):
        if not still.any():
            break
        lengths, precision = scale.reshape(-1)[chosen], replace(DOUBLE, grain=local.grain[chosen])
        line = _stretched(local, scale, chosen)
        found = judge(line, base[chosen], 0.0, flat[chosen] * lengths, tolerance, precision)
        numeric[chosen] = np.where(still, found.difference / lengths, numeric[chosen])
        still &= found.denies(flat[chosen] * lengths) & ~found.jump
    wrong &= ~(gaps <= 1e-3) & still.any()
    wrong[chosen] = still
    return numeric.reshape(x.shape), wrong.reshape(x.shape)


def _stretched(local: Local, scale: Any, known: Any) -> Line:
    return lambda t: local.weighted(local.x + t * scale)[known]


def _along(local: Local, move: Any) -> Line:
    return lambda t: local.weighted(local.x + t * move)


def _directional(local: Local, c: Any, move: Any, tolerance: Tolerance) -> Judgement:
    precision, slope = replace(DOUBLE, grain=local.grain), np.array([np.sum(c * move)])
    return judge(_along(local, move), local.weighted(local.x), 0.0, slope, tolerance, precision)


def _others(local: Local, c: Any, tolerance: Tolerance) -> tuple[Any, Any]:
    """Directions first where there are many elements, then one element after the other, or a search for them."""
    x = local.x
    no = np.zeros(x.shape, dtype=bool)
    if not np.isfinite(local.weighted(x)).all():
        return c, no
    if x.size > LARGE:
        rng = np.random.default_rng(0)
        seen = np.isfinite(x)
        typical = float(np.sqrt(np.mean(x * x, where=seen))) or 1.0
        for sizes in (np.maximum(1.0, np.abs(x)), np.where(x == 0, typical, np.abs(x)), np.full(x.shape, typical)):
            move = np.where(seen, rng.choice([-1.0, 1.0], x.shape) * rng.uniform(0.5, 1.0, x.shape) * sizes, 0.0)
            if _directional(local, c, move, Tolerance(1e-10, 0.0)).wrong.any():
                break
        else:
            return c, no
    if x.size > SEARCHED:
        return _searched(local, c, tolerance, move)
    numeric, wrong = c.copy(), no
    for index in zip(*np.nonzero(np.isfinite(x)), strict=True) if x.ndim else [()]:
        numeric[index], wrong[index] = _entry(local, c, index, tolerance)
    return numeric, wrong


def _entry(local: Local, c: Any, index: tuple[int, ...], tolerance: Tolerance) -> tuple[float, bool]:
    """The derivative by one element, and whether the gradient is wrong there."""
    move = np.zeros(local.x.shape)
    move[index] = 1.0
    precision, base = replace(DOUBLE, grain=local.grain), local.weighted(local.x)
    found = judge(_along(local, move), base, float(local.x[index]), np.array([c[index]]), tolerance, precision)
    return float(found.difference[0]), bool((found.denies(np.array([c[index]])) & ~found.jump)[0])


def _searched(local: Local, c: Any, tolerance: Tolerance, move: Any) -> tuple[Any, Any]:
    """The elements found by halving, again and again, a direction that fails."""
    numeric, wrong = c.copy(), np.zeros(c.shape, dtype=bool)
    left = move.copy()
    for _ in range(FOUND):
        k = halved(lambda part: _gap(local, c, left, part), c.size)
        index = tuple(int(n) for n in np.unravel_index(k, c.shape))
        numeric[index], wrong[index] = _entry(local, c, index, tolerance)
        left[index] = 0.0
        if not _directional(local, c, left, Tolerance(1e-10, 0.0)).wrong.any():
            break
    return numeric, wrong


def _gap(local: Local, c: Any, move: Any, part: slice) -> float:
    """How far gradient and difference are apart along a part of a direction."""
    some = np.zeros(move.size)
    some[part] = move.reshape(-1)[part]
    some = some.reshape(move.shape)
    h = 1e-4
    numeric = local.weighted(local.x + h * some) - local.weighted(local.x - h * some)
    return abs(float(numeric[0]) / (2 * h) - float(np.sum(c * some)))


def halved(gap: Callable[[slice], float], size: int) -> int:
    """The element at which a gap between two sums is, by looking at one half after the other."""
    low, high = 0, size
    while high - low > 1:
        middle = (low + high) // 2
        if gap(slice(low, middle)) >= gap(slice(middle, high)):
            high = middle
        else:
            low = middle
    return low
