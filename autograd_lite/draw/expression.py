"""Expressions: a node written in terms of the named ones, as a lecture writes it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from autograd_lite.draw.build import symbol_of
from autograd_lite.draw.names import SUBSCRIPTS, small
from autograd_lite.draw.numbers import MINUS, inline, number
from autograd_lite.draw.pieces import Piece, is_word
from autograd_lite.draw.survey import Survey, Vertex, argument
from autograd_lite.draw.typeset import Formula
from autograd_lite.graph import Node

FactorKind = Literal["number", "short", "word", "group", "other"]
#: How tightly the parts of an expression hold together.
SUM, NEGATIVE, PRODUCT, CALL, POWER, ATOM = range(1, 7)
#: An expression that is longer is cut.
LONGEST = 48
#: How deep and how wide an expression may be, tried one after the other until it is short enough.
LIMITS = ((12, 12), (8, 8), (6, 6), (4, 4), (3, 3), (2, 3), (1, 3), (0, 3))
#: Up to this many entries, an array without a name is written out.
FEW = 3
PASSING = frozenset({"identity", "copy", "positive", "astype", "tensor", "value", "real", "conjugate"})
TRANSPOSES = frozenset({"transpose", "matrix_transpose", "linalg.matrix_transpose"})
PRODUCTS = frozenset({"matmul", "dot", "vecdot", "matvec", "vecmat"})
RELATIONS = {
    "greater": ">", "greater_equal": r"\ge", "less": "<", "less_equal": r"\le", "equal": "=", "not_equal": r"\ne",
}  # fmt: skip
FUNCTIONS = {
    "log": r"\ln", "exp": r"\exp", "sin": r"\sin", "cos": r"\cos", "tan": r"\tan",
    "tanh": r"\tanh", "sinh": r"\sinh", "cosh": r"\cosh", "maximum": r"\max", "minimum": r"\min",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Written:
    """A part of an expression in LaTeX, how tightly it holds together, and what kind of factor it is.

    The sign of a negative one stands first.
    """

    latex: str
    level: int
    kind: FactorKind = "other"


#: What is left out.
DOTS = Written(r"\dots", ATOM)


class Script:
    """Letters that stand for names in the LaTeX of a formula: of Unicode's for private use, one for each."""

    def __init__(self) -> None:
        self.names: dict[str, str | Piece] = {}
        self.letters: dict[str, str] = {}

    def put(self, meaning: str | Piece) -> str:
        """The letter for a name, or for a part of a formula that is typeset already."""
        known = self.letters.get(meaning) if isinstance(meaning, str) else None
        if known is not None:
            return known
        letter = chr((0xE000 if len(self.names) < 6000 else 0xF0000) + len(self.names))
        self.names[letter] = meaning
        if isinstance(meaning, str):
            self.letters[meaning] = letter
        return letter

    def name(self, name: str) -> Written:
        """A name as a factor."""
        return Written(self.put(name), ATOM, "word" if is_word(name) else "short")

    def number(self, x: float) -> Written:
        """A number as a factor."""
        said = number(x)
        if said.startswith(MINUS):
            return Written("-" + self.put(said.removeprefix(MINUS)), NEGATIVE, "number")
        return Written(self.put(said), ATOM, "number")

    def formula(self, latex: str) -> Formula:
        """The LaTeX with what its letters stand for."""
        used = set(latex)
        return Formula(latex, {letter: meaning for letter, meaning in self.names.items() if letter in used})


def bracket(part: Written) -> Written:
    """A part in brackets."""
    return Written(rf"\left( {part.latex} \right)", ATOM, "group")


def at_least(part: Written, level: int) -> str:
    """A part, in brackets where it holds together less tightly than it has to."""
    return part.latex if part.level >= level else bracket(part).latex


def product(left: Written, right: Written, sign: str = "") -> Written:
    """Two factors, the sign in front and a number before what is none."""
    if left.latex == right.latex == DOTS.latex:
        return DOTS
    if right.kind == "number" and left.kind != "number" and not sign:
        left, right = right, left
    minus = [part.latex.startswith("-") and part.level > SUM for part in (left, right)]
    left, right = (_without_sign(part) if m else part for part, m in zip((left, right), minus, strict=True))
    left, right = (part if part.level >= PRODUCT else bracket(part) for part in (left, right))
    latex = f"{left.latex} {sign or _between(left, right)} {right.latex}"
    kind: FactorKind = "short" if right.kind == "short" and left.kind in ("short", "number") else "other"
    return Written("-" + latex, NEGATIVE, kind) if minus[0] != minus[1] else Written(latex, PRODUCT, kind)


def _without_sign(part: Written) -> Written:
    return Written(part.latex[1:], ATOM if part.kind in ("number", "short", "word") else PRODUCT, part.kind)


