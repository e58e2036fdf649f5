r"""A picture in TikZ: the drawing of the svg with LaTeX's own formulas, for slides and papers.

The source is made to be read and changed by hand: styles at the top, then one line for each node and
each edge, at the places that Graphviz found.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from autograd_lite.draw import latex
from autograd_lite.draw.amount import same
from autograd_lite.draw.edge_label import EdgeLabels
from autograd_lite.draw.layout import Layout, Point, Stretch, layout
from autograd_lite.draw.legend import ANSWERS, BOXES, HEAT_MAPS, QUESTIONS, SCALES, TURNS
from autograd_lite.draw.notation import name_tex
from autograd_lite.draw.numbers import Blank, dimensions, is_scalar, number
from autograd_lite.draw.tikz_amount import amount, entries
from autograd_lite.draw.tikz_style import BLANKS, HEAD, HEAT, STYLES, TURN, colors
from autograd_lite.errors import DrawingError

if TYPE_CHECKING:
    from autograd_lite.draw.picture import Picture, PictureBox, PictureEdge, PictureNode, Place, View

#: TeX knows no length of 16384 points or more.
LARGEST = 16000
#: On which side of its box the value stands, and on which the gradient.
SIDES = {True: ("above", "below"), False: ("left", "right")}


def document(picture: Picture) -> str:
    """A LaTeX document with the drawing alone on its page.

    Raises `DrawingError` where nothing on this machine can lay the picture out, and where it is too large for TeX.
    """
    drawing = tikzpicture(picture)
    letters = latex.OTHER_LETTERS if r"\otherletter{" in drawing else ""
    return f"{HEAD}{letters}\\begin{{document}}\n{drawing}\\end{{document}}\n"


def tikzpicture(picture: Picture) -> str:
    """The `tikzpicture` alone, with its colours and styles; it needs TikZ's library arrows.meta, and amsmath."""
    places = layout(picture)
    if max(places.area.width, places.area.height) > LARGEST:
        raise DrawingError(
            f"draw: the picture of {len(picture.nodes)} nodes is {places.area.width:.0f} points wide and "
            f"{places.area.height:.0f} high, and TeX sets nothing beyond {LARGEST}. Fold it, as in "
            'draw(y, fold="names") or draw(y, depth=1), or save it as svg.'
        )
    return _Drawing(picture, places).source()


