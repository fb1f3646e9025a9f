"""Which statements each filter lets through."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from records import dated

from onrecord.errors import BadQuery
from onrecord.store import Filters, Query, Writer
from onrecord.store.view import View
from search.making import embed, fill, said, view

RECORDS = [
    said(
        1, "the ferries are safe", qid="Q900000001", office="harbour chair", country="NO", kind="direct",
        act="deny", published="2031-04-02T09:30+02:00", confidence=0.95,
        said_on=dated("2031-04-01", "2031-04-02"),
    ),
    said(
        2, "the fares will double", "Lindqvist", qid="Q900000001", published="2031-05-10", outlet="Skerry Times",
        confidence=0.5,
    ),
    said(
        3, "no boat was late", "Osk Ferries", type="organisation", addressee="the Harbour Board",
        published="2031-12-31", act="deny", said_on=dated("2031-11-01", "2031-12-01"),
    ),
    said(
        4, "the pier is closed", "Écho Bertô", office="Préfète", country="France", outlet="ÉCHO du Nord",
        published="2031",
    ),
    said(5, "the pier is open", None, published=None, outlet=None, kind="mixed"),
    said(6, "the pier is shut", "Tove Aldersen", office="Minister of Harbours", published="2032-01-01", url=None),
]  # fmt: skip

PASSED: dict[str, tuple[dict[str, Any], set[int]]] = {
    "none": ({}, {1, 2, 3, 4, 5, 6}),
    "speaker": ({"speaker": "Mara Lindqvist"}, {1, 2}),
    "a part of the name, whoever it is elsewhere": ({"speaker": "lindqvist"}, {1, 2}),
    "accents and case aside": ({"speaker": "ECHO berto"}, {4}),
    "an item as speaker": ({"speaker": "Q900000001"}, {1, 2}),
    "a speaker whom nobody knows": ({"speaker": "Nobody Atall"}, set()),
    "words of two people": ({"speaker": "Lindqvist Aldersen"}, set()),
    "item": ({"qid": "Q900000001"}, {1, 2}),
    "another item": ({"qid": "Q9"}, set()),
    "office": ({"office": "CHAIR"}, {1}),
    "office in another alphabet": ({"office": "PRÉFÈTE"}, {4}),
    "office of nobody": ({"office": "king"}, set()),
    "country": ({"country": "no"}, {1}),
    "a country's whole name": ({"country": "FRANCE"}, {4}),
    "a part of a country's name": ({"country": "Fran"}, set()),
    "outlet": ({"outlet": "northreach"}, {1, 3, 6}),
    "outlet in another alphabet": ({"outlet": "écho"}, {4}),
    "no such outlet": ({"outlet": "Gazette"}, set()),
    "kind": ({"kind": ("direct",)}, {1}),
    "kinds": ({"kind": ("direct", "mixed")}, {1, 5}),
    "act": ({"act": ("deny",)}, {1, 3}),
    "addressee": ({"addressee": "harbour board"}, {3}),
    "no such addressee": ({"addressee": "parliament"}, set()),
    "since, by the day of saying, else of publication": ({"since": "2031-04-02"}, {2, 3, 6}),
    "since that very day": ({"since": "2031-04-01"}, {1, 2, 3, 6}),
    "since within the days on which it may have been said": ({"since": "2031-11-30"}, {3, 6}),
    "since the day after": ({"since": "2031-12-01"}, {6}),
    "until": ({"until": "2031-11-01"}, {1, 2, 3}),
    "until a month": ({"until": "2031-05"}, {1, 2}),
    "until a year": ({"until": "2031"}, {1, 2, 3}),
    "since a month": ({"since": "2031-05"}, {2, 3, 6}),
    "a year": ({"since": "2031", "until": "2031"}, {1, 2, 3}),
    "published since": ({"since": "2031-12-01", "by": "published"}, {3, 6}),
    "published until": ({"until": "2031-04", "by": "published"}, {1}),
    "published that day": ({"since": "2031-12-31", "until": "2031-12-31", "by": "published"}, {3}),
    "confidence": ({"confidence": 0.9}, {1, 3, 4, 5, 6}),
    "confidence above": ({"confidence": 0.91}, {1}),
    "corrected": ({"corrected": True}, set()),
    "not corrected": ({"corrected": False}, {1, 2, 3, 4, 5, 6}),
    "article": ({"article": "a3"}, {3}),
    "article by address": ({"article": "https://courier.example/2"}, {2}),
    "article by address with what tracks readers": ({"article": "http://courier.example/2/?utm_source=x#top"}, {2}),
    "no such article": ({"article": "a33"}, set()),
    "two": ({"act": ("deny",), "outlet": "Northreach"}, {1, 3}),
    "three": ({"act": ("deny",), "outlet": "Northreach", "since": "2031-05"}, {3}),
    "four that none passes": (
        {"act": ("deny",), "outlet": "Northreach", "since": "2031-05", "qid": "Q900000001"}, set()
    ),
    "half a character": ({"speaker": "Osk \ud800 Ferries"}, {3}),
    "half a character as an outlet": ({"outlet": "\udcff"}, set()),
    "SQL": ({"outlet": "x' OR 1=1 --", "addressee": "%"}, set()),
}  # fmt: skip


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[View]:
    with view(fill(tmp_path_factory.mktemp("filters") / "ledger.db", RECORDS)) as reading:
        yield reading


def found(ledger: View, text: str | None = None, **filters: Any) -> set[int]:
    return {int(hit.article[1:]) for hit in ledger.search(Query(text, Filters(**filters)))}


@pytest.mark.parametrize(("filters", "passed"), PASSED.values(), ids=PASSED)
def test_filter(ledger: View, filters: dict[str, Any], passed: set[int]) -> None:
    page = ledger.search(Query(filters=Filters(**filters)))
    assert {int(hit.article[1:]) for hit in page} == passed
    assert page.total == len(passed)


@pytest.mark.parametrize(("filters", "passed"), PASSED.values(), ids=PASSED)
@pytest.mark.parametrize(
    ("text", "by", "matching"), [("the pier", "words", {4, 5, 6}), ("the ferries", "meaning", None)]
)
def test_filter_and_text(
    ledger: View, filters: dict[str, Any], passed: set[int], text: str, by: Any, matching: set[int] | None
) -> None:
    every = {int(hit.article[1:]) for hit in ledger.search(Query(text, by=by))}
    assert every == matching or matching is None
    assert {int(hit.article[1:]) for hit in ledger.search(Query(text, Filters(**filters), by=by))} == passed & every


REFUSED: dict[str, dict[str, Any]] = {
    "kind 'said'": {"kind": ("said",)},
    "act 'lie'": {"act": ("deny", "lie")},
    "since '2031-13'": {"since": "2031-13"},
    "until '2031-02-30'": {"until": "2031-02-30"},
    "since 'yesterday'": {"since": "yesterday"},
    "since '٢٠٣١'": {"since": "٢٠٣١"},
    "since '0000'": {"since": "0000"},
    "since 2031-05": {"since": "2031-05", "until": "2031-04"},
    "confidence 1.5": {"confidence": 1.5},
    "confidence nan": {"confidence": float("nan")},
    "status 'gone'": {"shown": "gone"},
    "by 'heard'": {"by": "heard"},
    "speaker '…'": {"speaker": "…"},
}


@pytest.mark.parametrize(("datum", "filters"), REFUSED.items())
def test_refused(ledger: View, datum: str, filters: dict[str, Any]) -> None:
    with pytest.raises(BadQuery) as caught:
        ledger.search(Query(filters=Filters(**filters)))
    assert caught.value.datum == datum
    assert caught.value.problem


def test_corrections_are_what_is_filtered_and_found(tmp_path: Path) -> None:
    path = fill(tmp_path / "ledger.db", RECORDS[:3])
    with Writer(path, embed) as writer, view(path) as ledger:
        keys = {hit.article: hit.id for hit in ledger.search(Query())}
        writer.correct(keys["a1"], "act", "promise", by="Tove")
        writer.correct(keys["a1"], "speaker", {"name": "Ivo Brandt"}, by="Tove")
        writer.correct(keys["a2"], "content", [[0, 8]], by="Tove")
        writer.correct(keys["a3"], "status", "rejected", by="Tove")
        assert found(ledger, act=("deny",)) == set()
        assert found(ledger, act=("promise",)) == {1}
        assert found(ledger, speaker="Ivo Brandt") == {1}
        assert found(ledger, speaker="Mara") == {2}
        assert found(ledger, "ferries", by="said", speaker="Mara") == set()
        assert found(ledger, "double") == set()
        assert found(ledger, "bulletin") == {2}
        assert found(ledger) == {1, 2}
        assert found(ledger, corrected=True) == {1, 2}
        assert found(ledger, shown="rejected") == {3}
        assert found(ledger, shown="all") == {1, 2, 3}
        assert found(ledger, shown="open") == {1, 2}
        writer.correct(keys["a3"], "status", "accepted", by="Tove")
        writer.correct(keys["a2"], "undo", None, by="Tove")
        assert found(ledger, shown="accepted") == {3}
        assert found(ledger, "double") == {2}
        assert found(ledger, corrected=True) == {1}
        (hit,) = ledger.search(Query("ferries safe", by="words"))
        assert (hit.speaker, hit.act, hit.corrected) == ("Ivo Brandt", "promise", True)


def test_every_lookup_has_its_index(ledger: View, monkeypatch: pytest.MonkeyPatch) -> None:
    """No table that grows with the archive is gone through row by row where a filter names what it wants."""
    with ledger.snapshot() as connection:
        traced: list[str] = []
        connection.set_trace_callback(traced.append)
        try:
            for filters in (Filters(speaker="Q900000001"), Filters(qid="Q900000001"), Filters(article="a1"),
                            Filters(speaker="Lindqvist"), Filters(since="2031-04", speaker="Osk Ferries")):  # fmt: skip
                page_of(ledger, connection, filters)
        finally:
            connection.set_trace_callback(None)
        statements = {line for line in traced if line.startswith(("SELECT", "WITH"))}
        assert len(statements) > 8
        grown = ("article", "statement", "profile", "person", "span", "embedding", "wording", "s", "standing")
        scans = [
            (plan, line)
            for line in statements
            for *_, plan in connection.execute(f"EXPLAIN QUERY PLAN {line}")
            if plan in {f"SCAN {table}" for table in grown}
        ]
        assert not scans


def page_of(ledger: View, connection: Any, filters: Filters) -> None:
    from onrecord.store.hits import hits
    from onrecord.store.search import search

    found = search(connection, Query("ferries safe", filters), ledger._codes, ledger._vector)
    hits(connection, found.ids, found.parsed)
    found = search(connection, Query(None, filters), ledger._codes, ledger._vector)
    assert hits(connection, found.ids, found.parsed)
