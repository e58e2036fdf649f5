"""The check itself: a function, its recorded run, differences, and what follows from them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd_lite.errors import DtypeError, GradientError
from autograd_lite.gradcheck.blame import settled
from autograd_lite.gradcheck.check import Check, Options
from autograd_lite.gradcheck.directions import examined as by_directions
from autograd_lite.gradcheck.entries import examined as by_entries
from autograd_lite.gradcheck.health import changed, not_finite, random
from autograd_lite.gradcheck.inputs import Inputs
from autograd_lite.gradcheck.lines import DOUBLE, HALF, SINGLE, Precision
from autograd_lite.gradcheck.report import Report
from autograd_lite.gradcheck.subject import Gradients, Subject
from autograd_lite.modes import no_grad

#: From this many entries on, the whole Jacobian would not fit.
MANY = 30_000_000


def gradcheck(
    f: Callable[..., Any],
    inputs: Sequence[Any],
    *,
    step: float = 1e-4,
    rtol: float = 1e-6,
    atol: float = 0.0,
    fast: bool = False,
    directions: int = 4,
    seed: int = 0,
    raise_on_failure: bool = False,
    progress: bool | None = None,
) -> Report:
    """See `autograd_lite.gradcheck`."""
    options = Options(step, rtol, atol, fast, directions, seed, bool(progress))
    return _run("gradcheck", f, inputs, options, raise_on_failure)


def gradgradcheck(
    f: Callable[..., Any],
    inputs: Sequence[Any],
    *,
    step: float = 1e-4,
    rtol: float = 1e-6,
    atol: float = 0.0,
    fast: bool = False,
    directions: int = 4,
    seed: int = 0,
    raise_on_failure: bool = False,
    progress: bool | None = None,
) -> Report:
    """See `autograd_lite.gradgradcheck`."""
    options = Options(step, rtol, atol, fast, directions, seed, bool(progress))
    return _run("gradgradcheck", f, inputs, options, raise_on_failure)


def _run(name: str, f: Callable[..., Any], inputs: Sequence[Any], options: Options, raise_on_failure: bool) -> Report:
    options.refuse_odd_ones(name)
    with np.errstate(all="ignore"):
        check = _prepared(name, f, inputs, options)
        with no_grad():
            _examined(check)
    report = check.report
    if raise_on_failure and not report:
        raise GradientError(str(report))
    return report


def _prepared(name: str, f: Callable[..., Any], given: Sequence[Any], options: Options) -> Check:
    """The recorded run, in float64 where that is possible."""

    def recorded(inputs: Inputs) -> Subject:
        if name == "gradgradcheck":
            return Gradients(name, f, inputs, options.seed)
        return Subject(name, f, inputs)

    inputs = Inputs(name, f, given)
    called = getattr(f, "__name__", type(f).__name__)
    report = Report(f"gradient of {called}" if name == "gradgradcheck" else called, asked=name)
    narrow = {str(a.dtype) for a in inputs.data if a.dtype != np.float64}
    if narrow:
        wide = Inputs(name, f, given)
        wide.widened()
        try:
            subject = recorded(wide)
        except DtypeError:
            subject = None
        if subject is not None and subject.dtypes() <= {np.dtype(np.float64)}:
            report.given = f"{', '.join(sorted(narrow))}"
            return Check(subject, options, report, DOUBLE)
    subject = recorded(inputs)
    check = Check(subject, options, report, _precision(subject))
    report.precision = check.precision.name
    return check


def _precision(subject: Subject) -> Precision:
    """That of the narrowest numbers in the graph."""
    widths = {d.itemsize for d in subject.dtypes()} | {a.dtype.itemsize for a in subject.inputs.data}
    return {2: HALF, 4: SINGLE}.get(min(widths), DOUBLE)


def _examined(check: Check) -> None:
    """Everything that a report says, from the gravest on: what follows makes sense only where all before is well."""
    subject, report = check.subject, check.report
    report.outputs = subject.results
    if changed(check) or random(check) or not_finite(check):
        return
    sampled = check.options.fast
    if not sampled and subject.base.size * sum(np.size(a) for a in subject.inputs.data) > MANY:
        report.notes.append("the Jacobian has too many entries to be checked one by one.")
        sampled = True
    report.sampled = sampled
    try:
        (by_directions if sampled else by_entries)(check)
    except GradientError as error:
        # A rule gave a gradient of a shape that cannot be.
        report.verdict = "wrong"
        report.wrong = report.wrong or 1
        report.notes.append(str(error))
    settled(check)
    changed(check)
