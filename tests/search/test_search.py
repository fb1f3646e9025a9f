"""Finding statements: by words, by meaning, by both; sorted and counted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from records import dated

from onrecord.errors import BadQuery
from onrecord.store import Filters, Query, Writer, prepare
from onrecord.store.search import LEAST, NEAREST
from onrecord.store.view import Page, View
from search.making import embed, fill, said, view

RECORDS = [
    said(1, "the ferries are safe", confidence=0.9, said_on=dated("2031-04-01", "2031-04-02")),
    said(2, "the ferry contract will be signed in June", "Osk Ferries", type="organisation", confidence=0.8,
         published="2031-05-01"),
    said(3, "no boat missed an inspection", confidence=0.7, published="2031-03-01"),
    said(4, "the fares of the ferry, the bus and the tram will double", "Tove Aldersen", confidence=0.95,
         published=None),
    said(5, "the Café Åsa stays open", "Åsa Löfgren", confidence=0.85, published="2031-06-01"),
]  # fmt: skip


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[View]:
    with view(fill(tmp_path_factory.mktemp("search") / "ledger.db", RECORDS)) as reading:
        yield reading


def order(page: Page) -> list[int]:
    return [int(hit.article[1:]) for hit in page]


BY_WORDS: dict[str, list[int]] = {
    "ferry": [1, 2, 4],
    '"ferry"': [2, 4],
    "ferr*": [1, 2, 4],
    "ferry contract": [2],
    '"ferry contract"': [2],
    '"contract ferry"': [],
    "contract OR inspections": [2, 3],
    "ferry NOT contract": [1, 4],
    "ferry -fares": [1, 2],
    "NEAR(ferry double, 8)": [4],
    "NEAR(ferry double, 2)": [],
    "cafe asa": [5],
    "LOFGREN": [5],
    "zeppelin": [],
}


@pytest.mark.parametrize(("text", "found"), BY_WORDS.items())
def test_by_words(ledger: View, text: str, found: list[int]) -> None:
    page = ledger.search(Query(text, by="words"))
    assert sorted(order(page)) == found
    assert (page.total, page.more, page.next) == (len(found), False, None)
    scores = [hit.score for hit in page]
    assert scores == sorted(scores, reverse=True)


def test_what_was_said_counts_more_than_who_said_it(ledger: View) -> None:
    assert order(ledger.search(Query("ferries", by="words")))[-1] != 1
    (first, *_) = ledger.search(Query("osk OR safe", by="words"))
    assert first.article == "a1"


SORTED: dict[str, list[int]] = {"said": [5, 2, 1, 3, 4], "confidence": [4, 1, 5, 2, 3], "relevance": [5, 2, 1, 3, 4]}


@pytest.mark.parametrize(("sort", "found"), SORTED.items())
def test_listed(ledger: View, sort: Any, found: list[int]) -> None:
    for text in (None, "", "  "):
        assert order(ledger.search(Query(text, sort=sort))) == found


@pytest.mark.parametrize(("sort", "found"), [("said", [2, 1, 4]), ("confidence", [4, 1, 2])])
@pytest.mark.parametrize("by", ["words", "both", "auto"])
def test_sorted_words(ledger: View, sort: Any, found: list[int], by: Any) -> None:
    assert order(ledger.search(Query("ferry", by=by, sort=sort))) == found


def test_sorted_meaning(ledger: View) -> None:
    ranked = order(ledger.search(Query("the ferry contract and the fares will double", by="meaning")))
    assert len(ranked) >= 2
    for sort in ("said", "confidence"):
        found = order(ledger.search(Query("the ferry contract and the fares will double", by="meaning", sort=sort)))  # type: ignore[arg-type]
        assert found == [one for one in SORTED[sort] if one in ranked]


def test_by_meaning(ledger: View) -> None:
    page = ledger.search(Query("an inspection of the boat", by="meaning"))
    assert order(page)[0] == 3
    assert all(hit.score >= LEAST for hit in page)
    assert not any(hit.highlights for hit in page)


def test_both_are_fused(ledger: View) -> None:
    by_words, by_meaning = (ledger.search(Query("ferry fares double", by=by)) for by in ("words", "meaning"))  # type: ignore[arg-type]
    both = ledger.search(Query("ferry fares double", by="both"))
    assert set(order(both)) == {*order(by_words), *order(by_meaning)}
    assert order(both)[0] == 4
    assert both.hits[0].score == pytest.approx(2 / 61)
    assert order(ledger.search(Query("ferry fares double"))) == order(both)


@pytest.mark.parametrize("text", ['"ferry fares"', "ferry OR fares", "fare*"])
def test_operators_are_for_words(ledger: View, text: str) -> None:
    assert order(ledger.search(Query(text))) == order(ledger.search(Query(text, by="words")))


REFUSED: list[tuple[Query, str]] = [
    (Query("x", by="smell"), "by 'smell'"),  # type: ignore[arg-type]
    (Query("x", sort="size"), "sort 'size'"),  # type: ignore[arg-type]
    (Query("x", limit=0), "limit 0"),
    (Query("x", limit=1001), "limit 1001"),
    (Query("…", by="meaning"), "query '…'"),
    (Query("x" * 10_000, by="meaning"), "the query"),
    (Query('"x', by="both"), "query '\"x'"),
    (Query("x", Filters(speaker="Nobody"), after="?"), "page '?'"),
]


@pytest.mark.parametrize(("query", "datum"), REFUSED)
def test_refused(ledger: View, query: Query, datum: str) -> None:
    with pytest.raises(BadQuery) as caught:
        ledger.search(query)
    assert caught.value.datum == datum


def test_half_a_character(ledger: View) -> None:
    assert order(ledger.search(Query("\ud800 contract", by="words"))) == [2]
    assert order(ledger.search(Query("\ud800 inspection boat", by="meaning")))[0] == 3


def test_few_that_the_filters_let_through_are_not_crowded_out_of_meaning(tmp_path: Path) -> None:
    many = [said(number, f"the ferry number {number} is late") for number in range(1, 451)]
    far = said(500, "the ferry and other things are on the table of the harbour board", "Ivo Brandt")
    with view(fill(tmp_path / "ledger.db", [*many, far])) as ledger:
        everyone = ledger.search(Query("the ferry number is late", by="meaning", limit=1000))
        assert len(everyone) == everyone.total == NEAREST < len(many)
        assert 500 not in order(everyone)
        assert order(ledger.search(Query("the ferry number is late", Filters(speaker="Brandt"), by="meaning"))) == [500]


def test_a_paraphrase_by_meaning_alone(tmp_path: Path) -> None:
    from onrecord.store.vectors import vector_of, vectors_of

    records = [
        said(1, "the boats had not been checked by engineers for two years"),
        said(2, "taxes on tobacco would go up next spring"),
        said(3, "the orchestra played better than ever before"),
    ]
    with Writer(tmp_path / "ledger.db", vectors_of) as writer:
        for one in records:
            writer.add(prepare(one, vectors_of))
    with View(tmp_path / "ledger.db", vector_of) as ledger:
        paraphrase = "missed safety inspections of vessels"
        assert order(ledger.search(Query(paraphrase, by="words"))) == []
        assert order(ledger.search(Query(paraphrase, by="meaning")))[:1] == [1]
        assert order(ledger.search(Query(paraphrase)))[:1] == [1]


def test_an_empty_ledger(tmp_path: Path) -> None:
    with view(fill(tmp_path / "ledger.db", [])) as ledger:
        for query in (Query(), Query("ferry", by="words"), Query("ferry", by="meaning"), Query("ferry", facets=True)):
            page = ledger.search(query)
            assert (len(page), page.total, page.next) == (0, 0, None)


@pytest.mark.parametrize(
    ("by", "text"), [("words", "ferry"), ("meaning", "the ferry contract signed; ferries are safe")]
)
def test_it_sees_what_was_added_and_taken_away_meanwhile(tmp_path: Path, by: Any, text: str) -> None:
    path = fill(tmp_path / "ledger.db", RECORDS[:1])
    with view(path) as ledger, Writer(path, embed) as writer:
        assert order(ledger.search(Query(text, by=by))) == [1]
        writer.add(prepare(RECORDS[1], embed))
        assert sorted(order(ledger.search(Query(text, by=by)))) == [1, 2]
        key = next(hit.id for hit in ledger.search(Query()) if hit.article == "a2")
        writer.correct(key, "status", "rejected", by="Tove")
        assert order(ledger.search(Query(text, by=by))) == [1]


@pytest.mark.parametrize("rejected", [0, 3, 12, 20])
@pytest.mark.parametrize("spare", [0, 5, 50])
def test_however_many_of_the_best_were_rejected(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rejected: int, spare: int
) -> None:
    from onrecord.store import search

    monkeypatch.setattr(search, "SPARE", spare)
    path = fill(tmp_path / "ledger.db", [said(at, "the ferry " + "is late " * at) for at in range(1, 21)])
    with view(path) as ledger, Writer(path, embed) as writer:
        ranked = [hit.id for hit in ledger.search(Query("ferry", by="words"))]
        for key in ranked[:rejected]:
            writer.correct(key, "status", "rejected", by="Tove")
        page = ledger.search(Query("ferry", by="words", limit=6))
        assert [hit.id for hit in page] == ranked[rejected:][:6]
        assert page.total == 20 - rejected
