"""Why there is no gradient: what is not tracked, not used, or was cut out of the graph."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd_lite.draw.numbers import inline
from autograd_lite.draw.scene import Scene, Verdict, listed
from autograd_lite.draw.survey import Vertex
from autograd_lite.graph import Cut, Node

#: What to use in the place of operations that have no gradient; of all others, something smooth.
INSTEAD = {
    "argmax": "softmax, or max for the value",
    "argmin": "softmax of the negative, or min for the value",
    **dict.fromkeys(
        ("greater", "greater_equal", "less", "less_equal", "equal", "not_equal"),
        "a smooth step such as sigmoid, or the comparison as the condition of where(condition, x, y)",
    ),
    "one_hot": "softmax",
    "argsort": "sort for the values",
    "count_nonzero": "a sum of smooth steps such as sigmoid",
}


def why_none(scene: Scene) -> Verdict:
    """The reason why the output has no gradient by the node."""
    if not scene.output._tracked:
        return _untracked_output(scene)
    if not scene.node._tracked:
        return _untracked_node(scene)
    return (
        _used_too_early(scene)
        or _cut_away(scene)
        or _plain_numbers(scene)
        or _another_of_its_name(scene)
        or _apart(scene)
    )


def of_cut(cut: Cut, node: Node) -> tuple[str, str]:
    """What the cut before an untracked node was, as the end of a sentence, and the remedy."""
    if cut.how == "no_grad" and node.holds is not float and node._data.dtype.kind != "f":
        return f"turned into {node._data.dtype} by {cut.op}", "Only floats have gradients: do without the conversion."
    if cut.how == "detach":
        at = f" at {cut.place}" if cut.place else ""
        return f"detached{at}", "Leave detach() out where the gradient is to flow on."
    if cut.how == "no_grad":
        return f"computed by {cut.op} under no_grad()", "Compute it outside no_grad()."
    return (
        f"computed by {cut.op}, which has no gradient",
        f"Use {INSTEAD.get(cut.op, 'a smooth function')} in its place.",
    )


def _untracked_output(scene: Scene) -> Verdict:
    name = scene.survey.name(scene.output)
    cut = scene.output._a
    if isinstance(cut, Cut):
        how, remedy = of_cut(cut, scene.output)
        return Verdict(f"{name} is not tracked, so it has no gradient by anything: its value was {how}. {remedy}")
    return Verdict(
        f"{name} is not tracked, so it has no gradient by anything: nothing that it was computed from is tracked. Give "
        "the leaves requires_grad=True before computing."
    )


def _untracked_node(scene: Scene) -> Verdict:
    node, name = scene.node, scene.name
    users = [n for n in scene.tracked if any(parent is node or _stands_for(parent, node) for parent in n._inputs)]
    used = tuple(f"It is an argument of {scene.said(n)}." for n in users[:3])
    if node._watch is not None and node._watch.paused:
        return Verdict(f"{name} is frozen: its requires_grad was set to False. Set it to True before computing.", used)
    if isinstance(node._a, Cut):
        how, remedy = of_cut(node._a, node)
        return Verdict(f"{name} is not tracked: its value was {how}. {remedy}", used)
    if node.holds is not float and node._data.dtype.kind != "f":
        return Verdict(
            f"{name} holds {node._data.dtype}, and only floats have gradients. Convert it with .astype(float).", used
        )
    return Verdict(f"{name} is not tracked. Give it requires_grad=True before computing.", used)


def _stands_for(twin: Any, node: Node) -> bool:
    """Whether a node is the untracked twin that a frozen leaf leaves in a graph."""
    return twin is not None and not twin._tracked and node.holds is not float and twin._data is node._data


def _used_too_early(scene: Scene) -> Verdict | None:
    for n in scene.tracked:
        if any(parent is scene.node for parent in n._inputs) and scene.node._number > n._number:
            return Verdict(
                f"{scene.name} was not tracked yet when {scene.said(n)} was computed. Call requires_grad_() before."
            )
    return None


def _cut_away(scene: Scene) -> Verdict | None:
    """Untracked nodes of the graph that were cut from what depends on the node, or may have been."""
    cuts = [(n, n._a) for n in scene.nodes if isinstance(n._a, Cut) and n._op is None and not n._tracked]
    for n, cut in cuts:
        origin = cut.origin()
        if origin is not None and scene.depend(origin):
            how, remedy = of_cut(cut, n)
            whole = (
                scene.name if origin is scene.node else f"{_name(scene, origin)}, which was computed from {scene.name},"
            )
            return Verdict(f"{whole} was {how}: from there no gradient comes back. {remedy}", _users(scene, n))
    if not cuts:
        return None
    shown = [f"{scene.survey.name(n)} was {of_cut(cut, n)[0]}." for n, cut in cuts[:4]]
    n, cut = cuts[0]
    how, remedy = of_cut(cut, n)
    return Verdict(
        f"No tracked path leads from {scene.survey.name(scene.output)} back to {scene.name}; if it went by way of "
        f"{scene.survey.name(n)}, it ends there: that was {how}. {remedy}",
        (*(shown if len(shown) > 1 else ()), *_users(scene, n)),
    )


def _users(scene: Scene, node: Node) -> tuple[str, ...]:
    users = [n for n in scene.tracked if any(parent is node for parent in n._inputs)]
    return tuple(f"The cut value is an argument of {scene.said(n)}." for n in users[:2])


def _name(scene: Scene, node: Node) -> str:
    """The name of a node that need not be in the graph."""
    if node in scene.survey.number:
        return scene.survey.name(node)
    given = next((n for n, x in scene.known.items() if x is node), node.name)
    return given or f"a result of {node._op.name if node._op else 'the program'}"


def _plain_numbers(scene: Scene) -> Verdict | None:
    """Constants of the graph that are equal to what depends on the node."""
    others = {scene.node: scene.name}
    for name, x in scene.known.items():
        if isinstance(x, Node) and x not in scene.survey.number and scene.depend(x):
            others.setdefault(x, name)
    for vertex in scene.survey.order:
        for node, name in others.items():
            if not _is_data_of(vertex, node):
                continue
            user = vertex[0] if isinstance(vertex, tuple) else vertex
            return Verdict(
                f"{name} reaches {scene.survey.name(scene.output)} only as plain numbers: a constant of "
                f"{scene.said(user)} is equal to its value. Use {name} itself there, not its .data, .item(), .numpy() "
                "or float().",
                (f"The value is {inline(node._data)}.",),
            )
    return None


def _is_data_of(vertex: Vertex, node: Node) -> bool:
    """Whether a constant has exactly the value of a node, and one that is no accident."""
    if isinstance(vertex, Node):
        return False
    value, data = np.asarray(vertex[0]._values[vertex[1]]), np.asarray(node._data)
    telling = data.size > 1 or not float(data.reshape(-1)[0] if data.size else 0.0).is_integer()
    return telling and value.size == data.size and np.array_equal(value.reshape(-1), data.reshape(-1))


def _another_of_its_name(scene: Scene) -> Verdict | None:
    """A leaf that was replaced by a new one under its name."""
    for n in scene.nodes:
        if n is not scene.node and scene.survey.given[n] == scene.name:
            return Verdict(
                f"The graph has another node called {scene.name}, not this one: it was replaced before "
                f"{scene.survey.name(scene.output)} was computed. Update a leaf by assigning to its .data."
            )
    return None


def _apart(scene: Scene) -> Verdict:
    leaves = [scene.survey.name(n) for n in scene.tracked if n._op is None]
    return Verdict(
        f"No path leads from {scene.survey.name(scene.output)} back to {scene.name}: it was not computed from it.",
        (f"It was computed from {listed(leaves)}.",),
    )
