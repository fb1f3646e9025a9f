"""The timeline's chart: drawn under the strict policy, brushed, and the same without it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect
from search.making import embed, said
from store.making import one

from desk.e2e.looking import DESK, PHONE, Opener, Screen
from desk.e2e.serving import serving
from onrecord.store.writer import Writer, prepare

DAYS = 40  # one statement a day from 1 March 2031


@pytest.fixture(scope="module")
def speaker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """The address of a desk, and the path of one who is on record on forty days."""
    db = tmp_path_factory.mktemp("speaker") / "speaker.db"
    with Writer(db, embed) as writer:
        for number in range(DAYS):
            day = f"2031-03-{number + 1:02}" if number < 31 else f"2031-04-{number - 30:02}"
            record = said(number, f"boat {number} sails", name="Mara Vinter", qid="Q900001", published=day,
                          kind=("direct", "mixed", "indirect")[number % 3], outlet=f"Outlet {number % 2}")  # fmt: skip
            writer.add(prepare(record, embed))
    with serving(db) as address:
        yield address, f"/speaker/{one(db, 'SELECT key FROM person')}"


def drawn(opened: Opener, speaker: tuple[str, str], screen: Screen = DESK, asked: str = "") -> Page:
    address, path = speaker
    page = opened(address, screen)
    page.goto(path + asked)
    page.wait_for_selector(".chart canvas")
    return page


def brush(page: Page, start: float, end: float) -> None:
    """Draw across the chart, from one part of its width to another."""
    box = page.locator(".chart canvas").bounding_box()
    assert box
    page.mouse.move(box["x"] + start * box["width"], box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + (start + end) / 2 * box["width"], box["y"] + 60, steps=4)
    page.mouse.move(box["x"] + end * box["width"], box["y"] + 60, steps=4)
    page.mouse.up()


@pytest.mark.parametrize("screen", [DESK, PHONE, Screen(1440, "dark"), Screen(390, "dark")], ids=str)
def test_it_is_drawn_and_breaks_no_policy(opened: Opener, speaker: tuple[str, str], screen: Screen) -> None:
    page = drawn(opened, speaker, screen)  # what the console tells fails the test
    canvas = page.locator(".chart canvas")
    expect(page.locator(".chart")).to_have_attribute("role", "img")
    box = canvas.bounding_box()
    assert box
    assert screen.width * 0.6 < box["width"] <= screen.width
    colours = canvas.evaluate(
        "c => new Set(new Uint32Array(c.getContext('2d').getImageData(0, 0, c.width, c.height).data.buffer)).size"
    )
    assert colours > 10  # of an empty one: 1
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_brushing_chooses_the_days_and_is_kept_in_the_address(opened: Opener, speaker: tuple[str, str]) -> None:
    page = drawn(opened, speaker)
    with page.expect_response(re.compile("since=")) as answered:
        brush(page, 0.3, 0.5)
    assert "<html" not in answered.value.text()
    expect(page.locator(".shown h2")).not_to_have_text("40 statements in 40 articles")
    shown = int(page.locator(".shown h2").inner_text().split()[0])
    assert 6 <= shown <= 11  # a fifth of forty days, whole days at both ends
    since, until = page.locator("#since").input_value(), page.locator("#until").input_value()
    assert f"since={since}&until={until}" in page.url
    assert page.locator("#told").inner_text().startswith(f"{shown} statements")
    assert page.locator(".hit").count() == shown

    page.reload()
    page.wait_for_selector(".chart canvas")
    assert int(page.locator(".shown h2").inner_text().split()[0]) == shown
    page.wait_for_timeout(600)  # the brush that stands there from the beginning asks for nothing
    assert f"since={since}&until={until}" in page.url


def test_a_click_shows_all_days_again(opened: Opener, speaker: tuple[str, str]) -> None:
    page = drawn(opened, speaker, asked="?since=2031-03-10&until=2031-03-12")
    expect(page.locator(".hit")).to_have_count(3)
    box = page.locator(".chart canvas").bounding_box()
    assert box
    page.mouse.click(box["x"] + 0.9 * box["width"], box["y"] + 60)
    expect(page.locator(".shown h2")).to_have_text("40 statements in 40 articles")
    assert "since" not in page.url
    assert page.locator("#since").input_value() == ""


def test_laying_out_the_chart_chooses_nothing(opened: Opener, speaker: tuple[str, str]) -> None:
    page = drawn(opened, speaker, asked="?since=2031-02-01&until=2031-03-12")
    page.set_viewport_size({"width": 700, "height": 900})
    page.wait_for_timeout(1_000)
    assert page.locator("#since").input_value() == "2031-02-01"
    assert page.url.endswith("?since=2031-02-01&until=2031-03-12")
    expect(page.locator(".chart canvas")).to_have_count(1)


def test_going_back_brings_back_the_days_before_with_the_chart(opened: Opener, speaker: tuple[str, str]) -> None:
    page = drawn(opened, speaker)
    with page.expect_response(re.compile("since=")):
        brush(page, 0.3, 0.5)
    expect(page.locator(".hit")).not_to_have_count(20)
    page.go_back()
    expect(page.locator(".shown h2")).to_have_text("40 statements in 40 articles")
    expect(page.locator(".chart canvas")).to_be_visible()
    assert page.locator("#since").input_value() == ""


def test_the_dates_do_the_same_by_keyboard(opened: Opener, speaker: tuple[str, str]) -> None:
    page = drawn(opened, speaker)
    page.locator("#since").fill("2031-03-10")  # the order of day and month is the browser's
    page.locator("#until").fill("2031-03-12")
    page.locator("#until").focus()
    with page.expect_response(re.compile("since=2031-03-10&until=2031-03-12")):
        page.keyboard.press("Enter")
    expect(page.locator(".hit")).to_have_count(3)
    expect(page.locator("#told")).to_contain_text("3 statements from 10 March 2031 to 12 March 2031")


def test_filters_stay_while_days_are_chosen(opened: Opener, speaker: tuple[str, str]) -> None:
    page = drawn(opened, speaker)
    page.get_by_role("link", name="Outlet 1").first.click()
    page.wait_for_selector(".chart canvas")
    expect(page.locator(".shown h2")).to_have_text("20 statements in 20 articles")
    page.locator("#since").fill("2031-03-10")
    page.get_by_role("button", name="Show").click()
    page.wait_for_url(re.compile("since=2031-03-10"))
    assert "outlet=Outlet+1" in page.url or "outlet=Outlet%201" in page.url


def test_the_colours_follow_the_reader_s(opened: Opener, speaker: tuple[str, str]) -> None:
    page = drawn(opened, speaker)
    before = page.locator(".chart canvas").screenshot()
    page.emulate_media(color_scheme="dark")
    page.wait_for_timeout(400)
    page.wait_for_selector(".chart canvas")
    assert page.locator(".chart canvas").count() == 1
    assert page.locator(".chart canvas").screenshot() != before


def test_without_scripts_the_table_and_the_dates_say_and_do_the_same(opened: Opener, speaker: tuple[str, str]) -> None:
    address, path = speaker
    page = opened(address, Screen(390, scripts=False))
    page.goto(path)
    page.locator(".numbers summary").click()
    expect(page.locator(".numbers tbody tr")).to_have_count(DAYS)
    page.locator("#since").fill("2031-03-10")
    page.locator("#until").fill("2031-03-12")
    page.get_by_role("button", name="Show").click()
    expect(page.locator(".hit")).to_have_count(3)
    expect(page.locator(".shown h2")).to_have_text("3 statements in 3 articles")


def test_a_chart_that_cannot_be_drawn_leaves_the_page_whole(opened: Opener, speaker: tuple[str, str]) -> None:
    address, path = speaker
    page = opened(address)
    page.route("**/vendor/vega-lite*", lambda route: route.fulfill(body="", content_type="text/javascript"))
    page.goto(path)
    expect(page.locator(".hit")).to_have_count(20)
    expect(page.locator(".chart")).to_be_hidden()
