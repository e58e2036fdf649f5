"""MNIST from files of the true format, whole and damaged."""

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from demos.data import DataError, idx, mnist
from demos.data.files import find
from tests.data_files import IDX_CODES, packed, write_mnist
from tests.data_files import idx as as_idx

IMAGES = np.arange(24, dtype=np.uint8).reshape(2, 3, 4)


def read(folder: Path, content: bytes, name: str = "file") -> np.ndarray:
    (folder / name).write_bytes(content)
    return idx.read(folder / name)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("idx")


@pytest.mark.parametrize("gz", [False, True])
@pytest.mark.parametrize("mark", ["-", "."])
@pytest.mark.parametrize("within", ["", "MNIST/raw"])
def test_the_four_files_plain_or_gz_under_either_name(tmp_path, mark, gz, within):
    held = write_mnist(tmp_path / within, mark=mark, gz=gz)
    found = mnist(tmp_path)
    for x, y, part in ((found.x, found.y, "train"), (found.x_test, found.y_test, "t10k")):
        assert x.dtype == np.float32
        assert y.dtype == np.int64
        np.testing.assert_array_equal(x, held[f"{part}-images"].reshape(-1, 784) / np.float32(255))
        np.testing.assert_array_equal(y, held[f"{part}-labels"])
    assert found.x.min() == 0
    assert found.x.max() == 1
    assert str(tmp_path) in found.said
    assert "12 images" in found.said


@pytest.mark.parametrize("code", IDX_CODES)
@pytest.mark.parametrize("name", ["file", "file.gz"])
def test_every_type_and_number_of_axes(tmp_path, code, name):
    rng = np.random.default_rng(0)
    for shape in [(5,), (2, 3), (2, 3, 4), (1, 2, 3, 4), (3, 0, 2)]:
        array = (100 * rng.normal(size=shape)).astype(code)
        content = packed(as_idx(array)) if name.endswith(".gz") else as_idx(array)
        found = read(tmp_path, content, name)
        assert found.dtype == array.dtype
        assert found.dtype.isnative
        np.testing.assert_array_equal(found, array)


def test_the_magic_number_of_published_files(tmp_path):
    # The published files begin with 2051 (images) and 2049 (labels), big-endian.
    write_mnist(tmp_path)
    for name, magic in (("train-images-idx3-ubyte", 2051), ("train-labels-idx1-ubyte", 2049)):
        assert int.from_bytes((tmp_path / name).read_bytes()[:4], "big") == magic


WHOLE = as_idx(IMAGES)
DAMAGED = {
    "empty": (b"", "byte 0: the file ends within the magic number"),
    "two bytes": (WHOLE[:2], "byte 2: the file ends within the magic number"),
    "no sizes": (WHOLE[:10], "byte 10: the file ends within the sizes of its 3 axes"),
    "no elements": (WHOLE[:16], "byte 16: the file ends there, where its sizes 2 x 3 x 4 ask for 40 bytes"),
    "cut off": (WHOLE[:-1], "byte 39: the file ends there"),
    "too long": (WHOLE + b"\0", "byte 40: the end of the file is expected there"),
    "first byte": (b"\x1f" + WHOLE[1:], "byte 0: an IDX file begins with two bytes 0, and this is 0x1f"),
    "second byte": (b"\0\x8b" + WHOLE[2:], "byte 1: an IDX file begins with two bytes 0, and this is 0x8b"),
    "type": (b"\0\0\x0a" + WHOLE[3:], "byte 2: the type of the elements is 0x0a"),
    "no axes": (b"\0\0\x08\0" + WHOLE[4:], "byte 3: the number of axes is 0"),
    "many axes": (b"\0\0\x08\xff" + bytes(1020), "byte 3: the number of axes is 255"),
    "larger sizes": (WHOLE[:7] + b"\3" + WHOLE[8:], "byte 40: the file ends there, where its sizes 3 x 3 x 4"),
    "smaller sizes": (WHOLE[:7] + b"\1" + WHOLE[8:], "byte 28: the end of the file is expected there"),
    "giant beside a 0": (b"\0\0\x08\3" + bytes(4) + b"\xff" * 8, "byte 4: the sizes 0 x 4,294,967,295 x 4,294,967,295"),
    "giant": (b"\0\0\x0e\3" + b"\xff" * 12, "byte 4: the sizes 4,294,967,295 x 4,294,967,295 x 4,294,967,295 ask for"),
}


