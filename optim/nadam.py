"""NAdam: Adam with Nesterov's look ahead."""

import math
from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np

from optim.decay import decayed
from optim.optimizer import Optimizer
from optim.options import Check, at_least_zero, betas, flag


class NAdam(Optimizer):
    """Adam whose step goes along the gradient and the mean that follows it, as Nesterov's does.

    Parameters
    ----------
    params : the parameters, or a list of groups: see `Optimizer`.
    lr : the learning rate α, at least 0.
    betas : the decay rates β1 and β2 of the two means, at least 0 and below 1.
    eps : ε, at least 0, keeps the quotient finite.
    weight_decay : λ, at least 0.
    momentum_decay : ψ, at least 0: how soon the share of the mean reaches β1.
    decoupled_weight_decay : take λ off the parameter itself, as AdamW does, not add it to the gradient.
    maximize : go up instead of down.

    Step t = 1, 2 ..., with m and v zero at first:

        g ← g + λ θ,   or decoupled  θ ← θ - α λ θ
        μ_t = β1 (1 - 0.96^(t ψ) / 2)
        m ← β1 m + (1 - β1) g
        v ← β2 v + (1 - β2) g²
        m̂ = μ_{t+1} m / (1 - μ_1 ... μ_{t+1}) + (1 - μ_t) g / (1 - μ_1 ... μ_t)
        θ ← θ - α m̂ / (√(v / (1 - β2^t)) + ε)

    Raises `ArgumentValueError` for values out of their ranges.

    Source: Dozat, Incorporating Nesterov Momentum into Adam, ICLR 2016 workshop,
    https://openreview.net/forum?id=OM0jvwB8jIp57ZJjtNEZ, algorithm 8.

    >>> import autograd_lite as ag, optim
    >>> x = ag.Tensor([1.0], requires_grad=True)
    >>> optimizer = optim.NAdam([x], lr=0.1)
    >>> (x * x).sum().backward()
    >>> optimizer.step()
    >>> bool(x.item() < 1.0)
    True
    """

    options: ClassVar[Mapping[str, Check]] = {
        "lr": at_least_zero,
        "betas": betas,
        "eps": at_least_zero,
        "weight_decay": at_least_zero,
        "momentum_decay": at_least_zero,
        "decoupled_weight_decay": flag,
        "maximize": flag,
    }
    remembers = ("step", "mu_product", "exp_avg", "exp_avg_sq")
    numbers = ("step", "mu_product")

    def __init__(
        self,
        params: Any,
        lr: float = 2e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        momentum_decay: float = 4e-3,
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
                "momentum_decay": momentum_decay,
                "decoupled_weight_decay": decoupled_weight_decay,
                "maximize": maximize,
            },
        )

    def update(self, theta: Any, g: Any, memory: dict[str, Any], options: Mapping[str, Any]) -> Any:
        beta1, beta2 = options["betas"]
        theta, g = decayed(theta, g, options)
        t = memory.get("step", 0) + 1
        mu, following = (beta1 * (1.0 - 0.5 * 0.96 ** (s * options["momentum_decay"])) for s in (t, t + 1))
        product = memory.get("mu_product", 1.0) * mu
        m = beta1 * memory.get("exp_avg", 0.0) + (1.0 - beta1) * g
        v = beta2 * memory.get("exp_avg_sq", 0.0) + (1.0 - beta2) * (g * g)
        memory.update(step=t, mu_product=product, exp_avg=m, exp_avg_sq=v)
        ahead = following / (1.0 - product * following) * m + (1.0 - mu) / (1.0 - product) * g
        return theta - options["lr"] * ahead / (np.sqrt(v) / math.sqrt(1.0 - beta2**t) + options["eps"])
