"""The lectures' examples A1 to A4, B1 and B2 as graphs, for every test that draws or explains them.

Each function builds its graph anew and gives the output and the names of its variables.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

import autograd_lite as ag
from nn import Parameter

#: An output, and what its variables are called.
Example = tuple[Any, dict[str, Any]]

B1_LEAVES = {
    "x1": 0.2, "x2": 0.5, "w1": 0.1, "w2": 0.3, "b1": 0.5, "w3": 0.35, "w4": 0.5, "b2": 0.7,
    "w5": 0.5, "w7": 0.9, "b3": 0.4, "w6": 0.25, "w8": 0.15, "b4": 0.1,
}  # fmt: skip
B2_LEAVES = {
    "x1": 0.05, "x2": 0.10, "w1": 0.15, "w2": 0.20, "w3": 0.25, "w4": 0.30, "b1": 0.35,
    "w5": 0.40, "w6": 0.45, "w7": 0.50, "w8": 0.55, "b2": 0.60,
}  # fmt: skip
#: What the lectures print, and what follows from it by hand: of the values, and of the output's gradients.
VALUES: dict[str, dict[str, float]] = {
    "a1": {"x": 1, "y": 3, "z": -3, "p": 4, "g": -12},
    "b1": {"w1": 0.1, "w5": 0.5, "w6": 0.25, "w8": 0.15, "h2": 1.02, "p1": 0.774256, "p2": 0.225744},
    "b2": B2_LEAVES,
}
GRADIENTS: dict[str, dict[str, float]] = {
    "a1": {"g": 1, "z": 4, "p": -3, "x": -3, "y": -3},
    "b1": {"w8": -0.789741, "w1": 0.038713, "z1": 0.774256, "z2": 0.225744 - 1},
    "b2": {"w5": 0.082167, "w6": 0.082668, "w7": -0.022603, "w8": -0.022740,
           "w1": 0.000439, "w2": 0.000877, "w3": 0.000498, "w4": 0.000995},
}  # fmt: skip


def a1(kind: type = ag.Value) -> Example:
    """p = x + y, g = p z, of Values or of Tensors."""
    options = {} if kind is ag.Value else {"requires_grad": True}
    x, y, z = (kind(v, **options) for v in (1.0, 3.0, -3.0))
    p = x + y
    g = p * z
    return g, {"x": x, "y": y, "z": z, "p": p, "g": g}


def a2() -> Example:
    """c = sum(x y + z) on 3 x 4 arrays."""
    x = ag.Tensor(np.arange(1.0, 13.0).reshape(3, 4), requires_grad=True)
    y = ag.Tensor(np.arange(12.0).reshape(3, 4) / 4 - 1, requires_grad=True)
    z = ag.Tensor(np.arange(12.0).reshape(3, 4) % 5, requires_grad=True)
    a = x * y
    b = a + z
    c = b.sum()
    return c, {"x": x, "y": y, "z": z, "a": a, "b": b, "c": c}


def a3(examples: int = 5) -> Example:
    """The sigmoid network 6-4-3-1 with the loss sum((y - h3)^2) / 2m on m examples."""
    rng = np.random.default_rng(0)
    n: dict[str, Any] = {"X": ag.Tensor(rng.normal(size=(examples, 6)).round(1))}
    n["y"] = ag.Tensor(rng.integers(0, 2, size=(examples, 1)).astype(float))
    below = n["X"]
    for k, (inputs, outputs) in enumerate(((6, 4), (4, 3), (3, 1)), 1):
        n[f"W{k}"] = Parameter(rng.normal(size=(outputs, inputs)).round(1))
        n[f"b{k}"] = Parameter(rng.normal(size=outputs).round(1))
        n[f"z{k}"] = below @ n[f"W{k}"].T + n[f"b{k}"]
        n[f"h{k}"] = below = ag.sigmoid(n[f"z{k}"])
    n["L"] = 1 / (2 * examples) * ((n["y"] - n["h3"]) ** 2).sum()
    return n["L"], n


#: The rules of A4 by the lectures' names, each a function of t, the constants a and c, and of u, v and w.
RULES: dict[str, Callable[..., Any]] = {
    "constant": lambda t, a, c, u, v, w: c,
    "a t": lambda t, a, c, u, v, w: a * t,
    "a u": lambda t, a, c, u, v, w: a * u,
    "u + v - w": lambda t, a, c, u, v, w: u + v - w,
    "u / v": lambda t, a, c, u, v, w: u / v,
    "u^n": lambda t, a, c, u, v, w: u**3.0,
    "1 / u": lambda t, a, c, u, v, w: 1.0 / u,
    "ln u": lambda t, a, c, u, v, w: u.log(),
    "e^u": lambda t, a, c, u, v, w: u.exp(),
    "f(u)": lambda t, a, c, u, v, w: u.sin(),
}
A4_LEAVES = {"t": 0.8, "u": 1.5, "v": 2.0, "w": 0.5}
#: What each rule gives by hand, at `A4_LEAVES`, with a = 3, c = 5 and n = 3.
A4_DERIVATIVES: dict[str, dict[str, float]] = {
    "constant": {},
    "a t": {"t": 3.0},
    "a u": {"u": 3.0},
    "u + v - w": {"u": 1.0, "v": 1.0, "w": -1.0},
    "u / v": {"u": 1 / 2.0, "v": -1.5 / 2.0**2},
    "u^n": {"u": 3 * 1.5**2},
    "1 / u": {"u": -1 / 1.5**2},
    "ln u": {"u": 1 / 1.5},
    "e^u": {"u": float(np.exp(1.5))},
    "f(u)": {"u": float(np.cos(1.5))},
}


def a4() -> Example:
    """The ten rules of differentiation in one graph: the sum of y1 to y10, with a = 3, c = 5, n = 3 and f = sin."""
    n: dict[str, Any] = {name: ag.Tensor(x, requires_grad=True) for name, x in A4_LEAVES.items()}
    n |= {"a": ag.Tensor(3.0), "c": ag.Tensor(5.0)}
    terms = [rule(n["t"], n["a"], n["c"], n["u"], n["v"], n["w"]) for rule in RULES.values()]
    n |= {f"y{i}": term for i, term in enumerate(terms, 1)}
    total = terms[0]
    for term in terms[1:]:
        total = total + term
    return total, n | {"s": total}


def b1(predictions: bool = True) -> Example:
    """Two inputs, two ReLU units, softmax, cross-entropy with the target [0, 1]; its leaves are `B1_LEAVES`.

    Without `predictions`, the softmax has no names, and what the target multiplies by zero is left out.
    """
    n: dict[str, Any] = {name: ag.Value(x) for name, x in B1_LEAVES.items()}
    n["u1"] = n["w1"] * n["x1"] + n["w2"] * n["x2"] + n["b1"]
    n["u2"] = n["w3"] * n["x1"] + n["w4"] * n["x2"] + n["b2"]
    n["h1"], n["h2"] = n["u1"].relu(), n["u2"].relu()
    n["z1"] = n["h1"] * n["w5"] + n["h2"] * n["w7"] + n["b3"]
    n["z2"] = n["h1"] * n["w6"] + n["h2"] * n["w8"] + n["b4"]
    e1, e2 = n["z1"].exp(), n["z2"].exp()
    total = e1 + e2
    if predictions:
        n["p1"], n["p2"] = e1 / total, e2 / total
        n["l"] = -(0.0 * n["p1"].log() + 1.0 * n["p2"].log())
    else:
        n["l"] = -(e2 / total).log()
    return n["l"], n


def b2() -> Example:
    """Two inputs, two sigmoid units, two sigmoid outputs, J = sum((o - t)^2) / 2; its leaves are `B2_LEAVES`."""
    n: dict[str, Any] = {name: ag.Value(x) for name, x in B2_LEAVES.items()}
    n["u1"] = n["w1"] * n["x1"] + n["w2"] * n["x2"] + n["b1"]
    n["u2"] = n["w3"] * n["x1"] + n["w4"] * n["x2"] + n["b1"]
    n["h1"], n["h2"] = n["u1"].sigmoid(), n["u2"].sigmoid()
    n["z1"] = n["w5"] * n["h1"] + n["w6"] * n["h2"] + n["b2"]
    n["z2"] = n["w7"] * n["h1"] + n["w8"] * n["h2"] + n["b2"]
    n["o1"], n["o2"] = n["z1"].sigmoid(), n["z2"].sigmoid()
    n["J"] = ((n["o1"] - 0.01) ** 2 + (n["o2"] - 0.99) ** 2) / 2
    return n["J"], n


EXAMPLES: dict[str, Callable[[], Example]] = {"a1": a1, "a2": a2, "a3": a3, "a4": a4, "b1": b1, "b2": b2}
