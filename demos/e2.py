# %% [markdown]
# # E2. Schedules: a learning rate that falls
#
# A large rate gets near the minimum soon, and then jumps about it, since each mini-batch pulls to another place. A
# small rate settles, and takes long to get there. A schedule begins with the one and ends with the other.

# %%
import numpy as np
from tqdm import tqdm

import autograd_lite as ag
import nn
import optim
from demos.lesson import Lesson
from demos.plots import curves, figure
from optim.schedules import constant, exponential, keras, step, time_based

lesson = Lesson("e2", lr=0.1, k=0.1, epochs=40, batch=16, rows=512, seed=0, quick={"rows": 256})
lr, k, epochs = lesson.lr, lesson.k, np.arange(lesson.epochs)

# %% [markdown]
# ## The formulas
#
# With η₀ the first rate, k = 0.1 and t the epoch, counted from 0:
#
# - time-based: η = η₀ / (1 + k t)
# - step: η = η₀ · 0.5^⌊t / 10⌋, half of it after every ten epochs
# - exponential: η = η₀ e^(-k t)
# - the rule "unchanged for 10 epochs, then times exp(-0.1 · epoch) every epoch"
#
# The rule can be read in two ways. By the letter, each epoch multiplies the last rate by e^(-0.1 t): the exponents add
# up, 1.0 + 1.1 + 1.2 ..., and after five such epochs 1/400 of the rate is left. The like example in the documentation
# of Keras multiplies it by the same e^(-0.1) each time. Both are shown.


# %%
def rule(factor):
    """The rates of all epochs, one after the other: unchanged for 10 epochs, then times factor(t) every epoch."""
    rates = [lr]
    for t in epochs[1:]:
        rates.append(rates[-1] if t < 10 else rates[-1] * factor(t))
    return np.array(rates)


by_hand = {
    "constant": np.full(len(epochs), lr),
    "time-based": lr / (1 + k * epochs),
    "step": lr * 0.5 ** (epochs // 10),
    "exponential": lr * np.exp(-k * epochs),
    "rule, e^(-k)": rule(lambda t: np.exp(-k)),
    "rule, e^(-k t)": rule(lambda t: np.exp(-k * t)),
}
factors = {
    "constant": constant(),
    "time-based": time_based(k),
    "step": step(10, gamma=0.5),
    "exponential": exponential(k),
    "rule, e^(-k)": keras(hold=10, k=k),
    "rule, e^(-k t)": keras(hold=10, k=k, by_epoch=True),
}
rates = {name: np.array([lr * factor(t) for t in epochs]) for name, factor in factors.items()}
print("rates of the library\nepoch  " + "  ".join(f"{name:>14}" for name in rates))
for t in epochs[np.isin(epochs, (0, 1, 5, 9, 10, 11, 12, 14, 20, 30))]:
    print(f"{t:5}  " + "  ".join(f"{rates[name][t]:14.3g}" for name in rates))
apart = {name: abs(rates[name] / by_hand[name] - 1).max() for name in rates}
print("\nlargest relative difference from the formula by hand")
print("       " + "  ".join(f"{difference:14.0e}" for difference in apart.values()))

# %%
made, (left, right) = figure(1, 2, (14, 5))
curves(left, rates, first=0, what="learning rate η", title="the schedules")
curves(right, rates, first=0, what="learning rate η", title="the same, on a logarithmic axis", log=True)
right.set_ylim(lr * 1e-4, lr * 1.5)
right.get_legend().remove()
for line in (*left.lines, *right.lines):
    line.set_drawstyle("steps-post")
lesson.show(made, "schedules.svg", "By the letter, the rule leaves nothing of the rate within a few epochs.")

# %% [markdown]
# ## Training with each
#
# Linear regression with ten inputs by mini-batches of 16. What is drawn is the loss above the least possible one, which
# the normal equations give. The constant rate jumps about the minimum. Falling rates settle. The rule by the letter
# stops where it is when its rate is gone.

# %%
rng = np.random.default_rng(lesson.seed)
x = rng.normal(size=(lesson.rows, 10))
y = x @ rng.normal(size=(10, 1)) + rng.normal(size=(lesson.rows, 1))
with_one = np.column_stack([x, np.ones(lesson.rows)])
least = np.mean((with_one @ np.linalg.lstsq(with_one, y, rcond=None)[0] - y) ** 2)

above, seen = {}, {}
for name, factor in tqdm(factors.items(), desc="schedules"):
    ag.manual_seed(lesson.seed)
    model = nn.Linear(10, 1, dtype=float)
    optimizer = optim.SGD(model.parameters(), lr=lr)
    schedule = optim.lr_scheduler.LambdaLR(optimizer, factor)
    history = optim.fit(
        model, nn.MSELoss(), optimizer, (x, y), validation=(x, y), epochs=lesson.epochs, batch_size=lesson.batch,
        schedule=schedule, seed=lesson.seed, progress=False,
    )  # fmt: skip
    above[name] = [row["val_loss"] - least for row in history.rows]
    seen[name] = [row["lr"] for row in history.rows]
said = sorted({min(10, lesson.epochs), min(20, lesson.epochs), lesson.epochs})
print("\nloss above the least  " + "  ".join(f"{f'epoch {n}':>9}" for n in said))
for name, losses in above.items():
    print(f"{name:20}  " + "  ".join(f"{losses[n - 1]:9.2e}" for n in said))

# %%
made, axes = figure(1, 1, (10, 5.4))
curves(axes, above, what="loss above the least", title="the same problem with each schedule", log=True)
lesson.show(
    made, "training.svg", "A constant rate stays noisy, falling rates settle, and one that is gone stands still."
)
