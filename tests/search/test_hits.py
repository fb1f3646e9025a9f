"""What is shown of a statement: its sentence, its words in it, who else carried it, and the link to the passage."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from records import TEXT, harbour, record, span

from onrecord.errors import NotOnRecord
from onrecord.store import Filters, Query, Writer
from onrecord.store.hits import WIDEST, Hit, _context
from onrecord.store.view import View
from search.making import embed, fill, said, view

LONG = (
    "Osk Ferries said that "
    + "the boats, the piers and the crews " * 40
    + "were ready. Nobody asked. “Yes,” Mara Lindqvist said."
)


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[View]:
    with view(fill(tmp_path_factory.mktemp("hits") / "ledger.db", [harbour()])) as reading:
        yield reading


def by_content(ledger: View) -> dict[str, Hit]:
    return {parts_of(hit)[0]: hit for hit in ledger.search(Query())}


def parts_of(hit: Hit) -> list[str]:
    return [hit.context[start:end] for start, end in hit.content]


def test_context_and_content(ledger: View) -> None:
    hits = ledger.search(Query()).hits
    drawn = [[part.text for part in one.content] for one in harbour().statements]
    assert sorted(parts_of(hit) for hit in hits) == sorted(drawn)
    for hit in hits:
        assert hit.context in TEXT
        assert hit.context == hit.context.strip()


SENTENCES = {
    "that any inspection had been missed": "Osk Ferries denied that any inspection had been missed.",
    "that the fares would double": "It was reported that the fares would double.",
    "“We are not there yet,”": "“We are not there yet,” Mara Lindqvist told the Northreach Courier in an interview. "
    "“Osk Ferries says the boats are safe. I have asked to see the papers.”",
}


@pytest.mark.parametrize(("content", "sentence"), SENTENCES.items())
def test_sentences(ledger: View, content: str, sentence: str) -> None:
    assert by_content(ledger)[content].context == sentence


def test_fields(ledger: View) -> None:
    hit = by_content(ledger)["“We are not there yet,”"]
    assert hit.id.startswith("s")
    assert (hit.speaker, hit.source, hit.office, hit.qid) == ("Mara Lindqvist", "Mara Lindqvist", "chair", "Q900000001")
    assert (hit.kind, hit.act, hit.confidence, hit.status, hit.corrected) == ("direct", "assert", 0.97, "open", False)
    assert (hit.day, hit.last, hit.dated) == ("2031-03-31", "2031-04-01", True)
    assert (hit.article, hit.outlet, hit.published) == ("harbour-1", "Northreach Courier", "2031-04-02T09:30+02:00")
    assert (hit.outlets, hit.first) == (1, "Northreach Courier")
    assert hit.link is not None
    page, _, fragment = hit.link.partition("#:~:text=")
    assert page == "https://courier.example/harbour"
    assert unquote(fragment) == "We are not there yet"
    unknown = by_content(ledger)["that the fares would double"]
    assert (unknown.speaker, unknown.source, unknown.day, unknown.dated) == (None, "", None, False)


def test_the_link_is_to_the_text_where_the_title_says_it_too(tmp_path: Path) -> None:
    title = said(1, "the ferries are safe", title="The ferries are safe")
    with view(fill(tmp_path / "ledger.db", [title])) as reading:
        (hit,) = reading.search(Query())
    assert hit.link is not None
    assert "text=that-,the ferries are safe" in unquote(hit.link)


def test_a_refusal_shows_its_cue(tmp_path: Path) -> None:
    text = "Mara Lindqvist declined to comment. It rained."
    refusal = {"source": "Mara Lindqvist", "cue": "declined to comment", "act": "refuse-to-comment"}
    with view(fill(tmp_path / "ledger.db", [record(text, refusal, id="a1")])) as reading:
        (hit,) = reading.search(Query())
    assert (hit.context, parts_of(hit)) == ("Mara Lindqvist declined to comment.", ["declined to comment"])
    assert (hit.speaker, hit.source, hit.link) == (None, "Mara Lindqvist", None)


def test_a_long_sentence_is_cut_at_words(tmp_path: Path) -> None:
    drawn = {"source": "Osk Ferries", "cue": "said", "content": "were ready"}
    with view(fill(tmp_path / "ledger.db", [record(LONG, drawn, id="a1")])) as reading:
        (hit,) = reading.search(Query())
    assert parts_of(hit) == ["were ready"]
    assert hit.context.endswith("were ready.")
    assert WIDEST - 10 < hit.content[0][0] <= WIDEST
    assert LONG.split().count(hit.context.split()[0]) > 1


@given(st.text(alphabet="aB .!?”“\n", min_size=1, max_size=300), st.data())
def test_the_context_holds_the_statement(text: str, data: st.DataObject) -> None:
    from onrecord.types import Span

    parts = []
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(text) - 1))
        parts.append(Span.of(text, start, data.draw(st.integers(start + 1, len(text)))))
    start, end = _context(text, parts)
    assert 0 <= start <= min(part.start for part in parts)
    assert max(part.end for part in parts) <= end <= len(text)


def test_corrected_fields_are_shown(tmp_path: Path) -> None:
    path = fill(tmp_path / "ledger.db", [harbour()])
    with view(path) as reading, Writer(path, embed) as writer:
        key = by_content(reading)["that the fares would double"].id
        fares = span(TEXT, "the fares")
        writer.correct(key, "content", [[fares.start, fares.end]], by="Tove")
        writer.correct(key, "speaker", "e1", by="Tove")
        writer.correct(key, "said_on", {"start": "2031-04-01", "end": "2031-04-03"}, by="Tove")
        writer.correct(key, "kind", "mixed", by="Tove")
        (hit,) = reading.search(Query("fares", by="words"))
        assert (hit.id, parts_of(hit), hit.corrected, hit.kind) == (key, ["the fares"], True, "mixed")
        assert (hit.speaker, hit.office, hit.qid) == ("Mara Lindqvist", "chair", "Q900000001")
        assert (hit.day, hit.last, hit.dated) == ("2031-04-01", "2031-04-02", True)
        assert hit.link is not None
        assert unquote(hit.link).endswith("text=the fares")
        (same,) = reading.search(Query("fares", Filters(speaker="Lindqvist"), by="words"))
        assert same == hit


COPY = (
    "NORTHREACH — {first} The crossing was closed for most of the winter, and islanders had to wait for the mail boat."
    "\n\nThe board of the harbour met on Tuesday evening behind closed doors in the old customs house. Osk Ferries said"
    " that the boats had been inspected in March. Four of the five members came, and the fifth sent a letter that was"
    " read aloud.\n\nThe next meeting is planned for the second week of May, when the fares for the summer are due."
)


def test_who_carried_it_and_who_first(tmp_path: Path) -> None:
    drawn = {"source": "Osk Ferries", "cue": "said", "content": "that the boats had been inspected in March"}
    copies = [
        record(COPY.format(first=f"{outlet}."), drawn, id=outlet, outlet=outlet, published=published,
               url=f"https://{outlet.lower()}.example/1")
        for outlet, published in (("Courier", "2031-04-03"), ("Wire", "2031-04-01"), ("Times", "2031-04-02"))
    ]  # fmt: skip
    path = fill(tmp_path / "ledger.db", [*copies, said(9, "something else")])
    with view(path) as reading:
        carried = reading.search(Query("inspected", by="words"))
        assert len(carried) == 3
        assert {(hit.outlets, hit.first) for hit in carried} == {(3, "Wire")}
        (other,) = reading.search(Query("something", by="words"))
        assert other.outlets == 1


def test_statement_by_its_id_or_a_beginning_of_it(ledger: View) -> None:
    for hit in ledger.search(Query()):
        for key in (hit.id, hit.id[:10]):
            shown = ledger.statement(key)
            assert shown.hit.id == shown.entry.id == hit.id
    for key, problem in (("", "no statement"), ("s", "several"), ("s000", "no statement"), ("s\ud800", "no statement")):
        with pytest.raises(NotOnRecord, match=problem):
            ledger.statement(key)


def test_an_id_that_another_begins_with(tmp_path: Path) -> None:
    path = fill(tmp_path / "ledger.db", [said(1, "one thing"), said(2, "another")])
    with Writer(path, embed) as writer, writer.transaction() as connection:
        connection.execute("UPDATE statement SET key = 'sabc' || CASE id WHEN 1 THEN '' ELSE 'x' END")
    with view(path) as reading:
        assert reading.statement("sabc").hit.article == "a1"
        assert reading.statement("sabcx").hit.article == "a2"


def test_record_by_id_address_or_beginning(ledger: View) -> None:
    for name in (
        "harbour-1",
        "harb",
        "https://courier.example/harbour",
        "http://courier.example/harbour/?utm_medium=x",
    ):
        assert ledger.record(name).record.article.id == "harbour-1"
        assert len(ledger.versions(name)) == (name != "harb")
    for name in ("", "harbour-2", "https://courier.example/", "\ud800"):
        with pytest.raises(NotOnRecord):
            ledger.record(name)
