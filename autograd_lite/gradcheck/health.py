"""What must hold before derivatives are compared: nothing is changed, nothing is random, all is finite."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd_lite.errors import describe
from autograd_lite.gradcheck.check import Check
from autograd_lite.gradcheck.places import told
from autograd_lite.graph import Node, raw


def changed(check: Check) -> bool:
    """Whether the function has changed an input, or a leaf that it captured; says so in the report."""
    subject, report = check.subject, check.report
    found = subject.inputs.changed()
    for label, leaf, data in zip(subject.inputs.labels, subject.leaves, subject.inputs.data, strict=True):
        if not _same(raw(leaf), data if isinstance(data, np.ndarray) else np.asarray(data)):
            found.append(f"{label}, {describe(leaf)}")
    for node in subject.graph:
        for parent, value in zip(node._inputs, node._values, strict=True):
            if parent in subject.captured and not _same(parent._data, value):
                found.append(f"the captured {describe(parent)}")
    found += [f"the captured {describe(n)}" for n, data in subject.captured.items() if not _same(n._data, data)]
    if found and report.verdict != "changed":
        report.verdict = "changed"
        report.notes.append(
            f"a call of the function changed {'; '.join(dict.fromkeys(found))}. It is left as the function left it. "
            "Compute on copies, and update parameters outside the function that is checked."
        )
    return bool(found)


def _same(a: Any, b: Any) -> bool:
    return a is b or np.asarray(a).tobytes() == np.asarray(b).tobytes()


def random(check: Check) -> bool:
    """Whether two evaluations at the same inputs differ; says so in the report."""
    subject, report = check.subject, check.report
    for _ in range(2):
        again = subject.value()
        if again.shape != subject.base.shape:
            off = np.array([np.inf])
        else:
            most = np.max(np.abs(subject.base), initial=0.0, where=np.isfinite(subject.base))
            same = (again == subject.base) | (np.isnan(again) & np.isnan(subject.base))
            off = np.where(same, 0.0, np.abs(again - subject.base))
            off = np.where(off <= 64 * check.precision.eps * most, 0.0, off)
        if changed(check):
            return True
        if off.any():
            report.verdict = "not deterministic"
            worst = int(np.nanargmax(off))
            said = "their shapes differ"
            if again.shape == subject.base.shape:
                label, index = subject.place(worst)
                said = f"{label}{list(index)} is {subject.base[worst]:.8g} and then {again[worst]:.8g}"
            report.notes.append(
                f"two evaluations at the same inputs differ: {said}. Fix the random numbers: draw them outside the "
                "function, seed the generator inside it, or call .eval() on a module with dropout."
            )
            return True
    return False


def not_finite(check: Check) -> bool:
    """Whether a result is nan or infinite; names in the report the first node that made it so."""
    subject, report = check.subject, check.report
    if np.isfinite(subject.base).all():
        return False
    row = int(np.flatnonzero(~np.isfinite(subject.base))[0])
    label, index = subject.place(row)
    report.verdict = "not finite"
    said = f"{label}{list(index)} is {subject.base[row]}"
    maker = next((n for n in subject.graph if n._op is not None and not _finite(n._data) and _came_finite(n)), None)
    if maker is not None:
        at = np.argwhere(~np.isfinite(np.atleast_1d(maker._data)))[0].tolist() if np.ndim(maker._data) else []
        values = [v for v in maker._values if v is not None]
        shown = ", ".join(_element(v, at, np.shape(maker._data)) for v in values)
        said += f": the first to make one of finite numbers is {told(check, maker)}, at {at}, of {shown}"
    report.notes.append(f"{said}. Finite differences say nothing there.")
    return True


def _finite(a: Any) -> bool:
    return bool(np.isfinite(a).all())


def _came_finite(node: Node) -> bool:
    return all(_finite(v) for v in node._values if isinstance(v, float | int | np.ndarray))


def _element(value: Any, at: list[int], shape: tuple[int, ...]) -> str:
    """The number at an index of the result, where the argument broadcasts to it; else the argument in words."""
    if np.ndim(value) == 0:
        return f"{float(value):.6g}"
    try:
        return f"{float(np.broadcast_to(value, shape)[tuple(at)]):.6g}"
    except ValueError:
        return describe(value)
