"""What a page writes and says at each step: equations, the numbers that go into them, a sentence to be read aloud."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np

from autograd_lite.draw.amount import same
from autograd_lite.draw.numbers import MINUS, inline, is_scalar, number
from autograd_lite.draw.page.asked import Asked
from autograd_lite.draw.page.lesson import Step
from autograd_lite.draw.page.mathematics import block, colored, line, name, partial
from autograd_lite.draw.picture import Picture, PictureEdge, PictureNode, Place
from autograd_lite.draw.text import expression_of
from autograd_lite.draw.typeset import Formula

#: Of more values than this, the first step lists the first.
MANY = 60


@dataclass(frozen=True)
class Card:
    """One step in markup: the equation for the list, factors and sum for the step at hand; and in plain words."""

    heading: str
    equation: str
    factors: str
    sum: str
    said: str


class Speaker:
    """Writes the cards of one picture; of an exercise, the cards of its answers with what it asks for marked."""

    def __init__(self, picture: Picture, asked: Asked) -> None:
        self.picture, self.asked = picture, asked
        self.index = {id(edge): i for i, edge in enumerate(picture.edges, 1)}
        self.nodes = {node.number: node for node in picture.nodes}
        self.output = picture.output.name
        self.arguments: dict[int, list[PictureNode]] = {number: [] for number in self.nodes}
        for edge in picture.edges:
            self.arguments[edge.target].append(self.nodes[edge.source])

    def card(self, step: Step) -> Card:
        """The card of one step."""
        if step.phase == "backward":
            return self.flow(step, step.edge) if step.edge else self.seed(step)
        return {"given": self.given, "forward": self.compute, "seed": self.seed}[step.phase](step)

    def given(self, step: Step) -> Card:
        """The values that the computation starts from."""
        leaves = [n for n in self.picture.nodes if not n.is_literal and not n.is_computed]
        shown = leaves[:MANY]
        more = f", and {len(leaves) - MANY:,} more" if len(leaves) > MANY else ""
        equation = ", ".join(self._value(n) for n in shown) + more
        factors = "".join(factor("given", name(n.name), self._held(n)) for n in shown)
        said = ", ".join(f"{n.name} = {self.asked.text(('value', n.number), inline(n.value))}" for n in shown) + more
        return Card("Given", equation, factors + more.lstrip(", "), "", said)

    def compute(self, step: Step) -> Card:
        """One operation on the values of its arguments."""
        node, arguments = step.node, self.arguments[step.node.number]
        here: Place = ("value", node.number)
        scalars = is_scalar(node.value) and all(is_scalar(a.value) for a in arguments)
        # Numbers that are put in would tell what is asked for.
        scalars = scalars and not any(("value", a.number) in self.asked.places for a in arguments)
        if node.expression is not None:
            terms = [(node.expression.mathml, node.expression.text)]
            if scalars:
                text = self._products(node) or _with_numbers(node.expression, arguments).text
                terms.append((escape(text, quote=False), text))
        else:
            names, numbers = [a.name for a in arguments], [number(a.value) for a in arguments if scalars]
            words = [expression_of(node, names), expression_of(node, numbers or names)]
            terms = [(escape(text, quote=False), text) for text in words]
        symbols, words = zip(*dict.fromkeys(terms), strict=True)
        written = " = ".join([name(node.name), *symbols])
        said = " = ".join([node.name, *words, self.asked.text(here, inline(node.value))])
        distinct = {a.number: a for a in arguments if not a.is_literal}
        factors = "".join(factor("", name(a.name), self._held(a)) for a in distinct.values())
        result = factor("goal", name(node.name), self._held(node))
        into = '<span class="sign" aria-hidden="true">→</span>' if factors else ""
        return Card(
            f"Compute {escape(node.name, quote=False)}", written + self._result(here, color(node), node.value),
            factors + into + result, "", said,
        )  # fmt: skip

    def _products(self, node: PictureNode) -> str:
        """In the graph of a backward pass: the sum of incoming gradients times factors, in numbers."""
        if self.picture.view != "backward":
            return ""
        into = [edge for edge in self.picture.edges if edge.target == node.number]
        if not all(map(known, into)):
            return ""
        pairs = ((number(self.nodes[edge.source].value), number(edge.derivative)) for edge in into)
        return " + ".join(" × ".join(map(bracketed, pair)) for pair in pairs)

    def seed(self, step: Step) -> Card:
        """The derivative of the output by itself."""
        fraction = partial(self.output, step.node.name)
        here: Place = ("gradient", step.node.number)
        one = self.asked.html(here, colored("gradient", line(step.after)))
        return Card(
            "Back-propagation starts", f"{fraction} = {one}", factor("goal", fraction, one), "",
            f"∂{self.output}/∂{step.node.name} = {self.asked.text(here, inline(step.after))}",
        )  # fmt: skip

    def flow(self, step: Step, edge: PictureEdge) -> Card:
        """Incoming gradient times local derivative, and what that makes of the argument's gradient."""
        source, target = step.node, self.nodes[edge.target]
        goal, said = partial(self.output, source.name), f"∂{self.output}/∂{source.name}"
        here: Place = ("contribution", self.index[id(edge)])
        symbols, words = self._product(edge, source, target)
        sums = spoken = ""
        if step.before is not None or step.left:
            sums, spoken = self._sum(step, goal, said)
        else:
            symbols, words = [goal, *symbols], [said, *words]
        return Card(
            f"Back from {escape(target.name, quote=False)} to {escape(source.name, quote=False)}",
            " = ".join(symbols) + self._result(here, "gradient", edge.contribution),
            self._factors(edge, source, target), sums,
            " = ".join([*words, self.asked.text(here, inline(edge.contribution))]) + (f"; {spoken}" if spoken else ""),
        )  # fmt: skip

    def _product(self, edge: PictureEdge, source: PictureNode, target: PictureNode) -> tuple[list[str], list[str]]:
        """The chain rule along one edge, in symbols and, of numbers, in numbers; in markup and in words."""
        local: Place = ("derivative", self.index[id(edge)])
        if edge.formula is not None and edge.formula.is_gradient:
            symbol = self.asked.html(local, colored("derivative", edge.formula.mathml))
            return [symbol], [self.asked.text(local, edge.formula.text)]
        symbols = [f"{partial(self.output, target.name)} · {partial(target.name, source.name)}"]
        words = [f"∂{self.output}/∂{target.name} · ∂{target.name}/∂{source.name}"]
        if known(edge) and is_scalar(target.gradient):
            incoming: Place = ("gradient", target.number)
            factors = bracketed(number(target.gradient)), bracketed(number(edge.derivative))
            first = self.asked.html(incoming, colored("gradient", factors[0]))
            symbols.append(f"{first} × {self.asked.html(local, colored('derivative', factors[1]))}")
            words.append(f"{self.asked.text(incoming, factors[0])} × {self.asked.text(local, factors[1])}")
        return symbols, words

    def _factors(self, edge: PictureEdge, source: PictureNode, target: PictureNode) -> str:
        """The incoming gradient, the local derivative and their product, side by side."""
        here: Place = ("derivative", self.index[id(edge)])
        made: Place = ("contribution", self.index[id(edge)])
        whole = edge.formula is not None and edge.formula.is_gradient
        parts = [partial(self.output if whole else target.name, source.name)]
        said = {edge.left, number(edge.derivative) if known(edge) else ""}
        if edge.formula is not None and edge.formula.text not in said:
            parts.append(self.asked.html(here, colored("derivative", edge.formula.mathml)))
        derivative = edge.derivative
        if derivative is None and same(edge.entries) is None:
            derivative = edge.entries
        local = "" if derivative is None else self.asked.html(here, colored("derivative", block(derivative)))
        incoming = self.asked.html(("gradient", target.number), colored("gradient", block(target.gradient)))
        product = self.asked.html(made, colored("gradient", block(edge.contribution)))
        sign = "→" if whole else "×" if known(edge) else "·" if edge.entries is None else "⊙"
        return "".join([
            factor("", partial(self.output, target.name), incoming, "incoming gradient"),
            f'<span class="sign">{sign}</span>',
            factor("", " = ".join(parts), local, "rule" if whole else "local derivative"),
            '<span class="sign">=</span>',
            factor("goal", "", product, "product"),
        ])  # fmt: skip

    def _sum(self, step: Step, goal: str, said: str) -> tuple[str, str]:
        """How the gradient of a node with several uses grows."""
        assert step.edge is not None
        place: Place = ("contribution", self.index[id(step.edge)])
        if ("gradient", step.node.number) in self.asked.places:
            place = ("gradient", step.node.number)

        def both(text: str) -> tuple[str, str]:
            markup = colored("gradient", escape(text, quote=False))
            return self.asked.html(place, markup), self.asked.text(place, text)

        after = both(inline(step.after))
        if step.before is None:
            equation, spoken = f"{goal} = {after[0]} + …", f"{said} so far {after[1]}"
        else:
            first, second = both(inline(step.before)), both(bracketed(inline(step.edge.contribution)))
            more = " + …" if step.left else ""
            equation = f"{goal} = {first[0]} + {second[0]}{more} = {after[0]}{more}"
            spoken = f"{said} = {first[1]} + {second[1]} = {after[1]}"
        state = f"{step.left} more to come" if step.left else "complete"
        return f'{equation} <span class="state">{state}</span>', f"{spoken}, {state}"

    def _held(self, node: PictureNode) -> str:
        """The value of a node, as a card shows it."""
        return self.asked.html(("value", node.number), colored(color(node), block(node.value)))

    def _result(self, place: Place, kind: str, data: Any) -> str:
        """What an equation ends with; an array's entries stand on the card below it in larger print."""
        written = f" = {self.asked.html(place, colored(kind, line(data)))}"
        return written if is_scalar(data) else f'<span class="entries">{written}</span>'

    def _value(self, node: PictureNode) -> str:
        held = self.asked.html(("value", node.number), colored(color(node), line(node.value)))
        return f"{name(node.name)} = {held}"


