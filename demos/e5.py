# %% [markdown]
# # E5. Under- and over-fitting, and what helps
#
# A network that is too small fits neither the points that it learns from nor others. One that is large learns the noise
# of its points by heart: their loss falls on, that of others rises. Penalties, early stopping and dropout hold it back.

# %%
import numpy as np
from sklearn.datasets import make_moons
from tqdm import tqdm

import autograd_lite as ag
import nn
import optim
from demos.lesson import Lesson
from demos.plots import curves, figure, matrices, regions
from nn.functional import softmax

lesson = Lesson("e5", points=300, noise=0.4, epochs=200, lr=0.002, lam=0.01, dropout=0.4, seed=0, quick={"epochs": 50})

x, y = make_moons(lesson.points, noise=lesson.noise, random_state=lesson.seed)
x_test, y_test = make_moons(5000, noise=lesson.noise, random_state=lesson.seed + 1)
x, x_test, first = x.astype(np.float32), x_test.astype(np.float32), round(0.7 * lesson.points)
parts = {"train": (x[:first], y[:first]), "validation": (x[first:], y[first:])}

# %% [markdown]
# ## The best there is
#
# Two half circles with normal noise overlap, so that no classifier is always right. Here the noise is known: the
# density of a class is the mean of normal densities around its half circle, which gives the true probability of a class
# at each point. No network can have a smaller loss on many new points.

# %%
circles, side = make_moons(200, shuffle=False)


def truth(p):
    """The true probability of class 1 at points (m, 2)."""
    density = np.exp(-((p[:, None] - circles) ** 2).sum(2) / (2 * lesson.noise**2))
    return density[:, side == 1].sum(1) / density.sum(1)


p = truth(x_test)
least, right = -np.mean(np.log(np.where(y_test == 1, p, 1 - p))), np.mean((p > 0.5) == y_test)

# %% [markdown]
# ## One network, and the remedies
#
# Hidden layers of 128, 64 and 8 units have 9,000 weights, for 210 points. The penalties λ Σ w² and λ Σ |w| are added to
# the loss. Early stopping watches the loss on the 30 % of the points that are held out: when it has not fallen by 0.001
# for 5 epochs, training ends, and the weights of the best epoch are taken. Dropout switches off 40 % of the units at
# random in each step. The curves are those of the cross-entropy alone, without penalty and without dropout.

# %%
cross_entropy = nn.CrossEntropyLoss()
stopping = optim.EarlyStopping("val_loss", min_delta=0.001, patience=5, restore_best_weights=True)
RUNS = {
    "too small": {"hidden": ()}, "plain": {},
    f"L2, λ = {lesson.lam:g}": {"penalty": lambda model: nn.penalty.l2(model, lesson.lam)},
    f"L1, λ = {lesson.lam:g}": {"penalty": lambda model: nn.penalty.l1(model, lesson.lam)},
    f"L1, λ = {lesson.lam / 10:g}": {"penalty": lambda model: nn.penalty.l1(model, lesson.lam / 10)},
    "early stopping": {"callbacks": [stopping]}, f"dropout {lesson.dropout:g}": {"drop": lesson.dropout},
}  # fmt: skip


def trained(hidden=(128, 64, 8), drop=0.0, penalty=lambda model: 0.0, callbacks=()):
    """The network after training, and its losses in training and validation after each epoch."""
    ag.manual_seed(lesson.seed)
    sizes = [2, *hidden]
    layers = [nn.Sequential(nn.Linear(n, m), nn.ReLU(), nn.Dropout(drop)) for n, m in zip(sizes, hidden, strict=False)]
    model = nn.Sequential(*layers, nn.Linear(sizes[-1], 2))
    losses = {"train": [], "validation": []}

    def keep(run):
        for name, data in parts.items():
            losses[name].append(optim.evaluate(model, cross_entropy, data)["loss"])

    optimizer = optim.Adam(model.parameters(), lr=lesson.lr)
    options = {"epochs": lesson.epochs, "callbacks": [*callbacks, keep], "seed": lesson.seed, "progress": False}
    optim.fit(model, lambda z, y: cross_entropy(z, y) + penalty(model), optimizer, (x, y), validation=0.3, **options)
    return model, losses


runs = {name: trained(**options) for name, options in tqdm(RUNS.items(), desc="runs")}

# %% [markdown]
# ## What came of it
#
# Where the dashed line rises while the other falls, the network over-fits. The test is 5,000 new points. L1 with
# λ = 0.01 leaves so few weights that the network under-fits, as the one that is too small; a tenth of it is better.

# %%
tests = {}
made, grid = figure(2, 4, (15, 6.4), sharex=True, sharey=True)
print("                epochs   train  validation: best   last    test  right  ‖w‖  |w| < 0.001")
for axes, (name, (model, losses)) in zip(grid.flat, runs.items(), strict=False):
    tests[name] = test = optim.evaluate(model, cross_entropy, (x_test, y_test), ["accuracy"])
    w = np.concatenate([w.data.ravel() for w in model.parameters() if w.ndim == 2])
    seen, held = losses["train"], losses["validation"]
    print(f"{name:15}{len(seen):7}{seen[-1]:8.3f}{min(held):18.3f}{held[-1]:7.3f}{test['loss']:8.3f}", end="")
    print(f"{test['accuracy']:7.1%}{np.linalg.norm(w):5.1f}{np.mean(abs(w) < 1e-3):13.0%}")
    curves(axes, losses, what="cross-entropy", title=name)
    axes.set_ylim(0.15, 0.7)
    axes.label_outer()
print(f"{'best there is':15}{least:48.3f}{right:7.1%}")
grid[1, 3].axis("off")
lesson.show(made, "curves.svg", "The loss on the points of training and of validation, epoch by epoch.")

# %% [markdown]
# ## What each has learned
#
# The plain network bends around single points, and is sure of itself everywhere. Held back, it comes near the truth.

# %%
answers = {"the truth": truth}
for name, (model, _) in runs.items():
    answers[name] = lambda p, model=model: softmax(optim.predict(model, p), dim=1).data[:, 1]
lesson.show(regions(answers, *parts["train"]), "regions.png", "The probability of class 1, and where it is one half.")
second = {name: abs(runs[name][0][1][0].weight.data) for name in RUNS if name.startswith(("plain", "L"))}
lesson.show(matrices(second, 0.2, "|w|"), "weights.png", "Weights of 128 inputs by 64 units: with L1, few are left.")
