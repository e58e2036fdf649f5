"""Rows: averages, variances, correlations, and reductions that leave nan out."""

from tests.samples.row import Sample

SAMPLES: dict[str, Sample] = {}
