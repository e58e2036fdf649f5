"""Small layers as scalar graphs: each weight, each product and each sum a node, as lectures draw them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd_lite.draw.names import SUBSCRIPTS, SUPERSCRIPTS
from autograd_lite.errors import ArgumentValueError, KindError, ShapeError, UnsupportedError, describe
from autograd_lite.graph import Node, topological_order
from autograd_lite.operation import Op
from autograd_lite.tensor import Tensor
from autograd_lite.value import Value

#: A drawing of more nodes than this is read by nobody, whatever it is folded to.
MOST = 1000

#: One step of an elementwise module: the operation, its arguments, None where the previous result goes, its parameters.
Step = tuple[Op, tuple[Any, ...], dict[str, Any]]


class Parameter(Value):
    """A weight or a bias, which a drawing shows as one."""

    __slots__ = ()


def expanded(module: Any, x: Any, names: Sequence[str] | None) -> Any:
    """What `draw.expand` gives."""
    parts = list(_parts(module))
    layers = [part for part in parts if _is_linear(part)]
    if not layers:
        raise UnsupportedError(f"expand: {_kind(module)} has no Linear in it. Give a Linear, or a Sequential with one.")
    plans: list[Any] = [part if _is_linear(part) else _steps(part) for part in parts]
    features = layers[0].weight.shape[1]
    _check_size(plans, features)
    h = _inputs(x, names, features)
    number = 0
    for plan in plans:
        if _is_linear(plan):
            number += 1
            h = _linear(h, plan, number if len(layers) > 1 else 0, last=plan is plans[-1])
        else:
            h = _applied(h, plan, number if len(layers) > 1 else 0, last=plan is plans[-1])
    return h[0] if len(h) == 1 else np.array(h, dtype=object)


def _parts(module: Any) -> Any:
    """The layers of a module, in order: itself, or of a Sequential those within it."""
    if not (callable(module) and hasattr(module, "parameters")):
        raise KindError(f"expand: expected a Linear or a Sequential, got {describe(module)}.")
    if any(cls.__name__ == "Sequential" for cls in type(module).__mro__):
        for part in module:
            yield from _parts(part)
    else:
        yield module


def _is_linear(part: Any) -> bool:
    return any(cls.__name__ == "Linear" for cls in type(part).__mro__)


def _kind(module: Any) -> str:
    return type(module).__name__


def _steps(module: Any) -> list[Step]:
    """The operations of a module without parameters, all of them elementwise, found by calling it on one number."""
    refused = UnsupportedError(
        f"expand: {_kind(module)} does not work element by element and is no Linear, so it has no scalar graph here. "
        "Write the graph with Values, as in W @ x on arrays of them."
    )
    if any(True for _ in module.parameters()):
        raise refused
    probe = Tensor(np.full((1, 1), 0.5), requires_grad=True)
    result = module(probe)
    if result is probe:
        return []
    nodes = [node for node in topological_order([result]) if node is not probe]
    steps: list[Step] = []
    before: Node = probe
    for node in nodes:
        op, values = node._op, node._values
        given = tuple(None if parent is before else value for parent, value in zip(node._inputs, values, strict=True))
        if op is None or not op.elementwise or any(np.size(v) != 1 for v in given if v is not None):
            raise refused
        steps.append((op, tuple(v if v is None else float(v) for v in given), dict(node._params or {})))
        before = node
    return steps


def _check_size(plans: list[Any], features: int) -> None:
    """Refuse what would have too many nodes, before any is made."""
    count, width = features, features
    for plan in plans:
        if not _is_linear(plan):
            count += width * len(plan)
            continue
        out, into = plan.weight.shape
        if into != width:
            raise ShapeError(f"expand: a Linear takes {into} features, and what comes to it has {width}.")
        # Weights and products, sums, and of the bias itself and its sum.
        count += 2 * out * into + out * (into - 1) + (2 * out if plan.bias is not None else 0)
        width = out
    if count > MOST:
        raise ArgumentValueError(
            f"expand: the scalar graph would have {count:,} nodes, of which {MOST:,} are the most. Draw the module "
            "itself, whose arrays are one node each, or expand a smaller one."
        )


def _inputs(x: Any, names: Sequence[str] | None, features: int) -> list[Value]:
    try:
        numbers = np.ones(features) if x is None else np.asarray(x._data if isinstance(x, Node) else x, dtype=float)
    except (TypeError, ValueError) as error:
        raise KindError(f"expand: x takes the {features} real numbers of one example, got {describe(x)}.") from error
    if numbers.size != features or numbers.ndim > 2:
        raise ShapeError(
            f"expand: x has shape {numbers.shape}; expected one example of {features} features, shape ({features},)."
        )
    if names is not None and (
        not isinstance(names, Sequence)
        or isinstance(names, str)
        or len(names) != features
        or not all(isinstance(name, str) for name in names)
    ):
        raise ArgumentValueError(f"expand: names= takes a name for each of the {features} inputs, got {names!r}.")
    called = names or ["x" + _index(i) if features > 1 else "x" for i in range(features)]
    return [Value(value, name=name) for value, name in zip(numbers.ravel(), called, strict=True)]


def _linear(h: list[Value], layer: Any, number: int, last: bool) -> list[Value]:
    """Each output a sum of products and the bias, in the order in which lectures write them."""
    weights, bias = layer.weight._data, None if layer.bias is None else layer.bias._data
    out: list[Value] = []
    for i, row in enumerate(weights):
        terms = [
            Parameter(w, name=_called("w", number, i, j, weights.shape)) * x
            for j, (w, x) in enumerate(zip(row, h, strict=True))
        ]
        total = terms[0]
        for term in terms[1:]:
            total = total + term
        if bias is not None:
            total = total + Parameter(bias[i], name=_called("b", number, i, None, weights.shape))
        total.name = _called("y" if last else "z", 0 if last else number, i, None, weights.shape)
        out.append(total)
    return out


def _applied(h: list[Value], steps: list[Step], number: int, last: bool) -> list[Value]:
    """An elementwise module on each number."""
    out = []
    for i, value in enumerate(h):
        result = value
        for op, given, params in steps:
            result = op(*(result if v is None else v for v in given), **params)
        if steps:
            result.name = _called("y" if last else "h", 0 if last else number, i, None, (len(h), 0))
        out.append(result)
    return out


def _called(letter: str, number: int, i: int, j: int | None, shape: tuple[int, ...]) -> str:
    """A name with its layer above, where there are several, and its place below: `w⁽²⁾₁₃`."""
    layer = f"⁽{''.join(SUPERSCRIPTS[digit] for digit in str(number))}⁾" if number else ""
    if j is None:
        return letter + layer + (_index(i) if shape[0] > 1 else "")
    between = "₋" if max(shape) > 9 else ""
    return letter + layer + (_index(i) + between + _index(j))


def _index(i: int) -> str:
    return "".join(SUBSCRIPTS[digit] for digit in str(i + 1))
