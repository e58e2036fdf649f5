"""Products of vectors and matrices."""

from typing import Any

import numpy as np

from autograd_lite.operation import op


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
    if x.ndim == 0 or y.ndim == 0:
        return g * y
    return (g.reshape((-1, y.size // y.shape[_inner(y)])) @ _columns(y).T).reshape(x.shape)


def _dot_by_second(g: Any, out: Any, x: Any, y: Any) -> Any:
    if x.ndim == 0 or y.ndim == 0:
        return g * x
    n = x.shape[-1]
    c = x.reshape((-1, n)).T @ g.reshape((-1, y.size // n))
    # The summed axis of y stood first in c and goes back to its place.
    at = _inner(y)
    others = [i for i in range(y.ndim) if i != at]
    c = c.reshape((n, *[y.shape[i] for i in others]))
    return c.transpose([([at, *others]).index(i) for i in range(y.ndim)])


def _inner(y: Any) -> int:
    """The axis of the second factor over which dot sums."""
    return max(y.ndim - 2, 0)


def _columns(y: Any) -> Any:
    """y as a matrix whose first axis is the one over which dot sums."""
    at = _inner(y)
    return y.transpose([at, *[i for i in range(y.ndim) if i != at]]).reshape((y.shape[at], -1))


# fmt: off
matmul = op("matmul", np.matmul, symbol="@", elementwise=False, partials=[
    (r"\bar f \, y^T", _matmul_by_first),
    (r"x^T \bar f", _matmul_by_second)])
dot = op("dot", lambda a, b: np.dot(a, b), symbol="·", numpy=[np.dot], partials=[
    (r"\bar f \, y^T", _dot_by_first),
    (r"x^T \bar f", _dot_by_second)])
outer = op("outer", lambda a, b: np.outer(a, b), symbol="⊗", numpy=[np.outer], partials=[
    (r"\bar f \, y", lambda g, out, x, y: (g @ y.reshape(-1)).reshape(x.shape)),
    (r"x \bar f", lambda g, out, x, y: (x.reshape(-1) @ g).reshape(y.shape))])
