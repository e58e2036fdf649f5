# %% [markdown]
# # A2. A graph of arrays: a = x y, b = a + z, c = sum(b)
#
# The nodes are now arrays of N × D numbers, and the operations work entry by entry. Since c is one number, it has one
# derivative for each entry of each array: a gradient has the shape of what it is the gradient of.

# %%
import numpy as np

import autograd_lite as ag
from demos.lesson import Lesson

lesson = Lesson("a2", n=3, d=4, seed=0)

# %% [markdown]
# ## Forward, in NumPy
#
# Each line is an operation, and makes one node of the graph.

# %%
rng = np.random.default_rng(lesson.seed)
x, y, z = (rng.integers(-5, 10, size=(lesson.n, lesson.d)).astype(float) for _ in range(3))
a = x * y
b = a + z
c = np.sum(b)

# %% [markdown]
# ## Backward, in NumPy by hand
#
# The same lines from the last to the first. A sum hands its derivative to every entry; + hands it on as it is; × hands
# it on times the other factor.

# %%
dc_dc = 1.0
dc_db = dc_dc * np.ones_like(b)
dc_da, dc_dz = dc_db, dc_db
dc_dx, dc_dy = dc_da * y, dc_da * x

# %% [markdown]
# ## The same by the engine
#
# The forward lines stay as they are; the backward lines are one call. It finds ∂c/∂x = y, ∂c/∂y = x and ∂c/∂z = 1.

# %%
X, Y, Z = (ag.Tensor(array, requires_grad=True) for array in (x, y, z))
A = X * Y
B = A + Z
C = np.sum(B)
C.backward()
print(f"c is {c:g} by hand and {C.item():g} by the engine")
for what, by_hand, by_engine in [("dc/dx", dc_dx, X.grad), ("dc/dy", dc_dy, Y.grad), ("dc/dz", dc_dz, Z.grad)]:
    print(f"{what}, by hand" + " " * (5 * lesson.d - 10) + "by the engine")
    for row, same in zip(by_hand, by_engine.numpy(), strict=True):
        print("".join(f"{v:5.0f}" for v in row) + "   " + "".join(f"{v:5.0f}" for v in same))
lesson.compare(
    [
        ("largest |dc/dx - y|", "0", np.max(np.abs(X.grad.numpy() - y))),
        ("largest |dc/dy - x|", "0", np.max(np.abs(Y.grad.numpy() - x))),
        ("largest |dc/dz - 1|", "0", np.max(np.abs(Z.grad.numpy() - 1))),
    ]
)

# %% [markdown]
# ## What one entry of a gradient says
#
# Nudge the first entry of x by 0.001, and c moves by the first entry of dc/dx times as much.

# %%
nudged = x.copy()
nudged[0, 0] += 0.001
print(f"c moves by {np.sum(nudged * y + z) - c:.6f}; dc/dx says {dc_dx[0, 0] * 0.001:.6f}")
print(ag.gradcheck(lambda x, y, z: np.sum(x * y + z), (x, y, z)))

# %% [markdown]
# ## The drawings
#
# One layout for both directions: values in green above, gradients in red below.

# %%
names = {"x": X, "y": Y, "z": Z, "a": A, "b": B, "c": C}
lesson.show(ag.draw(C, names=names, direction="forward"), "forward.svg", "Forward: the entries of every array.")
lesson.show(ag.draw(C, names=names, direction="backward"), "backward.svg", "Backward: below each array its gradient.")
flow = ag.draw.backward(C, names=names)
lesson.show(flow, "flow.svg", "The backward pass as a graph: each edge multiplies by the local derivative.")
lesson.show(ag.draw(C, names=names), "steps.html", "Both passes, played step by step.")
print("\n" + str(ag.explain(C, names=names)))
