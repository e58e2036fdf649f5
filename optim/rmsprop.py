"""RMSprop: steps divided by the running root mean square of the gradient."""

from collections.abc import Mapping
from typing import Any, ClassVar

from optim.optimizer import Optimizer
from optim.options import Check, at_least_zero, flag, share
from optim.root import root


class RMSprop(Optimizer):
    """Gradient descent with each coordinate's step divided by the running root mean square of its gradient.

    Parameters
    ----------
    params : the parameters, or a list of groups: see `Optimizer`.
    lr : the learning rate η, at least 0.
    alpha : the decay rate ρ of the means, at least 0 and below 1.
    eps : ε, at least 0, keeps the quotient finite.
    weight_decay : λ, at least 0, times the parameter is added to its gradient.
    momentum : the share μ of the velocity that stays from step to step, at least 0.
    centered : divide by the running standard deviation.
    maximize : go up instead of down.
    eps_in_root : the lectures' form, with √(v + ε) in the place of √v + ε.

    A step, with v, m and b zero at first:

        g ← g + λ θ
        v ← ρ v + (1 - ρ) g²
        centered:   m ← ρ m + (1 - ρ) g,   and v - m² in the place of v below
        b ← μ b + g / (√v + ε)
        θ ← θ - η b

    Raises `ArgumentValueError` for values out of their ranges.

    Source: Tieleman and Hinton, Neural Networks for Machine Learning, lecture 6.5 (2012); centered after Graves,
    Generating Sequences With Recurrent Neural Networks (2013), https://arxiv.org/abs/1308.0850, equations 38 to 42.

    >>> import autograd_lite as ag, optim
    >>> x = ag.Tensor([1.0, -20.0], requires_grad=True)
    >>> optimizer = optim.RMSprop([x], lr=0.1)
    >>> (x * x).sum().backward()
    >>> optimizer.step()
    >>> x.data.round(6)
    array([  0., -19.])
    """

    options: ClassVar[Mapping[str, Check]] = {
        "lr": at_least_zero,
        "alpha": share,
        "eps": at_least_zero,
        "weight_decay": at_least_zero,
        "momentum": at_least_zero,
        "centered": flag,
        "maximize": flag,
        "eps_in_root": flag,
    }
    own_options = ("eps_in_root",)
    remembers = ("step", "square_avg")
    may_remember = ("grad_avg", "momentum_buffer")

    def __init__(
        self,
        params: Any,
        lr: float = 1e-2,
        alpha: float = 0.99,
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        momentum: float = 0.0,
        centered: bool = False,
        *,
        maximize: bool = False,
        eps_in_root: bool = False,
    ) -> None:
        super().__init__(
            params,
            {
                "lr": lr,
                "alpha": alpha,
                "eps": eps,
                "weight_decay": weight_decay,
                "momentum": momentum,
                "centered": centered,
                "maximize": maximize,
                "eps_in_root": eps_in_root,
            },
        )

    def update(self, theta: Any, g: Any, memory: dict[str, Any], options: Mapping[str, Any]) -> Any:
        rho = options["alpha"]
        if options["weight_decay"]:
            g = g + options["weight_decay"] * theta
        v = rho * memory.get("square_avg", 0.0) + (1.0 - rho) * (g * g)
        memory.update(step=memory.get("step", 0) + 1, square_avg=v)
        if options["centered"]:
            m = memory["grad_avg"] = rho * memory.get("grad_avg", 0.0) + (1.0 - rho) * g
            v = v - m * m
        b = g / root(v, options)
        if options["momentum"]:
            b = memory["momentum_buffer"] = options["momentum"] * memory.get("momentum_buffer", 0.0) + b
        return theta - options["lr"] * b
