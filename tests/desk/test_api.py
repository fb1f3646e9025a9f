"""The API: what the ledger says, as JSON, and every refusal as a problem."""

from __future__ import annotations

import io
import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pyarrow.parquet
import pytest
from jsonschema import Draft202012Validator
from starlette.testclient import TestClient

from onrecord import errors
from onrecord.export.record_json import from_dict
from onrecord.serve.desk import problems
from onrecord.serve.desk.api import exports, streaming
from onrecord.serve.exporting import FORMATS, Manner, write
from onrecord.store import Filters, Query, View

API = "/api/v1"
Opened = Callable[..., TestClient]


@pytest.fixture
def api(desk: Opened) -> TestClient:
    return desk()


@pytest.fixture
def view(db: Path) -> Iterator[View]:
    with View(db, lambda _: pytest.fail("nothing is searched for by its meaning here")) as opened:
        yield opened


def plain(value: Any) -> Any:
    return json.loads(json.dumps(asdict(value)))


def problem_of(response: Any) -> dict[str, Any]:
    assert response.headers["content-type"] == "application/problem+json"
    told = response.json()
    assert told["status"] == response.status_code
    assert told["detail"].startswith(told["datum"])
    assert told["instance"].startswith("/")
    return dict(told)


# Statements -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "query"),
    [
        ({}, Query()),
        ({"q": '"the crossing"'}, Query('"the crossing"')),
        ({"act": "deny", "sort": "confidence"}, Query(filters=Filters(act=("deny",)), sort="confidence")),
        ({"outlet": "Meridian Wire", "kind": ["direct", "mixed"], "limit": 3, "facets": "true"},
         Query(filters=Filters(outlet="Meridian Wire", kind=("direct", "mixed")), limit=3, facets=True)),
        ({"since": "2031-04-04", "dates": "published"}, Query(filters=Filters(since="2031-04-04", by="published"))),
        ({"status": "rejected"}, Query(filters=Filters(shown="rejected"))),
        ({"speaker": "", "kind": "", "until": ""}, Query()),
        ({"speaker": "nobody of that name"}, Query(filters=Filters(speaker="nobody of that name"))),
    ],
)  # fmt: skip
def test_a_search_gives_what_the_ledger_finds(api: TestClient, view: View, asked: Any, query: Query) -> None:
    response = api.get(f"{API}/statements", params=asked)
    assert response.status_code == 200
    assert response.json() == plain(view.search(query))


def test_pages_follow_each_other_and_each_statement_comes_once(api: TestClient, view: View) -> None:
    everything = [hit.id for hit in view.search(Query(limit=1000)).hits]
    found, address = [], f"{API}/statements?limit=100"
    while address:
        response = api.get(address)
        found += [hit["id"] for hit in response.json()["hits"]]
        following = response.links.get("next", {}).get("url", "")
        assert bool(following) == bool(response.json()["next"])
        address = following
    assert found == everything
    assert len(found) > 200


@pytest.mark.parametrize(
    ("asked", "status", "datum"),
    [
        ("kind=spoken", 400, "kind 'spoken'"),
        ("q=%22", 400, "query '\"'"),
        ("since=2031-02-30", 400, "since '2031-02-30'"),
        ("confidence=7", 400, "confidence 7.0"),
        ("after=elsewhere", 400, "page 'elsewhere'"),
        ("confidence=high", 422, "confidence 'high'"),
        ("limit=1000", 422, "limit '1000'"),
        ("speker=Holm", 422, "speker 'Holm'"),
        ("q=" + "x" * 50_000, 400, None),
    ],
)
def test_a_search_that_cannot_be_is_refused_by_its_datum(api: TestClient, asked: str, status: int, datum: str) -> None:
    response = api.get(f"{API}/statements?{asked}")
    assert response.status_code == status
    told = problem_of(response)
    assert datum is None or told["datum"] == datum
    assert len(told["detail"]) < 400


def test_a_name_with_a_nul_is_nobodys(api: TestClient) -> None:
    assert api.get(f"{API}/statements", params={"speaker": "Ödön\0Holm"}).json()["hits"] == []


def one(api: TestClient, **asked: Any) -> dict[str, Any]:
    found = api.get(f"{API}/statements", params={"q": '"never safe"', **asked}).json()["hits"]
    return dict(found[0])


