"""How NumPy writes an array into a pickle, as inert parts: nothing here imports or calls what a file names."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from demos.data.kinds import Array

# NumPy 2 has renamed the package core to _core; protocol 5 writes an array as a buffer.
RECONSTRUCT = {("numpy.core.multiarray", "_reconstruct"), ("numpy._core.multiarray", "_reconstruct")}
FROM_BUFFER = {("numpy.core.numeric", "_frombuffer"), ("numpy._core.numeric", "_frombuffer")}
ENCODE, NDARRAY, DTYPE = ("_codecs", "encode"), ("numpy", "ndarray"), ("numpy", "dtype")
KNOWN = RECONSTRUCT | FROM_BUFFER | {ENCODE, NDARRAY, DTYPE}

# Elements along an axis.
MOST = 1 << 31


class MisusedError(Exception):
    """A name that NumPy uses, used in another way than NumPy does."""


@dataclass(frozen=True)
class Global:
    """A name that the pickle asks for; only that."""

    module: str
    name: str


@dataclass(frozen=True)
class TypeName:
    """The name of a dtype."""

    name: str


@dataclass
class ArrayParts:
    """What an array is made of; `offset` is where the file begins it."""

    offset: int
    shape: Any = None
    dtype: Any = None
    fortran: bool = False
    content: Any = None

    def array(self) -> Array:
        """The array of bytes, read-only, over the file's own bytes."""
        if not isinstance(self.dtype, TypeName) or self.dtype.name not in ("u1", "|u1", "uint8"):
            found = self.dtype.name if isinstance(self.dtype, TypeName) else "none"
            raise MisusedError(f"the elements are of type {found[:20]!r}, where bytes ('u1') are expected")
        if not isinstance(self.shape, tuple) or not all(type(size) is int and size >= 0 for size in self.shape):
            raise MisusedError("the shape is not a tuple of sizes")
        if len(self.shape) > 2:
            raise MisusedError(f"{len(self.shape)} axes, where 2 are expected")
        if not isinstance(self.content, bytes | bytearray):
            raise MisusedError("the elements are not there as bytes")
        # NumPy refuses a giant size beside a 0 too, though no element is there.
        if len(self.content) != math.prod(self.shape) or max(self.shape, default=0) > MOST:
            asked = " x ".join(map(str, self.shape))
            raise MisusedError(f"the shape {asked} does not go with {len(self.content):,} bytes")
        flat: Array = np.frombuffer(self.content, np.uint8)
        return flat.reshape(self.shape, order="F" if self.fortran else "C")


def call(function: Any, arguments: Any, offset: int, most: int) -> Any:
    """What a call stands for: the parts of an array, the name of a dtype, or at most `most` bytes."""
    if not isinstance(function, Global):
        raise MisusedError(f"a {type(function).__name__} is called")
    name = (function.module, function.name)
    match arguments:
        case (Global("numpy", "ndarray"), (0,), b"b" | "b") if name in RECONSTRUCT:
            return ArrayParts(offset)
        case (bytes() | bytearray() as content, TypeName() as dtype, shape, "C" | "F" as order) if name in FROM_BUFFER:
            return ArrayParts(offset, shape, dtype, order == "F", content)
        # A longer one in the memo could be copied over and over.
        case (bytes() | str() as code, int(), int()) if name == DTYPE and len(code) <= 20:
            return TypeName(code.decode("latin-1") if isinstance(code, bytes) else code)
        case (str() as text, "latin1" | "latin-1") if name == ENCODE:
            if len(text) > most:
                raise MisusedError("the pickle makes more bytes than it has")
            return _latin(text)
    raise MisusedError(f"{function.module}.{function.name} is called with other arguments than NumPy writes")


def build(target: Any, state: Any) -> None:
    """Give an array its parts; that of a dtype says its byte order, which bytes do not have."""
    match target, state:
        case ArrayParts(content=None), (1, shape, TypeName() as dtype, 0 | 1 as fortran, content):
            target.shape, target.dtype, target.content = shape, dtype, content
            target.fortran = bool(fortran)
        case TypeName(), (3, b"|" | "|" | b"<" | "<" | b">" | ">", None, None, None, -1, -1, 0):
            pass
        case _:
            raise MisusedError(f"a {type(target).__name__} is given another state than NumPy writes")


def _latin(text: str) -> bytes:
    """Bytes that were written as text, one character each."""
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError as error:
        raise MisusedError(f"character {error.start} of a string of bytes is none") from error
