"""The search page: what it finds, what narrows it, what is wrong beside the box; the query is the address."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from search.making import said, vector
from starlette.testclient import TestClient

from onrecord.errors import BadQuery
from onrecord.serve.desk import ledgers
from onrecord.serve.desk.asked import Asked
from onrecord.serve.desk.narrowing import Kept, chips, groups, title
from onrecord.serve.desk.pages.search import summary, warm
from onrecord.store import Query, View
from onrecord.store.view import Page
from onrecord.store.writer import Writer, prepare

Desk = Callable[..., TestClient]
HX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def _stand_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledgers, "vector_of", vector)  # the made ledger's vectors are of these


def hits(page: str) -> list[str]:
    return re.findall(r'<article class="hit[^"]*" id="h-(\w+)"', page)


def links(page: str, inside: str) -> list[tuple[str, str]]:
    """The links of the first element with this class or id: address and text."""
    part = re.search(rf'<(\w+)[^>]*(?:class|id|aria-labelledby)="{inside}".*?</\1>', page, re.DOTALL)
    assert part, inside
    found = re.findall(r'<a[^>]*href="([^"]*)"[^>]*>(.*?)</a>', part[0], re.DOTALL)
    return [(html.unescape(href), " ".join(re.sub("<[^>]*>", "", text).split())) for href, text in found]


def asked(href: str) -> dict[str, list[str]]:
    return parse_qs(urlsplit(href).query)


def test_a_hit_stands_in_its_sentence_with_the_words_marked(desk: Desk) -> None:
    page = desk().get("/search", params={"q": "crossing", "by": "words"}).text
    assert '<span class="said">the </span><span class="said"><mark>crossing</mark></span>' in page
    assert '<h2 id="summary">' in page
    assert re.search(r"<title>“crossing” · On Record</title>", page)


def test_what_was_asked_stands_in_the_form_again(desk: Desk) -> None:
    query = {"q": 'ferry "a"', "by": "words", "sort": "said", "since": "2031", "until": "2032", "speaker": "Osk",
             "act": "deny", "kind": "indirect", "status": "all", "confidence": "0.8", "dates": "published",
             "corrected": "false", "qid": "Q1", "country": "NO"}  # fmt: skip
    page = desk().get("/search", params=query).text
    form = page[page.index("<form id") : page.index("</form>")]
    assert 'name="q" type="search" value="ferry &#34;a&#34;"' in form
    for name, value in query.items():
        if name != "q":
            of_a_box = rf'name="{name}"[^>]* value="{value}"|value="{value}"[^>]*(?:checked|selected)'
            field = rf'{of_a_box}|name="{name}".*?<option value="{value}" selected'
            assert re.search(field, form, re.DOTALL), name


@pytest.mark.parametrize(
    ("query", "way"),
    [
        ({}, "list"),
        ({"q": " "}, "list"),
        ({"q": "ferry"}, "both"),
        ({"q": "ferry OR boat"}, "words"),
        ({"q": "ferry", "sort": "said"}, "words"),
        ({"q": "ferry", "by": "meaning", "sort": "said"}, "meaning"),
        ({"q": "ferry OR boat", "by": "both"}, "both"),
        ({"q": "ferry", "by": "words"}, "words"),
    ],
)
def test_how_a_search_is_done(query: dict[str, str], way: str) -> None:
    assert Asked(**query).way == way  # type: ignore[arg-type]


def test_the_address_holds_what_is_asked_and_nothing_else() -> None:
    one = Asked(q=" ferry ", by="", kind=["direct", ""], since="", after="place")  # type: ignore[call-arg]
    assert one.parameters() == "q=ferry&kind=direct"
    assert one.parameters(after="x", kind=[]) == "q=ferry&after=x"
    assert Asked().parameters() == ""


def test_chips_take_their_filter_away() -> None:
    one = Asked(q="ferry", speaker="pabc", act=["deny", "accuse"], since="2031-04", until="2031-04", corrected=True)
    told = {chip.text: asked(chip.href) for chip in chips(one, {"pabc": "Mara Lindqvist"})}
    assert list(told) == ["said by Mara Lindqvist", "deny", "accuse", "said April 2031", "corrected"]
    assert told["deny"] == {"q": ["ferry"], "speaker": ["pabc"], "act": ["accuse"], "since": ["2031-04"],
                            "until": ["2031-04"], "corrected": ["True"]}  # fmt: skip
    assert "since" not in told["said April 2031"]
    assert "until" not in told["said April 2031"]
    assert title(one, {"pabc": "Mara Lindqvist"}).startswith("“ferry”, said by Mara Lindqvist, deny")


def test_facets_add_their_value_and_the_chosen_takes_itself_away() -> None:
    counted = {"kind": (("direct", 7),), "speaker": (("A. Lee", 4), ("A. Lee", 2)), "month": (("2031-04", 9),)}
    found = {group.name: group.values for group in groups(Asked(q="ferry", kind=["direct"]), counted)}
    assert [(one.text, one.count, one.chosen) for one in found["kind"]] == [
        ("direct", 7, True), ("indirect", None, False), ("mixed", None, False)]  # fmt: skip
    assert asked(found["kind"][0].href) == {"q": ["ferry"]}
    assert asked(found["kind"][1].href)["kind"] == ["direct", "indirect"]
    assert [(one.text, one.count) for one in found["speaker"]] == [("A. Lee", 6)]
    assert asked(found["month"][0].href) == {
        "q": ["ferry"],
        "kind": ["direct"],
        "since": ["2031-04"],
        "until": ["2031-04"],
    }
    assert "outlet" not in found


def test_a_facet_counts_what_its_link_finds(desk: Desk) -> None:
    client = desk()
    page = client.get("/search/facets", params={"act": "deny"}, headers=HX).text
    assert "<html" not in page
    for name in ("speaker", "outlet", "kind", "month"):
        href, text = links(page, f"facet-{name}")[0]
        count = int(re.search(r"([\d,]+) statements?$", text)[1])  # type: ignore[index]
        told = re.search(r'id="summary">(One|[\d,]+) statement', client.get(href).text)
        assert told
        assert int(told[1].replace("One", "1").replace(",", "")) == count, name


def test_facets_come_with_the_page_where_they_cost_nothing_and_after_it_elsewhere(desk: Desk) -> None:
    client = desk()
    inline = client.get("/search", params={"q": "crossing"}).text
    assert 'id="facet-speaker"' in inline
    assert "/search/facets" not in inline
    words = {"q": "crossing", "by": "words"}
    later = client.get("/search", params=words).text
    assert 'hx-get="/search/facets?q=crossing&amp;by=words"' in later
    assert 'id="facet-speaker"' not in later
    whole = client.get("/search/facets", params=words).text  # without a script
    assert 'id="facet-speaker"' in whole
    assert hits(whole) == hits(later)
    assert 'id="facet-speaker"' in client.get("/search", params=words).text  # they are known now


def test_facets_are_counted_anew_after_a_change(desk: Desk, db: Path) -> None:
    client = desk()
    query = {"q": "crossing", "act": "deny", "by": "words"}
    before = client.get("/search/facets", params=query, headers=HX).text
    assert "Osk Ferries" in before
    with View(db, vector) as view, Writer(db) as writer:
        for hit in view.search(Query("crossing", by="words")):
            if hit.speaker == "Osk Ferries":
                writer.correct(hit.id, "status", "rejected", by="Ines Vold")
    assert "Osk Ferries" not in client.get("/search/facets", params=query, headers=HX).text


def test_kept_facets_are_of_one_state_and_the_oldest_goes() -> None:
    kept = Kept(2)
    for number, name in enumerate("abc"):
        kept.put("now", name, {}, number)
    assert kept.get("now", "a") is None
    assert kept.get("now", "b") == ({}, 1)
    assert kept.get("later", "b") is None


def test_htmx_gets_what_was_found_and_the_address_without_what_is_empty(desk: Desk) -> None:
    client = desk()
    answer = client.get("/search?q=crossing&by=&sort=&since=", headers=HX)
    assert "<html" not in answer.text
    assert hits(answer.text)
    assert '<div id="trouble" hx-swap-oob="innerHTML"></div>' in answer.text
    assert answer.headers["hx-replace-url"] == "/search?q=crossing"
    whole = client.get("/search?q=crossing", headers=HX | {"HX-History-Restore-Request": "true"})
    assert whole.text.startswith("<!doctype html>")


@pytest.mark.parametrize(
    "query", [{}, {"act": "assert", "sort": "confidence"}, {"q": "the", "by": "words"}, {"q": "the school"}]
)
def test_next_leads_through_all_and_shows_each_once(desk: Desk, query: dict[str, str]) -> None:
    client = desk()
    href: str | None = str(client.get("/search", params=query | {"limit": "12"}).url)
    seen: list[str] = []
    while href:
        page = client.get(href).text
        seen += hits(page)
        following = re.search(r'rel="next" href="([^"]*)"', page)
        href = html.unescape(following[1]) if following else None
    assert len(seen) == len(set(seen))
    total = re.search(r'id="summary">(?:The )?([\d,]+) ', page)
    assert total
    assert len(seen) == int(total[1].replace(",", ""))
    assert "Back to the first page" in page


def test_more_is_appended_and_brings_its_own_next(desk: Desk) -> None:
    client = desk()
    first = client.get("/search").text
    href = html.unescape(re.search(r'hx-get="(/search\?after=[^"]*)"', first)[1])  # type: ignore[index]
    more = client.get(href, headers=HX | {"HX-Target": "more"})
    assert len(hits(more.text)) == 20
    assert not set(hits(more.text)) & set(hits(first))
    assert "Alert me" not in more.text
    assert 'id="more"' in more.text
    assert "hx-replace-url" not in more.headers


@pytest.mark.parametrize(
    ("query", "problem", "way_out"),
    [
        ('q="not there', "the quotation mark at character 1 has no other", "Close it, or leave it out"),
        ("q=ferry OR", "has nothing on one side of it", "a phrase"),
        ("q=!!!", "no letter or digit in it", "are understood"),
        ("q=ferry&by=guessing", "is none of auto, words, meaning, both", ""),
        ("since=soon", "not an ISO date", "Write 2031, 2031-04 or 2031-04-02"),
        ("since=2032&until=2031", "is after until 2031", "Change the two"),
        ("confidence=2", "does not lie between 0 and 1", ""),
        ("act=sing", "is none of assert", ""),
        ("after=elsewhere", "is no page of this search", "Begin at the first page"),
        (f"q={'a' * 1001}", "1,001 characters", "Leave some out"),
    ],
)
def test_what_is_wrong_is_said_beside_the_box(desk: Desk, query: str, problem: str, way_out: str) -> None:
    client = desk()
    answer = client.get(f"/search?{query}&outlet=Courier")
    assert answer.status_code == 400
    trouble = html.unescape(re.search(r'<div id="trouble".*?</div>', answer.text, re.DOTALL)[0])  # type: ignore[index]
    assert problem in trouble
    assert way_out in trouble
    assert 'name="outlet" value="Courier"' in answer.text
    assert "in Courier" in answer.text  # its chip
    typed = client.get(f"/search?{query}&outlet=Courier", headers=HX)
    assert typed.status_code == 200
    assert typed.headers["hx-retarget"] == "#trouble"
    assert typed.headers["hx-replace-url"] == "false"
    assert problem in html.unescape(typed.text)
    assert not hits(typed.text)


def test_where_nothing_is_found_the_way_on_is_told(desk: Desk) -> None:
    page = desk().get("/search", params={"q": '"zebra crossing"', "kind": "direct"}).text
    assert "Nothing found" in page
    told = {text: asked(href) for href, text in links(page, "empty")}
    assert told["search without the filter"] == {"q": ['"zebra crossing"']}
    assert told["look for what means the same"]["by"] == ["meaning"]


def test_an_empty_ledger_says_so(desk: Desk, tmp_path: Path) -> None:
    client = desk(db=tmp_path / "empty.db")
    assert "Nothing is on record yet" in client.get("/search").text
    assert "No statement on record is like this" in client.get("/search?q=ferry&by=words").text


def test_titles_are_text_and_nothing_is_inline(desk: Desk) -> None:
    page = desk().get("/search", params={"q": '"is no answer"'}).text
    assert hits(page)
    assert "<script>" not in page
    assert "&lt;script&gt;alert(&#39;title&#39;)" in page
    assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:", page)


def test_whom_a_key_names_stands_on_the_chip(desk: Desk, db: Path) -> None:
    with View(db, vector) as view:
        person = view.people("Osk Ferries")[0]
    page = desk().get("/search", params={"speaker": person.key}).text
    assert f"said by {person.name}" in re.sub("<[^>]*>", "", page)
    assert hits(page)


def test_those_who_only_read_search_as_well(desk: Desk) -> None:
    assert desk(read_only=True).get("/search?q=crossing").status_code == 200


@pytest.mark.parametrize(
    ("total", "more", "way", "told"),
    [
        (10_000, True, "words", "10,000+ statements"),
        (1, False, "list", "One statement"),
        (0, False, "both", "Nothing found"),
        (250, False, "meaning", "The 250 nearest in meaning"),
        (1_234, False, "words", "1,234 statements"),
    ],
)
def test_how_many_there_are(total: int, more: bool, way: str, told: str) -> None:
    assert summary(Page((), total, more, None, {}), way) == told  # type: ignore[arg-type]


def test_warming_asks_by_meaning_and_forgives(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    texts: list[str] = []

    def refuse(text: str) -> None:
        texts.append(text)
        raise BadQuery(text, "not today")

    monkeypatch.setattr(ledgers, "vector_of", refuse)
    warm(desk().app.state.desk)  # type: ignore[attr-defined]
    assert set(texts) == {"warm"}  # by the desk too, when it started


def test_what_comes_in_is_found_at_once(desk: Desk, db: Path) -> None:
    client = desk()
    assert not hits(client.get("/search?q=lighthouse&by=words").text)
    with Writer(db) as writer:
        writer.add(prepare(said(77, "the lighthouse stays lit"), lambda texts: [vector(t).tobytes() for t in texts]))
    assert len(hits(client.get("/search?q=lighthouse&by=words").text)) == 1
