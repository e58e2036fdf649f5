"""Files: what goes in comes out, whole or not at all, and nothing in a file is ever executed."""

import io
import json
import os
import pickle
import signal
import struct
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import autograd_lite as ag
from autograd_lite.errors import ArgumentValueError, KindError, StorageError
from autograd_lite.files import write_whole

SUFFIXES = (".safetensors", ".npz")
DTYPES = ("f8", "f4", "f2", "i8", "i4", "i2", "i1", "u8", "u4", "u2", "u1", "?", ">f8", ">i4")
both = pytest.mark.parametrize("suffix", SUFFIXES)

arrays = st.sampled_from(DTYPES).flatmap(lambda d: hnp.arrays(np.dtype(d), hnp.array_shapes(min_dims=0, min_side=0)))
numbers = st.integers() | st.floats() | st.booleans() | st.none() | st.text()
keys = st.text() | st.integers() | st.booleans() | st.none() | st.floats(allow_nan=False)
trees = st.recursive(
    numbers | arrays,
    lambda t: st.lists(t, max_size=4) | st.tuples(t, t) | st.dictionaries(keys, t, max_size=4),
    max_leaves=12,
)
TREE = {"w": np.arange(6.0).reshape(2, 3), "b": [np.float32(0.5), (1, None, "ö")], "mask": np.array([True, False])}


def same(a: Any, b: Any) -> bool:
    """Equal in kinds, types, shapes and bits."""
    if isinstance(a, np.ndarray | np.generic):
        if type(a) is not type(b) or a.shape != b.shape or a.dtype != b.dtype.newbyteorder("="):
            return a.dtype == b.dtype.newbyteorder(a.dtype.byteorder) and np.array_equal(a, b, equal_nan=True)
        return a.astype(b.dtype).tobytes() == b.tobytes()
    if isinstance(a, dict):
        return list(a) == list(b) and all(same(a[k], b[k]) for k in a)
    if isinstance(a, list | tuple):
        return type(a) is type(b) and len(a) == len(b) and all(map(same, a, b))
    return type(a) is type(b) and (a == b or (a != a and b != b))


