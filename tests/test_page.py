from __future__ import annotations

import base64
import dataclasses
import hashlib
import re
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given, settings
from records import TEXT, dated, harbour, record
from test_schema import records

from onrecord.export import from_json
from onrecord.serve import wording
from onrecord.serve.marks import ROLES, by_paragraph, in_order, marks, paragraphs, parts, segments, side_marks
from onrecord.serve.markup import CONTROLS
from onrecord.serve.page import render
from onrecord.serve.people import People
from onrecord.serve.wording import amount, days, long_days
from onrecord.types import Entity, Interval, Record

VOID = {"meta", "br"}


class Page(HTMLParser):
    """The parsed page: every element, the text of the article, and the text of each statement's card."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[tuple[str, dict[str, str]]] = []
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.runs: list[tuple[str, dict[str, str]]] = []  # text of the article, attributes of the <a> that it lies in
        self.titled: list[tuple[str, str]] = []  # text of the article, title of the <span> that it lies in
        self.cards: dict[str, list[str]] = {}  # the text of each detail, by its id
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = (tag, {key: value or "" for key, value in attrs})
        self.elements.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        if any(of.get("class") == "text" for _, of in self.open) and self.open[-1][0] != "div":
            self.runs.append((data, next((of for tag, of in reversed(self.open) if tag == "a"), {})))
            if self.open[-1][0] == "span":
                self.titled.append((data, self.open[-1][1]["title"]))
        for _, of in self.open:
            if of.get("class") == "detail" and data.strip():
                self.cards.setdefault(of["id"], []).append(data.strip())

    def lit(self, number: int, role: str) -> str:
        """The article's characters that a role of a statement covers, as the page marks them."""
        return "".join(text for text, of in self.runs if f"{number}:{role}" in of.get("data-as", "").split())

    def card(self, number: int) -> str:
        """What the card of a statement says, its parts joined by a bar."""
        return "|".join(self.cards[f"s{number}"])


def test_the_text_is_the_articles_text() -> None:
    page = Page(render(harbour()))
    assert "".join(text for text, _ in page.runs) == TEXT.replace("\n\n", "")


def test_every_part_is_marked_and_joined_to_its_statement() -> None:
    page = Page(render(harbour()))
    assert page.lit(1, "source") == "its chair"
    assert page.lit(3, "content") == (
        "“We are not there yet,”“Osk Ferries says the boats are safe. I have asked to see the papers.”"
    )
    assert page.lit(4, "content") == "the boats are safe"
    assert page.lit(3, "addressee") == "the Northreach Courier"
    assert page.lit(3, "venue") == "an interview"


def test_every_marked_part_can_be_pointed_at_and_reached_by_the_tab_key() -> None:
    parts = [
        attributes for tag, attributes in Page(render(harbour())).elements if tag == "a" and "data-in" in attributes
    ]
    assert all(attributes["data-on"] in attributes["data-in"].split() for attributes in parts)
    assert all(attributes["href"] == f"#s{attributes['data-on']}" for attributes in parts)
    reached = [(of["data-on"], of["aria-description"]) for of in parts if "tabindex" not in of]
    assert reached[:3] == [
        ("1", "content of statement 1"),
        ("1", "source of statement 1"),
        ("1", "cue of statement 1"),
    ]
    assert len(reached) == 3 + 3 + 6 + 3 + 3 + 3 + 2  # one stop for each part, however often others cut it


def test_only_the_pages_own_script_runs() -> None:
    page = render(harbour())
    (script,) = re.findall(r"<script>(.*?)</script>", page, flags=re.DOTALL)
    (digest,) = re.findall(r"script-src 'sha256-([^']+)'", page)
    assert base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() == digest
    assert "innerHTML" not in script
    assert "fetch" not in script


def test_the_place_where_a_statement_begins_says_so() -> None:
    page = render(harbour())
    for number, statement in enumerate(harbour().statements, start=1):
        assert f'<i id="at{statement.content[0].start}" data-begins="{number}"></i>' in page


