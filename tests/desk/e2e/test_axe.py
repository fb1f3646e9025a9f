"""What axe-core finds: nothing, on any page, light or dark, on a phone or a desk."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from desk.e2e.looking import SCREENS, Opener, Screen, Watch
from desk.e2e.places import Places, names

# WCAG 2.2, A and AA, and what Deque holds to be good practice. Target size (2.5.8) is off in axe-core unless asked for.
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "rules": {"target-size": {"enabled": True}},
    "resultTypes": ["violations"],
}

WIDTHS = (320, 360, 390, 768, 1024, 1440, 2560)  # CSS pixels; 320 is what 400 % of 1280 leaves (WCAG 1.4.10)

on_every_screen = pytest.mark.parametrize("screen", SCREENS, ids=str)


def found(page: Page) -> str:
    """What shuts people out on this page: the rule, the element, and what is wrong with it."""
    results = Axe().run(page, options=RULES)
    return "\n".join(
        f"{rule['id']} ({rule['impact']}): {node['html'][:200]}\n    {node['failureSummary']}"
        for rule in results.response["violations"]
        for node in rule["nodes"]
    )


@on_every_screen
@pytest.mark.parametrize("name", names())
def test_a_page_shuts_nobody_out(
    opened: Opener, watch: Watch, reading_desk: str, places: Places, name: str, screen: Screen
) -> None:
    watch.expected |= {400, 404}
    page = opened(reading_desk, screen)
    page.goto(places.all[name], wait_until="load")
    assert found(page) == ""


@on_every_screen
@pytest.mark.parametrize("name", ["front", "article", "search", "review of a statement", "add"])
def test_an_unfolded_page_shuts_nobody_out(
    opened: Opener, reading_desk: str, places: Places, name: str, screen: Screen
) -> None:
    page = opened(reading_desk, screen)
    page.goto(places.all[name], wait_until="load")
    page.evaluate(
        "for (const one of document.querySelectorAll('details')) { one.removeAttribute('name'); one.open = true; }"
    )
    page.wait_for_timeout(300)  # what comes into sight may fade in
    assert found(page) == ""


@on_every_screen
@pytest.mark.parametrize("path", ["/", "/search?q=dam", "/review", "/add"])
def test_an_empty_desk_shuts_nobody_out(opened: Opener, empty_desk: str, path: str, screen: Screen) -> None:
    page = opened(empty_desk, screen)
    page.goto(path)
    assert found(page) == ""


@pytest.mark.parametrize("name", names())
def test_a_page_is_no_wider_than_its_screen(
    opened: Opener, watch: Watch, reading_desk: str, places: Places, name: str
) -> None:
    watch.expected |= {400, 404}
    page = opened(reading_desk)
    page.goto(places.all[name])
    too_wide = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_timeout(100)  # scripts put things elsewhere
        if page.evaluate("document.documentElement.scrollWidth") > width:
            too_wide.append(width)
    assert not too_wide


def test_axe_is_awake(opened: Opener, reading_desk: str) -> None:
    page = opened(reading_desk)
    page.goto("/about")
    page.evaluate("document.querySelector('main').append(document.createElement('button'))")
    assert "button-name" in found(page)
