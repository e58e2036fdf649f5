"""Where a loss became nan or infinite, or a gradient did: the first node, and what may help."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from autograd_lite.errors import describe
from autograd_lite.graph import Node, topological_order

#: What makes infinity of small numbers; anything else that does was given large ones.
INFINITE = frozenset({"log", "log2", "log10", "log1p", "divide", "reciprocal", "exp"})
GROWN = "Its numbers have grown too large: try a smaller learning rate, clipped gradients or scaled data."


def why_not_finite(loss: Node) -> tuple[Node, str]:
    """The first node that made a loss no finite number, and a sentence or two about it."""
    order = topological_order([loss])
    nan = next((n for n in order if np.isnan(n._data).any()), None)
    if nan is None:
        infinite = next(n for n in order if not _finite(n._data))
        return infinite, f"The first infinity {_made(loss, infinite)}"
    before = set(topological_order([nan])) - {nan}
    infinite = next((n for n in order if n in before and not _finite(n._data)), nan)
    said = f"The first nan {_made(loss, nan)}"
    return (nan, said) if infinite is nan else (infinite, f"{said} Its infinity {_made(loss, infinite)}")


def without_finite_gradient(parameters: Iterable[Any]) -> list[Any]:
    """Those whose gradient is nan or infinite somewhere."""
    return [p for p in parameters if p.grad is not None and not _finite(getattr(p.grad, "data", p.grad))]


def why_gradient_not_finite(loss: Node, parameter: Any) -> str:
    """A sentence or two about how the gradient of a finite loss became no finite number."""
    from autograd_lite.draw import draw

    return str(draw.explain(loss, parameter).why)


def _made(loss: Node, node: Node) -> str:
    """How a node came by a number that is none, and what may help."""
    data = np.asarray(node._data)
    at = tuple(int(k) for k in np.argwhere(~np.isfinite(data) if not np.isnan(data).any() else np.isnan(data))[0])
    where = f", at [{', '.join(map(str, at))}]" if at else ""
    if node._op is None:
        return (
            f"stands in {describe(node)} itself{where}: look at how it was read or updated; a smaller learning rate "
            "or clipped gradients keep parameters finite."
        )
    kind = f", {describe(node)}" if np.ndim(data) else ""
    said = f"comes from {node._op.name}{_module(loss, node)}{kind}{where}"
    arguments = zip(node._inputs, node._values, strict=True)
    bad = [value for parent, value in arguments if (parent is None or not parent._tracked) and _no_number(value)]
    if bad:
        return f"{said}, whose argument {describe(bad[0])} has such numbers already: look at the data."
    if node._op.elementwise:
        from autograd_lite.draw.scene import element

        shown = [element(value, at) for value in node._values if value is not None and np.ndim(value) <= len(at)]
        said += f", where it is given {' and '.join(shown)}" if shown else ""
    from autograd_lite.draw.why_undefined import FORWARD

    grown = not np.isnan(data).any() and node._op.name not in INFINITE
    remedy = GROWN if grown else FORWARD.get(node._op.name, "")
    return f"{said}.{' ' + remedy if remedy else ''}"


def _no_number(value: Any) -> bool:
    """Whether an argument has nan or infinity in it."""
    return isinstance(value, np.ndarray | float) and not _finite(value)


def _module(loss: Node, node: Node) -> str:
    """The module that the node was made in: ` in Linear 2`."""
    from autograd_lite.draw.modules import Modules
    from autograd_lite.draw.survey import Survey

    box = Modules(Survey(loss, {})).of.get(node)
    if box is None:
        return ""
    return f" in {box.kind} {box.path}" if box.path else f" in {box.kind}"


def _finite(data: Any) -> bool:
    return bool(np.isfinite(data).all())
