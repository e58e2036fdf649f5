"""Rules that are right to first order and wrong to second."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from autograd_lite.backward import backpropagate
from autograd_lite.gradcheck.nodes import Local, doubled, rule_of
from autograd_lite.gradcheck.replay import forward
from autograd_lite.graph import KIND_HOLDING, Node
from autograd_lite.modes import enable_grad


def rules_of(graph: list[Node], leaves: set[Node], seed: int) -> Iterator[tuple[Node, int, Local]]:
    """Every rule of a first-order graph as a function of what it is given: of the gradient, of each argument.

    Gives the node, the argument whose rule it is, and the function to hold against differences.
    """
    rng = np.random.default_rng(seed)
    flowing = set(leaves)
    for node in graph:
        if node in leaves or node._op is None:
            continue
        wanted = [i for i, p in enumerate(node._inputs) if p in flowing and rule_of(node, i) is not None]
        if not wanted:
            continue
        flowing.add(node)
        for i in wanted:
            moving = [-1, *(k for k, p in enumerate(node._inputs) if p in flowing)]
            yield from ((node, i, local) for local in _of_rule(node, i, moving, rng))


def _of_rule(node: Node, i: int, moving: list[int], rng: Any) -> Iterator[Local]:
    """One rule as a function of the gradient (-1) and of each moving argument, with its derivative by the library."""
    op, rule = node._op, rule_of(node, i)
    assert op is not None
    plain = node.holds is float
    values = tuple(v if plain else doubled(v) for v in node._values)
    params = node._params or {}
    out = forward(node, values)
    g: Any = rng.uniform(0.5, 1.5, np.shape(out))
    weights = rng.uniform(0.5, 1.5, np.shape(rule(_kept(g, plain), _kept(out, plain), *values, **params)))
    by = _derivatives(node, rule, values, g, moving, weights)

    def function(k: int) -> Any:
        def at(x: Any) -> Any:
            new = values if k < 0 else (*values[:k], _kept(x, plain), *values[k + 1 :])
            return rule(_kept(x if k < 0 else g, plain), _kept(forward(node, new), plain), *new, **params)

        return at

    for k in moving:
        x = np.asarray(g if k < 0 else values[k], dtype=float)
        yield Local(node, i, x, weights, function(k), _always(np.zeros(x.shape) if by[k] is None else by[k]), False)


def _always(x: Any) -> Callable[[Any], Any]:
    return lambda g: x


def _kept(x: Any, plain: bool) -> Any:
    return float(x) if plain else np.asarray(x)


def _derivatives(
    node: Node, rule: Any, values: tuple[Any, ...], g: Any, moving: list[int], weights: Any
) -> dict[int, Any]:
    """The gradients of weights . rule by what moves, with the rule run on nodes and back-propagated."""
    op, kind = node._op, KIND_HOLDING[node.holds]
    assert op is not None
    leaves = {k: _leaf(kind, g if k < 0 else values[k]) for k in moving}
    with enable_grad():
        args = tuple(leaves.get(k, v) for k, v in enumerate(values))
        inputs = tuple(leaves.get(k) for k in range(len(values)))
        out = op.record(kind, kind.hold(forward(node, values)), inputs, values, node._params)
        result = rule(leaves[-1], out, *args, **(node._params or {}))
    if not isinstance(result, Node) or not result._tracked:
        return dict.fromkeys(moving)
    seed: Any = float(weights) if result.holds is float else np.asarray(weights, result._data.dtype)
    kept = backpropagate({result: seed}, set(leaves.values()))
    return {k: kept.get(leaf) for k, leaf in leaves.items()}


def _leaf(kind: type[Node], data: Any) -> Node:
    leaf: Node = object.__new__(kind)
    leaf._start(kind.hold(np.array(data, dtype=float)), True, None)
    return leaf
