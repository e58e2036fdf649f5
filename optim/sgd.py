"""Stochastic gradient descent, with momentum."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
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
    rate_in_velocity : the lectures' form, whose velocity holds the learning rate.

    A step, with v the first gradient at first:

        g ← g + λ θ
        v ← μ v + (1 - τ) g
        θ ← θ - γ v,   with nesterov  θ ← θ - γ (g + μ v)

    With rate_in_velocity, which differs only where the rate changes on the way:

        v ← μ v + γ (1 - τ) g
        θ ← θ - v,   with nesterov  θ ← θ - (γ g + μ v)

    Nesterov's own form takes the gradient at the point that the velocity leads to: see `look_ahead`.

    Raises `ArgumentValueError` for values out of their ranges.

    Source: Polyak, Some methods of speeding up the convergence of iteration methods (1964), equation 9;
    Nesterov's form after Sutskever, Martens, Dahl and Hinton, On the importance of initialization and
    momentum in deep learning, ICML 2013, equations 3 and 4, whose velocity holds the learning rate.

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
        "rate_in_velocity": flag,
    }
    own_options = ("rate_in_velocity",)
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
        rate_in_velocity: bool = False,
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
                "rate_in_velocity": rate_in_velocity,
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
        rate, step = (lr, 1.0) if options["rate_in_velocity"] else (1.0, lr)
        # The first velocity is a new array: the gradient's memory is not the optimizer's.
        first = "momentum_buffer" not in memory
        v = rate * g if first else mu * memory["momentum_buffer"] + (1.0 - tau) * rate * g
        memory["momentum_buffer"] = v
        return theta - step * (rate * g + mu * v if options["nesterov"] else v)

    @contextmanager
    def look_ahead(self) -> Iterator[None]:
        """Inside, every parameter stands where its velocity leads to: θ - γ μ v; afterwards where it stood.

        A gradient taken there and then a step with momentum is Nesterov's accelerated gradient in the form of the
        lectures: v ← μ v + γ ∇L(θ - μ v), θ ← θ - v. Raises `ArgumentValueError` with nesterov=True, whose
        parameters stand there always.

        Source: Sutskever et al. (2013), equations 3 and 4.

        >>> import autograd_lite as ag, optim
        >>> x = ag.Tensor([1.0], requires_grad=True)
        >>> optimizer = optim.SGD([x], lr=0.1, momentum=0.5)
        >>> for _ in range(2):
        ...     optimizer.zero_grad()
        ...     with optimizer.look_ahead():
        ...         (x * x).sum().backward()
        ...     optimizer.step()
        >>> x.data.round(6)
        array([0.56])
        """
        groups = [self.checked(group) for group in self.param_groups]
        if any(options["nesterov"] for options in groups):
            raise ArgumentValueError("SGD: look_ahead is for momentum without nesterov, which looks ahead already.")
        stood = [p.data for p in self._parameters()]
        position = 0
        for group, options in zip(self.param_groups, groups, strict=True):
            for p in group["params"]:
                v = self.state.get(position, {}).get("momentum_buffer")
                if v is not None:
                    rate = 1.0 if options["rate_in_velocity"] else options["lr"]
                    p.data = p.data - rate * options["momentum"] * v
                position += 1
        try:
            yield
        finally:
            for p, data in zip(self._parameters(), stood, strict=True):
                p.data = data
