"""Elements picked by index, condition or choice, and functional updates of parts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd_lite.compose import composed
from autograd_lite.convert import to_tensor
from autograd_lite.define import op
from autograd_lite.errors import ArgumentValueError, DtypeError, IndexingError, ShapeError, describe
from autograd_lite.graph import KIND_HOLDING, VALUE_KIND_OF, Node, raw
from autograd_lite.guard import plain
from autograd_lite.operation import NUMBERS
from autograd_lite.ops.index import scatter_add, set_at
from autograd_lite.ops.moves import sent_back
from autograd_lite.ops.updates import fitting


def _places(name: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Makes the parameter `indices` an array of integers, for the operation of this name."""

    def prepared(params: dict[str, Any]) -> dict[str, Any]:
        given = params["indices"]
        if type(given) is int:
            return params
        try:
            indices = np.asarray(given)
        except ValueError:
            raise IndexingError(f"{name}: {describe(given)}: the lists in it differ in length.") from None
        if not indices.size and isinstance(given, list | tuple):
            indices = indices.astype(int)
        if indices.dtype.kind not in "iub":
            raise DtypeError(
                f"{name}: indices are integers, got {describe(indices)}. No gradient goes through an index; convert "
                "it with .astype(int)."
            )
        indices.setflags(write=False)
        return {**params, "indices": indices}

    return prepared


def _untaken(g: Any, x: Any, indices: Any, axis: int | None, mode: str) -> Any:
    """The gradient of x from that of what `take` took of it."""
    # NumPy's own numbers for the modes.
    mode = {0: "clip", 1: "wrap", 2: "raise", None: "raise"}.get(mode, mode)  # type: ignore[call-overload]
    shape = (x.size,) if axis is None else x.shape
    n = shape[axis or 0] if shape else 1
    # NumPy takes truth values for the numbers 0 and 1 here, where an index of them is a mask.
    places = np.asarray(indices, dtype=np.intp)
    if mode != "raise":
        places = places % n if mode == "wrap" else np.clip(places, 0, n - 1)
    index = (slice(None),) * ((axis or 0) % max(len(shape), 1)) + (places,)
    return scatter_add(g, index=index if len(index) > 1 else places, shape=shape or (1,)).reshape(x.shape)


# fmt: off
take = op("take", lambda a, indices, axis=None, mode="raise": np.take(a, indices, axis=axis, mode=mode), symbol="take",
    numpy=[np.take], prepare=_places("take"), partials=[
    ("1", lambda g, out, x, indices, axis=None, mode="raise": _untaken(g, x, indices, axis, mode))])
take_along_axis = op("take_along_axis", lambda arr, indices, axis=-1: np.take_along_axis(arr, indices, axis),
    symbol="take_along", numpy=[np.take_along_axis], prepare=_places("take_along_axis"), partials=[
    ("1", lambda g, out, x, indices, axis=-1: sent_back(g, np.take_along_axis, x, indices, axis))])
compress = op("compress", lambda condition, a, axis=None: np.compress(condition, a, axis), symbol="compress",
    numpy=[np.compress], doc="The slices of a along the axis for which the condition holds.", partials=[
    None,
    ("1", lambda g, out, c, x, axis=None: sent_back(g, lambda a: np.compress(raw(c), a, axis), x))])
delete = op("delete", lambda arr, obj, axis=None: np.delete(arr, obj, axis), symbol="delete",
    numpy=[np.delete], partials=[
    ("1", lambda g, out, x, obj, axis=None: sent_back(g, np.delete, x, obj, axis))])
# fmt: on


def _plainly(x: Any) -> Any:
    """x, or a sequence of several, without nodes."""
    return [_plainly(v) for v in x] if isinstance(x, list | tuple) else raw(x)


def _tensor(x: Any) -> Any:
    """x as a Tensor, untracked where it was plain."""
    if type(x) in VALUE_KIND_OF:
        return to_tensor(x, np.dtype(float))
    kind: Any = KIND_HOLDING[np.ndarray]
    return x if isinstance(x, Node) else kind(plain(x, "array"))


