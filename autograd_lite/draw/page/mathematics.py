"""Quantities as markup of a page: names, partial derivatives, numbers, small matrices."""

import re
from html import escape
from typing import Any

from autograd_lite.draw.names import END_ISOLATE, ISOLATE, SUBSCRIPTS
from autograd_lite.draw.numbers import dimensions, inline, is_scalar, rows, size, summary, written_out

PLAIN_DIGITS = {small: plain for plain, small in SUBSCRIPTS.items()}
_SUBSCRIPTED = re.compile(rf"(.+?)([{''.join(PLAIN_DIGITS)}]+)", re.DOTALL)


def name(text: str) -> str:
    """A name in MathML, its small letters below the line as a subscript of their own."""
    if found := _SUBSCRIPTED.fullmatch(text):
        below = "".join(PLAIN_DIGITS[c] for c in found[2])
        return f"<msub>{_word(found[1])}<mi mathvariant='normal'>{escape(below)}</mi></msub>"
    return _word(text)


def math(inside: str) -> str:
    """MathML as one formula of a page."""
    return f"<math>{inside}</math>"


def partial(of: str, by: str) -> str:
    """The derivative of one name by another, as a fraction."""
    return math(f"<mfrac><mrow><mo>∂</mo>{name(of)}</mrow><mrow><mo>∂</mo>{name(by)}</mrow></mfrac>")


def colored(kind: str, html: str) -> str:
    """Markup in the colour of values, gradients or derivatives."""
    return f'<span class="{kind}">{html}</span>'


def line(data: Any) -> str:
    """A number or an array on one line, which breaks only where an array's parts do."""
    return escape(inline(data), quote=False)


def block(data: Any) -> str:
    """A number; a small array as a matrix; the shape of a larger one and what sums it up."""
    if is_scalar(data) or not size(data):
        return line(data)
    if not written_out(data):
        entries = (f"<span>{word} {number}</span>" for word, number in summary(data))
        return f'<span class="summary">{"".join(entries)}<small>{dimensions(data.shape)}</small></span>'
    cells = ("".join(f"<mtd><mn>{x}</mn></mtd>" for x in entries) for entries in rows(data))
    table = "".join(f"<mtr>{entries}</mtr>" for entries in cells)
    matrix = f'<mo stretchy="true">[</mo><mtable>{table}</mtable><mo stretchy="true">]</mo>'
    return f"{math(matrix)} <small>{dimensions(data.shape)}</small>"


def _word(text: str) -> str:
    word = escape(text.replace(ISOLATE, "").replace(END_ISOLATE, ""), quote=False)
    # A single letter slants; a word stands upright.
    return f"<mi>{word}</mi>"
