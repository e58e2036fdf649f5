"""The lectures' examples A1 to A4, B1 and B2, drawn forward, backward and both, in every format.

The figures that the lectures print stand on every drawing, in the place where they belong.
"""

import hashlib
import os
import re
import struct
import subprocess
import sys
import xml.etree.ElementTree as ET
from itertools import pairwise
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest

import autograd_lite as ag
from autograd_lite.draw import Picture, PictureNode, latex
from autograd_lite.draw.names import spelled
from autograd_lite.draw.numbers import inline, number, rows
from autograd_lite.draw.picture import Direction
from autograd_lite.draw.render import FORMATS
from tests.drawings import boxes, edge, formula, needs_an_engine, node
from tests.lectures import A4_DERIVATIVES, A4_LEAVES, EXAMPLES, GRADIENTS, RULES, VALUES, a1, a2, a3, a4, b1, b2
from tests.typesetting import ENGINES, compiled, needs_pdflatex

GOLDEN = Path(__file__).parent / "golden"
ROOT = Path(__file__).parents[1]
DIRECTIONS: tuple[Direction, ...] = get_args(Direction)
SVG = "{http://www.w3.org/2000/svg}"
pytestmark = needs_an_engine


def draw(example: str, direction: Direction = "both", **options: Any) -> Picture:
    output, names = EXAMPLES[example]()
    return ag.draw(output, names=names, direction=direction, title=f"{example.upper()}, {direction}", **options)


def parts(picture: Picture, suffix: str, content: str) -> dict[str, str]:
    """What a drawing says in each of its parts: nodes n1, n2, ... and edges e1, e2, ..."""
    if suffix == "svg":
        groups = [(g.get("id") or "", g.iter(f"{SVG}text")) for g in ET.fromstring(content).iter(f"{SVG}g")]
        return {name: "|".join(t.text or "" for t in texts) for name, texts in groups if name[1:].isdigit()}
    if suffix == "dot":
        return dict(re.findall(r"^\s*([ne]\d+) \[label=(.*)$", content, flags=re.MULTILINE))
    if suffix == "tex":
        nodes = dict(re.findall(r"\[(.*)\] \(n(\d+)\) at", content))
        lines = re.findall(r"^  \\draw\[(?:faint )?flow.*$", content, flags=re.MULTILINE)
        return {f"n{i}": said for said, i in nodes.items()} | {f"e{i}": line for i, line in enumerate(lines, 1)}
    lines = content.splitlines()[2:]
    return {f"n{line.split()[0]}": line for line in lines}


def written(x: float, suffix: str) -> str:
    return latex.maths(number(x)) if suffix == "tex" else number(x)


def checked(example: str, found: PictureNode, name: str) -> tuple[float, float]:
    """The value and the gradient of a node, which are the lecture's to the decimals that it prints."""
    for figures, here in ((VALUES, found.value), (GRADIENTS, found.gradient)):
        printed = figures.get(example, {}).get(name)
        assert printed is None or here is None or here == pytest.approx(printed, abs=1.01e-6), name
    return found.value, found.gradient


# Every format


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize("example", EXAMPLES)
def test_every_format(example: str, direction: Direction, tmp_path: Path) -> None:
    picture = draw(example, direction)
    contents = {suffix: picture.save(tmp_path / f"{example}.{suffix}").read_bytes() for suffix in FORMATS}
    svg = ET.fromstring(contents["svg"])
    width, height = (float((svg.get(side) or "").removesuffix("pt")) for side in ("width", "height"))
    assert contents["png"].startswith(b"\x89PNG\r\n\x1a\n")
    pixels = struct.unpack(">II", contents["png"][16:24])
    assert pixels == pytest.approx((2 * width, 2 * height), abs=4)
    assert contents["pdf"].startswith(b"%PDF-")
    media = re.search(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)", contents["pdf"])
    # Graphviz leaves half an inch about a drawing on paper.
    assert media is None or [float(side) - 72 for side in media.groups()] == pytest.approx([width, height], abs=2)
    assert contents["html"].startswith(b"<!DOCTYPE html>")
    assert contents["txt"].decode().startswith(f"{example.upper()}, {direction}\n\n")
    for suffix in ("svg", "dot", "tex", "txt", "html"):
        assert f"{example.upper()}, {direction}" in contents[suffix].decode()


@pytest.mark.parametrize("suffix", ["svg", "dot", "tex", "txt"])
@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize("example", ["a1", "b1", "b2"])
def test_the_printed_figures_stand_at_their_nodes(
    example: str, direction: Direction, suffix: str, tmp_path: Path
) -> None:
    picture = draw(example, direction)
    said = parts(picture, suffix, picture.save(tmp_path / f"drawing.{suffix}").read_text(encoding="utf-8"))
    # Gradients take their place in the DOT source of the forward drawing too, without colour.
    shown = direction != "forward" or suffix == "dot"
    for name in {**VALUES[example], **GRADIENTS[example]}:
        found = node(picture, spelled(name))
        value, gradient = checked(example, found, name)
        assert written(value, suffix) in said[f"n{found.number}"]
        if example == "b2" and not shown:
            continue
        assert (written(gradient, suffix) in said[f"n{found.number}"]) or not shown


