"""Running sums and products, and differences."""

from __future__ import annotations
