"""Demos D4 to D6: the lectures' figures, and facts that are worked out in another way."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.integrate import quad

import autograd_lite as ag
import nn


def test_d4_all_figures_agree(demo: Any) -> None:
    run = demo("d4")
    assert [row["lecture"] for row in run.lesson.figures] == ["0.4743", "0.4814", "0.8175", "0.8175"]
    assert all(row["agrees"] for row in run.lesson.figures), run.lesson.figures
    assert len(run.rows) == 5
    assert all(abs(row[3] - 0.8175) < 0.01 for row in run.rows)


def test_d4_in_full_reaches_the_lecture_whatever_the_draw(demo: Any) -> None:
    """One draw that is no lucky one: of the seeds 0 to 7 its training loss is the farthest from the lecture's."""
    run = demo("d4", epochs=700, draws=1, seed=1)
    train_loss, _, _, accuracy = run.rows[0]
    assert train_loss == pytest.approx(0.474, abs=0.01)
    assert accuracy == pytest.approx(0.8175, abs=0.01)
    assert accuracy <= run.best


def test_d4_best_classifier_by_another_integral(demo: Any) -> None:
    """The half circles' densities by adaptive quadrature at some points, and the accuracy on points of scikit-learn."""
    from sklearn.datasets import make_moons

    run = demo("d4", epochs=1, draws=1)

    def density(label: int, x: float, y: float) -> float:
        def bell(t: float) -> float:
            a, b = (np.cos(t), np.sin(t)) if label == 0 else (1 - np.cos(t), 0.5 - np.sin(t))
            return float(np.exp(-2 * ((x - a) ** 2 + (y - b) ** 2)) * 2 / np.pi)

        return float(quad(bell, 0, np.pi)[0] / np.pi)

    for i in (100 * 226 + 60, 80 * 226 + 120, 150 * 226 + 90):
        x, y = (float(part) for part in run.grid[i])
        assert run.p0[i] == pytest.approx(density(0, x, y), rel=1e-3)
        assert run.p1[i] == pytest.approx(density(1, x, y), rel=1e-3)
    # What the best classifier gets right of 200,000 points is within four standard errors of the integral.
    x, labels = make_moons(200_000, noise=0.5, random_state=7)
    columns = np.clip(np.rint((x[:, 0] - run.across[0]) / (run.across[1] - run.across[0])).astype(int), 0, 225)
    rows = np.clip(np.rint((x[:, 1] - run.up[0]) / (run.up[1] - run.up[0])).astype(int), 0, 225)
    chosen = (run.p1 > run.p0).reshape(226, 226)[rows, columns]
    assert np.mean(chosen == labels) == pytest.approx(run.best, abs=4 * np.sqrt(0.15 / 200_000))


def test_d5_learns_a_table_and_predicts_the_same_when_loaded(demo: Any) -> None:
    from safetensors.numpy import load_file
    from sklearn.metrics import confusion_matrix

    run = demo("d5")
    assert "breast-cancer table" in run.lesson.printed
    assert "0.835  on 400 rows" in run.lesson.printed
    assert (run.before, run.after) == (False, True)

    # The same predictions by NumPy alone, from the file.
    w = load_file(run.path)
    h = run.table.x_test
    for layer in ("0", "2"):
        h = np.maximum(h @ w[f"{layer}.weight"].T + w[f"{layer}.bias"], 0)
    scores = h @ w["4.weight"].T + w["4.bias"]
    predicted = scores.argmax(1)
    assert np.array_equal(run.matrix, confusion_matrix(run.table.y_test, predicted))
    assert run.history["val_accuracy"][-1] == pytest.approx(np.mean(predicted == run.table.y_test))
    exact = np.exp(scores[0] - scores[0].max())
    assert np.allclose(run.chances, exact / exact.sum(), atol=1e-5)

    # Far above the commoner outcome, and over-fitted: both losses fall at first, and then only the one of training.
    accuracies = list(run.rows.values())
    assert accuracies[0] == pytest.approx(72 / 114)
    assert accuracies[-1] > 0.88
    assert run.history["loss"][-1] < 0.05
    assert min(run.history["val_loss"]) < 0.25
    assert run.history["val_loss"][-1] > 1.2 * min(run.history["val_loss"])


