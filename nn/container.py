"""Modules made of modules."""

from collections.abc import Iterator, Mapping
from typing import Any, Self, overload

from autograd_lite.errors import ArgumentError, IndexingError, KindError, describe
from nn.arguments import integer
from nn.module import Module


class Sequential(Module):
    """Modules one after the other: the output of each is the input of the next.

    Parameters
    ----------
    *modules : the modules in order, called "0", "1" ...; or one mapping of names to modules.

    It has a length, is iterated over, and is indexed by numbers; a slice is a Sequential of the same
    modules. Without modules it gives its input back. Raises `KindError` for what is no module.

    >>> import numpy as np, nn
    >>> model = nn.Sequential(nn.Linear(784, 20), nn.ReLU(), nn.Linear(20, 10))
    >>> len(model), model[-1], model(np.zeros((64, 784), np.float32)).shape
    (3, Linear(in_features=20, out_features=10, bias=True), (64, 10))
    """

    def __init__(self, *modules: Module | Mapping[str, Module]) -> None:
        super().__init__()
        named: Mapping[str, Any]
        first = modules[0] if modules else None
        if isinstance(first, Mapping):
            if len(modules) > 1:
                raise ArgumentError(f"Sequential: takes modules or one mapping of names, got {len(modules)} arguments.")
            named = first
        else:
            named = {str(number): module for number, module in enumerate(modules)}
        for name, module in named.items():
            self.add_module(name, _checked(module, name))

    def forward(self, x: Any) -> Any:
        for name, module in self._own(Module).items():
            try:
                x = module(x)
            except Exception as error:
                error.add_note(f"in Sequential, at module {name}: {module!r}")
                raise
        return x

    def append(self, module: Module) -> Self:
        """Put one more module at the end, called by its number."""
        self.add_module(str(len(self)), _checked(module, len(self)))
        return self

    def __len__(self) -> int:
        return len(self._own(Module))

    def __iter__(self) -> Iterator[Module]:
        return iter(self._own(Module).values())

    @overload
    def __getitem__(self, index: int) -> Module: ...
    @overload
    def __getitem__(self, index: slice) -> "Sequential": ...
    def __getitem__(self, index: int | slice) -> Module:
        named = list(self._own(Module).items())
        if isinstance(index, slice):
            return Sequential(dict(named[index]))
        index = integer("Sequential", "index", index)
        if not -len(named) <= index < len(named):
            raise IndexingError(f"Sequential: index {index} is out of range; there are {len(named)} modules.")
        return named[index][1]


def _checked(module: Any, at: int | str) -> Module:
    if isinstance(module, Module):
        return module
    if isinstance(module, type) and issubclass(module, Module):
        raise KindError(f"Sequential: module {at} is the class {module.__name__}; make one: {module.__name__}(...).")
    remedy = "Unpack it: Sequential(*modules)." if isinstance(module, list | tuple) else "Write a Module around it."
    raise KindError(f"Sequential: module {at} is {describe(module)}, which is no module. {remedy}")
