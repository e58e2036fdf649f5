# %% [markdown]
# # A3. A sigmoid network, 6-4-3-1, and its chain rule
#
# Three layers, zₖ = hₖ₋₁ Wₖᵀ + bₖ and hₖ = σ(zₖ), for m examples at once, and the loss L = 1/(2m) ∑ (y − h₃)². Each of
# its six parameters has a chain of partial derivatives, and the chains have their beginnings in common.

# %%
import numpy as np

import autograd_lite as ag
import nn
from demos.lesson import Lesson

lesson = Lesson("a3", m=5, seed=0)

# %% [markdown]
# ## Forward
#
# The data have six columns. A weight has a row for each unit, so that its transpose stands in the product.

# %%
rng = np.random.default_rng(lesson.seed)
X = ag.Tensor(rng.normal(size=(lesson.m, 6)))
y = ag.Tensor(rng.integers(0, 2, size=(lesson.m, 1)).astype(float))
W1, W2, W3 = (nn.Parameter(rng.normal(size=shape)) for shape in [(4, 6), (3, 4), (1, 3)])
b1, b2, b3 = (nn.Parameter(rng.normal(size=size)) for size in (4, 3, 1))

z1 = X @ W1.T + b1
h1 = ag.sigmoid(z1)
z2 = h1 @ W2.T + b2
h2 = ag.sigmoid(z2)
z3 = h2 @ W3.T + b3
h3 = ag.sigmoid(z3)
L = 1 / (2 * lesson.m) * ((y - h3) ** 2).sum()

parameters = {"W1": W1, "b1": b1, "W2": W2, "b2": b2, "W3": W3, "b3": b3}
names = parameters | {"X": X, "y": y, "z1": z1, "h1": h1, "z2": z2, "h2": h2, "z3": z3, "h3": h3, "L": L}
forward = ag.draw(L, names=names, fold="names", direction="forward", arrays="shape", rankdir="TB")
lesson.show(forward, "network-forward.svg", "Forward: data and parameters come in, the loss comes out.")

# %% [markdown]
# ## Backward: a partial derivative on each edge
#
# For matrices the edge says how the gradient is passed on: through a sigmoid, times h (1 − h), entry by entry; through
# a product, times the other factor, transposed where the shapes ask for it; to a bias, summed over the examples.

# %%
backward = ag.draw(L, names=names, fold="names", direction="backward", arrays="shape", rankdir="TB")
lesson.show(backward, "network-backward.svg", "Backward, on the same layout: from the loss to the six parameters.")
picture = ag.draw(L, names=names, fold="names")
lesson.show(picture, "steps.html", "Both passes with their numbers, played step by step.")

# %% [markdown]
# With one unit in each layer, every partial derivative is a number, ∂L/∂h₃, ∂h₃/∂z₃, ∂z₃/∂w₃ and so on. Each stands on
# its edge, and the gradient of a parameter is the plain product of what stands on the way to it.

# %%
start = {"x": 0.5, "y": 1.0, "w1": 0.6, "b1": -0.4, "w2": -0.8, "b2": 0.5, "w3": 1.2, "b3": -0.7}
one = {name: ag.Value(number) for name, number in start.items()}
for k, below in ((1, "x"), (2, "h1"), (3, "h2")):
    one[f"z{k}"] = one[f"w{k}"] * one[below] + one[f"b{k}"]
    one[f"h{k}"] = one[f"z{k}"].sigmoid()
one["L"] = (one["y"] - one["h3"]) ** 2 / 2
thin = ag.draw(one["L"], names=one, fold="names", direction="backward", rankdir="TB")
lesson.show(thin, "network-thin.svg", "One unit in each layer: ∂L/∂h₃, ∂h₃/∂z₃, ∂z₃/∂w₃, ..., and their numbers.")
print(ag.explain(one["L"], wrt="w2", names=one))

# %% [markdown]
# ## The chain rule for the six parameters
#
# What two products have in common is worked out once and called δ: δ₁ = ∂L/∂z₃ is in all six, δ₂ = ∂L/∂z₂ in four,
# δ₃ = ∂L/∂z₁ in two. This is what makes the backward pass cheap.

# %%
rule = ag.explain(L, wrt=parameters, names=names)
print(rule)
lesson.show(rule, "chain.html", "The chain rule for each of the six parameters, with the factors that they share.")

# %% [markdown]
# ## The deltas by hand
#
# The same in NumPy, a line for each δ and two for each layer's parameters, beside the engine's gradients.

# %%
delta1 = (h3.data - y.data) / lesson.m * h3.data * (1 - h3.data)
delta2 = delta1 @ W3.data * h2.data * (1 - h2.data)
delta3 = delta2 @ W2.data * h1.data * (1 - h1.data)
by_hand = {
    "W1": delta3.T @ X.data, "b1": delta3.sum(0),
    "W2": delta2.T @ h1.data, "b2": delta2.sum(0),
    "W3": delta1.T @ h2.data, "b3": delta1.sum(0),
}  # fmt: skip
L.backward()
print("        shape    largest entry   largest difference between hand and engine")
for name, gradient in by_hand.items():
    engine = parameters[name].grad.numpy()
    print(f"dL/d{name}  {engine.shape!s:7}{np.max(np.abs(engine)):15.6f}{np.max(np.abs(engine - gradient)):21.1e}")

# %% [markdown]
# ## And against finite differences


# %%
def loss(*arguments):
    """L as a function of W1, b1, W2, b2, W3 and b3."""
    h = X
    for weight, bias in zip(arguments[::2], arguments[1::2], strict=True):
        h = ag.sigmoid(h @ weight.T + bias)
    return ((y - h) ** 2).sum() / (2 * lesson.m)


check = ag.gradcheck(loss, tuple(parameters.values()))
print(check)
