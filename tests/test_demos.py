"""The tour's demos print the lectures' figures, write their pictures, and learn."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from demos import a1, b1, characters, check, copy, digits, e4, gallery


def test_a1_prints_and_draws(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pictures = a1.run(tmp_path)
    printed = capsys.readouterr().out
    for figure in ("p = 4", "g = -12", "dg/dg = 1", "dg/dz = 4", "dg/dp = -3", "dg/dx = -3", "dg/dy = -3"):
        assert figure in printed
    assert all((tmp_path / name).stat().st_size > 1000 for name in pictures)


def test_b1_agrees_with_the_lecture(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pictures = b1.run(tmp_path)
    rows = re.findall(r"^.{28}\s*(-?[\d.]+)\s+(-?[\d.]+)$", capsys.readouterr().out, flags=re.MULTILINE)
    assert len(rows) == 7
    for printed, ours in rows:
        assert float(ours) == pytest.approx(float(printed), abs=1e-6)
    assert (tmp_path / next(iter(pictures))).exists()


def test_check_accepts_the_right_and_names_the_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    check.run(tmp_path)
    right, wrong = capsys.readouterr().out.split("and a rule with a square forgotten:")
    assert right.count("agree with finite differences") == 3
    assert "3 of 3 derivatives are wrong" in wrong
    assert "wrong_tanh (check.py:" in wrong
    assert "output 'h', shape (2,)) is wrong with respect to argument 0" in wrong
    assert "wrong by argument 0" in (tmp_path / "culprit.svg").read_text(encoding="utf-8")
    assert (tmp_path / "step.svg").exists()


def test_digits_learn(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pictures = digits.run(tmp_path)
    assert all((tmp_path / name).exists() for name in pictures)
    share = re.search(r"([\d.]+)% on held-out images", capsys.readouterr().out)
    assert share is not None
    assert float(share[1]) > 95


def test_e4_shows_how_gradients_vanish(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each sigmoid takes at least three quarters of the gradient's slope; ReLU leaves it what it was."""
    pictures = e4.run(tmp_path)
    assert all((tmp_path / name).exists() for name in pictures)
    said = re.findall(r"gradient is ([\d,]+) times smaller", capsys.readouterr().out)
    sigmoid, relu = (int(number.replace(",", "")) for number in said)
    assert sigmoid > 100_000
    assert relu < 1_000


def test_an_lstm_learns_to_copy(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """In fewer steps than in the demo it is on the way: far below guessing, ln 4."""
    monkeypatch.setattr(copy.train, "__defaults__", (500,))
    pictures = copy.run(tmp_path)
    assert all((tmp_path / name).exists() for name in pictures)
    share = re.search(r"repeated rightly: ([\d.]+)%", capsys.readouterr().out)
    assert share is not None
    assert float(share[1]) > 60


def test_a_transformer_learns_a_text(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(characters.train, "__defaults__", (200,))
    pictures = characters.run(tmp_path)
    assert all((tmp_path / name).exists() for name in pictures)
    printed = capsys.readouterr().out
    end = re.search(r"([\d.]+) in the end", printed)
    assert end is not None
    assert float(end[1]) < 0.5
    written = printed.partition("it writes: the gradient of a ")[2].split()
    assert len(set(written) & set(characters.TEXT.split())) >= 4


def test_demos_by_name() -> None:
    done = subprocess.run([sys.executable, "-m", "demos", "nothing"], capture_output=True, text=True)
    assert done.returncode == 1
    assert "there is no nothing; there are a1, b1" in done.stderr


def test_gallery_escapes_captions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gallery, "OUT", tmp_path)
    page = gallery.write_gallery([("A < B", tmp_path / "a", {"x.svg": 'said "<b>"'})])
    text = page.read_text(encoding="utf-8")
    assert "<h2>A &lt; B</h2>" in text
    assert 'src="a/x.svg"' in text
    assert "&lt;b&gt;" in text