class _Drawing:
    """One picture at the places of its layout."""

    def __init__(self, picture: Picture, places: Layout) -> None:
        self.picture, self.places = picture, places
        self.seen = picture.direction != "forward"
        self.sides = SIDES[picture.rankdir in ("LR", "RL")]
        self.visits = picture.visits if picture.order else {}
        self.names = {node.number: node.name for node in picture.nodes}
        self.labels = EdgeLabels(picture, "", "")

    def source(self) -> str:
        area = self.places.area
        parts = [
            *self.caption(),
            *map(self.group, self.picture.boxes),
            *(self.edge(i, edge) for i, edge in enumerate(self.picture.edges, 1)),
            *(self.node(node) for node in self.picture.nodes),
        ]
        lines = [
            "\\begingroup",
            *colors(),
            *([latex.LETTERS_WITHIN] if any(r"\otherletter{" in part for part in parts) else []),
            *([HEAT] if self.picture.arrays == "heatmap" else []),
            *([TURN] if self.visits else []),
            *([BLANKS] if self.picture.blanks else []),
            f"\\begin{{tikzpicture}}[{STYLES}",
            "]",
            f"  \\useasboundingbox {_point((area.left, area.lower))} rectangle {_point((area.right, area.upper))};",
            *parts,
            "\\end{tikzpicture}%",
            "\\endgroup",
        ]
        return "\n".join(lines) + "\n"

    def group(self, box: PictureBox) -> str:
        """The frame around a module, with its title."""
        place = self.places.groups[box.number]
        title = latex.text(box.title)
        if box.detail:
            title += rf"\enspace\fontsize{{8}}{{9}}\selectfont\color{{quiet}} {latex.text(box.detail)}"
        size = f"size={{{place.width:g}}}{{{place.height:g}}}"
        frame = rf"\node[group, {size}] (m{box.number}) at {_point(place.center)} {{}};"
        return rf"  {frame} \node[group title] at (m{box.number}.north west) {{{title}}};"

    def node(self, node: PictureNode) -> str:
        """A box with its value and its gradient beside it."""
        box = self.places.boxes[node.number]
        style = "marked" if node.mark else "literal" if node.is_literal else node.kind
        options = [style, f"size={{{box.width:g}}}{{{box.height:g}}}"]
        if node.shade:
            red, green, blue = bytes.fromhex(node.shade.removeprefix("#"))
            options.append(f"fill={{rgb,255:red,{red};green,{green};blue,{blue}}}")
        if not node.is_literal:
            said = "gradient" if node.is_gradient else "faint value" if node.kind == "constant" else "value"
            options.append(self.label(said, self.sides[0], ("value", node.number), node.value))
            if self.seen and node.gradient is not None:
                options.append(self.label("gradient", self.sides[1], ("gradient", node.number), node.gradient))
        shown = ", ".join(filter(None, options))
        return f"  \\node[{shown}] (n{node.number}) at {_point(box.center)} {{{_inside(node, self.picture.view)}}};"

    def label(self, style: str, side: str, place: Place, data: Any) -> str:
        """A number or an array beside a box; a gradient after its turn in the backward pass."""
        said = self.answered(place, amount(data, self.picture.arrays))
        if place[0] == "gradient" and place[1] in self.visits:
            said = rf"\turn{{{self.visits[place[1]]}}} {said}"
        style += "" if is_scalar(data) else ", entries"
        return f"label={{[{style}]{side}:{{{said}}}}}" if said else ""

    def answered(self, place: Place, said: str) -> str:
        """What is said in a place; in an answer key in a box, where it is an answer."""
        is_answer = place in self.picture.blanks and r"\tofind" not in said
        return rf"\answer{{{said}}}" if is_answer else said

    def edge(self, i: int, edge: PictureEdge) -> str:
        """A line from an argument to its result, with the local derivative above and what flows back below."""
        stretches = self.places.stretches[i]
        back = self.picture.direction == "backward"
        tag = self.tag(i, edge)
        if edge.formula is None:
            # A recorded pass is drawn for its operations: its edges carry no derivatives.
            style = "flow" if self.picture.view == "recorded" else "faint flow"
            arrow = "" if back else ", ->"
            return f"  \\draw[{style}{arrow}] {_path(stretches)};{tag}"
        words = ""
        if len(stretches) == 1:
            # A large graph has room for lines alone.
            return f"  \\draw[flow, {'<-' if back else '->'}] {_path(stretches)};{tag}"
        if self.seen:
            words += f" node[derivative, {self.sides[0]}] {{{self.local(i, edge)}}}"
        if self.picture.direction == "both" and (flowing := self.flowing(edge)):
            words += f" node[contribution, {self.sides[1]}] {{{self.answered(('contribution', i), flowing)}}}"
        return f"  \\draw[flow, {'<-' if back else '->'}] {_path(stretches, words)};{tag}"

    def tag(self, i: int, edge: PictureEdge) -> str:
        """The name of a node that very many use, once more where an edge begins."""
        if i not in self.places.tags:
            return ""
        return f" \\node[tag] at {_point(self.places.tags[i].center)} {{${name_tex(self.names[edge.source])}$}};"

    def local(self, i: int, edge: PictureEdge) -> str:
        """The partial derivative of an edge: name, formula, number, and the entries of an array."""
        left = edge.ratio.tex if edge.ratio is not None else latex.maths(edge.left)
        if isinstance(edge.derivative, Blank):
            return rf"${left} = $ {amount(edge.derivative)}"
        more = entries(edge, self.picture.arrays)
        below = rf"\\[2bp]\fontsize{{8}}{{9}}\selectfont {more}" if more else ""
        if ("derivative", i) in self.picture.blanks:
            return self.answered(("derivative", i), f"${left} = {equation(edge)}${below}")
        said = (left, equation(edge) if edge.formula is None or edge.formula.text != edge.left else "")
        return f"${' = '.join(filter(None, said))}${below}"

    def flowing(self, edge: PictureEdge) -> str:
        """The chain rule at work: local derivative times the gradient of the result; of arrays, what others add to."""
        if isinstance(edge.contribution, Blank) or self.labels.is_share(edge):
            return amount(edge.contribution, self.picture.arrays)
        product = self.labels.product(edge)
        return f"${latex.maths(product)}$" if product else ""

    def caption(self) -> list[str]:
        """The title and the legend, from the upper left corner of their place."""
        place = self.places.caption
        if place is None:
            return []
        lines, left, top = [], place.left + 4, place.upper - 18
        if self.picture.title is not None:
            lines.append(f"  \\node[title] at {_point((left, top))} {{{latex.text(self.picture.title)}}};")
            top -= 26
        if self.picture.note is not None:
            lines.append(f"  \\node[note] at {_point((left, top + 4))} {{{latex.text(self.picture.note)}}};")
            top -= 18
        return [*lines, *self.legend(left, top)] if self.picture.legend else lines

    def legend(self, left: float, top: float) -> list[str]:
        present = {node.kind for node in self.picture.nodes}
        kinds = [(f"{kind}, key", kind) for kind in BOXES if kind in present]
        words = [("value, key", "value")]
        if self.picture.view == "backward":
            words = [("gradient, key", "gradient"), ("derivative, key", "factor")]
            words.append(("gradient, key", r"factor $\times$ gradient"))
        elif self.picture.view == "recorded":
            words = [("value, key", "forward pass"), ("gradient, key", "backward pass")]
        elif self.seen:
            words.append(("gradient, key", f"gradient of ${name_tex(self.picture.output.name)}$"))
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
        for line in self.signs():
            lines.append(f"  \\node[key] at {_point((left, top))} {{{line}}};")
            top -= 14
        return lines

    def signs(self) -> list[str]:
        """What the legend says of signs: heat maps, the order of the backward pass."""
        lines = []
        if self.picture.arrays == "heatmap" and any(not is_scalar(node.value) for node in self.picture.nodes):
            lines += [HEAT_MAPS, SCALES]
        if self.visits and self.seen:
            lines.append(TURNS)
        if self.picture.blanks:
            lines.append(QUESTIONS if self.picture.answers else ANSWERS)
        return lines


