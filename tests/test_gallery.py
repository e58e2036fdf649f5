"""The gallery as files: what a run keeps for it, and the pages that it writes."""

import html
import json
import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from matplotlib.figure import Figure

from demos import catalogue
from demos.gallery import markup, write_gallery
from demos.gallery.contents import COVERS
from demos.gallery.images import size
from demos.lesson import table

HOSTILE = (
    "</script><script>window.hacked = 1</script>",
    "<img src=x onerror=window.hacked=1>",
    "\"'><svg onload=window.hacked=1>",
    "--><!--<script>",
    "&amp;&lt;",
    "`<b>` **<i>** *<u>* [<s>](javascript:alert(1))",
)


class Elements(HTMLParser):
    """The elements of a page with their attributes, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    @property
    def addresses(self) -> list[str]:
        return [value for _, attributes in self.found for key in ("href", "src") if (value := attributes.get(key))]


@pytest.fixture
def out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("demos.lesson.OUT", tmp_path)
    return tmp_path


def leave(out: Path, name: str, words: str = "plain", **other: Any) -> None:
    """What a run leaves behind, with these words wherever it has some."""
    (out / name).mkdir(exist_ok=True)
    row = {"what": words, "lecture": words, "here": words, "said": "", "agrees": True, "cell": 1, "table": 0}
    told = {
        "name": name, "title": words, "quick": False, "options": {}, "seconds": 1.5, "printed": words,
        "pictures": [{"file": f"{words.replace('/', '')}.svg", "caption": words, "cell": 1}], "figures": [row],
        "cells": [
            {"kind": "text", "source": f"# {words}\n\n{words}", "printed": ""},
            {"kind": "code", "source": f"x = 1  # {words}", "printed": words},
        ],
    }  # fmt: skip
    told |= other
    for picture in told["pictures"]:
        (out / name / picture["file"]).write_text('<svg width="200pt" height="100pt"></svg>')
    (out / name / "lesson.json").write_text(json.dumps(told), encoding="utf-8")


def pages(out: Path) -> dict[str, str]:
    return {str(path.relative_to(out)): path.read_text(encoding="utf-8") for path in sorted(out.rglob("index.html"))}


def test_a_run_keeps_what_each_cell_printed_and_showed(demo: Any) -> None:
    run = demo("b1")
    told = json.loads((run.lesson.out / "lesson.json").read_text(encoding="utf-8"))
    cells = told["cells"]
    assert cells[0]["source"].startswith("# B1. Back-propagation by hand")
    assert "".join(cell["printed"] for cell in cells) == told["printed"] == run.lesson.printed
    for cell in cells:
        assert bool(cell["printed"]) == ("print(" in cell["source"] or "lesson.compare(" in cell["source"])
    for picture in told["pictures"]:
        assert f'"{picture["file"]}"' in cells[picture["cell"]]["source"]
    (place,) = {row["cell"] for row in told["figures"]}
    assert "loss.backward()" in cells[place]["source"]
    assert cells[place]["printed"] == table(told["figures"]) + "\n"


def test_a_page_tells_the_story_in_its_order(demo: Any) -> None:
    run = demo("a1")
    write_gallery()
    page = (run.lesson.out / "index.html").read_text(encoding="utf-8")
    order = (
        "<h1>", "Forward, every node gets its value", "name=<span", "forward: x = 1, y = 3", 'src="forward.svg"',
        "<h2>Backward", "g.backward()", '<table class="figures">', "∂g/∂x = ∂g/∂p · ∂p/∂x", 'src="backward.svg"',
        'src="both.svg"', 'src="steps.html"', "python -m demos a1",
    )  # fmt: skip
    places = [page.find(words) for words in order]
    assert -1 not in places
    assert places == sorted(places)
    # The table stands for its printed form.
    assert "dg/dz        4     4" not in page
    assert page.count("✓") == 6


def test_all_chapters_are_listed_with_what_has_run_and_what_has_not(out: Path) -> None:
    leave(out, "a1", "A1. One", quick=True)
    leave(out, "digits", "Digits")
    write_gallery()
    seen = Elements((out / "index.html").read_text(encoding="utf-8"))
    places = [seen.text.find(chapter) for chapter in catalogue.CHAPTERS]
    assert -1 not in places
    assert places == sorted(places)
    linked = {address.split("/")[0] for address in seen.addresses if address.endswith("/index.html")}
    assert linked == {"a1", "digits"}
    for name in catalogue.names():
        assert (f"python -m demos {name}" in seen.text) == (name not in linked), name
    assert seen.text.count("quick run") == 1
    assert f"2 of {len(catalogue.names())} demos have run" in seen.text


@pytest.mark.parametrize("words", HOSTILE)
def test_words_of_a_run_are_text(out: Path, words: str) -> None:
    """Titles, captions, figures, code and what was printed add no element, and are there as they are."""
    leave(out, "a1")
    write_gallery()
    plain = {name: [tag for tag, _ in Elements(page).found] for name, page in pages(out).items()}
    leave(out, "a1", words)
    write_gallery()
    for name, page in pages(out).items():
        seen = Elements(page)
        spans = {"code", "strong", "em", "span"}
        assert [t for t, _ in seen.found if t not in spans] == [t for t in plain[name] if t not in spans]
        assert not [key for _, attributes in seen.found for key in attributes if key.startswith("on")]
        assert not [address for address in seen.addresses if address.startswith("javascript")]
        assert seen.text.count(words) >= (1 if name == "index.html" and "`" not in words else 0)
    assert Elements(pages(out)["a1/index.html"]).text.count(words) >= 5


def test_the_same_runs_give_the_same_bytes(out: Path) -> None:
    leave(out, "digits", "two")
    leave(out, "a1", "one")
    write_gallery()
    before = pages(out)
    assert set(before) == {"index.html", "a1/index.html", "digits/index.html"}
    for path in out.rglob("index.html"):
        path.unlink()
    write_gallery()
    assert pages(out) == before


@pytest.mark.parametrize("left", ["", '{"name": "a1"', "[]", '{"name": "a1"}'])
def test_a_damaged_run_says_how_to_run_it_again(out: Path, left: str) -> None:
    (out / "a1").mkdir()
    (out / "a1" / "lesson.json").write_text(left)
    write_gallery()
    page = (out / "index.html").read_text(encoding="utf-8")
    assert "cannot be read; run it again:<br><code>python -m demos a1</code>" in page
    assert not (out / "a1" / "index.html").exists()


def test_a_picture_that_is_gone_is_missed_by_name(out: Path) -> None:
    leave(out, "a1", pictures=[{"file": "gone.svg", "caption": "Gone", "cell": 1}])
    (out / "a1" / "gone.svg").unlink()
    write_gallery()
    page = (out / "a1" / "index.html").read_text(encoding="utf-8")
    assert "gone.svg is missing" in page
    assert "<img" not in page.partition("<dialog")[0]


def test_a_card_shows_the_picture_that_tells_most(out: Path) -> None:
    """The last that fills the card: no strip, no film, no exercise; or the one that is named for the demo."""
    shown = [{"file": f, "caption": f, "cell": 1} for f in ("first.svg", "good.svg", "exercise.svg", "film.gif")]
    leave(out, "a2", pictures=shown)
    leave(out, "a1", pictures=[{**shown[0], "file": "both.svg"}, *shown])
    for name in ("a1", "a2"):
        (out / name / "film.gif").write_bytes(b"GIF89a" + (300).to_bytes(2, "little") + (200).to_bytes(2, "little"))
    write_gallery()
    seen = Elements(pages(out)["index.html"])
    assert [attributes["src"] for tag, attributes in seen.found if tag == "img"] == ["a1/both.svg", "a2/good.svg"]


@pytest.mark.parametrize("name", COVERS)
def test_the_pictures_named_for_cards_are_shown(name: str) -> None:
    assert any(f'"{COVERS[name]}"' in source for _, source in catalogue.cells(name))


def test_tables_keep_their_lines_and_sentences_do_not(out: Path) -> None:
    for words, wraps in (("A sentence.\nAnother.", True), ("a  1\nb  2", False), (" [[1, 2],\n  [3, 4]]", False)):
        leave(out, "a1", figures=[], cells=[{"kind": "code", "source": "", "printed": words + "\n"}])
        write_gallery()
        page = pages(out)["a1/index.html"]
        assert f">{words.strip(chr(10))}</pre>" in page
        assert ('class="printed sentences"' in page) == wraps


def test_figures_that_differ_are_marked(out: Path) -> None:
    good = {"what": "a", "lecture": "1", "here": "1", "said": "", "agrees": True, "cell": 1, "table": 0}
    bad = {"what": "b", "lecture": "2", "here": "3", "said": "differs", "agrees": False, "cell": 1, "table": 1}
    cells = [{"kind": "text", "source": "# T", "printed": ""}, {"kind": "code", "source": "", "printed": ""}]
    cells[1]["printed"] = f"first words\n{table([good])}\nmore words\n{table([bad])}\nlast words\n"
    leave(out, "a1", figures=[good, bad], cells=cells)
    write_gallery()
    page = (out / "a1" / "index.html").read_text(encoding="utf-8")
    places = [page.find(words) for words in ("first words", "✓", "more words", "≠ differs", "last words")]
    assert -1 not in places
    assert places == sorted(places)
    assert "1 of 2</span> figures agree" in page
    assert "lecture  here" not in page


def test_a_page_is_written_whole_or_not_at_all(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (out / "index.html").write_text("before")

    def refuse(*paths: Any) -> None:
        raise OSError("no space")

    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(OSError, match="no space"):
        write_gallery()
    assert [path.name for path in out.iterdir()] == ["index.html"]
    assert (out / "index.html").read_text() == "before"


def test_all_addresses_lead_to_files(demo: Any) -> None:
    out = demo("b1").lesson.out.parent
    demo("a1")
    write_gallery()
    for name, page in pages(out).items():
        seen = Elements(page)
        anchors = {attributes.get("id") for _, attributes in seen.found}
        for address in seen.addresses:
            path, _, anchor = address.partition("#")
            assert ":" not in address
            if path:
                target = (out / name).parent / path
                assert target.exists(), address
                if anchor:
                    assert f'id="{anchor}"' in target.read_text(encoding="utf-8")
            else:
                assert anchor in anchors
    for name in ("a1", "b1"):
        there = (catalogue.FOLDER / "notebooks" / f"{name}.ipynb").exists()
        assert (f"notebooks/{name}.ipynb" in pages(out)[f"{name}/index.html"]) == there
        assert f"demos/{name}.py" in pages(out)[f"{name}/index.html"]


def test_matplotlib_is_not_needed() -> None:
    program = "import demos.gallery, sys; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program]).returncode == 0


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ('<svg width="72pt" height="36pt" viewBox="0 0 9 9">', (96, 48)),
        ('<?xml version="1.0"?><!-- <x> --><svg\n width="300"\n height="20px">', (300, 20)),
        ('<svg viewBox="0.00 -4.5 640 480.5">', (640, 480)),
        ('<svg width="100%" height="50%" viewBox="0 0 30 20">', (30, 20)),
        ('<svg width="100%">', None),
        ('<svg width="0pt" height="10pt">', None),
        ('<svg width="1.2.3" height="10pt">', None),
        ("<html>", None),
        ("", None),
    ],
)
def test_the_size_of_an_svg(tmp_path: Path, content: str, expected: Any) -> None:
    (tmp_path / "x.svg").write_text(content)
    assert size(tmp_path / "x.svg") == expected


def test_the_size_of_images(tmp_path: Path) -> None:
    """A png counts by its resolution, which matplotlib writes; what is cut short has none."""
    Figure(figsize=(5, 3)).savefig(tmp_path / "a.png", dpi=160)
    assert size(tmp_path / "a.png") == (480, 288)
    (tmp_path / "b.gif").write_bytes(b"GIF89a" + (320).to_bytes(2, "little") + (200).to_bytes(2, "little") + b"\x00")
    assert size(tmp_path / "b.gif") == (320, 200)
    for name, content in (("c.gif", b"GIF89a\x01"), ("d.png", b"\x89PNG\r\n\x1a\n"), ("e.png", b"GIF89a")):
        (tmp_path / name).write_bytes(content)
        assert size(tmp_path / name) is None
    assert size(tmp_path / "none.png") is None
    assert size(tmp_path / "steps.html") is None


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("# One\n## Two", "<h2>One</h2>\n<h2>Two</h2>"),
        ("### Three\ntext", "<h3>Three</h3>\n<p>text</p>"),
        ("a\nb\n\nc", "<p>a\nb</p>\n<p>c</p>"),
        ("so:\n- a\n  b\n- c", "<p>so:</p>\n<ul>\n<li>a\nb</li>\n<li>c</li>\n</ul>"),
        ("1. a\n2. b", "<ol>\n<li>a</li>\n<li>b</li>\n</ol>"),
        ("**a** and *b*, `c < *d*`", "<p><strong>a</strong> and <em>b</em>, <code>c &lt; *d*</code></p>"),
        ("a * b * c, W* = 2, x*y*z", "<p>a * b * c, W* = 2, x*y*z</p>"),
        ("    x < 1\n    y", "<pre><code>x &lt; <span class=\"number\">1</span>\ny</code></pre>"),
        ("```python\n# y\n\nx\n```\nz", '<pre><code><span class="comment"># y</span>\n\nx</code></pre>\n<p>z</p>'),
        ("[a](b1.py) [c](https://d.e/f)", '<p><a href="b1.py">a</a> <a href="https://d.e/f">c</a></p>'),
        ("[a](javascript:bad%20words)", "<p>[a](javascript:bad%20words)</p>"),
        ("[a](data:text/html,word)", "<p>[a](data:text/html,word)</p>"),
        ("y = σ(X w) + 6-4-3", '<p>y = <span class="kept">σ(X w)</span> + <span class="kept">6-4-3</span></p>'),
        ("[a](1-2.md)", '<p><a href="1-2.md">a</a></p>'),
        ("a_1 = b_2, 3 < 4 & 5", "<p>a_1 = b_2, 3 &lt; 4 &amp; 5</p>"),
        ("", ""),
    ],
)  # fmt: skip
def test_markup(markdown: str, expected: str) -> None:
    assert markup.text(markdown) == expected


def test_a_table_in_text() -> None:
    made = markup.text("| a | b |\n|---|:-:|\n| 1 | *2* |")
    assert "<tr><th>a</th><th>b</th></tr><tr><td>1</td><td><em>2</em></td></tr>" in made


@pytest.mark.parametrize("name", catalogue.names())
def test_nothing_of_a_script_is_lost(name: str) -> None:
    """Without its tags, the code is the code; and of the text, every word is there."""
    for kind, source in catalogue.cells(name):
        if kind == "code":
            assert html.unescape(re.sub(r"<[^>]+>", "", markup.code(source))) == source
        else:
            numbers = re.compile(r"^ *\d+[.)] ", re.MULTILINE)
            assert re.findall(r"\w+", Elements(markup.text(source)).text) == re.findall(r"\w+", numbers.sub("", source))


def test_code_has_its_parts_in_colour() -> None:
    made = markup.code("""for x in "a # b":  # 'c'\n    f'''d\ne''' + 1e-3""")
    for part in (
        '<span class="keyword">for</span>', '<span class="string">&quot;a # b&quot;</span>',
        '<span class="comment"># &#x27;c&#x27;</span>', '<span class="string">f&#x27;&#x27;&#x27;d\ne',
        '<span class="number">1e-3</span>',
    ):  # fmt: skip
        assert part in made


def test_the_first_sentence() -> None:
    assert markup.first_sentence("# A1. Title\n\nThe *error*, e.g. that of `x`, is h². Then more.") == (
        "The *error*, e.g. that of x, is h²."
    )
    assert markup.first_sentence("# Title") == ""
