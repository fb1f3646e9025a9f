from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser
from typing import Any

from hypothesis import given, settings
from records import TEXT, harbour, record
from test_schema import records

from onrecord.serve.marks import ROLES, by_paragraph, marks, paragraphs, parts, segments
from onrecord.serve.page import CONTROLS, render
from onrecord.types import Record

VOID = {"meta", "br"}


class Page(HTMLParser):
    """The parsed page: every element, and the text of the article with the elements that it lies in."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[tuple[str, dict[str, str]]] = []
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.runs: list[tuple[str, dict[str, str]]] = []  # text of the article, attributes of its innermost <a>
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
        if any(attributes.get("class") == "text" for _, attributes in self.open) and self.open[-1][0] != "div":
            self.runs.append((data, self.open[-1][1] if self.open[-1][0] == "a" else {}))

    def lit(self, number: int, role: str) -> str:
        """The article's characters that a role of a statement covers, as the page marks them."""
        return "".join(text for text, of in self.runs if f"{number}:{role}" in of.get("data-as", "").split())


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


def test_every_marked_part_can_be_pointed_at_and_reached_by_the_tab_key() -> None:
    parts = [
        attributes for tag, attributes in Page(render(harbour())).elements if tag == "a" and "data-in" in attributes
    ]
    assert all(attributes["data-on"] in attributes["data-in"].split() for attributes in parts)
    reached = [(of["data-on"], of["aria-description"]) for of in parts if "tabindex" not in of]
    assert reached[:3] == [
        ("1", "content of statement 1"),
        ("1", "source of statement 1"),
        ("1", "cue of statement 1"),
    ]
    assert len(reached) == 3 + 3 + 5 + 3 + 3 + 2  # one stop for each part, however often others cut it


def test_only_the_pages_own_script_runs() -> None:
    page = render(harbour())
    (script,) = re.findall(r"<script>(.*?)</script>", page, flags=re.DOTALL)
    (digest,) = re.findall(r"script-src 'sha256-([^']+)'", page)
    assert base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() == digest
    assert "innerHTML" not in script
    assert "fetch" not in script


def test_a_click_leads_both_ways() -> None:
    page = Page(render(harbour()))
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    named = [f"e{number}" for number in range(1, 6)]  # statement 6 has no speaker
    assert sorted(ids) == sorted([*named, *(f"{kind}{number}" for kind in "st" for number in range(1, 7))])
    jumps = {attributes["href"] for tag, attributes in page.elements if tag == "a" and attributes["href"][0] == "#"}
    assert jumps == {f"#{name}" for name in ids}


def test_the_card_of_a_refusal_without_words_leads_to_its_cue() -> None:
    made = record("The board did not elaborate.", {"source": "The board", "cue": "did not elaborate"})
    assert '<i id="t1"></i><a href="#s1" class="cue"' in render(made)


def test_nothing_is_asked_of_any_server() -> None:
    page = render(harbour())
    for tag, attributes in Page(page).elements:
        assert tag not in {"link", "img", "iframe", "object", "embed", "form", "base"}
        assert not {"src", "srcset", "onclick", "onload", "ping"} & set(attributes)
    assert "default-src 'none'" in page
    assert not re.search(r"url\(|@import|@font-face", page)


def test_markup_in_an_article_is_text() -> None:
    evil = '<script>alert("1")</script> & "said" <b>Ann\x00</b>'
    known = {"title": evil, "outlet": evil, "byline": evil}
    made = record(evil, {"content": '<script>alert("1")</script>', "source": "Ann"}, **known)
    page = render(made)
    assert page.count("<script") == 1  # the page's own
    assert "<b>" not in page
    assert page.count("&lt;script&gt;") == 6  # title twice, outlet, byline, text, card
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


@given(records())
def test_segments_are_flat_and_without_a_gap(made: Record) -> None:
    text, found = made.article.text, marks(made)
    for start, end, inside in by_paragraph(text, found):
        cut: list[Any] = list(segments(inside, start, end))
        assert "".join(text[piece.start : piece.end] for piece in cut) == text[start:end]
        for piece in cut:
            want = {m for m in found if m.span.start < piece.end and m.span.end > piece.start}
            assert set(piece.marks) == want
            assert all(m.span.start <= piece.start and piece.end <= m.span.end for m in want)
