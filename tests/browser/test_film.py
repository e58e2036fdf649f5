"""Films as pages: the player of back-propagation plays training steps."""

from typing import Any

import pytest

import autograd_lite as ag
from autograd_lite.draw.numbers import number
from tests.browser.conftest import Browser
from tests.browser.test_page import numbers_of
from tests.browser.test_page_access import COMPLAINTS, CONTRASTS
from tests.test_draw_film import bowl, descent


def test_each_step_shows_its_numbers(browser: Browser) -> None:
    """The graph, the card and what is said, forward, back and by the slider."""
    film = ag.draw.film(descent(4), title="Descent")
    browser.open(film)
    assert browser.last == 3
    for step in (0, 1, 2, 3, 1):
        browser.slide(step)
        frame = film.frames[step]
        seen = numbers_of(browser, frame.picture)
        assert seen["w"] == [number(1 + 2 - 2 * 0.5**step), number(-4 * 0.5**step)]
        assert seen["L"] == [number(frame.loss), "1"]
        assert f"L = {number(frame.loss)}" in browser.text("#card")
    said = browser.run("return document.getElementById('said').textContent")
    assert said == "Step 2 of 4. L = 1, w = 2"


def test_the_state_is_a_function_of_the_step(browser: Browser) -> None:
    browser.open(ag.draw.film(descent(4)))
    there = []
    for _ in range(4):
        there.append(browser.state())
        browser.click("next")
    assert len(set(there)) == 4
    for step in (2, 0, 3, 1):
        browser.slide(step)
        assert browser.state() == there[step]


def test_a_path_grows(browser: Browser) -> None:
    film = ag.draw.film(bowl(5), path="w", surface=lambda a, b: a * a + 4 * b * b)
    browser.open(film)
    points = """
        return [...document.querySelectorAll('.chart .point')]
            .filter((e) => getComputedStyle(e).visibility === 'visible').length
    """
    for step in (0, 3, 4, 1):
        browser.slide(step)
        assert browser.run(points) == step + 1
        assert browser.run("return document.querySelector('.here').id") == f"point-{step}"
    marker = "return Number(document.getElementById('marker').getAttribute('cx'))"
    early = browser.run(marker)
    browser.click("last")
    assert browser.run(marker) > early


def test_the_film_runs_at_its_rate_and_stops_at_its_end(browser: Browser) -> None:
    from selenium.webdriver.support.ui import WebDriverWait

    browser.open(ag.draw.film(descent(4), rate=20))
    browser.click("play")
    WebDriverWait(browser.driver, 10).until(lambda _: browser.step == browser.last)
    WebDriverWait(browser.driver, 10).until(
        lambda _: browser.run("return document.getElementById('play').getAttribute('aria-label')") == "Play"
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("options", [{}, {"path": "w"}])
def test_for_everyone(browser: Browser, scheme: str, options: Any) -> None:
    """Contrast, names of controls, and no sideways scroll on a phone."""
    browser.like(1280, 720, scheme)
    browser.open(ag.draw.film(descent(4), **options))
    browser.click("last")
    assert browser.run(COMPLAINTS) == []
    assert [pair for pair in browser.run(CONTRASTS) if pair[0] < 4.5] == []
    browser.like(360, 740, scheme)
    assert browser.run("return document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_a_name_is_text(browser: Browser) -> None:
    name = "</script><img src=x onerror=window.hacked=1>"
    w = ag.Value(1.0, name=name)
    for options in ({}, {"path": w}):
        browser.open(ag.draw.film([w * w, w * w * 1.0][:1], title=name, **options))
        browser.click("last")
        assert browser.run("return window.hacked") is None
        assert browser.run("return document.querySelectorAll('img').length") == 0
