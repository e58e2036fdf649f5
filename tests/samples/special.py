"""Rows: special functions, some of which scipy computes."""

from tests.samples.row import Sample

SAMPLES: dict[str, Sample] = {}
