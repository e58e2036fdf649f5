"""What a check found: a verdict, the entries that are wrong, the operation to blame, and all of it as text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from autograd_lite.cells import file_name

if TYPE_CHECKING:
    from autograd_lite.draw import Picture
    from autograd_lite.graph import Node

Verdict = Literal[
    "right", "wrong", "not differentiable", "discontinuous", "not deterministic", "not connected", "not finite",
    "changed", "unresolved",
]  # fmt: skip
#: The verdicts of a report that is true in a condition.
GOOD = ("right", "not differentiable")
#: How many entries a table shows.
SHOWN = 5


@dataclass
class Mismatch:
    """One entry of the Jacobian that the gradient rules and finite differences see differently.

    Attributes
    ----------
    output : the index in the result, which `result` names.
    argument, index : the input, by its name or place, and the element of it.
    gradient, difference : the two numbers.
    tolerance : how far apart they were allowed to be.
    """

    output: tuple[int, ...]
    argument: str
    index: tuple[int, ...]
    gradient: float
    difference: float
    tolerance: float
    result: str = "out"

    @property
    def excess(self) -> float:
        """How many times its tolerance the entry is off; inf where either number is nan."""
        off = abs(self.gradient - self.difference)
        return float("inf") if not off < float("inf") else off / max(self.tolerance, 5e-324)

    @property
    def relative(self) -> float:
        """The difference of the two numbers in units of the larger one."""
        return relative(self.gradient, self.difference)

    @property
    def derivative(self) -> str:
        """What the entry is the derivative of, and by what."""
        return f"d {self.result}{_at(self.output)} / d {self.argument}{_at(self.index)}"

    def __repr__(self) -> str:
        return f"<Mismatch {self}>"

    def __str__(self) -> str:
        return (
            f"{self.derivative}: the gradient is "
            f"{self.gradient:.8g}, finite differences give {self.difference:.8g} (tolerance {self.tolerance:.1g})"
        )


def _at(index: tuple[int, ...]) -> str:
    return str(list(index)) if index else ""


def relative(gradient: float, difference: float) -> float:
    """How far apart two numbers are in units of the larger one; inf where either is no number."""
    off, most = abs(gradient - difference), max(abs(gradient), abs(difference))
    return off / most if most > 0 and off < float("inf") else 0.0 if off == 0 else float("inf")


@dataclass
class Entry:
    """One entry of the gradient that an operation's rule gives of its argument."""

    index: tuple[int, ...]
    gradient: float
    difference: float


@dataclass(repr=False)
class Culprit:
    """The operation whose rule is wrong.

    Attributes
    ----------
    node, op : its node in the recorded graph, and its name.
    argument : the number of the argument whose gradient is wrong.
    kind : what kind of error it looks like.
    file, line : where it was called; None where that is not known.
    name : of its result: the node's own, or that of the variable; None where there is none.
    shape : of its result.
    entries : of the gradient that the rule gave of a random gradient of the result, the worst first.
    wrong, size : how many of them are wrong, and how many there are (where known).
    second : whether the rule is right to first order and wrong to second.
    """

    node: Node
    op: str
    argument: int
    kind: str
    shape: tuple[int, ...]
    entries: list[Entry] = field(default_factory=list)
    wrong: int = 0
    size: int = 0
    second: bool = False
    file: str | None = None
    line: int | None = None
    name: str | None = None

    @property
    def worst(self) -> Entry | None:
        """The entry that is furthest off."""
        return self.entries[0] if self.entries else None

    @property
    def place(self) -> str:
        """File, line, variable and shape, as far as they are known."""
        parts = [f"{file_name(self.file)}:{self.line}"] if self.file else []
        parts += [f"output {self.name!r}"] if self.name else []
        return ", ".join([*parts, f"shape {self.shape}"])

    @property
    def table(self) -> str:
        """The worst entries, one on a line."""
        rows = [(str(list(e.index)), e.gradient, e.difference) for e in self.entries[:SHOWN]]
        return columns("entry", rows)

    def __repr__(self) -> str:
        return f"<Culprit {self.op} ({self.place}), argument {self.argument}: {self.kind}>"

    def __str__(self) -> str:
        said = f"{self.op} ({self.place}) is wrong with respect to argument {self.argument}"
        if self.worst is not None:
            worst = self.worst
            said += f": worst entry {list(worst.index)} is {worst.gradient:.6g}"
            said += f", finite differences give {worst.difference:.6g}"
        said += f". It looks like: {self.kind}."
        if self.second:
            said += " Its rule is right to first order and wrong to second: it computes on raw data, or cuts the graph."
        return said


def columns(first: str, rows: Sequence[tuple[str, float, float]]) -> str:
    """Entries as a table: what they are called, gradient, differences, relative error."""
    if not rows:
        return ""
    cells = [(first, "gradient", "differences", "relative error")]
    cells += [(name, f"{a:.8g}", f"{n:.8g}", f"{relative(a, n):.2g}") for name, a, n in rows]
    wide = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return "\n".join(
        "  ".join([row[0].ljust(wide[0]), *(c.rjust(w) for c, w in zip(row[1:], wide[1:], strict=True))])
        for row in cells
    )


