"""Rows: decompositions of matrices: Cholesky, QR, singular values, eigenvalues."""

from tests.samples.row import Sample

SAMPLES: dict[str, Sample] = {}
