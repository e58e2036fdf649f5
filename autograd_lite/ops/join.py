"""Several arrays to one, and one to several."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from autograd_lite.compose import composed
from autograd_lite.convert import astype, to_tensor
from autograd_lite.define import op
from autograd_lite.errors import ArgumentError, ArgumentValueError, ShapeError, describe
from autograd_lite.graph import ARRAY_KIND_OF, Node, raw
from autograd_lite.guard import constant
from autograd_lite.ops.shape import as_tensor, at_one_width, axis_in, broadcast_arrays


def _segment(g: Any, i: int, arrays: tuple[Any, ...], axis: int | None) -> Any:
    """The part of g that came from array number i of a concatenation."""
    if axis is None:
        # A number among the arrays is one element.
        start = sum(getattr(a, "size", 1) for a in arrays[:i])
        return g[start : start + arrays[i].size].reshape(arrays[i].shape)
    axis %= g.ndim
    start = sum(a.shape[axis] for a in arrays[:i])
    return g[(slice(None),) * axis + (slice(start, start + arrays[i].shape[axis]),)]


# fmt: off
concatenate = op("concatenate", lambda *arrays, axis=0: np.concatenate(at_one_width(arrays), axis),
    symbol="concat", numpy=[np.concatenate],
    each=("1", lambda g, out, i, *arrays, axis=0: _segment(g, i, arrays, axis)))
stack = op("stack", lambda *arrays, axis=0: np.stack(at_one_width(arrays), axis), symbol="stack", numpy=[np.stack],
    each=("1", lambda g, out, i, *arrays, axis=0: g[(slice(None),) * (axis % out.ndim) + (i,)]))
# fmt: on


def _at_one_width(name: str, arrays: Iterable[Any]) -> list[Any]:
    """The arrays of the composition `name`, those without axes in the width of the others, which they do not widen."""
    given = [a if isinstance(a, Node) else constant(a, name) for a in arrays]
    data = [np.asarray(raw(a)) for a in given]
    # Without arrays that have axes, Tensors without any are still wider than numbers.
    wide = [x.ndim > 0 for x in data]
    wide = wide if any(wide) else [type(a) in ARRAY_KIND_OF for a in given]
    if all(wide) or not any(wide):
        return given
    width = np.result_type(*[x.dtype if w else x.item() for x, w in zip(data, wide, strict=True)])
    return [a if w else _in_width(a, width) for a, w in zip(given, wide, strict=True)]


def _in_width(x: Any, width: Any) -> Any:
    return astype(x, dtype=width) if type(x) in ARRAY_KIND_OF else to_tensor(x, width)


def _with_axes(ndim: int, x: Any) -> Any:
    """x with axes of length 1 in front, so many that it has `ndim` or more."""
    shape = np.shape(raw(x))
    return np.reshape(x, (1,) * (ndim - len(shape)) + shape) if len(shape) < ndim else x


@composed("vstack", np.vstack, formula=r"\operatorname{concat}(x_1, x_2, \dots)")
def vstack(tup: Any, *, dtype: Any = None, casting: Any = "same_kind") -> Any:
    """The arrays one below the other, vectors as rows."""
    return concatenate([_with_axes(2, a) for a in _at_one_width("vstack", tup)], dtype=dtype)


@composed("hstack", np.hstack, formula=r"\operatorname{concat}(x_1, x_2, \dots)")
def hstack(tup: Any, *, dtype: Any = None, casting: Any = "same_kind") -> Any:
    """The arrays side by side: vectors one after the other, others along the second axis."""
    arrays = [_with_axes(1, a) for a in _at_one_width("hstack", tup)]
    return concatenate(arrays, axis=int(arrays[0].ndim > 1), dtype=dtype)


@composed("dstack", np.dstack, formula=r"\operatorname{concat}(x_1, x_2, \dots)")
def dstack(tup: Any) -> Any:
    """The arrays one behind the other, along the third axis."""
    return concatenate([np.atleast_3d(a) for a in _at_one_width("dstack", tup)], axis=2)


@composed("column_stack", np.column_stack, formula=r"\operatorname{concat}(x_1, x_2, \dots)")
def column_stack(tup: Any) -> Any:
    """Vectors as the columns of a matrix, and matrices side by side."""
    arrays = _at_one_width("column_stack", tup)
    columns = [_with_axes(2, a).T if np.ndim(raw(a)) < 2 else a for a in arrays]
    return concatenate(columns, axis=1)


@composed("append", np.append, formula=r"\operatorname{concat}(x, y)")
def append(arr: Any, values: Any, axis: int | None = None) -> Any:
    """The values behind the array: along an axis, or both flat where none is given."""
    return concatenate(_at_one_width("append", [arr, values]), axis=axis)


def _leaves(arrays: Any) -> Iterator[Any]:
    """The blocks in nested lists, in order."""
    if not isinstance(arrays, list):
        yield arrays
    else:
        for a in arrays:
            yield from _leaves(a)


def _depth(arrays: Any) -> int:
    """How deep lists are nested; raises where they are not equally deep, or empty."""
    if isinstance(arrays, tuple):
        raise TypeError("a tuple among the lists")
    if not isinstance(arrays, list):
        return 0
    (depth,) = {_depth(a) for a in arrays}
    return depth + 1


def _assembled(arrays: Any, depth: int, blocks: Iterator[Any]) -> Any:
    """The blocks at the places of nested lists of some depth, joined: innermost lists along the last axis."""
    if not depth:
        return next(blocks)
    return np.concatenate([_assembled(a, depth - 1, blocks) for a in arrays], axis=-depth)


@composed("block", np.block, formula=r"\begin{pmatrix} x_1 & x_2 \\ x_3 & x_4 \end{pmatrix}")
def block(arrays: Any) -> Any:
    """An array assembled from blocks in nested lists: the innermost stand side by side, the next below one another."""
    depth = _depth(arrays)
    blocks = [as_tensor(a, "block") if isinstance(a, Node) else a for a in _at_one_width("block", _leaves(arrays))]
    ndim = max(depth, *[np.ndim(raw(a)) for a in blocks], 0)
    return _assembled(arrays, depth, iter([_with_axes(ndim, a) for a in blocks]))


def _pieces(name: str, f: Callable[..., Any], x: Any, cuts: Any, axis: Any = 0, least: int = 0) -> list[Any]:
    """x, of so many axes at least, cut along one as NumPy's function f cuts the numbers of its places there."""
    x = as_tensor(x, name)
    if x.ndim < least:
        raise ShapeError(f"{name}: {describe(x)}: expected {least} or more axes, and it has {x.ndim}.")
    axis = axis_in(name, x, axis)
    if np.ndim(raw(cuts)) == 0 and int(raw(cuts)) < 1:
        raise ArgumentValueError(f"{name}: {describe(x)} cannot be cut into {int(raw(cuts))} pieces.")
    before = (slice(None),) * axis
    pieces = f(np.arange(x.shape[axis]), np.asarray(raw(cuts)).tolist())
    ends = [(int(p[0]), int(p[-1]) + 1) if p.size else (0, 0) for p in pieces]
    return [x[(*before, slice(*e))] for e in ends]


