"""Selection, comparison, rounding, and what asks about single elements."""

from __future__ import annotations
