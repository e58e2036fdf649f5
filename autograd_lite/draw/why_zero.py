"""Why a gradient is zero: where on the way back it was last anything else, and what made it vanish there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd_lite.draw.numbers import MINUS, inline, number
from autograd_lite.draw.scene import Scene, Verdict, all_of
from autograd_lite.graph import Node

#: So many places are shown.
MOST = 4
#: Functions that flatten out, and what is said of them.
SATURATING = frozenset({
    "sigmoid", "tanh", "softmax", "log_softmax", "log_sigmoid", "softplus", "erf", "erfc", "exp", "arctan", "gelu",
    "silu", "mish", "elu", "selu", "celu", "logsumexp", "softsign", "expm1", "exp2", "cross_entropy",
})  # fmt: skip
#: Functions that are cut off, and where they are flat.
CLOSED: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "relu": ("at most 0", lambda x: x <= 0),
    "relu6": ("outside 0 to 6", lambda x: (x <= 0) | (x >= 6)),
    "hard_tanh": ("outside the bounds", lambda x: np.ones(np.shape(x), bool)),
    "hard_sigmoid": ("outside −3 to 3", lambda x: np.abs(x) >= 3),
    "hard_swish": ("below −3", lambda x: x <= -3),
    "clip": ("outside the bounds", lambda x: np.ones(np.shape(x), bool)),
    "hard_shrink": ("too small", lambda x: np.ones(np.shape(x), bool)),
    "soft_shrink": ("too small", lambda x: np.ones(np.shape(x), bool)),
    "threshold": ("below the threshold", lambda x: np.ones(np.shape(x), bool)),
}
CHOOSING = frozenset({"maximum", "minimum", "fmax", "fmin", "max", "min"})
AT_A_KINK = frozenset({"abs", "fabs", "hypot", "sqrt", "norm", "p_norm", "linalg.norm"})


def why_zero(scene: Scene) -> Verdict:
    """The reason why the gradient by the node is zero in every element."""
    found: list[tuple[str, str]] = []
    total = 0
    for (n, i), _ in scene.edges():
        g, c = scene.chain.gradients.get(n), scene.chain.contributions[n, i]
        if g is not None and np.any(g) and not np.any(c):
            total += 1
            if len(found) < MOST:
                found.append(_vanished(scene, n, i, g))
    name = f"∂{scene.survey.name(scene.output)}/∂{scene.name}"
    if not found:
        return _cancelled(scene, name)
    sentence, remedy = found[0]
    more = f" (The first of {total} places where it vanishes.)" if total > 1 else ""
    others = [f"Also: {said}." for said, _ in found[1:]] + (["..."] if total > len(found) else [])
    return Verdict(f"{name} is zero: {sentence}.{more}{' ' + remedy if remedy else ''}", tuple(others))


def _vanished(scene: Scene, node: Node, i: int, g: Any) -> tuple[str, str]:
    """What made the gradient vanish between a node and one of its arguments, and the remedy."""
    op = node._op
    assert op is not None
    at, argument = scene.said(node), scene.argument(node, i)
    value = node._values[i]
    # Where no gradient comes from above, none could vanish.
    reached = np.broadcast_to(np.asarray(g) != 0, np.shape(node._data))
    if not op.each and op.rules[i] is None:
        return f"{op.name} has no gradient by this argument, at {at}", ""
    if not op.each and op.latex[i] == "0":
        return (
            f"{op.name} goes in steps, and its derivative is 0 everywhere, at {at}",
            "Use a smooth function in its place.",
        )
    if op.gates is not None and np.all(np.broadcast_to(op.gates(i, *node._values), reached.shape)[reached]):
        return f"the branch with {argument} is not taken, at {at}", ""
    if op.name in CLOSED and i == 0:
        words, closed = CLOSED[op.name]
        if np.all(np.broadcast_to(closed(value), reached.shape)[reached]):
            return f"{_closed(op.name, value, reached, argument, words)}, at {at}", _remedy_of_closed(op.name)
    if op.name in CHOOSING:
        return f"{op.name} takes nothing of {argument}, at {at}", ""
    if op.name in ("multiply", "matmul", "dot", "inner", "outer") and not np.any(node._values[1 - i]):
        other = scene.argument(node, 1 - i)
        said = (
            "" if other == "0" else f": {all_of(int(np.size(node._values[1 - i])), other)} {_is(node._values[1 - i])} 0"
        )
        return f"{argument} is multiplied by zero, at {at}{said}", ""
    return _flat(scene, node, i, g, reached)


def _flat(scene: Scene, node: Node, i: int, g: Any, reached: Any) -> tuple[str, str]:
    """What is left: a product too small for a float, a flat place, a kink."""
    op = node._op
    assert op is not None
    at, argument, value = scene.said(node), scene.argument(node, i), node._values[i]
    if not np.size(value):
        return f"{argument} is empty, at {at}", ""
    slope = _slope(node, i)
    if slope is not None and np.any(slope):
        return (
            f"the product of the gradient {inline(g)} and the derivative {inline(slope)} is smaller than any float "
            f"(underflow), at {at}",
            "Scale the output up, or compute with logarithms.",
        )
    if op.name in SATURATING:
        return (
            f"{op.name} is saturated: at {argument} = {inline(value)} its derivative rounds to 0, at {at}",
            "Scale its argument down, or use the loss that takes logits.",
        )
    if op.name in AT_A_KINK and not np.any(value):
        return f"{argument} is 0, where the derivative of {op.name} is taken as 0, at {at}", ""
    return f"the derivative by {argument} is 0 at {argument} = {inline(value)}, at {at}", ""


def _slope(node: Node, i: int) -> Any:
    """The derivative of each element of a node by the same of an argument; None where they do not correspond."""
    op = node._op
    assert op is not None
    if not op.elementwise or op.each or op.through:
        return None
    with np.errstate(all="ignore"):
        return op.rules[i](np.ones_like(node._data), node._data, *node._values, **(node._params or {}))


def _closed(name: str, value: Any, reached: Any, argument: str, words: str) -> str:
    said = "a ReLU is closed" if name == "relu" else f"{name} is flat"
    size, count = int(np.size(value)), int(np.count_nonzero(reached))
    if size == 1:
        return f"{said}: {argument} = {number(np.asarray(value).item())} is {words}"
    which = f"all {size} elements of {argument} are {words}"
    if count < np.size(reached):
        which = f"the {count} of {size} elements of {argument} that a gradient comes to are {words}"
    most = f" (the largest is {number(np.max(np.asarray(value)[reached]))})" if name == "relu" else ""
    return f"{said} for every element: {which}{most}"


def _remedy_of_closed(name: str) -> str:
    return "Use leaky_relu, a smaller learning rate, or other initial values." if name == "relu" else ""


def _is(value: Any) -> str:
    return "is" if np.size(value) == 1 else "are"


def _cancelled(scene: Scene, name: str) -> Verdict:
    """No place where it vanishes: somewhere, what comes along the paths adds up to zero."""
    parts: dict[Node, list[Any]] = {}
    for edge, parent in scene.edges():
        parts.setdefault(parent, []).append(scene.chain.contributions[edge])
    cancelled = [n for n, c in parts.items() if not np.any(scene.chain.gradients[n]) and any(np.any(x) for x in c)]
    # The one nearest to the output: what comes to it is not zero yet.
    node = max(cancelled, key=lambda n: n._number)
    said = [inline(x) for x in parts[node][:MOST]] + (["..."] if len(parts[node]) > MOST else [])
    sum_ = " + ".join([said[0], *(f"({x})" if x.startswith(MINUS) else x for x in said[1:])])
    where = "" if node is scene.node else f" at {scene.said(node)}"
    return Verdict(f"{name} is zero: what comes back along {len(parts[node])} ways cancels out{where}: {sum_} = 0.")
