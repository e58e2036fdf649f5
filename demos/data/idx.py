"""IDX, the format of MNIST's files: a magic number, the sizes of the axes, then the elements, all big-endian

Bytes 0 and 1 are zero, byte 2 is the type of the elements, byte 3 the number of axes; each size has four bytes.
"""

import math
from pathlib import Path

import numpy as np

from demos.data.files import GET_AGAIN, head, whole
from demos.data.kinds import Array, DataError

TYPES = {0x08: ">u1", 0x09: ">i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}
MOST = 1 << 30


def read(path: Path, most: int = MOST) -> Array:
    """The array in an IDX file, plain or gzip, in the machine's own byte order.

    The sizes are compared with `most` bytes before anything is read, and with the length of the file afterwards.

    Raises
        DataError: a file that is not IDX, cut off, too long, larger than `most` bytes, or with damaged gzip data.
    """
    dtype, shape, start = _header(path, head(path, 4 + 4 * 255))
    size = math.prod(shape) * dtype.itemsize
    # NumPy refuses giant sizes beside a 0 too, though no element is there.
    asked = math.prod(filter(None, shape)) * dtype.itemsize
    if start + asked > most:
        raise DataError(
            f"{path}: byte 4: the sizes {_times(shape)} ask for {asked:,} bytes, where at most {most:,} are expected. "
            + GET_AGAIN
        )
    content = whole(path, start + size)
    if len(content) < start + size:
        raise DataError(
            f"{path}: byte {len(content)}: the file ends there, where its sizes {_times(shape)} ask for "
            f"{start + size:,} bytes. {GET_AGAIN}"
        )
    return np.frombuffer(content, dtype, offset=start).reshape(shape).astype(dtype.newbyteorder("="))


def _header(path: Path, first: bytes) -> tuple[np.dtype, tuple[int, ...], int]:
    """The elements' type, the sizes of the axes, and the byte where the elements begin."""
    if len(first) < 4:
        raise DataError(f"{path}: byte {len(first)}: the file ends within the magic number of four bytes. {GET_AGAIN}")
    for place in (0, 1):
        if first[place]:
            raise DataError(
                f"{path}: byte {place}: an IDX file begins with two bytes 0, and this is {first[place]:#04x}. Is it "
                "another kind of file?"
            )
    if first[2] not in TYPES:
        known = ", ".join(f"{code:#04x}" for code in TYPES)
        raise DataError(f"{path}: byte 2: the type of the elements is {first[2]:#04x}, none of {known}. {GET_AGAIN}")
    axes = first[3]
    # NumPy's arrays have at most 64 axes.
    if not 1 <= axes <= 64:
        raise DataError(f"{path}: byte 3: the number of axes is {axes}, where 1 to 64 are expected. {GET_AGAIN}")
    start = 4 + 4 * axes
    if len(first) < start:
        raise DataError(f"{path}: byte {len(first)}: the file ends within the sizes of its {axes} axes. {GET_AGAIN}")
    shape = tuple(int(size) for size in np.frombuffer(first, ">u4", axes, 4))
    return np.dtype(TYPES[first[2]]), shape, start


def _times(shape: tuple[int, ...]) -> str:
    return " x ".join(f"{size:,}" for size in shape)
