"""Rows: polynomials by their coefficients."""

from tests.samples.row import Sample

SAMPLES: dict[str, Sample] = {}
