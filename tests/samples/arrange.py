"""Rows: elements moved about: flipped, rolled, rotated, tiled, padded, put on diagonals."""

from tests.samples.row import Sample

SAMPLES: dict[str, Sample] = {}
