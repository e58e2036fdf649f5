"""Products of vectors and matrices."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd_lite.define import op
from autograd_lite.ops.shape import at_one_width


def _matrices(g: Any, x: Any, y: Any) -> tuple[Any, Any, Any]:
    """The three arrays of out = x @ y, a vector x as a row and a vector y as a column."""
    if y.ndim == 1:
        y = y.reshape((-1, 1))
        g = g.reshape((*g.shape, 1))
    if x.ndim == 1:
        x = x.reshape((1, -1))
        g = g.reshape((*g.shape[:-1], 1, g.shape[-1]))
    return g, x, y


def _matmul_by_first(g: Any, out: Any, x: Any, y: Any) -> Any:
    g, _, y = _matrices(g, x, y)
    return g @ y.swapaxes(-1, -2)


def _matmul_by_second(g: Any, out: Any, x: Any, y: Any) -> Any:
    g, rows, _ = _matrices(g, x, y)
    c = rows.swapaxes(-1, -2) @ g
    return c.reshape(c.shape[:-1]) if y.ndim == 1 else c


def _dot_by_first(g: Any, out: Any, x: Any, y: Any) -> Any:
    if _is_number(x) or _is_number(y):
        return g * y
    columns = _columns(y)
    return (g.reshape((math.prod(x.shape[:-1]), columns.shape[1])) @ columns.T).reshape(x.shape)


def _dot_by_second(g: Any, out: Any, x: Any, y: Any) -> Any:
    if _is_number(x) or _is_number(y):
        return g * x
    order = _inner_first(y)
    n, *others = [y.shape[i] for i in order]
    count = math.prod(x.shape[:-1])
    c = x.reshape((count, n)).T @ g.reshape((count, math.prod(others)))
    # The summed axis of y stood first in c and goes back to its place.
    return c.reshape((n, *others)).transpose([order.index(i) for i in range(y.ndim)])


def _is_number(x: Any) -> bool:
    """Whether x is a Python number or has no axes."""
    return not getattr(x, "ndim", 0)


def _inner_first(y: Any) -> list[int]:
    """The axes of the second factor, the one over which dot sums in front."""
    inner = max(y.ndim - 2, 0)
    return [inner, *[i for i in range(y.ndim) if i != inner]]


def _columns(y: Any) -> Any:
    """y as a matrix whose first axis is the one over which dot sums."""
    order = _inner_first(y)
    n, *others = [y.shape[i] for i in order]
    return y.transpose(order).reshape((n, math.prod(others)))


def _outer_by_first(g: Any, out: Any, x: Any, y: Any) -> Any:
    return (g * y if _is_number(y) else g @ y.reshape(-1)).reshape(x.shape)


def _outer_by_second(g: Any, out: Any, x: Any, y: Any) -> Any:
    return (x * g if _is_number(x) else x.reshape(-1) @ g).reshape(y.shape)


# fmt: off
matmul = op("matmul", np.matmul, symbol="@", elementwise=False, partials=[
    (r"\bar f \, y^T", _matmul_by_first),
    (r"x^T \bar f", _matmul_by_second)])
dot = op("dot", lambda a, b: np.dot(*at_one_width((a, b))), symbol="·", numpy=[np.dot], partials=[
    (r"\bar f \, y^T", _dot_by_first),
    (r"x^T \bar f", _dot_by_second)])
outer = op("outer", lambda a, b: np.outer(*at_one_width((a, b))), symbol="⊗", numpy=[np.outer], partials=[
    (r"\bar f \, y", _outer_by_first),
    (r"x \bar f", _outer_by_second)])
