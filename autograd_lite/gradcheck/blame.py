"""From what was found to a verdict: the operation to blame, the kinks, what no path reaches."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd_lite.gradcheck.check import Check, Kink
from autograd_lite.gradcheck.nodes import blamed, locals_of
from autograd_lite.gradcheck.places import placed, told
from autograd_lite.gradcheck.quick import Quick
from autograd_lite.gradcheck.replay import replayed
from autograd_lite.gradcheck.report import Culprit
from autograd_lite.gradcheck.second import rules_of
from autograd_lite.graph import Node

CUTS = ".data, .detach(), .numpy(), .item(), float(), np.asarray() or the math module"


def settled(check: Check) -> None:
    """Give the report its verdict, its culprit and its notes."""
    report = check.report
    report.mismatches.sort(key=lambda m: m.excess, reverse=True)
    report.wrong = report.wrong or len(report.mismatches)
    _note_small_things(check)
    if check.kinks:
        _note_kinks(check)
    if not report.wrong:
        report.verdict = "not differentiable" if check.kinks else "right"
        return
    culprits = _culprits(check)
    if culprits:
        report.culprit, report.others = culprits[0], culprits[1:]
    _judge(check)


def _judge(check: Check) -> None:
    """The verdict on a check that found something wrong."""
    report = check.report
    report.verdict = "wrong"
    if check.broken:
        report.verdict = "not finite"
        if report.culprit is None:
            _note_infinite(check)
    elif check.jumps:
        report.verdict = "discontinuous"
        _note_jumps(check)
    elif report.culprit is None:
        if any(not k.inside for k in check.kinks):
            return
        if check.unsettled >= report.wrong:
            report.verdict = "unresolved"
            report.notes.append("the differences do not converge, so they neither confirm nor deny the gradient.")
        elif _is_whole(check):
            report.verdict = "unresolved"
            report.notes.append(
                "each operation of the graph is right on its own, and the graph is the whole function: where digits "
                "cancel on the way, differences of the whole do not tell."
            )
        else:
            _note_cut(check)


def _is_whole(check: Check) -> bool:
    """Whether the recorded graph, run again on other numbers, gives what the function gives, to the last bit."""
    wrong = {m.argument for m in check.report.mismatches}
    numbers = [n for n, label in enumerate(check.subject.inputs.labels) if label in wrong]
    return bool(numbers) and all(Quick(check, n).whole_graph() is not None for n in numbers)


def _note_cut(check: Check) -> None:
    """The graph is right, and is not all of the function."""
    report, subject = check.report, check.subject
    report.verdict = "not connected"
    wrong = {m.argument for m in report.mismatches}
    lost = [
        label
        for label, leaf in zip(subject.inputs.labels, subject.leaves, strict=True)
        if label in wrong and leaf not in subject.reached
    ]
    if lost:
        report.notes.append(
            f"{', '.join(lost)}: no path of the graph leads to the result, yet the result depends on it. Something "
            f"on the way cuts the graph: {CUTS}."
        )
    else:
        report.notes.append(
            "each operation of the graph is right on its own, so the graph does not hold all of the function. "
            f"Something cuts a path: {CUTS}; or a hook changes a gradient."
        )


def _culprits(check: Check) -> list[Culprit]:
    """The operations whose rules are wrong, in topological order, each with its place."""
    subject = check.subject
    leaves = set(subject.leaves)
    graph = subject.first_graph if subject.second else subject.graph
    seed = check.options.seed
    found = [c for local in locals_of(graph, leaves, seed) if (c := blamed(local)) is not None]
    if not found and subject.second:
        found = _of_second_order(graph, leaves, seed)
    if found:
        known = placed(check)
        for culprit in found:
            if culprit.node in known:
                culprit.file, culprit.line, culprit.name = known[culprit.node]
    return found


def _of_second_order(graph: list[Node], leaves: set[Node], seed: int) -> list[Culprit]:
    """The rules that are wrong to second order, each named once."""
    found: dict[tuple[Node, int], Culprit] = {}
    for node, argument, local in rules_of(graph, leaves, seed):
        if (node, argument) not in found and (culprit := blamed(local)) is not None:
            culprit.second = True
            found[node, argument] = culprit
    return list(found.values())


def _note_small_things(check: Check) -> None:
    notes, subject = check.report.notes, check.subject
    for number in check.unreached:
        notes.append(f"{subject.inputs.labels[number]}: no path leads to it, and no result depends on it.")
    if check.below:
        notes.append(
            f"{check.below} of the entries are smaller than the noise of their differences, which cannot tell them "
            "from 0."
        )
    if check.borders:
        notes.append(f"{check.borders} of the entries are at the border of the domain: compared to one side alone.")


def _note_kinks(check: Check) -> None:
    kink = check.kinks[0]
    inside = all(k.inside for k in check.kinks)
    said = (
        "The gradient lies between them: the convention applies"
        if inside
        else "The gradient does not lie between them, so that no convention makes it right"
    )
    place = _first_to_bend(check, kink, False)
    where = f": {place}" if place else ", in code outside the graph"
    count = len({(k.number, k.index, k.row) for k in check.kinks})
    check.report.notes.append(
        f"not differentiable here{where}. The slopes of the two sides differ ({count} "
        f"{'entry' if count == 1 else 'entries'}, such as {_entry(check, kink)}). {said}."
    )


def _note_jumps(check: Check) -> None:
    jump = check.jumps[0]
    place = _first_to_bend(check, jump, True)
    where = f": {place}" if place else ", in code outside the graph"
    check.report.notes.append(
        f"discontinuous{where}. The difference of the two sides does not shrink with the step at {_entry(check, jump)}."
    )


def _entry(check: Check, kink: Kink) -> str:
    subject = check.subject
    label, output = subject.place(kink.row)
    shape = np.shape(subject.inputs.data[kink.number])
    at = [int(i) for i in np.unravel_index(kink.index, shape)] if shape else []
    return f"d {label}{list(output) or ''} / d {subject.inputs.labels[kink.number]}{at or ''}"


def _first_to_bend(check: Check, kink: Kink, jumps: bool) -> str:
    """The first node, and its element, in which an element of an input makes a kink, or a jump, in words."""
    subject = check.subject
    leaf = subject.leaves[kink.number]
    data = np.array(leaf._data, dtype=float)
    scale = max(1.0, abs(float(data.reshape(-1)[kink.index])))

    def at(t: float) -> dict[Node, Any]:
        moved = data.copy()
        moved.reshape(-1)[kink.index] += t
        return replayed(subject, {leaf: float(moved) if leaf.holds is float else moved})

    h, ends = 1e-6 * scale, {}
    for t in (h, -h, h / 10, -h / 10):
        ends[t] = at(t)
    for node in subject.graph:
        if node is leaf or node not in ends[h]:
            continue
        base = np.asarray(node._data, float)
        near, far = ([np.asarray(ends[s * t][node], float) for s in (1, -1)] for t in (h / 10, h))
        if jumps:
            gap, wide = np.abs(near[0] - near[1]), np.abs(far[0] - far[1])
            bent = (gap > 0.3 * wide) & (gap > 1e-9 * (1 + np.abs(base)))
        else:
            right, left = (near[0] - base) / (h / 10), (base - near[1]) / (h / 10)
            wider = np.abs((far[0] - base) / h - (base - far[1]) / h)
            most = np.maximum(np.abs(right), np.abs(left))
            gap = np.abs(right - left)
            bent = (gap > 1e-2 * most) & (gap > 0.5 * wider) & (gap > 1e-6 * np.abs(base))
        if bent.any():
            index = np.argwhere(np.atleast_1d(bent))[0].tolist() if np.ndim(bent) else []
            return f"{told(check, node)} at element {index}"
    return ""


def _note_infinite(check: Check) -> None:
    """Name the operation whose rule makes nan or inf of finite numbers, where the gradient became so."""
    subject = check.subject
    for local in reversed(list(locals_of(subject.graph, set(subject.leaves), check.options.seed))):
        c = local.gradient()
        if np.isfinite(c).all():
            continue
        at = np.argwhere(~np.isfinite(np.atleast_1d(c)))[0].tolist() if np.ndim(c) else []
        value = float(np.atleast_1d(local.x)[tuple(at)]) if at else float(local.x)
        check.report.notes.append(
            f"the gradient is not finite: the first to make it so is {told(check, local.node)}, with respect to "
            f"argument {local.argument}, whose element {at} is {value:.6g}."
        )
        return
