"""The one backward loop: reverse-mode differentiation of a recorded graph."""

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np

from autograd_lite.errors import GradientError, describe
from autograd_lite.graph import Node, raw, topological_order
from autograd_lite.operation import Op, identity

NO_PARAMS: dict[str, Any] = {}


def backpropagate(
    seeds: Mapping[Node, Any], wrt: Collection[Node] | None = None, create_graph: bool = False
) -> dict[Node, Any]:
    """Carry the gradients in `seeds`, those of some scalar by its last nodes, back through the graph.

    Gives the gradient of each node in `wrt` that a path reaches; without `wrt`, of each tracked
    leaf and of each node that asked to keep its gradient. No `.grad` is touched. Gradients are raw
    arrays and floats, or, with `create_graph`, nodes: then the rules run on nodes and are recorded.
    """
    stop = frozenset(wrt or ())
    order = topological_order(seeds, stop)
    needed = _leading_to(order, stop) if wrt is not None else None
    flowing = dict(seeds)
    kept: dict[Node, Any] = {}
    gated: set[Node] = set()
    while order:
        node = order.pop()
        # A node is done with once its gradient has been passed on, which frees the memory of both.
        g = flowing.pop(node, None)
        if g is None:
            continue
        op = node._op
        if node._watch is not None:
            g = _show(node, g, kept if wrt is None else None)
        if op is None or (stop and node in stop):
            if wrt is None or node in stop:
                kept[node] = g
            continue
        inputs, values, params = node._inputs, node._values, node._params or NO_PARAMS
        out, args = (node, _as_nodes(node)) if create_graph else (node._data, values)
        i = 0
        for rule in op.rules or op.rules_for(len(values)):
            parent = inputs[i]
            if parent is not None and parent._tracked and rule is not None:
                if needed is None or parent in needed:
                    try:
                        if op.gates or (gated and node in gated):
                            gated.add(parent)
                            c = _gate(op, rule, g, out, args, params)
                        else:
                            c = rule(g, out, *args, **params) if params else rule(g, out, *args)
                        # A float has no shape, and asking its class costs less than its shape.
                        if (value := values[i]).__class__ is not float and c.shape != value.shape:
                            c = unbroadcast(c, value.shape, op.name, i)
                    except (ZeroDivisionError, OverflowError):
                        c = _in_float64(rule, g, out, args, params)
                    except Exception as error:
                        error.add_note(f"while back-propagating through {op.name}, to argument {i}")
                        raise
                    flowing[parent] = flowing[parent] + c if parent in flowing else c
            i += 1
    return kept


def unbroadcast(cotangent: Any, shape: tuple[int, ...], name: str = "unbroadcast", index: int = 0) -> Any:
    """Sum `cotangent` over the axes along which an input of `shape` was repeated.

    Raises `GradientError` where its shape is no broadcast of `shape`: a rule that gives such a
    gradient is wrong, and summing would hide it.

    >>> unbroadcast(np.ones((2, 3)), (3,))
    array([2., 2., 2.])
    """
    given = getattr(cotangent, "shape", None)
    extra = -1 if given is None else len(given) - len(shape)
    if extra < 0 or any(n not in (1, m) for n, m in zip(shape, given[extra:], strict=True)):
        raise GradientError(
            f"{name}: the gradient rule of argument {index} gave {describe(cotangent)}, which is no broadcast "
            f"of that argument's shape {shape}. Correct the rule: it returns the gradient in the shape of the "
            f"output or of the argument."
        )
    stretched = [i + extra for i, n in enumerate(shape) if n != given[i + extra]]
    return cotangent.sum(axis=(*range(extra), *stretched)).reshape(shape)


def _leading_to(order: list[Node], wrt: Collection[Node]) -> set[Node]:
    """The nodes of `order` from which a gradient reaches a node in `wrt`."""
    needed: set[Node] = set()
    for node in order:
        if node in wrt or any(parent in needed for parent in node._inputs):
            needed.add(node)
    return needed


def _show(node: Node, g: Any, kept: dict[Node, Any] | None) -> Any:
    """Let the hooks of a node see, and perhaps replace, its gradient; keep it where asked to."""
    watch = node._watch
    assert watch is not None
    if watch.hooks:
        for hook in tuple(watch.hooks.values()):
            g = node._hooked(hook, g)
    if watch.retain and kept is not None:
        kept[node] = g
    return g


def _as_nodes(node: Node) -> tuple[Any, ...]:
    """The arguments of `node` as nodes where they are tracked, with the values that it saw."""
    return tuple(
        value if parent is None or not parent._tracked else as_seen(parent, value)
        for parent, value in zip(node._inputs, node._values, strict=True)
    )


def as_seen(parent: Node, value: Any) -> Node:
    """`parent`, or where its data has been replaced since, a node between it and the old value."""
    if parent._data is value:
        return parent
    return identity.record(parent.kind, value, (parent,), (value,))


def _gate(op: Op, rule: Any, g: Any, out: Any, args: tuple[Any, ...], params: dict[str, Any]) -> Any:
    """Call a rule so that where no gradient comes in, none goes out.

    `where(x > 0, log(x), 0)` sends an exact zero to the branch not taken. There the rule of `log`
    would make 0 / 0 of it; a function that does not count has no slope.
    """
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        c = rule(g, out, *args, **params)
    bad = np.logical_not(np.isfinite(raw(c)))
    if not op.elementwise or not np.any(bad):
        return c
    bad &= raw(g) == 0
    return np.where(bad, 0.0, c) if np.ndim(bad) else g if bad else c


def _in_float64(rule: Any, g: Any, out: Any, args: tuple[Any, ...], params: dict[str, Any]) -> float:
    """Call a rule on floats where Python's arithmetic raises: NumPy's gives inf or nan, and warns."""
    return float(rule(np.float64(g), np.float64(out), *map(np.float64, args), **params))
