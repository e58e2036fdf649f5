"""The demos as a whole: their form, the command line, what a lesson keeps; and the tour's own demos, run small."""

import ast
import json
import os
import re
import signal
import subprocess
import sys
from contextlib import nullcontext, suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib.figure import Figure

import autograd_lite as ag
import nn
import optim
from demos import __main__ as command
from demos import catalogue
from demos.lesson import Lesson, figure

HERE = Path(__file__).parent
NAMES = catalogue.names()


@pytest.mark.parametrize("name", NAMES)
def test_a_demo_is_short_and_begins_with_its_title(name: str) -> None:
    lines = catalogue.script(name).read_text(encoding="utf-8").splitlines()
    assert 30 <= len(lines) <= 120
    assert lines[0] == "# %% [markdown]"
    assert lines[1].startswith("# # ")
    assert catalogue.cells(name)[-1][0] == "code"


@pytest.mark.parametrize("name", NAMES)
def test_a_demo_uses_public_names_alone(name: str) -> None:
    """It imports packages and what they export, and no attribute with an underscore; each is there."""
    tree = ast.parse(catalogue.script(name).read_text(encoding="utf-8"))
    packages = {"ag": ag, "nn": nn, "optim": optim}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            package = (node.module or "").partition(".")[0]
            assert package not in ("autograd_lite", "nn", "optim") or node.module in PUBLIC, node.module
        if isinstance(node, ast.Attribute):
            assert not re.match(r"_(?!_(init|name)__$)", node.attr), node.attr
            if isinstance(node.value, ast.Name) and node.value.id in packages:
                assert hasattr(packages[node.value.id], node.attr), node.attr


#: Modules of the packages that users import from.
PUBLIC = {"optim.sklearn", "nn.functional", "nn.init", "optim.lr_scheduler", "optim.schedules"}


@pytest.mark.parametrize("name", NAMES)
def test_every_demo_has_its_test(name: str) -> None:
    """A function `test_NAME...` in a file `test_demos*.py`, which runs it by the fixture `demo`."""
    texts = [path.read_text(encoding="utf-8") for path in HERE.glob("test_demos*.py")]
    assert any(re.search(rf"def test_{name}\w*\(.*\bdemo\b", text) for text in texts)


def test_check_accepts_the_right_and_names_the_wrong(demo: Any) -> None:
    run = demo("check")
    assert all(run.right)
    assert not run.wrong
    assert "3 of 3 derivatives are wrong" in run.lesson.printed
    assert "wrong_tanh (check.py:" in run.lesson.printed
    assert "output 'h', shape (2,)) is wrong with respect to argument 0" in run.lesson.printed
    assert "wrong by argument 0" in (run.lesson.out / "culprit.svg").read_text(encoding="utf-8")


def test_digits_learn(demo: Any) -> None:
    run = demo("digits", epochs=40)
    assert run.history["held-out accuracy"][-1] > 0.95
    # Between its kinks the network is linear: the gradient by the pixels is a product of the weights of active units.
    first, _, second = run.model
    active = run.pixels.data @ first.weight.data.T + first.bias.data > 0
    by_hand = (second.weight.data[run.predicted[run.chosen]] * active) @ first.weight.data
    assert np.allclose(run.pixels.grad.data, by_hand, atol=1e-5)


def test_demos_are_listed_with_their_options() -> None:
    said = command.listing()
    assert [name for name in NAMES if f"  {name} " not in said] == []
    assert "digits" in said
    assert "--epochs 40" in said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nothing"], "there is no nothing; there are list, all, a1"),
        (["a1", "--epochs", "3"], "unrecognized arguments: --epochs 3"),
        (["digits", "--epochs", "many"], "argument --epochs: invalid int value: 'many'"),
        (["digits", "--epochs", "0"], "argument --epochs: 0, where a number of at least 1 is expected, for digits"),
        (["--seed", "-1", "a2"], "argument --seed: -1, where a number from 0 to 4294967295 is expected, for a2"),
        (["a2", "--seed"], "argument --seed: expected one argument"),
        (["a4", "--t", "nan"], "argument --t: nan, where a finite number is expected, for a4"),
        (["a4", "a2", "--n", "2.5"], "argument --n: invalid int value: '2.5', for a2"),
        (["a4", "--step", "0"], "a4 cannot run with --step 0.0: float division by zero"),
        (["c1", "--lr=-1", "--quick"], "c1 cannot run with --lr -1.0: SGD: lr is -1.0; it must be at least 0"),
        (["a2", "--n", "99999999999999"], "a2 cannot run with --n 99999999999999: Unable to allocate"),
        (["a1", "--sed", "3"], "unrecognized arguments: --sed"),
        (["list", "a1"], "list stands alone, without a1"),
        (["--quick", "all", "all"], "all stands alone, without another"),
        ([""], "there is no ''; there are list"),
        (["d5", "--data", "none.csv"], "none.csv: a csv file with eight columns and an outcome is expected there"),
    ],
)
def test_what_the_command_line_refuses(words: list[str], said: str) -> None:
    done = subprocess.run([sys.executable, "-m", "demos", *words], capture_output=True, text=True)
    assert done.returncode != 0
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert "usage" not in done.stderr


