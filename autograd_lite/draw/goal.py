"""Where something drawn or written is saved: checked before anything is drawn, and written whole or not at all."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from autograd_lite.errors import DrawingError, KindError, StorageError, describe
from autograd_lite.files import placed, staged


def goal(given: str | os.PathLike[str], formats: Sequence[str], said: str) -> tuple[Path, str]:
    """The path that `save` was given, and its suffix in small letters without the dot, which is one of `formats`.

    Raises `KindError` for what is no path, and `DrawingError` for another suffix, where `said` names the right ones,
    and for a folder that is not there.

    >>> goal("graph.SVG", ("svg", "txt"), "a format of this: .svg or .txt")[1]
    'svg'
    """
    if not isinstance(given, str | os.PathLike):
        raise KindError(f"save: expected the path of a file, such as 'graph.{formats[0]}', got {describe(given)}.")
    path = Path(given)
    suffix = path.suffix.lower().removeprefix(".")
    if suffix not in formats:
        raise DrawingError(f"save: {path.name!r} has no suffix of {said}.")
    if not path.parent.is_dir():
        raise DrawingError(f"save: there is no folder {str(path.parent)!r} to save {path.name!r} in. Make it first.")
    return path, suffix


def write_whole(files: Mapping[Path, bytes]) -> None:
    """Write files, each whole or not at all; none where one of them cannot be written: then raises `StorageError`."""
    beside: dict[Path, Path] = {}
    try:
        for path in files:
            if path.is_dir():
                raise IsADirectoryError("it is a folder")
            beside[path] = staged(path, files[path])
        for path, made in beside.items():
            placed(made, path)
    except (OSError, ValueError) as error:
        # A path with a null character is a ValueError.
        reason = getattr(error, "strerror", None) or error
        raise StorageError(
            f"save: {str(path)!r} could not be written ({reason}); what was there before is unchanged. "
            "Save it under another name or in another folder."
        ) from error
    finally:
        for made in beside.values():
            made.unlink(missing_ok=True)
