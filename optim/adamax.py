"""Adamax: Adam with the largest gradient of the recent past in the place of its mean square."""

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np

from optim.optimizer import Optimizer
from optim.options import Check, at_least_zero, betas, flag


class Adamax(Optimizer):
    """Gradient descent along the running mean of the gradient, over its largest size in the recent past.

    Parameters
    ----------
    params : the parameters, or a list of groups: see `Optimizer`.
    lr : the learning rate α, at least 0.
    betas : the decay rates β1 and β2, at least 0 and below 1.
    eps : ε, at least 0, keeps the quotient finite; the lectures leave it out.
    weight_decay : λ, at least 0, times the parameter is added to its gradient.
    maximize : go up instead of down.

    Step t = 1, 2 ..., with m and u zero at first:

        g ← g + λ θ
        m ← β1 m + (1 - β1) g
        u ← max(β2 u, |g| + ε)
        θ ← θ - α / (1 - β1^t) m / u

    Raises `ArgumentValueError` for values out of their ranges.

    Source: Kingma and Ba, Adam: A Method for Stochastic Optimization, ICLR 2015,
    https://arxiv.org/abs/1412.6980, algorithm 2.

    >>> import autograd_lite as ag, optim
    >>> x = ag.Tensor([1.0, -20.0], requires_grad=True)
    >>> optimizer = optim.Adamax([x], lr=0.1)
    >>> (x * x).sum().backward()
    >>> optimizer.step()
    >>> x.data.round(6)
    array([  0.9, -19.9])
    """

    options: ClassVar[Mapping[str, Check]] = {
        "lr": at_least_zero,
        "betas": betas,
        "eps": at_least_zero,
        "weight_decay": at_least_zero,
        "maximize": flag,
    }
    remembers = ("step", "exp_avg", "exp_inf")

    def __init__(
        self,
        params: Any,
        lr: float = 2e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        *,
        maximize: bool = False,
    ) -> None:
        super().__init__(
            params, {"lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay, "maximize": maximize}
        )

    def update(self, theta: Any, g: Any, memory: dict[str, Any], options: Mapping[str, Any]) -> Any:
        beta1, beta2 = options["betas"]
        if options["weight_decay"]:
            g = g + options["weight_decay"] * theta
        t = memory.get("step", 0) + 1
        m = beta1 * memory.get("exp_avg", 0.0) + (1.0 - beta1) * g
        u = np.maximum(beta2 * memory.get("exp_inf", 0.0), abs(g) + options["eps"])
        memory.update(step=t, exp_avg=m, exp_inf=u)
        return theta - options["lr"] / (1.0 - beta1**t) * m / u
