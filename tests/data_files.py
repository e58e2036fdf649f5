"""Files of the true formats, small: what the readers of `demos.data` are tested on."""

import gzip
import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
IDX_CODES = {"u1": 0x08, "i1": 0x09, "i2": 0x0B, "i4": 0x0C, "f4": 0x0D, "f8": 0x0E}


def idx(array: Array) -> bytes:
    """An array as the bytes of an IDX file."""
    code = IDX_CODES[array.dtype.str[1:]]
    head = bytes([0, 0, code, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape)
    return head + array.astype(array.dtype.newbyteorder(">")).tobytes()


def packed(content: bytes) -> bytes:
    """Gzip, the same bytes for the same content."""
    return gzip.compress(content, mtime=0)


def write_mnist(folder: Path, n: int = 12, n_test: int = 5, mark: str = "-", gz: bool = False) -> dict[str, Array]:
    """The four files of MNIST with n and n_test random images: what they hold, by "train-images" and so on."""
    rng = np.random.default_rng(n)
    held = {}
    for part, rows in (("train", n), ("t10k", n_test)):
        held[f"{part}-images"] = rng.integers(0, 256, (rows, 28, 28), dtype=np.uint8)
        held[f"{part}-labels"] = rng.integers(0, 10, rows, dtype=np.uint8)
    folder.mkdir(parents=True, exist_ok=True)
    for stem, array in held.items():
        path = folder / f"{stem}{mark}idx{array.ndim}-ubyte{'.gz' if gz else ''}"
        path.write_bytes(packed(idx(array)) if gz else idx(array))
    return held


def cifar_batches(rows: int) -> list[tuple[Array, Array]]:
    """Six batches of random pixels (rows, 3072) and labels."""
    rng = np.random.default_rng(rows)
    return [
        (rng.integers(0, 256, (rows, 3072), dtype=np.uint8), rng.integers(0, 10, rows, dtype=np.uint8))
        for _ in range(6)
    ]


def write_cifar_binary(folder: Path, rows: int) -> list[tuple[Array, Array]]:
    """The six files of CIFAR-10's binary version."""
    folder.mkdir(parents=True, exist_ok=True)
    batches = cifar_batches(rows)
    for name, (pixels, labels) in zip(cifar_names(".bin"), batches, strict=True):
        (folder / name).write_bytes(np.hstack([labels[:, None], pixels]).tobytes())
    return batches


def cifar_names(end: str = "") -> list[str]:
    return [*(f"data_batch_{i}{end}" for i in range(1, 6)), f"test_batch{end}"]


def string(text: bytes) -> bytes:
    """A string of Python 2: SHORT_BINSTRING, or BINSTRING where it is long."""
    return b"U" + bytes([len(text)]) + text if len(text) < 256 else b"T" + struct.pack("<i", len(text)) + text


def number(value: int) -> bytes:
    """A whole number: BININT1, BININT2 or BININT."""
    if 0 <= value < 256:
        return b"K" + bytes([value])
    return b"M" + struct.pack("<H", value) if 0 <= value < 65536 else b"J" + struct.pack("<i", value)


def python2_array(pixels: Array, memo: int = 10) -> bytes:
    """An array of bytes as NumPy 1 wrote it in Python 2, protocol 2."""
    m = [b"q" + bytes([memo + i]) for i in range(5)]
    dtype = b"cnumpy\ndtype\n" + m[2] + string(b"u1") + number(0) + number(1) + b"\x87R" + m[3]
    dtype += b"(" + number(3) + string(b"|") + b"NNN" + number(-1) + number(-1) + number(0) + b"tb"
    shape = b"".join(map(number, pixels.shape)) + {1: b"\x85", 2: b"\x86"}[pixels.ndim]
    head = b"cnumpy.core.multiarray\n_reconstruct\n" + m[0] + b"cnumpy\nndarray\n" + m[1]
    head += number(0) + b"\x85" + string(b"b") + b"\x87R" + m[4]
    return head + b"(" + number(1) + shape + dtype + b"\x89" + string(pixels.tobytes()) + b"tb"


def python2_batch(pixels: Array, labels: Sequence[int], label: bytes = b"training batch 1 of 5") -> bytes:
    """A batch of CIFAR-10's Python version as cPickle of Python 2 wrote it: protocol 2, memo from 1."""
    names = b"".join(string(b"picture_s_%06d.png" % i) for i in range(len(labels)))
    items = b"".join(number(int(value)) for value in labels)
    return (
        b"\x80\x02}q\x01("
        + (string(b"batch_label") + b"q\x02" + string(label) + b"q\x03")
        + (string(b"labels") + b"q\x04" + b"]q\x05(" + items + b"e")
        + (string(b"data") + b"q\x06" + python2_array(pixels) + b"q\x20")
        + (string(b"filenames") + b"q\x21" + b"]q\x22(" + names + b"e")
        + b"u."
    )
