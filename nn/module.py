"""Module: a function with parameters, made of other modules."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Self

import numpy as np

from autograd_lite.arithmetic import Hook
from autograd_lite.errors import KindError, StorageError, describe
from autograd_lite.graph import next_number
from autograd_lite.guard import Array
from autograd_lite.save import load, save
from autograd_lite.tensor import Tensor
from nn import state
from nn.arguments import flag
from nn.hooks import Hooks
from nn.label import Label, sign
from nn.members import Members
from nn.registration import Registration


class Module(Members):
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
    #: What the nodes of a graph know of the module that made them.
    _label: Label = Label("Module")

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls._label = Label(cls.__name__)

    #: Whether `nn.penalty` counts the module's own parameters.
    penalized: bool = True
    #: What is called before and after `forward`; None where nothing is.
    _hooks: Hooks | None = None

    def __init__(self) -> None:
        self.training = True
        self._buffers = {}
        self._label = Label(type(self).__name__)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        start = next_number()
        result = self.forward(*args, **kwargs) if self._hooks is None else self._hooks.around(self, args, kwargs)
        sign(result, self._label, start)
        return result

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """What calling the module computes. Each subclass defines its own."""
        raise KindError(f"{type(self).__name__}: has no forward pass. Define forward(self, x) in the class.")

    # Hooks

    def register_forward_pre_hook(
        self, hook: Callable[..., Any], *, prepend: bool = False, with_kwargs: bool = False
    ) -> Hook:
        """Call `hook(module, args)` before each forward pass.

        Parameters
        ----------
        hook : what it returns, if not None, takes the place of the arguments: a tuple, or the only one.
        prepend : whether it is called before the other hooks of this kind.
        with_kwargs : whether it is called with the keyword arguments too, `hook(module, args, kwargs)`, and
            returns a pair of both, or None.

        Gives a handle whose `remove()` takes the hook off. Raises `ArgumentError` for what is no function.

        >>> import nn
        >>> layer = nn.ReLU()
        >>> handle = layer.register_forward_pre_hook(lambda module, args: ([5.0],))
        >>> layer([1.0]).item(), handle.remove(), layer([1.0]).item()
        (5.0, None, 1.0)
        """
        return self._own_hooks().add("forward_pre_hook", hook, prepend, with_kwargs)

    def register_forward_hook(
        self, hook: Callable[..., Any], *, prepend: bool = False, with_kwargs: bool = False
    ) -> Hook:
        """Call `hook(module, args, output)` after each forward pass.

        Parameters
        ----------
        hook : what it returns, if not None, takes the place of the output.
        prepend : whether it is called before the other hooks of this kind.
        with_kwargs : whether it is called with the keyword arguments too, `hook(module, args, kwargs, output)`.

        Gives a handle whose `remove()` takes the hook off. Raises `ArgumentError` for what is no function.

        >>> import nn
        >>> layer, seen = nn.Linear(3, 2), []
        >>> handle = layer.register_forward_hook(lambda module, args, output: seen.append(output.shape))
        >>> layer([1.0, 2.0, 3.0]).shape, seen
        ((2,), [(2,)])
        """
        return self._own_hooks().add("forward_hook", hook, prepend, with_kwargs)

    def register_full_backward_hook(self, hook: Callable[..., Any], prepend: bool = False) -> Hook:
        """Call `hook(module, grad_input, grad_output)` in each backward pass through a call of this module.

        Parameters
        ----------
        hook : called with tuples of the gradients of the positional arguments, None for one that is not tracked,
            and of the outputs. What it returns, if not None, takes the place of grad_input: a tuple of as
            many, or the only one.
        prepend : whether it is called before the other hooks of this kind.

        Gives a handle whose `remove()` takes the hook off. Raises `ArgumentError` for what is no function; and in
        the backward pass `ShapeError` for gradients of another number or shape.

        >>> import autograd_lite as ag, nn
        >>> layer, x = nn.ReLU(), ag.Tensor([1.0, -1.0], requires_grad=True)
        >>> handle = layer.register_full_backward_hook(lambda module, grad_input, grad_output: (10 * grad_input[0],))
        >>> layer(x).sum().backward()
        >>> x.grad.tolist()
        [10.0, 0.0]
        """
        return self._own_hooks().add("full_backward_hook", hook, prepend)

    def _own_hooks(self) -> Hooks:
        if self._hooks is None:
            self._hooks = Hooks()
        return self._hooks

    # What is done to a module

    def to(self, *targets: Any, dtype: Any = None, device: Any = None, non_blocking: bool = False) -> Self:
        """Convert all parameters and buffers of floats, and the gradients, to another data type.

        Parameters
        ----------
        *targets : a data type, a Tensor whose data type is meant, or "cpu".
        dtype : the data type by name.
        device, non_blocking : accepted for PyTorch's sake: the device is "cpu".

        The parameters stay the same objects, so that an optimizer keeps them. Raises `DtypeError` for what is
        no data type of floats, and `ArgumentValueError` for other devices; then nothing has changed.

        >>> import numpy as np, nn
        >>> nn.Linear(3, 2).to(np.float64).weight.dtype
        dtype('float64')
        """
        wanted = state.wanted_dtype(targets, dtype, device)
        if wanted is not None:
            state.convert(self, wanted)
        return self

    def float(self) -> Self:
        """Convert to float32: see `to`."""
        return self.to(np.float32)

    def double(self) -> Self:
        """Convert to float64: see `to`."""
        return self.to(np.float64)

    def half(self) -> Self:
        """Convert to float16: see `to`."""
        return self.to(np.float16)

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

    def save(self, path: str | Path) -> Path:
        """Write `state_dict()` to a file, `.safetensors` or `.npz`, whole or not at all: see `autograd_lite.save`.

        PyTorch reads the former with `safetensors.torch.load_file`. Gives the path.

        >>> import os, tempfile, nn
        >>> a, b = nn.Linear(3, 2), nn.Linear(3, 2)
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     b.load(a.save(os.path.join(folder, "a.safetensors")))
        IncompatibleKeys(missing_keys=[], unexpected_keys=[])
        >>> bool((a.weight == b.weight).all())
        True
        """
        return save(path, self.state_dict())

    def load(self, path: str | Path, strict: bool = True) -> state.IncompatibleKeys:
        """Take the numbers in a file: of `save`, or of a PyTorch module of the same architecture as safetensors.

        Raises `StorageError` for a file that is damaged or of another kind, and what `load_state_dict` raises for
        numbers that do not fit; then nothing has changed.
        """
        tree = load(path)
        if not isinstance(tree, Mapping):
            raise StorageError(f"load: {path} holds {describe(tree)}, not the arrays of a module by their paths.")
        return self.load_state_dict(tree, strict)

    def extra_repr(self) -> str:
        """What stands in the parentheses of `repr`, before the modules within."""
        return ""

    def __repr__(self) -> str:
        extra = self.extra_repr()
        parts = [f"({name}): {module!r}".replace("\n", "\n  ") for name, module in self._own_modules().items()]
        if not parts:
            return f"{type(self).__name__}({extra})"
        return "\n  ".join([f"{type(self).__name__}(", *([extra] if extra else []), *parts]) + "\n)"


Registration._taken = frozenset(dir(Module))
