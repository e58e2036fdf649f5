"""Rows: norms of vectors and matrices, and conditions."""

from tests.samples.row import Sample

SAMPLES: dict[str, Sample] = {}