def test_a_click_leads_both_ways() -> None:
    page = Page(render(harbour()))
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert {name for name in ids if name[0] == "s"} == {f"s{number}" for number in range(1, 8)}
    jumps = {attributes["href"] for tag, attributes in page.elements if tag == "a" and attributes["href"][0] == "#"}
    assert jumps == {f"#{name}" for name in ids}


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (1, "×|1|Mara Lindqvist|chair, Northreach harbour board · NO ·|Q900000001|said|Tuesday, April 1, 2031|"),
        (1, "|said|Tuesday, April 1, 2031|(“|on Tuesday|”)|why|"),
        (1, "why|its chair|→|Mara Lindqvist|cue|said|kind|indirect · assert|confidence|0.94"),
        (2, "why|she|→|its chair|→|Mara Lindqvist|cue|called|kind|mixed · accuse"),
        (3, "said|March 31 – April 1, 2031|(|not told by the text itself|)|to|the Northreach Courier|where|"),
        (3, "where|an interview|why"),
        (3, "why|named here:|Mara Lindqvist|cue"),
        (4, "Osk Ferries|said|the article does not settle the day|why|named here:|Osk Ferries"),
        (6, "why|It|→|Osk Ferries|cue"),
        (6, "figures|about 1,400|islanders|as of|March 1 – 31, 2031|(“|March|”)|at least 30%|as of"),
        (7, "source not named|said|the article does not settle the day|cue|was reported|kind"),
    ],
)
def test_what_a_card_says(number: int, said: str) -> None:
    assert said in Page(render(harbour())).card(number)


def test_an_addressee_is_named_where_the_words_do_not() -> None:
    made = record(
        "“Go,” Ann Lee told him.",
        {"content": "“Go,”", "source": "Ann Lee", "cue": "told", "addressee": "him"},
        entities=[{"name": "Bo Ek", "at": {"pronoun": "him"}}],
    )
    assert "to|him|=|Bo Ek|" in Page(render(made)).card(1)


def test_the_chain_leads_to_the_places_of_its_mentions() -> None:
    page = render(harbour())
    for words in ("she", "its chair", "Mara Lindqvist"):
        at = TEXT.index(words)
        assert f'<a href="#at{at}"><bdi>{words}</bdi></a>' in page
        assert f'<i id="at{at}"></i><a href="#s' in page


NAMED = "Anna Lind, the minister, spoke. Later Lind left. The minister smiled. “Go,” she said."


@pytest.mark.parametrize(
    ("source", "at", "chain"),
    [
        ("she", {"nominal": "The minister", "pronoun": "she"}, ["she", "The minister", "Anna Lind"]),
        ("she", {"name": ["Anna Lind", ("Lind", 2)], "pronoun": "she"}, ["she", "Lind", "Anna Lind"]),
        ("she", {"name": "Anna Lind", "pronoun": "she"}, ["she", "Anna Lind"]),
        ("The minister", {"name": "Anna Lind", "nominal": "The minister"}, ["The minister", "Anna Lind"]),
        ("Anna Lind, the minister", {"name": "Anna Lind"}, ["Anna Lind"]),
        ("she", {"name": "Anna Lind"}, ["she", "Anna Lind"]),  # no mention of its own: nothing is known in between
        ([], {"name": "Anna Lind"}, ["Anna Lind"]),
    ],
)
def test_the_chain_from_source_to_name(source: Any, at: dict[str, Any], chain: list[str]) -> None:
    drawn = {"content": "“Go,”", "source": source, "name": "Anna Lind"}
    made = record(NAMED, drawn, entities=[{"name": "Anna Lind", "at": at}])
    assert [span.text for span in People(made).chain(made.statements[0])] == chain


def test_no_speaker_no_chain() -> None:
    made = record(NAMED, {"content": "“Go,”", "source": "she"})
    assert People(made).chain(made.statements[0]) == ()


@pytest.mark.parametrize(
    ("start", "end", "long", "short"),
    [
        ("2031-04-01", "2031-04-02", "Tuesday, April 1, 2031", "2031-04-01"),
        ("2031-04-01", "2031-04-04", "April 1 – 3, 2031", "2031-04-01 to 2031-04-03"),
        ("2031-03-31", "2031-04-02", "March 31 – April 1, 2031", "2031-03-31 to 2031-04-01"),
        ("2030-12-31", "2031-01-02", "December 31, 2030 – January 1, 2031", "2030-12-31 to 2031-01-01"),
    ],
)
def test_days_in_words(start: str, end: str, long: str, short: str) -> None:
    assert long_days(dated(start, end)) == long
    assert days(dated(start, end)) == days(Interval(start, end)) == short


