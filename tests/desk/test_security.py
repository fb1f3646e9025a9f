"""What keeps the desk's ledger whole and its readers safe: ``docs/security.md`` names these tests."""

from __future__ import annotations

import io
import json
import logging
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import anyio
import pytest
import uvicorn
from fastapi import Request, Response
from starlette.testclient import TestClient

from onrecord.serve.desk import app as putting_together
from onrecord.serve.desk.access import COOKIE, FAILURES, Door, Role
from onrecord.serve.desk.app import create_app
from onrecord.serve.desk.clean import clean
from onrecord.serve.desk.gate import local
from onrecord.serve.desk.guard import HEADERS, POLICY
from onrecord.serve.desk.limits import Bodies, Crowd, Patience
from onrecord.serve.desk.logs import Redacting, redacted
from onrecord.serve.desk.rates import MOST, Rates
from onrecord.serve.desk.server import HEAD, Patient
from onrecord.serve.desk.settings import Settings, is_loopback
from onrecord.store import tokens
from onrecord.store.writer import Writer

ROOT = Path(__file__).resolve().parents[2]
Opened = Callable[..., TestClient]


def token(db: Path, name: str = "Ines Vold", role: Role = "reviewer", days: int | None = None) -> str:
    with Writer(db) as writer, writer.transaction() as connection:
        return tokens.add(connection, name, role, days)[1]


def bearer(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}


@pytest.fixture(scope="module")
def plain(made: Path) -> Iterator[TestClient]:
    """A desk as it is on one's own machine, for questions that change nothing."""
    app = create_app(Settings(made, changes_a_minute=0, host_names=("desk.example",)))
    with TestClient(app, base_url="http://127.0.0.1:8000") as client:
        yield client


def with_route(client: TestClient, path: str, route: Callable[..., Any], *methods: str) -> TestClient:
    client.app.add_api_route(path, route, methods=list(methods) or ["GET"])  # type: ignore[attr-defined]
    return client


# What every answer says ----------------------------------------------------------------------------------------------


def test_every_answer_bears_the_security_headers(desk: Opened) -> None:
    def fault() -> None:
        raise RuntimeError("on purpose")

    client = with_route(desk(), "/api/v1/fault", fault)
    answers = {
        404: client.get("/nowhere"),
        200: client.get("/static/desk.css"),
        500: client.get("/api/v1/fault"),
        421: client.get("/", headers={"Host": "evil.example"}),
        403: client.post("/nowhere", headers={"Sec-Fetch-Site": "cross-site"}),
        413: client.post("/nowhere", content=b"x" * 1_100_000),
    }
    api = client.get("/api/v1/openapi.json")
    again = client.get("/api/v1/openapi.json", headers={"If-None-Match": api.headers["etag"]})
    assert again.status_code == 304
    for status, answer in answers.items():
        assert answer.status_code == status
    for answer in (*answers.values(), api, again):
        assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS, answer.url


def test_the_policy_lets_nothing_in_line_run_and_nothing_from_elsewhere_load() -> None:
    parts = dict(part.strip().split(" ", 1) for part in POLICY.split(";"))
    assert parts["default-src"] == "'none'"
    assert parts["script-src"] == parts["style-src"] == parts["connect-src"] == "'self'"
    assert parts["base-uri"] == parts["frame-ancestors"] == "'none'"
    assert not re.search(r"unsafe|\*|https?:", POLICY)


def test_templates_have_nothing_that_the_policy_forbids() -> None:
    folder = ROOT / "src" / "onrecord" / "serve" / "desk" / "templates"
    forbidden = re.compile(
        r"<style|\sstyle=|\son[a-z]+=|javascript:|<script(?![^>]*\ssrc=)(?![^>]*type=\"application/)"
    )
    found = [
        f"{file.name}: {hit}" for file in folder.rglob("*.html") for hit in forbidden.findall(file.read_text("utf-8"))
    ]
    assert found == []


@pytest.mark.parametrize(
    "path", ["/static/../app.py", "/static/..%2fapp.py", "/static/%2e%2e/app.py", "/static//etc/passwd"]
)
def test_only_static_files_are_static(plain: TestClient, path: str) -> None:
    answer = plain.get(path)
    assert answer.status_code == 404
    assert "import" not in answer.text


# Which names the desk answers to -------------------------------------------------------------------------------------

LOCAL: dict[str, Any] = {}
PUBLIC = {"host": "0.0.0.0", "read_only": True}
NAMED = {"host": "0.0.0.0", "tokens": True, "host_names": ("desk.example",)}


