"""The results as a table, as JSON and as a chart."""

import json
from collections.abc import Iterator, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from platform import python_version
from typing import Any

import numpy as np

from benchmarks.measure import OURS, Result

QUANTITIES = ("forward", "backward", "total", "gc", "memory")
HEADINGS = ("forward", "backward", "total", "of it gc", "memory")
PACKAGES = ("numpy", "torch", "autograd", "mygrad", "jax", "micrograd")


def table(results: Sequence[Result], judged: bool = True) -> str:
    """The medians of every library, the ratio of ours to each, and whether the targets are reached.

    A ratio is the median of the ratios within each round. The total has the freeing of the graph in it, and
    the garbage collector's part, which is also given alone.
    """
    lines = [f"{'':16}{''.join(f'{heading:>10}' for heading in HEADINGS)}{'rounds':>8}{'ours/peer':>11}  target"]
    for result in results:
        lines += ["", f"{result.title} ({result.unit})", *_rows(result, judged)]
    missing = dict.fromkeys(name for result in results for name in result.missing)
    if missing:
        lines += ["", f"not installed: {', '.join(missing)}"]
    return "\n".join(lines)


def _rows(result: Result, judged: bool) -> Iterator[str]:
    for library, samples in result.samples.items():
        cells = [_number(result.median(library, q)) if q in samples[0] else "" for q in QUANTITIES]
        ratio = "" if library == OURS or OURS not in result.samples else f"{result.ratio(library):.3f}"
        line = f"  {library:14}{''.join(f'{cell:>10}' for cell in cells)}{len(samples):>8}{ratio:>11}"
        yield f"{line}  {_verdict(result, library) if judged else ''}".rstrip()
    for library, reason in result.failed.items():
        yield f"  {library:14} fails: {reason}"


def _verdict(result: Result, library: str) -> str:
    reached = result.reached(library)
    if reached is None:
        return ""
    unit = f" {result.unit}" if library == OURS else ""
    return f"≤ {result.targets[library]:g}{unit}: {'reached' if reached else 'missed'}"


def _number(x: float) -> str:
    return f"{x:,.2f}" if abs(x) < 100 else f"{x:,.0f}"


def as_json(results: Sequence[Result]) -> str:
    """Every sample, with medians, ratios and the versions that were measured."""
    return json.dumps({"versions": _versions(), "results": [_plain(result) for result in results]}, indent=1)


def _plain(result: Result) -> dict[str, Any]:
    medians = {name: {q: result.median(name, q) for q in found[0]} for name, found in result.samples.items()}
    ratios = {name: result.ratio(name) for name in result.samples if name != OURS}
    reached = {name: result.reached(name) for name in result.targets}
    return {**vars(result), "medians": medians, "ratios": ratios, "reached": reached}


def _versions() -> dict[str, str]:
    found = {"python": python_version()}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def plot(results: Sequence[Result], path: Path) -> None:
    """A bar from 1 to each ratio ours / peer, on a logarithmic axis, with a mark at its target."""
    from matplotlib.figure import Figure

    shown = [result for result in results if len(result.samples) > 1]
    if not shown:
        raise ValueError(
            "plot: no peer was measured, so there is no ratio to draw. Install one, as with `pip install torch`."
        )
    bars = [len(result.samples) - 1 for result in shown]
    figure = Figure(figsize=(8, 0.9 + sum(0.3 * n + 0.6 for n in bars)), layout="constrained")
    panels = np.atleast_1d(figure.subplots(len(shown), 1, sharex=True, height_ratios=[n + 0.3 for n in bars]))
    for panel, result in zip(panels, shown, strict=True):
        _draw_ratios(panel, result)
    panels[-1].set_xlabel(f"{OURS} / peer, less is better; the red mark is the target")
    figure.savefig(path, dpi=150)


def _draw_ratios(panel: Any, result: Result) -> None:
    peers = [name for name in result.samples if name != OURS]
    ratios = [result.ratio(name) for name in peers]
    panel.barh(peers, [ratio - 1 for ratio in ratios], left=1, color="#88aacc", height=0.6)
    for row, (name, ratio) in enumerate(zip(peers, ratios, strict=True)):
        # In a column of their own, where no bar or mark crosses them.
        panel.text(1.02, row, f"{ratio:.2g}", transform=panel.get_yaxis_transform(), va="center")
        if name in result.targets:
            panel.plot([result.targets[name]] * 2, [row - 0.4, row + 0.4], color="#cc3311", linewidth=2.5)
    panel.axvline(1, color="black", linewidth=0.8)
    panel.set(xscale="log", ylim=(len(peers) - 0.4, -0.6))
    panel.xaxis.set_major_formatter("{x:g}")
    panel.set_title(f"{result.title}: {'bytes' if result.judged == 'memory' else 'time'}", loc="left", fontsize=10)
    panel.spines[["top", "right"]].set_visible(False)
