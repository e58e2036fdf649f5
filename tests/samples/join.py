"""Rows: several arrays to one, and one to several."""

from tests.samples.row import Sample

SAMPLES: dict[str, Sample] = {}
