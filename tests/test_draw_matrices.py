"""Matrix forms between named arrays: as a lecture writes them, and each equal to what the engine carries back."""

import re
from typing import Any

import numpy as np
import pytest

import autograd_lite as ag
import nn
from autograd_lite.draw.fold import fold
from autograd_lite.draw.forms import Forms
from autograd_lite.draw.partial import others_of
from tests import lectures

rng = np.random.default_rng(5)


def tensor(*shape: int, name: str | None = None) -> Any:
    return ag.Tensor(rng.normal(size=shape), requires_grad=True, name=name)


def check(output: Any, names: dict[str, Any]) -> int:
    """Every cotangent in symbols is what the engine carries back; gives how many there are."""
    folded = fold(output, names)
    forms = Forms(folded.survey, folded.segments, frozenset(folded.kept), others_of(names, folded.survey))
    flows = {(e.target, e.source): e for e in folded.edges}
    count = 0
    for segment in folded.segments:
        gradient = folded.chain.gradients[segment.target]
        for source, cotangent in forms.cotangents(segment).items():
            edge = flows[segment.target, source]
            found = forms.pullbacks.evaluate(cotangent, gradient, np.shape(source._data))
            expected = edge.contribution if edge.derivative is None else edge.derivative
            assert np.allclose(found, expected, rtol=1e-9, atol=1e-12), folded.survey.name(source)
            count += 1
    return count


def formulas(output: Any, names: dict[str, Any] | None = None) -> dict[str, str]:
    folded = fold(output, names)
    name = folded.survey.name
    return {
        f"{name(e.source)} by {name(e.target)}": e.formula.text if e.formula else "" for e in folded.edges if e.tracked
    }


def test_a3_in_matrix_form() -> None:
    output, names = lectures.a3()
    assert formulas(output, names) == {
        "W₁ by z₁": "(∂L/∂z₁)ᵀ X", "b₁ by z₁": "𝟏ᵀ ∂L/∂z₁", "z₁ by h₁": "∂L/∂h₁ ⊙ h₁ ⊙ (1 − h₁)",
        "h₁ by z₂": "∂L/∂z₂ W₂", "W₂ by z₂": "(∂L/∂z₂)ᵀ h₁", "b₂ by z₂": "𝟏ᵀ ∂L/∂z₂",
        "z₂ by h₂": "∂L/∂h₂ ⊙ h₂ ⊙ (1 − h₂)",
        "h₂ by z₃": "∂L/∂z₃ W₃", "W₃ by z₃": "(∂L/∂z₃)ᵀ h₂", "b₃ by z₃": "𝟏ᵀ ∂L/∂z₃",
        "z₃ by h₃": "∂L/∂h₃ ⊙ h₃ ⊙ (1 − h₃)", "h₃ by L": "0.2(h₃ − y)",
    }  # fmt: skip
    assert check(output, names) == 12
    factors = [e.factor.text for e in fold(output, names).edges if e.factor]
    assert factors == [f"diag(h{i} ⊙ (1 − h{i}))" for i in "₁₂₃"]
    picture = ag.draw(output, names=names, fold="names")
    said = {f"{e.left} = {e.formula.text}" for e in picture.edges if e.formula}
    assert {"∂L/∂W₁ = (∂L/∂z₁)ᵀ X", "∂L/∂h₃ = 0.2(h₃ − y)", "∂L/∂z₁ = ∂L/∂h₁ ⊙ h₁ ⊙ (1 − h₁)"} <= said


def test_a2_in_matrix_form() -> None:
    output, names = lectures.a2()
    found = formulas(output, names)
    assert (found["x by a"], found["z by b"], found["b by c"]) == ("∂c/∂a ⊙ y", "∂c/∂b", "𝟏")
    assert check(output, names) == 5


