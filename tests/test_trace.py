"""The trace of a program: its lines, the sweep beside them, and the three notations."""

import re
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd_lite as ag
from autograd_lite.draw import draw
from autograd_lite.draw.typeset import Formula
from autograd_lite.errors import DrawingError, KindError
from tests.lectures import EXAMPLES, GRADIENTS, VALUES, a1, a2, b1

GOLDEN = Path(__file__).parent / "golden"
HOSTILE = ('"<script>alert(1)</script>', "a&b", "100%_#{}\\input{x}", "x\ny", "שלום", "权重", "\ue000", "$x^2$~")


def test_a1_reads_as_in_the_lecture() -> None:
    """Worked out by hand: g = (x + y) z at 1, 3, -3."""
    assert ag.trace(*a1()).text.splitlines()[1:] == [
        "1  x = 1                          x̄ = p̄ · 1 = (−3) · 1 = −3",
        "2  y = 3                          ȳ = p̄ · 1 = (−3) · 1 = −3",
        "3  z = −3                         z̄ = ḡ · p = 1 · 4 = 4",
        "4  p = x + y = 4                  p̄ = ḡ · z = 1 · (−3) = −3",
        "5  g = p × z = −12                ḡ = 1",
    ]


@pytest.mark.parametrize("name", EXAMPLES)
def test_lectures_in_every_notation(name: str) -> None:
    """The lectures' values and gradients are on the lines; text, LaTeX and HTML are well formed."""
    output, names = EXAMPLES[name]()
    trace = draw.trace(output, names)
    lines = {line.name: line for line in trace}
    for wanted, attribute in ((VALUES, "value"), (GRADIENTS, "adjoint")):
        for variable, x in wanted.get(name, {}).items():
            called = re.sub(r"\d", lambda d: "₀₁₂₃₄₅₆₇₈₉"[int(d[0])], variable)
            assert getattr(lines[called], attribute) == pytest.approx(x, abs=1.1e-6), variable
    assert len(trace.text.splitlines()) == len(trace) + 1
    assert trace.latex.count(r"\\") >= len(trace)
    assert trace.latex.count("{") == trace.latex.count("}")
    assert len(list(ET.fromstring(trace.html).iter("tr"))) == len(trace) + 1


def test_b1_as_a_file_for_comparison() -> None:
    """Held against the lecture in the test above; here the whole page at once."""
    assert f"{draw.trace(*b1())}\n" == (GOLDEN / "trace-b1.txt").read_text(encoding="utf-8")


def test_uses_add_up_in_the_order_of_the_engine() -> None:
    """The latest use first, and of one operation the arguments from left to right."""
    x = ag.Value(2.0, name="x")
    y = x * x
    line = next(iter(ag.trace(y + x, names={"y": y})))
    assert line.reverse.text == "x̄ = v̄₃ · 1 + ȳ · x + ȳ · x = 1 · 1 + 1 · 2 + 1 · 2 = 5"
    assert line.terms == ((3, 1.0), (2, 2.0), (2, 2.0))


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 99), st.integers(0, 99), st.integers(0, 3)), min_size=1, max_size=12))
def test_adjoints_are_the_engine_s_gradients(steps: list[tuple[int, int, int]]) -> None:
    """On random graphs, and each is the sum of its terms."""
    nodes = [ag.Value(0.7), ag.Value(-1.3), ag.Value(0.4)]
    for i, j, kind in steps:
        a, b = nodes[i % len(nodes)], nodes[j % len(nodes)]
        nodes.append([lambda: (a * b).sin(), lambda: a - b, lambda: a.tanh(), lambda: a + 2.0 * b][kind]())  # noqa: B023
    names = {f"q{i}": node for i, node in enumerate(nodes)}
    trace = ag.trace(nodes[-1], names=names)
    nodes[-1].backward()
    for line in trace:
        if line.adjoint is not None and line.name.startswith("q"):
            i = "".join(str("₀₁₂₃₄₅₆₇₈₉".index(c)) for c in line.name[1:])
            assert line.adjoint == pytest.approx(nodes[int(i)].grad, rel=1e-12, abs=1e-15)
    for line in trace:
        if line.terms:
            assert line.adjoint == pytest.approx(sum(x for _, x in line.terms), rel=1e-12, abs=1e-12)


def test_arrays() -> None:
    """Elementwise products by ⊙, matrix products in matrix form, what was broadcast summed, a transpose turned back."""
    W = ag.Tensor(np.arange(6.0).reshape(2, 3), requires_grad=True, name="W")
    b = ag.Tensor([1.0, 2.0], requires_grad=True, name="b")
    X = ag.Tensor(np.ones((4, 3)), name="X")
    lines = {line.name: line.reverse.text for line in draw.trace(((X @ W.T + b) * 2.0).sum())}
    assert lines["W"].startswith("W̄ = v̄₃ᵀ = ")
    assert lines["v₃"].startswith("v̄₃ = Xᵀ·v̄₅ = [8  8; 8  8; 8  8]")
    assert lines["b"] == "b̄ = Σ(v̄₆ · 1) = [8  8]"
    assert lines["X"] == ""
    output, names = a2()
    assert "x̄ = ā ⊙ y = " in draw.trace(output, names).text


