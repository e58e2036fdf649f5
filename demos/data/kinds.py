"""What every reader gives, and the one error that every reader raises."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


class DataError(ValueError):
    """Data that cannot be used: which file, where in it, what was expected, and what to do."""


@dataclass(frozen=True)
class Data:
    """Arrays to train on and to test on.

    `x` and `x_test` are float32, one example per row; `y` and `y_test` are int64, each an index into `labels`.
    `columns` names the columns of a table. `said` is to be printed: which data it is and, where it is a stand-in, on
    a second line how to use the real one.
    """

    x: Array
    y: Array
    x_test: Array
    y_test: Array
    labels: tuple[str, ...]
    said: str
    columns: tuple[str, ...] = ()


def one_source(name: str, data: str | Path, openml: bool) -> None:
    """Refuse a path together with OpenML."""
    if data and openml:
        raise DataError(f"{name}: data={str(data)!r} and openml=True are two sources; give one of them.")


def unit(pixels: Array) -> Array:
    """Pixels from 0 to 255 as float32 from 0 to 1."""
    scaled = np.empty(pixels.shape, np.float32)
    return np.divide(pixels, np.float32(255), out=scaled, casting="unsafe")
