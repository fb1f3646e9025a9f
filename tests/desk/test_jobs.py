"""Jobs: queued, read by a process beside the desk, watched, cancelled; whatever ends meanwhile, they go on."""

from __future__ import annotations

import json
import os
import shutil
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from adding.stand_in import prose
from intake.local_server import LocalServer, Reply
from intake.made import page
from starlette.testclient import TestClient

from desk.at_work import command, lines, packed, post, until
from onrecord.errors import OnRecordError
from onrecord.serve.desk import working
from onrecord.serve.desk.api import jobs as api
from onrecord.serve.desk.app import create_app
from onrecord.serve.desk.inbox import Inbox, items_of
from onrecord.serve.desk.settings import Settings

Desk = Callable[..., TestClient]

HTML = {"Content-Type": "text/html; charset=utf-8"}


@pytest.fixture(autouse=True)
def _by_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(working, "COMMAND", command())
    monkeypatch.setattr(working, "PAUSE", 0.05)


@pytest.fixture(scope="module")
def shared(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[TestClient, Path]]:
    """A desk whose worker goes on from test to test, and its ledger."""
    db = Path(shutil.copy(made, tmp_path_factory.mktemp("jobs") / "desk.db"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(working, "COMMAND", command())
        app = create_app(Settings(db, by="Ines Vold", allow_private=True, changes_a_minute=0))
        with TestClient(app, base_url="http://127.0.0.1:8000", raise_server_exceptions=False) as client:
            post(client, lines(range(900, 901)), wait=20)  # the worker is there
            yield client, db


def left(db: Path) -> list[str]:
    """What lies in the inbox."""
    folder = Inbox(db).folder
    return [path.name for path in folder.iterdir()] if folder.exists() else []


def test_a_text_is_on_record(desk: Desk, db: Path) -> None:
    client = desk()
    told = client.post(
        "/api/v1/articles", json={"text": prose(1), "title": "Ferry kept", "published": "2031-04-02", "id": "ferry-1"}
    )
    assert told.status_code == 201, told.text
    body = told.json()
    assert (body["state"], body["articles"], body["statements"], body["problems"]) == ("done", ["ferry-1"], 1, [])
    assert told.headers["location"] == "/api/v1/articles/ferry-1"
    found = client.get("/api/v1/articles/ferry-1").json()
    assert found["article"]["title"] == "Ferry kept"
    assert found["statements"][0]["speaker"]["name"] == "Mara Lindqvist"
    assert left(db) == []
    again = client.post(
        "/api/v1/articles", json={"text": prose(1), "title": "Ferry kept", "published": "2031-04-02", "id": "ferry-1"}
    )
    assert (again.status_code, again.json()["outcomes"]) == (200, {"unchanged": 1})


@pytest.mark.parametrize(
    ("content", "kind", "query", "count"),
    [
        (prose(11).encode(), "text/plain", {"published": "2031-04-02"}, 1),
        (page(), "text/html; charset=utf-8", {"url": "https://gazette.example/wall"}, 1),
        (lines(range(30, 33)), "application/x-ndjson", {}, 3),
        (json.dumps([{"text": prose(n)} for n in range(20, 22)]).encode(), "application/json", {}, 2),
        (json.dumps({"html": page(3).decode()}).encode(), "application/json", {}, 1),
        (packed({"a.txt": prose(41).encode(), "b.html": page(2)}), "application/zip", {"name": "day.zip"}, 2),
        (f'text,outlet\n"{prose(51)}",Courier\n'.encode(), "text/csv", {}, 1),
    ],
)  # fmt: skip
def test_what_can_be_sent(
    shared: tuple[TestClient, Path], content: bytes, kind: str, query: dict[str, str], count: int
) -> None:
    told = post(shared[0], content, kind, 20, **query)
    assert told.status_code == 201, told.text
    assert sum(told.json()["outcomes"].values()) == count
    assert len(told.json()["articles"]) == count


def test_files_of_a_form(shared: tuple[TestClient, Path]) -> None:
    client, db = shared
    files = [
        ("files", ("../../etc/evil.txt", prose(61).encode())),
        ("files", ("C:\\news\\two.txt", prose(62).encode())),
        ("files", ("two.txt", prose(63).encode())),
        ("files", ("picture.jpg", b"\xff\xd8\xff\xe0" * 100)),
    ]
    told = client.post("/api/v1/articles", files=files, data={"text": prose(64), "title": "Pasted"}).json()
    assert told["outcomes"] == {"added": 4}
    assert [one["name"] for one in told["problems"]] == ["picture.jpg"]
    assert left(db) == []
    assert not list(db.parent.rglob("evil.txt"))


# What cannot be read ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    ["/etc/passwd", "file:///etc/passwd", "ftp://gazette.example/x", "http://", "//gazette.example", "-", "~/x.txt",
     "javascript:alert(1)", "https:///x", " http//x", "x" * 5000, "https://" + "x" * 5000],
)  # fmt: skip
def test_only_addresses_are_fetched(shared: tuple[TestClient, Path], address: str) -> None:
    client, db = shared
    before = client.get("/api/v1/jobs").json()
    told = client.post("/api/v1/articles", json={"url": address})
    assert told.status_code == 422, told.text
    assert told.json()["datum"].startswith(address.strip()[:10])
    assert client.get("/api/v1/jobs").json() == before
    # And were it in a job all the same, nothing of that name would be opened.
    work = {"sources": [{"name": "x", "url": address}]}
    (error,) = items_of(work, Inbox(db), allow_private=True)
    assert isinstance(error, OnRecordError)


