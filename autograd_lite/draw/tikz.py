r"""A picture in TikZ: the drawing of the svg with LaTeX's own formulas, for slides and papers.

The source is made to be read and changed by hand: styles at the top, then one line for each node and
each edge, at the places that Graphviz found.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from autograd_lite.draw import latex
from autograd_lite.draw.edge_label import EdgeLabels
from autograd_lite.draw.layout import Layout, Point, Stretch, layout
from autograd_lite.draw.legend import BOXES, MARKED
from autograd_lite.draw.markup import DERIVATIVE, FAINT, GRADIENT, INK, LINE, QUIET, VALUE
from autograd_lite.draw.numbers import dimensions, is_scalar, number, rows, size, summary, written_out

if TYPE_CHECKING:
    from autograd_lite.draw.picture import Picture, PictureEdge, PictureNode

COLORS = {"ink": INK, "quiet": QUIET, "line": LINE, "faint": FAINT, "valuecolor": VALUE, "gradientcolor": GRADIENT,
          "derivativecolor": DERIVATIVE}  # fmt: skip
STYLES = r"""
  x=1bp, y=1bp, >={Latex[length=5bp, width=4bp]}, text=ink,
  box/.style={draw, rounded corners=6bp, line width=0.6bp, align=center, inner sep=1bp,
    font=\fontsize{14}{16}\selectfont},
  size/.style 2 args={minimum width=#1bp, minimum height=#2bp},
  literal/.style={constant, rounded corners=4bp, text=quiet, font=\fontsize{11}{13}\selectfont},
  every label/.style={inner sep=1bp, label distance=1.5bp, font=\fontsize{11}{13}\selectfont\boldmath},
  entries/.style={font=\fontsize{9}{10}\selectfont\boldmath},
  value/.style={text=valuecolor}, gradient/.style={text=gradientcolor}, faint value/.style={text=quiet},
  flow/.style={draw=line, line width=1bp}, faint flow/.style={draw=faint, line width=1bp},
  derivative/.style={text=derivativecolor, inner sep=1.5bp, font=\fontsize{10}{12}\selectfont},
  contribution/.style={text=gradientcolor, inner sep=2.5bp, font=\fontsize{9}{11}\selectfont},
  title/.style={anchor=base west, inner sep=0bp, font=\bfseries\fontsize{15}{18}\selectfont},
  key/.style={anchor=base west, rounded corners=4bp, inner sep=3bp, font=\strut\fontsize{9}{11}\selectfont},
"""
#: On which side of its box the value stands, and on which the gradient.
SIDES = {True: ("above", "below"), False: ("left", "right")}


def document(picture: Picture) -> str:
    """A LaTeX document with the drawing alone on its page.

    Raises `DrawingError` where nothing on this machine can lay the picture out.
    """
    drawing = tikzpicture(picture)
    letters = latex.OTHER_LETTERS if r"\otherletter{" in drawing or r"\fromright{" in drawing else ""
    return (
        "% Compile with pdflatex or lualatex. In slides: \\usepackage{standalone,tikz,amsmath},\n"
        "% \\usetikzlibrary{arrows.meta}, and \\input{} of this file where the drawing shall stand.\n"
        "\\documentclass[tikz, border=6bp]{standalone}\n"
        "\\usepackage{iftex}\n"
        "\\ifpdftex\\usepackage[T1]{fontenc}\\fi\n"
        "\\usepackage{lmodern}\n"
        "\\usepackage{amsmath}\n"
        "\\usetikzlibrary{arrows.meta}\n"
        f"{letters}"
        "\\begin{document}\n"
        f"{drawing}"
        "\\end{document}\n"
    )


def tikzpicture(picture: Picture) -> str:
    """The `tikzpicture` alone, with its colours and styles; it needs TikZ's library arrows.meta, and amsmath."""
    return _Drawing(picture, layout(picture)).source()


class _Drawing:
    """One picture at the places of its layout."""

    def __init__(self, picture: Picture, places: Layout) -> None:
        self.picture, self.places = picture, places
        self.seen = picture.direction != "forward"
        self.sides = SIDES[picture.rankdir in ("LR", "RL")]
        self.labels = EdgeLabels(picture, DERIVATIVE, GRADIENT)

    def source(self) -> str:
        area = self.places.area
        lines = [
            "\\begingroup",
            *(f"\\definecolor{{{color}}}{{HTML}}{{{code[1:].upper()}}}" for color, code in COLORS.items()),
            *_kinds(),
            f"\\begin{{tikzpicture}}[{STYLES.rstrip()}",
            *(f"  {kind}/.style={{box, fill={kind}fill, draw={kind}line}}," for kind in (*BOXES, "marked")),
            "]",
            f"  \\useasboundingbox {_point((area.left, area.lower))} rectangle {_point((area.right, area.upper))};",
            *self.caption(),
            *(self.edge(i, edge) for i, edge in enumerate(self.picture.edges, 1)),
            *(self.node(node) for node in self.picture.nodes),
            "\\end{tikzpicture}%",
            "\\endgroup",
        ]
        return "\n".join(lines) + "\n"

    def node(self, node: PictureNode) -> str:
        """A box with its value and its gradient beside it."""
        box = self.places.boxes[node.number]
        style = "marked" if node.mark else "literal" if node.is_literal else node.kind
        options = [style, f"size={{{box.width:g}}}{{{box.height:g}}}"]
        if not node.is_literal:
            value = "gradient" if node.is_gradient else "faint value" if node.kind == "constant" else "value"
            options.append(_label(value, self.sides[0], node.value))
            if self.seen and node.gradient is not None:
                options.append(_label("gradient", self.sides[1], node.gradient))
        return f"  \\node[{', '.join(options)}] (n{node.number}) at {_point(box.center)} {{{_inside(node)}}};"

    def edge(self, i: int, edge: PictureEdge) -> str:
        """A line from an argument to its result, with the local derivative above and what flows back below."""
        stretches = self.places.stretches[i]
        back = self.picture.direction == "backward"
        if edge.formula is None:
            arrow = "" if back else ", ->"
            return f"  \\draw[faint flow{arrow}] {_path(stretches)};"
        words = ""
        if self.seen:
            words += f" node[derivative, {self.sides[0]}] {{${equation(edge)}$}}"
        if self.picture.direction == "both" and (product := self.product(edge)):
            words += f" node[contribution, {self.sides[1]}] {{${product}$}}"
        return f"  \\draw[flow, {'<-' if back else '->'}] {_path(stretches, words)};"

    def product(self, edge: PictureEdge) -> str:
        """The chain rule at work: local derivative times the gradient of the result."""
        return latex.maths(self.labels.product(edge))

    def caption(self) -> list[str]:
        """The title and the legend, from the upper left corner of their place."""
        place = self.places.caption
        if place is None:
            return []
        lines, left, top = [], place.left + 4, place.upper - 18
        if self.picture.title is not None:
            lines.append(f"  \\node[title] at {_point((left, top))} {{{latex.text(self.picture.title)}}};")
            top -= 26
        return [*lines, *self.legend(left, top)] if self.picture.legend else lines

    def legend(self, left: float, top: float) -> list[str]:
        present = {node.kind for node in self.picture.nodes}
        kinds = [(f"{kind}, key", kind) for kind in BOXES if kind in present]
        words = [("value, key", "value")]
        if self.seen:
            words.append(("gradient, key", f"gradient of ${latex.name(self.picture.output.name)}$"))
            if any(edge.formula for edge in self.picture.edges):
                words.append(("derivative, key", "local derivative"))
                if self.picture.direction == "both":
                    words.append(("gradient, key", "local derivative $\\times$ gradient"))
        lines = []
        for row, letter, gap in ((kinds, "k", 5), (words, "w", 3)):
            place = _point((left, top))
            for i, (style, said) in enumerate(row, 1):
                lines.append(f"  \\node[{style}] ({letter}{i}) at {place} {{{said}}};")
                place = f"([xshift={gap}bp]{letter}{i}.base east)"
            top -= 22
        return lines


def equation(edge: PictureEdge) -> str:
    """The partial derivative of an edge in LaTeX, as far as it is known: name, formula, number."""
    assert edge.formula is not None
    terms = [latex.maths(edge.left), latex.maths(edge.formula.text)]
    if edge.derivative is not None and (known := number(edge.derivative)) != edge.formula.text:
        terms.append(latex.maths(known))
    return " = ".join(filter(None, terms))


def _kinds() -> list[str]:
    return [
        f"\\definecolor{{{kind}fill}}{{HTML}}{{{fill[1:].upper()}}}\\definecolor{{{kind}line}}{{HTML}}{{{line[1:].upper()}}}"
        for kind, (fill, line) in (*BOXES.items(), ("marked", MARKED))
    ]


def _inside(node: PictureNode) -> str:
    """The symbol and the name; below them, small, the parameters, the shape and what is said of the node."""
    if node.is_literal:
        return f"${latex.maths(node.name)}$"
    name = f"${latex.name(node.name)}$"
    if not node.named:
        name = rf"\color{{quiet}}\fontsize{{11}}{{13}}\selectfont {name}"
    head = rf"$\boldsymbol{{{latex.maths(node.symbol)}}}$\enspace{{{name}}}" if node.symbol else f"{{{name}}}"
    shape = f"${latex.maths(dimensions(node.shape))}$" if node.shape else ""
    foot = r"\enspace ".join(filter(None, (latex.text(node.detail), shape)))
    small = r"\\[-1bp]\fontsize{8}{9}\selectfont"
    lines = [head]
    if foot:
        lines.append(rf"{small}\color{{quiet}} {foot}")
    if node.mark:
        lines.append(rf"{small}\color{{markedline}} {latex.text(node.mark)}")
    return "".join(lines)


def _label(style: str, side: str, data: Any) -> str:
    style += "" if is_scalar(data) else ", entries"
    return f"label={{[{style}]{side}:{{{_quantity(data)}}}}}"


def _quantity(data: Any) -> str:
    """A number, the entries of a small array with their points in line, or three numbers that sum up a large one."""
    if is_scalar(data):
        return f"${latex.maths(number(data))}$"
    if not size(data):
        return "empty"
    if written_out(data):
        table = rows(data)
        columns = "@{}" + r"@{\hspace{5bp}}".join(["r@{}l"] * len(table[0])) + "@{}"
        body = r" \\ ".join(" & ".join(map(_halves, line)) for line in table)
    else:
        columns = "@{}l@{\\hspace{4bp}}r@{}l@{}"
        body = r" \\ ".join(rf"\text{{{word}}} & {_halves(x)}" for word, x in summary(data))
    return rf"$\begin{{array}}{{{columns}}} {body} \end{{array}}$"


def _halves(x: str) -> str:
    """A number in two columns, before its point and from there on."""
    cut = min((i for mark in ".×" if (i := x.find(mark)) >= 0), default=len(x))
    return f"{latex.maths(x[:cut])}&{latex.maths(x[cut:])}"


def _path(stretches: tuple[Stretch, ...], words: str = "") -> str:
    """The curves of an edge, joined by a straight line with words on it."""
    return f" --{words} ".join(map(_curve, stretches))


def _curve(stretch: Stretch) -> str:
    points = stretch.points
    written = ("" if stretch.start is None else f"{_point(stretch.start)} -- ") + _point(points[0])
    for i in range(1, len(points) - 2, 3):
        first, second, end = points[i : i + 3]
        written += f" .. controls {_point(first)} and {_point(second)} .. {_point(end)}"
    return written + ("" if stretch.end is None else f" -- {_point(stretch.end)}")


def _point(point: Point) -> str:
    return f"({point[0]:.1f}, {point[1]:.1f})"
