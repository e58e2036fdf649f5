"""Writes the chain rule out: path by path, by sums at shared nodes, or by deltas that several derivatives share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

import numpy as np

from autograd_lite.draw.blocks import Block, Equation, Heading, Sentence
from autograd_lite.draw.chains import Chain, Chains
from autograd_lite.draw.equation import EMPTY, Math, amount, formula, joined, name, quantity, ratio, said, sign
from autograd_lite.draw.fold import Fold, FoldEdge
from autograd_lite.draw.numbers import MINUS
from autograd_lite.draw.shapes import of_product
from autograd_lite.graph import Node

#: With more paths, sums at shared nodes take the place of the list of them.
LISTED = 8
#: So many of the paths are written where not all are, and so many factors and terms of each.
FEW, FACTORS, TERMS = 3, 12, 8
#: So many equations, before they are cut.
LINES = 24
COLON = Math(": ", r"\colon~", '<mo separator="true">:</mo>')
LETTERS = ("δ", "ε", "Δ")
Given = TypeVar("Given")


class ChainWriter:
    """Writes about one folded graph and the nodes in `wrt`.

    Attributes
    ----------
    chains : the paths from the output to `wrt`.
    deltas : the symbol of each gradient that has one.
    """

    def __init__(self, fold: Fold, wrt: Sequence[Node]) -> None:
        self.fold, self.survey, self.wrt = fold, fold.survey, dict.fromkeys(wrt)
        self.output = fold.survey.output
        self.chains = Chains(fold, wrt)
        self.deltas: dict[Node, Math] = {}
        self.known_shapes = {self.survey.name(n): np.shape(n._data) for n in fold.kept}
        #: For a node of several uses, what depends on it through others; whether ∂⁺ was written.
        self.indirect: dict[Node, set[Node]] = {}
        self.used_immediate = False
        if len(self.wrt) > 1:
            given = set(self.survey.given.values())
            letter = next((c for c in LETTERS if not any(n.startswith(c) for n in given)), LETTERS[-1])
            shared = [node for node in self.chains.shared() if node not in self.wrt]
            self.deltas = {node: name(letter + _below(i)) for i, node in enumerate(shared, 1)}

    # The parts of a product

    def gradient(self, node: Node) -> Math:
        """The derivative of the output by a node, as a symbol."""
        return ratio(name(self.survey.name(self.output)), name(self.survey.name(node)))

    def symbol(self, edge: FoldEdge) -> Math:
        """The derivative along an edge, as a symbol."""
        assert isinstance(edge.source, Node)
        sign_of = "∂⁺" if self.is_one_of_several(edge) else "∂"
        return ratio(name(self.survey.name(edge.target)), name(self.survey.name(edge.source)), sign_of)

    def is_one_of_several(self, edge: FoldEdge) -> bool:
        """Whether its target depends on its source by way of others too, so that this is not the whole derivative."""
        source = edge.source
        assert isinstance(source, Node)
        uses = self.chains.uses.get(source, ())
        if len(uses) < 2:
            return False
        if source not in self.indirect:
            found = {onward.target for use in uses for onward in self.chains.uses.get(use.target, ())}
            waiting = list(found)
            while waiting:
                onward_of = {use.target for use in self.chains.uses.get(waiting.pop(), ())} - found
                found |= onward_of
                waiting += onward_of
            self.indirect[source] = found
        self.used_immediate |= edge.target in self.indirect[source]
        return edge.target in self.indirect[source]

    def written(self, edge: FoldEdge) -> Math:
        """The same as a formula; as a symbol where there is no formula."""
        if edge.formula is None or edge.derivative is None:
            return self.symbol(edge)
        return formula(edge.formula)

    def figure(self, edge: FoldEdge) -> Math:
        assert edge.derivative is not None
        return amount(edge.derivative)

    def is_scalar(self, node: Node) -> bool:
        """Whether all derivatives on the way to a node are numbers."""
        seen = {node}
        waiting = [node]
        while waiting:
            for edge in self.chains.uses.get(waiting.pop(), ()):
                if edge.derivative is None:
                    return False
                if edge.target not in seen:
                    seen.add(edge.target)
                    waiting.append(edge.target)
        return True

    # One derivative

    def alone(self, node: Node) -> Iterator[Block]:
        """The derivative by one node: its paths, or where there are many, sums at shared nodes."""
        count = self.chains.count[node]
        scalar = self.is_scalar(node)
        if node is self.output:
            yield Equation(self.gradient(node), (quantity(self.fold.chain.gradients[node]),))
        elif count > LISTED:
            yield self.said_of(count, node, " They are summed up at the nodes that they share:")
            yield from self.factored(node)
            largest = self.chains.largest(node, FEW) if scalar else []
            if largest:
                yield Heading("The largest of the paths")
            for i, chain in enumerate(largest, 1):
                yield self.path(said(f"path {i}"), chain)
        elif count == 1:
            (chain,) = self.chains.all(node)
            yield self.path(self.gradient(node), chain)
        else:
            yield from self.listed(node, scalar)
        if not scalar and count <= LISTED:
            yield from self.factored(node)

    def listed(self, node: Node, scalar: bool) -> Iterator[Block]:
        """Every path, and their sum."""
        paths = list(self.chains.all(node))
        yield self.said_of(len(paths), node)
        for i, chain in enumerate(paths, 1):
            yield self.path(said(f"path {i}"), chain)
        if scalar:
            products = [amount(chain.product) for chain in paths]
            yield Equation(self.gradient(node), (_sum(products), quantity(self.fold.chain.gradients[node])))

    def said_of(self, count: int, node: Node, more: str = "") -> Sentence:
        return Sentence(f"{count} paths lead from {self.name(self.output)} back to {self.name(node)}.{more}")

    def path(self, left: Math, chain: Chain) -> Equation:
        """One path: symbols, formulas, numbers, product."""
        symbols = _product_of(chain.edges, self.symbol)
        rights = [] if symbols.text == left.text else [symbols]
        if chain.product is not None:
            rights.append(_product_of(chain.edges, self.written))
            rights += [_product_of(chain.edges, self.figure), amount(chain.product)]
        return _equation(left, rights or [symbols])

    def factored(self, node: Node) -> Iterator[Block]:
        """The gradients on the way to a node, each a sum over its uses."""
        way = self.on_the_way(node)
        steps = [n for n in reversed(self.chains.order) if n in way and n is not self.output]
        yield from map(self.step, steps[: LINES - 1])
        if len(steps) > LINES:
            yield Sentence(f"... {len(steps) - LINES} more ...")
        yield from map(self.step, steps[LINES - 1 :][-1:])

    def on_the_way(self, node: Node) -> set[Node]:
        way = {node}
        for n in self.chains.order[self.chains.order.index(node) :]:
            if any(edge.source in way for edge in self.chains.parts.get(n, ())):
                way.add(n)
        return way

    # Several derivatives

    def together(self) -> Iterator[Block]:
        """The derivatives by several nodes, and first what they have in common."""
        scalar = all(self.is_scalar(node) for node in self.wrt if node in self.chains.count)
        shown = [n for n in reversed(self.chains.order) if n not in self.wrt and n is not self.output]
        if scalar:
            shown = [n for n in shown if n in self.deltas]
        if shown:
            yield Heading("What several derivatives have in common" if self.deltas else "On the way")
        for node in shown[:LINES]:
            yield self.step(node)
        if len(shown) > LINES:
            yield Sentence(f"... {len(shown) - LINES} more ...")
        yield Heading("The derivatives")
        for node in self.wrt:
            if self.chains.count.get(node):
                yield self.step(node, in_full=True)

    def step(self, node: Node, in_full: bool = False) -> Equation:
        """The gradient by a node from those that come before it in the sweep."""
        left = self.gradient(node)
        if node is self.output:
            return Equation(left, (quantity(self.fold.chain.gradients[node]),))
        delta = self.deltas.get(node)
        rights: list[Math] = []
        noted = None
        if in_full and self.chains.count[node] == 1:
            (chain,) = self.chains.all(node)
            rights.append(_product_of(chain.edges, self.symbol))
        runs = [self.run(edge) for edge in self.chains.uses[node]]
        rights.append(_sum(_product(self.heads(run, self.symbol)) for run in runs))
        if all(edge.derivative is not None for run in runs for edge in run):
            rights.append(_sum(_product(self.heads(run, self.written)) for run in runs))
            rights.append(_sum(_product(self.heads(run, self.figure, figures=True)) for run in runs))
        elif all(edge.formula is not None for edge in self.chains.uses[node]):
            uses = self.chains.uses[node]
            noted = self.shapes(uses[0]) if len(uses) == 1 else None
            rights.append(_sum(map(self.matrix, uses)) + (EMPTY if noted is None else COLON + noted))
        rights.append(quantity(self.fold.chain.gradients[node]))
        if delta is not None:
            left, rights = delta, [left, *rights]
        return _equation(left, rights, broken=noted is not None)

    def run(self, edge: FoldEdge) -> list[FoldEdge]:
        """The edges from the last gradient with a symbol, or the output, down to this one."""
        run = [edge]
        while self.deltas and run[0].target not in self.deltas and run[0].target is not self.output:
            uses = self.chains.uses[run[0].target]
            if len(uses) > 1 or run[0].target in self.wrt:
                break
            run.insert(0, uses[0])
        return run

    def heads(self, run: list[FoldEdge], as_written: Callable[[FoldEdge], Math], figures: bool = False) -> list[Math]:
        """The factors of a run, with the gradient that it begins with."""
        top = run[0].target
        factors = [as_written(edge) for edge in run]
        if top is self.output:
            return factors
        if figures:
            return [amount(self.fold.chain.gradients[top]), *factors]
        return [self.deltas.get(top) or self.gradient(top), *factors]

    def matrix(self, edge: FoldEdge) -> Math:
        """What an edge adds to a gradient, in matrix form, with symbols for the gradients that have one."""
        assert edge.formula is not None
        delta = self.deltas.get(edge.target)
        whole = formula(edge.formula, delta)
        if edge.target is self.output or edge.formula.is_gradient:
            return whole
        # A factor alone, which the gradient of the target is multiplied by.
        op = edge.target._op
        times = "⊙" if op is not None and op.elementwise and np.ndim(edge.target._data) else "·"
        return (delta or self.gradient(edge.target)) + sign(times) + whole.factor()

    def shapes(self, edge: FoldEdge) -> Math | None:
        """The shapes of the matrices whose product an edge adds to a gradient."""
        assert edge.formula is not None
        above = self.gradient(edge.target)
        known = {**self.known_shapes, above.text: np.shape(edge.target._data)}
        return of_product(formula(edge.formula).text, known)

    def name(self, node: Node) -> str:
        return self.survey.name(node)


def _equation(left: Math, rights: Iterable[Math], broken: bool = False) -> Equation:
    """An equation without steps that say the same twice."""
    kept: list[Math] = []
    for right in rights:
        if right.text != left.text and (not kept or right.text != kept[-1].text):
            kept.append(right)
    return Equation(left, tuple(kept), broken)


def _product(factors: Iterable[Math]) -> Math:
    return _product_of(list(factors), lambda factor: factor)


def _product_of(given: Sequence[Given], as_written: Callable[[Given], Math]) -> Math:
    """The product of what is given, of which only the factors that are shown are written."""
    if len(given) > FACTORS:
        first, last = (map(as_written, part) for part in (given[: FACTORS // 2], given[-FACTORS // 2 :]))
        dots = sign("⋯", spaced=False)
        return joined([*(f.factor() for f in first), dots, *(f.factor() for f in last)], "·")
    factors = [as_written(one) for one in given]
    return joined([f.factor() for f in factors] if len(factors) > 1 else factors, "·")


def _sum(terms: Iterable[Math]) -> Math:
    first, *rest = terms
    terms = [first, *(term.factor() if term.text.startswith(MINUS) else term for term in rest)]
    if len(terms) > TERMS:
        terms = [*terms[: TERMS // 2], sign("⋯", spaced=False), *terms[-TERMS // 2 :]]
    return joined(terms, "+")


def _below(i: int) -> str:
    return str(i).translate(str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉"))