def test_softmax_with_cross_entropy() -> None:
    """The lectures' p - y, of constant targets in rows that sum to one, of classes, and with p by its name."""
    z, x = tensor(5, 3, name="z"), rng.normal(size=(5, 3))
    y = ag.Tensor(np.eye(3)[[0, 1, 2, 1, 0]], name="y")
    loss = -(y * ag.log_softmax(z)).sum() / 5
    assert formulas(loss, {"l": loss}) == {"z by l": "0.2(softmax(z) − y)"}
    assert formulas(loss, {"l": loss, "p": ag.softmax(z, axis=1)}) == {"z by l": "0.2(p − y)"}
    fused = nn.CrossEntropyLoss()(z, np.array([0, 1, 2, 1, 0]))
    assert formulas(fused, {"l": fused, "p": ag.softmax(z)}) == {"z by l": "0.2(p − onehot)"}
    picked = -ag.log_softmax(z)[np.arange(5), np.array([0, 1, 2, 1, 0])].sum()
    assert formulas(picked, {"l": picked, "p": ag.softmax(z)}) == {"z by l": "p − onehot"}
    for output in (loss, fused, picked):
        assert check(output, {"l": output, "p": ag.softmax(z)}) == 1
    # Rows that do not sum to one number, and targets that are tracked: no such formula.
    for other in (ag.Tensor(x, name="y"), ag.Tensor(y.data, requires_grad=True, name="y")):
        loss = -(other * ag.log_softmax(z)).sum()
        assert formulas(loss, {"l": loss})["z by l"] == ""


X, A, B = tensor(5, 6, name="X"), tensor(4, 6, name="A"), tensor(5, 4, name="B")
u, v, d, k = tensor(4, name="u"), tensor(6, name="v"), tensor(4, name="d"), tensor(name="k")
w, one, M = tensor(5, name="w"), tensor(1, 4, name="r"), tensor(2, 3, 4, name="M")


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: ((X @ A.T) * B).sum(), {"X": "B A", "A": "Bᵀ X", "B": "X Aᵀ"}),
        (lambda: (B - 2.0 * d).sum(), {"B": "𝟏", "d": "−10 · 𝟏"}),
        (lambda: (B * d).sum(), {"B": "d", "d": "𝟏ᵀ B"}),
        (lambda: (B + one).mean(), {"B": "0.05 · 𝟏", "r": "¼ · 𝟏"}),
        (lambda: (B * one).sum(), {"r": "𝟏ᵀ B", "B": "r"}),
        (lambda: (B * B).sum() * k, {"B": "2kB", "k": None}),
        (lambda: (A @ v) @ u, {"A": "u vᵀ", "v": "Aᵀ u", "u": "A v"}),
        (lambda: (u @ A) @ v, {"A": "u vᵀ", "v": "u A", "u": "A v"}),
        (lambda: v @ v, {"v": "2v"}),
        (lambda: ag.dot(u, d) ** 2, {"u": None}),
        (lambda: (k * B).sum(), {"k": "∑ B", "B": "k · 𝟏"}),
        (lambda: ag.tanh(B).sum(), {"B": None}),
        (lambda: (B.sum(axis=1) * w).sum(), {"B": "w 𝟏ᵀ", "w": None}),
        (lambda: (B.sum(axis=0) * d).sum(), {"B": "𝟏 d", "d": None}),
        (lambda: (B.mean(axis=1, keepdims=True) * B).sum(), {"B": None}),
        (lambda: (M.sum(axis=1) * 2.0).sum(), {"M": "2 · 𝟏"}),
        (lambda: (B.reshape(20) * ag.Tensor(np.arange(20.0), name="c")).sum(), {"B": "reshape(c)"}),
        (lambda: (B.T @ w).sum(), {"B": "w 𝟏ᵀ", "w": "B 𝟏"}),
        (lambda: (ag.relu(X @ A.T) @ u).sum(), {"u": None, "X": None}),
        (lambda: nn.functional.linear(X, A, d).sum(), {"X": "𝟏 A", "A": "𝟏ᵀ X", "d": "5 · 𝟏"}),
        (lambda: (nn.functional.linear(X, A, d) * B).sum(), {"X": "B A", "A": "Bᵀ X", "d": "𝟏ᵀ B"}),
        (lambda: B[1:3].sum(), {"B": "𝟏_([1:3])"}),
        (lambda: (B[1:3] ** 2).sum(), {"B": ""}),
        (lambda: ag.linalg.inv(A @ A.T).sum(), {"A": ""}),
        (lambda: (-B).sum() + (B * 3).sum(), {"B": "2 · 𝟏"}),
        (lambda: ((B - d) ** 2).sum(), {"B": "2(B − d)", "d": None}),
        (lambda: (M * 2.0).sum(axis=(0, 1)).sum(), {"M": ""}),
        (lambda: (X @ np.ones((6, 2))).sum(), {"X": None}),
        (lambda: (M @ tensor(4, 2, name="N")).sum(), {"M": "", "N": ""}),
        (lambda: (M.transpose(2, 0, 1)).sum(), {"M": ""}),
        (lambda: (B / (1 + B * B)).sum(), {"B": None}),
        (lambda: nn.functional.linear(u.reshape(1, 1, 4), B).sum(), {"u": "", "B": ""}),
        (lambda: (M.sum(axis=1, keepdims=True) * M).sum(), {"M": None}),
    ],
)
def test_forms(make: Any, said: dict[str, str | None]) -> None:
    """As expected where an expectation is given, and the engine's numbers in any case."""
    output = make()
    found = formulas(output, {"f": output})
    for name, formula in said.items():
        assert formula is None or found[f"{name} by f"] == formula
    count = check(output, {"f": output})
    assert count == sum(said.get(name) != "" for name in (edge.split(" by ")[0] for edge in found))


