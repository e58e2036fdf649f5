# %% [markdown]
# # Physics: the parameters of a pendulum, through a thousand steps of its solver
#
# Angles of a damped pendulum were measured for ten seconds. Which g/l and damping did it have, and how was it let go?
# The solver of its differential equation is a program like any other: the gradient goes back through all its steps.

# %%
import tracemalloc

import numpy as np
from scipy.optimize import minimize
from tqdm import tqdm

import autograd_lite as ag
from demos.films import Film, changing
from demos.lesson import Lesson
from demos.plots import BLUE, ORANGE, curves, figure, paths, surface

lesson = Lesson("physics", steps=1000, h=0.01, noise=0.05, seed=0, quick={"steps": 300})
TRUE = {"k = g/l, 1/s²": 9.81, "damping c, 1/s": 0.25, "first angle, rad": 2.5, "first speed, rad/s": 0.0}
START = np.array([5.0, 0.8, 2.0, 0.5])

# %% [markdown]
# ## The law and the solver
#
# θ″ = −k sin θ − c θ′, as two equations of first order, and the classic method of Runge and Kutta, of order 4: four
# slopes per step, averaged. Both are plain NumPy; a state is a list of numbers, of arrays or of Tensors.


# %%
def pendulum(k, c):
    """How fast angle and speed change."""
    return lambda angle, speed: [speed, -k * np.sin(angle) - c * speed]


def solve(slopes, state, h=lesson.h):
    """The state at each tenth step."""
    states = []
    for i in range(lesson.steps):
        s1 = slopes(*state)
        s2 = slopes(*(x + h / 2 * s for x, s in zip(state, s1, strict=True)))
        s3 = slopes(*(x + h / 2 * s for x, s in zip(state, s2, strict=True)))
        s4 = slopes(*(x + h * s for x, s in zip(state, s3, strict=True)))
        state = [x + h / 6 * (a + 2 * (b + c) + d) for x, a, b, c, d in zip(state, s1, s2, s3, s4, strict=True)]
        states += [state] if i % 10 == 9 else []
    return states


def swing(p):
    """The angles of a pendulum with the parameters p."""
    return np.stack([angle for angle, speed in solve(pendulum(*p[:2]), [*p[2:]])])


def loss(p):
    """Half the sum of squared errors in units of the noise: minus the logarithm of the likelihood."""
    return (((swing(p).T - seen) / lesson.noise) ** 2).sum(-1).T / 2


times = lesson.h * np.arange(10, lesson.steps + 1, 10)
seen = swing([*TRUE.values()]) + np.random.default_rng(lesson.seed).normal(0, lesson.noise, len(times))
k, c, x, v = (ag.Value(x, name=name) for x, name in [(9.81, "k"), (0.25, "c"), (2.5, "angle"), (1.0, "speed")])
law = ag.draw(pendulum(k, c)(x, v)[1], title="−k sin(angle) − c speed")
lesson.show(law, "law.svg", "The law as a graph. It stands four times in each step of the solver.")

# %% [markdown]
# ## Is the gradient right, through all steps?
#
# Differences of the loss tell, to some digits. The equations of sensitivity tell to almost all of them: the derivatives
# of angle and speed by the parameters obey a differential equation too, which the solver takes along.


# %%
def sensitive(k, c):
    """How fast angle, speed and their derivatives by the four parameters change."""
    change = lambda x, v, dx, dv: -np.array([np.sin(x), v, 0, 0]) - k * np.cos(x) * dx - c * dv  # noqa: E731
    return lambda x, v, dx, dv: [*pendulum(k, c)(x, v), dv, change(x, v, dx, dv)]


tracemalloc.start()
gradient = ag.grad(loss)(START)
print(f"gradient through {lesson.steps} steps: {tracemalloc.get_traced_memory()[1] / 2**20:.0f} MB\n")
tracemalloc.stop()
states = solve(sensitive(*START[:2]), [*START[2:], *np.eye(4)[2:]])
by_hand = sum((x - there) * dx / lesson.noise**2 for (x, v, dx, dv), there in zip(states, seen, strict=True))
differences = [(loss(START + e) - loss(START - e)) / 2e-6 for e in 1e-6 * np.eye(4)]
print(f"{'gradient by':20}{'engine':>18}{'sensitivity':>18}{'differences':>14}")
for name, *row in zip(TRUE, gradient, by_hand, differences, strict=True):
    print("{:20}{:18.8f}{:18.8f}{:14.4f}".format(name, *row))

# %% [markdown]
# ## The fit
#
# L-BFGS learns the curvature of the loss from its gradients. The inverse of the Hessian at the end is the covariance of
# what was found: its diagonal gives error bars. What is left of the loss is noise: one half for each angle.

# %%
walk, bar = [START], tqdm(desc="L-BFGS", unit="step")
bounds, note = [(0.1, 40), (0, 5), (-3, 3), (-9, 9)], lambda p: (walk.append(p), bar.update())
fit = minimize(ag.value_and_grad(loss), START, jac=True, method="L-BFGS-B", bounds=bounds, callback=note)
bar.close()
error_bars = np.sqrt(np.diag(np.linalg.inv(ag.hessian(loss)(fit.x))))
print(f"loss {loss(START):,.0f}, after {fit.nit} steps with {fit.nfev} gradients {fit.fun:.1f}; {len(seen)} angles\n")
print(f"{'':20}{'start':>8}{'found':>10}{'':3}{'± error':8}{'true':>8}")
for row in zip(TRUE, START, fit.x, error_bars, TRUE.values(), strict=True):
    print("{:20}{:8.2f}{:10.4f} ± {:<8.4f}{:8.2f}".format(*row))

# %%
made, axes = figure(size=(9, 4.6))
(line,) = axes.plot(times, seen, color=BLUE, linewidth=2, label="fitted")
axes.plot(times, seen, "o", color=ORANGE, markersize=5, label="measured")
axes.set(xlabel="time, s", ylabel="angle, rad", ylim=(-3.2, 3.2))
axes.legend(loc="upper right", frameon=True)
fits = {f"step {i}: g/l = {p[0]:.2f}, damping {p[1]:.3f}": swing(p) for i, p in enumerate(walk)}
lesson.show(Film(changing(made, line, fits), rate=3), "fit.gif", "The fit after each step.")
made, (left, right) = figure(1, 2)
surface(left, lambda k, c: np.log10(loss([k, c, *fit.x[2:]])), np.linspace(3, 16, 80), np.linspace(0, 1.2, 60))
paths(left, {"L-BFGS": np.array(walk)[:, :2]}, linestyle="-")
left.set(xlabel="g/l, 1/s²", ylabel="damping, 1/s", title="log₁₀ of the loss")
curves(right, {"loss": [loss(p) for p in walk]}, along="step", title="loss, step by step", log=True, first=0)
lesson.show(made, "surface.svg", "The loss over g/l and damping, with the way of L-BFGS through all four parameters.")
