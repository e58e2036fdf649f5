"""Demos E1, E2, E3 and E7, run small: what the lectures' formulas say, worked out anew, and what is drawn."""

from typing import Any

import numpy as np
import pytest


def test_e1(demo: Any) -> None:
    run = demo("e1")
    diverges_where_theory_says(run)
    shows_what_diverges_as_diverging(run)


def diverges_where_theory_says(run: Any) -> None:
    """Rates above 2 over the largest eigenvalue, and no others; by descent in NumPy besides."""
    for rate, end in run.ends.items():
        assert end == pytest.approx(2 * (1 - 2 * rate) ** 10, rel=1e-12)
    by_hand = 2 * run.columns.T @ run.columns / len(run.y)
    assert np.allclose(run.hessian, by_hand, rtol=1e-12)
    border = 2 / np.linalg.eigvalsh(by_hand)[-1]
    assert run.border == pytest.approx(border, rel=1e-12)
    assert run.seen == {rate: "diverges" if rate > border else "converges" for rate in run.rates}
    assert sorted(run.seen.values()) == ["converges"] * 3 + ["diverges"] * 3
    for rate, curve in run.swept.curves.items():
        theta = np.zeros(2)
        for loss in curve:
            assert loss == pytest.approx(np.mean((run.columns @ theta - run.y) ** 2), rel=1e-9)
            theta = theta - rate * 2 * run.columns.T @ (run.columns @ theta - run.y) / len(run.y)
        assert run.told[rate] == pytest.approx(curve[-1], rel=1e-9)
    assert (run.network.diverged, run.network.best) == ([10.0, 1.0], 0.1)
    assert run.found.diverged
    assert 0.05 < run.found.suggestion < run.found.rates[-1] < 1


def shows_what_diverges_as_diverging(run: Any) -> None:
    """Each such curve ends in a cross on the frame, at the top, and is named."""
    for axes, swept in ((run.axes, run.swept), (run.left, run.network)):
        top = axes.get_ylim()[1]
        assert axes.get_yscale() == "log"
        crosses = [line for line in axes.lines if line.get_marker() == "X" and len(line.get_xdata())]
        assert [line.get_ydata()[0] for line in crosses] == [top] * len(swept.diverged)
        said = [text.get_text() for text in axes.get_legend().get_texts()]
        assert said == [f"η = {rate:.3g} diverges" for rate in swept.diverged]
        rising = [line for line in axes.lines if line.get_marker() == "None" and line.get_ydata()[-1] == top]
        assert len(rising) == len(swept.diverged)
        ends = [text.get_text() for text in axes.texts]
        assert ends == [f"η = {rate:.3g}" for rate in swept.curves if rate not in swept.diverged]
    assert "<!-- η = 10 diverges -->" in (run.lesson.out / "sweep.svg").read_text(encoding="utf-8")
    assert run.lesson.printed.count("  diverges   diverges ") == 3


