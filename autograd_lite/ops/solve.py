"""Linear systems: inverses, determinants, solutions."""

from __future__ import annotations
