"""Averages, variances, correlations, and reductions that leave nan out."""

from __future__ import annotations
