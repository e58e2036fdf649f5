"""npz: a zip archive of npy files without pickle, with a checksum of all its bytes for a comment."""

import hashlib
import io
import math
import struct
import zipfile
import zlib

import numpy as np
from numpy.lib import format as npy

from autograd_lite.errors import StorageError
from autograd_lite.guard import Array

TREE = "autograd_lite.tree.json"
MARK = b"sha256:"
#: Every member gets the same date, so that the same tree gives the same bytes.
DATE = (1980, 1, 1, 0, 0, 0)
#: Headers of npy files longer than this are no honest ones; NumPy's own limit.
LONGEST_HEADER = 10_000


def dumped(skeleton: str, arrays: dict[str, Array]) -> bytes:
    """The content of a file."""
    written = io.BytesIO()
    length = len(MARK) + 2 * hashlib.sha256().digest_size
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr(zipfile.ZipInfo(TREE, DATE), skeleton)
        for name, array in arrays.items():
            with archive.open(zipfile.ZipInfo(f"{name}.npy", DATE), "w", force_zip64=True) as member:
                npy.write_array(member, array, allow_pickle=False)
        # The comment takes its place, and its length stands before it.
        archive.comment = b" " * length
    content = written.getvalue()[:-length]
    return content + MARK + hashlib.sha256(content).hexdigest().encode()


def parsed(content: bytes, limit: int) -> tuple[str | None, dict[str, Array]]:
    """The skeleton, None in another program's file, and the arrays. Raises `StorageError` for a damaged file."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check_sum(archive.comment, content)
            members = archive.infolist()
            _check_size(members, limit)
            ours = bool(archive.comment)
            skeleton = archive.read(TREE).decode() if ours else None
            names = [member.filename for member in members if not ours or member.filename != TREE]
            return skeleton, {name.removesuffix(".npy"): _array(archive, name) for name in names}
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, NotImplementedError, RuntimeError) as error:
        raise StorageError(f"it is no whole npz file ({error})") from error
    except (ValueError, OverflowError, MemoryError, struct.error, OSError) as error:
        raise StorageError(f"it is no npz file of arrays alone ({error})") from error


def _check_sum(comment: bytes, content: bytes) -> None:
    """Another program's archive has no comment, and the sums of its members alone."""
    if comment and comment != MARK + hashlib.sha256(content[: len(content) - len(comment)]).hexdigest().encode():
        raise StorageError("its checksum does not agree with its content: it has changed since it was written")


def _check_size(members: list[zipfile.ZipInfo], limit: int) -> None:
    total = sum(member.file_size for member in members)
    if total > limit:
        raise StorageError(
            f"it unpacks to {total} bytes, more than the {limit} allowed; give max_bytes= if that is honest"
        )
    if len({member.filename for member in members}) != len(members):
        raise StorageError("it has two members of one name")


def _array(archive: zipfile.ZipFile, name: str) -> Array:
    """One member, whose header is held to its size before memory is taken for it."""
    content = archive.read(name)
    stream = io.BytesIO(content)
    version = npy.read_magic(stream)
    if version not in ((1, 0), (2, 0), (3, 0)):
        raise ValueError(f"{name!r} is of an unknown version of npy")
    read = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
    shape, fortran, dtype = read(stream, max_header_size=LONGEST_HEADER)
    if dtype.kind not in "fiub":
        raise StorageError(f"its array {name!r} holds {dtype}, not numbers; objects are pickles and are never read")
    data = content[stream.tell() :]
    if min(shape, default=0) < 0 or math.prod(shape) * dtype.itemsize != len(data):
        raise StorageError(f"its array {name!r} says that its shape is {shape}, and has {len(data)} bytes")
    array = np.frombuffer(data, dtype).reshape(shape, order="F" if fortran else "C")
    return np.array(array, dtype.newbyteorder("="), order="C")
