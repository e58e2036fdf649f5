"""The graph: nodes that hold data, and their order.

An operation on tracked nodes makes a node that remembers the operation, its inputs and the raw
values that it saw. Nothing points from an input to its output, so a graph has no cycles: it
lives as long as its output and is freed with it, at once.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Iterable
from itertools import count
from operator import attrgetter
from types import FrameType
from typing import TYPE_CHECKING, Any, ClassVar
from weakref import ref

from autograd_lite.cells import file_name

if TYPE_CHECKING:
    from autograd_lite.operation import Op

#: The kind of node that each type is: Tensor and its subclasses are Tensors, Value is a Value.
KIND_OF: dict[type, type[Node]] = {}
#: The same for those that hold arrays alone, and for those that hold floats.
ARRAY_KIND_OF: dict[type, type[Node]] = {}
VALUE_KIND_OF: dict[type, type[Node]] = {}
#: The kind of node that holds arrays, and the kind that holds floats.
KIND_HOLDING: dict[type, type[Node]] = {}

#: Their frames are no user's.
LIBRARY = frozenset({"autograd_lite", "nn", "optim", "numpy"})

next_number = count().__next__


class Watch:
    """What a node does with its gradient besides passing it on."""

    __slots__ = ("hooks", "paused", "retain")

    def __init__(self, retain: bool = False) -> None:
        self.retain = retain
        #: Whether the node is a leaf that was tracked and may be again, but is not now.
        self.paused = False
        self.hooks: dict[int, Callable[[Any], Any]] = {}


class Cut(tuple[Any, ...]):
    """What an untracked node was cut from, in the place of the arguments, of which it has none.

    Nothing but explanations looks at it; a copy is an empty tuple.

    Attributes
    ----------
    how : "detach", "no_grad", or "no gradient" for the result of an operation that has none.
    op : the operation that made the node, by its name; empty for `detach`.
    place : file and line of the call of `detach`.
    origin : gives the node that was detached while it is there, else None. It does not keep it.
    """

    how: str
    op: str
    place: str
    origin: Callable[[], Node | None]

    def __new__(cls, how: str, op: str = "", place: str = "", origin: Node | None = None) -> Cut:
        self = super().__new__(cls)
        self.how, self.op, self.place = how, op, place
        self.origin = _nothing if origin is None else ref(origin)
        return self

    def __bool__(self) -> bool:
        return True

    def __reduce__(self) -> Any:
        return tuple, ()

    def __deepcopy__(self, memo: Any) -> tuple[()]:
        return ()


def _nothing() -> None:
    return None


def detached(node: Node, twin: Node) -> None:
    """Note on an untracked twin where it was cut from its node; it costs a microsecond."""
    if not node._tracked:
        twin._a = node._a
        return
    frame: FrameType | None = sys._getframe(2)
    while frame is not None and frame.f_globals.get("__name__", "").partition(".")[0] in LIBRARY:
        frame = frame.f_back
    place = "" if frame is None else f"{file_name(frame.f_code.co_filename)}:{frame.f_lineno}"
    twin._a = Cut("detach", place=place, origin=node)


class Node:
    """One vertex of the graph: data, and how it came to be.

    `_op` is None for a leaf. `_inputs` holds the node of each argument, or None where the
    argument was a constant; `_values` holds what each argument was when it was used, so that a
    parameter may change afterwards. `_params` holds the other arguments of the call, or None where
    there were none and the shapes were equal. `_number` grows with creation: it orders the graph.
    An untracked node has no arguments; where it was cut from tracked ones, its `_a` is the `Cut`.

    `_call` is set only where a module gave the node back: its label, the number at which the call
    began, and the same of the call within it that gave the node back, or None.

    Of one or two arguments, the nodes are `_x` and `_y` and the values `_a` and `_b`; of more, `_x`
    and `_a` are tuples. Tuples for all would be twice the objects for Python's garbage collector to
    walk: a chain of 100,000 operations takes a seventh less time without, and 0.1 kB less each.
    """

    __slots__ = (
        "__weakref__",
        "_a",
        "_arity",
        "_b",
        "_call",
        "_data",
        "_grad",
        "_number",
        "_op",
        "_params",
        "_tracked",
        "_watch",
        "_x",
        "_y",
        "name",
    )

    kind: ClassVar[type[Node]]
    holds: ClassVar[type]
    #: The `Watch` that every new result of this kind starts with.
    watches: ClassVar[Watch | None] = None

    _a: Any
    _arity: int
    _b: Any
    _call: tuple[Any, int, Any]
    _data: Any
    _grad: Any
    _number: int
    _op: Op | None
    _params: dict[str, Any] | None
    _watch: Watch | None
    _x: Any
    _y: Any
    name: str | None
    _tracked: bool

    def __init_subclass__(cls, holds: type | None = None, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if holds is not None:
            cls.kind, cls.holds = cls, holds
            KIND_HOLDING[holds] = cls
        if hasattr(cls, "kind"):
            KIND_OF[cls] = cls.kind
            (VALUE_KIND_OF if cls.holds is float else ARRAY_KIND_OF)[cls] = cls.kind

    @classmethod
    def hold(cls, data: Any) -> Any:
        """Turn the result of a forward function into what this kind holds."""
        raise NotImplementedError

    @classmethod
    def compute(cls, op: Op, x: Any, y: Any) -> Any:
        """Call an elementwise operation on x, and y where given, of which one is of this kind."""
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
        self._op = self._grad = None
        self._watch = self.watches
        self._link((), (), None)
        self._number = next_number()

    def _link(self, inputs: tuple[Node | None, ...], values: tuple[Any, ...], params: dict[str, Any] | None) -> None:
        """Remember the arguments that this node was computed from."""
        self._params = params
        self._arity = len(inputs)
        if self._arity == 1:
            self._x, self._a = inputs[0], values[0]
        elif self._arity == 2:
            (self._x, self._y), (self._a, self._b) = inputs, values
        else:
            self._x, self._a = inputs, values

    @property
    def _inputs(self) -> tuple[Node | None, ...]:
        return (self._x,) if self._arity == 1 else (self._x, self._y) if self._arity == 2 else self._x

    @property
    def _values(self) -> tuple[Any, ...]:
        return (self._a,) if self._arity == 1 else (self._a, self._b) if self._arity == 2 else self._a

    @property
    def op(self) -> Op | None:
        """The operation that made this node; None for a leaf."""
        return self._op

    @property
    def is_leaf(self) -> bool:
        """Whether this node was given rather than computed from tracked nodes."""
        return self._op is None


def used(x: Any) -> Any:
    """An untracked argument as the graph remembers it.

    A leaf whose tracking is paused leaves a twin behind: when it is tracked again, gradients reach
    it from what was computed while it was tracked, and from nothing else.
    """
    return x if x._watch is None or not x._watch.paused else x.detach()


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
    found = list(roots)
    seen = set(found)
    for node in found:
        if stop and node in stop:
            continue
        n = node._arity
        for parent in (node._x,) if n == 1 else (node._x, node._y) if n == 2 else node._x:
            if parent is not None and parent._tracked and parent not in seen:
                seen.add(parent)
                found.append(parent)
    found.sort(key=attrgetter("_number"))
    return found
