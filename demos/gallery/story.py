"""The page of one demo: its cells in order, each with what it printed and showed."""

import os
import re
from html import escape
from itertools import groupby
from typing import Any

from demos import lesson
from demos.catalogue import CHAPTERS, options, script
from demos.gallery.contents import anchor
from demos.gallery.frame import address, agreement, label, page, picture, split
from demos.gallery.markup import code, inline, text
from demos.lesson import table


def story(runs: dict[str, dict[str, Any]], name: str, before: str | None, after: str | None) -> str:
    """The page of a demo that has run, between those before and after it."""
    run = runs[name]
    number, rest = split(run["title"])
    chapter = next(chapter for chapter, inside in CHAPTERS.items() if name in inside)
    ways = (
        f'<a href="../index.html#{anchor(chapter)}">All demos</a>'
        + way(runs, before, "prev", "← ")
        + way(runs, after, "next", " →")
    )
    notes = [agreement(run["figures"]) + " with the lecture"] if run["figures"] else []
    notes.append(f"ran in {run['seconds']:g} s")
    if run["quick"]:
        notes.insert(0, '<span class="badge">quick run</span> a short one, to see that everything works')
    return page(
        f"{run['title']} · autograd_lite",
        "story",
        f'<header class="top"><nav aria-label="Demos">{ways}</nav>'
        f'<p class="over">{escape(chapter)}</p>'
        f"<h1>{label(number)}{inline(rest)}</h1>"
        f'<div class="under"><p class="notes">{" · ".join(notes)}</p>'
        '<button type="button" id="code" aria-pressed="true" hidden>Code</button></div></header>\n'
        f"<main>\n{cells(run)}\n{yourself(run)}\n</main>\n"
        f'<footer><nav aria-label="Next demos">{ways}</nav>'
        '<p class="keys">Keys: <kbd>←</kbd> <kbd>→</kbd> demos, <kbd>F</kbd> pictures large, '
        "<kbd>C</kbd> code shown or hidden.</p></footer>\n" + DIALOG,
    )


DIALOG = """<dialog id="large" aria-label="Picture, large">
<div class="bar"><p id="large-caption"></p><button type="button" id="large-back" aria-label="Picture before">←</button>
<button type="button" id="large-next" aria-label="Next picture">→</button>
<button type="button" id="large-size" aria-pressed="false">Zoom</button>
<button type="button" id="large-close">Close</button></div>
<div class="sheet" tabindex="0" role="group" aria-label="The picture, scrolls"><img id="large-picture" alt=""></div>
</dialog>"""


def way(runs: dict[str, dict[str, Any]], name: str | None, rel: str, arrow: str) -> str:
    """A link to a neighbour."""
    if name is None:
        return ""
    number, _ = split(runs[name]["title"])
    said = escape(number or name)
    words = f"{arrow}{said}" if rel == "prev" else f"{said}{arrow}"
    return (
        f' <a rel="{rel}" class="{rel}" href="../{address(name, "index.html")}" title="{escape(runs[name]["title"])}">'
        f"{words}</a>"
    )


def cells(run: dict[str, Any]) -> str:
    """Text, code, what was printed and what was shown, in their order; at the end what belongs to no cell."""
    parts = []
    for i, cell in enumerate(run["cells"]):
        if cell["kind"] == "text":
            source = cell["source"]
            if i == 0 and source.startswith("# "):
                source = source.partition("\n")[2]
            parts.append(f'<div class="text">{text(source)}</div>')
        else:
            parts += [listing(cell["source"]), printed(run, i, cell["printed"])]
        parts.append(pictures(run, [shown for shown in run["pictures"] if shown.get("cell") == i]))
    inside = range(len(run["cells"]))
    parts.append(pictures(run, [shown for shown in run["pictures"] if shown.get("cell") not in inside]))
    return "\n".join(part for part in parts if part)


def listing(source: str) -> str:
    """A code cell that folds; the one that imports and chooses the options begins folded."""
    setting = "= Lesson(" in source
    said, kind = ("Imports and options", "code setting") if setting else ("Code", "code")
    return (
        f'<details class="{kind}"{"" if setting else " open"}><summary>{said}</summary>'
        f'<pre tabindex="0" role="group" aria-label="{said}, scrolls"><code>{code(source)}</code></pre></details>'
    )


