"""Draws the pictures of `pictures.md`.

python docs/pictures.py
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

import autograd_lite as ag
import nn
from autograd_lite.draw import Picture

FOLDER = Path(__file__).with_name("pictures")
LEAVES = {
    "x1": 0.2, "x2": 0.5, "w1": 0.1, "w2": 0.3, "b1": 0.5, "w3": 0.35, "w4": 0.5, "b2": 0.7,
    "w5": 0.5, "w7": 0.9, "b3": 0.4, "w6": 0.25, "w8": 0.15, "b4": 0.1,
}  # fmt: skip


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for name, picture in pictures().items():
        print(picture.save(FOLDER / f"{name}.svg").name)


def pictures() -> dict[str, Picture]:
    """The pictures by the names of their files."""
    return {"a1": product(), "b1": folded(), "network": network()}


def product() -> Picture:
    """The sum times a number."""
    x, y, z = ag.Value(1.0), ag.Value(3.0), ag.Value(-3.0)
    p = x + y
    g = p * z
    return ag.draw(g, names={"x": x, "y": y, "z": z, "p": p, "g": g}, title="g = (x + y) z")


def folded() -> Picture:
    """Two inputs, two ReLU units, softmax and cross-entropy, folded to their names."""
    n = {name: ag.Value(value) for name, value in LEAVES.items()}
    n["u1"] = n["w1"] * n["x1"] + n["w2"] * n["x2"] + n["b1"]
    n["u2"] = n["w3"] * n["x1"] + n["w4"] * n["x2"] + n["b2"]
    n["h1"], n["h2"] = n["u1"].relu(), n["u2"].relu()
    n["z1"] = n["h1"] * n["w5"] + n["h2"] * n["w7"] + n["b3"]
    n["z2"] = n["h1"] * n["w6"] + n["h2"] * n["w8"] + n["b4"]
    e1, e2 = n["z1"].exp(), n["z2"].exp()
    n["l"] = -(e2 / (e1 + e2)).log()
    return ag.draw(n["l"], names=n, fold="names", title="Two ReLU units, softmax, cross-entropy")


def network() -> Picture:
    """Three layers, each a box."""
    net = nn.Sequential(nn.Linear(3, 2), nn.ReLU(), nn.Linear(2, 1))
    for parameter, start in zip(net.parameters(), (-0.5, 0.5, 1.0, 0.25), strict=True):
        size = parameter.data.size
        parameter.data = (start + np.arange(size) / 4).reshape(parameter.shape).astype(np.float32)
    x = ag.Tensor(np.array([[1.0, 0.5, -1.0]], dtype=np.float32), name="X")
    return ag.draw(net(x).sum(), title="Modules are boxes")


if __name__ == "__main__":
    main()
