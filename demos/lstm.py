# %% [markdown]
# # The copy task: an LSTM remembers six symbols over a pause
#
# Symbols come in one by one, then a pause, then a sign to repeat them. What is to be said has gone by many steps
# before: only a state that is kept, and a gradient that comes back through all steps, can learn it.

# %%
import numpy as np
from tqdm import tqdm

import autograd_lite as ag
import nn
import optim
from demos.lesson import Lesson
from demos.plots import curves, figure

SYMBOLS, LENGTH, PAUSE = 4, 6, 6
lesson = Lesson("lstm", steps=1200, batch=64, hidden=48, lr=0.01, seed=0, quick={"steps": 500})
rng = np.random.default_rng(lesson.seed)


# %%
class Copier(nn.Module):
    """Symbols, by number, into an LSTM; scores of symbols out."""

    def __init__(self):
        super().__init__()
        # Besides the symbols there are a blank and the sign to repeat.
        self.embedding = nn.Embedding(SYMBOLS + 2, 16)
        self.lstm = nn.LSTM(16, lesson.hidden)
        self.head = nn.Linear(lesson.hidden, SYMBOLS)

    def forward(self, symbols):
        states, _ = self.lstm(self.embedding(symbols))
        return self.head(states[-LENGTH:])


def task(count):
    """Inputs, (steps, count), and the symbols to be repeated, (LENGTH, count)."""
    symbols = rng.integers(0, SYMBOLS, size=(LENGTH, count))
    blank, sign = np.full((PAUSE, count), SYMBOLS), np.full((LENGTH, count), SYMBOLS + 1)
    return np.concatenate([symbols, blank, sign]), symbols


# %%
ag.manual_seed(lesson.seed)
model, loss_of = Copier(), nn.CrossEntropyLoss()
optimizer = optim.Adam(model.parameters(), lr=lesson.lr)
losses = []
bar = tqdm(range(lesson.steps), desc="training", unit="step")
for step in bar:
    inputs, target = task(lesson.batch)
    loss = loss_of(model(inputs).reshape((-1, SYMBOLS)), target.reshape(-1))
    optimizer.zero_grad()
    loss.backward()
    optim.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    losses.append(loss.item())
    if step % 20 == 0:
        bar.set_postfix(loss=f"{losses[-1]:.4f}")

# %%
inputs, target = task(1000)
with ag.no_grad():
    said = np.argmax(model(inputs).data, axis=-1)
share = np.mean(said == target)
print(f"loss {losses[0]:.3f} at first (ln 4 = 1.386 is guessing), {losses[-1]:.4f} in the end")
print(f"symbols repeated rightly: {share:.1%} of 1,000 new sequences\n")
for column in range(3):
    given, repeated = ("".join("abcd"[i] for i in s[:, column]) for s in (target, said))
    print(f"given {given}, repeated {repeated}")

# %%
made, axes = figure(size=(8, 4))
curves(axes, {"loss": losses}, along="step", what="cross-entropy", title="An LSTM on the copy task", log=True)
lesson.show(made, "loss.svg", f"Loss of an LSTM that repeats {LENGTH} symbols after {PAUSE} steps of silence.")
