"""Films of figures: what moves in a lecture, such as the decision line of a model that learns."""

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from PIL import Image
from tqdm import tqdm

from demos.plots import INK, WALKS, Array


def boundary(axes: Any, weights: Sequence[float], bias: float = 0.0, **look: Any) -> Any:
    """The line where w₁ x₁ + w₂ x₂ + b = 0, whatever its direction; `look` is as for `Axes.plot`."""
    w = np.asarray(weights, dtype=float)
    through = -bias * w / (w @ w)
    return axes.axline(tuple(through), tuple(through + [-w[1], w[0]]), **{"color": INK, "linewidth": 2, **look})


def turning(made: Any, axes: Any, ways: Mapping[str, Array], colours: Sequence[str] = WALKS) -> Iterator[Any]:
    """The frames in which decision lines turn, for `Film`: of each name the weights at each epoch, (epochs + 1, 2).

    A third column is the bias. The axes have their limits and what else is to be seen.
    """
    for epoch, weights in enumerate(tqdm(list(zip(*ways.values(), strict=True)), "film", unit="frame")):
        axes.set_title(f"epoch {epoch}")
        drawn = [
            boundary(axes, w[:2], *w[2:], color=colours[i], label=name)
            for i, (name, w) in enumerate(zip(ways, weights, strict=True))
        ]
        axes.legend(handles=drawn, loc="upper right", fontsize=11, frameon=True, framealpha=0.9)
        yield made
        for line in drawn:
            line.remove()


def changing(made: Any, line: Any, heights: Mapping[str, Array]) -> Iterator[Any]:
    """The frames in which a line of a figure changes, for `Film`: under each title its heights."""
    for title, y in heights.items():
        line.set_ydata(y)
        line.axes.set_title(title)
        yield made


class Film:
    """Frames that play one after the other; `save` writes them as gif.

    `frames` gives figures of matplotlib, of which each is drawn when it comes, so that one may be altered for all.
    `rate` of them play in a second, and the last stays for two.
    """

    def __init__(self, frames: Iterable[Any], rate: float = 8.0) -> None:
        self.frames = []
        for made in frames:
            held = io.BytesIO()
            made.savefig(held, format="png", dpi=80)
            # What is measured for the first frame serves all: places stay, and time is saved.
            made.set_layout_engine("none")
            self.frames.append(Image.open(held).convert("RGB"))
        self.durations = [round(1000 / rate)] * (len(self.frames) - 1) + [2000]

    def save(self, path: Any) -> None:
        """Write the film in the colours of its last frame; of each frame gif keeps what has changed."""
        colours = self.frames[-1].quantize(256, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
        first, *others = [frame.quantize(palette=colours, dither=Image.Dither.NONE) for frame in self.frames]
        first.save(path, save_all=True, append_images=others, duration=self.durations, loop=0)
