"""TikZ: the drawing in LaTeX says what the picture says, compiles without a warning, and no name breaks out of it."""

import itertools
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd_lite as ag
import nn
from autograd_lite import errors
from autograd_lite.draw import latex
from autograd_lite.draw.layout import layout
from autograd_lite.draw.names import one_line, spelled
from autograd_lite.draw.notation import name_tex
from autograd_lite.draw.render import render
from autograd_lite.ops import RULE_BOOK
from tests.drawings import needs_an_engine, needs_dot
from tests.lectures import a1, a2, a3, b1
from tests.typesetting import ENGINES, compiled, is_safe, needs_pdflatex, needs_pdftotext, size_of, words_of

HOSTILE = [
    r"\input{/etc/passwd}", r"\write18{touch x}", "50%_#$", "{open", "}}}", "a^b~c&d", "\"a\" `b` 'c'", "a\nb\x00c",
    "权重", "שלום", "вес", "é_ñ ß Œ ł ğ ị", "^^5cinput", "$$", "x₁ᵀ₂", "--<<>>,,?`", "αβ", "\\", "x\u0304", "ﬁ😀",
    "a,b]=c", "₁", "ᵀ",
]  # fmt: skip


def drawn(direction: Any = "both", rankdir: Any = "LR", **options: Any) -> str:
    g, names = a1()
    return ag.draw(g, names=names, direction=direction, rankdir=rankdir, **options).tex


# Words and formulas


def read(tex: str) -> str:
    """What TeX prints for words: `latex.text` undone, by the meaning of the commands."""
    commands = {"textbackslash": "\\", "textasciicircum": "^", "textasciitilde": "~", "textasciigrave": "`",
                "textquotesingle": "'", "textless": "<", "textgreater": ">", "textbar": "|"}  # fmt: skip
    tex = tex.replace(r"{\ttfamily\char34}", '"')
    tex = re.sub(r"\\otherletter\{([0-9A-F]+)\}\{.\}", lambda found: chr(int(found[1], 16)), tex)
    return re.sub(
        r"\\([a-z]+)\{\}|\\(.)|\{\\kern0pt\}",
        lambda found: commands[found[1]] if found[1] else found[2] or "",
        tex,
    )


@given(st.text(st.characters(max_codepoint=126)) | st.text(alphabet="\\{}$&#%_^~\"`'-<>|,AB \n\t\x00"))
def test_words_print_as_they_are(said: str) -> None:
    assert is_safe(latex.text(said))
    assert read(latex.text(said)) == one_line(said)


@given(st.text())
def test_no_name_breaks_out(said: str) -> None:
    assert is_safe(latex.text(said))
    assert is_safe(latex.maths(said))
    assert is_safe(name_tex(spelled(said)))
    assert not re.search(r"[\^_](?!\{)", re.sub(r"\\[\^_]", "", latex.maths(said)))


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("−2×10⁻⁷", r"-2\times 10^{-7}"),
        ("∂h₁/∂pred", r"\partial h_{1}/\partial \text{pred}"),
        ("1 − tanh²(−3)", r"1 - \tanh ^{2}(-3)"),
        ("3a²", "3a^{2}"),
        ("∂L/∂Z · Wᵀ", r"\partial L/\partial Z \cdot W^{T}"),
        ("x̄", r"\bar{x}"),
        ("ᵀ", "{}^{T}"),
        ("x₁²", "x_{1}^{2}"),
        ("x₁ᵀ₂", "x_{1}^{T}{}_{2}"),
        ("x′", "x{}'"),
        ("[0, 1:]", "[0, 1:]"),
        ("50%", r"50\text{\%}"),
        ("ΑΣθ", r"\text{\ensuremath{A}\ensuremath{\Sigma }\ensuremath{\theta }}"),
    ],
)
def test_formulas(said: str, written: str) -> None:
    assert latex.maths(said) == written


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("é", r"\'{e}"), ("ï", r"\"{\i}"), ("ị", r"\d{i}"), ("ß", r"\ss{}"), ("θ", r"\ensuremath{\theta }"),
        ("权", r"\otherletter{6743}{权}"),
        ("\u2068אב\u2069", r"\fromright{\otherletter{05D0}{א}\otherletter{05D1}{ב}}"),
        ("a אב ג, é", r"a \fromright{\otherletter{05D0}{א}\otherletter{05D1}{ב} \otherletter{05D2}{ג}}, \'{e}"),
        ("a-b, c", "a-b, c"), ("--", r"-{\kern0pt}-"), ("a\nb", "a b"),
    ],
)  # fmt: skip
def test_letters(said: str, written: str) -> None:
    assert latex.text(said) == written


