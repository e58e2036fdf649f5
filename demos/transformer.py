# %% [markdown]
# # A transformer learns a short text, letter by letter
#
# Attention looks back over the letters so far; the next one is to be said. The text is small enough to be learned by
# heart: the point is to see all the parts at work.

# %%
import numpy as np
from tqdm import tqdm

import autograd_lite as ag
import nn
import optim
from demos.lesson import Lesson
from demos.plots import curves, figure

TEXT = (
    "the gradient of a sum is the sum of the gradients. the gradient of a product is the one times the gradient of the "
    "other, and the other times the gradient of the one. what flows into a node flows on to each of its inputs, times "
    "the slope along the edge; what comes from many sides is added up. "
)
LETTERS = sorted(set(TEXT))
CONTEXT, WIDTH, HEADS, LAYERS = 24, 32, 4, 2
lesson = Lesson("transformer", steps=300, batch=32, lr=0.003, seed=0, quick={"steps": 200})


# %%
class Writer(nn.Module):
    """Letters and their places into a transformer that does not look ahead; scores of the next letter out."""

    def __init__(self):
        super().__init__()
        self.letters = nn.Embedding(len(LETTERS), WIDTH)
        self.places = nn.Embedding(CONTEXT, WIDTH)
        layer = lambda: nn.TransformerEncoderLayer(WIDTH, HEADS, 4 * WIDTH, 0.0, batch_first=True)  # noqa: E731
        self.layers = nn.ModuleList([layer() for _ in range(LAYERS)])
        self.head = nn.Linear(WIDTH, len(LETTERS))

    def forward(self, text):
        x = self.letters(text) + self.places(np.arange(text.shape[1]))
        for layer in self.layers:
            x = layer(x, is_causal=True)
        return self.head(x)


# %%
rng = np.random.default_rng(lesson.seed)
ag.manual_seed(lesson.seed)
numbers = np.array([LETTERS.index(letter) for letter in TEXT])
model, loss_of = Writer(), nn.CrossEntropyLoss()
optimizer = optim.Adam(model.parameters(), lr=lesson.lr)
losses = []
bar = tqdm(range(lesson.steps), desc="training", unit="step")
for step in bar:
    starts = rng.integers(0, len(numbers) - CONTEXT, size=(lesson.batch, 1))
    pieces = numbers[starts + np.arange(CONTEXT + 1)]
    loss = loss_of(model(pieces[:, :-1]).reshape((-1, len(LETTERS))), pieces[:, 1:].reshape(-1))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    losses.append(loss.item())
    if step % 20 == 0:
        bar.set_postfix(loss=f"{losses[-1]:.4f}")


# %%
def write(start, count):
    """`start` and the likeliest `count` letters after it."""
    text = [LETTERS.index(letter) for letter in start]
    with ag.no_grad():
        for _ in range(count):
            scores = model(np.array([text[-CONTEXT:]]))
            text.append(int(np.argmax(scores.data[0, -1])))
    return "".join(LETTERS[i] for i in text)


written = write("the gradient of a ", 60)
print(f"loss {losses[0]:.3f} at first (guessing: ln {len(LETTERS)} = {np.log(len(LETTERS)):.3f}), {losses[-1]:.3f} now")
print(f"it writes: {written}")

# %%
made, axes = figure(size=(8, 4))
curves(axes, {"loss": losses}, along="step", what="cross-entropy", title="A transformer on one paragraph", log=True)
lesson.show(made, "loss.svg", f"Loss of a transformer of {LAYERS} layers that learns a paragraph letter by letter.")
