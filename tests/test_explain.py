"""The chain rule written out: paths, sums, deltas, in three notations."""

import math
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd_lite as ag
from autograd_lite.draw.chain_rule import ChainWriter
from autograd_lite.draw.equation import Math
from autograd_lite.draw.fold import FoldEdge
from autograd_lite.draw.shapes import of_product
from autograd_lite.errors import ArgumentValueError, KindError, ShapeError
from tests.lectures import EXAMPLES, GRADIENTS, a1, a3, b1, b2

GOLDEN = Path(__file__).parent / "golden"
HOSTILE = ('"<script>alert(1)</script>', "a&b", "100%_#{}\\input{x}", "x\ny", "שלום", "权重", "\ue000", "$x^2$~")
Steps = list[tuple[int, int, int]]
STEPS = st.lists(st.tuples(st.integers(0, 99), st.integers(0, 99), st.integers(0, 4)), min_size=1, max_size=10)


#: What a step does with two nodes; no result gets so large that it overflows.
STEP: tuple[Callable[[ag.Value, ag.Value], ag.Value], ...] = (
    lambda a, b: (a * b).sin(),
    lambda a, b: a - b,
    lambda a, b: a.tanh(),
    lambda a, b: a + 2.0 * b,
    lambda a, b: b.cos(),
)


def graph(steps: Steps) -> tuple[list[ag.Value], ag.Value]:
    """Three leaves, and the last of what the steps make of them."""
    nodes = [ag.Value(0.7), ag.Value(-1.3), ag.Value(0.4)]
    for i, j, kind in steps:
        nodes.append(STEP[kind](nodes[i % len(nodes)], nodes[j % len(nodes)]))
    return nodes[:3], nodes[-1]


def all_paths(output: ag.Value, leaf: ag.Value) -> int:
    """The number of paths, counted one by one over the edges of the graph; x * x has one from y to x."""
    if output is leaf:
        return 1
    return sum(all_paths(parent, leaf) for parent in dict.fromkeys(output._inputs) if parent is not None)


def test_a1() -> None:
    output, names = a1()
    found = ag.explain(output, names["x"], names)
    assert found.text == "  ∂g/∂x = ∂g/∂p · ∂p/∂x = z · 1 = (−3) · 1 = −3"
    assert found.gradient == -3.0
    assert [(p.variables, p.factors, p.product) for p in found.paths] == [(("g", "p", "x"), (-3.0, 1.0), -3.0)]
    assert (found.count, found.why, found.deltas) == (1, "", ())


@pytest.mark.parametrize("name", EXAMPLES)
def test_lectures_gradients(name: str) -> None:
    """All leaves at once: the gradients are the engine's, and the lectures' where these print them."""
    output, names = EXAMPLES[name]()
    found = ag.explain(output, names=names)
    leaves = {n: x for n, x in names.items() if x._tracked and x.is_leaf}
    given = ag.explain(output, leaves, names).gradient
    output.backward()
    assert len(given) == len(leaves)
    for (called, gradient), (n, leaf) in zip(given.items(), leaves.items(), strict=True):
        expected = leaf.grad if isinstance(leaf.grad, float) else None if leaf.grad is None else leaf.grad.data
        if expected is None:
            assert gradient is None
            continue
        np.testing.assert_allclose(gradient, expected, rtol=1e-12, err_msg=called)
        if n in GRADIENTS.get(name, {}):
            assert gradient == pytest.approx(GRADIENTS[name][n], abs=1.1e-6)
    ET.fromstring(found.html)
    assert found.latex.count("{") == found.latex.count("}")


def test_a3_has_the_lecture_s_deltas() -> None:
    """Six products, with the factors that they share."""
    output, names = a3()
    found = ag.explain(output, names=names)
    assert [(d.symbol, d.of) for d in found.deltas] == [("δ₁", "z₃"), ("δ₂", "z₂"), ("δ₃", "z₁")]
    assert set(found.wrt) == {"W₁", "b₁", "W₂", "b₂", "W₃", "b₃"}
    text = found.text
    for line in (
        "∂L/∂W₂ = ∂L/∂h₃ · ∂h₃/∂z₃ · ∂z₃/∂h₂ · ∂h₂/∂z₂ · ∂z₂/∂W₂",
        "= δ₂ · ∂z₂/∂W₂",
        "= δ₁ · ∂z₃/∂h₂ · ∂h₂/∂z₂",
        "= δ₃ · ∂z₁/∂b₁",
    ):
        assert line in text
    # The deltas by hand, from the derivative of the loss on.
    h1, h2, h3 = (names[f"h{k}"].data for k in (1, 2, 3))
    delta1 = (h3 - names["y"].data) / 5 * h3 * (1 - h3)
    delta2 = delta1 @ names["W3"].data * h2 * (1 - h2)
    delta3 = delta2 @ names["W2"].data * h1 * (1 - h1)
    for delta, expected in zip(found.deltas, (delta1, delta2, delta3), strict=True):
        np.testing.assert_allclose(delta.value, expected, rtol=1e-12)