@pytest.mark.parametrize("file", ["../desk.db", "/etc/passwd", "a" * 31])
def test_only_files_of_the_inbox_are_opened(db: Path, file: str) -> None:
    (error,) = items_of({"sources": [{"name": "x", "file": file}]}, Inbox(db), allow_private=False)
    assert isinstance(error, OnRecordError)


def test_a_page_that_is_fetched(shared: tuple[TestClient, Path]) -> None:
    with LocalServer({"/wall": Reply(200, page(), HTML)}) as server:
        told = shared[0].post("/api/v1/articles", json={"url": f"{server.url}/wall"})
    assert told.status_code == 201, told.text


def test_addresses_of_this_machine_are_refused(desk: Desk) -> None:
    with LocalServer({"/wall": Reply(200, page(), HTML)}) as server:
        told = desk().post("/api/v1/articles", json={"url": f"{server.url}/wall"})
        assert server.requests == []
    assert told.status_code == 422
    assert "private or local" in told.json()["detail"]


def test_a_page_that_hangs(shared: tuple[TestClient, Path]) -> None:
    with LocalServer({"/slow": Reply(200, b"x" * 50, HTML, drip=2.0)}) as server:
        told = shared[0].post("/api/v1/articles", json={"url": f"{server.url}/slow"})
    assert told.status_code == 422
    assert "no answer within" in told.json()["detail"]
    assert told.json()["way_out"]


@pytest.mark.parametrize(
    ("body", "kind", "status", "words"),
    [
        (b'{"text": "' + b"Das ist ein Satz auf Deutsch, der nicht gelesen wird. " * 20 + b'"}', "application/json",
         422, "English"),
        (b"{", "application/json", 400, "not JSON"),
        (b'{"url": "https://\\ud800.example/\\ud800"}', "application/json", 422, ""),
        (b'{"url": "\\ud800"}', "application/json", 422, "not an address"),
        (b'{"url": 7}', "application/json", 422, "neither"),
        (b'{"text": 7}', "application/json", 422, ""),
        (b'{"text": "x", "title": "\\ud800", "published": 7}', "application/json", 422, ""),
        (b'{"schema_version": 1}', "application/json", 422, ""),
        (b"[[]]", "application/json", 422, "no object"),
        (b"[" * 100_000, "application/json", 400, "not JSON"),
        (b"[]", "application/json", 422, "is empty"),
        (b'{"title": "x"}', "application/json", 422, "neither text, nor html, nor url"),
        (b'{"text": "x", "published": "2031-02-30"}', "application/json", 422, "no such date"),
        (b"", "text/plain", 422, "is empty"),
        (b"x", "image/png", 415, "is not taken"),
        (b"x", "multipart/form-data", 415, "no form"),
        (b"x", "multipart/form-data; boundary=b", 400, "cannot be read"),
        (b"--b\r\nContent-Disposition: form-data; name=files; filename=a.txt\r\n\r\nHalf",
         "multipart/form-data; boundary=b", 400, "within a part"),
        (b"PK\x03\x04" + b"\0" * 50, "application/zip", 422, "cut off"),
    ],
)  # fmt: skip
def test_what_is_no_article(shared: tuple[TestClient, Path], body: bytes, kind: str, status: int, words: str) -> None:
    client, db = shared
    told = post(client, body, kind, 20)
    assert told.status_code == status, told.text
    assert told.headers["content-type"] == "application/problem+json"
    assert words in told.json()["detail"]
    assert told.json()["way_out"]
    assert left(db) == []


