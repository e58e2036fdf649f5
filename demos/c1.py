# %% [markdown]
# # C1. Logistic regression by gradient descent: three ways to take the data
#
# 500 points are labelled by the side of a line on which they lie, with some noise; p = σ(w₁ x₁ + w₂ x₂) is to find it.
# Three schemes of gradient descent differ in the points that a step looks at.

# %%
import numpy as np

import autograd_lite as ag
import nn
import optim
from demos.films import Film, boundary, turning
from demos.lesson import Lesson
from demos.plots import THREE, curves, figure, paths, points, surface

lesson = Lesson("c1", epochs=30, lr=0.5, batch=16, n=500, noise=0.2, w1=-1.0, w2=1.0, seed=0, quick={"epochs": 8})

# %%
rng = np.random.default_rng(lesson.seed)
best, start = np.array([1.0, 2.0]), np.array([lesson.w1, lesson.w2])
X = rng.uniform(-2, 2, size=(lesson.n, 2))
y = (X @ best + rng.normal(0, lesson.noise, size=lesson.n) > 0).astype(float)


def loss_of(W, X=X, y=y):
    """The mean of -ln p where the label is 1, and of -ln(1 - p) where it is 0."""
    return nn.BCELoss()(ag.sigmoid(X @ W), y)


# %% [markdown]
# ## The gradient, by hand and by the engine
#
# By the chain rule, from loss to p, to X W, to W: ∂L/∂W = mean of Xᵀ [(-y/p + (1-y)/(1-p)) · p (1-p)].

# %%
print("        W                 gradient by hand                 by the engine")
for W in (start, best, np.zeros(2), np.array([3.0, -0.5])):
    p = 1 / (1 + np.exp(-X @ W))
    by_hand = np.mean(X.T * ((-y / p + (1 - y) / (1 - p)) * p * (1 - p)), axis=1)
    print(("({:+.1f}, {:+.1f})" + 2 * "   ({:+.9f}, {:+.9f})").format(*W, *by_hand, *ag.grad(loss_of)(W)))

# %% [markdown]
# ## Three schemes
#
# (i) All points in each step: one step an epoch. (ii) Each step draws 16 points at random. (iii) The points are
# shuffled once, and each epoch goes through them, 16 by 16. An epoch of (ii) and (iii) costs what one of (i) does, and
# has 32 steps: the loss falls far faster. But W wanders, since each batch has a gradient of its own.


# %%
def descend(name, batches, start=start, lr=lesson.lr, momentum=0.0):
    """W after each step, (steps + 1, 2); prints W at the end, its angle to W*, loss and accuracy on all points."""
    W = ag.Tensor(start, requires_grad=True)
    optimizer = optim.SGD([W], lr, momentum)
    walk = [W.numpy()]
    for _ in range(lesson.epochs):
        for some_x, some_y in batches:
            optimizer.zero_grad()
            loss_of(W, some_x, some_y).backward()
            optimizer.step()
            walk.append(W.numpy())
    angle = np.angle(complex(*W.data) / complex(*best), deg=True)
    right = np.mean((X @ W.data > 0) == y)
    print(f"{name:22}{len(walk) - 1:6}{W.data.round(3)!s:>18}{angle:+9.2f}°{loss_of(W).item():9.4f}{right:10.1%}")
    return np.array(walk)


def landscape(axes, walks, title, x=(-2, 5), y=(-1, 9)):
    """Ways of W over lines of equal loss, with the ray of the best directions."""
    height = np.vectorize(lambda *W: np.sqrt(loss_of(np.array(W)).item()))
    surface(axes, height, np.linspace(*x, 40), np.linspace(*y, 40))
    axes.plot(*np.outer(best, [0, 9]), "--", color="white", linewidth=2)
    paths(axes, walks, THREE, linewidth=1.5, linestyle="-")
    axes.set(xlabel="w₁", ylabel="w₂", title=title)


drawn = optim.batches((X, y), lesson.batch, replacement=True, seed=lesson.seed)
once = optim.batches((X, y), lesson.batch, shuffle="once", seed=lesson.seed)
schemes = {"(i) all points": optim.batches((X, y)), "(ii) drawn at random": drawn, "(iii) shuffled once": once}
print(f"{'':23}steps                 W   from W*     loss  accuracy")
walks = {name: descend(name, batches) for name, batches in schemes.items()}

# %% [markdown]
# Only the direction of W decides on which side a point lies: every W on the white ray gives the line of W*. A longer W
# is surer of itself, which pays until the noisy points near the line cost more. Step for step, the three are alike.

# %%
by_epoch = {name: walk[:: len(schemes[name])] for name, walk in walks.items()}
made, axes = figure(1, 2)
for panel, along, ways in ((axes[0], "epoch", by_epoch), (axes[1], "step", walks)):
    losses = {name: [loss_of(W).item() for W in way[: lesson.epochs + 1]] for name, way in ways.items()}
    curves(panel, losses, along=along, what="loss on all points", title=f"after each {along}", first=0, colours=THREE)
lesson.show(made, "loss.svg", "An epoch of mini-batches goes far; a step of one does no better than one of all points.")
made, (left, middle, right) = figure(1, 3, (15, 5))
film, moving = figure(size=(6, 6))
for panel in (left, moving):
    points(panel, X, y)
    panel.set(xlim=(-2, 2), ylim=(-2, 2), xlabel="x₁", ylabel="x₂", title="points and decision lines")
for way, colour, dashes in zip(walks.values(), THREE, ("-", "-", ":"), strict=True):
    boundary(left, way[-1], color=colour, linestyle=dashes)
landscape(middle, walks, "the way of W over the loss")
landscape(right, {name: way[:33] for name, way in walks.items()}, "its first steps", (-1.2, 1.4), (0.6, 3))
lesson.show(made, "walks.png", "The lines found, and the ways of W; dashed white: the best directions.")
lesson.show(Film(turning(film, moving, by_epoch, THREE)), "film.gif", "The lines turn, epoch by epoch.")

# %% [markdown]
# ## Exercises: smaller rates, other starts, momentum

# %%
exercises = {
    "smaller rates": [{"lr": lesson.lr / by} for by in (1, 10, 100)],
    "other starts": [{"start": (-1.0, 1.0)}, {"start": (4.0, 0.0)}, {"start": (0.0, 8.0)}],
    "momentum": [{"lr": lesson.lr / by, "momentum": m} for by, m in ((10, 0.0), (10, 0.9), (1, 0.9))],
}
made, axes = figure(1, 3, (15, 5))
for panel, (title, runs) in zip(axes, exercises.items(), strict=True):
    named = {", ".join(f"{key} {value}" for key, value in run.items()): run for run in runs}
    landscape(panel, {name: descend(name, once, **run) for name, run in named.items()}, title)
lesson.show(made, "exercises.png", "Exercises: momentum 0.9 does what ten times the rate does, and may overshoot.")
