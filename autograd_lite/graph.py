"""The graph: nodes that hold data, and their order.

An operation on tracked nodes makes a node that remembers the operation, its inputs and the raw
values that it saw. Nothing points from an input to its output, so a graph has no cycles: it
lives as long as its output and is freed with it, at once.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from itertools import count
from operator import attrgetter
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from autograd_lite.operation import Op

#: The kind of node that each type is: Tensor and its subclasses are Tensors, Value is a Value.
KIND_OF: dict[type, type[Node]] = {}
#: The kind of node that holds arrays, and the kind that holds floats.
KIND_HOLDING: dict[type, type[Node]] = {}

next_number = count().__next__


class Watch:
    """What a node does with its gradient besides passing it on."""

    __slots__ = ("hooks", "retain")

    def __init__(self, retain: bool = False) -> None:
        self.retain = retain
        self.hooks: dict[int, Callable[[Any], Any]] = {}


class Node:
    """One vertex of the graph: data, and how it came to be.

    `_op` is None for a leaf. `_inputs` holds the node of each argument, or None where the
    argument was a constant; `_values` holds what each argument was when it was used, so that a
    parameter may change afterwards. `_number` grows with creation: it orders the graph.
    """

    __slots__ = (
        "__weakref__",
        "_data",
        "_grad",
        "_inputs",
        "_number",
        "_op",
        "_params",
        "_values",
        "_watch",
        "name",
        "_tracked",
    )

    kind: ClassVar[type[Node]]
    holds: ClassVar[type]
    #: The `Watch` that every new result of this kind starts with.
    watches: ClassVar[Watch | None] = None

    _data: Any
    _grad: Any
    _inputs: tuple[Node | None, ...]
    _number: int
    _op: Op | None
    _params: dict[str, Any] | None
    _values: tuple[Any, ...]
    _watch: Watch | None
    name: str | None
    _tracked: bool

    def __init_subclass__(cls, holds: type | None = None, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if holds is not None:
            cls.kind, cls.holds = cls, holds
            KIND_HOLDING[holds] = cls
        if hasattr(cls, "kind"):
            KIND_OF[cls] = cls.kind

    @classmethod
    def hold(cls, data: Any) -> Any:
        """Turn the result of a forward function into what this kind holds."""
        raise NotImplementedError

    def _keep(self, gradient: Any) -> None:
        """Add one backward pass's gradient to `.grad`."""
        raise NotImplementedError

    def _hooked(self, hook: Callable[[Any], Any], gradient: Any) -> Any:
        """The gradient after `hook` has seen it and perhaps replaced it."""
        raise NotImplementedError

    def _start(self, data: Any, requires_grad: bool, name: str | None) -> None:
        """Become a leaf."""
        self._data = data
        self._tracked = requires_grad
        self.name = name
        self._op = self._params = self._grad = None
        self._watch = self.watches
        self._inputs = self._values = ()
        self._number = next_number()

    @property
    def op(self) -> Op | None:
        """The operation that made this node; None for a leaf."""
        return self._op

    @property
    def is_leaf(self) -> bool:
        """Whether this node was given rather than computed from tracked nodes."""
        return self._op is None


def raw(x: Any) -> Any:
    """The data of a node; anything else as it is.

    A rule asks for it where it makes a mask or a shape, which have no gradient of their own.
    """
    return x._data if isinstance(x, Node) else x


def topological_order(roots: Iterable[Node], stop: Collection[Node] = ()) -> list[Node]:
    """The tracked nodes that lead to `roots`, each after its inputs.

    A node is created after its inputs, so sorting by creation number is a topological sort, and
    one that is the same for the same program. Nodes in `stop` are included, what led to them is not.
    """
    stack = list(roots)
    seen = set(stack)
    found = []
    while stack:
        node = stack.pop()
        found.append(node)
        if stop and node in stop:
            continue
        for parent in node._inputs:
            if parent is not None and parent._tracked and parent not in seen:
                seen.add(parent)
                stack.append(parent)
    # A depth-first walk of a chain is in descending order already, which the sort takes in one pass.
    found.sort(key=attrgetter("_number"), reverse=True)
    found.reverse()
    return found
