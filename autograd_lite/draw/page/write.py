"""The page: the drawing, the equations and the player, in one file."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Set
from dataclasses import replace
from functools import cache
from html import escape
from importlib.resources import files
from typing import Any

from autograd_lite.draw import markup
from autograd_lite.draw.blank import ANSWER_FILL
from autograd_lite.draw.boxes import FILLS, OUTLINE, TITLE
from autograd_lite.draw.legend import BOXES, MARKED
from autograd_lite.draw.names import one_line
from autograd_lite.draw.page.asked import Asked, answer, question
from autograd_lite.draw.page.lesson import Step, lesson
from autograd_lite.draw.page.say import Card, Speaker, shown
from autograd_lite.draw.picture import Picture, Place

PLACE = re.compile(r"\{\{(\w+)\}\}")
#: The colours of drawings, by their names in the page's style, which has them for light and for dark.
COLORS = {
    markup.INK: "ink", markup.QUIET: "quiet", markup.LINE: "line", markup.FAINT: "faint",
    markup.VALUE: "value", markup.GRADIENT: "gradient", markup.DERIVATIVE: "derivative",
    MARKED[1]: "mark", TITLE: "ink", markup.CHANGED: "halo", ANSWER_FILL: "halo",
}  # fmt: skip
WHAT_PHASES_ARE = {"given": "Given", "forward": "Forward", "seed": "Backward", "backward": "Backward"}


def page(picture: Picture) -> str:
    """`picture` as one HTML page, the same for the same picture.

    Raises `DrawingError` where nothing on this machine can lay out the drawing.
    """
    asked: frozenset[Place] = frozenset()
    if picture.answers is not None:
        # An exercise is played with its answers, which are covered until one asks for them.
        picture, asked = picture.answers, picture.blanks
    speaker, steps = Speaker(picture, Asked(asked)), lesson(picture)
    backward = steps[-1].phase not in ("given", "forward")
    title = one_line(picture.title or _title(picture, backward))
    cards = [speaker.card(step) for step in steps]
    data = {
        "sideways": picture.rankdir in ("LR", "RL"),
        "line": markup.LINE,
        "boxes": [*dict.fromkeys(fill for fill, _ in BOXES.values()), MARKED[0]],
        "gradient": markup.GRADIENT,
        "answer": ANSWER_FILL,
        "nodes": _nodes(picture, steps, asked),
        "edges": _edges(picture, steps, asked),
    }
    bare = replace(picture, title=None, legend=False).svg()
    return filled({
        "title": escape(title), "svg": drawing(bare, title, _description(picture)), "legend": legend(picture, backward),
        "steps": "\n".join(map(_item, range(len(steps)), steps, cards)), "last": str(len(steps) - 1),
        "lesson": as_script(data), "kind": "lesson", "list": "Equations", "curve": "",
    })  # fmt: skip


def filled(contents: dict[str, str]) -> str:
    """The page with these contents, which are markup already, in their places."""
    style, script = resource("page.css") + palette(), resource("graph.js") + resource("page.js")
    policy = (
        f"default-src 'none'; style-src {digest(style)}; script-src {digest(script)}; "
        "base-uri 'none'; form-action 'none'"
    )
    places = {**contents, "policy": policy, "style": style, "script": script}
    return PLACE.sub(lambda found: places[found[1]], resource("page.html"))


@cache
def resource(name: str) -> str:
    """A file of the page, its lines ended alike on every system."""
    return files("autograd_lite.draw.page").joinpath(name).read_text("utf-8").replace("\r\n", "\n")


def digest(text: str) -> str:
    """How a policy names the one script or style that it lets run."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def as_script(data: Any) -> str:
    """JSON that can stand inside a script element: nothing in it ends the element or begins a comment."""
    written = json.dumps(data, separators=(",", ":"), ensure_ascii=True)
    return written.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def palette() -> str:
    """The style by which the colours of the drawing follow the page's, light or dark."""
    rules = [
        f'.graph [fill="{c}"]{{fill:var(--{n})}}.graph [stroke="{c}"]{{stroke:var(--{n})}}' for c, n in COLORS.items()
    ]
    seen: set[tuple[str, str]] = set()
    for kind, (fill, outline) in [*BOXES.items(), ("marked", MARKED)]:
        rules.append(f".key-{kind}{{background:var(--{kind});border-color:var(--{kind}-line)}}")
        # Two kinds may share a colour.
        for color, way, name in ((fill, "fill", kind), (outline, "stroke", f"{kind}-line")):
            if (color, way) not in seen and color not in COLORS:
                rules.append(f'.graph path[{way}="{color}"]{{{way}:var(--{name})}}')
            seen |= {(color, way)}
    for i, fill in enumerate(dict.fromkeys(FILLS)):
        rules.append(f'.graph .cluster [fill="{fill}"]{{fill:var(--around-{i})}}')
    rules.append(f'.graph .cluster [stroke="{OUTLINE}"]{{stroke:var(--edge)}}')
    return "\n" + "\n".join(rules) + "\n"


