"""Rows: running sums and products, and differences."""

from tests.samples.row import Sample

SAMPLES: dict[str, Sample] = {}
