"""Parts of expressions in LaTeX: how they are put together with the brackets that are needed and no others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from autograd_lite.draw.numbers import MINUS, number
from autograd_lite.draw.pieces import Piece, is_word
from autograd_lite.draw.typeset import Formula

FactorKind = Literal["number", "short", "word", "group", "other"]
#: How tightly the parts of an expression hold together.
SUM, NEGATIVE, ENTRIES, PRODUCT, CALL, POWER, ATOM = range(1, 8)


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


def product(left: Written, right: Written, sign: str = "", scaled: bool = False) -> Written:
    """Two factors, the sign in front and a number before what is none; `scaled` where the first is one number."""
    if left.latex == right.latex == DOTS.latex:
        return DOTS
    if right.kind == "number" and left.kind != "number" and not sign:
        left, right = right, left
    minus = [part.latex.startswith("-") and part.level > SUM for part in (left, right)]
    left, right = (_without_sign(part) if m else part for part, m in zip((left, right), minus, strict=True))
    needed = ENTRIES if sign or scaled or left.kind == "number" else PRODUCT
    left, right = (part if part.level >= needed else bracket(part) for part in (left, right))
    level = ENTRIES if sign else min(left.level, right.level, PRODUCT)
    latex = f"{left.latex} {sign or _between(left, right)} {right.latex}"
    kind: FactorKind = "short" if right.kind == "short" and left.kind in ("short", "number") else "other"
    return Written("-" + latex, NEGATIVE, kind) if minus[0] != minus[1] else Written(latex, level, kind)


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
