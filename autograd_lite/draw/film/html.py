"""A film as a page: the player of back-propagation, with a training step in the place of each of its steps."""

from __future__ import annotations

import re
from dataclasses import replace
from html import escape
from typing import Any

import numpy as np

from autograd_lite.draw.film.path import Chart, chart
from autograd_lite.draw.film.reel import Film, Frame, bar, sources
from autograd_lite.draw.names import one_line
from autograd_lite.draw.numbers import number
from autograd_lite.draw.page.mathematics import block, colored, line, name
from autograd_lite.draw.page.say import factor
from autograd_lite.draw.page.write import as_script, drawing, filled, image, legend
from autograd_lite.draw.picture import Picture
from autograd_lite.draw.render import render_svg

#: A group of the drawing whose numbers change.
GROUP = re.compile(r'<g id="([ne]\d+)" class="node">\n(.*?)</g>', re.DOTALL)
#: On a card so many parameters.
MANY = 12
#: The curve of the loss, and a path: width, height and margin.
CURVE, PATH, MARGIN = (320, 90), (640, 480), 56


def html(film: Film) -> str:
    """The page, the same for the same film."""
    title = one_line(film.title or f"Training: {film.loss} step by step")
    pictures = [replace(f.picture, title=None, legend=False) for f in film.frames if f.picture is not None]
    data: dict[str, Any] = {"rate": film.rate, "curve": _curve_points(film)}
    if pictures:
        drawn = [render_svg(source) for source in bar(sources(pictures), film.progress)]
        svg, data["frames"] = drawing(drawn[0], title, _description(film)), _changes(drawn)
        key = legend(pictures[0], pictures[0].direction != "forward")
    else:
        shown = chart(film)
        svg, data["path"] = image(_chart_svg(shown), title, _description(film)), len(film)
        key = f'<li class="gradient">● {escape(", ".join(shown.names))} at this step</li>'
    items = "\n".join(_item(film, i) for i in range(len(film)))
    return filled({
        "title": escape(title), "svg": svg, "legend": key, "steps": items, "last": str(len(film) - 1),
        "lesson": as_script(data), "kind": "film", "list": "Steps", "curve": _curve(film),
    })  # fmt: skip


def _changes(drawn: list[str]) -> dict[str, Any]:
    """For each group the forms that it takes, and which of them in which frame."""
    groups: dict[str, Any] = {}
    for svg in drawn:
        for key, inside in GROUP.findall(svg):
            bare = re.sub(r"<title>.*?</title>\n?", "", inside)
            entry = groups.setdefault(key, {"forms": {}, "at": []})
            entry["at"].append(entry["forms"].setdefault(bare, len(entry["forms"])))
    return {
        key: {"forms": list(entry["forms"]), "at": entry["at"]}
        for key, entry in groups.items()
        if len(entry["forms"]) > 1
    }


def _item(film: Film, i: int) -> str:
    """One step in the list, with what its card shows."""
    frame = film.frames[i]
    loss = f"{name(film.loss)} = {colored('value', line(frame.loss))}"
    said = f"{film.loss} = {number(frame.loss)}"
    values = _values(film, frame)
    factors = "".join(factor("", name(n), shown) for n, shown, _ in values)
    words = ", ".join([said, *(f"{n} = {spoken}" for n, _, spoken in values)])
    return (
        f'<li id="step-{i}" data-phase="film" data-said="{escape(words)}"><p class="heading">Step {frame.step}</p>'
        f'<p class="equation">{loss}</p><div class="factors">{factors}</div></li>'
    )


def _values(film: Film, frame: Frame) -> list[tuple[str, str, str]]:
    """The parameters of one frame: name, markup and words."""
    if frame.picture is None:
        return [(axis, colored("value", line(x)), number(x)) for axis, x in zip(film.axes, frame.place, strict=True)]
    found = []
    for node in _parameters(frame.picture)[:MANY]:
        gradient = "" if node.gradient is None else f" {colored('gradient', block(node.gradient))}"
        found.append((node.name, colored("value", block(node.value)) + gradient, line(node.value)))
    return found


