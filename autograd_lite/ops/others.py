"""NumPy's functions that are no operations: those without a gradient by nature, and those that are refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autograd_lite.define import in_numpy

#: Their results do not depend on the numbers smoothly, if at all: they are given detached data, and arrays
#: in what they give are untracked Tensors.
PASSING: frozenset[Callable[..., Any]] = frozenset(in_numpy([
    "shape", "ndim", "size", "result_type", "can_cast", "iscomplexobj", "isrealobj", "allclose", "array_equal",
    "isclose", "zeros_like", "ones_like", "array_repr", "array_str", "array2string", "count_nonzero",
]))  # fmt: skip

#: What is refused, with what to use instead.
REFUSED: dict[str, str] = {}


def instead(name: str) -> str:
    """What an error says of a function that is refused."""
    return REFUSED.get(
        name,
        "it has no differentiable form here. Write it with operations that have one, define it with autograd_lite.op, "
        "or give it detached data: np.asarray(t)",
    )
