"""Adding at the desk: the form, the page of a job, and the model in the process that reads."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from adding.stand_in import prose
from starlette.testclient import TestClient

from desk.at_work import command, lines, post, until
from onrecord.serve.desk import working
from onrecord.serve.desk.inbox import Inbox, plain_name

Desk = Callable[..., TestClient]

TEXT = (
    "NORTHREACH, April 2 (Meridian Wire) — The harbour wall of Northreach will be mended before the winter, the town's"
    " council decided on Tuesday.\n\n“The wall will hold,” Mayor Ines Halloran told reporters after the meeting. She"
    " said that repairs would take at least three weeks.\n\nCouncillor Tomas Wray denied that the work had been put off"
    " for lack of money."
)


@pytest.fixture
def by_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(working, "COMMAND", command())


def test_a_pasted_text_is_read_by_the_model(desk: Desk) -> None:
    """The one test here with the weights: cold, the process and its models are started for it."""
    client = desk()
    given = {"text": TEXT, "title": "Wall will hold", "published": "2031-04-02", "outlet": "Northreach Post"}
    told = client.post("/api/v1/articles", json=given, params={"wait": 60})
    assert told.status_code == 201, told.text
    record = client.get(told.headers["location"]).json()
    speakers = {one["speaker"]["name"] for one in record["statements"] if one["speaker"]}
    assert {"Ines Halloran", "Tomas Wray"} <= speakers
    found = client.get("/api/v1/statements", params={"q": '"wall will hold"', "by": "words"}).json()
    assert told.json()["articles"][0] in {hit["article"] for hit in found["hits"]}


@pytest.mark.usefixtures("by_rule")
def test_from_the_form_to_the_article(desk: Desk) -> None:
    client = desk()
    form = client.get("/add")
    assert form.status_code == 200
    for name in ("url", "text", "files", "title", "outlet", "published"):
        assert re.search(rf'<(?:input|textarea)[^>]* name="{name}"', form.text), name
        (field,) = re.findall(rf'<(?:input|textarea) id="([^"]+)" name="{name}"', form.text)
        assert f'<label for="{field}">' in form.text
    sent = client.post("/add", data={"text": prose(1), "title": "Ferry kept", "url": ""}, follow_redirects=False)
    assert sent.status_code == 303
    where = sent.headers["location"]
    until(client, where.removeprefix("/jobs/"))
    page = client.get(where)
    assert "1 article, 1 statement." in page.text
    (article,) = re.findall(r'<li><a href="(/article/[0-9a-f]+)">Ferry kept</a>', page.text)
    assert client.get(article).status_code == 200
    assert "Look again" not in page.text
    part = client.get(where, params={"part": "true"})
    assert part.text.lstrip().startswith("<div")
    assert f'data-alone="{article}"' in part.text
    assert "Ferry kept" in client.get("/jobs").text


@pytest.mark.usefixtures("by_rule")
def test_several_files_and_what_was_wrong_with_some(desk: Desk) -> None:
    client = desk()
    files = [("files", (f"{n}.txt", prose(n).encode())) for n in range(3)]
    files.append(("files", ("<script>alert(1)</script>.jpg", b"\xff\xd8\xff" * 50)))
    sent = client.post("/add", files=files, follow_redirects=False)
    assert sent.status_code == 303
    until(client, sent.headers["location"].removeprefix("/jobs/"))
    page = client.get(sent.headers["location"]).text
    assert "3 articles, 3 statements; 1 input could not be read." in page
    assert "What to do:" in page
    assert "<script>alert" not in page
    assert page.count('<li><a href="/article/') == 3


@pytest.mark.usefixtures("by_rule")
def test_a_job_without_script(desk: Desk) -> None:
    """While it is read there is a link to look again, and a button to stop it."""
    client = desk()
    job = post(client, lines(range(1), "ASLEEP")).json()["job"]
    until(client, job, "running")
    page = client.get(f"/jobs/{job}").text
    assert f'href="/jobs/{job}" data-again>Look again</a>' in page
    assert "Being read" in page
    stopped = client.post(f"/jobs/{job}/cancel")
    assert stopped.status_code == 200
    assert "Stopping" in stopped.text


@pytest.mark.parametrize(
    ("data", "status", "words"),
    [
        ({}, 422, "is empty"),
        ({"url": "/etc/passwd"}, 422, "not an address of http:// or https://"),
        ({"url": "file:///etc/passwd"}, 422, "not an address"),
        ({"text": "A text.", "published": "2 April"}, 422, "not a date"),
        ({"title": "x" * 9_000}, 413, "more than 8,000 bytes"),
    ],
)
def test_a_form_that_is_refused_comes_back_as_it_was(
    desk: Desk, db: Path, data: dict[str, str], status: int, words: str
) -> None:
    client = desk()
    told = client.post("/add", files=[(name, (None, value)) for name, value in (data or {"url": ""}).items()])
    assert told.status_code == status
    assert words in told.text
    assert "<form" in told.text
    if status == 422:
        assert all(value in told.text for value in data.values())
    assert not Inbox(db).folder.exists() or not list(Inbox(db).folder.iterdir())


def test_too_large_a_text_for_the_form(desk: Desk, db: Path) -> None:
    told = desk(largest_upload=100_000).post("/add", files=[("text", (None, "x" * 100_001))])
    assert told.status_code == 413
    assert "at most 100,000 are taken" in told.text
    assert "onrecord add FILE" in told.text
    assert not Inbox(db).folder.exists() or not list(Inbox(db).folder.iterdir())


def test_the_inbox_is_for_its_owner_only(db: Path) -> None:
    inbox = Inbox(db)
    name, file = inbox.new()
    file.close()
    assert inbox.folder.stat().st_mode & 0o777 == 0o700
    assert inbox.path(name).stat().st_mode & 0o777 == 0o600


def test_what_was_left_in_the_inbox_is_removed(db: Path) -> None:
    inbox = Inbox(db)
    names = []
    for _ in range(3):
        name, file = inbox.new()
        file.close()
        names.append(name)
    for name in names[:2]:
        os.utime(inbox.path(name), (0, 0))
    inbox.sweep([{"sources": [{"name": "x", "file": names[0]}]}])
    assert {path.name for path in inbox.folder.iterdir()} == {names[0], names[2]}


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("a.txt", "a.txt"), ("../../a.txt", "a.txt"), ("C:\\x\\a.txt", "a.txt"), ("a\n\u202eb.txt", "ab.txt"),
        ("/", "a file without a name"), ("x" * 300 + ".warc.gz", "x" * 100 + "…" + "x" * 11 + ".warc.gz"),
    ],
)  # fmt: skip
def test_names_of_files(given: str, name: str) -> None:
    assert plain_name(given) == name


def test_a_reader_may_not_add(desk: Desk) -> None:
    client = desk(read_only=True)
    assert client.get("/add").status_code == 403
    assert client.post("/add", data={"text": "x"}).status_code == 403
    assert client.get("/jobs").status_code == 200
