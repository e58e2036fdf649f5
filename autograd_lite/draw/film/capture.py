"""Frames are taken when the steps are produced: what changes later does not change them, and nothing runs twice."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from autograd_lite.draw.film.reel import Film, Frame, Surface
from autograd_lite.draw.names import spelled
from autograd_lite.draw.picture import Picture
from autograd_lite.errors import ArgumentValueError, GraphError, KindError, ShapeError, describe
from autograd_lite.graph import Node, topological_order

Steps = Iterable[Any] | Callable[[], Iterable[Any]]
#: Gives the picture of one output with its names.
Drawer = Callable[[Node, Mapping[str, Any] | None], Picture]


def film_of(
    steps: Steps,
    names: Mapping[str, Any] | None,
    path: Any,
    surface: Callable[..., Any] | None,
    rate: float,
    title: str | None,
    progress: bool,
    picture: Drawer,
) -> Film:
    """The film that `draw.film` gives."""
    _check(steps, names, rate, title, path, surface)
    axes: tuple[str, ...] = ()
    frames: list[Frame] = []
    loss = ""
    for step, (output, given) in enumerate(_outputs(steps, names)):
        if path is None:
            frames.append(_drawn(step, output, given, picture, frames))
            loss = loss or frames[0].picture.output.name  # type: ignore[union-attr]
        else:
            place = _place(path, given, _seen(output))
            axes = tuple(place)
            frames.append(Frame(step, _number(output), None, tuple(place.values())))
            loss = loss or _name(output, given) or "loss"
    if not frames:
        raise ArgumentValueError("film: steps= gave no step. Each training step yields its loss, as in `yield loss`.")
    if surface is not None and len(axes) != 2:
        raise ShapeError(f"film: surface= is drawn about a path of two numbers; path= names {len(axes)}. Leave it out.")
    about = None if surface is None else _surface(surface, frames)
    return Film(tuple(frames), float(rate), title or "", axes, loss, about, progress)


def _outputs(steps: Steps, names: Mapping[str, Any] | None) -> Iterable[tuple[Node, Mapping[str, Any] | None]]:
    """The output of each step with the names that hold for it."""
    loop = steps() if callable(steps) else steps
    if isinstance(loop, Node) or not isinstance(loop, Iterable):
        raise KindError(
            f"film: steps= gave {describe(loop)} when it was called. Give a function that yields the loss of each step."
        )
    for i, made in enumerate(loop):
        output, given = made if isinstance(made, tuple) and len(made) == 2 else (made, names)
        if not isinstance(output, Node) or np.size(output._data) != 1:
            raise KindError(
                f"film: step {i} gave {describe(made)}. Each step gives its loss, a Tensor or a Value of one element, "
                "or the pair of its loss and its names, as in `yield loss, locals()`."
            )
        yield output, given


def _drawn(step: int, output: Node, names: Mapping[str, Any] | None, picture: Drawer, before: list[Frame]) -> Frame:
    """A frame of the graph, which has the shape of the first."""
    drawn = picture(output, names)
    drawn = replace(drawn, nodes=tuple(replace(node, value=_copy(node.value)) for node in drawn.nodes))
    first = before[0].picture if before else None
    if first is not None and _outline(first) != _outline(drawn):
        raise GraphError(
            f"film: the graph of step {step} is not that of step 0: it has {len(drawn.nodes)} nodes and "
            f"{len(drawn.edges)} edges, the first {len(first.nodes)} and {len(first.edges)}, or other operations. "
            "One layout needs one graph: film its path with path=, or draw its steps one by one."
        )
    return Frame(step, _number(output), drawn)


def _outline(picture: Picture) -> tuple[Any, ...]:
    """What frames have in common: all but the numbers."""
    nodes = tuple((n.name, n.kind, n.symbol, n.detail, n.shape) for n in picture.nodes if not n.is_literal)
    return nodes, tuple((e.source, e.target, e.formula is None) for e in picture.edges)


def _seen(output: Node) -> dict[Node, Any]:
    """The values that a graph was computed with, though its parameters may have moved on since."""
    return {
        parent: value
        for node in topological_order([output])
        for parent, value in zip(node._inputs, node._values, strict=True)
        if parent is not None
    }


def _place(path: Any, names: Mapping[str, Any] | None, seen: Mapping[Node, Any]) -> dict[str, float]:
    """Where the parameters of a path are: their values by their names."""
    asked = path if isinstance(path, tuple | list) else (path,)
    place: dict[str, float] = {}
    for one in asked:
        node = (names or {}).get(one) if isinstance(one, str) else one
        if not isinstance(node, Node):
            raise KindError(
                f"film: path= has {describe(one)}, which is neither a Tensor or Value nor the name of one in names=."
            )
        name = spelled(one) if isinstance(one, str) else _name(node, names) or "w"
        numbers = np.ravel(np.asarray(seen.get(node, node._data), dtype=float))
        if len(numbers) == 1:
            place[name if name not in place else f"{name} ({len(place) + 1})"] = float(numbers[0])
        else:
            place |= {spelled(f"{name}{i}"): float(x) for i, x in enumerate(numbers, 1)}
    if not 1 <= len(place) <= 2:
        raise ShapeError(
            f"film: path= names {len(place)} numbers; a path is drawn of one or two. Give one or two parameters of "
            "one element each, or one parameter of two elements."
        )
    return place


def _name(node: Node, names: Mapping[str, Any] | None) -> str:
    given = next((n for n, x in (names or {}).items() if x is node and not n.startswith("_")), None)
    return spelled(given or node.name or "")


def _surface(surface: Callable[..., Any], frames: list[Frame]) -> Surface:
    """The user's losses on a grid about the path: the two axes, and the loss by the second and the first."""
    from autograd_lite.draw.film.path import grid

    across, up = grid([frame.place for frame in frames])
    losses = np.array([[float(surface(float(x), float(y))) for x in across] for y in up])
    return Surface(across, up, losses)


def _number(output: Node) -> float:
    return float(np.ravel(output._data)[0])


def _copy(value: Any) -> Any:
    return value.copy() if isinstance(value, np.ndarray) and value.flags.writeable else value


def _check(steps: Any, names: Any, rate: Any, title: Any, path: Any, surface: Any) -> None:
    if isinstance(steps, Node | type) or not (callable(steps) or isinstance(steps, Iterable)):
        raise KindError(
            f"film: steps= takes what gives the loss of each training step, such as a generator; got {describe(steps)}."
        )
    if names is not None and not (isinstance(names, Mapping) and all(isinstance(n, str) for n in names)):
        raise KindError(f"film: names= takes a dictionary from names to nodes, got {describe(names)}.")
    if title is not None and not isinstance(title, str):
        raise KindError(f"film: title= takes a string, got {describe(title)}.")
    if isinstance(rate, bool) or not isinstance(rate, int | float) or not 0.05 <= rate <= 50:
        raise ArgumentValueError(f"film: rate= takes frames per second from 0.05 to 50, got {rate!r}.")
    if surface is not None and (path is None or not callable(surface)):
        raise KindError("film: surface= takes a function of two numbers that gives a loss, beside path=.")
