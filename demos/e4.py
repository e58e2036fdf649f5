"""E4. Vanishing gradients, layer by layer

Eight layers with the sigmoid, whose slope is at most a quarter, and the same with ReLU: the norm of
each layer's gradient, and of the units that no example makes active.
"""

from pathlib import Path

import numpy as np

import autograd_lite as ag
import nn
from demos.gallery import Pictures

LAYERS, UNITS, EXAMPLES = 8, 16, 32


def network(activation: type[nn.Module]) -> nn.Sequential:
    """Layers of equal size, with the same initial weights for each activation."""
    generator = np.random.default_rng(0)
    hidden = [part for _ in range(LAYERS - 1) for part in (nn.Linear(UNITS, UNITS, generator=generator), activation())]
    return nn.Sequential(*hidden, nn.Linear(UNITS, 2, generator=generator))


def run(out: Path) -> Pictures:
    """Print the gradient-flow map of both networks, and draw it as bars and in the network."""
    random = np.random.default_rng(1)
    x = random.normal(size=(EXAMPLES, UNITS)).astype(np.float32)
    labels = random.integers(0, 2, EXAMPLES)
    captions = {}
    for activation in (nn.Sigmoid, nn.ReLU):
        name = activation.__name__
        net = network(activation)
        loss = nn.CrossEntropyLoss()(net(x), labels)
        flow = ag.draw.flow(loss, names={"net": net}, title=f"{LAYERS} layers with {name}")
        lost = flow.layers[-1].gradient / flow.layers[0].gradient
        print(f"{flow}\n\nThe first layer's gradient is {lost:,.0f} times smaller than the last one's.\n")
        flow.save(out / f"{name.lower()}.svg")
        captions[f"{name.lower()}.svg"] = f"{name}: norms of gradients and weights."
    flow.picture.save(out / "network.svg")
    captions["network.svg"] = "The ReLU network: the darker a layer, the larger its gradient."
    return captions
