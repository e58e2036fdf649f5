"""NumPy's `linalg` for nodes: `autograd_lite.linalg.inv` and the others."""

from __future__ import annotations

from typing import Any

from autograd_lite.ops import COMPOSED, RULE_BOOK

ENTRIES = {**RULE_BOOK, **COMPOSED}
__all__ = [name.removeprefix("linalg.") for name in ENTRIES if name.startswith("linalg.")]


def __getattr__(name: str) -> Any:
    try:
        return ENTRIES[f"linalg.{name}"]
    except KeyError:
        raise AttributeError(f"autograd_lite.linalg has no function {name}.") from None


def __dir__() -> list[str]:
    return sorted(__all__)
