"""Drawings: the right numbers and formulas in the right places, safely written, laid out by either engine."""

import importlib.util
import os
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import autograd_lite as ag
from autograd_lite import errors
from autograd_lite.draw import Picture, PictureEdge, PictureNode, fonts, render
from autograd_lite.draw.names import spelled
from autograd_lite.draw.numbers import inline, number
from autograd_lite.draw.typeset import Formula
from autograd_lite.ops import RULE_BOOK

HAS_PYGRAPHVIZ = importlib.util.find_spec("pygraphviz") is not None
needs_pygraphviz = pytest.mark.skipif(not HAS_PYGRAPHVIZ, reason="pygraphviz has no wheel for this machine")
needs_dot = pytest.mark.skipif(shutil.which("dot") is None, reason="no dot program on the PATH")
needs_an_engine = pytest.mark.skipif(not HAS_PYGRAPHVIZ and shutil.which("dot") is None, reason="no layout engine")

B1_LEAVES = {
    "w1": 0.1, "w2": 0.3, "b1": 0.5, "w3": 0.35, "w4": 0.5, "b2": 0.7, "w5": 0.5, "w6": 0.25, "w7": 0.9, "w8": 0.15,
    "b3": 0.4, "b4": 0.1, "x1": 0.2, "x2": 0.5,
}  # fmt: skip
A1_AS_TEXT = """\
1  x            =  1    gradient −3
2  y            =  3    gradient −3
3  z            =  −3   gradient 4
4  p  =  x + y  =  4    gradient −3
5  g  =  p × z  =  −12  gradient 1"""


def tracked(kind: type, x: Any, name: str | None = None) -> Any:
    return ag.Value(x, name=name) if kind is ag.Value else ag.Tensor(x, requires_grad=True, name=name)


def a1(kind: type = ag.Value) -> tuple[Any, dict[str, Any]]:
    """The lectures' A1, and its names."""
    x, y, z = (tracked(kind, v) for v in (1.0, 3.0, -3.0))
    p = x + y
    g = p * z
    return g, {"x": x, "y": y, "z": z, "p": p, "g": g}


def b1() -> tuple[Any, dict[str, Any]]:
    """The lectures' B1, and its names."""
    n: dict[str, Any] = {name: ag.Value(x) for name, x in B1_LEAVES.items()}
    n["u1"] = n["w1"] * n["x1"] + n["w2"] * n["x2"] + n["b1"]
    n["u2"] = n["w3"] * n["x1"] + n["w4"] * n["x2"] + n["b2"]
    n["h1"], n["h2"] = n["u1"].relu(), n["u2"].relu()
    n["z1"] = n["h1"] * n["w5"] + n["h2"] * n["w7"] + n["b3"]
    n["z2"] = n["h1"] * n["w6"] + n["h2"] * n["w8"] + n["b4"]
    e1, e2 = n["z1"].exp(), n["z2"].exp()
    n["l"] = -(e2 / (e1 + e2)).log()
    return n["l"], n


def node(picture: Picture, name: str) -> PictureNode:
    (found,) = [n for n in picture.nodes if n.name == name]
    return found


def edge(picture: Picture, source: str, target: str) -> PictureEdge:
    (found,) = edges(picture, source, target)
    return found


def edges(picture: Picture, source: str, target: str) -> list[PictureEdge]:
    ends = node(picture, source).number, node(picture, target).number
    return [e for e in picture.edges if (e.source, e.target) == ends]


def formula(e: PictureEdge) -> str:
    assert e.formula is not None
    return f"{e.left} = {e.formula.text}"


def words(svg: str) -> list[str]:
    """The texts of an SVG, in order; fails where it is no XML."""
    return [t.text or "" for t in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]


def boxes(svg: str) -> list[str]:
    """Where the boxes of an SVG are."""
    groups = ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}g")
    drawn = [g for g in groups if g.get("class") == "node"]
    return [p.get("d", "") for g in drawn for p in g.iter("{http://www.w3.org/2000/svg}path")]