def _between(left: Written, right: Written) -> str:
    """What stands between two factors: nothing, a space or a dot."""
    kinds = (left.kind, right.kind)
    if left.kind == "number" and right.kind in ("short", "group"):
        return ""
    if kinds == ("number", "number") or ("word" in kinds and kinds != ("number", "other")):
        return r"\cdot"
    return r"\tight" if set(kinds) <= {"short", "group"} and kinds != ("group", "short") else r"\spaced"


def quotient(top: Written, bottom: Written) -> Written:
    """A fraction, the sign in front of it."""
    minus = [part.latex.startswith("-") and part.level > SUM for part in (top, bottom)]
    above, below = (part.latex[1:] if m else part.latex for part, m in zip((top, bottom), minus, strict=True))
    latex = rf"\frac{{{above}}}{{{below}}}"
    return Written("-" + latex, NEGATIVE) if minus[0] != minus[1] else Written(latex, PRODUCT)


def power(base: Written, exponent: str) -> Written:
    """A part to a power."""
    kind: FactorKind = base.kind if base.kind in ("short", "word") else "group" if base.level < ATOM else "other"
    return Written(f"{at_least(base, ATOM)}^{{{exponent}}}", POWER, kind)


def negative(part: Written) -> Written:
    """A part with the other sign."""
    if part.latex.startswith("-") and part.level > SUM:
        return _without_sign(part)
    return Written("-" + at_least(part, PRODUCT), NEGATIVE, part.kind)


def total(parts: list[Written]) -> Written:
    """The sum of parts, minus signs in the place of plus signs before negative ones."""
    if all(part.latex == DOTS.latex for part in parts):
        return DOTS
    latex = parts[0].latex
    for part in parts[1:]:
        minus = part.latex.startswith("-") and part.level > SUM
        latex += f" {'-' if minus else '+'} {at_least(_without_sign(part) if minus else part, NEGATIVE)}"
    return Written(latex, SUM) if len(parts) > 1 else parts[0]


class Writer:
    """Writes the nodes of one graph in terms of those that are kept."""

    def __init__(self, survey: Survey, kept: Collection[Vertex], script: Script, depth: int, width: int) -> None:
        self.survey, self.kept, self.script = survey, kept, script
        self.depth, self.width = depth, width
        #: How many more operations may be written: shared ones are written each time.
        self.budget = 200

    def vertex(self, vertex: Vertex, depth: int = 0) -> Written:
        """A kept vertex by its name, a constant by what it is, anything else by its expression."""
        if isinstance(vertex, Node) and (vertex in self.kept or self.survey.given.get(vertex)):
            return self.script.name(self.survey.name(vertex))
        if isinstance(vertex, Node) and vertex._op is not None:
            return self.node(vertex, depth)
        value = vertex._data if isinstance(vertex, Node) else vertex[0]._values[vertex[1]]
        if np.ndim(value) == 0:
            return self.script.number(float(value))
        return self.script.name(_constant(value))

    def node(self, node: Node, depth: int = 0) -> Written:
        """The operation that made a node, on its arguments."""
        op = node._op
        self.budget -= 1
        if depth > self.depth or self.budget < 0 or op is None:
            return DOTS
        write = OPERATIONS.get(op.name)
        if write is not None:
            return write(self, node, depth + 1)
        return self.call(node, depth + 1)

    def argument(self, node: Node, i: int, depth: int) -> Written:
        """Argument i of a node."""
        return self.vertex(argument(node, i), depth)

    def call(self, node: Node, depth: int) -> Written:
        """An operation written as a function."""
        op = node._op
        assert op is not None
        symbol, detail = symbol_of(op, node._params or {})
        count = [i for i, value in enumerate(node._values) if value is not None]
        parts = [self.argument(node, i, depth).latex for i in count[: self.width]]
        parts += [r"\dots"] * (len(count) > self.width)
        if detail:
            parts.append(self.script.put(Piece.of(detail)))
        function = FUNCTIONS.get(op.name) or self.script.put(Piece.of(symbol, "function"))
        return Written(rf"{function} \left( {', '.join(parts)} \right)", CALL)

    def sum(self, node: Node, depth: int) -> Written:
        """A chain of additions and subtractions; of a long one the middle is left out."""
        parts: list[tuple[str, Vertex]] = []
        at: Vertex = node
        while True:
            assert isinstance(at, Node)
            assert at._op is not None
            parts.append((at._op.name, argument(at, 1)))
            at = argument(at, 0)
            if not self._goes_on(at):
                break
        parts.append(("add", at))
        parts.reverse()
        shown = parts if len(parts) <= self.width else [*parts[: self.width - 2], ("add", None), parts[-1]]
        written = []
        for name, vertex in shown:
            part = DOTS if vertex is None else self.vertex(vertex, depth)
            written.append(part if name == "add" else negative(part))
        return total(written)

    def _goes_on(self, vertex: Vertex) -> bool:
        if not isinstance(vertex, Node) or vertex in self.kept or vertex._op is None:
            return False
        return vertex._op.name in ("add", "subtract")

    def multiply(self, node: Node, depth: int) -> Written:
        arrays = all(np.ndim(value) for value in node._values)
        left, right = (self.argument(node, i, depth) for i in (0, 1))
        return product(left, right, r"\odot" if arrays else "")

    def matrix_product(self, node: Node, depth: int) -> Written:
        left, right = (self.argument(node, i, depth) for i in (0, 1))
        latex = rf"{at_least(left, PRODUCT)} \spaced {at_least(right, CALL)}"
        return Written(latex, PRODUCT)

    def divide(self, node: Node, depth: int) -> Written:
        return quotient(*(self.argument(node, i, depth) for i in (0, 1)))

    def exponential(self, node: Node, depth: int) -> Written:
        at = self.argument(node, 0, depth)
        if at.level == ATOM and np.ndim(node._data) == 0:
            return Written(f"e^{{{at.latex}}}", POWER)
        return Written(rf"\exp \left( {at.latex} \right)", CALL)

    def reduction(self, node: Node, depth: int) -> Written:
        """A sum over all entries; over some of them, a function."""
        if symbol_of(node._op, node._params or {})[1]:  # type: ignore[arg-type]
            return self.call(node, depth)
        return Written(rf"\sum {at_least(self.argument(node, 0, depth), PRODUCT)}", PRODUCT)

    def item(self, node: Node, depth: int) -> Written:
        symbol, _ = symbol_of(node._op, node._params or {})  # type: ignore[arg-type]
        at = at_least(self.argument(node, 0, depth), ATOM)
        return Written(rf"{at} \tight {self.script.put(Piece.of(symbol))}", ATOM)

    def relation(self, node: Node, depth: int) -> Written:
        assert node._op is not None
        left, right = (at_least(self.argument(node, i, depth), SUM + 1) for i in (0, 1))
        return Written(f"{left} {RELATIONS[node._op.name]} {right}", SUM)


