"""Histories and confusion matrices as figures of matplotlib."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from optim.pyplot import bare_figure

if TYPE_CHECKING:
    from optim.training.history import History

INK, QUIET, GRID = "#1f2933", "#59636e", "#d9dee3"
TRAIN, VALIDATION = "#2b6cb0", "#c2571a"


def curves(history: History) -> Any:
    """One panel for the loss and one for each metric, with the curves of training and validation."""
    columns = [c for c in history.columns if c not in ("epoch", "seconds", "lr")]
    panels = [c for c in columns if not c.startswith("val_")]
    panels += [c.removeprefix("val_") for c in columns if c.startswith("val_") and c.removeprefix("val_") not in panels]
    made = bare_figure("a history", 4.6 * len(panels) + 0.4, 3.6)
    epochs = [row.get("epoch", i) for i, row in enumerate(history.rows, 1)]
    for axes, panel in zip(made.subplots(1, len(panels), squeeze=False)[0], panels, strict=True):
        styles = {panel: ("training", TRAIN, "-"), f"val_{panel}": ("validation", VALIDATION, "--")}
        shown = {column: style for column, style in styles.items() if column in columns}
        for column, (label, color, line) in shown.items():
            values = [np.nan if value is None else value for value in history[column]]
            # One epoch is a point: a line needs two.
            marker = "o" if len(epochs) < 3 else ""
            axes.plot(epochs, values, line, color=color, label=label, linewidth=2, marker=marker)
        axes.set_title(panel.replace("_", " "), color=INK)
        axes.set_xlabel("epoch", color=QUIET)
        axes.xaxis.get_major_locator().set_params(integer=True)
        axes.legend(frameon=False)
        _quiet(axes)
        axes.grid(color=GRID, linewidth=0.8)
    return made


def table(matrix: Any, names: list[str]) -> Any:
    """A square of counts, each shaded by its share of the row."""
    n = len(names)
    size = max(3.6, 0.62 * n + 1.4)
    made = bare_figure("a confusion matrix", size, size * 0.94)
    axes = made.subplots()
    totals = matrix.sum(axis=1, keepdims=True)
    share = matrix / np.where(totals == 0, 1, totals)
    axes.imshow(share, cmap="Blues", vmin=0.0, vmax=1.0)
    fontsize = min(11.0, 72 * 0.5 * size / n / max(3, len(str(matrix.max()))))
    for i in range(n):
        for j in range(n):
            color = "white" if share[i, j] > 0.55 else INK if matrix[i, j] else QUIET
            axes.text(j, i, str(matrix[i, j]), ha="center", va="center", color=color, fontsize=fontsize)
    long = max(map(len, names)) > 4
    axes.set_xticks(range(n), names, rotation=45 if long else 0, ha="right" if long else "center")
    axes.set_yticks(range(n), names)
    axes.set_xlabel("prediction", color=QUIET)
    axes.set_ylabel("target", color=QUIET)
    _quiet(axes)
    axes.tick_params(length=0)
    for spine in axes.spines.values():
        spine.set_visible(False)
    return made


def _quiet(axes: Any) -> None:
    axes.tick_params(colors=QUIET)
    for side, spine in axes.spines.items():
        spine.set_visible(side in ("left", "bottom"))
        spine.set_color(QUIET)