def test_words_and_options_stand_in_any_order(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each demo gets the options that it has, each as a value of its own type; a demo named twice runs once."""
    seen = {}
    monkeypatch.setattr(command, "play", lambda name, **given: seen.update({name: given}))
    monkeypatch.setattr(command, "write_gallery", lambda: command.OUT / "index.html")
    command.main(["--n", "3", "a4", "--quick", "a2", "a4"])
    assert list(seen) == ["a4", "a2"]
    assert {name: (given, type(given["n"])) for name, given in seen.items()} == {
        "a4": ({"n": 3.0, "quick": True}, float),
        "a2": ({"n": 3, "quick": True}, int),
    }
    seen.clear()
    command.main(["--quick"])
    assert seen == {name: {"quick": True} for name in catalogue.TOUR}
    seen.clear()
    command.main(["--seed", "7", "all"])
    assert list(seen) == NAMES
    assert seen["a1"] == {}
    assert seen["e4"] == {"seed": 7}


def test_a_fault_of_a_demo_without_options_is_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    def play(name: str, **given: Any) -> None:
        raise ValueError("a fault")

    monkeypatch.setattr(command, "play", play)
    with pytest.raises(ValueError, match="a fault"):
        command.main(["a2", "--quick"])
    with pytest.raises(SystemExit, match="a2 cannot run with --n 2: a fault"):
        command.main(["a2", "--n", "2"])


def test_the_gallery_is_found_from_any_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "play", lambda name, **given: None)
    monkeypatch.setattr(command, "write_gallery", lambda: tmp_path / "out" / "index.html")
    for folder, said in ((tmp_path, "out/index.html"), (tmp_path / "out", "index.html"), (HERE, f"{tmp_path}/out/")):
        folder.mkdir(exist_ok=True)
        monkeypatch.chdir(folder)
        command.main(["a1"])
        assert f"All pictures: {said}" in capsys.readouterr().out


def run_from_outside(out: Path, *words: str, **other: Any) -> subprocess.Popen[str]:
    environment = os.environ | {"AUTOGRAD_LITE_OUT": str(out), "PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "ascii"}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    line = [sys.executable, "-m", "demos", *words]
    # Tests that run in the background of a shell ignore Ctrl-C, and so would what they start.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        return subprocess.Popen(line, text=True, env=environment, cwd=HERE.parent, **pipes)
    finally:
        signal.signal(signal.SIGINT, before)


def test_ctrl_c_ends_without_a_traceback_and_with_no_file_half_written(tmp_path: Path) -> None:
    made = run_from_outside(tmp_path, "a1", "c2")
    # The first demo is done and the second has begun.
    while not made.stdout.readline().startswith("C2."):
        assert made.poll() is None
    # Some libraries lose the signal when it comes while they are imported; who waits presses the keys again.
    said = None
    while said is None:
        made.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            _, said = made.communicate(timeout=1)
    # The signal itself is the status where it came within an `exec`.
    assert made.returncode in (130, -signal.SIGINT)
    assert said.endswith("demos: stopped.\n")
    assert "Traceback" not in said
    json.loads((tmp_path / "a1" / "lesson.json").read_text(encoding="utf-8"))
    assert not (tmp_path / "c2" / "lesson.json").exists()
    for picture in tmp_path.rglob("*.svg"):
        assert picture.read_text(encoding="utf-8").rstrip().endswith("</svg>")


def test_an_output_that_ends_or_knows_no_other_letters(tmp_path: Path) -> None:
    made = run_from_outside(tmp_path, "a1")
    assert "?g/?x = ?g/?p" in made.communicate(timeout=60)[0]
    with run_from_outside(tmp_path, "list") as made:
        made.stdout.close()
        assert made.stderr.read() == ""
        assert made.wait() == 1


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("kept")
    made = run_from_outside(tmp_path / "file", "a1")
    assert made.communicate()[1] == f"demos: {tmp_path / 'file' / 'a1'}: cannot be written: Not a directory.\n"
    assert made.returncode == 1


def test_a_picture_is_written_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("demos.lesson.OUT", tmp_path)

    class Broken:
        def savefig(self, goal: Any, **options: Any) -> None:
            with open(goal, "wb") if isinstance(goal, Path) else nullcontext(goal) as file:
                file.write(b"half")
            raise KeyboardInterrupt

    (tmp_path / "z9").mkdir()
    (tmp_path / "z9" / "a.svg").write_text("before")
    lesson = Lesson("z9")
    with pytest.raises(KeyboardInterrupt):
        lesson.show(Broken(), "a.svg", "broken")
    assert [path.name for path in lesson.out.iterdir()] == ["a.svg"]
    assert (lesson.out / "a.svg").read_text() == "before"
    assert lesson.pictures == []


def test_options_go_to_the_demos_that_have_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    seen = {}
    monkeypatch.setattr(command, "play", lambda name, **given: seen.update({name: given}))
    monkeypatch.setattr(command, "write_gallery", lambda: command.OUT / "index.html")
    command.main(["a1", "digits", "--epochs", "3", "--lr", "0.5", "--quick"])
    assert seen == {"a1": {"quick": True}, "digits": {"epochs": 3, "lr": 0.5, "quick": True}}


def test_a_lesson_refuses_options_that_it_does_not_have(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("demos.lesson.OUT", tmp_path)
    monkeypatch.setenv("AUTOGRAD_LITE_DEMO", '{"steps": 3}')
    with pytest.raises(ValueError, match=r"z9: there is no option 'steps'; there are epochs\."):
        Lesson("z9", epochs=3)
    monkeypatch.setenv("AUTOGRAD_LITE_DEMO", '{"quick": true}')
    lesson = Lesson("z9", quick={"epochs": 1}, epochs=3, seed=5)
    assert (lesson.epochs, lesson.seed) == (1, 5)
    with pytest.raises(AttributeError, match="no option 'rate'"):
        _ = lesson.rate


@pytest.mark.parametrize(
    ("lecture", "here", "within", "agrees"),
    [
        ("0.544871", 0.5448705, None, True),
        ("0.544871", 0.5448725, None, False),
        ("4", 4.0, None, True),
        ("4", 4.001, None, False),
        ("0.8175", 0.8095, 0.01, True),
        ("0.8175", 0.8065, 0.01, False),
        ("0.5", float("nan"), None, False),
    ],
)
def test_figures_agree_as_far_as_they_are_printed(
    lecture: str, here: float, within: float | None, agrees: bool
) -> None:
    row = figure("what", lecture, here, within)
    assert row["agrees"] is agrees
    assert row["said"] == ("" if agrees else "differs")


def test_ours_is_printed_with_a_digit_more_than_the_lectures() -> None:
    shown = [
        ("0.54", 0.5448705, "0.545"),
        ("4", 4.0, "4"),
        ("4", 4.25, "4.2"),
        ("-1.0", -1, "-1.00"),
        ("2", 0.5, "0.5"),
    ]
    for lecture, here, text in shown:
        assert figure("what", lecture, here, None)["here"] == text


def test_the_same_figure_gives_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also those that clip their lines, whose names matplotlib would else draw by lot, and without the date."""
    monkeypatch.setattr("demos.lesson.OUT", tmp_path)
    lesson = Lesson("z9")
    for file in ("a.svg", "b.svg"):
        made = Figure()
        made.subplots().plot([1, 2], [3, 4])
        lesson.show(made, file, "A line.")
    first, second = ((lesson.out / shown["file"]).read_text(encoding="utf-8") for shown in lesson.pictures)
    assert first == second
    assert "clip-path" in first
    assert "<dc:date>" not in first


def test_each_table_of_figures_has_its_number(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the number the page of the gallery knows which rows were printed together."""
    monkeypatch.setattr("demos.lesson.OUT", tmp_path)
    lesson = Lesson("z9")
    for rows in ([("a", "1", 1), ("b", "2", 2)], [("c", "3", 3)], [("d", "4", 4)]):
        lesson.compare(rows)
    assert [(row["what"], row["table"]) for row in lesson.figures] == [("a", 0), ("b", 0), ("c", 1), ("d", 2)]


def test_a_picture_needs_a_file_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("demos.lesson.OUT", tmp_path)
    lesson = Lesson("z9")
    lesson.show(ag.draw(ag.Value(1.0) * 2), "a.svg", "once")
    with pytest.raises(ValueError, match="shown twice"):
        lesson.show(ag.draw(ag.Value(1.0) * 2), "a.svg", "twice")