def drawing(svg: str, title: str, description: str) -> str:
    """An SVG of Graphviz's as it stands in the page."""
    svg = svg[svg.index("<svg") :]
    # A pointer that rests on a part would show its number in the source.
    svg = re.sub(r"<title>[^<]*</title>\n?", "", svg)
    return image(re.sub(r"<!--.*?-->\n?", "", svg, flags=re.DOTALL), title, description)


def image(svg: str, title: str, description: str) -> str:
    """An SVG as one image for those who do not see it, with a title and a description."""
    head, rest = svg.split(">", 1)
    described = f'<title id="graph-title">{escape(title)}</title><desc id="graph-desc">{escape(description)}</desc>'
    return f'{head} role="img" aria-labelledby="graph-title graph-desc">{described}{rest}'


def _title(picture: Picture, backward: bool) -> str:
    if picture.view != "graph":
        return "The backward pass"
    return f"{'Back-propagation' if backward else 'The forward pass'} of {picture.output.name}"


def _description(picture: Picture) -> str:
    count = sum(not node.is_literal for node in picture.nodes)
    return (
        f"A graph of {count} nodes and {len(picture.edges)} edges that leads to {picture.output.name}. "
        "All of its numbers and formulas are in the list of equations."
    )


def legend(picture: Picture, backward: bool) -> str:
    """What the colours mean, as items of a list."""
    present = {node.kind for node in picture.nodes if not node.is_literal}
    said = [f'<li><span class="key key-{kind}"></span>{kind}</li>' for kind in BOXES if kind in present]
    said.append('<li class="value">value</li>' if picture.view == "graph" else '<li class="gradient">gradient</li>')
    if backward:
        said.append(f'<li class="gradient">gradient of {escape(picture.output.name)}</li>')
        said.append('<li class="derivative">local derivative</li>')
    note = f'<li class="note">{escape(one_line(picture.note))}</li>' if picture.note else ""
    return "".join(said) + note


def _item(number: int, step: Step, card: Card) -> str:
    """One step in the list of equations."""
    phase = WHAT_PHASES_ARE[step.phase]
    words = f"{phase}. {card.heading}: {card.said}" if step.phase != "given" else f"Given: {card.said}"
    said, answers = escape(question(words)), escape(answer(words))
    told = f' data-answer="{answers}"' if said != answers else ""
    if told and step.edge is not None and not step.left:
        # The last product of a gradient tells the gradient.
        told += f' data-tells="gradient-{step.node.number}"'
    total = f'<p class="sum">{card.sum}</p>' if card.sum else ""
    return (
        f'<li id="step-{number}" data-phase="{step.phase}" data-lit="{" ".join(_lit(step))}" '
        f'data-goal="n{step.node.number}" data-said="{said}"{told}><p class="heading">{card.heading}</p>'
        f'<p class="equation">{card.equation}</p>'
        f'<div class="factors">{card.factors}</div>{total}</li>'
    )


def _lit(step: Step) -> list[str]:
    """The nodes that a step speaks of beside the one whose number it finds."""
    return [f"n{step.edge.target}"] if step.edge is not None else []


def _nodes(picture: Picture, steps: list[Step], asked: Set[Place]) -> dict[str, Any]:
    """For each node the step in which its value becomes known, and what its gradient is from which step on."""
    known: dict[str, Any] = {
        f"n{node.number}": {"value": 0, "gradient": [], "asked": _sides(asked, ("value", "gradient"), node.number)}
        for node in picture.nodes
        if not node.is_literal
    }
    # A sum that grows would tell its terms.
    untold = {edge.source for i, edge in enumerate(picture.edges, 1) if ("contribution", i) in asked}
    for i, step in enumerate(steps):
        entry = known[f"n{step.node.number}"]
        if step.phase == "forward":
            entry["value"] = i
        elif step.phase != "given":
            entry["gradient"].append(
                [i, shown(step.after) if step.left and step.node.number not in untold else None, step.left]
            )
    return known


def _edges(picture: Picture, steps: list[Step], asked: Set[Place]) -> dict[str, Any]:
    """For each edge its ends, and the step in which its derivative becomes known; none where no gradient flows."""
    number = {id(edge): i for i, edge in enumerate(picture.edges, 1)}
    at = {number[id(step.edge)]: i for i, step in enumerate(steps) if step.edge is not None}
    if picture.view == "backward":
        # Its edges carry the factors that the gradients of their targets are made of.
        made = {step.node.number: i for i, step in enumerate(steps)}
        at = {number[id(edge)]: made[edge.target] for edge in picture.edges}
    return {
        f"e{i}": {
            "from": f"n{edge.source}",
            "to": f"n{edge.target}",
            "step": at.get(i),
            "asked": _sides(asked, ("derivative", "contribution"), i),
        }
        for i, edge in enumerate(picture.edges, 1)
    }


def _sides(asked: Set[Place], quantities: tuple[Any, ...], number: int) -> list[str]:
    """Which of the quantities of a node or an edge are asked for."""
    return [quantity for quantity in quantities if (quantity, number) in asked]
