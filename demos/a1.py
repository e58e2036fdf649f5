# %% [markdown]
# # A1. A computational graph: p = x + y, g = p z
#
# Forward, every node gets its value. Backward, every node gets the derivative of g by it: what comes in from the
# right times the derivative along the edge.

# %%
import autograd_lite as ag
from demos.lesson import Lesson

lesson = Lesson("a1")

# %% [markdown]
# ## Forward

# %%
x, y, z = ag.Value(1.0, name="x"), ag.Value(3.0, name="y"), ag.Value(-3.0, name="z")
p = x + y
g = p * z
p.name, g.name = "p", "g"
print("forward:", ", ".join(f"{node.name} = {node.data:g}" for node in (x, y, z, p, g)))
lesson.show(ag.draw(g, direction="forward"), "forward.svg", "Forward: above a node its value, carried by its edges.")

# %% [markdown]
# ## Backward, by hand
#
# The pass begins at g, whose derivative by itself is 1, and goes against the arrows. A product hands on what comes in
# times the other factor; a sum hands it on as it is.

# %%
dg_dg = 1.0
dg_dz = dg_dg * p.data
dg_dp = dg_dg * z.data
dg_dx = dg_dp * 1.0
dg_dy = dg_dp * 1.0
print(f"by hand: dg/dg = {dg_dg:g}, dg/dz = {dg_dz:g}, dg/dp = {dg_dp:g}, dg/dx = {dg_dx:g}, dg/dy = {dg_dy:g}")

# %% [markdown]
# ## Backward, by the engine
#
# One call does the same for any graph. On the way to x it meets p: dg/dx = dg/dp · dp/dx.

# %%
g.backward()
lesson.compare(
    [
        ("p", "4", p.data),
        ("dg/dg", "1", g.grad),
        ("dg/dz", "4", z.grad),
        ("dg/dp", "-3", p.grad),
        ("dg/dx", "-3", x.grad),
        ("dg/dy", "-3", y.grad),
    ]
)
print("\n" + str(ag.explain(g, wrt=x)))
lesson.show(ag.draw(g, direction="backward"), "backward.svg", "Backward: the gradient below each value.")
lesson.show(ag.draw(g, direction="both"), "both.svg", "Both passes, with the local derivative on each edge.")
lesson.show(ag.draw(g, direction="both"), "steps.html", "The same, played step by step.")

# %% [markdown]
# ## The program and its reverse sweep
#
# Beside each line of the program stands what the backward pass does there, to be read from the last line up. A bar is
# the derivative of g: x̄ = dg/dx.

# %%
print(ag.draw.trace(g))

# %% [markdown]
# ## What a gradient says
#
# Where z grows by 0.01, g grows by 4 times as much; where x does, g falls by 3 times as much.

# %%
for name, dx, dz in (("z", 0.0, 0.01), ("x", 0.01, 0.0)):
    moved = (x.data + dx + y.data) * (z.data + dz) - g.data
    print(f"{name} grows by 0.01: g moves by {moved:+.4f}")

# %% [markdown]
# ## An exercise

# %%
sheet = ag.draw(g, blank="gradients")
lesson.show(sheet, "exercise.svg", "An exercise: fill in the dashed boxes, from right to left.")
lesson.show(sheet.answers, "key.svg", "The key.")