@pytest.mark.parametrize(
    ("drawn", "told"),
    [
        ({"low": 1400, "high": 1400}, "1,400"),
        ({"low": 1.5, "high": 1.5, "unit": "km"}, "1.5 km"),
        ({"low": 10, "high": 20, "unit": "%"}, "10 to 20%"),
        ({"low": 30}, "at least 30"),
        ({"high": 2000000, "unit": "EUR", "approximate": True}, "at most about 2,000,000 EUR"),
        ({}, ""),
    ],
)
def test_a_figure_in_words(drawn: dict[str, Any], told: str) -> None:
    assert amount(record("Ann.", figures=[{"words": "Ann", **drawn}]).figures[0]) == told


def test_every_modifier_has_words() -> None:
    assert set(wording.MODS) == set(from_json.MODS)


def test_dates_and_figures_say_what_they_mean() -> None:
    assert Page(render(harbour())).titled == [
        ("April 2", "2031-04-02, from the day of publication"),
        ("before June", "before 2031-06 (until 2031-05-31), from “April 2”"),
        ("on Tuesday", "2031-04-01, from the dateline"),
        ("about 1,400", "about 1,400 islanders"),
        ("March", "2031-03 (2031-03-01 to 2031-03-31), from the dateline"),
        ("at least 30%", "at least 30%"),
        ("a year earlier", "XXXX, from an event"),
    ]


def test_who_appears_is_listed() -> None:
    page = render(harbour())
    lind = f'href="#at{TEXT.index("its chair")}">5 mentions</a>'
    assert re.search(rf"<li><b><bdi>Mara Lindqvist</bdi></b> <span>person · .*? · says 3 · <a {lind}</span></li>", page)
    assert "Who appears <span>5</span>" in page
    assert "“a year earlier” is reckoned from an event" in page


def test_a_wikidata_item_is_linked_and_nothing_else_is() -> None:
    page = Page(render(harbour()))
    away = {of["href"] for tag, of in page.elements if tag == "a" and not of["href"].startswith("#")}
    assert away == {"https://courier.example/harbour", "https://www.wikidata.org/wiki/Q900000001"}
    made = record("Ann spoke.", entities=[{"name": "Ann", "qid": 'Q1"><script>', "at": {"name": "Ann"}}])
    assert "wikidata" not in render(made)


def test_the_card_of_a_refusal_without_words_leads_to_its_cue() -> None:
    made = record("The board did not elaborate.", {"source": "The board", "cue": "did not elaborate"})
    assert '<a class="number" href="#at10"' in render(made)
    assert '<i id="at10" data-begins="1"></i><a href="#s1" class="cue"' in render(made)


def test_a_statement_without_any_words_has_a_card() -> None:
    assert "source not named" in render(record("Hm.", {}))


def test_nothing_is_asked_of_any_server() -> None:
    page = render(harbour())
    for tag, attributes in Page(page).elements:
        assert tag not in {"link", "img", "iframe", "object", "embed", "form", "base"}
        assert not {"src", "srcset", "onclick", "onload", "ping"} & set(attributes)
    assert "default-src 'none'" in page
    assert not re.search(r"url\(|@import|@font-face", page)


FREE = {
    "url", "outlet", "title", "byline", "language", "kind", "act", "name", "type", "qid", "office", "organisation",
    "country", "value", "mod", "unit", "version", "sha256", "schema_version",
}  # fmt: skip
"""The fields that hold any string, as far as the types at run time go."""


def _poisoned(thing: Any, evil: str) -> Any:
    """The same with this in place of every string of a free field and of every note."""
    if isinstance(thing, tuple):
        return tuple(evil if isinstance(one, str) else _poisoned(one, evil) for one in thing)
    if not dataclasses.is_dataclass(thing) or isinstance(thing, type):
        return thing
    fields = {field.name: getattr(thing, field.name) for field in dataclasses.fields(thing)}
    return dataclasses.replace(
        thing, **{name: evil if name in FREE else _poisoned(value, evil) for name, value in fields.items()}
    )


