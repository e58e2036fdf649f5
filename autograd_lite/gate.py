"""What is not selected has no slope.

`where(x > 0, log(x), 0)` sends an exact zero to the branch not taken, and the rule of `log` would
make 0 / 0 of it, nan. So the backward pass carries along, from each selection back, which elements
were not taken; there a gradient is zero whatever the rules above say, to every order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np

from autograd_lite.graph import Node, raw
from autograd_lite.operation import Op, Rule

#: For the nodes behind a selection the elements that were not taken, or None where that is not known.
Gates = dict[Node, Any]


def gated_rules(op: Op, node: Node, rules: Sequence[Rule], gates: Gates, flowing: Mapping[Node, Any]) -> Sequence[Rule]:
    """The rules of a node that keep the gradient of what was not taken at zero; notes its inputs in `gates`."""
    inputs, values = node._inputs, node._values
    if op.gates is None and node not in gates:
        # A gradient that comes in past the gates may be anything.
        gates.update((parent, None) for parent in inputs if parent in gates)
        return rules
    bound = []
    for i, (parent, value) in enumerate(zip(inputs, values, strict=True)):
        closed = _closed(op, node, i, gates.get(node, False))
        bound.append(partial(_gate, op, rules[i], i, closed))
        if parent is not None:
            onward = _onward(op, closed, np.shape(value))
            if parent in gates:
                before = gates[parent]
                gates[parent] = None if before is None or onward is None else before & onward
            else:
                gates[parent] = None if parent in flowing else onward
    return bound


def _closed(op: Op, node: Node, i: int, closed: Any) -> Any:
    """The elements of a node's output from which no gradient goes to argument i; None if not known."""
    if op.gates is None or closed is None:
        return closed
    own = op.gates(i, *node._values)
    return np.broadcast_to(own, np.shape(node._data)) | closed


def _onward(op: Op, closed: Any, shape: tuple[int, ...]) -> Any:
    """The elements of an argument of this shape that only closed elements of the output depend on."""
    if closed is None or not op.elementwise:
        return np.ones(shape, dtype=bool) if closed is not None and np.all(closed) else None
    extra = np.ndim(closed) - len(shape)
    stretched = [i for i, n in enumerate(np.shape(closed)) if i < extra or shape[i - extra] != n]
    return np.all(closed, axis=tuple(stretched), keepdims=True).reshape(shape)


def _gate(op: Op, rule: Rule, i: int, closed: Any, g: Any, out: Any, *args: Any, **params: Any) -> Any:
    """Call a rule, and set to zero what comes of the elements that were not taken."""
    if closed is not None and np.all(closed):
        return np.zeros_like(raw(args[i])) if isinstance(raw(args[i]), np.ndarray) else 0.0
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        c = rule(g, out, *args, **params)
    if not op.elementwise:
        return c
    if closed is None:
        # Behind a reduction or a product it is not known what was taken: an infinite slope at a
        # gradient of exactly zero is what there is to go by.
        closed = np.logical_not(np.isfinite(raw(c))) & (raw(g) == 0)
    return np.where(closed, 0.0, c) if np.any(closed) else c
