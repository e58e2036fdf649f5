"""Pictures of graphs: the right numbers and formulas in the right places, and nothing else touched."""

import re
from typing import Any

import numpy as np
import pytest

import autograd_lite as ag
from autograd_lite import errors
from autograd_lite.draw.numbers import inline, number
from tests.drawings import A1_AS_TEXT, a1, b1, edge, edges, formula, node


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


def test_the_same_program_gives_the_same_bytes() -> None:
    first, second = (ag.draw(*b1()) for _ in range(2))
    assert first.dot == second.dot
    assert str(first) == str(second)


def test_a_long_chain_needs_no_recursion() -> None:
    y = ag.Value(1.0, name="x")
    for _ in range(3000):
        y = y * 1.0
    picture = ag.draw(y, fold="none")
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
