r"""Names and numbers as mathematics: in LaTeX's math mode, and as elements of MathML.

No character of a name is read as markup. LaTeX needs the package amsmath for names of several
words, and for letters that its fonts lack what `latex.OTHER_LETTERS` defines.
"""

from __future__ import annotations

import re
from html import escape
from unicodedata import normalize

from autograd_lite.draw.latex import text as words
from autograd_lite.draw.names import GREEK, ORDERING, PRIMES, SUBSCRIPTS, one_line
from autograd_lite.draw.numbers import MINUS, SUPERSCRIPT_DIGITS

NAMESPACE = "http://www.w3.org/1998/Math/MathML"
#: Greek letters as LaTeX's commands; the capitals that look Latin have none, nor has omicron.
GREEK_TEX = {letter: f"\\{word}" for word, letter in GREEK.items() if word.islower()}
GREEK_TEX |= {
    GREEK[word]: f"\\{word}"
    for word in ("Gamma", "Delta", "Theta", "Lambda", "Xi", "Pi", "Sigma", "Phi", "Psi", "Omega")
}
LATIN_CAPITALS = dict(zip("ΑΒΕΖΗΙΚΜΝΡΤΧ", "ABEZHIKMNPTX", strict=True))
SYMBOLS_TEX = {
    MINUS: "-", "·": r"\cdot", "×": r"\times", "⊙": r"\odot", "¬": r"\lnot", "≤": r"\le", "≥": r"\ge", "≠": r"\ne",
    "⌊": r"\lfloor", "⌋": r"\rfloor", "{": r"\{", "}": r"\}", "∏": r"\prod", "∑": r"\sum", "#": r"\#", "∂": r"\partial",
    "′": "'", "∞": r"\infty", "Σ": r"\sum", "…": r"\dots", "ᵀ": "^{T}", "⊘": r"\oslash", "⊗": r"\otimes",
    "𝟏": r"\mathbf{1}", "∘": r"\circ", "∉": r"\notin",
}  # fmt: skip
FUNCTIONS_TEX = frozenset({
    "sin", "cos", "tan", "arcsin", "arccos", "arctan", "sinh", "cosh", "tanh", "exp", "ln", "log", "min", "max", "det",
})  # fmt: skip
_NORMAL = {small: plain for plain, small in SUBSCRIPTS.items() if plain not in "-"}
_INDEXED = re.compile(rf"(.+?)([{''.join(_NORMAL)}]+)")
_DIGITS = {ord(small): plain for plain, small in zip("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹", strict=True)}
_NUMBER = re.compile(rf"({MINUS}?)(∞|\d+(?:\.\d+)?)(?:×10([{''.join(map(chr, SUPERSCRIPT_DIGITS.values()))}]+))?")
assert set(SUPERSCRIPT_DIGITS.values()) == set(_DIGITS)


def name_tex(name: str) -> str:
    r"""A name, as drawings write it, in LaTeX's math mode.

    >>> [name_tex(n) for n in ("w₁", "w₁″", "δ₂", "loss", "a%b", "−2×10⁻⁷")]
    ['w_{1}', "{w_{1}''}", '\\delta_{2}', '\\mathrm{loss}', '\\text{a\\%b}', '-2\\times 10^{-7}']
    """
    if written := number_tex(name):
        return written
    if (plain := name.rstrip(PRIMES)) and plain != name:
        # In braces a power can stand on it.
        return f"{{{name_tex(plain)}{normalize('NFKC', name[len(plain) :]).replace(PRIMES[0], chr(39))}}}"
    base, index = _parts(name)
    if index:
        return f"{_word_tex(base)}_{{{index.replace(MINUS, '-')}}}"
    return _word_tex(base)


def name_mathml(name: str) -> str:
    """A name, as drawings write it, as one element of MathML.

    >>> name_mathml("w₁"), name_mathml("<b>")
    ('<msub><mi>w</mi><mn>1</mn></msub>', '<mtext>&lt;b&gt;</mtext>')
    """
    if written := number_mathml(name):
        return written
    if (plain := name.rstrip(PRIMES)) and plain != name:
        return f"<msup>{name_mathml(plain)}<mo>{name[len(plain) :]}</mo></msup>"
    base, index = _parts(name)
    word = escape(base)
    said = f"<mi>{word}</mi>" if base.replace(".", "").isalnum() else f"<mtext>{word}</mtext>"
    if not index:
        return said
    return f"<msub>{said}<m{'n' if index.isdigit() else 'i'}>{index}</m{'n' if index.isdigit() else 'i'}></msub>"


def number_tex(text: str) -> str:
    """A number as drawings write it in LaTeX; empty where the text is none."""
    found = _NUMBER.fullmatch(text)
    if found is None:
        return ""
    power = rf"\times 10^{{{found[3].translate(_DIGITS)}}}" if found[3] else ""
    return found[1].replace(MINUS, "-") + found[2].replace("∞", r"\infty") + power


def number_mathml(text: str) -> str:
    """A number as drawings write it as one element of MathML; empty where the text is none."""
    found = _NUMBER.fullmatch(text)
    if found is None:
        return ""
    said = f"<mn>{found[2]}</mn>"
    if found[3]:
        exponent = found[3].translate(_DIGITS).replace("-", MINUS)
        said = f"{said}<mo>×</mo><msup><mn>10</mn><mn>{exponent}</mn></msup>"
    if found[1]:
        said = f"<mo>{MINUS}</mo>{said}"
    return said if said.count("<m") == 1 else f"<mrow>{said}</mrow>"


def symbol_tex(text: str) -> str:
    """An operator or a bracket in LaTeX."""
    return SYMBOLS_TEX.get(text, text)


def function_tex(word: str) -> str:
    """The name of a function in LaTeX."""
    if word in FUNCTIONS_TEX:
        return f"\\{word}"
    if word in GREEK_TEX or word in SYMBOLS_TEX:
        return SYMBOLS_TEX.get(word) or GREEK_TEX[word]
    return rf"\operatorname{{{word}}}" if word.isascii() and word.isalnum() else text_tex(word)


def text_tex(text: str) -> str:
    """Any text, within math mode."""
    return rf"\text{{{words(text)}}}"


def _parts(name: str) -> tuple[str, str]:
    """A name without its index, and the index in full-size letters."""
    name = "".join(c for c in one_line(name) if c not in ORDERING)
    found = _INDEXED.fullmatch(name)
    if found and len(found[1]) <= 3 and found[1].isalpha():
        return found[1], "".join(_NORMAL[c] for c in found[2])
    return name, ""


def _word_tex(word: str) -> str:
    if word in GREEK_TEX:
        return GREEK_TEX[word]
    if word in LATIN_CAPITALS:
        return rf"\mathrm{{{LATIN_CAPITALS[word]}}}"
    if re.fullmatch("[A-Za-z]", word):
        return word
    return rf"\mathrm{{{word}}}" if re.fullmatch(r"[A-Za-z0-9.]+", word) else text_tex(word)
