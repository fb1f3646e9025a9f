"""Pages of a desk as a reader sees them, watched for whatever goes wrong unseen."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Response


@dataclass(frozen=True, slots=True)
class Screen:
    """What a page is looked at on. ``width`` in CSS pixels."""

    width: int = 1440
    scheme: Literal["light", "dark"] = "light"
    scripts: bool = True

    def __str__(self) -> str:
        """Its name in the tests'."""
        return f"{self.width} {self.scheme}"


PHONE, DESK = Screen(390), Screen(1440)
SCREENS = (PHONE, DESK, Screen(390, "dark"), Screen(1440, "dark"))

# What a browser gives up itself: a download in place of a page, a stream or a search that another page cuts off.
GIVEN_UP = "net::ERR_ABORTED"


@dataclass
class Watch:
    """What went wrong on the pages that were opened. ``expected``: statuses of answers that the test is about."""

    wrong: list[str] = field(default_factory=list)
    expected: set[int] = field(default_factory=set)
    answers: list[Response] = field(default_factory=list)

    def over(self, page: Page, address: str) -> None:
        """Watch this page, which may ask nobody but the desk at ``address``."""
        ours = urlsplit(address).netloc

        def asked(request: Request) -> None:
            parts = urlsplit(request.url)
            if parts.scheme not in ("data", "blob") and parts.netloc != ours:
                self.wrong.append(f"{page.url}: asked another host for {request.url}")

        def answered(response: Response) -> None:
            self.answers.append(response)
            if response.status >= 400 and response.status not in self.expected:
                self.wrong.append(f"{page.url}: {response.status} for {response.url}")

        def failed(request: Request) -> None:
            if request.failure != GIVEN_UP:
                self.wrong.append(f"{page.url}: {request.failure} for {request.url}")

        def told(message: ConsoleMessage) -> None:
            # The statuses of answers are watched above. Breaches of the Content-Security-Policy are told as errors.
            if message.type == "error" and "the server responded with a status of" not in message.text:
                self.wrong.append(f"{page.url}: the console tells: {message.text}")

        page.on("request", asked)
        page.on("response", answered)
        page.on("requestfailed", failed)
        page.on("console", told)
        page.on("pageerror", lambda error: self.wrong.append(f"{page.url}: {error}"))


@dataclass(frozen=True)
class Opener:
    """Opens pages, each in a context of its own: nothing cached, nobody signed in."""

    browser: Browser
    watch: Watch
    contexts: ExitStack

    def __call__(self, address: str, screen: Screen = DESK) -> Page:
        """A blank page that takes paths of the desk at ``address``: ``page.goto("/about")``."""
        context = self.browser.new_context(
            base_url=address,
            viewport={"width": screen.width, "height": 844 if screen.width < 600 else 900},
            color_scheme=screen.scheme,
            java_script_enabled=screen.scripts,
            locale="en-GB",
        )
        context.set_default_timeout(10_000)
        self.contexts.callback(context.close)
        page = context.new_page()
        self.watch.over(page, address)
        return page
