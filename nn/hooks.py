"""Hooks: functions that see, and may replace, what goes into a module and comes out of it, forwards and backwards."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd_lite.arithmetic import Hook
from autograd_lite.errors import ArgumentError, KindError, ShapeError, describe
from autograd_lite.ops.join import concatenate
from autograd_lite.tensor import Tensor
from autograd_lite.tree import flatten
from nn.arguments import flag

if TYPE_CHECKING:
    from nn.module import Module

Kept = dict[int, Any]


class Hooks:
    """The hooks of one module, by kind, in the order in which they are called."""

    def __init__(self) -> None:
        self.kinds: dict[str, Kept] = {"forward_pre_hook": {}, "forward_hook": {}, "full_backward_hook": {}}
        self.count = 0

    def add(self, kind: str, hook: Callable[..., Any], prepend: bool, with_kwargs: bool = False) -> Hook:
        """Keep one more hook; gives the handle that takes it off."""
        owner = f"register_{kind}"
        if not callable(hook):
            raise ArgumentError(f"{owner}: expected a function, got {describe(hook)}.")
        first = flag(owner, "prepend", prepend)
        kept = self.kinds[kind]
        self.count += 1
        kept[self.count] = (hook, flag(owner, "with_kwargs", with_kwargs))
        if first:
            for key in [k for k in kept if k != self.count]:
                kept[key] = kept.pop(key)
        return Hook(kept, self.count)

    def around(self, module: "Module", args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """The forward pass of a module with what is hooked around it."""
        for hook, with_kwargs in list(self.kinds["forward_pre_hook"].values()):
            if with_kwargs:
                args, kwargs = _both(hook(module, args, kwargs), args, kwargs)
            else:
                answer = hook(module, args)
                args = args if answer is None else answer if isinstance(answer, tuple) else (answer,)
        crossing = None
        if self.kinds["full_backward_hook"]:
            crossing = Crossing(module, self.kinds["full_backward_hook"])
            args = crossing.into(args)
        output = module.forward(*args, **kwargs)
        for hook, with_kwargs in list(self.kinds["forward_hook"].values()):
            answer = hook(module, args, kwargs, output) if with_kwargs else hook(module, args, output)
            output = output if answer is None else answer
        return output if crossing is None else crossing.out_of(output)


class Crossing:
    """One call of a module whose gradients are asked for: where they come in and where they go out.

    The tracked inputs pass through one node, and so do the outputs, whose gradients are complete when the
    backward pass reaches them.
    """

    def __init__(self, module: "Module", hooks: Kept) -> None:
        self.module = module
        self.hooks = hooks
        self.shapes: list[tuple[int, ...] | None] = []
        self.grad_output: tuple[Any, ...] = ()

    def into(self, args: tuple[Any, ...]) -> tuple[Any, ...]:
        """The arguments, the tracked ones by way of a node that the hooks watch."""
        self.shapes = [a.shape if _is_tracked(a) else None for a in args]
        passed = iter(_through_one([a for a in args if _is_tracked(a)], self._at_inputs))
        return tuple(next(passed) if _is_tracked(a) else a for a in args)

    def out_of(self, output: Any) -> Any:
        """The outputs by way of a node at which the pass begins."""
        leaves, rebuild = flatten(output)
        tracked = [leaf for leaf in leaves if _is_tracked(leaf)]
        shapes = [leaf.shape for leaf in tracked]
        passed = iter(_through_one(tracked, lambda g: self._at_outputs(g, shapes)))
        return rebuild([next(passed) if _is_tracked(leaf) else leaf for leaf in leaves])

    def _at_outputs(self, gradient: Tensor, shapes: list[tuple[int, ...]]) -> None:
        self.grad_output = tuple(_split(gradient, shapes))
        if not any(shape is not None for shape in self.shapes):
            # No gradient goes further than the parameters.
            self._ask(tuple(None for _ in self.shapes))

    def _at_inputs(self, gradient: Tensor) -> Tensor:
        parts = iter(_split(gradient, [shape for shape in self.shapes if shape is not None]))
        grad_input = self._ask(tuple(None if shape is None else next(parts) for shape in self.shapes))
        return _joined([g for g, shape in zip(grad_input, self.shapes, strict=True) if shape is not None])

    def _ask(self, grad_input: tuple[Any, ...]) -> tuple[Any, ...]:
        for hook, _ in list(self.hooks.values()):
            answer = hook(self.module, grad_input, self.grad_output)
            if answer is not None:
                grad_input = self._checked(answer if isinstance(answer, tuple) else (answer,), grad_input)
        return grad_input

    def _checked(self, answer: tuple[Any, ...], before: tuple[Any, ...]) -> tuple[Any, ...]:
        given, expected = ([None if g is None else np.shape(g) for g in gs] for gs in (answer, before))
        if given != expected:
            raise ShapeError(
                f"full_backward_hook of {type(self.module).__name__}: gave gradients of shapes {given} for {expected}."
            )
        return tuple(g if g is None or isinstance(g, Tensor) else Tensor(g) for g in answer)


def _is_tracked(x: Any) -> bool:
    return isinstance(x, Tensor) and x.requires_grad


def _through_one(tensors: list[Tensor], hook: Callable[[Tensor], Any]) -> list[Tensor]:
    """The same Tensors by way of one node, whose gradient the hook sees."""
    if not tensors:
        return []
    joined = _joined(tensors)
    joined.register_hook(hook)
    parts = zip(_split(joined, [t.shape for t in tensors]), tensors, strict=True)
    return [part if part.dtype == t.dtype else part.astype(t.dtype) for part, t in parts]


def _joined(tensors: list[Tensor]) -> Tensor:
    """All elements in one row; of a single Tensor the Tensor again, as a node of its own."""
    return tensors[0].clone() if len(tensors) == 1 else concatenate([t.reshape(-1) for t in tensors])


def _split(joined: Tensor, shapes: list[tuple[int, ...]]) -> list[Tensor]:
    """The Tensors that were joined."""
    if len(shapes) == 1:
        return [joined]
    found, start = [], 0
    for shape in shapes:
        size = int(np.prod(shape))
        found.append(joined[start : start + size].reshape(shape))
        start += size
    return found


def _both(answer: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
    if answer is None:
        return args, kwargs
    if not (isinstance(answer, tuple) and len(answer) == 2 and isinstance(answer[1], dict)):
        raise KindError(
            f"forward_pre_hook with_kwargs: gave {describe(answer)}; it gives None or a pair (args, kwargs) of a tuple "
            "and a dictionary."
        )
    given = answer[0] if isinstance(answer[0], tuple) else (answer[0],)
    return given, answer[1]
