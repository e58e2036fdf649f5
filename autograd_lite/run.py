"""One run of a function that a transform differentiates: its leaves, its outputs, and the way back."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import numpy as np

from autograd_lite.backward import backpropagate
from autograd_lite.convert import identity
from autograd_lite.errors import ArgumentError, ArgumentValueError, DtypeError, KindError, ShapeError, describe
from autograd_lite.graph import Node, raw, topological_order
from autograd_lite.modes import RECORDING, enable_grad, is_grad_enabled, transforming
from autograd_lite.tensor import Tensor
from autograd_lite.tree import flatten, leaves_like
from autograd_lite.value import Value

Argnums = int | Sequence[int]


class Run:
    """One run of a function on leaves in the place of some of its arguments.

    `outputs` are the leaves of its result, as nodes; `pull` brings gradients of them back to the inputs.
    `hidden` are leaves of an earlier run that nothing but that run differentiates by, where the
    function is that run's pullback.
    """

    def __init__(
        self,
        name: str,
        f: Callable[..., Any],
        args: Sequence[Any],
        kwargs: Mapping[str, Any],
        argnums: Argnums,
        hidden: Collection[Node] = (),
    ) -> None:
        if not callable(f):
            raise ArgumentError(f"{name}: expected a function, got {describe(f)}.")
        self.name = name
        self.of_pullback = bool(hidden)
        self.given, self.rebuild = flatten(_chosen(name, args, argnums))
        self.inputs = [_leaf(name, x) for x in self.given]
        chosen = self.rebuild(self.inputs)
        changed = list(args)
        for number, new in zip([argnums] if isinstance(argnums, int) else argnums, chosen, strict=True):
            changed[number] = new
        with enable_grad(), transforming():
            result = f(*changed, **kwargs)
        given_out, self.rebuild_out = flatten(result)
        self.outputs = [self._output(y) for y in given_out]
        # Something outside may differentiate the result where a tracked leaf older than ours feeds it,
        # or where ours were made from tracked nodes.
        own = set(self.inputs)
        start = min((leaf._number for leaf in own), default=0)
        tracked = [y for y in self.outputs if y._tracked]
        self.seen_outside = RECORDING.get() and any(
            n._op is not None if n in own else n._op is None and n._number < start and n not in hidden
            for n in topological_order(tracked, own)
        )
        self.plain = not self.seen_outside and not any(isinstance(x, Node) for x in self.given)

    def _output(self, y: Any) -> Node:
        if isinstance(y, Node):
            return y
        if not isinstance(y, float | int | np.generic | np.ndarray):
            raise KindError(f"{self.name}: the function must give numbers or arrays, and gave {describe(y)}.")
        if not self.of_pullback:
            warnings.warn(
                f"{self.name}: the function gave {describe(y)}, which is in no graph, so its derivative is taken as "
                "zero. If it was computed from the arguments with float(), .item(), .numpy() or math functions, these "
                "cut the graph: use the functions of numpy or autograd_lite.",
                stacklevel=_level_of_caller(),
            )
        return Tensor(y, dtype=float)

    def scalar(self) -> Node:
        """The one output of one element. Raises `ShapeError` otherwise."""
        if len(self.outputs) != 1 or np.size(raw(self.outputs[0])) != 1:
            shapes = ", ".join(str(np.shape(raw(y))) for y in self.outputs)
            raise ShapeError(
                f"{self.name}: the function must give a single number, and gave shape {shapes}. Reduce it, as with "
                ".sum(), or use jacobian or vjp."
            )
        return self.outputs[0]

    def pull(self, seeds: Mapping[Node, Any]) -> list[Any]:
        """The gradients of the inputs, from those of the outputs; as given, in kind."""
        tracked = {y: g for y, g in seeds.items() if y._tracked}
        record = self.seen_outside or (
            is_grad_enabled() and any(isinstance(g, Node) and g._tracked for g in tracked.values())
        )
        if record:
            with enable_grad():
                kept = backpropagate({y: _node_like(y, g) for y, g in tracked.items()}, set(self.inputs), True)
        else:
            kept = backpropagate({y: raw(g) for y, g in tracked.items()}, set(self.inputs))
        return [_as_given(x, leaf, kept.get(leaf), record) for x, leaf in zip(self.given, self.inputs, strict=True)]

    def result(self, outputs: Sequence[Node] | None = None) -> Any:
        """The function's value: nodes, or plain numbers and arrays where only those came in."""
        outputs = self.outputs if outputs is None else outputs
        if self.plain:
            return self.rebuild_out([_as_plain(raw(y)) for y in outputs])
        if self.seen_outside:
            return self.rebuild_out(outputs)
        return self.rebuild_out([y.detach() if isinstance(y, Tensor | Value) else y for y in outputs])

    def pullback(self, v: Any) -> tuple[Any, ...]:
        """v^T J by each input, for v in the form of the function's result."""
        seeds: dict[Node, Any] = {}
        for y, g in zip(
            self.outputs, matching(self.name, "the vector", self.rebuild_out(self.outputs), v), strict=True
        ):
            seeds[y] = seeds[y] + g if y in seeds else g
        return self.rebuild(self.pull(seeds))  # type: ignore[no-any-return]

    def pack(self, gradients: list[Any], argnums: Argnums) -> Any:
        """The gradients in the form of the arguments: bare for one argument number, else a tuple."""
        packed = self.rebuild(gradients)
        return packed[0] if isinstance(argnums, int) else packed


