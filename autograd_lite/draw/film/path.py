"""The path of one or two parameters: where the points, the axes and the lines of equal loss are, as plain data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd_lite.draw.film.reel import Film

#: Points of the grid along each side, and lines of equal loss.
POINTS, LEVELS = 61, 12
#: About how many marks an axis has.
MARKS = 5


@dataclass(frozen=True, eq=False)
class Chart:
    """A film's path in a coordinate system.

    Attributes
    ----------
    points : one for each frame.
    names : of the two axes.
    limits : the least and the greatest of the first axis, then of the second.
    marks : the numbers that are written at each axis.
    lines : of equal loss, each as its two ends.
    """

    points: tuple[tuple[float, float], ...]
    names: tuple[str, str]
    limits: tuple[tuple[float, float], tuple[float, float]]
    marks: tuple[tuple[float, ...], tuple[float, ...]]
    lines: tuple[tuple[tuple[float, float], tuple[float, float]], ...]


def chart(film: Film) -> Chart:
    """The chart of a path: of two parameters one by the other, of a single one the loss by it."""
    if len(film.axes) == 2:
        points = tuple((frame.place[0], frame.place[1]) for frame in film.frames)
        names = (film.axes[0], film.axes[1])
    else:
        points = tuple((frame.place[0], frame.loss) for frame in film.frames)
        names = (film.axes[0], film.loss)
    across, up = zip(*points, strict=True)
    limits = (_limits(across), _limits(up))
    lines: tuple[Any, ...] = ()
    if film.surface is not None:
        surface = film.surface
        limits = ((surface.across[0], surface.across[-1]), (surface.up[0], surface.up[-1]))
        lines = tuple(contours(surface.across, surface.up, surface.losses))
    return Chart(points, names, limits, (_marks(*limits[0]), _marks(*limits[1])), lines)


def grid(places: list[tuple[float, ...]]) -> tuple[Any, Any]:
    """Evenly spaced values of two parameters about the places where they have been."""
    across, up = (np.linspace(*_limits(column), POINTS) for column in zip(*places, strict=True))
    return across, up


def contours(across: Any, up: Any, losses: Any) -> list[tuple[tuple[float, float], tuple[float, float]]]:
    """Lines of equal loss as short straight pieces, nearer to each other where the loss is low.

    In each triangle of half a cell the surface is taken for flat, so a line crosses two of its sides or none.

    >>> x = np.array([0.0, 1.0])
    >>> len(contours(x, x, np.array([[0.0, 1.0], [1.0, 2.0]]))) > LEVELS
    True
    """
    finite = losses[np.isfinite(losses)]
    if not finite.size or finite.max() == finite.min():
        return []
    # Squares of even steps: a bowl gets evenly spaced rings.
    levels = finite.min() + (finite.max() - finite.min()) * (np.arange(1, LEVELS + 1) / (LEVELS + 1)) ** 2
    pieces = []
    for i in range(len(up) - 1):
        for j in range(len(across) - 1):
            a, b, c, d = ((j + dj, i + di) for di, dj in ((0, 0), (0, 1), (1, 1), (1, 0)))
            for corners in ((a, b, c), (a, c, d)):
                triangle = [(float(across[x]), float(up[y]), float(losses[y, x])) for x, y in corners]
                pieces += [piece for level in levels if (piece := _crossing(triangle, float(level)))]
    return pieces


def _crossing(triangle: list[tuple[float, float, float]], level: float) -> Any:
    """Where the surface over a triangle has this height: the two ends of a line, or None."""
    ends = []
    for (x, y, p), (u, v, q) in zip(triangle, triangle[1:] + triangle[:1], strict=True):
        if (p < level) != (q < level) and np.isfinite(p) and np.isfinite(q):
            t = (level - p) / (q - p)
            ends.append((x + t * (u - x), y + t * (v - y)))
    return tuple(ends) if len(ends) == 2 else None


def _limits(values: Any) -> tuple[float, float]:
    """The range of some values with a margin; what is not finite has no place in it."""
    finite = [x for x in values if np.isfinite(x)] or [0.0]
    low, high = min(finite), max(finite)
    margin = 0.12 * (high - low) or 0.5 * abs(high) or 0.5
    return low - margin, high + margin


def _marks(low: float, high: float) -> tuple[float, ...]:
    """Round numbers within a range.

    >>> _marks(-0.1, 1.1)
    (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
    """
    raw = (high - low) / MARKS
    power = 10.0 ** np.floor(np.log10(raw))
    step = min((m * power for m in (1, 2, 5, 10)), key=lambda s: abs(s - raw))
    return tuple(float(f"{k * step:.12g}") for k in range(int(np.ceil(low / step)), int(np.floor(high / step)) + 1))