@pytest.mark.parametrize(
    ("settings", "host", "status"),
    [
        (LOCAL, "127.0.0.1:8000", 404),
        (LOCAL, "localhost:1", 404),
        (LOCAL, "LOCALHOST", 404),
        (LOCAL, "[::1]:8000", 404),
        (LOCAL, "127.0.0.2", 404),
        (LOCAL, "evil.example", 421),
        (LOCAL, "evil.example:8000", 421),
        (LOCAL, "localhost.evil.example", 421),
        (LOCAL, "127.0.0.1.evil.example", 421),
        (LOCAL, "192.0.2.7", 421),
        (LOCAL, "0.0.0.0", 421),
        (LOCAL | {"host_names": ("desk.example",)}, "desk.example", 404),
        (LOCAL, "127.0.0.1:8000@evil.example", 400),
        (LOCAL, "evil.example/127.0.0.1", 400),
        (LOCAL, "", 400),
        (LOCAL, "localhost:port", 400),
        (PUBLIC, "192.0.2.7:8000", 404),
        (PUBLIC, "evil.example", 421),
        (NAMED, "desk.example", 401),
        (NAMED, "evil.example", 421),
        ({"host": "0.0.0.0", "tokens": True}, "any.example", 401),
    ],
)
def test_the_desk_answers_only_to_its_names(desk: Opened, settings: dict[str, Any], host: str, status: int) -> None:
    assert desk(**settings).get("/api/v1/nowhere", headers={"Host": host}).status_code == status


# Requests that pages of other sites cause ----------------------------------------------------------------------------

CHANGING = ("POST", "PUT", "PATCH", "DELETE")
PASSES, REFUSED = 404, 403  # there is no such page, which is found out after


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, PASSES),  # curl
        ({"Sec-Fetch-Site": "same-origin"}, PASSES),
        ({"Sec-Fetch-Site": "none"}, PASSES),
        ({"Sec-Fetch-Site": "cross-site"}, REFUSED),
        ({"Sec-Fetch-Site": "same-site"}, REFUSED),  # another port of this machine
        ({"Sec-Fetch-Site": "Same-Origin"}, REFUSED),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://127.0.0.1:8000"}, REFUSED),
        ({"Origin": "http://127.0.0.1:8000"}, PASSES),
        ({"Origin": "http://127.0.0.1:9000"}, REFUSED),
        ({"Origin": "http://evil.example"}, REFUSED),
        ({"Origin": "http://127.0.0.1:8000.evil.example"}, REFUSED),
        ({"Origin": "http://127.0.0.1:8000/"}, REFUSED),
        ({"Origin": "null"}, REFUSED),
        ({"Origin": ""}, REFUSED),
        ({"Origin": "http://[::1"}, REFUSED),
        ({"Origin": "file://127.0.0.1:8000"}, REFUSED),
        ({"Origin": "https://desk.example", "Host": "desk.example"}, PASSES),
        ({"Origin": "https://desk.example", "Host": "desk.example:443"}, PASSES),
        ({"Origin": "https://desk.example:8443", "Host": "desk.example"}, REFUSED),
        ({"Cookie": f"{COOKIE}=session_1"}, REFUSED),  # a cookie comes from a browser, and browsers say whence they ask
        ({"Cookie": "other=1"}, PASSES),
        ({"Cookie": f"{COOKIE}=session_1", "Origin": "http://127.0.0.1:8000"}, PASSES),
    ],
)
@pytest.mark.parametrize("method", CHANGING)
def test_other_sites_cannot_make_a_browser_change_anything(
    plain: TestClient, headers: dict[str, str], status: int, method: str
) -> None:
    assert plain.request(method, "/api/v1/nowhere", headers=headers).status_code == status


@pytest.mark.parametrize(
    ("site", "mode", "dest", "status"),
    [
        ("same-origin", "cors", "empty", PASSES),
        ("none", "navigate", "document", PASSES),
        ("cross-site", "navigate", "document", PASSES),  # a link
        ("cross-site", "navigate", "iframe", REFUSED),
        ("cross-site", "navigate", "object", REFUSED),
        ("cross-site", "no-cors", "image", REFUSED),
        ("cross-site", "no-cors", "script", REFUSED),
        ("same-site", "cors", "empty", REFUSED),
    ],
)
def test_other_sites_may_link_to_pages_and_not_ask_for_them(
    plain: TestClient, site: str, mode: str, dest: str, status: int
) -> None:
    headers = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": mode, "Sec-Fetch-Dest": dest}
    assert plain.get("/nowhere", headers=headers).status_code == status


