"""Files that are written whole or not at all."""

import os
import stat
from pathlib import Path


def write_whole(path: Path, content: bytes) -> None:
    """Give the file at `path` new content in one step, at whatever moment the program or the machine stops.

    The content goes to a new file in the same folder and to the disk; that file then takes the name. Until
    then the old file is there, whole. Where `path` is a link, the file that it points to is replaced.
    Raises `OSError` where the folder or the disk does not take it; the new file is then removed.
    """
    path = path.resolve()
    beside = path.with_name(f".{path.name}.{os.getpid()}.{os.urandom(4).hex()}")
    try:
        with beside.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            beside.chmod(stat.S_IMODE(path.stat().st_mode))
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    _settle(path.parent)


def _settle(folder: Path) -> None:
    """Bring the new name itself to the disk, where the system lets a folder be opened."""
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(descriptor)
    except OSError:
        # Some network file systems know no such thing; the name is as safe as they make it.
        pass
    finally:
        os.close(descriptor)
