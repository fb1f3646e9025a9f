"""The queue of statements to review: its order, its ends, and whose work it was."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from search.making import embed, fill, said, view

from onrecord.errors import BadQuery
from onrecord.store import queue
from onrecord.store.filters import Filters
from onrecord.store.writer import Writer

OPEN = Filters(shown="open")
LONG_AGO, NEVER = "1999-01-01T00:00:00Z", "9999-01-01T00:00:00Z"


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    """Five statements, of which two are equally sure."""
    sure = (0.9, 0.4, 0.7, 0.4, 0.2)
    drawn = [said(at, f"the crossing number {at} is safe", confidence=one) for at, one in enumerate(sure)]
    return fill(tmp_path / "ledger.db", drawn)


@contextmanager
def asked(
    path: Path, filters: Filters = OPEN, text: str | None = None
) -> Iterator[tuple[sqlite3.Connection, queue.Queue]]:
    with view(path) as reading, reading.snapshot() as connection:
        yield connection, queue.queue(connection, filters, text)


def keys(path: Path) -> list[str]:
    """The statement of each article, in the order in which they were added."""
    with view(path) as reading:
        return [one.id for one in reading.entries()]


def walk(path: Path, filters: Filters = OPEN, text: str | None = None) -> list[str]:
    """The keys from the first on, until one comes again or there is none."""
    with asked(path, filters, text) as (connection, all_):
        found: list[str] = []
        at = queue.following(connection, all_, None)
        while at is not None and at not in found:
            found.append(at)
            at = queue.following(connection, all_, at)
        return found


@pytest.mark.parametrize("counted", [10_000, 2], ids=["few, sorted", "many, by the index"])
def test_the_least_confident_come_first_and_equals_in_the_order_they_were_added(
    ledger: Path, counted: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "COUNTED", counted)
    zero, one, two, three, four = keys(ledger)
    assert walk(ledger) == [four, one, three, two, zero]
    with asked(ledger) as (connection, all_):
        assert (all_.left, all_.more) == ((5, False) if counted > 5 else (2, True))
        back = [queue.preceding(connection, all_, key) for key in (zero, two, three, one, four)]
        assert back == [two, three, one, four, None]
        assert [hit.id for hit in queue.upcoming(connection, all_, 2)] == [four, one]


def test_what_is_decided_leaves_the_queue_and_keeps_its_place(ledger: Path) -> None:
    zero, one, two, three, four = keys(ledger)
    with Writer(ledger, embed) as writer:
        writer.correct(one, "status", "accepted", by="Ines Vold")
    assert walk(ledger) == [four, three, two, zero]
    with asked(ledger) as (connection, all_):
        assert queue.following(connection, all_, one) == three
        assert queue.preceding(connection, all_, one) == four
        assert queue.following(connection, all_, zero) == four  # and begins again


def test_a_queue_that_deciding_does_not_empty_ends(ledger: Path) -> None:
    every = keys(ledger)
    with asked(ledger, Filters(shown="all")) as (connection, all_):
        assert queue.following(connection, all_, every[0]) is None
    with Writer(ledger, embed) as writer:
        writer.correct(every[2], "status", "rejected", by="Ines Vold")
    assert walk(ledger, Filters(shown="rejected")) == [every[2]]
    assert walk(ledger, Filters(shown="accepted")) == []


def test_words_and_filters_narrow_it(ledger: Path) -> None:
    zero, one, two, three, _ = keys(ledger)
    assert walk(ledger, text="number 3") == [three]
    assert walk(ledger, text="crossing -4") == [one, three, two, zero]
    assert walk(ledger, Filters(shown="open", confidence=0.6)) == [two, zero]
    assert walk(ledger, Filters(shown="open", speaker="Nobody Atall")) == []
    assert walk(ledger, text="  ") == walk(ledger)
    with pytest.raises(BadQuery):
        walk(ledger, text='"unfinished')


def test_what_somebody_did_counts_as_far_as_it_holds(ledger: Path) -> None:
    zero, one, two, *_ = keys(ledger)
    with Writer(ledger, embed) as writer:
        writer.correct(zero, "status", "accepted", by="Ines Vold")
        writer.correct(zero, "act", "deny", by="Ines Vold")
        mine = writer.correct(one, "status", "rejected", by="Ines Vold")
        writer.correct(two, "status", "rejected", by="Ola Brandt")
        gone = writer.correct(two, "act", "promise", by="Ines Vold")
        undone = writer.correct(two, "undo", gone.id, by="Ola Brandt")
    with asked(ledger) as (connection, _all):
        done = queue.done(connection, "Ines Vold", LONG_AGO, LONG_AGO)
        assert (done.statements, done.last) == (2, mine)
        assert queue.done(connection, "Ines Vold", NEVER, LONG_AGO) == queue.Done(0, mine)
        assert queue.done(connection, "Ines Vold", NEVER, NEVER) == queue.Done(0, None)
        assert queue.done(connection, "Nobody", LONG_AGO, LONG_AGO) == queue.Done(0, None)
    with Writer(ledger, embed) as writer:
        writer.correct(two, "undo", undone.id, by="Ola Brandt")  # so that what it undid holds again
    with asked(ledger) as (connection, _all):
        done = queue.done(connection, "Ines Vold", LONG_AGO, LONG_AGO)
        assert (done.statements, done.last) == (3, gone)


def test_no_question_reads_the_whole_table_where_many_are_left(ledger: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "COUNTED", 2)
    with asked(ledger) as (connection, all_):
        asked_for: list[str] = []
        connection.set_trace_callback(asked_for.append)
        queue.following(connection, all_, keys(ledger)[1])
        connection.set_trace_callback(None)
        plans = [
            row[3]
            for one in asked_for
            if "standing s " in one
            for row in connection.execute(f"EXPLAIN QUERY PLAN {one}")
        ]
    assert plans
    assert not [plan for plan in plans if plan.startswith("SCAN") or "TEMP B-TREE" in plan]