def test_no_answer_lets_another_site_read_it(plain: TestClient) -> None:
    answer = plain.get("/api/v1/nowhere", headers={"Origin": "http://evil.example"})
    assert not [name for name in answer.headers if name.startswith("access-control-")]


# Who may do what -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("settings", [{"read_only": True}, PUBLIC])
def test_read_only_nothing_can_be_changed(desk: Opened, settings: dict[str, Any]) -> None:
    called: list[str] = []
    client = with_route(desk(**settings), "/api/v1/write", lambda: called.append(""), *CHANGING)
    for method in CHANGING:
        answer = client.request(method, "/api/v1/write")
        assert (answer.status_code, answer.json()["type"]) == (403, "/about#problem-read-only")
    assert called == []


def test_where_others_can_come_tokens_are_needed_whatever_is_set(db: Path) -> None:
    assert Settings(db, host="0.0.0.0").tokens
    assert Settings(db, host="192.0.2.1", tokens=False).tokens
    assert Settings(db, proxy="127.0.0.1").tokens
    assert not Settings(db, host="0.0.0.0", read_only=True).tokens
    assert not Settings(db).tokens


@pytest.mark.parametrize(
    ("host", "alone"),
    [("127.0.0.1", True), ("localhost", True), ("::1", True), ("127.8.8.8", True), ("0.0.0.0", False), ("::", False),
     ("192.168.0.2", False), ("desk.example", False), ("", False)],
)  # fmt: skip
def test_which_addresses_only_this_machine_reaches(host: str, alone: bool) -> None:
    assert is_loopback(host) is alone


def test_without_a_token_every_route_is_closed(desk: Opened) -> None:
    client = desk(tokens=True)
    seen = 0
    for name in putting_together._ROUTERS:
        if name == "pages.signing" or not find_spec(f"onrecord.serve.desk.{name}"):
            continue
        for route in import_module(f"onrecord.serve.desk.{name}").router.routes:
            path = re.sub(r"\{[^}]*\}", "1", route.path)
            for method in route.methods:
                answer = client.request(method, path)
                assert answer.status_code == (200 if path == "/api/v1/health" else 401), (method, path)
                seen += 1
    assert seen > 10
    assert client.post("/api/v1/health").status_code == 401
    assert client.get("/api/v1/openapi.json").status_code == 401
    assert client.get("/static/desk.css").status_code == 200
    assert client.post("/static/desk.css").status_code == 401


def test_who_may_not_come_in_is_told_the_way(desk: Opened) -> None:
    client = desk(tokens=True)
    told = client.get("/api/v1/stats")
    assert told.headers["www-authenticate"].startswith("Bearer")
    assert "/signing/in" in told.json()["way_out"]
    page = client.get("/search?q=a%26b&kind=direct", headers={"Accept": "text/html"}, follow_redirects=False)
    assert page.status_code == 303
    assert page.headers["location"] == "/signing/in?next=%2Fsearch%3Fq%3Da%2526b%26kind%3Ddirect"
    part = client.get("/x", headers={"HX-Request": "true", "HX-Current-URL": "http://127.0.0.1:8000/review?act=deny"})
    assert part.status_code == 401
    assert part.headers["hx-redirect"] == "/signing/in?next=%2Freview%3Fact%3Ddeny"
    program = client.get("/search.csv", headers={"Accept": "*/*"})
    assert program.status_code == 401


def test_a_token_opens_the_desk_to_its_role(desk: Opened, db: Path) -> None:
    from onrecord.serve.desk.access import AsAdmin, AsReviewer

    def review(me: AsReviewer) -> str:
        return me.name

    def manage(me: AsAdmin) -> str:
        return me.name

    review.__annotations__, manage.__annotations__ = {"me": AsReviewer}, {"me": AsAdmin}
    client = with_route(with_route(desk(tokens=True), "/api/v1/r", review, "POST"), "/api/v1/m", manage, "POST")
    statuses = {}
    for role in ("reader", "reviewer", "admin"):
        head = bearer(token(db, f"Anna {role}", role))  # type: ignore[arg-type]
        statuses[role] = [client.post(path, headers=head).status_code for path in ("/api/v1/r", "/api/v1/m")]
    assert statuses == {"reader": [403, 403], "reviewer": [200, 403], "admin": [200, 200]}


