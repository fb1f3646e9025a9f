"""Tokens as the ledger keeps them, and the commands that make, list and revoke them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner

from onrecord.errors import BadQuery, NotOnRecord
from onrecord.serve.cli import app
from onrecord.store import tokens
from onrecord.store.connection import open_writer


@pytest.fixture
def ledger(db: Path) -> Iterator[sqlite3.Connection]:
    with closing(open_writer(db)) as connection:
        yield connection


def run(*arguments: str | Path) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, ["token", *map(str, arguments)])
    return result.exit_code, result.stdout, result.stderr


def test_a_token_is_found_by_its_text_alone(ledger: sqlite3.Connection) -> None:
    made, secret = tokens.add(ledger, "  Ines   Vold ", "reviewer", 90)
    assert (made.name, made.role, made.revoked) == ("Ines Vold", "reviewer", None)
    assert tokens.find(ledger, secret) == tokens.numbered(ledger, made.id) == made
    for other in (secret[:-1], secret + "A", secret.lower(), "", tokens.digest(secret).hex(), "\ud800"):
        assert tokens.find(ledger, other) is None
    assert tokens.numbered(ledger, made.id + 1) is None


def test_tokens_have_256_random_bits(ledger: sqlite3.Connection) -> None:
    made = {tokens.add(ledger, "Ines Vold", "reader")[1] for _ in range(50)}
    assert len(made) == 50
    assert {len(one) for one in made} == {len("onrecord_") + 43}  # 43 characters of 6 bits


@pytest.mark.parametrize(
    ("name", "role", "days", "problem"),
    [
        ("", "reader", None, "is no name"),
        ("   ", "reader", None, "is no name"),
        ("x" * 101, "reader", None, "is no name"),
        ("Ines\x1b[31m", "reader", None, "is no name"),
        ("Ines", "chief", None, "is no role"),
        ("Ines", "reader", 0, "is not between"),
        ("Ines", "reader", -1, "is not between"),
        ("Ines", "reader", 10**9, "is not between"),
    ],
)
def test_what_makes_no_token(ledger: sqlite3.Connection, name: str, role: str, days: int | None, problem: str) -> None:
    with pytest.raises(BadQuery, match=problem):
        tokens.add(ledger, name, role, days)
    assert tokens.every(ledger) == []


def test_a_token_expires_to_the_second() -> None:
    token = tokens.Token(1, "Ines Vold", "reader", "2031-04-01T10:00:00Z", "2031-04-02T10:00:00Z", None)
    assert token.over("2031-04-02T09:59:59Z") is None
    assert token.over("2031-04-02T10:00:00Z") == "expired on 2031-04-02"


def test_revoking_by_number_and_by_name(ledger: sqlite3.Connection) -> None:
    for name in ("Ines Vold", "Mara Lund", "Mara Lund"):
        tokens.add(ledger, name, "reader")
    assert [one.id for one in tokens.revoke(ledger, "1")] == [1]
    assert [one.id for one in tokens.revoke(ledger, "Mara Lund")] == [2, 3]
    assert tokens.revoke(ledger, "1") == [], "it was revoked before, and that day stays"
    assert all(one.over(tokens.now()) for one in tokens.every(ledger))
    for nobody in ("9", "Nobody", "-1", "9" * 40, "²", ""):
        with pytest.raises(NotOnRecord):
            tokens.revoke(ledger, nobody)


def test_the_commands(db: Path) -> None:
    status, secret, told = run("add", "Ines Vold", "--role", "admin", "--days", "90", "--db", db)
    assert status == 0
    assert secret.startswith("onrecord_")
    assert secret.count("\n") == 1
    assert "token 1 for Ines Vold, admin, good until" in told
    assert secret.strip() not in told
    status, listed, _ = run("list", "--db", db)
    assert listed.startswith("1  Ines Vold, admin: made on ")
    assert secret.strip() not in listed
    made = json.loads(run("add", "Mara Lund", "--json", "--db", db)[1])
    assert (made["name"], made["role"], made["expires"]) == ("Mara Lund", "reviewer", None)
    assert made["token"].startswith("onrecord_")
    told = [json.loads(line) for line in run("list", "--json", "--db", db)[1].splitlines()]
    assert [one["id"] for one in told] == [1, 2]
    assert all("token" not in one and "digest" not in one for one in told)
    assert "was revoked on" in run("revoke", "Ines Vold", "--db", db)[1]
    assert run("revoke", "1", "--db", db) == (0, "", "1: was good no longer\n")


def test_the_commands_fail_plainly(db: Path, tmp_path: Path) -> None:
    assert run("revoke", "7", "--db", db)[0] == 1
    status, _, told = run("add", "Ines", "--role", "chief", "--db", db)
    assert (status, told) == (2, "role 'chief': is no role; choose reader, reviewer or admin\n")
    assert run("add", "", "--db", db)[0] == 2
    nowhere = tmp_path / "nowhere.db"
    for command in (["list"], ["revoke", "1"]):
        status, _, told = run(*command, "--db", nowhere)
        assert status == 2
        assert "no such ledger" in told
    assert not nowhere.exists()
    assert run("list", "--db", db)[2].endswith("no tokens; `onrecord token add NAME` makes one\n")
