# %% [markdown]
# # D5. A table with an outcome, 8-20-20-2
#
# Eight measurements of a patient, and an outcome that is 0 or 1. A network with two hidden layers of 20 units learns
# it for 700 epochs, is judged on rows that it has not seen, saved, loaded again, and asked about one patient.

# %%
import numpy as np
from sklearn.linear_model import LogisticRegression
from tqdm import tqdm

import autograd_lite as ag
import nn
import optim
from demos.data import diabetes
from demos.lesson import Lesson
from demos.plots import GREY, confusion, curves, figure

lesson = Lesson("d5", epochs=700, lr=0.01, data="", openml=False, seed=0, quick={"epochs": 200})

table = diabetes(data=lesson.data, openml=lesson.openml)
print(table.said)
print(f"{len(table.y)} rows to learn from, {len(table.y_test)} held out; 0 is {table.labels[0]}, 1 {table.labels[1]}")

# %% [markdown]
# ## Training
#
# Each column has mean 0 and deviation 1 on the rows to learn from; held-out rows are scaled by the same numbers.
# One step per epoch, with all rows at once.


# %%
def network():
    """Two hidden layers of 20 units; two outputs, whose softmax is the probability of each outcome."""
    return nn.Sequential(nn.Linear(8, 20), nn.ReLU(), nn.Linear(20, 20), nn.ReLU(), nn.Linear(20, 2))


ag.manual_seed(lesson.seed)
model, loss_of = network(), nn.CrossEntropyLoss()
test = (table.x_test, table.y_test)
with tqdm(total=lesson.epochs, desc="training", unit="epoch") as bar:
    history = optim.fit(
        model, loss_of, optim.Adam(model.parameters(), lr=lesson.lr), (table.x, table.y), validation=test,
        metrics=["accuracy"], epochs=lesson.epochs, batch_size=None, shuffle=False, progress=False,
        callbacks=[lambda run: bar.update()],
    )  # fmt: skip

# %% [markdown]
# ## Over-fitting
#
# The training loss falls to nothing. The test loss falls with it, turns, and rises: from there on the network learns
# rows by heart, and grows sure of what it gets wrong. Accuracy does not count how sure an answer is, and hardly shows
# it. Lesson E5 has the remedies.

# %%
best = int(np.argmin(history["val_loss"]))
made, (left, right) = figure(1, 2)
curves(left, {"train": history["loss"], "test": history["val_loss"]}, what="cross-entropy", title="loss", log=True)
curves(right, {"train": history["accuracy"], "test": history["val_accuracy"]}, what="accuracy", title="accuracy")
for axes in (left, right):
    axes.axvline(best + 1, color=GREY, linewidth=1.5, linestyle=":", label="lowest test loss")
    axes.legend(frameon=False)
lesson.show(made, "curves.svg", "Loss and accuracy, epoch by epoch: the network over-fits from the dotted line on.")

# %% [markdown]
# ## How good is it?
#
# The lecture's figure is of its own table of diabetes patients, which is not the table that scikit-learn carries; a
# figure tells something beside others on the same rows. Logistic regression is the network without hidden layers.

# %%
linear = LogisticRegression().fit(table.x, table.y)
commoner = np.bincount(table.y).argmax()
rows = {
    f"always {table.labels[commoner]}": np.mean(table.y_test == commoner),
    "logistic regression": linear.score(*test),
    f"network, epoch {best + 1} (lowest test loss)": history["val_accuracy"][best],
    f"network, epoch {lesson.epochs}": history["val_accuracy"][-1],
}
print("test accuracy")
for name, accuracy in rows.items():
    print(f"  {name:40}{accuracy:6.3f}  on {len(table.y_test)} rows")
print(f"  {'the lecture, on its own diabetes table':40}{0.835:6.3f}  on 400 rows")
p = ag.softmax(optim.predict(model, table.x_test), axis=1)
wrong = p.argmax(1) != table.y_test
if wrong.any():
    print(f"{wrong.sum()} rows are wrong, and the network is {p[wrong].max(1).mean():.1%} sure of them, on average")
matrix = optim.confusion_matrix(table.y_test, p)
made, axes = figure(size=(6, 5))
confusion(axes, matrix, table.labels, title="held-out rows")
lesson.show(made, "confusion.svg", "How many held-out rows of each outcome are taken for which.")

# %% [markdown]
# ## Saved, loaded, asked
#
# The file holds the weights by their names. A network made anew has others, until it loads them; then it predicts the
# same to the last bit.

# %%
path = lesson.out / "network.safetensors"
model.save(path)
loaded = network()
before = np.array_equal(optim.predict(loaded, table.x_test), optim.predict(model, table.x_test))
loaded.load(path)
after = np.array_equal(optim.predict(loaded, table.x_test), optim.predict(model, table.x_test))
print(f"the same predictions to the bit: {before} before loading, {after} after")

row = table.x_test[:1]
chances = ag.softmax(optim.predict(loaded, row), axis=1)[0]
for name, value in zip(table.columns, row[0], strict=True):
    print(f"  {name:20}{value:7.2f} deviations from the mean")
print(", ".join(f"{name}: {chance:.4f}" for name, chance in zip(table.labels, chances, strict=True)))
print(f"predicted: {table.labels[chances.argmax()]}; true: {table.labels[table.y_test[0]]}")

# %%
loss = loss_of(loaded(ag.Tensor(table.x_test, name="x")), table.y_test)
picture = ag.draw(loss, names={"loss": loss}, depth=1, rankdir="TB")
lesson.show(
    picture, "network.svg", "The network on the held-out rows: what each layer gives, and what flows back to it."
)