def test_read_only_with_tokens_makes_everybody_a_reader(desk: Opened, db: Path) -> None:
    def role(request: Request) -> str:
        return str(request.state.identity.role)

    role.__annotations__ = {"request": Request}
    client = with_route(desk(tokens=True, read_only=True), "/api/v1/role", role)
    head = bearer(token(db, role="admin"))
    assert client.get("/api/v1/role", headers=head).json() == "reader"
    assert client.post("/api/v1/nowhere", headers=head).status_code == 403


def test_a_token_that_is_over_says_so(desk: Opened, db: Path) -> None:
    client = desk(tokens=True)
    revoked, expired = token(db, "Osk Ferrin"), token(db, "Mara Lund", days=1)
    with Writer(db) as writer, writer.transaction() as connection:
        tokens.revoke(connection, "Osk Ferrin")
        connection.execute(
            "UPDATE token SET expires = '2031-04-02T00:00:00Z', made = '2031-04-01' WHERE name = 'Mara Lund'"
        )
        connection.execute("UPDATE token SET expires = '2021-04-02T00:00:00Z' WHERE name = 'Mara Lund'")
    told = client.get("/api/v1/stats", headers=bearer(expired))
    assert told.status_code == 401
    assert told.json()["detail"] == "the token of Mara Lund: expired on 2021-04-02"
    assert "onrecord token add" in told.json()["way_out"]
    told = client.get("/api/v1/stats", headers=bearer(revoked))
    assert "was revoked on" in told.json()["detail"]


@pytest.mark.parametrize(
    "shown",
    ["Basic eDp5", "Basic !", "Digest x", "Bearer", "Bearer ", "Bearer nonsense", "onrecord_x", "Bearer \u00ff\u00fe"],
)
def test_what_is_no_token_does_not_open(desk: Opened, shown: str) -> None:
    answer = desk(tokens=True).get("/api/v1/stats", headers={"Authorization": shown.encode("latin-1")})  # type: ignore[dict-item]
    assert answer.status_code == 401


def test_a_feed_reader_may_show_a_token_as_a_password(desk: Opened, db: Path) -> None:
    client, secret = desk(tokens=True), token(db, role="reader")
    assert client.get("/search.atom?q=ferry", auth=("whoever", secret)).status_code == 200
    assert client.get("/search.atom?q=ferry", auth=(secret, "")).status_code == 401


def test_a_token_in_the_address_or_a_cookie_does_not_open(desk: Opened, db: Path) -> None:
    client, secret = desk(tokens=True), token(db)
    assert client.get(f"/api/v1/stats?token={secret}&access_token={secret}").status_code == 401
    assert client.get("/api/v1/stats", headers={"Cookie": f"{COOKIE}={secret}"}).status_code == 401


def test_the_ledger_does_not_hold_the_token(db: Path) -> None:
    secret = token(db)
    kept = b"".join(file.read_bytes() for file in db.parent.glob(f"{db.name}*"))
    assert tokens.digest(secret) in kept
    assert secret.encode() not in kept
    assert secret.removeprefix(tokens.PREFIX).encode() not in kept


def test_a_body_is_not_read_before_it_is_known_who_sends_it(db: Path) -> None:
    app = create_app(Settings(db, tokens=True))
    sent: list[Any] = []

    async def receive() -> Any:
        raise AssertionError("the body was read")

    async def send(message: Any) -> None:
        sent.append(message)

    head = [(b"host", b"127.0.0.1"), (b"content-length", b"900"), (b"origin", b"http://127.0.0.1")]
    anyio.run(app, scope("POST", "/add", head), receive, send)
    assert sent[0]["status"] == 401


# Signing in ----------------------------------------------------------------------------------------------------------


def signed_in(client: TestClient, secret: str, **form: str) -> Any:
    return client.post(
        "/signing/in",
        data={"token": secret} | form,
        headers={"Origin": "http://127.0.0.1:8000"},
        follow_redirects=False,
    )


def test_a_session_begins_and_ends(desk: Opened, db: Path) -> None:
    client = desk(tokens=True)
    assert client.get("/signing/in").status_code == 200
    answer = signed_in(client, token(db), next="/search?q=x")
    assert (answer.status_code, answer.headers["location"]) == (303, "/search?q=x")
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert "Max-Age=43200" in cookie
    assert "Secure" not in cookie
    assert client.get("/nowhere").status_code == 404
    assert client.get("/signing/out").status_code == 200
    assert client.get("/nowhere").status_code == 404, "a link has signed out"
    kept = client.cookies[COOKIE]
    out = client.post("/signing/out", headers={"Origin": "http://127.0.0.1:8000"}, follow_redirects=False)
    assert out.status_code == 303
    assert COOKIE not in client.cookies
    assert client.get("/nowhere", headers={"Cookie": f"{COOKIE}={kept}"}).status_code == 401


