"""Training: handwritten digits, 64-32-10

1,797 real images of 8 x 8 pixels, which scikit-learn carries; a fifth of them held out.
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

EPOCHS, BATCH, RATE = 40, 64, 0.005
Array = NDArray[Any]


def load() -> list[Array]:
    """Images with pixels from 0 to 1, and their labels: train and held-out."""
    from sklearn.datasets import load_digits
    from sklearn.model_selection import train_test_split

    images, labels = load_digits(return_X_y=True)
    images = (images / 16).astype(np.float32)
    return train_test_split(images, labels, test_size=0.2, random_state=0, stratify=labels)  # type: ignore[no-any-return]


def accuracy(model: nn.Module, images: Array, labels: Array) -> float:
    """The share of images whose largest logit is their label's."""
    with ag.no_grad():
        return float(np.mean(np.argmax(model(images).data, axis=1) == labels))


def train(epochs: int = EPOCHS) -> tuple[nn.Module, list[tuple[float, float, float]]]:
    """Train by Adam on shuffled batches: the model, and per epoch the loss and both accuracies."""
    x, x_test, y, y_test = load()
    rng = np.random.default_rng(0)
    model = nn.Sequential(nn.Linear(64, 32, generator=rng), nn.ReLU(), nn.Linear(32, 10, generator=rng))
    loss_of = nn.CrossEntropyLoss()
    optimizer = optim.Adam(model.parameters(), lr=RATE)
    history = []
    bar = tqdm(range(epochs), desc="training", unit="epoch")
    for _ in bar:
        total = 0.0
        for batch in np.split(order := rng.permutation(len(x)), range(BATCH, len(order), BATCH)):
            loss = loss_of(model(x[batch]), y[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(batch)
        history.append((total / len(x), accuracy(model, x, y), accuracy(model, x_test, y_test)))
        bar.set_postfix(loss=f"{history[-1][0]:.4f}", held_out=f"{history[-1][2]:.1%}")
    return model, history


def run(out: Path) -> Pictures:
    """Train, print the accuracy on the held-out images, and draw curves, predictions and the graph."""
    model, history = train()
    loss, on_train, held_out = history[-1]
    print(f"\nloss {loss:.4f}, accuracy {on_train:.1%} in training, {held_out:.1%} on held-out images")
    assert held_out > 0.95, "a network that learns reaches 95 % here"
    _, x_test, _, y_test = load()
    plot_curves(history, out / "curves.svg")
    plot_predictions(model, x_test, y_test, out / "predictions.png")
    loss_node = nn.CrossEntropyLoss()(model(x_test[:8]), y_test[:8])
    ag.draw(loss_node, names=dict(model.named_parameters())).save(out / "network.svg")
    return {
        "curves.svg": "Loss and accuracy, epoch by epoch.",
        "predictions.png": "Held-out images with the prediction; the wrong ones in red with the label behind.",
        "network.svg": "The graph of the loss on eight images (scroll sideways).",
    }


def plot_curves(history: list[tuple[float, float, float]], path: Path) -> None:
    """Loss on the left, accuracy of train and held-out images on the right."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    loss, on_train, held_out = zip(*history, strict=True)
    epochs = np.arange(1, len(history) + 1)
    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.6), layout="constrained")
    left.semilogy(epochs, loss, color="#3b6ea5")
    left.set(xlabel="epoch", ylabel="cross-entropy", title="training loss")
    right.plot(epochs, on_train, color="#3b6ea5", label="train")
    right.plot(epochs, held_out, "--", color="#c2571a", label="held out")
    right.axhline(0.95, color="#8a929b", linewidth=0.8)
    right.set(xlabel="epoch", ylabel="accuracy", title="accuracy", ylim=(0.6, 1.01))
    right.legend(frameon=False, loc="lower right")
    for axes in (left, right):
        axes.grid(alpha=0.25)
    figure.savefig(path)
    plt.close(figure)


def plot_predictions(model: nn.Module, images: Array, labels: Array, path: Path) -> None:
    """Forty held-out images, all wrong ones among them first."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    with ag.no_grad():
        predicted = np.argmax(model(images).data, axis=1)
    chosen = np.argsort(predicted == labels, kind="stable")[:40]
    figure, grid = plt.subplots(4, 10, figsize=(9, 4.4), layout="constrained")
    for axes, i in zip(grid.flat, chosen, strict=True):
        right = predicted[i] == labels[i]
        axes.imshow(images[i].reshape(8, 8), cmap="gray_r")
        said = str(predicted[i]) if right else f"{predicted[i]} ({labels[i]})"
        axes.set_title(said, color="#1f2933" if right else "#b3261e", fontsize=11)
        axes.axis("off")
    figure.savefig(path, dpi=150)
    plt.close(figure)