# Layouts


@needs_an_engine
@pytest.mark.parametrize("rankdir", ["LR", "TB"])
def test_layout_is_the_svg_s(rankdir: Any) -> None:
    g, names = a1()
    picture = ag.draw(g, names=names, rankdir=rankdir)
    places = layout(picture)
    assert sorted(places.boxes) == [1, 2, 3, 4, 5]
    assert sorted(places.stretches) == [1, 2, 3, 4]
    box = places.boxes[4]
    # The edges begin and end on the outlines of the boxes.
    for i, edge in enumerate(picture.edges, 1):
        begins, ends = places.stretches[i][0].points[0], places.stretches[i][-1].end
        source, target = places.boxes[edge.source], places.boxes[edge.target]
        assert ends is not None
        if rankdir == "LR":
            assert begins == pytest.approx((source.right, source.center[1]), abs=1.1)
            assert ends == pytest.approx((target.left, target.center[1]), abs=1.1)
        else:
            assert begins == pytest.approx((source.center[0], source.lower), abs=1.1)
            assert ends == pytest.approx((target.center[0], target.upper), abs=1.1)
    assert places.caption is not None
    assert places.area.left <= box.left < box.right <= places.area.right
    assert layout(ag.draw(g, names=names, legend=False)).caption is None


@needs_dot
@pytest.mark.parametrize("blank", [None, "all"])
def test_a_dot_program_lays_out_too(blank: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pygraphviz", None)
    g, names = a1()
    picture = ag.draw(g, names=names, blank=blank, title="A1")
    places = layout(picture)
    assert sorted(places.boxes) == [1, 2, 3, 4, 5]
    assert all(len(stretches) == 2 for stretches in places.stretches.values())
    assert all(20 < box.width < 80 for box in places.boxes.values())
    assert r"(n5) at" in picture.tex


@needs_an_engine
def test_layout_of_a_node_without_box_is_its_whole_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """As where a style of drawing has no outline of the known colours."""
    from autograd_lite.draw import layout as module

    plain = json.loads(render("digraph {n1 [shape=box]; n2 [shape=box]; n1 -> n2 [id=e1a, dir=both]}", "json"))
    monkeypatch.setattr(module, "render", lambda source, suffix: json.dumps(plain))
    places = layout(ag.draw(ag.Value(1.0)))
    assert (places.boxes[1].width, places.boxes[1].height) == (54, 36)
    (stretch,) = places.stretches[1]
    assert stretch.start == pytest.approx((places.boxes[1].center[0], places.boxes[1].lower), abs=0.5)


# Documents


@needs_an_engine
def test_one_line_for_each_node_and_edge() -> None:
    lines = drawn().splitlines()
    nodes = [line for line in lines if re.search(r"\\node\[.*\] \(n\d\) at \(-?[\d.]+, -?[\d.]+\) \{", line)]
    assert len(nodes) == 5
    assert len([line for line in lines if line.startswith(r"  \draw[flow, ->]")]) == 4
    assert r"label={[value]above:{$-12$}}, label={[gradient]below:{$1$}}] (n5)" in nodes[4]
    assert r"{$\boldsymbol{\times}$\enspace{$g$}};" in nodes[4]
    said = "".join(lines)
    assert r"{$\frac{\partial g}{\partial z} = p = 4$}" in said
    assert r"{$1 \times (-3) = -3$}" in said


@needs_an_engine
def test_direction_decides_what_is_said_and_not_where() -> None:
    tex = {d: drawn(d, title="A1") for d in ("forward", "backward", "both")}
    assert "-12" in tex["forward"]
    for word in ("[gradient]", "[derivative", "[contribution", "local derivative"):
        assert word not in tex["forward"], word
    assert "[contribution" not in tex["backward"]
    assert r"\draw[flow, <-]" in tex["backward"]
    places = [re.findall(r"\(n\d\) at (\([^)]*\))", t) for t in tex.values()]
    assert places[0] == places[1] == places[2]
    downwards = drawn(rankdir="TB")
    for word in ("[value]left:", "[gradient]right:", "node[derivative, left]", "node[contribution, right]"):
        assert word in downwards
        assert word not in tex["both"]
    assert len({re.search(r"\\useasboundingbox.*", t)[0] for t in tex.values()}) == 1  # type: ignore[index]


@needs_an_engine
def test_constants_arrays_and_marks() -> None:
    x = ag.Tensor(np.linspace(-1, 1, 60).reshape(20, 3), requires_grad=True, name="x")
    few = ag.Tensor([[0.5, -10.0], [2e-9, 3.0]], requires_grad=True, name="few")
    nothing = ag.Tensor(np.zeros((0, 3)), requires_grad=True, name="nothing")
    total = ag.sum(x, axis=0, keepdims=True)
    tex = ag.draw((total * 2.0).sum() + few.sum() + nothing.sum(), marked={total: "here it is"}).tex
    assert r"0&.5 & -10& \\ 2&\times 10^{-9} & 3& \end{array}" in tex
    assert r"\text{min} & -1&" in tex
    assert "[value, entries]above:{empty}" in tex
    assert r"\node[marked, size=" in tex
    assert r"\color{markedline} here it is}" in tex
    assert r"\color{quiet} axis=0, keepdims=True\enspace 1\ensuremath{\times }3" in tex
    assert r"\node[literal, size=" in tex
    assert r"\draw[faint flow, ->]" in tex


@needs_an_engine
def test_heat_maps_and_the_order_of_the_backward_pass() -> None:
    x = ag.Tensor([[1.0, -2.0, 0.0], [np.nan, 2.0, np.inf]], requires_grad=True, name="x")
    picture = ag.draw((x * x).sum(), arrays="heatmap", order=True)
    tex = picture.tex
    assert r"\hbox{\heat{D1CBA4}\heat{203A8C}\heat{A3A3A3}}\hbox{\heatmark{\times}\heat{FFF3A6}\heatmark{+}}" in tex
    assert r"$-2$ \heat{203A8C}" in tex
    assert r"below:{\turn{1} $1$}" in tex
    assert "heat maps: dark is negative" in tex
    assert "the order of the backward pass" in tex
    # Both uses of x flow back, which is seen where their sum is.
    assert tex.count("[contribution") == 2
    plain = ag.draw(ag.Tensor(np.zeros((20, 30)), name="z"), direction="forward", arrays="heatmap").tex
    assert r"all 0\\ \fontsize{7}{8}\selectfont means of 2\ensuremath{\times }3" in plain
    assert "order of the backward pass" not in plain
    nothing = ag.draw(ag.Tensor([np.nan], name="z"), direction="forward", arrays="heatmap").tex
    assert "nothing finite" in nothing
    assert "label=" not in ag.draw(ag.Tensor([1.0], name="z"), direction="forward", arrays="shape").tex


@needs_an_engine
def test_entries_of_local_derivatives() -> None:
    x = ag.Tensor([0.5, 2.0], requires_grad=True, name="x")
    tex = ag.draw((x * x * 1.0).sum()).tex
    assert r"\begin{array}{@{}r@{}l@{\hspace{5bp}}r@{}l@{}} 0&.5 & 2& \end{array}" in tex
    long = ag.Tensor(np.linspace(1, 2, 13), requires_grad=True, name="x")
    tex = ag.draw(ag.exp(long).sum()).tex
    assert r"\selectfont min $2.718$\enspace mean $4.703$\enspace max $7.389$" in tex


@needs_an_engine
def test_exercises_and_their_answers() -> None:
    g, names = a1()
    picture = ag.draw(g, names=names, blank="all")
    assert picture.answers is not None
    asked, answered = picture.tex, picture.answers.tex
    assert asked.count(r"\tofind{") == 2 + 5 + 4 + 4
    assert r"= $ \tofind{" in asked
    assert "dashed boxes" in asked
    for hidden in ("-12", "-3 =", r"\answer{$", "= z"):
        assert hidden not in asked, hidden
    assert r"above:{\answer{$-12$}}" in answered
    assert r"{\answer{$\frac{\partial g}{\partial p} = z = -3$}}" in answered
    assert r"{\answer{$1 \times (-3) = -3$}}" in answered
    assert r"\tofind{4" not in answered
    assert "filled boxes" in answered


@needs_an_engine
def test_folded_graphs_are_written_with_their_expressions() -> None:
    loss, names = b1()
    tex = ag.draw(loss, names=names, fold="names").tex
    assert r"${} = w_{1} x_{1} + w_{2} x_{2} + b_{1}$};" in tex
    assert r"$\frac{\partial h_{1}}{\partial u_{1}}" in tex


def network() -> ag.Tensor:
    net = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 1))
    return net(ag.Tensor(np.ones((2, 3), dtype=np.float32), name="x")).sum()


