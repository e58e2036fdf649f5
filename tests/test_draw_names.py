"""Names that would be markup, in every view: the svg stays XML with nothing in it but a drawing."""

import xml.etree.ElementTree as ET
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import autograd_lite as ag
from autograd_lite.draw import Picture
from autograd_lite.draw.names import spelled
from tests.drawings import needs_an_engine

#: What a drawing is made of; a link, an image, a style or a script would be an injection.
ELEMENTS = {"svg", "g", "title", "text", "path", "polygon", "polyline", "ellipse", "line", "tspan"}
HOSTILE = st.one_of(
    st.text(max_size=12),
    st.sampled_from([
        "<script>alert(1)</script>", '"><image href=x onerror=alert(1)>', "</TD></TR></TABLE>>", "<B>", "&lt;", "]]>",
        "-->", "a\nb", "a\r\nb", "\\n", "\\", "\u2028", "\u202e", "שלום", "权重", "é", "x" * 200, '" URL="x', "∂x/∂y",
        "____", "values", "\x00", "\ud800",
    ]),
)  # fmt: skip


def drawn(a: str, b: str, title: str) -> list[tuple[Picture, int]]:
    """Every view of one graph with these names, each with the number of its lines as text below the title."""
    x, y = ag.Tensor([[1.0, -2.0]], requires_grad=True, name=a), ag.Tensor(3.0, requires_grad=True, name=b)
    out = (x.tanh() * y + x).sum()
    views: list[Callable[..., Picture]] = [
        lambda: ag.draw(out, title=title, order=True, arrays="heatmap"),
        lambda: ag.draw(out, title=title, blank="all"),
        lambda: ag.draw(out, title=title, names={a: out}, fold="names", rankdir="TB"),
        lambda: ag.draw.backward(out, title=title),
        lambda: ag.draw.recorded(out, title=title),
    ]
    pictures = [view() for view in views]
    answers = pictures[1].answers
    assert answers is not None
    return [(p, sum(not n.is_literal for n in p.nodes)) for p in (*pictures, answers)]


@needs_an_engine
@settings(max_examples=20, deadline=None)
@given(HOSTILE, HOSTILE, HOSTILE)
@example("<script>alert(1)</script>", "a\nb", '"><image href=x>')
@example("x", "x", "\x00")
def test_names_do_no_harm_in_any_view(a: str, b: str, title: str) -> None:
    for picture, lines in drawn(a, b, title):
        said = str(picture).splitlines()
        assert len(said) == lines + 2
        root = ET.fromstring(picture.svg())
        for element in root.iter():
            assert element.tag.rpartition("}")[2] in ELEMENTS
            assert not [name for name in element.attrib if name.startswith("on") or "href" in name]


@pytest.mark.parametrize("name", ["x", "w1", "loss", "שלום", "权重", "a b", "<b>"])
def test_a_name_is_found_as_it_is_given(name: str) -> None:
    """Blanks are asked for by the names that the program gives."""
    x = ag.Value(2.0, name=name)
    picture = ag.draw(x * 3.0, blank=(name, "gradient"))
    places: Any = {("gradient", 1), ("contribution", 1)}
    assert picture.blanks == places


def test_two_nodes_of_one_name_are_told_apart() -> None:
    """Their formulas would be wrong otherwise: (w w + w) w by the first w is no 2 w (w + 1)."""
    a, b = ag.Value(2.0, name="w"), ag.Value(3.0, name="w")
    picture = ag.draw((a * b + a) * a, fold="names")
    assert [node.name for node in picture.nodes] == ["w", "w′", "v₅"]
    assert [e.formula.text for e in picture.edges if e.formula] == ["2w(w′ + 1)", "w²"]
    assert r"\left( w {w'} + w \right)" in picture.tex
    assert [node.kind for node in picture.nodes] == ["parameter", "parameter", "output"]
    assert "∂v₃/∂w′ = w = 2" in str(ag.explain(a * b))


def test_a_name_in_names_stands_before_a_node_s_own() -> None:
    x, y = ag.Value(2.0, name="x"), ag.Value(3.0)
    assert [node.name for node in ag.draw(x * y, names={"x": y}).nodes] == ["x′", "x", "v₃"]


def test_many_nodes_of_one_name() -> None:
    total = sum((ag.Value(float(i), name="w1") for i in range(6)), start=ag.Value(0.0))
    found = [node.name for node in ag.draw(total, fold="names").nodes if node.named]
    assert found == ["w₁", "w₁′", "w₁″", "w₁‴", "w₁⁽⁴⁾", "w₁⁽⁵⁾"]


def test_a_long_path_keeps_its_end() -> None:
    paths = [f"transformer_encoder.layers.{i}.self_attention.{kind}" for i in (0, 1) for kind in ("weight", "bias")]
    called = [spelled(path) for path in paths]
    assert called == ["…layers.0.self_attention.weight", "…layers.0.self_attention.bias",
                      "…layers.1.self_attention.weight", "…layers.1.self_attention.bias"]  # fmt: skip
    assert spelled("x" * 40) == "x" * 31 + "…"
    assert spelled("a." + "x" * 40) == "a." + "x" * 29 + "…"
    assert all(spelled(name) == name for name in called)