#: The formulas of E2 with the first rate 0.1 and k = 0.1, in closed form.
E2 = {
    "constant": lambda t: 0.1,
    "time-based": lambda t: 0.1 / (1 + 0.1 * t),
    "step": lambda t: 0.1 / 2 ** (t // 10),
    "exponential": lambda t: 0.1 * np.exp(-0.1 * t),
    "rule, e^(-k)": lambda t: 0.1 * np.exp(-0.1 * max(0, t - 9)),
    "rule, e^(-k t)": lambda t: 0.1 * np.exp(-0.1 * sum(range(10, t + 1))),
}


def test_e2(demo: Any) -> None:
    run = demo("e2")
    rates_are_those_of_the_formulas(run)
    schedules_settle_where_a_constant_rate_does_not(run)


def rates_are_those_of_the_formulas(run: Any) -> None:
    """The library's, those by hand, and those that the optimizer had in training."""
    assert list(run.rates) == list(run.by_hand) == list(run.seen) == list(E2)
    for name, formula in E2.items():
        expected = [formula(t) for t in range(40)]
        for found in (run.rates[name], run.by_hand[name], run.seen[name]):
            assert np.allclose(found, expected, rtol=1e-12, atol=0)
    assert max(run.apart.values()) < 1e-13
    assert run.rates["exponential"][10] == pytest.approx(0.036788, abs=5e-7)
    assert run.rates["rule, e^(-k)"][10] == pytest.approx(0.090484, abs=5e-7)
    assert run.rates["rule, e^(-k t)"][14] == pytest.approx(0.1 * 0.002478752, rel=1e-6)


def schedules_settle_where_a_constant_rate_does_not(run: Any) -> None:
    """The loss above the least, which the normal equations give."""
    residual = run.y - run.with_one @ np.linalg.solve(run.with_one.T @ run.with_one, run.with_one.T @ run.y)
    assert run.least == pytest.approx(np.mean(residual**2), rel=1e-10)
    last = {name: losses[-1] for name, losses in run.above.items()}
    assert min(last.values()) > 0
    noisy = np.mean(run.above["constant"][-10:])
    assert all(last[name] < noisy / 5 for name in last if name != "constant")
    assert last["exponential"] < last["rule, e^(-k)"] < last["step"] < last["time-based"]
    gone = run.above["rule, e^(-k t)"]
    assert gone[20] == pytest.approx(gone[-1], rel=1e-3)
    assert run.above["rule, e^(-k)"][20] > 10 * last["rule, e^(-k)"]


def velocities(matrix: Any, steps: int) -> Any:
    """Where θ = 1 is after each step of a method that is linear in θ and its velocity, by powers of its matrix."""
    return [(np.linalg.matrix_power(np.array(matrix), t) @ [1.0, 0.0])[0] for t in range(steps + 1)]


def test_e3(demo: Any) -> None:
    run = demo("e3")
    steps_by_hand_are_those_of_the_library(run)
    bounds_close_in_and_all_learn(run)


def steps_by_hand_are_those_of_the_library(run: Any) -> None:
    """For all methods; and what is known of either in closed form."""
    assert list(run.walks) == list(run.by_hand)
    assert len(run.walks) == 9
    for name in run.walks:
        assert np.allclose(run.walks[name], run.by_hand[name], rtol=1e-9, atol=1e-12), name
        assert np.shape(run.walks[name]) == (151, 2)
    # J has the slopes 0.1 a and 2 b: (-0.8, 3) at the start.
    for i, (start, curvature) in enumerate(((-8.0, 0.1), (1.5, 2.0))):
        c, mu = 0.02 * curvature, 0.9
        momentum = [[1 - c, -mu], [c, mu]]
        nesterov = [[1 - c, -mu * (1 - c)], [c, mu * (1 - c)]]
        for name, matrix in (("momentum", momentum), ("Nesterov", nesterov)):
            assert np.allclose(np.array(run.walks[name])[:, i], start * np.array(velocities(matrix, 150)), rtol=1e-9)
    first = {name: np.subtract(walk[0], walk[1]) for name, walk in run.walks.items()}
    signs = np.array([-1.0, 1.0])
    assert np.allclose(first["Adagrad"], 1.0 * signs, rtol=1e-5)
    assert np.allclose(first["RMSprop"], 0.1 / np.sqrt(0.1) * signs, rtol=1e-4)
    assert np.allclose(first["Adadelta"], 1e-3 / np.sqrt(0.1) * signs, rtol=1e-4)
    for name in ("Adam", "AdaMax"):
        assert np.allclose(first[name], 0.3 * signs, rtol=1e-4)
    now, then = (0.9 * (1 - 0.96 ** (t / 250) / 2) for t in (1, 2))
    assert np.allclose(first["Nadam"], 0.3 * (then * 0.1 / (1 - now * then) + 1) * signs, rtol=1e-5)
    # The upper bound at t = 1 is 0.1 + 0.1 / 0.05, and Adam's rate 0.3 √0.001 / 0.1 / (√0.001 |g|) = 3 / |g|.
    assert np.allclose(first["AdaBound"], [0.1 * 2.1 * -0.8, 0.1 * 1.0 * 3.0], rtol=1e-4)


def bounds_close_in_and_all_learn(run: Any) -> None:
    """AdaBound's bounds, and what each method makes of the valley and of the digits."""
    lower, upper = run.lower.ravel(), run.upper.ravel()
    assert (lower < 0.1).all()
    assert (upper > 0.1).all()
    assert (np.diff(upper - lower) < 0).all()
    assert (lower[-1], upper[-1]) == pytest.approx((0.1 * 7.5 / 8.5, 0.1 * 8.5 / 7.5), rel=1e-12)
    assert (run.asked[-1] > upper[-1]).all()
    for name, walk in run.walks.items():
        a, b = np.array(walk).T
        assert a[-1] ** 2 / 20 + b[-1] ** 2 < 0.99 * (a[0] ** 2 / 20 + b[0] ** 2), name
        assert run.losses[name][-1] < 0.9 * run.losses[name][0], name
    assert run.losses["Nesterov"] != run.losses["momentum"]
