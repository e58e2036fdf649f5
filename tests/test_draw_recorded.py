"""The backward pass as it is recorded: the operations of the engine, with names, and nothing touched."""

import re
from collections import Counter
from typing import Any

import numpy as np
import pytest

import autograd_lite as ag
from autograd_lite import errors
from autograd_lite.graph import topological_order
from tests import lectures
from tests.drawings import a1, needs_an_engine, node


def recorded_by_the_engine(output: Any, leaves: list[Any]) -> Counter[str]:
    """The symbols of the operations that lead to the gradients after a backward pass with create_graph."""
    output.backward(create_graph=True)
    roots = [leaf.grad for leaf in leaves]
    found = Counter(n.op.symbol or n.op.name for n in topological_order(roots) if n.op is not None)
    # What a leaf keeps is a copy of its gradient.
    del found["identity"]
    return found


def cube() -> tuple[Any, list[Any]]:
    x = ag.Value(3.0, name="x")
    return x**3, [x]


def product() -> tuple[Any, list[Any]]:
    x, y = ag.Tensor(3.0, requires_grad=True, name="x"), ag.Tensor(0.5, requires_grad=True, name="y")
    return (x * y).sin() * y, [x, y]


def layer() -> tuple[Any, list[Any]]:
    x = ag.Tensor([[1.0, 2.0], [0.5, -1.0]], name="x")
    w = ag.Tensor([[0.5], [0.25]], requires_grad=True, name="w")
    return ((x @ w).tanh() ** 2).sum(), [w]


@pytest.mark.parametrize("example", [cube, product, layer])
def test_it_is_what_the_engine_records(example: Any) -> None:
    output, leaves = example()
    picture = ag.draw.recorded(output)
    assert Counter(n.symbol for n in picture.nodes if n.symbol) == recorded_by_the_engine(output, leaves)
    for leaf in leaves:
        shown = next(n for n in picture.nodes if n.name.endswith(f"/∂{leaf.name}"))
        assert np.asarray(shown.value) == pytest.approx(np.asarray(leaf.grad.data))
        assert (shown.kind, shown.is_gradient) == ("output", True)


def test_a_cube_is_three_times_the_square() -> None:
    x = ag.Value(3.0, name="x")
    y = x**3
    picture = ag.draw.recorded(y, names={"y": y})
    assert [(n.name, n.value, n.kind, n.is_gradient) for n in picture.nodes if not n.is_literal] == [
        ("x", 3, "input", False),
        ("∂y/∂y", 1, "constant", True),
        ("v₃", 9, "operation", True),
        ("v₄", 27, "operation", True),
        ("∂y/∂x", 27, "output", True),
    ]
    names = {n.number: n.name for n in picture.nodes}
    arrows = {(names[e.source], names[e.target]) for e in picture.edges}
    assert arrows == {("x", "v₃"), ("2", "v₃"), ("3", "v₄"), ("v₃", "v₄"), ("∂y/∂y", "∂y/∂x"), ("v₄", "∂y/∂x")}
    assert (picture.view, picture.direction) == ("recorded", "forward")


def test_a_gradient_that_nodes_share_has_all_their_names() -> None:
    g, names = a1()
    picture = ag.draw.recorded(g, names=names)
    assert [n.name for n in picture.nodes if n.is_gradient] == ["∂g/∂g", "∂g/∂p = ∂g/∂y = ∂g/∂x", "∂g/∂z"]
    assert [n.name for n in picture.nodes if not n.is_gradient] == ["x", "y", "z", "p"]
    assert str(picture).splitlines()[-1].split() == ["7", "∂g/∂z", "=", "∂g/∂g", "×", "p", "=", "4"]
    four = [ag.Value(1.0, name=name) for name in "abcd"]
    total = four[0] + four[1] + four[2] + four[3]
    names_of_one = [n.name for n in ag.draw.recorded(total, names={"t": total}).nodes]
    assert names_of_one[0].endswith(" = …")


def test_some_gradients_are_asked_for() -> None:
    g, names = a1()
    picture = ag.draw.recorded(g, wrt=names["z"], names=names)
    assert [n.name for n in picture.nodes if n.kind == "output"] == ["∂g/∂z"]
    assert "z" not in [n.name for n in picture.nodes]
    both = ag.draw.recorded(g, wrt=[names["p"], names["z"]], names=names)
    assert len([n for n in both.nodes if n.kind == "output"]) == 2