def test_the_cookie_is_secure_over_https_and_is_not_the_token(db: Path) -> None:
    secret = token(db)
    with TestClient(create_app(Settings(db, tokens=True)), base_url="https://127.0.0.1") as client:
        headers = {"Origin": "https://127.0.0.1"}
        answer = client.post("/signing/in", data={"token": secret}, headers=headers, follow_redirects=False)
    assert "Secure" in answer.headers["set-cookie"]
    assert secret not in answer.headers["set-cookie"]


def test_revoking_a_token_ends_its_sessions(desk: Opened, db: Path) -> None:
    client = desk(tokens=True)
    signed_in(client, token(db))
    assert client.get("/nowhere").status_code == 404
    with Writer(db) as writer, writer.transaction() as connection:
        tokens.revoke(connection, "1")
    told = client.get("/api/v1/stats")
    assert told.status_code == 401
    assert "was revoked" in told.json()["detail"]
    assert "was revoked" in client.get("/signing/in").text


def test_a_session_ends_after_twelve_hours(db: Path) -> None:
    at = 1000.0
    door = Door(Settings(db, tokens=True), lambda: at)
    session = door.sign_in(token(db), "192.0.2.1")
    cookies = {COOKIE: session}
    from starlette.datastructures import Headers

    from onrecord.serve.desk.problems import Problem

    at += 12 * 3600 - 1
    assert door.known(Headers(), cookies, "192.0.2.1").name == "Ines Vold"
    at += 2
    with pytest.raises(Problem, match="sign in again"):
        door.known(Headers(), cookies, "192.0.2.1")
    door.close()


def test_failed_sign_ins_are_slowed_down(desk: Opened, db: Path) -> None:
    client, good = desk(tokens=True), token(db)
    for _ in range(FAILURES):
        answer = signed_in(client, "onrecord_wrong")
        assert answer.status_code == 401
        assert "is not known to this desk" in answer.text
    refused = signed_in(client, "onrecord_wrong")
    assert refused.status_code == 429
    assert int(refused.headers["retry-after"]) > 0
    assert signed_in(client, good).status_code == 429, "guesses go on"
    assert client.get("/api/v1/nowhere", headers=bearer("onrecord_wrong")).status_code == 429
    assert client.get("/api/v1/nowhere", headers=bearer(good)).status_code == 404, "a program was shut out by others"


@pytest.mark.parametrize(
    "address",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "\\\\evil.example", "/\t/evil.example", "x.example",
     "javascript:alert(1)", " /x", "/x\r\nSet-Cookie: a=b", "", "/signing/out", "/" + "x" * 3000],
)  # fmt: skip
def test_signing_in_leads_nowhere_else(desk: Opened, db: Path, address: str) -> None:
    assert local(address) == "/"
    client = desk(tokens=True)
    assert signed_in(client, token(db), next=address).headers["location"] == "/"


def test_another_site_cannot_sign_anybody_in(desk: Opened, db: Path) -> None:
    client = desk(tokens=True)
    headers = {"Sec-Fetch-Site": "cross-site"}
    assert client.post("/signing/in", data={"token": token(db)}, headers=headers).status_code == 403


# How much, how large, how slow ---------------------------------------------------------------------------------------


def scope(method: str, path: str, headers: list[tuple[bytes, bytes]]) -> dict[str, Any]:
    return {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "path": path,
        "raw_path": path.encode(), "query_string": b"", "root_path": "", "scheme": "http", "headers": headers,
        "client": ("127.0.0.1", 4000), "server": ("127.0.0.1", 8000),
    }  # fmt: skip


async def sizes(request: Request) -> Response:
    return Response(str(len(await request.body())))


def test_bodies_have_a_limit(desk: Opened) -> None:
    client = desk(largest_upload=3_000_000)
    for path in ("/api/v1/small", "/api/v1/articles/test"):
        with_route(client, path, sizes, "POST")
    assert client.post("/api/v1/small", content=b"x" * 900_000).text == "900000"
    told = client.post("/api/v1/small", content=b"x" * 1_000_001)
    assert told.status_code == 413
    assert told.json()["detail"] == "the body: 1,000,001 bytes, 1,000,000 are allowed here"
    assert client.post("/api/v1/articles/test", content=b"x" * 3_900_000).text == "3900000"
    assert client.post("/api/v1/articles/test", content=b"x" * 4_000_001).status_code == 413
    assert client.post("/api/v1/articlesque", content=b"x" * 1_000_001).status_code == 413


