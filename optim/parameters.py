"""The parameters that a function works on: of a module, in a list, or one alone."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from autograd_lite.errors import ArgumentValueError, KindError, describe
from autograd_lite.graph import Node


def parameters_of(owner: str, given: Any) -> list[Any]:
    """The parameters of a module, in a list or alone, each once.

    Raises `KindError` for anything else, and `ArgumentValueError` where there are none.
    """
    remedy = "Give a module, or a list of parameters such as model.parameters()"
    if hasattr(given, "parameters") and callable(given.parameters):
        given = given.parameters()
    chosen = [given] if isinstance(given, Node) else given
    if isinstance(chosen, Mapping | set | frozenset | str | np.ndarray) or not isinstance(chosen, Iterable):
        raise KindError(f"{owner}: got {describe(chosen)} in the place of parameters. {remedy}.")
    found = list({id(p): p for p in chosen}.values())
    for i, p in enumerate(found):
        if not (hasattr(p, "data") and hasattr(p, "grad")):
            raise KindError(f"{owner}: parameter {i} is {describe(p)}; expected a Parameter, Tensor or Value.")
    if not found:
        raise ArgumentValueError(f"{owner}: there are no parameters. {remedy}; a generator can be used only once.")
    return found
