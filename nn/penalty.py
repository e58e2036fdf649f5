"""Penalties on the size of weights, to be added to a loss: `loss + penalty.l2(model, 0.01)`."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograd_lite.errors import KindError, describe
from autograd_lite.tensor import Tensor
from nn.arguments import flag, number
from nn.module import Module
from nn.parameter import Parameter


def l1(model: Module, lam: float, bias: bool = False) -> Tensor:
    """lam Σ |w| over the weights of a model: it makes small weights 0.

    Parameters
    ----------
    model : a module.
    lam : at least 0.
    bias : whether biases count too.

    What counts is every parameter that is not frozen and, by its name ("bias", "bias_ih_l0", "in_proj_bias"), is no
    bias; those of normalizing layers and of PReLU count neither way, nor do those of other modules whose attribute
    `penalized` is False. A shared parameter counts once. Gives a Tensor of shape (), in the data type of the
    weights. Raises `KindError` for what is no module, and `ArgumentValueError` for a negative lam.

    Source: Tibshirani (1996), https://doi.org/10.1111/j.2517-6161.1996.tb02080.x.

    >>> import numpy as np, nn
    >>> layer = nn.Linear(2, 1)
    >>> layer.weight.data = [[3.0, -1.0]]
    >>> nn.penalty.l1(layer, 0.5).item()
    2.0
    """
    lam = number("penalty.l1", "lam", lam, at_least=0.0)
    return _sum(lam, [np.abs(w).sum() for w in penalized("penalty.l1", model, bias)])


def l2(model: Module, lam: float, bias: bool = False) -> Tensor:
    """lam Σ w² over the weights of a model: it keeps weights small. Weight decay of 2 lam has the same gradient.

    Parameters, result and errors are those of `l1`.

    Source: Hoerl and Kennard (1970), https://doi.org/10.1080/00401706.1970.10488634.

    >>> import numpy as np, nn
    >>> layer = nn.Linear(2, 1)
    >>> layer.weight.data = [[3.0, -1.0]]
    >>> nn.penalty.l2(layer, 0.5).item()
    5.0
    """
    lam = number("penalty.l2", "lam", lam, at_least=0.0)
    return _sum(lam, [np.square(w).sum() for w in penalized("penalty.l2", model, bias)])


def penalized(owner: str, model: Module, bias: bool = False) -> Iterator[Parameter]:
    """The parameters that a penalty counts, each once."""
    if not isinstance(model, Module):
        raise KindError(f"{owner}: expected a Module, got {describe(model)}.")
    bias = flag(owner, "bias", bias)
    seen: set[Parameter] = set()
    for module in model.modules():
        for name, parameter in module.named_parameters(recurse=False) if module.penalized else ():
            if parameter.requires_grad and parameter not in seen and (bias or "bias" not in name.split("_")):
                seen.add(parameter)
                yield parameter


def _sum(lam: float, parts: list[Any]) -> Tensor:
    total: Any = parts[0] if parts else Tensor(0.0)
    for part in parts[1:]:
        total = total + part
    return total * lam  # type: ignore[no-any-return]