@pytest.mark.parametrize(("name", "make"), [("b1-w1", lambda: b1(False)), ("b2-w1", b2)])
def test_golden_text(name: str, make: Any) -> None:
    """Every path of the lecture's network; the sums are those that it prints."""
    output, names = make()
    found = ag.explain(output, "w1", names)
    assert found.gradient == pytest.approx(GRADIENTS[name[:2]]["w1"], abs=1.1e-6)
    assert found.gradient == pytest.approx(sum(p.product or math.nan for p in found.paths), rel=1e-12)
    assert f"{found}\n" == (GOLDEN / f"explain-{name}.txt").read_text(encoding="utf-8")


@given(STEPS)
@settings(deadline=None)
def test_paths_add_up_to_the_engine_s_gradient(steps: Steps) -> None:
    """On random graphs: the number of paths, and the sum over all of them where all are listed."""
    leaves, output = graph(steps)
    expected = [leaf.grad for leaf in (output.backward(), leaves)[1]]
    for leaf, gradient in zip(leaves, expected, strict=True):
        found = ag.explain(output, leaf)
        assert found.count == all_paths(output, leaf)
        if found.count == 0:
            assert found.gradient is None
            continue
        assert found.gradient == pytest.approx(gradient, rel=1e-12)
        if len(found.paths) == found.count:
            assert math.fsum(p.product or 0.0 for p in found.paths) == pytest.approx(gradient, rel=1e-9, abs=1e-12)
        ET.fromstring(found.html)


@given(STEPS)
@settings(deadline=None)
def test_several_at_once(steps: Steps) -> None:
    """The deltas are the engine's gradients of their nodes."""
    leaves, output = graph(steps)
    names = dict(zip("abc", leaves, strict=True))
    found = ag.explain(output, names)
    output.backward()
    for called, leaf in names.items():
        assert (found.gradient[called] or 0.0) == pytest.approx(leaf.grad, rel=1e-12)


def test_a_chain_of_many_paths_is_factored() -> None:
    """Their number is exact, and the largest are found without listing all."""
    x = ag.Value(1.5, name="x")
    y = x
    for _ in range(64):
        y = y + 2.0 * y
    found = ag.explain(y, x)
    assert found.count == 2**64
    assert found.gradient == pytest.approx(3.0**64)
    assert [p.product for p in found.paths] == [2.0**64, 2.0**63, 2.0**63]
    assert "18446744073709551616 paths lead from" in found.text
    assert len(found.text.splitlines()) < 140


def test_long_chains_need_no_recursion() -> None:
    x = ag.Value(1.0, name="x")
    y = x
    for _ in range(3000):
        y = y * 1.0
    found = ag.explain(y, x)
    assert found.gradient == 1.0
    assert "⋯" in found.text
    assert len(found.text) < 2000
    assert ag.explain(y, [x, y._inputs[0]]).gradient == {"x": 1.0, "v₃₀₀₀": 1.0}


def test_what_goes_by_way_of_others_is_told_apart() -> None:
    """y = h h + x with h = 3 x: the derivative along the edge from x to y is not the whole one."""
    x = ag.Value(2.0, name="x")
    h = x * 3.0
    h.name = "h"
    text = ag.explain(h * h + x, x, {"y": None}).text
    assert "∂⁺v₄/∂x = 1" in text
    assert text.endswith("∂⁺ leaves out what goes by way of other variables.")


