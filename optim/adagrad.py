"""Adagrad: each coordinate's rate falls with the gradients that it has seen."""

from collections.abc import Mapping
from typing import Any, ClassVar

from optim.optimizer import Optimizer
from optim.options import Check, at_least_zero, flag
from optim.root import root


class Adagrad(Optimizer):
    """Gradient descent with each coordinate's step divided by the root of the sum of its squared gradients.

    Parameters
    ----------
    params : the parameters, or a list of groups: see `Optimizer`.
    lr : the learning rate η, at least 0.
    lr_decay : κ, at least 0: the rate of step t is η / (1 + (t - 1) κ).
    weight_decay : λ, at least 0, times the parameter is added to its gradient.
    initial_accumulator_value : what the sums start from, at least 0.
    eps : ε, at least 0, keeps the quotient finite.
    eps_in_root : the lectures' form, with √(G + ε) in the place of √G + ε.
    maximize : go up instead of down.

    Step t = 1, 2 ...:

        g ← g + λ θ
        G ← G + g²
        θ ← θ - η / (1 + (t - 1) κ) g / (√G + ε)

    Raises `ArgumentValueError` for values out of their ranges.

    Source: Duchi, Hazan and Singer, Adaptive Subgradient Methods for Online Learning and Stochastic
    Optimization, JMLR 12 (2011), https://jmlr.org/papers/v12/duchi11a.html, the diagonal form of figure 1.

    >>> import autograd_lite as ag, optim
    >>> x = ag.Tensor([1.0, -20.0], requires_grad=True)
    >>> optimizer = optim.Adagrad([x], lr=0.1)
    >>> (x * x).sum().backward()
    >>> optimizer.step()
    >>> x.data.round(6)
    array([  0.9, -19.9])
    """

    options: ClassVar[Mapping[str, Check]] = {
        "lr": at_least_zero,
        "lr_decay": at_least_zero,
        "weight_decay": at_least_zero,
        "initial_accumulator_value": at_least_zero,
        "eps": at_least_zero,
        "eps_in_root": flag,
        "maximize": flag,
    }
    own_options = ("eps_in_root",)
    remembers = ("step", "sum")

    def __init__(
        self,
        params: Any,
        lr: float = 1e-2,
        lr_decay: float = 0.0,
        weight_decay: float = 0.0,
        initial_accumulator_value: float = 0.0,
        eps: float = 1e-10,
        *,
        eps_in_root: bool = False,
        maximize: bool = False,
    ) -> None:
        super().__init__(
            params,
            {
                "lr": lr,
                "lr_decay": lr_decay,
                "weight_decay": weight_decay,
                "initial_accumulator_value": initial_accumulator_value,
                "eps": eps,
                "eps_in_root": eps_in_root,
                "maximize": maximize,
            },
        )

    def update(self, theta: Any, g: Any, memory: dict[str, Any], options: Mapping[str, Any]) -> Any:
        if options["weight_decay"]:
            g = g + options["weight_decay"] * theta
        t = memory.get("step", 0) + 1
        total = memory.get("sum", options["initial_accumulator_value"]) + g * g
        memory.update(step=t, sum=total)
        rate = options["lr"] / (1.0 + (t - 1) * options["lr_decay"])
        return theta - rate * g / root(total, options)
