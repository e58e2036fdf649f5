"""Looking for a learning rate: one run in which it rises, and runs side by side with one rate each."""

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from typing import Any

import numpy as np

from autograd_lite.errors import ArgumentError, ArgumentValueError, KindError, describe
from autograd_lite.graph import Node, raw
from autograd_lite.modes import enable_grad, no_grad
from optim.kept import kept
from optim.optimizer import Optimizer
from optim.options import count, positive, share
from optim.pyplot import new_figure

Losses = tuple[Any, Callable[[], Iterator[Any]], int]


@dataclass(frozen=True)
class FoundRates:
    """What `lr_find` has found: the loss that was seen with each rate.

    Attributes
    ----------
    rates, losses : lists of floats, of the steps that were taken.
    smoothed : the losses averaged over one round of the batches, and then as they were asked to be.
    suggestion : the rate at which the smoothed loss falls fastest; None where it never falls.
    diverged : whether the sweep was stopped because the loss had become nan, infinite or too large.
    """

    rates: list[float]
    losses: list[float]
    smoothed: list[float]
    suggestion: float | None
    diverged: bool

    def plot(self, *, title: str | None = None) -> Any:
        """A matplotlib figure of the loss over the rates, with the suggestion marked.

        Raises `MissingLibraryError` without matplotlib.
        """
        figure, axes = new_figure("the loss of each learning rate", title)
        axes.plot(self.rates, self.losses, alpha=0.4, label="loss")
        axes.plot(self.rates, self.smoothed, label="smoothed")
        if self.suggestion is not None:
            axes.axvline(self.suggestion, color="black", linestyle=":", label=f"suggestion {self.suggestion:.2g}")
        if self.diverged:
            axes.axvline(self.rates[-1], color="tab:red", linestyle="--", label=f"diverged at {self.rates[-1]:.2g}")
        axes.set(xscale="log", xlabel="learning rate", ylabel="loss")
        # Where the loss has exploded, the rest would be a flat line.
        finite = [loss for loss in self.smoothed if math.isfinite(loss)]
        if self.diverged and finite:
            least = int(np.argmin(finite))
            low, high = finite[least], max(finite[: least + 1])
            axes.set_ylim(low - 0.5 * (high - low) - 1e-9, high + 0.5 * (high - low) + 1e-9)
        axes.legend()
        return figure

    def __str__(self) -> str:
        end = f"; diverged at {self.rates[-1]:.3g}" if self.diverged else ""
        said = "no rate at which the loss falls" if self.suggestion is None else f"suggestion {self.suggestion:.3g}"
        return f"{said}, of {len(self.rates)} rates from {self.rates[0]:.3g} to {self.rates[-1]:.3g}{end}"


@dataclass(frozen=True)
class SweptRates:
    """What `lr_sweep` has found.

    Attributes
    ----------
    curves : the losses of the run with each rate.
    best : the rate with the least loss at the end; None where all have diverged.
    diverged : the rates whose run was stopped, because its loss had become nan, infinite or too large.
    """

    curves: dict[float, list[float]]
    best: float | None
    diverged: list[float]

    def plot(self, *, title: str | None = None) -> Any:
        """A matplotlib figure with the loss curve of each rate. Raises `MissingLibraryError` without matplotlib."""
        figure, axes = new_figure("the loss curve of each learning rate", title)
        for rate, curve in self.curves.items():
            label = f"{rate:g}" + (" (diverged)" if rate in self.diverged else " (best)" if rate == self.best else "")
            axes.plot(range(len(curve)), curve, label=label, marker="x" if rate in self.diverged else None)
        axes.set(xlabel="step", ylabel="loss")
        if all(loss > 0 for curve in self.curves.values() for loss in curve):
            axes.set_yscale("log")
        axes.legend(title="learning rate")
        return figure


