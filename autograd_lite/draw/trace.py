"""The program as a list of numbered lines, and beside it the reverse sweep: a Wengert list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np

from autograd_lite.draw import latex
from autograd_lite.draw.build import meanings
from autograd_lite.draw.calling import call_of, transposed
from autograd_lite.draw.chain import ChainRule, chain_rule
from autograd_lite.draw.equation import (
    EMPTY,
    Math,
    amount,
    bar,
    formula,
    joined,
    name,
    padded,
    quantity,
    sign,
    width,
)
from autograd_lite.draw.survey import Survey, Vertex, is_literal
from autograd_lite.draw.typeset import Formula
from autograd_lite.draw.written import Written, letters
from autograd_lite.errors import KindError, describe
from autograd_lite.graph import Node

#: A line speaks of this many uses.
MOST = 8
FORWARD, REVERSE = "program, to be read downwards", "reverse sweep, to be read upwards"
STYLE = """<style>
.ag-trace table { border-collapse: collapse; }
.ag-trace th { text-align: left; font-weight: normal; white-space: nowrap; opacity: 0.75; }
.ag-trace th { padding: 0 1.5em 0.4em 0.3em; }
.ag-trace td { padding: 0.15em 1.5em 0.15em 0.3em; white-space: nowrap; }
.ag-trace td:first-child { text-align: right; opacity: 0.75; padding-right: 0.6em; }
.ag-trace { overflow-x: auto; }
</style>"""


@dataclass(frozen=True, eq=False)
class TraceLine:
    """One line of a trace.

    Attributes
    ----------
    number, name : of the node, as drawings count and call it.
    value : what the program computed.
    adjoint : the gradient of the output by it; None where there is none.
    terms : what the sweep adds up to it, in the order in which it adds: for each use the number of the line and
        the contribution.
    forward, reverse : the two equations.
    """

    number: int
    name: str
    value: Any
    adjoint: Any
    terms: tuple[tuple[int, Any], ...]
    forward: Math
    reverse: Math


@dataclass(frozen=True, eq=False, repr=False)
class Trace(Written):
    """A program and its reverse sweep: see `trace`. Going through it gives its lines.

    >>> import autograd_lite as ag
    >>> x = ag.Value(3.0, name="x")
    >>> [(line.name, line.value, line.adjoint) for line in ag.draw.trace(x * x)]
    [('x', 3.0, 6.0), ('v₂', 9.0, 1.0)]
    """

    lines: tuple[TraceLine, ...]
    output: str
    remark: str = ""

    @property
    def title(self) -> str:  # type: ignore[override]
        return f"Trace of {self.output}"

    @property
    def text(self) -> str:
        """Aligned columns."""
        cells = [(str(line.number), line.forward.text, line.reverse.text) for line in self.lines]
        first, second = (max(width(row[i]) for row in cells) for i in (0, 1))
        swept = any(reverse for _, _, reverse in cells)
        second = max(second, len(FORWARD)) if swept else second
        head = f"{'':{first}}  {padded(FORWARD, second)}  {REVERSE if swept else ''}".rstrip()
        body = [f"{n:>{first}}  {padded(a, second)}  {b}".rstrip() for n, a, b in cells]
        return "\n".join([head, *body, *([f"\n{self.remark}"] if self.remark else [])])

    @property
    def latex(self) -> str:
        """A table."""
        rows = [
            rf"{line.number} & ${line.forward.tex}$ & {f'${line.reverse.tex}$' if line.reverse.tex else ''} \\"
            for line in self.lines
        ]
        head = rf" & {FORWARD} & {REVERSE} \\ \hline"
        remark = [rf"\multicolumn{{3}}{{l}}{{{latex.text(self.remark)}}} \\"] if self.remark else []
        return letters("\n".join([r"\begin{tabular}{rll}", head, *rows, *remark, r"\end{tabular}"]))

    @property
    def html(self) -> str:
        """A table with MathML."""
        rows = [
            f"<tr><td>{line.number}</td><td>{_mathml(line.forward)}</td><td>{_mathml(line.reverse)}</td></tr>"
            for line in self.lines
        ]
        head = f"<tr><th></th><th>{FORWARD}</th><th>{REVERSE}</th></tr>"
        remark = f"<p>{escape(self.remark)}</p>" if self.remark else ""
        body = "\n".join(rows)
        return f'<div class="ag-trace">{STYLE}\n<table>\n{head}\n{body}\n</table>{remark}</div>'

    def __iter__(self) -> Iterator[TraceLine]:
        return iter(self.lines)

    def __len__(self) -> int:
        return len(self.lines)

    def __repr__(self) -> str:
        return f"<Trace of {self.output}: {len(self.lines)} lines>"


def trace_of(output: Node, names: Mapping[str, Any] | None) -> Trace:
    """The trace that `draw.trace` gives."""
    if not isinstance(output, Node):
        raise KindError(f"trace: expected a Tensor or a Value, got {describe(output)}.")
    if names is not None and not (isinstance(names, Mapping) and all(isinstance(n, str) for n in names)):
        raise KindError(f"trace: names= is a mapping from names to nodes, such as locals(), got {describe(names)}.")
    survey = Survey(output, names)
    called = survey.name(output)
    remark = ""
    if not output._tracked:
        remark = f"{called} is not tracked: there is no reverse sweep."
    elif np.size(output._data) != 1:
        remark = f"{called} has {np.size(output._data)} elements: there is a reverse sweep from a single number alone."
    chain = ChainRule() if remark else chain_rule(output)
    return Trace(tuple(_Sweep(survey, chain).lines()), called, remark)


class _Sweep:
    """Writes the lines of one trace."""

    def __init__(self, survey: Survey, chain: ChainRule) -> None:
        self.survey, self.chain = survey, chain
        #: For each node the arguments that it is, in the order of the sweep.
        self.uses: dict[Node, list[tuple[Node, int]]] = {}
        for node in reversed(survey.order):
            if isinstance(node, Node):
                for i, parent in enumerate(node._inputs):
                    if parent is not None and (node, i) in chain.contributions:
                        self.uses.setdefault(parent, []).append((node, i))

    def lines(self) -> Iterator[TraceLine]:
        for vertex in self.survey.order:
            if isinstance(vertex, Node) or not is_literal(vertex):
                yield self.line(vertex)

    def line(self, vertex: Vertex) -> TraceLine:
        survey = self.survey
        called, value = survey.name(vertex), survey.value(vertex)
        if not isinstance(vertex, Node):
            return TraceLine(survey.number[vertex], called, value, None, (), self.equation(called, None, value), EMPTY)
        adjoint = self.chain.gradients.get(vertex)
        uses = self.uses.get(vertex, [])
        terms = tuple((survey.number[node], self.chain.contributions[node, i]) for node, i in uses)
        made = None if vertex._op is None else call_of(vertex, self.survey)
        forward = self.equation(called, made, value)
        reverse = EMPTY if adjoint is None else self.reverse(vertex, uses, adjoint)
        return TraceLine(survey.number[vertex], called, value, adjoint, terms, forward, reverse)

    def equation(self, called: str, made: Math | None, value: Any) -> Math:
        return joined([name(called), *([made] if made else []), quantity(value)], "=")

    def reverse(self, node: Node, uses: list[tuple[Node, int]], adjoint: Any) -> Math:
        """What the adjoint of a node is: 1 for the output, else the sum over its uses."""
        value = quantity(adjoint)
        parts = [bar(self.survey.name(node))]
        if uses:
            shown = uses[:MOST]
            rest = [sign("…", spaced=False)] if len(uses) > MOST else []
            parts.append(joined([*(self.term(*use) for use in shown), *rest], "+"))
            numbers = [self.numbers(*use) for use in shown]
            if all(numbers):
                put_in = joined([*(n for n in numbers if n is not None), *rest], "+")
                if put_in.text != value.text:
                    parts.append(put_in)
        return joined([*parts, value], "=")

    def term(self, node: Node, i: int) -> Math:
        """The adjoint of a use times the local derivative of it."""
        assert node._op is not None
        op = node._op
        latex = op.each[0] if op.each else op.latex[i]
        above = bar(self.survey.name(node))
        card = Formula(latex, meanings(node, self.survey))
        # TeX takes braces about a lone accent away, and a second index would be its own.
        factor = formula(card, Math(above.text, f"{above.tex}{{}}", above.mathml))
        if card.is_gradient:
            return factor
        if op.symbol == "ᵀ":
            return transposed(above)
        times = "⊙" if np.ndim(node._data) and op.elementwise and latex.strip("-") != "1" else "·"
        product = above + sign(times) + factor.factor()
        if op.elementwise and np.size(node._data) > np.size(node._values[i]):
            # What was repeated for each element adds up.
            return Math("Σ", r"\sum", "<mo>∑</mo>") + product.in_brackets()
        return product

    def numbers(self, node: Node, i: int) -> Math | None:
        """The same in numbers, where there are single ones."""
        slope, above = self.chain.derivatives.get((node, i)), self.chain.gradients.get(node)
        if slope is None or above is None:
            return None
        return amount(above).factor() + sign("·") + amount(slope).factor()


def _mathml(equation: Math) -> str:
    return f"<math>{equation.mathml}</math>" if equation.mathml else ""