@both
@settings(max_examples=150, deadline=None)
@given(tree=trees)
def test_trees_come_back(suffix: str, tree: Any, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Kinds, order, types, shapes and bits."""
    path = tmp_path_factory.getbasetemp() / f"tree{suffix}"
    assert ag.save(path, tree) == path
    assert same(tree, ag.load(path))


@both
def test_nodes_are_kept_as_their_data(suffix: str, tmp_path: Path) -> None:
    """A Tensor comes back as an array of one's own, a Value as a float."""
    w = ag.Tensor([[1.0, 2.0]], requires_grad=True, dtype=np.float32)
    found = ag.load(ag.save(tmp_path / f"a{suffix}", {"w": w * 2, "v": ag.Value(3.0), "t": w.T}))
    assert same(found, {"w": np.float32([[2, 4]]), "v": 3.0, "t": np.float32([[1], [2]])})
    found["w"][0, 0] = 7


@both
def test_names_that_meet(suffix: str, tmp_path: Path) -> None:
    """Paths that are spelled alike, and names that the format uses itself."""
    tree = {"a": {"b": np.array(1)}, "a.b": np.array(2), 1: np.array(3), "1": np.array(4), "__metadata__": np.array(5),
            "": np.array(6), "a\0b": np.array(7), "../x": np.array(8),
            "autograd_lite.tree.json": np.array(9)}  # fmt: skip
    assert same(tree, ag.load(ag.save(tmp_path / f"a{suffix}", tree)))


@both
def test_the_same_tree_gives_the_same_bytes(suffix: str, tmp_path: Path) -> None:
    """No date, no random name."""
    first = ag.save(tmp_path / f"a{suffix}", TREE).read_bytes()
    time.sleep(0.01)
    # Orders that are drawn anew each time agree by chance once.
    for _ in range(10):
        assert ag.save(tmp_path / f"b{suffix}", TREE).read_bytes() == first


def test_other_programs_read_it(tmp_path: Path) -> None:
    """A flat dictionary is a safetensors file, and an npz file, like any other."""
    from safetensors.numpy import load_file

    state = {"fc1.weight": np.eye(2, dtype=np.float32), "fc1.bias": np.zeros(2)}
    found = load_file(ag.save(tmp_path / "a.safetensors", state))
    assert same(state, {name: found[name] for name in state})
    with np.load(ag.save(tmp_path / "a.npz", state), allow_pickle=False) as found:
        assert same(state, {name: found[name] for name in state})


def test_files_of_other_programs(tmp_path: Path) -> None:
    """Arrays by name; also compressed, in Fortran's order, and of the upper half of a float32."""
    from safetensors.numpy import save_file

    state = {"w": np.arange(4.0).reshape(2, 2), "n": np.array([1, 2], np.int32)}
    save_file(state, tmp_path / "a.safetensors", metadata={"who": "somebody"})
    np.savez_compressed(tmp_path / "a.npz", w=np.asfortranarray(state["w"]), n=state["n"])
    for name in ("a.safetensors", "a.npz"):
        found = ag.load(tmp_path / name)
        assert same(dict(sorted(found.items())), dict(sorted(state.items())))
    (tmp_path / "half.safetensors").write_bytes(of_header({"x": ("BF16", [2], b"\x80\x3f\x20\xc0")}))
    assert same(ag.load(tmp_path / "half.safetensors"), {"x": np.float32([1.0, -2.5])})
    (tmp_path / "odd.safetensors").write_bytes(of_header({"x": ("F8_E4M3", [2], b"\0\0")}))
    with pytest.raises(StorageError, match="F8_E4M3, which NumPy has not"):
        ag.load(tmp_path / "odd.safetensors")


def of_header(tensors: dict[str, tuple[str, Any, bytes]], **metadata: str) -> bytes:
    """A safetensors file by hand."""
    header: dict[str, Any] = {"__metadata__": metadata} if metadata else {}
    data = b""
    for name, (kind, shape, content) in tensors.items():
        header[name] = {"dtype": kind, "shape": shape, "data_offsets": [len(data), len(data) + len(content)]}
        data += content
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data


@both
def test_every_flipped_byte_is_found(suffix: str, tmp_path: Path) -> None:
    """Whichever byte of the file it is, and whichever bit."""
    path = ag.save(tmp_path / f"a{suffix}", TREE)
    content = path.read_bytes()
    assert same(TREE, ag.load(path))
    missed = []
    for at in range(len(content)):
        for bit in (1, 32) if suffix == ".npz" else (1, 2, 4, 32, 128):
            path.write_bytes(content[:at] + bytes([content[at] ^ bit]) + content[at + 1 :])
            try:
                ag.load(path)
                missed.append((at, bit))
            except StorageError:
                pass
    assert not missed


@both
def test_every_cut_is_found(suffix: str, tmp_path: Path) -> None:
    """A file that ends early, or goes on after its end."""
    path = ag.save(tmp_path / f"a{suffix}", TREE)
    content = path.read_bytes()
    for changed in (*(content[:n] for n in range(len(content))), content + b"\0", b"\0" + content, content * 2):
        path.write_bytes(changed)
        with pytest.raises(StorageError, match="is refused"):
            ag.load(path)


@both
@settings(max_examples=200, deadline=None)
@given(content=st.binary(max_size=300))
def test_garbage_is_refused(suffix: str, content: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Any bytes at all end in the one error."""
    path = tmp_path_factory.getbasetemp() / f"garbage{suffix}"
    path.write_bytes(content)
    with pytest.raises(StorageError, match="is refused"):
        ag.load(path)


class Bomb:
    """Unpickled, it makes a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> Any:
        return (open, (str(self.path), "w"))


@both
def test_pickles_are_named_and_not_run(suffix: str, tmp_path: Path) -> None:
    """As the file itself, as an array of objects, and as PyTorch's archive."""
    trap = tmp_path / "trap"
    path = tmp_path / f"a{suffix}"
    path.write_bytes(pickle.dumps(Bomb(trap)))
    with pytest.raises(StorageError, match="It is a pickle, which could run any program"):
        ag.load(path)
    objects = io.BytesIO()
    np.savez(objects, x=np.array([Bomb(trap)], dtype=object))
    path.write_bytes(objects.getvalue())
    with pytest.raises(StorageError, match="objects are pickles" if suffix == ".npz" else "no whole safetensors"):
        ag.load(path)
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("model/data.pkl", pickle.dumps(Bomb(trap)))
    path.write_bytes(archive.getvalue())
    with pytest.raises(StorageError, match="PyTorch archive"):
        ag.load(path)
    with pytest.raises(StorageError, match=r"suffix '\.pkl'.*Pickles are never read"):
        ag.load(tmp_path / "a.pkl")
    assert not trap.exists()


def test_absurd_shapes(tmp_path: Path) -> None:
    """What a header claims is held to the size of the file before any memory is taken."""
    for shape in ([10**15], [2**63, 2**63], [3], [0, 10**30], [-1], [2.5], "x", None):
        path = tmp_path / "a.safetensors"
        path.write_bytes(of_header({"x": ("F32", shape, b"\0" * 8)}))
        with pytest.raises(StorageError, match="is refused"):
            ag.load(path)
    for said in ("(1000000000000000,)", "(3,)", "(-1,)", "(2.5,)", "'x'", "(2, 10**9)", "()"):
        text = f"{{'descr': '<f4', 'fortran_order': False, 'shape': {said}}}".encode()
        member = b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text + b"\0" * 8
        path = tmp_path / "a.npz"
        with zipfile.ZipFile(path, "w") as file:
            file.writestr("x.npy", member)
        with pytest.raises(StorageError, match="is refused"):
            ag.load(path)
    (tmp_path / "a.safetensors").write_bytes(struct.pack("<Q", 2**62) + b"{}")
    with pytest.raises(StorageError, match="is refused"):
        ag.load(tmp_path / "a.safetensors")


def test_zip_bombs(tmp_path: Path) -> None:
    """A small file that unpacks to much is refused by its directory, and one that lies there by its contents."""
    path = tmp_path / "a.npz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file, file.open("x.npy", "w") as member:
        for _ in range(300):
            member.write(bytes(2**20))
    with pytest.raises(StorageError, match="it unpacks to 314572800 bytes, more than the"):
        ag.load(path)
    np.savez_compressed(path, x=np.zeros(2**16))
    with pytest.raises(StorageError, match="more than the 1000 allowed"):
        ag.load(path, max_bytes=1000)
    assert ag.load(path)["x"].shape == (2**16,)
    content = path.read_bytes()
    size = struct.pack("<I", 2**19 + 128)
    assert content.count(size) >= 1
    path.write_bytes(content.replace(size, struct.pack("<I", 1000)))
    with pytest.raises(StorageError, match="is refused"):
        ag.load(path)
    ag.save(tmp_path / "b.safetensors", {"x": np.zeros(1000)})
    with pytest.raises(StorageError, match="more than the 10 bytes allowed"):
        ag.load(tmp_path / "b.safetensors", max_bytes=10)


@pytest.mark.parametrize(
    "skeleton",
    ["", "{", "{}", "[1]", '["list",3]', '["array","y"]', '["array",["x"]]', '["dict",[[["list",[]],1]]]', "1",
     '["float","x"]', '["import","os"]', "[" * 100_000, '["scalar",{}]'],
)  # fmt: skip
@both
def test_hostile_skeletons(suffix: str, skeleton: str, tmp_path: Path) -> None:
    """A description that fits its checksum and makes no sense."""
    from autograd_lite.save import npz, tensors

    path = tmp_path / f"a{suffix}"
    path.write_bytes({".npz": npz, ".safetensors": tensors}[suffix].dumped(skeleton, {"x": np.zeros(2)}))
    with pytest.raises(StorageError, match=r"its description of the tree makes no sense|knows nothing: x"):
        ag.load(path)


def test_two_members_of_one_name(tmp_path: Path) -> None:
    """Which of the two would count is anybody's guess."""
    member = io.BytesIO()
    np.save(member, np.zeros(2))
    with zipfile.ZipFile(tmp_path / "a.npz", "w") as file:
        file.writestr("x.npy", member.getvalue())
        with pytest.warns(UserWarning, match="Duplicate"):
            file.writestr("x.npy", member.getvalue())
    with pytest.raises(StorageError, match="two members of one name"):
        ag.load(tmp_path / "a.npz")


def deep(levels: int) -> Any:
    tree: Any = 1
    for _ in range(levels):
        tree = [tree]
    return tree


@both
@pytest.mark.parametrize(
    ("tree", "error", "said"),
    [
        ({"a": [1, object()]}, KindError, r"the entry 'a\.1' is object .*dictionaries, lists and tuples"),
        (lambda: 1, KindError, "the tree is function"),
        ({"a": np.array([1j])}, KindError, "the entry 'a' is ndarray .*complex"),
        ({"a": np.array(["x"])}, KindError, "arrays of float16 to float64"),
        ({"a": np.longdouble(1)}, KindError, "arrays of float16 to float64"),
        ({"a": np.ma.masked_array([1.0, 2.0], [True, False])}, KindError, "the entry 'a': a masked array would lose"),
        ({(1, 2): 3}, KindError, r"the tree has the key tuple \(1, 2\)"),
        ({"a": {np.int64(1): 3}}, KindError, "the entry 'a' has the key int64"),
        ({"a": "\ud800"}, KindError, "no file can hold as text"),
        ({"\ud800": np.zeros(2)}, KindError, "no file can hold as text"),
        pytest.param(10**5000, KindError, "cannot be kept", id="a long integer"),
        (deep(201), KindError, "more than 200 levels deep"),
        ({1, 2}, KindError, "the tree is set"),
    ],
)  # fmt: skip
def test_what_cannot_be_kept(suffix: str, tree: Any, error: type[Exception], said: str, tmp_path: Path) -> None:
    """Refused by its place in the tree, and the old file stays."""
    path = ag.save(tmp_path / f"a{suffix}", "old")
    with pytest.raises(error, match=said):
        ag.save(path, tree)
    assert ag.load(path) == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_wrong_calls(tmp_path: Path) -> None:
    """Suffixes, folders, kinds of paths, limits."""
    with pytest.raises(StorageError, match=r"files are \.safetensors or \.npz"):
        ag.save(tmp_path / "a.json", 1)
    with pytest.raises(StorageError, match=r"there is no folder .*nowhere.*Make it first"):
        ag.save(tmp_path / "nowhere" / "a.npz", 1)
    with pytest.raises(StorageError, match="could not be read: No such file"):
        ag.load(tmp_path / "a.npz")
    with pytest.raises(KindError, match="expected the path of a file, got int 3"):
        ag.save(3, 1)  # type: ignore[arg-type]
    for limit in (-1, 1.5, True):
        with pytest.raises(ArgumentValueError, match="is no number of bytes"):
            ag.load(tmp_path / "a.npz", max_bytes=limit)  # type: ignore[arg-type]
    (tmp_path / "folder.npz").mkdir()
    with pytest.raises(StorageError, match=r"could not be written .*; what was there before is unchanged"):
        ag.save(tmp_path / "folder.npz", 1)
    assert {p.name for p in tmp_path.iterdir()} == {"folder.npz"}


def test_links_and_permissions_stay(tmp_path: Path) -> None:
    """The file that a link points to is replaced, and keeps who may read it."""
    target, link = tmp_path / "target.npz", tmp_path / "link.npz"
    ag.save(target, 1)
    target.chmod(0o640)
    link.symlink_to(target)
    ag.save(link, 2)
    assert link.is_symlink()
    assert ag.load(target) == 2
    assert target.stat().st_mode & 0o777 == 0o640


WRITER = """
import sys, numpy as np, autograd_lite as ag
path, number = sys.argv[1], 0
while True:
    number += 1
    ag.save(path, {"number": number, "x": np.full(200_000, float(number))})
    if number == 1:
        print("ready", flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="has no SIGKILL")
@both
def test_a_kill_at_any_moment_leaves_a_whole_file(suffix: str, tmp_path: Path) -> None:
    """A program that does nothing but save is killed a dozen times; what is there can be loaded each time."""
    path = ag.save(tmp_path / f"a{suffix}", {"number": 0, "x": np.zeros(200_000)})
    rng = np.random.default_rng(0)
    found = []
    for _ in range(12):
        writer = subprocess.Popen([sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE)
        assert writer.stdout is not None
        writer.stdout.readline()
        time.sleep(rng.uniform(0.0, 0.05))
        writer.send_signal(signal.SIGKILL)
        writer.wait()
        writer.stdout.close()
        tree = ag.load(path)
        found.append(tree["number"])
        assert (tree["x"] == tree["number"]).all()
    assert max(found) > 0


FULL = """
import resource, signal, sys, numpy as np, autograd_lite as ag
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))
try:
    ag.save(sys.argv[1], np.zeros(100_000))
