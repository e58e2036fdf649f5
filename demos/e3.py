# %% [markdown]
# # E3. Optimizers: steps of each by hand, and where many of them lead
#
# All go by the gradient g. They differ in what they remember of it: where it pointed, how large it was, or both.

# %%
from contextlib import nullcontext

import numpy as np
from sklearn.datasets import load_digits
from tqdm import tqdm

import autograd_lite as ag
import nn
import optim
from demos.lesson import Lesson
from demos.plots import BLUE, GREY, ORANGE, figure, multiples, paths, surface

lesson = Lesson("e3", steps=150, epochs=15, seed=0, quick={"epochs": 2})
mu, rho, b1, b2, eps, final, gamma = 0.9, 0.9, 0.9, 0.999, 1e-6, 0.1, 0.05

# %% [markdown]
# ## The update equations
#
# What is remembered is 0 at first; step t is θ ← θ - Δ.
#
# - momentum: v ← μ v + η g, Δ = v. Nesterov: the same with g at θ - μ v, where the velocity leads to
# - Adagrad: G ← G + g², Δ = η g / √(G + ε)
# - RMSprop: E ← ρ E + (1 - ρ) g², Δ = η g / √(E + ε)
# - Adadelta: E as RMSprop, Δ = g √(D + ε) / √(E + ε), D ← ρ D + (1 - ρ) Δ²; no rate (η = 1)
# - Adam: m ← β₁ m + (1 - β₁) g, q ← β₂ q + (1 - β₂) g², Δ = η m / (1 - β₁ᵗ) / (√(q / (1 - β₂ᵗ)) + ε)
# - AdaMax: m as Adam, u ← max(β₂ u, |g| + ε), Δ = η m / (1 - β₁ᵗ) / u
# - Nadam: Adam, for m / (1 - β₁ᵗ) put μₜ₊₁ m / (1 - μ₁⋯μₜ₊₁) + (1 - μₜ) g / (1 - μ₁⋯μₜ), μₜ = β₁ (1 - 0.96^(t/250)/2)
# - AdaBound: Δ = r m, r = η √(1 - β₂ᵗ) / (1 - β₁ᵗ) / (√q + ε) clipped from η* - η* / (γ t + 1) to η* + η* / (γ t)

# %%
deltas = {  # Each takes what it needs of what the loop below remembers.
    "momentum": lambda: v,
    "Nesterov": lambda: v,
    "Adagrad": lambda: lr * g / np.sqrt(G + eps),
    "RMSprop": lambda: lr * g / np.sqrt(E + eps),
    "Adadelta": lambda: g * np.sqrt(D + eps) / np.sqrt(E + eps),
    "Adam": lambda: lr * m / (1 - b1**t) / (np.sqrt(q / (1 - b2**t)) + eps),
    "AdaMax": lambda: lr * m / (1 - b1**t) / u,
    "Nadam": lambda: lr * ahead / (np.sqrt(q / (1 - b2**t)) + eps),
    "AdaBound": lambda: np.clip(r, final * (1 - 1 / (gamma * t + 1)), final * (1 + 1 / (gamma * t))) * m,
}
library = {  # How it is made, its rate on the surface, and its rate in training.
    "momentum": (lambda p, lr: optim.SGD(p, lr, mu, rate_in_velocity=True), 0.02, 0.05),
    "Nesterov": (lambda p, lr: optim.SGD(p, lr, mu, rate_in_velocity=True), 0.02, 0.05),
    "Adagrad": (lambda p, lr: optim.Adagrad(p, lr, eps=eps, eps_in_root=True), 1.0, 0.03),
    "RMSprop": (lambda p, lr: optim.RMSprop(p, lr, rho, eps, eps_in_root=True), 0.1, 0.003),
    "Adadelta": (lambda p, lr: optim.Adadelta(p, lr, rho, eps), 1.0, 1.0),
    "Adam": (lambda p, lr: optim.Adam(p, lr, (b1, b2), eps), 0.3, 0.005),
    "AdaMax": (lambda p, lr: optim.Adamax(p, lr, (b1, b2), eps), 0.3, 0.005),
    "Nadam": (lambda p, lr: optim.NAdam(p, lr, (b1, b2), eps), 0.3, 0.005),
    "AdaBound": (lambda p, lr: optim.AdaBound(p, lr, (b1, b2), final, gamma, eps), 0.3, 0.005),
}
walks, by_hand, asked = {}, {}, []
print("J = a²/20 + b², after 3 steps:  by hand                 library       apart in all steps")
for name, (make, lr, _) in library.items():
    w = ag.tensor([-8.0, 1.5], requires_grad=True)
    optimizer, walks[name], by_hand[name] = make([w], lr), [w.numpy()], [w.numpy()]
    v = G = E = D = m = q = u = np.zeros(2)
    for t in range(1, lesson.steps + 1):
        g = np.array([0.1, 2.0]) * (by_hand[name][-1] - (mu * v if name == "Nesterov" else 0.0))
        v, G, E = mu * v + lr * g, G + g**2, rho * E + (1 - rho) * g**2
        m, q, u = b1 * m + (1 - b1) * g, b2 * q + (1 - b2) * g**2, np.maximum(b2 * u, abs(g) + eps)
        r = lr * np.sqrt(1 - b2**t) / (1 - b1**t) / (np.sqrt(q) + eps)
        mus = b1 * (1 - 0.96 ** (np.arange(1, t + 2) / 250) / 2)
        ahead = mus[-1] * m / (1 - mus.prod()) + (1 - mus[-2]) * g / (1 - mus[:-1].prod())
        delta = deltas[name]()
        by_hand[name].append(by_hand[name][-1] - delta)
        D = rho * D + (1 - rho) * delta**2
        asked += [r] if name == "AdaBound" else []
        optimizer.zero_grad()
        with optimizer.look_ahead() if name == "Nesterov" else nullcontext():
            (w**2 * [0.05, 1.0]).sum().backward()
        optimizer.step()
        walks[name].append(w.numpy())
    row = "".join(f"{number:12.6f}" for number in (*by_hand[name][:4][-1], *walks[name][:4][-1]))
    print(f"{name:27}{row}    {abs(np.subtract(by_hand[name], walks[name])).max():.0e}")

