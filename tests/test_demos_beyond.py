"""The demos beyond the lectures, run small: what they learn."""

from typing import Any

import numpy as np
from scipy.integrate import solve_ivp

import autograd_lite as ag


def test_lstm_keeps_what_it_is_to_copy(demo: Any) -> None:
    """In fewer steps than in the demo it is on the way: far above guessing, a quarter, and above the others."""
    run = demo("lstm")
    assert run.right["LSTM, open"].mean() > 0.75
    assert max(run.right["LSTM"].mean(), run.right["plain"].mean()) < 0.6
    assert [len(losses) for losses in run.losses.values()] == [200] * 3
    # Through the pause a gradient comes back times what the forget gate keeps at least, and of a half hardly more.
    pause = run.lesson.pause
    lost = {name: (flow[run.LENGTH] / flow[run.LENGTH + pause]) ** (1 / pause) for name, flow in run.before.items()}
    assert 0.85 < lost["LSTM, open"] < 1
    assert 0.5 < lost["LSTM"] < 0.7
    assert lost["plain"] < 0.7
    assert run.after["LSTM, open"][run.LENGTH - 1] > 100 * run.after["LSTM"][run.LENGTH - 1]


def test_transformer_learns_a_text(demo: Any) -> None:
    run = demo("transformer")
    assert run.losses[-1] < 0.5
    words = run.written.removeprefix("the gradient of a ").split()
    assert len(set(words) & set(run.TEXT.split())) >= 4
    # What a head takes from the letters adds up to one; nothing comes from letters ahead, nor goes back to them.
    later = np.triu_indices(run.CONTEXT, 1)
    assert len(run.weights) == run.LAYERS * run.HEADS
    for weight in run.weights:
        assert np.allclose(weight.sum(axis=1), 1, atol=1e-5)
        assert (weight[later] == 0).all()
    assert (run.influence[later] == 0).all()
    assert (run.influence[np.diag_indices(run.CONTEXT)] > 0).all()
    assert run.influence[-1, 0] > 0


def test_physics_finds_the_pendulum(demo: Any) -> None:
    run = demo("physics")
    assert np.allclose(run.gradient, run.by_hand, rtol=1e-9)
    assert np.allclose(run.gradient, run.differences, rtol=1e-5)
    assert (abs(run.fit.x - [*run.TRUE.values()]) < 3 * run.error_bars).all()
    # Twice the loss is a chi-squared number with as many degrees of freedom as there are angles, less 4.
    freedom = len(run.seen) - 4
    assert abs(2 * run.fit.fun - freedom) < 3 * np.sqrt(2 * freedom)
    # At a small error, the Hessian is nearly that of a linear fit: J^T J over the variance of the noise.
    k, c, *first = run.fit.x
    slopes = np.stack([dx for x, v, dx, dv in run.solve(run.sensitive(k, c), [*first, *np.eye(4)[2:]])])
    linear = np.sqrt(np.diag(np.linalg.inv(slopes.T @ slopes))) * run.lesson.noise
    assert np.allclose(run.error_bars, linear, rtol=0.25)
    through_a_thousand_steps(run)


def through_a_thousand_steps(run: Any) -> None:
    """The gradient of the last angle is that of the same equations in another program, of order 8."""

    def slopes(t: float, y: Any) -> Any:
        x, v, dx, dv = y[0], y[1], y[2:6], y[6:]
        return [v, -k * np.sin(x) - c * v, *dv, *(-k * np.cos(x) * dx - c * dv - [np.sin(x), v, 0, 0])]

    run.lesson.options["steps"] = 1000
    k, c, x, v = run.START
    there = solve_ivp(slopes, (0, 10), [x, v, 0, 0, 1, 0, 0, 0, 0, 1], method="DOP853", rtol=1e-11, atol=1e-12)
    here, gradient = ag.value_and_grad(lambda p: run.swing(p)[-1])(run.START)
    assert np.isclose(here, there.y[0, -1], rtol=1e-6)
    assert np.allclose(gradient, there.y[2:6, -1], rtol=1e-5)