def _at_one_width(name: str, arrays: Sequence[Any]) -> list[Any]:
    """The arrays, with Tensors for the Python numbers among them, which do not widen the others."""
    given = [a if isinstance(a, Node) or type(a) in NUMBERS else np.asarray(plain(a, name)) for a in arrays]
    width = np.result_type(*map(raw, given))
    return [_tensor(np.asarray(a, width)) if type(a) in NUMBERS else a for a in given]


@composed("extract", np.extract, formula="y[x]")
def extract(condition: Any, arr: Any) -> Any:
    """The elements of an array for which the condition holds."""
    return compress(np.reshape(condition, -1), np.reshape(arr, -1))


@composed("choose", np.choose, formula=r"\sum_k [x = k]\, y_k")
def choose(a: Any, choices: Any, out: None = None, mode: str = "raise") -> Any:
    """For each place the element of the choice whose number `a` has there.

    What is not chosen gets a gradient of exactly 0. An integer out of range is an error, or with `mode` "wrap"
    and "clip" counted around or taken for the nearest one.
    """
    number = np.asarray(raw(a))
    choices = _at_one_width("choose", list(choices))
    n = len(choices)
    if number.dtype.kind not in "iub":
        raise DtypeError(f"the numbers of choices are integers, got {describe(a)}. Convert them with .astype(int).")
    if mode == "wrap":
        number = number % n
    elif mode == "clip":
        number = np.clip(number, 0, n - 1)
    elif mode != "raise":
        raise ArgumentValueError(f"mode is 'raise', 'wrap' or 'clip', got {mode!r}.")
    elif ((number < 0) | (number >= n)).any():
        raise ArgumentValueError(f"{describe(a)} holds a number that is not one of the {n} choices.")
    picked = choices[-1]
    for k, choice in enumerate(choices):
        picked = np.where(_tensor(number == k), choice, picked)
    return picked


@composed("select", np.select, formula=r"y_k,\ k = \min_{x_j} j")
def select(condlist: Any, choicelist: Any, default: Any = 0) -> Any:
    """For each place the element of the first choice whose condition holds there, or the default.

    What is not selected gets a gradient of exactly 0.
    """
    conditions = [np.asarray(raw(c)) for c in condlist]
    if len(conditions) != len(choicelist) or not conditions:
        raise ShapeError(f"{len(conditions)} conditions for {len(choicelist)} choices; they belong together.")
    if any(c.dtype != np.bool_ for c in conditions):
        raise DtypeError("the conditions are arrays of truth values. Make them by comparison, as in x > 0.")
    *choices, selected = _at_one_width("select", [*choicelist, default])
    for condition, choice in zip(reversed(conditions), reversed(choices), strict=True):
        selected = np.where(_tensor(condition), choice, selected)
    return selected


@composed("piecewise", np.piecewise, formula="f_k(x)")
def piecewise(x: Any, condlist: Any, funclist: Any, *args: Any, **kw: Any) -> Any:
    """Each function called with the elements of x for which its condition holds; numbers stand for themselves.

    Of several conditions that hold the last one counts; one function more than conditions is for the rest. The
    result has the data type of x. A function sees its own elements alone.
    """
    x = _tensor(x)
    conditions = _plainly(condlist)
    if (not isinstance(conditions, list) and not np.ndim(conditions)) or (
        not isinstance(conditions[0], list | np.ndarray) and x.ndim != 0
    ):
        conditions = [conditions]
    conditions = np.asarray(conditions, dtype=bool)
    n, given = len(conditions), len(funclist)
    if given not in (n, n + 1):
        raise ArgumentValueError(f"{n} conditions need {n} functions, or {n + 1} with one for the rest, got {given}.")
    if given > n:
        conditions = np.concatenate([conditions, ~conditions.any(axis=0, keepdims=True)])
    out = _tensor(np.zeros_like(x._data))
    for condition, f in zip(conditions, funclist, strict=True):
        values = f
        if callable(f):
            part = x[condition]
            if not part.size:
                continue
            values = f(part, *args, **kw)
        out = set_at(out, fitting("piecewise", values, x.dtype), index=condition)
    # Where no function saw an element, the gradient of x is 0.
    return np.where(np.zeros(x.shape, dtype=bool), x, out) if x._tracked and not out._tracked else out


