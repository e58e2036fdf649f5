"""Gradients against finite differences

A central difference (f(x + h) - f(x - h)) / 2h is wrong by a multiple of h^2, and, for tiny h, by
rounding. Where its best agrees with the gradient, the gradient is right.
"""

from pathlib import Path

import numpy as np

import autograd_lite as ag
from demos.gallery import Pictures


def network(w1, w2, x, y):  # type: ignore[no-untyped-def]
    """The squared error of a small sigmoid network."""
    h = ag.sigmoid(x @ w1.T)
    return ((y - ag.sigmoid(h @ w2.T)) ** 2).mean() / 2


WRONG = ag.op("wrong_tanh", np.tanh, elementwise=True, partials=[("1 - f", lambda g, out, x: g * (1 - out))])


def with_a_mistake(w, x):  # type: ignore[no-untyped-def]
    """A sum of squares after an operation whose rule lacks a square."""
    h = WRONG(w * x)
    return (h**2).sum()


def run(out: Path) -> Pictures:
    """Check four functions and a faulty one, and plot the error of the difference over h."""
    rng = np.random.default_rng(0)
    w1, w2, x, y = (rng.normal(size=shape) for shape in [(4, 6), (3, 4), (5, 6), (5, 3)])
    print(ag.gradcheck(network, (w1, w2, x, y)))
    print(ag.gradgradcheck(network, (w1, w2, x, y)))
    print(ag.gradcheck(lambda z: -ag.log_softmax(z)[1], (np.array([1.653, 0.4205]),)))

    print("\nand a rule with a square forgotten:")
    report = ag.gradcheck(with_a_mistake, (ag.Tensor(0.7, name="w"), ag.Tensor([0.5, -1.0], name="x")))
    print(report)
    report.draw(title="The operation whose rule is wrong").save(out / "culprit.svg")
    plot_error(out / "step.svg")
    return {
        "culprit.svg": "What a failed check blames: report.draw() shows the graph with the faulty operation in red.",
        "step.svg": "The error of a central difference over its step: truncation on the right, rounding on the left.",
    }


def plot_error(path: Path) -> None:
    """How far central differences of tanh at 0.7 are from the gradient, for steps of many sizes."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    slope = ag.grad(np.tanh)(0.7)
    steps = np.logspace(-13, 0, 120)
    errors = np.abs((np.tanh(0.7 + steps) - np.tanh(0.7 - steps)) / (2 * steps) - slope)
    figure, axes = plt.subplots(figsize=(7, 4.2), layout="constrained")
    axes.loglog(steps, np.maximum(errors, 1e-17), color="#3b6ea5", label="|difference - gradient|")
    axes.loglog(steps, 0.35 * steps**2, "--", color="#8a929b", label="slope 2: truncation")
    axes.loglog(steps, 1e-16 / steps, ":", color="#8a929b", label="slope -1: rounding")
    axes.set(xlabel="step h", ylabel="error", ylim=(1e-15, 1), title="tanh at 0.7: gradient against differences")
    axes.grid(alpha=0.25)
    axes.legend(frameon=False)
    figure.savefig(path)
    plt.close(figure)
