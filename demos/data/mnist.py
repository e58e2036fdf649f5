"""MNIST: 70,000 handwritten digits of 28 x 28 pixels, of which 10,000 are for the test."""

from pathlib import Path

import numpy as np

from demos.data import idx
from demos.data.bundled import digits, smooth
from demos.data.files import find, folder_of
from demos.data.kinds import Array, Data, DataError, one_source, unit
from demos.data.openml import fetch

SIDE = 28
# 60,000 images and their header are 47 MB.
MOST = 1 << 26
LABELS = tuple("0123456789")
FILES = "train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte, t10k-labels-idx1-ubyte"


def mnist(data: str | Path = "", openml: bool = False) -> Data:
    """Handwritten digits: `x` is (n, 784), from 0 (paper) to 1 (ink); `y` from 0 to 9.

    `data` is a folder with MNIST's four files, plain or .gz; `openml` fetches them into scikit-learn's cache. Without
    either, scikit-learn's own digits of 8 x 8 pixels are enlarged to 28 x 28, which needs no network.

    Raises
        DataError: files that are missing, damaged or do not go together; no network; both sources at once.
    """
    one_source("mnist", data, openml)
    if data:
        folder = folder_of("mnist", data, FILES)
        (x, y), (x_test, y_test) = _part(folder, "train"), _part(folder, "t10k")
        said = f"Data: MNIST from {folder}, {len(x):,} images to train and {len(x_test):,} to test."
    elif openml:
        pixels, y = fetch("mnist_784", (70_000, SIDE * SIDE), LABELS)
        x, y, x_test, y_test = unit(pixels[:60_000]), y[:60_000], unit(pixels[60_000:]), y[60_000:]
        said = "Data: MNIST from OpenML (mnist_784), 60,000 images to train and 10,000 to test."
    else:
        small, y, small_test, y_test = digits()
        x, x_test = (smooth(images, SIDE).reshape(-1, SIDE * SIDE) for images in (small, small_test))
        said = (
            f"Data: the digits that scikit-learn carries, {len(x):,} to train and {len(x_test)} to test, enlarged to "
            "28 x 28 pixels.\nThe real MNIST: --data FOLDER with its four files, or --openml."
        )
    return Data(x, y, x_test, y_test, LABELS, said)


def _part(folder: Path, part: str) -> tuple[Array, Array]:
    """The images and labels of one part, "train" or "t10k", that go together."""
    images_path, labels_path = _path(folder, f"{part}-images", 3), _path(folder, f"{part}-labels", 1)
    images, labels = idx.read(images_path, MOST), idx.read(labels_path, MOST)
    _expect(images_path, images, f"n x {SIDE} x {SIDE}", images.shape[1:] == (SIDE, SIDE))
    _expect(labels_path, labels, "n", labels.ndim == 1)
    if len(images) != len(labels):
        raise DataError(
            f"{labels_path}: byte 4: {len(labels):,} labels, where {images_path.name} has {len(images):,} images. "
            "Take both files of the same download."
        )
    if not len(images):
        raise DataError(f"{images_path}: byte 4: no images. Copy or download the file again.")
    if (wrong := np.flatnonzero(labels > 9)).size:
        i = wrong[0]
        raise DataError(f"{labels_path}: byte {8 + i}: label {labels[i]}, where 0 to 9 are expected. Is it MNIST's?")
    return unit(images.reshape(len(images), -1)), labels.astype(np.int64)


def _path(folder: Path, stem: str, axes: int) -> Path:
    """The file of this name, as published or as some tools unpack it, plain before .gz."""
    names = tuple(f"{stem}{mark}idx{axes}-ubyte{end}" for end in ("", ".gz") for mark in ("-", "."))
    if (path := find(folder, ("MNIST/raw",), names)) is None:
        raise DataError(f"mnist: {folder}: none of {', '.join(names)} is there. The four files are {FILES}.")
    return path


def _expect(path: Path, array: Array, shape: str, fits: bool) -> None:
    """Refuse elements that are not bytes, and other axes."""
    if array.dtype != np.uint8:
        raise DataError(f"{path}: byte 2: the elements are {array.dtype}, where bytes (0x08) are expected.")
    if not fits:
        found = " x ".join(map(str, array.shape))
        raise DataError(f"{path}: byte 3: the sizes are {found}, where {shape} are expected. Is it another file?")
