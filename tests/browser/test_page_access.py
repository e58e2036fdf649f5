"""The page for everyone: contrast, keyboard, screen readers, small and large screens, paper."""

from typing import Any

import pytest

import autograd_lite as ag
from tests import lectures
from tests.browser.conftest import Browser

PHONE, LAPTOP, PROJECTOR = (360, 740), (1280, 720), (1920, 1080)
#: The ratio between the luminances of text and ground, for every text that can be seen.
CONTRASTS = """
    const channel = (c) => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    const numbers = (color) => color.match(/[\\d.]+/g).map(Number);
    const luminance = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
    const solid = (color) => color.startsWith('rgb') && (numbers(color)[3] ?? 1) === 1;
    const ground = (element) => {
        for (let e = element; e; e = e.parentElement) {
            const color = getComputedStyle(e).backgroundColor;
            if (solid(color)) return color;
        }
        return 'rgb(255, 255, 255)';
    };
    const boxGround = (text) => {
        const middle = (b) => [b.x + b.width / 2, b.y + b.height / 2];
        const [x, y] = middle(text.getBBox());
        const box = text.closest('.node').querySelector('path:not([fill="none"])');
        const b = box ? box.getBBox() : { x: 0, y: 0, width: -1, height: -1 };
        const inside = x >= b.x && x <= b.x + b.width && y >= b.y && y <= b.y + b.height;
        return inside ? getComputedStyle(box).fill : ground(text);
    };
    const ratio = (a, b) => {
        const [low, high] = [luminance(numbers(a)), luminance(numbers(b))].sort((x, y) => x - y);
        return (high + 0.05) / (low + 0.05);
    };
    const found = [];
    for (const text of document.querySelectorAll('.graph .node text')) {
        found.push([ratio(getComputedStyle(text).fill, boxGround(text)), text.textContent]);
    }
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const element = walker.currentNode.parentElement;
        if (!walker.currentNode.data.trim() || element.closest('svg, script, style, option')) continue;
        found.push([ratio(getComputedStyle(element).color, ground(element)), walker.currentNode.data.trim()]);
    }
    return found;
"""
#: What a checker of accessibility would complain of.
COMPLAINTS = """
    const found = [];
    const name = (e) => (e.getAttribute('aria-label') || e.labels?.[0]?.innerText || e.innerText || '').trim();
    for (const e of document.querySelectorAll('button, input, select, [tabindex], section, [role=group], ul, ol')) {
        if (!name(e)) found.push('no name: ' + e.outerHTML.slice(0, 80));
    }
    for (const e of document.querySelectorAll('button, input, select')) {
        const b = e.getBoundingClientRect();
        if (b.width < 24 || b.height < 24) found.push('small to touch: ' + e.id);
    }
    const ids = [...document.querySelectorAll('[id]')].map((e) => e.id);
    if (new Set(ids).size !== ids.length) found.push('an id twice');
    for (const e of document.querySelectorAll('[aria-labelledby], [for]')) {
        const all = `${e.getAttribute('aria-labelledby') || ''} ${e.getAttribute('for') || ''}`.trim().split(/\\s+/);
        for (const id of all) if (!document.getElementById(id)) found.push('points nowhere: ' + id);
    }
    for (const e of document.querySelectorAll('svg')) {
        const image = e.getAttribute('role') === 'img' && e.querySelector('title') && e.querySelector('desc');
        if (!image && e.getAttribute('aria-hidden') !== 'true') found.push('an image without words');
    }
    for (const e of document.querySelectorAll('ul > *, ol > *')) {
        if (e.tagName !== 'LI') found.push('no item: ' + e.tagName);
    }
    for (const e of document.querySelectorAll('[tabindex]')) if (e.tabIndex > 0) found.push('out of order: ' + e.id);
    if (!document.documentElement.lang) found.push('no language');
    if (!document.title) found.push('no title');
    for (const tag of ['header', 'main', 'h1']) if (document.querySelectorAll(tag).length !== 1) found.push(tag);
    return found;
"""
FOCUS = """
    const e = document.activeElement, s = getComputedStyle(e);
    return [e.id, s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2];
"""