@pytest.fixture
def without_pygraphviz(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a machine where its wheel is missing."""
    monkeypatch.setitem(sys.modules, "pygraphviz", None)


@pytest.fixture
def without_engine(without_pygraphviz: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a machine with no Graphviz at all."""
    monkeypatch.setenv("PATH", "")


# What a picture holds


@pytest.mark.parametrize("kind", [ag.Value, ag.Tensor])
def test_a1_values_gradients_and_derivatives(kind: type) -> None:
    g, names = a1(kind)
    picture = ag.draw(g, names=names)
    assert [n.name for n in picture.nodes] == ["x", "y", "z", "p", "g"]
    assert [n.value for n in picture.nodes] == [1, 3, -3, 4, -12]
    assert [n.gradient for n in picture.nodes] == [-3, -3, 4, -3, 1]
    assert [n.kind for n in picture.nodes] == ["input", "input", "input", "operation", "output"]
    assert [n.symbol for n in picture.nodes] == ["", "", "", "+", "×"]
    assert [(e.source, e.target, e.position) for e in picture.edges] == [(1, 4, 0), (2, 4, 1), (4, 5, 0), (3, 5, 1)]
    assert [formula(e) for e in picture.edges] == ["∂p/∂x = 1", "∂p/∂y = 1", "∂g/∂p = z", "∂g/∂z = p"]
    assert [e.derivative for e in picture.edges] == [1, 1, -3, 4]
    assert [e.contribution for e in picture.edges] == [-3, -3, -3, 4]
    for said in ("∂g/∂p = z = −3", "∂g/∂z = p = 4", "1 × (−3) = −3", "<B>−12</B>", "<B>4</B>"):
        assert said in picture.dot
    assert str(picture) == A1_AS_TEXT
    assert repr(picture) == "<Picture of g: 5 nodes, 4 edges, both>"


def test_a2_arrays() -> None:
    x, y, z = (ag.Tensor(np.arange(12.0).reshape(3, 4) * k, requires_grad=True) for k in (1.0, -0.5, 0.25))
    a = x * y
    b = a + z
    c = b.sum()
    picture = ag.draw(c, names={"x": x, "y": y, "z": z, "a": a, "b": b, "c": c})
    assert [formula(e) for e in picture.edges] == ["∂a/∂x = y", "∂a/∂y = x", "∂b/∂a = 1", "∂b/∂z = 1", "∂c/∂b = 1"]
    assert all(e.derivative is None for e in picture.edges)
    assert np.array_equal(node(picture, "x").gradient, y.data)
    assert np.array_equal(edge(picture, "y", "a").contribution, x.data)
    assert node(picture, "b").shape == (3, 4)
    assert "3×4" in picture.dot
    assert "<B>−5.5</B>" in picture.dot


def test_b1_shows_what_the_lecture_prints() -> None:
    loss, names = b1()
    picture = ag.draw(loss, names=names)
    assert number(node(picture, "w₈").gradient) == "−0.7897"
    assert node(picture, "w₁").gradient == pytest.approx(0.038713, abs=5e-7)
    assert node(picture, "h₂").value == pytest.approx(1.02)
    step = edge(picture, "u₁", "h₁")
    assert (formula(step), step.derivative) == ("∂h₁/∂u₁ = [u₁ > 0]", 1)
    assert "∂h₁/∂u₁ = [u₁ &gt; 0] = 1" in picture.dot
    back = [e.contribution for e in picture.edges if e.source == node(picture, "h₁").number]
    assert len(back) == 2
    assert sum(back) == pytest.approx(node(picture, "h₁").gradient)


def test_both_edges_of_a_square() -> None:
    x = ag.Value(3.0, name="x")
    picture = ag.draw(x * x, names={})
    assert [(e.position, formula(e), e.contribution) for e in edges(picture, "x", "v₂")] == [
        (0, "∂v₂/∂x = x", 3),
        (1, "∂v₂/∂x = x", 3),
    ]
    assert node(picture, "x").gradient == 6
    assert picture.dot.count("n1:box:e ->") == 2


def test_a_shared_node_is_drawn_once() -> None:
    x = ag.Value(0.5, name="x")
    s = x.sin()
    picture = ag.draw(s * s + s)
    assert [n.symbol for n in picture.nodes] == ["", "sin", "×", "+"]
    assert node(picture, "v₂").gradient == pytest.approx(2 * np.sin(0.5) + 1)


def test_arguments_keep_their_order() -> None:
    a, b = ag.Value(8.0, name="a"), ag.Value(2.0, name="b")
    picture = ag.draw((b - a) / 4 - (1 - a**b))
    said = str(picture)
    assert "b − a" in said
    assert "1 − v₅" in said
    assert "a ^ b" in said
    minus = [e for e in picture.edges if picture.nodes[e.target - 1].name == "v₃"]
    assert [(picture.nodes[e.source - 1].name, e.position, e.derivative) for e in minus] == [("b", 0, 1), ("a", 1, -1)]
    assert "ordering=in" in picture.dot


def test_constants_are_nodes_of_their_own() -> None:
    x = ag.Tensor([1.0, 2.0], requires_grad=True, name="x")
    y = (x * 3.0 + np.array([5.0, 6.0]) - ag.Tensor([1.0, 1.0])).sum()
    picture = ag.draw(y, names={"y": y})
    constants = [n for n in picture.nodes if n.kind == "constant"]
    assert [inline(n.value) for n in constants] == ["[5  6]", "[1  1]", "3"]
    assert [n.is_literal for n in constants] == [False, False, True]
    assert all(n.gradient is None for n in constants)
    assert all(e.formula is None for e in picture.edges if picture.nodes[e.source - 1] in constants)
    assert formula(picture.edges[0]) == "∂v₂/∂x = 3"


def test_kinds_of_leaves() -> None:
    class Parameter(ag.Tensor):
        pass

    w, frozen = Parameter(2.0, requires_grad=True), Parameter(3.0)
    data, anonymous = ag.Tensor(5.0, name="data"), ag.Tensor(7.0)
    y = w * frozen * data * anonymous
    picture = ag.draw(y, names={"w": w, "frozen": frozen, "_": anonymous})
    assert {n.name: n.kind for n in picture.nodes if not n.symbol} == {
        "w": "parameter",
        "frozen": "parameter",
        "data": "input",
        "v₆": "constant",
    }


def test_arguments_left_out_and_arguments_without_rule() -> None:
    x = ag.Tensor([-1.0, 0.5, 2.0], requires_grad=True, name="x")
    clipped = ag.clip(x, 0.0)
    y = ag.where(x > 0, clipped, 0.0).sum()
    picture = ag.draw(y)
    assert formula(picture.edges[0]) == "∂v₂/∂x = [0 ≤ x ≤ ·]"
    condition = next(e for e in picture.edges if picture.nodes[e.target - 1].symbol == "where" and not e.position)
    assert condition.formula is None


def test_operations_on_several_arrays_and_with_parameters() -> None:
    x, y = (ag.Tensor([[1.0, 2.0]], requires_grad=True, name=n) for n in "xy")
    joined = ag.concatenate([x, y], axis=0)
    picture = ag.draw((joined[0, 1:] * joined.sum(axis=1, keepdims=True)[-1]).sum())
    said = str(picture)
    assert "concat(x, y, axis=0)" in said
    assert "v₃[0, 1:]" in said
    assert "Σ(v₃, axis=1, keepdims=True)" in said
    picked = x[..., ::2][:, None, np.array([0])][x.data[:, :1, None] > 0]
    assert [n.symbol for n in ag.draw(picked.sum()).nodes] == ["", "[…, ::2]", "[:, None, indices]", "[mask]", "Σ"]
    assert [formula(e) for e in picture.edges[:2]] == ["∂v₃/∂x = 1", "∂v₃/∂y = 1"]


def test_matrix_products_show_the_whole_gradient() -> None:
    X, W = (ag.Tensor(np.ones(s), requires_grad=True, name=n) for s, n in (((5, 3), "X"), ((3, 2), "W")))
    Z = X @ W
    picture = ag.draw((Z * Z).sum(), names={"Z": Z})
    assert [formula(e) for e in edges(picture, "X", "Z")] == ["∂v₅/∂X = ∂v₅/∂Z · Wᵀ"]
    assert [formula(e) for e in edges(picture, "W", "Z")] == ["∂v₅/∂W = Xᵀ · ∂v₅/∂Z"]
    v = ag.Tensor([1.0, 2.0], requires_grad=True, name="v")
    assert [formula(e) for e in ag.draw(v @ v).edges] == ["∂v₂/∂v = vᵀ", "∂v₂/∂v = vᵀ"]


def test_values_that_meet_tensors() -> None:
    a, t = ag.Value(2.0, name="a"), ag.Tensor([1.0, 3.0], requires_grad=True, name="t")
    picture = ag.draw((a * t).sum())
    assert node(picture, "a").gradient == 4
    assert [n.symbol for n in picture.nodes if n.kind == "operation"] == ["tensor", "×"]


def test_undefined_derivatives_are_drawn_as_they_are() -> None:
    x = ag.Value(0.0, name="x")
    picture = ag.draw(x**0.5 + 0.0)
    assert "∞" in picture.dot
    assert node(picture, "x").gradient == np.inf


def test_gradient_of_a_branch_not_taken() -> None:
    """The drawing shows the gradient of the engine: exactly zero, not nan."""
    x = ag.Tensor(0.0, requires_grad=True, name="x")
    with np.errstate(all="ignore"):
        y = ag.where(False, ag.log(x), x * 2)
    assert node(ag.draw(y), "x").gradient == 2


# What drawing leaves alone


@pytest.mark.parametrize("kind", [ag.Value, ag.Tensor])
def test_no_grad_is_touched_and_no_hook_run(kind: type) -> None:
    g, names = a1(kind)
    g.backward()
    before = {name: n.grad for name, n in names.items()}
    seen: list[Any] = []
    for n in names.values():
        n.register_hook(lambda grad: seen.append(grad))
    with ag.no_grad():
        picture = ag.draw(g, names=names)
    assert picture.output.gradient == 1
    assert seen == []
    assert all(n.grad is before[name] for name, n in names.items())


def test_forward_draws_what_has_no_gradient() -> None:
    x = ag.Tensor([1.0, 2.0], requires_grad=True, name="x")
    picture = ag.draw(x * 2, direction="forward")
    assert [n.gradient for n in picture.nodes] == [None, None, None]
    assert str(picture) == "1  x             =  [1  2]\n2  v₂  =  x × 2  =  [2  4]"
    alone = ag.draw(ag.Tensor([1, 2, 3], name="data"), direction="forward")
    assert [(n.name, n.kind) for n in alone.nodes] == [("data", "output")]
    assert str(alone) == "1  data  =  [1  2  3]"


@pytest.mark.parametrize("direction", ["backward", "both"])
def test_gradients_need_a_tracked_scalar(direction: Any) -> None:
    x = ag.Tensor([1.0, 2.0], requires_grad=True)
    with pytest.raises(errors.ShapeError, match=r"\(2,\).*Reduce it first.*direction=\"forward\""):
        ag.draw(x * 2, direction=direction)
    with pytest.raises(errors.GraphError, match="not tracked"):
        ag.draw(ag.Tensor(1.0), direction=direction)


@pytest.mark.parametrize(
    ("arguments", "error", "said"),
    [
        ({"output": 3.0}, errors.KindError, "expected a Tensor or a Value, got float 3.0"),
        ({"names": ["x"]}, errors.KindError, "names="),
        ({"names": {1: 2}}, errors.KindError, "names="),
        ({"title": 5}, errors.KindError, "title="),
        ({"direction": "up"}, errors.ArgumentValueError, "direction='up' is none of 'forward', 'backward', 'both'"),
        ({"rankdir": "diagonal"}, errors.ArgumentValueError, "rankdir='diagonal' is none of 'LR', 'RL', 'TB', 'BT'"),
    ],
)
def test_wrong_calls(arguments: dict[str, Any], error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=re.escape(said)):
        ag.draw(**{"output": ag.Value(1.0), **arguments})


# Order, depth and sameness


def test_the_same_program_gives_the_same_bytes() -> None:
    first, second = (ag.draw(*b1()) for _ in range(2))
    assert first.dot == second.dot
    assert str(first) == str(second)


def test_a_long_chain_needs_no_recursion() -> None:
    y = ag.Value(1.0, name="x")
    for _ in range(3000):
        y = y * 1.0
    picture = ag.draw(y)
    assert len(picture.nodes) == 6001
    assert node(picture, "x").gradient == 1
    assert "nslimit=2" in picture.dot
    assert len(str(picture).splitlines()) == 3001


def test_made_names_avoid_given_ones() -> None:
    a, b = ag.Value(1.0, name="v3"), ag.Value(2.0, name="t_7")
    assert ag.draw(a * b).output.name == "s₃"
    every = [ag.Value(1.0, name=f"{letter}1") for letter in ("v", "t", "s", "node")]
    assert ag.draw(every[0] * every[1] * every[2] * every[3]).output.name == "#7"


def test_a_name_in_the_call_comes_before_the_node_s_own() -> None:
    x = ag.Value(1.0, name="own")
    assert [n.name for n in ag.draw(x * 2).nodes] == ["own", "v₂", "2"]
    assert ag.draw(x * 2, names={"given": x, "second": x}).nodes[0].name == "given"


# Numbers, names, formulas


@pytest.mark.parametrize(
    ("x", "written"),
    [
        (0.0, "0"), (-0.0, "0"), (1.0000000001, "1"), (-3, "−3"), (784.0, "784"), (123456.0, "123456"),
        (0.774256, "0.7743"), (0.1 + 0.2, "0.3"), (np.float32(0.1), "0.1"), (1234.56, "1235"),
        (12345.6, "1.235×10⁴"), (1e6, "1×10⁶"), (-2.5e-7, "−2.5×10⁻⁷"), (0.00012345, "0.0001234"),
        (float("nan"), "nan"), (float("inf"), "∞"), (-np.inf, "−∞"), (True, "True"), (np.bool_(False), "False"),
        (1e300, "1×10³⁰⁰"), (99999.999, "1×10⁵"),
    ],
)  # fmt: skip
def test_numbers(x: Any, written: str) -> None:
    assert number(x) == written


@pytest.mark.parametrize(
    ("data", "written"),
    [
        (np.float64(2.5), "2.5"),
        (np.array([[1.0, -2.0], [0.5, 4.0]]), "[1  −2; 0.5  4]"),
        (np.array([True, False]), "[True  False]"),
        (np.arange(20) < 5, "20-vector, min 0, mean 0.25, max 1"),
        (np.zeros((2, 0)), "empty 2×0"),
        (np.linspace(-1, 1, 100), "100-vector, min −1, mean 0, max 1"),
        (np.full((20, 3), np.nan), "20×3, min nan, mean nan, max nan"),
        (np.arange(24).reshape(2, 3, 4), "2×3×4, min 0, mean 11.5, max 23"),
    ],
)
def test_arrays_in_a_line(data: Any, written: str) -> None:
    assert inline(data) == written


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("x", "x"), ("w1", "w₁"), ("x_12", "x₁₂"), ("W_hh", "Wₕₕ"), ("theta", "θ"), ("Sigma", "Σ"), ("delta2", "δ₂"),
        ("layer1", "layer1"), ("h_prev", "h_prev"), ("x_b", "x_b"), ("0.weight", "0.weight"), ("权重", "权重"),
        ("a\nb\t c\x00d", "a b c d"), ("\ud800\ufffe", ""), ("a\u202eb", "ab"), ("x" * 99, "x" * 31 + "…"),
        ("אב", "\u2068אב\u2069"), ("é1", "é₁"),
    ],
)  # fmt: skip
def test_names(name: str, written: str) -> None:
    assert spelled(name) == written


