"""A text is added, read, searched, reviewed and exported: with the mouse, and by the keyboard alone."""

from __future__ import annotations

import csv
import re

import pytest
from playwright.sync_api import Locator, Page, expect

from desk.e2e.looking import DESK, PHONE, Opener, Screen

on_phone_and_desk = pytest.mark.parametrize("screen", [PHONE, DESK], ids=str)

TITLE = "Bakery in Halvorsund to reopen after strike"
TEXT = """HALVORSUND, Nov. 22 — The bakery by the Brandt gate will open again on Monday, its owner said on Saturday.

“Nobody buys a roll on strike pay,” Odalys Brenner told the Halvorsund Gazette. She promised free coffee for the first \
hundred customers.

The mayor, Thea Ravndal, said that she would be one of them."""
SAID = "Nobody buys a roll on strike pay"
ACCEPTED = re.compile("accepted", re.IGNORECASE)
SOON = 60_000  # ms: the first article that a desk reads waits for the model

# What has the focus, as a screen reader names it.
NAMED = """() => { const one = document.activeElement;
    const label = one.labels?.[0]?.textContent ?? one.getAttribute('aria-label') ?? one.textContent;
    return `${one.tagName.toLowerCase()} ${label.replace(/\\s+/g, ' ').trim()}`; }"""


@on_phone_and_desk
def test_with_the_mouse(opened: Opener, writing_desk: str, screen: Screen) -> None:
    page = opened(writing_desk, screen)

    page.goto("/")
    page.get_by_text("Paste a text").click()
    page.get_by_label("Text of the article").fill(TEXT)
    page.get_by_label("Headline").fill(TITLE)
    page.get_by_label("Published by").fill("Halvorsund Gazette")
    page.get_by_label("Published on").fill("2031-11-22")
    passed = _addresses(page)
    page.get_by_role("button", name="Read the text").click()
    page.wait_for_url("**/article/*", timeout=SOON)
    assert any("/jobs/" in address for address in passed), "no progress was shown"

    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
    page.locator(".text .content", has_text=SAID).first.hover()
    expect(page.locator(".entry.lit", has_text=SAID)).to_be_visible()

    page.get_by_role("searchbox", name="Search all statements").click()
    page.keyboard.insert_text("strike pay")
    page.keyboard.press("Enter")
    expect(_hit(page)).to_be_visible()
    page.get_by_role("link", name="Review", exact=True).click()
    page.get_by_label("Words").fill("strike pay")
    page.get_by_role("button", name="Show these").click()
    page.get_by_role("link", name=re.compile("^Begin")).click()
    expect(page.locator("#work .own").first).to_contain_text(SAID)
    page.wait_for_selector("html.scripting")
    page.get_by_role("button", name=re.compile("^Accept")).click()
    _accepted(page)

    page.goto("/search?q=strike+pay")
    with page.expect_download() as download:
        page.get_by_role("link", name="Table (CSV)").click()
    _exported(download.value.path())


@on_phone_and_desk
def test_by_the_keyboard_alone(opened: Opener, writing_desk: str, screen: Screen) -> None:
    page = opened(writing_desk, screen)
    keys = page.keyboard

    page.goto("/")
    _reach(page, "summary Paste a text")
    keys.press("Enter")
    _reach(page, "textarea Text of the article")
    keys.insert_text(TEXT)
    _reach(page, "input Headline")
    keys.type(TITLE)
    _reach(page, "input Published by")
    keys.type("Halvorsund Gazette")
    _reach(page, "input Published on")
    keys.type("11222031")  # the month first: without its package of languages, Debian’s Chromium speaks American
    _reach(page, "button Read the text")
    passed = _addresses(page)
    keys.press("Enter")
    page.wait_for_url("**/article/*", timeout=SOON)
    assert any("/jobs/" in address for address in passed), "no progress was shown"

    expect(page.locator("time[datetime^='2031-11-22']").first).to_be_visible()
    _reach(page, "a Skip to the content")
    keys.press("Enter")
    number = page.locator(".text .content", has_text=SAID).first.get_attribute("data-on")
    _reach(page, f"a Statement {number}")
    expect(page.locator(".entry.lit", has_text=SAID)).to_have_count(1)

    page.goto("/")
    _reach(page, "a Search")
    keys.press("Enter")
    page.wait_for_url("**/search")
    _reach(page, "input Search what was said")
    keys.type("strike pay")
    expect(_hit(page)).to_be_visible()  # as it is typed

    page.goto("/review?q=strike+pay")
    page.wait_for_selector("[data-do=begin]:focus")
    keys.press("Enter")
    expect(page.locator("#work .own").first).to_contain_text(SAID)
    page.wait_for_selector("html.scripting")  # keys are heard once the script runs
    keys.press("a")
    _accepted(page)

    page.goto("/search?q=strike+pay")
    _reach(page, "a Table (CSV)")
    with page.expect_download() as download:
        keys.press("Enter")
    _exported(download.value.path())


def _reach(page: Page, name: str, at_most: int = 200) -> None:
    """Go on by the tab key until what has the focus is named so."""
    been = []
    for _ in range(at_most):
        page.keyboard.press("Tab")
        been.append(page.evaluate(NAMED))
        if been[-1].startswith(name):
            _shows_that_it_has_the_focus(page)
            return
    raise AssertionError(f"{name!r} is not reached by the tab key, only {list(dict.fromkeys(been))}")


def _shows_that_it_has_the_focus(page: Page) -> None:
    style = "getComputedStyle(document.activeElement)"
    shown = page.evaluate(f"{style}.outlineStyle !== 'none' || {style}.boxShadow !== 'none'")
    assert shown, f"{page.evaluate(NAMED)!r} does not show that it has the focus"


def _addresses(page: Page) -> list[str]:
    """The addresses that the page goes to from now on."""
    passed: list[str] = []
    page.on("framenavigated", lambda frame: passed.append(frame.url))
    return passed


def _hit(page: Page) -> Locator:
    return page.locator(".hit", has_text=SAID).first


def _accepted(page: Page) -> None:
    """The queue, which had this one only, is at its end, and the decision is kept."""
    page.wait_for_url("**/review?q=strike+pay")
    expect(page.get_by_role("heading", level=1)).to_have_text("Nothing to look at")
    page.goto("/search?q=strike+pay&status=accepted")
    expect(_hit(page)).to_contain_text(ACCEPTED)


def _exported(path: object) -> None:
    with open(str(path), encoding="utf-8-sig", newline="") as file:
        exported = list(csv.DictReader(file))
    found = [row for row in exported if any(SAID in (value or "") for value in row.values())]
    assert found, f"{len(exported)} rows, none with the statement"
    assert any("accepted" in row.values() for row in found)
    assert any("Odalys Brenner" in row.values() for row in found)