def test_a_matrix_has_numpy_s_trace() -> None:
    X = np.arange(9.0).reshape(3, 3)
    assert ag.trace(ag.Tensor(X)).item() == np.trace(X) == ag.trace(X)
    assert ag.trace(ag.Tensor(X, requires_grad=True), 1).item() == 6.0
    assert len(ag.trace(ag.Tensor(2.0, requires_grad=True) * 3.0)) == 2


def test_without_a_sweep_it_says_so() -> None:
    """Untracked, or more than one element."""
    assert "not tracked: there is no reverse sweep" in str(draw.trace(ag.Tensor([1.0, 2.0])))
    several = draw.trace(ag.Tensor([1.0, 2.0], requires_grad=True) * 2.0)
    assert "has 2 elements" in several.text
    assert "has 2 elements" in several.latex
    assert "has 2 elements" in several.html


def test_nothing_is_touched() -> None:
    """No `.grad`, no hook."""
    x = ag.Tensor(2.0, requires_grad=True)
    y = x * x
    x.register_hook(lambda g: pytest.fail("a hook ran"))
    ag.trace(y)
    assert x.grad is None


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_names(hostile: str) -> None:
    """They are text in every notation."""
    x = ag.Value(2.0, name=hostile)
    trace = ag.trace(x * x)
    assert "<script" not in trace.html
    ET.fromstring(trace.html)
    assert r"\input" not in trace.latex
    assert len(trace.text.splitlines()) == 3
    assert trace.latex.count(r"\\") == 3


def test_wrong_calls(tmp_path: Path) -> None:
    with pytest.raises(KindError, match="expected a Tensor or a Value, got float"):
        draw.trace(2.0)  # type: ignore[arg-type]
    with pytest.raises(KindError, match="names= is a mapping"):
        draw.trace(ag.Value(1.0), ["x"])  # type: ignore[arg-type]
    with pytest.raises(KindError, match="names= is a mapping"):
        draw.trace(ag.Value(1.0), {1: ag.Value(1.0)})  # type: ignore[dict-item]
    with pytest.raises(DrawingError, match="no suffix of a format of text"):
        ag.trace(ag.Value(1.0)).save(tmp_path / "a.svg")
    with pytest.raises(DrawingError, match="no folder"):
        ag.trace(ag.Value(1.0)).save(tmp_path / "none" / "a.txt")


def test_saved_by_suffix(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whole or not at all."""
    trace = ag.trace(*a1())
    assert trace.save(tmp_path / "a.txt").read_text(encoding="utf-8") == f"{trace}\n"
    assert r"\begin{document}" in trace.save(str(tmp_path / "a.tex")).read_text(encoding="utf-8")
    assert "<!DOCTYPE html>" in trace.save(tmp_path / "a.HTML").read_text(encoding="utf-8")
    assert repr(trace) == "<Trace of g: 5 lines>"
    assert trace._repr_html_() == trace.html

    def fails(self: Path, goal: Path) -> Path:
        raise OSError("full")

    monkeypatch.setattr(Path, "replace", fails)
    with pytest.raises(OSError, match="full"):
        trace.save(tmp_path / "b.txt")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.HTML", "a.tex", "a.txt"]


def test_a_name_that_begins_like_a_number_is_no_markup_in_formulas() -> None:
    """Nor is the gradient that a matrix product speaks of."""
    found = Formula(r"\bar f y^T", {"y": r"1\input{x}<b>", "bar f": "∂L/∂z₁"})
    assert r"\input" not in found.tex
    assert "<b>" not in found.mathml
    assert found.tex.startswith(r"\frac{\partial L}{\partial z_{1}}")


def test_words_keep_their_distance_from_numbers() -> None:
    """In LaTeX and MathML too, which drop spaces at the ends."""
    x = ag.Tensor(np.arange(9.0), requires_grad=True, name="x")
    trace = draw.trace((x * 2.0).sum())
    assert r"\text{9-vector,}~\text{min}~0\text{, mean}~" in trace.latex
    assert "9-vector,\u00a0</mtext><mtext>min\u00a0</mtext><mn>0</mn>" in trace.html


def test_values_are_those_of_the_run_after_a_parameter_has_moved() -> None:
    """A loss is often traced after the optimizer's step."""
    w = ag.Value(2.0, name="w")
    y = w * w
    before = str(ag.trace(y))
    w.data = 5.0
    assert str(ag.trace(y)) == before
    assert [(line.value, line.adjoint) for line in ag.trace(y)] == [(2.0, 4.0), (4.0, 1.0)]
