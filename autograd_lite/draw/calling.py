"""An operation written on its arguments, as a program calls it."""

from autograd_lite.draw.build import symbol_of
from autograd_lite.draw.equation import EMPTY, Math, amount, joined, name, said, sign
from autograd_lite.draw.numbers import MINUS
from autograd_lite.draw.survey import Survey, Vertex, argument, is_literal
from autograd_lite.draw.text import INFIX
from autograd_lite.graph import Node

#: So many arguments are written.
MOST = 8


def call_of(node: Node, survey: Survey) -> Math:
    """The operation that made a node, on its arguments.

    >>> import autograd_lite as ag
    >>> x = ag.Value(2.0, name="x")
    >>> y = ag.tanh(x * 3.0)
    >>> survey = Survey(y)
    >>> call_of(y, survey).text
    'tanh(v₂)'
    """
    assert node._op is not None
    symbol, detail = symbol_of(node._op, node._params or {})
    vertices = [argument(node, i) for i, value in enumerate(node._values) if value is not None]
    arguments = [_called(vertex, survey) for vertex in vertices]
    if len(arguments) == 2 and symbol == "^":
        x, y = arguments[0].factor(), arguments[1]
        power = f"<msup><mrow>{x.mathml}</mrow><mrow>{y.mathml}</mrow></msup>"
        return Math(f"{x.text} ^ {y.factor().text}", f"{{{x.tex}}}^{{{y.tex}}}", power)
    if len(arguments) == 2 and symbol in INFIX:
        return joined([a.factor() for a in arguments], symbol)
    if len(arguments) == 1 and symbol == "ᵀ":
        return transposed(arguments[0])
    if len(arguments) == 1 and symbol[:1] == "[":
        return arguments[0] + said(symbol)
    if len(arguments) == 1 and symbol == MINUS:
        return sign(symbol, spaced=False) + arguments[0].factor()
    shown = arguments if len(arguments) <= MOST else [*arguments[: MOST - 1], sign("…", spaced=False)]
    function = name(symbol) if symbol.isalnum() else said(symbol)
    return function + _separated([*shown, *([said(detail)] if detail else [])]).in_brackets()


def transposed(matrix: Math) -> Math:
    """A matrix with its T."""
    return Math(f"{matrix.text}ᵀ", rf"{{{matrix.tex}}}^{{\mathsf T}}", f"<msup>{matrix.mathml}<mi>T</mi></msup>")


def _called(vertex: Vertex, survey: Survey) -> Math:
    """The name of an argument; a constant number by itself."""
    if not isinstance(vertex, Node) and is_literal(vertex):
        return amount(vertex[0]._values[vertex[1]])
    return name(survey.name(vertex))


def _separated(parts: list[Math]) -> Math:
    comma = Math(", ", ", ", "<mo>,</mo>")
    whole = parts[0] if parts else EMPTY
    for part in parts[1:]:
        whole = whole + comma + part
    return whole
