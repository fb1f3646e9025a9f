"""The article's page: its marks, its margin, and what leads where."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from lxml.html import HtmlElement, fromstring
from records import harbour, record
from search.making import embed, fill, view
from starlette.testclient import TestClient
from store.making import copy_of_the_wire

from onrecord.serve.desk.margin import Margin
from onrecord.serve.desk.marked import WIDEST, marking, paragraphs
from onrecord.store.around import around
from onrecord.store.corrections import Standing
from onrecord.store.rows import Kept
from onrecord.store.writer import Writer
from onrecord.types import Article, Record

Desk = Callable[..., TestClient]


@pytest.fixture
def page(desk: Desk, tmp_path: Path) -> Callable[..., HtmlElement]:
    """The page of the only article of a ledger of this record, or of the first of several."""

    def shown(*records: Record) -> HtmlElement:
        client = desk(db=fill(tmp_path / "one.db", records))
        answer = client.get(f"/article/{records[0].article.id}")
        assert answer.status_code == 200, answer.text
        return fromstring(answer.text)

    return shown


def standing(one: Record) -> Standing:
    kept = tuple(Kept(at, f"k{at}", at, retained=False) for at in range(len(one.statements)))
    return Standing(one, kept, ("open",) * len(kept), (False,) * len(kept))


def words(element: HtmlElement) -> str:
    return " ".join(element.text_content().split())


def text_of(paragraph: str) -> str:
    """A paragraph without its marks."""
    return html.unescape(re.sub(r'<a class="n".*?</a>|<[^>]+>', "", paragraph))


def test_marks_change_no_character_of_the_text() -> None:
    one = harbour()
    told = [text_of(str(paragraph)) for paragraph in paragraphs(marking(standing(one)))]
    assert told == one.article.text.split("\n\n")


def test_every_statement_is_numbered_where_it_begins(page: Callable[..., HtmlElement]) -> None:
    shown = page(harbour())
    numbers = shown.xpath("//article[contains(@class, 'text')]//a[@class='n']")
    assert [words(one) for one in numbers] == ["1", "2", "3", "4", "5", "6", "7"]
    assert [one.get("href") for one in numbers] == [f"#n-{one.get('id')}" for one in numbers]
    entries = {one.get("id") for one in shown.xpath("//li[contains(@class, 'entry')]//summary")}
    assert {one.get("href")[1:] for one in numbers} == entries


@pytest.mark.parametrize(
    ("words_of", "role", "of"),
    [
        ("its chair", "source", "1"),
        ("she", "source", "2"),
        ("told", "cue", "3"),
        ("the Northreach Courier", "addressee", "3"),
        ("the boats are safe", "content", "4"),
        ("that the fares would double", "content unsure", "7"),
    ],
)
def test_parts_are_told_apart(page: Callable[..., HtmlElement], words_of: str, role: str, of: str) -> None:
    shown = page(harbour())
    spans = shown.xpath(f"//article[contains(@class, 'text')]//span[@data-on='{of}']")
    found = next(one for one in spans if words_of.split()[-1] in words(one) and set(role.split()) <= classes(one))
    assert of in found.get("data-in").split()


def classes(element: HtmlElement) -> set[str]:
    return set(element.get("class", "").split())


def test_parts_of_a_discontinuous_content_are_one_statement(page: Callable[..., HtmlElement]) -> None:
    shown = page(harbour())
    parts = [one for one in shown.xpath("//span[@data-in]") if "3" in one.get("data-in").split()]
    opening = [one for one in parts if {"content", "opens"} <= classes(one) and one.get("data-on") == "3"]
    assert len(opening) == 2
    assert opening[1].xpath("sup[@data-n='3']")


def test_words_that_stand_for_someone_or_a_day_lead_to_what_is_told_of_them(page: Callable[..., HtmlElement]) -> None:
    shown = page(harbour())
    she = next(one for one in shown.xpath("//a[contains(@class, 'who')]") if words(one) == "she")
    told = shown.get_element_by_id(she.get("href")[1:])
    assert "Mara Lindqvist" in words(told)
    assert "chair, Northreach harbour board" in words(told)
    assert told.xpath(".//a[@href='https://www.wikidata.org/wiki/Q900000001']")
    tuesday = next(one for one in shown.xpath("//a[contains(@class, 'when')]") if "Tuesday" in words(one))
    assert "Tuesday 1 April 2031" in words(shown.get_element_by_id(tuesday.get("href")[1:]))
    assert "more" not in classes(she) | classes(tuesday), "the words that tell who and when are stops of the Tab key"


def test_an_entry_tells_who_when_to_whom_and_where_to_go(page: Callable[..., HtmlElement]) -> None:
    shown = page(replace(harbour(), article=replace(harbour().article, url="https://courier.example/ferry")))
    entry = shown.xpath("//li[@data-on='3']")[0]
    key = entry.xpath(".//summary/@id")[0].removeprefix("n-")
    assert [words(one) for one in entry.xpath(".//dt")] == ["speaker", "said on", "to", "where", "cue", "confidence"]
    assert entry.xpath(f".//a[@href='/review/{key}']")
    assert entry.xpath(f".//a[@href='/statement/{key}']")
    original = entry.xpath(".//a[text()='In the original']/@href")[0]
    assert original.startswith("https://courier.example/ferry#:~:text=")
    assert original.count("text=") == 2, "both parts of the quotation"
    chain = shown.xpath("//li[@data-on='2']//dt[text()='who is that']/following-sibling::dd")[0]
    assert words(chain).startswith("“she”")


def test_what_is_rejected_is_listed_and_not_marked(desk: Desk, tmp_path: Path) -> None:
    path = fill(tmp_path / "one.db", [harbour()])
    client = desk(db=path)
    before = fromstring(client.get(f"/article/{harbour().article.id}").text)
    key = before.xpath("//a[@class='n']/@id")[1]
    with Writer(path, embed) as writer:
        writer.correct(key, "status", "rejected", by="Ines Vold")
    after = fromstring(client.get(f"/article/{harbour().article.id}").text)
    assert not after.xpath("//article//*[contains(concat(' ', @data-in, ' '), ' 2 ')]")
    entry = after.xpath("//li[@data-on='2']")[0]
    assert "rejected" in classes(entry)
    assert entry.xpath(f".//*[@id='{key}']"), "its permalink still leads to it"


def test_copies_and_who_was_first(page: Callable[..., HtmlElement]) -> None:
    shown = page(
        copy_of_the_wire("wire", "Meridian Wire", published="2031-04-02T08:00:00+00:00"),
        copy_of_the_wire("post", "Northreach Post", published="2031-04-02T11:00:00+00:00"),
    )
    assert shown.xpath("//a[@href='/article/post']")
    assert "2 outlets, Meridian Wire first" in words(shown)


def test_nothing_of_an_article_is_markup(page: Callable[..., HtmlElement]) -> None:
    evil = "<script>alert(1)</script>"
    text = f"Mara {evil} said that {evil} was safe."
    one = record(
        text,
        {"source": f"Mara {evil}", "cue": "said", "content": f"that {evil}", "name": f"Mara {evil}"},
        entities=[{"name": f"Mara {evil}", "office": evil, "at": {"name": [f"Mara {evil}"]}}],
        title=evil, outlet=evil, byline=evil, url='javascript:alert("1")',
    )  # fmt: skip
    shown = page(one)
    assert not [one for one in shown.xpath("//script") if not one.get("src")]
    assert not shown.xpath("//a[starts-with(@href, 'javascript')]")
    assert not shown.xpath("//*[@style] | //style | //*[@onclick]")


def test_a_page_asks_few_questions_however_many_statements(tmp_path: Path) -> None:
    def asked(count: int) -> int:
        told = [{"source": "Mara", "cue": "said", "content": f"item {at:03d}", "name": "Mara"} for at in range(count)]
        text = "\n\n".join(f"Mara said item {at:03d}." for at in range(count))
        questions: list[str] = []
        with view(fill(tmp_path / f"{count}.db", [record(text, *told)])) as own:
            own._connection.set_trace_callback(questions.append)
            shown = own.record("a1")
            with own.snapshot() as connection:
                assert len(around(connection, "a1").speakers) == count
            assert len(Margin(shown, around(own._connection, "a1")).entries) == count
        return len(questions)

    assert 0 < asked(2) == asked(40)


def test_an_article_without_statements_says_so(page: Callable[..., HtmlElement]) -> None:
    shown = page(record("It rained on Tuesday.", id="rain", title="Rain"))
    assert "Nobody is reported to have said anything" in words(shown)


def test_an_article_that_is_not_there(desk: Desk) -> None:
    answer = desk().get("/article/nothing")
    assert answer.status_code == 404
    assert "no article has this id" in answer.text


def test_a_clause_is_no_link() -> None:
    long = "the company that " + "very " * WIDEST + "long ago ran the ferry"
    one = record(f"Mara met {long}.", entities=[{"name": "Osk", "type": "organisation", "at": {"nominal": [long]}}])
    assert not marking(standing(one)).references


def test_twenty_thousand_words(desk: Desk, tmp_path: Path) -> None:
    filler = "The ferry left late again and the islanders waited on the quay for it. " * 60
    text = "\n\n".join(f"Mara Lindqvist said that item {at:03d} was safe. {filler}" for at in range(24))
    told = [
        {"source": ("Mara Lindqvist", at + 1), "cue": ("said", at + 1), "content": f"that item {at:03d} was safe"}
        for at in range(24)
    ]
    one = record(text, *told)
    assert len(text.split()) > 20_000
    path = fill(tmp_path / "long.db", [replace(one, article=Article("long", text, url="https://courier.example/long"))])
    answer = desk(db=path).get("/article/long")
    assert answer.status_code == 200
    assert answer.text.count('class="n"') == 24


def test_of_words_in_one_another_each_leads_to_its_own() -> None:
    one = record(
        "Its chair said so.",
        entities=[
            {"name": "Harbour board", "type": "organisation", "at": {"pronoun": ["Its"]}},
            {"name": "Mara Lindqvist", "at": {"nominal": ["Its chair"]}},
        ],
    )
    found = marking(standing(one)).references
    assert [(one.start, one.end, one.target) for one in found] == [(0, 3, "e1"), (4, 9, "e2")]
