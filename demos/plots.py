"""Curves that several demos draw."""

from collections.abc import Sequence
from pathlib import Path


def curve(values: Sequence[float], along: str, what: str, title: str, path: Path) -> None:
    """One number per step, on a logarithmic scale."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(figsize=(7, 3.6), layout="constrained")
    axes.semilogy(range(1, len(values) + 1), values, color="#3b6ea5", linewidth=1.2)
    axes.set(xlabel=along, ylabel=what, title=title)
    axes.grid(alpha=0.25)
    figure.savefig(path)
    plt.close(figure)
