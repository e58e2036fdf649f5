"""Modules as boxes in DOT: clusters, one within the other, each with its title."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autograd_lite.draw.markup import QUIET, font, plain
from autograd_lite.draw.names import one_line
from autograd_lite.draw.picture import Picture, PictureBox, PictureEdge

if TYPE_CHECKING:
    from graphviz import Digraph

#: The outline of a box, the words of its title, and its fill by depth: the further within, the whiter.
OUTLINE = "#b8c2cc"
TITLE = "#3e4c59"
FILLS = ("#f4f6f8", "#fafbfc", "#f4f6f8")


class Clusters:
    """The clusters of a graph: what stands in a box goes to its cluster, all else to the graph itself."""

    def __init__(self, picture: Picture, graph: Digraph) -> None:
        from graphviz import Digraph

        self.graph = graph
        self.boxes = {box.number: box for box in picture.boxes}
        self.of = {node: box.number for box in picture.boxes for node in box.nodes}
        self.around: dict[int, list[int]] = {}
        self.clusters = {number: Digraph(f"cluster_m{number}") for number in self.boxes}
        for number, box in self.boxes.items():
            outer = [] if box.parent is None else self.around[box.parent]
            self.around[number] = [*outer, number]
            fill = FILLS[len(outer) % len(FILLS)]
            self.clusters[number].attr(
                label=f"<{_title(box)}>", labelloc="t", labeljust="l", style="rounded,filled", color=OUTLINE,
                fillcolor=fill, margin="10", id=f"m{number}",
            )  # fmt: skip

    def home(self, node: int) -> Digraph:
        """Where a node is declared."""
        return self.clusters[self.of[node]] if node in self.of else self.graph

    def between(self, edge: PictureEdge) -> Digraph:
        """Where the label of an edge is declared: in the innermost box around both ends."""
        ends = [self.around[self.of[node]] if node in self.of else [] for node in (edge.source, edge.target)]
        common = [one for one, other in zip(*ends, strict=False) if one == other]
        return self.clusters[common[-1]] if common else self.graph

    def close(self) -> None:
        """Put each cluster into the one around it."""
        for number, box in reversed(self.boxes.items()):
            (self.graph if box.parent is None else self.clusters[box.parent]).subgraph(self.clusters[number])


def _title(box: PictureBox) -> str:
    title = font(plain(one_line(box.title)), TITLE, 11, bold=True)
    return f"{title}{font(f'  {plain(box.detail)}', QUIET, 9)}" if box.detail else title
