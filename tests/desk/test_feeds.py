"""A search as a feed and as a table: valid whatever was published, newest first, and not sent twice."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from search.making import said, vector
from starlette.testclient import TestClient

from onrecord.serve.desk import ledgers
from onrecord.serve.desk.asked import Asked
from onrecord.serve.desk.atom import NEVER, cut, instant
from onrecord.serve.desk.pages import feeds
from onrecord.serve.desk.pages.feeds import file_name
from onrecord.store import Filters, Query, View
from onrecord.store.writer import Writer, prepare
from onrecord.types import Record

Desk = Callable[..., TestClient]
A = "{http://www.w3.org/2005/Atom}"
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


@pytest.fixture(autouse=True)
def _stand_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledgers, "vector_of", vector)  # the made ledger's vectors are of these


def add(db: Path, *records: Record) -> None:
    with Writer(db) as writer:
        for one in records:
            writer.add(prepare(one, lambda texts: [vector(text).tobytes() for text in texts]))


def entries(client: TestClient, query: str = "") -> list[ET.Element]:
    answer = client.get(f"/search.atom{query}")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("application/atom+xml")
    return ET.fromstring(answer.content).findall(f"{A}entry")


def text(element: ET.Element, path: str) -> str:
    return element.findtext("/".join(f"{A}{step}" for step in path.split("/"))) or ""


def rows(client: TestClient, query: str) -> list[dict[str, str]]:
    answer = client.get(f"/search.csv{query}")
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))


def test_a_feed_has_all_that_atom_demands(desk: Desk) -> None:
    client = desk()
    root = ET.fromstring(client.get("/search.atom?q=crossing&by=words").content)
    found = root.findall(f"{A}entry")
    assert text(root, "title") == "On Record: “crossing”"
    assert text(root, "id") == "urn:onrecord:search:q%3Dcrossing%26by%3Dwords"
    assert {link.get("rel"): link.get("href") for link in root.findall(f"{A}link")} == {
        "self": "http://127.0.0.1:8000/search.atom?q=crossing&by=words",
        "alternate": "http://127.0.0.1:8000/search?q=crossing&by=words",
    }
    assert found
    assert len({text(one, "id") for one in found}) == len(found)
    assert text(root, "updated") == max(text(one, "updated") for one in found)
    for one in found:
        assert text(one, "id").startswith("urn:onrecord:statement:s")
        assert TIME.fullmatch(text(one, "updated"))
        assert text(one, "title")
        assert text(one, "author/name")
        assert "<mark>" in text(one, "content")
        address = next(link.get("href") for link in one.findall(f"{A}link") if link.get("rel") == "alternate")
        assert address == f"http://127.0.0.1:8000/statement/{text(one, 'id').rpartition(':')[2]}"


def test_what_came_last_is_first_whatever_day_it_was_said(desk: Desk, db: Path) -> None:
    client = desk()
    add(db, said(70, "the crossing is old", published="1999-01-02"))
    first = entries(client, "?q=crossing&by=words")[0]
    assert text(first, "title") == "Mara Lindqvist: the crossing is old"
    assert text(first, "published") == "1999-01-02T00:00:00Z"
    assert text(first, "updated")[:10] == datetime.now(UTC).date().isoformat()


def test_a_feed_is_fifty_long_and_asks_no_order(desk: Desk) -> None:
    client = desk()
    assert len(entries(client)) == 50
    ids = [text(one, "id") for one in entries(client, "?kind=direct")]
    assert ids == [text(one, "id") for one in entries(client, "?kind=direct&sort=confidence&limit=3")]
    assert entries(client, "?outlet=nobody") == []
    assert text(ET.fromstring(client.get("/search.atom?outlet=nobody").content), "updated") == NEVER


def test_by_meaning_only_what_is_near_enough_is_told(desk: Desk) -> None:
    client = desk()
    near = {text(one, "title") for one in entries(client, "?q=the+crossing+is+safe&by=meaning")}
    assert "Mara Lindqvist: the crossing is safe" in near
    assert "not" not in " ".join(near).split() or len(near) < 50
    assert not entries(client, "?q=xylophone&by=meaning")


def test_whatever_a_title_holds_it_is_xml(desk: Desk, db: Path) -> None:
    add(db, said(71, "a belfry\x07 and ]]> <b>&amp; \U0001f6a2 rang", outlet="A\x0b<&>", byline="\x1b[0m\ufffe"))
    (one,) = entries(desk(), "?q=belfry&by=words")
    assert text(one, "title") == "Mara Lindqvist: a belfry\ufffd and ]]> <b>&amp; \U0001f6a2 rang"
    assert text(one, "author/name") == "\ufffd[0m\ufffd"
    shown = text(one, "content")
    assert "<b>" not in shown
    assert "&lt;b&gt;&amp;amp;" in shown


def test_a_feed_is_not_sent_again_until_it_changes(desk: Desk, db: Path) -> None:
    client = desk()
    for path in ("/search.atom", "/search.json"):
        address = f"{path}?q=crossing&by=words"
        first = client.get(address)
        tag, modified = first.headers["etag"], first.headers["last-modified"]
        add(db, said(hash(path) % 1000 + 100, "the ferry is late"))  # another matter
        again = client.get(address, headers={"If-None-Match": f'"x", W/{tag}'})
        assert again.status_code == 304
        assert again.content == b""
        assert again.headers["etag"] == tag
        assert client.get(address, headers={"If-Modified-Since": modified}).status_code == 304
        old = {"If-Modified-Since": "Sat, 01 Jan 2000 00:00:00 GMT"}
        assert client.get(address, headers=old).status_code == 200
        assert client.get(address, headers={"If-Modified-Since": "yesterday"}).status_code == 200
        assert client.get(address, headers={"If-None-Match": '"x"', "If-Modified-Since": modified}).status_code == 200
        add(db, said(hash(path) % 1000 + 2000, f"the crossing {path[-4:]} is closed"))
        assert client.get(address, headers={"If-None-Match": tag}).status_code == 200


def test_a_correction_changes_the_entry_and_not_its_id(desk: Desk, db: Path) -> None:
    client = desk()
    before = entries(client, "?q=%22never+safe%22")[0]
    with Writer(db) as writer:
        writer.correct(text(before, "id").rpartition(":")[2], "act", "accuse", by="Ines Vold")
    after = entries(client, "?q=%22never+safe%22")[0]
    assert text(after, "id") == text(before, "id")
    assert after.find(f"{A}category").get("term") == "accuse"  # type: ignore[union-attr]
    assert text(after, "updated") >= text(before, "updated")


def test_the_json_feed_says_the_same(desk: Desk) -> None:
    client = desk()
    answer = client.get("/search.json?q=crossing&by=words")
    assert answer.headers["content-type"].startswith("application/feed+json")
    told: dict[str, Any] = json.loads(answer.content)
    assert told["version"] == "https://jsonfeed.org/version/1.1"
    assert told["feed_url"] == "http://127.0.0.1:8000/search.json?q=crossing&by=words"
    assert [one["id"] for one in told["items"]] == [text(one, "id") for one in entries(client, "?q=crossing&by=words")]
    for one in told["items"]:
        assert one["content_html"]
        assert one["authors"][0]["name"]
        assert TIME.fullmatch(one["date_modified"])
        assert "crossing" in one["content_text"]
        assert one["_onrecord"]["act"] in one["tags"]


def test_the_search_page_names_its_feeds(desk: Desk) -> None:
    page = desk().get("/search?q=crossing&by=words&sort=said&limit=5").text
    for kind, name in (("atom+xml", "atom"), ("feed+json", "json")):
        address = f"http://127.0.0.1:8000/search.{name}?q=crossing&amp;by=words"
        assert re.search(
            rf'<link rel="alternate" type="application/{re.escape(kind)}"[^>]* href="{re.escape(address)}"', page
        )
        assert f'readonly value="{address}"' in page
    assert 'readonly value="http://127.0.0.1:8000/search.csv?q=crossing&amp;by=words&amp;sort=said"' in page


@pytest.mark.parametrize("path", ["/search.atom", "/search.json", "/search.csv"])
@pytest.mark.parametrize("query", ["q=%22a", "since=soon", "q=a&by=guessing", "act=sing"])
def test_what_no_search_can_be_is_refused_before_anything_is_sent(desk: Desk, path: str, query: str) -> None:
    answer = desk().get(f"{path}?{query}")
    assert answer.status_code == 400
    assert "way out" in answer.text or "What to do" in answer.text or "none of" in answer.text


@pytest.mark.parametrize("size", [3, 200])
@pytest.mark.parametrize(
    "query", ["?q=the&by=words", "?q=crossing", "?q=crossing&by=meaning", "?q=the&by=words&sort=said"]
)
def test_a_table_holds_all_that_is_found_in_its_order(
    desk: Desk, db: Path, monkeypatch: pytest.MonkeyPatch, query: str, size: int
) -> None:
    monkeypatch.setattr(feeds, "_PAGE", size)
    client = desk()
    asked = Asked(**dict(part.split("=") for part in query[1:].split("&")))  # type: ignore[arg-type]
    with View(db, vector) as view:
        found = view.search(Query(asked.q, by=asked.by, sort=asked.sort, limit=1000))  # type: ignore[arg-type]
    assert [row["id"] for row in rows(client, query)] == [hit.id for hit in found]


def test_of_more_than_are_ranked_the_table_has_all(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    client = desk()
    every = {row["id"] for row in rows(client, "?q=the&by=words")}
    monkeypatch.setattr("onrecord.store.search.RANKED", 7)
    monkeypatch.setattr(feeds, "RANKED", 7)
    assert {row["id"] for row in rows(client, "?q=the&by=words")} == every
    assert len(every) > 7


def test_a_table_of_filters_is_the_export(desk: Desk, db: Path) -> None:
    with View(db, vector) as view:
        ids = [entry.id for entry in view.entries(Filters(act=("deny",)))]
    assert ids
    assert [row["id"] for row in rows(desk(), "?act=deny")] == ids
    assert rows(desk(), "?act=deny&outlet=nobody") == []


def test_no_cell_is_a_formula_unless_the_text_is_wanted_exactly(desk: Desk, db: Path) -> None:
    add(db, said(72, "=1+1 is a lighthouse", title="=HYPERLINK(1)"))
    client = desk()
    (safe,) = rows(client, "?q=lighthouse&by=words")
    assert safe["title"] == "'=HYPERLINK(1)"
    assert safe["content"].startswith("'=")
    (exact,) = rows(client, "?q=lighthouse&by=words&exact=1")
    assert exact["title"] == "=HYPERLINK(1)"
    assert client.get("/search.csv?q=lighthouse&exact=1").content[:3] == b"id,"


def test_a_table_is_a_file_of_a_name_that_every_system_takes(desk: Desk) -> None:
    answer = desk().get("/search.csv", params={"q": '"Ærø/../x" é', "outlet": "Courier"})
    today = datetime.now(UTC).date().isoformat()
    assert answer.headers["content-disposition"] == f'attachment; filename="onrecord-r-x-courier-{today}.csv"'
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-type"] == "text/csv; charset=utf-8; header=present"
    assert file_name(Asked()) == f"onrecord-{today}.csv"


def test_a_table_lends_no_view_while_it_waits_for_its_reader(desk: Desk) -> None:
    client = desk()
    lent = client.app.state.desk.ledgers  # type: ignore[attr-defined]
    query = Query("the", by="words", limit=5)
    waiting: list[Iterable[Any]] = [feeds._hits(client.app.state.desk, query) for _ in range(ledgers.READERS + 2)]  # type: ignore[attr-defined]
    for one in waiting:
        next(iter(one))
    with lent.view() as view:
        assert view.search(query).hits


@pytest.mark.parametrize(
    ("iso", "told"),
    [
        ("2031-04-02", "2031-04-02T00:00:00Z"),
        ("2031-04", "2031-04-01T00:00:00Z"),
        ("2031", "2031-01-01T00:00:00Z"),
        ("2031-04-02T10:00:00+02:00", "2031-04-02T08:00:00Z"),
        ("2031-04-02T10:00", "2031-04-02T10:00:00Z"),
        ("2031-02-30", None),
        ("0001-01-01T00:00:00+14:00", None),
        ("spring", None),
        (None, None),
    ],
)
def test_times_as_feeds_write_them(iso: str | None, told: str | None) -> None:
    assert instant(iso) == told


def test_a_title_is_cut_at_a_word() -> None:
    assert cut("a  b\n c") == "a b c"
    assert cut("word " * 40) == "word " * 27 + "word …"
