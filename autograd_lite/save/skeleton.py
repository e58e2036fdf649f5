"""A tree as text and arrays: the skeleton, in JSON, says where each array goes.

A number, a string, a boolean and None stand for themselves; everything else is a pair of a word and what
belongs to it: `["list", [...]]`, `["tuple", [...]]`, `["dict", [[key, value], ...]]`, `["array", name]`,
`["scalar", name]` for a NumPy number, and `["float", "nan"]` for what JSON has no number for.
"""

import json
import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from autograd_lite.errors import KindError, StorageError, describe
from autograd_lite.graph import raw
from autograd_lite.guard import Array, refuse_masked

#: Deeper trees are refused, before they reach the limits of Python and JSON.
DEEPEST = 200
KEYS = str | int | float | bool | None
#: Python does not write longer integers as text.
LONGEST_INTEGER = 10_000
#: What a format has in its files beside the arrays.
RESERVED = frozenset({"__metadata__"})


def taken_apart(tree: Any) -> tuple[str, dict[str, Array]]:
    """The skeleton of a tree, and its arrays by name. Raises `KindError` for what cannot be kept."""
    arrays: dict[str, Array] = {}
    skeleton = _bare(tree, (), arrays)
    return json.dumps(skeleton, separators=(",", ":"), allow_nan=False), arrays


def put_together(skeleton: str, arrays: Mapping[str, Array]) -> Any:
    """The tree of a skeleton and arrays. Raises `StorageError` where the two do not belong together."""
    try:
        used: set[str] = set()
        tree = _filled(json.loads(skeleton), arrays, used)
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise StorageError(f"its description of the tree makes no sense ({error})") from error
    if used != arrays.keys():
        raise StorageError(f"it has arrays of which its tree knows nothing: {', '.join(sorted(arrays.keys() - used))}")
    return tree


def _bare(x: Any, path: tuple[Any, ...], arrays: dict[str, Array]) -> Any:
    """One node of the skeleton; what is an array goes to `arrays` under its path."""
    if len(path) > DEEPEST:
        raise KindError(f"save: the tree is more than {DEEPEST} levels deep. Does a list contain itself?")
    x = raw(x)
    if type(x) is str:
        return _text(x, path)
    if x is None or type(x) is bool or (type(x) is int and x.bit_length() < LONGEST_INTEGER):
        return x
    if type(x) is float:
        return x if math.isfinite(x) else ["float", repr(x)]
    if isinstance(x, np.ndarray | np.generic):
        refuse_masked(x, f"save: {_place(path)}")
        return ["array" if isinstance(x, np.ndarray) else "scalar", _kept(x, path, arrays)]
    if type(x) in (list, tuple):
        return [type(x).__name__, [_bare(child, (*path, i), arrays) for i, child in enumerate(x)]]
    if isinstance(x, Mapping):
        return ["dict", [[_key(key, path), _bare(child, (*path, key), arrays)] for key, child in x.items()]]
    said = "an integer of more digits than Python writes" if type(x) is int else describe(x)
    raise KindError(
        f"save: {_place(path)} is {said}, which cannot be kept. A tree has dictionaries, lists and tuples "
        "of arrays, numbers and strings."
    )


def _key(key: Any, path: tuple[Any, ...]) -> Any:
    if not isinstance(key, KEYS) or isinstance(key, np.generic):
        raise KindError(f"save: {_place(path)} has the key {describe(key)}. Keys are strings, numbers or None.")
    return _bare(key, path, {})


def _text(x: str, path: tuple[Any, ...]) -> str:
    try:
        x.encode()
    except UnicodeEncodeError as error:
        raise KindError(f"save: {_place(path)} is {describe(x)}, which no file can hold as text: {error}.") from error
    return x


def _kept(x: Any, path: tuple[Any, ...], arrays: dict[str, Array]) -> str:
    """Put an array among `arrays`; its name there, which is its path where that is free."""
    array = np.asarray(x)
    if array.dtype.kind not in "fiub" or array.dtype.itemsize > 8:
        raise KindError(
            f"save: {_place(path)} is {describe(x)}; arrays of float16 to float64, integers or booleans can be kept."
        )
    # One order of elements and of bytes, whatever the array in memory has.
    array = np.array(array, dtype=array.dtype.newbyteorder("<"), order="C")
    start = name = ".".join(map(str, path))
    if not name.isprintable() or not name:
        start = name = "array"
    number = 1
    while name in arrays or name in RESERVED:
        number += 1
        name = f"{start}#{number}"
    arrays[_text(name, path)] = array
    return name


def _place(path: tuple[Any, ...]) -> str:
    return f"the entry {'.'.join(map(str, path))!r}" if path else "the tree"


def _filled(node: Any, arrays: Mapping[str, Array], used: set[str]) -> Any:
    if not isinstance(node, list):
        if isinstance(node, dict):
            raise ValueError("an unknown word")
        return node
    word, content = node
    if word in ("list", "tuple"):
        children = [_filled(child, arrays, used) for child in content]
        return children if word == "list" else tuple(children)
    if word == "dict":
        return {_filled(key, arrays, used): _filled(child, arrays, used) for key, child in content}
    if word == "float":
        return float(content)
    if word not in ("array", "scalar") or content not in arrays:
        raise ValueError(f"{word} {content!r}")
    used.add(content)
    return arrays[content] if word == "array" else arrays[content][()]
