"""What all optimizers share: groups of parameters, the step over them, and the state that resumes."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, ClassVar

import numpy as np

from autograd_lite.errors import ArgumentError, ArgumentValueError, GraphError, KindError, describe
from autograd_lite.graph import Node, raw
from autograd_lite.modes import enable_grad
from optim import state
from optim.options import Check, function


class Optimizer:
    """The parent of every optimizer: a subclass names its options and gives the update of one parameter.

    Parameters
    ----------
    params : the parameters, leaves that require gradients; or a list of groups, each a dictionary with
        the parameters under "params" and options of its own.
    defaults : the options of groups that do not give them.

    Attributes
    ----------
    param_groups : a list of dictionaries: "params", a tuple, and the options, which may be changed between steps.
    state : what is remembered of each parameter, by its position in the groups.

    A step gives each parameter new data and leaves gradients and recorded nodes as they are; parameters
    whose gradient is None are skipped. It works on whatever has `.data` and `.grad`, Values included.

    Raises `KindError`, `ArgumentError` and `ArgumentValueError` for options and parameters that it cannot
    work with, and `GraphError` for parameters that no gradient reaches.
    """

    #: The check of each option, by name.
    options: ClassVar[Mapping[str, Check]]
    #: Those among them that PyTorch has not: a state of its may lack them.
    own_options: ClassVar[tuple[str, ...]] = ()
    #: The names of what is remembered of each parameter that has taken a step: always, and with some options.
    remembers: ClassVar[tuple[str, ...]] = ()
    may_remember: ClassVar[tuple[str, ...]] = ()
    #: Those among them that are one number for the whole parameter.
    numbers: ClassVar[tuple[str, ...]] = ("step",)

    def __init__(self, params: Any, defaults: Mapping[str, Any]) -> None:
        self.defaults = self.checked(defaults)
        self.param_groups: list[dict[str, Any]] = []
        self.state: dict[int, dict[str, Any]] = {}
        for group in self._as_groups(params):
            self.add_param_group(group)

    def update(self, theta: Any, g: Any, memory: dict[str, Any], options: Mapping[str, Any]) -> Any:
        """The new data of a parameter, from its data, its gradient and what is remembered, which it updates."""
        raise NotImplementedError

    def check_together(self, options: Mapping[str, Any]) -> None:
        """Raise `ArgumentValueError` for options that do not go together."""

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Update every parameter that has a gradient.

        `closure`, where given, computes the loss and its gradients anew and returns the loss, as does the
        step. Raises for options that have been changed to what the optimizer cannot work with, before
        any parameter is updated.
        """
        loss = None
        if closure is not None:
            function(type(self).__name__, "closure", closure)
            with enable_grad():
                loss = closure()
        checked = [self.checked(group) for group in self.param_groups]
        position = 0
        for group, options in zip(self.param_groups, checked, strict=True):
            for p in group["params"]:
                if p.grad is not None:
                    g = -raw(p.grad) if options.get("maximize") else raw(p.grad)
                    new = self.update(p.data, g, self.state.setdefault(position, {}), options)
                    if isinstance(new, np.ndarray):
                        # What is read-only and nobody else's is taken without a copy.
                        new.setflags(write=False)
                    p.data = new
                position += 1
        return loss

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget all gradients; without `set_to_none` they become zeros."""
        for p in self._parameters():
            p.grad = None if set_to_none or p.grad is None else np.zeros_like(p.data)

    def add_param_group(self, group: Mapping[str, Any]) -> None:
        """Add parameters with options of their own, as `{"params": [...], "lr": 0.01}`; "name" is free to use.

        Raises as the constructor does, and then adds nothing.
        """
        owner = type(self).__name__
        if not isinstance(group, Mapping) or "params" not in group:
            raise KindError(f'{owner}: group is {describe(group)}; give a dictionary with "params" in it.')
        unknown = [key for key in group if key not in self.options and key not in ("params", "name")]
        if unknown:
            raise ArgumentError(
                f"{owner}: the group has unknown options {', '.join(map(repr, unknown))}; "
                f"the options are {', '.join(self.options)}."
            )
        params = self._as_parameters(group["params"])
        options = self.checked({**self.defaults, **group})
        name = {"name": group["name"]} if "name" in group else {}
        self.param_groups.append({"params": params, **options, **name})

    def state_dict(self) -> dict[str, Any]:
        """All that is needed to go on from here: options of the groups and what is remembered, as fresh arrays.

        Parameters appear as their positions. An optimizer over the same parameters that loads it goes on
        bit by bit as this one would.
        """
        return state.state_of(self.param_groups, self.state, self.numbers)

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Go on from `state_dict`, which is copied.

        Raises `KindError` for what is no such dictionary and `ArgumentValueError` where groups, options or
        shapes are not those of this optimizer; then nothing has changed.
        """
        groups, memories = state.fitting(self, state_dict)
        for group, options in zip(self.param_groups, groups, strict=True):
            group.update(options)
        self.state = memories

    def checked(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """The options in `given` as plain Python values. Raises for values out of their ranges."""
        owner = type(self).__name__
        try:
            options = {name: check(owner, name, given[name]) for name, check in self.options.items()}
        except KeyError as missing:
            raise ArgumentError(f"{owner}: a group has lost its option {missing}; put it back.") from None
        self.check_together(options)
        return options

    def _parameters(self) -> Iterator[Any]:
        return (p for group in self.param_groups for p in group["params"])

    def _as_groups(self, params: Any) -> list[Any]:
        """One group for bare parameters; the groups, where they are given."""
        items = self._listed(params)
        if any(isinstance(item, Mapping) for item in items):
            return items
        return [{"params": items}]

    def _listed(self, params: Any) -> list[Any]:
        owner = type(self).__name__
        remedy = "Give a list of parameters, such as model.parameters()"
        if isinstance(params, Node | np.ndarray):
            raise KindError(f"{owner}: got {describe(params)} in the place of a list. {remedy}, or put it in a list.")
        if isinstance(params, Mapping | set | frozenset | str) or not isinstance(params, Iterable):
            raise KindError(f"{owner}: got {describe(params)}, whose order or elements are no parameters. {remedy}.")
        items = list(params)
        if not items:
            raise ArgumentValueError(f"{owner}: there are no parameters. {remedy}; a generator can be used only once.")
        return items

    def _as_parameters(self, params: Any) -> tuple[Any, ...]:
        """The parameters of a new group, each checked."""
        owner = type(self).__name__
        chosen = tuple([params] if isinstance(params, Node) else self._listed(params))
        seen = {id(p): i for i, p in enumerate(self._parameters())}
        for i, p in enumerate(chosen, len(seen)):
            if not (hasattr(p, "data") and hasattr(p, "grad")):
                raise KindError(f"{owner}: parameter {i} is {describe(p)}; expected a Parameter, Tensor or Value.")
            if not getattr(p, "is_leaf", True):
                raise GraphError(
                    f"{owner}: parameter {i}, {describe(p)}, is the result of {p.op.name}; only leaves can be "
                    "optimized. Give the leaves that it was computed from, or detach() and requires_grad_()."
                )
            if not getattr(p, "requires_grad", True):
                raise GraphError(
                    f"{owner}: parameter {i}, {describe(p)}, does not require a gradient, so it would never change. "
                    "Call requires_grad_(), or leave it out: [p for p in params if p.requires_grad]."
                )
            if id(p) in seen:
                raise ArgumentValueError(
                    f"{owner}: parameter {i}, {describe(p)}, is parameter {seen[id(p)]} again; give each once."
                )
            seen[id(p)] = i
        return chosen

    def __repr__(self) -> str:
        groups = []
        for group in self.param_groups:
            usual = {"params": None} | {name: group.get(name) for name in self.own_options if not group.get(name)}
            options = ", ".join(f"{key}={value}" for key, value in group.items() if key not in usual)
            groups.append(f"{len(group['params'])} parameters: {options}")
        return f"{type(self).__name__}({'; '.join(groups)})"
