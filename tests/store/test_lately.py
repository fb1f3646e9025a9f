"""What went on record lately: by day, most carried, most quoted, declined to comment."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest
from records import dated
from search.making import embed, fill, said, view
from store.making import copy_of_the_wire

from onrecord.store import lately as module
from onrecord.store.filters import Filters
from onrecord.store.lately import Lately, lately, totals
from onrecord.store.search import Query
from onrecord.store.writer import Writer
from onrecord.types import Record


def told(path: Path, records: Iterable[Record]) -> Lately:
    with view(fill(path, records)) as own, own.snapshot() as connection:
        return lately(connection)


@pytest.fixture
def db(tmp_path: Path) -> Path:
    return tmp_path / "ledger.db"


def test_an_empty_ledger_has_nothing_to_tell(db: Path) -> None:
    found = told(db, [])
    assert (found.last, found.by_day, found.latest, found.quoted, found.declined) == (None, (), (), (), ())
    assert found.statements == 0


def test_lately_ends_with_the_newest_publication(db: Path) -> None:
    found = told(
        db,
        [
            said(1, "the crossing is safe", published="2031-04-03"),
            said(2, "the crossing is closed", published="2031-04-05"),
            said(3, "the crossing is old", published="1999-01-01"),
        ],
    )
    assert (found.first, found.last) == ("2031-03-07", "2031-04-05")
    assert dict(found.by_day)["2031-04-03"] == 1
    assert found.statements == 2
    assert len(found.by_day) == module.DAYS


def test_a_day_counts_what_a_search_for_it_finds(db: Path) -> None:
    records = [
        said(1, "the vote is on", published="2031-04-05", said_on=dated("2031-04-01", "2031-04-04")),
        said(2, "the vote is off", published="2031-04-03", act="deny"),
        said(3, "the vote was over", published="2031-04-05", said_on=dated("2031-02-20", "2031-03-08"), kind="direct"),
    ]
    found = told(db, records)
    with view(db) as own:
        for day, count in found.by_day:
            assert own.search(Query(None, Filters(since=day, until=day))).total == count, day
    assert found.acts == {"assert": 2, "deny": 1}
    assert found.kinds == {"indirect": 2, "direct": 1}


def test_what_is_rejected_is_in_none_of_it(db: Path) -> None:
    fill(db, [said(1, "the crossing is safe", published="2031-04-03", act="refuse-to-comment")])
    with view(db) as own:
        key = own.search(Query(None)).hits[0].id
    with Writer(db, embed) as writer:
        writer.correct(key, "status", "rejected", by="Ines Vold")
    with view(db) as own, own.snapshot() as connection:
        found = lately(connection)
    assert (found.statements, found.latest, found.quoted, found.declined) == (0, (), (), ())


def test_the_latest_are_of_several_articles(db: Path) -> None:
    records = [said(at, f"item {at} is safe", published=f"2031-04-{at:02d}") for at in range(1, 15)]
    found = told(db, records)
    assert len({hit.article for hit in found.latest}) == len(found.latest) == 7
    assert {hit.published for hit in found.latest[1:]} <= {f"2031-04-{at:02d}" for at in range(8, 15)}


def test_the_lead_is_direct_and_sure(db: Path) -> None:
    records = [
        said(1, "the minister has no plan to resign before June", published="2031-04-05"),
        said(2, "“the minister will never resign, not even in June”", kind="direct", published="2031-04-05"),
        said(3, "“perhaps the minister will resign after all, who knows”", kind="direct", confidence=0.4,
             published="2031-04-05"),
    ]  # fmt: skip
    assert told(db, records).latest[0].article == "a2"


def test_copies_count_once_for_their_speaker_and_by_outlet_for_the_statement(db: Path) -> None:
    records = [
        copy_of_the_wire(name, outlet, published=f"2031-04-02T{hour}:00:00+00:00")
        for name, outlet, hour in (
            ("wire", "Meridian Wire", "08"),
            ("post", "Northreach Post", "11"),
            ("b", "Bay", "12"),
        )
    ]
    found = told(db, records)
    assert [hit.outlets for hit in found.carried] == [3, 3, 3]
    assert {hit.first for hit in found.carried} == {"Meridian Wire"}
    assert [(one.name, one.office, one.statements) for one in found.quoted] == [("Mara Lindqvist", "chair", 2)]


def test_older_copies_are_told_where_there_are_no_newer(db: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "ENOUGH", 1)
    copies = [copy_of_the_wire(name, name, published="2030-01-02") for name in ("wire", "post")]
    found = told(db, [*copies, said(1, "the crossing is safe", published="2031-04-05")])
    assert found.carried_since is None
    assert found.carried


def test_busy_ledgers_are_looked_at_for_a_shorter_time(db: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST", 3)
    monkeypatch.setattr(module, "FEW", 0)
    found = told(db, [said(at, f"item {at} is safe", published=f"2031-04-{at:02d}") for at in range(1, 15)])
    assert (found.statements, found.since) == (14, "2031-04-08")
    assert sum(one.statements for one in found.quoted) == 3


def test_a_ledger_without_days_tells_what_came_last(db: Path) -> None:
    found = told(db, [said(at, f"item {at} is safe") for at in range(1, 4)])
    assert found.last is None
    assert len(found.latest) == 3
    assert sum(one.statements for one in found.quoted) == 3


def test_totals(db: Path) -> None:
    with view(fill(db, [said(1, "it is safe"), said(2, "it is not")])) as own, own.snapshot() as connection:
        assert totals(connection) == module.Totals(2, 2, 1)


def test_no_question_looks_through_all_statements(db: Path) -> None:
    fill(db, [said(1, "it is safe", published="2031-04-05")])
    asked: list[str] = []
    with view(db) as own, own.snapshot() as connection:
        connection.set_trace_callback(asked.append)
        lately(connection)
        connection.set_trace_callback(None)
        plans = [
            row[3]
            for one in asked
            if one.startswith("SELECT")
            for row in connection.execute(f"EXPLAIN QUERY PLAN {one}")
        ]
    assert plans
    assert not [plan for plan in plans if plan == "SCAN standing"]
