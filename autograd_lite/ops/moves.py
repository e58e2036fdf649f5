"""The gradient of what moves elements about, found by watching where numbers go."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd_lite.graph import raw
from autograd_lite.ops.index import scatter_add


def sent_back(g: Any, move: Callable[..., Any], x: Any, *others: Any, **params: Any) -> Any:
    """The gradient of x from the gradient g of `move(x, *others, **params)`.

    `move` only moves elements: each element of its result is an element of x, or 0 where it is none. So
    it is shown the places of x, numbered from 1, and each element of g goes back to the place that the
    result has there. Elements that were repeated get the sum, and those that were dropped get 0.
    """
    shape = np.shape(raw(x))
    n = int(np.prod(shape))
    places = np.asarray(move(np.arange(1, n + 1).reshape(shape), *others, **params))
    return scatter_add(g.reshape(-1), index=places.reshape(-1), shape=(n + 1,))[1:].reshape(shape)
