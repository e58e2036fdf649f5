# %% [markdown]
# # C3. The perceptron y = σ(Xw) by gradient descent
#
# One unit: a weighted sum and a sigmoid. It is to tell two clouds of points apart, by least squares:
# L = 1/(2m) Σ (y - σ(Xw))². The bias is the weight of a third column of X, which is 1 everywhere.

# %%
import numpy as np

import autograd_lite as ag
from demos.films import Film, boundary, turning
from demos.lesson import Lesson
from demos.plots import INK, RED, TEAL, curves, decision, figure, points

lesson = Lesson("c3", m=200, spread=0.9, lr=2.0, epochs=120, seed=0, quick={"epochs": 80})

# %%
rng = np.random.default_rng(lesson.seed)
y = np.arange(lesson.m) % 2.0
places = np.where(y[:, None] == 1, [1.2, 1.0], [-1.0, -0.8]) + rng.normal(0, lesson.spread, (lesson.m, 2))
X = np.column_stack([places, np.ones(lesson.m)])
start = np.array([1.0, -1.0, 0.5])


def loss_of(w, X=X, y=y):
    """Squared errors of σ(X w), (m,), summed and divided by 2m."""
    return np.sum((y - ag.sigmoid(X @ w)) ** 2) / (2 * len(y))


# %% [markdown]
# ## The graph of three points
#
# Forward: z = X w, h = σ(z), then the loss. Backward, each node's gradient is that of the next, times the derivative
# on the edge. What goes back through the sigmoid is taken times h (1 - h), which is at most a quarter.

# %%
w = ag.Tensor(start, requires_grad=True, name="w")
few = {"X": ag.Tensor(X[:3].round(1)), "y": ag.Tensor(y[:3])}
z = few["X"] @ w
h = ag.sigmoid(z)
L = np.sum((few["y"] - h) ** 2) / (2 * 3)
names = few | {"z": z, "h": h, "L": L}
pictures = {way: ag.draw(L, names=names, fold="names", direction=way) for way in ("forward", "backward", "both")}
lesson.show(pictures["forward"], "network_forward.svg", "The perceptron, folded to its names: values.")
lesson.show(pictures["backward"], "network_backward.svg", "The backward pass: gradients, and local derivatives.")
lesson.show(pictures["both"], "steps.html", "Both passes, played step by step.")
print(ag.explain(L, wrt=w, names=names))

# %% [markdown]
# ## The gradient by hand
#
# ∂L/∂h = (h - y) / m, ∂h/∂z = h (1 - h), ∂z/∂w = X; together ∂L/∂w = -1/m Xᵀ [(y - h) h (1 - h)].

# %%
print("\n          w                      gradient by hand                          by the engine")
for w in (start, np.zeros(3), np.array([2.0, 2.0, 0.0])):
    h = 1 / (1 + np.exp(-X @ w))
    by_hand = -X.T @ ((y - h) * h * (1 - h)) / lesson.m
    engine = ag.grad(loss_of)(w)
    print(("({:+.1f}, {:+.1f}, {:+.1f})" + 2 * "   ({:+.9f}, {:+.9f}, {:+.9f})").format(*w, *by_hand, *engine))

# %% [markdown]
# ## Descent
#
# From a start that is sure and wrong, h is near 0 or 1 for most points, so h (1 - h) is near 0, and for long nothing is
# learned: squared errors after a sigmoid have flat plains. Cross-entropy, as in C1, has none.


# %%
def descend(start):
    """w after each epoch, (epochs + 1, 3): a step is the rate times the gradient over all points."""
    walk = [np.array(start)]
    for _ in range(lesson.epochs):
        walk.append(walk[-1] - lesson.lr * ag.grad(loss_of)(walk[-1]))
    return np.array(walk)


walks = {"from a doubtful start": descend(start), "from a sure and wrong one": descend([-2.5, -2.5, 0.0])}
losses = {name: [loss_of(w) for w in walk] for name, walk in walks.items()}
print()
for name, walk in walks.items():
    right = np.mean((X @ walk[-1] > 0) == y)
    print(f"{name:26} w = {walk[-1].round(3)}  loss {losses[name][0]:.4f} to {losses[name][-1]:.4f}  {right:.1%} right")

made, (left, right) = figure(1, 2, (12, 5))
w = walks["from a doubtful start"]
decision(left, lambda x: ag.sigmoid(x @ w[-1][:2] + w[-1][2]), places)
points(left, places, y)
boundary(left, start[:2], start[2], color=TEAL, linestyle="--", label="at the start")
boundary(left, w[-1][:2], w[-1][2], label=f"after {lesson.epochs} epochs")
left.legend(loc="upper left", frameon=True, framealpha=0.9)
curves(right, losses, what="L", title="loss", first=0, colours=(INK, RED))
lesson.show(made, "line.svg", "Points, the probability of class 1, the decision line; and the loss.")

# %%
made, axes = figure(size=(6, 6))
points(axes, places, y)
axes.set(xlabel="x₁", ylabel="x₂", xlim=(-4, 4), ylim=(-4, 4))
lesson.show(Film(turning(made, axes, {"the perceptron": w[:21]})), "film.gif", "The decision line turns.")
