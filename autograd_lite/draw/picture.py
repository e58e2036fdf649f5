"""The picture of a graph, as plain data: nodes, edges, and what is written on them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from autograd_lite.draw.typeset import Formula

Direction = Literal["forward", "backward", "both"]
RankDirection = Literal["LR", "RL", "TB", "BT"]
Folding = Literal["names", "none"]
Kind = Literal["input", "parameter", "constant", "operation", "output", "module", "folded"]
Arrays = Literal["auto", "numbers", "heatmap", "shape"]
View = Literal["graph", "backward", "recorded"]
#: A place in a picture where a number stands: which number, and of which node or edge (both from 1).
Place = tuple[Literal["value", "gradient", "derivative", "contribution"], int]


@dataclass(frozen=True, eq=False)
class PictureNode:
    """One node of a picture.

    Attributes
    ----------
    number : its place in the order of computation, from 1; constant numbers come last.
    name : how it is written; a name that was given, one made of its number, or a constant number itself.
    named : whether the name was given.
    kind : input, parameter, constant, operation or output; module where a whole module is one node,
        folded where several other nodes are.
    symbol, detail : of the operation that made it, and its parameters; empty for a leaf.
    value, gradient : a number or an array; the gradient None where there is none.
    shape : of an array; None for a Value or a constant number.
    mark : what is said of a node that is marked; empty for others.
    expression : of a graph that is folded to its names, how the node is computed from the nodes drawn.
    is_gradient : whether the value is itself a gradient, in the graph of a backward pass.
    folded : how many nodes it stands for; 0 where it is one node of the graph.
    shade : the fill that a map gives it; empty where its kind does.
    """

    number: int
    name: str
    named: bool
    kind: Kind
    symbol: str
    detail: str
    value: Any
    gradient: Any
    shape: tuple[int, ...] | None
    mark: str = ""
    is_gradient: bool = False
    expression: Formula | None = None
    folded: int = 0
    shade: str = ""

    @property
    def is_literal(self) -> bool:
        """Whether this is a constant number, as it stands in a program."""
        return self.kind == "constant" and not self.named and self.shape is None

    @property
    def is_computed(self) -> bool:
        """Whether this was computed from other nodes of the picture."""
        return bool(self.symbol) or self.expression is not None

    @property
    def is_module(self) -> bool:
        """Whether this is a closed module, or several that repeat."""
        return self.kind == "module" or (self.folded > 0 and self.symbol != "…")

    @property
    def heading(self) -> str:
        """A closed module's name and kind: `fc1: Linear`."""
        return self.name if self.name.startswith(self.symbol) else f"{self.name}: {self.symbol}"


@dataclass(frozen=True, eq=False)
class PictureEdge:
    """From one argument of an operation to its result.

    Attributes
    ----------
    source, target : the numbers of the argument's node and of the result's.
    position : which argument it is, from 0.
    left, formula : the equation of the partial derivative, `∂g/∂p` and what it equals; empty and
        None where no gradient flows.
    derivative : the local derivative, where both ends are numbers.
    contribution : what flows back along the edge, in the shape of the argument.
    ratio : the left side of the equation once more, as a formula.
    entries : of an elementwise operation on arrays, the derivative of each entry of the result by the
        entry of the argument beside it; of a single number, its derivative by each entry of the argument.
    via : the name of the argument where it is another result of the closed module than the one shown; or empty.
    """

    source: int
    target: int
    position: int
    left: str
    formula: Formula | None
    derivative: float | None
    contribution: Any
    ratio: Formula | None = None
    entries: Any = None
    via: str = ""


@dataclass(frozen=True, eq=False)
class PictureBox:
    """A module's call: a box around what was made in it.

    Attributes
    ----------
    number : its place in the order of the calls, from 1.
    parent : the number of the box around it; None for an outermost one.
    path, kind : the module's, such as "layers.0" and "Linear"; the path may be empty.
    detail : sizes and parameters: `20 → 10, 210 parameters`.
    nodes : the numbers of the nodes directly within it.
    """

    number: int
    parent: int | None
    path: str
    kind: str
    detail: str
    nodes: tuple[int, ...]

    @property
    def title(self) -> str:
        """The path and the kind: `fc1: Linear`."""
        return f"{self.path}: {self.kind}" if self.path else self.kind


