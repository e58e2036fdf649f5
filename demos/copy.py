"""The copy task: an LSTM remembers six symbols over a pause

Symbols come in one by one, then a pause, then a sign to repeat them. What is to be said has gone by many steps
before: only a state that is kept, and a gradient that comes back through all steps, can learn it.
"""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

import autograd_lite as ag
import nn
import optim
from demos.gallery import Pictures
from demos.plots import curve

SYMBOLS, LENGTH, PAUSE = 4, 6, 6
STEPS, BATCH, HIDDEN, RATE = 1200, 64, 48, 0.01
Array = NDArray[Any]


class Copier(nn.Module):
    """Symbols, by number, into an LSTM; scores of symbols out."""

    def __init__(self, rng: np.random.Generator) -> None:
        super().__init__()
        # Besides the symbols there are a blank and the sign to repeat.
        self.embedding = nn.Embedding(SYMBOLS + 2, 16, generator=rng)
        self.lstm = nn.LSTM(16, HIDDEN, generator=rng)
        self.head = nn.Linear(HIDDEN, SYMBOLS, generator=rng)

    def forward(self, symbols: Array) -> ag.Tensor:
        states, _ = self.lstm(self.embedding(symbols))
        return self.head(states[-LENGTH:])  # type: ignore[no-any-return]


def task(rng: np.random.Generator, count: int) -> tuple[Array, Array]:
    """Inputs, (steps, count), and the symbols to be repeated, (LENGTH, count)."""
    symbols = rng.integers(0, SYMBOLS, size=(LENGTH, count))
    blank, sign = np.full((PAUSE, count), SYMBOLS), np.full((LENGTH, count), SYMBOLS + 1)
    return np.concatenate([symbols, blank, sign]), symbols


def train(steps: int = STEPS) -> tuple[Copier, list[float]]:
    """Train by Adam on new sequences in each step: the model, and the loss of each step."""
    rng = np.random.default_rng(0)
    model, loss_of = Copier(rng), nn.CrossEntropyLoss()
    optimizer = optim.Adam(model.parameters(), lr=RATE)
    losses = []
    bar = tqdm(range(steps), desc="training", unit="step")
    for step in bar:
        inputs, target = task(rng, BATCH)
        loss = loss_of(model(inputs).reshape((-1, SYMBOLS)), target.reshape(-1))
        optimizer.zero_grad()
        loss.backward()
        optim.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        losses.append(loss.item())
        if step % 20 == 0:
            bar.set_postfix(loss=f"{losses[-1]:.4f}")
    return model, losses


def run(out: Path) -> Pictures:
    """Train, let the network repeat sequences that it has not seen, and draw the loss."""
    model, losses = train()
    inputs, target = task(np.random.default_rng(1), 1000)
    with ag.no_grad():
        said = np.argmax(model(inputs).data, axis=-1)
    print(f"\nloss {losses[0]:.3f} at first (ln 4 = 1.386 is guessing), {losses[-1]:.4f} in the end")
    print(f"symbols repeated rightly: {np.mean(said == target):.1%} of 1,000 new sequences\n")
    for column in range(3):
        given, repeated = ("".join("abcd"[i] for i in s[:, column]) for s in (target, said))
        print(f"given {given}, repeated {repeated}")
    curve(losses, "step", "cross-entropy", "An LSTM on the copy task", out / "loss.svg")
    return {"loss.svg": f"Loss of an LSTM that repeats {LENGTH} symbols after {PAUSE} steps of silence."}
