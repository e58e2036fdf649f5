"""Where in the program a node was made, and what the variable that holds it is called.

The engine stores neither. Once something is wrong, the function is run again under a profile, which
sees each call of an operation return, and the frame that the call came from.
"""

from __future__ import annotations

import sys
from pathlib import Path
from types import FrameType
from typing import Any, NamedTuple

import numpy as np

from autograd_lite.cells import file_name
from autograd_lite.gradcheck.check import Check
from autograd_lite.graph import Node, topological_order
from autograd_lite.modes import enable_grad

#: Frames in these folders are no user's.
INSIDE = (str(Path(__file__).parents[1]), str(Path(np.__file__).parent))


class Place(NamedTuple):
    """Where a node was made."""

    file: str | None = None
    line: int | None = None
    name: str | None = None


def places(check: Check) -> dict[Node, Place]:
    """The place of each operation in the recorded graph."""
    subject = check.subject
    graph = subject.first_graph if subject.second else subject.graph
    before = sys.getprofile()
    if not any(n._op is not None for n in graph) or not (before is None or callable(before)):
        # A profiler at work, such as cProfile, could not be put back.
        return {}
    leaves = [subject.inputs.node(i, a) for i, a in enumerate(subject.inputs.data)]
    witness = _Witness()
    with enable_grad():
        sys.setprofile(witness)
        try:
            result = subject.f(*subject.inputs.arguments(leaves))
        finally:
            # A profiler written in C is no function, and is switched on again by its own method.
            sys.setprofile(before if callable(before) else None)
            if before is not None and not callable(before):
                before.enable()
    results = [y for y in subject.results_of(result) if isinstance(y, Node) and y._tracked]
    again = [n for n in topological_order(dict.fromkeys(results), set(leaves)) if n._op is not None]
    first = [n for n in graph if n._op is not None]
    if [n._op and n._op.name for n in again] != [n._op and n._op.name for n in first]:
        return {}
    return {old: witness.place(new) for old, new in zip(first, again, strict=True)}


class _Witness:
    """A profile function that notes where nodes are made, and the variables that hold them."""

    def __init__(self) -> None:
        self.lines: dict[Node, tuple[str, int]] = {}
        self.names: dict[Node, str] = {}

    def __call__(self, frame: FrameType, event: str, value: Any) -> None:
        if event != "return":
            return
        if not frame.f_code.co_filename.startswith(INSIDE):
            self.look(frame)
        elif isinstance(value, Node) and value._op is not None and value not in self.lines:
            user: FrameType | None = frame
            while user is not None and user.f_code.co_filename.startswith(INSIDE):
                user = user.f_back
            if user is not None:
                self.lines[value] = (user.f_code.co_filename, user.f_lineno)
                self.look(user)

    def look(self, frame: FrameType) -> None:
        """Learn the names of a frame's variables that hold nodes; the first name of a node stays."""
        for name, x in frame.f_locals.items():
            if isinstance(x, Node) and not name.startswith("."):
                self.names.setdefault(x, name)

    def place(self, node: Node) -> Place:
        file, line = self.lines.get(node, (None, None))
        return Place(file, line, node.name or self.names.get(node))


def placed(check: Check) -> dict[Node, Place]:
    """The places of the nodes, looked for once; tells the report the names."""
    if check.places is None:
        check.places = places(check)
        check.report.names = {node: place.name for node, place in check.places.items() if place.name}
    found: dict[Node, Place] = check.places
    return found


def told(check: Check, node: Node) -> str:
    """A node in words: operation, file, line, variable, shape."""
    place = placed(check).get(node, Place())
    parts = [f"{file_name(place.file)}:{place.line}"] if place.file else []
    parts += [f"output {place.name!r}"] if place.name else []
    parts += [f"shape {np.shape(node._data)}"]
    return f"{node._op.name if node._op else 'a leaf'} ({', '.join(parts)})"
