"""What a node knows of the module that made it: a label, and when the call began.

Nodes hold labels, not modules: a module may go while its results stay. What was computed within a
call is known by its numbers, so that a call touches nothing but what it gives back.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd_lite.graph import Node
from nn.parameter import Parameter

if TYPE_CHECKING:
    from nn.module import Module


class Label:
    """A module in a picture: its kind, such as "Linear", and its path from the outermost module, such as "layers.0"."""

    __slots__ = ("kind", "path")

    def __init__(self, kind: str, path: str = "") -> None:
        self.kind = kind
        self.path = path

    def __repr__(self) -> str:
        return f"{self.path}: {self.kind}" if self.path else self.kind


def sign(result: Any, label: Label, start: int) -> None:
    """Note on each node in `result` that a call, which began at number `start`, gave it back.

    A node belongs to the call if it leads to such a node and was made after `start`. What was there
    before, as with a module that gives back its input, is left alone.
    """
    if isinstance(result, Node):
        if result._op is not None and result._number > start:
            inner = getattr(result, "_call", None)
            # One node may be given back under several names.
            if inner is None or inner[1] != start:
                result._call = (label, start, inner)
    elif isinstance(result, dict):
        _sign_all(result.values(), label, start)
    elif isinstance(result, tuple | list):
        _sign_all(result, label, start)
    elif isinstance(result, np.ndarray) and result.dtype == object:
        _sign_all(result.flat, label, start)


def _sign_all(results: Iterable[Any], label: Label, start: int) -> None:
    for result in results:
        sign(result, label, start)


def name_parts(name: str, value: "Parameter | Module") -> None:
    """Call the parameters and modules of a new attribute by their paths, where they have no name of their own.

    The path from here replaces the path from below, so that each ends with the one from the outermost
    module; what already has its place elsewhere keeps it.
    """
    named = [("", value)] if isinstance(value, Parameter) else value.named_parameters()
    for path, parameter in named:
        if parameter.name is None or parameter.name == path:
            parameter.name = f"{name}.{path}" if path else name
    for path, module in () if isinstance(value, Parameter) else value.named_modules():
        if module._label.path == path:
            module._label = Label(module._label.kind, f"{name}.{path}" if path else name)
