"""A picture as text: numbered lines, name = expression = value, gradient."""

from typing import Any

from autograd_lite.draw.amount import few
from autograd_lite.draw.names import one_line
from autograd_lite.draw.numbers import BLANK, MINUS, dimensions, inline, is_scalar
from autograd_lite.draw.picture import Picture, PictureNode, Place

INFIX = frozenset("+−×÷^@·⊗><≥≤=≠∧∨&|⊻") | {"//", "mod"}


def listing(picture: Picture) -> str:
    """The nodes of `picture`, one on a line, in columns. Constant numbers stand where they are used."""
    arguments: dict[int, list[str]] = {node.number: [] for node in picture.nodes}
    names = {node.number: node.name for node in picture.nodes}
    for edge in picture.edges:
        # A recorded gradient of several nodes has the names of all; in an expression one will do.
        called = names[edge.source].partition(" = ")[0] if picture.view == "recorded" else names[edge.source]
        arguments[edge.target].append(edge.via or called)
    cells = [
        [
            str(node.number),
            node.name,
            expression_of(node, arguments[node.number]),
            _at(picture, ("value", node.number), node.value),
            "" if node.gradient is None else f"gradient {_at(picture, ('gradient', node.number), node.gradient)}",
        ]
        for node in picture.nodes
        if not node.is_literal
    ]
    number, name, expression, value, back = (max(map(len, column)) for column in zip(*cells, strict=True))
    marks = {str(node.number): f"  ← {one_line(node.mark)}" for node in picture.nodes if node.mark}
    turns = {str(n): f"  step {turn}" for n, turn in picture.visits.items()} if picture.order else {}
    places = {str(node): f"  in {one_line(box.title)}" for box in picture.boxes for node in box.nodes}
    lines = [one_line(line) for line in (picture.title, picture.note) if line is not None]
    lines += [""] if lines else []
    for n, called, made, held, gradient in cells:
        line = f"{n:>{number}}  {called:{name}}"
        if expression:
            line += f"  {'=' if made else ' '}  {made:{expression}}"
        line += f"  =  {held:{value}}"
        if picture.direction != "forward":
            line += f"  {gradient:{back if turns else 0}}{turns.get(n, '')}"
        lines.append(line.rstrip() + places.get(n, "") + marks.get(n, ""))
    return "\n".join(lines)


def _at(picture: Picture, place: Place, data: Any) -> str:
    """A number or an array in its place; the answer to what an exercise leaves blank is underlined."""
    is_shape_alone = picture.arrays == "shape" and not is_scalar(data)
    said = dimensions(data.shape) if is_shape_alone else inline(data, few(picture.arrays))
    return f"__{said}__" if place in picture.blanks and said != BLANK else said


def expression_of(node: PictureNode, arguments: list[str]) -> str:
    """The operation on its arguments, as it is written."""
    if node.expression is not None:
        return node.expression.text
    if not arguments:
        return ""
    if len(arguments) == 2 and node.symbol in INFIX:
        return f" {node.symbol} ".join(f"({a})" if a.startswith(MINUS) else a for a in arguments)
    if len(arguments) == 1 and (node.symbol[0] == "[" or node.symbol == "ᵀ"):
        return arguments[0] + node.symbol
    if len(arguments) == 1 and node.symbol == MINUS:
        return node.symbol + arguments[0]
    return f"{node.symbol}({', '.join([*arguments, *([node.detail] if node.detail else [])])})"