@composed("insert", np.insert, formula=r"[x_{<y},\ z,\ x_{\ge y}]")
def insert(arr: Any, obj: Any, values: Any, axis: int | None = None) -> Any:
    """An array with values put in before the given places, along an axis or, without one, all in a row.

    The values are converted to the data type of the array.
    """
    arr = _tensor(arr)
    values = fitting("insert", values, arr.dtype)
    if not isinstance(values, Node):
        values = np.asarray(values, arr.dtype)
    # NumPy says where which element goes: it is given their numbers.
    numbers = np.arange(arr.size + values.size)
    obj = np.asarray(_plainly(obj)) if isinstance(obj, Node | list | tuple) else obj
    obj = obj.astype(int) if isinstance(obj, np.ndarray) and not obj.size else obj
    places = np.insert(numbers[: arr.size].reshape(arr.shape), obj, numbers[arr.size :].reshape(values.shape), axis)
    return np.concatenate([np.reshape(arr, -1), np.reshape(values, -1)])[places]


@composed("trim_zeros", np.trim_zeros, formula="x[i:j]")
def trim_zeros(filt: Any, trim: str = "fb", axis: Any = None) -> Any:
    """An array without the zeros at its front ("f") and back ("b"), along each axis or the given ones."""
    filt = _tensor(filt)
    data = filt._data
    if not isinstance(trim, str) or trim.lower() not in ("fb", "bf", "f", "b"):
        raise ArgumentValueError(f"trim is 'f', 'b' or 'fb', got {trim!r}.")
    axes = range(data.ndim) if axis is None else axis if isinstance(axis, tuple | list) else (axis,)
    kept = np.argwhere(data)
    index = [slice(None)] * data.ndim
    for i in axes:
        _check_axis(i, data.ndim)
        if not len(kept):
            index[i] = slice(0, 0)
            continue
        start = int(kept[:, i].min()) if "f" in trim.lower() else None
        index[i] = slice(start, int(kept[:, i].max()) + 1 if "b" in trim.lower() else None)
    return filt[tuple(index)]


def _check_axis(axis: int, ndim: int) -> None:
    if not -ndim <= axis < ndim:
        raise np.exceptions.AxisError(axis, ndim)


@composed("apply_along_axis", np.apply_along_axis, formula="f(x[i, :, j])")
def apply_along_axis(func1d: Callable[..., Any], axis: int, arr: Any, *args: Any, **kwargs: Any) -> Any:
    """A function of one-dimensional slices, called with each slice along an axis.

    What it gives, a number or an array of any shape, takes the place of the axis.
    """
    arr = _tensor(arr)
    _check_axis(axis, arr.ndim)
    before, after = arr.shape[: axis % arr.ndim], arr.shape[axis % arr.ndim + 1 :]
    if 0 in before + after:
        raise ShapeError(f"{describe(arr)} has no slice along axis {axis} to call the function with.")
    results = [
        func1d(arr[(*i, slice(None), *j)], *args, **kwargs) for i in np.ndindex(*before) for j in np.ndindex(*after)
    ]
    results = [r if isinstance(r, Node) else np.asarray(r) for r in results]
    shape = np.shape(raw(results[0]))
    if any(np.shape(raw(r)) != shape for r in results):
        raise ShapeError("the function gave results of different shapes for different slices.")
    n = len(before)
    joined = _tensor(np.stack(results)).reshape((*before, *after, *shape))
    rest = range(n, n + len(after))
    return joined.transpose((*range(n), *range(n + len(after), joined.ndim), *rest))


@composed("apply_over_axes", np.apply_over_axes, formula=r"f(f(x, i), j)")
def apply_over_axes(func: Callable[..., Any], a: Any, axes: Any) -> Any:
    """A function of an array and an axis, called for one axis after the other; the axes stay, of length 1."""
    a = _tensor(a)
    ndim = a.ndim
    for axis in np.atleast_1d(raw(axes)).tolist():
        axis = axis + ndim if axis < 0 else axis
        reduced = func(a, axis)
        a = reduced if reduced.ndim == ndim else np.expand_dims(reduced, axis)
        if a.ndim != ndim:
            raise ShapeError(f"the function gave {describe(reduced)} of {ndim} axes, not one less.")
    return a
