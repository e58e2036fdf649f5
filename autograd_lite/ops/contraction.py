"""Sums of products over named axes: einsum, tensordot and their kin."""

from __future__ import annotations
