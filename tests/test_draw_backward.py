"""The backward pass as a graph of its own."""

import re
from typing import Any

import numpy as np
import pytest

import autograd_lite as ag
from autograd_lite import errors
from autograd_lite.draw import Picture
from autograd_lite.draw.numbers import Blank
from tests import lectures
from tests.drawings import a1, edge, edges, needs_an_engine, node, words


def sums(picture: Picture) -> None:
    """Every gradient but the first is the sum of what comes to it."""
    coming: dict[int, Any] = {}
    for e in picture.edges:
        coming[e.target] = coming[e.target] + e.contribution if e.target in coming else e.contribution
    assert set(coming) == {n.number for n in picture.nodes} - {1}
    for n in picture.nodes[1:]:
        assert np.asarray(coming[n.number]) == pytest.approx(np.asarray(n.value))


@pytest.mark.parametrize("kind", [ag.Value, ag.Tensor])
def test_a1_backwards(kind: type) -> None:
    g, names = a1(kind)
    picture = ag.draw.backward(g, names)
    assert [n.name for n in picture.nodes] == ["∂g/∂g", "∂g/∂p", "∂g/∂z", "∂g/∂y", "∂g/∂x"]
    assert [n.value for n in picture.nodes] == [1, -3, 4, -3, -3]
    assert [(e.source, e.target) for e in picture.edges] == [(1, 2), (1, 3), (2, 4), (2, 5)]
    assert [f"{e.left} = {e.formula.text}" for e in picture.edges if e.formula] == [
        "∂g/∂p = z", "∂g/∂z = p", "∂p/∂y = 1", "∂p/∂x = 1",
    ]  # fmt: skip
    assert [e.derivative for e in picture.edges] == [-3, 4, 1, 1]
    assert [n.kind for n in picture.nodes] == ["output", "operation", "input", "input", "input"]
    assert picture.output.name == "∂g/∂g"
    sums(picture)
    assert "(−3) × 1 = −3" in picture.dot
    assert "∂g/∂p = z = −3" in picture.dot


def test_sums_at_shared_nodes_are_drawn_as_sums() -> None:
    x = ag.Value(3.0, name="x")
    y = x * x + x.sin()
    picture = ag.draw.backward(y, {"y": y})
    shared = node(picture, "∂y/∂x")
    assert shared.symbol == "+"
    assert shared.expression is not None
    assert shared.expression.text == "∂y/∂v₃ · cos x + ∂y/∂v₂ · x + ∂y/∂v₂ · x"
    assert [e.position for e in picture.edges if e.target == shared.number] == [0, 1, 2]
    assert len(edges(picture, "∂y/∂v₂", "∂y/∂x")) == 2
    assert node(picture, "∂y/∂v₂").symbol == ""
    sums(picture)
    assert shared.value == pytest.approx(6 + np.cos(3.0))


def test_factors_that_are_sums_stand_in_brackets() -> None:
    x = ag.Value(0.5, name="x")
    y = x.tanh() * 3.0
    said = str(ag.draw.backward(y, {"y": y}))
    assert "∂y/∂v₂ · (1 − tanh² x)" in said


def test_arrays_backwards() -> None:
    c, names = lectures.a2()
    picture = ag.draw.backward(c, names)
    sums(picture)
    assert np.array_equal(node(picture, "∂c/∂x").value, names["y"].data)
    assert node(picture, "∂c/∂x").shape == (3, 4)
    assert node(picture, "∂c/∂c").shape is None
    assert "∂c/∂x  =  ∂c/∂a ⊙ y  =" in str(picture)
    assert np.array_equal(edge(picture, "∂c/∂a", "∂c/∂x").entries, names["y"].data)
    loss, names = lectures.a3()
    picture = ag.draw.backward(loss, names)
    sums(picture)
    gradients = {n.name.rpartition("∂")[2]: n.value for n in picture.nodes}
    loss.backward()
    for name, n in names.items():
        if n.grad is not None:
            written = {"W1": "W₁", "W2": "W₂", "W3": "W₃", "b1": "b₁", "b2": "b₂", "b3": "b₃"}[name]
            assert gradients[written] == pytest.approx(n.grad.data)


