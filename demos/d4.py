# %% [markdown]
# # D4. Two noisy moons, 2-20-20-2
#
# 10,000 points on two half circles, with so much noise that no classifier gets all of them right. The network learns
# from 80 % of them for 700 epochs of one full batch each, and is judged on the other 20 %. All is done with five draws
# of the data, to see which digits of the results last.

# %%
import numpy as np
from sklearn.datasets import make_moons
from sklearn.model_selection import train_test_split
from tqdm import tqdm

import autograd_lite as ag
import nn
import optim
from demos.lesson import Lesson
from demos.plots import INK, confusion, curves, decision, figure, points

lesson = Lesson("d4", points=10000, noise=0.5, epochs=700, lr=0.01, draws=5, seed=0, quick={"epochs": 150})

# %% [markdown]
# ## What the loss can be
#
# The last layer is a sigmoid, and the cross-entropy takes the softmax of what it gives: the outputs o are between 0
# and 1, so the probability of class 1, 1 / (1 + e^(o₀ − o₁)), is between 0.269 and 0.731, and the loss of a point is at
# least −ln 0.731 = 0.313, however sure the network is. So the loss comes to 0.48, as in the lecture; without the
# sigmoid it would be 0.39, with the same accuracy.

# %%
loss_of = nn.CrossEntropyLoss()


def train(seed):
    """A network, its history and its 20 % of the points, for one draw of points and initial weights."""
    x, labels = make_moons(lesson.points, noise=lesson.noise, random_state=seed)
    x, x_test, y, y_test = train_test_split(x.astype(np.float32), labels, test_size=0.2, random_state=seed)
    ag.manual_seed(seed)
    layers = [nn.Linear(2, 20), nn.ReLU(), nn.Linear(20, 20), nn.ReLU(), nn.Linear(20, 2), nn.Sigmoid()]
    model = nn.Sequential(*layers)
    history = optim.fit(
        model, loss_of, optim.Adam(model.parameters(), lr=lesson.lr), (x, y), validation=(x_test, y_test),
        metrics=["accuracy"], epochs=lesson.epochs, batch_size=None, shuffle=False, progress=False,
        callbacks=[lambda run: bar.update()],
    )  # fmt: skip
    return model, history, x_test, y_test


with tqdm(total=lesson.draws * lesson.epochs, desc="training", unit="epoch") as bar:
    runs = [train(seed) for seed in range(lesson.seed, lesson.seed + lesson.draws)]

# %% [markdown]
# ## What the best classifier reaches
#
# A point is one of the half circle, moved by a normal error. So the densities p₀ and p₁ of the classes are means of
# bells along the moons. The best that can be done is to choose the denser class; its accuracy is the integral of
# max(p₀, p₁) / 2. In the same way the densities tell how good a network is on all points that could be drawn.

# %%
t = (np.arange(200) + 0.5) / 200 * np.pi
moons = [(np.cos(t), np.sin(t)), (1 - np.cos(t), 0.5 - np.sin(t))]
across, up = (np.linspace(low - 6 * lesson.noise, high + 6 * lesson.noise, 226) for low, high in ((-1, 2), (-0.5, 1)))
cell = (across[1] - across[0]) * (up[1] - up[0])
grid = np.stack(np.meshgrid(across, up), axis=-1).reshape(-1, 2).astype(np.float32)


def bells(places, centres):
    """The normal density around each centre at each place, (places, centres)."""
    return np.exp(-(((places[:, None] - centres) / lesson.noise) ** 2) / 2) / (lesson.noise * np.sqrt(2 * np.pi))


p0, p1 = ((bells(up, b) @ bells(across, a).T).ravel() / len(t) for a, b in moons)
best = float(np.maximum(p0, p1).sum() / 2 * cell)
# The best output is as near to the true probability as a softmax of sigmoids can be.
q = np.clip(p1 / np.maximum(p0 + p1, 1e-300), 1 / (1 + np.e), 1 / (1 + np.exp(-1)))
best_loss = float(-(p0 * np.log(1 - q) + p1 * np.log(q)).sum() / 2 * cell)

# %% [markdown]
# ## Five draws
#
# The accuracy on 2,000 points is a sample, with a standard error of √(0.82 · 0.18 / 2000) = 0.0086; it may be above the
# best that there is on all points. There, in the last column, the networks are alike, and near that best.

# %%
print("seed  train loss  test loss  test accuracy  accuracy on all points")
rows = []
for seed, (model, history, _, _) in enumerate(runs, lesson.seed):
    right = np.where(optim.predict(model, grid).argmax(1) == 1, p1, p0).sum() / 2 * cell
    rows.append([history[key][-1] for key in ("loss", "val_loss", "val_accuracy")] + [right])
    print("{:4d}{:12.4f}{:11.4f}{:15.4f}{:24.4f}".format(seed, *rows[-1]))
print(f"best{best_loss:12.4f}{best_loss:11.4f}{best:15.4f}{best:24.4f}, on all points\n")
what = ("train loss, mean of the draws", "test loss, mean", "test accuracy, mean", "accuracy on all points, mean")
lesson.compare(zip(what, ("0.4743", "0.4814", "0.8175", "0.8175"), np.mean(rows, axis=0), strict=True), within=0.01)

# %% [markdown]
# ## What the network has learned
#
# The first draw. Both losses are flat after 100 epochs: 522 parameters cannot learn 8,000 points by heart.

# %%
model, history, x_test, y_test = runs[0]
made, axes = figure(size=(9, 5.6))
decision(axes, lambda x: ag.softmax(optim.predict(model, x), axis=1)[:, 1], x_test)
points(axes, x_test, y_test, size=10)
axes.contour(across, up, (p1 - p0).reshape(len(up), -1), levels=[0], colors=INK, linewidths=1.5, linestyles="--")
axes.plot([], color=INK, linewidth=2, label="the network's line")
axes.plot([], color=INK, linewidth=1.5, linestyle="--", label="the best line")
axes.set(xlim=(-2, 3), ylim=(-1.75, 2.25), title="Held-out points")
axes.legend(loc="lower right", frameon=True, framealpha=0.9, markerscale=2)
lesson.show(made, "decision.png", "Where the network sees which class, beside the line of the best classifier.")

made, (left, right) = figure(1, 2)
lines = {"train": history["loss"], "test": history["val_loss"], "best on all points": [best_loss] * lesson.epochs}
curves(left, lines, what="cross-entropy", title="loss")
confusion(right, optim.confusion_matrix(y_test, optim.predict(model, x_test)), title="held-out points")
lesson.show(made, "curves.svg", "The loss, epoch by epoch; how many points of each class are taken for which.")

loss = loss_of(model(ag.Tensor(x_test, name="x")), y_test)
picture = ag.draw(loss, names={"loss": loss}, depth=1, rankdir="TB")
lesson.show(picture, "network.svg", "The network and its loss on the held-out points.")
