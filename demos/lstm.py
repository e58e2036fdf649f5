# %% [markdown]
# # The copy task: an LSTM remembers six symbols over a long pause
#
# Symbols come in one by one, then a pause, then a sign to repeat them. What is to be said has gone by many steps
# before: only a state that is kept, and a gradient that comes back through all steps, can learn it. A plain recurrent
# network with as many parameters tries the same.

# %%
import numpy as np
from tqdm import tqdm

import autograd_lite as ag
import nn
import optim
from demos.lesson import Lesson
from demos.plots import bars, curves, figure

SYMBOLS, LENGTH = 4, 6
lesson = Lesson(
    "lstm", steps=600, batch=64, hidden=48, pause=20, lr=0.01, seed=0, quick={"steps": 200, "pause": 8, "batch": 32}
)


# %%
class Copier(nn.Module):
    """Symbols, by number, into a network with a memory; scores of symbols out."""

    def __init__(self, memory):
        super().__init__()
        # Besides the symbols there are a blank and the sign to repeat.
        self.embedding = nn.Embedding(SYMBOLS + 2, 16)
        self.memory = memory
        self.head = nn.Linear(memory.hidden_size, SYMBOLS)

    def read(self, x):
        states, _ = self.memory(x)
        return self.head(states[-LENGTH:])

    def forward(self, symbols):
        return self.read(self.embedding(symbols))


def task(rng, count):
    """Inputs, (steps, count), and the symbols to be repeated, (LENGTH, count)."""
    symbols = rng.integers(0, SYMBOLS, size=(LENGTH, count))
    blank, sign = np.full((lesson.pause, count), SYMBOLS), np.full((LENGTH, count), SYMBOLS + 1)
    return np.concatenate([symbols, blank, sign]), symbols


def reach(model):
    """The mean norm of the gradient of the last answer's largest score, by the input of each step."""
    inputs, _ = task(np.random.default_rng(lesson.seed), 200)
    score = lambda x: model.read(x)[-1].max(axis=-1).sum()  # noqa: E731
    return np.linalg.norm(ag.grad(score)(model.embedding(inputs).detach()).data, axis=2).mean(axis=1)


def kept(lstm):
    """The same LSTM with open forget gates: sigmoid(2) = 0.88 of the cell stays at each step, not a half."""
    bias = lstm.bias_ih_l0.numpy()
    bias[lstm.hidden_size : 2 * lstm.hidden_size] = 2.0
    lstm.bias_ih_l0.data = bias
    return lstm


# %% [markdown]
# ## Training
#
# A plain network replaces its state at each step: what is to last must survive a product with the same matrix and a
# tanh every time. An LSTM adds to its cell, and a gate says how much of it is kept. At first that is a half, and a half
# of a half: so it is opened before training. With `--pause 6 --lr 0.003` the plain network learns the task too.

# %%
networks = {
    "LSTM, open": lambda: kept(nn.LSTM(16, lesson.hidden)),
    "LSTM": lambda: nn.LSTM(16, lesson.hidden),
    "plain": lambda: nn.RNN(16, round(2.17 * lesson.hidden)),
}
loss_of, losses, right, before, after = nn.CrossEntropyLoss(), {}, {}, {}, {}
for name, memory in networks.items():
    ag.manual_seed(lesson.seed)
    rng = np.random.default_rng(lesson.seed)
    model = Copier(memory())
    optimizer = optim.Adam(model.parameters(), lr=lesson.lr)
    losses[name], before[name] = [], reach(model)
    for _ in tqdm(range(lesson.steps), desc=name, unit="step"):
        inputs, target = task(rng, lesson.batch)
        loss = loss_of(model(inputs).reshape((-1, SYMBOLS)), target.reshape(-1))
        optimizer.zero_grad()
        loss.backward()
        optim.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        losses[name].append(loss.item())
    after[name] = reach(model)
    inputs, target = task(rng, 1000)
    with ag.no_grad():
        right[name] = np.mean(np.argmax(model(inputs).data, axis=-1) == target, axis=1)
    size = sum(p.size for p in model.parameters())
    print(f"{name:11}{size:7,} parameters: loss {np.mean(losses[name][-50:]):.3f}, {right[name].mean():.1%} right")

# %%
made, (left, middle) = figure(1, 2)
curves(left, losses, along="step", what="cross-entropy", title="Guessing costs ln 4 = 1.386", log=True)
bars(middle, {name: 100 * share for name, share in right.items()}, range(1, LENGTH + 1), what="right, %", log=False)
middle.set(xlabel="symbol", title="1,000 new sequences", ylim=(0, 150), yticks=range(0, 101, 20))
lesson.show(
    made, "loss.svg", f"{LENGTH} symbols repeated after {lesson.pause} steps of silence: loss, and what is right."
)

# %% [markdown]
# ## How far the gradient reaches
#
# The last answer is the sixth symbol. What comes back to that step, before training, decides what can be learned.

# %%
made, both = figure(1, 2)
for axes, flow, title in zip(both, (before, after), ("before training", "after training"), strict=True):
    curves(axes, flow, along="input at step", what="‖∂ last score / ∂ input‖", title=title, log=True)
    axes.axvline(LENGTH, color="#8a929b", linestyle=":")
lesson.show(made, "reach.svg", "The gradient of the last answer by the input of each step; the line is at its symbol.")
