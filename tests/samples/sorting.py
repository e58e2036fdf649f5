"""Rows: sorted values and what is made of them: medians, quantiles."""

from tests.samples.row import Sample

SAMPLES: dict[str, Sample] = {}
