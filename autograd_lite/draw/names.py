"""Names as a drawing writes them: Greek letters, subscripts, and nothing that could be markup."""

import re
import unicodedata
from collections.abc import Container, Mapping
from typing import Any

LONGEST = 32
#: These order what stands about them from right to left: bidirectional classes, and characters that force one.
RIGHT_TO_LEFT = frozenset({"R", "AL"})
ORDERING = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
#: What tells apart what has one name.
PRIMES = "′″‴"
ISOLATE, END_ISOLATE = "\u2068", "\u2069"

GREEK = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "zeta": "ζ", "eta": "η", "theta": "θ",
    "iota": "ι", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ", "pi": "π", "rho": "ρ", "sigma": "σ",
    "tau": "τ", "phi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω",
}  # fmt: skip
GREEK |= {word.capitalize(): letter.upper() for word, letter in GREEK.items()}

SUBSCRIPTS = dict(zip("0123456789aehijklmnoprstuvx+-−", "₀₁₂₃₄₅₆₇₈₉ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ₊₋₋", strict=True))
SUPERSCRIPTS = dict(
    zip(
        "0123456789abcdefghijklmnoprstuvwxyzT+-−()",
        "⁰¹²³⁴⁵⁶⁷⁸⁹ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᵀ⁺⁻⁻⁽⁾",
        strict=True,
    )
)

_WORD = r"[^\W\d_]+"
_INDEXED = re.compile(rf"({_WORD})_?(\d+)$|({_WORD})_([a-z]{{1,2}})$")


def spelled(name: str) -> str:
    """A variable's name as a lecture writes it.

    A name of up to three letters, or a Greek one, carries the digits that follow it, or one or two letters
    after an underscore, as a subscript. White space becomes one space, control characters go, and
    a very long name is cut: a path at its beginning, any other at its end.

    >>> [spelled(n) for n in ("w1", "delta_2", "W_hh", "theta", "layer2", "conv.weight")]
    ['w₁', 'δ₂', 'Wₕₕ', 'θ', 'layer2', 'conv.weight']
    """
    name = one_line(name)
    if len(name) > LONGEST:
        # Of a module's path the last parts tell one from another.
        end = name[1 - LONGEST :]
        name = f"…{end.partition('.')[2] or end}" if "." in end else name[: LONGEST - 1] + "…"
    if any(unicodedata.bidirectional(c) in RIGHT_TO_LEFT for c in name):
        return ISOLATE + name + END_ISOLATE
    if name in GREEK:
        return GREEK[name]
    if found := _INDEXED.match(name):
        word, index = found[1] or found[3], found[2] or found[4]
        if (len(word) <= 3 or word in GREEK) and (raised := small(index, SUBSCRIPTS)):
            return GREEK.get(word, word) + raised
    return name


def distinct(names: Mapping[Any, str], first: Container[Any] = ()) -> dict[Any, str]:
    """The same names, where each that came before has a prime, or its count: two nodes of one name are two variables.

    Those in `first` keep theirs before all others. An empty name is none.

    >>> distinct({1: "w", 2: "x", 3: "w", 4: "w", 5: "w", 6: "w"})
    {1: 'w', 2: 'x', 3: 'w′', 4: 'w″', 5: 'w‴', 6: 'w⁽⁴⁾'}
    """
    taken = {""}
    found = dict(names)
    for key in sorted(names, key=lambda key: key not in first):
        name, count = names[key], 0
        while name and found[key] in taken:
            count += 1
            found[key] = name + (PRIMES[count - 1] if count <= len(PRIMES) else small(f"({count})", SUPERSCRIPTS) or "")
        taken.add(found[key])
    return found


def one_line(text: str) -> str:
    """A text without line breaks and control characters, with single spaces."""
    return " ".join("".join(map(_printable, text)).split())


def small(text: str, alphabet: dict[str, str]) -> str | None:
    """`text` in small letters below or above the line; None where Unicode lacks one of them."""
    letters = [alphabet.get(c) for c in text]
    return None if None in letters else "".join(filter(None, letters))


def _printable(character: str) -> str:
    """The character, a space for one that no file can hold, nothing for one that would turn the text around it."""
    category = unicodedata.category(character)
    # Zl and Zp break lines; noncharacters such as U+FFFE (Cn) and surrogates (Cs) are no XML.
    return " " if category in ("Cc", "Cs", "Cn", "Zl", "Zp") else "" if character in ORDERING else character
