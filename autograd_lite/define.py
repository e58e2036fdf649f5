"""How an operation is defined, the library's own and the user's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

import numpy as np

from autograd_lite.errors import ArgumentError
from autograd_lite.graph import Cut
from autograd_lite.guard import checked
from autograd_lite.operation import Op, Partial, Rule


def op(
    name: str,
    forward: Callable[..., Any],
    *,
    symbol: str | None = None,
    partials: Sequence[Partial | None] = (),
    each: Partial | None = None,
    through: Rule | None = None,
    scalar: Callable[..., Any] | None = None,
    elementwise: bool | None = None,
    gates: Callable[..., Any] | None = None,
    numpy: Sequence[Callable[..., Any] | str] = (),
    results: Callable[[list[Any]], Any] | None = None,
    prepare: Callable[[dict[str, Any]], dict[str, Any]] | None = None,
    doc: str = "",
) -> Op:
    r"""Define a differentiable operation: the same card for the library's own and for yours.

    Parameters
    ----------
    name : what errors and drawings call it.
    forward : the function on NumPy arrays, `forward(x, y, ..., axis=None, ...)`. The first
        arguments, as many as there are `partials`, are the ones in the graph; the rest are parameters.
        It gives a new array or a view of an argument.
    symbol : how a drawing writes it; the name where not given.
    partials : for each argument a pair: the partial derivative in LaTeX, with the arguments called
        x, y, z, and the rule `rule(g, out, x, y, ..., **params)` that gives the gradient of that
        argument from the gradient `g` of the output, in the shape of either. A rule written with
        NumPy functions and operators alone can be differentiated again; what it is given, it
        never writes to. None: no gradient.
    each : instead of `partials`, where the operation takes a sequence of arrays: one pair, whose
        rule is `rule(g, out, i, *arrays, **params)` for the array number i.
    through : of an operation whose rules begin alike, a function `through(g, out, x, y, ..., **params)`. It is
        called once in a backward pass, and the rules get what it gives in the place of `g`.
    scalar : the same function on Python floats, where there is a faster one.
    elementwise : whether it works element by element and broadcasts; true by default for ufuncs.
    gates : of an operation that selects among its arguments, as `where` does, a function
        `gates(i, x, y, ...)` that says where argument number i is not taken.
    numpy : further NumPy functions that dispatch to this operation, or their names, as
        "linalg.inv", where some versions of NumPy do not have them. The order of the parameters in a
        call is that of the first.
    results : where forward gives several arrays, what makes the result of the list of them, as
        `tuple` does. A rule then gets lists of arrays for `g` and `out`.
    prepare : turns the parameters of a call into the ones that are kept.
    doc : a sentence for `help`.

    Raises `ArgumentError` where neither partials nor each is given.

    >>> import numpy as np, autograd_lite as ag
    >>> cube = ag.op("cube", lambda x: x * x * x, elementwise=True,
    ...     partials=[("3 x^2", lambda g, out, x: g * 3 * x * x)])
    >>> ag.grad(cube)(2.0), ag.grad(ag.grad(cube))(2.0)
    (12.0, 12.0)
    """
    if not partials and each is None:
        raise ArgumentError(f"op {name}: needs partials=[(latex, rule), ...], one for each argument, or each=.")
    for partial in [*partials, *([each] if each else [])]:
        if partial is not None and not (isinstance(partial, tuple) and len(partial) == 2 and callable(partial[1])):
            raise ArgumentError(
                f"op {name}: {partial!r} is no pair (latex, rule) of a string and a function, nor None."
            )
    self = Op.__new__(Op)
    is_ufunc = isinstance(forward, np.ufunc)
    self.name = self.__name__ = name
    self.forward, self.each, self.gates = forward if is_ufunc else _fresh(name, forward), each, gates
    self.symbol = name if symbol is None else symbol
    self.elementwise = is_ufunc if elementwise is None else elementwise
    self.scalar = scalar or forward
    self.latex = tuple(p[0] if p else "0" for p in partials)
    self.rules = tuple(p[1] if p else None for p in partials)
    self.results, self.through = results, through
    if results is not None:
        self.through = through and _of_parts(through)
        self.rules = tuple(rule and _of_parts(rule, through is None) for rule in self.rules)
    self.arity = -1 if each else len(partials)
    self.differentiable = each is not None or any(self.rules)
    self.names, self.defaults = signature(forward, len(partials))
    self.numpy = in_numpy(numpy) + ((forward,) if is_ufunc else ())
    self.positions = None
    self.params = frozenset(self.names[1 if each else len(partials) :])
    self.prepare = prepare
    self.required = frozenset(p for p in self.params if p not in self.defaults)
    self.bare = -1 if self.required or results else self.arity
    self.quick = False
    self.cut = Cut("no_grad" if self.differentiable else "no gradient", name)
    self.__doc__ = document(self, doc)
    return self


def _of_parts(rule: Rule, of_gradient: bool = True) -> Rule:
    """The rule of an operation of several results, whose node holds them packed into one array, as its gradient is."""

    def packed(g: Any, out: Any, *args: Any, shapes: Any, **params: Any) -> Any:
        return rule(Op.unpack(g, shapes) if of_gradient else g, Op.unpack(out, shapes), *args, **params)

    return packed


def in_numpy(functions: Sequence[Callable[..., Any] | str]) -> tuple[Callable[..., Any], ...]:
    """NumPy's functions, those among them that are named looked up where this version has them."""
    found: dict[Callable[..., Any], None] = {}
    for f in functions:
        if not isinstance(f, str):
            found[f] = None
            continue
        *path, last = f.split(".")
        named = getattr(np.linalg if path else np, last, None)
        if named is not None:
            found[named] = None
    return tuple(found)


def _fresh(name: str, forward: Callable[..., Any]) -> Callable[..., Any]:
    """`forward` with an array of real numbers for result that nothing else refers to."""

    @wraps(forward)
    def fresh(*args: Any, **params: Any) -> Any:
        out = forward(*args, **params)
        return checked(np.array(out), name, out) if isinstance(out, np.ndarray) and out.dtype != object else out

    return fresh


def signature(forward: Callable[..., Any], arity: int) -> tuple[tuple[str, ...], dict[str, Any]]:
    """The argument names of a forward function, in order, and the defaults of some."""
    code = getattr(forward, "__code__", None)
    if code is None:
        return ("x", "y", "z")[:arity], {}
    count = code.co_argcount
    names = code.co_varnames[:count]
    defaults = getattr(forward, "__defaults__", None) or ()
    keyword_only = code.co_varnames[count : count + code.co_kwonlyargcount]
    # An operation on a sequence has the sequence, as *arrays, for its first argument.
    rest = (code.co_varnames[count + code.co_kwonlyargcount],) if code.co_flags & 0x04 else ()
    found = dict(zip(names[count - len(defaults) :], defaults, strict=True))
    return names + rest + keyword_only, found | (getattr(forward, "__kwdefaults__", None) or {})


def document(card: Op, doc: str) -> str:
    """The text of `help`: call, sentence, partial derivatives."""
    lines = [f"{card.name}({', '.join(card.names)})", ""]
    if doc:
        lines += [doc, ""]
    for name, latex in zip(card.names, card.latex, strict=False):
        lines.append(f"Partial derivative by {name}: {latex}")
    if card.each:
        lines.append(f"Partial derivative by each array: {card.each[0]}")
    return "\n".join(lines)
