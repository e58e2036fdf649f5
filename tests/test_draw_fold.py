"""Graphs folded to their names: what is kept, and the derivatives between what is kept."""

from typing import Any

import numpy as np
import pytest

import autograd_lite as ag
from autograd_lite.draw.fold import Fold, FoldEdge, fold
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