def test_through_named_steps() -> None:
    """With gradients of steps that have names, single numbers among them."""
    q, s = B.mean(axis=1), (A @ v).sum()
    assert formulas((q * q).sum() * 3, {"q": q})["B by q"] == f"¼ ∂v{'₅'}/∂q 𝟏ᵀ"
    z = B * k
    out = (z**2).sum() + 2.0 * s
    names = {"z": z, "s": s, "L": out}
    found = formulas(out, names)
    assert found == {
        "B by z": "k ∂L/∂z", "k by z": "∑(∂L/∂z ⊙ B)", "A by s": "∂L/∂s · 𝟏 vᵀ", "v by s": "Aᵀ ∂L/∂s · 𝟏",
        "z by L": "2z", "s by L": "2",
    }  # fmt: skip
    assert check(out, names) == 6
    t = (u * d).sum() * k
    assert check(t**2, {"t": t}) == 4


def test_one_step_without_a_form_has_the_formula_of_its_card() -> None:
    p = ag.softmax(B)
    assert formulas(ag.log(p).sum(), {"p": p})["B by p"] == "diag(p) − p·pᵀ"


def test_several_ways_from_one_array_are_told_apart() -> None:
    """The gradient of B is the sum: each edge says what it adds, by the chain rule."""
    a, b = B * 2.0, ag.tanh(B)
    out = (a * b).sum()
    picture = ag.draw(out, names={"a": a, "b": b, "L": out}, fold="names")
    lefts = [e.left for e in picture.edges]
    assert lefts == ["(∂a/∂B)ᵀ ∂L/∂a", "(∂b/∂B)ᵀ ∂L/∂b", "∂L/∂a", "∂L/∂b"]
    assert [e.formula.text for e in picture.edges if e.formula] == ["2 ∂L/∂a", "∂L/∂b ⊙ (1 − b²)", "b", "a"]


def test_no_formula_falls_back_on_the_chain_rule() -> None:
    z = ag.linalg.inv(A @ A.T) * 2.0
    picture = ag.draw((z * z).sum(), names={"z": z}, fold="names")
    (edge,) = [e for e in picture.edges if e.target == 2]
    assert edge.formula is not None
    assert re.fullmatch(r"\(∂z/∂A\)ᵀ ∂v./∂z", edge.formula.text)
    assert edge.left.endswith("/∂A")


def test_a_derivative_is_not_said_to_be_itself() -> None:
    """By way of what has no matrix form."""
    rows = ag.Tensor([[1.0, 2.0], [3.0, 5.0]], requires_grad=True, name="X")
    picture = ag.draw(nn.LayerNorm(2, dtype=np.float64)(rows * 2.0)[0].sum(), fold="names")
    left = picture.edges[0].left
    assert left.endswith("/∂X")
    assert f"{left} = {left}" not in picture.dot
    assert left in picture.dot
    assert r"\frac{\partial v_{7}}{\partial X}$}" in picture.tex
    assert r"\partial X} = " not in picture.tex


def test_layers_are_written_out() -> None:
    z = nn.functional.linear(X, A, d)
    picture = ag.draw(z.sum(), names={"z": z}, fold="names")
    assert [n.expression.text for n in picture.nodes if n.expression] == ["X Aᵀ + d", "∑ z"]
