# %% [markdown]
# # B1. Back-propagation by hand: two inputs, two ReLU units, softmax, cross-entropy
#
# One example, x = [0.2, 0.5] with the target [0, 1], one pass forwards, one backwards, and one step of gradient
# descent. Everything is done one number at a time, with the figures that the lecture prints beside ours.

# %%
import numpy as np

import autograd_lite as ag
from demos.lesson import Lesson

lesson = Lesson("b1", rate=0.5)

# %%
start = {
    "w1": 0.1, "w2": 0.3, "b1": 0.5, "w3": 0.35, "w4": 0.5, "b2": 0.7,
    "w5": 0.5, "w7": 0.9, "b3": 0.4, "w6": 0.25, "w8": 0.15, "b4": 0.1,
}  # fmt: skip
y1, y2 = 0.0, 1.0

# %% [markdown]
# ## Forward
#
# A unit adds up its weighted inputs; the ReLU lets what is positive pass. The softmax makes two probabilities of z₁
# and z₂, and the loss is −ln of the probability of the right class, here the second.


# %%
def forward(w1, w2, b1, w3, w4, b2, w5, w7, b3, w6, w8, b4):
    """The network's variables by name, from its parameters."""
    x1, x2 = ag.Value(0.2), ag.Value(0.5)
    u1 = w1 * x1 + w2 * x2 + b1
    u2 = w3 * x1 + w4 * x2 + b2
    h1, h2 = u1.relu(), u2.relu()
    z1 = h1 * w5 + h2 * w7 + b3
    z2 = h1 * w6 + h2 * w8 + b4
    p1 = np.exp(z1) / (np.exp(z1) + np.exp(z2))
    p2 = np.exp(z2) / (np.exp(z1) + np.exp(z2))
    return locals() | {"l": -np.log(p2)}


parameters = {name: ag.Value(number) for name, number in start.items()}
names = forward(**parameters)
h2, z1, z2, p1, p2, loss = (names[name] for name in ("h2", "z1", "z2", "p1", "p2", "l"))
for name in ("u1", "u2", "h1", "h2", "z1", "z2", "p1", "p2", "l"):
    print(f"{name} = {names[name].data:.6f}")

# %% [markdown]
# ## Backward
#
# Beside the lecture's figures: dl/dw₈ is what comes in at h₂ times what comes back at z₂, which is p₂ − y₂. The lecture
# goes on with rounded numbers, so that the last digit of a new weight may be one off.

# %%
loss.backward()
w1, w8 = parameters["w1"], parameters["w8"]
lesson.compare(
    [
        ("h2", "1.02", h2.data),
        ("prediction 1", "0.774256", p1.data),
        ("prediction 2", "0.225744", p2.data),
        ("dl/dw8 = h2 (p2 - y2)", "-0.789741", w8.grad),
        ("the same by hand", "-0.789741", h2.data * (p2.data - y2)),
        ("new w8", "0.544871", w8.data - lesson.rate * w8.grad),
        ("dl/dw1", "0.038713", w1.grad),
        ("new w1", "0.080644", w1.data - lesson.rate * w1.grad),
    ]
)

# %% [markdown]
# ## The chain rule for w₁
#
# From the loss back to w₁ there are two paths, by z₁ and by z₂, and their products are added.

# %%
print(ag.explain(loss, wrt=w1, names=names))
picture = ag.draw(loss, names=names, fold="names", title="B1. Back-propagation by hand")
lesson.show(picture, "network.svg", "The network folded to its variables: values, gradients, derivatives on the edges.")
lesson.show(picture, "steps.html", "The same, played step by step: forwards, then backwards.")

# %% [markdown]
# ## The derivative of softmax
#
# ∂pⱼ/∂zᵢ is pᵢ (1 − pᵢ) where i = j, and −pᵢ pⱼ where not. With the cross-entropy l = −∑ yⱼ ln pⱼ behind it, the chain
# rule is a sum over j, ∂l/∂zᵢ = ∑ (−yⱼ/pⱼ) ∂pⱼ/∂zᵢ, of which only pᵢ − yᵢ is left.

# %%
slopes = ag.jacobian(ag.softmax)(np.array([z1.data, z2.data]))
print("dp/dz by the engine     ", slopes.round(6).tolist())
p = np.array([p1.data, p2.data])
print("diag(p) - p p^T by hand ", (np.diag(p) - np.outer(p, p)).round(6).tolist())
print(f"dl/dz1 = {z1.grad:.6f} = p1 - y1 = {p1.data - y1:.6f}")
print(f"dl/dz2 = {z2.grad:.6f} = p2 - y2 = {p2.data - y2:.6f}")
i, j = ag.Value(z1.data), ag.Value(z2.data)
short = {"z1": i, "z2": j, "l": -np.log(np.exp(j) / (np.exp(i) + np.exp(j)))}
lesson.show(ag.draw(short["l"], names=short, fold="names"), "softmax.svg", "Softmax and cross-entropy in one: p - y.")

# %% [markdown]
# ## One step of gradient descent
#
# Every parameter moves against its gradient, and the loss of the example falls.

# %%
print(f"      {'old':>10}{'gradient':>12}{'new':>12}")
after = {name: parameter.data - lesson.rate * parameter.grad for name, parameter in parameters.items()}
for name, parameter in parameters.items():
    print(f"{name:4}  {parameter.data:10.6f}{parameter.grad:12.6f}{after[name]:12.6f}")
stepped = forward(**{name: ag.Value(number) for name, number in after.items()})
print(f"the loss falls from {loss.data:.4f} to {stepped['l'].data:.4f}, and p2 is {stepped['p2'].data:.4f}")

# %% [markdown]
# ## An exercise sheet
#
# The same drawing with the gradients left blank, and the key.

# %%
sheet = ag.draw(loss, names=names, fold="names", title="B1. Find the gradients", blank="gradients")
lesson.show(sheet, "network-exercise.svg", "An exercise: work the gradients out from right to left, and fill them in.")
lesson.show(sheet.answers, "network-key.svg", "The key.")
