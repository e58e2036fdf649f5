"""A graph folded to its names: what is kept, and the derivatives between what is kept, in numbers and formulas.

Kept are the nodes with names, the leaves that are tracked, and the output. The anonymous nodes
between them are folded into the kept node that they lead to.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd_lite.backward import backpropagate
from autograd_lite.draw.chain import ChainRule, chain_rule, one, twin
from autograd_lite.draw.forms import Forms
from autograd_lite.draw.partial import others_of
from autograd_lite.draw.segment import Segment, segment_of
from autograd_lite.draw.survey import Survey
from autograd_lite.draw.typeset import Formula
from autograd_lite.errors import GradientError
from autograd_lite.graph import Node


@dataclass(frozen=True, eq=False)
class FoldEdge:
    """From one kept vertex to another, through the anonymous nodes between them.

    Attributes
    ----------
    source, target : the two ends.
    formula : the derivative as far as it can be written: of numbers ∂target/∂source; of arrays
        ∂output/∂source, by way of this target.
    derivative : the number, summed over the paths; None where either end is an array.
    contribution : what flows back along those paths, in the shape of the source; None where no gradient is asked.
    tracked : whether a gradient flows back.
    factor : between arrays of which the entries go together, the derivative as a diagonal matrix.
    """

    source: Node
    target: Node
    formula: Formula | None
    derivative: float | None
    contribution: Any
    tracked: bool
    factor: Formula | None = None


@dataclass(frozen=True, eq=False)
class Fold:
    """A graph folded to its names.

    Attributes
    ----------
    survey, chain : names, and gradients of the output by each node.
    kept : the kept nodes, in the order of computation.
    segments : what is folded into each kept node that was computed.
    edges : by target, then in the order in which its expression names the sources.
    """

    survey: Survey
    chain: ChainRule
    kept: tuple[Node, ...]
    segments: tuple[Segment, ...]
    edges: tuple[FoldEdge, ...]


def fold(
    output: Node,
    names: Mapping[str, Any] | None = None,
    chain: ChainRule | None = None,
    survey: Survey | None = None,
) -> Fold:
    """The graph that led to `output`, folded to its names.

    Parameters
    ----------
    output : a Tensor or a Value; without a single element, there are no gradients.
    names : what nodes are called, beside their own names.
    chain, survey : the gradients and the names, where they are known already.

    No `.grad` is touched and no hook is run.

    >>> import autograd_lite as ag
    >>> x, y, z = ag.Value(1.0, name="x"), ag.Value(3.0, name="y"), ag.Value(2.0, name="z")
    >>> folded = fold(x * y * z + x)
    >>> [(folded.survey.name(edge.source), edge.derivative) for edge in folded.edges]
    [('x', 7.0), ('y', 2.0), ('z', 3.0)]
    """
    survey = Survey(output, names) if survey is None else survey
    chain = chain_rule(output) if chain is None else chain
    kept = tuple(v for v in survey.order if isinstance(v, Node) and is_kept(v, survey))
    found = frozenset(kept)
    segments = tuple(segment_of(node, found) for node in kept if node._op is not None)
    twins = _twins(survey)
    forms = Forms(survey, segments, found, others_of(names, survey))
    edges = []
    for segment in segments:
        edges += _edges(segment, forms, chain, twins)
    return Fold(survey, chain, kept, segments, tuple(edges))


def is_kept(node: Node, survey: Survey) -> bool:
    """Whether a node is drawn when a graph is folded to its names."""
    return bool(survey.given[node]) or node is survey.output or (node._tracked and node._op is None)


def _twins(survey: Survey) -> dict[Node, Node]:
    """A copy of the tracked graph without hooks, so that gradients can be carried back from any node."""
    twins: dict[Node, Node] = {}
    for node in survey.order:
        if isinstance(node, Node) and node._tracked:
            # A leaf that is newer than its use was not tracked then.
            inputs = tuple(twins.get(p) if p is not None and p._number < node._number else None for p in node._inputs)
            twins[node] = twin(node, node._data, node._op, inputs, node._values, node._params)
    return twins


def _edges(segment: Segment, forms: Forms, chain: ChainRule, twins: Mapping[Node, Node]) -> list[FoldEdge]:
    target, formulas, factors = segment.target, forms.formulas(segment), forms.factors(segment)
    tracked = [twins[source] for source in segment.sources if source in twins]
    gradient = chain.gradients.get(target)
    slopes: dict[Node, Any] = {}
    flows: dict[Node, Any] = {}
    # A saturated or undefined function has said so in the forward pass.
    with np.errstate(all="ignore"):
        if tracked and np.ndim(target._data) == 0:
            slopes = _back(twins[target], one(target), tracked, chain)
        if tracked and gradient is not None:
            flows = _back(twins[target], gradient, tracked, chain)
    edges = []
    for source in segment.sources:
        at = twins.get(source)
        slope = slopes.get(at) if at is not None else None
        derivative = float(slope) if slope is not None and np.ndim(slope) == 0 else None
        flow = flows.get(at) if at is not None else None
        reached = slope is not None or flow is not None
        formula = formulas.get(source) if reached else None
        edges.append(FoldEdge(source, target, formula, derivative, flow, reached, factors.get(source)))
    return edges


def _back(target: Node, gradient: Any, wrt: Collection[Node], chain: ChainRule) -> dict[Node, Any]:
    try:
        return backpropagate({target: gradient}, wrt=wrt)
    except GradientError:
        # A graph with a faulty rule, which has no gradients at all, can still be looked at.
        if chain.gradients:
            raise
        return {}
