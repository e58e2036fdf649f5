"""python -m autograd_lite.gradcheck: what it reads, what it prints, and how it exits."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograd_lite.gradcheck.__main__ import main, read

ROOT = Path(__file__).parents[1]
PROGRAM = """
import numpy as np
import autograd_lite as ag

def right(x):
    return np.tanh(x) * x

def affine(w, x, b):
    return w @ x + b

def picked(x, i):
    return x[i] ** 2

def tree(p):
    return (p["w"] * p["b"]).sum()

halved = ag.op("halved", np.square, elementwise=True, partials=[("x", lambda g, out, x: g * x)])

def wrong(x):
    y = halved(x)
    return y.sum()

def second(x):
    return raw(x)

raw = ag.op("raw", np.square, elementwise=True, partials=[("2 x", lambda g, out, x: g * 2 * np.asarray(x))])

class Model:
    @staticmethod
    def loss(x):
        return (x * x).sum()

def breaks(x):
    raise RuntimeError("mine")

number = 3.0
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "package").mkdir()
    (tmp_path / "package" / "__init__.py").write_text("")
    (tmp_path / "package" / "functions.py").write_text(PROGRAM)
    (tmp_path / "faulty.py").write_text("import no_such_library\n")
    np.save(tmp_path / "x.npy", np.array([[1.0, 2.0], [3.0, 4.0]]))
    np.savez(tmp_path / "p.npz", w=np.array([1.5, -0.5]), b=np.array(2.0))
    return tmp_path


def run(folder: Path, name: str, *words: str) -> Any:
    """The command in that folder: exit status, output, errors."""
    path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    return subprocess.run(
        [sys.executable, "-m", "autograd_lite.gradcheck", name, *words],
        capture_output=True, text=True, cwd=folder, env=os.environ | {"PYTHONPATH": path},
    )  # fmt: skip


def test_right(folder: Path) -> None:
    """The report, and 0; the module is found in the folder where the command runs."""
    done = run(folder, "package.functions:right", "--inputs", "2x3")
    assert (done.returncode, done.stderr) == (0, "")
    assert "right: all 36 derivatives agree with finite differences" in done.stdout


def test_wrong(folder: Path) -> None:
    """The report with the culprit, its line and its variable, and 1."""
    done = run(folder, "package.functions:wrong", "--inputs", "[1.0, -2.0]")
    assert (done.returncode, done.stderr) == (1, "")
    line = PROGRAM.splitlines().index("    y = halved(x)") + 1
    assert f"halved (functions.py:{line}, output 'y', shape (2,)) is wrong with respect to argument 0" in done.stdout
    assert "factor 0.5" in done.stdout


@pytest.fixture
def here(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same folder for calls within this process."""
    monkeypatch.chdir(folder)
    monkeypatch.syspath_prepend(folder)
    for name in ("package", "package.functions"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    return folder


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (["right", "--inputs", "2.5"], 0, "the only derivative agrees"),
        (["right", "--inputs", "-2.5"], 0, "the only derivative agrees"),
        (["right", "--inputs", "-1e-3"], 0, "the only derivative agrees"),
        (["right", "--inputs", "5x"], 0, "all 25 derivatives"),
        (["right", "--inputs", "x.npy"], 0, "all 16 derivatives"),
        (["right", "--inputs", "p.npz:w"], 0, "all 4 derivatives"),
        (["tree", "--inputs", "p.npz"], 0, "all 3 derivatives"),
        (["tree", "--inputs", "{'w': [1.0, 2.0], 'b': 3.0}"], 0, "all 3 derivatives"),
        (["affine", "--inputs", "2x3", "3x", "[0.5, 1.5]"], 0, "all 22 derivatives"),
        (["picked", "--inputs", "[1.0, 2.0, 3.0]", "2"], 0, "all 3 derivatives"),
        (["Model.loss", "--inputs", "4x"], 0, "all 4 derivatives"),
        (["right", "--inputs", "2x3", "--fast"], 0, "directions"),
        (["second", "--inputs", "3x"], 0, "all 9 derivatives"),
        (["second", "--inputs", "3x", "--second"], 1, "raw"),
        (["wrong", "--inputs", "3x", "--fast"], 1, "halved"),
        (["wrong", "--inputs", "3x", "--rtol", "0.6"], 0, "all 3 derivatives"),
    ],
)
def test_inputs_and_options(
    words: list[str], status: int, said: str, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Numbers, shapes, literals and files; each option does what it says."""
    assert main([f"package.functions:{words[0]}", *words[1:]]) == status
    printed = capsys.readouterr()
    assert said in printed.out
    assert printed.err == ""


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["package.functions.right", "--inputs", "2.5"], "names no function"),
        (["package.functions:left", "--inputs", "2.5"], "package.functions has no 'left'"),
        (["package.functions:number", "--inputs", "2.5"], "is no function, but float"),
        (["package.nowhere:right", "--inputs", "2.5"], "no module 'package.nowhere'"),
        (["nowhere:right", "--inputs", "2.5"], "no module 'nowhere'"),
        (["faulty:right", "--inputs", "2.5"], "No module named 'no_such_library'"),
        (["package.functions:right", "--inputs", "two"], "'two' is no input"),
        (["package.functions:right", "--inputs", "[1.0, [2.0]]"], "is no input"),
        (["package.functions:right", "--inputs", "y.npy"], "y.npy cannot be read"),
        (["package.functions:right", "--inputs", "p.npz:c"], "has no array 'c'; it has w, b"),
        (["package.functions:right", "--inputs", "3"], "no float among the inputs"),
        (["package.functions:right", "--inputs", "2.5", "--rtol", "-1"], "rtol"),
        (["package.functions:breaks", "--inputs", "2.5"], "RuntimeError: mine"),
    ],
)
def test_what_cannot_be_checked(words: list[str], said: str, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is wrong goes to stderr, and the status is 2."""
    assert main(words) == 2
    printed = capsys.readouterr()
    assert said in printed.err
    assert printed.out == ""


@pytest.mark.parametrize("words", [["package.functions:right"], [], ["package.functions:right", "--inputs"]])
def test_wrong_usage(words: list[str], here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(words)
    assert caught.value.code == 2
    assert "usage" in capsys.readouterr().err


def test_help(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["--help"])
    assert caught.value.code == 0
    printed = capsys.readouterr().out
    assert all(word in printed for word in ("3x4", "5x", ".npz:w", "--fast", "--second", "--rtol", "--seed", "exit"))


def test_seed() -> None:
    """The same seed gives the same numbers."""
    a, b, c = (read("3x4", np.random.default_rng(seed)) for seed in (0, 0, 1))
    assert np.array_equal(a, b)
    assert not np.array_equal(a, c)


def test_kinds() -> None:
    """Integers stay what they are, so that they are constants."""
    rng = np.random.default_rng(0)
    assert type(read("2", rng)) is int
    assert read("[1, 2]", rng).dtype.kind == "i"
    assert read("(1.0, [2.0])", rng)[1].tolist() == [2.0]
    assert read("'text'", rng) == "text"
    assert read("None", rng) is None
