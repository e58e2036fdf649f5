"""The numbers of the chain rule, for a drawing: gradients, and what flows back along each edge.

They are worked out on a twin of the graph, in which an identity stands on every edge. The twin
goes through the one backward loop; it has none of the hooks of the nodes that it stands for, and
a gradient of its own at each node and on each edge.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from autograd_lite.backward import backpropagate
from autograd_lite.convert import identity
from autograd_lite.graph import Node, Watch, topological_order
from autograd_lite.operation import Op

#: One argument of an operation: the result's node, and the number of the argument.
Edge = tuple[Node, int]


@dataclass
class ChainRule:
    """Gradients of an output by each node; for each edge the local derivative and its contribution.

    What has no number is left out: gradients where the output is no scalar or is untracked, local
    derivatives where either end of the edge is an array. Of those, `entries` holds what there is to
    see in one array: of an elementwise operation the derivative of each entry of the result, in the
    result's shape, and of a single number its derivative by each entry of the argument.
    """

    gradients: dict[Node, Any] = field(default_factory=dict)
    contributions: dict[Edge, Any] = field(default_factory=dict)
    derivatives: dict[Edge, float] = field(default_factory=dict)
    entries: dict[Edge, Any] = field(default_factory=dict)


def chain_rule(output: Node) -> ChainRule:
    """The chain rule from `output` back, in numbers. No `.grad` is touched and no hook is run."""
    order = topological_order([output]) if output._tracked else []
    twins: dict[Node, Node] = {}
    edges: dict[Edge, Node] = {}
    for node in order:
        inputs: list[Node | None] = []
        for i, (parent, value) in enumerate(zip(node._inputs, node._values, strict=True)):
            # A leaf that is newer than its use was not tracked then.
            if parent is None or not parent._tracked or parent._number > node._number:
                inputs.append(None)
                continue
            edges[node, i] = twin(parent, value, identity, (twins[parent],), (value,))
            inputs.append(edges[node, i])
        twins[node] = twin(node, node._data, node._op, tuple(inputs), node._values, node._params)
    rule = ChainRule()
    # A saturated or undefined function has said so in the forward pass.
    with np.errstate(all="ignore"):
        if np.size(output._data) == 1 and order:
            kept = backpropagate({twins[output]: one(output)})
            rule.gradients = {node: kept[twin] for node, twin in twins.items() if twin in kept}
            rule.contributions = {edge: kept[twin] for edge, twin in edges.items() if twin in kept}
        for node in order:
            for edge, local in _locals(node, twins[node]).items():
                if np.ndim(local) == 0:
                    rule.derivatives[edge] = float(local)
                else:
                    rule.entries[edge] = local
    return rule


def _locals(node: Node, stand_in: Node) -> dict[Edge, Any]:
    """The partial derivatives of a node by its arguments, as far as each is a number or one array."""
    op = node._op
    if op is None or (np.ndim(node._data) and not op.elementwise):
        return {}
    if np.ndim(node._data):
        stand_in = _stretched(node, op)
    arguments = [i for i in stand_in._inputs if i is not None]
    if not arguments:
        return {}
    kept = backpropagate({stand_in: one(node)}, wrt=arguments)
    return {(node, i): kept[at] for i, at in enumerate(stand_in._inputs) if at in kept}


def _stretched(node: Node, op: Op) -> Node:
    """The twin of an elementwise result, its arguments broadcast before: no entry is summed with another."""
    shape = np.shape(node._data)
    values = tuple(np.broadcast_to(v, shape) if isinstance(v, np.ndarray) else v for v in node._values)
    leaves = tuple(
        None if parent is None or not parent._tracked else twin(parent, value, None, (), ())
        for parent, value in zip(node._inputs, values, strict=True)
    )
    return twin(node, node._data, op, leaves, values, node._params)


def one(node: Node) -> Any:
    """The gradient of a node by itself."""
    return 1.0 if node.holds is float else np.ones_like(node._data)


def twin(
    node: Node,
    data: Any,
    op: Op | None,
    inputs: tuple[Node | None, ...],
    values: tuple[Any, ...],
    params: dict[str, Any] | None = None,
) -> Node:
    """A node of the same kind, that keeps its gradient."""
    made: Node = object.__new__(node.kind)
    made._start(data, True, None)
    made._op = op
    made._link(inputs, values, params)
    made._watch = Watch(retain=True)
    return made
