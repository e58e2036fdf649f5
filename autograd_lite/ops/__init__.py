"""The rule book: every operation of the library, one entry each, by chapter.

To add an operation, add its entry to a chapter. NumPy's dispatch, the function in `autograd_lite`,
the method on Tensor, the row in the documentation and the row in the tests' table follow from it.
"""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

from autograd_lite import convert
from autograd_lite.compose import Composition
from autograd_lite.operation import Op
from autograd_lite.ops import (
    activation,
    arrange,
    compare,
    contraction,
    convolution,
    cumulate,
    decompose,
    elementwise,
    fused,
    index,
    join,
    linear,
    losses,
    neural,
    normalize,
    norms,
    pick,
    polynomial,
    pooling,
    recurrent,
    reduce,
    shape,
    signals,
    solve,
    sorting,
    special,
    statistics,
)

#: The chapters of the book, in the order in which they are read.
CHAPTERS: tuple[ModuleType, ...] = (
    convert, elementwise, compare, special, activation, reduce, statistics, cumulate, sorting, shape, join, arrange,
    index, pick, linear, contraction, signals, polynomial, solve, decompose, norms, neural, normalize,
    recurrent, fused, convolution, pooling, losses,
)  # fmt: skip


#: Every operation by its name.
RULE_BOOK: dict[str, Op] = {}
#: Every function that is made of operations, by its name.
COMPOSED: dict[str, Composition] = {}
for _chapter in CHAPTERS:
    for _entry in vars(_chapter).values():
        if isinstance(_entry, Op):
            RULE_BOOK[_entry.name] = _entry
        elif isinstance(_entry, Composition):
            COMPOSED[_entry.name] = _entry
del RULE_BOOK["tensor"], RULE_BOOK["value"]

#: The operation, or what is made of operations, of each NumPy function that has one.
BY_NUMPY: dict[Callable[..., Any], Op | Composition] = {
    **{f: entry for entry in RULE_BOOK.values() for f in entry.numpy},
    **{f: entry for entry in COMPOSED.values() for f in entry.numpy},
}

for _entry in RULE_BOOK.values():
    # The book's own forward functions give new arrays or views of their arguments: no need to copy.
    _entry.forward = getattr(_entry.forward, "__wrapped__", _entry.forward)
    if _entry.elementwise and _entry.arity in (1, 2) and None not in _entry.rules and not _entry.gates:
        _entry.quick = True
del _chapter, _entry
