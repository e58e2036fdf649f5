r"""Words and formulas of a drawing in LaTeX: what no name can break out of.

Every character of a name that means something to TeX is written as a command that prints it. Letters that TeX's own
fonts lack go through `\otherletter`, which a document defines by `OTHER_LETTERS`.
"""

import re
from unicodedata import bidirectional, normalize

from autograd_lite.draw.names import GREEK, RIGHT_TO_LEFT, SUBSCRIPTS, SUPERSCRIPTS, one_line
from autograd_lite.draw.numbers import BLANK, MINUS

#: Characters with a meaning.
ESCAPED = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#", "%": r"\%", "_": r"\_",
    "^": r"\textasciicircum{}", "~": r"\textasciitilde{}", '"': r"{\ttfamily\char34}", "`": r"\textasciigrave{}",
    "'": r"\textquotesingle{}", "<": r"\textless{}", ">": r"\textgreater{}", "|": r"\textbar{}",
}  # fmt: skip
#: Characters that fonts make one of, such as two hyphens a dash.
JOINED = re.compile(r"(?<=[-,<>`'?!])(?=[-,<>`'?!])")
#: Words from right to left, as kinds of character.
FROM_RIGHT = re.compile("R(?:[RMS]*[RM])?")
#: Accents by the combining characters that they are in Unicode.
ACCENTS = {
    "\u0300": "`", "\u0301": "'", "\u0302": "^", "\u0303": "~", "\u0304": "=", "\u0306": "u", "\u0307": ".",
    "\u0308": '"', "\u030a": "r", "\u030b": "H", "\u030c": "v", "\u0323": "d", "\u0327": "c",
}  # fmt: skip
MACRON = "\u0304"
BELOW = frozenset("\u0323\u0327")
LETTERS = {"ß": r"\ss{}", "æ": r"\ae{}", "Æ": r"\AE{}", "ø": r"\o{}", "Ø": r"\O{}", "œ": r"\oe{}", "Œ": r"\OE{}",
           "ł": r"\l{}", "Ł": r"\L{}", "ı": r"\i{}", "…": r"\dots{}", "–": r"\textendash{}", "—": r"\textemdash{}",
           "“": r"\textquotedblleft{}", "”": r"\textquotedblright{}", "‘": r"\textquoteleft{}",
           "’": r"\textquoteright{}", "←": r"\ensuremath{\leftarrow}"}  # fmt: skip
MATHS = {
    MINUS: "-", BLANK: r"\underline{\hspace{2em}}", "×": r"\times ", "·": r"\cdot ", "÷": r"\div ",
    "∂": r"\partial ", "√": r"\surd ", "½": r"\tfrac{1}{2}",
    "⅓": r"\tfrac{1}{3}", "¼": r"\tfrac{1}{4}", "¾": r"\tfrac{3}{4}", "∞": r"\infty ", "≤": r"\leq ", "≥": r"\geq ",
    "≠": r"\neq ", "⊙": r"\odot ", "⊗": r"\otimes ", "¬": r"\lnot ", "∧": r"\land ", "∨": r"\lor ",
    "∑": r"\textstyle\sum ", "∏": r"\textstyle\prod ", "⌊": r"\lfloor ", "⌋": r"\rfloor ", "→": r"\to ",
    "∛": r"\sqrt[3]{\,}", "≈": r"\approx ", "∀": r"\forall ", "∃": r"\exists ", "⟨": r"\langle ", "⟩": r"\rangle ",
    "∗": r"\ast ", "⋆": r"\star ", "‖": r"\Vert ", "∈": r"\in ", "⊕": r"\oplus ", "∘": r"\circ ",
    "⊻": r"\mathbin{\underline{\lor}}", "′": "{}'", "″": "{}''", "‴": "{}'''",
}  # fmt: skip
OMICRON = {"ο": "o"}
#: Greek capitals that TeX writes with a Latin letter.
LATIN = dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΧ", "ABEZHIKMNOPTX", strict=True))
COMMANDS = {letter: "\\" + word for word, letter in GREEK.items()} | LATIN | OMICRON
AS_THEY_ARE = frozenset("0123456789.+-=<>/()[],;:!|*")
FUNCTIONS = frozenset({
    "sin", "cos", "tan", "arcsin", "arccos", "arctan", "sinh", "cosh", "tanh", "exp", "ln", "log", "min", "max", "det",
})  # fmt: skip
INDICES = {small: plain for plain, small in SUBSCRIPTS.items() if plain != MINUS}
POWERS = {small: plain for plain, small in SUPERSCRIPTS.items() if plain != MINUS}
_LOW, _HIGH = (f"[{re.escape(''.join(letters))}]" for letters in (INDICES, POWERS))
TOKEN = re.compile(rf"{BLANK}|{_LOW}+|{_HIGH}+|[^\W\d_]\u0304|[^\W\d_](?:(?!{_LOW}|{_HIGH})[\w.])*|\s+|.", re.DOTALL)

