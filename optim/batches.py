"""Batches: data of any build, cut into the parts that a step of training sees."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from autograd_lite.errors import ArgumentError, ArgumentValueError, KindError, ShapeError, describe
from autograd_lite.generator import checked_generator
from autograd_lite.graph import Node
from optim.options import count, flag, whole


class Batches:
    """Data in batches, as often as they are gone through: see `batches`."""

    def __init__(
        self,
        data: Any,
        batch_size: int | None,
        shuffle: bool | str,
        replacement: bool | None,
        drop_last: bool,
        generator: np.random.Generator | None,
    ) -> None:
        self.data = data
        #: How many samples there are.
        self.samples = samples(data)
        self.batch_size = self.samples if batch_size is None else count("batches", "batch_size", batch_size)
        self.shuffle = shuffle if isinstance(shuffle, str) and shuffle == "once" else _whether_shuffled(shuffle)
        self.replacement = None if replacement is None else flag("batches", "replacement", replacement)
        self.drop_last = flag("batches", "drop_last", drop_last)
        self.generator = checked_generator("batches", generator)
        self._once: Any = None
        if self.replacement is not None and self.shuffle:
            raise ArgumentError("batches: replacement draws each batch anew, shuffle orders an epoch; give one.")
        if self.replacement is False and self.batch_size > self.samples:
            raise ArgumentValueError(
                f"batches: batch_size is {self.batch_size}, and without replacement only {self.samples} samples "
                "can be drawn."
            )
        if not len(self):
            raise ArgumentValueError(
                f"batches: there are {self.samples} samples and batch_size is {self.batch_size}, so drop_last leaves "
                "no batch at all. Give a smaller batch_size."
            )

    def __len__(self) -> int:
        """The number of batches in an epoch."""
        whole, rest = divmod(self.samples, self.batch_size)
        return whole + bool(rest and not self.drop_last)

    def __iter__(self) -> Iterator[Any]:
        if self.replacement is not None:
            return (taken(self.data, self._drawn()) for _ in range(len(self)))
        order = self._order()
        starts = range(0, len(self) * self.batch_size, self.batch_size)
        if order is None:
            return (taken(self.data, slice(start, start + self.batch_size)) for start in starts)
        return (taken(self.data, order[start : start + self.batch_size]) for start in starts)

    def state_dict(self) -> dict[str, Any]:
        """What the order of the epochs to come depends on, beside the generator."""
        return {"order": self._once}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on with the order of `state_dict`."""
        self._once = state["order"]

    def _drawn(self) -> Any:
        if self.replacement:
            return self.generator.integers(0, self.samples, self.batch_size)
        return self.generator.choice(self.samples, self.batch_size, replace=False)

    def _order(self) -> Any:
        """The samples of this epoch in their order; None for the order of the data."""
        if not self.shuffle:
            return None
        if self.shuffle == "once":
            if self._once is None:
                self._once = self.generator.permutation(self.samples)
            return self._once
        return self.generator.permutation(self.samples)

    def __repr__(self) -> str:
        return f"{len(self)} batches of {self.batch_size} of {self.samples} samples"


def batches(
    data: Any,
    batch_size: int | None = None,
    shuffle: bool | str = False,
    *,
    replacement: bool | None = None,
    drop_last: bool = False,
    seed: int | None = None,
    generator: np.random.Generator | None = None,
) -> Batches:
    """Data cut into batches, to be gone through once for each epoch.

    Parameters
    ----------
    data : an array or Tensor, whose first axis counts the samples; any other sequence of samples; or a tuple or
        dictionary of such, all of one length. A batch is built as the data is.
    batch_size : how many samples are in a batch: 1 for one sample at a time, None for all.
    shuffle : whether each epoch goes through the data in a new random order; "once" for one random order that
        stays from epoch to epoch.
    replacement : draws every batch at random from all samples, whatever was drawn before: with True the same sample
        may come twice in a batch, with False it may not. An epoch then has as many batches as otherwise, all full.
    drop_last : whether to leave out a last batch that is not full.
    seed : starts a generator of its own: the same seed gives the same batches.
    generator : where the random numbers come from; the library's own, which `autograd_lite.manual_seed` seeds,
        where neither is given.

    Gives an iterable whose `len` is the number of batches in an epoch. Batches in the order of the data are read-only
    views of it, others are copies. Raises `ShapeError` for parts of different
    lengths, `KindError` for what is no sequence, and `ArgumentValueError` and `ArgumentError` for options that are
    out of range or do not go together.

    Source: Bottou, Curtis and Nocedal, Optimization Methods for Large-Scale Machine Learning, SIAM Review 60 (2018),
    https://arxiv.org/abs/1606.04838, sections 3.1 and 4.

    >>> import numpy as np, optim
    >>> x, y = np.arange(10).reshape(5, 2), np.array([0, 1, 0, 1, 1])
    >>> for some_x, some_y in optim.batches((x, y), 2):
    ...     print(some_x.tolist(), some_y.tolist())
    [[0, 1], [2, 3]] [0, 1]
    [[4, 5], [6, 7]] [0, 1]
    [[8, 9]] [1]
    """
    if seed is not None:
        if generator is not None:
            raise ArgumentError("batches: got a seed and a generator; give one of them.")
        generator = np.random.default_rng(whole("batches", "seed", seed))
    return Batches(data, batch_size, shuffle, replacement, drop_last, generator)