def test_arrays() -> None:
    """Matrix by matrix, and the gradients are the engine's."""
    rng = np.random.default_rng(0)
    X = ag.Tensor(rng.normal(size=(5, 3)), name="X")
    W = ag.Tensor(rng.normal(size=(4, 3)), requires_grad=True, name="W")
    z = X @ W.T
    loss = (z * z).sum()
    found = ag.explain(loss, W, {"z": z, "loss": loss})
    loss.backward()
    assert W.grad is not None
    np.testing.assert_allclose(found.gradient, W.grad.data)
    assert "∂loss/∂W = ∂loss/∂z · ∂z/∂W" in found.text
    assert found.paths[0].product is None


def test_by_itself_and_by_what_was_computed() -> None:
    x = ag.Value(2.0, name="x")
    y = x * x
    assert ag.explain(y, y).text == "  ∂v₂/∂v₂ = 1"
    assert ag.explain(y * 3.0, y).gradient == 3.0
    assert ag.explain(x).gradient == {"x": 1.0}


def test_names() -> None:
    """By name as written in the program or in the drawing, of the call, of the node, of a module's parameters."""
    output, names = a1()
    for wrt in ("p", names["p"]):
        assert ag.explain(output, wrt, names).wrt == ("p",)
    w1 = ag.Value(2.0, name="w1")
    for called in ("w1", "w₁"):
        assert ag.explain(w1 * w1, called).gradient == 4.0
    assert ag.explain(w1 * 3.0, {"0.weight": w1}).gradient == {"0.weight": 3.0}
    delta = ag.Value(2.0, name="delta_1")
    h = delta * w1
    assert [d.symbol for d in ag.explain(h * h, [delta, w1]).deltas] == ["ε₁"]


def test_nothing_is_touched() -> None:
    x = ag.Tensor(2.0, requires_grad=True, name="x")
    y = x * x
    x.register_hook(lambda g: pytest.fail("a hook ran"))
    ag.explain(y, x)
    assert x.grad is None


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_names(hostile: str) -> None:
    """They are text in every notation."""
    x, w = ag.Value(2.0, name=hostile), ag.Value(2.0, name="w")
    h = x * w
    for found in (ag.explain(h * h, x), ag.explain(h * h), ag.explain(h.detach() * w, x)):
        assert "<script" not in found.html
        ET.fromstring(found.html)
        assert r"\input" not in found.latex


def test_wrong_calls() -> None:
    x = ag.Value(2.0, name="x")
    with pytest.raises(KindError, match="expected a Tensor or a Value, got float"):
        ag.explain(2.0)  # type: ignore[arg-type]
    with pytest.raises(KindError, match="names= is a mapping"):
        ag.explain(x, x, ["x"])  # type: ignore[arg-type]
    with pytest.raises(KindError, match="names= is a mapping"):
        ag.explain(x, x, {1: x})  # type: ignore[dict-item]
    with pytest.raises(KindError, match="wrt= is a node, a name, or several"):
        ag.explain(x, 2.0)
    with pytest.raises(KindError, match="wrt= is a node or a name, got float"):
        ag.explain(x, [2.0])
    with pytest.raises(ArgumentValueError, match="wrt= is empty"):
        ag.explain(x, [])
    with pytest.raises(ArgumentValueError, match="no single node is called 'q': the graph has x, v₂"):
        ag.explain(x * x, "q")
    with pytest.raises(ArgumentValueError, match="2 nodes have it"):
        ag.explain(x * ag.Value(1.0, name="x"), "x")
    with pytest.raises(ShapeError, match=r"no single number.*explain\(y.sum\(\), wrt=x\)"):
        ag.explain(ag.Tensor([1.0, 2.0], requires_grad=True) * 2.0)


def test_saved_by_suffix(tmp_path: Path) -> None:
    output, names = a1()
    found = ag.explain(output, "x", names)
    assert found.save(tmp_path / "a.txt").read_text(encoding="utf-8") == f"{found}\n"
    assert "<title>Chain rule of g by x</title>" in found.save(tmp_path / "a.html").read_text(encoding="utf-8")
    assert r"\frac{\partial g}{\partial p}" in found.save(tmp_path / "a.tex").read_text(encoding="utf-8")
    assert repr(found) == "<Explanation of g by x: 1 paths>"


