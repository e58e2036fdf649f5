"""Pieces of a formula, and how they are put together in print: spaces, brackets, fractions, small letters."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from typing import Literal

from autograd_lite.draw.names import SUBSCRIPTS, SUPERSCRIPTS, small
from autograd_lite.draw.numbers import MINUS

Kind = Literal["name", "number", "function", "quotient", "sign", "operator", "relation", "open", "close", "end"]
#: Graphviz's SVG leaves a script at the size of its line.
SMALL = '<FONT POINT-SIZE="9">'
COMMON = {"1/2": "½", "1/3": "⅓", "1/4": "¼", "3/4": "¾"}


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a formula: as text, as markup of Graphviz's labels, and what it is."""

    text: str
    kind: Kind
    html: str
    spaced: bool = False

    @classmethod
    def of(cls, text: str, kind: Kind = "name", spaced: bool = False) -> Piece:
        return cls(text, kind, escape(text, quote=False), spaced)


def join(pieces: list[Piece]) -> Piece:
    """Pieces in one, spaced as in print, with brackets about a negative number inside."""
    if len(pieces) == 1:
        return pieces[0]
    whole = Piece("", "end", "")
    before: Piece | None = None
    for i, piece in enumerate(pieces):
        if piece.text == "1" and before is not None and before.kind in ("name", "close", "quotient"):
            continue
        first = before is None or before.kind in ("open", "relation")
        if piece.text in ("1", MINUS + "1") and first and _multiplies(pieces[i : i + 2]):
            # A factor of one is not written, a factor of minus one is its sign.
            piece = Piece.of(piece.text[:-1], "sign" if piece.text[:-1] else "open")
        elif piece.kind == "operator" and (first or (before is not None and before.kind in ("sign", "operator"))):
            piece = Piece(piece.text, "sign", piece.html, piece.spaced)
        elif piece.text.startswith(MINUS) and piece.kind != "operator" and not first:
            piece = around("(", piece, ")")
        gap = "" if before is None else _gap(before, piece)
        whole = Piece(whole.text + gap + piece.text, "end", whole.html + gap + piece.html)
        before = piece
    return whole


def _gap(before: Piece, piece: Piece) -> str:
    """What stands between two pieces."""
    kinds = (before.kind, piece.kind)
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


def _multiplies(pieces: list[Piece]) -> bool:
    """Whether the first of these is a number and a factor of the one after it."""
    kinds = [piece.kind for piece in pieces]
    return len(kinds) > 1 and kinds[0] == "number" and kinds[1] in ("name", "number", "function", "quotient", "open")


def is_one(piece: Piece) -> bool:
    """Whether a piece can stand in a fraction or under a root without brackets."""
    return piece.kind in ("name", "number", "function") and not piece.text.startswith(MINUS)


def _is_sum(pieces: list[Piece]) -> bool:
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
    """A piece between two marks, such as brackets."""
    return Piece(left + piece.text + right, "name", left + piece.html + right, piece.spaced)


def quotient(above: list[Piece], below: list[Piece]) -> Piece:
    """A fraction on one line."""
    top, bottom = join(above), join(below)
    if _is_sum(above):
        top = around("(", top, ")")
    if not is_one(bottom):
        bottom = around("(", bottom, ")")
    text = f"{top.text}/{bottom.text}"
    return Piece.of(COMMON[text], "number") if text in COMMON else Piece(text, "quotient", f"{top.html}/{bottom.html}")


def scripted(base: Piece, script: list[Piece], token: str) -> Piece:
    """A piece with a power or an index, in small Unicode letters as far as there are any."""
    if token == "^":
        exponent = _number_of(script)
        if exponent in (0, 1):
            return Piece.of("1", "number", base.spaced) if exponent == 0 else base
        if base.kind == "quotient" or base.text.startswith(MINUS):
            base = around("(", base, ")")
        said = Piece.of(f"{exponent:g}".replace("-", MINUS)) if exponent is not None else join(script)
        alphabet, tag, mark = SUPERSCRIPTS, "SUP", "^"
    else:
        said, alphabet, tag, mark = join(script), SUBSCRIPTS, "SUB", "_"
    kind: Kind = base.kind if base.kind in ("function", "close") else "name"
    tight = said.text.replace(" ", "")
    if not tight:
        return base
    if len(tight) <= 4 and (written := small(tight, alphabet)):
        return Piece(base.text + written, kind, base.html + written, base.spaced)
    plain = said.text if len(said.text) == 1 else f"({said.text})"
    return Piece(base.text + mark + plain, kind, f"{base.html}<{tag}>{SMALL}{said.html}</FONT></{tag}>", base.spaced)


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
