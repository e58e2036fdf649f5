"""Module: a function with parameters, made of other modules."""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, Self, TypeVar

import numpy as np

from autograd_lite.errors import ArgumentValueError, KindError, describe
from autograd_lite.graph import next_number
from autograd_lite.guard import Array
from autograd_lite.tensor import Tensor
from nn import state
from nn.arguments import flag
from nn.label import Label, name_parts, sign
from nn.parameter import Parameter

T = TypeVar("T")


class Module:
    """The parent of every layer, loss and network.

    A subclass calls `super().__init__()`, makes its parameters and modules attributes, and defines
    `forward`. Attributes that are a `Parameter` or a `Module` are registered under their names, in the
    order of their first assignment. A parameter without a name is given its path, such as `fc1.weight`.

    Raises `KindError` for a registered attribute set to something else, for modules in a list or
    dictionary, where they would not be found, and where `super().__init__()` has not been called yet;
    `ArgumentValueError` for a name that a module cannot have.

    >>> import numpy as np, nn
    >>> class Net(nn.Module):
    ...     def __init__(self):
    ...         super().__init__()
    ...         self.fc1, self.fc2 = nn.Linear(4, 3), nn.Linear(3, 2)
    ...     def forward(self, x):
    ...         return self.fc2(np.tanh(self.fc1(x)))
    >>> [name for name, _ in Net().named_parameters()]
    ['fc1.weight', 'fc1.bias', 'fc2.weight', 'fc2.bias']
    """

    training: bool = True
    #: The names of the buffers, and whether each is part of `state_dict`.
    _buffers: Mapping[str, bool] = MappingProxyType({})
    #: What the nodes of a graph know of the module that made them.
    _label: Label = Label("Module")

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls._label = Label(cls.__name__)

    def __init__(self) -> None:
        self.training = True
        self._buffers = {}

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        start = next_number()
        result = self.forward(*args, **kwargs)
        sign(result, self._label, start)
        return result

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """What calling the module computes. Each subclass defines its own."""
        raise KindError(f"{type(self).__name__}: has no forward pass. Define forward(self, x) in the class.")

    # Registration

    def __setattr__(self, name: str, value: Any) -> None:
        old = vars(self).get(name)
        if isinstance(value, Parameter | Module):
            self._check_name(name, value)
            self._forget(name)
            name_parts(name, value)
        elif isinstance(old, Parameter | Module) and value is not None:
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
        self._register(name, module, Module)

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
            raise KindError(f"{type(self).__name__}: {name} is {describe(value)}; expected a {kind.__name__}.")
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
        if hasattr(Module, name) or callable(getattr(type(self), name, None)):
            raise ArgumentValueError(f"{owner}: {name} is what every {owner} has already; choose another name.")
        if isinstance(value, Module) and any(part is self for part in value.modules()):
            raise ArgumentValueError(f"{owner}: {name} would make the module a part of itself.")

    def _check_free(self, name: str) -> None:
        if hasattr(self, name) and getattr(self, name) is not None:
            raise ArgumentValueError(f"{type(self).__name__}: {name} is an attribute already; choose another name.")

    def _check_container(self, name: str, value: Any) -> None:
        parts = value.values() if isinstance(value, dict) else value
        inside = [part for part in parts if isinstance(part, Parameter | Module)]
        known = {*self.modules(), *self.parameters()} if inside else set()
        if any(part not in known for part in inside):
            raise KindError(
                f"{type(self).__name__}: {name} is a {type(value).__name__} of modules or parameters, which would not "
                "be found there and so not be trained. Use Sequential, or make each an attribute."
            )

    # What a module is made of

    def _own(self, kind: type[T]) -> dict[str, T]:
        """The attributes of one kind, by name."""
        return {name: value for name, value in vars(self).items() if isinstance(value, kind)}

    def _own_buffers(self) -> dict[str, Tensor]:
        attributes = vars(self)
        return {name: attributes[name] for name in self._buffers if attributes[name] is not None}

    def named_modules(self, prefix: str = "", remove_duplicate: bool = True) -> Iterator[tuple[str, "Module"]]:
        """This module and all within it, each once and before its parts, with their paths; its own path is `prefix`."""
        seen: set[Module] = set()

        def walk(module: Module, path: str) -> Iterator[tuple[str, Module]]:
            if remove_duplicate and module in seen:
                return
            seen.add(module)
            yield path, module
            for name, child in module._own(Module).items():
                yield from walk(child, f"{path}.{name}" if path else name)

        return walk(self, prefix)

    def modules(self) -> Iterator["Module"]:
        """This module and all within it, each once."""
        return (module for _, module in self.named_modules())

    def named_children(self) -> Iterator[tuple[str, "Module"]]:
        """The modules directly within this one, each once, with their names."""
        return _once(self._own(Module).items())

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
        named = self._named(Module._own_buffers, prefix, recurse)
        return _once(named) if remove_duplicate else named

    def buffers(self, recurse: bool = True) -> Iterator[Tensor]:
        """The buffers, a shared one once."""
        return (buffer for _, buffer in self.named_buffers(recurse=recurse))

    def _named(
        self, members: Callable[["Module"], dict[str, T]], prefix: str, recurse: bool
    ) -> Iterator[tuple[str, T]]:
        modules = self.named_modules(prefix, remove_duplicate=False) if recurse else [(prefix, self)]
        for path, module in modules:
            for name, member in members(module).items():
                yield f"{path}.{name}" if path else name, member

    # What is done to a module

    def apply(self, f: Callable[["Module"], Any]) -> Self:
        """Call `f` on every module within, then on this one: `model.apply(initialise)`."""
        for child in self.children():
            child.apply(f)
        f(self)
        return self

    def train(self, mode: bool = True) -> Self:
        """Set `training`, here and in all modules within: some layers work otherwise when trained."""
        mode = flag("train", "mode", mode)
        for module in self.modules():
            module.training = mode
        return self

    def eval(self) -> Self:
        """Set `training` to False, here and in all modules within."""
        return self.train(False)

    def requires_grad_(self, requires_grad: bool = True) -> Self:
        """Freeze all parameters (False) or free them (True)."""
        requires_grad = flag("requires_grad_", "requires_grad", requires_grad)
        for parameter in self.parameters():
            parameter.requires_grad_(requires_grad)
        return self

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget the gradients of all parameters; without `set_to_none` they become zeros."""
        for parameter in self.parameters():
            parameter.grad = None if set_to_none or parameter.grad is None else Tensor(np.zeros_like(parameter.data))

    def state_dict(self) -> dict[str, Array]:
        """The parameters and persistent buffers by their paths, as fresh arrays.

        >>> import nn
        >>> {path: array.shape for path, array in nn.Linear(3, 2).state_dict().items()}
        {'weight': (2, 3), 'bias': (2,)}
        """
        return state.state_of(self)

    def load_state_dict(self, state_dict: Mapping[str, Any], strict: bool = True) -> state.IncompatibleKeys:
        """Take the numbers of `state_dict`, arrays by path, each in the data type that the module has.

        Parameters
        ----------
        state_dict : from `state_dict()`, or from a PyTorch module of the same architecture.
        strict : whether missing and unexpected paths are errors. Without it they are left alone and returned.

        Shared parameters may come under one of their paths, or under each with equal numbers. Raises
        `ArgumentValueError` (`ShapeError` where only shapes differ) with a list of all that does not fit;
        then nothing has changed.

        >>> import nn
        >>> a, b = nn.Linear(3, 2), nn.Linear(3, 2)
        >>> b.load_state_dict(a.state_dict())
        IncompatibleKeys(missing_keys=[], unexpected_keys=[])
        >>> bool((a.weight == b.weight).all())
        True
        """
        return state.load(self, state_dict, flag("load_state_dict", "strict", strict))

    def extra_repr(self) -> str:
        """What stands in the parentheses of `repr`, before the modules within."""
        return ""

    def __repr__(self) -> str:
        extra = self.extra_repr()
        parts = [f"({name}): {module!r}".replace("\n", "\n  ") for name, module in self._own(Module).items()]
        if not parts:
            return f"{type(self).__name__}({extra})"
        return "\n  ".join([f"{type(self).__name__}(", *([extra] if extra else []), *parts]) + "\n)"


def _once(named: Any) -> Iterator[tuple[str, Any]]:
    """The pairs whose second element has not come before."""
    seen = set()
    for name, member in named:
        if member not in seen:
            seen.add(member)
            yield name, member
