"""Figures of searches for hyper-parameters: how good after how many tries, and what was tried."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.colors import LogNorm
from matplotlib.ticker import LogLocator, NullFormatter

from demos.plots import COLOURS, DASHES, INK, RED, Array, figure


def plain_ticks(axis: Any) -> None:
    """Numbers as 0.2, 0.3, 0.5 along an axis on a logarithmic scale, in the place of powers of ten."""
    axis.set_major_locator(LogLocator(subs=(1, 1.5, 2, 3, 5)))
    axis.set_major_formatter("{x:g}")
    axis.set_minor_formatter(NullFormatter())


def bands(lines: Mapping[str, Array], target: float, *, along: str, what: str) -> Any:
    """A figure of the median of several runs, (runs, steps), for each name, in a band from their lowest to highest.

    The scale is logarithmic, up to five times the target, which a line shows.
    """
    made, axes = figure(size=(8.5, 4.8))
    for i, (name, runs) in enumerate(lines.items()):
        steps = np.arange(1, np.shape(runs)[1] + 1)
        axes.plot(steps, np.median(runs, 0), color=COLOURS[i % 8], linestyle=DASHES[i % 8], linewidth=2.4, label=name)
        axes.fill_between(steps, np.min(runs, 0), np.max(runs, 0), color=COLOURS[i % 8], alpha=0.13, linewidth=0)
    axes.axhline(target, color=INK, linewidth=1)
    axes.text(1, target, f" {target:g}", transform=axes.get_yaxis_transform(), va="center")
    axes.set(xlabel=along, ylabel=what, yscale="log", ylim=(None, 5 * target))
    plain_ticks(axes.yaxis)
    axes.grid(alpha=0.25)
    axes.legend(fontsize=12, frameon=False)
    return made


def tries(searches: Mapping[str, tuple[Array, Array]], along: str, up: str, what: str) -> Any:
    """A figure of what each search has tried: points (n, 2) in the shades of their scores (n,).

    The shades are on a logarithmic scale, and the smallest score of each search is ringed.
    """
    every = np.concatenate([scores for _, scores in searches.values()])
    norm = LogNorm(every.min(), every.max())
    made, grid = figure(1, len(searches), (4.6 * len(searches) + 1.2, 4.4), sharex=True, sharey=True, squeeze=False)
    for axes, (name, (points, scores)) in zip(grid.flat, searches.items(), strict=True):
        shown = axes.scatter(*points.T, c=scores, cmap="viridis", norm=norm, s=130, linewidths=0)
        axes.scatter(*points[np.argmin(scores)], s=330, facecolors="none", edgecolors=RED, linewidths=2.5)
        axes.set(title=name, xlabel=along)
        axes.grid(alpha=0.25)
        axes.set_axisbelow(True)
    grid[0, 0].set_ylabel(up)
    bar = made.colorbar(shown, ax=grid)
    bar.set_label(what)
    plain_ticks(bar.ax.yaxis)
    return made
