"""Demos B1 and B2, run small: the lectures' figures and what is drawn."""

from typing import Any

import numpy as np
import pytest


def test_b1(demo: Any) -> None:
    run = demo("b1")
    assert len(run.lesson.figures) == 8
    assert all(row["agrees"] for row in run.lesson.figures)
    assert run.w1.data - 0.5 * run.w1.grad == pytest.approx(0.0806436, abs=5e-8)
    assert np.allclose(run.slopes, [[0.174784, -0.174784], [-0.174784, 0.174784]], atol=1e-6, rtol=0)


def test_b1_step(demo: Any) -> None:
    """All gradients by matrices in NumPy, and the loss after the step."""
    run = demo("b1")
    x, target = np.array([0.2, 0.5]), np.array([0.0, 1.0])
    weights = [np.array([[0.1, 0.3], [0.35, 0.5]]), np.array([[0.5, 0.9], [0.25, 0.15]])]
    biases = [np.array([0.5, 0.7]), np.array([0.4, 0.1])]
    h = np.maximum(weights[0] @ x + biases[0], 0)
    e = np.exp(weights[1] @ h + biases[1])
    upper = e / e.sum() - target
    lower = weights[1].T @ upper
    expected = dict(zip(("w5", "w7", "w6", "w8"), np.outer(upper, h).ravel(), strict=True))
    expected |= dict(zip(("w1", "w2", "w3", "w4"), np.outer(lower, x).ravel(), strict=True))
    expected |= dict(zip(("b1", "b2", "b3", "b4"), [*lower, *upper], strict=True))
    assert {name: p.grad for name, p in run.parameters.items()} == pytest.approx(expected, rel=1e-12)
    for name, gradient in expected.items():
        assert run.after[name] == pytest.approx(run.start[name] - 0.5 * gradient, rel=1e-12)
    h = np.maximum((weights[0] - np.outer(lower, x) / 2) @ x + biases[0] - lower / 2, 0)
    z = (weights[1] - np.outer(upper, np.maximum(weights[0] @ x + biases[0], 0)) / 2) @ h + biases[1] - upper / 2
    assert run.stepped["l"].data == pytest.approx(np.log(np.exp(z).sum()) - z[1], rel=1e-12)


def test_b1_exercise_keeps_its_answers_to_itself(demo: Any) -> None:
    """The gradients that the key prints are nowhere in the sheet."""
    run = demo("b1")
    sheet, key = ((run.lesson.out / f"network-{name}.svg").read_text(encoding="utf-8") for name in ("exercise", "key"))
    for gradient in ("0.03871", "−0.7897", "−0.5188", "0.1936", "0.5807", "−4.43 × 1"):
        assert gradient not in sheet
    assert "0.03871" in key
    assert "−0.7897" in key


def b2_by_hand(iterations: int) -> tuple[list[Any], list[float]]:
    """The gradients of w5 to w8 and w1 to w4 before each update, and the losses, in NumPy."""
    x, t = np.array([0.05, 0.10]), np.array([0.01, 0.99])
    low, high, b = np.array([[0.15, 0.20], [0.25, 0.30]]), np.array([[0.40, 0.45], [0.50, 0.55]]), [0.35, 0.60]
    gradients, losses = [], []
    for _ in range(iterations):
        h = 1 / (1 + np.exp(-(low @ x + b[0])))
        o = 1 / (1 + np.exp(-(high @ h + b[1])))
        upper = (o - t) * o * (1 - o)
        lower = high.T @ upper * h * (1 - h)
        gradients.append([*np.outer(upper, h).ravel(), *np.outer(lower, x).ravel()])
        losses.append(float(np.sum((o - t) ** 2) / 2))
        low, high = low - np.outer(lower, x) / 2, high - np.outer(upper, h) / 2
        b = [b[0] - lower.sum() / 2, b[1] - upper.sum() / 2]
    return gradients, losses


#: The lecture's table: dJ/dw5 to dJ/dw8 and dJ/dw1 to dJ/dw4 at iterations 0, 1 and 2.
TABLE = [
    [0.082167, 0.082668, -0.022603, -0.022740, 0.000439, 0.000877, 0.000498, 0.000995],
    [0.083706, 0.084219, -0.023732, -0.023877, 0.000366, 0.000733, 0.000426, 0.000852],
    [0.084819, 0.085340, -0.024896, -0.025049, 0.000285, 0.000570, 0.000345, 0.000689],
]


def test_b2_table(demo: Any) -> None:
    """All 24 gradients to the six decimals that the lecture prints, and the whole run by hand."""
    run = demo("b2")
    assert run.gradients[:3].round(6).tolist() == TABLE
    assert [float(row["lecture"]) for row in run.lesson.figures] == [gradient for row in TABLE for gradient in row]
    assert all(row["agrees"] for row in run.lesson.figures)
    gradients, losses = b2_by_hand(300)
    np.testing.assert_allclose(run.gradients, gradients, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(run.losses, losses, rtol=1e-9)


def test_b2_gradient_vanishes(demo: Any) -> None:
    """About 200 times from one layer to the next, and what takes which share of it."""
    run = demo("b2")
    assert 150 < np.prod(run.shares) < 300
    assert np.prod(run.shares) == pytest.approx(run.gradients[0, 0] / run.gradients[0, 4], rel=1e-12)
    assert np.all(run.upper > 20 * run.lower)
    assert run.losses[-1] < 0.01 * run.losses[0]


def test_b2_runs_the_lecture_s_iterations_at_least(demo: Any) -> None:
    run = demo("b2", iterations=1)
    assert len(run.losses) == 3
    assert all(row["agrees"] for row in run.lesson.figures)
