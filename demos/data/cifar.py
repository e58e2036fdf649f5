"""CIFAR-10: 60,000 coloured photographs of 32 x 32 pixels in ten classes, of which 10,000 are for the test."""

from pathlib import Path

import numpy as np

from demos.data import pickled
from demos.data.bundled import coloured_digits
from demos.data.files import GET_AGAIN, find, folder_of, whole
from demos.data.kinds import Array, Data, DataError, one_source, unit
from demos.data.openml import fetch

ROWS, SHAPE = 10_000, (3, 32, 32)
PIXELS = 3 * 32 * 32
LABELS = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
BATCHES = (*(f"data_batch_{i}" for i in range(1, 6)), "test_batch")
FOLDERS = ("cifar-10-batches-bin", "cifar-10-batches-py")
FILES = "data_batch_1 to data_batch_5 and test_batch, all with the ending .bin or all without"


def cifar10(data: str | Path = "", openml: bool = False) -> Data:
    """Coloured pictures: `x` is (n, 3, 32, 32), from 0 to 1, red, green, blue; `y` from 0 to 9.

    `data` is a folder with the six files of the binary version or of the Python version; `openml` fetches them into
    scikit-learn's cache. Without either, the pictures are digits in random colours over patches of photographs, made
    of what scikit-learn carries.

    Raises
        DataError: files that are missing or damaged, or that ask to run something; no network; both sources at once.
    """
    one_source("cifar10", data, openml)
    labels = LABELS
    if data:
        folder = folder_of("cifar10", data, FILES)
        parts = [_batch(path) for path in _paths(folder)]
        x, y = _joined([x for x, _ in parts[:-1]]), np.concatenate([y for _, y in parts[:-1]])
        (x_test, y_test) = _joined([parts[-1][0]]), parts[-1][1]
        said = f"Data: CIFAR-10 from {folder}, {len(x):,} images to train and {len(x_test):,} to test."
    elif openml:
        pixels, y = fetch("CIFAR_10", (60_000, PIXELS), tuple("0123456789"))
        x, x_test = (unit(part).reshape(-1, *SHAPE) for part in (pixels[:50_000], pixels[50_000:]))
        y, y_test = y[:50_000], y[50_000:]
        said = "Data: CIFAR-10 from OpenML (CIFAR_10), 50,000 images to train and 10,000 to test."
    else:
        x, y, x_test, y_test = coloured_digits()
        labels = DIGITS
        said = (
            f"Data: scikit-learn's digits in colours over patches of its photographs, {len(x):,} to train and "
            f"{len(x_test)} to test.\nThe real CIFAR-10: --data FOLDER with its six files, or --openml."
        )
    return Data(x, y, x_test, y_test, labels, said)


def _paths(folder: Path) -> list[Path]:
    """The six files of one version, the binary one first."""
    for end in (".bin", ""):
        paths = [find(folder, FOLDERS, (name + end,)) for name in BATCHES]
        if any(paths):
            if missing := [name + end for name, path in zip(BATCHES, paths, strict=True) if path is None]:
                raise DataError(f"cifar10: {folder}: {', '.join(missing)} is missing. The six files are {FILES}.")
            return [path for path in paths if path is not None]
    packed = next((path.name for path in sorted(folder.glob("cifar-10-*.tar.gz"))), None)
    remedy = f"Unpack {packed} there" if packed else "Give the folder into which CIFAR-10 was unpacked"
    raise DataError(f"cifar10: {folder}: none of {FILES} is there. {remedy}.")


def _batch(path: Path) -> tuple[Array, Array]:
    """The pixels (n, 3072) as bytes, and the labels, of one file."""
    return _records(path) if path.suffix == ".bin" else _dictionary(path)


def _records(path: Path) -> tuple[Array, Array]:
    """The binary version: per image one byte for the label, then 1,024 for each of red, green and blue."""
    size = ROWS * (1 + PIXELS)
    content = whole(path, size)
    if len(content) < size:
        raise DataError(
            f"{path}: byte {len(content)}: the file ends there, in record {len(content) // (1 + PIXELS)}; "
            f"{ROWS:,} records of {1 + PIXELS:,} bytes are expected. {GET_AGAIN}"
        )
    records = np.frombuffer(content, np.uint8).reshape(ROWS, 1 + PIXELS)
    labels = records[:, 0]
    if (wrong := np.flatnonzero(labels > 9)).size:
        i = int(wrong[0])
        raise DataError(
            f"{path}: byte {i * (1 + PIXELS)}: record {i} has label {labels[i]}, where 0 to 9 are expected. {GET_AGAIN}"
        )
    return records[:, 1:], labels.astype(np.int64)


def _dictionary(path: Path) -> tuple[Array, Array]:
    """The Python version: a pickled dictionary with the array `data` and the list `labels`."""
    # A pickle that Python 3 has written in protocol 2 takes two bytes for each pixel above 127.
    found = pickled.read(path, whole(path, ROWS * (2 * PIXELS + 500) + 5_000))
    if missing := [key for key in ("data", "labels") if key not in found]:
        raise DataError(f"{path}: the dictionary has no {' and no '.join(map(repr, missing))}. Is it a CIFAR-10 batch?")
    pixels, labels = pickled.array(path, found["data"], "data"), found["labels"]
    if pixels.shape != (ROWS, PIXELS):
        shape = " x ".join(map(str, pixels.shape))
        place = found["data"].offset
        raise DataError(f"{path}: byte {place}: 'data' is {shape}, where {ROWS} x {PIXELS} is expected. {GET_AGAIN}")
    if not isinstance(labels, pickled.Items):
        raise DataError(f"{path}: 'labels' is a {type(labels).__name__}, where a list is expected. {GET_AGAIN}")
    place = f"{path}: byte {labels.offset}: 'labels'"
    if len(labels) != ROWS:
        raise DataError(f"{place} has {len(labels):,} items, where {ROWS:,} are expected. {GET_AGAIN}")
    for i, label in enumerate(labels):
        if type(label) is not int or not 0 <= label <= 9:
            said = str(label)[:20] if type(label) is int else f"a {type(label).__name__}"
            raise DataError(f"{place}: item {i} is {said}, where a whole number from 0 to 9 is expected. {GET_AGAIN}")
    return pixels, np.array(labels, np.int64)


def _joined(parts: list[Array]) -> Array:
    """Pixels (n, 3072) of several files as one array (n, 3, 32, 32), filled part by part to spare memory."""
    x = np.empty((sum(map(len, parts)), PIXELS), np.float32)
    start = 0
    for part in parts:
        np.divide(part, np.float32(255), out=x[start : start + len(part)], casting="unsafe")
        start += len(part)
    return x.reshape(-1, *SHAPE)
