"""Equations in three notations at once: text, LaTeX and MathML, put together from names, numbers and signs."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import Any
from unicodedata import category, combining, east_asian_width, normalize

import numpy as np

from autograd_lite.draw.names import SUBSCRIPTS
from autograd_lite.draw.notation import name_mathml, name_tex, number_mathml, number_tex, symbol_tex, text_tex
from autograd_lite.draw.numbers import MINUS, dimensions, inline, is_scalar, number, size, summary
from autograd_lite.draw.pieces import Piece
from autograd_lite.draw.typeset import Formula

NO_BREAK_SPACE = "\u00a0"
#: What stands above a single letter, and above each letter of a word.
MACRON, OVERLINE = "\u0304", "\u0305"
SUBSCRIPTED = re.compile(f"(.+?)([{''.join(SUBSCRIPTS.values())}]+)$", re.DOTALL)
#: An array of more entries than a line of an equation holds is summed up.
FEW = 6
PLAIN_LETTERS = {small: letter for letter, small in SUBSCRIPTS.items() if letter != "-"}
#: Signs that LaTeX writes in its own way, beside those of formulas.
SIGNS_TEX = {
    "÷": r"\div", "σ": r"\sigma", "∧": r"\land", "∨": r"\lor", "⊻": r"\oplus", "∗": r"\ast", "⋆": r"\star",
    "≈": r"\approx", "→": r"\to", "←": r"\leftarrow", "⋯": r"\cdots", "&": r"\mathbin{\&}", "|": r"\mid", "~": r"\sim",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Math:
    """A stretch of an equation in three notations; `+` puts two side by side."""

    text: str
    tex: str
    mathml: str

    def __add__(self, other: Math) -> Math:
        return Math(self.text + other.text, f"{self.tex} {other.tex}".strip(), self.mathml + other.mathml)

    def in_brackets(self) -> Math:
        """The same between round brackets."""
        return Math(f"({self.text})", rf"\left( {self.tex} \right)", f"<mrow><mo>(</mo>{self.mathml}<mo>)</mo></mrow>")

    @property
    def piece(self) -> Piece:
        """The same as what a letter of a formula stands for."""
        return Piece(self.text, "name", escape(self.text, quote=False), False, self.tex, self.mathml)

    def factor(self) -> Math:
        """The same as it stands in a product: a sum or a negative number between brackets."""
        return self.in_brackets() if self.text.startswith(MINUS) or _is_sum(self.text) else self


EMPTY = Math("", "", "")


def sign(mark: str, spaced: bool = True) -> Math:
    """A sign of operation or relation."""
    return Math(f" {mark} " if spaced else mark, SIGNS_TEX.get(mark) or symbol_tex(mark), f"<mo>{escape(mark)}</mo>")


@lru_cache(4096)
def name(called: str) -> Math:
    """A name as drawings spell it."""
    return Math(called, name_tex(called), name_mathml(called))


def said(words: str) -> Math:
    """Words among formulas."""
    # Spaces at the ends, which separate from a formula, would get lost in LaTeX and in MathML.
    first, last = ("~" * part.isspace() for part in (words[:1], words[-1:]))
    element = f"<mtext>{escape(words).replace(' ', NO_BREAK_SPACE)}</mtext>"
    return Math(words, f"{first}{text_tex(words.strip())}{last}", element)


def joined(parts: Iterable[Math], mark: str) -> Math:
    """Parts with a sign between each two."""
    whole: Math | None = None
    for part in parts:
        whole = part if whole is None else whole + sign(mark) + part
    return whole or EMPTY


def bar(called: str) -> Math:
    """The adjoint of a variable: its name under a bar.

    >>> bar("w₁").tex, bar("loss").text
    ('\\\\bar{w}_{1}', 'l̅o̅s̅s̅')
    """
    found = SUBSCRIPTED.match(called)
    base, below = (found[1], found[2]) if found else (called, "")
    if len(base) == 1:
        text, command = normalize("NFC", base + MACRON), "bar"
    else:
        text, command = "".join(c if category(c) == "Cf" else c + OVERLINE for c in base), "overline"
    index = "".join(PLAIN_LETTERS[c] for c in below)
    tex = rf"\{command}{{{name_tex(base)}}}" + (f"_{{{index}}}" if index else "")
    over = f'<mover>{name_mathml(base)}<mo stretchy="true">¯</mo></mover>'
    return Math(text + below, tex, f"<msub>{over}<mn>{index}</mn></msub>" if index else over)


def ratio(of: Math, by: Math, mark: str = "∂") -> Math:
    """A partial derivative, ∂of/∂by; ∂⁺ for one that leaves out what goes by way of other variables."""
    plus = mark != "∂"
    over = "<msup><mo>∂</mo><mo>+</mo></msup>" if plus else "<mo>∂</mo>"
    return Math(
        f"{mark}{of.text}/∂{by.text}",
        rf"\frac{{\partial{'^{+}' if plus else ''} {of.tex}}}{{\partial {by.tex}}}",
        f"<mfrac><mrow>{over}{of.mathml}</mrow><mrow><mo>∂</mo>{by.mathml}</mrow></mfrac>",
    )


def amount(x: Any) -> Math:
    """One number, to four significant digits."""
    return digits(number(x))


def digits(text: str) -> Math:
    """A number as drawings write it."""
    tex, mathml = number_tex(text), number_mathml(text)
    if not tex:
        return Math(text, rf"\mathrm{{{text}}}", f"<mi>{text}</mi>")
    # In braces a minus stays a sign, whatever is before it.
    return Math(text, f"{{{tex}}}" if text.startswith(MINUS) else tex, mathml)


def quantity(data: Any) -> Math:
    """A number; an array entry by entry where it has few, else its shape, and what it is about."""
    if is_scalar(data):
        return amount(data)
    array = np.asarray(data)
    if not size(array):
        return said(inline(array))
    if size(array) > FEW:
        ends = [said(f"{dimensions(array.shape)}, ")]
        for i, (word, written) in enumerate(summary(array)):
            ends += [said(f"{', ' if i else ''}{word} "), digits(written)]
        return Math(*("".join(parts) for parts in zip(*[(m.text, m.tex, m.mathml) for m in ends], strict=True)))
    lines = [[amount(x) for x in line] for line in array.reshape(-1, array.shape[-1])]
    body = r" \\ ".join(" & ".join(x.tex for x in line) for line in lines)
    cells = "".join("<mtr>" + "".join(f"<mtd>{x.mathml}</mtd>" for x in line) + "</mtr>" for line in lines)
    return Math(
        inline(array),
        rf"\begin{{bmatrix}} {body} \end{{bmatrix}}",
        f"<mrow><mo>[</mo><mtable>{cells}</mtable><mo>]</mo></mrow>",
    )


def formula(found: Formula, bar_f: Math | None = None) -> Math:
    """A formula of the rule book with its names put in; `bar_f` is what it calls the gradient of the result."""
    if bar_f is not None:
        found = Formula(found.latex, {**found.names, "bar f": bar_f.piece})
    element = found.mathml
    return Math(found.text, found.tex, element[element.index(">") + 1 : element.rindex("<")])


def width(text: str) -> int:
    """How many columns a text takes in a terminal."""
    return sum(0 if combining(c) or category(c) == "Cf" else 2 if east_asian_width(c) in "WF" else 1 for c in text)


def padded(text: str, columns: int) -> str:
    """A text filled up with spaces."""
    return text + " " * (columns - width(text))


def _is_sum(text: str) -> bool:
    """Whether a text has a plus or a minus outside brackets, after its beginning."""
    depth = 0
    for i, c in enumerate(text):
        depth += (c in "([⌊") - (c in ")]⌋")
        if i and not depth and text[i - 1 : i + 2] in (" + ", f" {MINUS} "):
            return True
    return False
