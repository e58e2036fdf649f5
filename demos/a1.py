# %% [markdown]
# # A1. A computational graph: p = x + y, g = p z
#
# Forward, every node gets its value. Backward, every node gets the derivative of g by it: what comes in from the
# right times the derivative along the edge.

# %%
import autograd_lite as ag
from demos.lesson import Lesson

lesson = Lesson("a1")

# %%
x, y, z = ag.Value(1.0, name="x"), ag.Value(3.0, name="y"), ag.Value(-3.0, name="z")
p = x + y
g = p * z
p.name, g.name = "p", "g"
print("forward:", ", ".join(f"{node.name} = {node.data:g}" for node in (x, y, z, p, g)))
lesson.show(ag.draw(g, direction="forward"), "forward.svg", "Forward: the value of every node.")

# %% [markdown]
# ## Backward
#
# The pass begins at g, whose derivative by itself is 1, and goes against the arrows. On the way to x it meets p:
# dg/dx = dg/dp · dp/dx.

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
lesson.show(ag.draw(g, direction="backward"), "backward.svg", "Backward: the gradient of g by every node.")
lesson.show(ag.draw(g, direction="both"), "both.svg", "Both passes, with the local derivative on each edge.")
lesson.show(ag.draw(g, direction="both"), "steps.html", "The same, played step by step.")
