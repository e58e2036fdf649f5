"""Rows: selection, comparison, rounding, and what asks about single elements."""

from tests.samples.row import Sample

SAMPLES: dict[str, Sample] = {}
