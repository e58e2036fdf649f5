"""From a graph to its picture: orders and names the nodes, and puts the names into the formulas."""

from collections.abc import Mapping
from typing import Any, get_args

import numpy as np

from autograd_lite.draw.chain import ChainRule, chain_rule
from autograd_lite.draw.large import check_folding, plan
from autograd_lite.draw.picture import Direction, Folding, Picture, PictureEdge, PictureNode, RankDirection
from autograd_lite.draw.pieces import Piece, ratio
from autograd_lite.draw.survey import Survey, Vertex, argument
from autograd_lite.draw.typeset import Formula
from autograd_lite.errors import ArgumentValueError, GradientError, GraphError, KindError, ShapeError, describe
from autograd_lite.graph import Node
from autograd_lite.operation import Op

LONGEST_DETAIL = 24


def picture_of(
    output: Node,
    names: Mapping[str, Any] | None,
    direction: Direction,
    rankdir: RankDirection,
    title: str | None,
    legend: bool,
    marked: Mapping[Node, str] | None = None,
    depth: int | None = None,
    repeats: bool | None = None,
    fold: Folding | None = None,
) -> Picture:
    """The picture that `draw` gives."""
    _check(output, names, direction, rankdir, title)
    _check_marked(marked)
    check_folding(depth, repeats, fold)
    if direction != "forward":
        _check_gradient(output, direction)
    survey = Survey(output, names)
    planned = plan(survey, names, depth, repeats, fold)
    builder = _Builder(survey, marked or {}, _chain(output, direction))
    if fold == "names" or planned.to_names:
        # These two modules ask this one for the parts of a picture.
        from autograd_lite.draw.fold import fold as folded
        from autograd_lite.draw.folded import folded_parts

        found = folded(output, names, builder.chain, survey)
        nodes, edges = folded_parts(found, builder.node)
        planned = planned.renumbered({survey.number[node]: i for i, node in enumerate(found.kept, 1)})
    else:
        nodes, edges = tuple(builder.nodes()), tuple(builder.edges())
    return planned.apply(Picture(nodes, edges, direction, rankdir, title, bool(legend)))


def parts_of(survey: Survey, chain: ChainRule | None = None) -> tuple[tuple[PictureNode, ...], tuple[PictureEdge, ...]]:
    """The nodes and edges of a graph, without `chain` with values alone."""
    builder = _Builder(survey, {}, ChainRule() if chain is None else chain)
    return tuple(builder.nodes()), tuple(builder.edges())


def check_backward(output: Any, names: Any, rankdir: Any, title: Any) -> None:
    """Refuse what has no backward pass to draw."""
    _check(output, names, "backward", rankdir, title)
    _check_gradient(output, "backward")


class _Builder:
    """Makes the nodes and edges of one picture."""

    def __init__(self, survey: Survey, marked: Mapping[Node, str], chain: ChainRule) -> None:
        self.survey, self.marked, self.chain = survey, marked, chain
        self.number, self.name, self.kind = survey.number, survey.name, survey.kind

    def nodes(self) -> list[PictureNode]:
        return [self.node(vertex) for vertex in self.survey.order]

    def node(self, vertex: Vertex) -> PictureNode:
        symbol = detail = ""
        named, gradient = False, None
        value = self.survey.value(vertex)
        if isinstance(vertex, Node):
            named = bool(self.survey.given[vertex])
            gradient = self.chain.gradients.get(vertex)
            if vertex._op is not None:
                symbol, detail = symbol_of(vertex._op, vertex._params or {})
        shape = value.shape if isinstance(value, np.ndarray) else None
        return PictureNode(
            self.number[vertex], self.name(vertex), named, self.kind(vertex), symbol, detail,
            _plain(value), _plain(gradient), shape, self.marked.get(vertex, "") if isinstance(vertex, Node) else "",
        )  # fmt: skip

    def edges(self) -> list[PictureEdge]:
        return [
            self.edge(vertex, vertex._op, i)
            for vertex in self.survey.order
            if isinstance(vertex, Node) and vertex._op is not None
            for i, value in enumerate(vertex._values)
            if value is not None
        ]

    def edge(self, node: Node, op: Op, i: int) -> PictureEdge:
        source = argument(node, i)
        tracked = isinstance(source, Node) and source._tracked
        latex = op.each[0] if op.each else op.latex[i]
        if not tracked or not (op.each or op.rules[i]):
            return PictureEdge(self.number[source], self.number[node], i, "", None, None, None)
        formula = Formula(latex, meanings(node, self.survey))
        of = self.survey.output if formula.is_gradient else node
        # A formula of the whole gradient is another thing than the local derivative, but at the output.
        local = node is of or not formula.is_gradient
        return PictureEdge(
            self.number[source], self.number[node], i, f"∂{self.name(of)}/∂{self.name(source)}", formula,
            self.chain.derivatives.get((node, i)), _plain(self.chain.contributions.get((node, i))),
            Formula.of_ratio(self.name(of), self.name(source)),
            self.chain.entries.get((node, i)) if local else None,
        )  # fmt: skip