def test_names_that_lead_out_of_an_archive(shared: tuple[TestClient, Path]) -> None:
    client, db = shared
    content = packed({"../up.txt": prose(1).encode(), "/abs.txt": prose(2).encode(), "in.txt": prose(71).encode()})
    told = post(client, content, "application/zip", 20, name="day.zip")
    assert told.status_code == 201
    assert told.json()["outcomes"] == {"added": 1}
    assert [one["name"] for one in told.json()["problems"]] == ["day.zip, ../up.txt", "day.zip, /abs.txt"]
    assert not list(db.parent.parent.rglob("up.txt"))


@pytest.mark.parametrize("form", [False, True])
def test_an_upload_of_fifty_megabytes(desk: Desk, db: Path, form: bool) -> None:
    client = desk(largest_upload=2_000_000)

    def body():  # type: ignore[no-untyped-def]
        if form:
            yield b'--b\r\nContent-Disposition: form-data; name="files"; filename="a.txt"\r\n\r\n'
        for _ in range(50):
            yield b"x" * 1_000_000

    kind = "multipart/form-data; boundary=b" if form else "text/plain"
    told = client.post("/api/v1/articles", content=body(), headers={"content-type": kind})
    assert told.status_code == 413
    assert "--largest-upload" in told.json()["way_out"]
    assert left(db) == []
    assert client.get("/api/v1/jobs").json()["jobs"] == []


def test_a_little_more_than_is_taken(desk: Desk, db: Path) -> None:
    told = post(desk(largest_upload=10_000), b"x" * 10_001, "text/plain")
    assert told.status_code == 413
    assert "at most 10,000 are taken" in told.json()["detail"]
    assert "onrecord add FILE" in told.json()["way_out"]
    assert left(db) == []


# What happens meanwhile -----------------------------------------------------------------------------------------------


def test_watched_to_its_end(desk: Desk) -> None:
    client = desk()
    made = post(client, lines(range(3), "SLOW"))
    assert made.status_code == 202
    job = made.json()["job"]
    assert made.headers["location"] == f"/api/v1/jobs/{job}"
    told = client.get(f"/api/v1/jobs/{job}/events", headers={"Last-Event-ID": "running-1"})
    assert told.headers["content-type"].startswith("text/event-stream")
    events = [block.split("\n") for block in told.text.strip().split("\n\n")]
    assert [line for line in events[-1] if line.startswith("event")] == ["event: over"]
    last = json.loads(next(line for line in events[-1] if line.startswith("data: ")).removeprefix("data: "))
    assert (last["state"], last["outcomes"]) == ("done", {"added": 3})
    assert client.get("/api/v1/jobs/nothing/events").status_code == 404


def test_so_many_watch_at_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "STREAMS", 0)
    client = desk()
    job = post(client, lines(range(1))).json()["job"]
    told = client.get(f"/api/v1/jobs/{job}/events")
    assert told.status_code == 503
    assert told.headers["retry-after"]


def test_cancelled_while_it_is_read(desk: Desk, db: Path) -> None:
    client = desk()
    job = post(client, lines(range(40), "SLOW")).json()["job"]
    until(client, job, "running", done=1)
    told = client.post(f"/api/v1/jobs/{job}/cancel")
    assert told.status_code == 200
    told = until(client, job)
    assert told["state"] == "cancelled"
    assert 0 < told["outcomes"]["added"] < 40
    assert client.get(f"/api/v1/articles/{told['articles'][0]}").status_code == 200
    assert left(db) == []
    assert client.post(f"/api/v1/jobs/{job}/cancel").json()["state"] == "cancelled"
    assert post(client, lines(range(100, 101)), wait=20).status_code == 201


