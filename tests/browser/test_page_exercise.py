"""Exercises on a page: what is asked for is covered until one asks, in the drawing, in the list and for the ear."""

from typing import Any

import autograd_lite as ag
from tests import lectures
from tests.browser.conftest import Browser
from tests.browser.test_page_access import COMPLAINTS, CONTRASTS

ANSWER = "return document.getElementById('answer') !== null"
SAID = "return document.getElementById('said').textContent"


def exercise(**options: Any) -> Any:
    output, names = lectures.a1()
    return ag.draw(output, names=names, **options)


def test_an_answer_is_shown_when_it_is_asked_after(browser: Browser) -> None:
    picture = exercise(blank=["gradients"])
    browser.open(picture)
    (p,) = [f"n{n.number}" for n in picture.nodes if n.name == "p"]
    browser.slide(4)
    assert browser.run(ANSWER)
    assert "−3" not in [text for text in browser.shown(p) if text != "+"]
    assert browser.run(SAID).endswith("= ? × (−3) = ?")
    browser.click("answer")
    assert browser.shown(p)[-1] == "−3"
    assert browser.run(SAID).endswith("= 1 × (−3) = −3")
    assert not browser.run(ANSWER)
    # Where it comes back as the incoming gradient, it is known.
    browser.slide(6)
    assert browser.run(SAID).endswith("= ? × 1 = ?")
    assert "(−3) × 1" in browser.text("#card .equation")


def test_enter_uncovers_and_the_keys_go_on(browser: Browser) -> None:
    from selenium.webdriver.common.keys import Keys

    browser.open(exercise(blank=["p"]))
    browser.press(Keys.ARROW_RIGHT)
    assert browser.run(SAID).endswith("p = x + y = 1 + 3 = ?")
    browser.press(Keys.ENTER)
    assert browser.run(SAID).endswith("p = x + y = 1 + 3 = 4")
    browser.press(Keys.ARROW_RIGHT)
    # Numbers put in would have told.
    assert browser.run(SAID).endswith("g = p × z = −12")
    assert browser.step == 2


def test_nothing_covered_is_seen(browser: Browser) -> None:
    """At any step, unless one asks: no number that is asked for is visible text."""
    x = ag.Value(1.25, name="x")
    output = (x * 3.5) * x + x * 7.75
    picture = ag.draw(output, names={"f": output}, blank=["all"])
    answers = picture.answers
    assert answers is not None
    browser.open(picture)
    for step in range(browser.last + 1):
        browser.slide(step)
        seen = browser.text("body") + " ".join(t for n in answers.nodes for t in browser.shown(f"n{n.number}"))
        for secret in ("15.16", "16.5", "4.375", "5.469", "9.688"):
            assert secret not in seen, (step, secret)


def test_an_exercise_is_for_everyone(browser: Browser) -> None:
    for scheme in ("light", "dark"):
        browser.like(1280, 720, scheme)
        browser.open(exercise(blank=["all"]))
        for step in (1, browser.last):
            browser.slide(step)
            assert browser.run(COMPLAINTS) == []
            assert [pair for pair in browser.run(CONTRASTS) if pair[0] < 4.5] == []