def test_a_statement_has_its_hit_its_spans_and_its_article(api: TestClient, view: View) -> None:
    key = one(api)["id"]
    told = api.get(f"{API}/statements/{key}").json()
    shown = view.statement(key)
    assert {name: told[name] for name in plain(shown.hit)} == plain(shown.hit)
    assert told["statement"]["content"][0]["text"] in told["context"]
    assert told["record"]["model"] == asdict(shown.entry.record.model)
    assert (told["history"], told["latest"]) == ([], 0)
    assert api.get(f"{API}/statements/{key[:-2]}").json() == told


@pytest.mark.parametrize("path", ["statements/s000", "statements/s000/corrections", "articles/none",
                                  "articles/none/versions", "articles/none/copies", "speakers/none",
                                  "speakers/...", "articles/", "statements/%00"])  # fmt: skip
def test_what_there_is_not_is_not_found(api: TestClient, path: str) -> None:
    response = api.get(f"{API}/{path}")
    assert response.status_code == 404
    assert problem_of(response)["type"] == "/about#problem-not-on-record"


def correct(api: TestClient, key: str, given: Any, **headers: str) -> Any:
    body = json.dumps(given)  # half characters too, escaped
    headers["content-type"] = "application/json"
    return api.post(f"{API}/statements/{key}/corrections", content=body, headers=headers)


def test_a_correction_bears_the_name_of_who_made_it_and_stands(api: TestClient) -> None:
    key = one(api)["id"]
    response = correct(api, key, {"field": "act", "value": "assert", "why": "no denial", "after": 0})
    assert response.status_code == 201
    made = response.json()
    assert (made["by"], made["field"], made["value"], made["why"]) == ("Ines Vold", "act", "assert", "no denial")
    assert api.get(response.headers["location"]).json() == {"corrections": [made], "latest": made["id"]}
    told = api.get(f"{API}/statements/{key}").json()
    assert (told["act"], told["corrected"], told["latest"]) == ("assert", True, made["id"])
    assert correct(api, key, {"field": "undo", "value": None}).status_code == 201
    assert api.get(f"{API}/statements/{key}").json()["act"] == "deny"


def test_whoever_comes_second_meets_a_conflict_that_names_the_first(desk: Opened) -> None:
    first, second = desk(), desk(by="Ola Brandt")
    key = one(first)["id"]
    made = correct(first, key, {"field": "status", "value": "accepted", "after": 0}).json()
    response = correct(second, key, {"field": "status", "value": "rejected", "after": 0})
    assert response.status_code == 409
    told = problem_of(response)
    assert told["type"] == "/about#problem-conflict"
    assert (told["latest"], told["by"], told["at"]) == (made["id"], "Ines Vold", made["at"])
    assert first.get(f"{API}/statements/{key}").json()["status"] == "accepted"
    assert correct(second, key, {"field": "status", "value": "rejected", "after": told["latest"]}).status_code == 201


def test_an_etag_says_what_was_seen(api: TestClient) -> None:
    key = one(api)["id"]
    seen = api.get(f"{API}/statements/{key}").headers["etag"]
    assert api.get(f"{API}/statements/{key}", headers={"if-none-match": seen}).status_code == 304
    assert correct(api, key, {"field": "status", "value": "accepted"}, **{"if-match": seen}).status_code == 201
    response = correct(api, key, {"field": "status", "value": "open"}, **{"if-match": seen})
    assert response.status_code == 412
    assert problem_of(response)["by"] == "Ines Vold"
    assert api.get(f"{API}/statements/{key}", headers={"if-none-match": seen}).status_code == 200
    assert correct(api, key, {"field": "status", "value": "open"}, **{"if-match": '"of old"'}).status_code == 412
    assert correct(api, key, {"field": "status", "value": "open"}, **{"if-match": "*"}).status_code == 201