def test_a_body_of_untold_length_is_counted_as_it_comes(desk: Opened) -> None:
    client = with_route(desk(), "/api/v1/small", sizes, "POST")
    taken = 0

    def endless(pieces: int) -> Iterator[bytes]:
        nonlocal taken
        for _ in range(pieces):
            taken += 1
            yield b"x" * 100_000

    assert client.post("/api/v1/small", content=endless(9)).text == "900000"
    told = client.post("/api/v1/small", content=endless(12))
    assert (told.status_code, told.json()["datum"]) == (413, "the body")
    form = {"Content-Type": "multipart/form-data; boundary=x"}
    assert client.post("/signing/in", content=endless(12), headers=form).status_code == 413


@pytest.mark.parametrize("told", ["-1", "1e3", "x", "", "+5", "0x10", "9" * 30, "\u00b2"])
def test_a_length_that_is_no_number_is_refused(plain: TestClient, told: str) -> None:
    headers = {"Content-Length": told.encode("latin-1")}
    assert plain.post("/api/v1/nowhere", headers=headers).status_code == 400  # type: ignore[arg-type]


def asked_directly(app: Any, receive: Any, send: Any, patience: Patience, db: Path) -> None:
    told = scope("POST", "/api/v1/x", [(b"host", b"127.0.0.1")]) | {"app": create_app(Settings(db))}
    anyio.run(Bodies(app, 1000, patience), told, receive, send)


def test_a_body_that_does_not_come_is_not_waited_for(db: Path) -> None:
    sent: list[Any] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await Response(str(len(await Request(scope, receive).body())))(scope, receive, send)

    async def dribble() -> Any:
        await anyio.sleep(0.02)
        return {"type": "http.request", "body": b"x", "more_body": True}

    async def never() -> Any:
        await anyio.sleep(60)

    async def send(message: Any) -> None:
        sent.append(message)

    for receive, patience in ((never, Patience(idle=0.05)), (dribble, Patience(whole=0.2))):
        sent.clear()
        asked_directly(app, receive, send, patience, db)
        assert sent[0]["status"] == 408
        assert json.loads(sent[1]["body"])["type"] == "/about#problem-too-slow"


def test_a_reader_who_takes_nothing_is_let_go(db: Path) -> None:
    ended: list[str] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        try:
            await send({"type": "http.response.start", "status": 200, "headers": []})
        finally:
            ended.append("")

    async def stalled(message: Any) -> None:
        await anyio.sleep(60)

    from starlette.requests import ClientDisconnect

    began = time.monotonic()
    with pytest.raises(ClientDisconnect):
        asked_directly(app, None, stalled, Patience(stalled=0.05), db)
    assert time.monotonic() - began < 3
    assert ended == [""]


def test_so_many_at_once_and_streams_apart(db: Path) -> None:
    app, statuses = create_app(Settings(db)), []

    async def slow(scope: Any, receive: Any, send: Any) -> None:
        await anyio.sleep(0.2)
        await Response("")(scope, receive, send)

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            statuses.append((message["status"], dict(message["headers"]).get(b"retry-after")))

    crowd = Crowd(slow, ordinary=2, streams=1)

    async def come() -> None:
        async with anyio.create_task_group() as group:
            for accept in (b"*/*", b"*/*", b"*/*", b"text/event-stream", b"text/event-stream"):
                told = scope("GET", "/api/v1/x", [(b"accept", accept)]) | {"app": app}
                group.start_soon(crowd, told, None, send)
        statuses.append((0, None))
        await crowd(scope("GET", "/api/v1/x", []) | {"app": app}, None, send)  # type: ignore[arg-type]

    anyio.run(come)
    assert sorted(statuses[:5]) == [(200, None)] * 3 + [(503, b"2")] * 2
    assert statuses[-1] == (200, None), "places are not given back"


def test_changes_a_minute_are_counted_by_person(desk: Opened, db: Path) -> None:
    client = desk(tokens=True, changes_a_minute=3)
    one, other = bearer(token(db, "Ines Vold")), bearer(token(db, "Mara Lund"))
    assert [client.post("/api/v1/nowhere", headers=one).status_code for _ in range(4)] == [404, 404, 404, 429]
    told = client.delete("/api/v1/nowhere", headers=one)
    assert told.status_code == 429
    assert 0 < int(told.headers["retry-after"]) <= 20
    assert told.json()["datum"] == "Ines Vold"
    assert client.get("/api/v1/nowhere", headers=one).status_code == 404
    assert client.post("/api/v1/nowhere", headers=other).status_code == 404