@pytest.mark.parametrize(
    ("latex", "names", "written"),
    [
        (r"-\frac{x}{y^2}", {}, "−x/y²"),
        (r"-\frac{x}{y^2}", {"x": "−1.5"}, "−(−1.5/y²)"),
        (r"\frac{1}{2 \sqrt{x}}", {}, "1/(2√x)"),
        (r"\frac{1}{\sqrt{1 - x^2}}", {"x": "w₁"}, "1/√(1 − w₁²)"),
        (r"\frac{1}{2}", {}, "½"),
        (r"y x^{y - 1}", {}, "y·xʸ⁻¹"),
        (r"y x^{y - 1}", {"y": "2"}, "2x"),
        (r"y x^{y - 1}", {"y": "1"}, "1"),
        (r"y x^{y - 1}", {"y": "−1"}, "−x⁻²"),
        (r"y x^{y - 1}", {"x": "pred", "y": "3"}, "3·pred²"),
        (r"x^y \ln x", {"x": "2", "y": "exponent"}, "2^(exponent)·ln 2"),
        (r"\sigma(x) (1 - \sigma(x))", {"x": "z₁"}, "σ(z₁)(1 − σ(z₁))"),
        (r"1 - \tanh^2 x", {"x": "−3"}, "1 − tanh²(−3)"),
        (r"\bar f \, y^T", {"bar f": "∂L/∂Z", "y": "W"}, "∂L/∂Z · Wᵀ"),
        (r"\bar f \, y^T", {"bar f": "1", "y": "W"}, "Wᵀ"),
        (r"x^T \bar f", {"bar f": "1"}, "xᵀ"),
        (r"\frac{2 (x - \bar x)}{n - d}", {}, "2(x − x̄)/(n − d)"),
        (r"x - \bar x", {"x": "pred"}, "pred − mean(pred)"),
        (r"[y \le x \le z]", {"y": "−1", "z": "1"}, "[−1 ≤ x ≤ 1]"),
        (r"[\lnot x]", {}, "[¬x]"),
        (r"-\lfloor x / y \rfloor", {}, "−⌊x/y⌋"),
        (r"\prod_{j \ne i} x_j", {}, "∏_(j ≠ i) xⱼ"),
        (r"I - \mathbf{1} \operatorname{softmax}(x)^T", {}, "I − 1·softmax(x)ᵀ"),
        (r"x^{-\frac{1}{2}}", {}, "x^(−½)"),
        (r"\left( \alpha + x' \right) \cdot 2", {}, "(α + x′) · 2"),
        (r"(-x)^2 + \{x\}", {}, "(−x)² + {x}"),
        (r"x^0 y", {}, "y"),
        (r"x^{", {}, "x"),
        (r"\frac", {}, "/()"),
        (r"} \unknown{x", {}, "}·unknown·x"),
        ("", {}, ""),
        (r"\bar f", {}, "f̄"),
    ],
)
def test_formulas(latex: str, names: dict[str, str], written: str) -> None:
    assert Formula(latex, names).text == written