def test_markup_in_any_field_is_text() -> None:
    evil = '<script>alert("1")</script>\'"&'
    made = _poisoned(harbour(), evil)
    assert made.entities[0] == Entity("e1", evil, evil, evil, evil, evil, evil)  # type: ignore[arg-type]
    assert made.statements[0].speaker.name == made.model.name == made.whens[0].value == made.figures[0].unit == evil
    page = render(made)
    assert page.count("<script") == 1  # the page's own
    assert page.count("&lt;script&gt;") > 60
    assert Page(page).card(1).startswith(f"×|1|{evil}|")


def test_markup_in_an_article_is_text() -> None:
    evil = '<script>alert("1")</script> & "said" <b>Ann\x00</b>'
    known = {"title": evil, "outlet": evil, "byline": evil}
    drawn = {"content": '<script>alert("1")</script>', "source": "Ann", "addressee": "<b>", "venue": "said", "cue": "&"}
    figures, whens = [{"words": "<b>", "counted": "<script>"}], [{"words": "</b>", "value": "1"}]
    made = record(evil.replace("\x00", "\x01"), drawn, figures=figures, whens=whens, **known)
    page = render(made)
    assert page.count("<script") == 1  # the page's own
    assert "<b>A" not in page
    assert "".join(text for text, _ in Page(page).runs) == evil.replace("\x00", "\ufffd")


def test_only_web_addresses_become_links() -> None:
    assert "javascript" not in str([a for _, a in Page(render(record("Hm.", url="javascript:alert(1)"))).elements])
    assert 'href="https://a.example/?a=1&amp;b=2"' in render(record("Hm.", url="https://a.example/?a=1&b=2"))


def test_text_from_right_to_left_is_laid_out_as_such() -> None:
    made = record("“שלום” said Dana.", {"content": "“שלום”", "source": "Dana"})
    assert '<p dir="auto">' in render(made)
    assert '<blockquote dir="auto">“שלום”</blockquote>' in render(made)


def test_unknown_source_is_said_to_be_unknown() -> None:
    assert "source not named" in render(harbour())


def test_an_article_without_statements() -> None:
    page = render(record("Nobody spoke."))
    assert "0 statements" in page
    assert "".join(text for text, _ in Page(page).runs) == "Nobody spoke."


def test_a_template_sign_in_the_article_is_text() -> None:
    assert "costs $title" in render(record("It costs $title and ${text}."))


@settings(max_examples=60)
@given(records())
def test_however_spans_overlap_each_is_marked_whole(made: Record) -> None:
    page, text = Page(render(made)), made.article.text
    shown = [(start, end) for start, end in paragraphs(text)]
    visible = "".join(CONTROLS.sub("\ufffd", text[start:end]) for start, end in shown)
    assert "".join(run for run, _ in page.runs) == visible
    for number, statement in enumerate(made.statements, start=1):
        for role in ROLES:
            covered = {at for span in parts(statement, role) for at in range(span.start, span.end)}
            wanted = (text[at] for start, end in shown for at in range(start, end) if at in covered)
            assert page.lit(number, role) == CONTROLS.sub("\ufffd", "".join(wanted))


@settings(max_examples=60)
@given(records())
def test_every_link_within_the_page_leads_to_one_place(made: Record) -> None:
    page = Page(render(made))
    ids = [of["id"] for _, of in page.elements if "id" in of]
    assert len(ids) == len(set(ids))
    jumps = {of["href"][1:] for tag, of in page.elements if tag == "a" and of["href"].startswith("#")}
    # Words that are nothing but white space, at the end of the text or between paragraphs, have no place to lead to.
    seen = {f"at{at}" for start, end in paragraphs(made.article.text) for at in range(start, end)}
    assert {name for name in jumps if name[0] == "s" or name in seen} <= set(ids)


@given(records())
def test_segments_are_flat_and_without_a_gap(made: Record) -> None:
    text, found = made.article.text, in_order([*marks(made), *side_marks(made)])
    for start, end, inside in by_paragraph(text, found):
        cut: list[Any] = list(segments(inside, start, end))
        assert "".join(text[piece.start : piece.end] for piece in cut) == text[start:end]
        for piece in cut:
            want = {m for m in found if m.span.start < piece.end and m.span.end > piece.start}
            assert set(piece.marks) == want
            assert all(m.span.start <= piece.start and piece.end <= m.span.end for m in want)
