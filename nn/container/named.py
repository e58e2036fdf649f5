"""Modules found by name."""

from collections.abc import ItemsView, Iterable, Iterator, KeysView, Mapping, ValuesView
from typing import Any

from autograd_lite.errors import IndexingError, KindError, describe
from nn.module import Module


class ModuleDict(Module):
    """A dictionary of modules that are found, trained and saved with the module that it is an attribute of.

    Parameters
    ----------
    modules : a mapping of names to modules, or pairs of them; none where None.

    It is no function. Raises `KindError` for what is no module, `ArgumentValueError` for names that a module
    cannot have, such as "train", and `IndexingError` for names that are not there.

    >>> import nn
    >>> choices = nn.ModuleDict({"relu": nn.ReLU(), "tanh": nn.Tanh()})
    >>> choices["relu"], "elu" in choices, list(choices)
    (ReLU(), False, ['relu', 'tanh'])
    """

    def __init__(self, modules: Mapping[str, Module] | Iterable[tuple[str, Module]] | None = None) -> None:
        super().__init__()
        self.update({} if modules is None else modules)

    def update(self, modules: Mapping[str, Module] | Iterable[tuple[str, Module]]) -> None:
        """Put in, or replace, several modules by name: all, or none where one is no module."""
        try:
            named = dict(modules)
        except (TypeError, ValueError):
            raise KindError(f"ModuleDict: expected a mapping of names to modules, got {describe(modules)}.") from None
        for name, module in named.items():
            if not isinstance(module, Module):
                raise KindError(f"ModuleDict: {name} is {describe(module)}; expected a Module.")
            self._check_name(name, module)
        for name, module in named.items():
            self.add_module(name, module)

    def pop(self, name: str) -> Module:
        """Take a module out, and give it."""
        module = self[name]
        delattr(self, name)
        return module

    def clear(self) -> None:
        """Take all modules out."""
        for name in self._own_modules():
            delattr(self, name)

    def keys(self) -> KeysView[str]:
        """The names."""
        return self._own_modules().keys()

    def values(self) -> ValuesView[Module]:
        """The modules."""
        return self._own_modules().values()

    def items(self) -> ItemsView[str, Module]:
        """The pairs of a name and a module."""
        return self._own_modules().items()

    def __getitem__(self, name: str) -> Module:
        modules = self._own_modules()
        if name not in modules:
            raise IndexingError(f"ModuleDict: there is no {name!r}, only {', '.join(modules) or 'nothing'}.")
        return modules[name]

    def __setitem__(self, name: str, module: Module) -> None:
        self.update({name: module})

    def __delitem__(self, name: str) -> None:
        self.pop(name)

    def __len__(self) -> int:
        return len(self._own_modules())

    def __iter__(self) -> Iterator[str]:
        return iter(self._own_modules())

    def __contains__(self, name: Any) -> bool:
        return name in self._own_modules()
