"""AdaBound: Adam whose rates are kept between bounds that close in on those of gradient descent."""

import math
from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np

from autograd_lite.errors import ArgumentValueError
from optim.optimizer import Optimizer
from optim.options import Check, at_least_zero, betas, flag, positive


class AdaBound(Optimizer):
    """Adam at first and gradient descent in the end: each coordinate's rate is clipped, ever more closely.

    Parameters
    ----------
    params : the parameters, or a list of groups: see `Optimizer`.
    lr : the learning rate α of the beginning, at least 0.
    betas : the decay rates β1 and β2 of the two means, at least 0 and below 1.
    final_lr : α*, above 0: the rate of gradient descent in the end.
    gamma : γ, above 0 and below 1: how soon the bounds close in; 1 - β2 in the paper's experiments.
    eps : ε, at least 0, keeps the quotient finite.
    weight_decay : λ, at least 0, times the parameter is added to its gradient.
    amsbound : divide by the largest v so far: AMSBound.
    bias_correction : correct both means for their start at zero, as the authors' program does and the paper's
        algorithm does not.
    root_decay : divide the rates by √t too, as the paper's algorithm does and its experiments do not.
    maximize : go up instead of down.

    Step t = 1, 2 ..., with m and v zero at first:

        g ← g + λ θ
        m ← β1 m + (1 - β1) g,   v ← β2 v + (1 - β2) g²,   with amsbound  v̂ ← max(v̂, v) for v below
        rate = α √(1 - β2^t) / (1 - β1^t) / (√v + ε)        (without bias_correction: α / (√v + ε))
        lower = α* (1 - 1 / (γ t + 1)),   upper = α* (1 + 1 / (γ t))
        θ ← θ - clip(rate, lower, upper) m                  (with root_decay: divided by √t)

    α* is scaled as `lr` is, where a schedule changes that. Raises `ArgumentValueError` for values out of their ranges.

    Source: Luo, Xiong, Liu and Sun, Adaptive Gradient Methods with Dynamic Bound of Learning Rate, ICLR 2019,
    https://arxiv.org/abs/1902.09843, algorithms 2 and 3.

    >>> import autograd_lite as ag, optim
    >>> x = ag.Tensor([1.0], requires_grad=True)
    >>> optimizer = optim.AdaBound([x])
    >>> (x * x).sum().backward()
    >>> optimizer.step()
    >>> x.data.round(6)
    array([0.999])
    """

    options: ClassVar[Mapping[str, Check]] = {
        "lr": at_least_zero,
        "betas": betas,
        "final_lr": positive,
        "gamma": positive,
        "eps": at_least_zero,
        "weight_decay": at_least_zero,
        "amsbound": flag,
        "bias_correction": flag,
        "root_decay": flag,
        "maximize": flag,
        "base_lr": at_least_zero,
    }
    remembers = ("step", "exp_avg", "exp_avg_sq")
    may_remember = ("max_exp_avg_sq",)

    def __init__(
        self,
        params: Any,
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        final_lr: float = 0.1,
        gamma: float = 1e-3,
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        amsbound: bool = False,
        *,
        bias_correction: bool = True,
        root_decay: bool = False,
        maximize: bool = False,
    ) -> None:
        super().__init__(
            params,
            {
                "lr": lr,
                "betas": betas,
                "final_lr": final_lr,
                "gamma": gamma,
                "eps": eps,
                "weight_decay": weight_decay,
                "amsbound": amsbound,
                "bias_correction": bias_correction,
                "root_decay": root_decay,
                "maximize": maximize,
                "base_lr": lr,
            },
        )

    def add_param_group(self, group: Mapping[str, Any]) -> None:
        """Add parameters with options of their own; a rate of their own is what their final rate goes with."""
        own = isinstance(group, Mapping) and "lr" in group and "base_lr" not in group
        super().add_param_group({**group, "base_lr": group["lr"]} if own else group)

    def check_together(self, options: Mapping[str, Any]) -> None:
        if options["gamma"] >= 1.0:
            raise ArgumentValueError(f"{type(self).__name__}: gamma is {options['gamma']}; it must be below 1.")

    def update(self, theta: Any, g: Any, memory: dict[str, Any], options: Mapping[str, Any]) -> Any:
        beta1, beta2 = options["betas"]
        if options["weight_decay"]:
            g = g + options["weight_decay"] * theta
        t = memory.get("step", 0) + 1
        m = beta1 * memory.get("exp_avg", 0.0) + (1.0 - beta1) * g
        v = beta2 * memory.get("exp_avg_sq", 0.0) + (1.0 - beta2) * (g * g)
        memory.update(step=t, exp_avg=m, exp_avg_sq=v)
        if options["amsbound"]:
            v = memory["max_exp_avg_sq"] = np.maximum(memory.get("max_exp_avg_sq", v), v)
        rate = options["lr"]
        if options["bias_correction"]:
            rate *= math.sqrt(1.0 - beta2**t) / (1.0 - beta1**t)
        final = options["final_lr"] * (options["lr"] / options["base_lr"] if options["base_lr"] else 1.0)
        lower = final * (1.0 - 1.0 / (options["gamma"] * t + 1.0))
        upper = final * (1.0 + 1.0 / (options["gamma"] * t))
        with np.errstate(divide="ignore"):
            rates = np.clip(rate / (np.sqrt(v) + options["eps"]), lower, upper)
        return theta - (rates / math.sqrt(t) if options["root_decay"] else rates) * m


class AMSBound(AdaBound):
    """AdaBound that divides by the largest mean square so far: `AdaBound(amsbound=True)`.

    Source: Luo et al. (2019), https://arxiv.org/abs/1902.09843, algorithm 3.

    >>> import autograd_lite as ag, optim
    >>> optim.AMSBound([ag.Value(1.0)]).defaults["amsbound"]
    True
    """

    def __init__(self, params: Any, lr: float = 1e-3, **options: Any) -> None:
        super().__init__(params, lr, **{"amsbound": True, **options})
