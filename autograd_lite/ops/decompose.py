"""Decompositions of matrices: Cholesky, QR, singular values, eigenvalues."""

from __future__ import annotations
