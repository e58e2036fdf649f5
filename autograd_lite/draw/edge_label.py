"""What stands on an edge: the local derivative above its line, and below it what flows back."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from autograd_lite.draw.amount import amount, entries, room, same
from autograd_lite.draw.blank import boxed
from autograd_lite.draw.markup import HIDDEN, LINE, cell, font, plain, table, width
from autograd_lite.draw.numbers import MINUS, Blank, is_scalar, number
from autograd_lite.draw.picture import Picture, PictureEdge
from autograd_lite.draw.pieces import Piece


class Part(NamedTuple):
    """Markup, and about how many points it is wide and high."""

    html: str
    width: int
    height: int = 20


class EdgeLabels:
    """The labels of one picture's edges, in the colours of its direction."""

    def __init__(self, picture: Picture, derivative: str, contribution: str) -> None:
        self.picture, self.derivative, self.contribution = picture, derivative, contribution
        self.sideways = picture.rankdir in ("LR", "RL")
        # The graph of a backward pass runs the other way, and its values are gradients.
        self.backward = picture.view == "backward"
        self.gradients = {node.number: node.value if self.backward else node.gradient for node in picture.nodes}
        leaving = Counter(self.receives(edge) for edge in picture.edges if edge.contribution is not None)
        #: Of arrays, what flows back is shown where there is a sum to see.
        self.shared = {number for number, count in leaving.items() if count > 1}

    def label(self, i: int, edge: PictureEdge) -> str:
        """The label of an edge, given its number among the edges, from 1: about its line, above and below or beside."""
        above, below = self.above(i, edge), self.below(i, edge)
        # Graphviz ends an edge up to a point short of its port: the line reaches two points past it.
        if self.sideways:
            end = cell("", height=1, width=2, bgcolor=LINE)
            line = [end, cell("", port="line", height=1, width=max(above.width, below.width), bgcolor=LINE), end]
            first, last = (cell(part.html, colspan=3, cellpadding=1) for part in (above, below))
            return table([[first], line, [last]])
        end = cell("", height=2, width=1, bgcolor=LINE)
        line = [cell("", port="line", height=16, width=1, bgcolor=LINE)]
        first, last = (cell(part.html, rowspan=3, cellpadding=3) for part in (above, below))
        return table([[first, end, last], line, [end]])

    def text(self, i: int, edge: PictureEdge) -> str:
        """What the label of an edge says, on one line; nothing that is not shown or to be found."""
        shown = []
        blank = ("derivative", i) in self.picture.blanks or isinstance(edge.derivative, Blank)
        if not blank and self.derivative != HIDDEN:
            shown.append(equation(edge, edge.left).text)
        blank = ("contribution", i) in self.picture.blanks or isinstance(edge.contribution, Blank)
        if not blank and self.contribution != HIDDEN:
            shown.append(self.product(edge))
        return "; ".join(filter(None, shown))

    def above(self, i: int, edge: PictureEdge) -> Part:
        """The local derivative; in an exercise with a box about what is to be found, or left out for it."""
        if ("derivative", i) not in self.picture.blanks and not isinstance(edge.derivative, Blank):
            return self.local(edge, edge.left)
        left = plain(f"{edge.left} = ") if edge.left else ""
        if isinstance(edge.derivative, Blank):
            box, (across, high) = "", edge.derivative.room
        else:
            found = self.local(edge, "")
            box, (across, high) = found.html, answer_room(found)
        said = cell(font(left, self.derivative, 11))
        html = table([[said, cell(boxed(box, (across, high), self.derivative))]])
        return Part(html, width(left, 11) + across + 4, high)

    def local(self, edge: PictureEdge, left: str) -> Part:
        """The equation of the local derivative, after what stands on its left, and the entries of an array."""
        said = equation(edge, left)
        more, breadth = entries(edge, self.derivative, self.picture.arrays)
        html = font(said.html, self.derivative, 11)
        lines = more.count("<BR/>") + more.count("<TR>") + 1
        if more:
            html = table([[cell(html)], [cell(more)]])
        return Part(html, max(width(said.text, 11), breadth), 20 + (15 * lines if more else 0))

    def below(self, i: int, edge: PictureEdge) -> Part:
        """What flows back along the edge; in an exercise in a box, or left out for it."""
        if isinstance(edge.contribution, Blank):
            return Part(boxed("", edge.contribution.room, self.contribution), edge.contribution.room[0])
        part = self.flowing(edge)
        if ("contribution", i) not in self.picture.blanks:
            return part
        across, high = answer_room(part)
        return Part(boxed(part.html, (across, high), self.contribution), across, high)

    def is_flowing(self, edge: PictureEdge) -> bool:
        """Whether anything is written below the line."""
        return isinstance(edge.contribution, Blank) or bool(self.product(edge)) or self.is_share(edge)

    def is_share(self, edge: PictureEdge) -> bool:
        """Whether this is one of several that flow back to an array."""
        return not is_scalar(edge.contribution) and self.receives(edge) in self.shared

    def receives(self, edge: PictureEdge) -> int:
        """The number of the node whose gradient the contribution is a share of."""
        return edge.target if self.backward else edge.source

    def gives(self, edge: PictureEdge) -> int:
        """The number of the node whose gradient is multiplied."""
        return edge.source if self.backward else edge.target

    def flowing(self, edge: PictureEdge) -> Part:
        """The product of numbers; of arrays what flows back to one that others add to."""
        product = self.product(edge)
        if not self.is_share(edge):
            return Part(font(plain(product), self.contribution, 10), width(product, 10) if product else 0)
        html = amount(edge.contribution, self.contribution, self.picture.arrays, bold=False)
        return Part(html, *room(edge.contribution, self.picture.arrays))

    def product(self, edge: PictureEdge) -> str:
        """The chain rule at work: local derivative times the gradient of the result."""
        if edge.derivative is None or edge.contribution is None:
            return ""
        factors = [number(edge.derivative), number(self.gradients[self.gives(edge)])]
        factors = [f"({x})" if x.startswith(MINUS) else x for x in factors]
        return f"{factors[0]} × {factors[1]} = {number(edge.contribution)}"


def answer_room(part: Part) -> tuple[int, int]:
    """The room of a box about an answer."""
    return max(part.width + 12, 56), max(part.height + 4, 22)


def equation(edge: PictureEdge, left: str) -> Piece:
    """The partial derivative of an edge, as far as it is known: what stands on the left, formula, number."""
    assert edge.formula is not None
    terms = [(left, plain(left))]
    # A derivative that no formula is known of is not said to be itself.
    if edge.formula.text != left:
        terms.append((edge.formula.text, edge.formula.html))
    known = same(edge.entries) if edge.derivative is None else number(edge.derivative)
    if known is not None and known != edge.formula.text:
        terms.append((known, plain(known)))
    texts, htmls = zip(*(term for term in terms if term[0]), strict=True)
    return Piece(" = ".join(texts), "end", " = ".join(htmls))
