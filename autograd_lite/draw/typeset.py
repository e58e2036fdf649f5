r"""Formulas: the LaTeX of the rule book, with a drawing's names put in, as text and as label markup.

It knows the part of LaTeX that partial derivatives are written in: fractions, roots, powers,
indices, functions, Greek letters, bars, brackets. What it does not know it writes as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from autograd_lite.draw.names import GREEK
from autograd_lite.draw.numbers import MINUS
from autograd_lite.draw.pieces import Kind, Piece, around, is_number, is_one, is_word, join, quotient, scripted

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
}  # fmt: skip
#: Commands that change how their argument looks, which a label does not.
PLAIN = frozenset({r"\mathbf", r"\mathrm", r"\mathit", r"\text", r"\boldsymbol"})
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
    names: Mapping[str, str]

    @property
    def text(self) -> str:
        """The formula in Unicode."""
        return self._join().text

    @property
    def html(self) -> str:
        """The formula in the markup of Graphviz's labels."""
        return self._join().html

    @property
    def is_gradient(self) -> bool:
        """Whether it gives the whole gradient of the argument, not a factor of it: it speaks of the result's."""
        return r"\bar f" in self.latex

    def _join(self) -> Piece:
        return join(_Reader(self.latex, self.names).group())


class _Reader:
    """Reads LaTeX into pieces, from left to right."""

    def __init__(self, latex: str, names: Mapping[str, str]) -> None:
        self.tokens: list[str] = TOKEN.findall(latex)
        self.tokens.reverse()
        self.names = names

    def group(self, until: str = "") -> list[Piece]:
        """The pieces up to a closing brace, or to the end."""
        pieces: list[Piece] = []
        spaced = False
        while self.tokens:
            token = self.tokens.pop()
            if token == until:
                break
            if token.isspace() or token in SPACES:
                spaced = True
            elif token in "^_" and pieces:
                pieces.append(scripted(pieces.pop(), self.argument(), token))
            else:
                piece = self.piece(token)
                pieces.append(Piece(piece.text, piece.kind, piece.html, spaced))
                spaced = False
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
        if token == r"\frac":
            return quotient(self.argument(), self.argument())
        if token == r"\sqrt":
            inside = join(self.argument())
            return around("√", inside if is_one(inside) else around("(", inside, ")"), "")
        if token == r"\operatorname":
            return Piece.of(self.verbatim(), "function")
        if token == r"\bar":
            return self.barred()
        if token in PLAIN:
            return Piece.of(self.verbatim())
        return self.letter(token)

    def verbatim(self) -> str:
        """The argument of a command as it is written, with nothing put in."""
        meant, self.names = self.names, {}
        word = "".join(piece.text for piece in self.argument())
        self.names = meant
        return word

    def letter(self, token: str) -> Piece:
        """One token: a symbol, a letter that stands for something, a function, a Greek letter."""
        if token in SYMBOLS:
            return Piece.of(*SYMBOLS[token])
        if token in self.names:
            meant = self.names[token]
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
            gradient = meant.get("bar f", "f\u0304")
            return Piece.of(gradient, "number" if is_number(gradient) else "quotient")
        if is_word(inside.text):
            return around("mean(", inside, ")")
        return Piece.of(inside.text[:1] + "\u0304" + inside.text[1:])
