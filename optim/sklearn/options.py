"""The parameters of an estimator, checked when it is trained: scikit-learn's are not before."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, NamedTuple

import nn
import optim
from autograd_lite.errors import ArgumentValueError, KindError, describe
from nn.arguments import count, flag, number
from optim.options import at_least_zero
from optim.sklearn.network import ACTIVATIONS

OPTIMIZERS: dict[str, Callable[..., Any]] = {
    name.lower(): found
    for name, found in vars(optim).items()
    if isinstance(found, type) and issubclass(found, optim.Optimizer) and found is not optim.Optimizer
}


class Options(NamedTuple):
    """The parameters as the training takes them."""

    hidden_layer_sizes: tuple[int, ...]
    activation: Callable[[], nn.Module]
    optimizer: Callable[[Any], Any]
    learning_rate: float
    batch_size: int | None
    max_epochs: int
    early_stopping: bool
    validation_fraction: float
    patience: int
    min_delta: float
    build: Callable[[int, int], nn.Module] | None


def checked(estimator: Any) -> Options:
    """The parameters of an estimator. Raises `KindError` and `ArgumentValueError` for what cannot be."""
    owner = type(estimator).__name__
    made = isinstance(estimator.build, nn.Module)
    if made or not (estimator.build is None or callable(estimator.build)):
        raise KindError(
            f"{owner}: build is {describe(estimator.build)}; give a function of the numbers of inputs and outputs, "
            "which makes a new module for each fit."
        )
    fraction = number(owner, "validation_fraction", estimator.validation_fraction, above=0.0)
    if fraction >= 1.0:
        raise ArgumentValueError(f"{owner}: validation_fraction is {fraction}; it must be above 0 and below 1.")
    rate = at_least_zero(owner, "learning_rate", estimator.learning_rate)
    return Options(
        hidden_layer_sizes=_sizes(owner, estimator.hidden_layer_sizes),
        activation=_named(owner, "activation", estimator.activation, ACTIVATIONS),
        optimizer=_optimizer(owner, estimator, rate),
        learning_rate=rate,
        batch_size=None if estimator.batch_size is None else count(owner, "batch_size", estimator.batch_size),
        max_epochs=count(owner, "max_epochs", estimator.max_epochs),
        early_stopping=flag(owner, "early_stopping", estimator.early_stopping),
        validation_fraction=fraction,
        patience=count(owner, "patience", estimator.patience),
        min_delta=at_least_zero(owner, "min_delta", estimator.min_delta),
        build=estimator.build,
    )


def _sizes(owner: str, value: Any) -> tuple[int, ...]:
    items = list(value) if isinstance(value, Iterable) and not isinstance(value, str | Mapping) else [value]
    return tuple(count(owner, f"hidden_layer_sizes[{i}]", item) for i, item in enumerate(items))


def _named(owner: str, name: str, value: Any, choices: Mapping[str, Callable[..., Any]]) -> Callable[..., Any]:
    """One of `choices` by its name; anything callable as it is."""
    if isinstance(value, str):
        if value.lower() not in choices:
            raise ArgumentValueError(
                f"{owner}: {name} is {value!r}; it must be one of {', '.join(sorted(choices))}, or a class."
            )
        return choices[value.lower()]
    if not callable(value):
        raise KindError(
            f"{owner}: {name} is {describe(value)}; give a name, such as {next(iter(choices))!r}, or a class."
        )
    made: Callable[..., Any] = value
    return made


def _optimizer(owner: str, estimator: Any, rate: float) -> Callable[[Any], Any]:
    """What makes the optimizer over the parameters of a network."""
    make = _named(owner, "optimizer", estimator.optimizer, OPTIMIZERS)
    options = {} if estimator.optimizer_options is None else estimator.optimizer_options
    if not isinstance(options, Mapping):
        raise KindError(f"{owner}: optimizer_options is {describe(options)}; give a dictionary.")
    given = {} if estimator.weight_decay is None else {"weight_decay": estimator.weight_decay}
    twice = [name for name in ("lr", "weight_decay") if name in options and (name == "lr" or given)]
    if twice:
        raise ArgumentValueError(
            f"{owner}: optimizer_options has {twice[0]!r}, which is learning_rate or weight_decay of its own."
        )
    return partial(make, lr=rate, **given, **options)
