"""Norms of vectors and matrices, and conditions."""

from __future__ import annotations