@pytest.mark.parametrize("suffix", ["svg", "dot", "tex"])
@pytest.mark.parametrize("example", ["a1", "a4", "b1", "b2"])
def test_derivatives_and_products_stand_on_their_edges(example: str, suffix: str, tmp_path: Path) -> None:
    picture = draw(example)
    said = parts(picture, suffix, picture.save(tmp_path / f"drawing.{suffix}").read_text(encoding="utf-8"))
    gradients = {n.number: n.gradient for n in picture.nodes}
    count = 0
    for i, e in enumerate(picture.edges, 1):
        if e.formula is None:
            continue
        count += 1
        assert e.derivative is not None
        assert written(e.derivative, suffix) in said[f"e{i}"]
        assert written(e.contribution, suffix) in said[f"e{i}"]
        assert e.contribution == pytest.approx(e.derivative * gradients[e.target], rel=1e-12)
    assert count >= 4


def test_forward_drawings_show_no_gradient() -> None:
    for example in ("a1", "b2"):
        picture = draw(example, "forward")
        svg, tex = picture.svg(), picture.tex
        assert "∂" not in "".join(t.text or "" for t in ET.fromstring(svg).iter(f"{SVG}text"))
        assert r"\partial" not in tex
        assert "[gradient]" not in tex
        assert "gradient" not in str(picture)


@pytest.mark.parametrize("example", EXAMPLES)
def test_three_directions_have_one_layout(example: str) -> None:
    found = [boxes(draw(example, direction).svg()) for direction in DIRECTIONS]
    assert found[0]
    assert found[0] == found[1] == found[2]


# What stands on each example


def test_a1_as_the_lecture_writes_it() -> None:
    picture = draw("a1")
    for name, value in VALUES["a1"].items():
        assert (node(picture, name).value, node(picture, name).gradient) == (value, GRADIENTS["a1"][name])
    assert [formula(e) for e in picture.edges] == ["∂p/∂x = 1", "∂p/∂y = 1", "∂g/∂p = z", "∂g/∂z = p"]
    # -3 * 1 = -3, as in the lecture.
    assert edge(picture, "x", "p").contribution == -3


@pytest.mark.parametrize("suffix", ["svg", "dot", "tex", "txt"])
def test_a2_shows_the_entries(suffix: str, tmp_path: Path) -> None:
    """dc/dx = y, dc/dy = x, dc/dz = 1, entry by entry."""
    c, names = a2()
    picture = ag.draw(c, names=names, title="A2")
    said = parts(picture, suffix, picture.save(tmp_path / f"drawing.{suffix}").read_text(encoding="utf-8"))
    for name, gradient in (("x", names["y"].data), ("y", names["x"].data), ("z", np.ones((3, 4)))):
        found = node(picture, name)
        assert np.array_equal(found.gradient, gradient)
        place = said[f"n{found.number}"]
        if suffix == "txt":
            assert f"=  {inline(names[name].data)} " in place
            assert place.endswith(f"gradient {inline(gradient)}")
            continue
        for x in {x for line in rows(gradient) for x in line}:
            assert latex.maths(x).replace(".", "&.") in place if suffix == "tex" else x in place
    assert [formula(e) for e in picture.edges] == ["∂a/∂x = y", "∂a/∂y = x", "∂b/∂a = 1", "∂b/∂z = 1", "∂c/∂b = 1"]


def test_a3_has_the_lecture_s_partial_derivatives() -> None:
    loss, names = a3()
    picture = ag.draw(loss, names=names, fold="names")
    steps = {e.left: e.formula.text for e in ag.draw(loss, names=names).edges if e.formula is not None}
    for k in (1, 2, 3):
        h, z = spelled(f"h{k}"), spelled(f"z{k}")
        assert steps[f"∂{h}/∂{z}"] == f"σ({z})(1 − σ({z}))"
        for source in (spelled(f"W{k}"), spelled(f"b{k}"), *([spelled(f"h{k - 1}")] if k > 1 else [])):
            assert edge(picture, source, z).left in (f"∂L/∂{source}", f"∂{z}/∂{source}")
        assert edge(picture, z, h).left in (f"∂L/∂{z}", f"∂{h}/∂{z}")
    out = {k: names[f"h{k}"].data for k in (1, 2, 3)}
    delta = (out[3] - names["y"].data) / 5 * out[3] * (1 - out[3])
    for k in (3, 2, 1):
        under = names["X"].data if k == 1 else out[k - 1]
        assert np.allclose(node(picture, spelled(f"W{k}")).gradient, delta.T @ under, rtol=1e-12)
        assert np.allclose(node(picture, spelled(f"b{k}")).gradient, delta.sum(0), rtol=1e-12)
        delta = delta @ names[f"W{k}"].data * under * (1 - under)


