# %% [markdown]
# # Gradients against finite differences
#
# A central difference (f(x + h) - f(x - h)) / 2h is wrong by a multiple of h², and, for tiny h, by rounding. Where its
# best agrees with the gradient, the gradient is right.

# %%
import numpy as np

import autograd_lite as ag
from demos.lesson import Lesson
from demos.plots import BLUE, GREY, figure

lesson = Lesson("check", seed=0)


# %%
def network(w1, w2, x, y):
    """The squared error of a small sigmoid network."""
    h = ag.sigmoid(x @ w1.T)
    return ((y - ag.sigmoid(h @ w2.T)) ** 2).mean() / 2


rng = np.random.default_rng(lesson.seed)
w1, w2, x, y = (rng.normal(size=shape) for shape in [(4, 6), (3, 4), (5, 6), (5, 3)])
right = [
    ag.gradcheck(network, (w1, w2, x, y)),
    ag.gradgradcheck(network, (w1, w2, x, y)),
    ag.gradcheck(lambda z: -ag.log_softmax(z)[1], (np.array([1.653, 0.4205]),)),
]
for report in right:
    print(report)

# %% [markdown]
# ## A rule with a mistake
#
# The slope of tanh is 1 - tanh². Without the square, the check fails, and names the operation and the line.

# %%
wrong_tanh = ag.op("wrong_tanh", np.tanh, elementwise=True, partials=[("1 - f", lambda g, out, x: g * (1 - out))])


def with_a_mistake(w, x):
    """A sum of squares after the operation whose rule lacks a square."""
    h = wrong_tanh(w * x)
    return (h**2).sum()


wrong = ag.gradcheck(with_a_mistake, (ag.Tensor(0.7, name="w"), ag.Tensor([0.5, -1.0], name="x")))
print(wrong)
culprit = wrong.draw(title="The operation whose rule is wrong")
lesson.show(culprit, "culprit.svg", "What a failed check blames: report.draw() shows the faulty operation in red.")

# %% [markdown]
# ## The best step
#
# The error of a difference for steps of many sizes: truncation on the right, rounding on the left.

# %%
slope = ag.grad(np.tanh)(0.7)
steps = np.logspace(-13, 0, 120)
errors = np.abs((np.tanh(0.7 + steps) - np.tanh(0.7 - steps)) / (2 * steps) - slope)

made, axes = figure(size=(8, 4.6))
axes.loglog(steps, np.maximum(errors, 1e-17), color=BLUE, linewidth=2, label="|difference − gradient|")
axes.loglog(steps, 0.35 * steps**2, "--", color=GREY, label="slope 2: truncation")
axes.loglog(steps, 1e-16 / steps, ":", color=GREY, label="slope −1: rounding")
axes.set(xlabel="step h", ylabel="error", ylim=(1e-15, 1), title="tanh at 0.7: gradient against differences")
axes.grid(alpha=0.25)
axes.legend(frameon=False)
lesson.show(made, "step.svg", "The error of a central difference over its step.")
