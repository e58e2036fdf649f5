"""A gradient-flow map as a bar chart: the layers from the input, above, to the output, below."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd_lite.draw.legend import BOXES
from autograd_lite.draw.markup import GRADIENT, INK, QUIET
from autograd_lite.draw.names import one_line
from autograd_lite.draw.numbers import number
from autograd_lite.errors import ArgumentValueError, MissingLibraryError

if TYPE_CHECKING:
    from autograd_lite.draw.flow import Flow

#: Bars for zero reach this far below the smallest number that is not.
BELOW = 10.0
WEIGHT = BOXES["parameter"]


def chart(flow: Flow, format: str) -> bytes:
    """The chart of `flow` as "svg", "png" or "pdf": the same bytes for the same numbers."""
    if format not in ("svg", "png", "pdf"):
        raise ArgumentValueError(f"chart: format={format!r} is none of 'svg', 'png', 'pdf'.")
    try:
        import matplotlib
        from matplotlib.figure import Figure
    except ImportError:
        raise MissingLibraryError(
            "chart: gradient flow is drawn as bars with matplotlib, which is not installed. Install it: pip install "
            "matplotlib. The table and the picture need no matplotlib."
        ) from None
    # A name may hold dollar signs, which begin no formula here.
    settings: dict[Any, Any] = {
        "svg.hashsalt": "flow",
        "svg.fonttype": "path",
        "font.family": "DejaVu Sans",
        "text.parse_math": False,
    }
    with matplotlib.rc_context(settings):
        shown = any(layer.dead is not None for layer in flow.layers)
        figure = Figure(figsize=(9 if shown else 7.5, 1.5 + 0.45 * len(flow.layers)), layout="constrained")
        axes = figure.subplots(1, 2, sharey=True, width_ratios=(4, 1)) if shown else [figure.subplots()]
        _norms(axes[0], flow)
        if shown:
            _dead_units(axes[1], flow)
        if flow.title is not None:
            figure.suptitle(one_line(flow.title), color=INK, fontweight="bold")
        written = io.BytesIO()
        dates = {"svg": {"Date": None}, "pdf": {"CreationDate": None}, "png": {}}
        figure.savefig(written, format=format, dpi=144, metadata=dates[format])
    return written.getvalue()


def _norms(axis: Any, flow: Flow) -> None:
    """Two bars for each layer: the gradient's, filled, and the weights', hatched; the number at the end of each."""
    gradients = [layer.gradient for layer in flow.layers]
    weights = [layer.weight for layer in flow.layers]
    known = [x for x in (*gradients, *weights) if x > 0 and np.isfinite(x)] or [1.0]
    low, high = min(known) / BELOW, max(known)
    axis.set_xscale("log")
    axis.xaxis.set_major_formatter(lambda x, _: number(x))
    # Room for the numbers at the ends of the bars.
    axis.set_xlim(low, high * (high / low) ** 0.18)
    places = np.arange(len(flow.layers))
    styles = [
        ("‖gradient‖", gradients, -0.19, {"color": GRADIENT}),
        ("‖weight‖", weights, 0.19, {"color": WEIGHT[0], "edgecolor": WEIGHT[1], "hatch": "////"}),
    ]
    for label, values, shift, style in styles:
        lengths = [min(max(x, low), high) if np.isfinite(x) else high for x in values]
        axis.barh(places + shift, lengths, 0.36, label=label, **style)
        for place, length, value in zip(places + shift, lengths, values, strict=True):
            axis.annotate(
                number(value), (length, place), (4, 0), textcoords="offset points", va="center", fontsize=8, color=INK
            )
    axis.set_yticks(places, [_name(layer.name, layer.kind) for layer in flow.layers])
    axis.set_ylim(len(flow.layers) - 0.4, -0.6)
    axis.set_xlabel("Euclidean norm, logarithmic scale", color=QUIET)
    axis.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2, frameon=False, fontsize=9, borderaxespad=0.2)
    _quiet(axis)


def _dead_units(axis: Any, flow: Flow) -> None:
    """The share of units that are zero for the whole batch, where a layer has an activation that can be."""
    for place, layer in enumerate(flow.layers):
        if layer.dead is not None:
            axis.barh(place, 100 * layer.dead, 0.5, color=INK)
            said = f"{100 * layer.dead:.0f} %"
            axis.annotate(said, (100 * layer.dead, place), (4, 0), textcoords="offset points", va="center", fontsize=8)
    axis.set_xlim(0, 130)
    axis.set_xticks([0, 50, 100])
    axis.set_xlabel("dead units, %", color=QUIET)
    _quiet(axis)


def _quiet(axis: Any) -> None:
    axis.tick_params(colors=INK, labelsize=9, length=2)
    for side in ("top", "right"):
        axis.spines[side].set_visible(False)


def _name(name: str, kind: str) -> str:
    return one_line(f"{name}: {kind}" if name != kind else kind)
