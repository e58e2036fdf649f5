"""Modules drawn as single nodes: those at a depth, and blocks that repeat, with their count."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd_lite.draw.groups import Group
from autograd_lite.draw.modules import Box, Modules, data, sizes, sizes_of
from autograd_lite.draw.names import SUBSCRIPTS
from autograd_lite.draw.picture import PictureBox
from autograd_lite.draw.survey import Vertex, is_computed, is_literal
from autograd_lite.graph import Node

#: From this many on, equal blocks in a row are drawn as one.
REPEATS = 3
#: As many modules and operations, at most, are one block that repeats.
LONGEST_BLOCK = 8


@dataclass(eq=False)
class Item:
    """What stands in a row within a module: a module in it, or an operation."""

    vertices: list[Vertex]
    box: Box | None
    signature: Any


class Closing:
    """Which modules are closed, and what takes their places.

    Parameters
    ----------
    depth : modules with this many modules around them are closed; None where none are.
    repeats : whether each of several equal blocks in a row is drawn.
    closed : says it of each module in the place of `depth`.
    """

    def __init__(
        self, modules: Modules, depth: int | None, repeats: bool, closed: Callable[[Box], bool] | None = None
    ) -> None:
        self.modules, self.depth, self.closed = modules, depth, closed
        self.number = modules.survey.number
        self.signatures: dict[Box, Any] = {}
        self.groups: list[Group] = []
        self.names: dict[Node, str] = {}
        #: What stands in the place of groups directly within each open module.
        self.standing: dict[Box | None, list[int]] = {}
        #: The closed module that stands at each number.
        self.boxed: dict[int, Box] = {}
        folded: set[Box] = set()
        for around in (None, *(box for box in modules.boxes if self.is_open(box))):
            if around not in folded:
                folded.update(self.gather(around, repeats))
        self.hidden = self._hide()

    def gather(self, around: Box | None, repeats: bool) -> set[Box]:
        """Make the groups directly within an open module, or outside of all; gives the modules that went into one."""
        row, before = self.row(around), len(self.groups)
        runs = [] if repeats else list(_runs([item.signature for item in row]))
        taken = {i for start, length, count in runs for i in range(start, start + length * count)}
        for start, length, count in runs:
            self.repeat(row[start : start + length * count], length, count)
        for i, item in enumerate(row):
            if i not in taken and item.box is not None and not self.is_open(item.box):
                self.close(item.box)
        self.standing[around] = [group.result for group in self.groups[before:]]
        boxes = [row[i].box for i in taken]
        return {within for box in boxes if box is not None for within in box.within()}

    def is_open(self, box: Box) -> bool:
        if self.closed is not None:
            return not any(self.closed(around) for around in box.around())
        return self.depth is None or box.level < self.depth

    def row(self, around: Box | None) -> list[Item]:
        """The modules and operations directly within one module, or outside all, in order."""
        of, order = self.modules.of, self.modules.survey.order
        own = around.own if around else [vertex for vertex in order if vertex not in of]
        boxes = around.children if around else [box for box in self.modules.boxes if box.parent is None]
        items = [Item(box.vertices(), box, self.signature(box)) for box in boxes]
        items += [Item([v], None, _operation(v)) for v in own if is_computed(v)]
        return sorted(items, key=lambda item: min(self.number[v] for v in item.vertices if is_computed(v)))

    def signature(self, box: Box) -> Any:
        """What is equal for blocks of the same structure."""
        if box not in self.signatures:
            own = tuple(_operation(v) for v in box.own)
            self.signatures[box] = (box.kind, own, tuple(map(self.signature, box.children)))
        return self.signatures[box]

    def close(self, box: Box) -> None:
        vertices = box.vertices()
        self.add(vertices, called(box), box.kind, sizes(box, self.modules))
        self.boxed[self.groups[-1].result] = box

    def repeat(self, row: Sequence[Item], length: int, count: int) -> None:
        """Equal blocks as one, with their count."""
        boxes = [item.box for item in row if item.box is not None]
        unit = [item.box.kind if item.box else item.signature[0] for item in row[:length]]
        symbol = f"{unit[0]} × {count}" if length == 1 else f"({', '.join(unit)}) × {count}"
        inside = [vertex for item in row for vertex in item.vertices]
        self.add(inside, _span(boxes), symbol, sizes_of(inside, boxes[-1].results[-1], self.modules))

    def add(self, vertices: list[Vertex], name: str, symbol: str, detail: str) -> None:
        inside, survey, number = set(vertices), self.modules.survey, self.number
        # A parameter that is used elsewhere as well is drawn for itself.
        vertices = [v for v in vertices if is_computed(v) or inside.issuperset(self.modules.users[v])]
        leaving = [v for v in vertices if is_computed(v) and self._leaves(v, inside)]
        result = max(leaving, key=number.__getitem__)
        if survey.given[result]:
            detail = f"{name}: {detail}" if detail else name
        else:
            self.names[result] = name
        members = frozenset(number[v] for v in vertices)
        nodes = sum(not is_literal(v) for v in vertices)
        self.groups.append(Group(members, number[result], symbol, detail, "module", nodes))

    def _leaves(self, node: Node, inside: set[Vertex]) -> bool:
        return node is self.modules.survey.output or any(user not in inside for user in self.modules.users[node])

    def name_results(self) -> None:
        """From here on, formulas call the result of a closed module by the module's name."""
        for result, name in self.names.items():
            self.modules.survey.given[result] = name

    def left(self) -> int:
        """How many nodes are drawn."""
        everything = sum(not is_literal(vertex) for vertex in self.modules.survey.order)
        return everything - sum(group.nodes - 1 for group in self.groups) - len(self.hidden)

    def _hide(self) -> frozenset[int]:
        """The parameters that only closed modules use, several of them."""
        members = {n for group in self.groups for n in group.members}
        return frozenset(
            self.number[v]
            for v in self.modules.survey.order
            if self.number[v] not in members
            and self.modules.is_parameter(v)
            and all(self.number[u] in members for u in self.modules.users[v])
        )

    def boxes(self) -> tuple[PictureBox, ...]:
        """The open modules as boxes, for the picture; what is closed stands in the box around it."""
        numbers = {box: i for i, box in enumerate(self.modules.boxes, 1)}
        inside = {n for group in self.groups for n in group.members}
        found = []
        for box in filter(self.is_open, self.modules.boxes):
            own = {self.number[v] for v in box.own} - inside
            nodes = tuple(sorted({*own, *self.standing.get(box, ())}))
            around = numbers[box.parent] if box.parent else None
            found.append(PictureBox(numbers[box], around, box.path, box.kind, sizes(box, self.modules), nodes))
        return tuple(found)


