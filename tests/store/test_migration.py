"""A ledger of an older version is brought forward, in one transaction or not at all."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import making
import pytest
import records

from onrecord.errors import LedgerError, LedgerReadOnly
from onrecord.store import connection as opening
from onrecord.store.connection import migrations, open_reader, open_writer

SECOND = """
-- A comment; with a semicolon.
ALTER TABLE outlet ADD COLUMN country TEXT;  -- where it is published
CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;
CREATE TRIGGER note_kept BEFORE DELETE ON note
  BEGIN SELECT RAISE(ABORT, 'notes stay; always'); END;
INSERT INTO note (text) SELECT name FROM outlet;
"""
TODAY = len(migrations())
BROKEN = SECOND + "INSERT INTO note (text) VALUES (NULL);"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    making.add(tmp_path / "l.db", records.harbour())
    making.damage(tmp_path / "l.db", "PRAGMA wal_checkpoint(TRUNCATE)")
    return tmp_path / "l.db"


def newer(monkeypatch: pytest.MonkeyPatch, *scripts: str) -> None:
    known = migrations()
    monkeypatch.setattr(opening, "migrations", lambda: [*known, *scripts])


@pytest.mark.parametrize("opened", [open_writer, open_reader])
def test_brought_forward(path: Path, monkeypatch: pytest.MonkeyPatch, opened: object) -> None:
    before = making.told(path)
    newer(monkeypatch, SECOND, "CREATE TABLE third (id INTEGER) STRICT;")
    opened(path).close()  # type: ignore[operator]
    assert making.one(path, "PRAGMA user_version") == TODAY + 2
    assert making.rows(path, "SELECT text FROM note") == [("Northreach Courier",)]
    assert making.told(path) == before
    assert making.add(path, making.copy_of_the_wire("a1", "Courier")) == ["added"]
    assert making.problems(path) == []


def test_a_ledger_of_the_first_version_gets_what_the_desk_keeps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "l.db"
    with monkeypatch.context() as patch:
        patch.setattr(opening, "migrations", lambda: migrations()[:1])
        making.add(path, records.harbour())
        before = making.told(path)
        with pytest.raises(sqlite3.OperationalError, match="no such table: job"):
            making.one(path, "SELECT count(*) FROM job")
    open_reader(path).close()
    assert making.one(path, "PRAGMA user_version") == TODAY
    assert making.one(path, "SELECT (SELECT count(*) FROM job) + (SELECT count(*) FROM token)") == 0
    assert making.told(path) == before
    assert making.problems(path) == []


def test_a_new_file_goes_through_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    newer(monkeypatch, SECOND)
    open_writer(tmp_path / "l.db").close()
    assert making.one(tmp_path / "l.db", "PRAGMA user_version") == TODAY + 1


@pytest.mark.parametrize(("script", "problem"), [
    (BROKEN, "NOT NULL constraint failed: note.text"),
    ("CREATE TABLE outlet (id INTEGER);", "table outlet already exists"),
    (SECOND + "INSERT INTO note (text) VALUES ('no end'", "has no end"),
])  # fmt: skip
def test_what_fails_leaves_the_file_as_it_was(
    path: Path, monkeypatch: pytest.MonkeyPatch, script: str, problem: str
) -> None:
    before, dump = path.read_bytes(), making.dump(path)
    with monkeypatch.context() as patch:
        newer(patch, SECOND.replace("note", "memo").replace("country", "land"), script)
        with pytest.raises(LedgerError, match=problem):
            open_writer(path)
    assert path.read_bytes() == before
    assert making.one(path, "PRAGMA user_version") == TODAY
    assert making.dump(path) == dump
    open_reader(path).close()


def test_what_fails_on_a_new_file_leaves_none_that_is_half_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "l.db"
    with monkeypatch.context() as patch:
        newer(patch, BROKEN)
        with pytest.raises(LedgerError):
            open_writer(path)
    assert making.rows(path, "SELECT name FROM sqlite_schema") == []
    assert making.add(path, records.harbour()) == ["added"]


def test_two_who_bring_it_forward_at_once(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    newer(monkeypatch, SECOND)
    seen = opening._version

    def while_another_does_it(connection: object, where: str) -> int:
        version = seen(connection, where)  # type: ignore[arg-type]
        monkeypatch.setattr(opening, "_version", seen)
        open_writer(path).close()
        return version

    monkeypatch.setattr(opening, "_version", while_another_does_it)
    open_writer(path).close()
    assert making.one(path, "SELECT count(*) FROM note") == 1


def test_every_script_is_whole() -> None:
    for script in migrations():
        assert list(opening._commands(script))
    assert LedgerReadOnly.__mro__[1] is LedgerError
