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


def test_e7(demo: Any) -> None:
    run = demo("e7")
    values_and_gradients_are_those_of_the_formulas(run)
    curves_have_their_derivatives(run)
    hard_numbers_are_handled(run)


def values_and_gradients_are_those_of_the_formulas(run: Any) -> None:
    """Those by hand in the demo and those of the library; and each rule by gradcheck."""
    exponentials = np.exp([2.0, 1.5, -1.0])
    p = exponentials / (np.exp(2) + np.exp(1.5) + np.exp(-1))
    likely = np.log(exponentials.sum()) - 1.5
    binary = -(np.log(0.9) + np.log(0.8)) / 2
    divergence = 0.7 * np.log(0.7 / p[0]) + 0.2 * np.log(0.2 / p[1]) + 0.1 * np.log(0.1 / p[2])
    expected = {
        "squared error": ((0.25 + 0.25) / 3, [-1 / 3, 1 / 3, 0.0]),
        "cross-entropy, label": (likely, [p[0], p[1] - 1, p[2]]),
        "cross-entropy, one-hot": (likely, [p[0], p[1] - 1, p[2]]),
        "binary, probability": (binary, [-1 / 0.9 / 2, 1 / 0.8 / 2]),
        "binary, logit": (binary, [-0.05, 0.1]),
        "Kullback-Leibler": (divergence, [-0.7, -0.2, -0.1]),
        "max-margin": (1.5 / 3, [1 / 3, -1 / 3, 0.0]),
    }
    assert list(run.found) == list(run.examples) == list(expected)
    for name, (value, slope) in expected.items():
        by_hand, (found, gradient, right) = run.examples[name][3:], run.found[name]
        assert right, name
        for one, other in ((found, gradient), by_hand):
            assert float(one) == pytest.approx(value, rel=1e-12), name
            assert np.allclose(other, slope, rtol=1e-12, atol=1e-15), name


def curves_have_their_derivatives(run: Any) -> None:
    """What is drawn as derivative is the slope of what is drawn as loss, by differences, away from poles and kinks."""
    for axes in run.panels.flat[:5]:
        x, loss = axes.lines[0].get_data()
        slope = axes.lines[1].get_ydata()
        middle = (loss[2:] - loss[:-2]) / (x[2:] - x[:-2])
        smooth = abs(x[1:-1] - 0.5) < 0.4 if x[0] > 0 else abs(x[1:-1] - 1) > 0.03
        assert np.allclose(middle[smooth], slope[1:-1][smooth], atol=5e-3), axes.get_title()
    m = run.wide
    assert np.allclose(run.losses["cross-entropy"], np.log(1 + np.exp(-m)), rtol=1e-12)
    assert np.allclose(run.losses["max-margin"], np.maximum(0, 1 - m) / 2, rtol=1e-12)
    truth = np.array([0.7, 0.3])
    told = [np.sum(truth * np.log(truth / [p, 1 - p])) for p in run.near]
    assert np.allclose(run.losses["Kullback-Leibler"], told, rtol=1e-9, atol=1e-12)


def hard_numbers_are_handled(run: Any) -> None:
    """The formula as it stands gives inf or nan in each case; the losses what is right, with finite gradients."""
    expected = [(0, [0, 0]), (1000, [1, -1]), (0, [0]), (100, [-1e12]), (1000, [-1]), (1, [-1, 0])]
    assert len(run.handled) == len(run.hard) == len(expected)
    for (formula, _, given, _), (value, slope), (wanted, gradient) in zip(
        run.hard.values(), run.handled.values(), expected, strict=True
    ):
        with np.errstate(all="ignore"):
            assert not np.isfinite(np.sum(formula(np.array(given))))
        assert float(value) == pytest.approx(wanted, abs=1e-12)
        assert np.allclose(slope, gradient, rtol=1e-12)
    assert "nan" in run.lesson.printed
    assert "wrong  " not in run.lesson.printed.partition("as it stands")[0]
