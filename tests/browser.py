"""Journeys in Debian's Chromium: pages opened as an account, axe, and a watch over what a page asks for.

    def test_something(visit, live_server):
        page = visit("/brent-lewisham-southwark/", user=clerk, width=390)
        assert_axe(page)

Every page is watched: at the end of the test, a request to another host, an error in the console (a refused style or
script among them) or an exception in a script fails it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Page, Request, expect, sync_playwright

from portal.models import User

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# A busy machine takes its time.
expect.set_options(timeout=30_000)
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
# Asked for by the page itself without the network.
_INSIDE = {"data", "blob", "about"}


@dataclass
class Watch:
    """What the pages of one context did that they should not."""

    home: str
    runs_scripts: bool = True
    foreign: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)

    def request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in _INSIDE and parts.netloc != self.home:
            self.foreign.append(request.url)

    def console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.errors.append(f"{message.text} ({message.location.get('url', '')})")

    def exception(self, error: Error) -> None:
        self.errors.append(str(error))

    def unexpected(self) -> list[str]:
        return [error for error in self.errors if not any(words in error for words in self.expected)]


_watches: dict[BrowserContext, Watch] = {}

Visit = Callable[..., Page]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.fail(f"{CHROMIUM} is missing. Install the Debian package chromium.")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield launched
        launched.close()


@pytest.fixture
def visit(browser: Browser, live_server) -> Iterator[Visit]:  # type: ignore[no-untyped-def]
    """Opens a path as an account (None: the public) in a window of its own. Returns Playwright's page."""
    opened: list[BrowserContext] = []

    def open_page(
        path: str,
        *,
        user: User | None = None,
        width: int = 1280,
        height: int = 900,
        dark: bool = False,
        javascript: bool = True,
    ) -> Page:
        context = browser.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
            java_script_enabled=javascript,
            locale="en-GB",
            timezone_id="Europe/London",
        )
        opened.append(context)
        watch = _watches[context] = Watch(urlsplit(live_server.url).netloc, javascript)
        context.on("request", watch.request)
        context.on("console", watch.console)
        context.on("weberror", lambda error: watch.exception(error.error))
        if user is not None:
            client = Client()
            client.force_login(user, backend="portal.signin.PortalBackend")
            cookie = client.cookies[settings.SESSION_COOKIE_NAME]
            context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
        page = context.new_page()
        page.goto(path)
        return page

    yield open_page
    watches = [_watches.pop(context) for context in opened]
    for context in opened:
        context.close()
    for watch in watches:
        assert watch.foreign == []
        assert watch.unexpected() == []


def expect_error(page: Page, words: str) -> None:
    """Say beforehand that the console will hold an error with these words: an answer of 404, for one."""
    _watches[page.context].expected.append(words)


def _needs_scripts(page: Page) -> None:
    """Asking a page without scripts anything would wait for ever."""
    assert _watches[page.context].runs_scripts, "axe and sizes need a page that runs scripts"


def assert_axe(page: Page) -> None:
    """No violation of WCAG 2.2 AA, nor of axe's good practice."""
    _needs_scripts(page)
    violations = Axe().run(page, options=RULES).response["violations"]
    found = [
        f"{violation['id']}: {violation['help']} at {node['target']}: {node['html'][:160]}"
        for violation in violations
        for node in violation["nodes"]
    ]
    assert found == [], f"{page.url}\n" + "\n".join(found)


def assert_no_foreign_requests(page: Page) -> None:
    """Nothing has been asked of any other host so far."""
    assert _watches[page.context].foreign == []


def assert_fits(page: Page) -> None:
    """The page itself never scrolls sideways; wide tables do so inside their region."""
    _needs_scripts(page)
    widths = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert widths[0] <= widths[1], f"{page.url} is {widths[0]} px wide in a window of {widths[1]} px"
