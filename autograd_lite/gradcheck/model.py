"""The gradients of a whole model: every parameter of a module checked in one call."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np

from autograd_lite.errors import ArgumentError, ArgumentValueError, GradientError, describe
from autograd_lite.gradcheck import gradcheck
from autograd_lite.gradcheck.report import GOOD, Culprit, Report
from autograd_lite.graph import Node, next_number, topological_order
from autograd_lite.tensor import Tensor
from autograd_lite.tree import flatten, tree_map

#: How often the model runs for each number of a parameter, as far as can be told before.
EVALUATIONS = 2


@dataclass(repr=False)
class Row:
    """One parameter: its name and shape, its largest relative error, the verdict, and the report behind it."""

    name: str
    shape: tuple[int, ...]
    error: float
    verdict: str
    report: Report

    def __bool__(self) -> bool:
        return bool(self.report)

    def __repr__(self) -> str:
        return f"<Row {self.name} {self.shape}: {self.verdict}>"


@dataclass(repr=False)
class ModelReport:
    """What `check_model` found: true in a condition when all is well.

    Attributes
    ----------
    name : the model's.
    rows : one for each parameter, in the model's order: name, shape, error, verdict, report.
    notes : what else is to be said.
    """

    name: str
    rows: list[Row] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return all(self.rows)

    def __repr__(self) -> str:
        wrong = sum(not row for row in self.rows)
        return f"ModelReport(name={self.name!r}, parameters={len(self.rows)}, wrong={wrong})"

    @property
    def worst(self) -> Row | None:
        """The wrong parameter with the largest error; None when all is well."""
        return max((row for row in self.rows if not row), key=lambda row: row.error, default=None)

    @property
    def culprit(self) -> Culprit | None:
        """The operation whose rule is wrong, the first in the order of the graph; None where there is none."""
        found = [row.report.culprit for row in self.rows if row.report.culprit is not None]
        return min(found, key=lambda culprit: culprit.node._number, default=None)

    @property
    def table(self) -> str:
        """A line for each parameter: name, shape, largest relative error, verdict."""
        cells = [("parameter", "shape", "relative error", "verdict")]
        cells += [(row.name, str(row.shape), f"{row.error:.2g}", row.verdict) for row in self.rows]
        wide = [max(map(len, column)) for column in zip(*cells, strict=True)]
        lines = (
            f"{name:<{wide[0]}}  {shape:<{wide[1]}}  {error:>{wide[2]}}  {verdict}"
            for name, shape, error, verdict in cells
        )
        return "\n".join(f"    {line}" for line in lines)

    def __str__(self) -> str:
        wrong = [row for row in self.rows if not row]
        if wrong:
            head = f"{len(wrong)} of {len(self.rows)} parameters fail: {', '.join(row.name for row in wrong)}."
        else:
            head = f"all {len(self.rows)} parameters agree with finite differences."
        parts = [f"check_model: {self.name}: {head}", self.table]
        worst = self.worst
        if worst is not None:
            parts += [f"\n{worst.name}: {worst.report}"]
        # What holds for all parameters is said once.
        said = dict.fromkeys(note for row in self.rows for note in row.report.circumstances())
        return "\n".join([*parts, *(f"Note: {note}" for note in self.notes), *said])


def check_model(
    model: Any,
    loss: Callable[..., Any],
    batch: Sequence[Any],
    *,
    raise_on_failure: bool = False,
    progress: bool | None = None,
    **options: Any,
) -> ModelReport:
    """See `autograd_lite.check_model`."""
    parameters = _parameters(model, loss, batch)
    report = ModelReport(type(model).__name__)

    def value(inputs: Any, targets: Any) -> Any:
        return loss(model(inputs), targets)

    with _restored(model, parameters), _bar(parameters, progress) as bar:
        for name, parameter in parameters.items():
            bar.set_postfix_str(name)
            done = bar.n + EVALUATIONS * parameter.size
            stand_in = _StandIn(parameters, name, value, tuple(batch), partial(_tick, bar, done))
            report.rows.append(_row(name, parameter, stand_in, options))
            bar.update(done - bar.n)
            if report.rows[-1].verdict == "not deterministic":
                report.notes.append(
                    "two evaluations differ, so nothing else was checked. Dropout draws anew each time: call "
                    "model.eval() first."
                )
                break
    dead = [row.name for row in report.rows if row.verdict == "no path"]
    if dead:
        report.notes.append(f"no path leads from {', '.join(dead)} to the loss: never trained.")
    if raise_on_failure and not report:
        raise GradientError(str(report))
    return report


def _parameters(model: Any, loss: Any, batch: Any) -> dict[str, Tensor]:
    """The parameters by their names."""
    if not callable(model) or not callable(getattr(model, "named_parameters", None)):
        raise ArgumentError(
            f"check_model: {describe(model)} is no model: it must be callable and have named_parameters(), as the "
            "modules of nn do. For a function, use gradcheck."
        )
    if not callable(loss):
        raise ArgumentError(f"check_model: loss is {describe(loss)}; give a function of prediction and targets.")
    if not isinstance(batch, tuple | list) or len(batch) != 2:
        raise ArgumentError(f"check_model: batch is {describe(batch)}; give the pair (inputs, targets).")
    found = dict(model.named_parameters())
    if not found:
        raise ArgumentValueError(
            f"check_model: {type(model).__name__} has no parameters, so there is nothing to check."
        )
    for name, parameter in found.items():
        if not isinstance(parameter, Tensor) or parameter.op is not None:
            raise ArgumentError(f"check_model: parameter {name} is {describe(parameter)}; it must be a Tensor, a leaf.")
    return found


def _row(name: str, parameter: Tensor, stand_in: _StandIn, options: dict[str, Any]) -> Row:
    """The check of one parameter."""
    report = gradcheck(stand_in, (Tensor(parameter.data, name=name),), **options)
    if stand_in.changed:
        report.verdict = "changed"
        report.notes.append(f"the model changes {', '.join(sorted(stand_in.changed))}.")
    verdict: str = report.verdict
    if not stand_in.reached and verdict in GOOD:
        verdict = "no path"
    return Row(name, parameter.shape, report.error, verdict, report)


class _StandIn:
    """The loss as a function of one parameter alone, which is given the numbers of a leaf.

    The parameter stays the object that the model knows. In what a run recorded, the leaf then takes
    its place, so that gradients reach the leaf; the other parameters become constants.
    """

    __name__ = "loss"

    def __init__(
        self,
        parameters: dict[str, Tensor],
        name: str,
        f: Callable[..., Any],
        batch: tuple[Any, ...],
        tick: Callable[[], Any],
    ) -> None:
        self.parameter, self.f, self.tick = parameters[name], f, tick
        self.names = {parameter: name for name, parameter in parameters.items()}
        self.found = [(p, p._data, p._tracked, p._watch) for p in self.names]
        #: The batch and the other parameters in each data type that a leaf has had.
        self.in_dtypes = {self.parameter.dtype: (batch, [data for _, data, _, _ in self.found])}
        self.reached = False
        self.changed: set[str] = set()

    def __call__(self, leaf: Tensor) -> Any:
        batch, seen = self._in_dtype_of(leaf)
        start = next_number()
        try:
            for (p, _, _, _), data in zip(self.found, seen, strict=True):
                p._data, p._tracked, p._watch = data, False, None
            self.parameter._data, self.parameter._tracked = leaf._data, True
            out = self.f(*batch)
            for (p, _, _, _), data in zip(self.found, seen, strict=True):
                if p._data is not (leaf._data if p is self.parameter else data):
                    self.changed.add(self.names[p])
            return self._put_in_place(out, leaf, start)
        finally:
            for p, data, tracked, watch in self.found:
                p._data, p._tracked, p._watch = data, tracked, watch
            self.tick()

    def _in_dtype_of(self, leaf: Tensor) -> tuple[Any, list[Any]]:
        """The batch, and the numbers of all parameters, in the data type that the leaf has in place of the model's."""
        if leaf.dtype not in self.in_dtypes:
            parts = self.in_dtypes[self.parameter.dtype]
            self.in_dtypes[leaf.dtype] = _in_dtype(parts, leaf.dtype)
        return self.in_dtypes[leaf.dtype]

    def _put_in_place(self, out: Any, leaf: Tensor, start: int) -> Any:
        """`out` with the leaf for the parameter in all that has been recorded since `start`."""
        results, rebuild = flatten(out)
        self.reached |= any(y is self.parameter for y in results)
        recorded = [y for y in results if isinstance(y, Node) and y._tracked and y not in self.names]
        for node in topological_order(recorded):
            if node._number > start and any(parent in self.names for parent in node._inputs):
                self.reached |= any(parent is self.parameter for parent in node._inputs)
                inputs = tuple(
                    leaf if parent is self.parameter else None if parent in self.names else parent
                    for parent in node._inputs
                )
                node._link(inputs, node._values, node._params)
        return rebuild([leaf if y is self.parameter else y for y in results])