@dataclass(repr=False)
class Report:
    """What `gradcheck` found: true in a condition when all is well.

    Attributes
    ----------
    name : the function's.
    entries : how many derivatives were compared; of a sampled check, how many directions.
    mismatches : the wrong ones, worst first.
    verdict : "right", "wrong", "not differentiable" (a kink, where the gradient is a convention: true),
        "discontinuous", "not deterministic", "not connected", "not finite", "changed" or "unresolved".
    culprit : the first operation whose rule is wrong; None where there is none. `others` are the rest.
    notes : what else is to be said, one sentence or two each.
    order : the exponent of the Taylor remainder, 2 where the gradient is right, less where it is
        wrong; None where there is no remainder, as of a linear function.
    sampled : whether directions were checked instead of every entry; `directions` how many.
    precision : "float64" or "float32", in which the check was made; `given` names the narrower data
        types of inputs that were taken in float64.
    error : the largest relative error of an entry, among those that differences can tell.
    """

    name: str
    entries: int = 0
    mismatches: list[Mismatch] = field(default_factory=list)
    verdict: Verdict = "right"
    culprit: Culprit | None = None
    others: list[Culprit] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    order: float | None = None
    sampled: bool = False
    directions: int = 0
    precision: str = "float64"
    given: str = ""
    asked: str = "gradcheck"
    outputs: list[Any] = field(default_factory=list)
    names: dict[Node, str] = field(default_factory=dict)
    wrong: int = 0
    error: float = 0.0

    def __bool__(self) -> bool:
        return self.verdict in GOOD

    def __repr__(self) -> str:
        found = "" if self else f", {self.wrong} wrong" if self.wrong else ", false"
        blamed = f", culprit={self.culprit.op!r}" if self.culprit else ""
        return f"Report(name={self.name!r}, entries={self.entries}, verdict={self.verdict!r}{found}{blamed})"

    @property
    def worst(self) -> Mismatch | None:
        """The entry furthest outside its tolerance; None when all is well."""
        return self.mismatches[0] if self.mismatches else None

    @property
    def table(self) -> str:
        """The worst entries as a table; empty when all is well."""
        rows = [(m.derivative, m.gradient, m.difference) for m in self.mismatches[:SHOWN]]
        return columns("derivative", rows)

    @property
    def headline(self) -> str:
        """The verdict in one sentence."""
        what = "derivatives" if not self.sampled else "sampled directional derivatives"
        if self and self.entries < 2:
            said = (
                f"{'the only derivative agrees' if self.entries else 'no derivative disagrees'} with finite differences"
            )
            return f"{self.asked}: {self.name}: {said}{' but for kinks' if self.verdict != 'right' else ''}."
        if self:
            said = f"all {self.entries} {what} agree with finite differences"
            return f"{self.asked}: {self.name}: {said}{' but for kinks' if self.verdict != 'right' else ''}."
        if self.verdict == "wrong" and not self.entries:
            return f"{self.asked}: {self.name}: a gradient rule is wrong."
        if self.verdict == "wrong":
            return f"{self.asked}: {self.name}: {self.wrong} of {self.entries} {what} are wrong."
        words = {"changed": "inputs or parameters were changed by the function", "unresolved": "not settled"}
        return f"{self.asked}: {self.name}: {words.get(self.verdict, self.verdict)}."

    def __str__(self) -> str:
        parts = [self.headline]
        if self.culprit:
            parts += [f"\n{self.culprit}", _indented(self.culprit.table)]
            parts += [f"Wrong as well: {other}" for other in self.others]
        if self.mismatches:
            parts += ["\nFurthest off:", _indented(self.table)]
            more = self.wrong - min(SHOWN, len(self.mismatches))
            parts += [f"  and {more} more"] if more > 0 else []
        parts += [f"Note: {note}" for note in self.notes]
        if self.order is not None:
            parts.append(
                f"  The Taylor remainder is of order {self.order:.2f}: 2 where the gradient is right, less else."
            )
        return "\n".join([*parts, *self.circumstances()])

    def circumstances(self) -> list[str]:
        """Lines on how it was checked, where that is not entry by entry in float64."""
        said = []
        if self.sampled:
            said.append(f"Sampled: {self.directions} random directions, not every entry.")
        if self.given:
            said.append(f"The inputs of {self.given} were taken in float64.")
        if self.precision != "float64":
            said.append(f"Checked in {self.precision}.")
        return [f"  {line}" for line in said]

    def draw(self, names: Mapping[str, Any] | None = None, **options: Any) -> Picture:
        """The recorded graph as `draw` gives it, with the culprit in red.

        `names` and the options are those of `draw`. Raises `GraphError` where the function recorded nothing.
        """
        from autograd_lite.gradcheck.picture import picture

        return picture(self, names, options)


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.splitlines())