#: How the operations are written that are no functions.
OPERATIONS: dict[str, Callable[[Writer, Node, int], Written]] = {
    "add": Writer.sum,
    "subtract": Writer.sum,
    "multiply": Writer.multiply,
    "divide": Writer.divide,
    "exp": Writer.exponential,
    "sum": Writer.reduction,
    "getitem": Writer.item,
    "negative": lambda w, node, depth: negative(w.argument(node, 0, depth)),
    "reciprocal": lambda w, node, depth: quotient(w.script.number(1), w.argument(node, 0, depth)),
    "power": lambda w, node, depth: power(w.argument(node, 0, depth), w.argument(node, 1, depth).latex),
    "square": lambda w, node, depth: power(w.argument(node, 0, depth), "2"),
    "sqrt": lambda w, node, depth: Written(rf"\sqrt{{{w.argument(node, 0, depth).latex}}}", ATOM),
    "abs": lambda w, node, depth: Written(rf"\left| {w.argument(node, 0, depth).latex} \right|", ATOM),
    **dict.fromkeys(PASSING, lambda w, node, depth: w.argument(node, 0, depth - 1)),
    **dict.fromkeys(PRODUCTS, Writer.matrix_product),
    **dict.fromkeys(RELATIONS, Writer.relation),
    **dict.fromkeys(
        TRANSPOSES, lambda w, node, depth: Written(f"{at_least(w.argument(node, 0, depth), ATOM)}^T", ATOM)
    ),
}


def expression(node: Node, survey: Survey, kept: Collection[Vertex]) -> Formula:
    """A node in terms of kept vertices and constants, as it was computed.

    Parameters
    ----------
    node : of the graph that was surveyed, the result of an operation.
    survey : names the vertices.
    kept : what is written by its name.

    What is longer than about `LONGEST` characters is cut: an ellipsis stands for what is left out.

    >>> import autograd_lite as ag
    >>> w, x, b = (ag.Value(v, name=n) for v, n in ((2.0, "w1"), (3.0, "x1"), (1.0, "b")))
    >>> y = w * x + b
    >>> survey = Survey(y)
    >>> expression(y, survey, {w, x, b}).text
    'w₁x₁ + b'
    """
    found = None
    for depth, width in LIMITS:
        script = Script()
        written = Writer(survey, kept, script, depth, width).node(node)
        found = script.formula(written.latex)
        if len(found.text) <= LONGEST:
            return found
    assert found is not None
    return found


def _constant(value: Any) -> str:
    """An array without a name: its entries, or a letter with its size."""
    if np.size(value) <= FEW and np.ndim(value) == 1:
        return inline(value)
    size = "x".join(map(str, np.shape(value)))
    return f"C{small(size, SUBSCRIPTS)}"
