"""A transformer learns a short text, letter by letter

Attention looks back over the letters so far; the next one is to be said. The text is small enough to be learned by
heart: the point is to see all the parts at work.
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

TEXT = (
    "the gradient of a sum is the sum of the gradients. the gradient of a product is the one times the gradient of the "
    "other, and the other times the gradient of the one. what flows into a node flows on to each of its inputs, times "
    "the slope along the edge; what comes from many sides is added up. "
)
LETTERS = sorted(set(TEXT))
CONTEXT, WIDTH, HEADS, LAYERS = 24, 32, 4, 2
STEPS, BATCH, RATE = 300, 32, 0.003
Array = NDArray[Any]


class Writer(nn.Module):
    """Letters and their places into a transformer that does not look ahead; scores of the next letter out."""

    def __init__(self, rng: np.random.Generator) -> None:
        super().__init__()
        self.letters = nn.Embedding(len(LETTERS), WIDTH, generator=rng)
        self.places = nn.Embedding(CONTEXT, WIDTH, generator=rng)
        self.layers = nn.ModuleList([
            nn.TransformerEncoderLayer(WIDTH, HEADS, 4 * WIDTH, 0.0, batch_first=True, generator=rng)
            for _ in range(LAYERS)
        ])  # fmt: skip
        self.head = nn.Linear(WIDTH, len(LETTERS), generator=rng)

    def forward(self, text: Array) -> ag.Tensor:
        x = self.letters(text) + self.places(np.arange(text.shape[1]))
        for layer in self.layers:
            x = layer(x, is_causal=True)
        return self.head(x)  # type: ignore[no-any-return]


def train(steps: int = STEPS) -> tuple[Writer, list[float]]:
    """Train by Adam on pieces of the text: the model, and the loss of each step."""
    rng = np.random.default_rng(0)
    numbers = np.array([LETTERS.index(letter) for letter in TEXT])
    model, loss_of = Writer(rng), nn.CrossEntropyLoss()
    optimizer = optim.Adam(model.parameters(), lr=RATE)
    losses = []
    bar = tqdm(range(steps), desc="training", unit="step")
    for step in bar:
        starts = rng.integers(0, len(numbers) - CONTEXT, size=(BATCH, 1))
        pieces = numbers[starts + np.arange(CONTEXT + 1)]
        loss = loss_of(model(pieces[:, :-1]).reshape((-1, len(LETTERS))), pieces[:, 1:].reshape(-1))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        if step % 20 == 0:
            bar.set_postfix(loss=f"{losses[-1]:.4f}")
    return model, losses


def write(model: Writer, start: str, count: int) -> str:
    """`start` and the likeliest `count` letters after it."""
    text = [LETTERS.index(letter) for letter in start]
    with ag.no_grad():
        for _ in range(count):
            scores = model(np.array([text[-CONTEXT:]]))
            text.append(int(np.argmax(scores.data[0, -1])))
    return "".join(LETTERS[i] for i in text)


def run(out: Path) -> Pictures:
    """Train, let the model go on from a beginning, and draw the loss."""
    model, losses = train()
    said = write(model, "the gradient of a ", 60)
    guessing = np.log(len(LETTERS))
    print(
        f"\nloss {losses[0]:.3f} at first (ln {len(LETTERS)} = {guessing:.3f} is guessing), {losses[-1]:.3f} in the end"
    )
    print(f"it writes: {said}")
    curve(losses, "step", "cross-entropy", "A transformer on one paragraph", out / "loss.svg")
    return {"loss.svg": f"Loss of a transformer of {LAYERS} layers that learns a paragraph letter by letter."}
