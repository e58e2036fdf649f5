"""RAdam: Adam that waits for its second mean to be worth dividing by."""

import math
from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np

from optim.decay import decayed
from optim.optimizer import Optimizer
from optim.options import Check, at_least_zero, betas, flag


class RAdam(Optimizer):
    """Adam whose steps are scaled by how far the variance of 1/√v can be trusted; at first without dividing.

    Parameters
    ----------
    params : the parameters, or a list of groups: see `Optimizer`.
    lr : the learning rate α, at least 0.
    betas : the decay rates β1 and β2 of the two means, at least 0 and below 1.
    eps : ε, at least 0, keeps the quotient finite.
    weight_decay : λ, at least 0.
    decoupled_weight_decay : take λ off the parameter itself, as AdamW does, not add it to the gradient.
    maximize : go up instead of down.

    Step t = 1, 2 ..., with m and v zero at first and ρ∞ = 2 / (1 - β2) - 1:

        g ← g + λ θ,   or decoupled  θ ← θ - α λ θ
        m ← β1 m + (1 - β1) g,   v ← β2 v + (1 - β2) g²
        m̂ = m / (1 - β1^t),   ρ = ρ∞ - 2 t β2^t / (1 - β2^t)
        ρ > 5:   r = √((ρ - 4)(ρ - 2) ρ∞ / ((ρ∞ - 4)(ρ∞ - 2) ρ)),   θ ← θ - α m̂ r √(1 - β2^t) / (√v + ε)
        else:    θ ← θ - α m̂

    Raises `ArgumentValueError` for values out of their ranges.

    Source: Liu et al., On the Variance of the Adaptive Learning Rate and Beyond, ICLR 2020,
    https://arxiv.org/abs/1908.03265, algorithm 2.

    >>> import autograd_lite as ag, optim
    >>> x = ag.Tensor([1.0], requires_grad=True)
    >>> optimizer = optim.RAdam([x], lr=0.1)
    >>> (x * x).sum().backward()
    >>> optimizer.step()
    >>> x.data.round(6)
    array([0.8])
    """

    options: ClassVar[Mapping[str, Check]] = {
        "lr": at_least_zero,
        "betas": betas,
        "eps": at_least_zero,
        "weight_decay": at_least_zero,
        "decoupled_weight_decay": flag,
        "maximize": flag,
    }
    remembers = ("step", "exp_avg", "exp_avg_sq")

    def __init__(
        self,
        params: Any,
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        decoupled_weight_decay: bool = False,
        *,
        maximize: bool = False,
    ) -> None:
        super().__init__(
            params,
            {
                "lr": lr,
                "betas": betas,
                "eps": eps,
                "weight_decay": weight_decay,
                "decoupled_weight_decay": decoupled_weight_decay,
                "maximize": maximize,
            },
        )

    def update(self, theta: Any, g: Any, memory: dict[str, Any], options: Mapping[str, Any]) -> Any:
        beta1, beta2 = options["betas"]
        theta, g = decayed(theta, g, options)
        t = memory.get("step", 0) + 1
        m = beta1 * memory.get("exp_avg", 0.0) + (1.0 - beta1) * g
        v = beta2 * memory.get("exp_avg_sq", 0.0) + (1.0 - beta2) * (g * g)
        memory.update(step=t, exp_avg=m, exp_avg_sq=v)
        rate = options["lr"] / (1.0 - beta1**t)
        corrected = 1.0 - beta2**t
        longest = 2.0 / (1.0 - beta2) - 1.0
        rho = longest - 2.0 * t * beta2**t / corrected
        if rho <= 5.0:
            return theta - rate * m
        trust = math.sqrt((rho - 4.0) * (rho - 2.0) * longest / ((longest - 4.0) * (longest - 2.0) * rho))
        return theta - rate * trust * math.sqrt(corrected) * m / (np.sqrt(v) + options["eps"])
