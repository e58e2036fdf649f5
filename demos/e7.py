# %% [markdown]
# # E7. Losses: how wrong is a prediction, and which way is better?
#
# A loss is a number, and training sees only its gradient. Each loss of the lecture with its formula, its value and
# gradient by hand beside the library's, its curve, and the numbers at which the formula as it stands breaks down.

# %%
import numpy as np

import autograd_lite as ag
import nn
from demos.lesson import Lesson
from demos.plots import BLUE, GREEN, INK, ORANGE, PURPLE, figure

lesson = Lesson("e7", truth=0.7)

# %% [markdown]
# ## Values and gradients by hand
#
# For n outputs x with targets y, C classes with scores z, p = softmax(z), the right class r, and t its one-hot vector:
#
# - squared error: L = Σ (x - y)² / n, ∂L/∂x = 2 (x - y) / n
# - cross-entropy: L = -Σ t ln p = -ln p_r, ∂L/∂z = p - t; the target is r, the label, or t, one-hot
# - binary cross-entropy, p = σ(z): L = -Σ (y ln p + (1 - y) ln(1 - p)) / n, ∂L/∂p = (p - y) / (p (1 - p) n), and
#   ∂L/∂z = (p - y) / n
# - Kullback-Leibler: L = Σ y ln(y / p), of the logarithms of p, which the loss takes, ∂L/∂(ln p) = -y
# - max-margin: L = Σ max(0, 1 - z_r + z_c) / C over c ≠ r; ∂L/∂z_c is 1/C where z_c is above z_r - 1, else 0,
#   and ∂L/∂z_r minus the sum of these

# %%
x, y = np.array([2.5, 0.0, 2.0]), np.array([3.0, -0.5, 2.0])
z, label, one_hot = np.array([2.0, 1.5, -1.0]), 1, np.array([0.0, 1.0, 0.0])
p = np.exp(z) / np.exp(z).sum()
chance, event = np.array([0.9, 0.2]), np.array([1.0, 0.0])
logit = np.log(chance / (1 - chance))
truth = np.array([0.7, 0.2, 0.1])
surprise = -np.mean(event * np.log(chance) + (1 - event) * np.log(1 - chance))
late = np.array([1 - z[1] + z[0], 0.0, 1 - z[1] + z[2]])
# The loss, its input and target, the value by hand, and the gradient by hand.
examples = {
    "squared error": (nn.MSELoss(), x, y, np.mean((x - y) ** 2), 2 * (x - y) / 3),
    "cross-entropy, label": (nn.CrossEntropyLoss(), z, label, -np.log(p[1]), p - one_hot),
    "cross-entropy, one-hot": (nn.CrossEntropyLoss(), z, one_hot, -np.log(p[1]), p - one_hot),
    "binary, probability": (nn.BCELoss(), chance, event, surprise, (chance - event) / (chance * (1 - chance)) / 2),
    "binary, logit": (nn.BCEWithLogitsLoss(), logit, event, surprise, (chance - event) / 2),
    "Kullback-Leibler": (nn.KLDivLoss("sum"), np.log(p), truth, np.sum(truth * np.log(truth / p)), -truth),
    "max-margin": (nn.MultiMarginLoss(), z, label, np.maximum(late, 0).sum() / 3, np.array([1.0, -1.0, 0.0]) / 3),
}
found, losses, handled = {}, {}, {}
print(f"{'':24}by hand    library   gradient by hand            the library's               gradcheck")
for name, (loss, given, target, value, slope) in examples.items():
    value_here, slope_here = ag.value_and_grad(loss)(given, target)
    report = ag.gradcheck(lambda given, loss=loss, target=target: loss(given, target), (given,))
    found[name] = (value_here, slope_here, bool(report))
    slopes = [" ".join(f"{number:8.5f}" for number in vector).ljust(26) for vector in (slope, slope_here)]
    print(f"{name:22}{value:9.6f}  {value_here:9.6f}   {slopes[0]}  {slopes[1]}  {'right' if report else 'wrong'}")

# %% [markdown]
# ## Curves
#
# The squared error pulls in proportion to the error. Cross-entropy pulls a score with a force of at most 1, and never
# quite lets go. Max-margin pulls with the same force until the margin is 1, and then not at all.

