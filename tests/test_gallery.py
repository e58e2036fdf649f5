"""The gallery as files: what a run keeps for it, and the pages that it writes."""

import base64
import hashlib
import json
import os
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from demos import catalogue
from demos.gallery import write_gallery
from demos.gallery.contents import COVERS
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


def test_a_run_keeps_what_each_cell_printed_and_showed(demo: Any, capsys: pytest.CaptureFixture[str]) -> None:
    run = demo("b1")
    told = json.loads((run.lesson.out / "lesson.json").read_text(encoding="utf-8"))
    assert told["quick"] is True
    assert capsys.readouterr().out == told["printed"]
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


def test_each_page_leads_to_its_neighbours(out: Path) -> None:
    for name in ("a1", "b1", "digits"):
        leave(out, name)
    write_gallery()
    ways = {
        name: [(a["rel"], a["href"]) for _, a in Elements(page).found if "rel" in a]
        for name, page in pages(out).items()
    }
    to = {name: f"../{name}/index.html" for name in ("a1", "b1", "digits")}
    assert set(ways["a1/index.html"]) == {("next", to["b1"])}
    assert set(ways["b1/index.html"]) == {("prev", to["a1"]), ("next", to["digits"])}
    assert set(ways["digits/index.html"]) == {("prev", to["b1"])}


def test_every_picture_and_heading_is_there_once(out: Path) -> None:
    """Those of no cell too, at the end; only the title of the demo itself is not repeated."""
    shown = [{"file": f"{cell}.svg", "caption": "c", "cell": cell} for cell in (0, 1, None, 9)]
    cells = [{"kind": "text", "source": f"# {word}\n\ntext", "printed": ""} for word in ("First", "Second")]
    leave(out, "a1", pictures=shown, cells=cells, figures=[])
    write_gallery()
    seen = Elements(pages(out)["a1/index.html"])
    images = [a["src"] for tag, a in seen.found if tag == "img" and "src" in a]
    assert images == ["0.svg", "1.svg", "None.svg", "9.svg"]
    assert [seen.text.count(word) for word in ("First", "Second")] == [0, 1]


def test_the_options_are_listed_with_their_values(out: Path) -> None:
    leave(out, "digits", options={"epochs": 77})
    write_gallery()
    known = catalogue.options("digits")
    row = "".join(f"<td>{value}</td>" for value in (known["epochs"], known["quick"]["epochs"], 77))
    assert f"<code>--epochs</code></th>{row}" in pages(out)["digits/index.html"]


def test_the_policy_of_a_page_lets_in_its_own_script_alone(out: Path) -> None:
    leave(out, "a1")
    write_gallery()
    for page in pages(out).values():
        (policy,) = (a["content"] for tag, a in Elements(page).found if a.get("http-equiv"))
        rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
        script = page.partition("<script>")[2].partition("</script>")[0]
        digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        assert rules["default-src"] == "'none'"
        assert rules["script-src"] == f"'sha256-{digest}'"


def test_a_long_graph_fills_its_card_and_a_long_chart_does_not(out: Path) -> None:
    for name, inside in (("a2", '<g class="graph"></g>'), ("b1", "")):
        leave(out, name)
        (out / name / "plain.svg").write_text(f'<svg width="900pt" height="100pt">{inside}</svg>')
    write_gallery()
    strips = {a["src"]: a.get("class") for tag, a in Elements(pages(out)["index.html"]).found if tag == "img"}
    assert strips == {"a2/plain.svg": "strip", "b1/plain.svg": None}


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


@pytest.mark.parametrize("left", ["", '{"name": "a1"', "[]", '{"name": "a1"}', "[" * 100_000])
def test_a_damaged_run_says_how_to_run_it_again(out: Path, left: str) -> None:
    (out / "a1").mkdir()
    (out / "a1" / "lesson.json").write_text(left)
    write_gallery()
    page = (out / "index.html").read_text(encoding="utf-8")
    assert "cannot be read; run it again:<br><code>python -m demos a1</code>" in page
    assert not (out / "a1" / "index.html").exists()


WRONG = {
    "name": "a2", "title": None, "options": [], "seconds": "1", "printed": 1, "pictures": [{"file": "a.svg"}],
    "figures": [{"what": "a", "lecture": "1", "here": "1"}], "cells": [{"kind": "code", "source": "x"}],
}  # fmt: skip
#: Names of files that are none, or not beside the page; and text that no page can hold.
FILES = ("../b1/p.svg", "", "a\0.svg", 300 * "a" + ".svg", "a\n.svg")
OTHER = [{key: value} for key, value in WRONG.items()] + [{key: None} for key in WRONG] + [{"title": "\ud800"}]
OTHER += [{"figures": ["row"]}, {"pictures": {}}]
OTHER += [{"pictures": [{"file": file, "caption": "c", "cell": 0}]} for file in FILES]


@pytest.mark.parametrize("other", OTHER, ids=lambda other: str(other)[:30])
def test_a_run_of_another_form_does_not_take_the_others_with_it(out: Path, other: dict[str, Any]) -> None:
    leave(out, "b1")
    leave(out, "a1")
    told = json.loads((out / "a1" / "lesson.json").read_text(encoding="utf-8"))
    (out / "a1" / "lesson.json").write_text(json.dumps(told | other), encoding="utf-8")
    write_gallery()
    assert set(pages(out)) == {"index.html", "b1/index.html"}
    assert "cannot be read; run it again:<br><code>python -m demos a1</code>" in pages(out)["index.html"]


def test_a_folder_in_place_of_a_run_counts_as_none(out: Path) -> None:
    (out / "a1" / "lesson.json").mkdir(parents=True)
    leave(out, "b1")
    write_gallery()
    assert set(pages(out)) == {"index.html", "b1/index.html"}


def test_what_is_no_text_is_kept_as_question_marks(demo: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The name of a folder in another encoding, as the system gives it."""
    monkeypatch.setattr("demos.play.title", lambda name: "A1. \udcff")
    run = demo("a1")
    assert json.loads((run.lesson.out / "lesson.json").read_text(encoding="utf-8"))["title"] == "A1. ?"
    write_gallery()
    assert "<h1>" in pages(run.lesson.out.parent)["a1/index.html"]


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