def factor(kind: str, symbol: str, value: str, label: str = "") -> str:
    """A quantity on a card: what it is, its symbol, its value."""
    said = f'<span class="label">{label}</span>' if label else ""
    held = f'<span class="symbol">{symbol}</span>' if symbol else ""
    shown = f'<span class="number">{value}</span>' if value else ""
    return f'<span class="{f"factor {kind}".strip()}">{said}{held}{shown}</span>'


def _with_numbers(expression: Formula, arguments: list[PictureNode]) -> Formula:
    """An expression with the arguments' values in the place of their names."""
    values = {argument.name: number(argument.value) for argument in arguments}
    meant = {letter: values.get(x if isinstance(x, str) else x.text, x) for letter, x in expression.names.items()}
    # Numbers side by side would read as one.
    return Formula(expression.latex.replace(r"\tight", r"\cdot"), meant)


def color(node: PictureNode) -> str:
    """The colour of what a node holds."""
    return "gradient" if node.is_gradient else "value"


def known(edge: PictureEdge) -> bool:
    """Whether the local derivative is a number."""
    return edge.derivative is not None and is_scalar(edge.derivative)


def bracketed(text: str) -> str:
    """A negative number in brackets, as it stands beside an operator."""
    return f"({text})" if text.startswith(MINUS) else text


def shown(data: Any) -> str | None:
    """What a drawing writes of a sum that still grows: a number, and nothing in the place of an array."""
    return number(data) if np.ndim(data) == 0 else None
