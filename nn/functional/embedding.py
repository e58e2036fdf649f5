"""Vectors by number."""

from typing import Any

import numpy as np

import autograd_lite as ag
from autograd_lite.errors import DtypeError, IndexingError, KindError, ShapeError, describe
from autograd_lite.tensor import Tensor
from nn.arguments import integer


def embedding(input: Any, weight: Tensor, padding_idx: int | None = None) -> Tensor:
    """The rows of weight by their numbers.

    Parameters
    ----------
    input : integers from 0 to V - 1, of any shape.
    weight : (V, D).
    padding_idx : a row that gets no gradient.

    Gives shape (*input.shape, D). Raises `DtypeError` for indices that are no integers, and `IndexingError` for
    one out of range.

    >>> import numpy as np, nn
    >>> nn.functional.embedding([[0, 2]], nn.Parameter(np.eye(3))).tolist()
    [[[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]]
    """
    owner = "embedding"
    if not isinstance(weight, Tensor) or weight.ndim != 2:
        raise ShapeError(f"{owner}: weight is {describe(weight)}; it is a Tensor of shape (V, D).")
    rows = len(weight)
    index = indices(owner, input, rows)
    out = weight[index]
    if padding_idx is not None:
        padding = index == position(owner, padding_idx, rows)
        out = ag.where(padding[..., None], out.detach(), out)
    return out  # type: ignore[no-any-return]


def one_hot(tensor: Any, num_classes: int = -1) -> Tensor:
    """A vector of zeros with a 1 in the place of each number.

    Parameters
    ----------
    tensor : integers of at least 0, of any shape.
    num_classes : how many places there are; one more than the largest number where -1.

    Gives integers of shape (*tensor.shape, num_classes). Raises `IndexingError` for a number out of range.

    >>> import nn
    >>> nn.functional.one_hot([1, 0], 3).tolist()
    [[0, 1, 0], [1, 0, 0]]
    """
    classes = integer("one_hot", "num_classes", num_classes)
    index = indices("one_hot", tensor, None if classes == -1 else classes)
    classes = int(index.max(initial=-1)) + 1 if classes == -1 else classes
    return Tensor((index[..., None] == np.arange(classes)).astype(np.int64))


def indices(owner: str, input: Any, rows: int | None) -> Any:
    """Numbers of rows as an array, each from 0 to rows - 1."""
    if isinstance(input, Tensor):
        input = input.data
    if not isinstance(input, np.ndarray | np.generic | list | tuple | int) or isinstance(input, bool):
        raise KindError(f"{owner}: input is {describe(input)}; give integers, an array of them or lists.")
    try:
        index = np.asarray(input)
    except ValueError:
        raise ShapeError(f"{owner}: input is {describe(input)}, lists of different lengths.") from None
    index = index.astype(np.int64) if not index.size else index
    if index.dtype.kind not in "iu":
        raise DtypeError(f"{owner}: input is {describe(index)}; rows have whole numbers: input.astype(int).")
    if index.size and (index.min() < 0 or (rows is not None and index.max() >= rows)):
        wrong = index[(index < 0) | (index >= (np.inf if rows is None else rows))][0]
        said = "at least 0" if rows is None else f"from 0 to {rows - 1}"
        raise IndexingError(f"{owner}: input holds {wrong}; rows are {said}.")
    return index


def position(owner: str, padding_idx: Any, rows: int) -> int:
    """A row's number from 0 up, counted from the end where it is negative."""
    index = integer(owner, "padding_idx", padding_idx)
    if not -rows <= index < rows:
        raise IndexingError(f"{owner}: padding_idx is {index}; there are {rows} rows.")
    return index % rows
