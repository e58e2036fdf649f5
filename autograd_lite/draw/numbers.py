"""Numbers as a drawing writes them: four significant digits, a real minus sign, powers of ten."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

MINUS = "−"
#: Up to this many entries, an array is written out; beyond, it is summed up.
FEW = 12
#: What is written in the place of a number that is to be found.
BLANK = "____"
SUPERSCRIPT_DIGITS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True)
class Blank:
    """What stands in a picture in the place of a number or an array that is to be found.

    Attributes
    ----------
    room : the width and the height that the answer takes, in points.
    """

    room: tuple[int, int]

    def __str__(self) -> str:
        return BLANK

    def __add__(self, other: object) -> Blank:
        """What is unknown stays so, whatever is added."""
        return self

    __radd__ = __add__


def number(x: Any) -> str:
    """One number: whole ones below a million in full, others to four significant digits.

    >>> [number(x) for x in (1.0000000001, -0.0, -3, 0.774256, 12345.6, 2e-7, float("inf"))]
    ['1', '0', '−3', '0.7743', '1.235×10⁴', '2×10⁻⁷', '∞']
    """
    if isinstance(x, bool | np.bool_):
        return str(bool(x))
    if isinstance(x, Blank):
        return BLANK
    x = float(x)
    if np.isnan(x):
        return "nan"
    if np.isinf(x):
        return "∞" if x > 0 else MINUS + "∞"
    if x.is_integer() and abs(x) < 1e6:
        return str(int(x)).replace("-", MINUS)
    mantissa, _, exponent = f"{x:.4g}".partition("e")
    power = f"×10{str(int(exponent)).translate(SUPERSCRIPT_DIGITS)}" if exponent else ""
    return mantissa.replace("-", MINUS) + power


def rows(array: Any) -> list[list[str]]:
    """The entries of an array, line by line along its last axis.

    >>> rows(np.array([[1.0, 2.5], [-3.0, 4.0]]))
    [['1', '2.5'], ['−3', '4']]
    """
    array = np.asarray(array)
    lines = array.reshape(-1, array.shape[-1]) if array.ndim else array.reshape(1, 1)
    return [[number(x) for x in line] for line in lines]


def summary(array: Any) -> list[tuple[str, str]]:
    """An array in three numbers, each beside its name.

    >>> summary(np.arange(100.0))
    [('min', '0'), ('mean', '49.5'), ('max', '99')]
    """
    array = np.asarray(array)
    if array.dtype == bool:
        array = array.astype(int)
    with np.errstate(all="ignore"):
        low, mean, high = array.min(), array.mean(), array.max()
        # A mean this small beside the entries is what rounding leaves of a zero.
        if array.dtype.kind == "f" and abs(mean) < 4 * np.finfo(array.dtype).eps * max(abs(low), abs(high)):
            mean = 0.0
    return [("min", number(low)), ("mean", number(mean)), ("max", number(high))]


def size(data: Any) -> int:
    """How many numbers there are."""
    return int(np.size(data))


def is_scalar(data: Any) -> bool:
    """Whether there is one number, without an axis."""
    return np.ndim(data) == 0


def written_out(data: Any) -> bool:
    """Whether an array is small enough to show every entry."""
    return 0 < size(data) <= FEW


def dimensions(shape: tuple[int, ...]) -> str:
    """A shape as it is read aloud.

    >>> dimensions((3, 4)), dimensions((5,))
    ('3×4', '5-vector')
    """
    return f"{shape[0]}-vector" if len(shape) == 1 else "×".join(map(str, shape))


def inline(data: Any, few: int = FEW) -> str:
    """A number or an array on one line; of an array its entries where they are a few.

    >>> inline(np.array([[1.0, 2.5], [-3.0, 4.0]])), inline(np.zeros((3, 0)))
    ('[1  2.5; −3  4]', 'empty 3×0')
    """
    if is_scalar(data):
        return number(data)
    if not size(data):
        return f"empty {dimensions(np.shape(data))}"
    if size(data) <= few:
        return "[" + "; ".join("  ".join(line) for line in rows(data)) + "]"
    return f"{dimensions(np.shape(data))}, " + ", ".join(" ".join(pair) for pair in summary(data))
