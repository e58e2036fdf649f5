"""Demos A1 to A4, run small: the lectures' figures and what is drawn."""

import re
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import numpy as np
import pytest


def texts(run: Any, file: str) -> list[str]:
    """The texts in a drawing that a run has saved."""
    drawing: Path = run.lesson.out / file
    tree = ET.parse(drawing)
    return ["".join(found.itertext()) for found in tree.iter("{http://www.w3.org/2000/svg}text")]


def test_a1(demo: Any) -> None:
    run = demo("a1")
    assert [row["what"] for row in run.lesson.figures] == ["p", "dg/dg", "dg/dz", "dg/dp", "dg/dx", "dg/dy"]
    assert all(row["agrees"] for row in run.lesson.figures)
    assert "x = 1, y = 3, z = -3, p = 4, g = -12" in run.lesson.printed
    assert (run.dg_dg, run.dg_dz, run.dg_dp, run.dg_dx, run.dg_dy) == (1, 4, -3, -3, -3)
    assert "z grows by 0.01: g moves by +0.0400" in run.lesson.printed
    assert "x grows by 0.01: g moves by -0.0300" in run.lesson.printed


def test_a1_exercise_keeps_its_answers_to_itself(demo: Any) -> None:
    """The key has what the sheet lacks: what flows back on each edge."""
    run = demo("a1")
    products = ["1 × (−3) = −3", "(−3) × 1 = −3", "4 × 1 = 4"]
    assert [said for said in products if said in " ".join(texts(run, "key.svg"))] == products
    assert not any(said in " ".join(texts(run, "exercise.svg")) for said in products)


def test_a2(demo: Any) -> None:
    """dc/dx = y, dc/dy = x and dc/dz = 1, each in the shape of its array."""
    run = demo("a2")
    assert run.x.shape == run.y.shape == run.z.shape == (3, 4)
    for gradient, expected in ((run.X.grad, run.y), (run.Y.grad, run.x), (run.Z.grad, np.ones((3, 4)))):
        assert np.array_equal(gradient.numpy(), expected)
    assert run.C.item() == np.vdot(run.x, run.y) + np.sum(run.z)
    assert len(run.lesson.figures) == 3
    assert all(row["agrees"] for row in run.lesson.figures)
    assert "all 36 derivatives agree" in run.lesson.printed
    assert {"∂a/∂x = y", "∂a/∂y = x", "∂b/∂z = 1"} <= set(texts(run, "backward.svg"))


def test_a3_has_six_chains_that_share_their_beginnings(demo: Any) -> None:
    run = demo("a3")
    chain = ["∂L/∂h₃", "∂h₃/∂z₃", "∂z₃/∂h₂", "∂h₂/∂z₂", "∂z₂/∂h₁", "∂h₁/∂z₁"]
    for k in (1, 2, 3):
        for name in (f"W{'₀₁₂₃'[k]}", f"b{'₀₁₂₃'[k]}"):
            factors = [*chain[: 8 - 2 * k], f"∂z{'₀₁₂₃'[k]}/∂{name}"]
            assert f"∂L/∂{name} = {' · '.join(factors)}" in run.rule.text
    assert [(delta.symbol, delta.of) for delta in run.rule.deltas] == [("δ₁", "z₃"), ("δ₂", "z₂"), ("δ₃", "z₁")]
    # In the list of derivatives, the first delta stands in two lines, the second and the third in two each.
    said = run.rule.text.partition("The derivatives")[2]
    assert [len(re.findall(rf"= {delta} · ", said)) for delta in ("δ₁", "δ₂", "δ₃")] == [2, 2, 2]


