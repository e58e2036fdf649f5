"""Adadelta: steps in the units of the parameters, without a rate to choose."""

from collections.abc import Mapping
from typing import Any, ClassVar

from optim.optimizer import Optimizer
from optim.options import Check, at_least_zero, flag, share
from optim.root import root, zeros


class Adadelta(Optimizer):
    """Gradient descent scaled by the root mean square of past steps over that of past gradients.

    Parameters
    ----------
    params : the parameters, or a list of groups: see `Optimizer`.
    lr : γ, at least 0, a factor of each step; 1 in the paper.
    rho : the decay rate ρ of both means, at least 0 and below 1.
    eps : ε, at least 0, starts the steps and keeps the quotient finite.
    weight_decay : λ, at least 0, times the parameter is added to its gradient.
    eps_in_root : the paper's form, √(x + ε); without it √x + ε.
    maximize : go up instead of down.

    A step, with both means 0 at first:

        g ← g + λ θ
        E[g²] ← ρ E[g²] + (1 - ρ) g²
        Δ = √(E[Δ²] + ε) / √(E[g²] + ε) g
        E[Δ²] ← ρ E[Δ²] + (1 - ρ) Δ²
        θ ← θ - γ Δ

    Raises `ArgumentValueError` for values out of their ranges.

    Source: Zeiler, ADADELTA: An Adaptive Learning Rate Method (2012), https://arxiv.org/abs/1212.5701,
    algorithm 1.

    >>> import autograd_lite as ag, optim
    >>> x = ag.Tensor([1.0, -20.0], requires_grad=True)
    >>> optimizer = optim.Adadelta([x])
    >>> (x * x).sum().backward()
    >>> optimizer.step()
    >>> (x.data - [1.0, -20.0]).round(6)
    array([-0.003162,  0.003162])
    """

    options: ClassVar[Mapping[str, Check]] = {
        "lr": at_least_zero,
        "rho": share,
        "eps": at_least_zero,
        "weight_decay": at_least_zero,
        "eps_in_root": flag,
        "maximize": flag,
    }
    own_options = ("eps_in_root",)
    remembers = ("step", "square_avg", "acc_delta")

    def __init__(
        self,
        params: Any,
        lr: float = 1.0,
        rho: float = 0.9,
        eps: float = 1e-6,
        weight_decay: float = 0.0,
        *,
        eps_in_root: bool = True,
        maximize: bool = False,
    ) -> None:
        super().__init__(
            params,
            {
                "lr": lr,
                "rho": rho,
                "eps": eps,
                "weight_decay": weight_decay,
                "eps_in_root": eps_in_root,
                "maximize": maximize,
            },
        )

    def update(self, theta: Any, g: Any, memory: dict[str, Any], options: Mapping[str, Any]) -> Any:
        rho = options["rho"]
        if options["weight_decay"]:
            g = g + options["weight_decay"] * theta
        squares = rho * memory.get("square_avg", 0.0) + (1.0 - rho) * (g * g)
        steps = memory["acc_delta"] if "acc_delta" in memory else zeros(g)
        delta = root(steps, options) / root(squares, options) * g
        steps = rho * steps + (1.0 - rho) * (delta * delta)
        memory.update(step=memory.get("step", 0) + 1, square_avg=squares, acc_delta=steps)
        return theta - options["lr"] * delta
