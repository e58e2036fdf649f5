"""Rows: interpolation, convolution, integration and differences of sampled functions."""

from tests.samples.row import Sample

SAMPLES: dict[str, Sample] = {}
