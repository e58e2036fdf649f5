"""Formulas and names in LaTeX and in MathML: well formed, with the right structure, and safe for any name."""

import re
import xml.etree.ElementTree as ET
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd_lite as ag
from autograd_lite.draw.names import spelled
from autograd_lite.draw.notation import name_mathml, name_tex
from autograd_lite.draw.typeset import Formula
from autograd_lite.ops import RULE_BOOK
from tests.typesetting import is_safe

MATHML = "{http://www.w3.org/1998/Math/MathML}"
#: How many children these elements have.
CHILDREN = {"mfrac": 2, "msup": 2, "msub": 2, "mover": 2, "msqrt": 1}
NAMES: list[dict[str, Any]] = [
    {},
    {"x": "w₁", "y": "−2", "z": "3", "f": "pred", "bar f": "1"},
    {"x": "a_b", "y": "{<&>}\\", "z": "δ₂", "f": "%$#", "bar f": Formula.of_ratio("L", "W₁").piece},
]


def balanced(tex: str) -> bool:
    """Whether the braces of LaTeX source match, those that it shows aside, and \\left and \\right too."""
    depth = 0
    for token in re.findall(r"\\.|[{}]", tex):
        depth += (token == "{") - (token == "}")
        if depth < 0:
            return False
    return depth == 0 and tex.count(r"\left") - tex.count(r"\leftarrow") == tex.count(r"\right")


def check(tex: str, mathml: str) -> ET.Element:
    assert balanced(tex), tex
    assert not set(tex) & set("−·×⊙≤≥≠√½∂ᵀ₀₁₂"), tex
    root = ET.fromstring(mathml)
    for element in root.iter():
        tag = element.tag.removeprefix(MATHML)
        if tag in CHILDREN:
            assert len(element) == CHILDREN[tag], mathml
        if tag in ("mi", "mn", "mo", "mtext"):
            assert element.text
            assert not len(element)
    return root


@pytest.mark.parametrize("op", RULE_BOOK.values(), ids=lambda op: op.name)
def test_every_card(op: Any) -> None:
    for latex in [op.each[0]] if op.each else op.latex:
        for names in NAMES:
            formula = Formula(latex, names)
            assert formula.tex
            root = check(formula.tex, formula.mathml)
            assert root.tag == f"{MATHML}math"
            assert len(root) == 1


@pytest.mark.parametrize(
    ("latex", "names", "tex", "mathml"),
    [
        (
            r"-\frac{x}{y^2}", {"x": "p", "y": "w₁"}, r"- \frac{p}{w_{1}^{2}}",
            "<mrow><mo>−</mo><mfrac><mi>p</mi><msup><msub><mi>w</mi><mn>1</mn></msub><mn>2</mn></msup></mfrac></mrow>",
        ),
        (r"\frac{1}{2 \sqrt{x}}", {}, r"\frac{1}{2 \sqrt{x}}",
         "<mfrac><mn>1</mn><mrow><mn>2</mn><mo>\u2062</mo><msqrt><mi>x</mi></msqrt></mrow></mfrac>"),
        (r"\frac{1}{2}", {}, r"\frac{1}{2}", "<mfrac><mn>1</mn><mn>2</mn></mfrac>"),
        (r"x^{y - 1}", {"y": "3"}, "x^{2}", "<msup><mi>x</mi><mn>2</mn></msup>"),
        (r"x_j", {"x": "w₁"}, "{w_{1}}_{j}", "<msub><msub><mi>w</mi><mn>1</mn></msub><mi>j</mi></msub>"),
        (r"x y", {"x": "−2×10⁻⁷", "y": "p"}, r"-2\times 10^{-7} p",
         "<mrow><mrow><mo>−</mo><mn>2</mn><mo>×</mo><msup><mn>10</mn><mn>−7</mn></msup></mrow><mo>\u2062</mo>"
         "<mi>p</mi></mrow>"),
        (r"\tanh^2 x", {"x": "−3"}, r"\tanh^{2} \left( -3 \right)",
         "<mrow><msup><mi>tanh</mi><mn>2</mn></msup><mo>\u2061</mo><mrow><mo>(</mo><mrow><mo>−</mo><mn>3</mn></mrow>"
         "<mo>)</mo></mrow></mrow>"),
        (r"\bar f \, y^T", {"bar f": Formula.of_ratio("L", "Z").piece, "y": "W"},
         r"\frac{\partial L}{\partial Z} \, W^{T}",
         "<mrow><mfrac><mrow><mo>∂</mo><mi>L</mi></mrow><mrow><mo>∂</mo><mi>Z</mi></mrow></mfrac><mo>\u2062</mo>"
         "<msup><mi>W</mi><mi>T</mi></msup></mrow>"),
        (r"\operatorname{sign}(x)", {"x": "pred"}, r"\operatorname{sign} ( \mathrm{pred} )",
         "<mrow><mi>sign</mi><mo>\u2061</mo><mo>(</mo><mi>pred</mi><mo>)</mo></mrow>"),
    ],
)  # fmt: skip
def test_structure(latex: str, names: dict[str, Any], tex: str, mathml: str) -> None:
    formula = Formula(latex, names)
    assert formula.tex == tex
    assert formula.mathml.replace("&#x2062;", "\u2062").replace("&#x2061;", "\u2061") == (
        f'<math xmlns="http://www.w3.org/1998/Math/MathML">{mathml}</math>'
    )


