"""Pieces of a formula, and how they are put together in print: spaces, brackets, fractions, small letters.

A piece is held in four notations at once: text, markup of Graphviz's labels, LaTeX, MathML.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from html import escape
from typing import Literal

from autograd_lite.draw.names import SUBSCRIPTS, SUPERSCRIPTS, small
from autograd_lite.draw.notation import (
    function_tex,
    name_mathml,
    name_tex,
    number_mathml,
    number_tex,
    symbol_tex,
)
from autograd_lite.draw.numbers import MINUS

Kind = Literal["name", "number", "function", "quotient", "sign", "operator", "relation", "open", "close", "end", "by"]
#: Graphviz's SVG leaves a script at the size of its line.
SMALL = '<FONT POINT-SIZE="9">'
#: It keeps room for a script as narrower than its SVG draws it: what follows stands clear of it by a thin space.
THIN = "\N{THIN SPACE}"
COMMON = {"1/2": "½", "1/3": "⅓", "1/4": "¼", "3/4": "¾"}
#: The matrix of ones, and what is written like a name without being one.
ONES, SIGNS = "𝟏", "|#′𝟏"
TIMES, APPLY = "<mo>&#x2062;</mo>", "<mo>&#x2061;</mo>"


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a formula: in four notations, and what it is. The MathML is one element, or nothing."""

    text: str
    kind: Kind
    html: str
    spaced: bool = False
    tex: str = ""
    mathml: str = ""

    @classmethod
    def of(cls, text: str, kind: Kind = "name", spaced: bool = False) -> Piece:
        # Few fonts have a bold digit of its own.
        html = "<B>1</B>" if text == ONES else escape(text, quote=False)
        return cls(text, kind, html, spaced, *_notations(text, kind))


def _notations(text: str, kind: Kind) -> tuple[str, str]:
    """One name, number or symbol in LaTeX and in MathML."""
    if kind == "by":
        return r"\," if text else "", TIMES
    if not text:
        return "", ""
    if kind == "number" and (written := number_tex(text)):
        return written, number_mathml(text)
    if kind == "function":
        return function_tex(
            text
        ), f"<m{'o' if text in '∏∑∂' else 'i'}>{escape(text)}</m{'o' if text in '∏∑∂' else 'i'}>"
    above, slash, below = text.partition("/∂")
    if kind == "quotient" and slash and above.startswith("∂"):
        over, under = above[1:], below
        return (
            rf"\frac{{\partial {name_tex(over)}}}{{\partial {name_tex(under)}}}",
            f"<mfrac><mrow><mo>∂</mo>{name_mathml(over)}</mrow><mrow><mo>∂</mo>{name_mathml(under)}</mrow></mfrac>",
        )
    # A name may begin like a number, and hold anything.
    if kind in ("name", "number", "quotient") and text not in SIGNS:
        return name_tex(text), name_mathml(text)
    return symbol_tex(text), f"<mo>{escape(text)}</mo>"


def row(*elements: str) -> str:
    """Elements of MathML as one."""
    told = [element for element in elements if element]
    return told[0] if len(told) == 1 else f"<mrow>{''.join(told)}</mrow>"


def join(pieces: list[Piece]) -> Piece:
    """Pieces in one, spaced as in print, with brackets about a negative number inside."""
    if len(pieces) == 1:
        return pieces[0]
    text = html = tex = ""
    elements: list[str] = []
    before: Piece | None = None
    for i, piece in enumerate(pieces):
        if piece.text == "1" and before is not None and before.kind in ("name", "close", "quotient"):
            continue
        first = before is None or before.kind in ("open", "relation")
        if piece.text in ("1", MINUS + "1") and first and _multiplies(pieces[i : i + 2]):
            # A factor of one is not written, a factor of minus one is its sign.
            piece = Piece.of(piece.text[:-1], "sign" if piece.text[:-1] else "open")
        elif piece.kind == "operator" and (first or (before is not None and before.kind in ("sign", "operator"))):
            piece = replace(piece, kind="sign")
        elif piece.text.startswith(MINUS) and piece.kind != "operator" and not first:
            piece = around("(", piece, ")")
        gap = "" if before is None else _gap(before, piece)
        text, html = text + gap + piece.text, html + gap + piece.html
        if before is not None:
            tex_gap, element = _product(before, piece, gap)
            tex, elements = tex + tex_gap, [*elements, element]
        tex, elements = tex + piece.tex, [*elements, piece.mathml]
        before = piece
    return Piece(text, "end", html, False, tex, row(*elements))


