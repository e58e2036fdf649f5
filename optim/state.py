"""The state of an optimizer, out and in again: by position, and all or nothing."""

from collections.abc import Mapping
from copy import deepcopy
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd_lite.errors import ArgumentValueError, KindError, describe
from autograd_lite.graph import raw

if TYPE_CHECKING:
    from optim.optimizer import Optimizer

Groups = list[dict[str, Any]]
Memories = dict[int, dict[str, Any]]


def state_of(param_groups: Groups, memories: Memories, numbers: tuple[str, ...]) -> dict[str, Any]:
    """The state as plain dictionaries and fresh arrays, with positions in the place of parameters."""
    groups, start = [], 0
    for group in param_groups:
        end = start + len(group["params"])
        options = {key: value for key, value in group.items() if key != "params"}
        groups.append({**deepcopy(options), "params": list(range(start, end))})
        start = end
    return {
        "state": {
            position: {name: value if name in numbers else np.array(value) for name, value in memory.items()}
            for position, memory in memories.items()
        },
        "param_groups": groups,
    }


def fitting(optimizer: "Optimizer", state: Any) -> tuple[Groups, Memories]:
    """The options of the groups and what is remembered, from `state`, checked and copied."""
    owner = type(optimizer).__name__
    if not _well_formed(state):
        raise KindError(f'{owner}: expected the dictionary of state_dict(), with "state" and "param_groups".')
    given = state["param_groups"]
    sizes = [len(group["params"]) for group in optimizer.param_groups]
    found = [len(group["params"]) for group in given]
    if sizes != found:
        raise ArgumentValueError(
            f"{owner}: the state has groups of {found} parameters, this optimizer of {sizes}. "
            "Make it over the same parameters, in the same groups."
        )
    groups = []
    for i, (group, now) in enumerate(zip(given, optimizer.param_groups, strict=True)):
        group = {**{name: now[name] for name in optimizer.own_options}, **group}
        missing = [name for name in optimizer.options if name not in group]
        if missing:
            raise ArgumentValueError(
                f"{owner}: group {i} of the state lacks {', '.join(missing)}; it is of another optimizer."
            )
        others = {key: value for key, value in group.items() if key != "params" and key not in optimizer.options}
        groups.append({**optimizer.checked(group), **deepcopy(others)})
    return groups, _memories(optimizer, state["state"], [i for group in given for i in group["params"]])


def _well_formed(state: Any) -> bool:
    if not isinstance(state, Mapping):
        return False
    groups, memories = state.get("param_groups"), state.get("state")
    return (
        isinstance(groups, list | tuple)
        and all(isinstance(group, Mapping) and isinstance(group.get("params"), list | tuple) for group in groups)
        and isinstance(memories, Mapping)
        and all(isinstance(memory, Mapping) for memory in memories.values())
    )


def _memories(optimizer: "Optimizer", given: Any, names: list[Any]) -> Memories:
    """What is remembered of each parameter; `names` is what the state calls them, in order."""
    owner = type(optimizer).__name__
    positions = {name: position for position, name in enumerate(names)}
    parameters = list(optimizer._parameters())
    memories: Memories = {}
    for key, memory in given.items():
        if key not in positions:
            raise ArgumentValueError(f"{owner}: the state has a parameter {key!r}, and its groups have not.")
        memory = {name: value for name, value in memory.items() if value is not None}
        missing = [name for name in optimizer.remembers if name not in memory]
        unknown = [name for name in memory if name not in optimizer.remembers + optimizer.may_remember]
        if memory and (missing or unknown):
            raise ArgumentValueError(
                f"{owner}: the state of parameter {key!r} has {', '.join(memory)}; expected "
                f"{', '.join(optimizer.remembers) or 'nothing'}, perhaps {', '.join(optimizer.may_remember)}."
            )
        position = positions[key]
        data = raw(parameters[position].data)
        memories[position] = {
            name: _remembered(owner, key, name, value, None if name in optimizer.numbers else data)
            for name, value in memory.items()
        }
    return memories


def _remembered(owner: str, key: Any, name: str, value: Any, data: Any) -> Any:
    """A copy of one thing remembered: an array like `data`, or where that is None a number, the step an int."""
    shape = () if data is None else np.shape(data)
    try:
        array = np.asarray(value)
    except ValueError:
        array = np.array(None)
    if array.dtype.kind not in "fiu" or array.shape != shape:
        raise ArgumentValueError(
            f"{owner}: {name} of parameter {key!r} is {describe(value)}; expected numbers of shape {shape}."
        )
    if data is not None:
        return array.astype(np.asarray(data).dtype)
    if name != "step":
        return float(array)
    if array < 0 or array % 1 != 0:
        raise ArgumentValueError(f"{owner}: step of parameter {key!r} is {array}; it counts, as 0, 1, 2 ...")
    return int(array)