def called(box: Box) -> str:
    """What formulas call a module's result: the path, the kind where there is none, `Linear₀` for a bare number."""
    if re.fullmatch(r"\d+", box.path):
        return box.kind + "".join(SUBSCRIPTS[digit] for digit in box.path)
    if re.fullmatch(r"[\d.]+", box.path):
        return f"{box.kind} {box.path}"
    return box.path or box.kind


def _span(boxes: Sequence[Box]) -> str:
    """From the first path to the last: `blocks.0…5`."""
    first, last = called(boxes[0]), called(boxes[-1])
    above = boxes[0].path.rpartition(".")[0]
    return first if first == last else f"{first}…{last.removeprefix(f'{above}.') if above else last}"


def _operation(vertex: Vertex) -> Any:
    """An operation, or what else is in a module, as far as blocks must agree on it."""
    op = vertex._op if isinstance(vertex, Node) else None
    return (op.symbol or op.name if op else "", np.shape(data(vertex)))


def _runs(row: Sequence[Any]) -> Iterable[tuple[int, int, int]]:
    """Where equal blocks stand in a row: the start, the length of a block, and how many there are."""
    start = 0
    while start < len(row):
        found = []
        for length in range(1, min(LONGEST_BLOCK, (len(row) - start) // REPEATS) + 1):
            block, count = row[start : start + length], 1
            while row[start + length * count : start + length * (count + 1)] == block:
                count += 1
            # Operations alone make no block: a module is among them, told by its three parts.
            if count >= REPEATS and any(len(signature) == 3 for signature in block):
                found.append((length * count, -length, count))
        if found:
            covered, length, count = max(found)
            yield start, -length, count
            start += covered
        else:
            start += 1
