"""The backward pass as it is recorded under `create_graph`: the graph whose derivative is the second derivative."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any, Literal

import numpy as np

from autograd_lite.backward import backpropagate
from autograd_lite.draw.build import check_backward, parts_of
from autograd_lite.draw.chain import one, twin
from autograd_lite.draw.large import shortened
from autograd_lite.draw.picture import Kind, Picture, PictureNode, RankDirection
from autograd_lite.draw.survey import Survey, Vertex
from autograd_lite.errors import ArgumentValueError, GraphError, KindError, describe
from autograd_lite.graph import Node, topological_order
from autograd_lite.modes import enable_grad

#: As many names are written of a gradient that several nodes share.
MOST_NAMES = 3


def recorded_picture(
    output: Node,
    wrt: Any,
    names: Mapping[str, Any] | None,
    rankdir: RankDirection,
    title: str | None,
    legend: bool,
    fold: Literal["none"] | None = None,
) -> Picture:
    """The nodes of a recorded backward pass from `output`, and the forward nodes that it computes with.

    It is recorded on a twin of the graph, so that no `.grad` is touched and no hook is run.
    """
    check_backward(output, names, rankdir, title)
    if fold not in (None, "none"):
        raise ArgumentValueError(f"draw.recorded: fold={fold!r} is none of 'none', None.")
    record = _Record(output, Survey(output, names))
    roots = [record.gradient(node) for node in _chosen(wrt, record)]
    survey = Survey(roots[0], record.constants, roots)
    nodes, edges = parts_of(survey)
    drawn = tuple(
        record.finished(node, vertex, frozenset(roots)) for node, vertex in zip(nodes, survey.order, strict=True)
    )
    bare = tuple(replace(edge, left="", formula=None, ratio=None, entries=None) for edge in edges)
    whole = Picture(drawn, bare, "forward", rankdir, title, bool(legend), view="recorded")
    return whole if fold == "none" else shortened(survey).apply(whole)


class _Record:
    """A twin of a graph, and the gradients of its nodes as nodes."""

    def __init__(self, output: Node, survey: Survey) -> None:
        self.output, self.survey = output, survey
        self.order = topological_order([output])
        self.twins: dict[Node, Node] = {}
        for node in self.order:
            inputs = tuple(self.twins.get(parent, parent) if parent is not None else None for parent in node._inputs)
            made = twin(node, node._data, node._op, inputs, node._values, node._params)
            made.name = survey.name(node)
            self.twins[node] = made
        self.seed = twin(output, one(output), None, (), ())
        # A Value is always tracked; the gradient that a Tensor starts from is a constant.
        self.seed._tracked = output.holds is float
        with enable_grad(), np.errstate(all="ignore"):
            kept = backpropagate({self.twins[output]: self.seed}, create_graph=True)
        self.gradients = {node: _as_node(node, kept[made]) for node, made in self.twins.items() if made in kept}
        self.name_gradients()
        self.originals = {made: node for node, made in self.twins.items()}
        #: What has a name and no gradient; the pass works with its data alone.
        self.constants = {
            survey.given[x]: x for x in survey.order if isinstance(x, Node) and not x._tracked and survey.given[x]
        }

    def name_gradients(self) -> None:
        """Name the gradients; one that several nodes share has the names of all."""
        forward = set(self.twins.values())
        said: dict[Node, list[str]] = {}
        for node in reversed(self.order):
            if node in self.gradients and self.gradients[node] not in forward:
                label = self.survey.gradient(node)
                assert label is not None
                said.setdefault(self.gradients[node], []).append(label)
        for gradient, labels in said.items():
            gradient.name = " = ".join(labels[:MOST_NAMES] + ["…"] * (len(labels) > MOST_NAMES))

    @property
    def named_constants(self) -> frozenset[Node]:
        return frozenset(self.constants.values())

    def gradient(self, node: Node) -> Node:
        if node not in self.gradients:
            raise GraphError(
                f"draw.recorded: no gradient of {self.survey.name(self.output)} reaches {describe(node)}. Name nodes "
                "that it was computed from, or leave wrt= out for all leaves."
            )
        return self.gradients[node]

    def finished(self, drawn: PictureNode, vertex: Vertex, ends: Collection[Node]) -> PictureNode:
        """A node of the picture with the name and the kind that it has in the forward graph, or as a gradient."""
        if not isinstance(vertex, Node):
            data = vertex[0]._values[vertex[1]]
            names = [name for name, x in self.constants.items() if x._data is data]
            return replace(drawn, name=names[0], named=True) if names else drawn
        if vertex in self.originals:
            node = self.originals[vertex]
            kind: Kind = "operation" if node._op is not None else self.survey.kind(node)
            return replace(drawn, kind=kind, named=bool(self.survey.given[node]))
        if vertex in self.named_constants:
            return drawn
        kind = "output" if vertex in ends else "constant" if vertex._op is None else "operation"
        return replace(drawn, kind=kind, is_gradient=True)


def _chosen(wrt: Any, record: _Record) -> list[Node]:
    if wrt is None:
        return [node for node in record.order if node._op is None and node in record.gradients]
    found = [wrt] if isinstance(wrt, Node) else list(wrt) if isinstance(wrt, list | tuple) else []
    if not found or not all(isinstance(node, Node) for node in found):
        raise KindError(f"draw.recorded: wrt= takes a node or a list of nodes, got {describe(wrt)}.")
    return found


def _as_node(node: Node, gradient: Any) -> Node:
    """A gradient as a node: a rule may give a plain number."""
    if isinstance(gradient, Node):
        return gradient
    made = twin(node, gradient, None, (), ())
    made._tracked = False
    return made
