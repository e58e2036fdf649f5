# %% [markdown]
# # A4. The rules of differentiation
#
# Ten rules are enough for most formulas. Each is worked out three times: by the rule; by the engine, which knows one
# rule for each operation; and by a finite difference, which knows none.

# %%
import numpy as np

import autograd_lite as ag
from demos.lesson import Lesson
from demos.plots import BLUE, INK, ORANGE, figure

lesson = Lesson("a4", t=0.8, a=3.0, c=5.0, n=3.0, step=1e-5)
a, c, n = lesson.a, lesson.c, lesson.n

# %% [markdown]
# ## Functions of t
#
# u = 1 + t², v = 2 + sin t and w = e⁻ᵗ; their derivatives are u′ = 2 t, v′ = cos t and w′ = −e⁻ᵗ. f is the sine.


# %%
def inner(t):
    """u, v and w at t."""
    return 1 + t**2, 2 + np.sin(t), np.exp(-t)


def slopes(t):
    """Their derivatives at t, by hand."""
    return 2 * t, np.cos(t), -np.exp(-t)


# %% [markdown]
# ## The rules
#
# How each is written; the function in NumPy; and its derivative in NumPy, from u, v, w and their derivatives. The
# constant has 0 t added, so that it is a function of t.

# %%
rules = [
    ("c", "0", lambda t, u, v, w: c + 0 * t, lambda u, v, w, du, dv, dw: 0 * u),
    ("a t", "a", lambda t, u, v, w: a * t, lambda u, v, w, du, dv, dw: a + 0 * u),
    ("a u", "a u′", lambda t, u, v, w: a * u, lambda u, v, w, du, dv, dw: a * du),
    ("u + v − w", "u′ + v′ − w′", lambda t, u, v, w: u + v - w, lambda u, v, w, du, dv, dw: du + dv - dw),
    ("u / v", "(u′ v − u v′) / v²", lambda t, u, v, w: u / v, lambda u, v, w, du, dv, dw: (du * v - u * dv) / v**2),
    ("uⁿ", "n uⁿ⁻¹ u′", lambda t, u, v, w: u**n, lambda u, v, w, du, dv, dw: n * u ** (n - 1) * du),
    ("1 / u", "−u′ / u²", lambda t, u, v, w: 1 / u, lambda u, v, w, du, dv, dw: -du / u**2),
    ("ln u", "u′ / u", lambda t, u, v, w: np.log(u), lambda u, v, w, du, dv, dw: du / u),
    ("eᵘ", "eᵘ u′", lambda t, u, v, w: np.exp(u), lambda u, v, w, du, dv, dw: np.exp(u) * du),
    ("f(u)", "f′(u) u′", lambda t, u, v, w: np.sin(u), lambda u, v, w, du, dv, dw: np.cos(u) * du),
]
t, h = lesson.t, lesson.step
found = {}
print(f"at t = {t:g}, with a = {a:g}, c = {c:g}, n = {n:g} and f = sin\n")
print(f"{'y':11}{'y′':20}{'by the rule':>13}{'by the engine':>15}{'by differences':>16}   gradcheck")
for rule, derivative, y, dy in rules:

    def of_t(t, y=y):
        """The function of t alone."""
        return y(t, *inner(t))

    difference = (of_t(t + h) - of_t(t - h)) / (2 * h)
    found[rule] = dy(*inner(t), *slopes(t)), ag.grad(of_t)(t), difference, ag.gradcheck(of_t, (t,)).verdict
    print("{:11}{:20}{:13.7f}{:15.7f}{:16.7f}   {}".format(rule, derivative, *found[rule]))

# %% [markdown]
# ## Slopes
#
# The derivative at t is the slope of the tangent there; over all t it is a function of its own.

# %%
made, grid = figure(2, 5, (17, 7.5), sharex=True)
ts = np.linspace(0, 1.6, 81)
for axes, (rule, derivative, y, dy) in zip(grid.flat, rules, strict=True):
    height, near = y(t, *inner(t)), np.array([t - 0.45, t + 0.45])
    axes.plot(ts, y(ts, *inner(ts)), color=BLUE, linewidth=2.5, label="y")
    axes.plot(ts, dy(*inner(ts), *slopes(ts)), "--", color=ORANGE, linewidth=2.5, label="y′ by the rule")
    axes.plot(near, height + found[rule][1] * (near - t), color=INK, label="tangent, with the engine's slope")
    axes.plot(t, height, "o", color=INK)
    axes.set_title(f"y = {rule}\ny′ = {derivative}")
    axes.grid(alpha=0.25)
for axes in grid[1]:
    axes.set_xlabel("t")
made.legend(*grid[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=3, fontsize=13, frameon=False)
lesson.show(made, "network-slopes.svg", "Ten functions of t, their derivatives, and their tangents at one point.")

# %% [markdown]
# ## A rule is a small graph
#
# From t to u / v there are two ways, by u and by v. The derivative is their sum, (1/v) u′ + (−u/v²) v′, which is the
# rule for quotients. The engine knows ∂y/∂u and ∂y/∂v alone, and adds up.

# %%
names = {"t": ag.Value(t)}
names |= zip("uvw", inner(names["t"]), strict=True)
names |= {f"y{i}": y(*names.values()) for i, (_, _, y, _) in enumerate(rules, 1)}
quotient = names["y5"]
print(ag.explain(quotient, wrt="t", names=names))
picture = ag.draw(quotient, names=names, fold="names")
lesson.show(picture, "quotient.svg", "The quotient u / v: what flows back to t on two edges adds up to its rule.")
lesson.show(picture, "steps.html", "The same, played step by step.")

# %% [markdown]
# ## All ten in one graph
#
# The sum s of the ten functions: one backward pass, and t has the sum of the ten derivatives.

# %%
first, *others = (y for name, y in names.items() if name.startswith("y"))
s = sum(others, first)
s.backward()
print(f"ds/dt = {names['t'].grad:.7f}, the ten rules add up to {sum(by_hand for by_hand, *_ in found.values()):.7f}")
picture = ag.draw(s, names=names | {"s": s}, fold="names")
lesson.show(picture, "network.svg", "All ten rules in one graph: the derivative of each on its edge.")
