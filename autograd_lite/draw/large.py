"""What becomes of a graph that is too large to read: runs of operations are summed up, or its middle is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, get_args

from autograd_lite.draw.close import Closing
from autograd_lite.draw.groups import Group, merge
from autograd_lite.draw.modules import Modules
from autograd_lite.draw.picture import Folding, Picture, PictureBox
from autograd_lite.draw.survey import Survey, Vertex, is_computed, is_literal
from autograd_lite.errors import ArgumentValueError
from autograd_lite.graph import Node

#: As many nodes, plain numbers aside, are drawn one by one unless more are asked for.
READABLE = 60
#: Operations in a row that are summed up are at least this many, besides those left at either end.
SHORTEST_RUN = 4
ENDS = 3
#: How many nodes stay before and after a middle that is left out.
BEFORE, AFTER = 16, 24
#: With as many names of computed nodes, a graph is folded to names.
FEWEST_NAMES = 3
EVERYTHING = 'fold="none" draws all.'


@dataclass(frozen=True, eq=False)
class Plan:
    """What is drawn as one node, in which boxes the rest stands, and what is said of it.

    `to_names` asks for the graph folded to its names.
    """

    groups: tuple[Group, ...] = ()
    hidden: frozenset[int] = frozenset()
    boxes: tuple[PictureBox, ...] = ()
    note: str | None = None
    to_names: bool = False

    def renumbered(self, numbers: Mapping[int, int]) -> Plan:
        """The same for a picture whose nodes have other numbers; what is not among them is not in it."""

        def among(some: Iterable[int]) -> frozenset[int]:
            return frozenset(numbers[n] for n in some if n in numbers)

        groups = [replace(g, members=among(g.members), result=numbers[g.result]) for g in self.groups]
        boxes = [replace(box, nodes=tuple(sorted(among(box.nodes)))) for box in self.boxes]
        return replace(self, groups=tuple(groups), hidden=among(self.hidden), boxes=tuple(boxes))

    def apply(self, picture: Picture) -> Picture:
        """The picture of all nodes, made smaller."""
        return merge(picture, self.groups, self.hidden, self.boxes, self.note)


def plan(
    survey: Survey, names: Mapping[str, Any] | None, depth: int | None, repeats: bool | None, fold: str | None
) -> Plan:
    """What to fold: what is asked for, or where nothing is, what makes the picture readable.

    Formulas written afterwards from the same survey call closed modules by their paths.
    """
    modules = Modules(survey, names)
    asked = depth is not None or repeats is not None or fold is not None
    if asked or _count(survey.order) <= READABLE:
        planned = _closed(Closing(modules, depth, depth is None if repeats is None else repeats))
        # Folded into the named nodes after them, most operations of an open module are not in its box.
        return replace(planned, boxes=()) if fold == "names" and depth is None else planned
    for level in range(max((box.level for box in modules.boxes), default=-1) + 1, -1, -1):
        closing = Closing(modules, level, False)
        if modules.boxes and closing.left() <= READABLE:
            return _closed(closing, _said(survey, f"folded to modules at depth={level}"))
    return _by_names(survey) or _by_runs(modules) or _without_middle(modules)


def shortened(survey: Survey) -> Plan:
    """A graph that is past a readable size, without its middle; any other as it is."""
    return Plan() if _count(survey.order) <= READABLE else _without_middle(Modules(survey, None))


def check_folding(depth: Any, repeats: Any, fold: Any) -> None:
    """Refuse what `plan` cannot work with."""
    if depth is not None and (isinstance(depth, bool) or not isinstance(depth, int) or depth < 0):
        raise ArgumentValueError(
            f"draw: depth={depth!r} is no number of modules that stand open one within the other: 0 draws each whole "
            "network as one node, 1 the modules in it, None opens all."
        )
    if repeats not in (None, True, False):
        raise ArgumentValueError(f"draw: repeats={repeats!r}: True draws each of equal blocks, False one for all.")
    if fold not in (None, *get_args(Folding)):
        raise ArgumentValueError(f"draw: fold={fold!r} is none of {', '.join(map(repr, get_args(Folding)))}, None.")


def _closed(closing: Closing, note: str | None = None) -> Plan:
    closing.name_results()
    return Plan(tuple(closing.groups), closing.hidden, closing.boxes(), note)


def _by_names(survey: Survey) -> Plan | None:
    """To names, where there are enough of them: at least a few computed nodes have one."""
    kept = [v for v in survey.order if isinstance(v, Node) and (v._op is None or survey.given[v])]
    computed = sum(v._op is not None for v in kept)
    if computed < FEWEST_NAMES or len(kept) >= READABLE:
        return None
    return Plan(note=_said(survey, "folded to names"), to_names=True)


def _by_runs(modules: Modules) -> Plan | None:
    """Operations in a row, each used by the next alone, summed up where that is enough."""
    survey = modules.survey
    groups = []
    for run in _rows(modules):
        if len(run) >= SHORTEST_RUN + 2 * ENDS:
            groups.append(_group(run[ENDS:-ENDS], modules, f"{len(run) - 2 * ENDS:,} operations"))
    left = _count(survey.order) - sum(group.nodes - 1 for group in groups)
    return Plan(tuple(groups), note=_said(survey, "operations in a row summed up")) if left <= READABLE else None


def _rows(modules: Modules) -> Iterator[list[Node]]:
    """Anonymous operations in a row, each used by the next alone, which works on nothing else that is computed so."""
    survey, following = modules.survey, {}
    anonymous = {v for v in survey.order if is_computed(v) and not survey.given[v] and v is not survey.output}
    for v in anonymous:
        users = set(modules.users[v])
        if len(users) == 1 and users <= anonymous and not anonymous & {*users.copy().pop()._inputs} - {v}:
            following[v] = users.pop()
    begins = anonymous - set(following.values())
    for v in sorted(begins, key=survey.number.__getitem__):
        row = [v]
        while row[-1] in following:
            row.append(following[row[-1]])
        yield row


def _without_middle(modules: Modules) -> Plan:
    """The first nodes and the last, and one in the place of all between them."""
    survey = modules.survey
    order = [v for v in survey.order if not is_literal(v)]
    middle = [v for v in order[BEFORE:-AFTER] if is_computed(v)]
    group = _group(middle, modules, "")
    group = replace(group, detail=f"{group.nodes:,} more nodes")
    boxes = Closing(modules, None, True).boxes()
    return Plan((group,), boxes=boxes, note=_said(survey, "the middle left out"))


def _group(computed: list[Node], modules: Modules, detail: str) -> Group:
    """Computed nodes and the leaves that they alone use, as one."""
    survey, inside = modules.survey, set(computed)
    leaves = [v for v in survey.order if not is_computed(v) and inside.issuperset(modules.users[v])]
    leaving = [v for v in computed if not inside.issuperset(modules.users[v])]
    members = frozenset(survey.number[v] for v in (*computed, *leaves))
    nodes = len(computed) + _count(leaves)
    return Group(members, max(survey.number[v] for v in leaving), "…", detail, "folded", nodes)


def _count(vertices: Sequence[Vertex]) -> int:
    return sum(not is_literal(vertex) for vertex in vertices)


def _said(survey: Survey, how: str) -> str:
    return f"{_count(survey.order):,} nodes, {how}. {EVERYTHING}"
