"""Functions of two numbers on which optimizers are compared, in plain NumPy: one is convex, the others are not."""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import numpy as np

import autograd_lite as ag
import optim
from demos.plots import AMBER, Array, surface


class Landscape(NamedTuple):
    """A function of x and y, numbers or arrays alike, whose least value is 0."""

    f: Callable[[Any, Any], Any]
    formula: str
    start: tuple[float, float]
    #: Where f is 0.
    minima: tuple[tuple[float, float], ...]
    #: A rate with which plain gradient descent goes on, and with momentum 0.9 does not diverge.
    rate: float
    #: What is worth drawing: from and to, along x and y.
    x: tuple[float, float]
    y: tuple[float, float]

    def at(self, place: Any) -> Any:
        """The function at a place, two numbers."""
        return self.f(*place)

    def draw(self, axes: Any) -> None:
        """Contour lines of log(1 + f), so that deep and steep parts are seen alike, with stars where f is 0."""
        surface(axes, lambda x, y: np.log1p(self.f(x, y)), np.linspace(*self.x, 100), np.linspace(*self.y, 100))
        axes.plot(*zip(*self.minima, strict=True), "*", color=AMBER, markersize=16, linestyle="")


LANDSCAPES = {
    "bowl": Landscape(
        lambda x, y: (x**2 + 25 * y**2) / 2,
        "(x² + 25 y²) / 2",
        (-4.0, 1.0), ((0.0, 0.0),), 0.05, (-4.5, 2.5), (-1.6, 1.6),
    ),
    "saddle": Landscape(
        lambda x, y: x**2 - y**2 + y**4 / 2 + 0.5,
        "x² − y² + y⁴/2 + 1/2",
        (-1.5, 0.01), ((0.0, 1.0), (0.0, -1.0)), 0.05, (-1.8, 1.8), (-1.6, 1.6),
    ),
    "Rosenbrock": Landscape(
        lambda x, y: (1 - x) ** 2 + 100 * (y - x**2) ** 2,
        "(1 − x)² + 100 (y − x²)²",
        (-1.2, 1.0), ((1.0, 1.0),), 0.001, (-1.6, 1.6), (-0.4, 1.6),
    ),
    "Beale": Landscape(
        lambda x, y: (1.5 - x + x * y) ** 2 + (2.25 - x + x * y**2) ** 2 + (2.625 - x + x * y**3) ** 2,
        "(1.5 − x + xy)² + (2.25 − x + xy²)² + (2.625 − x + xy³)²",
        (1.0, 1.4), ((3.0, 0.5),), 0.005, (-0.5, 4.0), (-1.8, 1.8),
    ),
    "Himmelblau": Landscape(
        lambda x, y: (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2,
        "(x² + y − 11)² + (x + y² − 7)²",
        (0.3, -0.9),
        ((3.0, 2.0), (-2.805118, 3.131312), (-3.779310, -3.283186), (3.584428, -1.848127)),
        0.01, (-5.0, 5.5), (-5.0, 5.0),
    ),
}  # fmt: skip


def optimizers(rate: float) -> dict[str, dict[str, Callable[[Any], optim.Optimizer]]]:
    """All optimizers by family, each a function of the parameters.

    `rate` is that of methods whose steps are in proportion to the gradient, as RAdam's first ones are. Those that
    divide by the gradient's size take the same rate everywhere.
    """
    return {
        "along the gradient": {
            "SGD": lambda p: optim.SGD(p, rate),
            "momentum": lambda p: optim.SGD(p, rate, momentum=0.9),
            "Nesterov": lambda p: optim.SGD(p, rate, momentum=0.9, nesterov=True),
        },
        "a rate for each coordinate": {
            "Adagrad": lambda p: optim.Adagrad(p, 0.3),
            "Adadelta": lambda p: optim.Adadelta(p, eps=1e-4),
            "RMSprop": lambda p: optim.RMSprop(p, 0.1, alpha=0.9),
            "AdaBound": lambda p: optim.AdaBound(p, 0.1, final_lr=rate),
            "AMSBound": lambda p: optim.AMSBound(p, 0.1, final_lr=rate),
        },
        "Adam and its kin": {
            "Adam": lambda p: optim.Adam(p, 0.1),
            "AdamW": lambda p: optim.AdamW(p, 0.1),
            "Adamax": lambda p: optim.Adamax(p, 0.1),
            "NAdam": lambda p: optim.NAdam(p, 0.1),
            "RAdam": lambda p: optim.RAdam(p, 2 * rate),
        },
    }


def descend(
    f: Callable[..., Any],
    start: tuple[float, float],
    make: Callable[[Any], optim.Optimizer],
    batches: Iterable[tuple[Any, ...]] = ((),),
    epochs: int = 1,
) -> Array:
    """The way from `start`: the parameter after each step of the optimizer that `make` gives for it, (steps + 1, 2).

    Each step goes down `f(parameter, *batch)`; without batches there is one step in an epoch.
    """
    parameter = ag.Tensor(start, requires_grad=True)
    optimizer = make([parameter])
    way = [parameter.numpy()]
    for _ in range(epochs):
        for batch in batches:
            optimizer.zero_grad()
            f(parameter, *batch).backward()
            optimizer.step()
            way.append(parameter.numpy())
    return np.array(way)
