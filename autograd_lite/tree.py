"""Trees of tuples, lists and dictionaries, taken apart into leaves and put together again."""

from collections.abc import Callable, Sequence
from typing import Any

Rebuild = Callable[[Sequence[Any]], Any]


def flatten(tree: Any) -> tuple[list[Any], Rebuild]:
    """The leaves of a tree, in order, and a function that builds the same tree of other leaves.

    >>> leaves, rebuild = flatten({"w": [1, 2], "b": 3})
    >>> leaves, rebuild([10, 20, 30])
    ([1, 2, 3], {'w': [10, 20], 'b': 30})
    """
    leaves: list[Any] = []

    def walk(node: Any) -> Callable[[Sequence[Any]], Any]:
        if isinstance(node, tuple | list):
            parts = [walk(child) for child in node]
            if hasattr(node, "_fields"):
                return lambda new: type(node)(*(part(new) for part in parts))
            return lambda new: type(node)(part(new) for part in parts)
        if isinstance(node, dict):
            items = [(key, walk(child)) for key, child in node.items()]
            return lambda new: {key: part(new) for key, part in items}
        at = len(leaves)
        leaves.append(node)
        return lambda new: new[at]

    return leaves, walk(tree)


def tree_map(f: Callable[[Any], Any], tree: Any) -> Any:
    """The same tree with `f` applied to each leaf."""
    leaves, rebuild = flatten(tree)
    return rebuild([f(leaf) for leaf in leaves])