def test_shared_arrays_show_their_shares() -> None:
    x, y = (ag.Tensor(v, requires_grad=True, name=n) for v, n in (([1.5, 2.5], "x"), ([3.25, 4.75], "y")))
    loss = (x * y + x).sum()
    dot = ag.draw.backward(loss, {"L": loss}).dot
    assert dot.count("4.25") == 1
    assert dot.count("3.25") == 2


def test_b1_folded_backwards() -> None:
    loss, names = lectures.b1()
    picture = ag.draw.backward(loss, names, fold="names")
    sums(picture)
    assert node(picture, "∂l/∂w₈").value == pytest.approx(-0.789741, abs=5e-7)
    assert node(picture, "∂l/∂w₁").value == pytest.approx(0.038713, abs=5e-7)
    assert node(picture, "∂l/∂h₁").symbol == "+"
    assert "−0.7897" in picture.dot


def test_what_has_no_gradient_is_not_there() -> None:
    x = ag.Tensor([1.0, 2.0], requires_grad=True, name="x")
    y = (x * ag.Tensor([3.0, 4.0], name="c") * 2.0).sum()
    picture = ag.draw.backward(y, {"y": y})
    assert [n.name for n in picture.nodes] == ["∂y/∂y", "∂y/∂v₄", "∂y/∂v₃", "∂y/∂x"]
    alone = ag.draw.backward(ag.Value(2.0, name="x"))
    assert str(alone) == "1  ∂x/∂x  =  1"


def test_the_layout_reads_from_the_output_on() -> None:
    g, names = a1()
    dot = ag.draw.backward(g, names).dot
    assert "n1:box:e -> e1:line:w [dir=none id=e1a]" in dot
    assert "e1:line:e -> n2:box:w [dir=forward id=e1b]" in dot


def test_only_gradients_are_named_in_the_legend() -> None:
    g, names = a1()
    dot = ag.draw.backward(g, names).dot
    assert "factor × gradient" in dot
    assert ">value<" not in dot
    assert "gradient of" not in dot


@needs_an_engine
def test_gradients_left_blank() -> None:
    g, names = a1()
    picture = ag.draw.backward(g, names, blank="values")
    assert [isinstance(n.value, Blank) for n in picture.nodes] == [False, True, True, True, True]
    assert all(isinstance(e.contribution, Blank) for e in picture.edges)
    seen = words(picture.svg())
    assert "∂g/∂p = z = −3" in seen
    assert not [w for w in seen if "×" in w and "=" in w]
    by_node = ag.draw.backward(g, names, blank=[(names["z"], "value")])
    assert [n.name for n in by_node.nodes if isinstance(n.value, Blank)] == ["∂g/∂z"]


@needs_an_engine
@pytest.mark.parametrize("suffix", ["svg", "png", "pdf", "dot", "txt", "tex", "html"])
def test_every_format(suffix: str, tmp_path: Any) -> None:
    g, names = a1()
    first, second = (ag.draw.backward(g, names).save(tmp_path / f"{i}.{suffix}").read_bytes() for i in range(2))
    assert first == second
    if suffix in ("svg", "dot", "txt", "tex", "html"):
        assert "∂" in first.decode() or "partial" in first.decode()


def test_wrong_calls() -> None:
    x = ag.Tensor([1.0, 2.0], requires_grad=True)
    with pytest.raises(errors.KindError, match="expected a Tensor or a Value"):
        ag.draw.backward(3.0)  # type: ignore[arg-type]
    with pytest.raises(errors.ShapeError, match="no scalar"):
        ag.draw.backward(x * 2)
    with pytest.raises(errors.GraphError, match="not tracked"):
        ag.draw.backward(ag.Tensor(1.0))
    with pytest.raises(errors.ArgumentValueError, match=re.escape("rankdir='up'")):
        ag.draw.backward(x.sum(), rankdir="up")  # type: ignore[arg-type]


def test_no_grad_is_touched_and_no_hook_run() -> None:
    g, names = a1()
    seen: list[Any] = []
    for n in names.values():
        n.register_hook(seen.append)
    ag.draw.backward(g, names)
    assert seen == []
    assert names["x"].grad == 0.0
