"""Pickles read without running anything: what NumPy writes is understood, all else is refused by name and offset."""

import os
import pickle
import pickletools
import re
import struct
import subprocess
import sys
import textwrap
import time
import tracemalloc
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from demos.data import DataError, pickled
from tests.data_files import number, python2_array, python2_batch, string

PATH = Path("data_batch_1")
PIXELS = np.arange(24, dtype=np.uint8).reshape(2, 12) + 100
OLD = python2_batch(PIXELS, [6, 9])


def array_of(content: bytes, key: str = "data") -> np.ndarray:
    return pickled.array(PATH, pickled.read(PATH, content)[key], key)


@pytest.fixture(autouse=True)
def nothing_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail a test in which what a hostile pickle names is called, or Python's own machine is used."""

    def ran(*arguments: Any) -> None:
        raise AssertionError(f"it ran: {arguments}")

    for module, name in [(os, "system"), (subprocess, "Popen")]:
        monkeypatch.setattr(module, name, ran)
    for name in ("load", "loads", "Unpickler", "_Unpickler", "_loads"):
        monkeypatch.setattr(pickle, name, ran)


def test_the_files_that_the_tests_write_are_pickles_of_protocol_2(monkeypatch):
    """The emitted bytes are what Python's own machine reads as the same dictionary."""
    monkeypatch.undo()
    pixels = np.random.default_rng(0).integers(0, 256, (300, 3072), dtype=np.uint8)
    content = python2_batch(pixels, [i % 10 for i in range(300)])
    found = pickle.loads(content, encoding="bytes")
    np.testing.assert_array_equal(found[b"data"], pixels)
    assert found[b"labels"] == [i % 10 for i in range(300)]
    assert found[b"batch_label"] == b"training batch 1 of 5"
    assert found[b"filenames"][7] == b"picture_s_000007.png"
    assert max(opcode.proto for opcode, _, _ in pickletools.genops(content)) == 2


def test_a_batch_as_python_2_wrote_it():
    found = pickled.read(PATH, OLD)
    assert sorted(found) == ["batch_label", "data", "filenames", "labels"]
    assert found["labels"] == [6, 9]
    assert found["batch_label"] == b"training batch 1 of 5"
    pixels = array_of(OLD)
    assert pixels.dtype == np.uint8
    np.testing.assert_array_equal(pixels, PIXELS)


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
@pytest.mark.parametrize("kind", [str, str.encode])
@pytest.mark.parametrize("order", ["C", "F"])
def test_a_batch_as_python_3_writes_it(protocol, kind, order):
    pixels = np.random.default_rng(0).integers(0, 256, (1200, 12), dtype=np.uint8)
    batch = {
        kind("batch_label"): kind("testing batch 1 of 1"),
        kind("labels"): [i % 10 for i in range(1200)],
        kind("data"): np.asarray(pixels, order=order),
        kind("filenames"): [kind("x.png"), kind("x.png")],
    }
    content = pickle.dumps(batch, protocol=protocol)
    found = pickled.read(PATH, content)
    assert found["labels"] == batch[kind("labels")]
    assert found["filenames"] == batch[kind("filenames")]
    np.testing.assert_array_equal(array_of(content), pixels)


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
def test_the_names_of_numpy_1_and_of_numpy_2(protocol):
    """NumPy 2 has renamed core to _core; files of either are read."""
    content = pickle.dumps({"data": PIXELS}, protocol=protocol)
    assert b"numpy._core" in content
    if protocol < 4:
        older = content.replace(b"numpy._core", b"numpy.core")
    else:
        module, older_module = (
            (b"\x8c\x16numpy._core.multiarray", b"\x8c\x15numpy.core.multiarray")
            if protocol == 4
            else (b"\x8c\x13numpy._core.numeric", b"\x8c\x12numpy.core.numeric")
        )
        assert module in content
        older = content.replace(module, older_module)
    np.testing.assert_array_equal(array_of(older), PIXELS)


class Call:
    """An object whose pickle calls a function."""

    def __init__(self, function: Any, *arguments: Any) -> None:
        self.function, self.arguments = function, arguments

    def __reduce__(self) -> Any:
        return self.function, self.arguments