def samples(data: Any, owner: str = "batches") -> int:
    """How many samples there are in `data`, checked to be as many in each part, and at least one."""
    lengths = dict(_lengths(data, "data", owner))
    if not lengths:
        raise ArgumentValueError(f"{owner}: data is {describe(data)}, which has no arrays in it.")
    if len(set(lengths.values())) > 1:
        found = ", ".join(f"{place} has {length}" for place, length in lengths.items())
        raise ShapeError(f"{owner}: the parts of the data have different numbers of samples: {found}.")
    place, length = next(iter(lengths.items()))
    if length == 0:
        raise ArgumentValueError(f"{owner}: {place} has no samples.")
    return length


def _lengths(data: Any, place: str, owner: str) -> Iterator[tuple[str, int]]:
    if isinstance(data, Mapping):
        for key, part in data.items():
            yield from _lengths(part, f"{place}[{key!r}]", owner)
    elif isinstance(data, tuple):
        for i, part in enumerate(data):
            yield from _lengths(part, f"{place}[{i}]", owner)
    else:
        shape = getattr(data, "shape", None)
        if isinstance(shape, tuple) and shape:
            yield place, int(shape[0])
        elif (
            isinstance(data, str | bytes)
            or shape == ()
            or not (hasattr(data, "__len__") and hasattr(data, "__getitem__"))
        ):
            raise KindError(
                f"{owner}: {place} is {describe(data)}; give an array with samples along its first axis, a list of "
                "samples, or a tuple or dictionary of these."
            )
        else:
            yield place, len(data)


def taken(data: Any, chosen: Any) -> Any:
    """The samples at `chosen`, a slice or an array of positions, built as `data` is."""
    kind = type(data)
    if kind is np.ndarray:
        part = data[chosen]
        if part.base is not None:
            # A view: who writes to a batch is not to change the data.
            part.flags.writeable = False
        return part
    if kind is tuple:
        return tuple([taken(part, chosen) for part in data])
    if isinstance(data, tuple):
        return kind(*(taken(part, chosen) for part in data))
    if isinstance(data, Mapping):
        return {key: taken(part, chosen) for key, part in data.items()}
    if isinstance(data, Node):
        # Data is not what is learned: no graph leads back to it.
        return data.detach()[chosen]  # type: ignore[attr-defined]
    if hasattr(data, "iloc"):
        return data.iloc[chosen]
    if hasattr(data, "shape"):
        return data[chosen]
    if isinstance(chosen, slice):
        chosen = range(*chosen.indices(len(data)))
    return [data[int(i)] for i in chosen]


def _whether_shuffled(shuffle: Any) -> bool:
    if isinstance(shuffle, str):
        raise ArgumentValueError(f'batches: shuffle is {shuffle!r}; it must be True, False or "once".')
    return flag("batches", "shuffle", shuffle)


def pair(owner: str, name: str, data: Any) -> tuple[Any, Any]:
    """Inputs and targets of as many samples. Raises `KindError` for anything but a pair."""
    if not isinstance(data, tuple) or len(data) != 2:
        found = f"a {type(data).__name__} of {len(data)}" if isinstance(data, tuple | list) else describe(data)
        raise KindError(f"{owner}: {name} is {found}; give a tuple (inputs, targets), or optim.batches of one.")
    samples(data, owner)
    return data
