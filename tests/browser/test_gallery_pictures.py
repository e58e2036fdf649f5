"""Pictures of the gallery in a browser: of all shapes and in motion, with words that are too long."""

import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from demos.gallery import write_gallery
from tests.browser.conftest import Browser
from tests.browser.test_gallery_page import visit
from tests.browser.test_page_access import CONTRASTS, LAPTOP, PHONE, PROJECTOR

WORDS = "<img src=x onerror=window.hacked=1>"
#: A network as wide as lectures have them, a square figure, one of many panels, and a tall network.
WIDE, SQUARE = '<svg width="1800pt" height="300pt"></svg>', '<svg viewBox="0 0 300 300"></svg>'
PANELS = '<svg width="1000pt" height="600pt"></svg>'
TALL = '<svg width="300pt" height="2400pt"></svg>'


def made(out: Path, files: dict[str, str], **other: Any) -> None:
    """Leave what a run of A1 leaves that shows these files, with hostile words."""
    told = {
        "name": "a1", "title": WORDS, "quick": True, "options": {}, "seconds": 1, "printed": WORDS, "figures": [],
        "pictures": [{"file": file, "caption": WORDS, "cell": 0} for file in files],
        "cells": [{"kind": "code", "source": WORDS, "printed": WORDS}],
    } | other  # fmt: skip
    (out / "a1").mkdir()
    (out / "a1" / "lesson.json").write_text(json.dumps(told))
    for file, content in files.items():
        (out / "a1" / file).write_text(content.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"'))


def test_long_things_scroll_in_their_frames(browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Long words of titles and captions are broken; code, output and tables scroll."""
    monkeypatch.setattr("demos.lesson.OUT", tmp_path)
    long = "W" * 300
    row = {"what": long, "lecture": "1", "here": long, "said": "", "agrees": False, "cell": 1, "table": 0}
    text = f"# {long}\n\n{long}\n\n- {long}\n\n| {long} | b |\n|---|---|\n| c | d |\n\n    {long}\n\n`{long}`"
    cells = [
        {"kind": "text", "source": text, "printed": ""},
        {"kind": "code", "source": f"# {long}\n'{long}'", "printed": long},
    ]
    picture = {"file": "one.svg", "caption": long, "cell": 1}
    made(tmp_path, {"one.svg": SQUARE}, title=long, cells=cells, figures=[row], pictures=[picture])
    write_gallery()
    for page in ("index.html", "a1/index.html"):
        for scheme in ("light", "dark"):
            browser.like(*PHONE, scheme)
            visit(browser, tmp_path / page)
            assert browser.run("return document.documentElement.scrollWidth <= innerWidth"), page
            assert [pair for pair in browser.run(CONTRASTS) if pair[0] < 4.5] == []
    browser.press("f")
    assert browser.run("return document.getElementById('large-close').getBoundingClientRect().right <= innerWidth")


def test_a_thousand_lines_scroll_in_their_frame(
    browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a run with many epochs prints them; on paper all are there."""
    monkeypatch.setattr("demos.lesson.OUT", tmp_path)
    lines = "\n".join(f"{i:5}  0.1" for i in range(1000))
    made(tmp_path, {"one.svg": SQUARE}, cells=[{"kind": "code", "source": "x", "printed": lines}])
    write_gallery()
    tall = "const e = document.querySelector('.printed'); return [e.offsetHeight, e.scrollHeight]"
    visit(browser, tmp_path / "a1" / "index.html")
    frame, whole = browser.run(tall)
    assert frame < 1700 < 10_000 < whole
    browser.run("document.querySelector('.printed').focus()")
    assert browser.run("return document.activeElement.scrollHeight > document.activeElement.clientHeight")
    browser.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    frame, whole = browser.run(tall)
    assert frame >= whole > 10_000


def test_shapes_choose_the_layout(browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Square pictures are side by side; a wide one scrolls in its frame; a tall one keeps its size."""
    monkeypatch.setattr("demos.lesson.OUT", tmp_path)
    made(tmp_path, {"wide.svg": WIDE, "one.svg": SQUARE, "two.svg": SQUARE, "panels.svg": PANELS, "tall.svg": TALL})
    write_gallery()
    for screen in (PHONE, LAPTOP, PROJECTOR):
        browser.like(*screen)
        visit(browser, tmp_path / "a1" / "index.html")
        assert browser.run("return document.documentElement.scrollWidth <= innerWidth")
        wide, one, two, panels, tall = browser.run(
            "return [...document.querySelectorAll('figure')].map((e) => e.offsetTop)"
        )
        assert wide < one <= two < panels < tall
        width = "return document.querySelector('[src=\"tall.svg\"]').offsetWidth"
        assert browser.run(width) >= 0.6 * 400
        assert (one == two) == (screen != PHONE)
        frame = "const e = document.querySelector('.wide .paper'); return e.scrollWidth > e.clientWidth"
        assert browser.run(frame)
        browser.press("f")
        assert browser.text("#large-caption") == f"{WORDS} (1 of 5)"
    visit(browser, tmp_path / "index.html")
    assert browser.run("return window.hacked") is None


def test_a_film_stands_still_for_who_wants_no_motion(
    browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In its place, as large, stands its first image; the link opens the film."""
    monkeypatch.setattr("demos.lesson.OUT", tmp_path)
    made(tmp_path, {"film.gif": ""})
    frames = [Image.new("P", (320, 200), colour) for colour in (1, 2)]
    frames[0].save(tmp_path / "a1" / "film.gif", save_all=True, append_images=frames[1:], duration=100)
    write_gallery()
    seen = """
        const e = document.querySelector('.pictures img'), c = document.querySelector('.pictures canvas');
        return [e.offsetWidth, e.offsetHeight, c && c.offsetWidth, c && c.offsetHeight, c && c.ariaLabel];
    """
    visit(browser, tmp_path / "a1" / "index.html")
    width, height, *still = browser.run(seen)
    assert width / height == pytest.approx(1.6, abs=0.01)
    assert still == [None, None, None]
    browser.like(*LAPTOP, motion="reduce")
    visit(browser, tmp_path / "a1" / "index.html")
    from selenium.webdriver.support.wait import WebDriverWait

    WebDriverWait(browser.driver, 5).until(lambda _: browser.run(seen)[2])
    assert browser.run(seen) == [0, 0, width, height, WORDS]
    browser.run("document.querySelector('a.paper').click()")
    assert browser.run("return document.getElementById('large-picture').src").endswith("film.gif")