def nested(call: bytes) -> bytes:
    """A batch whose list of labels holds what is called."""
    return b"\x80\x02}(" + string(b"labels") + b"](" + call + b"e" + string(b"data") + python2_array(PIXELS) + b"u."


SYSTEM = b"cposix\nsystem\n" + string(b"touch x") + b"\x85R"
HOSTILE = {
    "system": (nested(SYSTEM), "posix.system"),
    "eval": (nested(b"c__builtin__\neval\n" + string(b"1") + b"\x85R"), "__builtin__.eval"),
    "exec as text": (b"\x80\x04\x8c\x08builtins\x8c\x04exec\x93\x8c\x01x\x85R.", "builtins.exec"),
    "getattr": (nested(b"cbuiltins\ngetattr\ncnumpy\ndtype\n" + string(b"x") + b"\x86R"), "builtins.getattr"),
    "numpy's load": (nested(b"cnumpy\nload\n" + string(b"x") + b"\x85R"), "numpy.load"),
    "numpy's attribute": (nested(b"cnumpy\nndarray.tofile\n" + string(b"x") + b"\x85R"), "numpy.ndarray.tofile"),
    "name behind a dot": (b"\x80\x04\x8c\x05numpy\x8c\x0fcore.multiarray\x93.", "numpy.core.multiarray"),
    "codecs' open": (nested(b"c_codecs\ndecode\n" + string(b"x") + b"\x85R"), "_codecs.decode"),
    "copyreg": (nested(b"ccopy_reg\n_reconstructor\n" + string(b"x") + b"\x85R"), "copy_reg._reconstructor"),
    "an object's class": (nested(b"csubprocess\nPopen\n)\x81"), "subprocess.Popen"),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_a_name_that_is_not_numpys_is_refused_by_name_and_offset(what):
    content, name = HOSTILE[what]
    with pytest.raises(DataError) as caught:
        pickled.read(PATH, content)
    message = str(caught.value)
    place = int(re.match(r"data_batch_1: byte (\d+): ", message)[1])
    assert content[place : place + 1] in (b"c", b"\x93")
    assert f"the pickle asks for '{name}', which is neither imported nor called" in message


def test_nothing_is_imported_opened_or_run(tmp_path, monkeypatch):
    """What Python itself reports to an audit hook while the files are read, in a process of its own."""
    monkeypatch.undo()
    contents = [content for content, _ in HOSTILE.values()] + [OLD]
    program = f"""
        import sys
        from pathlib import Path
        from demos.data import DataError, pickled

        contents, seen, on = {contents!r}, [], False
        sys.addaudithook(lambda event, _: seen.append(event) if on else None)
        refused, on = 0, True
        for content in contents:
            try:
                pickled.read(Path("data_batch_1"), content)
            except DataError:
                refused += 1
        on = False
        print(refused, seen)
        on = True
        eval("1")
        print(seen)
    """
    result = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[1],
    )
    silent, heard = result.stdout.splitlines()
    assert silent == f"{len(HOSTILE)} []"
    assert "exec" in heard


@pytest.mark.parametrize("protocol", [0, 1, 2, 3, 4, 5])
def test_hostile_objects_of_python_3_are_refused(protocol, monkeypatch):
    for function, arguments in [(print, ("x",)), (open, ("x", "w")), (bytes, (10,)), (np.fromfile, ("x",))]:
        content = pickle.dumps({"labels": Call(function, *arguments)}, protocol=protocol)
        with pytest.raises(DataError, match=r"asks for|has no place"):
            pickled.read(PATH, content)


@pytest.mark.parametrize(
    ("opcodes", "name"),
    [
        (b"(iposix\nsystem\n", "INST"),
        (b"(cnumpy\nndarray\no", "OBJ"),
        (b"cnumpy\nndarray\n)\x81", "NEWOBJ"),
        (b"cnumpy\nndarray\n)}\x92", "NEWOBJ_EX"),
        (b"P1\n", "PERSID"),
        (b"K\x01Q", "BINPERSID"),
        (b"\x82\x01", "EXT1"),
        (b"\x97", "NEXT_BUFFER"),
        (b"K\x010", "POP"),
        (b"(1", "POP_MARK"),
        (b"K\x012", "DUP"),
        (b"I1\n", "INT"),
        (b"S'x'\n", "STRING"),
    ],
)
def test_opcodes_without_a_place_are_refused_by_name_and_offset(opcodes, name):
    with pytest.raises(DataError, match=rf"data_batch_1: byte \d+: the opcode {name} has no place"):
        pickled.read(PATH, b"\x80\x02" + opcodes + b".")