def test_powers_without_small_letters_are_raised_in_labels() -> None:
    assert Formula("e^x", {"x": "z₂"}).html == 'e<SUP><FONT POINT-SIZE="9">z₂</FONT></SUP>'
    assert Formula("e^x + x_y", {"x": "<B>", "y": "max"}).html.count("<B>") == 0


@pytest.mark.parametrize("op", RULE_BOOK.values(), ids=lambda op: op.name)
def test_every_card_is_typeset(op: Any) -> None:
    """No command and no brace of LaTeX is left, whatever the names."""
    cards = [op.each[0]] if op.each else op.latex
    for latex in cards:
        for names in ({}, {"x": "w₁", "y": "−2", "z": "3", "f": "pred", "bar f": "∂L/∂pred"}):
            said = Formula(latex, names)
            assert said.text
            assert not re.search(r"[\\{}$]", said.text + said.html)


def test_an_operation_of_one_s_own() -> None:
    cube = ag.op("cube", lambda x: x**3, elementwise=True, partials=[("3 x^2", lambda g, out, x: g * 3 * x * x)])
    mystery = ag.op("mystery", lambda x: x * 2, elementwise=True, partials=[("", lambda g, out, x: g * 2)])
    x = ag.Value(2.0, name="x")
    dot = ag.draw(mystery(cube(x))).dot
    assert "∂v₂/∂x = 3x² = 12" in dot
    assert "∂v₃/∂v₂ = 2" in dot
    assert "cube" in dot


# Files and engines


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
    starts = {"svg": b"<?xml", "PNG": b"\x89PNG", "pdf": b"%PDF", "dot": b"digraph", "txt": b"1  x"}
    for suffix, start in starts.items():
        path = picture.save(str(tmp_path / f"a1.{suffix}"))
        assert path.read_bytes().startswith(start)
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(f"a1.{suffix}" for suffix in starts)
    assert picture._repr_mimebundle_() == {"image/svg+xml": picture.svg(), "text/plain": A1_AS_TEXT}
    assert picture._repr_svg_() == (tmp_path / "a1.svg").read_text()


@pytest.mark.parametrize("name", ["a1.jpg", "a1", ".svg"])
def test_save_refuses_other_suffixes(name: str, tmp_path: Path) -> None:
    with pytest.raises(errors.DrawingError, match=r"\.svg, \.png, \.pdf, \.dot, \.txt"):
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


# Fonts


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


# Importing


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
