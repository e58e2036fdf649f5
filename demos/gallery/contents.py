"""The first page: the chapters, and a card for each demo."""

import math
from html import escape
from typing import Any

from demos import lesson
from demos.catalogue import CHAPTERS, cells, names, title
from demos.gallery.frame import address, agreement, label, page, split, steps
from demos.gallery.images import graph, size
from demos.gallery.markup import first_sentence, glue, plain

TITLE = "autograd_lite: the lectures, alive"
#: The picture that tells most of a demo, where the rule of `telling` would choose another.
COVERS = {"a1": "both.svg", "a3": "network-forward.svg", "b1": "network.svg", "c1": "walks.png", "d5": "curves.svg"}


def contents(runs: dict[str, dict[str, Any]], damaged: set[str]) -> str:
    """The page that lists all demos: those that have run, and for the others the command that runs them."""
    links = "".join(f'<li><a href="#{anchor(chapter)}">{escape(chapter)}</a></li>' for chapter in CHAPTERS)
    parts = []
    for chapter, inside in CHAPTERS.items():
        cards = "\n".join(card(runs[name]) if name in runs else waiting(name, name in damaged) for name in inside)
        parts.append(
            f'<section id="{anchor(chapter)}" aria-labelledby="{anchor(chapter)}-title">'
            f'<h2 id="{anchor(chapter)}-title">{escape(chapter)}</h2>\n'
            f'<ul class="cards">\n{cards}\n</ul></section>'
        )
    return page(
        TITLE,
        "contents",
        f'<header class="top"><p class="over">autograd_lite</p><h1>The lectures, alive</h1>'
        f'<p class="lead">Every example of the lectures as a short program: its story, its code, its pictures, and the '
        f"lecture’s figures beside ours. {len(runs)} of {len(names())} demos have run here.</p>"
        f'<nav aria-label="Chapters"><ul class="chapters">{links}</ul></nav>'
        '<p class="search" hidden><label for="search">Find a demo</label>'
        '<input type="search" id="search" autocomplete="off" spellcheck="false" aria-describedby="found">'
        '<span id="found" role="status"></span></p></header>\n'
        f"<main>\n{''.join(parts)}\n</main>\n"
        "<footer><p>All of them: <code>python -m demos all</code>. One: <code>python -m demos a3</code>. "
        "Their options: <code>python -m demos list</code>.</p></footer>",
    )


def anchor(chapter: str) -> str:
    """The name of a chapter's place on the page."""
    return "chapter-" + chapter.split()[0].strip(".").lower()


def card(run: dict[str, Any]) -> str:
    """A demo that has run: its most telling picture, title, first sentence, and what else it has."""
    name = run["name"]
    number, rest = split(run["title"])
    chosen = telling(run)
    image = ""
    if chosen:
        found = size(lesson.OUT / name / chosen["file"])
        sides = f' width="{found[0]}" height="{found[1]}"' if found else ""
        strip = found and found[0] > 2.2 * found[1] and graph(lesson.OUT / name / chosen["file"])
        kind = ' class="strip"' if strip else ""
        image = f'<img{kind} src="{address(name, chosen["file"])}" alt="" loading="lazy" decoding="async"{sides}>'
    badges = [f"<li>{agreement(run['figures'])}</li>"] if run["figures"] else []
    if run["quick"]:
        badges.append('<li><span class="badge">quick run</span></li>')
    pages = steps(run)
    if pages:
        badges.append(
            f'<li><a class="badge steps" href="{address(name, pages[0]["file"])}" '
            f'aria-label="{escape(run["title"])}: step by step">steps</a></li>'
        )
    said = first_sentence(run["cells"][0]["source"]) if run["cells"] else ""
    return (
        f'<li class="card" data-name="{name}"><div class="paper">{image}</div>'
        f'<h3><a href="{address(name, "index.html")}">{label(number)}{glue(escape(plain(rest)))}</a></h3>'
        f'<p>{escape(said)}</p><ul class="notes">{"".join(badges)}</ul></li>'
    )


def waiting(name: str, damaged: bool) -> str:
    """A demo that has not run, with the command that runs it."""
    number, rest = split(title(name))
    why = "What its last run left cannot be read; run it again:" if damaged else "Not run yet:"
    return (
        f'<li class="card waiting" data-name="{name}"><h3>{label(number)}{glue(escape(plain(rest)))}</h3>'
        f"<p>{escape(first_sentence(cells(name)[0][1]))}</p>"
        f"<p>{why}<br><code>python -m demos {name}</code></p></li>"
    )


def telling(run: dict[str, Any]) -> dict[str, Any] | None:
    """The picture for the card: the one that `COVERS` names; else the last one of a shape that fills it.

    Films would move, and exercises are half empty: they come last.
    """
    shapes = []
    for i, shown in enumerate(run["pictures"]):
        found = size(lesson.OUT / run["name"] / shown["file"])
        if found:
            away = abs(math.log(found[0] / found[1] / 1.5))
            poor = shown["file"].endswith(".gif") or "exercise" in shown["file"] or "key" in shown["file"]
            shapes.append((shown["file"] != COVERS.get(run["name"]), poor, max(away, 0.5), -i, shown))
    return min(shapes, key=lambda shape: shape[:4])[4] if shapes else None
