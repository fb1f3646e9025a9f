"""A ledger that is empty, being migrated, of a later version, or gone: every page says so, or works."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from onrecord.errors import LedgerBusy, NewerLedger, NotALedger
from onrecord.serve.desk.app import create_app
from onrecord.serve.desk.settings import Settings
from onrecord.store import connection as opening

PAGES = ("/", "/search", "/search?q=ferry", "/review", "/about", "/search.atom", "/search.json", "/search.csv", "/jobs")
CALLS = ("statements", "articles", "speakers?name=Lindqvist", "stats", "health", "jobs", "exports/csv")

Opened = Callable[..., TestClient]


@pytest.mark.parametrize("path", [*PAGES, *(f"/api/v1/{call}" for call in CALLS)])
def test_an_empty_ledger_is_no_fault(desk: Opened, tmp_path: Path, path: str) -> None:
    answer = desk(db=tmp_path / "new.db").get(path)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-security-policy"]


def test_an_empty_ledger_says_how_to_begin(desk: Opened, tmp_path: Path) -> None:
    page = desk(db=tmp_path / "new.db").get("/").text
    assert "onrecord add" in page
    assert 'action="/add"' in page


def test_read_only_does_not_make_a_ledger(tmp_path: Path) -> None:
    with pytest.raises(Exception, match="no such ledger"):
        create_app(Settings(tmp_path / "new.db", read_only=True))
    assert not (tmp_path / "new.db").exists()


def test_while_another_process_migrates_pages_come_and_changes_wait_or_say_so(
    desk: Opened, db: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "PATIENCE", 0.2)
    client = desk()
    (first, *_) = client.get("/api/v1/statements?limit=1").json()["hits"]
    other = sqlite3.connect(db, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    other.execute("CREATE TABLE later (id INTEGER)")
    try:
        assert client.get("/").status_code == 200
        refused = client.post(
            f"/api/v1/statements/{first['id']}/corrections", json={"field": "status", "value": "accepted"}
        )
        assert refused.status_code == 503
        assert refused.headers["retry-after"]
        assert "another process has been writing" in refused.json()["detail"]
        assert "what was committed is safe" in refused.json()["way_out"]
    finally:
        other.execute("ROLLBACK")
        other.close()
    accepted = client.post(
        f"/api/v1/statements/{first['id']}/corrections", json={"field": "status", "value": "accepted"}
    )
    assert accepted.status_code == 201


def test_a_ledger_that_is_being_migrated_when_the_desk_starts(db: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "PATIENCE", 0.2)
    other = sqlite3.connect(db, isolation_level=None)
    other.execute("PRAGMA user_version = 1")
    other.execute("BEGIN IMMEDIATE")
    try:
        with pytest.raises(LedgerBusy, match="another process has been writing"):
            create_app(Settings(db))
    finally:
        other.execute("ROLLBACK")
        other.close()


def test_a_later_version_that_migrates_under_the_desk_is_named(desk: Opened, db: Path) -> None:
    client = desk()
    other = sqlite3.connect(db)
    other.execute("PRAGMA user_version = 99")
    other.close()
    answer = client.get("/api/v1/statements")
    assert answer.status_code == 503
    assert "schema version 99" in answer.json()["detail"]
    assert "use a version of On Record" in answer.json()["way_out"]
    page = client.get("/search")
    assert page.status_code == 503
    assert "schema version 99" in page.text


def test_what_is_no_ledger_is_refused_at_the_start(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("no database, but long enough to be one. " * 40, encoding="utf-8")
    with pytest.raises(NotALedger, match="not an SQLite database"):
        create_app(Settings(path))
    later = tmp_path / "later.db"
    opening.open_writer(later).close()
    other = sqlite3.connect(later)
    other.execute("PRAGMA user_version = 99")
    other.close()
    with pytest.raises(NewerLedger, match="schema version 99"):
        create_app(Settings(later))
