"""Named arrays to and from disk, safely: safetensors, and npz without pickle."""

from __future__ import annotations

from pathlib import Path
from typing import Any

__all__ = ["load", "save"]


def save(path: str | Path, tree: Any) -> Path:
    """Write a tree of arrays, numbers and strings to a file, in the format of its suffix.

    Parameters
    ----------
    path : of the file, `.safetensors` or `.npz`. Its folder exists.
    tree : nested dictionaries (with strings, integers, floats, booleans or None for keys), lists and
        tuples of arrays of any shape, Tensors, Values, numbers, strings, booleans and None. Arrays are of
        floats, integers or booleans; Tensors and Values are written as their data.

    Gives the path. The file is written whole or not at all: until the new one is safe on disk the old one
    stays, whenever the program is killed and however full the disk. Raises `KindError` for anything else
    in the tree, naming its place; `StorageError` for another suffix or a folder that is not there, and
    where the disk does not take the file.

    Source: the format safetensors, https://github.com/huggingface/safetensors.

    >>> import os, tempfile
    >>> import numpy as np
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = save(os.path.join(folder, "state.safetensors"), {"w": np.eye(2), "epoch": 3})
    ...     load(path)
    {'w': array([[1., 0.],
           [0., 1.]]), 'epoch': 3}
    """
    # Loaded with the first file: most programs write none.
    from autograd_lite.save.formats import write

    return write(path, tree)


def load(path: str | Path, max_bytes: int | None = None) -> Any:
    """Read the tree that `save` wrote, or the arrays by name of another program's safetensors or npz file.

    Parameters
    ----------
    path : of the file, `.safetensors` or `.npz`.
    max_bytes : how much memory the arrays may take; without it, 100 times the size of the file, and at
        least 256 MiB. A small file that claims to unpack to more is refused.

    Gives the tree with ndarrays in the place of arrays, and nothing of the file is ever executed. Raises
    `StorageError` where the file is missing, is of another kind (a pickle above all), is cut off, or has
    changed since it was written: then the checksum in it does not agree. bfloat16 becomes float32.

    >>> import os, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     load(save(os.path.join(folder, "state.npz"), [1.5, ("a", None)]))
    [1.5, ('a', None)]
    """
    from autograd_lite.save.formats import read

    return read(path, max_bytes)