def _in_dtype(batch: Any, dtype: Any) -> Any:
    """The batch with its arrays of floats in another data type."""

    def converted(x: Any) -> Any:
        is_floats = isinstance(x, np.ndarray | Tensor) and x.dtype.kind == "f"
        return x.astype(dtype) if is_floats else x

    return tree_map(converted, batch)


@contextmanager
def _restored(model: Any, parameters: dict[str, Tensor]) -> Iterator[None]:
    """Give the model back as it was: attributes, parameters, buffers, gradients."""
    modules = list(model.modules()) if callable(getattr(model, "modules", None)) else [model]
    attributes = [(module, dict(vars(module))) for module in modules if hasattr(module, "__dict__")]
    held = [*parameters.values(), *(x for _, found in attributes for x in found.values() if isinstance(x, Tensor))]
    tensors = [(x, x._data, x._grad, x._tracked) for x in held]
    try:
        yield
    finally:
        for module, found in attributes:
            vars(module).clear()
            vars(module).update(found)
        for x, data, grad, tracked in tensors:
            x._data, x._grad, x._tracked = data, grad, tracked


def _tick(bar: Any, most: int) -> None:
    """One run further, up to what a parameter was given of the bar."""
    if bar.n < most:
        bar.update(1)


def _bar(parameters: dict[str, Tensor], progress: bool | None) -> Any:
    # Loaded with the first bar: most programs show none.
    from tqdm import tqdm

    total = EVALUATIONS * sum(parameter.size for parameter in parameters.values())
    # None is tqdm's own word for: only where stderr is a terminal.
    return tqdm(total=total, desc="check_model", unit="run", disable=None if progress is None else not progress)
