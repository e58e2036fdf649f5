"""Rows: linear systems: inverses, determinants, solutions."""

from tests.samples.row import Sample

SAMPLES: dict[str, Sample] = {}
