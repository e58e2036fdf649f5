"""Functional updates: `at(x)[index].set(values)` where NumPy writes `x[index] = values`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from autograd_lite.convert import astype, to_tensor
from autograd_lite.errors import AutogradError, DtypeError, IndexingError, KindError, ShapeError, describe
from autograd_lite.graph import VALUE_KIND_OF, Node, raw
from autograd_lite.guard import holds_node, plain
from autograd_lite.ops.index import add_at, frozen_index, getitem, names_once, set_at


def fitting(name: str, values: Any, dtype: np.dtype[Any], exact: bool = False) -> Any:
    """Values for an array of this data type, converted to it as NumPy's assignment does.

    Raises `DtypeError` for tracked values that would become integers and, where `exact`, for all
    that the data type has not the kind to hold.
    """
    if type(values) in VALUE_KIND_OF:
        values = to_tensor(values, dtype if dtype.kind == "f" else np.dtype(float))
    values = values if isinstance(values, Node) else plain(values, name)
    if getattr(values, "dtype", None) == np.dtype(object) and holds_node(np.ravel(values)):
        raise KindError(f"{name}: {describe(values)}: the values hold nodes of a graph. Join them with stack.")
    data = raw(values)
    if dtype.kind != "f" and (
        (isinstance(values, Node) and values._tracked)
        or (exact and not np.can_cast(np.result_type(dtype, data), dtype, "same_kind"))
    ):
        raise DtypeError(
            f"{name}: an array of {dtype} cannot take {describe(values)} without losing fractions and gradient. "
            "Convert the array first: .astype(float)."
        )
    return astype(values, dtype=dtype) if getattr(data, "dtype", dtype) != dtype else values


def _turns(places: Any) -> Iterator[Any]:
    """Numbers of places in groups: the first mention of each place, the second mention ..."""
    order = np.argsort(places, kind="stable")
    inner = places[order]
    numbers = np.arange(len(inner))
    begins = np.concatenate([[True], inner[1:] != inner[:-1]])[: len(inner)]
    mention = numbers - np.maximum.accumulate(np.where(begins, numbers, 0))
    for turn in range(int(mention.max(initial=-1)) + 1):
        yield order[mention == turn]


class Part:
    """The part of an array that an index picks: what can be done to it gives a new array."""

    __slots__ = ("_index", "_x")

    def __init__(self, x: Any, index: Any) -> None:
        self._x = x
        self._index = frozen_index(index, "at(x)[index]")

    def get(self) -> Any:
        """x[index]."""
        return getitem(self._x, index=self._index)

    def set(self, values: Any) -> Any:
        """x with `values` at the index; where the index names an element twice, the last value stays.

        Values broadcast against x[index], and are converted to the data type of x as NumPy's assignment does.
        """
        return self._new("set", set_at, values)

    def add(self, values: Any) -> Any:
        """x with `values` added at the index, each of them where the index names an element twice."""
        return self._new("add", add_at, values)

    def subtract(self, values: Any) -> Any:
        """x with `values` subtracted at the index, each of them where the index names an element twice."""
        return self._new("subtract", lambda x, v, index: add_at(x, np.negative(v), index=index), values)

    def multiply(self, values: Any) -> Any:
        """x multiplied by `values` at the index, by each of them where the index names an element twice."""
        return self._in_turn("multiply", np.multiply, values)

    def divide(self, values: Any) -> Any:
        """x divided by `values` at the index, by each of them where the index names an element twice."""
        return self._in_turn("divide", np.divide, values)

    def min(self, values: Any) -> Any:
        """x with the smaller of x and `values` at the index; those that tie share the gradient equally."""
        return self._in_turn("min", np.minimum, values)

    def max(self, values: Any) -> Any:
        """x with the larger of x and `values` at the index; those that tie share the gradient equally."""
        return self._in_turn("max", np.maximum, values)

    def _new(self, method: str, update: Callable[..., Any], values: Any) -> Any:
        name, x, index = f"at[...].{method}", self._x, self._index
        values = fitting(name, values, x.dtype, exact=method != "set")
        try:
            if method == "set" and _whole(index, x) and not np.ndim(raw(values)) and x.dtype.kind == "f":
                # The same, but what goes is known not to be selected, so that no nan comes back from it.
                return np.where(index, values, x)
            return update(x, values, index=index)
        except (IndexError, TypeError, ValueError) as error:
            raise self._worded(name, error, values) from error

    def _in_turn(self, method: str, f: Callable[..., Any], values: Any) -> Any:
        """f of x and values at the index, value after value where the index names an element twice."""

        def update(x: Any, values: Any, index: Any) -> Any:
            if names_once(index):
                return set_at(x, self._like_x(method, f(x[index], values)), index=index)
            places = np.arange(x.size).reshape(x.shape)[index]
            if not places.size:
                return add_at(x, values, index=index)
            values = values if isinstance(values, Node) else np.asarray(values, x.dtype)
            values = np.broadcast_to(values, places.shape).reshape(-1)
            out, places = x.reshape(-1), places.reshape(-1)
            for turn in _turns(places):
                there = places[turn]
                out = set_at(out, self._like_x(method, f(out[there], values[turn])), index=there)
            return out.reshape(x.shape)

        return self._new(method, update, values)

    def _like_x(self, method: str, new: Any) -> Any:
        if not np.can_cast(new.dtype, self._x.dtype, "same_kind"):
            raise DtypeError(f"{describe(self._x)} cannot hold {new.dtype}. Convert it first: .astype(float).")
        return new

    def _worded(self, name: str, error: Exception, values: Any) -> AutogradError:
        """An error of NumPy or of an operation inside, in the name of what was called."""
        said = f"{name}: {describe(self._x)} with values {describe(values)}"
        try:
            there = np.shape(raw(self._x)[self._index])
        except IndexError as numpys:
            return IndexingError(f"{said}: {str(numpys).rstrip('.')}.")
        given = np.shape(raw(values))
        try:
            fits = np.broadcast_shapes(given, there) == there
        except ValueError:
            fits = False
        if not fits:
            return ShapeError(
                f"{said}: values of shape {given} do not broadcast to the shape {there} of what the index picks."
            )
        if not isinstance(error, AutogradError):
            return DtypeError(f"{said}: {str(error).rstrip('.')}.")
        return type(error)(f"{name}: {str(error).removeprefix('set_at: ').removeprefix('add_at: ')}")

    def __repr__(self) -> str:
        return f"at({describe(self._x)})[{self._index!r}]"


class Parts:
    """What `at` gives: an index makes a `Part` of it."""

    __slots__ = ("_x",)

    def __init__(self, x: Any) -> None:
        self._x = x

    def __getitem__(self, index: Any) -> Part:
        return Part(self._x, index)

    def __repr__(self) -> str:
        return f"at({describe(self._x)})"


def at(x: Any) -> Parts:
    """Parts of x to be replaced: `at(x)[index].set(values)` is x with values at the index, a new array.

    What `x[index] = values` would write into x, which a Tensor does not allow. Besides `set` there are
    `add`, `subtract`, `multiply`, `divide`, `min` and `max`, which let every mention of an element count
    as `np.add.at` does, and `get`. The index is anything that x[index] takes. x is a Tensor or an array,
    and the gradient goes to x and to the values; plain arrays alone give a plain array.

    Raises `KindError` for a Value, `IndexingError` for an index that does not fit, and `ShapeError` for
    values that do not broadcast.

    >>> import autograd_lite as ag
    >>> x = ag.Tensor([1.0, 2.0, 3.0], requires_grad=True)
    >>> y = ag.at(x)[0].set(10.0)
    >>> y
    Tensor([10.,  2.,  3.], op=set_at)
    >>> y.sum().backward()
    >>> x.grad
    Tensor([0., 1., 1.])
    >>> ag.at(x)[[1, 1]].add([10.0, 100.0]).data
    array([  1., 112.,   3.])
    """
    if type(x) in VALUE_KIND_OF:
        raise KindError(f"at: {describe(x)} is a number and has no parts. Use a Tensor or an array.")
    return Parts(x if isinstance(x, Node) else np.asarray(plain(x, "at")))


def _whole(index: Any, x: Any) -> bool:
    """Whether an index is a mask with an entry for each element of x."""
    return getattr(index, "dtype", None) == np.bool_ and bool(index.shape == x.shape)
