"""A picture in DOT: what is written where, in which colour.

A label stands on its edge, as a node of its own, the local derivative above the line and what flows
back below it. The three directions of one graph have one layout: what a direction does not show is
there, without colour, and takes its place.
"""

from __future__ import annotations

from collections import Counter
from html import escape
from typing import TYPE_CHECKING

from autograd_lite.draw.amount import at
from autograd_lite.draw.boxes import Clusters
from autograd_lite.draw.edge_label import EdgeLabels
from autograd_lite.draw.legend import BOXES, MANY_EDGES, MARKED, caption_of
from autograd_lite.draw.markup import (
    DERIVATIVE,
    FAINT,
    FONT,
    GRADIENT,
    HIDDEN,
    INK,
    LINE,
    QUIET,
    VALUE,
    cell,
    font,
    plain,
    table,
)
from autograd_lite.draw.names import one_line
from autograd_lite.draw.numbers import Blank, dimensions
from autograd_lite.draw.picture import Picture, PictureEdge, PictureNode, Place
from autograd_lite.draw.turn import after_turn

if TYPE_CHECKING:
    from graphviz import Digraph

#: From this many nodes on, the layout engine stops looking for the very best places early.
LARGE = 100
#: In a picture of so many edges, a node that more than this many others use is named again at each of them: an
#: edge that passes by a thousand operations is work for each.
MANY_USES = 24
#: Where edges leave a box and where they enter the next.
COMPASS = {"LR": ("e", "w"), "RL": ("w", "e"), "TB": ("s", "n"), "BT": ("n", "s")}
#: Operations whose arguments may stand in either order.
COMMUTATIVE = frozenset({"+", "×", "max", "min"})


def source(picture: Picture) -> str:
    """The DOT source of `picture`, the same for the same picture."""
    return _Drawing(picture).source()


