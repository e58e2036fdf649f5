r"""Formulas: the LaTeX of the rule book, with a drawing's names put in, in four notations.

They are text, the markup of Graphviz's labels, LaTeX, and MathML.

It knows the part of LaTeX that partial derivatives are written in: fractions, roots, powers,
indices, functions, Greek letters, bars, brackets. What it does not know it writes as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from html import escape

from autograd_lite.draw.names import GREEK
from autograd_lite.draw.notation import NAMESPACE, text_tex
from autograd_lite.draw.numbers import MINUS
from autograd_lite.draw.pieces import (
    Kind,
    Piece,
    around,
    is_number,
    is_sum,
    is_word,
    join,
    quotient,
    ratio,
    root,
    row,
    scripted,
)

TOKEN = re.compile(r"\\[A-Za-z]+|\\.|\d+(?:\.\d+)?|\s+|.", re.DOTALL)
FUNCTIONS = frozenset({
    "sin", "cos", "tan", "arcsin", "arccos", "arctan", "sinh", "cosh", "tanh", "exp", "ln", "log", "min", "max",
    "sign", "det", "tr",
})  # fmt: skip
SYMBOLS: dict[str, tuple[str, Kind]] = {
    "+": ("+", "operator"), "-": (MINUS, "operator"), r"\cdot": ("·", "operator"), "*": ("·", "operator"),
    r"\times": ("×", "operator"), r"\odot": ("⊙", "operator"), r"\lnot": ("¬", "operator"), "/": ("/", "operator"),
    "=": ("=", "relation"), "<": ("<", "relation"), ">": (">", "relation"), r"\le": ("≤", "relation"),
    r"\leq": ("≤", "relation"), r"\ge": ("≥", "relation"), r"\geq": ("≥", "relation"), r"\ne": ("≠", "relation"),
    r"\neq": ("≠", "relation"), ",": (",", "relation"), "(": ("(", "open"), "[": ("[", "open"), "|": ("|", "name"),
    r"\lfloor": ("⌊", "open"), ")": (")", "close"), "]": ("]", "close"), r"\rfloor": ("⌋", "close"),
    r"\prod": ("∏", "function"), r"\sum": ("∑", "function"), r"\infty": ("∞", "number"), r"\#": ("#", "name"),
    r"\{": ("{", "open"), r"\}": ("}", "close"), r"\partial": ("∂", "function"), "'": ("′", "name"),
    r"\dots": ("…", "name"), r"\ones": ("𝟏", "name"), r"\circ": ("∘", "operator"), r"\notin": ("∉", "relation"),
    # Of the library's own formulas: factors that need no dot, and products of matrices.
    r"\tight": ("", "by"), r"\spaced": (" ", "by"),
}  # fmt: skip
#: Commands that change how their argument looks, which a label does not.
PLAIN = frozenset({r"\mathbf", r"\mathrm", r"\mathit", r"\boldsymbol"})
GROWING = frozenset({r"\left", r"\right"})
SPACES = frozenset({r"\,", r"\;", r"\:", r"\!", r"\ ", r"\quad", r"\left", r"\right"})


@dataclass(frozen=True)
class Formula:
    r"""A formula in LaTeX and what its letters stand for: a name, or a number.

    `\bar f` has an entry of its own, `bar f`.

    >>> Formula(r"y x^{y - 1}", {"x": "a", "y": "3"}).text
    '3a²'
    >>> Formula(r"-\frac{x}{y^2}", {"x": "p", "y": "w₁"}).text
    '−p/w₁²'
    """

    latex: str
    names: Mapping[str, str | Piece]

    @classmethod
    def of_ratio(cls, of: str, by: str) -> Formula:
        """The partial derivative of one name by another, unworked.

        >>> Formula.of_ratio("L", "w₁").text
        '∂L/∂w₁'
        """
        return cls("d", {"d": ratio(of, by)})

    @property
    def text(self) -> str:
        """The formula in Unicode."""
        return self.piece.text

    @property
    def html(self) -> str:
        """The formula in the markup of Graphviz's labels."""
        return self.piece.html

    @property
    def tex(self) -> str:
        """The formula in LaTeX, for math mode with the package amsmath."""
        return self.piece.tex

    @property
    def mathml(self) -> str:
        """The formula as a `math` element of MathML."""
        return f'<math xmlns="{NAMESPACE}">{row(self.piece.mathml)}</math>'

    @property
    def is_gradient(self) -> bool:
        """Whether it gives the whole gradient of the argument, not a factor of it: it speaks of the result's."""
        return r"\bar f" in self.latex

    @cached_property
    def piece(self) -> Piece:
        """The formula as a part of a larger one."""
        return join(_Reader(self.latex, self.names).group())

    @property
    def is_sum(self) -> bool:
        """Whether plus or minus stands in it outside brackets, so that it needs them as a factor."""
        return is_sum(_Reader(self.latex, self.names).group())


