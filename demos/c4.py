# %% [markdown]
# # C4. A gallery of activations: functions and derivatives
#
# What a unit makes of its sum x, and what it lets back of the gradient. Each derivative comes from the engine, over a
# whole grid at once, and is compared with differences of the function wherever that is smooth.

# %%
from itertools import pairwise

import numpy as np

import autograd_lite as ag
from demos.lesson import Lesson
from demos.plots import BLUE, GREY, ORANGE, figure

lesson = Lesson("c4", reach=4.0, points=801)

# %% [markdown]
# ## The functions
#
# Of each: how it is computed, its formula, and the places where it jumps or bends.

# %%
lecture = {
    "identity": (lambda x: x, "x", ()),
    "sign": (np.sign, "−1 below 0, 1 above", (0.0,)),
    "sigmoid": (ag.sigmoid, "1 / (1 + e⁻ˣ)", ()),
    "tanh": (np.tanh, "(eˣ − e⁻ˣ) / (eˣ + e⁻ˣ)", ()),
    "ReLU": (ag.relu, "max(0, x)", (0.0,)),
    "hard tanh": (ag.hard_tanh, "x between −1 and 1", (-1.0, 1.0)),
}
further = {
    "leaky ReLU": (lambda x: ag.leaky_relu(x, 0.1), "x, or 0.1 x below 0", (0.0,)),
    "ELU": (ag.elu, "x, or eˣ − 1 below 0", ()),
    "SELU": (ag.selu, "1.05 x, or 1.76 (eˣ − 1) below 0", (0.0,)),
    "softplus": (ag.softplus, "ln(1 + eˣ)", ()),
    "GELU": (ag.gelu, "x Φ(x), Φ the normal distribution", ()),
    "SiLU": (ag.silu, "x σ(x)", ()),
    "mish": (ag.mish, "x tanh(softplus(x))", ()),
    "hard swish": (ag.hard_swish, "x times hard sigmoid", (-3.0, 3.0)),
    "softsign": (ag.softsign, "x / (1 + |x|)", ()),
    "hard sigmoid": (ag.hard_sigmoid, "x/6 + 1/2 between 0 and 1", (-3.0, 3.0)),
    "ReLU6": (ag.relu6, "x between 0 and 6", (0.0, 6.0)),
    "hard shrink": (ag.hard_shrink, "x, or 0 where |x| ≤ 1/2", (-0.5, 0.5)),
}


def slope(f, x):
    """The derivative of f at each of x: each element of f(x) depends on its own x alone, so their sum serves."""
    return ag.grad(lambda x: np.sum(f(x)))(x)


# %% [markdown]
# ## The derivatives, checked
#
# With h = 10⁻⁵, the difference (f(x + h) - f(x - h)) / 2h is right to ten digits, and to five for ELU and softsign,
# whose second derivative jumps at 0. At a kink there is no derivative, and a convention stands in its place: 0 for sign
# and ReLU at 0, and for hard tanh at -1 and 1.

# %%
grid = np.linspace(-lesson.reach, lesson.reach, lesson.points)
print(f"{'':13} largest slope  slope under 0.05  off differences  at kinks")
checked = {}
for name, (f, _, kinks) in (lecture | further).items():
    derivative, h = slope(f, grid), 1e-5
    smooth = np.min([np.abs(grid - kink) for kink in (*kinks, np.inf)], axis=0) > h
    differences = (np.asarray(f(grid + h)) - np.asarray(f(grid - h))) / (2 * h)
    checked[name] = np.abs(derivative - differences)[smooth].max()
    at_kinks = ", ".join(f"f'({kink:g}) = {slope(f, kink):.4g}" for kink in kinks)
    flat = np.mean(np.abs(derivative) < 0.05)
    print(f"{name:13} {derivative.max():13.4f} {flat:17.1%}  {checked[name]:15.1e}  {at_kinks}")


# %%
def gallery(functions, columns, size):
    """A panel for each function: f and f', with gaps where one jumps, and a dot for what a convention gives there."""
    made, grid = figure(-(-len(functions) // columns), columns, size, sharex=True, sharey=True)
    for axes, (name, (f, formula, kinks)) in zip(grid.flat, functions.items(), strict=True):
        axes.axhline(0, color=GREY, linewidth=0.8)
        axes.axvline(0, color=GREY, linewidth=0.8)
        ends = [-lesson.reach, *(kink for kink in kinks if abs(kink) < lesson.reach), lesson.reach]
        for left, right in pairwise(ends):
            x = np.linspace(left + 1e-9, right - 1e-9, 400)
            axes.plot(x, np.asarray(f(x)), color=BLUE, linewidth=3.5, label="f")
            axes.plot(x, slope(f, x), color=ORANGE, linewidth=2.5, linestyle=(0, (3, 1)), label="f′")
        for kink in ends[1:-1]:
            axes.plot(kink, slope(f, kink), "o", color=ORANGE, markersize=9, zorder=3)
        axes.set(xlim=(ends[0], ends[-1]), ylim=(-1.9, 2.3), yticks=(-1, 0, 1, 2), xticks=np.arange(-4, 5, 2))
        axes.set_title(f"{name}\n{formula}", fontsize=15)
        axes.tick_params(labelsize=13)
    grid.flat[0].legend(*(part[:2] for part in grid.flat[0].get_legend_handles_labels()), fontsize=15, loc="upper left")
    made.supxlabel("x", fontsize=15)
    return made


caption = "Blue the function, orange its derivative; a dot is the convention at a kink."
lesson.show(gallery(lecture, 3, (14, 8)), "lecture.svg", f"The lecture's activations. {caption}")
lesson.show(gallery(further, 4, (16, 11)), "further.svg", f"Twelve more. {caption}")
