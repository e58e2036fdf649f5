"""Several arrays to one, and one to several."""

from __future__ import annotations
