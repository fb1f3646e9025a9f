"""A copy that is whole at one moment, whatever goes on meanwhile."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import making
import pytest
import records

from onrecord.errors import LedgerError, LedgerFull, NotALedger, NotFound
from onrecord.store import backup as backing
from onrecord.store.backup import backup
from onrecord.store.writer import Writer


def test_a_copy_says_the_same(tmp_path: Path) -> None:
    path, copy = tmp_path / "l.db", tmp_path / "copy.db"
    making.add(path, records.harbour(), making.copy_of_the_wire("a1", "Courier"))
    size = backup(path, copy)
    assert size == copy.stat().st_size
    assert sorted(one.name for one in tmp_path.iterdir() if "copy" in one.name) == ["copy.db"]
    assert making.dump(copy, without=()) == making.dump(path, without=())
    assert making.problems(copy) == []
    assert making.add(copy, making.copy_of_the_wire("a2", "Herald")) == ["added"]  # a ledger like any other


def test_while_another_writes(tmp_path: Path) -> None:
    path = tmp_path / "l.db"
    making.add(path, records.harbour())
    stop = threading.Event()
    done: list[str] = []

    def write() -> None:
        with Writer(path, making.embed) as writer:
            while not stop.is_set():
                writer.add(making.prepared(making.somebody(f"b{len(done)}", name="Jan Hale", qid="Q9")))
                done.append("one")

    thread = threading.Thread(target=write)
    thread.start()
    try:
        for at in range(5):
            before = len(done)
            backup(path, tmp_path / f"{at}.db")
            assert making.problems(tmp_path / f"{at}.db") == []
            assert making.one(tmp_path / f"{at}.db", "SELECT count(*) FROM article") >= 1 + before
            if at:
                earlier = making.one(tmp_path / f"{at - 1}.db", "SELECT count(*) FROM article")
                assert making.one(tmp_path / f"{at}.db", "SELECT count(*) FROM article") >= earlier
    finally:
        stop.set()
        thread.join()
    assert making.one(path, "SELECT count(*) FROM article") == 1 + len(done)


def test_what_is_there_is_not_overwritten(tmp_path: Path) -> None:
    making.add(tmp_path / "l.db", records.harbour())
    (tmp_path / "copy.db").write_text("precious")
    with pytest.raises(LedgerError, match=r"copy\.db: is there already; name a new file"):
        backup(tmp_path / "l.db", tmp_path / "copy.db")
    assert (tmp_path / "copy.db").read_text() == "precious"
    with pytest.raises(LedgerError, match="is there already"):
        backup(tmp_path / "l.db", tmp_path)


def test_nowhere_to_copy_to(tmp_path: Path) -> None:
    making.add(tmp_path / "l.db", records.harbour())
    with pytest.raises(LedgerError, match=r"none/copy\.db: its folder does not exist"):
        backup(tmp_path / "l.db", tmp_path / "none" / "copy.db")
    with pytest.raises(LedgerError, match=r"l\.db/copy\.db: "):
        backup(tmp_path / "l.db", tmp_path / "l.db" / "copy.db")


def test_nothing_to_copy(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no such ledger"):
        backup(tmp_path / "l.db", tmp_path / "copy.db")
    (tmp_path / "l.db").write_text("no ledger\n" * 100)
    with pytest.raises(NotALedger, match=r"l\.db: not an SQLite database"):
        backup(tmp_path / "l.db", tmp_path / "copy.db")
    assert [one.name for one in tmp_path.iterdir()] == ["l.db"]


def test_no_room_for_the_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    making.add(tmp_path / "l.db", records.harbour())
    connect = backing.sqlite3.connect

    def small(*given: Any, **named: Any) -> Any:
        connection = connect(*given, **named)
        if str(given[0]).endswith(".part"):
            connection.execute("PRAGMA max_page_count = 4")
        return connection

    monkeypatch.setattr(backing.sqlite3, "connect", small)
    with pytest.raises(LedgerFull, match=r"copy\.db: no room is left on the disk"):
        backup(tmp_path / "l.db", tmp_path / "copy.db")
    assert not [one for one in tmp_path.iterdir() if "copy" in one.name]
