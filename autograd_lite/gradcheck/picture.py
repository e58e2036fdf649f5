"""The graph of a check as a picture, what is wrong in red."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd_lite.draw import draw
from autograd_lite.errors import GraphError
from autograd_lite.graph import Node, topological_order

if TYPE_CHECKING:
    from autograd_lite.draw import Picture
    from autograd_lite.gradcheck.report import Report


def picture(report: Report, names: Mapping[str, Any] | None, options: dict[str, Any]) -> Picture:
    """The graph that led to the result with the culprit in it, or to the first one."""
    outputs = [y for y in report.outputs if isinstance(y, Node) and y._tracked]
    if not outputs:
        raise GraphError(f"draw: {report.name} recorded nothing, so there is no graph to draw.")
    culprits = [c for c in (report.culprit, *report.others) if c is not None]
    marked = {c.node: f"wrong by argument {c.argument}: {c.kind.partition(':')[0]}" for c in reversed(culprits)}
    output = next((y for y in outputs if culprits and culprits[0].node in set(topological_order([y]))), outputs[0])
    # Without a single number there is no gradient to draw, nor where a rule gives none of the right shape.
    whole = np.size(output._data) == 1 and not any(c.size == 0 for c in culprits)
    found = {name: node for node, name in reversed(report.names.items())}
    return draw(
        output,
        **{
            "names": {**found, **(names or {})},
            "direction": "both" if whole else "forward",
            "marked": marked,
            **options,
        },
    )
