"""The inputs of a check: which of their leaves are checked, what they are called, whether they stay as they were."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from autograd_lite.errors import ArgumentError, DtypeError, describe
from autograd_lite.graph import Node, raw
from autograd_lite.tensor import Tensor
from autograd_lite.tree import flatten
from autograd_lite.value import Value


class Inputs:
    """The arguments of one call, taken apart.

    `data` holds the numbers of each leaf that is checked, floats all; the others (integers, masks,
    strings, None) are passed on as they are. `labels` are what errors call those leaves.
    """

    def __init__(self, name: str, f: Callable[..., Any], inputs: Any) -> None:
        if not callable(f):
            raise ArgumentError(f"{name}: expected a function, got {describe(f)}.")
        if not isinstance(inputs, tuple | list):
            raise ArgumentError(f"{name}: inputs is a tuple of the arguments, got {describe(inputs)}. Write (x,).")
        self.leaves, self._rebuild = leaves_of(tuple(inputs))
        self.chosen = [i for i, x in enumerate(self.leaves) if _is_float(name, x)]
        if not self.chosen:
            raise ArgumentError(
                f"{name}: there is no float among the inputs ({', '.join(map(describe, self.leaves[:4]))}), so nothing "
                "has a derivative. Convert what is to be checked with .astype(float)."
            )
        places = paths(tuple(inputs))
        self.labels = [getattr(self.leaves[i], "name", None) or _label(places[i], len(inputs)) for i in self.chosen]
        self.data = [_numbers(self.leaves[i]) for i in self.chosen]
        self.given = [(x, _bits(x)) for x in self.leaves if isinstance(x, Node | np.ndarray)]

    def widened(self) -> None:
        """Make float64 of all numbers."""
        self.data = [_read_only(a.astype(np.float64)) for a in self.data]

    def node(self, number: int, data: Any) -> Node:
        """A leaf with these numbers in the place of a checked one, of the kind that the function is to see."""
        given = self.leaves[self.chosen[number]]
        name = given.name if isinstance(given, Node) else None
        leaf: Node
        if isinstance(given, Value):
            leaf = object.__new__(Value)
            leaf._start(float(data), True, name)
        else:
            leaf = object.__new__(Tensor)
            leaf._start(data, True, name)
        return leaf

    def arguments(self, nodes: Sequence[Node]) -> Any:
        """The arguments with these nodes for the checked leaves."""
        if len(nodes) == len(self.leaves):
            return self._rebuild(nodes)
        new = list(self.leaves)
        for i, node in zip(self.chosen, nodes, strict=True):
            new[i] = node
        return self._rebuild(new)

    def changed(self) -> list[str]:
        """The inputs that are no longer what they were when the check began."""
        return [describe(x) for x, bits in self.given if _bits(x) != bits]


def leaves_of(tree: Any) -> tuple[list[Any], Callable[[Sequence[Any]], Any]]:
    """`flatten`, with the elements of an array of Values for leaves."""
    outer, rebuild = flatten(tree)
    boxes = [x.shape if _holds_values(x) else None for x in outer]
    if not any(shape is not None for shape in boxes):
        return outer, rebuild
    leaves: list[Any] = []
    for x, shape in zip(outer, boxes, strict=True):
        leaves += [x] if shape is None else list(x.flat)

    def rebuilt(new: Sequence[Any]) -> Any:
        rest = iter(new)
        return rebuild([next(rest) if shape is None else _filled(shape, rest) for shape in boxes])

    return leaves, rebuilt


def _holds_values(x: Any) -> bool:
    return isinstance(x, np.ndarray) and x.dtype == object and any(isinstance(v, Node) for v in x.flat)


def _filled(shape: tuple[int, ...], rest: Iterator[Any]) -> Any:
    array = np.empty(shape, dtype=object)
    for index in np.ndindex(shape):
        array[index] = next(rest)
    return array


def _paths(tree: Any, path: str = "") -> Iterator[str]:
    """Where each leaf of a tree is, in the order of `flatten`, as Python would index it."""
    if isinstance(tree, dict):
        for key, child in tree.items():
            yield from _paths(child, f"{path}[{key!r}]")
    elif isinstance(tree, tuple | list):
        names = getattr(tree, "_fields", None)
        for i, child in enumerate(tree):
            yield from _paths(child, f"{path}.{names[i]}" if names else f"{path}[{i}]")
    elif _holds_values(tree):
        yield from (f"{path}{list(index)}" for index in np.ndindex(tree.shape))
    else:
        yield path


def paths(tree: Any) -> list[str]:
    """Where each of the leaves of a tree is, as Python would index it."""
    return list(_paths(tree))


def _label(path: str, count: int) -> str:
    first, rest = path[1:].split("]", 1)
    return ("x" if count == 1 else f"argument {first}") + rest


def _is_float(name: str, x: Any) -> bool:
    """Whether a leaf of the inputs is to be checked."""
    if isinstance(x, Value | float | np.floating):
        return True
    kind = x.dtype.kind if isinstance(x, Tensor | np.ndarray | np.generic) else ""
    if kind == "c" or isinstance(x, complex):
        raise DtypeError(f"{name}: {describe(x)}: complex numbers are out of scope. Give two arrays, the parts.")
    return kind == "f"


def _numbers(x: Any) -> Any:
    """The numbers of a leaf in an array of its own that nobody writes to."""
    array = np.array(raw(x))
    if array.dtype.itemsize > 8:
        array = array.astype(np.float64)
    return _read_only(array)


def _read_only(array: Any) -> Any:
    array.setflags(write=False)
    return array


def _bits(x: Any) -> bytes:
    data = np.asarray(raw(x))
    return data.tobytes() if data.dtype != object else repr([getattr(v, "_data", v) for v in data.flat]).encode()