def lr_find(
    model: Any,
    optimizer: Optimizer,
    loss: Callable[..., Any] | None = None,
    data: Any = None,
    *,
    low: float = 1e-6,
    high: float = 10.0,
    steps: int = 100,
    smoothing: float = 0.5,
    diverge: float = 4.0,
) -> FoundRates:
    """Train with a learning rate that rises from step to step, and see where the loss falls, and where it explodes.

    Parameters
    ----------
    model : a module; or a function without arguments that computes the loss, and then no loss and data.
    optimizer : over the parameters, whose rates are replaced for the sweep.
    loss : of the model's output and the target, such as `nn.MSELoss()`.
    data : a pair of inputs and targets, taken whole at each step, or a list of such pairs, taken in turn.
    low, high : the first and the last rate; those between are as many times larger each.
    steps : how many rates are tried, at least 2.
    smoothing : the share of the running mean of the losses that stays from step to step, at least 0 and below 1.
    diverge : the sweep ends once the smoothed loss stands above the least so far by more than this many times the
        first loss, or than what it had fallen by.

    Afterwards model and optimizer are bit by bit what they were. Gives a `FoundRates`. Raises `KindError`,
    `ArgumentError` and `ArgumentValueError` for arguments that it cannot work with.

    Source: Smith, Cyclical Learning Rates for Training Neural Networks, WACV 2017, section 3.3.

    >>> import autograd_lite as ag, optim
    >>> x = ag.Tensor([3.0, -4.0], requires_grad=True)
    >>> found = optim.lr_find(lambda: (x * x).sum(), optim.SGD([x]), low=1e-3, high=100.0, steps=60)
    >>> found.diverged, 0.01 < found.suggestion < 1.0, x.tolist()
    (True, True, [3.0, -4.0])
    """
    owner = "lr_find"
    low, high, steps = positive(owner, "low", low), positive(owner, "high", high), count(owner, "steps", steps)
    if high <= low or steps < 2:
        raise ArgumentValueError(f"{owner}: {steps} steps from {low} to {high}; give 2 or more, from low up to high.")
    smoothing, diverge = share(owner, "smoothing", smoothing), positive(owner, "diverge", diverge)
    network, compute, period = _losses(owner, model, optimizer, loss, data)
    rates = [low * (high / low) ** (i / (steps - 1)) for i in range(steps)]
    losses: list[float] = []
    smoothed: list[float] = []
    with kept(network, optimizer):
        mean, window = 0.0, _first_round(compute, period) if 1 < period <= steps else []
        for value in _descent(owner, optimizer, compute, rates):
            losses.append(value)
            # Over the last round of the batches, so that it does not matter which of them is hard.
            window = [*window[-(period - 1) :], value] if period > 1 else [value]
            mean = smoothing * mean + (1.0 - smoothing) * sum(window) / len(window)
            smoothed.append(mean / (1.0 - smoothing ** len(losses)))
            if _exploded(smoothed, diverge):
                break
    diverged = _exploded(smoothed, diverge)
    return FoundRates(rates[: len(losses)], losses, smoothed, _steepest(rates, smoothed), diverged)


def lr_sweep(
    model: Any,
    optimizer: Optimizer,
    loss: Callable[..., Any] | None = None,
    data: Any = None,
    *,
    rates: Any = (10.0, 1.0, 0.1, 0.01, 0.001),
    steps: int = 50,
    diverge: float = 4.0,
) -> SweptRates:
    """Train from the same start once with each learning rate, and give the loss curves.

    Parameters
    ----------
    model, optimizer, loss, data, diverge : those of `lr_find`.
    rates : the learning rates, a list or an array.
    steps : of each run that does not diverge.

    Afterwards model and optimizer are bit by bit what they were. Gives a `SweptRates`, whose best rate is that with
    the least loss at the end, among those that have not diverged. Raises as `lr_find` does.

    >>> import autograd_lite as ag, optim
    >>> x = ag.Tensor([3.0, -4.0], requires_grad=True)
    >>> swept = optim.lr_sweep(lambda: (x * x).sum(), optim.SGD([x]), rates=(10, 0.1, 0.001), steps=20)
    >>> swept.best, swept.diverged
    (0.1, [10.0])
    """
    owner = "lr_sweep"
    steps, diverge = count(owner, "steps", steps), positive(owner, "diverge", diverge)
    rates = rates.tolist() if isinstance(rates, np.ndarray) else rates
    if not isinstance(rates, Sequence) or isinstance(rates, str) or not rates:
        raise KindError(f"{owner}: rates is {describe(rates)}; give a list of learning rates.")
    tried = [positive(owner, f"rates[{i}]", rate) for i, rate in enumerate(rates)]
    network, compute, _ = _losses(owner, model, optimizer, loss, data)
    curves: dict[float, list[float]] = {}
    diverged: list[float] = []
    for rate in tried:
        curve = curves[rate] = []
        with kept(network, optimizer):
            for value in _descent(owner, optimizer, compute, [rate] * steps):
                curve.append(value)
                if _exploded(curve, diverge):
                    break
        if _exploded(curve, diverge):
            diverged.append(rate)
    fit = [rate for rate in curves if rate not in diverged]
    return SweptRates(curves, min(fit, key=lambda rate: curves[rate][-1], default=None), diverged)


