"""What an explanation is made of, headings, sentences and equations, in three notations."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

from autograd_lite.draw import latex
from autograd_lite.draw.equation import Math, width
from autograd_lite.draw.written import letters

#: An equation that is wider continues below itself, at its equals signs.
WIDEST = 100
#: The same where fractions are typeset, and take less room.
SHORT = 70
FRACTION = r"\frac"
#: Fractions in full size, to be read from the last row.
DISPLAYED = '<math displaystyle="true">'
STYLE = """<style>
.ag-explain { overflow-x: auto; line-height: 1.5; }
.ag-explain h3 { font-size: 1em; margin: 1.2em 0 0.4em; }
.ag-explain p { margin: 0.4em 0; }
.ag-explain p.why { border-left: 0.25em solid; padding-left: 0.7em; }
.ag-explain table { border-collapse: collapse; margin: 0.2em 0 0.2em 1em; }
.ag-explain td { padding: 0.1em 0.2em; white-space: nowrap; }
.ag-explain td:first-child { text-align: right; }
</style>"""


@dataclass(frozen=True)
class Heading:
    """What the next blocks are about."""

    words: str

    @property
    def text(self) -> str:
        return f"\n{self.words}"

    @property
    def rows_tex(self) -> list[str]:
        return [rf"\multicolumn{{2}}{{@{{}}p{{14cm}}}}{{\rule{{0pt}}{{4ex}}\textbf{{{latex.text(self.words)}}}}}"]

    @property
    def html(self) -> str:
        return f"<h3>{escape(self.words)}</h3>"


@dataclass(frozen=True)
class Sentence:
    """Words; `is_verdict`: why a gradient is none, zero or undefined."""

    words: str
    is_verdict: bool = False

    @property
    def text(self) -> str:
        return self.words

    @property
    def rows_tex(self) -> list[str]:
        return [rf"\multicolumn{{2}}{{@{{}}p{{14cm}}}}{{{latex.text(self.words)}}}"]

    @property
    def html(self) -> str:
        opening = '<p class="why">' if self.is_verdict else "<p>"
        return f"{opening}{escape(self.words)}</p>"


@dataclass(frozen=True)
class Equation:
    """One quantity, and what it equals, in steps; `broken`: on a line each, however short they are."""

    left: Math
    rights: tuple[Math, ...]
    broken: bool = False

    @property
    def text(self) -> str:
        whole = f"{self.left.text} = {' = '.join(right.text for right in self.rights)}"
        if width(whole) <= WIDEST and not self.broken:
            return f"  {whole}"
        indent = " " * width(self.left.text)
        ends = [right.text for right in self.rights]
        return "\n".join([f"  {self.left.text} = {ends[0]}", *(f"  {indent} = {end}" for end in ends[1:])])

    @property
    def rows_tex(self) -> list[str]:
        left, *lefts = [self.left.tex, *[""] * (len(self.rights) - 1)]
        if self.is_short:
            return [rf"$\displaystyle {left}$ & $\displaystyle {{}}= {' = '.join(right.tex for right in self.rights)}$"]
        rows = zip([left, *lefts], self.rights, strict=True)
        return [rf"$\displaystyle {left}$ & $\displaystyle {{}}= {right.tex}$" for left, right in rows]

    @property
    def html(self) -> str:
        left, *lefts = [f"{DISPLAYED}{self.left.mathml}</math>", *[""] * (len(self.rights) - 1)]
        rights = [f"<mo>=</mo>{right.mathml}" for right in self.rights]
        if self.is_short:
            lefts, rights = [], ["".join(rights)]
        rows = zip([left, *lefts], rights, strict=True)
        body = "".join(f"<tr><td>{left}</td><td>{DISPLAYED}{right}</math></td></tr>" for left, right in rows)
        return f"<table>{body}</table>"

    @property
    def is_short(self) -> bool:
        """Whether it is typeset on one line."""
        if self.broken:
            return False
        return width(self.left.text) + sum(width(right.text) + 3 for right in self.rights) <= SHORT


Block = Heading | Sentence | Equation


def as_text(blocks: Iterable[Block]) -> str:
    """Lines; an equation that is too wide goes on below itself."""
    return "\n".join(block.text for block in blocks).strip("\n")


def as_latex(blocks: Iterable[Block]) -> str:
    """One table, aligned at the equals signs."""
    # Fractions of rows that follow each other would touch.
    room = r"\rule[-2.4ex]{0pt}{6ex}"
    rows = [rf"{row}{room * (FRACTION in row)} \\[3pt]" for block in blocks for row in block.rows_tex]
    return letters("\n".join([r"\begin{tabular}{r@{}l}", *rows, r"\end{tabular}"]))


def as_html(blocks: Iterable[Block]) -> str:
    """A division with tables of MathML."""
    body = "\n".join(block.html for block in blocks)
    return f'<div class="ag-explain">{STYLE}\n{body}\n</div>'
