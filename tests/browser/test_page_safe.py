"""The page as a file: it reaches for nothing, runs nothing of a name's, and is the same each time."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import autograd_lite as ag
from autograd_lite import errors
from tests import lectures
from tests.browser.conftest import Browser

HOSTILE = (
    "</script><script>window.hacked = 1</script>",
    "<img src=x onerror=window.hacked=1>",
    "\"'><svg onload=window.hacked=1>",
    "{{script}}",
    "a\nb\u2028c",
    "損失 w₁ é",
    "שלום",
    "--><!--<script>",
    "&amp;&lt;",
    "\\u003c",
)


class Elements(HTMLParser):
    """The elements of a page, with their attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def html(name: str = "x", title: str | None = None) -> str:
    x = ag.Value(2.0, name=name)
    return str(ag.draw(x * x + 1, title=title).html())


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_is_text(browser: Browser, name: str) -> None:
    """In the list, on the card, in what is said, in the drawing and in the title."""
    x = ag.Value(2.0, name=name)
    browser.open(ag.draw(x * x + 1, title=name))
    browser.click("last")
    assert browser.run("return window.hacked") is None
    assert browser.run("return document.querySelectorAll('img, iframe, object, script').length") == 2
    words = browser.text("h1")
    assert words == " ".join(browser.run("return document.title").split())
    shown = re.sub(r"[\u2066-\u2069]", "", browser.run("return document.getElementById('said').textContent"))
    assert shown.startswith(f"Step {browser.last + 1} of")
    if len(name) <= 32:
        visible = " ".join(name.split())
        assert visible in words
        assert visible in shown


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_adds_no_element(name: str) -> None:
    """As a parser without a browser sees it, too."""

    def outline(page: str) -> list[str]:
        drawn = re.sub(r"<text.*?</text>", "", page)
        return [tag for tag, _ in Elements(drawn).found if not tag.startswith("m")]

    assert outline(html(name, name)) == outline(html("plain", "plain"))


def test_nothing_is_asked_of_a_network(browser: Browser) -> None:
    output, names = lectures.a3()
    picture = ag.draw(output, names=names)
    browser.open(picture)
    browser.click("last")
    loaded = "return performance.getEntriesByType('resource').map((e) => e.name)"
    assert browser.run(loaded) == []
    for tag, attributes in Elements(picture.html()).found:
        assert not {"src", "href", "xlink:href", "action", "style", "srcset"} & attributes.keys(), tag
        assert not [name for name in attributes if name.startswith("on")], tag


def test_the_policy_lets_nothing_else_run(browser: Browser) -> None:
    """A script, a style or an image that is added is refused, and so is an attribute that would run."""
    browser.open(ag.draw(lectures.a1()[0]))
    browser.run("""
        const script = document.createElement('script');
        script.textContent = 'window.hacked = 1';
        document.body.append(script);
        const style = document.createElement('style');
        style.textContent = 'body { display: none }';
        document.head.append(style);
        const image = document.createElement('img');
        image.src = 'data:image/gif;base64,R0lGODlhAQABAAAAACw=';
        document.body.append(image);
        document.body.setAttribute('onclick', 'window.hacked = 1');
        document.body.click();
    """)
    assert browser.run("return window.hacked") is None
    assert browser.run("return getComputedStyle(document.body).display") != "none"
    refused = browser.console()
    assert len(refused) == 4
    assert all("Content Security Policy" in message for message in refused)


def test_the_same_program_gives_the_same_bytes() -> None:
    assert html("a") == html("a")
    assert html("a") != html("b")


def test_numbers_that_json_cannot_hold() -> None:
    """Infinite and undefined numbers are words by then."""
    x = ag.Value(0.0, name="x")
    with np.errstate(all="ignore"):
        y = ag.log(x * 1.0) * x + x * x
    page = ag.draw(y).html()
    data = re.search(r'<script type="application/json" id="lesson">(.*?)</script>', page)
    assert data is not None
    json.loads(data[1], parse_constant=lambda word: pytest.fail(word))


@pytest.mark.parametrize("options", [{}, {"rankdir": "TB"}, {"rankdir": "RL"}, {"direction": "backward"}])
def test_each_layout_plays(browser: Browser, options: dict[str, Any]) -> None:
    """Values and gradients are found on whichever side of the box they stand."""
    output, names = lectures.a1()
    picture = ag.draw(output, names=names, **options)
    browser.open(picture)
    (p,) = [f"n{n.number}" for n in picture.nodes if n.name == "p"]
    assert browser.shown(p) == ["+", "p"]
    browser.click("next")
    assert browser.shown(p) == ["4", "+", "p"]
    browser.click("last")
    assert browser.shown(p) == ["4", "+", "p", "−3"]


def test_forward_alone(browser: Browser) -> None:
    output, names = lectures.a1()
    browser.open(ag.draw(output, names=names, direction="forward"))
    assert browser.last == 2
    browser.click("last")
    assert "gradient" not in browser.text("body")
    assert browser.text("#card .equation") == "g = p × z = 4 × (−3) = −12"


def test_an_untracked_output(browser: Browser) -> None:
    browser.open(ag.draw(ag.Tensor([1.0, 2.0], name="a") * 3.0, direction="forward"))
    browser.click("last")
    assert browser.last >= 0


@pytest.mark.parametrize("leaf", [ag.Value(2.0, name="x"), ag.Tensor(np.ones((2, 3)), requires_grad=True).sum()])
def test_small_graphs(browser: Browser, leaf: Any) -> None:
    browser.open(ag.draw(leaf))
    browser.click("last")
    assert browser.text("#card .equation").startswith("∂") or "∂" in browser.text("#card")


def test_a_long_graph_stays_usable(browser: Browser) -> None:
    """The node at hand is in sight at each step, in the graph and in the list."""
    x = y = ag.Value(0.5, name="x")
    for _ in range(60):
        y = y * 1.01 + x
    browser.open(ag.draw(y))
    in_sight = """
        const inside = (e, frame) => {
            const a = e.getBoundingClientRect(), b = frame.getBoundingClientRect();
            return a.left >= b.left - 1 && a.right <= b.right + 1 && a.top >= b.top - 1 && a.bottom <= b.bottom + 1;
        };
        return [inside(document.querySelector('.goal'), document.getElementById('graph')),
            inside(document.querySelector('.current'), document.getElementById('equations'))];
    """
    for step in (1, 40, 120, 200, browser.last):
        browser.slide(step)
        assert browser.run(in_sight) == [True, True], step


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    picture = ag.draw(lectures.a1()[0])
    path = tmp_path / "page.html"
    path.write_text("before")
    monkeypatch.setitem(sys.modules, "pygraphviz", None)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(errors.DrawingError):
        picture.save(path)
    assert path.read_text() == "before"
    assert [p.name for p in tmp_path.iterdir()] == ["page.html"]