@dataclass(frozen=True, eq=False, repr=False)
class Picture:
    """A drawing of a graph: see `draw`. It shows itself in a notebook; `print` lists it as text.

    Attributes
    ----------
    nodes, edges : in the order of computation; edges by result, then by argument.
    direction, rankdir, title, legend, arrays, order : as given to `draw`.
    view : "graph"; "backward", whose nodes are gradients and whose edges the factors between them; or
        "recorded", the operations of a recorded backward pass.
    blanks : the places that are left blank; in an answer key, the places that it fills in.
    answers : of an exercise, its answer key.
    boxes : the modules that are open, each after the one around it.
    note : what is to be said of the picture as a whole, such as what has been folded; or None.

    >>> import autograd_lite as ag
    >>> x, y = ag.Value(3.0, name="x"), ag.Value(2.0, name="y")
    >>> print(ag.draw(x * y))
    1  x             =  3  gradient 2
    2  y             =  2  gradient 3
    3  v₃  =  x × y  =  6  gradient 1
    """

    nodes: tuple[PictureNode, ...]
    edges: tuple[PictureEdge, ...]
    direction: Direction = "both"
    rankdir: RankDirection = "LR"
    title: str | None = None
    legend: bool = True
    arrays: Arrays = "auto"
    order: bool = False
    view: View = "graph"
    blanks: frozenset[Place] = frozenset()
    answers: Picture | None = None
    boxes: tuple[PictureBox, ...] = ()
    note: str | None = None

    @property
    def visits(self) -> dict[int, int]:
        """The turn of each node in the backward pass, from 1, by the node's number: later nodes come first."""
        visited = sorted((node.number for node in self.nodes if node.gradient is not None), reverse=True)
        return {number: turn for turn, number in enumerate(visited, 1)}

    @property
    def output(self) -> PictureNode:
        """The node that is drawn."""
        return next(node for node in self.nodes if node.kind == "output")

    @property
    def dot(self) -> str:
        """The source of the drawing in DOT, Graphviz's language."""
        from autograd_lite.draw.dot import source

        return source(self)

    @property
    def tex(self) -> str:
        """The drawing as a LaTeX document of its own, in TikZ. Raises `DrawingError` where nothing can lay it out."""
        from autograd_lite.draw.tikz import document

        return document(self)

    @property
    def tikz(self) -> str:
        """The `tikzpicture` of that document, with its colours and styles; it needs amsmath and arrows.meta."""
        from autograd_lite.draw.tikz import tikzpicture

        return tikzpicture(self)

    def svg(self) -> str:
        """The drawing as SVG. Raises `DrawingError` where nothing on this machine can lay it out."""
        from autograd_lite.draw.render import render_svg

        return render_svg(self.dot)

    def png(self) -> bytes:
        """The drawing as PNG. Raises `DrawingError` where nothing on this machine can lay it out."""
        from autograd_lite.draw.render import render

        return render(self.dot, "png")

    def pdf(self) -> bytes:
        """The drawing as PDF. Raises `DrawingError` where nothing on this machine can lay it out."""
        from autograd_lite.draw.render import render

        return render(self.dot, "pdf")

    def html(self) -> str:
        """A page that plays the forward pass and back-propagation step by step, for a browser, in one file.

        Raises `DrawingError` where nothing on this machine can lay the drawing out.
        """
        from autograd_lite.draw.page import page

        return page(self)

    def save(self, path: str | Path) -> Path:
        """Write the drawing to a file, in the format of its suffix: svg, png, pdf, tex, dot, txt or html.

        Gives the path. Raises `DrawingError` for another suffix, a folder that is not there, and where nothing on this
        machine can lay the drawing out, and `StorageError` where it cannot be written; that is whole or not at all.
        """
        from autograd_lite.draw.render import save

        return save(self, path)

    def __str__(self) -> str:
        from autograd_lite.draw.text import listing

        return listing(self)

    def __repr__(self) -> str:
        return f"<Picture of {self.output.name}: {len(self.nodes)} nodes, {len(self.edges)} edges, {self.direction}>"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        from autograd_lite.draw.render import notebook

        return notebook(self)

    def _repr_svg_(self) -> str | None:
        return self._repr_mimebundle_().get("image/svg+xml")
