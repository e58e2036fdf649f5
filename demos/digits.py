# %% [markdown]
# # Handwritten digits, 64-32-10
#
# 1,797 real images of 8 x 8 pixels, which scikit-learn carries; a fifth of them held out. The loop is written by hand;
# `optim.fit` would be its short form.

# %%
import numpy as np
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from tqdm import tqdm

import autograd_lite as ag
import nn
import optim
from demos.lesson import Lesson
from demos.plots import curves, figure, samples

lesson = Lesson("digits", epochs=40, batch=64, lr=0.005, seed=0, quick={"epochs": 8})

# %%
images, labels = load_digits(return_X_y=True)
images = (images / 16).astype(np.float32)
x, x_test, y, y_test = train_test_split(images, labels, test_size=0.2, random_state=lesson.seed, stratify=labels)

ag.manual_seed(lesson.seed)
model = nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10))
loss_of = nn.CrossEntropyLoss()
optimizer = optim.Adam(model.parameters(), lr=lesson.lr)


def accuracy(x, y):
    """The share of images, (n, 64), whose largest logit is their label's."""
    with ag.no_grad():
        return float(np.mean(np.argmax(model(x).data, axis=1) == y))


# %%
losses, train, held_out = [], [], []
batches = optim.batches((x, y), lesson.batch, shuffle=True, seed=lesson.seed)
bar = tqdm(range(lesson.epochs), desc="training", unit="epoch")
for _ in bar:
    total = 0.0
    for batch_x, batch_y in batches:
        loss = loss_of(model(batch_x), batch_y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(batch_y)
    losses.append(total / len(x))
    train.append(accuracy(x, y))
    held_out.append(accuracy(x_test, y_test))
    bar.set_postfix(loss=f"{losses[-1]:.4f}", held_out=f"{held_out[-1]:.1%}")
print(f"loss {losses[-1]:.4f}, accuracy {train[-1]:.1%} in training, {held_out[-1]:.1%} on held-out images")

# %%
made, (left, right) = figure(1, 2)
curves(left, {"train": losses}, what="cross-entropy", title="training loss", log=True)
curves(right, {"train": train, "held out": held_out}, what="accuracy", title="accuracy")
right.set_ylim(0.6, 1.01)
lesson.show(made, "curves.svg", "Loss and accuracy, epoch by epoch.")

# %%
with ag.no_grad():
    predicted = np.argmax(model(x_test).data, axis=1)
chosen = np.argsort(predicted == y_test, kind="stable")[:40]
said = [f"{predicted[i]}" if predicted[i] == y_test[i] else f"{predicted[i]} ({y_test[i]})" for i in chosen]
made = samples(x_test[chosen].reshape(-1, 8, 8), said, predicted[chosen] != y_test[chosen])
lesson.show(made, "predictions.png", "Held-out images with the prediction; the wrong ones first, with the label.")

# %%
loss = loss_of(model(x_test[:8]), y_test[:8])
picture = ag.draw(loss, names=dict(model.named_parameters()))
lesson.show(picture, "network.svg", "The graph of the loss on eight images.")
