"""The desk with scripts turned off: everything can be found, read and reviewed."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from desk.e2e.looking import Opener, Screen
from desk.e2e.places import LONGEST, SPEAKER, Places

pytestmark = pytest.mark.parametrize("screen", [Screen(390, scripts=False), Screen(1440, scripts=False)], ids=str)


def test_the_front_page_leads_to_articles_and_people(opened: Opener, reading_desk: str, screen: Screen) -> None:
    page = opened(reading_desk, screen)
    page.goto("/")
    main = page.get_by_role("main")
    assert main.locator("a[href^='/article/']").count() > 0
    assert main.locator("a[href^='/speaker/']").count() > 0
    expect(main.get_by_label("Address of an article")).to_be_visible()


def test_the_search_in_the_masthead_finds(opened: Opener, reading_desk: str, screen: Screen) -> None:
    page = opened(reading_desk, screen)
    page.goto("/about")
    box = page.get_by_role("searchbox", name="Search all statements")
    box.fill("reservoir")
    box.press("Enter")
    expect(page).to_have_url(re.compile(r"/search\?q=reservoir"))
    assert page.locator(".hit").count() > 0


def test_a_search_is_narrowed_by_a_facet(opened: Opener, reading_desk: str, screen: Screen) -> None:
    page = opened(reading_desk, screen)
    page.goto("/search?q=ferry")
    _unfold(page)
    counting = page.get_by_role("link", name="Count who said it")
    if counting.count():  # of many statements it is counted only when asked
        counting.click()
        _unfold(page)
    page.get_by_role("link", name=re.compile("^Kesterley Post")).click()
    outlets = page.locator(".hit .where").all_inner_texts()
    assert outlets
    assert all("Kesterley Post" in outlet for outlet in outlets)
    expect(page.get_by_role("list", name="Filters chosen")).to_contain_text("Kesterley Post")


def _unfold(page: Page) -> None:
    """Where the screen is small, what narrows a search is folded."""
    if not page.locator("#narrow .facets").is_visible():
        page.locator("#narrow summary").click()


def test_an_article_is_read_with_its_statements(
    opened: Opener, reading_desk: str, places: Places, screen: Screen
) -> None:
    page = opened(reading_desk, screen)
    page.goto(f"/article/{LONGEST}#{places.statement}")
    expect(page.get_by_role("heading", level=1)).to_contain_text("At dam hearing, a signature")
    expect(page.get_by_role("main")).to_contain_text("Concrete talks slowly, but it does talk")
    assert page.locator("main mark, main [data-statement], main .content").count() >= 40


def test_a_speaker_is_told_of(opened: Opener, reading_desk: str, places: Places, screen: Screen) -> None:
    page = opened(reading_desk, screen)
    page.goto(places.all["speaker"])
    expect(page.get_by_role("heading", level=1)).to_contain_text(SPEAKER)
    assert page.locator("main blockquote").count() > 0


def test_a_statement_is_reviewed(opened: Opener, writing_desk: str, places: Places, screen: Screen) -> None:
    page = opened(writing_desk, screen)
    page.goto(places.all["review of a statement"])
    page.get_by_role("main").get_by_role("button", name=re.compile("^Accept")).click()
    page.goto(places.all["statement"])
    expect(page.get_by_role("main")).to_contain_text(re.compile("accepted", re.IGNORECASE))
    expect(page.get_by_role("main")).to_contain_text("Ines Vold")


def test_a_text_is_added(opened: Opener, writing_desk: str, screen: Screen) -> None:
    page = opened(writing_desk, screen)
    page.goto("/add")
    page.get_by_label("Text of the article").fill(
        "SKARVIK, Nov. 22 — The new ferry smells of paint, the grocer said on Saturday.\n\n"
        "“It smells of paint, but it floats,” said Jonna Reyes, who keeps the island’s grocery."
    )
    page.get_by_label("Published on").fill("2031-11-22")
    page.get_by_role("button", name="Read the text").click()
    again = page.get_by_role("link", name="Look again")
    for _ in range(60):
        if not again.count():
            break
        page.wait_for_timeout(1000)
        again.click()
    page.get_by_role("link", name="Read the article").click()
    expect(page.get_by_role("main")).to_contain_text("it floats")