ENCODE = b"c_codecs\nencode\n"
LATIN = b"X\x06\x00\x00\x00latin1"
WRONG = {
    "no bytes": (b"", "this opcode or the next is damaged"),
    "no pickle": (b"PK\x03\x04", "this opcode or the next is damaged|has no place"),
    "no end": (b"\x80\x02}", "this opcode or the next is damaged"),
    "more behind": (OLD + b"x", f"byte {len(OLD) - 1}: the pickle ends there, and more bytes follow"),
    "nothing": (b"\x80\x02.", "one object is expected at the end, and 0 are there"),
    "two objects": (b"\x80\x02}}.", "one object is expected at the end, and 2 are there"),
    "a mark": (b"\x80\x02(.", "an object is expected on the stack"),
    "a list": (b"\x80\x02].", "a dictionary is expected, and this is a Items"),
    "too few": (b"\x80\x02K\x01\x86.", "byte 4: an object is expected on the stack"),
    "no mark": (b"\x80\x02K\x01t.", "byte 4: a mark is expected on the stack"),
    "no list": (b"\x80\x02}K\x01a.", "byte 5: a list is expected on the stack"),
    "no dictionary": (b"\x80\x02]K\x01K\x02s.", "byte 7: a dict is expected on the stack"),
    "no value": (b"\x80\x02}(K\x01u.", "byte 6: a key without a value"),
    "a number as key": (b"\x80\x02}K\x01K\x02s.", "byte 7: a key of the dictionary is a int"),
    "memo": (b"\x80\x02}h\x07.", "byte 3: nothing has been memoized under 7"),
    "key twice": (b"\x80\x02}(U\x01aNX\x01\x00\x00\x00aNu.", "a key is there twice"),
    "calls a string": (b"\x80\x02U\x01a)R.", "byte 6: a bytes is called"),
    "calls an array": (
        b"\x80\x02cnumpy\nndarray\nK\x02\x85R.",
        "byte 20: numpy.ndarray is called with other arguments",
    ),
    "subclass": (
        b"\x80\x02cnumpy.core.multiarray\n_reconstruct\ncnumpy\ndtype\nK\x00\x85U\x01b\x87R.",
        "numpy.core.multiarray._reconstruct is called with other arguments than NumPy writes",
    ),
    "another encoding": (b"\x80\x02" + ENCODE + LATIN + b"X\x03\x00\x00\x00hex\x86R.", "_codecs.encode is called with"),
    "no latin": (
        b"\x80\x02" + ENCODE + b"X\x03\x00\x00\x00\xe2\x82\xac" + LATIN + b"\x86R.",
        "character 0 of a string",
    ),
    "state of a list": (b"\x80\x02]K\x01b.", "byte 5: a Items is given another state"),
    "state of a mark": (b"\x80\x02(K\x01b.", "is given another state"),
    "global's module": (b"\x80\x04K\x01\x8c\x01x\x93.", "the module and the name of a global are expected"),
}


@pytest.mark.parametrize("what", WRONG)
def test_damaged_pickles_are_refused(what):
    content, message = WRONG[what]
    with pytest.raises(DataError, match=r"data_batch_1: byte \d+: ") as caught:
        pickled.read(PATH, content)
    assert re.search(message, str(caught.value))


def with_array(pixels: bytes, shape: bytes, dtype: bytes = string(b"u1")) -> bytes:
    """A dictionary whose array says another shape or type than its bytes."""
    plain = python2_array(np.zeros((2, 3), np.uint8)).replace(string(bytes(6)), pixels)
    return (
        b"\x80\x02}" + string(b"data") + plain.replace(b"K\x02K\x03\x86", shape).replace(string(b"u1"), dtype) + b"s."
    )


@pytest.mark.parametrize("protocol", [0, 1])
def test_a_pickle_of_an_old_protocol_is_told(protocol):
    content = pickle.dumps({"data": PIXELS, "labels": [6, 9]}, protocol=protocol)
    with pytest.raises(DataError, match="; of protocol 2 to 5, which begin with the byte 0x80, this pickle is none"):
        pickled.read(PATH, content)
    with pytest.raises(DataError) as caught:
        pickled.read(PATH, b"\x80\x02" + content)
    assert "0x80" not in str(caught.value)


