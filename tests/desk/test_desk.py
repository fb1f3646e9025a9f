"""The desk as a whole: what every answer has in common."""

from __future__ import annotations

from collections.abc import Callable

from starlette.testclient import TestClient


def test_what_is_not_there_says_so_to_people_and_to_programs(desk: Callable[..., TestClient]) -> None:
    client = desk()
    page = client.get("/nowhere")
    assert page.status_code == 404
    assert "there is no such page" in page.text
    told = client.get("/api/v1/nowhere")
    assert told.headers["content-type"] == "application/problem+json"
    assert told.json()["way_out"]


def test_what_has_not_changed_is_not_made_again(desk: Callable[..., TestClient]) -> None:
    client = desk()
    for path in ("/", "/search?q=ferry", "/api/v1/statements"):
        first = client.get(path)
        tag = first.headers["etag"]
        again = client.get(path, headers={"If-None-Match": tag})
        assert (again.status_code, again.content) == (304, b"")
        assert client.get(path, headers={"If-None-Match": tag, "HX-Request": "true"}).status_code == 200
    (one,) = client.get("/api/v1/statements?limit=1").json()["hits"]
    tag = client.get("/").headers["etag"]
    made = client.post(f"/api/v1/statements/{one['id']}/corrections", json={"field": "status", "value": "rejected"})
    assert made.status_code == 201
    assert client.get("/", headers={"If-None-Match": tag}).status_code == 200


def test_head_is_answered_like_get(desk: Callable[..., TestClient]) -> None:
    client = desk()
    for path in ("/", "/search?q=ferry", "/api/v1/statements"):
        assert client.head(path).status_code == 200
        assert client.head(path).headers["etag"] == client.get(path).headers["etag"]
