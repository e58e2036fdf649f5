# %% [markdown]
# # B1. Back-propagation by hand: two inputs, two ReLU units, softmax, cross-entropy
#
# The lecture's network, one number at a time, with the figures that it prints beside ours.

# %%
import numpy as np

import autograd_lite as ag
from demos.lesson import Lesson

lesson = Lesson("b1", rate=0.5)

# %%
x1, x2 = ag.Value(0.2), ag.Value(0.5)
y1, y2 = 0.0, 1.0
w1, w2, b1 = ag.Value(0.1), ag.Value(0.3), ag.Value(0.5)
w3, w4, b2 = ag.Value(0.35), ag.Value(0.5), ag.Value(0.7)
w5, w7, b3 = ag.Value(0.5), ag.Value(0.9), ag.Value(0.4)
w6, w8, b4 = ag.Value(0.25), ag.Value(0.15), ag.Value(0.1)

# %% [markdown]
# ## Forward

# %%
u1 = w1 * x1 + w2 * x2 + b1
u2 = w3 * x1 + w4 * x2 + b2
h1, h2 = u1.relu(), u2.relu()
z1 = h1 * w5 + h2 * w7 + b3
z2 = h1 * w6 + h2 * w8 + b4
total = np.exp(z1) + np.exp(z2)
p1, p2 = np.exp(z1) / total, np.exp(z2) / total
loss = -np.log(p2)

# %% [markdown]
# ## Backward, and one step of gradient descent

# %%
loss.backward()
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
# ## The derivative of softmax
#
# dp_j/dz_i is p_i (1 - p_i) where i = j, and -p_i p_j where not. With the cross-entropy behind it, what is left of
# the product is p_i - y_i.

# %%
slopes = ag.jacobian(ag.softmax)(np.array([z1.data, z2.data]))
print("dp/dz by the engine     ", slopes.round(6).tolist())
p = np.array([p1.data, p2.data])
print("diag(p) - p p^T by hand ", (np.diag(p) - np.outer(p, p)).round(6).tolist())
print(f"dl/dz1 = {z1.grad:.6f} = p1 - y1 = {p1.data - y1:.6f}")
print(f"dl/dz2 = {z2.grad:.6f} = p2 - y2 = {p2.data - y2:.6f}")

# %%
names = {k: v for k, v in globals().items() if isinstance(v, ag.Value) and k not in ("total", "loss")}
picture = ag.draw(loss, names=names | {"l": loss}, fold="names", title="B1. Back-propagation by hand")
lesson.show(picture, "network.svg", "The network folded to its variables: values, gradients, derivatives on the edges.")
lesson.show(picture, "steps.html", "The same, played step by step: forwards, then backwards.")
