"""Safetensors: read and written by the library of that name, with a checksum of the content in the header."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import numpy as np

from autograd_lite.errors import StorageError
from autograd_lite.guard import Array

TREE, CHECKSUM = "autograd_lite.tree", "autograd_lite.sha256"
DTYPES = {
    "F64": "<f8", "F32": "<f4", "F16": "<f2", "I64": "<i8", "I32": "<i4", "I16": "<i2", "I8": "i1", "U64": "<u8",
    "U32": "<u4", "U16": "<u2", "U8": "u1", "BOOL": "?",
}  # fmt: skip


def dumped(skeleton: str, arrays: dict[str, Array]) -> bytes:
    """The content of a file."""
    from safetensors.numpy import save

    # PyTorch's state dictionaries carry this line, and readers ask for it.
    metadata = {"format": "pt", TREE: skeleton}
    return _in_order(save(arrays, metadata={**metadata, CHECKSUM: _checksum(metadata, arrays)}))


def _in_order(content: bytes) -> bytes:
    """The same file with its metadata sorted: the library writes them in the random order of its table."""
    end = 8 + int.from_bytes(content[:8], "little")
    header = json.loads(content[8:end])
    header["__metadata__"] = dict(sorted(header["__metadata__"].items()))
    text = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode()
    # Spaces to the next multiple of 8, as the format asks for, so that arrays begin at one.
    text += b" " * (-len(text) % 8)
    return len(text).to_bytes(8, "little") + text + content[end:]


def parsed(content: bytes, limit: int) -> tuple[str | None, dict[str, Array]]:
    """The skeleton, None in another program's file, and the arrays. Raises `StorageError` for a damaged file."""
    import safetensors

    deserialize: Any = safetensors.deserialize
    try:
        entries = deserialize(content)
    except (safetensors.SafetensorError, ValueError, OverflowError, MemoryError) as error:
        raise StorageError(f"it is no whole safetensors file ({error})") from error
    if sum(len(entry["data"]) for _, entry in entries) > limit:
        raise StorageError(f"its arrays take more than the {limit} bytes allowed; give max_bytes= to allow more")
    arrays = {name: _array(name, entry) for name, entry in entries}
    # The library has found the header well formed, and gives all of it but the metadata.
    header = json.loads(content[8 : 8 + int.from_bytes(content[:8], "little")])
    metadata = header.get("__metadata__", {})
    if TREE not in metadata and CHECKSUM not in metadata:
        return None, arrays
    given = metadata.pop(CHECKSUM, None)
    if TREE not in metadata or given != _checksum(metadata, arrays):
        raise StorageError("its checksum does not agree with its content: it has changed since it was written")
    return metadata[TREE], arrays


def _array(name: str, entry: dict[str, Any]) -> Array:
    kind, shape, data = entry["dtype"], entry["shape"], entry["data"]
    if kind == "BF16":
        # The upper half of a float32.
        wide = np.frombuffer(data, "<u2").astype("<u4") << 16
        return wide.view("<f4").reshape(shape)
    if kind not in DTYPES:
        raise StorageError(f"its array {name!r} is of type {kind}, which NumPy has not")
    if kind == "BOOL" and max(data, default=0) > 1:
        # It would be a True that counts for more than one.
        raise StorageError(f"its array {name!r} is of booleans, and has a byte of {max(data)}")
    return np.frombuffer(data, DTYPES[kind]).reshape(shape).astype(np.dtype(DTYPES[kind]).newbyteorder("="))


def _checksum(metadata: Mapping[str, str], arrays: Mapping[str, Array]) -> str:
    """Of all that the file says: metadata, names, types, shapes and numbers."""
    said = hashlib.sha256(json.dumps(sorted(metadata.items())).encode())
    for name in sorted(arrays):
        array = arrays[name]
        said.update(json.dumps([name, array.dtype.name, array.shape]).encode())
        said.update(np.ravel(array).astype(array.dtype.newbyteorder("<"), copy=False).view(np.uint8).data)
    return said.hexdigest()