#: What a document says about letters outside of TeX's fonts: LuaTeX prints those that a font of the system has.
OTHER_LETTERS = r"""\makeatletter
\providecommand\codepoint[1]{{\fboxsep=1pt\fbox{\fontsize{5}{6}\selectfont U+#1}}}
\ifdefined\directlua
  \renewcommand\codepoint[1]{{\fboxsep=1pt\fbox{\textdir TLT\fontsize{5}{6}\selectfont U+#1}}}
  \usepackage{fontspec}
  \newcommand\otherfont{}
  \IfFontExistsTF{DejaVu Sans}{\newfontfamily\otherfont@dejavu{DejaVu Sans}\renewcommand\otherfont{\otherfont@dejavu}}{}
  \newcommand*\eastfont{}
  \@for\candidate:=Noto Sans CJK SC,Noto Sans SC,Source Han Sans SC,WenQuanYi Zen Hei,PingFang SC,Microsoft YaHei\do{%
    \ifx\eastfont\empty\IfFontExistsTF{\candidate}{%
      \expandafter\newfontfamily\expandafter\eastfont@found\expandafter{\candidate}%
      \renewcommand*\eastfont{\eastfont@found}}{}\fi}
  \newcommand\otherletter[2]{\begingroup
    \iffontchar\font"#1 #2\else\otherfont\iffontchar\font"#1 #2\else\eastfont
    \iffontchar\font"#1 #2\else\normalfont\codepoint{#1}\fi\fi\fi\endgroup}
  \newcommand\fromright[1]{{\textdir TRT #1}}
\else
  \newcommand\otherletter[2]{\codepoint{#1}}
  \newcommand\fromright[1]{#1}
\fi
\makeatother
"""

#: The same in short, for a drawing in a document that does not say so.
LETTERS_WITHIN = r"""\providecommand\fromright[1]{#1}
\ifdefined\directlua
  \providecommand\otherletter[2]{\iffontchar\font"#1 #2\else\fbox{\tiny U+#1}\fi}
\else
  \providecommand\otherletter[2]{\fbox{\tiny U+#1}}
\fi"""


def text(said: str) -> str:
    r"""Text that prints as it is, on one line.

    >>> print(text(r"50% of \alpha_1 & {é, 权}"))
    50\% of \textbackslash{}alpha\_1 \& \{\'{e}, \otherletter{6743}{权}\}
    """
    said = one_line(said)
    kinds = "".join(map(_direction, said))
    written, end = "", 0
    for run in FROM_RIGHT.finditer(kinds):
        written += _words(said[end : run.start()]) + rf"\fromright{{{_words(said[run.start() : run.end()])}}}"
        end = run.end()
    return written + _words(said[end:])


def _words(said: str) -> str:
    return r"{\kern0pt}".join("".join(map(_character, part)) for part in JOINED.split(said))


def _direction(c: str) -> str:
    """R for a letter of a script from right to left, M for a mark on a letter, S for a space, L for others."""
    kind = bidirectional(c)
    return "R" if kind in RIGHT_TO_LEFT else "M" if kind == "NSM" else "S" if c.isspace() else "L"


def _character(c: str) -> str:
    if c in ESCAPED:
        return ESCAPED[c]
    if c.isascii():
        return c
    if c in LETTERS:
        return LETTERS[c]
    if c in MATHS or c in COMMANDS or c in INDICES or c in POWERS:
        return rf"\ensuremath{{{_token(c)}}}"
    apart = normalize("NFD", c)
    letter, accent = apart[0], apart[1:]
    if letter.isascii() and letter.isalpha() and accent in ACCENTS:
        # Accents above i and j take the place of their dots.
        letter = rf"\{letter}" if letter in "ij" and accent not in BELOW else letter
        return rf"\{ACCENTS[accent]}{{{letter}}}"
    return rf"\otherletter{{{ord(c):04X}}}{{{c}}}"


def maths(said: str) -> str:
    r"""A formula or a number that drawings write in Unicode, in LaTeX.

    >>> print(maths("∂h₁/∂pred = [u₁ > 0] = −2×10⁻⁷"))
    \partial h_{1}/\partial \text{pred} = [u_{1} > 0] = -2\times 10^{-7}
    """
    written, taken = "", {"^", "_"}
    for token in map(_token, TOKEN.findall(one_line(said))):
        script = token[0] if token[0] in "^_" else ""
        if script in taken:
            # A letter has one index and one power: what comes after them stands on its own.
            written, taken = written + "{}", set()
        taken = taken | {script} if script else set()
        written += token
    return " ".join(written.split())


def _token(token: str) -> str:
    if token in MATHS:
        return MATHS[token]
    if token in COMMANDS:
        return COMMANDS[token] + (" " if COMMANDS[token][0] == "\\" else "")
    if token[0] in INDICES:
        return f"_{{{''.join(INDICES[c] for c in token)}}}"
    if token[0] in POWERS:
        return f"^{{{''.join(POWERS[c] for c in token)}}}"
    if token in AS_THEY_ARE or (token.isascii() and token.isalpha() and len(token) == 1):
        return token
    if token.isspace():
        return " "
    if token.endswith(MACRON):
        return rf"\bar{{{_token(token[0])}}}"
    return f"\\{token} " if token in FUNCTIONS else rf"\text{{{text(token)}}}"