# %%
near = np.linspace(0.01, 0.99, 300)
wide = np.linspace(-3, 3, 301)
q, right = np.tile([lesson.truth, 1 - lesson.truth], (len(near), 1)), np.zeros(len(wide), int)
entropy, margin = nn.CrossEntropyLoss(reduction="none"), nn.MultiMarginLoss(reduction="none")
divergence, of_two = nn.KLDivLoss("none"), "margin m = z_r - z_c of two classes"
drawn = {
    ("squared error", "x - y"): (wide, lambda x: nn.MSELoss("none")(x, 0 * wide)),
    ("binary cross-entropy, y = 1", "probability p"): (near, lambda p: nn.BCELoss(reduction="none")(p, 0 * near + 1)),
    ("Kullback-Leibler", "probability p"): (near, lambda p: divergence(np.log(ag.stack([p, 1 - p], 1)), q).sum(1)),
    ("cross-entropy", of_two): (wide, lambda m: entropy(ag.stack([m, 0 * m], axis=1), right)),
    ("max-margin", of_two): (wide, lambda m: margin(ag.stack([m, 0 * m], axis=1), right)),
}
made, panels = figure(2, 3, (15, 8.4))
for axes, ((name, along), (grid, f)) in zip(panels.flat, drawn.items(), strict=False):
    losses[name], slope = f(ag.tensor(grid)).data, ag.grad(lambda x, f=f: f(x).sum())(grid)
    axes.plot(grid, losses[name], color=BLUE, linewidth=2.4, label="loss")
    axes.plot(grid, slope, color=ORANGE, linestyle="--", linewidth=2.4, label="derivative")
    axes.set(title=name, xlabel=along, ylim=(max(-6, slope.min() - 0.3), min(6, losses[name].max() + 1)))
panels[0, 2].set_title(f"Kullback-Leibler, truth ({lesson.truth:g}, {1 - lesson.truth:g})")
last = panels[1, 2]
last.plot(wide, wide < 0, ":", color=INK, linewidth=2.4, label="wrong or right")
last.plot(wide, (1 - wide) ** 2, "-.", color=GREEN, linewidth=2.4, label="squared error, (1 - m)²")
last.plot(wide, losses["cross-entropy"], color=BLUE, linewidth=2.4, label="cross-entropy")
last.plot(wide, 2 * losses["max-margin"], "--", color=PURPLE, linewidth=2.4, label="max-margin, times C = 2")
last.set(title="side by side", xlabel=of_two, ylim=(-0.3, 6))
for axes in panels.flat:
    axes.grid(alpha=0.25)
    axes.legend(fontsize=11, frameon=False)
lesson.show(made, "curves.svg", "Losses and their derivatives; and what each makes of a margin.")

# %% [markdown]
# ## Where the formulas break down
#
# e^1000 is no float, ln 0 is -∞, and 0 · ∞ is not a number. The formulas as they stand give inf or nan, and one such
# gradient spoils every parameter. The losses work with ln Σ eᶻ = max z + ln Σ e^(z - max z), and take 0 ln 0 for 0. A
# probability of exactly 0 has lost what the logit knew: its logarithm counts as -100, and logits are the better input.

# %%
first = np.array([1.0, 0.0])
hard = {
    "cross-entropy, z = (1000, 0), right": (lambda z: -np.log(np.exp(z) / np.exp(z).sum())[0], entropy, [1e3, 0.0], 0),
    "cross-entropy, z = (1000, 0), wrong": (lambda z: -np.log(np.exp(z) / np.exp(z).sum())[1], entropy, [1e3, 0.0], 1),
    "binary, p = 1, y = 1": (lambda p: -1 * np.log(p) - 0 * np.log(1 - p), nn.BCELoss(), [1.0], [1.0]),
    "binary, p = 0, y = 1": (lambda p: -1 * np.log(p) - 0 * np.log(1 - p), nn.BCELoss(), [0.0], [1.0]),
    "binary, logit -1000, y = 1": (lambda z: -np.log(1 / (1 + np.exp(-z))), nn.BCEWithLogitsLoss(), [-1e3], [1.0]),
    "Kullback-Leibler, y = (1, 0)": (lambda x: first * (np.log(first) - x), nn.KLDivLoss("sum"), [-1.0, -2.0], first),
}
print(f"\n{'':37}as it stands     library   its gradient")
for name, (formula, loss, given, target) in hard.items():
    with np.errstate(all="ignore"):
        plain = np.sum(formula(np.array(given)))
    handled[name] = ag.value_and_grad(loss)(np.array(given), target)
    value, slope = handled[name]
    print(f"{name:37}{plain:12g}{float(value):12g}   {np.array(slope) + 0.0}")
