"""Quantities as markup of a page: names, partial derivatives, numbers, small matrices."""

from html import escape
from typing import Any

from autograd_lite.draw.notation import name_mathml
from autograd_lite.draw.numbers import dimensions, inline, is_scalar, rows, size, summary, written_out


def math(inside: str) -> str:
    """MathML as one formula of a page."""
    return f"<math>{inside}</math>"


def name(text: str) -> str:
    """A name as a formula of its own."""
    return math(name_mathml(text))


def partial(of: str, by: str) -> str:
    """The derivative of one name by another, as a fraction."""
    return math(f"<mfrac><mrow><mo>∂</mo>{name_mathml(of)}</mrow><mrow><mo>∂</mo>{name_mathml(by)}</mrow></mfrac>")


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