def _descent(
    owner: str, optimizer: Optimizer, compute: Callable[[], Iterator[Any]], rates: list[float]
) -> Iterator[float]:
    """Steps with these rates, and the loss before each."""
    losses = compute()
    for rate in rates:
        for group in optimizer.param_groups:
            group["lr"] = rate
        optimizer.zero_grad()
        # What explodes is the point here, and no reason to warn.
        with np.errstate(all="ignore"), enable_grad():
            found = next(losses)
            _check_loss(owner, found)
            yield float(raw(found))
            found.backward()
            optimizer.step()


def _losses(owner: str, model: Any, optimizer: Any, loss: Any, data: Any) -> Losses:
    """The module, or None; what starts to compute one loss after the other; and after how many the batches return."""
    if not isinstance(optimizer, Optimizer):
        raise KindError(f"{owner}: got {describe(optimizer)} in the place of an optimizer.")
    if not callable(model):
        raise KindError(f"{owner}: got {describe(model)} in the place of a module or a function that gives the loss.")
    if not hasattr(model, "state_dict"):
        if loss is not None or data is not None:
            raise ArgumentError(f"{owner}: a function that computes the loss needs no loss and data; give it alone.")

        def alone() -> Iterator[Any]:
            while True:
                yield model()

        return None, alone, 1
    if loss is None or data is None:
        raise ArgumentError(f"{owner}: a module needs loss= and data=; or give a function that computes the loss.")
    if not callable(loss):
        raise KindError(f"{owner}: loss is {describe(loss)}; give a module or a function.")
    if not {id(p) for p in optimizer._parameters()} & {id(p) for p in model.parameters()}:
        raise ArgumentError(f"{owner}: the optimizer has no parameter of the model; make it of model.parameters().")
    batches = [data] if isinstance(data, tuple) else list(data) if isinstance(data, Iterable) else []
    if not batches or any(not isinstance(batch, tuple | list) or len(batch) != 2 for batch in batches):
        raise ArgumentValueError(f"{owner}: data is a pair (inputs, targets), or a list of at least one such pair.")

    def of_batches() -> Iterator[Any]:
        model.train()
        for inputs, targets in cycle(batches):
            yield loss(model(inputs), targets)

    return model, of_batches, len(batches)


def _first_round(compute: Callable[[], Iterator[Any]], period: int) -> list[float]:
    """The losses of one round of the batches without a step."""
    with no_grad():
        return [float(raw(found)) for found in islice(compute(), period)]


def _check_loss(owner: str, found: Any) -> None:
    if not isinstance(found, Node) or np.size(raw(found)) != 1:
        raise KindError(f"{owner}: the loss is {describe(found)}; it must be a scalar computed from the model.")


def _exploded(losses: list[float], diverge: float) -> bool:
    """Whether a run is past saving."""
    last, best = losses[-1], min(losses)
    if not math.isfinite(last):
        return True
    return last - best > diverge * max(losses[0] - best, abs(losses[0]))


def _steepest(rates: list[float], smoothed: list[float]) -> float | None:
    """The rate of the steepest fall over the logarithm of the rates, before the least loss."""
    finite = [loss for loss in smoothed if math.isfinite(loss)]
    end = int(np.argmin(finite)) + 1 if finite else 0
    if end < 2:
        return None
    slopes = np.gradient(finite[:end], np.log(rates[:end]))
    return rates[int(np.argmin(slopes))]
