"""A film as plain data: its frames, and how to save them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from autograd_lite.draw.film.room import Room, room, widened
from autograd_lite.draw.numbers import is_scalar, number
from autograd_lite.draw.picture import Picture

FORMATS = ("gif", "html")


@dataclass(frozen=True, eq=False)
class Frame:
    """One training step, as it was when it was produced.

    Attributes
    ----------
    step : its number, from 0.
    loss : the value of the output.
    picture : its graph; None in a film of a path.
    place : the values of the parameters whose path is drawn; empty in a film of the graph.
    """

    step: int
    loss: float
    picture: Picture | None = None
    place: tuple[float, ...] = ()


@dataclass(frozen=True, eq=False)
class Surface:
    """Losses about a path: at `across` and `up`, by `up` first."""

    across: Any
    up: Any
    losses: Any


@dataclass(frozen=True, eq=False, repr=False)
class Film:
    """A training run, step by step: see `draw.film`.

    Attributes
    ----------
    frames : one for each step, in order.
    rate : frames per second.
    title : above each frame.
    axes : the names of the parameters whose path is drawn; empty in a film of the graph.
    loss : the name of the output.
    surface : of a path of two parameters, the losses about it, if a function for them was given.
    progress : whether saving shows a progress bar.
    """

    frames: tuple[Frame, ...]
    rate: float
    title: str
    axes: tuple[str, ...] = ()
    loss: str = "loss"
    surface: Surface | None = None
    progress: bool = True

    def save(self, path: str | Path) -> Path:
        """Write the film to a file, in the format of its suffix: gif, or html, which is a page with a player.

        Gives the path. Raises `DrawingError` for another suffix, and where nothing on this machine can lay a graph
        out; `MissingLibraryError` where a GIF needs matplotlib or pillow. A file is written whole or not at all.
        """
        from autograd_lite.draw.goal import goal, write_whole

        said = f"a format that films are saved in: {', '.join('.' + name for name in FORMATS)}"
        path, suffix = goal(path, FORMATS, said)
        write_whole({path: self.gif() if suffix == "gif" else self.html().encode()})
        return path

    def gif(self) -> bytes:
        """The film as an animated GIF."""
        from autograd_lite.draw.film.gif import gif

        return gif(self)

    def html(self) -> str:
        """The film as a page with a player, in one file."""
        from autograd_lite.draw.film.html import html

        return html(self)

    def caption(self, frame: Frame) -> str:
        """What is written above one frame."""
        said = f"step {frame.step} of {len(self.frames) - 1}: {self.loss} = {number(frame.loss)}"
        return f"{self.title}, {said}" if self.title else said[:1].upper() + said[1:]

    def __len__(self) -> int:
        return len(self.frames)

    def __repr__(self) -> str:
        what = f"the path of {' and '.join(self.axes)}" if self.axes else "a graph"
        first, last = number(self.frames[0].loss), number(self.frames[-1].loss)
        return f"<Film of {what}: {len(self)} frames, {self.loss} from {first} to {last}>"


def sources(pictures: list[Picture]) -> list[str]:
    """The DOT of each picture, all in one layout, with a ground behind the parameters' values that have changed."""
    plain = [picture.dot for picture in pictures]
    given: Room = room(plain)
    return [
        widened(source, given, _changed(before, picture))
        for source, before, picture in zip(plain, [pictures[0], *pictures], pictures, strict=False)
    ]


def _changed(before: Picture, after: Picture) -> frozenset[str]:
    """The leaves whose values are not what they were."""
    return frozenset(
        f"n{new.number}"
        for old, new in zip(before.nodes, after.nodes, strict=True)
        if not new.symbol and new.expression is None and not _same(old.value, new.value)
    )


def bar(frames: Any, progress: bool) -> Any:
    """The frames with a progress bar, on a terminal, while they are drawn."""
    from tqdm import tqdm

    return tqdm(frames, desc="film", unit="frame", disable=None if progress else True, leave=False)


def _same(a: Any, b: Any) -> bool:
    return bool(np.array_equal(a, b, equal_nan=not is_scalar(a) or isinstance(a, float)))