def test_cancelled_while_it_hangs(desk: Desk, db: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(working, "COMMAND", command(GRACE=0.3))
    client = desk()
    hanging, waiting = (post(client, lines(range(n, n + 1), "ASLEEP")).json()["job"] for n in (1, 2))
    until(client, hanging, "running")
    assert client.post(f"/api/v1/jobs/{waiting}/cancel").json()["state"] == "cancelled"
    client.post(f"/api/v1/jobs/{hanging}/cancel")
    assert until(client, hanging, seconds=10)["state"] == "cancelled"
    assert left(db) == []
    assert post(client, lines(range(3, 4)), wait=20).status_code == 201  # by another worker


def test_nothing_is_done_for_too_long(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(working, "COMMAND", command(LONGEST=0.5))
    client = desk()
    told = until(client, post(client, lines(range(1), "ASLEEP")).json()["job"])
    assert told["state"] == "failed"
    assert "nothing was done" in told["message"]


def test_the_queue_is_full(desk: Desk, db: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(working, "MOST_OPEN", 2)
    client = desk()
    for number in range(2):
        assert post(client, lines(range(number, number + 1), "ASLEEP")).status_code == 202
    told = post(client, lines(range(3, 4)))
    assert told.status_code == 429
    assert told.headers["retry-after"] == "30"
    assert "2 jobs" in told.json()["detail"]
    page = client.post("/add", data={"url": "https://gazette.example/wall"})
    assert page.status_code == 429
    assert "gazette.example/wall" in page.text  # the form as it was filled in
    assert len(left(db)) == 2


# What ends before its time --------------------------------------------------------------------------------------------


def worker_of(client: TestClient) -> int:
    """The process that reads."""
    process = client.app.state.working._worker  # type: ignore[attr-defined]
    assert process is not None
    return int(process.pid)


def test_a_worker_that_is_killed_is_replaced(desk: Desk, db: Path) -> None:
    client = desk()
    job = post(client, lines(range(32), "SLOW")).json()["job"]
    begun = until(client, job, "running", done=1)
    os.kill(worker_of(client), signal.SIGKILL)
    told = until(client, job)
    assert told["state"] == "done"
    assert told["outcomes"] == {"added": 32}
    assert len(set(told["articles"])) == 32
    assert told["statements"] == 32
    assert told["began"] == begun["began"]
    assert left(db) == []


def test_a_job_that_kills_its_workers_is_given_up(desk: Desk, db: Path) -> None:
    client = desk()
    murder = post(client, lines(range(1), "MURDER")).json()["job"]
    after = post(client, lines(range(1, 2))).json()["job"]
    told = until(client, murder)
    assert told["state"] == "failed"
    assert told["message"].startswith("the process that read it was ended by signal 9, 2 times")
    assert until(client, after)["outcomes"] == {"added": 1}
    assert left(db) == []


def test_a_worker_that_cannot_be_started(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(working, "COMMAND", [*command()[:2], "raise SystemExit(7)"])
    client = desk()
    told = post(client, lines(range(1)), wait=20)
    assert told.status_code == 503
    assert "ended with status 7, 4 times" in told.json()["detail"]


def test_a_desk_that_is_ended_goes_on_when_it_is_started_again(desk: Desk, db: Path) -> None:
    client = desk()
    job = post(client, lines(range(32), "SLOW")).json()["job"]
    until(client, job, "running", done=1)
    worker = worker_of(client)
    client.app.state.working.close()  # type: ignore[attr-defined]
    with pytest.raises(ProcessLookupError):
        os.kill(worker, 0)
    anew = desk()
    told = until(anew, job)
    assert (told["state"], told["outcomes"]) == ("done", {"added": 32})


def test_what_a_lost_worker_had_is_taken_up(desk: Desk, db: Path, tmp_path: Path) -> None:
    """As after a power cut: the job is running, and nobody says so any more."""
    first = desk()
    job = post(first, lines(range(2), "ASLEEP")).json()["job"]
    until(first, job, "running")
    os.kill(worker_of(first), signal.SIGSTOP)
    worker = worker_of(first)
    copy = Path(shutil.copy(db, tmp_path / "copy.db"))
    for suffix in ("-wal",):
        shutil.copy(f"{db}{suffix}", f"{copy}{suffix}")
    Inbox(copy).folder.mkdir(0o700)
    for name in left(db):
        (Inbox(copy).folder / name).write_bytes(lines(range(2)))
    os.kill(worker, signal.SIGKILL)
    working.COMMAND = command(STALE=0.5)
    told = until(desk(db=copy), job)
    assert (told["state"], told["outcomes"]) == ("done", {"added": 2})


def test_nobody_reads_for_a_desk_that_is_only_read(desk: Desk) -> None:
    client = desk(read_only=True)
    assert post(client, lines(range(1))).status_code == 403
    assert client.get("/api/v1/jobs").json() == {"jobs": []}


def test_jobs_that_are_not_there(desk: Desk) -> None:
    client = desk()
    for answer in (client.get("/api/v1/jobs/x"), client.post("/api/v1/jobs/x/cancel")):
        assert answer.status_code == 404
        assert "/jobs lists" in answer.json()["way_out"]
