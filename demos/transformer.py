# %% [markdown]
# # A transformer learns a short text, letter by letter
#
# A letter becomes a vector, and so does its place; their sum goes through layers of attention, which look back over the
# letters so far; the next one is to be said. A piece of text is many examples at once, one for each letter. The text
# is small enough to be learned by heart: the point is to see all the parts at work.

# %%
import numpy as np
from tqdm import tqdm

import autograd_lite as ag
import nn
import optim
from demos.lesson import Lesson
from demos.plots import curves, figure, squares

TEXT = (
    "the gradient of a sum is the sum of the gradients. the gradient of a product is the one times the gradient of the "
    "other, and the other times the gradient of the one. what flows into a node flows on to each of its inputs, times "
    "the slope along the edge; what comes from many sides is added up. "
)
LETTERS = sorted(set(TEXT))
CONTEXT, WIDTH, HEADS, LAYERS = 24, 32, 4, 2
lesson = Lesson("transformer", steps=600, batch=32, lr=0.003, seed=0, quick={"steps": 200})


# %%
class Writer(nn.Module):
    """Letters, by number, into a transformer that does not look ahead; scores of the next letter out."""

    def __init__(self):
        super().__init__()
        self.letters = nn.Embedding(len(LETTERS), WIDTH)
        self.places = nn.Embedding(CONTEXT, WIDTH)
        layer = lambda: nn.TransformerEncoderLayer(WIDTH, HEADS, 4 * WIDTH, 0.0, batch_first=True)  # noqa: E731
        self.layers = nn.ModuleList([layer() for _ in range(LAYERS)])
        self.head = nn.Linear(WIDTH, len(LETTERS))

    def embed(self, text):
        return self.letters(text) + self.places(np.arange(text.shape[1]))

    def read(self, x):
        for layer in self.layers:
            x = layer(x, is_causal=True)
        return self.head(x)

    def forward(self, text):
        return self.read(self.embed(text))


def write(start, count):
    """`start` and the likeliest `count` letters after it."""
    text = [LETTERS.index(letter) for letter in start]
    with ag.no_grad():
        for _ in range(count):
            text.append(int(np.argmax(model(np.array([text[-CONTEXT:]])).data[0, -1])))
    return "".join(LETTERS[i] for i in text)


# %% [markdown]
# ## Training
#
# At first it says anything, then the most frequent word, then many words, and in the end the text.

# %%
rng = np.random.default_rng(lesson.seed)
ag.manual_seed(lesson.seed)
numbers = np.array([LETTERS.index(letter) for letter in TEXT])
model, loss_of = Writer(), nn.CrossEntropyLoss()
optimizer = optim.Adam(model.parameters(), lr=lesson.lr)
losses = []
for step in tqdm(range(lesson.steps), desc="training", unit="step"):
    starts = rng.integers(0, len(numbers) - CONTEXT, size=(lesson.batch, 1))
    pieces = numbers[starts + np.arange(CONTEXT + 1)]
    loss = loss_of(model(pieces[:, :-1]).reshape((-1, len(LETTERS))), pieces[:, 1:].reshape(-1))
    if step in (0, 20, 50, 100, 200):
        print(f"step {step:3}, loss {loss.item():.3f}: {write('the gradient of a ', 60)}")
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    losses.append(loss.item())
written = write("the gradient of a ", 60)
print(f"in the end, {losses[-1]:.3f}: {written}")
print(f"guessing one of {len(LETTERS)} letters: ln {len(LETTERS)} = {np.log(len(LETTERS)):.3f}")

# %%
made, axes = figure(size=(8, 4))
curves(axes, {"loss": losses}, along="step", what="cross-entropy", title="A transformer on one paragraph", log=True)
lesson.show(made, "loss.svg", f"Loss of a transformer of {LAYERS} layers that learns a paragraph letter by letter.")
drawn = ag.draw(loss, names={"model": model}, depth=1, direction="forward", rankdir="TB")
lesson.show(drawn, "model.svg", "The parts of the network, with the sizes of what flows between them.")

# %% [markdown]
# ## What the heads look at
#
# A row is a letter that asks; the dark squares are the letters that it takes from. No head looks ahead. What the
# prediction in the end hangs on, through all layers and heads, is the gradient of the likeliest letter's score by the
# vectors that came in: exactly zero for letters to come.

# %%
start = TEXT.index("what flows")
piece, ahead = TEXT[start : start + CONTEXT], np.triu(np.ones((CONTEXT, CONTEXT), bool), 1)
x = first = model.embed(numbers[None, start : start + CONTEXT]).detach()
weights = []
for layer in model.layers:
    weights += [*layer.self_attn(x, x, x, attn_mask=ahead, average_attn_weights=False)[1].data[0]]
    x = layer(x, is_causal=True)
made, grid = figure(LAYERS, HEADS, (17, 9))
for i, (axes, weight) in enumerate(zip(grid.flat, weights, strict=True)):
    squares(axes, weight, piece, f"layer {i // HEADS + 1}, head {i % HEADS + 1}")
lesson.show(made, "attention.svg", "Attention of each head: a row for each letter, the letters it looks at in columns.")

gradients = [ag.grad(lambda x, t=t: model.read(x)[0, t].max())(first).data[0] for t in range(CONTEXT)]
influence = np.linalg.norm(gradients, axis=2)
made, axes = figure(size=(7.5, 7))
squares(axes, influence, piece, "‖∂ score / ∂ letter‖")
lesson.show(made, "influence.svg", "How much the score after each letter (row) hangs on the letters so far (columns).")