SIX = string(bytes(6))
WRONG_ARRAYS = {
    "a longer shape": (with_array(SIX, b"K\x02K\x04\x86"), "the shape 2 x 4 does not go with 6 bytes"),
    "a shorter shape": (with_array(SIX, b"K\x01K\x03\x86"), "the shape 1 x 3 does not go with 6 bytes"),
    "a giant shape": (
        with_array(SIX, b"\x8a\x7f" + b"\x7f" * 127 + b"K\x04\x86"),
        r"the shape \d+ x 4 does not go with",
    ),
    "a giant shape beside a 0": (
        with_array(string(b""), b"K\x00\x8a\x7f" + b"\x7f" * 127 + b"\x86"),
        r"the shape 0 x \d+",
    ),
    "a negative shape": (with_array(SIX, number(-2) + number(-3) + b"\x86"), "the shape is not a tuple of sizes"),
    "a shape of strings": (with_array(SIX, b"U\x012U\x013\x86"), "the shape is not a tuple of sizes"),
    "a shape of truths": (with_array(SIX, b"\x88K\x06\x86"), "the shape is not a tuple of sizes"),
    "no tuple": (with_array(SIX, b"K\x06"), "the shape is not a tuple of sizes"),
    "many axes": (with_array(SIX, b"(" + b"K\x01" * 100 + b"t"), "100 axes, where 2 are expected"),
    "objects": (with_array(SIX, b"K\x02K\x03\x86", string(b"O8")), "the elements are of type 'O8'"),
    "wide": (with_array(string(bytes(24)), b"K\x02K\x03\x86", string(b"f4")), "the elements are of type 'f4'"),
    "a list of objects": (with_array(b"]", b"K\x02K\x03\x86"), "the elements are not there as bytes"),
    "no state": (
        b"\x80\x02}U\x04datacnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\x00\x85U\x01b\x87Rs.",
        "the elements are of type 'none'",
    ),
}


@pytest.mark.parametrize("what", WRONG_ARRAYS)
def test_arrays_whose_parts_do_not_go_together_are_refused(what):
    content, message = WRONG_ARRAYS[what]
    with pytest.raises(DataError, match=rf"data_batch_1: byte \d+: 'data': {message}"):
        array_of(content)


def test_an_array_is_given_its_parts_once():
    whole = with_array(SIX, b"K\x02K\x03\x86")
    state = whole[whole.index(b"(K\x01K\x02") : -2]
    with pytest.raises(DataError, match="a ArrayParts is given another state"):
        pickled.read(PATH, whole[:-2] + state + b"s.")


def test_sizes_that_the_file_does_not_have_are_not_allocated():
    giants = [
        b"T" + struct.pack("<i", 2**31 - 1),
        b"T" + struct.pack("<i", -1),
        b"B" + struct.pack("<I", 2**32 - 1),
        b"X" + struct.pack("<I", 2**32 - 1),
        b"\x8e" + struct.pack("<Q", 2**63),
        b"\x8d" + struct.pack("<Q", 2**40),
        b"\x96" + struct.pack("<Q", 2**64 - 1),
        b"\x8b" + struct.pack("<i", 2**31 - 1),
    ]
    tracemalloc.start()
    try:
        for giant in giants:
            with pytest.raises(DataError, match="damaged or cut off"):
                pickled.read(PATH, b"\x80\x04" + giant + b"abc.")
        pickled.read(PATH, b"\x80\x02}r\xff\xff\xff\xff.")
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()