def meanings(node: Node, survey: Survey) -> dict[str, str | Piece]:
    """What the letters of a card stand for at one node."""
    name = survey.name(node)
    bar = "1" if node is survey.output else ratio(survey.name(survey.output), name)
    letters: dict[str, str | Piece] = {"f": name, "bar f": bar}
    for i, (letter, value) in enumerate(zip("xyz", node._values, strict=False)):
        letters[letter] = "·" if value is None else survey.name(argument(node, i))
    return letters


def _chain(output: Node, direction: Direction) -> ChainRule:
    try:
        return chain_rule(output)
    except GradientError:
        # A graph with a faulty rule can still be looked at.
        if direction != "forward":
            raise
        return ChainRule()


def _plain(data: Any) -> Any:
    """A Python number in the place of an array without axes."""
    return data.item() if isinstance(data, np.ndarray | np.generic) and data.ndim == 0 else data


def symbol_of(op: Op, params: Mapping[str, Any]) -> tuple[str, str]:
    """How an operation is written, and the parameters that it was called with."""
    if op.name == "getitem":
        return f"[{_said(params['index'])}]", ""
    details = [f"{name}={_said(value)}" for name, value in params.items() if value is not None and value is not False]
    detail = ", ".join(details)
    return op.symbol or op.name, detail if len(detail) <= LONGEST_DETAIL else detail[: LONGEST_DETAIL - 1] + "…"


def _said(value: Any) -> str:
    """An index or another parameter, as it is written in a program."""
    if isinstance(value, tuple):
        return ", ".join(map(_said, value)) if len(value) != 1 else _said(value[0]) + ","
    if isinstance(value, slice):
        ends = ["" if end is None else str(end) for end in (value.start, value.stop, value.step)]
        return ":".join(ends if ends[2] else ends[:2])
    if value is Ellipsis or value is None:
        return "…" if value is Ellipsis else "None"
    if isinstance(value, np.ndarray):
        return "mask" if value.dtype == bool else "indices"
    return str(value).replace("-", "−")


def _check(output: Any, names: Any, direction: Any, rankdir: Any, title: Any) -> None:
    if not isinstance(output, Node):
        raise KindError(f"draw: expected a Tensor or a Value, got {describe(output)}.")
    if names is not None and not (isinstance(names, Mapping) and all(isinstance(n, str) for n in names)):
        raise KindError(
            f"draw: names= takes a dictionary from names to nodes, such as locals(); got {describe(names)}."
        )
    if title is not None and not isinstance(title, str):
        raise KindError(f"draw: title= takes a string, got {describe(title)}.")
    for asked, given, allowed in (("direction", direction, Direction), ("rankdir", rankdir, RankDirection)):
        if given not in get_args(allowed):
            raise ArgumentValueError(f"draw: {asked}={given!r} is none of {', '.join(map(repr, get_args(allowed)))}.")


def _check_marked(marked: Any) -> None:
    if marked is not None and not (
        isinstance(marked, Mapping) and all(isinstance(n, Node) and isinstance(t, str) for n, t in marked.items())
    ):
        raise KindError(f"draw: marked= takes a dictionary from nodes to texts, got {describe(marked)}.")


def _check_gradient(output: Node, direction: str) -> None:
    if not output._tracked:
        raise GraphError(
            f"draw: {describe(output)} is not tracked, so it has no gradients to draw with direction={direction!r}. "
            'Compute it from a leaf with requires_grad=True, or draw it with direction="forward".'
        )
    if np.size(output._data) != 1:
        raise ShapeError(
            f"draw: {describe(output)} is no scalar, so it has no single gradient to draw with "
            f'direction={direction!r}. Reduce it first, as in draw(y.sum()), or draw it with direction="forward".'
        )
