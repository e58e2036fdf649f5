"""Pictures as files: safely written, laid out by either engine, with fonts or without."""

import os
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import autograd_lite as ag
from autograd_lite import errors
from autograd_lite.draw import fonts, render
from tests.drawings import A1_AS_TEXT, a1, b1, boxes, needs_an_engine, needs_dot, needs_pygraphviz, words


@pytest.fixture
def without_pygraphviz(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a machine where its wheel is missing."""
    monkeypatch.setitem(sys.modules, "pygraphviz", None)


@pytest.fixture
def without_engine(without_pygraphviz: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a machine with no Graphviz at all."""
    monkeypatch.setenv("PATH", "")


def test_direction_decides_what_is_seen() -> None:
    g, names = a1()
    dots = {d: ag.draw(g, names=names, direction=d).dot for d in ("forward", "backward", "both")}
    value, gradient, derivative = (f'COLOR="{c}"' for c in ("#137a3a", "#b3261e", "#5b3f9e"))
    assert value in dots["forward"]
    assert gradient not in dots["forward"]
    assert derivative not in dots["forward"]
    assert all(c in dots["backward"] for c in (value, gradient, derivative))
    assert "dir=back" in dots["backward"]
    assert dots["both"].count(gradient) > dots["backward"].count(gradient)


def test_legend_and_title() -> None:
    g, names = a1()
    assert "local derivative × gradient" in ag.draw(g, names=names).dot
    titled = ag.draw(g, names=names, title='A "first"\n<graph>', legend=False)
    assert 'A "first" &lt;graph&gt;' in titled.dot
    assert "labelloc=t" in titled.dot
    assert "local derivative × gradient" not in titled.dot
    assert str(titled).startswith('A "first" <graph>\n\n1  x')
    assert "label=" not in ag.draw(g, title=None, legend=False).dot.split("n1 [")[0]


@needs_pygraphviz
@pytest.mark.parametrize("rankdir", ["LR", "TB"])
def test_all_directions_have_one_layout(rankdir: Any) -> None:
    g, names = a1()
    svgs = [ag.draw(g, names=names, direction=d, rankdir=rankdir).svg() for d in ("forward", "backward", "both")]
    assert boxes(svgs[0])
    assert boxes(svgs[0]) == boxes(svgs[1]) == boxes(svgs[2])
    sizes = {(ET.fromstring(svg).get("width"), ET.fromstring(svg).get("height")) for svg in svgs}
    assert len(sizes) == 1


@needs_pygraphviz
def test_pygraphviz_lays_out(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("PATH", "")
    g, names = a1()
    picture = ag.draw(g, names=names)
    seen = words(picture.svg())
    assert sorted(w for w in seen if "∂" in w) == ["∂g/∂p = z = −3", "∂g/∂z = p = 4", "∂p/∂x = 1", "∂p/∂y = 1"]
    assert picture.png().startswith(b"\x89PNG\r\n\x1a\n")
    assert picture.pdf().startswith(b"%PDF")
    assert capfd.readouterr().err == ""


@needs_dot
def test_a_dot_program_lays_out(without_pygraphviz: None) -> None:
    loss, names = b1()
    picture = ag.draw(loss, names=names)
    seen = words(picture.svg())
    assert "∂h₁/∂u₁ = [u₁ > 0] = 1" in seen
    assert "−0.7897" in seen
    assert picture.png().startswith(b"\x89PNG\r\n\x1a\n")
    assert picture.pdf().startswith(b"%PDF")


@needs_an_engine
def test_text_that_is_not_shown_is_not_in_the_svg() -> None:
    g, names = a1()
    seen = words(ag.draw(g, names=names, direction="forward", legend=False).svg())
    assert sorted(w for w in seen if w.strip()) == sorted(
        ["1", "x", "3", "y", "−3", "z", "4", "+", "p", "−12", "×", "g"]
    )


@needs_an_engine
@pytest.mark.parametrize("rankdir", ["LR", "RL", "TB", "BT"])
def test_hostile_names_are_drawn_and_do_no_harm(rankdir: Any) -> None:
    hostile = [
        '"<script>alert(1)</script>',
        "&amp;\"'>",
        "a\nb\\n\x00\ud800",
        "权重",
        "שלום",
        "<B>",
        "-->",
        "]]>",
        "\n",
        "\\",
    ]
    nodes = [ag.Value(i + 1.0, name=n) for i, n in enumerate(hostile)]
    total = nodes[0] ** nodes[1]
    for n in nodes[2:]:
        total = total * n.exp()
    picture = ag.draw(total, title=hostile[0], rankdir=rankdir)
    svg = picture.svg()
    assert "script" not in {element.tag.rpartition("}")[2] for element in ET.fromstring(svg).iter()}
    seen = words(svg)
    for shown in ('"<script>alert(1)</script>', "&amp;\"'>", "a b\\n", "权重", "<B>", "-->", "]]>", "\\"):
        assert shown in seen
    assert picture.dot.encode()


@needs_an_engine
def test_every_kind_of_array_is_drawn() -> None:
    x = ag.Tensor(np.linspace(-1, 1, 60).reshape(20, 3), requires_grad=True, name="x")
    few = ag.Tensor([[0.5, -1.0], [2e-9, 3.0]], requires_grad=True, name="few")
    nothing = ag.Tensor(np.zeros((0, 3)), requires_grad=True, name="nothing")
    y = (x * ag.Tensor(x.data > 0)).sum() + few.sum() + nothing.sum()
    seen = words(ag.draw(y).svg())
    assert {"min", "mean", "0.5", "2×10⁻⁹", "empty", "20×3", "2×2"} <= {word.strip() for word in seen}


def test_no_engine_says_how_to_get_one(without_engine: None, tmp_path: Path) -> None:
    g, names = a1()
    picture = ag.draw(g, names=names)
    for make in (picture.svg, picture.png, picture.pdf):
        with pytest.raises(errors.DrawingError, match=r"pip install pygraphviz.*`dot` is on the PATH"):
            make()
    with pytest.raises(errors.DrawingError, match="pip install pygraphviz"):
        picture.save(tmp_path / "a1.svg")
    with pytest.raises(errors.DrawingError, match="lay out a picture as tex"):
        picture.save(tmp_path / "a1.tex")
    assert list(tmp_path.iterdir()) == []
    picture.save(tmp_path / "a1.txt")
    picture.save(tmp_path / "a1.dot")
    shown = picture._repr_mimebundle_()
    assert list(shown) == ["text/plain"]
    assert shown["text/plain"].startswith(A1_AS_TEXT)
    assert "pip install pygraphviz" in shown["text/plain"]
    assert picture._repr_svg_() is None


def test_an_engine_that_fails_says_so(monkeypatch: pytest.MonkeyPatch, without_pygraphviz: None) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: "/bin/dot")
    failed = subprocess.CompletedProcess([], 1, b"", b"Error: out of ink")
    monkeypatch.setattr(subprocess, "run", lambda *args, **kwargs: failed)
    with pytest.raises(errors.DrawingError, match="could not lay out the picture: Error: out of ink"):
        render.render("digraph {}", "svg")


@needs_pygraphviz
def test_pygraphviz_that_fails_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    import pygraphviz

    def fail(*args: Any, **kwargs: Any) -> None:
        os.write(2, b"Fontconfig warning: noise\nout of ink\n")
        raise ValueError("no layout")

    monkeypatch.setattr(pygraphviz.AGraph, "draw", fail)
    with pytest.raises(errors.DrawingError, match="no layout"):
        render.render("digraph {}", "svg")


@needs_pygraphviz
def test_only_the_noise_of_the_wheel_is_held_back(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import pygraphviz

    def talk(*args: Any, **kwargs: Any) -> bytes:
        os.write(2, b"Fontconfig warning: noise\nWarning: heard\n")
        return b""

    monkeypatch.setattr(pygraphviz.AGraph, "draw", talk)
    render.render("digraph {}", "svg")
    assert capsys.readouterr().err == "Warning: heard\n"

    def no_console(descriptor: int) -> int:
        raise OSError("no such descriptor")

    monkeypatch.setattr(os, "dup", no_console)
    assert render.render("digraph {}", "svg") == b""


@needs_an_engine
def test_save_by_suffix(tmp_path: Path) -> None:
    g, names = a1()
    picture = ag.draw(g, names=names)
    starts = {"svg": b"<?xml", "PNG": b"\x89PNG", "pdf": b"%PDF", "dot": b"digraph", "tex": b"% ", "txt": b"1  x"}
    for suffix, start in starts.items():
        path = picture.save(str(tmp_path / f"a1.{suffix}"))
        assert path.read_bytes().startswith(start)
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(f"a1.{suffix}" for suffix in starts)
    assert picture._repr_mimebundle_() == {"image/svg+xml": picture.svg(), "text/plain": A1_AS_TEXT}
    assert picture._repr_svg_() == (tmp_path / "a1.svg").read_text()


@pytest.mark.parametrize("name", ["a1.jpg", "a1", ".svg"])
def test_save_refuses_other_suffixes(name: str, tmp_path: Path) -> None:
    with pytest.raises(errors.DrawingError, match=r"\.svg, \.png, \.pdf, \.tex, \.dot, \.txt, \.html"):
        ag.draw(a1()[0]).save(tmp_path / name)
    with pytest.raises(errors.DrawingError, match="no folder"):
        ag.draw(a1()[0]).save(tmp_path / "missing" / "a1.txt")


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    goal = tmp_path / "a1.txt"
    goal.write_text("before")

    def full(self: Path, data: bytes) -> int:
        self.touch()
        raise OSError("disk full")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="disk full"):
        ag.draw(a1()[0]).save(goal)
    assert [p.name for p in tmp_path.iterdir()] == ["a1.txt"]
    assert goal.read_text() == "before"


def test_what_cannot_be_written_says_so(tmp_path: Path) -> None:
    """Of a picture, a text and a map alike."""
    g, names = a1()
    (tmp_path / "taken.txt").mkdir()
    for drawn in (ag.draw(g, names=names), ag.explain(g, names=names), ag.trace(g)):
        for wrong in (3, None, b"a.txt", ["a.txt"]):
            with pytest.raises(errors.KindError, match="save: expected the path of a file, such as 'graph"):
                drawn.save(wrong)  # type: ignore[arg-type]
        for name in ("taken.txt", "a\0.txt", "x" * 300 + ".txt"):
            with pytest.raises(errors.StorageError, match=r"save: .* could not be written .* is unchanged"):
                drawn.save(tmp_path / name)
        assert drawn.save(tmp_path / f"{'x' * 250}.txt").stat().st_size
    assert len(list(tmp_path.iterdir())) == 2


def test_threads_save_to_one_file(tmp_path: Path) -> None:
    picture = ag.draw(a1()[0])
    with ThreadPoolExecutor(8) as pool:
        saved = list(pool.map(lambda _: picture.save(tmp_path / "a1.txt"), range(200)))
    assert {path.read_text() for path in saved} == {f"{picture}\n"}
    assert [p.name for p in tmp_path.iterdir()] == ["a1.txt"]


@pytest.fixture
def no_system_fonts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """As in a small container."""
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(fonts, "SYSTEM", tmp_path / "fonts.conf")
    monkeypatch.setattr(fonts, "DIRECTORIES", (str(tmp_path),))
    for variable in ("FONTCONFIG_FILE", "FONTCONFIG_PATH"):
        monkeypatch.delenv(variable, raising=False)
    fonts._configuration.cache_clear()


def test_no_fonts_at_all_is_an_error_for_pixels(no_system_fonts: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "find_spec", lambda name: None)
    with pytest.raises(errors.DrawingError, match=r"no fonts.*pip install matplotlib"):
        ag.draw(a1()[0]).png()
    monkeypatch.setenv("FONTCONFIG_FILE", "/mine.conf")
    fonts.require_fonts("png")
    with fonts.environment():
        assert os.environ["FONTCONFIG_FILE"] == "/mine.conf"


def test_fonts_of_matplotlib_serve(no_system_fonts: None) -> None:
    pytest.importorskip("matplotlib")
    fonts.require_fonts("png")
    with fonts.environment():
        configuration = Path(os.environ["FONTCONFIG_FILE"])
        assert "mpl-data" in configuration.read_text()
    assert "FONTCONFIG_FILE" not in os.environ
    fonts._configuration.cache_clear()


def test_importing_the_library_loads_no_drawing_package() -> None:
    program = (
        "import sys, autograd_lite as ag\n"
        "import autograd_lite.draw.render\n"
        "assert callable(ag.draw), ag.draw\n"
        "ag.draw(ag.Value(1.0) * 2)\n"
        "loaded = {'graphviz', 'pygraphviz', 'matplotlib'} & set(sys.modules)\n"
        "assert not loaded, loaded\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
