"""CIFAR-10 from files of the true format, in the binary and in the Python version, whole and damaged."""

import pickle
import re
from pathlib import Path

import numpy as np
import pytest

from demos.data import DataError, cifar, cifar10
from tests.data_files import cifar_batches, cifar_names, python2_batch, write_cifar_binary

ROWS = 7


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files of seven images instead of 10,000."""
    monkeypatch.setattr(cifar, "ROWS", ROWS)


def write_python(folder: Path, protocol: int | None = None) -> list:
    """The six files of the Python version: as Python 2 wrote them, or as this Python writes them."""
    folder.mkdir(parents=True, exist_ok=True)
    batches = cifar_batches(ROWS)
    for name, (pixels, labels) in zip(cifar_names(), batches, strict=True):
        held = {b"data": pixels, b"labels": labels.tolist()}
        content = python2_batch(pixels, labels) if protocol is None else pickle.dumps(held, protocol=protocol)
        (folder / name).write_bytes(content)
    return batches


def holds(found, batches) -> None:
    """The five batches in order, then the test; channels red, green, blue; rows from the top."""
    for x, y, some in ((found.x, found.y, batches[:5]), (found.x_test, found.y_test, batches[5:])):
        pixels = np.concatenate([pixels for pixels, _ in some])
        assert x.shape == (len(pixels), 3, 32, 32)
        assert x.dtype == np.float32
        assert y.dtype == np.int64
        np.testing.assert_array_equal(x.reshape(len(x), -1), pixels / np.float32(255))
        assert x[3, 1, 2, 5] == np.float32(pixels[3, 1024 + 2 * 32 + 5]) / np.float32(255)
        np.testing.assert_array_equal(y, np.concatenate([labels for _, labels in some]))
    assert found.labels[0] == "airplane"
    assert found.labels[9] == "truck"


@pytest.mark.parametrize("within", ["", "cifar-10-batches-bin"])
def test_the_binary_version(tmp_path, within):
    batches = write_cifar_binary(tmp_path / within, ROWS)
    found = cifar10(tmp_path)
    holds(found, batches)
    assert found.said == f"Data: CIFAR-10 from {tmp_path}, 35 images to train and 7 to test."


@pytest.mark.parametrize("within", ["", "cifar-10-batches-py"])
@pytest.mark.parametrize("protocol", [None, 2, 3, 4, 5])
def test_the_python_version(tmp_path, within, protocol):
    batches = write_python(tmp_path / within, protocol)
    holds(cifar10(str(tmp_path)), batches)


def test_files_of_the_published_size(tmp_path, monkeypatch):
    """10,000 images: 30,730,000 bytes in the binary version; the longest that Python 3 writes is within the limit."""
    monkeypatch.undo()
    pixels = np.full((10_000, 3072), 200, np.uint8)
    labels = np.arange(10_000) % 10
    binary = tmp_path / "data_batch_1.bin"
    binary.write_bytes(np.hstack([labels[:, None].astype(np.uint8), pixels]).tobytes())
    assert binary.stat().st_size == 30_730_000
    names = [b"a_name_of_a_picture_s_%06d.png" % i for i in range(10_000)]
    for i, content in enumerate(
        [
            python2_batch(pixels, labels.tolist()),
            pickle.dumps({b"data": pixels, b"labels": labels.tolist(), b"filenames": names}, protocol=2),
        ]
    ):
        (tmp_path / f"data_batch_{i}").write_bytes(content)
    for name in ("data_batch_1.bin", "data_batch_0", "data_batch_1"):
        found, found_labels = cifar._batch(tmp_path / name)
        np.testing.assert_array_equal(found, pixels)
        np.testing.assert_array_equal(found_labels, labels)


def refused(folder: Path, message: str) -> None:
    with pytest.raises(DataError, match=re.escape(message)):
        cifar10(folder)


def test_damaged_records_are_refused_by_name_and_offset(tmp_path):
    write_cifar_binary(tmp_path, ROWS)
    path = tmp_path / "data_batch_3.bin"
    whole = path.read_bytes()
    assert len(whole) == ROWS * 3073
    path.write_bytes(whole[:-1])
    refused(tmp_path, f"{path}: byte {ROWS * 3073 - 1}: the file ends there, in record 6; 7 records of 3,073 bytes")
    path.write_bytes(whole[: 2 * 3073])
    refused(tmp_path, f"{path}: byte 6146: the file ends there, in record 2")
    path.write_bytes(b"")
    refused(tmp_path, f"{path}: byte 0: the file ends there")
    path.write_bytes(whole + b"\0")
    refused(tmp_path, f"{path}: byte {ROWS * 3073}: the end of the file is expected there, and more follows")
    path.write_bytes(whole[:6146] + b"\x0a" + whole[6147:])
    refused(tmp_path, f"{path}: byte 6146: record 2 has label 10, where 0 to 9 are expected")
    path.unlink()
    refused(tmp_path, f"cifar10: {tmp_path}: data_batch_3.bin is missing")


def test_batches_of_another_form_are_refused_by_name_and_offset(tmp_path):
    batches = write_python(tmp_path)
    path = tmp_path / "test_batch"
    pixels, labels = batches[5][0], batches[5][1].tolist()

    def write(held: dict) -> None:
        path.write_bytes(pickle.dumps(held, protocol=4))

    write({"data": pixels, "fine_labels": labels, "coarse_labels": labels})
    refused(tmp_path, f"{path}: the dictionary has no 'labels'. Is it a CIFAR-10 batch?")
    write({"labels": labels})
    refused(tmp_path, f"{path}: the dictionary has no 'data'.")
    write({"data": pixels[:, :-1].copy(), "labels": labels})
    with pytest.raises(DataError, match=r"test_batch: byte \d+: 'data' is 7 x 3071, where 7 x 3072 is expected"):
        cifar10(tmp_path)
    write({"data": pixels[:-1], "labels": labels})
    with pytest.raises(DataError, match=r"test_batch: byte \d+: 'data' is 6 x 3072, where 7 x 3072 is expected"):
        cifar10(tmp_path)
    write({"data": pixels.astype(np.float16), "labels": labels})
    with pytest.raises(DataError, match=r"test_batch: byte \d+: 'data': the elements are of type 'f2'"):
        cifar10(tmp_path)
    write({"data": labels, "labels": labels})
    refused(tmp_path, f"{path}: 'data' is a Items, where an array is expected")
    write({"data": pixels, "labels": tuple(labels)})
    refused(tmp_path, f"{path}: 'labels' is a tuple, where a list is expected")
    for wrong, said in [
        (10, "10"),
        (-1, "-1"),
        (True, "a bool"),
        (3.0, "a float"),
        ("3", "a str"),
        (10**80, "1" + 19 * "0"),
    ]:
        write({"data": pixels, "labels": [*labels[:4], wrong, *labels[5:]]})
        with pytest.raises(DataError, match=rf"test_batch: byte \d+: 'labels': item 4 is {said}, where a whole number"):
            cifar10(tmp_path)
    write({"data": pixels, "labels": labels[:-1]})
    with pytest.raises(DataError, match=r"test_batch: byte \d+: 'labels' has 6 items, where 7 are expected"):
        cifar10(tmp_path)
    path.write_bytes(b"\x80\x02cos\nsystem\nU\x01x\x85R.")
    refused(tmp_path, f"{path}: byte 2: the pickle asks for 'os.system', which is neither imported nor called here")


def test_a_large_file_in_place_of_a_pickle_is_refused(tmp_path):
    write_python(tmp_path)
    (tmp_path / "data_batch_1").write_bytes(bytes(200_000))
    with pytest.raises(DataError, match=r"data_batch_1: byte \d+: the end of the file is expected there"):
        cifar10(tmp_path)


def test_a_folder_without_the_files_says_what_is_missing(tmp_path):
    refused(tmp_path, f"cifar10: {tmp_path}: none of data_batch_1 to data_batch_5 and test_batch")
    (tmp_path / "cifar-10-python.tar.gz").write_bytes(b"")
    refused(tmp_path, "Unpack cifar-10-python.tar.gz there")
    with pytest.raises(DataError, match=r"cifar10: data='x' and openml=True are two sources"):
        cifar10("x", openml=True)