def test_data_keeps_its_name() -> None:
    loss, names = lectures.a3()
    picture = ag.draw.recorded(loss, names=names)
    kinds = {n.name: n.kind for n in picture.nodes}
    assert kinds["W₁"] == "parameter"
    assert kinds["X"] == "input"
    assert kinds["h₁"] == "operation"
    assert sum(name.startswith("∂L/∂W") for name in kinds) == 3
    assert node(picture, "∂L/∂W₃").shape == (1, 3)


def test_a_constant_gradient_stands_alone() -> None:
    x = ag.Tensor(2.0, requires_grad=True, name="x")
    picture = ag.draw.recorded(x + 1.0, wrt=x)
    (alone,) = picture.nodes
    assert (alone.value, alone.kind) == (1, "output")
    double = ag.op("double", lambda x: 2 * x, elementwise=True, partials=[("2", lambda g, out, x: 2.0)])
    v = ag.Value(3.0, name="v")
    (plain,) = ag.draw.recorded(double(v)).nodes
    assert plain.value == 2


def test_a_leaf_that_has_changed_since() -> None:
    x = ag.Tensor(2.0, requires_grad=True, name="x")
    y = x * x
    x.data = np.array(5.0)
    picture = ag.draw.recorded(y, names={"y": y})
    assert node(picture, "∂y/∂x").value == 4


@pytest.mark.parametrize("kind", [ag.Value, ag.Tensor])
def test_nothing_is_touched(kind: type) -> None:
    g, names = a1(kind)
    g.backward()
    before = {name: n.grad for name, n in names.items()}
    own = {name: n.name for name, n in names.items()}
    seen: list[Any] = []
    for n in names.values():
        n.register_hook(seen.append)
    with ag.no_grad():
        picture = ag.draw.recorded(g, names=names)
    assert len(picture.nodes) == 7
    assert seen == []
    assert all(n.grad is before[name] for name, n in names.items())
    assert {name: n.name for name, n in names.items()} == own


def test_a_long_pass_is_drawn_without_its_middle() -> None:
    y = ag.Value(1.0, name="x")
    for _ in range(60):
        y = y.tanh()
    short, whole = ag.draw.recorded(y), ag.draw.recorded(y, fold="none")
    assert whole.note is None
    assert len(whole.nodes) > 200
    assert len(short.nodes) < 70
    assert short.note is not None
    assert short.note.startswith(f"{sum(not n.is_literal for n in whole.nodes)} nodes")
    assert short.output.name == "∂v₆₁/∂x"
    with pytest.raises(errors.ArgumentValueError, match="fold='names' is none of 'none', None"):
        ag.draw.recorded(y, fold="names")  # type: ignore[arg-type]


def test_wrong_calls() -> None:
    g, names = a1()
    other = ag.Value(1.0)
    with pytest.raises(errors.GraphError, match=r"no gradient of g reaches Value .*data=1\.0"):
        ag.draw.recorded(g, wrt=other, names=names)
    for wrong in (3.0, [], ["x"], "x"):
        with pytest.raises(errors.KindError, match=re.escape("wrt= takes a node or a list of nodes")):
            ag.draw.recorded(g, wrt=wrong, names=names)  # type: ignore[arg-type]
    with pytest.raises(errors.ShapeError, match="no scalar"):
        ag.draw.recorded(ag.Tensor([1.0, 2.0], requires_grad=True))


@needs_an_engine
def test_tikz_draws_its_edges_as_such() -> None:
    output, _ = cube()
    tex = ag.draw.recorded(output).tex
    assert tex.count("\\draw[flow, ->]") == 6
    assert "{backward pass}" in tex
    assert "{value}" not in tex


@needs_an_engine
@pytest.mark.parametrize("suffix", ["svg", "png", "pdf", "dot", "txt", "tex", "html"])
def test_every_format(suffix: str, tmp_path: Any) -> None:
    output, _ = layer()
    first, second = (ag.draw.recorded(output).save(tmp_path / f"{i}.{suffix}").read_bytes() for i in range(2))
    assert first == second


def test_the_two_passes_have_their_colours() -> None:
    output, _ = cube()
    dot = ag.draw.recorded(output).dot
    assert "forward pass" in dot
    assert "backward pass" in dot
    assert 'COLOR="#b3261e" POINT-SIZE="12"><B>27<' in dot
    assert 'COLOR="#137a3a" POINT-SIZE="12"><B>3<' in dot
    arrows = [line for line in dot.splitlines() if "->" in line]
    assert len(arrows) == 6
    assert all('color="#9aa5b1"' in line for line in arrows)
