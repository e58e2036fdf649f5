"""Which module each vertex of a graph was made in: the calls of modules, one within the other.

A module notes on what it gives back its label and when the call began (`Node._call`). To that call
belong the nodes that lead to it and were made since then.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from autograd_lite.draw.names import distinct, spelled
from autograd_lite.draw.numbers import dimensions
from autograd_lite.draw.survey import Survey, Vertex, argument
from autograd_lite.graph import Node


@dataclass(eq=False)
class Box:
    """One call of a module.

    Attributes
    ----------
    label : the module's.
    path : the module's, such as "layers.0".
    start : the number at which the call began.
    results : the nodes that it gave back.
    parent, children : the call around it, and those directly within it, in order.
    own : the vertices directly within it, in order.
    """

    label: Any
    path: str
    start: int
    results: list[Node] = field(default_factory=list)
    parent: "Box | None" = None
    children: list["Box"] = field(default_factory=list)
    own: list[Vertex] = field(default_factory=list)

    @property
    def kind(self) -> str:
        """The module's class, such as "Linear"."""
        return str(self.label.kind)

    @property
    def level(self) -> int:
        """How many calls are around it."""
        return len(list(self.around())) - 1

    def around(self) -> Iterator["Box"]:
        """This call and those around it, from the inside out."""
        box: Box | None = self
        while box is not None:
            yield box
            box = box.parent

    def within(self) -> Iterator["Box"]:
        """This call and all within it."""
        waiting = [self]
        while waiting:
            box = waiting.pop()
            yield box
            waiting.extend(reversed(box.children))

    def vertices(self) -> list[Vertex]:
        """All that was made in it or belongs to it alone."""
        return [vertex for box in self.within() for vertex in box.own]


class Modules:
    """The calls of modules in one graph.

    Attributes
    ----------
    boxes : in the order in which the calls began.
    of : the innermost call that each vertex belongs to; none for a vertex outside.
    users : the nodes that each vertex is an argument of.
    """

    def __init__(self, survey: Survey, names: Mapping[str, Any] | None = None) -> None:
        self.survey = survey
        found: dict[int, Box] = {}
        for node in survey.order:
            if isinstance(node, Node):
                _note(node, found)
        self.boxes = [found[start] for start in sorted(found)]
        self.of: dict[Vertex, Box] = {}
        self.users: dict[Vertex, list[Node]] = {vertex: [] for vertex in survey.order}
        for node in survey.order:
            if isinstance(node, Node):
                for i, value in enumerate(node._values):
                    if value is not None:
                        self.users[argument(node, i)].append(node)
        if self.boxes:
            self._fill()
            self._name_roots(names or {})

    def _fill(self) -> None:
        for box in self.boxes:
            # Calls that began later are further within: theirs is the last word.
            members = _members(box)
            box.parent = next((b for b in map(self.of.get, box.results) if b is not None), None)
            self.of.update(dict.fromkeys(members, box))
        for vertex in self.survey.order:
            around = self.of.get(vertex) or self._owner(vertex)
            if around is not None:
                self.of[vertex] = around
                around.own.append(vertex)
        for box in self.boxes:
            if box.parent is not None:
                box.parent.children.append(box)

    def is_parameter(self, vertex: Vertex) -> bool:
        """Whether a vertex is a parameter, frozen or not."""
        leaf = isinstance(vertex, Node) and vertex._op is None
        return leaf and (vertex in self.of or self.survey.kind(vertex) == "parameter")

    def _owner(self, vertex: Vertex) -> Box | None:
        """The call that a constant or a parameter belongs to: its module's, or the one around all that use it."""
        users = self.users[vertex]
        if not isinstance(vertex, Node):
            return self.of.get(users[0])
        parameter = self.survey.kind(vertex) == "parameter"
        path, dot, _ = (vertex.name or "").rpartition(".")
        if not parameter and not dot:
            return None
        chains = [list(self.of[user].around())[::-1] if user in self.of else [] for user in users]
        owners = {box for chain in chains for box in chain if box.path == path}
        if len(owners) == 1:
            return owners.pop()
        common = [boxes[0] for boxes in zip(*chains, strict=False) if len(set(boxes)) == 1]
        return common[-1] if common and parameter else None

    def _name_roots(self, names: Mapping[str, Any]) -> None:
        """A network that has a variable is called by it: nothing else gives an outermost module a name."""
        modules = [(x._label, n) for n, x in names.items() if getattr(type(x), "_label", None) and n[:1] != "_"]
        for box in self.boxes:
            name = next((n for label, n in modules if label is box.label), "")
            if not box.path and name:
                box.path = name
                for v in box.own:
                    if isinstance(v, Node) and v._op is None and v.name and v not in self.survey.named:
                        self.survey.given[v] = spelled(f"{name}.{v.name}")
        self.survey.given = distinct(self.survey.given, self.survey.named)


def sizes(box: Box, modules: Modules) -> str:
    """What goes in, what comes out, and how many parameters there are: `20 → 10, 210 parameters`.

    Of an array of several axes without the first, which counts the examples.
    """
    return sizes_of(box.vertices(), box.results[-1], modules)


def sizes_of(vertices: Iterable[Vertex], result: Node, modules: Modules) -> str:
    """The same of any vertices, of which one is their result."""
    inside = set(vertices)
    used = [argument(v, i) for v in inside if isinstance(v, Node) for i, x in enumerate(v._values) if x is not None]
    given = sorted(set(used), key=modules.survey.number.__getitem__)
    parameters = [v for v in given if modules.is_parameter(v)]
    inputs = [v for v in given if v not in inside and not modules.is_parameter(v)]
    told = [_size(data(v)) for v in (*inputs[:1], result)]
    words = [" → ".join(told)] if all(told) else []
    if count := sum(np.size(data(v)) for v in parameters):
        shared = any(u not in inside for v in parameters for u in modules.users[v])
        words.append(f"{count:,} {'shared ' if shared else ''}parameter{'s' if count > 1 else ''}")
    return ", ".join(words)


def data(vertex: Vertex) -> Any:
    """The number or the array that a vertex holds."""
    return vertex._data if isinstance(vertex, Node) else vertex[0]._values[vertex[1]]


def _size(array: Any) -> str:
    shape = np.shape(array)
    if not shape:
        return "1" if isinstance(array, np.ndarray) else ""
    shape = shape[1:] if len(shape) > 1 else shape
    return str(shape[0]) if len(shape) == 1 else dimensions(shape)


def _note(node: Node, found: dict[int, Box]) -> None:
    """Take up the calls that gave `node` back."""
    call = getattr(node, "_call", None)
    while call is not None:
        label, start, call = call
        found.setdefault(start, Box(label, label.path, start)).results.append(node)


def _members(box: Box) -> list[Node]:
    """The nodes that lead to a call's results and were computed since it began."""
    found = list(box.results)
    seen = set(found)
    for node in found:
        for parent in node._inputs:
            if parent is not None and parent._op is not None and parent._number > box.start and parent not in seen:
                seen.add(parent)
                found.append(parent)
    return found
