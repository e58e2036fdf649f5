"""How gradients flow through a network, layer by layer: their norms beside those of the weights, and dead units."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from autograd_lite.draw.build import check_backward, parts_of
from autograd_lite.draw.chain import chain_rule
from autograd_lite.draw.close import Closing
from autograd_lite.draw.large import Plan
from autograd_lite.draw.modules import Box, Modules
from autograd_lite.draw.names import one_line
from autograd_lite.draw.numbers import number
from autograd_lite.draw.picture import Picture, PictureEdge, PictureNode, RankDirection
from autograd_lite.draw.survey import Survey
from autograd_lite.draw.typeset import Formula
from autograd_lite.errors import GraphError, KindError, ShapeError, describe
from autograd_lite.graph import Node

#: Operations that are zero on a whole side, so that a unit which stays there learns nothing more.
RECTIFIERS = frozenset({"relu", "relu6", "threshold", "hard_shrink", "soft_shrink"})
#: Fills from the smallest gradient to the largest: paler is weaker, in grey as well.
SHADES = ("#fffaf8", "#fde8e0", "#fbd0c2", "#f6b3a0", "#ee937c")
#: The shades span at least as many powers of ten, so that layers which are nearly equal look so.
DECADES = 3.0
NOTE = "The darker a layer, the larger its gradient."
COLUMNS = ("layer", "‖gradient‖", "‖weight‖", "ratio", "dead units")


@dataclass(frozen=True)
class LayerFlow:
    """One layer in a gradient-flow map.

    Attributes
    ----------
    name, kind : the path of the module and its class.
    gradient, weight : the Euclidean norms of the gradient of its parameters and of the parameters, all together.
    dead : the share of the units after it that are zero for the whole batch; None without such an activation.
    """

    name: str
    kind: str
    gradient: float
    weight: float
    dead: float | None = None

    @property
    def ratio(self) -> float:
        """The norm of the gradient over that of the weight; nan where both are zero."""
        with np.errstate(all="ignore"):
            return float(np.float64(self.gradient) / np.float64(self.weight))


@dataclass(frozen=True, eq=False)
class Flow:
    """A gradient-flow map: see `draw.flow`. It prints as a table and shows itself in a notebook as a chart.

    Attributes
    ----------
    layers : from the input to the output.
    picture : the network, each layer a box whose fill is the darker the larger its gradient.
    title : above the chart.
    """

    layers: tuple[LayerFlow, ...]
    picture: Picture = field(repr=False)
    title: str | None = None

    @property
    def table(self) -> str:
        """The layers as text, one on a line, from the input to the output."""
        rows = [COLUMNS, *(_cells(layer) for layer in self.layers)]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = []
        for name, *cells in rows:
            held = [f"{c:>{w}}" for c, w in zip(cells, widths[1:], strict=True)]
            lines.append("  ".join([f"{name:{widths[0]}}", *held]).rstrip())
        return "\n".join(lines)

    @property
    def csv(self) -> str:
        """The layers as comma-separated values in full precision."""
        lines = ["layer,kind,gradient,weight,ratio,dead"]
        for x in self.layers:
            dead = "" if x.dead is None else repr(x.dead)
            name = '"' + one_line(x.name).replace('"', '""') + '"'
            lines.append(f"{name},{x.kind},{x.gradient!r},{x.weight!r},{x.ratio!r},{dead}")
        return "\n".join(lines) + "\n"

    def chart(self, format: str = "svg") -> bytes:
        """The norms of each layer as bars on a logarithmic scale, as "svg", "png" or "pdf". matplotlib draws it."""
        from autograd_lite.draw.flow_chart import chart

        return chart(self, format)

    def save(self, path: str | Path) -> Path:
        """Write the chart (svg, png, pdf) or the table (txt, csv), by the suffix; `picture.save` writes the picture.

        Gives the path. Raises `DrawingError` for another suffix or a folder that is not there, and
        `MissingLibraryError` for a chart without matplotlib; a file is written whole or not at all.
        """
        from autograd_lite.draw.goal import goal, write_whole

        said = "a format that gradient flow is saved in: .svg, .png or .pdf for the chart, .txt or .csv for the table"
        path, suffix = goal(path, ("svg", "png", "pdf", "txt", "csv"), said)
        written = {"txt": f"{self}\n", "csv": self.csv}.get(suffix)
        write_whole({path: self.chart(suffix) if written is None else written.encode()})
        return path

    def __str__(self) -> str:
        return self.table if self.title is None else f"{one_line(self.title)}\n\n{self.table}"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        try:
            return {"image/svg+xml": self.chart("svg").decode(), "text/plain": str(self)}
        except ImportError as error:
            return {"text/plain": f"{self}\n\n{error}"}


def flow_of(output: Node, names: Mapping[str, Any] | None, title: str | None, rankdir: RankDirection) -> Flow:
    """What `draw.flow` gives."""
    if not isinstance(output, Node):
        raise KindError(f"flow: expected a Tensor or a Value, got {describe(output)}.")
    if np.size(output._data) != 1:
        raise ShapeError(f"flow: {describe(output)} is no scalar. Give the loss that the network is trained by.")
    lost = GraphError(
        f"flow: no parameter of a layer led to {describe(output)}. Compute it from a module, with the "
        "parameters tracked and outside no_grad()."
    )
    if not output._tracked:
        raise lost
    check_backward(output, names, rankdir, title)
    survey = Survey(output, names)
    modules = Modules(survey, names)
    owners = _owners(modules)
    if not owners:
        raise lost
    chain = chain_rule(output)
    dead = _dead(modules, owners)
    layers = {
        path: LayerFlow(
            path,
            box.kind,
            _norm([chain.gradients.get(v) for v in found]),
            _norm([survey.value(v) for v in found]),
            dead.get(path),
        )
        for path, (box, found) in owners.items()
    }
    closing = Closing(modules, None, True, lambda box: not box.children or _called(box) in layers)
    closing.name_results()
    at = {result: _called(box) for result, box in closing.boxed.items()}
    plan = Plan(tuple(closing.groups), closing.hidden, closing.boxes(), NOTE)
    whole = plan.apply(Picture(*parts_of(survey, chain), "backward", rankdir, title, legend=False))
    return Flow(tuple(layers.values()), _shaded(whole, layers, at), title)


def _owners(modules: Modules) -> dict[str, tuple[Box, list[Node]]]:
    """The tracked parameters of each layer, by its path, in the order in which the layers were first called."""
    found: dict[str, tuple[Box, list[Node]]] = {}
    for v in modules.survey.order:
        if isinstance(v, Node) and v._tracked and modules.is_parameter(v):
            path = (v.name or "").rpartition(".")[0]
            chains = [box for user in modules.users[v] if user in modules.of for box in modules.of[user].around()]
            box = next((b for b in chains if b.path == path), modules.of.get(v) or (chains[0] if chains else None))
            if box is not None:
                found.setdefault(_called(box), (box, []))[1].append(v)
    return dict(sorted(found.items(), key=lambda item: item[1][0].start))


def _called(box: Box) -> str:
    return box.path or box.kind


def _dead(modules: Modules, owners: Mapping[str, tuple[Box, list[Node]]]) -> dict[str, float]:
    """The share of dead units of the rectifier that follows each layer."""
    labels = {box.label: path for path, (box, _) in owners.items()}
    results = {result: labels[box.label] for box in modules.boxes if box.label in labels for result in box.results}
    shares: dict[str, float] = {}
    for v in modules.survey.order:
        if not isinstance(v, Node) or v._op is None or v._op.name not in RECTIFIERS:
            continue
        at: Node | None = v._inputs[0]
        while at is not None and at not in results:
            at = at._inputs[0] if at._op is not None else None
        if at is not None:
            shares.setdefault(results[at], _share(np.asarray(v._data)))
    return shares


def _share(values: Any) -> float:
    """Of units along the second axis, or along the only one, those that are zero everywhere else."""
    if values.size == 0:
        return 0.0
    rest = tuple(axis for axis in range(values.ndim) if axis != 1) if values.ndim > 1 else ()
    return float(np.mean(np.all(values == 0, axis=rest))) if rest else float(np.mean(values == 0))


def _norm(arrays: list[Any]) -> float:
    """The Euclidean norm of all entries; in float64, where squares of small ones are not lost."""
    found = [np.linalg.norm(np.ravel(np.asarray(a, dtype=float))) for a in arrays if a is not None]
    return float(np.linalg.norm(found)) if found else 0.0


def _cells(layer: LayerFlow) -> tuple[str, ...]:
    dead = "" if layer.dead is None else f"{100 * layer.dead:.0f} %"
    return (
        f"{one_line(layer.name)}: {layer.kind}" if layer.name != layer.kind else layer.kind,
        number(layer.gradient), number(layer.weight), number(layer.ratio), dead,
    )  # fmt: skip


def shade(layer: LayerFlow, layers: Mapping[str, LayerFlow]) -> str:
    """The fill of a layer: by the power of ten of its gradient, from the smallest to the largest of all."""
    known = [np.log10(x.gradient) for x in layers.values() if x.gradient > 0 and np.isfinite(x.gradient)]
    if not known or layer.gradient <= 0 or not np.isfinite(layer.gradient):
        return SHADES[0] if layer.gradient == 0 else SHADES[-1]
    top = max(known)
    span = max(top - min(known), DECADES)
    place = 1 - (top - np.log10(layer.gradient)) / span
    return SHADES[round(float(place) * (len(SHADES) - 1))]


def _shaded(picture: Picture, layers: Mapping[str, LayerFlow], at: Mapping[int, str]) -> Picture:
    """The picture with what the map says of each layer in its box, and on each edge how much flows back."""
    nodes = []
    for node in picture.nodes:
        layer = layers.get(at.get(node.number, ""))
        if layer is not None:
            said = f"‖gradient‖ {number(layer.gradient)}, ‖weight‖ {number(layer.weight)}"
            said += "" if layer.dead is None else f", {100 * layer.dead:.0f} % dead"
            node = replace(node, detail=said, shade=shade(layer, layers))
        nodes.append(node)
    names = {node.number: node for node in picture.nodes}
    edges = [_flowing(edge, names[edge.source]) for edge in picture.edges]
    return replace(picture, nodes=tuple(nodes), edges=tuple(edges), arrays="shape")


def _flowing(edge: PictureEdge, source: PictureNode) -> PictureEdge:
    if edge.formula is None or edge.contribution is None:
        return edge
    said = f"‖∂/∂{source.name}‖"
    formula = Formula("d", {"d": number(_norm([edge.contribution]))})
    return replace(edge, left=said, ratio=None, formula=formula, derivative=None, contribution=None, entries=None)