@pytest.mark.parametrize("what", DAMAGED)
@pytest.mark.parametrize("name", ["file", "file.gz"])
def test_damaged_files_are_refused_by_name_and_offset(tmp_path, what, name):
    content, message = DAMAGED[what]
    content = packed(content) if name.endswith(".gz") else content
    with pytest.raises(DataError, match=re.escape(f"{tmp_path / name}: {message}")):
        read(tmp_path, content, name)


GZ = packed(WHOLE)
DAMAGED_GZ = {
    "empty": (b"", "byte 0: the file is cut off"),
    "cut off": (GZ[:-9], f"byte {len(GZ) - 9}: the file is cut off"),
    "without its length": (GZ[:-1], f"byte {len(GZ) - 1}: the file is cut off"),
    "checksum": (
        GZ[:-8] + bytes([GZ[-8] ^ 1]) + GZ[-7:],
        f"byte {len(GZ) - 5}: the gzip data is damaged: incorrect data check",
    ),
    "length": (
        GZ[:-4] + bytes([GZ[-4] ^ 1]) + GZ[-3:],
        f"byte {len(GZ) - 1}: the gzip data is damaged: incorrect length check",
    ),
    "no gzip": (WHOLE, "byte 1: the gzip data is damaged: incorrect header check"),
    "more behind": (GZ + b"more", f"byte {len(GZ)}: the gzip data ends there, and more bytes follow"),
}


@pytest.mark.parametrize("what", DAMAGED_GZ)
def test_damaged_gzip_is_refused_by_name_and_offset(tmp_path, what):
    content, message = DAMAGED_GZ[what]
    with pytest.raises(DataError, match=re.escape(f"{tmp_path / 'file.gz'}: {message}")):
        read(tmp_path, content, "file.gz")


def test_a_large_file_is_checked_beyond_the_first_chunk(tmp_path):
    array = np.random.default_rng(0).integers(0, 256, (300, 28, 28), dtype=np.uint8)
    content = bytearray(packed(as_idx(array)))
    np.testing.assert_array_equal(read(tmp_path, bytes(content), "file.gz"), array)
    content[-8] ^= 1
    with pytest.raises(DataError, match=f"byte {len(content) - 5}: the gzip data is damaged: incorrect data check"):
        read(tmp_path, bytes(content), "file.gz")


def test_a_gzip_bomb_is_not_unpacked(tmp_path):
    """100 MB of zeros in 100 kB, behind sizes that promise 24 bytes, or more than is allowed: memory stays small."""
    import tracemalloc

    small = packed(WHOLE + bytes(100_000_000))
    honest = packed(as_idx(np.zeros((100_000, 1_000), np.uint8)))
    for content, message in ((small, "byte 40: the end of the file is expected"), (honest, "byte 4: the sizes")):
        path = tmp_path / "file.gz"
        path.write_bytes(content)
        tracemalloc.start()
        try:
            with pytest.raises(DataError, match=message):
                idx.read(path, most=1 << 20)
            assert tracemalloc.get_traced_memory()[1] < 4_000_000
        finally:
            tracemalloc.stop()


@given(st.data())
def test_one_flipped_byte_of_gzip_gives_the_same_array_or_an_error(folder, data):
    place = data.draw(st.integers(0, len(GZ) - 1))
    flip = data.draw(st.integers(1, 255))
    content = GZ[:place] + bytes([GZ[place] ^ flip]) + GZ[place + 1 :]
    try:
        found = read(folder, content, "file.gz")
    except DataError as error:
        assert re.match(re.escape(f"{folder / 'file.gz'}: byte ") + r"\d+: ", str(error))  # noqa: PT017
    else:
        np.testing.assert_array_equal(found, IMAGES)


@given(st.data())
def test_one_flipped_byte_of_a_plain_file_changes_its_element_or_is_refused(folder, data):
    place = data.draw(st.integers(0, len(WHOLE) - 1))
    flip = data.draw(st.integers(1, 255))
    content = WHOLE[:place] + bytes([WHOLE[place] ^ flip]) + WHOLE[place + 1 :]
    if place < 16 and not (place == 2 and flip == 1):
        with pytest.raises(DataError, match=r"file: byte \d+: "):
            read(folder, content)
        return
    found = read(folder, content)
    # Type 0x09 is bytes with a sign: the same bits.
    changed = np.flatnonzero(found.view(np.uint8).ravel() != IMAGES.ravel())
    assert changed.tolist() == ([place - 16] if place >= 16 else [])


@given(st.integers(0, len(WHOLE) - 1), st.integers(0, len(GZ) - 1))
def test_a_file_that_is_cut_off_is_refused(folder, plain, gz):
    for content, name in ((WHOLE[:plain], "file"), (GZ[:gz], "file.gz")):
        with pytest.raises(DataError, match=rf"{name}: byte {len(content)}: the file"):
            read(folder, content, name)


