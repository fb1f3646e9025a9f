"""``onrecord serve`` as a process: its address, its ends, and what keeps it from starting."""

from __future__ import annotations

import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner

from onrecord.errors import OnRecordError
from onrecord.serve.cli import app
from onrecord.serve.desk.server import address_of, bound
from onrecord.store import tokens
from onrecord.store.writer import Writer

COMMAND = [sys.executable, "-c", "from onrecord.serve.cli import main; main()", "serve"]
ENDS = 15  # seconds


@pytest.fixture
def served(db: Path) -> Iterator[Callable[..., tuple[subprocess.Popen[str], str]]]:
    """Starts the desk and gives the process and its address."""
    running: list[subprocess.Popen[str]] = []

    def start(*arguments: str) -> tuple[subprocess.Popen[str], str]:
        command = [*COMMAND, "--db", str(db), "--port", "0", *arguments]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        running.append(process)
        assert process.stdout is not None
        line = process.stdout.readline()
        found = re.match(r"On Record is at (http://\S+)/ ", line)
        assert found, (line, process.communicate()[1])
        return process, found[1]

    yield start
    for process in running:
        process.kill()
        process.communicate()


def refused(*arguments: Any) -> str:
    """What the command says when it does not start."""
    result = CliRunner().invoke(app, ["serve", *map(str, arguments)])
    assert result.exit_code == 2, result.stderr
    assert result.stdout == ""
    return result.stderr


@pytest.mark.skipif(os.name != "posix", reason="signals")
@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_until_it_is_asked_to_stop(served: Any, sent: signal.Signals) -> None:
    process, address = served()
    assert httpx.get(f"{address}/static/desk.css").status_code == 200
    assert "onrecord" not in httpx.get(f"{address}/api/v1/nowhere").headers.get("server", "")
    httpx.post(f"{address}/api/v1/nowhere?q=hidden")
    process.send_signal(sent)
    out, err = process.communicate(timeout=ENDS)
    assert process.returncode == 0
    assert out == ""
    assert re.fullmatch(r"\S+ \S+ INFO 127\.0\.0\.1 '[^']+' POST /api/v1/nowhere 404 \d+ ms\n", err)


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_what_is_still_being_answered_does_not_hold_it(db: Path) -> None:
    code = (
        "import asyncio, sys; from pathlib import Path; from starlette.responses import StreamingResponse\n"
        "from onrecord.serve.desk import app as a, server; from onrecord.serve.desk.settings import Settings\n"
        "made = a.create_app\n"
        "async def tell():\n"
        "    while True:\n"
        "        yield 'data: x\\n\\n'; await asyncio.sleep(0.1)\n"
        "def create(settings):\n"
        "    app = made(settings)\n"
        "    app.add_api_route('/events', lambda: StreamingResponse(tell(), media_type='text/event-stream'))\n"
        "    return app\n"
        "server.create_app = create\n"
        "server.STOPPING = 1\n"
        "server.serve(Settings(Path(sys.argv[1]), port=0), listening=lambda at: print(at, flush=True))\n"
    )
    command = [sys.executable, "-c", code, str(db)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    address = process.stdout.readline().strip()
    with httpx.stream("GET", f"{address}/events", headers={"Accept": "text/event-stream"}) as stream:
        assert next(stream.iter_text()).startswith("data: x")
        began = time.monotonic()
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=ENDS)
    assert process.returncode == 0
    assert time.monotonic() - began < 5
    assert err == ""


def test_a_taken_port(db: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        told = refused("--db", db, "--port", port)
    assert (
        told == f"127.0.0.1:{port}: another program listens there; choose another --port, or 0 for any that is free\n"
    )


def test_an_address_that_is_none_of_this_machines(monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("192.0.2.1", 0))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: elsewhere)
    with pytest.raises(OnRecordError, match="this machine has no such address"):
        bound("192.0.2.1", 0)

    def without_network(*_: Any, **__: Any) -> Any:
        raise socket.gaierror(socket.EAI_NONAME, "not known")

    monkeypatch.setattr(socket, "getaddrinfo", without_network)
    for host in ("no-such-machine.example", "not a host", "256.1.1.1", ""):
        with pytest.raises(OnRecordError, match="no such address"):
            bound(host, 0)


def test_addresses_are_ones_a_browser_can_ask_for() -> None:
    with closing(bound("0.0.0.0", 0)) as everywhere, closing(bound("127.0.0.1", 0)) as here:
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+", address_of(everywhere))
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+", address_of(here))


def test_ledgers_that_cannot_be_served(db: Path, tmp_path: Path) -> None:
    text = tmp_path / "text.db"
    text.write_text("no database at all\n" * 99)
    assert "not an SQLite database" in refused("--db", text, "--port", 0)
    assert "no such ledger" in refused("--db", tmp_path / "nowhere.db", "--read-only", "--port", 0)
    assert not (tmp_path / "nowhere.db").exists()
    assert "its folder does not exist" in refused("--db", tmp_path / "no" / "folder.db", "--port", 0)
    with closing(sqlite3.connect(db)) as connection:
        connection.execute("PRAGMA user_version = 99")
    assert "99" in refused("--db", db, "--port", 0)


def test_where_others_can_come_it_needs_a_token_or_read_only(db: Path, tmp_path: Path) -> None:
    for more in (["--host", "0.0.0.0"], ["--behind-proxy", "127.0.0.1"]):
        told = refused("--db", db, "--port", 0, *more)
        assert "holds no token that is good, and the desk can be reached by others" in told
        assert "onrecord token add NAME" in told
        assert "--read-only" in told
    with Writer(db) as writer, writer.transaction() as connection:
        tokens.add(connection, "Ines Vold", "admin")
        tokens.revoke(connection, "Ines Vold")
    assert "holds no token that is good" in refused("--db", db, "--port", 0, "--tokens")
    nowhere = tmp_path / "nowhere.db"
    assert "holds no token" in refused("--db", nowhere, "--port", 0, "--host", "0.0.0.0")
    assert not nowhere.exists()


def test_with_tokens_it_starts_and_asks_for_one(served: Any, db: Path) -> None:
    with Writer(db) as writer, writer.transaction() as connection:
        _, secret = tokens.add(connection, "Ines Vold", "reader")
    _, address = served("--tokens")
    assert httpx.get(f"{address}/api/v1/nowhere").status_code == 401
    assert httpx.get(f"{address}/api/v1/nowhere", headers={"Authorization": f"Bearer {secret}"}).status_code == 404


def test_words_of_a_proxy_are_taken_only_from_the_proxy(served: Any, db: Path) -> None:
    with Writer(db) as writer, writer.transaction() as connection:
        _, secret = tokens.add(connection, "Ines Vold", "reader")
    forwarded = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.9"}
    _, direct = served("--tokens")
    _, behind = served("--behind-proxy", "127.0.0.1")
    _, other = served("--behind-proxy", "192.0.2.1")
    secure = []
    for address in (direct, behind, other):
        answer = httpx.post(f"{address}/signing/in", data={"token": secret}, headers=forwarded)
        secure.append("Secure" in answer.headers["set-cookie"])
    assert secure == [False, True, False]


def test_read_only_says_so_and_changes_nothing(served: Any) -> None:
    _, address = served("--read-only", "--host", "0.0.0.0")
    assert httpx.post(f"{address}/api/v1/nowhere").status_code == 403
    assert httpx.get(f"{address}/api/v1/nowhere").status_code == 404