@needs_an_engine
def test_modules_are_frames_with_titles() -> None:
    tex = ag.draw(network()).tex
    assert tex.count(r"\node[group, size=") == 4
    assert re.search(r"\\node\[group title\] at \(m\d\.north west\) \{0: Linear\\enspace.* 16 parameters\};", tex)
    closed = ag.draw(network(), depth=1).tex
    assert r"\textbf{Linear\ensuremath{_{0}}}" in closed
    assert r"\node[module, size=" in closed
    assert r"(k1) at" in closed


@needs_an_engine
def test_layers_of_a_map_have_their_shades() -> None:
    flow = ag.draw.flow(network())
    tex = flow.picture.tex
    shades = [tuple(bytes.fromhex(node.shade[1:])) for node in flow.picture.nodes if node.shade]
    assert shades
    for red, green, blue in shades:
        assert f"fill={{rgb,255:red,{red};green,{green};blue,{blue}}}" in tex


@needs_an_engine
def test_a_recorded_pass_and_a_note_without_a_legend() -> None:
    x = ag.Value(3.0, name="x")
    tex = ag.draw.recorded(x**3).tex
    assert "{forward pass}" in tex
    assert "[flow, ->]" in tex
    assert "(k1)" not in ag.draw(x * 2, legend=False, title="no legend").tex