def test_many_paths_between_arrays() -> None:
    """They are counted and summed up; there are no numbers by which some would be the largest."""
    x = ag.Tensor([1.0, 2.0], requires_grad=True, name="x")
    y = x
    for _ in range(4):
        y = y + ag.tanh(y)
    found = ag.explain(y.sum(), x)
    assert (found.count, found.paths) == (16, ())
    assert "largest" not in found.text
    y.sum().backward()
    assert x.grad is not None
    np.testing.assert_allclose(found.gradient, x.grad.data)


def test_a_graph_of_many_nodes_is_explained_soon() -> None:
    """Hundreds of derivatives at once, each of thousands of paths."""
    rng = np.random.default_rng(0)
    layers = [np.vectorize(ag.Value, otypes=[object])(rng.normal(size=(8, 8))) for _ in range(4)]
    h = np.vectorize(ag.Value, otypes=[object])(rng.normal(size=8))
    for layer in layers:
        h = np.tanh(layer @ h)
    start = perf_counter()
    found = ag.explain(h.sum())
    assert perf_counter() - start < 10
    assert len(found.gradient) == 4 * 64 + 8
    # From the weights of a layer one path leads on by each way through the layers above it.
    assert found.count == 64 * (1 + 8 + 64 + 512) + 8 * 8**4


def test_a3_in_matrix_form() -> None:
    """Each gradient as a product of matrices, with their shapes; the deltas are held against those by hand above."""
    output, names = a3()
    text = f"{ag.explain(output, names=names)}\n"
    for line in (
        "= δ₃ᵀ X: (4×5)(5×6) → 4×6",
        "= δ₂ᵀ h₁: (3×5)(5×4) → 3×4",
        "= δ₁ W₃: (5×1)(1×3) → 5×3",
        "= 𝟏ᵀ δ₁ ",
        "∂L/∂h₃ = 0.2(h₃ − y) ",
        "= ∂L/∂h₂ ⊙ h₂ ⊙ (1 − h₂)",
    ):
        assert line in text, line
    assert "= (∂L/∂z₂)ᵀ h₁: (3×5)(5×4) → 3×4" in ag.explain(output, "W2", names).text
    assert text == (GOLDEN / "explain-a3.txt").read_text(encoding="utf-8")


def test_shapes_are_noted_of_products_alone() -> None:
    known = {"A": (2, 3), "B": (3, 4), "C": (2, 4), "v": (3,)}
    assert of_product("Aᵀ C Bᵀ", known).text == "(3×2)(2×4)(4×3) → 3×3"  # type: ignore[union-attr]
    for no_product in ("A", "A v", "A C", "A D", "2 A B", "A ⊙ A"):
        assert of_product(no_product, known) is None


def test_several_come_in_any_collection() -> None:
    """A list, a generator such as a module's parameters, an array of Values."""
    x, w = ag.Value(2.0, name="x"), ag.Value(3.0, name="w")
    y = x * w
    for several in ([x, w], (node for node in (x, w)), np.array([x, w]), {"x": x, "w": w}):
        assert ag.explain(y, several).gradient == {"x": 3.0, "w": 2.0}


def test_unnamed_nodes_are_called_as_in_the_drawing() -> None:
    """The gradient that a recorded pass starts from is a leaf without a name."""
    x = ag.Value(2.0, name="x")
    (x**3 + ag.sin(x)).backward(create_graph=True)
    drawn = {node.name for node in ag.draw(x.grad).nodes}
    said = str(ag.explain(x.grad, x))
    assert set(re.findall(r"[a-z][₀-₉]+", said)) <= drawn
    assert "= 1 · v₂ · 3 · 2x = 1 · 1 · 3 · 4 = 12" in said


def test_a_name_of_nothing_but_space_is_none() -> None:
    x = ag.Value(2.0, name="x")
    assert str(ag.explain(x * x, x, {" ": x})) == str(ag.explain(x * x, x))


def test_of_a_long_path_only_what_is_shown_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    """A sum of 1,000 terms has 1,000 paths of up to 1,000 factors."""
    written = []
    symbol = ChainWriter.symbol

    def counted(self: ChainWriter, edge: FoldEdge) -> Math:
        written.append(edge)
        return symbol(self, edge)

    monkeypatch.setattr(ChainWriter, "symbol", counted)
    x = y = ag.Value(0.5, name="x")
    for _ in range(100):
        y = ag.tanh(y)
    assert "∂v₁₀₁/∂v₁₀₀ · ∂v₁₀₀/∂v₉₉" in str(ag.explain(y, x))
    assert len(written) == 12