def equation(edge: PictureEdge) -> str:
    """What a partial derivative equals in LaTeX, as far as it is known: formula and number."""
    assert edge.formula is not None
    known = same(edge.entries) if edge.derivative is None else number(edge.derivative)
    return _tight(edge.formula.tex) + (f" = {name_tex(known)}" if known not in (None, edge.formula.text) else "")


def _inside(node: PictureNode, view: View) -> str:
    """The symbol and the name; below them, small, the parameters, the shape and what is said of the node."""
    if node.is_literal:
        return f"${latex.maths(node.name)}$"
    name = f"${latex.maths(node.name) if node.is_gradient else name_tex(node.name)}$"
    if not node.named:
        name = rf"\color{{quiet}}\fontsize{{11}}{{13}}\selectfont {name}"
    head = rf"$\boldsymbol{{{_symbol(node.symbol)}}}$\enspace{{{name}}}" if node.symbol else f"{{{name}}}"
    if node.is_module:
        head = rf"\textbf{{{latex.text(node.heading)}}}"
    elif node.expression is not None and view == "graph":
        head += rf"\fontsize{{12}}{{14}}\selectfont ${{}} = {_tight(node.expression.tex)}$"
    shape = latex.text(dimensions(node.shape)) if node.shape else ""
    foot = r"\enspace ".join(filter(None, (latex.text(node.detail), shape)))
    small = r"\\[-1bp]\fontsize{8}{9}\selectfont"
    lines = [head]
    if foot:
        lines.append(rf"{small}\color{{{'ink' if node.shade else 'quiet'}}} {foot}")
    if node.mark:
        lines.append(rf"{small}\color{{markedline}} {latex.text(node.mark)}")
    return "".join(lines)


def _tight(tex: str) -> str:
    return " ".join(tex.split())


def _symbol(symbol: str) -> str:
    """The sign of an operation; the raised T of a transpose has something to stand on."""
    return r"\cdot^{T}" if symbol == "ᵀ" else latex.maths(symbol)


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