def page(build: Any, **options: Any) -> Any:
    output, names = build()
    return ag.draw(output, names=names, **options)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_stands_out(browser: Browser, scheme: str) -> None:
    """By 4.5 to 1, as the guidelines for accessible content ask, in the middle of the play and at its end."""
    browser.like(*LAPTOP, scheme)
    output, names = lectures.a1()
    middle = names["p"]
    browser.open(ag.draw(output, names=names, marked={middle: "look here"}))
    for step in (4, browser.last):
        browser.slide(step)
        found = browser.run(CONTRASTS)
        assert len(found) > 40
        assert [pair for pair in found if pair[0] < 4.5] == []


def test_contrast_finds_what_is_too_faint(browser: Browser) -> None:
    browser.open(page(lectures.a1))
    browser.run("document.querySelector('h1').style.color = '#999'")
    assert [text for ratio, text in browser.run(CONTRASTS) if ratio < 4.5] == ["Back-propagation of g"]


@pytest.mark.parametrize("build", [lectures.a1, lectures.a2, lectures.a3])
def test_a_checker_finds_nothing(browser: Browser, build: Any) -> None:
    browser.open(page(build))
    assert browser.run(COMPLAINTS) == []
    browser.click("last")
    assert browser.run(COMPLAINTS) == []


def test_the_checker_finds_what_is_wrong(browser: Browser) -> None:
    browser.open(page(lectures.a1))
    browser.run("document.getElementById('next').removeAttribute('aria-label'); document.title = ''")
    assert len(browser.run(COMPLAINTS)) == 2


def test_tab_goes_through_all_and_out(browser: Browser) -> None:
    """Each control once, in the order in which it stands, with a focus that is seen."""
    from selenium.webdriver.common.keys import Keys

    browser.open(page(lectures.a1))
    seen = []
    for _ in range(40):
        browser.press(Keys.TAB)
        name, visible = browser.run(FOCUS)
        if not name:
            break
        assert visible, name
        seen.append(name)
    assert seen == [
        "smaller", "larger", "theme", "graph", "out", "fit", "in", "equations",
        "first", "back", "play", "next", "last", "slider", "speed",
    ]  # fmt: skip


def test_a_button_at_the_end_keeps_the_focus(browser: Browser) -> None:
    from selenium.webdriver.common.keys import Keys

    browser.open(page(lectures.a1))
    browser.run("document.getElementById('next').focus()")
    browser.press(*[Keys.ENTER] * (browser.last + 2))
    assert browser.step == browser.last
    assert browser.run(FOCUS)[0] == "next"
    assert browser.run("return document.getElementById('next').getAttribute('aria-disabled')") == "true"


def test_keys_of_the_controls_stay_theirs(browser: Browser) -> None:
    """Arrows on the slider move it once; arrows on the speed choose one; up and down scroll the list."""
    from selenium.webdriver.common.keys import Keys

    browser.open(page(lectures.a1))
    browser.run("document.getElementById('slider').focus()")
    browser.press(Keys.ARROW_RIGHT)
    assert browser.step == 1
    browser.press(Keys.END)
    assert browser.step == browser.last
    browser.run("document.getElementById('speed').focus()")
    browser.press(Keys.ARROW_DOWN)
    assert browser.step == browser.last
    assert browser.run("return document.getElementById('speed').value") == "2"


def test_each_step_is_said(browser: Browser) -> None:
    """A screen reader hears the number of the step and its equation, and which entry of the list is current."""
    browser.open(page(lectures.a1))
    said = "return document.getElementById('said').textContent"
    assert browser.run(said) == ""
    browser.click("next")
    assert browser.run(said) == "Step 2 of 8. Forward. Compute p: p = x + y = 1 + 3 = 4"
    status = "const e = document.getElementById('said'); return [e.getAttribute('role'), e.getAttribute('aria-live')]"
    assert browser.run(status) == ["status", "polite"]
    assert browser.run("return document.querySelector('[aria-current]').id") == "step-1"