@composed("split", np.split, formula=r"(x_{:i}, x_{i:j}, \dots)")
def split(ary: Any, indices_or_sections: Any, axis: int = 0) -> Any:
    """The pieces between the given places along an axis, or so many pieces of equal length."""
    return _pieces("split", np.split, ary, indices_or_sections, axis)


@composed("array_split", np.array_split, formula=r"(x_{:i}, x_{i:j}, \dots)")
def array_split(ary: Any, indices_or_sections: Any, axis: int = 0) -> Any:
    """The pieces between the given places along an axis, or so many pieces, the first longer by one."""
    return _pieces("array_split", np.array_split, ary, indices_or_sections, axis)


@composed("vsplit", np.vsplit, formula=r"(x_{:i}, x_{i:j}, \dots)")
def vsplit(ary: Any, indices_or_sections: Any) -> Any:
    """`split` along the first axis, of arrays with two or more."""
    return _pieces("vsplit", np.split, ary, indices_or_sections, 0, least=2)


@composed("hsplit", np.hsplit, formula=r"(x_{:,:i}, x_{:,i:j}, \dots)")
def hsplit(ary: Any, indices_or_sections: Any) -> Any:
    """`split` along the second axis, along the only one of a vector."""
    return _pieces("hsplit", np.split, ary, indices_or_sections, int(np.ndim(raw(ary)) > 1), least=1)


@composed("dsplit", np.dsplit, formula=r"(x_{:,:,:i}, x_{:,:,i:j}, \dots)")
def dsplit(ary: Any, indices_or_sections: Any) -> Any:
    """`split` along the third axis, of arrays with three or more."""
    return _pieces("dsplit", np.split, ary, indices_or_sections, 2, least=3)


def _grid(arrays: Sequence[Any], sparse: bool = False, indexing: str = "xy") -> Any:
    n = len(arrays)
    if indexing not in ("xy", "ij"):
        raise ArgumentValueError(f"meshgrid: indexing={indexing!r}: expected 'xy' or 'ij'.")
    axes = list(range(n))
    if indexing == "xy" and n > 1:
        axes[:2] = 1, 0
    tensors = [as_tensor(a, "meshgrid") for a in arrays]
    grids = [x.reshape([x.size if j == a else 1 for j in range(n)]) for x, a in zip(tensors, axes, strict=True)]
    return tuple(grids) if sparse else broadcast_arrays(*grids)


@composed("meshgrid", np.meshgrid, formula=r"(x_j, y_i)_{ij}")
def meshgrid(*xi: Any, **options: Any) -> Any:
    """The coordinates of the points of a grid, from those along its axes: copy=True, sparse=False, indexing='xy'."""
    # NumPy's copy=False asks for views, which Tensors are free to be: it is taken, and changes nothing.
    options.pop("copy", True)
    for key in options.keys() - {"sparse", "indexing"}:
        raise ArgumentError(f"meshgrid: unknown argument {key}; it takes arrays, copy, sparse, indexing.")
    return _grid(xi, **options)