# %% [markdown]
# ## Their ways, AdaBound's bounds, and a network
#
# Momentum swings across the valley and gains speed along it. Whatever divides by the size of each gradient goes along
# and across alike. Adadelta has no rate to begin with, and takes long to get going.

# %%
made, panels = figure(1, 2, (14, 5), sharey=True)
for axes, group in zip(panels, (list(library)[:4], list(library)[4:]), strict=True):
    surface(axes, lambda a, b: a**2 / 20 + b**2, np.linspace(-9, 2), np.linspace(-2, 2), np.linspace(-8, 8, 41))
    axes.set(xlabel="a", ylabel="b")
    paths(axes, {name: walks[name] for name in group})
lesson.show(made, "paths.svg", f"From the ring, {lesson.steps} steps of each, in the valley a²/20 + b².")
t, asked = np.arange(1, lesson.steps + 1)[:, None], np.array(asked)
lower, upper = final * (1 - 1 / (gamma * t + 1)), final * (1 + 1 / (gamma * t))
made, axes = figure(1, 1, (10, 5))
axes.set_prop_cycle(color=[BLUE, ORANGE])
axes.fill_between(t[:, 0], lower[:, 0], upper[:, 0], color=GREY, alpha=0.3, label="between the bounds")
axes.plot(t, asked, ":", linewidth=2, label=["Adam's rate r of a", "Adam's rate r of b"])
axes.plot(t, np.clip(asked, lower, upper), linewidth=2.5, label=["AdaBound's rate of a", "AdaBound's rate of b"])
axes.set(xlabel="step t", ylabel="rate", xscale="log", yscale="log", title="AdaBound: the bounds close in on η* = 0.1")
axes.legend(frameon=False)
lesson.show(made, "bounds.svg", "Adam's rate is clipped ever more closely, until it is that of gradient descent.")

# %%
(images, labels), losses = load_digits(return_X_y=True), {}
train = {"epochs": lesson.epochs, "batch_size": 64, "seed": lesson.seed, "progress": False}
for name, (make, _, lr) in tqdm(library.items(), desc="digits"):
    ag.manual_seed(lesson.seed)
    model = nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10)).double()
    optimizer = make(model.parameters(), lr)
    if name == "Nesterov":  # Its parameters stand where the velocity leads to.
        optimizer = optim.SGD(model.parameters(), lr, mu, nesterov=True)
    losses[name] = optim.fit(model, nn.CrossEntropyLoss(), optimizer, (images / 16, labels), **train)["loss"]
made = multiples(losses, "momentum", columns=3, along="epoch", what="cross-entropy", log=True)
lesson.show(made, "losses.svg", "The digits by a network 64-32-10: one start, each its own rate; dashed: momentum.")
