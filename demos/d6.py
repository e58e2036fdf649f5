# %% [markdown]
# # D6. Two layers by hand, 1000-100-10
#
# 64 random inputs of 1,000 numbers and targets of 10, a hidden layer of 100 ReLU units, the sum of all squared errors,
# and 500 steps of gradient descent, in which each parameter is moved by hand. The gradients once more by the chain rule
# on paper; and the same as a Sequential with an optimizer.

# %%
import numpy as np
from tqdm import tqdm

import autograd_lite as ag
import nn
import optim
from demos.lesson import Lesson
from demos.plots import BLUE, ORANGE, curves, figure

lesson = Lesson("d6", steps=500, rate=1e-4, batch=64, seed=0, quick={"steps": 100})

rng = np.random.default_rng(lesson.seed)
x = ag.Tensor(rng.normal(size=(lesson.batch, 1000)), name="x")
y = ag.Tensor(rng.normal(size=(lesson.batch, 10)), name="y")

# %% [markdown]
# ## By hand
#
# A parameter gets new data, θ − η ∂L/∂θ, and its gradient is emptied, since those of the next pass are added to it.


# %%
def network(w1, b1, w2, b2):
    """All steps from the inputs to the loss with these parameters, by their names."""
    z = x @ w1.T + b1
    h = ag.relu(z)
    p = h @ w2.T + b2
    return {"z": z, "h": h, "p": p, "L": ((p - y) ** 2).sum()}


def train_by_hand(parameters, rate):
    """The loss before each step; it ends where the loss is beyond all bounds."""
    losses = []
    for _ in tqdm(range(lesson.steps), desc="by hand", unit="step"):
        loss = network(*parameters)["L"]
        losses.append(loss.item())
        if losses[-1] > 1e20:
            break
        loss.backward()
        for theta in parameters:
            theta.data = theta.data - rate * theta.grad.data
            theta.grad = None
    return losses


ag.manual_seed(lesson.seed)
model = nn.Sequential(nn.Linear(1000, 100), nn.ReLU(), nn.Linear(100, 10)).double()
parameters = [ag.Tensor(p.data, requires_grad=True) for p in model.parameters()]
names = dict(zip(("w1", "b1", "w2", "b2"), parameters, strict=True))
nodes = network(*parameters)
picture = ag.draw(nodes["L"], names=names | nodes, fold="names", arrays="shape")
lesson.show(picture, "graph.svg", "The graph of the loss; on its edges stand the derivatives.")

# %% [markdown]
# ## The gradients on paper
#
# The chain rule from the loss downwards: ∂L/∂p = 2 (p − y); ∂L/∂w2 = (∂L/∂p)ᵀ h; ∂L/∂h = ∂L/∂p w2; ∂L/∂z = ∂L/∂h where
# z > 0, else 0; ∂L/∂w1 = (∂L/∂z)ᵀ x. For a bias, what arrives at p or z is summed over the batch. The drawing says so.

# %%
z, h, p = (nodes[name].data for name in "zhp")
dp = 2 * (p - y.data)
dz = (dp @ parameters[2].data) * (z > 0)
paper = {"w1": dz.T @ x.data, "b1": dz.sum(0), "w2": dp.T @ h, "b2": dp.sum(0)}
nodes["L"].backward()
print("gradient          its norm   paper and engine agree to 9 digits")
for name, theta in names.items():
    agree = np.allclose(theta.grad.data, paper[name], rtol=1e-9, atol=1e-9)
    print(f"{name} {theta.shape!s:12}{np.linalg.norm(paper[name]):11.3f}   {agree}")
    theta.grad = None

# %% [markdown]
# ## The same with a Sequential and an optimizer

# %%
start = optim.predict(model, x.data)
by_hand = train_by_hand(parameters, lesson.rate)
optimizer = optim.SGD(model.parameters(), lr=lesson.rate)
by_optimizer = []
for _ in tqdm(range(len(by_hand)), desc="optimizer", unit="step"):
    loss = nn.MSELoss(reduction="sum")(model(x), y)
    by_optimizer.append(loss.item())
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
agree = np.allclose(by_optimizer, by_hand, rtol=1e-9, atol=0)
print(f"loss: {by_hand[0]:.2f} at first, {by_hand[-1]:.2e} at last; all losses of both agree to 9 digits: {agree}")

made, (left, right) = figure(1, 2)
curves(left, {"by hand": by_hand, "Sequential, SGD": by_optimizer}, along="step", title="one loss, twice", log=True)
right.scatter(y.data, start, s=14, c=ORANGE, alpha=0.6, linewidths=0, label="before")
right.scatter(y.data, optim.predict(model, x.data), s=14, c=BLUE, marker="s", alpha=0.6, linewidths=0, label="after")
right.set(xlabel="target", ylabel="output", title="targets learned by heart")
right.legend(frameon=False, markerscale=2)
lesson.show(made, "losses.png", "The losses of both runs lie on each other; random targets, learned by heart.")

# %% [markdown]
# ## The rate belongs to the initial weights
#
# `nn.Linear` draws the weights between ±1/√n for n inputs, and the rate is right. With weights from the standard normal
# distribution the outputs are a thousand times larger: the same rate diverges, and a hundredth of it learns.

# %%
print("initial weights        rate   loss at first        at last   steps")
runs = {("within ±1/√n", lesson.rate): by_hand}
for rate in (lesson.rate, lesson.rate / 100):
    rng = np.random.default_rng(lesson.seed + 1)
    normal = [ag.Tensor(rng.normal(size=p.shape), requires_grad=True) for p in parameters]
    runs["standard normal", rate] = train_by_hand(normal, rate)
for (weights, rate), losses in runs.items():
    last = "diverges" if losses[-1] > losses[0] else f"{losses[-1]:.3e}"
    print(f"{weights:15}{rate:12.0e}{losses[0]:16.4g}{last:>15}{len(losses):8}")