@given(st.binary(max_size=200))
def test_any_bytes_give_an_array_or_an_error(folder, content):
    for name in ("file", "file.gz"):
        try:
            found = read(folder, content, name)
        except DataError:
            continue
        assert as_idx(found)[4:] == content[4:]


def test_what_does_not_go_together_is_refused(tmp_path):
    held = write_mnist(tmp_path)
    labels, images = tmp_path / "train-labels-idx1-ubyte", tmp_path / "train-images-idx3-ubyte"
    good_labels, good_images = labels.read_bytes(), images.read_bytes()

    def refused(message: str) -> None:
        with pytest.raises(DataError, match=re.escape(message)):
            mnist(tmp_path)
        labels.write_bytes(good_labels)
        images.write_bytes(good_images)

    labels.write_bytes(as_idx(held["train-labels"][:-1]))
    refused(f"{labels}: byte 4: 11 labels, where train-images-idx3-ubyte has 12 images")
    labels.write_bytes(good_labels[:13] + b"\x0a" + good_labels[14:])
    refused(f"{labels}: byte 13: label 10, where 0 to 9 are expected")
    labels.write_bytes(good_images)
    refused(f"{labels}: byte 3: the sizes are 12 x 28 x 28, where n are expected")
    images.write_bytes(as_idx(held["train-images"].reshape(12, 14, 56)))
    refused(f"{images}: byte 3: the sizes are 12 x 14 x 56, where n x 28 x 28 are expected")
    images.write_bytes(as_idx(held["train-images"].astype(np.int16)))
    refused(f"{images}: byte 2: the elements are int16")
    images.write_bytes(as_idx(held["train-images"][:0]))
    labels.write_bytes(as_idx(held["train-labels"][:0]))
    refused(f"{images}: byte 4: no images")
    labels.unlink()
    refused(f"mnist: {tmp_path}: none of train-labels-idx1-ubyte, train-labels.idx1-ubyte, ")
    assert len(mnist(tmp_path).x) == 12


def test_a_folder_that_is_none_is_refused(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(DataError, match=r"mnist: .*nowhere: a folder with train-images.* this is not there"):
        mnist(tmp_path / "nowhere")
    with pytest.raises(DataError, match=r"mnist: .*file: a folder with train-images.* this is a file"):
        mnist(tmp_path / "file")
    with pytest.raises(DataError, match=r"mnist: a{5000}: cannot be read: File name too long"):
        mnist("a" * 5000)
    with pytest.raises(DataError, match=r"mnist: ~no such user/x: there is no such user"):
        mnist("~no such user/x")
    (tmp_path / "train-images-idx3-ubyte").symlink_to("train-images-idx3-ubyte")
    (tmp_path / "train-images-idx3-ubyte.gz").mkdir()
    with pytest.raises(DataError, match=rf"mnist: {tmp_path}: none of train-images-idx3-ubyte, .* is there"):
        mnist(tmp_path)
    with pytest.raises(DataError, match=r"mnist: data='x' and openml=True are two sources; give one of them"):
        mnist("x", openml=True)


def test_what_may_not_be_read_is_told(tmp_path, monkeypatch):
    """A folder that may not be searched, and a file that may not be opened."""
    write_mnist(tmp_path)
    path = tmp_path / "train-images-idx3-ubyte"

    def refuse(*arguments, **options):
        raise PermissionError(13, "Permission denied", str(path))

    for method in ("is_file", "open"):
        with monkeypatch.context() as patch:
            patch.setattr(Path, method, refuse)
            with pytest.raises(DataError, match=rf"{path if method == 'open' else 'mnist'}.*: Permission denied"):
                mnist(tmp_path)
            if method == "is_file":
                with pytest.raises(DataError, match=rf"{path}: cannot be read: Permission denied"):
                    find(tmp_path, (), ("x",))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["--data", "nowhere"], "mnist: nowhere: a folder with train-images-idx3-ubyte"),
        (["--data", "nowhere", "--openml"], "mnist: data='nowhere' and openml=True are two sources"),
    ],
)
def test_a_demo_says_what_is_wrong_with_its_data_and_ends(given: list[str], said: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "demos", "d2", *given], capture_output=True, text=True, cwd=Path(__file__).parents[1]
    )
    assert done.returncode == 1
    assert done.stderr.startswith(f"demos: {said}")
    assert "Traceback" not in done.stderr
