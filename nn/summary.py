"""A table of a model: its layers, the shapes that they give, their parameters, memory and work."""

from collections.abc import Iterator
from contextlib import contextmanager
from numbers import Integral
from typing import Any, NamedTuple

import numpy as np

from autograd_lite.errors import ArgumentValueError, DtypeError, KindError, describe
from autograd_lite.modes import no_grad
from autograd_lite.tensor import Tensor
from autograd_lite.tree import flatten
from nn.module import Module
from nn.work import multiply_adds


class Row(NamedTuple):
    """One module of a model.

    Attributes
    ----------
    path, kind : its path, "" for the model itself, and the name of its class.
    output : the shapes of what it gave in its last call, None where it was not called.
    parameters, trainable : how many numbers of its own it has that no row above has counted, and how many of
        them learn.
    memory : bytes of these parameters, of its buffers, and, where it has no modules within, of its outputs.
    multiply_adds : products and sums in its matrix products and convolutions, over all calls.
    calls : how often it was called.
    """

    path: str
    kind: str
    output: tuple[tuple[int, ...], ...] | None
    parameters: int
    trainable: int
    memory: int
    multiply_adds: int
    calls: int


class Summary(NamedTuple):
    """What `summary` gives: `rows`, one for each module, and their sums; as text, a table."""

    rows: tuple[Row, ...]

    @property
    def parameters(self) -> int:
        """How many numbers the model has, shared ones once."""
        return sum(row.parameters for row in self.rows)

    @property
    def trainable(self) -> int:
        """How many of them learn."""
        return sum(row.trainable for row in self.rows)

    @property
    def memory(self) -> int:
        """Bytes of parameters, buffers and the outputs of layers."""
        return sum(row.memory for row in self.rows)

    @property
    def multiply_adds(self) -> int:
        """Products and sums in matrix products and convolutions."""
        return sum(row.multiply_adds for row in self.rows)

    def __repr__(self) -> str:
        head = ("layer", "output", "parameters", "memory", "multiply-adds")
        lines = [head, *(_cells(row) for row in self.rows)]
        widths = [max(len(line[i]) for line in lines) for i in range(len(head))]
        text = [_line(line, widths) for line in lines]
        rule = "─" * max(map(len, text))
        total = ("total", "", f"{self.parameters:,}", _in_bytes(self.memory), f"{self.multiply_adds:,}")
        frozen = self.parameters - self.trainable
        tail = [f"{frozen:,} of the parameters are frozen"] if frozen else []
        return "\n".join([text[0], rule, *text[1:], rule, _line(total, widths), *tail])


def summary(model: Module, input_shape: Any, dtype: Any = None) -> Summary:
    """Run a model once on zeros, and tell of each module what it gives and costs.

    Parameters
    ----------
    model : a module. It is run in evaluation mode, without recording, and left as it was.
    input_shape : the shape of its input, such as (64, 784); or a list of shapes for several arguments, or a
        dictionary of them for keywords, each of which may be lists and dictionaries again. In the place of a shape
        may stand an array.
    dtype : the data type of the zeros, or a list or dictionary of one for each argument; where None, that of
        the model's parameters.

    Multiply-adds are counted for the layers that `nn.work` knows; other modules tell theirs by a method
    `multiply_adds(inputs, outputs)` of lists of Tensors. Raises `KindError` for what is no module, and
    `ArgumentValueError` for what is no shape.

    >>> import nn
    >>> print(nn.summary(nn.Sequential(nn.Linear(784, 20), nn.ReLU(), nn.Linear(20, 10)), (64, 784)))
    layer        output    parameters   memory  multiply-adds
    ─────────────────────────────────────────────────────────
    Sequential   (64, 10)           0      0 B              0
      0: Linear  (64, 20)      15,700  67.9 kB      1,003,520
      1: ReLU    (64, 20)           0   5.1 kB              0
      2: Linear  (64, 10)         210   3.4 kB         12,800
    ─────────────────────────────────────────────────────────
    total                      15,910  76.4 kB      1,016,320
    """
    if not isinstance(model, Module):
        raise KindError(f"summary: expected a Module, got {describe(model)}.")
    args, kwargs = _inputs(input_shape, dtype, _usual_dtype(model))
    calls: dict[Module, list[tuple[list[Tensor], list[Tensor]]]] = {}
    with _watched(model, calls), no_grad():
        model(*args, **kwargs)
    seen: set[Tensor] = set()
    return Summary(tuple(_row(path, part, calls.get(part, []), seen) for path, part in model.named_modules()))