def printed(run: dict[str, Any], cell: int, words: str) -> str:
    """What a cell printed; where it compares figures with the lecture's, they are a table."""
    parts = []
    rows = [row for row in run["figures"] if row.get("cell") == cell]
    for _, group in groupby(rows, key=lambda row: row.get("table")):
        figures = list(group)
        before, found, after = words.partition(table(figures) + "\n")
        parts += [output(before), compared(figures)] if found else [compared(figures)]
        words = after if found else words
    return "\n".join(part for part in [*parts, output(words)] if part)


def output(words: str) -> str:
    """What was printed: tables keep their lines and scroll, sentences are broken where the page ends."""
    words = words.strip("\n").rstrip()
    if not words:
        return ""
    if not re.search(r"\S {2,}\S|^ ", words, re.MULTILINE):
        return f'<pre class="printed sentences">{escape(words)}</pre>'
    return f'<pre class="printed" tabindex="0" role="group" aria-label="Printed, scrolls">{escape(words)}</pre>'


def compared(rows: list[dict[str, Any]]) -> str:
    """The lecture's figures beside ours, with a mark where they agree."""
    body = "".join(
        f'<tr><th scope="row">{escape(row["what"])}</th><td>{escape(row["lecture"])}</td><td>{escape(row["here"])}</td>'
        + (
            '<td class="good">✓<span class="unseen"> agrees</span></td>'
            if row["agrees"]
            else '<td class="differs">≠ differs</td>'
        )
        + "</tr>"
        for row in rows
    )
    return (
        '<div class="scrolls" tabindex="0" role="group" aria-label="The lecture’s figures beside ours, scrolls">'
        '<table class="figures"><thead><tr><td></td><th scope="col">lecture</th><th scope="col">here</th><td></td></tr>'
        f"</thead><tbody>{body}</tbody></table></div>"
    )


def pictures(run: dict[str, Any], shown: list[dict[str, Any]]) -> str:
    """Pictures that were shown one after the other, side by side where their shapes allow, and step-through pages."""
    parts = []
    for is_page, group in groupby(shown, key=lambda one: one["file"].endswith(".html")):
        if is_page:
            parts += [framed(one) for one in group]
        else:
            parts.append(f'<div class="pictures">{"".join(picture(run["name"], one) for one in group)}</div>')
    return "\n".join(parts)


def framed(shown: dict[str, Any]) -> str:
    """A page in a frame, with a link that opens it by itself; on a phone there is the link alone."""
    place, caption = address(shown["file"]), escape(shown["caption"])
    opens = "Step through it" if shown["file"].startswith("steps") else "Open the page"
    return (
        f'<figure class="player"><figcaption><span>{caption}</span> <a class="open" href="{place}">{opens}</a>'
        f'</figcaption><iframe src="{place}" title="{caption}" loading="lazy"></iframe></figure>'
    )


def yourself(run: dict[str, Any]) -> str:
    """How to run the demo, with which options, and where its script and notebook are."""
    name = run["name"]
    known = {option: value for option, value in options(name).items() if option != "quick"}
    short = options(name).get("quick", {})
    rows = "".join(
        f'<tr><th scope="row"><code>--{escape(option)}</code></th>'
        + "".join(f"<td>{escape(repr(place.get(option, value)))}</td>" for place in (known, short, run["options"]))
        + "</tr>"
        for option, value in known.items()
    )
    head = "".join(f'<th scope="col">{words}</th>' for words in ("option", "value", "with --quick", "in this run"))
    chosen = (
        '<div class="scrolls" tabindex="0" role="group" aria-label="Options, scrolls"><table class="options">'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
        if rows
        else ""
    )
    files = [("script", script(name)), ("notebook", script(name).parent / "notebooks" / f"{name}.ipynb")]
    links = ", ".join(
        f'<a href="{address(*os.path.relpath(file, lesson.OUT / name).split(os.sep))}">{kind}</a>'
        for kind, file in files
        if file.exists()
    )
    example = next((f" --{option} {value}" for option, value in known.items() if not isinstance(value, bool)), "")
    return (
        f'<section class="yourself" aria-labelledby="yourself"><h2 id="yourself">Run it yourself</h2>'
        f"<p><code>python -m demos {name}{escape(example)}</code></p>{chosen}<p>As a file: {links}.</p></section>"
    )