def _gap(before: Piece, piece: Piece) -> str:
    """What stands between two pieces."""
    kinds = (before.kind, piece.kind)
    if "by" in kinds:
        return ""
    if before.kind in ("open", "sign") or piece.kind == "close" or piece.text in (",", "′"):
        return " " if piece.kind == "sign" and before.kind == "relation" else ""
    if "/" in (before.text, piece.text):
        return ""
    if "operator" in kinds or "relation" in kinds or "sign" in kinds:
        return " "
    if piece.kind == "open":
        return "" if before.kind in ("function", "close", "number") or not piece.spaced else "·"
    if before.kind == "function":
        return "" if piece.text.startswith("(") else " "
    if before.kind == "number" and piece.kind in ("name", "end") and not is_word(piece.text):
        return ""
    return " · " if "quotient" in kinds else "·"


def _product(before: Piece, piece: Piece, gap: str) -> tuple[str, str]:
    """What stands between two pieces in LaTeX and in MathML: a dot where factors would run together."""
    if "by" in (before.kind, piece.kind):
        return " ", ""
    if before.kind == "function":
        return " ", APPLY if before.text not in "∏∑∂" and piece.kind != "close" else ""
    if "·" in gap:
        dotted = any(p.kind == "number" or is_word(p.text) for p in (before, piece))
        return (r" \cdot ", "<mo>·</mo>") if dotted else (r" \, ", TIMES)
    factor = ("name", "number", "end", "quotient", "function")
    return " ", TIMES if before.kind in (*factor, "close") and piece.kind in (*factor, "open") and piece.spaced else ""


def _multiplies(pieces: list[Piece]) -> bool:
    """Whether the first of these is a number and a factor of the one after it."""
    kinds = [piece.kind for piece in pieces]
    return len(kinds) > 1 and kinds[0] == "number" and kinds[1] in ("name", "number", "function", "quotient", "open")


def is_one(piece: Piece) -> bool:
    """Whether a piece can stand in a fraction or under a root without brackets."""
    return piece.kind in ("name", "number", "function") and not piece.text.startswith(MINUS)


def is_sum(pieces: list[Piece]) -> bool:
    """Whether plus or minus stands between these pieces, outside brackets."""
    depth = 0
    for i, piece in enumerate(pieces):
        depth += (piece.kind == "open") - (piece.kind == "close")
        if i and not depth and piece.kind == "operator":
            return True
    return False


def is_word(text: str) -> bool:
    """Whether a name has more than one letter, so that it needs a dot beside other factors."""
    return len(text) > 1 and text[0].isalpha() and text[1].isalpha() and text[1] not in SUPERSCRIPTS.values()


def is_number(text: str) -> bool:
    """Whether a text is a number as drawings write them."""
    return text[:1].isdigit() or text[:1] == "∞" or (text[:1] == MINUS and text[1:2] in set("0123456789∞"))


def around(left: str, piece: Piece, right: str) -> Piece:
    """A piece between two brackets, of which the first may be a function with its bracket."""
    opening, closing = ("(", ")") if left.endswith("(") else (left, right)
    word = left.removesuffix(opening)
    tex = rf"\left{symbol_tex(opening)} {piece.tex} \right{symbol_tex(closing)}"
    named = (f"<mi>{word}</mi>", APPLY) if word else ()
    return Piece(
        left + piece.text + right, "name", left + piece.html + right, piece.spaced,
        (function_tex(word) if word else "") + tex,
        row(*named, f"<mrow><mo>{escape(opening)}</mo>{piece.mathml}<mo>{escape(closing)}</mo></mrow>"),
    )  # fmt: skip


def root(inside: Piece) -> Piece:
    """A square root."""
    said = inside if is_one(inside) else around("(", inside, ")")
    return Piece(
        f"√{said.text}",
        "name",
        f"√{said.html}",
        inside.spaced,
        rf"\sqrt{{{inside.tex}}}",
        f"<msqrt>{inside.mathml}</msqrt>",
    )


