"""Figures by matplotlib, which is loaded with the first of them."""

from typing import Any

from autograd_lite.errors import MissingLibraryError


def bare_figure(what: str, width: float, height: float) -> Any:
    """An empty figure without axes, in inches. Raises `MissingLibraryError` without matplotlib."""
    try:
        from matplotlib.figure import Figure
    except ImportError:
        raise MissingLibraryError(
            f"plot: {what} is drawn with matplotlib, which is not installed. Install it: pip install matplotlib."
        ) from None
    # A figure of its own: pyplot would keep it alive, and choose a window system.
    return Figure(figsize=(width, height), layout="constrained")


def new_figure(what: str, title: str | None = None) -> tuple[Any, Any]:
    """An empty figure and its axes. Raises `MissingLibraryError` without matplotlib."""
    figure = bare_figure(what, 7.0, 4.0)
    axes = figure.subplots()
    axes.grid(True, alpha=0.3)
    if title is not None:
        axes.set_title(title)
    return figure, axes