except OSError as error:
    print(type(error).__name__, error)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="has no limits of this kind")
@both
def test_a_full_disk_leaves_the_old_file(suffix: str, tmp_path: Path) -> None:
    """Where no more than 10,000 bytes can be written the old file stays, and nothing beside it."""
    path = ag.save(tmp_path / f"a{suffix}", "old")
    done = subprocess.run([sys.executable, "-c", FULL, str(path)], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("StorageError save: ")
    assert "what was there before is unchanged" in done.stdout
    assert ag.load(path) == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_what_is_written_is_on_the_disk_before_it_takes_the_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """fsync, then rename, then fsync of the folder; an error at any of them leaves the old file."""
    path = tmp_path / "a"
    path.write_bytes(b"old")
    calls = []
    monkeypatch.setattr(os, "fsync", lambda f: calls.append(("fsync", path.read_bytes())))
    write_whole(path, b"new")
    assert calls == [("fsync", b"old"), ("fsync", b"new")]

    def no_replace(self: Path, target: Path) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", no_replace)
    with pytest.raises(KeyboardInterrupt):
        write_whole(path, b"newer")
    assert path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]


def test_folders_that_cannot_be_brought_to_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on Windows, where a folder cannot be opened, and on some network file systems."""

    def refused(*args: Any) -> int:
        raise PermissionError

    with monkeypatch.context() as patch:
        patch.setattr(os, "open", refused)
        write_whole(tmp_path / "a", b"1")
    real = os.fsync
    calls: list[int] = []

    def second_refused(descriptor: int) -> None:
        calls.append(descriptor)
        if len(calls) > 1:
            raise OSError
        real(descriptor)

    monkeypatch.setattr(os, "fsync", second_refused)
    write_whole(tmp_path / "a", b"2")
    assert (tmp_path / "a").read_bytes() == b"2"


def test_a_true_of_another_byte_than_1_is_refused(tmp_path: Path) -> None:
    header = b'{"a":{"dtype":"BOOL","shape":[3],"data_offsets":[0,3]}}'
    path = tmp_path / "a.safetensors"
    path.write_bytes(len(header).to_bytes(8, "little") + header + b"\x07\x00\x02")
    with pytest.raises(StorageError, match="'a' is of booleans, and has a byte of 7"):
        ag.load(path)
