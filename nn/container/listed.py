"""Modules and parameters in order, found by number."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Generic, Self, TypeVar, overload

from autograd_lite.errors import ArgumentError, ArgumentValueError, IndexingError, KindError, describe
from nn.arguments import integer
from nn.module import Module
from nn.parameter import Parameter

T = TypeVar("T", Module, Parameter)


class Listed(Module, Generic[T]):
    """Parts that are called by their numbers: "0", "1" ....

    It has a length, is iterated over, and is indexed by numbers and slices; parts are put in and taken
    out, and the numbers follow. Raises `KindError` for what is no part, and `IndexingError` for numbers
    that it does not have.
    """

    #: What its parts are.
    kind: type[Any] = Module

    def _parts(self) -> dict[str, T]:
        return self._own(self.kind)

    def append(self, part: T) -> Self:
        """Put one more part at the end."""
        return self.insert(len(self), part)

    def extend(self, parts: Iterable[T]) -> Self:
        """Put more parts at the end: all, or none where one of them is no part."""
        if isinstance(parts, str | Mapping) or not isinstance(parts, Iterable):
            raise KindError(f"{type(self).__name__}.extend: expected a list of parts, got {describe(parts)}.")
        checked = [self._checked(part, len(self) + i) for i, part in enumerate(parts)]
        for part in checked:
            self._check_name(self._next_name(), part)
        for part in checked:
            self.append(part)
        return self

    def insert(self, index: int, part: T) -> Self:
        """Put one more part before the one at `index`."""
        parts = list(self._parts().values())
        index = integer(type(self).__name__, "index", index)
        if not -len(parts) <= index <= len(parts):
            raise self._out_of_range(index)
        part = self._checked(part, index)
        self._check_name(self._next_name(), part)
        if index == len(parts) and self._next_name() not in self._parts():
            self._register(self._next_name(), part, self.kind)
            return self
        parts.insert(index, part)
        self._renew(parts)
        return self

    def pop(self, index: int = -1) -> T:
        """Take a part out, and give it."""
        part = self[index]
        del self[index]
        return part

    def _next_name(self) -> str:
        return str(len(self))

    def _renew(self, parts: list[T]) -> None:
        """Number the parts from 0."""
        for name in self._parts():
            delattr(self, name)
        for position, part in enumerate(parts):
            self._register(str(position), part, self.kind)

    def _name_at(self, position: Any) -> str:
        names = list(self._parts())
        index = integer(type(self).__name__, "index", position)
        if not -len(names) <= index < len(names):
            raise self._out_of_range(index)
        return names[index]

    def _out_of_range(self, index: int) -> IndexingError:
        what = f"{self.kind.__name__.lower()}s"
        return IndexingError(f"{type(self).__name__}: index {index} is out of range; there are {len(self)} {what}.")

    def __len__(self) -> int:
        return len(self._parts())

    def __iter__(self) -> Iterator[T]:
        return iter(list(self._parts().values()))

    def __contains__(self, part: Any) -> bool:
        return any(own is part for own in self._parts().values())

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> Self: ...
    def __getitem__(self, index: int | slice) -> T | Self:
        if isinstance(index, slice):
            return self._of(dict(list(self._parts().items())[index]))
        return self._parts()[self._name_at(index)]

    def __setitem__(self, index: int, part: T) -> None:
        name = self._name_at(index)
        setattr(self, name, self._checked(part, name))

    def __delitem__(self, index: int | slice) -> None:
        names = list(self._parts())
        gone = names[index] if isinstance(index, slice) else [self._name_at(index)]
        for name in gone:
            delattr(self, name)
        if all(name.isdecimal() for name in names):
            self._renew(list(self._parts().values()))

    def __iadd__(self, parts: Iterable[T]) -> Self:
        return self.extend(parts)

    def _of(self, named: dict[str, T]) -> Self:
        """Another of its kind with these parts."""
        return type(self)(named.values())  # type: ignore[call-arg]

    def _checked(self, part: Any, at: int | str) -> T:
        if isinstance(part, self.kind):
            return part  # type: ignore[no-any-return]
        owner, kind = type(self).__name__, self.kind.__name__.lower()
        if isinstance(part, type) and issubclass(part, Module):
            raise KindError(f"{owner}: {kind} {at} is the class {part.__name__}; make one: {part.__name__}(...).")
        remedy = f"Unpack it: {owner}(*modules)." if isinstance(part, list | tuple) else f"Make a {kind} of it."
        raise KindError(f"{owner}: {kind} {at} is {describe(part)}, which is no {kind}. {remedy}")


class Sequential(Listed[Module]):
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
            self.add_module(name, self._checked(module, name))

    def forward(self, input: Any) -> Any:
        for name, module in self._own_modules().items():
            try:
                input = module(input)
            except Exception as error:
                error.add_note(f"in Sequential, at module {name}: {module!r}")
                raise
        return input

    def __add__(self, other: Any) -> "Sequential":
        return Sequential(*self, *other) if isinstance(other, Sequential) else NotImplemented

    def _of(self, named: dict[str, Module]) -> Any:
        return Sequential(named)

    def _renew(self, parts: list[Module]) -> None:
        if not all(name.isdecimal() for name in self._parts()):
            raise ArgumentValueError(
                "Sequential: a module between others that have names would need one too. Make a new Sequential of a "
                "mapping of names to modules."
            )
        super()._renew(parts)


class ModuleList(Listed[Module]):
    """A list of modules that are found, trained and saved with the module that it is an attribute of.

    Parameters
    ----------
    modules : the modules, in order; none where None.

    It is no function: the module that has it says in its forward pass what is done with them. Raises
    `KindError` for what is no module.

    >>> import nn
    >>> layers = nn.ModuleList(nn.Linear(4, 4) for _ in range(3))
    >>> len(layers), len(list(layers.parameters())), len(layers[1:])
    (3, 6, 2)
    """

    def __init__(self, modules: Iterable[Module] | None = None) -> None:
        super().__init__()
        self.extend(() if modules is None else modules)

    def __add__(self, other: Any) -> "ModuleList":
        return ModuleList([*self, *other]) if isinstance(other, Iterable) else NotImplemented


class ParameterList(Listed[Parameter]):
    """A list of parameters that are found, trained and saved with the module that it is an attribute of.

    Parameters
    ----------
    values : parameters, or Tensors and arrays of floats, of which parameters are made; none where None.

    >>> import numpy as np, nn
    >>> weights = nn.ParameterList([np.zeros(2), np.ones((3, 2))])
    >>> [name for name, _ in weights.named_parameters()]
    ['0', '1']
    """

    kind = Parameter

    def __init__(self, values: Iterable[Any] | None = None) -> None:
        super().__init__()
        self.extend(() if values is None else values)

    def _checked(self, part: Any, at: int | str) -> Parameter:
        return part if isinstance(part, Parameter) else Parameter(part)

    def extra_repr(self) -> str:
        return ", ".join(f"({name}): {describe(part)}" for name, part in self._parts().items())
