"""The front page: what it leads to, and what it says where there is nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from lxml.html import HtmlElement, fromstring
from search.making import embed, fill, said
from starlette.testclient import TestClient

from onrecord.serve.desk.pages import front as module
from onrecord.store.writer import Writer, prepare

Desk = Callable[..., TestClient]


def words(element: HtmlElement) -> str:
    return " ".join(element.text_content().split())


@pytest.fixture
def page(desk: Desk) -> HtmlElement:
    answer = desk().get("/")
    assert answer.status_code == 200, answer.text
    return fromstring(answer.text)


def test_every_link_leads_somewhere(desk: Desk) -> None:
    client = desk()
    addresses = set(fromstring(client.get("/").text).xpath("//main//a/@href"))
    assert len(addresses) > 20
    for address in sorted(addresses)[::4]:
        if not address.startswith("#"):
            assert client.get(address).status_code == 200, address


def test_each_bar_is_a_link_to_its_day_and_says_how_many(page: HtmlElement) -> None:
    bars = page.xpath("//ol[@class='bars']/li")
    assert len(bars) == 30
    for link in page.xpath("//ol[@class='bars']//a"):
        asked = parse_qs(urlsplit(link.get("href")).query)
        assert asked["since"] == asked["until"]
        assert re.match(r"\d+ \w+ \d{4}: [\d,]+ statements?", words(link))
        assert link.xpath("svg[@aria-hidden='true']/rect")


def test_counts_are_what_the_search_they_lead_to_finds(desk: Desk) -> None:
    client = desk()
    chips = fromstring(client.get("/").text).xpath("//a[@class='chip']")
    assert chips
    for chip in chips:
        found = client.get(f"/api/v1/statements?{urlsplit(chip.get('href')).query}")
        assert found.json()["total"] == int(chip.xpath("b")[0].text.replace(",", "")), chip.get("href")


def test_an_empty_ledger_says_how_to_begin(desk: Desk, tmp_path: Path) -> None:
    shown = fromstring(desk(db=tmp_path / "new.db").get("/").text)
    assert "Nothing is on record yet" in words(shown)
    assert shown.xpath("//form[@action='/add']")
    assert len(shown.xpath("//h1")) == 1


def test_who_only_reads_is_given_no_form(desk: Desk) -> None:
    shown = fromstring(desk(read_only=True).get("/").text)
    assert not shown.xpath("//form[@action='/add']")
    assert not shown.xpath("//nav//a[@href='/review']")


def test_a_statement_without_a_day_of_publication(desk: Desk, tmp_path: Path) -> None:
    shown = fromstring(desk(db=fill(tmp_path / "one.db", [said(1, "it is safe")])).get("/").text)
    assert "undated" in words(shown)
    assert not shown.xpath("//ol[@class='bars']")


def test_what_is_added_is_there_at_once(desk: Desk, tmp_path: Path) -> None:
    db = fill(tmp_path / "one.db", [said(1, "it is safe", published="2031-04-05")])
    client = desk(db=db)
    assert "the harbour is shut" not in client.get("/").text
    with Writer(db, embed) as writer:
        writer.add(prepare(said(2, "the harbour is shut", published="2031-04-06"), embed))
    after = client.get("/").text
    assert "the harbour is shut" in after
    assert "2 statements" in words(fromstring(after))


def test_what_is_shown_again_is_not_asked_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    client = desk()
    first = client.get("/").text

    def never(*_: object) -> None:
        raise AssertionError("asked again")

    monkeypatch.setattr(module, "lately", never)
    monkeypatch.setattr(module, "totals", never)
    assert client.get("/").text == first


def test_no_name_is_markup(page: HtmlElement) -> None:
    assert not [one for one in page.xpath("//script") if not one.get("src")]
    assert not page.xpath("//*[@style] | //style | //*[@onclick]")
