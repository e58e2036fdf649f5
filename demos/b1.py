"""B1. Back-propagation by hand: two inputs, two ReLU units, softmax, cross-entropy

The lecture's network, one number at a time, with the figures that it prints beside ours.
"""

from pathlib import Path

import numpy as np

import autograd_lite as ag
from demos.gallery import Pictures

RATE = 0.5
WEIGHTS = {
    "w1": 0.1, "w2": 0.3, "b1": 0.5, "w3": 0.35, "w4": 0.5, "b2": 0.7,
    "w5": 0.5, "w7": 0.9, "b3": 0.4, "w6": 0.25, "w8": 0.15, "b4": 0.1,
}  # fmt: skip


def run(out: Path) -> Pictures:
    """Work the example, print each figure beside the lecture's, and draw the graph."""
    x1, x2 = ag.Value(0.2, name="x1"), ag.Value(0.5, name="x2")
    w1, w2, b1, w3, w4, b2, w5, w7, b3, w6, w8, b4 = (ag.Value(v, name=k) for k, v in WEIGHTS.items())

    u1 = w1 * x1 + w2 * x2 + b1
    u2 = w3 * x1 + w4 * x2 + b2
    h1, h2 = u1.relu(), u2.relu()
    z1 = h1 * w5 + h2 * w7 + b3
    z2 = h1 * w6 + h2 * w8 + b4
    total = np.exp(z1) + np.exp(z2)
    y1, y2 = np.exp(z1) / total, np.exp(z2) / total
    loss = -np.log(y2)
    loss.backward()

    print(f"{'':28}{'lecture':>10}{'here':>12}")
    rows = [
        ("h2", 1.02, h2.data),
        ("prediction 1", 0.774256, y1.data),
        ("prediction 2", 0.225744, y2.data),
        ("dl/dw8 = h2 (p2 - y2)", -0.789741, w8.grad),
        ("new w8", 0.544871, w8.data - RATE * w8.grad),
        ("dl/dw1", 0.038713, w1.grad),
        ("new w1 (lecture rounds)", 0.080644, w1.data - RATE * w1.grad),
    ]
    for what, printed, ours in rows:
        print(f"{what:28}{printed:10g}{ours:12.7f}")
    print(f"\ndl/dz = p - y: {z1.grad:.6f} = {y1.data:.6f} - 0, and {z2.grad:.6f} = {y2.data:.6f} - 1")

    names = {"u1": u1, "u2": u2, "h1": h1, "h2": h2, "z1": z1, "z2": z2, "p1": y1, "p2": y2, "L": loss}
    picture = ag.draw(loss, names=names, fold="names", title="B1. Back-propagation by hand")
    picture.save(out / "network.svg")
    picture.save(out / "backprop.html")
    return {
        "network.svg": "The network folded to its variables, with values, gradients and the derivatives between them.",
        "backprop.html": "The same, played step by step: forwards, then backwards.",
    }
