"""Interpolation, convolution, integration and differences of sampled functions."""

from __future__ import annotations
