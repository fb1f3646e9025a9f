"""The commands against a server print what they print against a ledger here, and say what is amiss with a server."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from typer.testing import CliRunner

from onrecord.serve.cli import app
from onrecord.serve.desk.app import create_app
from onrecord.serve.desk.settings import Settings
from onrecord.store import Filters, Query, View

DENIALS = Query(filters=Filters(act=("deny",)), sort="confidence", limit=1)


def run(*arguments: object, **environment: str) -> tuple[int, str, str]:
    words = [str(one) for one in arguments]
    done = CliRunner().invoke(app, words, prog_name="onrecord", env={"COLUMNS": "100", **environment})
    return done.exit_code, done.stdout, done.stderr


@pytest.fixture(scope="module")
def server(made: Path) -> Iterator[str]:
    """A desk that listens on 127.0.0.1."""
    serving = uvicorn.Server(
        uvicorn.Config(create_app(Settings(db=made, read_only=True)), port=0, log_level="warning", lifespan="on")
    )
    thread = threading.Thread(target=serving.run)
    thread.start()
    while not serving.started:
        thread.join(0.01)
    port = serving.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    serving.should_exit = True
    thread.join()


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--json"],
        ['"the crossing"'],
        ["crossing safe", "--by", "words", "--facets"],
        ["--act", "deny", "--act", "refuse-to-comment", "--kind", "indirect", "--sort", "confidence", "--limit", "3"],
        ["--outlet", "Meridian Wire", "--since", "2031-04", "--until", "2031-05", "--published", "--uncorrected"],
        ["--status", "all", "--confidence", "0.5", "--limit", "250", "--json"],
        ["--speaker", "nobody of that name"],
        ["--kind", "spoken"],
        ["--since", "soon"],
        ["--limit", "0"],
        ["--after", "elsewhere"],
        ["NEAR("],
    ],
)
def test_a_search_prints_the_same(server: str, made: Path, arguments: list[str]) -> None:
    here = run("search", *arguments, "--db", made)
    assert run("search", *arguments, "--server", server) == here


def test_the_next_page_is_the_same(server: str, made: Path) -> None:
    first = json.loads(run("search", "--limit", 7, "--json", "--server", server)[1])
    rest = ["search", "--limit", 7, "--after", first["next"]]
    assert run(*rest, "--server", server + "/") == run(*rest, "--db", made)


@pytest.mark.parametrize("more", [[], ["--json"]])
def test_a_statement_an_article_a_speaker_and_the_counts_are_shown_the_same(
    server: str, made: Path, more: list[str]
) -> None:
    with View(made, lambda _: pytest.fail("not searched by meaning")) as view:
        hit = view.search(DENIALS).hits[0]
        copied = next(one.article.id for one in view.records() if one.article.outlet == "Meridian Wire")
    for arguments in (
        ["show", hit.id],
        ["show", hit.id[:12]],
        ["show", copied],
        ["show", copied, "--as-read"],
        ["show", "https://nowhere.example/none"],
        ["show", "s000"],
        ["speaker", hit.speaker],
        ["speaker", "nobody of that name"],
        ["stats"],
    ):
        here = run(*arguments, *more, "--db", made)
        assert run(*arguments, *more, "--server", server) == here


class Stranger(BaseHTTPRequestHandler):
    """A server that answers what the test says, and keeps what it was asked."""

    answer: tuple[int, str, str] = (200, "text/html", "<p>Hello</p>")
    asked: list[Any] = []  # noqa: RUF012 - of the class, on purpose

    def do_GET(self) -> None:
        status, kind, body = self.answer
        self.asked.append((self.path, dict(self.headers)))
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Location", "http://127.0.0.1:9/")
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture
def stranger() -> Iterator[str]:
    Stranger.asked = []
    listening = ThreadingHTTPServer(("127.0.0.1", 0), Stranger)
    thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{listening.server_port}"
    listening.shutdown()
    thread.join()
    listening.server_close()


PROBLEM = "application/problem+json"
EXPIRED = {
    "type": "/about#problem-expired",
    "datum": "the token",
    "detail": "the token: ended yesterday",
    "way_out": "",
}
BUSY = {
    "type": "/about#problem-ledger-busy", "datum": "desk.db", "way_out": "try again in a moment",
    "detail": "desk.db: another process is writing",
}  # fmt: skip
OTHER = {"type": "/about#problem-no-such-page", "datum": "/api/v1/statements", "detail": "no such page"}


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ((200, "text/html", "<p>Hello</p>"), "is no desk of On Record: what it answers is not JSON"),
        ((200, "application/json", "[]"), "is no desk of On Record, or of another version"),
        ((200, "application/json", '{"hits": [{}], "total": 1}'), "is no desk of On Record, or of another version"),
        ((404, "text/html", "<p>Not here</p>"), "is no desk of On Record: it answers 404"),
        ((302, "text/html", ""), "is no desk of On Record: it answers 302"),
        ((500, PROBLEM, "{}"), "is no desk of On Record: it answers 500"),
        ((404, PROBLEM, json.dumps(OTHER)), "is a desk, but one of another version"),
        ((401, PROBLEM, json.dumps(EXPIRED)), "does not take this token: the token: ended yesterday"),
        ((503, PROBLEM, json.dumps(BUSY)), "desk.db: another process is writing; try again in a moment"),
    ],
)
def test_what_a_server_answers_amiss_is_said(
    stranger: str, monkeypatch: pytest.MonkeyPatch, answer: tuple[int, str, str], told: str
) -> None:
    monkeypatch.setattr(Stranger, "answer", answer)
    status, out, err = run("search", "--server", stranger, ONRECORD_TOKEN="onrecord_abc")
    assert (status, out) == (2, "")
    assert told in err
    assert err.count("\n") == 1
    assert "onrecord_abc" not in err
    assert len(Stranger.asked) == 1  # no redirect was followed


def test_a_server_that_wants_a_token_says_how_to_show_one(stranger: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Stranger, "answer", (401, PROBLEM, json.dumps(EXPIRED)))
    err = run("search", "--server", stranger, ONRECORD_TOKEN="")[2]
    assert "wants a token" in err
    assert "--token-file" in err


def test_the_token_is_of_the_file_or_of_the_environment(stranger: str, tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("onrecord_of_the_file\n")
    run("search", "--server", stranger, "--token-file", file, ONRECORD_TOKEN="onrecord_of_the_environment")
    run("stats", "--server", stranger, ONRECORD_TOKEN="onrecord_of_the_environment")
    run("stats", "--server", stranger, ONRECORD_TOKEN="")
    shown = [headers.get("Authorization", headers.get("authorization")) for _, headers in Stranger.asked]
    assert shown == ["Bearer onrecord_of_the_file", "Bearer onrecord_of_the_environment", None]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--server", "http://127.0.0.1:9"], "http://127.0.0.1:9: no server answers there"),
        (["--server", "desk.example"], "--server desk.example: is no address of a server"),
        (["--server", "file:///etc/passwd"], "is no address of a server"),
        (["--server", "http://ines:secret@127.0.0.1:9"], "is no address of a server"),
        (["--server", "http://127.0.0.1:9", "--token-file", "nowhere"], "nowhere: no token can be read from it"),
        (["--server", "http://127.0.0.1:9", "--token-file", "pyproject.toml"], "pyproject.toml: holds no token"),
        (["--token-file", "nowhere"], "--token-file: is for a server"),
    ],
)
def test_what_cannot_be_asked_is_said(arguments: list[str], told: str) -> None:
    status, out, err = run("search", *arguments, ONRECORD_TOKEN="")
    assert (status, out) == (2, "")
    assert told in err
    assert "secret" not in err


def test_failures_lie_with_the_ledger(server: str) -> None:
    status, _, err = run("stats", "--failures", "--server", server)
    assert status == 2
    assert "is for a ledger, not for a server" in err
