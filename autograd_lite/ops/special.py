"""Special functions, some of which scipy computes."""

from __future__ import annotations
