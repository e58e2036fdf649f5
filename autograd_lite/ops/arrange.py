"""Elements moved about: flipped, rolled, rotated, tiled, padded, put on diagonals."""

from __future__ import annotations