class _Drawing:
    """How the three kinds of number appear in one picture."""

    def __init__(self, picture: Picture) -> None:
        self.picture = picture
        direction = picture.direction
        self.gradient = HIDDEN if direction == "forward" else GRADIENT
        self.derivative = HIDDEN if direction == "forward" else DERIVATIVE
        self.contribution = GRADIENT if direction == "both" else HIDDEN
        self.sideways = picture.rankdir in ("LR", "RL")
        self.large = len(picture.edges) >= MANY_EDGES
        uses = Counter(edge.source for edge in picture.edges)
        self.repeated = {n for n, count in uses.items() if self.large and count > MANY_USES}
        self.names = {node.number: node.name for node in picture.nodes}
        self.visits = picture.visits if picture.order else {}
        self.labels = EdgeLabels(picture, self.derivative, self.contribution)

    def source(self) -> str:
        # Importing the library does not load the drawing packages.
        from graphviz import Digraph

        # Where many edges meet at one box, they need room to turn.
        folded = self.picture.view == "graph" and any(node.expression is not None for node in self.picture.nodes)
        ranksep = "0.55" if folded else "0.3"
        graph = Digraph(
            graph_attr={"rankdir": self.picture.rankdir, "bgcolor": "white", "fontname": FONT, "fontcolor": INK,
                        "pad": "0.12", "nodesep": "0.2", "ranksep": ranksep},
            node_attr={"shape": "plain", "fontname": FONT, "fontcolor": INK},
            edge_attr={"color": LINE, "arrowsize": "0.65", "penwidth": "1.1"},
        )  # fmt: skip
        if len(self.picture.nodes) > LARGE:
            # A node that many others use costs minutes otherwise: 150 uses 7 seconds.
            graph.attr(nslimit="2", nslimit1="2")
        caption = caption_of(self.picture, self.gradient, self.derivative, self.contribution)
        if caption:
            place = "b" if self.picture.title is None else "t"
            graph.attr(label=f"<{table(caption, 1)}>", labelloc=place, labeljust="l")
        clusters = Clusters(self.picture, graph)
        for node in self.picture.nodes:
            fixed = {} if node.symbol in COMMUTATIVE else {"ordering": "in"}
            name = f"n{node.number}"
            fixed = fixed if node.symbol or node.expression else {}
            clusters.home(node.number).node(name, f"<{self.node(node)}>", id=name, **fixed)
        for i, edge in enumerate(self.picture.edges, 1):
            self.add_edge(graph, clusters.between(edge), i, edge)
        clusters.close()
        written: str = graph.source
        return written

    def node(self, node: PictureNode) -> str:
        """A box with its value before it and its gradient after it: above and below, or left and right."""
        fill, outline = MARKED if node.mark else BOXES[node.kind]
        fill = node.shade or fill
        padding, narrowest = (5, 20) if node.is_literal else (7, 38)
        box = cell(
            self.inside(node), port="box", border=2 if node.mark else 1, style="ROUNDED", bgcolor=fill, color=outline,
            cellpadding=padding, width=narrowest,
        )  # fmt: skip
        if node.is_literal:
            return table([[box]])
        color = GRADIENT if node.is_gradient else QUIET if node.kind == "constant" else VALUE
        value = cell(at(self.picture, ("value", node.number), node.value, color), cellpadding=2)
        gradient = cell(self.back(node), cellpadding=2)
        return table([[value], [box], [gradient]] if self.sideways else [[value, box, gradient]])

    def back(self, node: PictureNode) -> str:
        """The gradient of a node, after its turn in the backward pass where the order is asked for."""
        place: Place = ("gradient", node.number)
        said = at(self.picture, place, node.gradient, self.gradient)
        turn = self.visits.get(node.number)
        if turn is None:
            return said
        boxed = place in self.picture.blanks or isinstance(node.gradient, Blank)
        return after_turn(turn, said, node.gradient, self.gradient, boxed)

    def inside(self, node: PictureNode) -> str:
        """The symbol and the name, and below them, small, the parameters and the shape."""
        if node.is_literal:
            return font(plain(node.name), QUIET, 12)
        name = font(plain(node.name), INK if node.named else QUIET, 15 if node.named else 12)
        head = f"{font(plain(node.symbol), INK, 15, bold=True)}{font('  ', INK, 12)}{name}" if node.symbol else name
        if node.expression is not None and self.picture.view == "graph":
            head += font(f" = {node.expression.html}", INK, 14)
        if node.is_module:
            head = font(plain(node.heading), INK, 15, bold=True)
        shape = "" if not node.shape else dimensions(node.shape)
        foot = "  ".join(filter(None, (plain(node.detail), shape)))
        small = [font(foot, INK if node.shade else QUIET, 9)] if foot else []
        if node.mark:
            small.append(font(plain(one_line(node.mark)), MARKED[1], 10, bold=True))
        # A line is as high as its largest letter: larger spaces keep small print clear of the letters above it.
        room = font(" ", QUIET, 12)
        return head + "".join(f"<BR/>{room}{line}{room}" for line in small)

    def add_edge(self, graph: Digraph, home: Digraph, i: int, edge: PictureEdge) -> None:
        name = f"e{i}"
        back = self.picture.direction == "backward"
        leave, enter = COMPASS[self.picture.rankdir]
        start, end = f"n{edge.source}:box:{leave}", f"n{edge.target}:box:{enter}"
        if edge.source in self.repeated:
            start = f"{name}r"
            again = cell(font(plain(self.names[edge.source]), QUIET, 12), border=1, style="ROUNDED", color=FAINT)
            home.node(start, f"<{table([[again]], 3)}>", id=start)
        if edge.formula is None or self.large:
            ends = "none" if back and edge.formula is None else "back" if back else "forward"
            said = {} if edge.formula is None else {"tooltip": self.tooltip(i, edge)}
            # A recorded pass is drawn for its operations: its edges carry no derivatives.
            color = FAINT if edge.formula is None and self.picture.view != "recorded" else LINE
            graph.edge(start, end, color=color, dir=ends, id=f"{name}a", **said)
            return
        home.node(name, f"<{self.labels.label(i, edge)}>", id=name)
        graph.edge(start, f"{name}:line:{enter}", dir="back" if back else "none", id=f"{name}a")
        graph.edge(f"{name}:line:{leave}", end, dir="none" if back else "forward", id=f"{name}b")

    def tooltip(self, i: int, edge: PictureEdge) -> str:
        """What would be on the edge, as plain text."""
        return escape(self.labels.text(i, edge))
