"""Expressions and partial derivatives between names: as a lecture writes them, and never wrong."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd_lite as ag
from autograd_lite.draw.expression import LONGEST, expression
from autograd_lite.draw.fold import Fold, fold
from autograd_lite.draw.names import spelled
from autograd_lite.draw.partial import Partials, is_scalar, others_of
from autograd_lite.draw.survey import Survey
from tests import lectures
from tests.formulas import UnreadableError, evaluated


def derivatives(output: Any, names: dict[str, Any]) -> dict[str, str]:
    """The formulas on the edges of a folded graph."""
    folded = fold(output, names)
    name = folded.survey.name
    return {f"{name(e.target)}/{name(e.source)}": e.formula.text if e.formula else "" for e in folded.edges}


def written(output: Any, names: dict[str, Any] | None = None) -> str:
    """The expression of the output."""
    folded = fold(output, names)
    return expression(output, folded.survey, frozenset(folded.kept)).text


def values(*letters: str) -> list[Any]:
    return [ag.Value(0.3 + 0.4 * i, name=letter) for i, letter in enumerate(letters)]


# Partial derivatives


def test_b1_in_formulas() -> None:
    found = derivatives(*lectures.b1())
    assert found == {
        "u₁/w₁": "x₁", "u₁/x₁": "w₁", "u₁/w₂": "x₂", "u₁/x₂": "w₂", "u₁/b₁": "1",
        "u₂/w₃": "x₁", "u₂/x₁": "w₃", "u₂/w₄": "x₂", "u₂/x₂": "w₄", "u₂/b₂": "1",
        "h₁/u₁": "[u₁ > 0]", "h₂/u₂": "[u₂ > 0]",
        "z₁/h₁": "w₅", "z₁/w₅": "h₁", "z₁/h₂": "w₇", "z₁/w₇": "h₂", "z₁/b₃": "1",
        "z₂/h₁": "w₆", "z₂/w₆": "h₁", "z₂/h₂": "w₈", "z₂/w₈": "h₂", "z₂/b₄": "1",
        "p₁/z₁": "p₁(1 − p₁)", "p₁/z₂": "−p₁p₂", "p₂/z₂": "p₂(1 − p₂)", "p₂/z₁": "−p₁p₂",
        "l/p₁": "0", "l/p₂": "−1/p₂",
    }  # fmt: skip


def test_softmax_and_cross_entropy_beside_named_predictions() -> None:
    """p1 and p2 are no part of the graph of the loss, which works its exponentials out anew."""
    output, names = lectures.b1(predictions=False)
    total = np.exp(names["z2"]) + np.exp(names["z1"])
    names["p1"], names["p2"] = np.exp(names["z1"]) / total, np.exp(names["z2"]) / total
    found = derivatives(output, names)
    assert (found["l/z₁"], found["l/z₂"]) == ("p₁", "p₂ − 1")


def test_cross_entropy_against_targets() -> None:
    z1, z2, y1, y2 = values("z1", "z2", "y1", "y2")
    e1, e2 = z1.exp(), z2.exp()
    p1, p2 = e1 / (e1 + e2), e2 / (e1 + e2)
    found = derivatives(-(y1 * p1.log() + y2 * p2.log()), {"p1": p1, "p2": p2})
    assert next(said for edge, said in found.items() if edge.endswith("/p₁")) == "−y₁/p₁"
    assert found["p₂/z₁"] == "−p₁p₂"


def test_logistic_loss() -> None:
    z, y = values("z", "y")
    h = z.sigmoid()
    loss = -(y * h.log() + (1 - y) * (1 - h).log())
    assert derivatives(loss, {"l": loss})["l/z"] == "σ(z) − y"
    assert derivatives(loss, {"l": loss, "h": h}) == {
        "h/z": "h(1 − h)", "l/y": "ln(1 − h) − ln(h)", "l/h": "(1 − y)/(1 − h) − y/h",
    }  # fmt: skip
    assert derivatives(loss, {"l": loss, "h": z.sigmoid()})["l/z"] == "h − y"


@pytest.mark.parametrize(
    ("make", "by_a", "by_b"),
    [
        (lambda a, b: (a * b).tanh(), "b(1 − f²)", "a(1 − f²)"),
        (lambda a, b: (a + b) ** 3, "3(a + b)²", "3(a + b)²"),
        (lambda a, b: (a - b).relu() * b, "b [a − b > 0]", None),
        (lambda a, b: np.sqrt(a * a + b * b), "a/f", "b/f"),
        (lambda a, b: a / (1 + b), "1/(1 + b)", "−f/(1 + b)"),
        (lambda a, b: (a * b).cos(), "−b sin(ab)", "−a sin(ab)"),
        (lambda a, b: a * -2.5 + b / 3, "−2.5", "⅓"),
        (lambda a, b: a * 0.5 - b, "½", "−1"),
        (lambda a, b: (a - b) ** 2 * 0.1, "0.2(a − b)", "0.2(b − a)"),
        (lambda a, b: (b - a) ** 2 + a, "2(a − b) + 1", "2(b − a)"),
        (lambda a, b: -a * (b - 1), "1 − b", "−a"),
        (lambda a, b: a * b / a, "0", "1"),
        (lambda a, b: np.abs(a - b), "sign(a − b)", "−sign(a − b)"),
        (lambda a, b: 1 / a - np.square(b), "−1/a²", "−2b"),
        (lambda a, b: a.exp() * b.exp() / a.exp(), "0", "f"),
        (lambda a, b: (a * b).exp() + b**-2, "b exp(ab)", None),
        (lambda a, b: a**b, "b·aᵇ⁻¹", "aᵇ·ln a"),
        (lambda a, b: np.log1p(a * b), "b(1/(1 + (ab)))", None),
    ],
)
def test_rules(make: Any, by_a: str, by_b: str | None) -> None:
    a, b = values("a", "b")
    f = make(a, b)
    found = derivatives(f, {"f": f})
    assert found["f/a"] == by_a
    assert by_b is None or found["f/b"] == by_b


def test_what_does_not_simplify_has_no_formula() -> None:
    a, b = values("a", "b")
    f = a
    for _ in range(5):
        f = (f * b + a).sin() * f
    assert derivatives(f, {"f": f}) == {"f/a": "", "f/b": ""}


def test_an_operation_of_one_s_own_named_like_another() -> None:
    exp = ag.op("exp", lambda x: 3 * x, elementwise=True, partials=[("3", lambda g, out, x: 3 * g)])
    (a,) = values("a")
    f = exp(a) * 2
    assert derivatives(f, {"f": f}) == {"f/a": "2 · 3"}


def test_parameters_tell_operations_apart() -> None:
    a = ag.Value(-0.5, name="a")
    f = ag.elu(a, alpha=0.5) - ag.elu(a, alpha=2.0)
    assert derivatives(f, {"f": f})["f/a"] != "0"


def test_a_name_for_a_multiple() -> None:
    """A named node is put in with the number that it has more or less than what stands there."""
    a, b = values("a", "b")
    f = a.exp() * b
    assert derivatives(f, {"f": f, "n": 4 * a.exp()}) == {"f/a": "f", "f/b": "n/4"}


# Expressions


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda a, b, c: a * b + c, "ab + c"),
        (lambda a, b, c: a * (b + c), "a(b + c)"),
        (lambda a, b, c: (a + b) * (b - c), "(a + b)(b − c)"),
        (lambda a, b, c: a - (b - c), "a − (b − c)"),
        (lambda a, b, c: a - b - c, "a − b − c"),
        (lambda a, b, c: a + (-b), "a − b"),
        (lambda a, b, c: a * -3 + c, "−3a + c"),
        (lambda a, b, c: -(a + b), "−(a + b)"),
        (lambda a, b, c: (a * b) ** 2, "(ab)²"),
        (lambda a, b, c: (-a) ** 2, "(−a)²"),
        (lambda a, b, c: a / b / c, "a/b/c"),
        (lambda a, b, c: a / (b * c), "a/(bc)"),
        (lambda a, b, c: (a + b) / 2, "(a + b)/2"),
        (lambda a, b, c: 2 * a.log(), "2 ln(a)"),
        (lambda a, b, c: a.log() * b, "ln(a) b"),
        (lambda a, b, c: a.exp() ** 2, "(eᵃ)²"),
        (lambda a, b, c: (a + b).exp(), "exp(a + b)"),
        (lambda a, b, c: np.sqrt(a + b) + np.abs(c), "√(a + b) + |c|"),
        (lambda a, b, c: np.maximum(a, b * c), "max(a, bc)"),
        (lambda a, b, c: ((a > b) + 1) * c, "c"),
        (lambda a, b, c: a * a.sin() + 1e-7, "a sin(a) + 1×10⁻⁷"),
        (lambda a, b, c: a - -2.0, "a + 2"),
    ],
)
def test_expressions(make: Any, said: str) -> None:
    assert written(make(*values("a", "b", "c"))) == said


def test_expressions_of_arrays() -> None:
    X, W = (ag.Tensor(np.ones(s), requires_grad=True, name=n) for s, n in (((5, 3), "X"), ((2, 3), "W")))
    b, pred = (ag.Tensor(np.ones(s), requires_grad=True, name=n) for s, n in ((2, "b"), ((5, 2), "pred")))
    assert written(X @ W.T + b) == "X Wᵀ + b"
    assert written(0.1 * ((pred - X @ W.T) ** 2).sum()) == "0.1 ∑(pred − X Wᵀ)²"
    assert written((X * X).sum(axis=0)) == "Σ(X ⊙ X, axis=0)"
    assert written(X[1:, 0] * 2) == "2 X[1:, 0]"
    assert written(ag.softmax(X @ W.T)) == "softmax(X Wᵀ)"
    assert written(X * np.ones((5, 3))) == "X ⊙ C₅ₓ₃"
    assert written(b * np.array([1.0, 2.0])) == "b ⊙ [1  2]"
    assert written(ag.concatenate([X, X * 2])) == "concat(X, 2X)"
    assert written(ag.exp(b)) == "exp(b)"


def test_long_expressions_are_cut_and_say_so() -> None:
    x = ag.Value(0.5, name="x")
    total = x
    for i in range(3000):
        total = total + x * float(i)
    assert written(total) == "x + 0x + 1x + 2x + 3x + 4x + … + 2999x"
    assert len(written(total)) <= LONGEST
    deep = x
    for _ in range(3000):
        deep = deep.sin()
    assert written(deep) == f"{'sin(' * 9}…{')' * 9}"
    shared = x
    for _ in range(40):
        shared = shared * shared
    assert written(shared) == "…"
    assert len(written(total)) <= LONGEST


def test_hostile_names_of_operations() -> None:
    evil = ag.op(r"}\input{x}<b>", lambda x: x * 2, elementwise=True, partials=[("2", lambda g, out, x: g * 2)])
    formula = expression(evil(ag.Value(1.0, name="x")), Survey(y := evil(ag.Value(1.0, name="x"))), ())
    assert y is not None
    assert "<b>" not in formula.html + formula.mathml
    assert r"\input" not in formula.tex


# Never wrong


@st.composite
def graphs(draw: Any) -> tuple[Any, dict[str, Any]]:
    """A random graph of numbers, some of its nodes with names."""
    nodes = [ag.Value(draw(st.integers(2, 30)) / 8, name=name) for name in "abc"]
    names: dict[str, Any] = {}
    for i in range(draw(st.integers(1, 9))):
        x, y = (nodes[draw(st.integers(max(0, len(nodes) - 5), len(nodes) - 1))] for _ in range(2))
        k = draw(st.sampled_from([-2.5, -1.0, 0.5, 2.0, 3.0]))
        made = draw(
            st.sampled_from([
                lambda x, y, k: x + y, lambda x, y, k: x - y, lambda x, y, k: x * y, lambda x, y, k: x / (y * y + 1),
                lambda x, y, k: -x, lambda x, y, k: x * k, lambda x, y, k: x + k, lambda x, y, k: (x * 0.1).exp(),
                lambda x, y, k: x.tanh(), lambda x, y, k: x.sigmoid(), lambda x, y, k: (x * x + 1).log(),
                lambda x, y, k: x**2, lambda x, y, k: k - x, lambda x, y, k: x.relu() - y,
                lambda x, y, k: (x * y).sin(),
                lambda x, y, k: 1 / (x * x + 2), lambda x, y, k: np.sqrt(x * x + 0.5), lambda x, y, k: (x - y) / k,
            ])
        )(x, y, k)  # fmt: skip
        nodes.append(made)
        if draw(st.booleans()):
            names[f"n{i}"] = made
    if draw(st.booleans()):
        names["m"] = nodes[-1] / (nodes[-2] * nodes[-2] + 1)
    return nodes[-1] * 1.0, names


def known(folded: Fold, names: dict[str, Any]) -> dict[str, float]:
    """What names stand for, those of nodes beside the graph too."""
    found = {folded.survey.name(node): node._data for node in folded.kept}
    return {spelled(name): node.data for name, node in names.items()} | found


@settings(max_examples=200, deadline=None)
@given(graphs())
def test_formulas_give_the_numbers(graph: tuple[Any, dict[str, Any]]) -> None:
    """The algebra, and what is printed of it, come to the derivative that the engine sums over the paths."""
    output, names = graph
    folded = fold(output, names)
    partials = Partials(folded.survey, folded.segments, frozenset(folded.kept), others_of(names, folded.survey))
    numbers = known(folded, names)
    summed = {(e.target, e.source): e.derivative for e in folded.edges}
    for segment in folded.segments:
        assert is_scalar(segment)
        for source, polynomial in partials.polynomials(segment).items():
            engine = summed[segment.target, source]
            assert np.isclose(partials.algebra.evaluate(polynomial), engine, rtol=1e-7, atol=1e-8)
    for edge in folded.edges:
        if edge.formula is None:
            continue
        try:
            said = evaluated(edge.formula, numbers)
        except UnreadableError:
            continue
        assert np.isclose(said, edge.derivative, rtol=2e-3, atol=2e-3), (edge.formula.text, edge.derivative)


@settings(max_examples=200, deadline=None)
@given(graphs())
def test_expressions_give_the_values(graph: tuple[Any, dict[str, Any]]) -> None:
    output, names = graph
    folded = fold(output, names)
    numbers = known(folded, names)
    for segment in folded.segments:
        formula = expression(segment.target, folded.survey, frozenset(folded.kept))
        if "…" not in formula.text:
            assert np.isclose(evaluated(formula, numbers), segment.target._data, rtol=1e-9), formula.text
