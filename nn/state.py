"""The numbers of a module, out and in again: by name, and all or nothing."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from autograd_lite.errors import ArgumentError, ArgumentValueError, KindError, ShapeError, describe
from autograd_lite.guard import Array
from autograd_lite.tensor import Tensor
from nn.arguments import float_dtype
from nn.parameter import Parameter

if TYPE_CHECKING:
    from nn.module import Module


#: What PyTorch calls the places where arrays may be.
DEVICES = ("cpu", "cuda", "mps", "xpu", "meta")


class IncompatibleKeys(NamedTuple):
    """The paths that only the module has, and those that only the state has."""

    missing_keys: list[str]
    unexpected_keys: list[str]


class Place(NamedTuple):
    """Where a tensor of the state belongs."""

    module: "Module"
    attribute: str
    tensor: Tensor


def places(module: "Module") -> Iterator[tuple[str, Place]]:
    """Every parameter and persistent buffer by its path, a shared one under each of its paths."""
    for path, part in module.named_modules(remove_duplicate=False):
        own: dict[str, Tensor] = {**part._own(Parameter)}
        own.update((name, buffer) for name, buffer in part._own_buffers().items() if part._buffers[name])
        for name, tensor in own.items():
            yield f"{path}.{name}" if path else name, Place(part, name, tensor)


def state_of(module: "Module") -> dict[str, Array]:
    """Fresh arrays of all that `places` gives."""
    return {path: place.tensor.numpy() for path, place in places(module)}


def load(module: "Module", state: Mapping[str, Any], strict: bool) -> IncompatibleKeys:
    """Give a module the arrays of `state`: see `Module.load_state_dict`."""
    if not isinstance(state, Mapping):
        raise KindError(f"load_state_dict: expected a mapping of paths to arrays, got {describe(state)}.")
    found = dict(places(module))
    given = {found[path].tensor for path in state if path in found}
    # A shared parameter is there if one of its paths is.
    missing = [path for path, place in found.items() if path not in state and place.tensor not in given]
    unexpected = [path for path in state if path not in found]
    arrays: dict[Tensor, Array] = {}
    wrong = {path: _take(arrays, place.tensor, state[path]) for path, place in found.items() if path in state}
    wrong = {path: fault for path, fault in wrong.items() if fault}
    if wrong or (strict and (missing or unexpected)):
        _refuse(module, missing if strict else [], unexpected if strict else [], wrong)
    for place in found.values():
        if place.tensor in arrays:
            _put(place, arrays[place.tensor])
    return IncompatibleKeys(missing, unexpected)


def _take(arrays: dict[Tensor, Array], tensor: Tensor, value: Any) -> str:
    """Put what `tensor` is to hold into `arrays`; gives what is wrong with it, or nothing."""
    try:
        array = np.asarray(value)
    except (TypeError, ValueError, RuntimeError) as error:
        return f"{describe(value)} cannot be made an array: {error}"
    if array.dtype.kind not in "fiub" or not np.can_cast(array.dtype, tensor.dtype, "same_kind"):
        return f"{tensor.dtype} numbers expected, {array.dtype} given"
    if array.shape != tensor.shape:
        return f"shape {tensor.shape} expected, {array.shape} given"
    given = array
    with np.errstate(over="ignore"):
        array = array.astype(tensor.dtype)
    if array.dtype.kind == "f":
        lost = np.isinf(array) & np.isfinite(given)
    else:
        lost = array != given
    if lost.any():
        return f"{given[lost].flat[0]} is too large for {tensor.dtype}"
    if not np.array_equal(arrays.setdefault(tensor, array), array, equal_nan=tensor.dtype.kind == "f"):
        return "other numbers given than for another path of the same parameter"
    return ""


def _refuse(module: "Module", missing: list[str], unexpected: list[str], wrong: dict[str, str]) -> None:
    lines = [f"load_state_dict: the state does not fit {type(module).__name__}; nothing was changed."]
    lines += [f"  missing: {', '.join(missing)}"] if missing else []
    lines += [f"  unexpected: {', '.join(map(str, unexpected))}"] if unexpected else []
    lines += [f"  {path}: {fault}" for path, fault in wrong.items()]
    if missing or unexpected:
        lines.append("  Save and load the same architecture, or load what is common with strict=False.")
    only_shapes = not missing and not unexpected and all(fault.startswith("shape") for fault in wrong.values())
    raise (ShapeError if only_shapes else ArgumentValueError)("\n".join(lines))


def _put(place: Place, array: Array) -> None:
    if isinstance(place.tensor, Parameter):
        place.tensor.data = array
    else:
        # A buffer may be the result of an operation, whose data stays as it is.
        setattr(place.module, place.attribute, Tensor(array))


def wanted_dtype(targets: tuple[Any, ...], dtype: Any, device: Any) -> np.dtype[Any] | None:
    """The data type that the arguments of `Module.to` ask for; None where only the device is named."""
    devices = [t for t in (*targets, device) if isinstance(t, str) and t.partition(":")[0] in DEVICES]
    if any(d.partition(":")[0] != "cpu" for d in devices) or (device is not None and device not in devices):
        raise ArgumentValueError(f"to: the device is {(*devices, device)[0]!r}; everything is computed on the cpu.")
    kinds = [t for t in (*targets, dtype) if t is not None and not (isinstance(t, str) and t in devices)]
    if len(kinds) > 1:
        raise ArgumentError(f"to: got {len(kinds)} data types; give one.")
    if not kinds:
        return None
    return float_dtype("to", kinds[0].dtype if isinstance(kinds[0], Tensor) else kinds[0])


def convert(module: "Module", dtype: np.dtype[Any]) -> None:
    """Give the parameters, gradients and buffers of floats another data type, all or nothing."""
    parameters = {p: p._data.astype(dtype) for p in module.parameters() if p.dtype.kind == "f"}
    gradients = {p: p.grad.data.astype(dtype) for p in parameters if p.grad is not None}
    buffers = {b: Tensor(b._data.astype(dtype)) for b in module.buffers() if b.dtype.kind == "f"}
    for parameter, array in parameters.items():
        parameter.grad = None
        parameter._data = Tensor.hold(array)
    for parameter, array in gradients.items():
        parameter.grad = Tensor(array)
    for part in module.modules():
        for name, buffer in part._own_buffers().items():
            if buffer in buffers:
                setattr(part, name, buffers[buffer])