def test_a4_has_the_ten_rules() -> None:
    total, names = a4()
    picture = ag.draw(total, names=names)
    formulas = {
        "a t": {"t": "a"}, "a u": {"u": "a"}, "u / v": {"u": "1/v", "v": "−u/v²"}, "u^n": {"u": "3u²"},
        "1 / u": {"u": "−1/u²"}, "ln u": {"u": "1/u"}, "e^u": {"u": "eᵘ"}, "f(u)": {"u": "cos u"},
    }  # fmt: skip
    assert node(picture, "c").gradient is None
    for i, (rule, by) in enumerate(A4_DERIVATIVES.items(), 1):
        for leaf, derivative in by.items():
            if rule == "u + v - w":
                continue
            found = edge(picture, leaf, spelled(f"y{i}"))
            assert found.derivative == pytest.approx(derivative, rel=1e-14), rule
            assert found.formula is not None
            assert found.formula.text == formulas[rule][leaf]
    for leaf in A4_LEAVES:
        total_of = sum(by.get(leaf, 0.0) for by in A4_DERIVATIVES.values())
        assert node(picture, leaf).gradient == pytest.approx(total_of, rel=1e-14)


@pytest.mark.parametrize("rule", list(RULES)[1:])
def test_each_rule_of_a4_alone(rule: str) -> None:
    """Against differences of the rule itself."""
    n = {name: ag.Tensor(x, requires_grad=True) for name, x in A4_LEAVES.items()}
    y = RULES[rule](n["t"], ag.Tensor(3.0, name="a"), ag.Tensor(5.0, name="c"), n["u"], n["v"], n["w"])
    picture = ag.draw(y, names=n | {"y": y}, fold="names")
    for leaf, derivative in A4_DERIVATIVES[rule].items():
        assert node(picture, leaf).gradient == pytest.approx(derivative, rel=1e-14)
        ends = [A4_LEAVES | {leaf: A4_LEAVES[leaf] + step} for step in (1e-6, -1e-6)]
        up, down = (
            float(RULES[rule](ag.Tensor(x["t"]), 3.0, 5.0, *(ag.Tensor(x[k]) for k in "uvw")).data) for x in ends
        )
        assert (up - down) / 2e-6 == pytest.approx(derivative, rel=1e-8)


def test_b1_folded_shows_the_softmax_derivative() -> None:
    loss, names = b1()
    picture = ag.draw(loss, names=names, fold="names")
    p1, p2 = names["p1"].data, names["p2"].data
    assert edge(picture, "z₁", "p₁").derivative == pytest.approx(p1 * (1 - p1), rel=1e-12)
    assert edge(picture, "z₂", "p₁").derivative == pytest.approx(-p1 * p2, rel=1e-12)
    assert node(picture, "z₁").gradient == pytest.approx(p1, rel=1e-12)
    assert node(picture, "z₂").gradient == pytest.approx(p2 - 1, rel=1e-12)
    # dl/dw8 = h2 (p2 - y2)
    assert edge(picture, "w₈", "z₂").contribution == pytest.approx(1.02 * (p2 - 1), rel=1e-12)


def test_b2_shows_that_gradients_vanish() -> None:
    loss, names = b2()
    picture = ag.draw(loss, names=names, fold="names")
    lower, upper = (max(abs(node(picture, spelled(w)).gradient) for w in ws) for ws in (("w1", "w3"), ("w5", "w6")))
    assert upper / lower > 100


# What drawing leaves alone, and sameness


@pytest.mark.parametrize("suffix", FORMATS)
def test_drawing_runs_nothing_again_and_changes_no_gradient(suffix: str, tmp_path: Path) -> None:
    calls: list[str] = []

    def forward(x: Any) -> Any:
        calls.append("forward")
        return x * x

    square = ag.op("square", forward, elementwise=True, partials=[("2 x", lambda g, out, x: g * 2 * x)])
    x = ag.Tensor([1.0, 2.0], requires_grad=True, name="x")
    y = (square(x) * x).sum()
    y.backward()
    x.register_hook(lambda grad: calls.append("hook"))
    gradient, before = x.grad, np.array(x.grad)
    calls.clear()
    for direction in DIRECTIONS:
        ag.draw(y, direction=direction).save(tmp_path / f"drawing.{suffix}")
    assert calls == []
    assert x.grad is gradient
    assert np.array_equal(x.grad, before)


