"""Rows: sums of products over named axes: einsum, tensordot and their kin."""

from tests.samples.row import Sample

SAMPLES: dict[str, Sample] = {}
