# %% [markdown]
# # C2. From a line to landscapes: gradient descent and the other optimizers
#
# A line y = k x + b is fitted by steps against the gradient. Then the same least squares by batches of other sizes and
# by Adam, beside the closed form; and last, the ways of all optimizers over surfaces with valleys and saddles.

# %%
import numpy as np
from tqdm import tqdm

import autograd_lite as ag
import optim
from demos.landscapes import LANDSCAPES, descend, optimizers
from demos.lesson import Lesson
from demos.plots import AMBER, GREEN, GREY, INK, RED, curves, figure, paths, surface

lesson = Lesson(
    "c2", n=100, noise=0.3, lr=0.2, epochs=100, batch=10, steps=500, seed=0, quick={"epochs": 60, "steps": 60}
)

# %% [markdown]
# ## A line
#
# Half the mean of (k x + b - y)² is a bowl over the plane of k and b. Each step is k ← k - η ∂L/∂k, and for b alike.
# Across the valley it takes few steps, along its floor many.

# %%
rng = np.random.default_rng(lesson.seed)
x = rng.uniform(0, 2, lesson.n)
y = 2 * x + 1 + rng.normal(0, lesson.noise, lesson.n)


def loss_of(k, b):
    """Half the mean squared error of the line k x + b."""
    return np.mean((k * x + b - y) ** 2) / 2


k, b, line = -1.0, 0.0, []
for step in range(lesson.epochs + 1):
    loss, (dk, db) = ag.value_and_grad(loss_of, argnums=(0, 1))(k, b)
    line.append((k, b))
    if step in (0, 1, 2, 5, 10, 20, 50, lesson.epochs):
        print(f"step {step:3}   k = {k:+.4f}  b = {b:+.4f}  loss {loss:8.5f}  ∂L/∂k = {dk:+.5f}  ∂L/∂b = {db:+.5f}")
    k, b = k - lesson.lr * dk, b - lesson.lr * db

made, (left, right) = figure(1, 2, (12, 5))
left.plot(x, y, "o", color=GREY, alpha=0.6)
for step, colour in ((0, "#9dbfe4"), (1, "#6fa0d6"), (lesson.epochs // 20, "#3f7cc0"), (lesson.epochs, INK)):
    left.axline((0, line[step][1]), slope=line[step][0], color=colour, linewidth=2, label=f"step {step}")
left.legend()
left.set(xlabel="x", ylabel="y", xlim=(0, 2), ylim=(-2.2, 6), title="the line comes to the points")
bowl = np.vectorize(lambda *at: np.sqrt(loss_of(*at))), np.linspace(-1.5, 4, 80), np.linspace(-0.7, 4, 80)
surface(right, *bowl)
paths(right, {"gradient descent": line}, marker=".")
right.set(xlabel="k", ylabel="b", title="its way over the loss")
lesson.show(made, "line.svg", "A line fitted by gradient descent.")

# %% [markdown]
# ## Linear regression: all data, one sample, batches, Adam
#
# The objective 1/(2n) Σ (θᵀx - y)², with x = (x, 1) and θ = (k, b), is least where Xᵀ X θ = Xᵀ y: no steps needed. The
# gradient of all data goes there smoothly. That of one sample is cheap and rough: θ comes near soon, and never to rest.
# A batch of ten is between the two. The rougher the gradient, the smaller the rate; Adam has one of its own.
#
# `descend` is the loop of C1: an optimizer's steps over the batches, with θ after each of them.

# %%
X = np.column_stack([x, np.ones_like(x)])
closed = np.linalg.lstsq(X, y)[0]


def objective(theta, X, y):
    """1/(2n) of the sum of squared errors."""
    return np.sum((X @ theta - y) ** 2) / (2 * len(y))


methods = {
    "SGD, one sample": (1, lambda p: optim.SGD(p, lesson.lr / 2)),
    "mini-batch SGD": (lesson.batch, lambda p: optim.SGD(p, lesson.lr)),
    "Adam": (lesson.batch, lambda p: optim.Adam(p, lesson.lr / 4)),
    "GD, all data": (lesson.n, lambda p: optim.SGD(p, 2 * lesson.lr)),
}
walks, above = {}, {}
for name, (size, make) in methods.items():
    batches = optim.batches((X, y), size, shuffle=True, seed=lesson.seed)
    walks[name] = descend(objective, (-1.0, 0.0), make, batches, lesson.epochs)
    above[name] = [objective(theta, X, y) - objective(closed, X, y) for theta in walks[name][:: len(batches)]]
    away = np.abs(walks[name][-1] - closed).max()
    print(f"{name:16} θ = {walks[name][-1].round(4)}, {away:.4f} from the closed form {closed.round(4)}")
made, (left, right) = figure(1, 2, (12, 5))
surface(left, *bowl)
left.plot(*closed, "*", color="white", markeredgecolor=INK, markersize=18, label="closed form", zorder=5)
paths(left, walks, (AMBER, RED, GREEN, INK), linestyle="-", linewidth=1.2)
left.set(xlabel="k", ylabel="b", title="the ways of θ")
curves(right, above, what="objective minus its minimum", log=True, first=0, colours=(AMBER, RED, GREEN, INK))
lesson.show(made, "regression.svg", "Linear regression: the ways of θ, and how far the objective is from its minimum.")

# %% [markdown]
# ## Landscapes
#
# Steps in proportion to the gradient need a rate for each surface, as gradients are steep here and flat there; methods
# that divide by the gradient's size do not. The table gives what is left of f, whose least is 0, after all steps.

# %%
left_of = {}
for name, land in tqdm(LANDSCAPES.items(), "landscapes"):
    made, axes = figure(1, 3, (15, 5), sharey=True)
    made.suptitle(f"{name}: {land.formula}")
    for panel, (family, makers) in zip(axes, optimizers(land.rate).items(), strict=True):
        ways = {method: descend(land.at, land.start, make, epochs=lesson.steps) for method, make in makers.items()}
        for method, way in ways.items():
            left_of.setdefault(method, []).append(land.at(way[-1]))
        land.draw(panel)
        paths(panel, ways, linewidth=1.5)
        panel.set(title=family, xlabel="x")
    axes[0].set_ylabel("y")
    lesson.show(made, f"{name.lower()}.png", f"{name}: the ways of all optimizers in {lesson.steps} steps.")
print("\n" + " " * 12 + "".join(f"{name:>12}" for name in LANDSCAPES))
for method, values in left_of.items():
    print(f"{method:12}" + "".join(f"{value:12.1e}" for value in values))