def digests() -> str:
    """What all drawings of the examples come to, in the formats that are text."""
    sums = []
    for example in EXAMPLES:
        output, names = EXAMPLES[example]()
        for fold in ("none", "names"):
            picture = ag.draw(output, names=names, fold=fold)  # type: ignore[arg-type]
            texts = (picture.dot, picture.svg(), picture.tex, str(picture), picture.html())
            sums.append(" ".join(hashlib.sha256(text.encode()).hexdigest()[:16] for text in texts))
    return "\n".join(sums)


def test_two_processes_give_the_same_bytes() -> None:
    code = "from tests.test_draw_lectures import digests; print(digests())"
    found = [
        subprocess.run(
            [sys.executable, "-c", code], env=os.environ | {"PYTHONHASHSEED": seed}, cwd=ROOT,
            capture_output=True, text=True, check=True,
        ).stdout
        for seed in ("1", "2024")
    ]  # fmt: skip
    assert len(found[0].splitlines()) == 2 * len(EXAMPLES)
    assert found[0] == found[1]


# TikZ


def masked(tex: str) -> str:
    """A drawing without its places and the bends of its lines, which move with the fonts and Graphviz's version."""
    tex = re.sub(r"\(-?[\d.]+, -?[\d.]+\)|size=\{[\d.]+\}\{[\d.]+\}", "#", tex)
    return re.sub(r"( \.\. controls # and # \.\. #)+", " ~ #", tex)


@pytest.mark.parametrize("example", ["a1", "a2"])
def test_golden_tex(example: str) -> None:
    """`draw(example).save(...)` renews a golden file, to be read before it is kept."""
    golden = (GOLDEN / f"{example}.tex").read_text(encoding="utf-8")
    assert masked(draw(example).tex) == masked(golden)
    if example == "a1":
        for i, (name, value) in enumerate(VALUES["a1"].items(), 1):
            said = rf"above:{{${value}$}}}}, label={{[gradient]below:{{${GRADIENTS['a1'][name]}$}}}}] (n{i})"
            assert said in golden
        assert r"{$\frac{\partial g}{\partial p} = z = -3$}" in golden
    else:
        x, y = (
            r" \\ ".join(" & ".join("&".join(_halves(v)) for v in line) for line in lines)
            for lines in (range_of(1, 1, 12), range_of(-1, 0.25, 12))
        )
        [(above, below)] = re.findall(
            r"above:\{(.*?)\}\}, label=\{\[gradient, entries\]below:\{(.*?)\}\}\] \(n1\)", golden
        )
        assert f" {x} " in above
        assert f" {y} " in below


def range_of(start: float, step: float, count: int) -> list[list[float]]:
    return [[start + step * (4 * i + j) for j in range(4)] for i in range(count // 4)]


def _halves(x: float) -> tuple[str, str]:
    whole, point, decimals = f"{x:g}".partition(".")
    return whole, point + decimals


@needs_pdflatex
@pytest.mark.parametrize("example", EXAMPLES)
def test_examples_compile(example: str, tmp_path: Path) -> None:
    output, names = EXAMPLES[example]()
    folds: tuple[Any, ...] = ("none",) if example in ("a1", "a2") else ("none", "names")
    for fold in folds:
        pdf = compiled(ag.draw(output, names=names, fold=fold, title=example).tex, tmp_path)
        assert pdf.read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize("engine", ENGINES)
def test_golden_files_compile(engine: str, tmp_path: Path) -> None:
    for golden in sorted(GOLDEN.glob("a*.tex")):
        compiled(golden.read_text(encoding="utf-8"), tmp_path, engine)


def test_b1_powers_stand_clear_of_what_follows() -> None:
    """In e^(z₂)/(e^(z₁) + ...), each text ends before the next begins, in the font that drawings name first."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import TextPath

    svg = ET.fromstring(draw("b1", fold="names").svg())
    rows: dict[str, list[ET.Element]] = {}
    for text in svg.iter(f"{SVG}text"):
        rows.setdefault(text.get("y") or "", []).append(text)
    powers = 0
    for row in rows.values():
        row.sort(key=lambda text: float(text.get("x") or 0))
        for text, after in pairwise(row):
            if text.get("baseline-shift") != "super":
                continue
            powers += 1
            said = (text.text or "").strip()
            drawn = TextPath((0, 0), said, float(text.get("font-size") or 0), prop=FontProperties("DejaVu Sans"))
            assert float(text.get("x") or 0) + drawn.get_extents().x1 <= float(after.get("x") or 0), said
    assert powers == 6


def test_a1_in_both_kinds_of_node() -> None:
    values, tensors = (ag.draw(*a1(kind)) for kind in (ag.Value, ag.Tensor))
    assert str(values) == str(tensors)
    assert values.tex == tensors.tex