@pytest.mark.parametrize(
    ("given", "datum"),
    [
        ({"field": "content", "value": [[0, 99_999]]}, "content [0, 99999)"),
        ({"field": "content", "value": "all"}, "content 'all'"),
        ({"field": "kind", "value": "spoken"}, "kind 'spoken'"),
        ({"field": "kind", "value": ["\ud800"]}, "kind ['\\ud800']"),
        ({"field": "speaker", "value": {"name": "Mara Holm", "\ud800": "x"}}, None),
        ({"field": "said_on", "value": {"start": "2031-04-31", "end": "2031-05-01"}}, None),
        ({"field": "undo", "value": 10**30}, None),
        ({"field": "status", "value": "accepted", "after": 77}, "correction 77"),
        ({"field": "title", "value": "x"}, "field 'title'"),
        ({"field": "status"}, "value"),
        ({"field": "status", "value": "open", "by": "Somebody Else"}, "by 'Somebody Else'"),
        ({"field": "status", "value": "open", "after": -1}, "after -1"),
        ([], "body"),
    ],
)  # fmt: skip
def test_a_correction_that_does_not_fit_changes_nothing(api: TestClient, given: Any, datum: str | None) -> None:
    key = one(api)["id"]
    response = correct(api, key, given)
    assert response.status_code == 422
    told = problem_of(response)
    assert datum is None or told["datum"] == datum
    assert api.get(f"{API}/statements/{key}").json()["history"] == []


def test_what_is_not_json_is_said_to_be_none(api: TestClient) -> None:
    address = f"{API}/statements/{one(api)['id']}/corrections"
    form = api.post(address, data={"field": "status", "value": "accepted"})
    assert form.status_code == 415
    assert "form" in problem_of(form)["detail"]
    broken = api.post(address, content=b'{"field": ', headers={"content-type": "application/json"})
    assert broken.status_code == 422
    assert "character 10" in problem_of(broken)["datum"]


def test_where_nothing_may_be_changed_nothing_is(desk: Opened) -> None:
    api = desk(read_only=True)
    key = one(api)["id"]
    response = correct(api, key, {"field": "status", "value": "accepted"})
    assert response.status_code == 403
    assert problem_of(response)
    assert api.get(f"{API}/statements/{key}").json()["status"] == "open"


# Articles, speakers, counts -------------------------------------------------------------------------------------------


def test_an_article_is_its_record(api: TestClient, view: View, record_schema: Draft202012Validator) -> None:
    for record in list(view.records())[:5]:
        told = api.get(f"{API}/articles/{record.article.id}").json()
        record_schema.validate(told)
        assert from_dict(told) == record
        assert api.get(f"{API}/articles/{record.article.url}").json() == told or not record.article.url


@pytest.fixture(scope="session")
def record_schema() -> Draft202012Validator:
    from importlib.resources import files

    return Draft202012Validator(json.loads((files("onrecord.data") / "record.schema.json").read_text("utf-8")))


def test_a_record_has_its_corrections_unless_it_is_asked_for_as_read(api: TestClient) -> None:
    hit = one(api)
    correct(api, hit["id"], {"field": "act", "value": "promise"})
    path = f"{API}/articles/{hit['article']}"
    (row,) = api.get(f"{path}/statements").json()["statements"]
    assert row == {"id": hit["id"], "statement": "s1", "status": "open", "corrected": True, "retained": False}
    assert api.get(path).json()["statements"][0]["act"] == "promise"
    assert api.get(f"{path}?as_read=true").json()["statements"][0]["act"] == "deny"


def test_copies_and_versions_of_an_article(api: TestClient, view: View) -> None:
    key = next(record.article.id for record in view.records() if record.article.outlet == "Meridian Wire")
    copies = api.get(f"{API}/articles/{key}/copies").json()["copies"]
    assert [(one["article"], one["similarity"]) for one in copies] == view.copies(key)
    assert copies
    (version,) = api.get(f"{API}/articles/{key}/versions").json()["versions"]
    assert version["current"] is True


@pytest.mark.parametrize(
    ("asked", "filters"),
    [
        ({"act": "deny"}, Filters(act=("deny",))),
        ({"outlet": "Meridian Wire"}, Filters(outlet="Meridian Wire")),
        ({"since": "2031-04-04", "confidence": 0.5}, Filters(since="2031-04-04", confidence=0.5)),
        ({"speaker": "nobody of that name"}, Filters(speaker="nobody of that name")),
        ({"status": "rejected"}, Filters(shown="rejected")),
    ],
)
def test_articles_are_listed_by_what_is_said_in_them(api: TestClient, view: View, asked: Any, filters: Filters) -> None:
    assert {one["id"] for one in listed(api, asked)} == view.articles(filters)