def quotient(above: list[Piece], below: list[Piece]) -> Piece:
    """A fraction, in text on one line."""
    top, bottom = join(above), join(below)
    tex = rf"\frac{{{top.tex}}}{{{bottom.tex}}}"
    mathml = f"<mfrac>{top.mathml or '<mrow></mrow>'}{bottom.mathml or '<mrow></mrow>'}</mfrac>"
    if is_sum(above):
        top = around("(", top, ")")
    if not is_one(bottom):
        bottom = around("(", bottom, ")")
    text, html = f"{top.text}/{bottom.text}", f"{top.html}/{bottom.html}"
    if text in COMMON:
        return Piece(COMMON[text], "number", COMMON[text], False, tex, mathml)
    return Piece(text, "quotient", html, False, tex, mathml)


def scripted(base: Piece, script: list[Piece], token: str) -> Piece:
    """A piece with a power or an index, in text in small Unicode letters as far as there are any."""
    if token == "^":
        exponent = _number_of(script)
        if exponent in (0, 1):
            return Piece.of("1", "number", base.spaced) if exponent == 0 else base
        if base.kind == "quotient" or base.text.startswith(MINUS):
            base = around("(", base, ")")
        said = Piece.of(f"{exponent:g}".replace("-", MINUS), "number") if exponent is not None else join(script)
        alphabet, tag, mark, element = SUPERSCRIPTS, "SUP", "^", "msup"
    else:
        said = _indices(script) or join(script)
        alphabet, tag, mark, element = SUBSCRIPTS, "SUB", "_", "msub"
    kind: Kind = base.kind if base.kind in ("function", "close") else "name"
    tight = said.text.replace(" ", "")
    if not tight:
        return base
    # A second index or power is one of the whole.
    tex = f"{{{base.tex}}}" if mark in base.tex else base.tex
    notations = (
        f"{tex}{mark}{{{said.tex}}}",
        f"<{element}>{base.mathml or '<mrow></mrow>'}{said.mathml}</{element}>",
    )
    if len(tight) <= 4 and (written := small(tight, alphabet)):
        return Piece(base.text + written, kind, base.html + written, base.spaced, *notations)
    plain = said.text if len(said.text) == 1 else f"({said.text})"
    html = f"{base.html}<{tag}>{SMALL}{said.html}{THIN}</FONT></{tag}>"
    return Piece(base.text + mark + plain, kind, html, base.spaced, *notations)


def _indices(pieces: list[Piece]) -> Piece | None:
    """Several letters beside each other, which are several indices and no product."""
    if len(pieces) < 2 or any(piece.kind != "name" or len(piece.text) > 1 for piece in pieces):
        return None
    text, html, tex = ("".join(getattr(piece, field) for piece in pieces) for field in ("text", "html", "tex"))
    return Piece(text, "end", html, False, tex, row(*(piece.mathml for piece in pieces)))


def ratio(of: str, by: str) -> Piece:
    """The partial derivative of one name by another, as it is written."""
    a, b = Piece.of(of), Piece.of(by)
    tex = rf"\frac{{\partial {a.tex}}}{{\partial {b.tex}}}"
    mathml = f"<mfrac><mrow><mo>∂</mo>{a.mathml}</mrow><mrow><mo>∂</mo>{b.mathml}</mrow></mfrac>"
    return Piece(f"∂{of}/∂{by}", "quotient", f"∂{a.html}/∂{b.html}", False, tex, mathml)


def _number_of(pieces: list[Piece]) -> float | None:
    """The number that an exponent of numbers, plus and minus comes to; None for any other."""
    total, sign = 0.0, 1.0
    if not any(p.kind == "number" for p in pieces):
        return None
    for piece in pieces:
        if piece.kind == "number" and re.fullmatch(r"−?\d+(\.\d+)?", piece.text):
            total, sign = total + sign * float(piece.text.replace(MINUS, "-")), 1.0
        elif piece.text in ("+", MINUS):
            sign = -1.0 if piece.text == MINUS else 1.0
        else:
            return None
    return total
