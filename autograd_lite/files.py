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
    beside = staged(path, content)
    try:
        placed(beside, path)
    finally:
        beside.unlink(missing_ok=True)


def staged(path: Path, content: bytes) -> Path:
    """A new file with the content, safe on the disk, in the folder of the file that `path` is or points to."""
    goal = path.resolve()
    beside = goal.with_name(f".{os.urandom(8).hex()}")
    try:
        beside.write_bytes(content)
        with beside.open("rb+") as file:
            os.fsync(file.fileno())
        if goal.exists():
            beside.chmod(stat.S_IMODE(goal.stat().st_mode))
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    return beside


def placed(beside: Path, path: Path) -> None:
    """Give a staged file the name of the file that `path` is or points to, in one step."""
    goal = path.resolve()
    beside.replace(goal)
    _settle(goal.parent)


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