def _row(path: str, module: Module, calls: list[tuple[list[Tensor], list[Tensor]]], seen: set[Tensor]) -> Row:
    new = [p for p in module.parameters(recurse=False) if p not in seen]
    buffers = [b for b in module.buffers(recurse=False) if b not in seen]
    seen.update(new, buffers)
    is_layer = not any(module.children())
    outputs = [t for _, given in calls for t in given] if is_layer else []
    return Row(
        path=path,
        kind=type(module).__name__,
        output=tuple(t.shape for t in calls[-1][1]) if calls else None,
        parameters=sum(p.size for p in new),
        trainable=sum(p.size for p in new if p.requires_grad),
        memory=sum(t._data.nbytes for t in (*new, *buffers, *outputs)),
        multiply_adds=sum(multiply_adds(module, taken, given) for taken, given in calls),
        calls=len(calls),
    )


@contextmanager
def _watched(model: Module, calls: dict[Module, list[tuple[list[Tensor], list[Tensor]]]]) -> Iterator[None]:
    """Note what goes in and out of every module, in evaluation mode; leave all as it was."""

    def note(module: Module, args: Any, kwargs: Any, output: Any) -> None:
        calls.setdefault(module, []).append((_tensors((args, kwargs)), _tensors(output)))

    modules = list(model.modules())
    before = [(module, module.training, module._hooks) for module in modules]
    handles = [module.register_forward_hook(note, with_kwargs=True) for module in modules]
    model.eval()
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()
        for module, training, hooks in before:
            module.training, module._hooks = training, hooks


def _tensors(tree: Any) -> list[Tensor]:
    return [leaf for leaf in flatten(tree)[0] if isinstance(leaf, Tensor)]


def _usual_dtype(model: Module) -> Any:
    return next((p.dtype for p in model.parameters() if p.dtype.kind == "f"), np.dtype(np.float32))


def _inputs(shapes: Any, dtype: Any, usual: Any) -> tuple[list[Any], dict[str, Any]]:
    """The arguments of the call and its keywords."""
    if isinstance(shapes, dict):
        kinds = dtype if isinstance(dtype, dict) else dict.fromkeys(shapes, dtype)
        return [], {name: _zeros(shape, kinds.get(name), usual) for name, shape in shapes.items()}
    if isinstance(shapes, list) or (isinstance(shapes, tuple) and not _is_shape(shapes)):
        several = dtype if isinstance(dtype, list | tuple) else [dtype] * len(shapes)
        if len(several) != len(shapes):
            raise ArgumentValueError(f"summary: {len(several)} data types for {len(shapes)} inputs; give one each.")
        return [_zeros(shape, kind, usual) for shape, kind in zip(shapes, several, strict=True)], {}
    return [_zeros(shapes, dtype, usual)], {}


def _zeros(shape: Any, dtype: Any, usual: Any) -> Any:
    if isinstance(shape, np.ndarray | Tensor):
        return shape if isinstance(shape, Tensor) else Tensor(shape)
    if isinstance(shape, dict):
        return {name: _zeros(part, dtype, usual) for name, part in shape.items()}
    if _is_shape(shape):
        try:
            return Tensor(np.zeros(shape, usual if dtype is None else dtype))
        except TypeError:
            raise DtypeError(f"summary: dtype is {describe(dtype)}; give one such as np.float32 or int.") from None
    if isinstance(shape, list | tuple):
        return type(shape)([_zeros(part, dtype, usual) for part in shape])
    raise ArgumentValueError(f"summary: {describe(shape)} is no shape; give a tuple of sizes such as (64, 784).")


def _is_shape(shape: Any) -> bool:
    return isinstance(shape, tuple) and all(isinstance(n, Integral) and int(n) >= 0 for n in shape)


def _cells(row: Row) -> tuple[str, ...]:
    *above, name = row.path.split(".") if row.path else [""]
    layer = "  " * (len(above) + bool(name)) + (f"{name}: {row.kind}" if name else row.kind)
    times = f" ×{row.calls}" if row.calls > 1 else ""
    output = "not called" if row.output is None else ", ".join(map(str, row.output)) + times
    return layer, output, f"{row.parameters:,}", _in_bytes(row.memory), f"{row.multiply_adds:,}"


def _line(cells: tuple[str, ...], widths: list[int]) -> str:
    """Text to the left, numbers to the right."""
    left = [f"{cell:<{width}}" for cell, width in zip(cells[:2], widths[:2], strict=True)]
    return "  ".join([*left, *(f"{cell:>{width}}" for cell, width in zip(cells[2:], widths[2:], strict=True))]).rstrip()


def _in_bytes(size: int) -> str:
    """A number of bytes in the unit that leaves it below 1,000."""
    if size < 1000:
        return f"{size} B"
    amount = float(size)
    for unit in ("kB", "MB", "GB", "TB"):
        amount /= 1000
        if amount < 999.95 or unit == "TB":
            break
    return f"{amount:,.1f} {unit}"
