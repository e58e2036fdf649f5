"""What a module is made of: its modules, parameters and buffers, by name and in order."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, TypeVar, cast

from autograd_lite.errors import IndexingError, KindError, describe
from autograd_lite.tensor import Tensor
from nn.parameter import Parameter
from nn.registration import Registration

if TYPE_CHECKING:
    from nn.module import Module

T = TypeVar("T")


class Members(Registration):
    """The parts of a module, and how to find them."""

    def _own(self, kind: type[T]) -> dict[str, T]:
        """The attributes of one kind, by name."""
        return {name: value for name, value in vars(self).items() if isinstance(value, kind)}

    def _own_modules(self) -> "dict[str, Module]":
        return cast("dict[str, Module]", self._own(Registration))

    def _own_buffers(self) -> dict[str, Tensor]:
        attributes = vars(self)
        return {name: attributes[name] for name in self._buffers if attributes[name] is not None}

    def named_modules(self, prefix: str = "", remove_duplicate: bool = True) -> Iterator[tuple[str, "Module"]]:
        """This module and all within it, each once and before its parts, with their paths; its own path is `prefix`."""
        return _walk(self, prefix, set() if remove_duplicate else None)

    def modules(self) -> Iterator["Module"]:
        """This module and all within it, each once."""
        return (module for _, module in self.named_modules())

    def named_children(self) -> Iterator[tuple[str, "Module"]]:
        """The modules directly within this one, each once, with their names."""
        return _once(self._own_modules().items())

    def children(self) -> Iterator["Module"]:
        """The modules directly within this one, each once."""
        return (module for _, module in self.named_children())

    def named_parameters(
        self, prefix: str = "", recurse: bool = True, remove_duplicate: bool = True
    ) -> Iterator[tuple[str, Parameter]]:
        """The parameters with their paths, a shared one once; without `recurse` only the module's own."""
        named = self._named(lambda module: module._own(Parameter), prefix, recurse)
        return _once(named) if remove_duplicate else named

    def parameters(self, recurse: bool = True) -> Iterator[Parameter]:
        """The parameters, a shared one once."""
        return (parameter for _, parameter in self.named_parameters(recurse=recurse))

    def named_buffers(
        self, prefix: str = "", recurse: bool = True, remove_duplicate: bool = True
    ) -> Iterator[tuple[str, Tensor]]:
        """The buffers with their paths, a shared one once; without `recurse` only the module's own."""
        named = self._named(Members._own_buffers, prefix, recurse)
        return _once(named) if remove_duplicate else named

    def buffers(self, recurse: bool = True) -> Iterator[Tensor]:
        """The buffers, a shared one once."""
        return (buffer for _, buffer in self.named_buffers(recurse=recurse))

    def _named(
        self, members: Callable[["Module"], dict[str, T]], prefix: str, recurse: bool
    ) -> Iterator[tuple[str, T]]:
        modules: Any = self.named_modules(prefix, remove_duplicate=False) if recurse else [(prefix, self)]
        for path, module in modules:
            for name, member in members(module).items():
                yield f"{path}.{name}" if path else name, member

    def get_submodule(self, target: str) -> "Module":
        """The module at a path, such as "encoder.0"; this one for "".

        Raises `IndexingError` where there is none, with the names that there are.

        >>> import nn
        >>> nn.Sequential(nn.Sequential(nn.ReLU())).get_submodule("0.0")
        ReLU()
        """
        found: Any = self
        for depth, name in enumerate(_steps("get_submodule", target)):
            inside = found._own_modules()
            if name not in inside:
                raise _not_there("get_submodule", target, depth, "module", found, inside)
            found = inside[name]
        return cast("Module", found)

    def get_parameter(self, target: str) -> Parameter:
        """The parameter at a path, such as "encoder.0.weight". Raises as `get_submodule` does.

        >>> import nn
        >>> nn.Sequential(nn.Linear(3, 2)).get_parameter("0.bias").shape
        (2,)
        """
        return self._at("get_parameter", target, "parameter", lambda module: module._own(Parameter))

    def get_buffer(self, target: str) -> Tensor:
        """The buffer at a path, such as "norm.running_mean". Raises as `get_submodule` does."""
        return self._at("get_buffer", target, "buffer", Members._own_buffers)

    def _at(self, owner: str, target: str, word: str, members: Callable[["Members"], dict[str, T]]) -> T:
        steps = _steps(owner, target)
        module = self.get_submodule(".".join(steps[:-1]))
        found = members(module)
        if not steps or steps[-1] not in found:
            raise _not_there(owner, target, len(steps) - 1, word, module, found)
        return found[steps[-1]]


# Inside `named_modules` it would hold itself, a cycle for the collector with every list of parameters.
def _walk(module: Members, path: str, seen: set[Members] | None) -> Iterator[tuple[str, "Module"]]:
    """A module and all within it; with `seen`, without those that are there."""
    if seen is not None:
        if module in seen:
            return
        seen.add(module)
    yield path, cast("Module", module)
    for name, child in module._own_modules().items():
        yield from _walk(child, f"{path}.{name}" if path else name, seen)


def _steps(owner: str, target: Any) -> list[str]:
    if not isinstance(target, str):
        raise KindError(f"{owner}: the path is {describe(target)}; give a string such as 'encoder.0'.")
    return target.split(".") if target else []


def _not_there(owner: str, target: str, depth: int, word: str, module: Members, there: dict[str, Any]) -> IndexingError:
    where = ".".join(target.split(".")[:depth]) or "it"
    names = ", ".join(there) or "none"
    return IndexingError(
        f"{owner}: there is no {word} {target!r}: {where}, a {type(module).__name__}, has the {word}s {names}."
    )


def _once(named: Any) -> Iterator[tuple[str, Any]]:
    """The pairs whose second element has not come before."""
    seen = set()
    for name, member in named:
        if member not in seen:
            seen.add(member)
            yield name, member
