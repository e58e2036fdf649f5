"""Operations: one card each, with the forward function and, per argument, formula and rule.

A card is everything that the library knows of an operation. Called with nodes it makes a node,
called with plain arrays and numbers it gives plain ones back.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, ClassVar

import numpy as np

from autograd_lite.calls import ABSENT, bind, fail
from autograd_lite.graph import ARRAY_KIND_OF, KIND_HOLDING, KIND_OF, VALUE_KIND_OF, Cut, Node, next_number, used
from autograd_lite.guard import constant, plain
from autograd_lite.modes import RECORDING

Rule = Callable[..., Any]
Partial = tuple[str, Rule]

NUMBERS = frozenset({float, int, bool})
new = object.__new__
ndarray = np.ndarray
freeze: Callable[[Any, bool], None] = ndarray.setflags  # type: ignore[assignment]
recording = RECORDING.get
array_kind_of = ARRAY_KIND_OF.get
value_kind_of = VALUE_KIND_OF.get


class Op:
    """An operation, made by `op`. Call it like the NumPy function of its name.

    Attributes
    ----------
    name, symbol : how it is called, and how it is written in a drawing.
    forward : the function on arrays; `scalar`: the same on Python floats.
    latex, rules : per argument, the partial derivative and the function that applies it.
    names : the arguments, then the parameters, in NumPy's order.
    results : of an operation of several results, what makes one of the list of them.
    through : what turns the gradient of the output into what the rules of all arguments begin with.
    elementwise : whether each element of the result depends on one element of each argument.
    gates : of an operation that selects, `gates(i, x, y, ...)`: where argument i is not selected.
    """

    # Set by `convert`, whose operations they record.
    #: Makes the arguments of a call nodes of one kind.
    one_kind: ClassVar[Callable[[list[Any]], list[Any]]]
    #: Converts the arguments of a call to the data type that it asks for.
    cast: ClassVar[Callable[[Op, Sequence[Any], Any], list[Any]]]
    #: The arrays of the given shapes that were packed into one.
    unpack: ClassVar[Callable[[Any, Sequence[tuple[int, ...]]], list[Any]]]

    __name__: str
    name: str
    symbol: str
    forward: Callable[..., Any]
    scalar: Callable[..., Any]
    latex: tuple[str, ...]
    rules: tuple[Any, ...]
    each: Partial | None
    through: Rule | None
    arity: int
    names: tuple[str, ...]
    defaults: dict[str, Any]
    differentiable: bool
    elementwise: bool
    gates: Callable[..., Any] | None
    numpy: tuple[Callable[..., Any], ...]
    results: Callable[[list[Any]], Any] | None
    #: The names of what may stand by position in a call; None before `calls.order` has looked.
    positions: tuple[str, ...] | None
    prepare: Callable[[dict[str, Any]], dict[str, Any]] | None
    params: frozenset[str]
    required: frozenset[str]
    #: The number of arguments of a call without parameters; -1 where a parameter is required
    #: or there are several results.
    bare: int
    #: Whether the backward loop trusts the shapes that its rules give: tested elementwise entries alone.
    quick: bool
    #: What the results are cut from that are untracked though an argument is tracked.
    cut: Cut

    def __call__(self, x: Any = ABSENT, y: Any = ABSENT, /, *more: Any, **params: Any) -> Any:
        # The usual calls, one or two Tensors of one data type or a Tensor and a number, are done here without
        # building argument lists: 0.9 against 2.2 microseconds with eight elements.
        kind = array_kind_of(type(x))
        if kind is None or more or params:
            if self.elementwise and not (more or params):
                value_kind = value_kind_of(type(x)) or value_kind_of(type(y))
                if value_kind is not None:
                    return value_kind.compute(self, x, y)
                if type(x) in NUMBERS and self.bare == 2:
                    kind = array_kind_of(type(y))
                    if kind is not None:
                        return self.on_number_first(kind, x, y)
            return self.general(x, y, more, params)
        a = x._data
        out: Any
        noted = None
        try:
            if y is ABSENT:
                if self.bare != 1:
                    return self.general(x, y, more, params)
                b = other = ABSENT
                tracked = x._tracked
                out = self.forward(a)
            elif self.bare != 2:
                return self.general(x, y, more, params)
            elif array_kind_of(type(y)) is kind:
                other, b = y, y._data
                if a.shape != b.shape:
                    if a.dtype != b.dtype:
                        return self.general(x, y, more, params)
                    # Of unequal shapes, the backward pass looks what to sum.
                    noted = params
                tracked = x._tracked or y._tracked
                out = self.forward(a, b)
            elif type(y) in NUMBERS:
                other, b = None, y
                tracked = x._tracked
                out = self.forward(a, y)
            else:
                return self.general(x, y, more, params)
        except Exception as error:
            fail(self, error, (x,) if y is ABSENT else (x, y), params)
        if type(out) is ndarray:
            freeze(out, False)
        else:
            out = kind.hold(out)
        node = new(kind)
        node._data = out
        node._grad = node._watch = node.name = None
        node._number = next_number()
        if tracked and self.differentiable and recording():
            node._tracked = True
            node._op = self
            node._params = noted
            node._x, node._a = x if x._tracked else used(x), a
            if b is ABSENT:
                node._arity = 1
            else:
                node._arity = 2
                node._y, node._b = other if other is None or other._tracked else used(other), b
        else:
            node._tracked = False
            node._op = node._params = None
            node._arity = 0
            node._x = ()
            node._a = self.cut if tracked else x._a or (() if other is None or other is ABSENT else other._a)
        return node

    def general(self, x: Any, y: Any, more: tuple[Any, ...], given: dict[str, Any]) -> Any:
        """Any call: binds arguments to names, converts constants, and mixes kinds of nodes."""
        args: Sequence[Any] = () if x is ABSENT else (x,) if y is ABSENT else (x, y, *more)
        params = given
        if given or len(args) != self.bare:
            args, params = bind(self, args, given)
        kinds = [KIND_OF[type(a)] for a in args if type(a) in KIND_OF]
        if not kinds:
            return self.on_plain(args, params)
        kind = KIND_HOLDING[ndarray]
        inputs: tuple[Node | None, ...]
        values: tuple[Any, ...]
        if kinds.count(kind) == len(args) and (len(args) == 1 or len({a._data.dtype for a in args}) == 1):
            # Tensors of one data type need no conversion: a call with three takes 5 for 7 microseconds.
            inputs, values = tuple(args), tuple([a._data for a in args])
        else:
            if self.elementwise and kind not in kinds:
                return self.on_values(kinds[0], args, params)
            args = Op.one_kind([a if type(a) in KIND_OF else self.constant(i, a) for i, a in enumerate(args)])
            inputs = tuple([a if type(a) in KIND_OF else None for a in args])
            values = tuple([a if i is None else i._data for a, i in zip(args, inputs, strict=True)])
        try:
            out = self.forward(*values, **params)
        except Exception as error:
            fail(self, error, args, params)
        if self.results is not None:
            return self.results(self.record_parts(kind, out, inputs, values, params))
        return self.record(kind, kind.hold(out), inputs, values, params)

    def record_parts(
        self,
        kind: type[Node],
        arrays: Sequence[Any],
        inputs: tuple[Node | None, ...],
        values: tuple[Any, ...],
        params: dict[str, Any],
    ) -> list[Any]:
        """The nodes of several results: parts of one node that holds them all, one after the other."""
        shapes = tuple([np.shape(a) for a in arrays])
        packed = np.concatenate([np.ravel(a) for a in arrays])
        node = self.record(kind, kind.hold(packed), inputs, values, {**params, "shapes": shapes})
        return Op.unpack(node, shapes)

    def on_number_first(self, kind: type[Node], x: float, y: Node) -> Any:
        """A number and a Tensor, in this order."""
        try:
            out = self.forward(x, y._data)
        except Exception as error:
            fail(self, error, (x, y), {})
        return self.record(kind, kind.hold(out), (None, y), (x, y._data))

    def on_values(self, kind: type[Node], args: Sequence[Any], params: dict[str, Any]) -> Any:
        """A call on Values and numbers alone; on arrays too, element by element."""
        values = []
        for a in args:
            if type(a) in KIND_OF:
                values.append(a._data)
            elif isinstance(a, ndarray | list | tuple) and np.ndim(a):
                return self.on_objects(args, params)
            else:
                values.append(self.constant(len(values), a))
        try:
            try:
                out = self.scalar(*values, **params)
            except (ZeroDivisionError, OverflowError, ValueError):
                # Where Python's floats raise, NumPy gives inf or nan and warns.
                out = self.forward(*[np.float64(v) if type(v) is float else v for v in values], **params)
        except Exception as error:
            fail(self, error, args, params)
        if not self.differentiable:
            return out
        inputs = tuple([a if isinstance(a, Node) else None for a in args])
        return self.record(kind, float(out), inputs, tuple(values), params or None)

    def record(
        self,
        kind: type[Node],
        data: Any,
        inputs: tuple[Node | None, ...],
        values: tuple[Any, ...],
        params: dict[str, Any] | None = None,
    ) -> Node:
        """The node of `kind` that holds `data`, linked to its inputs where they are tracked."""
        node = new(kind)
        node._data = data
        node._grad = node.name = node._op = None
        node._watch = kind.watches
        node._number = next_number()
        node._tracked = False
        if self.differentiable and recording():
            for i in inputs:
                if i is not None and i._tracked:
                    # What has become integers or booleans has no gradient.
                    if kind.holds is float or data.dtype.kind == "f":
                        node._tracked, node._op = True, self
                        linked = tuple([n if n is None or n._tracked else used(n) for n in inputs])
                        node._link(linked, values, params)
                        return node
                    break
        nodes = [i for i in inputs if i is not None]
        tracked = any(i._tracked for i in nodes)
        node._link((), (), None)
        node._a = self.cut if tracked else next((i._a for i in nodes if i._a), ())
        return node

    def constant(self, i: int, value: Any) -> Any:
        """Argument i, which is no node; None only where the operation says so."""
        if value is None and i < len(self.names) and self.defaults.get(self.names[i], ABSENT) is None:
            return None
        return constant(value, self.name)

    def on_plain(self, args: Sequence[Any], params: dict[str, Any]) -> Any:
        """Plain in, plain out: no node among the arguments."""
        args = [self.constant(i, a) if a is None else plain(a, self.name) for i, a in enumerate(args)]
        if self.elementwise and any(isinstance(a, ndarray) and a.dtype == object for a in args):
            return self.on_objects(args, params)
        try:
            out = self.forward(*args, **params)
        except Exception as error:
            fail(self, error, args, params)
        return out if self.results is None else self.results(list(out))

    def on_objects(self, args: Sequence[Any], params: dict[str, Any]) -> Any:
        """Element by element, for arrays of Values."""
        # A bare Value would be asked to take over the call; in a 0-d array it is an element.
        boxed = [np.array(a, dtype=object) if isinstance(a, Node) else a for a in args]
        try:
            return np.frompyfunc(partial(self, **params), len(args), 1)(*boxed)
        except Exception as error:
            fail(self, error, args, params)

    def rules_for(self, count: int) -> Sequence[Rule | None]:
        """The rules of `count` arguments, for one visit of the backward pass: what they share is worked out once."""
        if self.each is not None:
            each = self.each[1]
            return [lambda g, out, *args, i=index, **params: each(g, out, i, *args, **params) for index in range(count)]
        if self.through is None:
            return self.rules
        shared = _Once(self.through)
        return [
            rule
            and (lambda g, out, *args, rule=rule, **params: rule(shared(g, out, *args, **params), out, *args, **params))
            for rule in self.rules
        ]

    def __repr__(self) -> str:
        return f"<op {self.name}>"

    def __deepcopy__(self, memo: dict[int, Any]) -> Op:
        return self


class _Once:
    """A function that is called for the first gradient it is given, and remembers."""

    __slots__ = ("f", "given", "made")

    def __init__(self, f: Rule) -> None:
        self.f = f
        self.given = self.made = None

    def __call__(self, g: Any, out: Any, *args: Any, **params: Any) -> Any:
        if self.given is not g:
            self.given, self.made = g, self.f(g, out, *args, **params)
        return self.made
