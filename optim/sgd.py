"""Stochastic gradient descent, with momentum."""

from collections.abc import Mapping
from typing import Any, ClassVar

from autograd_lite.errors import ArgumentValueError
from optim.optimizer import Optimizer
from optim.options import Check, at_least_zero, flag, number


class SGD(Optimizer):
    """Gradient descent, plain or with a velocity that averages past gradients.

    Parameters
    ----------
    params : the parameters, or a list of groups: see `Optimizer`.
    lr : the learning rate γ, at least 0.
    momentum : the share μ of the velocity that stays from step to step, at least 0.
    dampening : the share τ of the gradient that is kept out of the velocity.
    weight_decay : λ, at least 0, times the parameter is added to its gradient.
    nesterov : go along the gradient and the velocity that follows it; needs momentum, and no dampening.
    maximize : go up instead of down.

    A step, with v the first gradient at first:

        g ← g + λ θ
        v ← μ v + (1 - τ) g
        θ ← θ - γ v,   with nesterov  θ ← θ - γ (g + μ v)

    Raises `ArgumentValueError` for values out of their ranges.

    Source: Polyak, Some methods of speeding up the convergence of iteration methods (1964), equation 9;
    Nesterov's form after Sutskever, Martens, Dahl and Hinton, On the importance of initialization and
    momentum in deep learning, ICML 2013, equations 3 and 4. Their velocity holds the learning rate,
    v ← μ v - γ g and θ ← θ + v; the two differ only where the rate changes on the way.

    >>> import autograd_lite as ag, optim
    >>> x = ag.Tensor([1.0], requires_grad=True)
    >>> optimizer = optim.SGD([x], lr=0.25)
    >>> (x * x).sum().backward()
    >>> optimizer.step()
    >>> x.item()
    0.5
    """

    options: ClassVar[Mapping[str, Check]] = {
        "lr": at_least_zero,
        "momentum": at_least_zero,
        "dampening": number,
        "weight_decay": at_least_zero,
        "nesterov": flag,
        "maximize": flag,
    }
    may_remember = ("momentum_buffer",)

    def __init__(
        self,
        params: Any,
        lr: float = 1e-3,
        momentum: float = 0.0,
        dampening: float = 0.0,
        weight_decay: float = 0.0,
        nesterov: bool = False,
        *,
        maximize: bool = False,
    ) -> None:
        super().__init__(
            params,
            {
                "lr": lr,
                "momentum": momentum,
                "dampening": dampening,
                "weight_decay": weight_decay,
                "nesterov": nesterov,
                "maximize": maximize,
            },
        )

    def check_together(self, options: Mapping[str, Any]) -> None:
        if options["nesterov"] and (options["momentum"] == 0.0 or options["dampening"] != 0.0):
            raise ArgumentValueError(
                f"SGD: nesterov needs momentum above 0 and dampening 0; they are {options['momentum']} and "
                f"{options['dampening']}."
            )

    def update(self, theta: Any, g: Any, memory: dict[str, Any], options: Mapping[str, Any]) -> Any:
        lr, mu, tau, decay = (options[name] for name in ("lr", "momentum", "dampening", "weight_decay"))
        if decay:
            g = g + decay * theta
        if not mu:
            return theta - lr * g
        # The first velocity is a copy: the gradient's memory is not the optimizer's.
        v = mu * memory["momentum_buffer"] + (1.0 - tau) * g if "momentum_buffer" in memory else +g
        memory["momentum_buffer"] = v
        return theta - lr * (g + mu * v if options["nesterov"] else v)