def test_all_articles_are_listed_page_by_page_the_last_first(api: TestClient, view: View) -> None:
    records = list(view.records())
    found = listed(api, {"limit": 3})
    assert [one["id"] for one in found] == [record.article.id for record in reversed(records)]
    assert [one["statements"] for one in found] == [len(record.statements) for record in reversed(records)]


def listed(api: TestClient, asked: dict[str, Any]) -> list[dict[str, Any]]:
    response = api.get(f"{API}/articles", params=asked)
    found = list(response.json()["articles"])
    while following := response.links.get("next"):
        response = api.get(following["url"])
        found += response.json()["articles"]
    return found


def test_a_page_of_one_list_is_none_of_another(api: TestClient) -> None:
    following = api.get(f"{API}/articles?limit=1").json()["next"]
    assert api.get(f"{API}/articles?limit=1&after={following}").status_code == 200
    assert api.get(f"{API}/articles?act=deny&after={following}").status_code == 400
    assert api.get(f"{API}/statements?after={following}").status_code == 400


def test_speakers_by_name_and_by_key(api: TestClient, view: View) -> None:
    hit = next(hit for hit in view.search(Query(limit=1000)) if hit.person)
    found = api.get(f"{API}/speakers", params={"name": hit.speaker}).json()["speakers"]
    assert found == [plain(person) for person in view.people(hit.speaker or "")]
    person = next(person for person in found if person["key"] == hit.person)
    for key in (hit.person, person["profiles"][0]["key"]):
        assert api.get(f"{API}/speakers/{key}").json() == person
    name = (hit.speaker or "").split()[-1]
    assert api.get(f"{API}/speakers/{name}").status_code == 404


def test_counts(api: TestClient, view: View) -> None:
    assert api.get(f"{API}/stats").json() == view.stats()


