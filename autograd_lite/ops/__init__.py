"""The rule book: every operation of the library, one entry each, by chapter.

To add an operation, add its entry to a chapter. NumPy's dispatch, the function in `autograd_lite`,
the method on Tensor and the row in the tests' table follow from it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autograd_lite import convert
from autograd_lite.operation import Op
from autograd_lite.ops import elementwise, index, linear, neural, reduce, shape

CHAPTERS = (elementwise, reduce, shape, index, linear, neural)

#: Every operation by its name.
RULE_BOOK: dict[str, Op] = {
    entry.name: entry for chapter in CHAPTERS for entry in vars(chapter).values() if isinstance(entry, Op)
}
RULE_BOOK["astype"] = convert.astype
RULE_BOOK["identity"] = convert.identity

#: The operation of each NumPy function that has one.
BY_NUMPY: dict[Callable[..., Any], Op] = {f: entry for entry in RULE_BOOK.values() for f in entry.numpy}

for _entry in RULE_BOOK.values():
    # The book's own forward functions give new arrays or views of their arguments: no need to copy.
    _entry.forward = getattr(_entry.forward, "__wrapped__", _entry.forward)
    if _entry.elementwise and _entry.arity in (1, 2) and None not in _entry.rules and not _entry.gates:
        _entry.quick = True
del _entry
