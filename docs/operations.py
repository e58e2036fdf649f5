"""Writes `operations.md`: every operation of the rule book with its symbol and its partial derivatives.

python docs/operations.py
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import numpy as np

from autograd_lite.compose import PLACEHOLDERS, Composition
from autograd_lite.operation import Op
from autograd_lite.ops import CHAPTERS, COMPOSED, RULE_BOOK
from autograd_lite.ops.others import PASSING, REFUSED

PAGE = Path(__file__).with_name("operations.md")

HEAD = """\
# Operations

Made from the rule book by `python docs/operations.py`; a test keeps it current.

Each operation is called as `autograd_lite.NAME` and, where NumPy has it, through NumPy itself, on Tensors and, element
by element, on Values. In the formulas the arguments are $x$, $y$, $z$, the result is $f$, and $\\bar f$ is the gradient
that comes back to it; $[\\ldots]$ is 1 where the condition holds and 0 elsewhere. Where a formula does not contain
$\\bar f$, the gradient is its product with $\\bar f$. An argument without a formula has no gradient. What happens
where a derivative does not exist is in [conventions](conventions.md).
"""


def main() -> None:
    PAGE.write_text(page(), encoding="utf-8")
    print(f"{PAGE.name}: {len(RULE_BOOK)} operations, {len(COMPOSED)} functions made of them")


def page() -> str:
    """The whole page, in Markdown with LaTeX."""
    parts = [HEAD]
    for chapter in CHAPTERS:
        parts.extend(section(chapter))
    parts.append("## Without a gradient by nature\n\nThese take Tensors and give untracked ones, or plain answers.\n")
    parts.append(", ".join(f"`{name}`" for name in sorted({public(f) for f in PASSING})) + ".\n")
    parts.append("## Refused\n\nThese raise an error that says what to use instead.\n")
    parts.append(
        table(["function", "why, and what to use instead"], ([f"`np.{n}`", t] for n, t in sorted(REFUSED.items())))
    )
    parts.append("The functions of `np.fft` are refused, as complex numbers are out of scope.\n")
    return "\n".join(parts)


def section(chapter: ModuleType) -> Iterator[str]:
    """The entries of one chapter."""
    own = [e for e in vars(chapter).values() if isinstance(e, Op | Composition) and home(e) is chapter]
    operations = [e for e in own if isinstance(e, Op) and e.name in RULE_BOOK]
    made = [e for e in own if isinstance(e, Composition)]
    if not own:
        return
    yield f"## {str(chapter.__doc__).splitlines()[0].rstrip('.')}\n"
    if operations:
        yield table(["operation", "symbol", "in NumPy", "partial derivatives"], map(row, operations))
    if made:
        rows = ([f"`{signed(e)}`", names(e), math(e.formula)] for e in made)
        yield table(["made of operations", "in NumPy", "what it is"], rows)


def home(entry: Op | Composition) -> ModuleType:
    """The chapter that defines an entry, not one that imports it: where its functions were written."""
    functions = (
        [entry.f] if isinstance(entry, Composition) else [entry.forward, *(rule for rule in entry.rules if rule)]
    )
    written = {getattr(f, "__module__", None) for f in functions}
    having = [c for c in CHAPTERS if any(e is entry for e in vars(c).values())]
    return next((c for c in having if c.__name__ in written), having[0])


def row(op: Op) -> list[str]:
    """What the table says of an operation."""
    arguments = op.names[: max(op.arity, 1)]
    if op.each is not None:
        partials = f"by each: {math(op.each[0])}"
    elif not op.differentiable:
        partials = "none"
    elif op.arity == 1:
        partials = math(op.latex[0])
    else:
        shown = zip(arguments, op.latex, op.rules, strict=True)
        partials = "; ".join(f"by `{a}`: {math(latex)}" for a, latex, rule in shown if rule is not None)
    return [f"`{signed(op)}`", cell(op.symbol), names(op), partials]


def signed(entry: Op | Composition) -> str:
    """The name with the arguments."""
    shown = [n + default(entry.defaults[n]) if n in entry.defaults else n for n in entry.names if n not in PLACEHOLDERS]
    if isinstance(entry, Op) and entry.each is not None:
        shown[0] = f"[{shown[0]}, ...]"
    if isinstance(entry, Composition) and entry.variadic:
        many = entry.f.__code__.co_argcount
        shown[many] = f"*{shown[many]}"
    return f"{entry.name}({', '.join(shown)})".replace("|", "\\|")


def default(value: object) -> str:
    """A default as it stands in a signature; nothing for NumPy's way to say that there is none."""
    if value is np._NoValue:
        return ""
    return f"={value.__name__ if isinstance(value, type) else repr(value)}"


def names(entry: Op | Composition) -> str:
    return ", ".join(f"`np.{name}`" for name in dict.fromkeys(public(f) for f in entry.numpy))


def public(f: object) -> str:
    """Where NumPy keeps a function: `sum`, `linalg.inv`."""
    name: str = f.__name__  # type: ignore[attr-defined]
    return name if getattr(np, name, None) is f else f"linalg.{name}"


def math(latex: str) -> str:
    return f"${cell(latex)}$" if latex else ""


def cell(text: str) -> str:
    """Text in a table, where a bar would end it."""
    return text.replace("\\|", "\\Vert ").replace("|", "\\vert ")


def table(head: list[str], rows: object) -> str:
    lines = [head, ["---"] * len(head), *rows]  # type: ignore[misc]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


if __name__ == "__main__":
    main()