@needs_an_engine
def test_what_is_too_large_for_tex_says_so() -> None:
    y = ag.Value(0.5, name="y")
    for _ in range(120):
        y = y * 1.01
    with pytest.raises(
        errors.DrawingError, match=r"picture of 241 nodes is .* TeX sets nothing beyond 16000\. Fold it"
    ):
        assert ag.draw(y, fold="none").tex
    few = ag.draw(y, title="product")
    assert few.note is not None
    assert rf"{{{latex.text(few.note)}}};" in few.tex


@needs_an_engine
def test_large_graphs_have_lines_alone_and_names_where_very_many_edges_leave_a_node() -> None:
    x = ag.Value(0.5, name="x1")
    terms = [x * float(i) for i in range(120)]
    while len(terms) > 1:
        terms = [a + b for a, b in itertools.zip_longest(terms[::2], terms[1::2], fillvalue=x)]
    tex = ag.draw(terms[0], fold="none", title="sum", direction="backward").tex
    assert len(re.findall(r"\\draw\[flow, <-\].*; \\node\[tag\] at \(.*\) \{\$x_\{1\}\$\};", tex)) >= 120
    assert "node[derivative, above" not in tex


@needs_an_engine
def test_the_graph_of_a_backward_pass() -> None:
    g, names = a1()
    tex = ag.draw.backward(g, names=names).tex
    assert r"{$\partial g/\partial x$}" in tex
    assert r"label={[gradient]above:{$-3$}}" in tex
    assert r"factor $\times$ gradient" in tex


@needs_an_engine
def test_the_tikzpicture_alone_is_part_of_the_document() -> None:
    g, names = a1()
    picture = ag.draw(g, names=names)
    assert picture.tikz in picture.tex
    assert picture.tikz.startswith(r"\begingroup")
    assert "documentclass" not in picture.tikz
    assert "otherletter" not in picture.tex


@needs_an_engine
@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("rankdir", ["LR", "TB"])
def test_documents_compile(engine: str, rankdir: Any, tmp_path: Path) -> None:
    c, names = a2()
    arrays: Any = "heatmap" if rankdir == "TB" else "auto"
    picture = ag.draw(c, names=names, rankdir=rankdir, title="A2 & more", arrays=arrays, order=rankdir == "TB")
    pdf = compiled(picture.tex, tmp_path, engine)
    assert pdf.read_bytes().startswith(b"%PDF")