class _Reader:
    """Reads LaTeX into pieces, from left to right."""

    def __init__(self, latex: str, names: Mapping[str, str | Piece]) -> None:
        self.tokens: list[str] = TOKEN.findall(latex)
        self.tokens.reverse()
        self.names = names
        #: Whether an absolute value has begun and not ended.
        self.within = False

    def group(self, until: str = "") -> list[Piece]:
        """The pieces up to a closing brace, or to the end."""
        pieces: list[Piece] = []
        spaced = False
        grown = ""
        while self.tokens:
            token = self.tokens.pop()
            if token == until:
                break
            if token.isspace() or token in SPACES:
                spaced, grown = True, token if token in GROWING else grown
            elif token in "^_" and pieces:
                pieces.append(scripted(pieces.pop(), self.argument(), token))
            else:
                piece = self.piece(token)
                growing = grown if piece.kind in ("open", "close") else ""
                pieces.append(replace(piece, spaced=spaced, tex=growing + piece.tex))
                spaced, grown = False, ""
        return pieces

    def argument(self) -> list[Piece]:
        """What a command or a script applies to: a group in braces, or the next token."""
        while self.tokens and self.tokens[-1].isspace():
            self.tokens.pop()
        if not self.tokens:
            return []
        token = self.tokens.pop()
        return self.group("}") if token == "{" else [self.piece(token)]

    def piece(self, token: str) -> Piece:
        """What a token begins: a group, a command with its arguments, or a single letter."""
        if token == "{":
            return join(self.group("}"))
        if token in (r"\frac", r"\tfrac"):
            return quotient(self.argument(), self.argument())
        if token == r"\sqrt":
            return root(join(self.argument()))
        if token == r"\operatorname":
            return Piece.of(self.verbatim(), "function")
        if token == r"\bar":
            return self.barred()
        if token == r"\text":
            return self.words()
        if token == "|":
            self.within = not self.within
            return Piece.of("|", "open" if self.within else "close")
        if token in PLAIN:
            return Piece.of(self.verbatim())
        return self.letter(token)

    def verbatim(self) -> str:
        """The argument of a command as it is written, with nothing put in."""
        meant, self.names = self.names, {}
        word = "".join(piece.text for piece in self.argument())
        self.names = meant
        return word

    def words(self) -> Piece:
        """A group of plain text, with its spaces."""
        said = ""
        while self.tokens and (token := self.tokens.pop()) != "}":
            said += token
        said = " ".join(said.removeprefix("{").split())
        return Piece(
            said, "relation", escape(said, quote=False), False, text_tex(f" {said} "), f"<mtext>{escape(said)}</mtext>"
        )

    def letter(self, token: str) -> Piece:
        """One token: a symbol, a letter that stands for something, a function, a Greek letter."""
        if token in SYMBOLS:
            return Piece.of(*SYMBOLS[token])
        if token in self.names:
            meant = self.names[token]
            if isinstance(meant, Piece):
                return meant
            return Piece.of(meant, "number" if is_number(meant) else "name")
        word = token.lstrip("\\")
        if word in FUNCTIONS:
            return Piece.of(word, "function")
        return Piece.of(GREEK.get(word, word) if token != word else word, "number" if is_number(word) else "name")

    def barred(self) -> Piece:
        """The gradient of the result, or a mean."""
        meant, self.names = self.names, {**self.names, "f": "f"}
        inside = join(self.argument())
        self.names = meant
        if inside.text == "f":
            gradient = meant.get("bar f", MEAN_F)
            if isinstance(gradient, Piece):
                return gradient
            return Piece.of(gradient, "number" if is_number(gradient) else "quotient")
        if is_word(inside.text):
            return around("mean(", inside, ")")
        return _over_bar(inside)


def _over_bar(inside: Piece) -> Piece:
    """A letter with a bar over it."""
    text = inside.text[:1] + "\u0304" + inside.text[1:]
    mathml = f'<mover accent="true">{inside.mathml or "<mrow></mrow>"}<mo>¯</mo></mover>'
    return Piece(text, "name", escape(text, quote=False), False, rf"\bar{{{inside.tex}}}", mathml)


#: The gradient of a result without a name.
MEAN_F = _over_bar(Piece.of("f"))
