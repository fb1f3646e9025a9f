"""The OpenAPI file is true: calls made from it get what it says, and its examples are of the kinds that it says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from jsonschema import Draft202012Validator
from schemathesis.checks import load_all_checks
from schemathesis.python.asgi import shutdown_lifespans
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from starlette.testclient import TestClient

from onrecord.serve.desk.app import create_app
from onrecord.serve.desk.settings import Settings

load_all_checks()

HOST = "http://127.0.0.1:8000"
EXAMPLES, FEWER = 25, 8  # calls of each operation
SLOW = {"export", "addArticles"}  # one goes through the whole ledger, the other reads what it is sent
CHECKS = [
    schemathesis.checks.not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


METHODS = {"get", "post", "put", "patch", "delete"}


@pytest.fixture
def document(desk: Callable[..., TestClient]) -> dict[str, Any]:
    return dict(desk().get("/api/v1/openapi.json").json())


def operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        yield from ((f"{method} {path}", item[method]) for method in METHODS & set(item))


def test_the_file_describes_the_api_and_nothing_else(document: dict[str, Any]) -> None:
    found = dict(operations(document))
    assert {name.split()[1].split("/")[3] for name in found} == {
        "statements", "articles", "speakers", "exports", "stats", "health", "jobs",
    }  # fmt: skip
    names = [told["operationId"] for told in found.values()]
    assert len(names) == len(set(names))
    assert all(name.isidentifier() and len(name) <= 20 for name in names)
    tags = {one["name"] for one in document["tags"]}
    for name, told in found.items():
        assert told["summary"], name
        assert set(told["tags"]) <= tags == set(TAGS), name
        if name != "get /api/v1/health":
            assert {"401", "403", "503"} <= set(told["responses"]), name


def test_every_refusal_is_a_problem(document: dict[str, Any]) -> None:
    for name, told in operations(document):
        for status, response in told["responses"].items():
            if status >= "400":
                assert response["description"], name
                (content,) = response["content"].items()
                assert content[0] == "application/problem+json", f"{name} {status}"
                assert content[1]["schema"] == {"$ref": "#/components/schemas/Problem"}


def test_every_operation_has_an_example_and_the_examples_are_what_they_should_be(document: dict[str, Any]) -> None:
    checked = 0
    for name, told in operations(document):
        contents = [response.get("content", {}) for response in told["responses"].values()]
        contents.append(told.get("requestBody", {}).get("content", {}))
        for content in contents:
            for kind, one in content.items():
                examples = (
                    [one["example"]] if "example" in one else [e["value"] for e in one.get("examples", {}).values()]
                )
                schema = one["schema"] | {"components": document["components"]}
                for example in examples:
                    Draft202012Validator(schema).validate(example)
                    checked += 1
                success = kind == "application/json" and "problem" not in kind
                assert examples or not success, f"{name}: no example of {kind}"
    assert checked > 50


@pytest.fixture
def described(db: Path) -> Iterator[Any]:
    app = create_app(Settings(db=db, by="Ines Vold", changes_a_minute=1_000_000))
    yield schemathesis.openapi.from_asgi("/api/v1/openapi.json", app, headers={"host": "127.0.0.1:8000"})
    shutdown_lifespans()


TAGS = ("statements", "articles", "speakers", "exports", "jobs", "ledger")
NOT_CALLED = "/events"  # sent for as long as a job runs


@pytest.mark.parametrize("tag", TAGS)
def test_calls_made_from_the_file_get_what_it_says(described: Any, tag: str) -> None:
    for found in described.get_all_operations():
        operation = found.ok()
        if tag in operation.definition.raw.get("tags", ()) and not operation.path.endswith(NOT_CALLED):
            call_some(operation)


def call_some(operation: Any) -> None:
    @given(case=operation.as_strategy() | operation.as_strategy(generation_mode=schemathesis.GenerationMode.NEGATIVE))
    @settings(
        max_examples=FEWER if operation.definition.raw["operationId"] in SLOW else EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def calls(case: schemathesis.Case) -> None:
        response = case.call(base_url=HOST)
        case.validate_response(response, checks=CHECKS)
        if response.status_code >= 400:
            assert response.headers["content-type"] == ["application/problem+json"]
            told = response.json()
            assert told["datum"], told
            assert told["status"] == response.status_code

    calls()
