"""A headless Chromium, one for all tests of pages; where there is none, they are skipped."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter, sleep
from typing import Any

import pytest

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-first-run", "--disable-dev-shm-usage",
)  # fmt: skip


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    webdriver = pytest.importorskip("selenium.webdriver", reason="selenium is not installed")
    program, browser = shutil.which("chromedriver"), next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None or browser is None:
        pytest.skip("no Chromium with its driver on the PATH")
    options = webdriver.ChromeOptions()
    options.binary_location = browser
    for flag in (*FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('chromium')}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options, webdriver.ChromeService(program))
    yield driver
    driver.quit()


@pytest.fixture
def browser(chromium: Any, tmp_path: Path) -> Iterator["Browser"]:
    """The browser with no page and plain settings; whatever a page puts on the console fails its test."""
    browser = Browser(chromium, tmp_path)
    yield browser
    assert browser.console() == []


class Browser:
    """What the tests do with a page."""

    def __init__(self, driver: Any, folder: Path) -> None:
        self.driver, self.folder = driver, folder
        self.console()
        self.like(1280, 720)

    def like(self, width: int, height: int, scheme: str = "light", motion: str = "no-preference") -> None:
        """Have a screen of this size and a user with these wishes."""
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        wishes = [
            {"name": "prefers-color-scheme", "value": scheme},
            {"name": "prefers-reduced-motion", "value": motion},
        ]
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "", "features": wishes})

    def open(self, picture: Any) -> None:
        """Open the page of a picture or a film, from a file and without a network."""
        path = picture.save(self.folder / "page.html")
        self.driver.execute_cdp_cmd("Network.enable", {})
        offline = {"offline": True, "latency": 0, "downloadThroughput": 0, "uploadThroughput": 0}
        self.driver.execute_cdp_cmd("Network.emulateNetworkConditions", offline)
        self.driver.get(path.as_uri())

    def run(self, script: str, *arguments: Any) -> Any:
        return self.driver.execute_script(script, *arguments)

    def finds(self, value: Any, script: str) -> bool:
        """Whether a script gives this value within two seconds: events of the page come a moment later."""
        end = perf_counter() + 2
        while (found := bool(self.run(script) == value)) is False and perf_counter() < end:
            sleep(0.02)
        return found

    def console(self) -> list[str]:
        return [entry["message"] for entry in self.driver.get_log("browser")]

    def click(self, name: str) -> None:
        self.driver.find_element("id", name).click()

    def press(self, *keys: str) -> None:
        from selenium.webdriver.common.action_chains import ActionChains

        for key in keys:
            ActionChains(self.driver).send_keys(key).perform()

    def slide(self, step: int) -> None:
        """Move the slider as a hand does."""
        self.run(
            "const s = document.getElementById('slider'); s.value = arguments[0];"
            "s.dispatchEvent(new Event('input', {bubbles: true}))",
            step,
        )

    @property
    def step(self) -> int:
        return int(self.run("return document.getElementById('slider').valueAsNumber"))

    @property
    def last(self) -> int:
        return int(self.run("return Number(document.getElementById('slider').max)"))

    def text(self, selector: str) -> str:
        """What is seen of an element, on one line."""
        return " ".join(self.run("return document.querySelector(arguments[0]).innerText", selector).split())

    def shown(self, node: str) -> list[str]:
        """The texts that are seen in a part of the drawing, in their order."""
        script = """
            return [...document.getElementById(arguments[0]).querySelectorAll('text')]
                .filter((t) => getComputedStyle(t).visibility === 'visible').map((t) => t.textContent.trim())
        """
        return [text for text in self.run(script, node) if text]

    def state(self) -> str:
        """All that can be seen: of the drawing, of the list and of the card."""
        return str(
            self.run("""
                const seen = (e) => getComputedStyle(e).visibility === 'visible';
                const texts = [...document.querySelectorAll('.graph text')].map((t) => seen(t) ? t.textContent : '');
                const lit = [...document.querySelectorAll('.graph .lit, .graph .goal')].map((e) => e.id);
                const list = [...document.querySelectorAll('.equations > li')].map((e) => e.className);
                return JSON.stringify([texts, lit, list, document.getElementById('card').innerText,
                    document.getElementById('count').textContent])
            """)
        )
