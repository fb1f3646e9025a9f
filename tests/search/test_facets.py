"""How many of the statements found are whose, where, of which kind, act and month."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from records import dated

from onrecord.store import Filters, Query
from onrecord.store.view import View
from search.making import fill, said, view

RECORDS = [
    said(1, "the ferries are safe", "Mara Lindqvist", qid="Q900000001", published="2031-04-02", kind="direct"),
    said(2, "the ferries are late", "Lindqvist", qid="Q900000001", published="2031-04-03", outlet="Skerry Times"),
    said(3, "the ferries are old", "Osk Ferries", type="organisation", published="2031-05-03", act="deny",
         said_on=dated("2031-03-01", "2031-03-02")),
    said(4, "the ferries are new", None, published="2031", outlet=None),
    said(5, "the weather is fine", "Tove Aldersen", published="2031-05-03"),
]  # fmt: skip


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[View]:
    with view(fill(tmp_path_factory.mktemp("facets") / "ledger.db", RECORDS)) as reading:
        yield reading


@pytest.mark.parametrize("query", [Query("ferries are", by="words"), Query(filters=Filters(article="a1"))])
def test_they_are_given_when_asked_for(ledger: View, query: Query) -> None:
    assert ledger.search(query).facets == {}


def test_counts(ledger: View) -> None:
    page = ledger.search(Query("ferries", by="words", facets=True, limit=1))
    assert page.total == 4
    assert page.facets == {
        "speaker": (("Mara Lindqvist", 2), ("Osk Ferries", 1)),
        "outlet": (("Northreach Courier", 2), ("Skerry Times", 1)),
        "kind": (("indirect", 3), ("direct", 1)),
        "act": (("assert", 3), ("deny", 1)),
        "month": (("2031-04", 2), ("2031-03", 1)),
    }


def test_of_a_list(ledger: View) -> None:
    page = ledger.search(Query(filters=Filters(outlet="courier"), facets=True))
    assert page.total == 3
    assert page.facets["month"] == (("2031-03", 1), ("2031-04", 1), ("2031-05", 1))
    assert dict(page.facets["speaker"]) == {"Mara Lindqvist": 1, "Osk Ferries": 1, "Tove Aldersen": 1}


def test_of_meaning_and_both(ledger: View) -> None:
    for by in ("meaning", "both"):
        page = ledger.search(Query("the ferries are old", by=by, facets=True, limit=1))  # type: ignore[arg-type]
        assert sum(count for _, count in page.facets["kind"]) == page.total > 1
    assert ledger.search(Query("nothing of that", Filters(speaker="Nobody"), facets=True)).facets == {}


def test_the_most_frequent_ten(ledger: View, tmp_path_factory: pytest.TempPathFactory) -> None:
    outlets = [said(at, f"it is {at}", outlet=f"Outlet {at % 15:02}") for at in range(1, 31)]
    more = [said(at, f"it is {at}", outlet="Outlet 14") for at in range(31, 33)]
    with view(fill(tmp_path_factory.mktemp("ten") / "ledger.db", [*outlets, *more])) as ledger:
        counted = ledger.search(Query(facets=True)).facets["outlet"]
        assert counted == (("Outlet 14", 4), *((f"Outlet {at:02}", 2) for at in range(9)))


def test_beyond_what_is_counted(ledger: View, monkeypatch: pytest.MonkeyPatch) -> None:
    from onrecord.store import search

    monkeypatch.setattr(search, "COUNTED", 3)
    for facets in (True, False):
        page = ledger.search(Query("ferries", by="words", facets=facets))
        assert (page.total, page.more, len(page)) == (3, True, 4)
    assert sum(count for _, count in ledger.search(Query(facets=True)).facets["kind"]) == 3
