"""Elements picked by index, condition or choice, and functional updates of parts."""

from __future__ import annotations
