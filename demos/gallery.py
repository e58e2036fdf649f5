"""One page that shows the pictures of all demos that have run."""

import json
from html import escape
from pathlib import Path

from demos import lesson
from demos.catalogue import CHAPTERS

STYLE = """
:root { color-scheme: light dark; --paper: #fdfdfc; --ink: #1f2933; --quiet: #66717d; --line: #e2e5e9; }
@media (prefers-color-scheme: dark) { :root { --paper: #16191d; --ink: #e6e8eb; --quiet: #9aa4af; --line: #2c3238; } }
body { margin: 0 auto; max-width: 1500px; padding: 2rem; background: var(--paper); color: var(--ink);
       font: 16px/1.5 system-ui, sans-serif; }
h1 { font-weight: 600; }
h2 { margin-top: 3rem; border-top: 1px solid var(--line); padding-top: 1.5rem; font-weight: 600; }
.row { display: flex; flex-wrap: wrap; gap: 1.5rem; }
figure { flex: 1 1 26rem; min-width: 0; margin: 0; padding: 1rem; background: #fff;
         border: 1px solid var(--line); border-radius: 10px; }
figure.wide { flex-basis: 100%; overflow-x: auto; }
figure.wide img { max-width: none; max-height: none; width: max(100%, 60rem); }
figure.wide figcaption { position: sticky; left: 0; }
img { display: block; max-width: 100%; max-height: 34rem; margin: auto; }
p.page { flex-basis: 100%; margin: 0; }
p.page a { color: inherit; }
figcaption { margin-top: .8rem; color: #55606b; font-size: .92rem; text-align: center; }
"""


def write_gallery() -> Path:
    """Write `index.html` for all demos that have run: those with a `lesson.json` in their folder."""
    parts = []
    for name in (name for chapter in CHAPTERS.values() for name in chapter):
        told = lesson.OUT / name / "lesson.json"
        if told.exists():
            run = json.loads(told.read_text(encoding="utf-8"))
            figures = "".join(shown(told.parent / picture["file"], picture["caption"]) for picture in run["pictures"])
            parts.append(f'<h2>{escape(run["title"])}</h2>\n<div class="row">\n{figures}</div>\n')
    page = lesson.OUT / "index.html"
    page.write_text(
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>autograd_lite: the lectures</title><style>{STYLE}</style></head>\n"
        f"<body><h1>autograd_lite: the lectures</h1>\n{''.join(parts)}</body></html>\n",
        encoding="utf-8",
    )
    return page


def shown(file: Path, caption: str) -> str:
    """A picture with its caption; of a page, a link to it."""
    place, said = f"{file.parent.name}/{file.name}", escape(caption)
    if file.suffix == ".html":
        return f'<p class="page"><a href="{place}">{said}</a></p>\n'
    return (
        f'<figure{wide(file)}><a href="{place}"><img src="{place}" alt="{said}"></a>'
        f"<figcaption>{said}</figcaption></figure>\n"
    )


def wide(picture: Path) -> str:
    """The class of a figure that takes the whole width and scrolls sideways: large networks."""
    return ' class="wide"' if picture.stem.startswith("network") else ""