def test_rates_fill_up_again_in_bounded_memory() -> None:
    at = 0.0
    rates = Rates(60, lambda: at)
    assert [rates.take("a") for _ in range(61)] == [0.0] * 60 + [1.0]
    at += 1.0
    assert (rates.take("a"), rates.take("a")) == (0.0, 1.0)
    at += 1e9
    assert [rates.take("a") for _ in range(61)][-1] == 1.0, "more is saved up than one minute's"
    for key in range(MOST + 100):
        rates.take(str(key))
    assert len(rates) == MOST
    assert [Rates(0).take("a") for _ in range(500)] == [0.0] * 500


# On a real socket ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def served(made: Path) -> Iterator[tuple[str, int]]:
    with listening(made) as where:
        yield where


@contextmanager
def listening(db: Path) -> Iterator[tuple[str, int]]:
    app = with_sizes(create_app(Settings(db)))
    config = uvicorn.Config(
        app, http=Patient, ws="none", log_config=None, access_log=False, h11_max_incomplete_event_size=HEAD
    )
    server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        while not server.started:
            time.sleep(0.01)
        try:
            yield listener.getsockname()[:2]
        finally:
            server.should_exit = True
            thread.join()


def with_sizes(app: Any) -> Any:
    app.add_api_route("/api/v1/small", sizes, methods=["POST"])
    return app


def said_to(where: tuple[str, int], sent: bytes) -> bytes:
    with socket.create_connection(where, timeout=10) as connection:
        connection.sendall(sent)
        answer = b""
        while piece := connection.recv(65536):
            answer += piece
    return answer


HOST = b"Host: 127.0.0.1\r\nConnection: close\r\n"
POST = b"POST /api/v1/small HTTP/1.1\r\n" + HOST


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"GET /api/v1/x HTTP/1.0\r\n\r\n", b"400"),  # no Host
        (b"GET /api/v1/x HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: evil.example\r\n\r\n", b"400"),
        (b"GET /api/v1/x HTTP/1.1\r\n" + HOST + b"X: " + b"x" * 40_000, b"400"),
        (POST + b"Content-Length: nine\r\n\r\n", b"400"),
        (POST + b"Content-Length: 4\r\nContent-Length: 5\r\n\r\nabcde", b"400"),
        (POST + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", b"400"),
        (POST + b"Content-Length: 99999999999\r\n\r\n", b"413"),
        (POST + b"Content-Length: 4\r\n\r\nabcd", b"200"),
        (b"GET http://evil.example/ HTTP/1.1\r\nConnection: close\r\nHost: evil.example\r\n\r\n", b"421"),
        (b"GET /api/v1/%0d%0aSet-Cookie:a HTTP/1.1\r\n" + HOST + b"\r\n", b"404"),
        (b"TRACE /signing/in HTTP/1.1\r\n" + HOST + b"\r\n", b"405"),
    ],
)  # fmt: skip
def test_requests_that_no_browser_sends(served: tuple[str, int], sent: bytes, status: bytes) -> None:
    answer = said_to(served, sent)
    assert answer.split(b" ")[1] == status
    assert b"\r\nset-cookie" not in answer.lower()


