"""What drawings write: numbers, names and formulas."""

import re
from typing import Any

import numpy as np
import pytest

import autograd_lite as ag
from autograd_lite.draw.names import spelled
from autograd_lite.draw.numbers import inline, number
from autograd_lite.draw.typeset import Formula
from autograd_lite.ops import RULE_BOOK


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
    assert Formula("e^x", {"x": "z₂"}).html == 'e<SUP><FONT POINT-SIZE="9">z₂\N{THIN SPACE}</FONT></SUP>'
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