def test_the_memo_cannot_blow_up_memory_or_time():
    """Tuples within tuples, lists within themselves, a string encoded a thousand times, and great depth."""
    doubled = b"\x80\x02)" + b"".join(b"q" + bytes([i]) + b"h" + bytes([i]) + b"\x86" for i in range(200))
    long = b"X" + struct.pack("<I", 200_000) + b"a" * 200_000
    encoded = (
        b"\x80\x02" + ENCODE + b"q\x01" + long + b"q\x02" + LATIN + b"q\x03(" + 1000 * b"h\x01h\x02h\x03\x86R" + b"t."
    )
    started = time.perf_counter()
    tracemalloc.start()
    try:
        with pytest.raises(DataError, match="a key of the dictionary is a tuple"):
            pickled.read(PATH, doubled + b"q\xff}h\xffNs.")
        with pytest.raises(DataError, match="the pickle makes more bytes than it has"):
            pickled.read(PATH, encoded)
        # The name of a dtype, and a key that is there as two objects with the same letters.
        typed = b"\x80\x02" + b"cnumpy\ndtype\nq\x01" + long + b"q\x02(" + 1000 * b"h\x01h\x02K\x00K\x01\x87R" + b"t."
        with pytest.raises(DataError, match=r"numpy\.dtype is called with other arguments"):
            pickled.read(PATH, typed)
        with pytest.raises(DataError, match="a key of the dictionary has 200,000 characters"):
            pickled.read(PATH, b"\x80\x02" + long + b"q\x01" + long + b"q\x02}h\x01Ns" + 1000 * b"h\x02Ns" + b".")
        itself = pickled.read(PATH, b"\x80\x02}q\x01U\x04datah\x01s.")
        assert itself["data"]["data" if "data" in itself["data"] else b"data"] is itself["data"]
        with pytest.raises(DataError, match="'data' is a dict, where an array is expected"):
            pickled.array(PATH, itself["data"], "data")
        for deep in (b"]" * 20_000 + b"a" * 19_999, b")" + b"\x85" * 40_000):
            with pytest.raises(DataError, match="a dictionary is expected"):
                pickled.read(PATH, b"\x80\x02" + deep + b".")
        assert tracemalloc.get_traced_memory()[1] < 10_000_000
    finally:
        tracemalloc.stop()
    with pytest.raises(DataError, match="byte 200001: more than 200,000 opcodes"):
        pickled.read(PATH, b"\x80\x02" + b"]" * 1_000_000 + b".")
    assert time.perf_counter() - started < 30


def read_or_refuse(content: bytes) -> dict[str, Any] | None:
    """The dictionary, or None where it is refused with an error of the one class that names the file."""
    try:
        found = pickled.read(PATH, content)
        if "data" in found:
            found["data"] = pickled.array(PATH, found["data"], "data")
    except DataError as error:
        assert str(error).startswith("data_batch_1: ")  # noqa: PT017
        return None
    return found


BATCHES = [OLD] + [pickle.dumps({"data": PIXELS, "labels": [6, 9]}, protocol=protocol) for protocol in (2, 3, 4, 5)]


@given(st.sampled_from(BATCHES), st.data())
def test_a_flipped_byte_gives_an_array_of_bytes_or_an_error(content, data):
    place = data.draw(st.integers(0, len(content) - 1))
    flip = data.draw(st.integers(1, 255))
    found = read_or_refuse(content[:place] + bytes([content[place] ^ flip]) + content[place + 1 :])
    if found is not None and "data" in found:
        assert found["data"].dtype == np.uint8
        assert found["data"].size == PIXELS.size
        # One byte stands for one pixel; in protocol 2 of Python 3 the byte may end one character and begin another.
        assert np.count_nonzero(found["data"].ravel() != PIXELS.ravel()) <= 1 or found["data"].shape != PIXELS.shape


@given(st.sampled_from(BATCHES), st.data())
def test_a_pickle_that_is_cut_off_is_refused(content, data):
    assert read_or_refuse(content[: data.draw(st.integers(0, len(content) - 1))]) is None


@given(st.sampled_from(BATCHES), st.data())
def test_bytes_put_in_or_taken_out_give_what_is_inert(content, data):
    place = data.draw(st.integers(0, len(content)))
    taken, put = data.draw(st.integers(0, 20)), data.draw(st.binary(max_size=20))
    read_or_refuse(content[:place] + put + content[place + taken :])


CODES = st.sampled_from([opcode.code.encode("latin-1") for opcode in pickletools.opcodes])


@given(st.lists(st.one_of(CODES, st.binary(max_size=3), st.sampled_from([b"cnumpy\ndtype\n", ENCODE, SIX]))))
def test_any_opcodes_give_what_is_inert(codes):
    read_or_refuse(b"\x80\x02" + b"".join(codes) + b".")