def test_headers_that_do_not_end_are_not_waited_for(db: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Patient, "patience", 0.3)
    with listening(db) as where:
        began = time.monotonic()
        assert said_to(where, b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: ") == b""
        with socket.create_connection(where, timeout=10) as connection:  # a second request on the same connection
            connection.sendall(b"GET /api/v1/x HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            assert b"404" in connection.recv(65536)
            connection.sendall(b"GET / HTT")
            while connection.recv(65536):
                pass
        assert 0.3 < time.monotonic() - began < 5


# What is logged ------------------------------------------------------------------------------------------------------


def test_nothing_secret_is_logged(desk: Opened, db: Path) -> None:
    secret = token(db)

    def fault(request: Request) -> None:
        raise RuntimeError(f"cannot read {request.headers['authorization']} {request.headers['cookie']} {request.url}")

    fault.__annotations__ = {"request": Request}
    client = with_route(desk(tokens=True), "/api/v1/fault", fault)
    heard = io.StringIO()
    handler = logging.StreamHandler(heard)
    handler.setFormatter(Redacting("%(levelname)s %(name)s %(message)s"))
    loggers = [logging.getLogger(name) for name in ("onrecord", "onrecord.access")]
    for logger in loggers:
        logger.setLevel(logging.DEBUG)
    loggers[0].addHandler(handler)
    try:
        session = signed_in(client, secret).headers["set-cookie"].split("=")[1].split(";")[0]
        headers = bearer(secret) | {"Cookie": f"{COOKIE}={session}"}
        client.get(f"/api/v1/fault?token={secret}&q=hidden", headers=headers)
        client.get(f"/{secret}/%0Afaked%20line%1b[31m", headers=headers)
        client.get("/search?q=hidden", headers=headers)
        client.post("/api/v1/nowhere", content=b"hidden", headers=bearer(secret))
    finally:
        loggers[0].removeHandler(handler)
        for logger in loggers:
            logger.setLevel(logging.NOTSET)
    lines = heard.getvalue()
    assert "RuntimeError: cannot read" in lines
    assert "testclient 'Ines Vold' POST /api/v1/nowhere 404" in lines
    assert "/onrecord_…/%0Afaked%20line%1B" in lines
    for hidden in (secret, secret[9:], session, session[8:], "\x1b"):
        assert hidden not in lines
    assert not re.search(r"q=hidden(?!')", "\n".join(line for line in lines.splitlines() if " ms" in line))


def test_tokens_and_sessions_are_known_wherever_they_stand() -> None:
    text = (
        "a onrecord_AtlfBqKa5pg11KTjjBWbX2yJ4UzBe1sL1B7Fq6p9eBU, session_AtlfBqKa5pg11KTjjBWbX2yJ4UzBe1sL1B7Fq6p-_BU."
    )
    assert redacted(text) == "a onrecord_…, session_…."


# What comes from articles --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        ("<p>It <b>was</b> so.</p>", "<p>It <b>was</b> so.</p>"),
        ("<script>alert(1)</script>said", "said"),
        ("<p onclick=alert(1) style='x' class=y id=z>said</p>", "<p>said</p>"),
        ("<img src=x onerror=alert(1)>said", "said"),
        ("<svg onload=alert(1)><script>alert(1)</script></svg>said", "said"),
        ("<a href='javascript:alert(1)'>said</a>", '<a rel="noopener noreferrer nofollow">said</a>'),
        ("<a href=' java\tscript:alert(1)'>said</a>", '<a rel="noopener noreferrer nofollow">said</a>'),
        ("<a href='data:text/html,x'>said</a>", '<a rel="noopener noreferrer nofollow">said</a>'),
        (
            "<a href='https://wire.example/1' target=_blank>said</a>",
            '<a href="https://wire.example/1" rel="noopener noreferrer nofollow">said</a>',
        ),
        ("<iframe src=//evil.example>x</iframe>said", "said"),
        ("<form action=//evil.example><input name=token>said</form>", "said"),
        ("<style>p{background:url(//evil.example)}</style>said", "said"),
        ("<!--><script>alert(1)</script>-->said", "--&gt;said"),
        ("<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></table></math>said", "said"),
        ("<base href=//evil.example><meta http-equiv=refresh content=0>said", "said"),
        ("a < b & c", "a &lt; b &amp; c"),
    ],
)
def test_html_from_elsewhere_is_made_harmless(html: str, shown: str) -> None:
    assert clean(html) == shown


def test_what_an_article_holds_is_shown_and_not_run(plain: TestClient) -> None:
    page = plain.get("/search?q=answer")
    assert page.status_code == 200
    assert "&lt;script&gt;" in page.text
    assert "<script>alert" not in page.text


# What the documentation claims ---------------------------------------------------------------------------------------


def test_every_test_that_the_documentation_names_exists() -> None:
    page = (ROOT / "docs" / "security.md").read_text("utf-8")
    named = re.findall(r"\(\.\./(tests/[\w/]+\.py)\) `(test_\w+)`", page)
    assert len(named) > 20
    for file, name in named:
        assert f"def {name}(" in (ROOT / file).read_text("utf-8"), f"{file} has no {name}"
    assert len(re.findall(r"`test_\w+`", page)) == len(named), "a test is named without its file"


def test_the_documentation_names_every_test_here() -> None:
    page = (ROOT / "docs" / "security.md").read_text("utf-8")
    missing = [name for name in re.findall(r"def (test_\w+)\(", Path(__file__).read_text("utf-8")) if name not in page]
    assert [name for name in missing if "documentation" not in name] == []
