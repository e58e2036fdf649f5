"""Demos C1 to C4, run small: gradients by hand, closed forms, and what is seen of descent."""

import re
from typing import Any

import numpy as np
import pytest
from PIL import Image
from scipy.optimize import minimize
from scipy.stats import norm
from sklearn.linear_model import LogisticRegression

import autograd_lite as ag
import optim
from demos.landscapes import LANDSCAPES, optimizers


def logistic_gradient(W: Any, X: Any, y: Any) -> Any:
    """The gradient of the mean cross-entropy in its short form, the mean of (p - y) x."""
    return X.T @ (1 / (1 + np.exp(-X @ W)) - y) / len(y)


def test_c1(demo: Any) -> None:
    run = demo("c1")
    gradient_by_hand_is_the_engines(run)
    schemes_descend(run)
    batches_are_those_of_the_schemes(run)
    exercises_and_film(run)


def gradient_by_hand_is_the_engines(run: Any) -> None:
    """Every row of the table: both gradients as printed, and the short form of the same derivative."""
    rows = [[float(number) for number in re.findall(r"[+-]\d\.\d+", line)] for line in run.lesson.printed.splitlines()]
    rows = [row for row in rows if len(row) == 6]
    assert len(rows) == 4
    for row in rows:
        assert row[2:4] == row[4:6]
        assert np.allclose(row[2:4], logistic_gradient(np.array(row[:2]), run.X, run.y), rtol=0, atol=1e-9)


def schemes_descend(run: Any) -> None:
    """All points: NumPy's own descent, step by step. Batches: nearer to the lowest loss there is, in as many epochs."""
    assert run.X.shape == (500, 2)
    assert np.abs(run.X).max() <= 2
    assert np.mean((run.X @ [1, 2] > 0) == run.y) > 0.95
    whole, drawn, once = run.walks.values()
    assert (len(whole), len(drawn), len(once)) == (1 + 8, 1 + 8 * 32, 1 + 8 * 32)
    W = np.array([-1.0, 1.0])
    for found in whole:
        assert np.allclose(found, W, rtol=1e-9)
        W = W - 0.5 * logistic_gradient(W, run.X, run.y)

    lowest = LogisticRegression(C=np.inf, fit_intercept=False).fit(run.X, run.y).coef_[0]
    floor = run.loss_of(lowest).item()
    left = [run.loss_of(walk[-1]).item() - floor for walk in (whole, drawn, once)]
    assert min(left) > 0
    assert max(left[1:]) < left[0] / 4
    for walk in (drawn, once):
        assert abs(np.degrees(np.arctan2(*walk[-1]) - np.arctan2(1, 2))) < 3


def batches_are_those_of_the_schemes(run: Any) -> None:
    """Steps of (iii) come again in the order of the one shuffle; those of (ii) do not. One step is worked out anew."""
    parts = [np.concatenate([some_x for some_x, _ in run.once]) for _ in range(2)]
    assert np.array_equal(*parts)
    assert np.array_equal(np.sort(parts[0], axis=0), np.sort(run.X, axis=0))
    drawn = [np.concatenate([some_x for some_x, _ in run.drawn]) for _ in range(2)]
    assert not np.array_equal(*drawn)
    some_x, some_y = next(iter(run.once))
    assert len(some_y) == 16
    step = run.walks["(iii) shuffled once"][:2]
    assert np.allclose(step[1], step[0] - 0.5 * logistic_gradient(step[0], some_x, some_y), rtol=1e-12)


def exercises_and_film(run: Any) -> None:
    """Rate over ten and momentum 0.9 go about as far as the rate; a film has a frame for each epoch."""
    rows = re.findall(r"^((?:lr|start).*?) +256 +\[ *(\S+) +(\S+) *\]", run.lesson.printed, re.MULTILINE)
    assert len(rows) == 9
    ends = {name: np.array([float(a), float(b)]) for name, a, b in rows}
    assert np.linalg.norm(ends["lr 0.05, momentum 0.9"] - ends["lr 0.5"]) < 0.5
    assert np.linalg.norm(ends["lr 0.05"] - ends["lr 0.5"]) > 1
    with Image.open(run.lesson.out / "film.gif") as film:
        assert film.n_frames == 8 + 1


def test_c2(demo: Any) -> None:
    run = demo("c2")
    line_is_least_squares(run)
    regression_by_four_methods(run)
    optimizers_on_landscapes(run)


def line_is_least_squares(run: Any) -> None:
    """Descent on a quadratic, step t: θ* + (I - η H)ᵗ (θ₀ - θ*), H the mean of x xᵀ, θ* from the normal equations."""
    H, best = run.X.T @ run.X / 100, np.linalg.solve(run.X.T @ run.X, run.X.T @ run.y)
    assert np.allclose(run.closed, best, rtol=1e-9)
    assert np.allclose(best, [2, 1], atol=0.15)
    expected = [best + np.linalg.matrix_power(np.eye(2) - 0.2 * H, t) @ ([-1, 0] - best) for t in range(61)]
    assert np.allclose(run.line, expected, rtol=0, atol=1e-12)
    expected = [best + np.linalg.matrix_power(np.eye(2) - 0.4 * H, t) @ ([-1, 0] - best) for t in range(61)]
    assert np.allclose(run.walks["GD, all data"], expected, rtol=0, atol=1e-12)


