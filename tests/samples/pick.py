"""Rows: elements picked by index, condition or choice, and functional updates of parts."""

from tests.samples.row import Sample

SAMPLES: dict[str, Sample] = {}
