# %% [markdown]
# # D2. Handwritten digits: ReLU or sigmoid
#
# MNIST, 784-64-32-10, trained on the cross-entropy, once with ReLU and once with the sigmoid between the layers: the
# same initial weights, batches, rate and number of epochs. The sigmoid learns later; why is seen in the gradients: its
# slope is at most a quarter, and each layer multiplies by it what flows back.

# %%
import autograd_lite as ag
import nn
import optim
from demos import data
from demos.lesson import Lesson
from demos.plots import bars, curves, figure

lesson = Lesson("d2", data="", openml=False, epochs=80, batch=64, lr=0.2, seed=0, quick={"epochs": 16})
digits = data.mnist(lesson.data, lesson.openml)
train, test = (digits.x, digits.y), (digits.x_test, digits.y_test)
print(digits.said)


def network(activation):
    """784-64-32-10 with this class of activation between the layers."""
    ag.manual_seed(lesson.seed)
    return nn.Sequential(nn.Linear(784, 64), activation(), nn.Linear(64, 32), activation(), nn.Linear(32, 10))


# %% [markdown]
# ## The gradients before training
#
# For each layer the norm of the gradient of its weights and biases, for one batch, from the input to the output.

# %%
loss = nn.CrossEntropyLoss()
models = {"ReLU": network(nn.ReLU), "sigmoid": network(nn.Sigmoid)}
flows = {name: ag.draw.flow(loss(model(digits.x[:64]), digits.y[:64])) for name, model in models.items()}
for name, flow in flows.items():
    print(f"\n{name}\n{flow}")
made, axes = figure(size=(7.5, 4.2))
norms = {name: [layer.gradient for layer in flow.layers] for name, flow in flows.items()}
bars(axes, norms, ["784-64", "64-32", "32-10"], what="norm of the gradient", log=False)
lesson.show(made, "flow.svg", "The gradient of each layer before training: with the sigmoid it vanishes to the left.")

# %% [markdown]
# ## Training both

# %%
history = {}
for name, model in models.items():
    optimizer = optim.SGD(model.parameters(), lr=lesson.lr)
    history[name] = optim.fit(
        model, loss, optimizer, train, validation=test, epochs=lesson.epochs, batch_size=lesson.batch,
        metrics=["accuracy"], seed=lesson.seed,
    )  # fmt: skip
print("\n          train loss  test loss  test accuracy  epochs to 90 %")
for name, rows in history.items():
    reached = next((row["epoch"] for row in rows if row["val_accuracy"] >= 0.9), "")
    last = rows["loss"][-1], rows["val_loss"][-1], rows["val_accuracy"][-1]
    print("{:8}  {:10.4f}  {:9.4f}  {:13.1%}  {:>14}".format(name, *last, reached))

# %%
made, (left, right) = figure(1, 2)
curves(left, {name: rows["loss"] for name, rows in history.items()}, what="cross-entropy, in training")
curves(right, {name: rows["val_accuracy"] for name, rows in history.items()}, what="accuracy on test images")
lesson.show(made, "curves.svg", "ReLU learns from the first epoch on; the sigmoid stays where it began, then follows.")
