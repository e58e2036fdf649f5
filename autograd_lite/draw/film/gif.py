"""A film as an animated GIF: each frame drawn by Graphviz or matplotlib, put together by pillow."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from io import BytesIO
from typing import Any

from autograd_lite.draw.film.path import Chart, chart
from autograd_lite.draw.film.reel import Film, bar, sources
from autograd_lite.draw.legend import BOXES
from autograd_lite.draw.markup import GRADIENT, INK, LINE, QUIET
from autograd_lite.draw.numbers import number
from autograd_lite.draw.render import render
from autograd_lite.errors import MissingLibraryError

#: The last frame stays, in milliseconds, before the film starts again.
REST = 2000
#: The size of a chart in inches, and its dots per inch.
SIZE, DOTS = (7.2, 5.4), 110


def gif(film: Film) -> bytes:
    """The bytes of the GIF, the same for the same film."""
    image = _library("PIL.Image", "pillow")
    pages = [image.open(BytesIO(drawn)).convert("RGB") for drawn in _frames(film)]
    size = tuple(max(page.size[i] for page in pages) for i in (0, 1))
    # One palette for all, or colours would flicker; the last frame has what the first may lack.
    both = image.new("RGB", (size[0], 2 * size[1]), "white")
    both.paste(pages[0], (0, 0))
    both.paste(pages[-1], (0, size[1]))
    palette = both.quantize(128, dither=image.Dither.NONE)
    written = []
    for page in pages:
        sheet = image.new("RGB", size, "white")
        sheet.paste(page, (0, 0))
        written.append(sheet.quantize(palette=palette, dither=image.Dither.NONE))
    file = BytesIO()
    each = max(20, round(1000 / film.rate))
    # A GIF counts time in hundredths of a second; frames alike would be joined into one otherwise.
    durations = [each // 10 * 10] * (len(written) - 1) + [max(each, REST)]
    written[0].save(file, "GIF", save_all=True, append_images=written[1:], duration=durations, loop=0, disposal=2)
    return file.getvalue()


def _frames(film: Film) -> list[bytes]:
    """Each frame as PNG."""
    if film.axes:
        return _charts(film)
    pictures = [replace(f.picture, title=film.caption(f)) for f in film.frames if f.picture is not None]
    return [render(source, "png") for source in bar(sources(pictures), film.progress)]


def _charts(film: Film) -> list[bytes]:
    """The path up to each frame, in one coordinate system."""
    figures = _library("matplotlib.figure", "matplotlib")
    collections = _library("matplotlib.collections", "matplotlib")
    shown = chart(film)
    figure = figures.Figure(SIZE, dpi=DOTS, layout="constrained")
    axes = figure.add_subplot()
    axes.add_collection(collections.LineCollection(shown.lines, colors=LINE, linewidths=0.7))
    _dress(axes, shown)
    (path,) = axes.plot([], [], color=QUIET, linewidth=1.2, marker="o", markersize=3)
    (here,) = axes.plot([], [], color=GRADIENT, marker="o", markersize=9, linestyle="")
    drawn = []
    for i, frame in enumerate(bar(film.frames, film.progress), 1):
        path.set_data(*zip(*shown.points[:i], strict=True))
        here.set_data(*zip(shown.points[i - 1], strict=True))
        axes.set_title(film.caption(frame), color=INK, fontsize=13, loc="left", parse_math=False)
        file = BytesIO()
        figure.savefig(file, format="png")
        # The first frame has found the places; they stay.
        figure.set_layout_engine("none")
        drawn.append(file.getvalue())
    return drawn


def _dress(axes: Any, shown: Chart) -> None:
    """Limits, marks and names of the two axes, as drawings write them."""
    axes.set(xlim=shown.limits[0], ylim=shown.limits[1])
    axes.set_xticks(shown.marks[0], [number(x) for x in shown.marks[0]])
    axes.set_yticks(shown.marks[1], [number(y) for y in shown.marks[1]])
    axes.set_xlabel(shown.names[0], color=INK, fontsize=13, parse_math=False)
    axes.set_ylabel(shown.names[1], color=INK, fontsize=13, parse_math=False)
    axes.set_facecolor(BOXES["constant"][0])
    axes.tick_params(colors=QUIET)
    for side in axes.spines.values():
        side.set_color(LINE)


def _library(module: str, package: str) -> Any:
    try:
        return import_module(module)
    except ImportError as error:
        raise MissingLibraryError(
            f"film: a GIF needs {package}, which is not installed. Run `pip install matplotlib`, which brings pillow "
            "along, or save the film as .html, which needs neither."
        ) from error
