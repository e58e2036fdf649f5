"""What becomes part of a module when it is made an attribute."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, cast

from autograd_lite.errors import ArgumentValueError, KindError, describe
from autograd_lite.tensor import Tensor
from nn.arguments import flag
from nn.label import name_parts
from nn.parameter import Parameter

if TYPE_CHECKING:
    from nn.module import Module


class Registration:
    """The attributes of a module: parameters, modules and buffers are registered, mistakes are refused."""

    #: The names of the buffers, and whether each is part of `state_dict`.
    _buffers: Mapping[str, bool] = MappingProxyType({})
    #: The names that every module has; `Module` fills them in.
    _taken: frozenset[str] = frozenset()

    if TYPE_CHECKING:

        def modules(self) -> Iterator[Module]: ...
        def parameters(self, recurse: bool = True) -> Iterator[Parameter]: ...

    def __setattr__(self, name: str, value: Any) -> None:
        old = vars(self).get(name)
        if isinstance(value, Parameter | Registration):
            self._check_name(name, value)
            self._forget(name)
            name_parts(name, cast("Module | Parameter", value))
        elif isinstance(old, Parameter | Registration) and value is not None:
            raise KindError(
                f"{type(self).__name__}: {name} is a {type(old).__name__} and cannot become {describe(value)}. "
                + (f"Assign {name}.data for new numbers" if isinstance(old, Parameter) else "Assign a Module")
                + ", or delete the attribute first."
            )
        elif name in self._buffers and value is not None:
            value = value if isinstance(value, Tensor) else Tensor(value)
        elif isinstance(value, list | tuple | dict):
            self._check_container(name, value)
        object.__setattr__(self, name, value)

    def __delattr__(self, name: str) -> None:
        object.__delattr__(self, name)
        self._forget(name)

    def add_module(self, name: str, module: "Module | None") -> None:
        """Register `module` as the attribute `name`, which may be no Python identifier; None keeps its place free."""
        self._register(name, module, Registration)

    def register_parameter(self, name: str, parameter: Parameter | None) -> None:
        """Register `parameter` as the attribute `name`; None keeps its place free."""
        self._register(name, parameter, Parameter)

    def register_buffer(self, name: str, tensor: Any, persistent: bool = True) -> None:
        """Make `tensor`, an array or Tensor that is not learned, the attribute `name`.

        A persistent buffer is part of `state_dict`. What is assigned to the attribute later is made a
        Tensor. Raises `ArgumentValueError` for a name that is taken.

        >>> import nn
        >>> module = nn.Module()
        >>> module.register_buffer("running_mean", [0.0, 0.0])
        >>> module.state_dict()
        {'running_mean': array([0., 0.])}
        """
        self._check_name(name, tensor)
        if name not in self._buffers:
            self._check_free(name)
        value = tensor if tensor is None or isinstance(tensor, Tensor) else Tensor(tensor)
        self._buffers = {**self._buffers, name: flag("register_buffer", "persistent", persistent)}
        object.__setattr__(self, name, value)

    def _register(self, name: str, value: Any, kind: type) -> None:
        if value is not None and not isinstance(value, kind):
            raise KindError(f"{type(self).__name__}: {name} is {describe(value)}; expected a {KINDS[kind]}.")
        self._check_name(name, value)
        if not isinstance(vars(self).get(name), kind):
            self._check_free(name)
        setattr(self, name, value)

    def _forget(self, name: str) -> None:
        if name in self._buffers:
            self._buffers = {n: persistent for n, persistent in self._buffers.items() if n != name}

    def _check_name(self, name: Any, value: Any) -> None:
        owner = type(self).__name__
        if "_buffers" not in vars(self):
            raise KindError(f"{owner}: call super().__init__() before the first parameter or module is assigned.")
        if not isinstance(name, str) or not name or "." in name:
            raise ArgumentValueError(f"{owner}: {name!r} is no name; give a string that is not empty and has no dot.")
        if name in Registration._taken or callable(getattr(type(self), name, None)):
            raise ArgumentValueError(f"{owner}: {name} is what every {owner} has already; choose another name.")
        if isinstance(value, Registration) and any(part is self for part in value.modules()):
            raise ArgumentValueError(f"{owner}: {name} would make the module a part of itself.")

    def _check_free(self, name: str) -> None:
        if hasattr(self, name) and getattr(self, name) is not None:
            raise ArgumentValueError(f"{type(self).__name__}: {name} is an attribute already; choose another name.")

    def _check_container(self, name: str, value: Any) -> None:
        parts = value.values() if isinstance(value, dict) else value
        inside = [part for part in parts if isinstance(part, Parameter | Registration)]
        known = {*self.modules(), *self.parameters()} if inside else set()
        if any(part not in known for part in inside):
            raise KindError(
                f"{type(self).__name__}: {name} is a {type(value).__name__} of modules or parameters, which would not "
                "be found there and so not be trained. Use Sequential, ModuleList, ModuleDict or ParameterList, or "
                "make each an attribute."
            )


KINDS: dict[type, str] = {Registration: "Module", Parameter: "Parameter"}
