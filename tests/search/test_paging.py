"""Page after page: each statement once and in order, whatever is added meanwhile."""

from __future__ import annotations

import random
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onrecord.errors import BadQuery
from onrecord.store import Filters, Query, Writer, paging, prepare
from onrecord.store.paging import Place, opened, token
from onrecord.store.view import View
from onrecord.types import Record
from search.making import embed, fill, said, view

WORDS = ["ferry", "boat", "pier", "vote", "fare", "storm", "harbour", "board", "paper", "winter"]
SEARCHES: list[tuple[str | None, Any, Any]] = [
    (text, by, sort)
    for text, by in ((None, "auto"), ("ferry", "words"), ("ferry boat OR pier", "words"),
                     ("ferry boat pier", "meaning"), ("ferry boat", "both"), ("ferry", "auto"))
    for sort in ("relevance", "said", "confidence")
]  # fmt: skip


def statement(number: int, draw: random.Random) -> Record:
    content = " ".join(draw.choices(WORDS, k=draw.randint(3, 9)))
    published = draw.choice([None, "2031", "2031-04-01", "2031-04-02", "2031-05-01"])
    return said(number, content, published=published, confidence=draw.choice([0.5, 0.7, 0.9]))


def pages(ledger: View, query: Query) -> list[str]:
    """The keys on all pages, one after the other."""
    found: list[str] = []
    after: str | None = None
    while True:
        page = ledger.search(Query(query.text, query.filters, query.by, query.sort, query.limit, after))
        found += [hit.id for hit in page]
        assert len(page) == query.limit or page.next is None
        if page.next is None:
            return found
        after = page.next


def ordered(ledger: Path, query: Query) -> list[str]:
    with view(ledger) as reading:
        return [hit.id for hit in reading.search(query)]


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    draw = random.Random(1)
    return fill(tmp_path_factory.mktemp("paging") / "ledger.db", (statement(at, draw) for at in range(1, 61)))


@pytest.mark.parametrize(("text", "by", "sort"), SEARCHES)
@pytest.mark.parametrize("counted", [5, 10_000])  # few are sorted, of many an index is walked
def test_all_pages_are_the_whole_list(
    ledger: Path, monkeypatch: pytest.MonkeyPatch, text: str | None, by: Any, sort: Any, counted: int
) -> None:
    whole = ordered(ledger, Query(text, by=by, sort=sort, limit=1000))
    monkeypatch.setattr(sys.modules["onrecord.store.search"], "COUNTED", counted)
    with view(ledger) as reading:
        assert len(whole) > 7
        for limit in (1, 7, 20):
            assert pages(reading, Query(text, by=by, sort=sort, limit=limit)) == whole


@pytest.mark.parametrize(("text", "by", "sort"), SEARCHES)
@pytest.mark.parametrize("seed", [1, 2])
def test_what_is_added_between_pages_moves_nothing(
    tmp_path: Path, text: str | None, by: Any, sort: Any, seed: int
) -> None:
    draw = random.Random(seed)
    path = fill(tmp_path / "ledger.db", (statement(at, draw) for at in range(1, 31)))
    with view(path) as reading, Writer(path, embed) as writer:
        before = pages(reading, Query(text, by=by, sort=sort, limit=1000))
        found: list[str] = []
        after = None
        number = 100
        while True:
            page = reading.search(Query(text, by=by, sort=sort, limit=4, after=after))
            found += [hit.id for hit in page]
            if page.next is None:
                break
            after = page.next
            for _ in range(3):
                number += 1
                writer.add(prepare(statement(number, draw), embed))
        assert len(found) == len(set(found))
        old = [one for one in found if one in set(before)]
        assert sorted(old) == sorted(before)
        if sort != "relevance" or text is None or by == "meaning":
            assert old == before
        if sort == "relevance" and text is not None:
            assert old == found


def test_beyond_what_a_token_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging, "SHOWN", 10)
    draw = random.Random(3)
    path = fill(tmp_path / "ledger.db", (statement(at, draw) for at in range(1, 61)))
    with view(path) as reading, Writer(path, embed) as writer:
        query = Query("ferry", by="words", limit=4)
        assert pages(reading, query) == pages(reading, Query("ferry", by="words", limit=1000))
        # All scores change with what is added; statements of one score stay together and in order.
        page = reading.search(query)
        found = [hit.id for hit in page]
        while page.next is not None:
            writer.add(prepare(said(1000 + len(found), "something else entirely"), embed))
            page = reading.search(Query("ferry", by="words", limit=4, after=page.next))
            found += [hit.id for hit in page]
        assert len(found) == len(set(found))


@pytest.mark.parametrize(("text", "by", "sort"), SEARCHES)
def test_the_last_one_of_a_page_may_go(tmp_path: Path, text: str | None, by: Any, sort: Any) -> None:
    draw = random.Random(4)
    path = fill(tmp_path / "ledger.db", (statement(at, draw) for at in range(1, 21)))
    with view(path) as reading, Writer(path, embed) as writer:
        before = pages(reading, Query(text, by=by, sort=sort, limit=1000))
        page = reading.search(Query(text, by=by, sort=sort, limit=2))
        writer.correct(page.hits[-1].id, "status", "rejected", by="Tove")
        rest = reading.search(Query(text, by=by, sort=sort, limit=1000, after=page.next))
        assert sorted(hit.id for hit in rest) == sorted(before[2:])


OTHER: dict[str, Query] = {
    "words": Query("boat", by="words", limit=3),
    "filters": Query("ferry", Filters(kind=("direct",)), by="words", limit=3),
    "a filter that lets all through": Query("ferry", Filters(confidence=0.0), by="words", limit=3),
    "sort": Query("ferry", by="words", sort="said", limit=3),
    "by": Query("ferry", by="meaning", limit=3),
    "no words": Query(limit=3),
}


@pytest.mark.parametrize("other", OTHER.values(), ids=OTHER)
def test_a_page_of_another_search_is_refused(ledger: Path, other: Query) -> None:
    with view(ledger) as reading:
        first = reading.search(Query("ferry", by="words", limit=3))
        assert reading.search(Query("ferry", by="words", limit=9, after=first.next)).hits
        with pytest.raises(BadQuery, match="is no page of this search; begin at the first page"):
            reading.search(Query(other.text, other.filters, other.by, other.sort, other.limit, first.next))


@given(st.one_of(st.text(max_size=40), st.binary(max_size=60).map(lambda raw: raw.hex())))
def test_any_other_token_is_refused(text: str) -> None:
    with pytest.raises(BadQuery, match="is no page of this search"):
        opened(text, "ferry", Filters(), "words", "said")


@given(
    st.one_of(st.none(), st.floats(allow_nan=False), st.text(max_size=10)),
    st.integers(1, 2**40),
    st.sets(st.integers(1, 2**40), max_size=50),
)
def test_a_token_keeps_its_place(key: Any, row: int, shown: set[int]) -> None:
    place = Place(key, row, 5, tuple(sorted(shown)))
    asked = ("ferry", Filters(since="2031"), "words", "said")
    assert opened(token(*asked, place=place), *asked) == place


def test_a_token_fits_into_an_address() -> None:
    shown = tuple(sorted(random.Random(1).sample(range(1_000_000), paging.SHOWN)))
    assert len(token("ferry", Filters(), "auto", "relevance", place=Place(0.5, shown[-1], 10**6, shown))) < 6_000