def test_a3_deltas_and_gradients(demo: Any) -> None:
    """The engine's deltas are those by hand, and a gradient is a difference quotient in plain NumPy."""
    run = demo("a3")
    for delta, by_hand in zip(run.rule.deltas, (run.delta1, run.delta2, run.delta3), strict=True):
        np.testing.assert_allclose(delta.value, by_hand, rtol=1e-12)
    for name, by_hand in run.by_hand.items():
        np.testing.assert_allclose(run.parameters[name].grad.numpy(), by_hand, rtol=1e-12)
    assert run.check
    assert "all 47 derivatives agree" in run.lesson.printed

    def loss(arrays: dict[str, Any]) -> Any:
        h = run.X.data
        for k in "123":
            h = 1 / (1 + np.exp(-(h @ arrays[f"W{k}"].T + arrays[f"b{k}"])))
        return np.sum((run.y.data - h) ** 2) / 10

    arrays = {name: parameter.data.astype(complex) for name, parameter in run.parameters.items()}
    assert run.L.item() == pytest.approx(loss(arrays).real, rel=1e-12)
    for name, parameter in run.parameters.items():
        # The complex step has no rounding: the derivative is the imaginary part.
        for place in np.ndindex(parameter.shape):
            moved = arrays[name].copy()
            moved[place] += 1e-30j
            assert loss(arrays | {name: moved}).imag / 1e-30 == pytest.approx(parameter.grad.data[place], rel=1e-9)


def test_a3_drawings_have_a_derivative_on_each_edge(demo: Any) -> None:
    run = demo("a3")
    thin = " ".join(texts(run, "network-thin.svg"))
    for said in ("∂L/∂h₃ = h₃ − y = ", "∂h₃/∂z₃ = h₃(1 − h₃) = ", "∂z₃/∂w₃ = h₂ = ", "∂z₃/∂h₂ = w₃ = ", "∂z₁/∂b₁ = 1"):
        assert said in thin
    matrices = " ".join(texts(run, "network-backward.svg"))
    for said in ("∂L/∂z₃ = ∂L/∂h₃ ⊙ h₃ ⊙ (1 − h₃)", "∂L/∂h₁ = ∂L/∂z₂ W₂", "∂L/∂h₃ = 0.2(h₃ − y)"):
        assert said in matrices
    assert "∂" not in " ".join(texts(run, "network-forward.svg"))
    # Laid out from left to right they are 2,400 points wide, and their letters too small beside a text.
    for file in ("network-forward.svg", "network-backward.svg", "network-thin.svg"):
        assert float(ET.parse(run.lesson.out / file).getroot().attrib["width"].removesuffix("pt")) < 900


#: The derivatives at t = 0.8 with a = 3, n = 3 and f = sin, in closed form.
T = 0.8
BY_HAND = {
    "c": 0.0,
    "a t": 3.0,
    "a u": 6 * T,
    "u + v − w": 2 * T + np.cos(T) + np.exp(-T),
    "u / v": 2 * T / (2 + np.sin(T)) - (1 + T**2) * np.cos(T) / (2 + np.sin(T)) ** 2,
    "uⁿ": 6 * T + 12 * T**3 + 6 * T**5,
    "1 / u": -2 * T / (1 + T**2) ** 2,
    "ln u": 2 * T / (1 + T**2),
    "eᵘ": 2 * T * np.exp(1 + T**2),
    "f(u)": 2 * T * np.cos(1 + T**2),
}


def test_a4(demo: Any) -> None:
    """Each rule, by hand, by the engine and by differences."""
    run = demo("a4")
    assert list(run.found) == list(BY_HAND)
    for rule, expected in BY_HAND.items():
        by_rule, by_engine, by_differences, verdict = run.found[rule]
        assert (by_rule, by_engine) == pytest.approx((expected, expected), rel=1e-13), rule
        assert by_differences == pytest.approx(expected, abs=1e-8), rule
        assert verdict == "right"
    assert run.names["t"].grad == pytest.approx(sum(BY_HAND.values()), rel=1e-13)
    said = " ".join(texts(run, "quotient.svg"))
    assert "∂y₅/∂u = 1/v = " in said
    assert "∂y₅/∂v = −u/v² = " in said
