"""The chain rule written out for one graph, and why a gradient is what it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd_lite.draw.blocks import Block, Sentence, as_html, as_latex, as_text
from autograd_lite.draw.chain_rule import FEW, LISTED, ChainWriter
from autograd_lite.draw.chains import Chain
from autograd_lite.draw.fold import fold
from autograd_lite.draw.scene import Scene
from autograd_lite.draw.survey import Survey
from autograd_lite.draw.wanted import question
from autograd_lite.draw.why import verdict
from autograd_lite.draw.written import Written
from autograd_lite.errors import ShapeError, describe
from autograd_lite.graph import Node


@dataclass(frozen=True, eq=False)
class Path:
    """One path of the chain rule.

    Attributes
    ----------
    variables : their names, from the output to the node that the derivative is by.
    factors : the local derivatives along it; None for one between arrays.
    product : of them all; None where there are arrays.
    """

    variables: tuple[str, ...]
    factors: tuple[float | None, ...]
    product: float | None


@dataclass(frozen=True, eq=False)
class Delta:
    """A gradient that several others are made of: the lectures' delta.

    Attributes
    ----------
    symbol, of : δ₁, and the name of the node whose gradient it is.
    value : a number or an array.
    """

    symbol: str
    of: str
    value: Any


@dataclass(frozen=True, eq=False, repr=False)
class Explanation(Written):
    """The chain rule of one output by some nodes: see `explain`.

    Attributes
    ----------
    output, wrt : their names.
    gradient : of the output by the node, None where there is none; for several nodes, by name.
    paths : of the chain rule; the largest of them where there are many.
    count : how many paths there are.
    deltas : what the gradients of several nodes have in common.
    why : why a gradient is None, zero or no number, in a sentence or two; empty where it is none of these.
    """

    output: str
    wrt: tuple[str, ...]
    gradient: Any
    paths: tuple[Path, ...]
    count: int
    deltas: tuple[Delta, ...]
    why: str
    blocks: tuple[Block, ...]

    @property
    def title(self) -> str:  # type: ignore[override]
        return f"Chain rule of {self.output} by {', '.join(self.wrt)}"

    @property
    def text(self) -> str:
        return as_text(self.blocks)

    @property
    def latex(self) -> str:
        return as_latex(self.blocks)

    @property
    def html(self) -> str:
        return as_html(self.blocks)

    def __repr__(self) -> str:
        return f"<Explanation of {self.output} by {', '.join(self.wrt)}: {self.count} paths>"


def explanation(output: Node, wrt: Any, names: Mapping[str, Any] | None) -> Explanation:
    """What `draw.explain` gives."""
    asked = question(output, wrt, names)
    if np.size(output._data) != 1:
        raise ShapeError(
            f"explain: {describe(output)} is no single number, so it has no single gradient. Reduce it first, as in "
            "explain(y.sum(), wrt=x)."
        )
    folded = fold(output, asked.names)
    writer = ChainWriter(folded, [wanted.node for wanted in asked.wanted])
    gradients = {w.name: _plain(folded.chain.gradients.get(w.node)) for w in asked.wanted}
    survey = Survey(output, asked.known)
    verdicts = [verdict(Scene(survey, folded.chain, asked.known, w.node, w.name)) for w in asked.wanted]
    count = writer.chains.count
    blocks: list[Block] = []
    for found in verdicts:
        if found is not None:
            blocks += [Sentence(found.sentence, is_verdict=True), *map(Sentence, found.evidence)]
    if len(asked.wanted) > 1:
        blocks += writer.together()
    elif count.get(asked.wanted[0].node):
        blocks += writer.alone(asked.wanted[0].node)
    if writer.used_immediate:
        blocks.append(Sentence("∂⁺ leaves out what goes by way of other variables."))
    paths = [chain for w in asked.wanted for chain in _paths(writer, w.node)]
    return Explanation(
        writer.name(output), tuple(w.name for w in asked.wanted),
        gradients[asked.wanted[0].name] if asked.single else gradients,
        tuple(_path(writer, chain) for chain in paths), sum(count.get(w.node, 0) for w in asked.wanted),
        tuple(Delta(s.text, writer.name(n), _plain(folded.chain.gradients[n])) for n, s in writer.deltas.items()),
        "\n".join(found.sentence for found in verdicts if found is not None), tuple(blocks),
    )  # fmt: skip


def _paths(writer: ChainWriter, node: Node) -> Iterator[Chain]:
    """The paths to a node, the largest alone where there are many."""
    count = writer.chains.count.get(node, 0)
    if node is not writer.output and count:
        if count <= LISTED:
            yield from writer.chains.all(node)
        elif writer.is_scalar(node):
            yield from writer.chains.largest(node, FEW)


def _path(writer: ChainWriter, chain: Chain) -> Path:
    names = [writer.name(writer.output), *(writer.name(e.source) for e in chain.edges if isinstance(e.source, Node))]
    return Path(tuple(names), tuple(edge.derivative for edge in chain.edges), chain.product)


def _plain(data: Any) -> Any:
    return data.item() if isinstance(data, np.ndarray | np.generic) and data.ndim == 0 else data
