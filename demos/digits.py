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
from demos.plots import confusion, curves, figure, samples

lesson = Lesson("digits", epochs=40, batch=64, lr=0.005, seed=0, quick={"epochs": 8})

# %%
images, labels = load_digits(return_X_y=True)
images = (images / 16).astype(np.float32)
x, x_test, y, y_test = train_test_split(images, labels, test_size=0.2, random_state=lesson.seed, stratify=labels)

ag.manual_seed(lesson.seed)
model = nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10))
loss_of = nn.CrossEntropyLoss()
optimizer = optim.Adam(model.parameters(), lr=lesson.lr)
print(nn.summary(model, (1, 64)))

# %% [markdown]
# ## Training
#
# Batches of 64 in a new order in each epoch. The training loss is a mean over the epoch, while the network learns;
# held-out images are judged at its end. Guessing would have a loss of ln 10 = 2.30.

# %%
history = {"loss": [], "accuracy": [], "held-out loss": [], "held-out accuracy": []}
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
    found = optim.evaluate(model, loss_of, (x_test, y_test), ["accuracy"])
    history["loss"].append(total / len(x))
    history["accuracy"].append(optim.evaluate(model, loss_of, (x, y), ["accuracy"])["accuracy"])
    history["held-out loss"].append(found["loss"])
    history["held-out accuracy"].append(found["accuracy"])
    bar.set_postfix(loss=f"{total / len(x):.4f}", held_out=f"{found['accuracy']:.1%}")
for name, values in history.items():
    print(f"{name:20}{values[-1]:.4f}")

made, (left, right) = figure(1, 2)
curves(left, {"train": history["loss"], "held out": history["held-out loss"]}, what="cross-entropy", log=True)
curves(right, {"train": history["accuracy"], "held out": history["held-out accuracy"]}, what="accuracy")
left.set(title="loss")
right.set(title="accuracy", ylim=(0.6, 1.01))
lesson.show(made, "curves.svg", "Loss and accuracy, epoch by epoch.")

# %% [markdown]
# ## What it gets wrong
#
# The digits that it takes for others look like them, even to us at 8 x 8 pixels.

# %%
scores = optim.predict(model, x_test)
predicted = scores.argmax(axis=1)
chosen = np.argsort(predicted == y_test, kind="stable")[:40]
said = [f"{predicted[i]}" if predicted[i] == y_test[i] else f"{predicted[i]} ({y_test[i]})" for i in chosen]
made = samples(x_test[chosen].reshape(-1, 8, 8), said, predicted[chosen] != y_test[chosen])
lesson.show(made, "predictions.png", "Held-out images with the prediction; the wrong ones first, with the label.")

made, axes = figure(size=(7, 6))
confusion(axes, optim.confusion_matrix(y_test, scores), title="held-out images")
lesson.show(made, "confusion.svg", "Which digit is taken for which.")

# %% [markdown]
# ## Which pixels speak for the answer?
#
# The gradient of a score by the image, not by the weights: where it is red, more ink would speak for the digit that is
# predicted, and where it is blue, against it. One backward pass of the sum does for all images, since no score depends
# on another image.

# %%
chosen = [int(np.argmax((predicted == digit) & (y_test == digit))) for digit in range(10)]
pixels = ag.Tensor(x_test[chosen], requires_grad=True)
model(pixels)[np.arange(10), predicted[chosen]].sum().backward()
shown = np.concatenate([pixels.data, pixels.grad.data]).reshape(-1, 8, 8)
made = samples(shown, [str(i) for i in predicted[chosen]] * 2, [False] * 20, signed=True)
lesson.show(made, "pixels.png", "Ten images, and below each the gradient of its score by its pixels.")

# %%
loss = loss_of(model(ag.Tensor(x_test, name="x")), y_test)
picture = ag.draw(loss, names={"loss": loss}, depth=1, rankdir="TB")
lesson.show(picture, "network.svg", "The network on the held-out images: what each layer gives, and what flows back.")