@pytest.mark.parametrize(
    ("name", "tex", "mathml"),
    [
        ("w1", "w_{1}", "<msub><mi>w</mi><mn>1</mn></msub>"),
        ("W_hh", "W_{hh}", "<msub><mi>W</mi><mi>hh</mi></msub>"),
        ("theta", r"\theta", "<mi>θ</mi>"),
        ("Alpha", r"\mathrm{A}", "<mi>Α</mi>"),
        ("Sigma", r"\Sigma", "<mi>Σ</mi>"),
        ("loss", r"\mathrm{loss}", "<mi>loss</mi>"),
        ("conv.weight", r"\mathrm{conv.weight}", "<mi>conv.weight</mi>"),
        ("h_prev", r"\text{h\_prev}", "<mtext>h_prev</mtext>"),
        ("100%", r"\text{100\%}", "<mtext>100%</mtext>"),
        (r"\input{x}", r"\text{\textbackslash{}input\{x\}}", r"<mtext>\input{x}</mtext>"),
        ("</math><script>", r"\text{\textless{}/math\textgreater{}{\kern0pt}\textless{}script\textgreater{}}",
         "<mtext>&lt;/math&gt;&lt;script&gt;</mtext>"),
        ("权重", r"\text{\otherletter{6743}{权}\otherletter{91CD}{重}}", "<mi>权重</mi>"),
    ],
)  # fmt: skip
def test_names(name: str, tex: str, mathml: str) -> None:
    assert (name_tex(spelled(name)), name_mathml(spelled(name))) == (tex, mathml)


@given(st.text(min_size=1, max_size=12).filter(lambda name: spelled(name)))
def test_any_name_is_safe(name: str) -> None:
    written = spelled(name)
    tex, mathml = name_tex(written), name_mathml(written)
    assert is_safe(tex)
    assert balanced(tex)
    root = ET.fromstring(f"<a>{mathml}</a>")
    assert {element.tag for element in root.iter()} <= {"a", "mi", "mn", "mo", "mtext", "msub", "mrow", "msup"}


def test_an_edge_knows_its_left_side() -> None:
    w = ag.Value(2.0, name="w1")
    (edge,) = ag.draw(w.exp(), names={}).edges
    assert edge.ratio is not None
    assert edge.ratio.text == edge.left == "∂v₂/∂w₁"
    assert edge.ratio.tex == r"\frac{\partial v_{2}}{\partial w_{1}}"
