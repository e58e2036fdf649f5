"""Learning as a film: the graph of each training step in one layout, or the path that parameters take."""

from __future__ import annotations

from autograd_lite.draw.film.capture import film_of
from autograd_lite.draw.film.reel import Film, Frame

__all__ = ["Film", "Frame", "film_of"]
