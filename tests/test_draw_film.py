"""Films of learning: what is captured, one layout for all frames, GIFs and pages."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import autograd_lite as ag
from autograd_lite import errors
from autograd_lite.draw.film import path as chart
from autograd_lite.draw.film.reel import sources
from autograd_lite.draw.film.room import breadth, room, widened
from autograd_lite.draw.render import render_svg

image = pytest.importorskip("PIL.Image", reason="pillow is not installed")


def descent(steps: int = 4, rate: float = 0.25) -> Iterator[Any]:
    """(w - 3)^2 from w = 1: the loss is 4 at first, and a quarter at each step."""
    w = ag.Value(1.0, name="w")
    for _ in range(steps):
        d = w - 3
        loss = d * d
        w.grad = 0.0
        loss.backward()
        yield loss, {"w": w, "d": d, "L": loss}
        w.data -= rate * w.grad


def bowl(steps: int = 5) -> Iterator[Any]:
    """a^2 + 4 b^2 from (2, 1)."""
    w = ag.Tensor([2.0, 1.0], requires_grad=True, name="w")
    scale = np.array([1.0, 4.0])
    for _ in range(steps):
        loss = (w * w * scale).sum()
        w.grad = None
        loss.backward()
        yield loss, {"w": w, "L": loss}
        w.data = w.data - 0.1 * w.grad.data


def of(picture: Any, name: str) -> Any:
    (node,) = [n for n in picture.nodes if n.name == name]
    return node


def places(svg: str) -> list[str]:
    """Where boxes and lines are; not what is written."""
    return re.findall(r'<(?:path|polygon)[^>]* (?:d|points)="([^"]*)"', svg)


def test_frames_are_what_was_when_they_were_produced() -> None:
    """By hand: w = 1, 2, 2.5, 2.75; the loss (w - 3)^2; its gradient 2 (w - 3)."""
    film = ag.draw.film(descent())
    assert [frame.loss for frame in film.frames] == [4, 1, 0.25, 0.0625]
    pictures = [frame.picture for frame in film.frames]
    assert [of(p, "w").value for p in pictures] == [1, 2, 2.5, 2.75]
    assert [of(p, "w").gradient for p in pictures] == [-4, -2, -1, -0.5]
    assert len(film) == 4
    assert repr(film) == "<Film of a graph: 4 frames, L from 4 to 0.0625>"


def test_a_step_yielded_after_its_update_is_the_step_itself() -> None:
    """The loss, the gradient and the value that both are of, though the parameter has moved on."""
    w = ag.Tensor(np.array(1.0), requires_grad=True, name="w")

    def steps() -> Iterator[Any]:
        for _ in range(2):
            loss = (w - 3) * (w - 3)
            w.grad = None
            loss.backward()
            w.data = w.data - 0.25 * w.grad.data
            yield loss

    film = ag.draw.film(steps())
    assert [(of(f.picture, "w").value, of(f.picture, "w").gradient, f.loss) for f in film.frames] == [
        (1, -4, 4), (2, -2, 1),
    ]  # fmt: skip
    w.data = np.array(1.0)
    assert [(f.place, f.loss) for f in ag.draw.film(steps(), path=w).frames] == [((1,), 4), ((2,), 1)]


def test_the_steps_run_once() -> None:
    runs = []

    def steps() -> Iterator[Any]:
        runs.append(1)
        yield from descent(2)

    film = ag.draw.film(steps)
    assert len(film.html()) == len(film.html())
    assert runs == [1]


def test_no_gradient_is_touched() -> None:
    w = ag.Value(1.0, name="w")
    ag.draw.film([w * w, w * w]).html()
    assert w.grad == 0


def test_all_frames_have_one_layout() -> None:
    """Though -3.123e-05 is much wider than 7; in all four directions of the layout."""
    x = ag.Value(7.0, name="x")
    values = [7.0, -0.00003123456, 123456.7, 1.0]
    for rankdir in ("LR", "RL", "TB", "BT"):
        pictures = []
        for value in values:
            x.data = value
            pictures.append(ag.draw(ag.sin(x * 3.25) * x, rankdir=rankdir, title="t"))
        apart = [places(render_svg(p.dot)) for p in pictures]
        assert apart[0] != apart[1]
        together = [places(render_svg(source)) for source in sources(pictures)]
        # What has changed has a ground of its own.
        bare = [[p for p in found if p in together[0]] for found in together]
        assert bare[0] == bare[1] == bare[2] == bare[3] == together[0]


def test_arrays_have_room() -> None:
    pictures = []
    for scale in (1.0, -0.001234):
        x = ag.Tensor(scale * np.arange(1.0, 5.0).reshape(2, 2), requires_grad=True, name="x")
        pictures.append(ag.draw(ag.tanh(x).sum(), legend=False))
    together = [places(render_svg(source)) for source in sources(pictures)]
    assert together[0] == [place for place in together[1] if place in together[0]]


def test_what_training_changes_is_marked() -> None:
    film = ag.draw.film(descent(2))
    first, second = sources([frame.picture for frame in film.frames if frame.picture])
    assert "#fff0b3" not in first
    assert second.count("#fff0b3") == 1
    (line,) = [line for line in second.splitlines() if "#fff0b3" in line]
    assert ">w<" in line


def test_room_is_of_the_widest() -> None:
    narrow, wide = (
        '<FONT POINT-SIZE="10">1</FONT>',
        '<FONT POINT-SIZE="10">1</FONT><BR/><FONT POINT-SIZE="10">123456</FONT>',
    )
    assert breadth(wide) > 4 * breadth(narrow)
    x = ag.Value(1.0, name="x")
    dot = ag.draw(x * 2).dot
    assert widened(dot, {}) == dot
    assert room([dot, dot]) == room([dot])


def test_a_gif_has_every_frame() -> None:
    film = ag.draw.film(descent(), rate=2, title="Descent")
    gif = film.gif()
    opened = image.open(BytesIO(gif))
    assert (opened.format, opened.n_frames) == ("GIF", 4)
    durations = []
    for i in range(4):
        opened.seek(i)
        durations.append(opened.info["duration"])
    assert durations == [500, 500, 500, 2000]
    assert film.gif() == gif


def test_frames_alike_stay_frames() -> None:
    """A training that stands still is as long as one that moves."""
    x = ag.Value(2.0, name="x")
    opened = image.open(BytesIO(ag.draw.film([x * x, x * x, x * x], rate=2).gif()))
    total = 0
    for i in range(opened.n_frames):
        opened.seek(i)
        total += opened.info["duration"]
    assert total == 500 + 500 + 2000


def test_a_path_is_of_one_or_two_numbers() -> None:
    """By hand: a shrinks by 0.8 and b by 0.2 at each step."""
    film = ag.draw.film(bowl(3), path="w")
    assert film.axes == ("w₁", "w₂")
    np.testing.assert_allclose([f.place for f in film.frames], [(2, 1), (1.6, 0.2), (1.28, 0.04)])
    assert [f.picture for f in film.frames] == [None] * 3
    one = ag.draw.film(descent(3), path="w")
    assert (one.axes, [f.place for f in one.frames]) == (("w",), [(1,), (2,), (2.5,)])
    assert chart.chart(one).points == ((1, 4), (2, 1), (2.5, 0.25))
    assert repr(one) == "<Film of the path of w: 3 frames, L from 4 to 0.25>"


def test_a_path_as_gif_with_lines_of_equal_loss() -> None:
    film = ag.draw.film(bowl(3), path="w", surface=lambda a, b: a * a + 4 * b * b)
    opened = image.open(BytesIO(film.gif()))
    assert opened.n_frames == 3
    assert film.gif() == film.gif()


def test_lines_of_equal_loss_are_where_the_loss_is_equal() -> None:
    """On the circle of its level, for x^2 + y^2, as far as cells of a twentieth allow."""
    x = np.linspace(-1, 1, 41)
    pieces = chart.contours(x, x, x[:, None] ** 2 + x**2)
    radii = sorted({round(float(np.hypot(*end)) ** 2 * 169 / 2) for piece in pieces for end in piece})
    assert radii == [k * k for k in range(1, 13)]


@pytest.mark.parametrize("losses", [np.full((3, 3), 2.0), np.full((3, 3), np.nan)])
def test_a_flat_surface_has_no_lines(losses: Any) -> None:
    assert chart.contours(np.arange(3.0), np.arange(3.0), losses) == []


def test_a_path_that_stands_still_or_diverges_is_drawn() -> None:
    w = ag.Value(0.0, name="w")
    assert ag.draw.film([w * w], path=w).html()
    values = iter([1.0, np.inf, np.nan])

    def steps() -> Iterator[Any]:
        for value in values:
            w.data = value
            with np.errstate(all="ignore"):
                yield w * w

    film = ag.draw.film(steps(), path=w)
    assert 'id="point-0"' in film.html()
    assert 'id="point-1"' not in film.html()


def test_a_file_by_its_suffix(tmp_path: Path) -> None:
    film = ag.draw.film(descent(2), progress=False)
    assert film.save(tmp_path / "a.gif").read_bytes() == film.gif()
    assert film.save(str(tmp_path / "a.HTML")).read_text("utf-8") == film.html()
    with pytest.raises(errors.DrawingError, match=r"\.gif, \.html"):
        film.save(tmp_path / "a.mp4")
    with pytest.raises(errors.DrawingError, match="Make it first"):
        film.save(tmp_path / "none" / "a.gif")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.HTML", "a.gif"]


def test_without_pillow_the_error_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    film = ag.draw.film(descent(2))
    monkeypatch.setitem(sys.modules, "PIL.Image", None)
    with pytest.raises(errors.MissingLibraryError, match="pip install matplotlib"):
        film.gif()
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(errors.MissingLibraryError, match=r"save the film as \.html"):
        ag.draw.film(descent(2), path="w").gif()
    assert film.html()


def test_graphs_of_another_form_are_refused() -> None:
    x = ag.Value(2.0, name="x")
    with pytest.raises(errors.GraphError, match="step 1 is not that of step 0: it has 4 nodes"):
        ag.draw.film([x * x, x * x + 1])


@pytest.mark.parametrize(
    ("steps", "options", "error", "said"),
    [
        (3, {}, errors.KindError, "steps= takes"),
        (ag.Value(1.0), {}, errors.KindError, "steps= takes"),
        (int, {}, errors.KindError, "steps= takes"),
        (lambda: ag.Value(1.0), {}, errors.KindError, "steps= gave Value .* when it was called"),
        ([ag.Value(1.0)], {"names": {1: ag.Value(1.0)}}, errors.KindError, "names= takes"),
        ([], {}, errors.ArgumentValueError, "gave no step"),
        ([3.0], {}, errors.KindError, "step 0 gave"),
        ([ag.Tensor([1.0, 2.0])], {}, errors.KindError, "step 0 gave"),
        ([ag.Value(1.0)], {"rate": 0}, errors.ArgumentValueError, "rate="),
        ([ag.Value(1.0)], {"rate": True}, errors.ArgumentValueError, "rate="),
        ([ag.Value(1.0)], {"title": 3}, errors.KindError, "title="),
        ([ag.Value(1.0)], {"names": [1]}, errors.KindError, "names="),
        ([ag.Value(1.0)], {"path": "w"}, errors.KindError, "path= has"),
        ([ag.Value(1.0)], {"path": ag.Tensor([1.0, 2.0, 3.0])}, errors.ShapeError, "names 3 numbers"),
        ([ag.Value(1.0)], {"surface": abs}, errors.KindError, "surface="),
        ([ag.Value(1.0)], {"path": ag.Value(1.0), "surface": abs}, errors.ShapeError, "names 1"),
        ([ag.Value(1.0)], {"rankdir": "up"}, errors.ArgumentValueError, "rankdir="),
    ],
)
def test_wrong_calls(steps: Any, options: Any, error: type, said: str) -> None:
    with pytest.raises(error, match=said):
        ag.draw.film(steps, **options)


def test_the_same_program_gives_the_same_bytes_in_another_process() -> None:
    program = (
        "import hashlib, sys; from tests.test_draw_film import *;"
        "film, path = ag.draw.film(descent(2)), ag.draw.film(bowl(2), path='w', surface=lambda a, b: a * a + b * b);"
        "files = film.html().encode(), film.gif(), path.html().encode(), path.gif();"
        "print([hashlib.sha256(x).hexdigest() for x in files])"
    )
    root = Path(__file__).parents[1]
    runs = [
        subprocess.run(
            [sys.executable, "-c", program],
            cwd=root,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        )
        for seed in ("1", "2")
    ]
    assert runs[0].stdout == runs[1].stdout != b""