def _parameters(picture: Picture) -> list[Any]:
    """The leaves that learn; where none is a parameter, all that have a gradient."""
    leaves = [n for n in picture.nodes if not n.symbol and n.expression is None and n.gradient is not None]
    return [n for n in leaves if n.kind == "parameter"] or leaves


def _description(film: Film) -> str:
    first, last = number(film.frames[0].loss), number(film.frames[-1].loss)
    return f"{len(film)} training steps; {film.loss} goes from {first} to {last}. The list of steps has the numbers."


def _curve_points(film: Film) -> list[tuple[float, float]]:
    """The curve of the loss within its image; what is not finite stands at the top."""
    width, height = CURVE
    losses = np.array([frame.loss for frame in film.frames])
    finite = losses[np.isfinite(losses)]
    low, high = (finite.min(), finite.max()) if finite.size else (0.0, 1.0)
    rest = max(len(losses) - 1, 1)
    share = np.where(np.isfinite(losses), (losses - low) / ((high - low) or 1.0), 1.0)
    across = (_place(6 + i / rest * (width - 12)) for i in range(len(losses)))
    up = (_place(height - 8 - float(part) * (height - 16)) for part in share)
    return list(zip(across, up, strict=True))


def _curve(film: Film) -> str:
    points = _curve_points(film)
    joined = " ".join(f"{x},{y}" for x, y in points)
    said = escape(f"{film.loss} by step: {_description(film)}")
    (x, y), (width, height) = points[0], CURVE
    return (
        f'<svg class="curve" viewBox="0 0 {width} {height}" role="img" aria-label="{said}">'
        f"<title>{said}</title><desc>{said}</desc>"
        f'<polyline points="{joined}"/><circle id="marker" cx="{x}" cy="{y}" r="4.5"/></svg>'
    )


def _chart_svg(shown: Chart) -> str:
    """The axes, the lines of equal loss, and the path, a piece and a point for each frame."""
    (left, right), (low, high) = shown.limits
    width, height = PATH

    def x(value: float) -> float:
        return _place(MARGIN + (value - left) / (right - left) * (width - 2 * MARGIN))

    def y(value: float) -> float:
        return _place(height - MARGIN - (value - low) / (high - low) * (height - 2 * MARGIN))

    size = f'width="{width - 2 * MARGIN}" height="{height - 2 * MARGIN}"'
    parts = [f'<rect class="frame" x="{MARGIN}" y="{MARGIN}" {size}/>']
    lines = "".join(f"M{x(a)},{y(b)}L{x(c)},{y(d)}" for (a, b), (c, d) in shown.lines)
    parts.append(f'<path class="contours" d="{lines}"/>' if lines else "")
    for mark in shown.marks[0]:
        parts.append(f'<text x="{x(mark)}" y="{height - MARGIN + 20}" text-anchor="middle">{number(mark)}</text>')
    for mark in shown.marks[1]:
        parts.append(f'<text x="{MARGIN - 8}" y="{y(mark) + 4}" text-anchor="end">{number(mark)}</text>')
    across, up = (escape(axis) for axis in shown.names)
    parts.append(f'<text class="axis" x="{width / 2}" y="{height - 8}" text-anchor="middle">{across}</text>')
    parts.append(f'<text class="axis" x="{MARGIN}" y="{MARGIN - 14}" text-anchor="middle">{up}</text>')
    places = [(x(a), y(b)) if np.isfinite(a) and np.isfinite(b) else None for a, b in shown.points]
    for i, (before, here) in enumerate(zip([None, *places], places, strict=False)):
        if here is None:
            continue
        if before is not None:
            parts.append(f'<path id="way-{i}" class="way" d="M{before[0]},{before[1]}L{here[0]},{here[1]}"/>')
        parts.append(f'<circle id="point-{i}" class="point" cx="{here[0]}" cy="{here[1]}" r="3"/>')
    body = "\n".join(filter(None, parts))
    return f'<svg class="chart" viewBox="0 0 {width} {height}">\n{body}\n</svg>'


def _place(x: float) -> float:
    """A length in the drawing, to a tenth of a point."""
    return round(float(x), 1)
