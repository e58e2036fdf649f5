"""Why a gradient is nan or infinite: the first place, forward or on the way back, where a number is none."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd_lite.draw.numbers import number
from autograd_lite.draw.scene import Scene, Verdict, element
from autograd_lite.graph import Node

ROOM = "Keep the argument away from 0, as in {}(x + 1e-12)."
#: What helps against numbers that are none in the forward pass.
FORWARD = {
    "log": "Keep its argument positive, as in log(x + 1e-12); of a softmax take log_softmax, of a sigmoid log_sigmoid.",
    "log2": "Keep its argument positive.", "log10": "Keep its argument positive.",
    "log1p": "Keep its argument above −1.",
    "sqrt": "Keep its argument from getting negative, as in sqrt(maximum(x, 0)).",
    "divide": "Keep the divisor from 0, as in x / (y + 1e-12), or where(y == 0, 0, x / where(y == 0, 1, y)).",
    "reciprocal": "Keep the argument from 0.",
    "exp": "Keep its argument small: subtract the largest first, or use softmax or logsumexp.",
    "power": "A negative base has no real root: keep it positive.",
    **dict.fromkeys(("arccos", "arcsin"), "Keep the argument within −1 and 1, as by clip."),
    "subtract": "Infinity less infinity is no number: find what became infinite.",
    "multiply": "Zero times infinity is no number: find what became infinite.",
}  # fmt: skip
#: What helps against infinite derivatives.
BACKWARD = {
    "sqrt": ROOM.format("sqrt"), "cbrt": ROOM.format("cbrt"), "log": ROOM.format("log"),
    "power": "At 0, a power below 1 has an infinite derivative: keep the base away from 0.",
    "divide": FORWARD["divide"], "reciprocal": FORWARD["reciprocal"],
    "arccos": "At −1 and 1 the derivative is infinite: keep the argument within.",
    "arcsin": "At −1 and 1 the derivative is infinite: keep the argument within.",
}  # fmt: skip


def why_undefined(scene: Scene) -> Verdict:
    """The reason why the gradient by the node is nan or infinite somewhere."""
    name = f"∂{scene.survey.name(scene.output)}/∂{scene.name}"
    bad = np.asarray(scene.chain.gradients[scene.node])
    said = f"{name} is {_kind(bad)}{_how_many(bad)}"
    for (n, i), _ in scene.edges():
        g, c = scene.chain.gradients.get(n), scene.chain.contributions[n, i]
        if g is None or not np.all(np.isfinite(g)) or np.all(np.isfinite(c)):
            continue
        forward = _first_forward(scene, n)
        if forward is not None:
            return Verdict(f"{said}: {_of_forward(scene, forward)}", (f"On the way back, {_reached(scene, n, i, c)}",))
        assert n._op is not None
        remedy = BACKWARD.get(n._op.name, "")
        return Verdict(f"{said}: {_reached(scene, n, i, c)}{' ' + remedy if remedy else ''}")
    return Verdict(f"{said}: finite contributions add up to more than a float holds. Scale the output down.")


def why_undefined_output(scene: Scene) -> Verdict:
    """The reason why the output is nan or infinite, though the gradient by the node is a number."""
    first = _first_forward(scene, scene.output)
    assert first is not None
    return Verdict(
        f"{scene.survey.name(scene.output)} itself is {_kind(scene.output._data)}: {_of_forward(scene, first)}"
    )


def _first_forward(scene: Scene, last: Node) -> Node | None:
    """The first node that led to one and has no number somewhere, in the forward pass."""
    before = {last}
    for n in reversed(scene.nodes):
        if n in before:
            before.update(parent for parent in n._inputs if parent is not None)
    return next((n for n in scene.nodes if n in before and not np.all(np.isfinite(scene.survey.value(n)))), None)


def _of_forward(scene: Scene, node: Node) -> str:
    data = scene.survey.value(node)
    kind = _kind(data)
    if node._op is None:
        holds = f"{scene.survey.name(node)} itself holds {kind}{_how_many(data)}."
        return f"{holds} Look at where it was read or updated."
    where = tuple(int(k) for k in np.argwhere(~np.isfinite(np.atleast_1d(data)))[0]) if np.ndim(data) else ()
    values = _arguments(scene, node, where)
    remedy = FORWARD.get(node._op.name, "")
    return f"the first {kind} of the forward pass is at {scene.said(node)}{values}.{' ' + remedy if remedy else ''}"


def _reached(scene: Scene, node: Node, i: int, c: Any) -> str:
    """Where on the way back the gradient stopped being a number."""
    c = np.asarray(c)
    where = tuple(int(k) for k in np.argwhere(~np.isfinite(c))[0]) if c.ndim else ()
    assert node._op is not None
    elementwise = node._op.elementwise and np.shape(c) == np.shape(node._data)
    values = _arguments(scene, node, where) if elementwise else ""
    slope = scene.chain.derivatives.get((node, i))
    is_slope = f", whose derivative by {scene.argument(node, i)} is {number(slope)}" if slope is not None else ""
    return f"the first {_kind(c)} of the backward pass comes from {scene.said(node)}{values}{is_slope}."


def _arguments(scene: Scene, node: Node, where: tuple[int, ...]) -> str:
    """The values of the arguments at one element; nothing where they do not correspond to it."""
    assert node._op is not None
    if not node._op.elementwise:
        return ""
    known = [(i, value) for i, value in enumerate(node._values) if value is not None]
    told = [
        f"{name} = {element(value, where)}"
        for i, value in known
        if (name := scene.argument(node, i)) != element(value, where)
    ]
    at = f", at [{', '.join(map(str, where))}]" if where else ""
    return f"{at}{', where ' if told else ''}{' and '.join(told)}"


def _kind(data: Any) -> str:
    return "nan" if np.any(np.isnan(data)) else "infinity"


def _how_many(data: Any) -> str:
    count = int(np.count_nonzero(~np.isfinite(data)))
    size = int(np.size(data))
    return "" if size == 1 else " in every element" if count == size else f" in {count} of {size} elements"
