"""The activation functions of neural networks, element by element."""

from __future__ import annotations