@pytest.mark.parametrize("build", [lectures.a1, lectures.a2, lectures.b1])
@pytest.mark.parametrize("size", [PHONE, LAPTOP, PROJECTOR])
def test_no_screen_scrolls_sideways(browser: Browser, build: Any, size: tuple[int, int]) -> None:
    browser.like(*size)
    browser.open(page(build))
    for step in (0, browser.last // 2, browser.last):
        browser.slide(step)
        assert browser.run("return document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    if size != PHONE:
        assert browser.run("return document.documentElement.scrollHeight <= innerHeight")


def test_on_a_phone_the_graph_is_above_the_list(browser: Browser) -> None:
    browser.like(*PHONE)
    browser.open(page(lectures.a1))
    top = "return document.querySelector(arguments[0]).getBoundingClientRect().top"
    assert browser.run(top, ".graph") < browser.run(top, "#card") < browser.run(top, "#equations")
    # The player stays in sight.
    assert browser.run("return document.querySelector('.controls').getBoundingClientRect().bottom") <= PHONE[1] + 1


def test_a_projector_and_the_switch_have_larger_print(browser: Browser) -> None:
    size = "return parseFloat(getComputedStyle(document.querySelector('#equations')).fontSize)"
    browser.open(page(lectures.a1))
    laptop = browser.run(size)
    browser.like(*PROJECTOR)
    projector = browser.run(size)
    browser.click("larger")
    assert laptop * 1.2 < projector < browser.run(size)
    browser.click("smaller")
    assert browser.run(size) == pytest.approx(projector)
    assert browser.run("return document.documentElement.scrollWidth <= innerWidth")


def test_dark_follows_the_system_and_the_switch(browser: Browser) -> None:
    ground = "return getComputedStyle(document.body).backgroundColor"
    browser.open(page(lectures.a1))
    light = browser.run(ground)
    browser.click("theme")
    dark = browser.run(ground)
    assert light != dark
    browser.like(*LAPTOP, "dark")
    browser.open(page(lectures.a1))
    assert browser.run(ground) == dark
    assert browser.run("return document.getElementById('theme').getAttribute('aria-pressed')") == "true"
    browser.click("theme")
    assert browser.run(ground) == light


def test_reduced_motion_has_no_transitions(browser: Browser) -> None:
    moves = "return getComputedStyle(document.querySelector('.graph g.node path')).transitionDuration"
    browser.open(page(lectures.a1))
    assert browser.run(moves) != "0s"
    browser.like(*LAPTOP, motion="reduce")
    assert browser.run(moves) == "0s"


def test_on_paper_all_is_known(browser: Browser) -> None:
    """The whole list and the whole drawing are printed, without the player, whatever the step."""
    browser.open(page(lectures.a1))
    browser.click("theme")
    browser.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    assert browser.run("return getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    browser.run("window.dispatchEvent(new Event('beforeprint'))")
    hidden = """
        return [...document.querySelectorAll('.graph text, .equations *')]
            .filter((e) => getComputedStyle(e).visibility !== 'visible').length
    """
    assert browser.run(hidden) == 0
    assert browser.run("return getComputedStyle(document.querySelector('.controls')).display") == "none"
    browser.run("window.dispatchEvent(new Event('afterprint'))")
    assert browser.run(hidden) > 0


def test_without_script_the_page_is_whole(browser: Browser) -> None:
    browser.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        browser.open(page(lectures.a1))
    finally:
        browser.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
    words = browser.driver.find_element("id", "equations").text
    assert "= x + y = 1 + 3 = 4" in words
    assert "incoming gradient" in words
