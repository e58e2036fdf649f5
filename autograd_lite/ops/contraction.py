"""Sums of products over named axes: einsum, tensordot and their kin."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from string import ascii_lowercase, ascii_uppercase
from typing import Any

import numpy as np

from autograd_lite.compose import composed
from autograd_lite.convert import astype, to_tensor
from autograd_lite.define import op
from autograd_lite.errors import ArgumentError, AutogradError, AxisError, DtypeError, ShapeError, describe
from autograd_lite.graph import VALUE_KIND_OF, Node, raw
from autograd_lite.guard import plain
from autograd_lite.ops.shape import at_one_width

#: The labels of axes, in the order that einsum gives the axes of an output that the call does not name.
LABELS = ascii_uppercase + ascii_lowercase
#: From how many products on the order of a contraction is planned, and left to matrix products: with
#: fewer, planning takes longer than it saves.
PLANNED = 32768


def operand(x: Any, name: str) -> Any:
    """An argument of the composition `name` as a node or an array; raises for a list of nodes."""
    if type(x) in VALUE_KIND_OF:
        return to_tensor(x, np.dtype(float))
    return x if isinstance(x, Node) else np.asarray(plain(x, name))


def place(x: Any, axis: int, name: str) -> int:
    """The number, from 0 up, of an axis that the composition `name` was given."""
    n = np.ndim(raw(x))
    if not -n <= axis < n:
        raise AxisError(f"{name}: axis {axis} is out of bounds for {describe(x)}.")
    return axis % n


def _contracted(*arrays: Any, subscripts: str, optimize: Any = False) -> Any:
    if optimize is False and len(arrays) > 1:
        optimize = _products(subscripts, arrays) >= PLANNED
    return np.einsum(subscripts, *at_one_width(arrays), optimize=optimize)


def _products(subscripts: str, arrays: Sequence[Any]) -> int:
    """How many products a contraction sums up; an upper bound where it is small."""
    most = math.prod(np.size(a) for a in arrays)
    if most < PLANNED:
        return most
    labels = subscripts.split("->")[0].split(",")
    axes = [axis for s, a in zip(labels, arrays, strict=True) for axis in zip(s, np.shape(a), strict=True)]
    return math.prod({label: n for label, n in axes if n != 1}.values())


@lru_cache(maxsize=1024)
def _back(subscripts: str, i: int) -> tuple[str, str, str, str]:
    """The subscripts that contract the gradient with the other arrays, and the labels of array number i.

    These as they are, each once, and each once of those that the gradient and the other arrays have.
    """
    inputs, output = subscripts.split("->")
    labels = inputs.split(",")
    own = labels.pop(i)
    unique = "".join(dict.fromkeys(own))
    found = "".join(c for c in unique if c in output or any(c in s for s in labels))
    return f"{','.join([output, *labels])}->{found}", own, unique, found


def _contraction_by_one(g: Any, out: Any, i: int, *arrays: Any, subscripts: str, optimize: Any = False) -> Any:
    """The contraction of g with the other arrays to the axes of array number i."""
    back, own, unique, found = _back(subscripts, i)
    shape = arrays[i].shape
    c = contraction([g, *arrays[:i], *arrays[i + 1 :]], subscripts=back)
    if found == own and c.shape == shape:
        return c
    # Along a label of no other array, and along one that they have only with length 1, the gradient is constant.
    lengths = dict(zip(found, c.shape, strict=True))
    c = c.reshape([lengths.get(label, 1) for label in unique])
    c = np.broadcast_to(c, np.broadcast_shapes(c.shape, [shape[own.index(label)] for label in unique]))
    return c if unique == own else _on_diagonal(c, own)


def _on_diagonal(c: Any, labels: str) -> Any:
    """An array with an axis for each label, whose elements are those of c where axes of one label are at one place.

    c has one axis for each label, in the order of their first use. Elsewhere the elements are 0.
    """
    first = [labels.index(label) == i for i, label in enumerate(labels)]
    lengths = dict(zip(dict.fromkeys(labels), c.shape, strict=True))
    places = np.ogrid[tuple(slice(lengths[label]) for label in labels)]
    at_one = [places[i] == places[labels.index(label)] for i, label in enumerate(labels) if not first[i]]
    c = c.reshape([lengths[label] if is_first else 1 for label, is_first in zip(labels, first, strict=True)])
    return np.where(np.logical_and.reduce(np.broadcast_arrays(*at_one)), c, 0.0)


def _pairs(axes: Any, x: Any, y: Any) -> tuple[list[int], list[int]]:
    """The axes of x and the axes of y over which tensordot sums, from 0 up."""
    try:
        first, second = axes
    except TypeError:
        first, second = range(-axes, 0), range(axes)
    first, second = ([a] if np.ndim(a) == 0 else a for a in (first, second))
    return [int(a) % x.ndim for a in first], [int(a) % y.ndim for a in second]


def _tensordot_by_first(g: Any, out: Any, x: Any, y: Any, axes: Any = 2) -> Any:
    if not (np.ndim(raw(x)) and np.ndim(raw(y))):
        return g * y
    summed, theirs = _pairs(axes, x, y)
    free, others = ([i for i in range(a.ndim) if i not in used] for a, used in ((x, summed), (y, theirs)))
    c = tensordot(g, y, axes=(list(range(len(free), g.ndim)), others))
    # The axes of c are the free ones of x, then the summed ones in the order in which y has them.
    return _placed(c, [*free, *[summed[theirs.index(a)] for a in sorted(theirs)]])


def _tensordot_by_second(g: Any, out: Any, x: Any, y: Any, axes: Any = 2) -> Any:
    if not (np.ndim(raw(x)) and np.ndim(raw(y))):
        return g * x
    theirs, summed = _pairs(axes, x, y)
    free, others = ([i for i in range(a.ndim) if i not in used] for a, used in ((y, summed), (x, theirs)))
    c = tensordot(x, g, axes=(others, list(range(len(others)))))
    return _placed(c, [*[summed[theirs.index(a)] for a in sorted(theirs)], *free])


def _placed(c: Any, places: list[int]) -> Any:
    """c with each axis moved to its place."""
    return c if places == sorted(places) else c.transpose([places.index(i) for i in range(len(places))])


# fmt: off
contraction = op("contraction", _contracted, symbol="einsum",
    doc="The sum of products that `einsum` writes with labels, all of them spelt out, as in 'ij,jk->ik'.",
    each=(r"\sum \bar f \prod_{j \ne i} x_j", _contraction_by_one))
tensordot = op("tensordot", lambda a, b, axes=2: np.tensordot(*at_one_width((a, b)), axes=axes), symbol="tensordot",  # type: ignore[call-overload]
    numpy=[np.tensordot], partials=[
    (r"\sum \bar f \, y", _tensordot_by_first),
    (r"\sum x \, \bar f", _tensordot_by_second)])
# fmt: on


@composed("einsum", np.einsum, formula=r"\sum \prod_i x_i")
def einsum(*operands: Any, out: None = None, optimize: Any = False, dtype: Any = None) -> Any:
    """A sum of products over labelled axes: `einsum("ij,jk->ik", x, y)`, or `einsum(x, [0, 1], y, [1, 2], [0, 2])`.

    Large contractions are planned and left to matrix products, whether `optimize` asks for it or not.
    """
    if isinstance(optimize, str) and optimize not in ("greedy", "optimal"):
        raise ArgumentError(f"einsum: optimize={optimize!r}: expected a boolean, 'greedy', 'optimal' or a path.")
    subscripts, arrays = _lettered(operands)
    arrays = [operand(a, "einsum") for a in arrays]
    if dtype is not None:
        for a in arrays:
            if not np.can_cast(np.result_type(raw(a)), dtype):
                remedy = "Convert with .astype where that is meant."
                raise DtypeError(f"einsum: dtype={dtype} cannot hold {describe(a)}. {remedy}")
        arrays = [astype(a, dtype=dtype) for a in arrays]
    spelt = _spelt_out(subscripts, tuple(np.ndim(raw(a)) for a in arrays))
    try:
        return contraction(arrays, subscripts=spelt, **({"optimize": optimize} if optimize else {}))
    except AutogradError:
        _check_lengths(spelt, arrays)
        raise


def _lettered(operands: Sequence[Any]) -> tuple[str, list[Any]]:
    """The subscripts and the arrays of a call, which may give the labels of each array as a list of integers."""
    if not operands:
        raise ArgumentError("einsum: needs subscripts, as in 'ij,jk->ik', and an array for each of them.")
    if isinstance(operands[0], str):
        return operands[0], list(operands[1:])
    subscripts = ",".join(map(_letters, operands[1::2]))
    arrays = list(operands[: len(operands) - 1 : 2]) if len(operands) % 2 else list(operands[::2])
    return subscripts + (f"->{_letters(operands[-1])}" if len(operands) % 2 else ""), arrays


def _letters(labels: Any) -> str:
    """Integer labels as letters in the same order."""
    if not all(c is Ellipsis or 0 <= c < len(LABELS) for c in labels):
        raise ArgumentError(f"einsum: labels {labels}: expected integers from 0 to {len(LABELS) - 1}, or an Ellipsis.")
    return "".join("..." if c is Ellipsis else LABELS[c] for c in labels)


@lru_cache(maxsize=1024)
def _spelt_out(subscripts: str, ndims: tuple[int, ...]) -> str:
    """The subscripts with labels in the place of each ellipsis, and with the output named."""
    # NumPy refuses what is no subscripts for arrays of so many axes.
    np.einsum(subscripts, *(np.ones((1,) * n) for n in ndims))
    inputs, arrow, output = subscripts.replace(" ", "").partition("->")
    labels = inputs.split(",")
    counts = [n - len(s) + 3 if "..." in s else 0 for s, n in zip(labels, ndims, strict=True)]
    unused = [c for c in LABELS if c not in inputs]
    most = max(counts)
    if most > len(unused):
        raise ShapeError(f"einsum: {subscripts!r} with arrays of {ndims} axes needs more than {len(LABELS)} labels.")
    batch = "".join(unused[:most])
    labels = [s.replace("...", batch[most - n :]) for s, n in zip(labels, counts, strict=True)]
    if arrow:
        output = output.replace("...", batch)
    else:
        output = batch + "".join(c for c in LABELS if inputs.count(c) == 1)
    return f"{','.join(labels)}->{output}"


def _check_lengths(subscripts: str, arrays: Sequence[Any]) -> None:
    """Raise where one label stands for axes of different lengths; length 1 goes with any."""
    seen: dict[str, tuple[int, Any]] = {}
    for labels, a in zip(subscripts.split("->")[0].split(","), arrays, strict=True):
        for label, n in zip(labels, np.shape(raw(a)), strict=True):
            length, other = seen.get(label, (1, None))
            if n != length and 1 not in (n, length):
                raise ShapeError(
                    f"einsum: {subscripts!r}: the label {label} is an axis of length {length} in {describe(other)} and "
                    f"of length {n} in {describe(a)}. Axes of one label are equally long, or 1."
                )
            if length == 1:
                seen[label] = n, a
