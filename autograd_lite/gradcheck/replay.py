"""The recorded graph run again on other numbers, node by node."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd_lite.gradcheck.lines import Vector
from autograd_lite.graph import Node, raw

if TYPE_CHECKING:
    from autograd_lite.gradcheck.subject import Subject

#: Operations whose forward functions are analytic on complex numbers: no absolute values, no comparisons.
# fmt: off
ANALYTIC = frozenset({
    "identity", "tensor", "value", "add", "subtract", "multiply", "true_divide", "divide", "negative",
    "positive", "square", "reciprocal", "exp", "exp2", "expm1", "log", "log2", "log10",
    "log1p", "sqrt", "sin", "cos", "tan", "sinh", "cosh", "tanh", "arctan",
    "arcsinh", "sum", "mean", "prod", "cumsum", "cumprod", "matmul", "dot", "inner",
    "outer", "tensordot", "einsum", "linear", "reshape", "transpose", "swapaxes", "moveaxis", "ravel",
    "squeeze", "expand_dims", "broadcast_to", "getitem", "concatenate", "stack", "flip", "roll", "tile",
    "repeat", "part", "trace", "diagonal", "tril", "triu", "pad",
})
# fmt: on
#: So small that its square vanishes beside everything.
TINY = 1e-60


def forward(node: Node, values: Any) -> Any:
    """What the operation of a node gives of other values."""
    op = node._op
    assert op is not None
    params = dict(node._params or {})
    if op.results is not None:
        params.pop("shapes", None)
        return np.concatenate([np.ravel(a) for a in op.forward(*values, **params)])
    return op.forward(*values, **params)


def replayed(subject: Subject, moved: Mapping[Node, Any]) -> dict[Node, Any]:
    """The value of every node that depends on the leaves in `moved`, which have new numbers."""
    new = dict(moved)
    for node in subject.graph:
        if node._op is not None and node not in new and any(p in new for p in node._inputs if p is not None):
            new[node] = forward(node, values_in(node, new))
    return new


def values_in(node: Node, new: Mapping[Node, Any]) -> list[Any]:
    """The arguments of a node, with the new values of those that have one."""
    return [
        value if parent is None or parent._number > node._number else new.get(parent, value)
        for parent, value in zip(node._inputs, node._values, strict=True)
    ]


def complex_slope(subject: Subject, number: int, index: int) -> Vector | None:
    """The derivative of the results by one element of a leaf, by a complex step: exact to the last digits.

    None where an operation on the way has no complex form.
    Source: W. Squire and G. Trapp, Using complex variables to estimate derivatives of real functions,
    SIAM Review 40 (1998).
    """
    leaf = subject.leaves[number]
    moved = np.array(leaf._data, dtype=complex)
    moved.reshape(-1)[index] += TINY * 1j
    new: dict[Node, Any] = {leaf: moved}
    for node in subject.graph:
        if node._op is None or node in new or not any(p in new for p in node._inputs if p is not None):
            continue
        name = node._op.name
        if name in ("tensor", "value", "identity"):
            new[node] = values_in(node, new)[0]
        elif name in ANALYTIC:
            new[node] = forward(node, values_in(node, new))
        else:
            return None
    parts = [np.imag(new[y]) if y in new else np.zeros(s) for y, s in zip(subject.outputs, subject.shapes, strict=True)]
    return np.concatenate([np.reshape(part, -1) for part in parts]) / TINY


class Plan:
    """What has to be computed again where one leaf has other numbers: the operations that depend on it, in order.

    A call gives the results as the function does, without what recording costs, and without the
    operations that do not depend on the leaf. It knows of nothing that is not in the graph.
    """

    def __init__(self, subject: Subject, number: int) -> None:
        leaf = subject.leaves[number]
        places: dict[Node, int] = {leaf: 0}
        self.steps: list[tuple[Any, list[Any], list[tuple[int, int]], dict[str, Any]]] = []
        for node in subject.graph:
            op = node._op
            sources = [
                (i, places[p])
                for i, p in enumerate(node._inputs)
                if p is not None and p in places and p._number <= node._number
            ]
            if op is None or node in places or not sources:
                continue
            places[node] = len(places)
            if op.results is not None:
                self.steps.append((_packed(node), list(node._values), sources, {}))
            else:
                f = op.scalar if node.holds is float else op.forward
                self.steps.append((f, list(node._values), sources, node._params or {}))
        self.values: list[Any] = [None] * len(places)
        self.results = [(places.get(y, -1) if isinstance(y, Node) else -1, raw(y)) for y in subject.outputs]
        self.single = len(self.results) == 1 and self.results[0][0] >= 0
        self.floats = leaf.holds is float

    def __call__(self, data: Any) -> Vector:
        values = self.values
        values[0] = float(data) if self.floats else data
        for at, (f, args, sources, params) in enumerate(self.steps, 1):
            for i, source in sources:
                args[i] = values[source]
            values[at] = f(*args, **params)
        if self.single:
            return np.asarray(values[self.results[0][0]], np.float64).reshape(-1)
        parts = [old if place < 0 else values[place] for place, old in self.results]
        return np.concatenate([np.asarray(part, np.float64).reshape(-1) for part in parts])


def _packed(node: Node) -> Any:
    return lambda *values: forward(node, values)
