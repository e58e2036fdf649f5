"""The nodes that an explanation is asked for, by node or by name, and what everything is called in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd_lite.draw.names import spelled
from autograd_lite.draw.survey import Survey
from autograd_lite.errors import ArgumentValueError, KindError, describe
from autograd_lite.graph import Node

MOST_NAMED = 8


@dataclass(frozen=True, eq=False)
class Wanted:
    """One node that a derivative is asked by.

    Attributes
    ----------
    node, name : the node, which need not be in the graph, and what it is called.
    """

    node: Node
    name: str


@dataclass(frozen=True, eq=False)
class Question:
    """What is explained.

    Attributes
    ----------
    output, wanted : the output and the nodes that its derivatives are asked by.
    names : what is called how, so that all of it is kept when the graph is folded.
    known : the names that were given alone.
    single : whether one node was asked for, not a list of them.
    """

    output: Node
    wanted: tuple[Wanted, ...]
    names: dict[str, Any]
    known: dict[str, Any]
    single: bool


def question(output: Any, wrt: Any, names: Any) -> Question:
    """The arguments of `explain`, checked and put in order. Raises `KindError` and `ArgumentValueError`."""
    if not isinstance(output, Node):
        raise KindError(f"explain: expected a Tensor or a Value, got {describe(output)}.")
    if names is not None and not (isinstance(names, Mapping) and all(isinstance(n, str) for n in names)):
        raise KindError(f"explain: names= is a mapping from names to nodes, such as locals(), got {describe(names)}.")
    known = dict(names or {})
    if isinstance(wrt, Mapping):
        known |= {str(n): node for n, node in wrt.items() if not any(node is other for other in known.values())}
    survey = Survey(output, known)
    nodes = _nodes(wrt, survey, known)
    off = {x: spelled(n) for n, x in reversed(list(known.items())) if isinstance(x, Node) and not n.startswith("_")}
    wanted = []
    for i, node in enumerate(nodes, 1):
        if node in survey.number:
            called = survey.name(node)
        else:
            called = off.get(node) or spelled(node.name or "") or ("wrt" if len(nodes) == 1 else f"wrt[{i - 1}]")
        wanted.append(Wanted(node, called))
    return Question(output, tuple(wanted), _all_names(survey, wanted, known), known, isinstance(wrt, Node | str))


def _nodes(wrt: Any, survey: Survey, known: Mapping[str, Any]) -> list[Node]:
    if wrt is None:
        leaves = [v for v in survey.order if isinstance(v, Node) and v._tracked and v._op is None]
        return leaves or [survey.output]
    if isinstance(wrt, Node | str):
        wrt = [wrt]
    elif isinstance(wrt, Mapping):
        wrt = list(wrt.values())
    elif isinstance(wrt, np.ndarray):
        # An array of Values.
        wrt = list(wrt.flat)
    elif isinstance(wrt, Iterable):
        wrt = list(wrt)
    else:
        raise KindError(f"explain: wrt= is a node, a name, or several in a list or dict, got {describe(wrt)}.")
    if not wrt:
        raise ArgumentValueError("explain: wrt= is empty. Give a node, or leave wrt out for all leaves.")
    return [_node(each, survey, known) for each in wrt]


def _node(each: Any, survey: Survey, known: Mapping[str, Any]) -> Node:
    """One node, or the node of a name."""
    if isinstance(each, Node):
        return each
    if not isinstance(each, str):
        raise KindError(f"explain: wrt= is a node or a name, got {describe(each)}.")
    if isinstance(known.get(each), Node):
        node: Node = known[each]
        return node
    found = [v for v in survey.order if isinstance(v, Node) and each in (v.name, survey.name(v))]
    found = found or [v for v in survey.order if isinstance(v, Node) and survey.name(v) == spelled(each)]
    if len(found) != 1:
        there = [survey.name(v) for v in survey.order if isinstance(v, Node)]
        said = ", ".join(there[:MOST_NAMED]) + (" ..." if len(there) > MOST_NAMED else "")
        said = f"{len(found)} nodes have it; give the node itself" if found else f"the graph has {said}"
        raise ArgumentValueError(f"explain: no single node is called {each!r}: {said}.")
    return found[0]


def _all_names(survey: Survey, wanted: list[Wanted], known: Mapping[str, Any]) -> dict[str, Any]:
    """The given names; those of what is asked for; and where no result but the output has a name, those of all."""
    nodes = [v for v in survey.order if isinstance(v, Node)]
    computed = [v for v in nodes if v._op is not None and v is not survey.output]
    asked = {w.node for w in wanted}
    anonymous = not any(survey.given[v] for v in computed)
    return dict(known) | {survey.name(v): v for v in nodes if not survey.given[v] and (v in asked or anonymous)}
