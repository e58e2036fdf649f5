# %% [markdown]
# # B2. Two sigmoid layers, three iterations: the gradient vanishes
#
# Two inputs, two hidden units and two outputs, all units sigmoid; the squared error is J = ∑ (o − t)² / 2. The units of
# a layer share one bias. The lecture prints the gradients of all eight weights for three iterations; so do we.

# %%
import numpy as np
from tqdm import tqdm

import autograd_lite as ag
from demos.lesson import Lesson
from demos.plots import bars, curves, figure

lesson = Lesson("b2", rate=0.5, iterations=10_000, quick={"iterations": 300})

# %%
start = {
    "w1": 0.15, "w2": 0.20, "w3": 0.25, "w4": 0.30, "b1": 0.35,
    "w5": 0.40, "w6": 0.45, "w7": 0.50, "w8": 0.55, "b2": 0.60,
}  # fmt: skip
lecture = [
    "0.082167 0.082668 -0.022603 -0.022740 0.000439 0.000877 0.000498 0.000995",
    "0.083706 0.084219 -0.023732 -0.023877 0.000366 0.000733 0.000426 0.000852",
    "0.084819 0.085340 -0.024896 -0.025049 0.000285 0.000570 0.000345 0.000689",
]

# %% [markdown]
# ## The network
#
# Every number is a node of its own, under the name that the lecture gives it.


# %%
def forward(w1, w2, w3, w4, b1, w5, w6, w7, w8, b2):
    """The network's variables by name, from its parameters."""
    x1, x2 = ag.Value(0.05), ag.Value(0.10)
    u1 = w1 * x1 + w2 * x2 + b1
    u2 = w3 * x1 + w4 * x2 + b1
    h1, h2 = u1.sigmoid(), u2.sigmoid()
    z1 = w5 * h1 + w6 * h2 + b2
    z2 = w7 * h1 + w8 * h2 + b2
    o1, o2 = z1.sigmoid(), z2.sigmoid()
    return locals() | {"J": ((o1 - 0.01) ** 2 + (o2 - 0.99) ** 2) / 2}


first = forward(**{name: ag.Value(number) for name, number in start.items()})
picture = ag.draw(first["J"], names=first, fold="names", title="B2. Iteration 0")
lesson.show(picture, "network.svg", "Iteration 0: values, gradients, and the local derivative on each edge.")
lesson.show(picture, "steps.html", "The same, played step by step: forwards, then backwards.")

# %% [markdown]
# ## Training
#
# An iteration works out all gradients, and then moves all weights and both biases, each against its own gradient. If
# the upper layer moved first, the lower layer's gradients would be others from the start. The lecture's table has the
# first three iterations.

# %%
parameters = {name: ag.Value(number) for name, number in start.items()}
weights = ["w5", "w6", "w7", "w8", "w1", "w2", "w3", "w4"]
gradients, losses = [], []
for _ in tqdm(range(max(3, lesson.iterations)), desc="training", unit="iteration"):
    loss = forward(**parameters)["J"]
    loss.backward()
    losses.append(loss.data)
    gradients.append([parameters[name].grad for name in weights])
    for parameter in parameters.values():
        parameter.data -= lesson.rate * parameter.grad
        parameter.grad = 0.0
gradients = np.array(gradients)
rows = []
for i, line in enumerate(lecture):
    for name, printed, gradient in zip(weights, line.split(), gradients[i], strict=True):
        rows.append((f"iteration {i}, dJ/d{name}", printed, gradient))
lesson.compare(rows)

# %% [markdown]
# ## The vanishing gradient
#
# dJ/dw₁ is about 200 times smaller than dJ/dw₅, and the gap grows. Written out, dJ/dw₅ = ∂J/∂z₁ · h₁, and
# dJ/dw₁ = ∂J/∂h₁ · h₁ (1 − h₁) · x₁: on the way down, the weights and the two outputs, which pull in opposite
# directions, take their share, the sigmoid's slope of less than a quarter takes its own, and the input is small.

# %%
first["J"].backward()
z1, h1, x1 = first["z1"], first["h1"], first["x1"]
shares = z1.grad / h1.grad, 1 / (h1.data * (1 - h1.data)), h1.data / x1.data
print("(∂J/∂z₁) / (∂J/∂h₁) · 1 / (h₁ (1 − h₁)) · h₁ / x₁ = " + " · ".join(f"{share:.2f}" for share in shares), end="")
print(f" = {np.prod(shares):.0f}\n\niteration  dJ/dw₅ / dJ/dw₁  ‖upper layer‖  ‖lower layer‖  ratio")
upper, lower = (np.linalg.norm(gradients[:, part], axis=1) for part in (slice(4), slice(4, 8)))
for i, ratio in enumerate(gradients[:3, 0] / gradients[:3, 4]):
    print(f"{i:9}{ratio:17.0f}{upper[i]:15.6f}{lower[i]:15.6f}{upper[i] / lower[i]:7.0f}")
made, axes = figure(size=(11, 5))
bars(axes, {f"iteration {i}": np.abs(gradients[i]) for i in range(3)}, [f"$w_{w[1]}$" for w in weights], what="|dJ/dw|")
axes.set(title="upper layer: w₅ to w₈; lower layer: w₁ to w₄", ylim=(1e-4, 0.2))
lesson.show(made, "vanishing.svg", "The eight gradients on a logarithmic scale: the lower layer's are far smaller.")

# %% [markdown]
# ## On to the end
#
# The loss goes down all the same. After some five iterations the pulls of the two outputs on the hidden units cancel,
# and the lower layer's gradient passes through zero.

# %%
print(f"J after {len(losses)} iterations: {losses[0]:.6f} at first, {losses[-1]:.9f} at last")
made, (left, right) = figure(1, 2)
curves(left, {"J": losses}, along="iteration", what="J", title="loss", log=True)
layers = {"upper layer, w₅ to w₈": upper, "lower layer, w₁ to w₄": lower}
curves(right, layers, along="iteration", what="‖gradient‖", title="gradients of both layers", log=True)
for axes in (left, right):
    axes.set_xscale("log")
lesson.show(made, "training.svg", "The loss, and the norm of each layer's gradient, iteration by iteration from 1.")
