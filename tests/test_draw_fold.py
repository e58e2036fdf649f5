"""Graphs folded to their names: what is kept, and the derivatives between what is kept."""

import re
from typing import Any

import numpy as np
import pytest

import autograd_lite as ag
from autograd_lite import errors
from autograd_lite.draw.fold import Fold, FoldEdge, fold
from autograd_lite.draw.names import spelled
from tests import lectures


def between(folded: Fold, source: str, target: str) -> FoldEdge:
    name = folded.survey.name
    (found,) = [e for e in folded.edges if (name(e.source), name(e.target)) == (source, target)]
    return found


@pytest.mark.parametrize("example", lectures.EXAMPLES)
def test_contributions_add_up_to_the_gradients(example: str) -> None:
    """Each kept node's gradient is the sum of what comes along its edges."""
    output, names = lectures.EXAMPLES[example]()
    folded = fold(output, names)
    sums: dict[Any, Any] = {}
    for edge in folded.edges:
        if edge.contribution is not None:
            sums[edge.source] = sums.get(edge.source, 0.0) + edge.contribution
    assert len(sums) > 3
    for node, total in sums.items():
        assert np.allclose(total, folded.chain.gradients[node], rtol=1e-12, atol=0)


def test_b1_between_names() -> None:
    output, names = lectures.b1()
    folded = fold(output, names)
    assert {folded.survey.name(node) for node in folded.kept} == {ag.draw(output, names).output.name} | {
        n[0] + "₀₁₂₃₄₅₆₇₈₉"[int(n[1])] for n in names if n != "l"
    }
    assert between(folded, "x₁", "u₁").derivative == pytest.approx(0.1)
    assert between(folded, "h₁", "z₁").derivative == 0.5
    p1, p2 = 0.7742558331886429, 0.2257441668113571
    assert between(folded, "z₁", "p₁").derivative == pytest.approx(p1 * (1 - p1))
    assert between(folded, "z₂", "p₁").derivative == pytest.approx(-p1 * p2)
    assert [e.tracked for e in folded.edges] == [True] * len(folded.edges)


def test_no_hook_is_run() -> None:
    x = ag.Value(2.0, name="x")
    y = x * x
    seen: list[Any] = []
    for node in (x, y):
        node.register_hook(lambda g: seen.append(g))
    assert fold(y.exp() * 3).edges[0].derivative == pytest.approx(12 * np.exp(4.0))
    assert seen == []
    assert x.grad == 0.0


# The picture


def test_b1_as_a_picture() -> None:
    output, names = lectures.b1()
    picture = ag.draw(output, names=names, fold="names")
    said = {n.name: n.expression.text for n in picture.nodes if n.expression is not None}
    assert said["u₁"] == "w₁x₁ + w₂x₂ + b₁"
    assert said["h₂"] == "relu(u₂)"
    assert said["z₂"] == "h₁w₆ + h₂w₈ + b₄"
    assert "u₁ = w₁x₁ + w₂x₂ + b₁" in re.sub(r"</?FONT[^>]*>", "", picture.dot)
    assert [n.number for n in picture.nodes] == list(range(1, 24))
    assert {n.name for n in picture.nodes} == {spelled(name) for name in names}
    assert "∂h₁/∂u₁ = [u₁ &gt; 0] = 1" in picture.dot
    assert "1 × 0.1936 = 0.1936" in picture.dot


def test_what_folds_and_what_stays() -> None:
    """Anonymous leaves that are tracked stay; constants, named leaves that are not used, and other names do not."""
    x, y = ag.Value(2.0), ag.Value(3.0, name="y")
    mask = ag.Tensor([1.0, 0.0])
    z = (x * y + 1.0) ** 2
    out = (ag.Tensor([1.0, 2.0], requires_grad=True) * mask * z).sum()
    picture = ag.draw(out, names={"first": z, "second": z, "unused": ag.Value(1.0), "_": x}, fold="names")
    assert [(n.name, n.kind) for n in picture.nodes] == [
        ("v₁", "input"), ("y", "input"), ("first", "operation"), ("v₆", "input"), ("v₁₁", "output"),
    ]  # fmt: skip
    assert [n.expression.text for n in picture.nodes if n.expression] == ["(v₁y + 1)²", "∑(first · v₆ ⊙ [1  0])"]


def test_a_fold_that_is_none_of_them() -> None:
    with pytest.raises(errors.ArgumentValueError, match=r"fold='all' is none of"):
        ag.draw(ag.Value(1.0), fold="all")  # type: ignore[arg-type]


def test_a_named_constant_is_drawn_without_a_derivative() -> None:
    x, k = ag.Tensor(2.0, requires_grad=True, name="x"), ag.Tensor(3.0, name="k")
    picture = ag.draw(x * k * 2, fold="names", direction="forward")
    assert [(n.name, n.kind) for n in picture.nodes] == [("x", "input"), ("k", "input"), ("v₄", "output")]
    assert [e.formula is None for e in picture.edges] == [False, True]


def test_a_leaf_alone_and_what_is_untracked() -> None:
    assert [n.name for n in ag.draw(ag.Value(1.0, name="x"), fold="names").nodes] == ["x"]
    alone = ag.draw(ag.Tensor([1.0, 2.0], name="x") * 2, fold="names", direction="forward")
    assert [(n.kind, n.expression) for n in alone.nodes] == [("output", None)]


def test_a_faulty_rule_can_be_looked_at_folded() -> None:
    bad = ag.op("bad", lambda x: x * 2, partials=[("2", lambda g, out, x: np.ones(7))])
    x = ag.Tensor([1.0, 2.0], requires_grad=True, name="x")
    picture = ag.draw(bad(x).sum(), fold="names", direction="forward")
    assert [e.formula for e in picture.edges] == [None]
