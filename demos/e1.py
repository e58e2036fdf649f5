# %% [markdown]
# # E1. The learning rate: too small, right, too large
#
# The gradient says which way is down, and not how far to go. A rate that is too small hardly moves; one that is too
# large overshoots the minimum by more than it was away, and every step makes it worse. For a quadratic loss the border
# can be computed; for a network a sweep over 10, 1, 0.1, 0.01, 0.001 finds it.

# %%
import numpy as np

import autograd_lite as ag
import nn
import optim
from demos.lesson import Lesson
from demos.plots import BLUE, INK, RED, figure, sweep

lesson = Lesson("e1", steps=100, updates=300, units=32, points=128, seed=0, quick={"updates": 60})
ag.manual_seed(lesson.seed)
rng = np.random.default_rng(lesson.seed)

# %% [markdown]
# ## Three ways on a parabola
#
# J(w) = w² has the slope 2w, so a step is w ← w - η 2w = (1 - 2η) w: every step multiplies w by the same factor. The
# minimum is approached where |1 - 2η| < 1, that is for η below 1, which is 2 over the second derivative.

# %%
made, panels = figure(1, 3, (14, 4.4), sharey=True)
line = np.linspace(-3.2, 3.2, 200)
ends = {}
for axes, (what, rate) in zip(panels, {"too small": 0.03, "right": 0.3, "too large": 1.04}.items(), strict=True):
    w = ag.tensor(2.0, requires_grad=True)
    optimizer = optim.SGD([w], lr=rate)
    walk = [w.item()]
    for _ in range(10):
        optimizer.zero_grad()
        (w**2).backward()
        optimizer.step()
        walk.append(w.item())
    walk = np.array(walk)
    ends[rate] = walk[-1]
    print(
        f"{what:10} η = {rate:<5g} factor 1 - 2η = {1 - 2 * rate:5.2f}   w: " + "  ".join(f"{v:6.3f}" for v in walk[:6])
    )
    axes.plot(line, line**2, color=BLUE, linewidth=2)
    axes.plot(walk, walk**2, "o-", color=RED if what == "too large" else INK, linewidth=1.3, markersize=6)
    axes.plot(walk[0], walk[0] ** 2, "o", color=INK, markerfacecolor="white", markersize=10)
    axes.set(title=f"{what}: η = {rate:g}", xlabel="w", xlim=(-3.5, 3.5), ylim=(-0.5, 10.5))
    axes.grid(alpha=0.25)
panels[0].set_ylabel("J(w) = w²")
lesson.show(made, "parabola.svg", "Ten steps from the ring: hardly any way, home in a few, and out of the bowl.")

# %% [markdown]
# ## Where the border is: least squares
#
# A line y = k x + b is fitted to points by L = mean((k x + b - y)²). L is quadratic: along the eigenvector i of its
# Hessian each step multiplies the distance to the minimum by 1 - η λᵢ. So gradient descent diverges for every rate
# above 2 / λ_max, and the smallest eigenvalue says how long a rate below takes. The loss after t steps is, with cᵢ the
# distance at the start along the eigenvector i, L* + Σ ½ λᵢ cᵢ² (1 - η λᵢ)²ᵗ.

# %%
x = rng.uniform(0, 3, 100)
y = 4 - x + rng.normal(0, 0.5, 100)
columns = np.column_stack([x, np.ones_like(x)])


def loss_of(theta):
    """The mean squared error of the line with theta = (k, b)."""
    return np.mean((columns @ theta - y) ** 2)


hessian = ag.hessian(loss_of)(np.zeros(2))
eigenvalues, vectors = np.linalg.eigh(hessian)
border = 2 / eigenvalues[-1]
least = np.linalg.lstsq(columns, y)[0]
print(f"\nHessian: eigenvalues {eigenvalues.round(4)}, so the border is 2 / {eigenvalues[-1]:.4f} = {border:.4f}\n")

theta = ag.tensor(np.zeros(2), requires_grad=True)
rates = (10, 1, 1.05 * border, 0.1, 0.01, 0.001)
swept = optim.lr_sweep(lambda: loss_of(theta), optim.SGD([theta]), rates=rates, steps=lesson.steps + 1)
seen, told = {}, {}
print("    rate  largest |1 - ηλ|  theory     seen       after step       loss   the formula")
for rate, curve in swept.curves.items():
    factors, t = 1 - rate * eigenvalues, len(curve) - 1
    told[rate] = loss_of(least) + np.sum(eigenvalues / 2 * (vectors.T @ least) ** 2 * factors ** (2 * t))
    theory = "diverges" if rate > border else "converges"
    seen[rate] = "diverges" if rate in swept.diverged else "converges"
    row = f"{rate:8.4f}  {abs(factors).max():16.4f}  {theory:9}  {seen[rate]:9} {t:11}"
    print(f"{row}  {curve[-1]:9.5g}  {told[rate]:12.5g}")
made, axes = figure(1, 1, (10, 5.2))
sweep(axes, swept.curves, swept.diverged, title=f"least squares: whatever is above η = {border:.2f} diverges")
lesson.show(made, "sweep.svg", "Three rates leave the picture, one of them 5% above the border; 0.1 is right.")

# %% [markdown]
# ## A network
#
# The Hessian of a network changes on the way, and nobody computes its eigenvalues before training. The sweep is the way
# to find out. `optim.lr_find` does it in one run: the rate rises from step to step until the loss explodes.

# %%
inputs = rng.uniform(-2, 2, (lesson.points, 1))
data = (inputs, np.sin(2 * inputs))
model = nn.Sequential(nn.Linear(1, lesson.units), nn.ReLU(), nn.Linear(lesson.units, 1)).double()
optimizer = optim.SGD(model.parameters())
network = optim.lr_sweep(model, optimizer, nn.MSELoss(), data, rates=(10, 1, 0.1, 0.01, 0.001), steps=lesson.updates)
found = optim.lr_find(model, optimizer, nn.MSELoss(), data, low=1e-4)
for rate, curve in network.curves.items():
    print(f"η = {rate:<6g} {'diverges' if rate in network.diverged else f'loss {curve[-1]:.4f}'}")
print(f"best of the sweep {network.best:g}; one rising run: {found}")
made, (left, right) = figure(1, 2, (14, 5))
sweep(left, network.curves, network.diverged, title="one run with each rate")
right.plot(found.rates, found.smoothed, color=BLUE, linewidth=2)
right.axvline(found.suggestion, color=INK, linestyle=":", label=f"falls fastest at η = {found.suggestion:.2f}")
right.axvline(found.rates[-1], color=RED, linestyle="--", label=f"diverges at η = {found.rates[-1]:.2f}")
right.set(title="one run with a rising rate", xlabel="learning rate η", ylabel="loss", xscale="log", ylim=(0, 1))
right.legend(loc="upper left", fontsize=11, frameon=False)
lesson.show(made, "network.svg", "A network 1-32-1: the sweep, and the run whose rate rises until the loss explodes.")
