"""Equations in three notations at once: text, LaTeX and MathML, put together from names, numbers and signs."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from typing import Any
from unicodedata import category, combining, east_asian_width, normalize

import numpy as np

from autograd_lite.draw.names import GREEK, SUBSCRIPTS
from autograd_lite.draw.numbers import MINUS, dimensions, inline, is_scalar, number, size, summary
from autograd_lite.draw.typeset import Formula

NO_BREAK_SPACE = "\u00a0"
#: What stands above a single letter, and above each letter of a word.
MACRON, OVERLINE = "\u0304", "\u0305"
#: Signs that LaTeX writes in its own way.
TEX_SIGNS = {
    MINUS: "-", "×": r"\times", "÷": r"\div", "·": r"\cdot", "⊙": r"\odot", "∂": r"\partial", "√": r"\surd",
    "σ": r"\sigma", "Σ": r"\Sigma", "Π": r"\Pi", "ψ": r"\psi", "≤": r"\le", "≥": r"\ge", "≠": r"\ne",
    "≈": r"\approx", "¬": r"\lnot", "∧": r"\land", "∨": r"\lor", "⊗": r"\otimes", "⊻": r"\oplus", "∗": r"\ast",
    "⋆": r"\star", "∀": r"\forall", "∃": r"\exists", "…": r"\dots", "⋯": r"\cdots", "→": r"\to", "←": r"\leftarrow",
    "&": r"\mathbin{\&}", "|": r"\mid", "~": r"\sim", "∞": r"\infty",
}  # fmt: skip
SUBSCRIPTED = re.compile(f"(.+?)([{''.join(SUBSCRIPTS.values())}]+)$", re.DOTALL)
#: An array of more entries than a line of an equation holds is summed up.
FEW = 6
#: Stands in a formula for a name that is more than letters, until it is put in; no name is spelled so.
STAND_IN = "gradientbar"
PLAIN_LETTERS = {small: letter for letter, small in SUBSCRIPTS.items() if letter != "-"}
RAISED = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
TEX_GREEK = {letter: "\\" + word for word, letter in GREEK.items()}
TEX_SPECIAL = {c: "\\" + c for c in "&%$#_{}"} | {
    "\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "<": r"\textless{}",
    ">": r"\textgreater{}", "|": r"\textbar{}", '"': r"\textquotedbl{}", "…": r"\dots{}",
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

    def factor(self) -> Math:
        """The same as it stands in a product: a sum or a negative number between brackets."""
        return self.in_brackets() if self.text.startswith(MINUS) or _is_sum(self.text) else self


EMPTY = Math("", "", "")


def sign(mark: str, spaced: bool = True) -> Math:
    """A sign of operation or relation."""
    return Math(f" {mark} " if spaced else mark, TEX_SIGNS.get(mark, mark), f"<mo>{escape(mark)}</mo>")


def name(called: str) -> Math:
    """A name as drawings spell it."""
    return Math(called, name_tex(called), name_mathml(called))


def name_tex(called: str) -> str:
    found = SUBSCRIPTED.match(called)
    base, below = (found[1], "".join(PLAIN_LETTERS[c] for c in found[2])) if found else (called, "")
    if base in TEX_GREEK:
        base = TEX_GREEK[base]
    elif not (len(base) == 1 and base.isascii() and base.isalpha()):
        base = rf"\mathrm{{{base}}}" if base.isascii() and base.isalnum() else rf"\text{{{words_tex(base)}}}"
    return f"{base}_{{{below}}}" if below else base


def name_mathml(called: str) -> str:
    found = SUBSCRIPTED.match(called)
    base, below = (found[1], "".join(PLAIN_LETTERS[c] for c in found[2])) if found else (called, "")
    base = f"<mi>{escape(base)}</mi>"
    return f"<msub>{base}<mn>{below}</mn></msub>" if below else base


def words_tex(words: str) -> str:
    """Words as LaTeX's text, which nothing in them can leave."""
    return "".join(
        TEX_SPECIAL.get(c)
        or (
            f"${TEX_SIGNS[c]}$"
            if c in TEX_SIGNS
            else c
            if c.isascii() or (category(c) in ("Ll", "Lu") and ord(c) < 383)
            else f"[U+{ord(c):04X}]"
        )
        for c in words
    )


def said(words: str) -> Math:
    """Words among formulas."""
    # MathML drops spaces at the ends.
    return Math(words, rf"\text{{{words_tex(words)}}}", f"<mtext>{escape(words).replace(' ', NO_BREAK_SPACE)}</mtext>")


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
    over = f'<mover accent="true">{name_mathml(base)}<mo>¯</mo></mover>'
    return Math(text + below, tex, f"<msub>{over}<mn>{index}</mn></msub>" if index else over)


def ratio(of: Math, by: Math) -> Math:
    """A partial derivative, ∂of/∂by."""
    return Math(
        f"∂{of.text}/∂{by.text}",
        rf"\frac{{\partial {of.tex}}}{{\partial {by.tex}}}",
        f"<mfrac><mrow><mo>∂</mo>{of.mathml}</mrow><mrow><mo>∂</mo>{by.mathml}</mrow></mfrac>",
    )


def amount(x: Any) -> Math:
    """One number, to four significant digits."""
    return digits(number(x))


def digits(text: str) -> Math:
    """A number as drawings write it."""
    if text in ("nan", "True", "False"):
        return Math(text, rf"\mathrm{{{text}}}", f"<mi>{text}</mi>")
    minus, figures = (MINUS, text[1:]) if text.startswith(MINUS) else ("", text)
    mantissa, times, power = figures.partition("×10")
    tex = mantissa.replace("∞", r"\infty")
    mathml = (f"<mo>{MINUS}</mo>" if minus else "") + f"<mn>{mantissa}</mn>"
    if times:
        exponent = power.translate(RAISED).replace("-", MINUS)
        tex += rf" \times 10^{{{exponent.replace(MINUS, '-')}}}"
        mathml += f"<mo>×</mo><msup><mn>10</mn><mn>{exponent}</mn></msup>"
    return Math(text, f"{{-{tex}}}" if minus else tex, f"<mrow>{mathml}</mrow>")


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


def formula(found: Formula, stand_in: Math | None = None) -> Math:
    """A formula of the rule book with its names put in; `stand_in` takes the place of the name `STAND_IN`."""
    whole = Math(
        found.text, getattr(found, "tex", said(found.text).tex), getattr(found, "mathml", said(found.text).mathml)
    )
    if stand_in is None:
        return whole
    mark = name(STAND_IN)
    return Math(
        whole.text.replace(mark.text, stand_in.text),
        whole.tex.replace(mark.tex, stand_in.tex),
        whole.mathml.replace(mark.mathml, stand_in.mathml),
    )


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