def regression_by_four_methods(run: Any) -> None:
    """Each comes near the closed form; one sample is the roughest; Adam's first step is its rate along each axis."""
    assert [len(walk) - 1 for walk in run.walks.values()] == [60 * 100, 60 * 10, 60 * 10, 60]
    away = {name: np.abs(walk[-1] - run.closed).max() for name, walk in run.walks.items()}
    assert max(away.values()) < 0.1
    rough = {name: np.mean(values[-40:]) for name, values in run.above.items()}
    assert rough["SGD, one sample"] > 3 * rough["mini-batch SGD"] > 0
    assert np.allclose(run.walks["Adam"][1], [-1 + 0.05, 0.05], rtol=0, atol=1e-8)


def optimizers_on_landscapes(run: Any) -> None:
    """All optimizers are there, on functions that are 0 and least where it is said; SGD on the bowl in closed form."""
    kinds = {type(make([ag.Tensor(0.0, requires_grad=True)])) for f in optimizers(0.1).values() for make in f.values()}
    assert kinds == {getattr(optim, name) for name in optim.__all__ if is_optimizer(getattr(optim, name))}
    assert len(run.left_of) == 13
    for land in LANDSCAPES.values():
        for place in land.minima:
            assert land.at(place) == pytest.approx(0, abs=1e-9)
            assert land.at(ag.Tensor(place)).item() == pytest.approx(0, abs=1e-9)
            for step in np.array([[1e-3, 0], [0, 1e-3], [-1e-3, 0], [0, -1e-3]]):
                assert land.at(place + step) > 0
    left = {method: dict(zip(LANDSCAPES, values, strict=True)) for method, values in run.left_of.items()}
    assert left["SGD"]["bowl"] == pytest.approx((4 * 0.95**60) ** 2 / 2, rel=1e-9)
    assert left["Adagrad"]["saddle"] < left["SGD"]["saddle"] / 100
    assert left["momentum"]["Rosenbrock"] < left["SGD"]["Rosenbrock"] / 4


def is_optimizer(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, optim.Optimizer) and kind is not optim.Optimizer


def test_c3(demo: Any) -> None:
    run = demo("c3")
    perceptrons_gradient(run)
    perceptron_descends(run)
    drawn = (run.lesson.out / "network_forward.svg").read_text(encoding="utf-8")
    assert "σ(z)" in drawn
    with Image.open(run.lesson.out / "film.gif") as film:
        assert film.n_frames == 21


def squared_loss(w: Any, X: Any, y: Any) -> Any:
    return np.sum((y - 1 / (1 + np.exp(-X @ w))) ** 2) / (2 * len(y))


def perceptrons_gradient(run: Any) -> None:
    """Every row of the table: both gradients as printed, and the derivative by complex steps, exact to rounding."""
    rows = [[float(number) for number in re.findall(r"[+-]\d\.\d+", line)] for line in run.lesson.printed.splitlines()]
    rows = [row for row in rows if len(row) == 9]
    assert len(rows) == 3
    for row in rows:
        assert row[3:6] == row[6:9]
        steps = np.array(row[:3]) + 1e-30j * np.eye(3)
        slopes = [squared_loss(step, run.X, run.y).imag / 1e-30 for step in steps]
        assert np.allclose(row[3:6], slopes, rtol=0, atol=1e-9)
    assert run.L.item() == pytest.approx(squared_loss(run.start, run.few["X"].data, run.few["y"].data))


def perceptron_descends(run: Any) -> None:
    """It comes near the least loss that there is; from the start that is wrong it stays on the plain for long."""
    least = minimize(squared_loss, np.zeros(3), (run.X, run.y)).fun
    doubtful, wrong = run.losses.values()
    assert np.all(np.diff(doubtful) < 0)
    assert least < doubtful[-1] < 1.1 * least
    assert wrong[10] > 0.97 * wrong[0]
    assert least < wrong[-1] < 1.1 * least
    assert np.mean((run.X @ run.w[-1] > 0) == run.y) > 0.9


def test_c4(demo: Any) -> None:
    """Derivatives by the formulas of the textbooks, differences as near as they can be, conventions as documented."""
    run = demo("c4")
    x = np.linspace(-3.9, 3.9, 40)
    s, normal = 1 / (1 + np.exp(-x)), norm()
    by_hand = {
        "identity": np.ones(40),
        "sign": np.zeros(40),
        "sigmoid": s * (1 - s),
        "tanh": 1 - np.tanh(x) ** 2,
        "ReLU": x > 0,
        "hard tanh": np.abs(x) < 1,
        "softplus": s,
        "SiLU": s * (1 + x * (1 - s)),
        "GELU": normal.cdf(x) + x * normal.pdf(x),
        "softsign": (1 + np.abs(x)) ** -2,
    }
    assert list(run.lecture) == list(by_hand)[:6]
    functions = run.lecture | run.further
    for name, expected in by_hand.items():
        assert np.allclose(run.slope(functions[name][0], x), expected, rtol=0, atol=1e-12), name
    off = dict(run.checked)
    assert len(off) == 18
    assert max(off.pop("ELU"), off.pop("softsign")) < 2e-5
    assert max(off.values()) < 1e-9
    assert "sign                 0.0000            100.0%          0.0e+00  f'(0) = 0\n" in run.lesson.printed
    kinks = {name: [run.slope(functions[name][0], kink) for kink in functions[name][2]] for name in run.lecture}
    assert kinks == {"identity": [], "sign": [0], "sigmoid": [], "tanh": [], "ReLU": [0], "hard tanh": [0, 0]}