def test_counts_are_made_anew_when_the_ledger_has_changed(api: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("onrecord.serve.desk.api.health.STALE", 0)
    before = api.get(f"{API}/stats").json()["rejected"]
    correct(api, one(api)["id"], {"field": "status", "value": "rejected"})
    assert api.get(f"{API}/stats").json()["rejected"] == before + 1


def test_health_needs_no_token_and_says_when_the_ledger_is_gone(desk: Opened, db: Path) -> None:
    api = desk(tokens=True)
    told = api.get(f"{API}/health")
    assert told.status_code == 200
    assert told.json()["status"] == "ok"
    assert told.headers["cache-control"] == "no-store"
    db.rename(db.with_suffix(".away"))
    gone = api.get(f"{API}/health")
    assert gone.status_code == 503
    assert str(db.parent) not in gone.text
    assert problem_of(gone)["datum"] == "the ledger"


def test_nothing_else_is_told_without_a_token(desk: Opened) -> None:
    api = desk(tokens=True)
    for path, operations in desk().get(f"{API}/openapi.json").json()["paths"].items():
        for method in operations:
            if not path.endswith("/health"):
                response = api.request(method, path.replace("{format}", "csv"))
                assert response.status_code == 401, f"{method} {path}"
                assert problem_of(response)


# Exports --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("as_format", [name for name in FORMATS if name != "parquet"])
def test_an_export_is_what_the_command_line_writes(api: TestClient, view: View, as_format: str) -> None:
    asked = Filters(act=("deny",))
    written = io.StringIO(newline="")
    write(view, as_format, asked, Manner(quotes=True), written)
    response = api.get(f"{API}/exports/{as_format}", params={"act": "deny", "quotes": "true"})
    assert response.status_code == 200
    assert response.text == written.getvalue()
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["content-type"] == exports.SORTS[as_format].media_type
    assert exports.SORTS[as_format].name in response.headers["content-disposition"]


def test_parquet_comes_whole(api: TestClient, view: View) -> None:
    response = api.get(f"{API}/exports/parquet?limitless=")
    assert response.status_code == 422
    table = pyarrow.parquet.read_table(io.BytesIO(api.get(f"{API}/exports/parquet").content))
    assert table["id"].to_pylist() == [entry.id for entry in view.entries(Filters())]


def test_an_export_of_nothing_is_an_empty_one(api: TestClient) -> None:
    assert api.get(f"{API}/exports/jsonl?speaker=nobody").content == b""
    assert api.get(f"{API}/exports/csv?speaker=nobody").text.startswith("id,statement")


@pytest.mark.parametrize(
    ("path", "status"), [("csv?kind=spoken", 400), ("csv?since=soon", 400), ("xls", 422), ("csv?q=harbour", 422)]
)
def test_an_export_that_cannot_be_is_a_problem_and_not_half_a_file(api: TestClient, path: str, status: int) -> None:
    response = api.get(f"{API}/exports/{path}")
    assert response.status_code == status
    assert problem_of(response)


def test_only_some_exports_go_at_once(api: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    free = threading.BoundedSemaphore(1)
    monkeypatch.setattr(exports, "_free", free)
    with free:
        response = api.get(f"{API}/exports/csv")
        assert response.status_code == 429
        assert int(response.headers["retry-after"]) > 0
        assert problem_of(response)
    assert api.get(f"{API}/exports/csv").status_code == 200
    assert free.acquire(timeout=5)  # it was given back


def test_writing_waits_for_the_reader_and_ends_when_nobody_reads() -> None:
    done = threading.Event()
    written: list[int] = []

    def produce(sink: streaming.Sink) -> None:
        for at in range(1_000):
            sink.write("é" * (streaming.PIECE // 2))
            written.append(at)

    pieces = streaming.streamed(produce, done.set)
    assert len(next(pieces)) == streaming.PIECE
    time.sleep(0.1)
    assert len(written) <= streaming.WAITING + 3
    del pieces
    assert done.wait(5)
    assert len(written) < 1_000


def test_what_goes_wrong_on_the_way_is_not_the_end_of_a_whole() -> None:
    def produce(sink: streaming.Sink) -> None:
        sink.write("x" * streaming.PIECE)
        raise errors.LedgerBusy("desk.db", "another process is writing")

    pieces = streaming.streamed(produce, lambda: None)
    next(pieces)
    with pytest.raises(errors.LedgerBusy):
        next(pieces)


def test_a_reader_who_takes_too_long_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streaming, "PATIENCE", 0.4)
    done = threading.Event()
    pieces = streaming.streamed(lambda sink: [sink.write("x" * streaming.PIECE) for _ in range(50)], done.set)
    assert done.wait(5)
    with pytest.raises(TimeoutError):
        sum(map(len, pieces))


# Problems -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "status", "name"),
    [
        (errors.NotOnRecord("s1", "no statement has this id"), 404, "not-on-record"),
        (errors.Conflict("s1", "Ola Brandt", "2031-04-03T09:12:44Z", 4), 409, "conflict"),
        (errors.BadCorrection("kind 'x'", "is none"), 422, "bad-correction"),
        (errors.TooLarge("story.html", "50 MB"), 413, "too-large"),
        (errors.NoArticleBody("https://post.example", "83 characters"), 422, "no-article-body"),
        (errors.AddressRefused("http://10.0.0.1", "is private"), 403, "address-refused"),
        (errors.FetchError("https://post.example", "status 500"), 502, "fetch-error"),
        (errors.LedgerBusy("/home/ines/desk.db", "another process is writing"), 503, "ledger-busy"),
        (errors.LedgerFull("/home/ines/desk.db", "no room"), 507, "ledger-full"),
        (errors.MissingExtra("Parquet", "needs pyarrow"), 501, "missing-extra"),
        (errors.ModelError("weights.onnx", "is damaged"), 500, "model-error"),
    ],
)
def test_every_error_has_its_status_and_its_name(error: errors.OnRecordError, status: int, name: str) -> None:
    problem = problems.of(error)
    assert (problem.status, problem.name) == (status, name)
    assert problem.title
    assert "/home" not in problem.datum


def test_a_passing_hindrance_says_when_it_is_over() -> None:
    assert (
        50
        <= int(problems.of(errors.NotNow("https://post.example", "429", time.time() + 60)).headers["Retry-After"])
        <= 60
    )
    assert "Retry-After" in problems.of(errors.LedgerBusy("desk.db", "another process is writing")).headers
    assert problems.of(errors.LedgerFull("desk.db", "no room")).headers == {}


def test_a_path_that_there_is_not_and_a_method_that_it_does_not_take(api: TestClient) -> None:
    assert problem_of(api.get(f"{API}/nothing"))["type"] == "/about#problem-no-such-page"
    refused = api.delete(f"{API}/health")
    assert refused.status_code == 405
    assert problem_of(refused)["type"] == "/about#problem-method-not-allowed"
