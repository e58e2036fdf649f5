"""Demos E1 to E7, run small: what they learn and what is drawn."""

from typing import Any

import numpy as np
import pytest


def test_e4(demo: Any) -> None:
    """The norms are those of back-propagation by hand, the factors those of theory; what vanishes learns nothing."""
    run = demo("e4")
    by_hand, steps = sigmoid_network_by_hand(run.network("sigmoid"), run.x[:256], run.y[:256])
    assert run.norms["sigmoid"] == pytest.approx(by_hand, rel=1e-4)
    assert all(kept <= bound for kept, bound in steps)

    clean = ("sigmoid", "ReLU, He", "sigmoid, Glorot", "tanh, Glorot", "batch norm before", "batch norm after")
    for name in clean:
        assert run.factors[name] == pytest.approx(run.HIDDEN[name][1], rel=0.1), name
    lost = {name: norms[-1] / norms[0] for name, norms in run.norms.items()}
    # Six hidden layers below the last: at least 4^6, and with weights of nn.Linear (4 √3)^6.
    assert lost["sigmoid"] > (4 * np.sqrt(3)) ** 6 > lost["sigmoid, Glorot"] > 4**6
    assert lost["ReLU"] < 1_000
    assert lost["residual"] < 100
    assert all(0.5 < lost[name] < 2 for name in set(clean) - {"sigmoid", "sigmoid, Glorot"})

    untaught = {"sigmoid", "sigmoid, Glorot", "ReLU"}
    for name, losses in run.losses.items():
        assert losses[-1] == pytest.approx(np.log(10), abs=0.05) if name in untaught else losses[-1] < 0.6, name
        assert run.accuracies[name] < 0.2 if name in untaught else run.accuracies[name] > 0.85, name


def sigmoid_network_by_hand(net: Any, x: Any, labels: Any) -> tuple[list[float], list[tuple[float, float]]]:
    """Back-propagation in NumPy: the norm of each layer's gradient, and at each step down how much of ∂L/∂z is kept
    and how much at most: a quarter of the weights' largest singular value."""
    linear = [module for module in net.modules() if type(module).__name__ == "Linear"]
    weights = [module.weight.numpy().astype(float) for module in linear]
    outputs = [x.astype(float)]
    for module, w in zip(linear, weights, strict=True):
        z = outputs[-1] @ w.T + module.bias.numpy()
        outputs.append(1 / (1 + np.exp(-z)))
    p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    delta = (p - np.eye(10)[labels]) / len(x)
    norms, steps = [], []
    for k in reversed(range(len(linear))):
        norms.append(float(np.hypot(np.linalg.norm(delta.T @ outputs[k]), np.linalg.norm(delta.sum(axis=0)))))
        below = delta @ weights[k] * outputs[k] * (1 - outputs[k])
        if k:
            steps.append((np.linalg.norm(below) / np.linalg.norm(delta), np.linalg.norm(weights[k], 2) / 4))
        delta = below
    return norms[::-1], steps
