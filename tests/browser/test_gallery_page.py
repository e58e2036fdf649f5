"""The gallery in a browser: every screen and scheme, by mouse and by keyboard, without a network."""

from pathlib import Path

import pytest

from demos import catalogue
from demos.gallery import write_gallery
from demos.play import play
from tests.browser.conftest import Browser
from tests.browser.test_page_access import COMPLAINTS, CONTRASTS, LAPTOP, PHONE, PROJECTOR

PAGES = ("index.html", "a1/index.html", "b1/index.html", "check/index.html")
OFFLINE = {"offline": True, "latency": 0, "downloadThroughput": 0, "uploadThroughput": 0}


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The gallery of three demos that ran quick."""
    folder = tmp_path_factory.mktemp("gallery")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("demos.lesson.OUT", folder)
        for name in ("a1", "b1", "check"):
            play(name, quick=True)
        write_gallery()
    return folder


def visit(browser: Browser, path: Path) -> None:
    browser.driver.execute_cdp_cmd("Network.enable", {})
    browser.driver.execute_cdp_cmd("Network.emulateNetworkConditions", OFFLINE)
    browser.driver.get(path.as_uri())


def place(browser: Browser) -> str:
    """Which page is open: its folder and name."""
    return "/".join(browser.driver.current_url.split("/")[-2:])


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("screen", [PHONE, LAPTOP, PROJECTOR])
def test_every_screen_and_scheme(browser: Browser, out: Path, screen: tuple[int, int], scheme: str) -> None:
    """Nothing makes the page scroll sideways, every text stands out, and what is loaded is a file."""
    browser.like(*screen, scheme)
    for page in PAGES:
        visit(browser, out / page)
        assert browser.run("return document.documentElement.scrollWidth <= innerWidth"), page
        found = browser.run(CONTRASTS)
        assert len(found) > 30
        assert [pair for pair in found if pair[0] < 4.5] == [], page
        assert browser.run(COMPLAINTS.replace("button, input, select'", "button:not(dialog *)'")) == [], page
        loaded = browser.run("return performance.getEntriesByType('resource').map((e) => e.name)")
        assert [name for name in loaded if not name.startswith("file:")] == []


def test_too_wide_a_thing_is_found(browser: Browser, out: Path) -> None:
    browser.like(*PHONE)
    visit(browser, out / "a1/index.html")
    browser.run("document.querySelector('.figures').parentElement.style.cssText = 'overflow: visible; width: 500px'")
    assert not browser.run("return document.documentElement.scrollWidth <= innerWidth")


def test_pictures_have_their_place_before_they_are_loaded(browser: Browser, out: Path) -> None:
    """The page is as high before its pictures come as after."""
    visit(browser, out / "b1/index.html")
    browser.run("for (const i of document.images) i.removeAttribute('loading')")
    boxes = "return [...document.querySelectorAll('.pictures img')].map((e) => Math.round(e.offsetHeight))"
    before = browser.run("for (const i of document.images) { i.dataset.src = i.src; i.src = ''; }" + boxes)
    assert min(before) > 100
    browser.run("for (const i of document.images) if (i.dataset.src) i.src = i.dataset.src")
    browser.run("return Promise.all([...document.querySelectorAll('.pictures img')].map((i) => i.decode()))")
    assert browser.run(boxes) == before


def test_pictures_lie_on_paper_that_does_not_glare(browser: Browser, out: Path) -> None:
    ground = "return getComputedStyle(document.querySelector('.paper')).backgroundColor"
    blend = "return getComputedStyle(document.querySelector('.paper img')).mixBlendMode"
    visit(browser, out / "a1/index.html")
    assert browser.run(ground) == "rgb(255, 255, 255)"
    browser.like(*LAPTOP, "dark")
    grey = [int(part) for part in browser.run(ground)[4:-1].split(",")]
    assert max(grey) < 225
    assert browser.run(blend) == "multiply"


def test_chapters_lead_to_their_places(browser: Browser, out: Path) -> None:
    visit(browser, out / "index.html")
    chapters = browser.run("return [...document.querySelectorAll('.chapters a')].map((a) => a.textContent)")
    assert chapters == list(catalogue.CHAPTERS)
    headings = browser.run("return [...document.querySelectorAll('h2')].map((h) => h.textContent)")
    assert headings == chapters
    browser.run("document.querySelectorAll('.chapters a')[1].click()")
    assert place(browser).endswith("index.html#chapter-b")


def test_cards_are_found_by_typing(browser: Browser, out: Path) -> None:
    from selenium.webdriver.common.keys import Keys

    cards = "return [...document.querySelectorAll('.card')].filter((c) => c.offsetHeight).map((c) => c.dataset.name)"
    visit(browser, out / "index.html")
    assert browser.run(cards) == catalogue.names()
    browser.press("/", *"SOFTmax unit")
    assert browser.run(cards) == ["b1"]
    assert browser.text("#found") == f"1 of {len(catalogue.names())}"
    assert browser.run("return [...document.querySelectorAll('h2')].filter((h) => h.offsetHeight).length") == 1
    browser.press(*[Keys.BACKSPACE] * 12)
    assert browser.run(cards) == catalogue.names()


def test_a_card_opens_its_demo_and_its_badge_the_steps(browser: Browser, out: Path) -> None:
    visit(browser, out / "index.html")
    browser.run("document.querySelector('[data-name=b1] .badge.steps').click()")
    assert place(browser) == "b1/steps.html"
    visit(browser, out / "index.html")
    card = browser.driver.find_element("css selector", "[data-name=b1]")
    # The middle of the card, which is its picture.
    card.click()
    assert place(browser) == "b1/index.html"


def test_arrows_lead_from_demo_to_demo(browser: Browser, out: Path) -> None:
    from selenium.webdriver.common.keys import Keys

    visit(browser, out / "a1/index.html")
    seen = []
    for key in (Keys.ARROW_LEFT, Keys.ARROW_RIGHT, Keys.ARROW_RIGHT, Keys.ARROW_RIGHT, Keys.ARROW_LEFT):
        browser.press(key)
        seen.append(place(browser).split("/")[0])
    assert seen == ["a1", "b1", "check", "check", "b1"]
    browser.run("document.querySelector('nav a').click()")
    assert place(browser).endswith("index.html#chapter-b")


def test_arrows_scroll_what_has_the_focus(browser: Browser, out: Path) -> None:
    from selenium.webdriver.common.keys import Keys

    browser.like(*PHONE)
    visit(browser, out / "b1/index.html")
    browser.run("document.querySelector('details[open] pre, .printed').focus()")
    browser.run("const e = document.activeElement; e.style.width = '100px'")
    browser.press(Keys.ARROW_RIGHT)
    assert place(browser) == "b1/index.html"


def test_pictures_open_large(browser: Browser, out: Path) -> None:
    """By click and by key; arrows go on, Escape ends, and the focus comes back to the picture."""
    from selenium.webdriver.common.keys import Keys

    large = "const d = document.getElementById('large'); return d.open && d.querySelector('img').src.split('/').at(-1)"
    focus = "return document.activeElement.getAttribute('href')"
    visit(browser, out / "a1/index.html")
    files = browser.run("return [...document.querySelectorAll('a.paper')].map((a) => a.getAttribute('href'))")
    assert len(files) >= 3
    browser.run("[...document.querySelectorAll('a.paper')].at(-2).click()")
    assert browser.run(large) == files[-2]
    browser.press(Keys.ARROW_RIGHT)
    assert browser.run(large) == files[-1]
    assert browser.text("#large-caption").endswith(f"({len(files)} of {len(files)})")
    browser.press(Keys.ARROW_RIGHT)
    assert browser.run(large) == files[0]
    browser.press(Keys.ARROW_LEFT)
    assert browser.run(large) == files[-1]
    picture = "return document.getElementById('large-picture').getBoundingClientRect().toJSON()"
    box = browser.run(picture)
    assert box["left"] >= 0
    assert box["right"] <= LAPTOP[0]
    assert box["bottom"] <= LAPTOP[1]
    assert box["height"] > 0.7 * LAPTOP[1]
    assert browser.run(COMPLAINTS) == []
    browser.press("z")
    assert browser.run("return document.querySelector('.sheet').scrollHeight > innerHeight")
    browser.press(Keys.ESCAPE)
    assert browser.run(large) is False
    assert browser.finds(files[-1], focus)
    assert place(browser) == "a1/index.html"
    browser.press("f")
    assert browser.run(large)
    browser.click("large-close")
    assert browser.run(large) is False


def test_code_is_hidden_by_a_key_on_all_pages(browser: Browser, out: Path) -> None:
    shown = "return [...document.querySelectorAll('details.code')].filter((d) => d.open).length"
    visit(browser, out / "a1/index.html")
    assert browser.run(shown) == len([kind for kind, _ in catalogue.cells("a1") if kind == "code"]) - 1
    browser.press("c")
    assert browser.run(shown) == 0
    visit(browser, out / "b1/index.html")
    assert browser.run(shown) == 0
    browser.click("code")
    assert browser.run(shown) > 2


def test_the_steps_play_in_the_page(browser: Browser, out: Path) -> None:
    visit(browser, out / "a1/index.html")
    frame = browser.driver.find_element("css selector", "iframe")
    browser.run("arguments[0].scrollIntoView()", frame)
    browser.driver.switch_to.frame(frame)
    browser.driver.implicitly_wait(5)
    try:
        browser.click("next")
        browser.click("next")
        assert browser.step == 2
    finally:
        browser.driver.implicitly_wait(0)
        browser.driver.switch_to.default_content()
    browser.run("document.querySelector('a.open').click()")
    assert place(browser) == "a1/steps.html"
    browser.click("last")
    assert browser.step == browser.last > 5


def test_on_a_phone_the_steps_open_by_themselves(browser: Browser, out: Path) -> None:
    browser.like(*PHONE)
    visit(browser, out / "a1/index.html")
    assert browser.run("return document.querySelector('iframe').offsetHeight") == 0
    assert browser.run("return document.querySelector('a.open').offsetHeight") >= 44
    browser.driver.find_element("css selector", "a.open").click()
    assert place(browser) == "a1/steps.html"


def test_on_paper_nothing_is_folded(browser: Browser, out: Path) -> None:
    visit(browser, out / "b1/index.html")
    folded = "return document.querySelectorAll('details:not([open])').length"
    assert browser.run(folded) == 1
    browser.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    browser.run("window.dispatchEvent(new Event('beforeprint'))")
    assert browser.run(folded) == 0
    assert browser.run("return document.querySelector('nav').offsetHeight") == 0
    browser.run("window.dispatchEvent(new Event('afterprint'))")
    assert browser.run(folded) == 1


def test_without_script_the_pages_are_whole(browser: Browser, out: Path) -> None:
    browser.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        visit(browser, out / "index.html")
        assert not browser.driver.find_element("id", "search").is_displayed()
        browser.driver.find_element("css selector", "[data-name=a1] h3 a").click()
        assert not browser.driver.find_element("id", "code").is_displayed()
        assert "∂g/∂x" in browser.driver.find_element("tag name", "main").text
        browser.driver.find_element("css selector", "a.paper").click()
        assert place(browser) == "a1/forward.svg"
    finally:
        browser.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


def test_reduced_motion_is_respected(browser: Browser, out: Path) -> None:
    moves = "return getComputedStyle(document.querySelector('.card')).transitionDuration"
    visit(browser, out / "index.html")
    assert browser.run(moves) == "0.15s"
    browser.like(*LAPTOP, motion="reduce")
    assert browser.run(moves) == "0s"


def test_the_focus_is_seen(browser: Browser, out: Path) -> None:
    from selenium.webdriver.common.keys import Keys

    seen = """
        const e = document.activeElement, s = getComputedStyle(e), t = getComputedStyle(e, '::after');
        return [e.tagName, [s, t].some((o) => o.outlineStyle !== 'none' && parseFloat(o.outlineWidth) >= 2)];
    """
    for page in ("index.html", "a1/index.html"):
        visit(browser, out / page)
        for _ in range(14):
            browser.press(Keys.TAB)
            tag, visible = browser.run(seen)
            if tag not in ("IFRAME", "BODY"):
                assert visible, (page, tag)
