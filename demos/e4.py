# %% [markdown]
# # E4. Vanishing gradients, layer by layer, and what helps
#
# From each layer to the one below, back-propagation multiplies by the weights and by the slope of the activation:
# ∂L/∂z_k = σ′(z_k) · W_(k+1)ᵀ ∂L/∂z_(k+1). The slope of the sigmoid, σ (1 − σ), is at most 1/4, and after seven of them
# little is left for the first layer. Each remedy changes one factor of that product.

# %%
import sys

import numpy as np
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from tqdm import tqdm

import autograd_lite as ag
import nn
import optim
from demos.lesson import Lesson
from demos.plots import multiples

lesson = Lesson("e4", layers=8, epochs=15, lr=0.05, momentum=0.9, seed=0, quick={"epochs": 4})

images, labels = load_digits(return_X_y=True)
images = (images / 16).astype(np.float32)
x, x_test, y, y_test = train_test_split(images, labels, test_size=0.2, random_state=lesson.seed, stratify=labels)

# %% [markdown]
# ## Seven hidden layers, and the remedies
#
# Handwritten digits: 64 pixels, hidden layers of n = 64 sigmoids each, 10 logits. `nn.Linear` starts with weights of
# variance 1/(3n), so that a sum over n of them takes a factor √(n · 1/(3n)) = 1/√3, and with the slope of the sigmoid
# 1/4 · 1/√3 = 0.14 of the gradient is left at each layer. The remedies:
#
# - ReLU: the slope is 1, for the half of the units that are active: √(1/2) · 1/√3 = 0.41. He's initial weights, of
#   variance 2/n, make that 1.
# - Glorot's initial weights, of variance 2/(n_in + n_out) = 1/n: with the sigmoid, the quarter of its slope is left.
#   They are made for tanh, whose slope is 1 at zero: nearly 1.
# - Batch normalization divides by the spread of the signal, and so by the factor that slope and weights have taken
#   from it: 1, be it before the activation or after it.
# - A residual connection, h + σ(W h + b), has the derivative 1 + what its layer adds: at least about 1.

# %%
N = 64


def linear(start=None):
    """A layer of N units with the initial weights of `nn.Linear`, or those of `start`."""
    layer = nn.Linear(N, N)
    if start is not None:
        start(layer.weight)
    return layer


he, glorot = nn.init.he_uniform_, nn.init.glorot_uniform_
HIDDEN = {
    "sigmoid": (lambda: nn.Sequential(linear(), nn.Sigmoid()), 1 / 4 / np.sqrt(3)),
    "ReLU": (lambda: nn.Sequential(linear(), nn.ReLU()), np.sqrt(1 / 2 / 3)),
    "ReLU, He": (lambda: nn.Sequential(linear(he), nn.ReLU()), 1.0),
    "sigmoid, Glorot": (lambda: nn.Sequential(linear(glorot), nn.Sigmoid()), 1 / 4),
    "tanh, Glorot": (lambda: nn.Sequential(linear(glorot), nn.Tanh()), 1.0),
    "batch norm before": (lambda: nn.Sequential(linear(), nn.BatchNorm1d(N), nn.Sigmoid()), 1.0),
    "batch norm after": (lambda: nn.Sequential(linear(), nn.Sigmoid(), nn.BatchNorm1d(N)), 1.0),
    "residual": (lambda: nn.Residual(nn.Sequential(linear(), nn.Sigmoid())), np.sqrt(1 + 1 / 16 / 3)),
}


def network(name):
    """The hidden layers of one kind and the output layer, with weights from the lesson's seed."""
    ag.manual_seed(lesson.seed)
    return nn.Sequential(*[HIDDEN[name][0]() for _ in range(lesson.layers - 1)], nn.Linear(N, 10))


# %% [markdown]
# ## Before training: the norm of each layer's gradient
#
# That of its weights and bias together: ∂L/∂z times what comes in, over 256 images. The factor per layer is the
# geometric mean from the last hidden layer to the first. It leaves the theory, which is that of ∂L/∂z, where the signal
# itself changes on its way up: with ReLU it fades, and in the residual network every layer adds about 1/2.

# %%
cross_entropy = nn.CrossEntropyLoss()
flows, norms, factors = {}, {}, {}
print(f"{'‖gradient‖ layer':17}{''.join(f'{k:8}' for k in range(1, lesson.layers + 1))} last/first factor theory")
for name, (_, theory) in HIDDEN.items():
    net = network(name)
    loss = cross_entropy(net(x[:256]), y[:256])
    flows[name] = ag.draw.flow(loss, names={"net": net}, title=f"{name}, before training")
    norms[name] = [layer.gradient for layer in flows[name].layers if layer.kind == "Linear"]
    factors[name] = (norms[name][0] / norms[name][-2]) ** (1 / (lesson.layers - 2))
    row = "".join(f" {norm:.1e}" for norm in norms[name])
    print(f"{name:17}{row}{norms[name][-1] / norms[name][0]:11,.1f}{factors[name]:7.2f}{theory:7.2f}")

said = {name: f"× {factor:.2f} per layer" for name, factor in factors.items()}
made = multiples(norms, "sigmoid", columns=4, along="layer", what="‖gradient‖", log=True, said=said)
lesson.show(made, "norms.svg", "The gradient of each layer, from the input at the left to the output; dashed: sigmoid.")
for name in ("sigmoid", "batch norm before", "residual"):
    lesson.show(flows[name], f"flow-{name.replace(' ', '-')}.svg", f"Gradients and weights, layer by layer: {name}.")
lesson.show(flows["sigmoid"].picture, "layers.svg", "The sigmoid network: the darker a layer, the larger its gradient.")

# %% [markdown]
# ## Training shows that it matters
#
# All are trained alike, by gradient descent with momentum. A network that has learned nothing gives each digit the
# same probability: its loss is ln 10 = 2.30, and one image in ten is right.

# %%
losses, accuracies = {}, {}
print(f"\n{'after ' + str(lesson.epochs) + ' epochs':18}    loss  accuracy on held-out images")
for name in tqdm(HIDDEN, desc="networks"):
    net = network(name)
    optimizer = optim.SGD(net.parameters(), lr=lesson.lr, momentum=lesson.momentum)
    options = {"epochs": lesson.epochs, "batch_size": 64, "seed": lesson.seed, "progress": False}
    losses[name] = optim.fit(net, cross_entropy, optimizer, (x, y), **options)["loss"]
    accuracies[name] = optim.evaluate(net, cross_entropy, (x_test, y_test), ["accuracy"])["accuracy"]
    tqdm.write(f"{name:18}{losses[name][-1]:8.3f}{accuracies[name]:10.1%}", file=sys.stdout)

said = {name: f"{accuracy:.0%} right" for name, accuracy in accuracies.items()}
made = multiples(losses, "sigmoid", columns=4, along="epoch", what="training loss", log=True, said=said)
lesson.show(made, "losses.svg", "The training loss, dashed that of sigmoid; and how many held-out images are right.")