def _chosen(name: str, args: Sequence[Any], argnums: Argnums) -> tuple[Any, ...]:
    """The positional arguments that `argnums` names."""
    numbers = argnums if isinstance(argnums, Sequence) else (argnums,)
    for n in numbers:
        if not isinstance(n, int) or isinstance(n, bool) or not -len(args) <= n < len(args):
            raise ArgumentValueError(
                f"{name}: argnums={argnums!r}: expected the number of a positional argument, of which the call has "
                f"{len(args)}, or a tuple of such numbers."
            )
    if len({n % len(args) for n in numbers}) < len(numbers):
        raise ArgumentValueError(f"{name}: argnums={argnums!r} names an argument twice.")
    return tuple(args[n] for n in numbers)


def _leaf(name: str, x: Any) -> Node:
    """A leaf with the data of x, linked to x where an outer computation tracks it."""
    kind: type[Node] = Value if isinstance(x, Value) else Tensor
    if isinstance(x, Node) and x._tracked and RECORDING.get():
        return identity.record(kind, x._data, (x,), (x._data,))
    if isinstance(x, bool | int) or np.asarray(raw(x)).dtype.kind in "iub":
        raise DtypeError(
            f"{name}: {describe(x)} is no float, so it has no derivative. Give floats: 3.0 for 3, or .astype(float)."
        )
    if not isinstance(x, Node | float | np.ndarray | np.floating):
        raise KindError(
            f"{name}: {describe(x)}: expected a float, an array, a Tensor, a Value, or a tuple, list or dictionary "
            "of them. Choose the arguments to differentiate by with argnums=."
        )
    leaf = object.__new__(kind)
    leaf._start(raw(x) if isinstance(x, Node) else Tensor(x)._data, True, getattr(x, "name", None))
    return leaf


def _node_like(y: Node, g: Any) -> Node:
    if isinstance(g, Node):
        return g
    return Value(g) if y.holds is float else Tensor(g)


def _as_given(x: Any, leaf: Node, g: Any, recorded: bool) -> Any:
    """A gradient in the kind of the argument that it belongs to; zeros where no path reached it."""
    data = leaf._data
    if g is None:
        g = 0.0 if leaf.holds is float else np.zeros_like(data)
    if recorded and isinstance(g, Tensor):
        return g.astype(data.dtype) if g.dtype != data.dtype else g
    if recorded and isinstance(g, Value):
        return g
    if leaf.holds is float:
        return Value(raw(g)).detach()
    array = np.array(raw(g), dtype=data.dtype)
    if recorded or isinstance(x, Tensor):
        return Tensor(array)
    return array if isinstance(x, np.ndarray) else type(x)(array)


def in_kind(x: Any, g: Any) -> Any:
    """A plain gradient of x, a float where x is a NumPy scalar or 0-d array, in the kind of x."""
    if isinstance(g, Node) or not isinstance(x, np.generic | np.ndarray):
        return g
    return np.array(g, x.dtype) if isinstance(x, np.ndarray) else x.dtype.type(g)


def _level_of_caller() -> int:
    """The stack level, for a warning, of the call into the library."""
    level, frame = 1, sys._getframe(1)
    while frame.f_back is not None and frame.f_globals.get("__name__", "").partition(".")[0] == "autograd_lite":
        level, frame = level + 1, frame.f_back
    return level


def _as_plain(data: Any) -> Any:
    """An array that the caller may write to; a float for a single number."""
    if isinstance(data, np.ndarray):
        return data.copy() if data.ndim else data.item()
    return data


def matching(name: str, what: str, template: Any, given: Any) -> list[Any]:
    """The leaves of `given`, a tree like `template` with leaves of the same shapes, in the template's order."""
    expected = flatten(template)[0]
    leaves = leaves_like(template, given, f"{name}: {what}")
    shapes = [np.shape(raw(y)) for y in expected]
    given_shapes = [type(g) if isinstance(g, list | tuple | dict) else np.shape(raw(g)) for g in leaves]
    if given_shapes != shapes:
        raise ShapeError(f"{name}: {what} must have the shapes {shapes}, and have {given_shapes}.")
    return [
        g if isinstance(g, Node) else float(g) if isinstance(y, Value) else Tensor(g, dtype=np.asarray(raw(y)).dtype)
        for g, y in zip(leaves, expected, strict=True)
    ]
