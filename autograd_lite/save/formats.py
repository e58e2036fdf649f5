"""The two formats of files, told apart by suffix and held to what their bytes say."""

import pickletools
from pathlib import Path
from typing import Any

from autograd_lite.errors import ArgumentValueError, KindError, StorageError, describe
from autograd_lite.files import write_whole
from autograd_lite.save import npz, tensors
from autograd_lite.save.skeleton import put_together, taken_apart

FORMATS = {".safetensors": tensors, ".npz": npz}
#: A file may unpack to this many times its size, or to this many bytes, unless more is allowed.
RATIO, ALLOWED = 100, 2**28


def write(given: Any, tree: Any) -> Path:
    """Write `tree`: see `save`."""
    path = _checked("save", given)
    module = FORMATS[path.suffix.lower()]
    if not path.parent.is_dir():
        raise StorageError(f"save: there is no folder {str(path.parent)!r} to save {path.name!r} in. Make it first.")
    content = module.dumped(*taken_apart(tree))
    try:
        write_whole(path, content)
    except OSError as error:
        raise StorageError(
            f"save: {path} could not be written ({error.strerror or error}); what was there before is unchanged."
        ) from error
    return path


def read(given: Any, max_bytes: int | None) -> Any:
    """Read the tree in a file: see `load`."""
    path = _checked("load", given)
    if max_bytes is not None and (not isinstance(max_bytes, int) or isinstance(max_bytes, bool) or max_bytes < 0):
        raise ArgumentValueError(f"load: max_bytes={max_bytes!r} is no number of bytes; give a whole one, or None.")
    try:
        content = path.read_bytes()
    except OSError as error:
        raise StorageError(f"load: {path} could not be read: {error.strerror or error}.") from error
    limit = max(RATIO * len(content), ALLOWED) if max_bytes is None else max_bytes
    try:
        skeleton, arrays = FORMATS[path.suffix.lower()].parsed(content, limit)
        return arrays if skeleton is None else put_together(skeleton, arrays)
    except StorageError as error:
        raise StorageError(f"load: {path} is refused: {error}.{_remedy(content)}") from error.__cause__


def _checked(caller: str, given: Any) -> Path:
    if not isinstance(given, str | Path):
        raise KindError(f"{caller}: expected the path of a file, got {describe(given)}.")
    path = Path(given)
    if path.suffix.lower() not in FORMATS:
        raise StorageError(
            f"{caller}: {path.name!r} has the suffix {path.suffix!r}; files are {' or '.join(FORMATS)}. "
            "Pickles are never read: they can run any program."
        )
    return path


def _remedy(content: bytes) -> str:
    """What to do about a file that is refused, as far as its first bytes tell."""
    if _is_pickle(content):
        return (
            " It is a pickle, which could run any program: save the arrays again, as safetensors, where it comes from."
        )
    if content[:4] == b"PK\x03\x04" and b"data.pkl" in content[:4096]:
        return " It is a PyTorch archive, which holds a pickle: save its state_dict as safetensors there."
    return ""


def _is_pickle(content: bytes) -> bool:
    if content[:1] != b"\x80":
        return False
    try:
        # This looks at the instructions and follows none.
        return any(True for _ in zip(range(3), pickletools.genops(content), strict=False))
    except Exception:
        return False
