"""Files as bytes, plain or gzip, never more of them than the caller expects."""

import zlib
from pathlib import Path

from demos.data.kinds import DataError

CHUNK = 1 << 16
GET_AGAIN = "Copy or download the file again."


def find(folder: str | Path, within: tuple[str, ...], names: tuple[str, ...]) -> Path | None:
    """The first file that is there, of these names, in `folder` itself or a folder `within` it."""
    paths = (Path(folder) / place / name for place in ("", *within) for name in names)
    try:
        return next((path for path in paths if path.is_file()), None)
    except OSError as error:
        raise DataError(f"{error.filename}: cannot be read: {error.strerror}.") from error


def path_of(name: str, data: str | Path) -> Path:
    """`data` as a path that the system can look up, whether something is there or not."""
    try:
        path = Path(data).expanduser()
        path.is_file()
    except RuntimeError as error:
        raise DataError(f"{name}: {data}: there is no such user, whose home folder it would be in.") from error
    except OSError as error:
        raise DataError(f"{name}: {data}: cannot be read: {error.strerror}.") from error
    return path


def folder_of(name: str, data: str | Path, files: str) -> Path:
    """`data` as a folder that is there."""
    folder = path_of(name, data)
    if not folder.is_dir():
        found = "is a file" if folder.is_file() else "is not there"
        raise DataError(f"{name}: {folder}: a folder with {files} is expected, and this {found}.")
    return folder


def head(path: Path, most: int) -> bytes:
    """The first bytes of a file, at most so many, out of gzip where its name ends in .gz."""
    return _unpacked(path, most) if path.suffix == ".gz" else _plain(path, most)


def whole(path: Path, most: int) -> bytes:
    """All bytes of a file, out of gzip where its name ends in .gz; refused where there are more than `most`."""
    content = head(path, most + 1)
    if len(content) > most:
        raise DataError(f"{path}: byte {most}: the end of the file is expected there, and more follows. {GET_AGAIN}")
    return content


def _plain(path: Path, most: int) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(most)
    except OSError as error:
        raise DataError(f"{path}: cannot be read: {error.strerror}.") from error


def _unpacked(path: Path, most: int) -> bytes:
    """What zlib gives out, asked for no more than `most` bytes, so that a small file cannot fill the memory.

    The checksum is compared where the end is reached.
    """
    # Data that deflate cannot shrink grows by some bytes in each block of up to 64 KiB.
    packed = _plain(path, most + most // 1000 + CHUNK)
    machine, parts, size, at = zlib.decompressobj(wbits=31), [], 0, 0
    while size < most and not machine.eof:
        fed = machine.unconsumed_tail
        if not fed:
            fed, at = packed[at : at + CHUNK], at + CHUNK
            if not fed:
                raise DataError(
                    f"{path}: byte {len(packed)}: the file is cut off: the gzip data does not end. {GET_AGAIN}"
                )
        before = machine.copy()
        try:
            parts.append(machine.decompress(fed, most - size))
        except zlib.error as error:
            first = min(at, len(packed)) - len(fed)
            place = first + _refused(before, fed)
            raise DataError(f"{path}: byte {place}: the gzip data is damaged: {_reason(error)}. {GET_AGAIN}") from error
        size += len(parts[-1])
    if machine.eof and (rest := len(machine.unused_data) + max(0, len(packed) - at)):
        raise DataError(
            f"{path}: byte {len(packed) - rest}: the gzip data ends there, and more bytes follow. {GET_AGAIN}"
        )
    return b"".join(parts)


def _refused(machine: "zlib._Decompress", fed: bytes) -> int:
    """The index of the byte at which zlib sees that something is wrong."""
    for i in range(len(fed)):
        try:
            machine.decompress(fed[i : i + 1])
        except zlib.error:
            return i
    return len(fed)


def _reason(error: zlib.error) -> str:
    """What zlib says without its number: "incorrect data check" of "Error -3 while decompressing data: ..."."""
    return str(error).rpartition(": ")[2]
