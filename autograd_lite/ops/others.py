"""NumPy's functions that are no operations: those without a gradient by nature, and those that are refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autograd_lite.define import in_numpy

#: Their results do not depend on the numbers smoothly, if at all: they are given detached data, and arrays
#: in what they give are untracked Tensors.
PASSING: frozenset[Callable[..., Any]] = frozenset(in_numpy([
    # Shape, kind, memory.
    "shape", "ndim", "size", "result_type", "can_cast", "min_scalar_type", "common_type", "iscomplexobj", "isrealobj",
    "isscalar", "may_share_memory", "shares_memory", "byte_bounds",
    # Comparison of wholes, and questions about each element.
    "allclose", "array_equal", "array_equiv", "isnat",
    # Places: where elements are, in what order they stand, which are equal.
    "lexsort", "nonzero", "flatnonzero", "argwhere",
    "isin", "unique_values", "unique_counts", "unique_inverse", "unique_all", "unique",
    "union1d", "intersect1d", "setdiff1d", "setxor1d", "unravel_index", "ravel_multi_index", "ix_",
    "diag_indices_from", "tril_indices_from", "triu_indices_from",
    # Counts.
    "histogram", "histogram2d", "histogramdd", "histogram_bin_edges",
    # Integers and bits, in which there is nothing between one number and the next.
    "packbits", "unpackbits",
    # The rank of a matrix, and the order in which to multiply several.
    "einsum_path",
    # Text, files, calendars.
    "array_repr", "array_str", "array2string", "save", "savez", "savez_compressed", "savetxt", "datetime_as_string",
    "busday_count", "busday_offset", "is_busday",
]))  # fmt: skip
NAMES_PASSING = frozenset(f.__name__ for f in PASSING)

_WRITES = "it writes into an array, and a Tensor is immutable. Use {} instead, which gives a new Tensor"
_COMPLEX = "complex numbers are out of scope. Compute with the real and imaginary parts as two arrays"
_ROOTS = "roots are complex in general, which is out of scope. Find a real root on detached data, then refine it by "
_LOOPS = "it calls a Python function on plain numbers. Write the function with NumPy's functions on whole arrays"

#: What is refused, with what to use instead.
REFUSED: dict[str, str] = {
    "copyto": _WRITES.format("where(mask, values, t) or broadcast_to(values, shape)"),
    "put": _WRITES.format("at(t.ravel())[indices].set(values)"),
    "put_along_axis": _WRITES.format("at(t)[index].set(values)"),
    "place": _WRITES.format("at(t)[mask].set(values) or where(mask, values, t)"),
    "putmask": _WRITES.format("where(mask, values, t)"),
    "fill_diagonal": _WRITES.format("at(t)[np.diag_indices(n)].set(values)"),
    "roots": _ROOTS + "Newton steps, x - polyval(p, x) / polyval(polyder(p), x)",
    "sort_complex": _COMPLEX,
    "frompyfunc": _LOOPS,
    "vectorize": _LOOPS,
    "asarray_chkfinite": "it makes a plain array. Use isfinite(t).all(), or np.asarray(t) to detach",
    "asmatrix": "np.matrix holds plain arrays. Use two-dimensional Tensors and @",
    "bmat": "np.matrix holds plain arrays. Use block",
    "matrix": "np.matrix holds plain arrays. Use two-dimensional Tensors and @",
    "require": "it makes a plain array. Tensors need no flags; use np.asarray(t) to detach",
    "full": "it writes its value into a new plain array. Use full_like(x, value) or broadcast_to(value, shape)",
}

_NONE = (
    "it has no differentiable form here. Write it with operations that have one, define it with autograd_lite.op, "
    "or give it detached data: np.asarray(t)"
)


def instead(name: str) -> str:
    """What an error says of a function, or a method of a ufunc, that is refused."""
    if name.startswith("fft."):
        return _COMPLEX + ", or write the transform as products with matrices of cosines and sines"
    if name.endswith(".at"):
        return _WRITES.format(f"at(x)[index].{'add' if name == 'add.at' else 'set'}(values)")
    return REFUSED.get(name, _NONE)