@needs_an_engine
@needs_pdflatex
@needs_pdftotext
def test_pages_of_all_directions_have_one_size_and_say_what_they_should(tmp_path: Path) -> None:
    sizes, pages = set(), {}
    for direction in ("forward", "backward", "both"):
        pdf = compiled(drawn(direction), tmp_path)
        sizes.add(size_of(pdf))
        pages[direction] = words_of(pdf)
    assert len(sizes) == 1
    for word in ("∂p", "=z=−3", "=p=4"):
        assert word in pages["both"]
        assert word in pages["backward"]
        assert word not in pages["forward"]
    assert "1×(−3)=−3" in pages["both"]
    assert "1×(−3)=−3" not in pages["backward"]
    assert "−12" in pages["forward"]


@needs_an_engine
@pytest.mark.parametrize("engine", ENGINES)
def test_hostile_names_are_printed_and_do_no_harm(engine: str, tmp_path: Path) -> None:
    nodes = [ag.Value(1 + i / 100, name=n) for i, n in enumerate(HOSTILE)]
    total = nodes[0] ** nodes[1]
    for n in nodes[2:]:
        total = total + n.exp()
    tex = ag.draw(total, title=" ".join(HOSTILE[:8]), marked={nodes[2]: HOSTILE[0]}, fold="none").tex
    pdf = compiled(tex, tmp_path, engine)
    assert sorted(p.suffix for p in tmp_path.iterdir()) == [".aux", ".log", ".pdf", ".tex"]
    if shutil.which("pdftotext") is not None:
        words = words_of(pdf)
        for shown in (r"\input{/etc/passwd}", "50%_#$", "{open", "}}}", "a^b~c&d", "^^5cinput", "$$", "--<<>>,,?"):
            assert shown in words, shown
        # LuaTeX prints the letters that a font of this machine has.
        for letters, code in (("权", "U+6743"), ("вес", "U+0432")):
            assert code in words or (engine == "lualatex" and letters in words)


@needs_an_engine
@pytest.mark.parametrize("engine", ENGINES)
def test_drawings_compile_within_slides(engine: str, tmp_path: Path) -> None:
    """As the documentation says, with letters that the slides' fonts lack."""
    page = (Path(__file__).parents[1] / "docs" / "pictures.md").read_text(encoding="utf-8")
    [slides] = re.findall(r"```latex\n(.*?)```", page, flags=re.DOTALL)
    if subprocess.run(["kpsewhich", "beamer.cls"], capture_output=True).returncode:
        slides = slides.replace("beamer", "article").replace("frame", "center")
    x, y = ag.Value(2.0, name="вес"), ag.Value(3.0, name="y")
    ag.draw(x * y, title="שלום").save(tmp_path / "forward.tex")
    assert compiled(slides, tmp_path, engine, "Missing character").read_bytes().startswith(b"%PDF")


@needs_an_engine
@needs_pdflatex
def test_every_symbol_compiles(tmp_path: Path) -> None:
    """Those of the rule book, and each sign and letter that there is a command for."""
    symbols = sorted({op.symbol or op.name for op in RULE_BOOK.values()})
    signs = [*latex.MATHS, *latex.COMMANDS, *latex.INDICES, *latex.POWERS, *latex.LETTERS]
    said = " ".join(rf"$\boldsymbol{{{latex.maths(s)}}}$" for s in (*symbols, *signs))
    said += " ".join(latex.text(s) for s in (*symbols, *signs))
    source = drawn()
    head = source[: source.index(r"\begin{document}")]
    compiled(head + rf"\begin{{document}}\tikz\node[text width=90cm]{{{said}}};\end{{document}}", tmp_path)


@needs_an_engine
@needs_pdflatex
@pytest.mark.parametrize("answers", [False, True])
def test_exercises_compile(answers: bool, tmp_path: Path) -> None:
    c, names = a2()
    picture = ag.draw(c, names=names, blank="all", rankdir="TB", order=True)
    chosen = picture.answers if answers else picture
    assert chosen is not None
    compiled(chosen.tex, tmp_path)


@needs_an_engine
@needs_pdflatex
def test_the_networks_compile(tmp_path: Path) -> None:
    loss, names = a3()
    compiled(ag.draw(loss, names=names, direction="backward").tex, tmp_path)
    loss, names = b1()
    compiled(ag.draw(loss, names=names, fold="names").tex, tmp_path)
