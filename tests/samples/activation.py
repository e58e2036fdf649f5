"""Rows: the activation functions of neural networks, element by element."""

from tests.samples.row import Sample

SAMPLES: dict[str, Sample] = {}
