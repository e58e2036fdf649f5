"""Formulas worked out from their LaTeX: what is printed is read again, by Python, and compared with the graph."""

import re
from collections.abc import Mapping
from typing import Any

import numpy as np

from autograd_lite.draw.pieces import Piece
from autograd_lite.draw.typeset import Formula

TOKEN = re.compile(r"\\left|\\right|\\[A-Za-z]+|\d+(?:\.\d+)?|\s+|.", re.DOTALL)
FUNCTIONS = {
    r"\ln": np.log, r"\exp": np.exp, r"\sin": np.sin, r"\cos": np.cos, r"\tanh": np.tanh, r"\max": np.maximum,
    "relu": lambda x: np.maximum(x, 0.0), "σ": lambda x: 1 / (1 + np.exp(-x)), r"\sqrt": np.sqrt, r"\sum": np.sum,
}  # fmt: skip


class UnreadableError(Exception):
    """The formula has a part that is typeset beforehand, such as the formula of a card."""


def evaluated(formula: Formula, values: Mapping[str, Any]) -> Any:
    """The number, or the array, that a formula comes to, given what its names stand for."""
    return eval(_python(formula), {"F": FUNCTIONS, "V": values, "np": np})


def _python(formula: Formula) -> str:
    tokens = [token for token in TOKEN.findall(formula.latex) if token not in (r"\left", r"\right")]
    tokens.reverse()
    return _sequence(tokens, formula.names, "")


def _sequence(tokens: list[str], names: Mapping[str, str | Piece], end: str) -> str:
    """Python for the tokens up to the closing one: what stands side by side is multiplied."""
    said = ""
    operand = False
    while tokens and tokens[-1] != end:
        token = tokens.pop()
        if token.isspace():
            continue
        infix = {"+": "+", "-": "-", r"\cdot": "*", r"\tight": "*", r"\spaced": "*", r"\odot": "*", ",": ","}.get(token)
        if infix == "*":
            # The same as what is not written; a function binds what follows to itself.
            continue
        if infix:
            said, operand = said + infix, False
            continue
        if token == "^":
            said += f"**({_argument(tokens, names)})"
            continue
        said += ("*" if operand else "") + _operand(token, tokens, names)
        operand = True
    if end and tokens:
        tokens.pop()
    return said


def _operand(token: str, tokens: list[str], names: Mapping[str, str | Piece]) -> str:
    if token == "(":
        return f"({_sequence(tokens, names, ')')})"
    if token == "{":
        return f"({_sequence(tokens, names, '}')})"
    if token == r"\frac":
        above, below = _argument(tokens, names), _argument(tokens, names)
        return f"(({above})/({below}))"
    if token in FUNCTIONS:
        return f"F[{token!r}]({_argument(tokens, names)})"
    if token == "e":
        return "np.e"
    meaning = names.get(token, token)
    if isinstance(meaning, Piece):
        if meaning.text not in FUNCTIONS:
            raise UnreadableError(meaning.text)
        return f"F[{meaning.text!r}]({_argument(tokens, names)})"
    if re.fullmatch(r"\d+(\.\d+)?", meaning):
        return meaning
    if token not in names:
        raise UnreadableError(token)
    return f"V[{meaning!r}]"


def _argument(tokens: list[str], names: Mapping[str, str | Piece]) -> str:
    """A group in braces or brackets, or a single token."""
    while tokens and tokens[-1].isspace():
        tokens.pop()
    return _operand(tokens.pop(), tokens, names)
