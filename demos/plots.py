"""Figures that several demos draw, in one look: large enough for a projector, few colours, quiet axes."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import matplotlib
import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

Array = NDArray[Any]

BLUE, ORANGE, GREEN, PURPLE, RED, TEAL, GREY, INK, AMBER = (
    "#2f6db3", "#c2571a", "#3f8a4f", "#7d5ba6", "#b3261e", "#1b8a8f", "#8a929b", "#1f2933", "#f2a541",
)  # fmt: skip
#: Lines in the order in which they are drawn; dashes tell them apart without the hues.
COLOURS = (BLUE, ORANGE, GREEN, PURPLE, RED, TEAL, "#a5792b", GREY)
#: Colours of ways over a blue surface: three that stand out on paper too, and all.
THREE = (INK, RED, AMBER)
WALKS = (INK, RED, ORANGE, PURPLE, GREEN, TEAL, "#a5792b", "#d64550", BLUE)
DASHES = ("-", "--", "-.", ":", (0, (5, 1)), (0, (3, 1, 1, 1)), (0, (1, 1)), (0, (8, 2)))
STYLE = {
    "font.size": 12, "axes.titlesize": 13, "axes.labelsize": 12, "legend.fontsize": 11, "legend.frameon": False,
    "axes.spines.top": False, "axes.spines.right": False, "axes.edgecolor": "#9aa4af", "axes.titleweight": "medium",
    "text.color": INK, "axes.labelcolor": INK, "xtick.color": INK, "ytick.color": INK, "axes.titlecolor": INK,
}  # fmt: skip


def figure(rows: int = 1, columns: int = 1, size: tuple[float, float] | None = None, **options: Any) -> tuple[Any, Any]:
    """A figure and its axes, one or an array of them, of `size` inches; options are those of `Figure.subplots`."""
    with matplotlib.rc_context(STYLE):
        made = Figure(figsize=size or (5.2 * columns + 1, 3.8 * rows), layout="constrained")
        return made, made.subplots(rows, columns, **options)


def curves(
    axes: Any, lines: Mapping[str, Sequence[float]], *, along: str = "epoch", what: str = "loss", title: str = "",
    log: bool = False, first: int = 1, colours: Sequence[str] = COLOURS,
) -> None:  # fmt: skip
    """One line for each name, a point for each epoch or step, counted from `first`."""
    for i, (name, values) in enumerate(lines.items()):
        steps = np.arange(first, first + len(values))
        axes.plot(steps, values, color=colours[i % len(colours)], linestyle=DASHES[i % 8], linewidth=2, label=name)
    axes.set(xlabel=along, ylabel=what, title=title)
    if log:
        axes.set_yscale("log")
    axes.grid(alpha=0.25)
    if len(lines) > 1:
        axes.legend(fontsize=11, frameon=False)


def multiples(
    lines: Mapping[str, Sequence[float]], base: str, *, columns: int, along: str, what: str, log: bool = False,
    said: Mapping[str, str] | None = None,
) -> Any:  # fmt: skip
    """A figure with a panel for each line, and behind each the dashed one that all are compared with, `base`.

    `said` is a remark for each panel, below its name.
    """
    rows = -(-len(lines) // columns)
    made, grid = figure(rows, columns, (3.3 * columns + 0.6, 3.1 * rows), sharex=True, sharey=True, squeeze=False)
    for axes, (name, values) in zip(grid.flat, lines.items(), strict=False):
        if name != base:
            axes.plot(range(1, len(lines[base]) + 1), lines[base], "--", color=ORANGE, linewidth=2)
        colour = ORANGE if name == base else BLUE
        axes.plot(range(1, len(values) + 1), values, "o-", color=colour, linewidth=2.2, markersize=5)
        axes.set_title(f"{name}\n{said[name]}" if said else name)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=8))
        axes.grid(alpha=0.25)
        if log:
            axes.set_yscale("log")
            axes.minorticks_off()
    for axes in grid.flat[len(lines) :]:
        axes.axis("off")
    for axes in grid[-1]:
        axes.set_xlabel(along)
    for axes in grid[:, 0]:
        axes.set_ylabel(what)
    return made


def points(axes: Any, x: Array, y: Array, size: float = 14) -> None:
    """Points in the plane, (n, 2), of class 0 and 1: dots and triangles."""
    for label, colour, marker in ((0, ORANGE, "o"), (1, BLUE, "^")):
        chosen = np.ravel(y) == label
        axes.scatter(
            x[chosen, 0], x[chosen, 1], s=size, c=colour, marker=marker, alpha=0.6, linewidths=0, label=f"class {label}"
        )


def decision(axes: Any, probability: Callable[[Array], Array], x: Array) -> None:
    """The probability of class 1 as a tint over the range of `x`, (n, 2), and the line where it is one half.

    `probability` takes points, (m, 2), and gives m numbers.
    """
    (left, low), (right, high) = x.min(0), x.max(0)
    a, b = np.meshgrid(np.linspace(left, right, 200), np.linspace(low, high, 200))
    p = np.reshape(probability(np.column_stack([a.ravel(), b.ravel()]).astype(x.dtype)), a.shape)
    axes.contourf(a, b, p, levels=np.linspace(0, 1, 11), cmap="PuOr", alpha=0.35)
    axes.contour(a, b, p, levels=[0.5], colors=INK, linewidths=2)
    axes.set(xlabel="x₁", ylabel="x₂")


def regions(answers: Mapping[str, Callable[[Array], Array]], x: Array, y: Array, columns: int = 4) -> Any:
    """A figure with a panel for each classifier: its probability as of `decision`, and points (n, 2) of classes y."""
    rows = -(-len(answers) // columns)
    made, grid = figure(rows, columns, (3.7 * columns, 3.4 * rows), sharex=True, sharey=True, squeeze=False)
    for axes, (title, probability) in zip(grid.flat, answers.items(), strict=False):
        decision(axes, probability, x)
        points(axes, x, y)
        axes.set_title(title)
        axes.label_outer()
    for axes in grid.flat[len(answers) :]:
        axes.axis("off")
    return made


def matrices(arrays: Mapping[str, Array], top: float, what: str) -> Any:
    """A figure with an image of each matrix, side by side, in shades from 0 to `top`, which `what` explains."""
    made, grid = figure(1, len(arrays), (4.6 * len(arrays) + 1.2, 3.2), squeeze=False)
    for axes, (title, array) in zip(grid.flat, arrays.items(), strict=True):
        image = axes.imshow(array, cmap="Blues", vmin=0, vmax=top)
        axes.set_title(title)
    made.colorbar(image, ax=grid, label=what, extend="max", shrink=0.75)
    return made


def squares(axes: Any, matrix: Array, letters: str, title: str = "") -> None:
    """A square matrix in shades, from its 0 to its largest number, with a letter for each row and column."""
    axes.imshow(matrix, cmap="Blues", vmin=0)
    shown = ["·" if letter == " " else letter for letter in letters]
    axes.set_xticks(range(len(shown)), shown)
    axes.set_yticks(range(len(shown)), shown)
    axes.tick_params(length=0, labelsize=10)
    axes.set_title(title)


def surface(axes: Any, f: Callable[[Array, Array], Array], x: Array, y: Array, levels: Any = 25) -> None:
    """Contour lines of f over the plane: `x` and `y` are the numbers along the axes, f takes two grids."""
    a, b = np.meshgrid(x, y)
    axes.contourf(a, b, f(a, b), levels=levels, cmap="Blues_r", alpha=0.75)
    axes.contour(a, b, f(a, b), levels=levels, colors="white", linewidths=0.5, linestyles="solid")
    axes.set(xlim=(x[0], x[-1]), ylim=(y[0], y[-1]))


def paths(axes: Any, walks: Mapping[str, Array], colours: Sequence[str] = WALKS, **look: Any) -> None:
    """The way of each optimizer over a surface: positions (steps + 1, 2), from a ring to a dot.

    `look` is as for `Axes.plot`, such as `linestyle="-"` for ways that wander.
    """
    for i, (name, walk) in enumerate(walks.items()):
        walk = np.asarray(walk)
        colour = colours[i % len(colours)]
        axes.plot(*walk.T, **{"color": colour, "linestyle": DASHES[i % 8], "linewidth": 2, "label": name, **look})
        axes.plot(*walk[0], "o", color=INK, markerfacecolor="white", markersize=8)
        axes.plot(*walk[-1], "o", color=colour, markersize=7)
    axes.legend(fontsize=11, frameon=True, framealpha=0.85)


def samples(
    images: Iterable[Array], titles: Sequence[str], wrong: Sequence[bool], columns: int = 10, signed: bool = False,
    size: float = 0.95,
) -> Any:  # fmt: skip
    """A figure of images, (h, w) or (h, w, 3), with what is said of each above it; what is wrong stands in red.

    Where `signed`, an image with numbers below 0, such as weights, is red above 0, blue below and white at 0. `size` is
    the width of an image in inches.
    """
    images = list(images)
    rows = -(-len(images) // columns)
    made, grid = figure(rows, columns, (size * columns, (size + 0.25) * rows), squeeze=False)
    for axes in grid.flat:
        axes.axis("off")
    for axes, image, said, bad in zip(grid.flat, images, titles, wrong, strict=False):
        most = np.abs(image).max()
        axes.imshow(
            image,
            **{"cmap": "RdBu_r", "vmin": -most, "vmax": most} if signed and image.min() < 0 else {"cmap": "gray_r"},
        )
        axes.set_title(said, color=RED if bad else INK, fontsize=11, fontweight="bold" if bad else "normal")
    return made


def named(
    images: Iterable[Array],
    predicted: Array,
    meant: Array,
    labels: Sequence[str],
    columns: int = 10,
    size: float = 0.95,
) -> Any:
    """A figure of images with the class that was found; where it is wrong, in red with the class that was meant."""
    gap = "\n" if max(map(len, labels)) > 3 else " "
    said = [labels[p] if p == m else f"{labels[p]}{gap}({labels[m]})" for p, m in zip(predicted, meant, strict=True)]
    return samples(images, said, predicted != meant, columns, size=size)


def bars(
    axes: Any, groups: Mapping[str, Sequence[float]], labels: Sequence[str], *, what: str, log: bool = True
) -> None:
    """Bars side by side: for each label, such as a layer, one of each group."""
    width = 0.8 / len(groups)
    places = np.arange(len(labels))
    for i, (name, values) in enumerate(groups.items()):
        axes.bar(places + (i - (len(groups) - 1) / 2) * width, values, width * 0.92, color=COLOURS[i % 8], label=name)
    axes.set(ylabel=what)
    axes.set_xticks(places, labels)
    if log:
        axes.set_yscale("log")
    axes.grid(alpha=0.25, axis="y")
    axes.set_axisbelow(True)
    if len(groups) > 1:
        axes.legend(fontsize=11, frameon=False)


def sweep(axes: Any, curves: Mapping[float, Sequence[float]], diverged: Iterable[float], *, title: str = "") -> None:
    """The loss curve of each learning rate on a logarithmic axis.

    A run that has diverged is red, goes up to the frame and ends there in a cross; the others have their names at
    their ends.
    """
    diverged = set(diverged)
    steps = max(len(curve) for curve in curves.values())
    top = 4 * max(curve[0] for curve in curves.values())
    kept = [rate for rate in curves if rate not in diverged]
    for i, rate in enumerate(kept):
        curve, colour = curves[rate], (GREEN, BLUE, PURPLE, ORANGE, TEAL, GREY)[i % 6]
        axes.plot(curve, color=colour, linewidth=2.4)
        axes.annotate(
            f"η = {rate:.3g}", (len(curve) - 1, curve[-1]), (6, 0), textcoords="offset points", color=colour,
            va="center", fontsize=12,
        )  # fmt: skip
    for i, rate in enumerate(rate for rate in curves if rate in diverged):
        curve = curves[rate]
        inside = [loss for loss in curve if loss < top]
        # Where the line to the first loss outside, straight on this axis, meets the frame.
        last, beyond = np.log(inside[-1]), np.log(np.nan_to_num(curve[len(inside)], nan=1e300, posinf=1e300))
        place = len(inside) - 1 + (np.log(top) - last) / (beyond - last)
        axes.plot([*range(len(inside)), place], [*inside, top], color=RED, linewidth=2.2, linestyle=DASHES[i % 8])
        axes.plot(place, top, "X", color=RED, markersize=11, clip_on=False, zorder=5)
        axes.plot([], "X", color=RED, markersize=11, linestyle=DASHES[i % 8], label=f"η = {rate:.3g} diverges")
    axes.set(xlabel="step", ylabel="loss", title=title, yscale="log")
    axes.set(xlim=(-0.02 * steps, 1.2 * steps), ylim=(None, top))
    axes.grid(alpha=0.25)
    if diverged:
        axes.legend(loc="upper right", fontsize=12, frameon=False, labelcolor=RED, handlelength=4)


def confusion(axes: Any, matrix: Array, names: Sequence[str] | None = None, *, title: str = "") -> None:
    """A confusion matrix, rows the true classes and columns the predicted ones; tinted by the share of its row."""
    matrix = np.asarray(matrix)
    names = names or [str(i) for i in range(len(matrix))]
    share = matrix / np.maximum(matrix.sum(1, keepdims=True), 1)
    axes.imshow(share, cmap="Blues", vmin=0, vmax=1)
    size = 20 if len(matrix) <= 3 else 11
    for (i, j), count in np.ndenumerate(matrix):
        axes.text(j, i, count, ha="center", va="center", fontsize=size, color="white" if share[i, j] > 0.6 else INK)
    axes.set(xlabel="predicted", ylabel="true", title=title)
    axes.set_xticks(range(len(names)), names)
    axes.set_yticks(range(len(names)), names, rotation=90 if max(map(len, names)) > 2 else 0, va="center")
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0)


def heatmap(
    axes: Any, values: Array, rows: Sequence[Any], columns: Sequence[Any], *, title: str = "", form: str = "{:.3f}"
) -> None:
    """A table of numbers, (rows, columns), each written in its cell, the darker the larger; the largest is framed."""
    values = np.asarray(values)
    axes.imshow(values, cmap="Blues", aspect="auto")
    middle = (np.nanmin(values) + np.nanmax(values)) / 2
    for (i, j), value in np.ndenumerate(values):
        axes.text(
            j, i, form.format(value), ha="center", va="center", fontsize=14, color="white" if value > middle else INK
        )
    i, j = np.unravel_index(np.nanargmax(values), values.shape)
    axes.add_patch(Rectangle((j - 0.48, i - 0.47), 0.96, 0.94, fill=False, edgecolor=ORANGE, linewidth=4))
    axes.set_xticks(range(len(columns)), [str(column) for column in columns])
    axes.set_yticks(range(len(rows)), [str(row) for row in rows])
    axes.set(title=title)
    axes.tick_params(length=0)
    for spine in axes.spines.values():
        spine.set_visible(False)
