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
    derivatives where either end of the edge is an array.
    """

    gradients: dict[Node, Any] = field(default_factory=dict)
    contributions: dict[Edge, Any] = field(default_factory=dict)
    derivatives: dict[Edge, float] = field(default_factory=dict)


def chain_rule(output: Node) -> ChainRule:
    """The chain rule from `output` back, in numbers. No `.grad` is touched and no hook is run."""
    order = topological_order([output]) if output._tracked else []
    twins: dict[Node, Node] = {}
    edges: dict[Edge, Node] = {}
    for node in order:
        inputs: list[Node | None] = []
        for i, (parent, value) in enumerate(zip(node._inputs, node._values, strict=True)):
            if parent is None or not parent._tracked:
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
            if np.ndim(node._data) == 0:
                rule.derivatives |= _derivatives(node, twins[node])
    return rule


def _derivatives(node: Node, twin: Node) -> dict[Edge, float]:
    """The partial derivatives of a scalar by its scalar arguments."""
    arguments = [i for i in twin._inputs if i is not None and np.ndim(i._data) == 0]
    if not arguments:
        return {}
    kept = backpropagate({twin: one(node)}, wrt=arguments)
    return {(node, i): float(kept[at]) for i, at in enumerate(twin._inputs) if at in kept}


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