def test_d5_reads_the_diabetes_table(demo: Any, tmp_path: Path) -> None:
    """A csv of its form, with an outcome that the second and sixth column decide."""
    rng = np.random.default_rng(0)
    table = rng.integers([0, 60, 40, 0, 0, 18, 0, 21], [15, 200, 110, 60, 600, 50, 2, 80], size=(300, 8))
    outcome = table[:, 1] + 2 * table[:, 5] > 195
    path = tmp_path / "diabetes.csv"
    np.savetxt(path, np.column_stack([table, outcome]), delimiter=",", fmt="%d")
    run = demo("d5", data=str(path))
    assert f"the table {path}, 300 rows" in run.lesson.printed
    assert run.table.labels == ("no diabetes", "diabetes")
    assert run.rows["logistic regression"] > 0.9
    assert run.history["val_accuracy"][-1] > 0.85


def test_d6_by_hand_by_optimizer_and_by_numpy_are_one(demo: Any) -> None:
    run = demo("d6")
    assert len(run.by_hand) == len(run.by_optimizer) == 100
    assert np.allclose(run.by_optimizer, run.by_hand, rtol=1e-9, atol=0)

    # All steps again without the engine.
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(64, 1000)), rng.normal(size=(64, 10))
    ag.manual_seed(0)
    w1, b1, w2, b2 = (p.data for p in nn.Sequential(nn.Linear(1000, 100), nn.ReLU(), nn.Linear(100, 10)).parameters())
    losses = []
    for _ in range(100):
        z = np.einsum("ni,oi->no", x, w1, optimize=True) + b1
        error = np.clip(z, 0, None) @ w2.T + b2 - y
        losses.append(np.square(error).sum())
        back = np.where(z > 0, error @ w2, 0.0)
        w1, b1 = w1 - 2e-4 * np.einsum("no,ni->oi", back, x, optimize=True), b1 - 2e-4 * back.sum(axis=0)
        w2, b2 = w2 - 2e-4 * error.T @ np.clip(z, 0, None), b2 - 2e-4 * error.sum(axis=0)
    assert np.allclose(run.by_hand, losses, rtol=1e-9, atol=0)
    assert losses[-1] < losses[0] / 100


def test_d6_gradients_on_paper_are_those_of_the_engine(demo: Any) -> None:
    """The engine's, taken anew by `ag.grad` of the loss written with NumPy alone."""
    run = demo("d6", steps=1)

    def loss(w1: Any, b1: Any, w2: Any, b2: Any) -> Any:
        return np.sum((np.maximum(run.x.data @ w1.T + b1, 0) @ w2.T + b2 - run.y.data) ** 2)

    ag.manual_seed(0)
    start = nn.Sequential(nn.Linear(1000, 100), nn.ReLU(), nn.Linear(100, 10)).double()
    expected = ag.grad(loss, argnums=(0, 1, 2, 3))(*(p.data for p in start.parameters()))
    for name, gradient in zip(("w1", "b1", "w2", "b2"), expected, strict=True):
        assert np.allclose(run.paper[name], gradient, rtol=1e-10, atol=1e-10)
    assert "False" not in run.lesson.printed


def test_d6_rate_is_right_for_some_weights_only(demo: Any) -> None:
    run = demo("d6", steps=200)
    assert [losses[-1] < losses[0] / 1000 for losses in run.runs.values()] == [True, False, True]
    assert "diverges" in run.lesson.printed
    svg = (run.lesson.out / "graph.svg").read_text(encoding="utf-8")
    assert "2(p − y)" in svg
