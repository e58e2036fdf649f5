# %% [markdown]
# # E4. Vanishing gradients, layer by layer
#
# Eight layers with the sigmoid, whose slope is at most a quarter, and the same with ReLU: the norm of each layer's
# gradient, and of the units that no example makes active.

# %%
import numpy as np

import autograd_lite as ag
import nn
from demos.lesson import Lesson

lesson = Lesson("e4", layers=8, units=16, examples=32, seed=0)


# %%
def network(activation):
    """Layers of equal size, with the same initial weights for each activation."""
    ag.manual_seed(lesson.seed)
    hidden = [part for _ in range(lesson.layers - 1) for part in (nn.Linear(lesson.units, lesson.units), activation())]
    return nn.Sequential(*hidden, nn.Linear(lesson.units, 2))


# %%
rng = np.random.default_rng(lesson.seed + 1)
x = rng.normal(size=(lesson.examples, lesson.units)).astype(np.float32)
labels = rng.integers(0, 2, lesson.examples)
lost = {}
for activation in (nn.Sigmoid, nn.ReLU):
    name = activation.__name__
    net = network(activation)
    loss = nn.CrossEntropyLoss()(net(x), labels)
    flow = ag.draw.flow(loss, names={"net": net}, title=f"{lesson.layers} layers with {name}")
    lost[name] = flow.layers[-1].gradient / flow.layers[0].gradient
    print(f"{flow}\n\nThe first layer's gradient is {lost[name]:,.0f} times smaller than the last one's.\n")
    lesson.show(flow, f"{name.lower()}.svg", f"{name}: norms of gradients and weights.")
lesson.show(flow.picture, "network.svg", "The ReLU network: the darker a layer, the larger its gradient.")
