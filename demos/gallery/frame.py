"""What all pages of the gallery share: the frame with its style and script, and pictures on paper."""

import base64
import hashlib
import re
from collections.abc import Sequence
from functools import cache
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import quote

from demos import lesson
from demos.gallery.images import size

FOLDER = Path(__file__).parent
#: Pictures from here on get the whole width, and scroll in their frame where that is too narrow.
WIDE = 2.3


def page(title: str, kind: str, body: str) -> str:
    """A whole page. Its policy lets it load pictures and pages beside it and nothing from a network."""
    script = asset("gallery.js")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = (
        "default-src 'none'; img-src 'self' file:; frame-src 'self' file:; style-src 'unsafe-inline'; "
        f"script-src 'sha256-{digest}'"
    )
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{escape(title)}</title>\n<style>{asset('gallery.css')}</style>\n</head>\n"
        f'<body class="{kind}">\n{body}\n<script>{script}</script>\n</body>\n</html>\n'
    )


@cache
def asset(file: str) -> str:
    return (FOLDER / file).read_text(encoding="utf-8")


def address(*parts: str) -> str:
    """A path in the gallery as the value of an attribute."""
    return escape("/".join(quote(part) for part in parts))


def split(title: str) -> tuple[str, str]:
    """The number of a demo and the rest of its title; beyond the lectures there is no number."""
    number, dot, rest = title.partition(". ")
    return (number, rest) if dot and len(number) == 2 and number[1].isdigit() else ("", title)


def label(number: str) -> str:
    """The number of a demo, before its title."""
    return f'<span class="number">{escape(number)}</span> ' if number else ""


def steps(run: dict[str, Any]) -> list[dict[str, Any]]:
    """The step-through pages that a run has shown."""
    return [picture for picture in run["pictures"] if re.fullmatch(r"steps.*\.html", picture["file"])]


def agreement(figures: Sequence[dict[str, Any]]) -> str:
    """How many of the lecture's figures ours agree with, in words; nothing where there are none."""
    if not figures:
        return ""
    right = sum(bool(row["agrees"]) for row in figures)
    kind = "good" if right == len(figures) else "differs"
    return f'<span class="{kind}">{right} of {len(figures)}</span> figures agree'


def picture(name: str, shown: dict[str, Any]) -> str:
    """A picture on paper with its caption; it opens large."""
    found = size(lesson.OUT / name / shown["file"])
    place, caption = address(shown["file"]), escape(shown["caption"])
    if not (lesson.OUT / name / shown["file"]).exists():
        return f'<p class="missing">{place} is missing; <code>python -m demos {name}</code> makes it again.</p>'
    width, height = found or (0, 0)
    ratio = width / height if found else 1.5
    sides = f' width="{width}" height="{height}"' if found else ""
    image = f'<img src="{place}" alt="{caption}" loading="lazy" decoding="async"{sides}>'
    kind = "wide" if ratio >= WIDE else "plain"
    return (
        f'<figure class="{kind}" style="--ratio:{ratio:.3f};--width:{(width or 960) / 16:g}rem">'
        f'<a class="paper" href="{place}">{image}</a><figcaption>{caption}</figcaption></figure>'
    )
