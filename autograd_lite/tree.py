"""Trees of tuples, lists and dictionaries, taken apart into leaves and put together again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import copy
from typing import Any

from autograd_lite.errors import ShapeError, describe

Rebuild = Callable[[Sequence[Any]], Any]


def flatten(tree: Any) -> tuple[list[Any], Rebuild]:
    """The leaves of a tree, in order, and a function that builds the same tree of other leaves.

    >>> leaves, rebuild = flatten({"w": [1, 2], "b": 3})
    >>> leaves, rebuild([10, 20, 30])
    ([1, 2, 3], {'w': [10, 20], 'b': 30})
    """
    leaves: list[Any] = []
    return leaves, _taken_apart(tree, leaves)


def _taken_apart(node: Any, leaves: list[Any]) -> Rebuild:
    """Add the leaves of `node` to `leaves`; the function that builds it again of all the new leaves.

    No closure of `flatten`: one that calls itself would be a cycle, with the leaves in it.
    """
    if isinstance(node, tuple | list):
        kind, parts = type(node), [_taken_apart(child, leaves) for child in node]
        if hasattr(node, "_fields"):
            return lambda new: kind(*(part(new) for part in parts))
        return lambda new: kind(part(new) for part in parts)
    if isinstance(node, dict):
        items = [(key, _taken_apart(child, leaves)) for key, child in node.items()]
        # A copy keeps what a kind of dictionary has besides its items, as a defaultdict does.
        bare = copy(node)
        return lambda new: _filled(copy(bare), {key: part(new) for key, part in items})
    at = len(leaves)
    leaves.append(node)
    return lambda new: new[at]


def _filled(mapping: Any, items: dict[Any, Any]) -> Any:
    mapping.update(items)
    return mapping


def leaves_like(template: Any, tree: Any, said: str) -> list[Any]:
    """The leaves of a tree built like `template`, in the template's order: dictionaries match by key.

    Raises `ShapeError`, which begins with `said`, where the trees are built differently.

    >>> leaves_like({"a": 1, "b": 2}, {"b": 20, "a": 10}, "example")
    [10, 20]
    """
    if isinstance(template, dict):
        if not isinstance(tree, dict) or tree.keys() != template.keys():
            raise ShapeError(f"{said} must be a dictionary with the keys {list(template)}, and is {describe(tree)}.")
        pairs = [(child, tree[key]) for key, child in template.items()]
    elif isinstance(template, tuple | list):
        if not isinstance(tree, tuple | list) or len(tree) != len(template):
            raise ShapeError(f"{said} must be a tuple or list of {len(template)}, and is {describe(tree)}.")
        pairs = list(zip(template, tree, strict=True))
    else:
        return [tree]
    return [leaf for child, given in pairs for leaf in leaves_like(child, given, said)]


def tree_map(f: Callable[[Any], Any], tree: Any) -> Any:
    """The same tree with `f` applied to each leaf."""
    leaves, rebuild = flatten(tree)
    return rebuild([f(leaf) for leaf in leaves])
