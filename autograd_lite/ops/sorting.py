"""Sorted values and what is made of them: medians, quantiles."""

from __future__ import annotations
