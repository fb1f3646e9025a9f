"""The API's OpenAPI file: what FastAPI gathers from the routes, with the record's own schema and the problems."""

from __future__ import annotations

import json
import re
from importlib.resources import files
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic.json_schema import models_json_schema

from onrecord.serve.desk.api import models
from onrecord.serve.desk.api.answers import ROOT, refused
from onrecord.version import __version__

SUMMARY = "Who said what, each field tied to the characters that support it."

ABOUT = """\
The ledger as JSON. Offsets are half-open and count Unicode code points; days are ISO 8601, and an interval's end is the
day after its last.

**Paging.** Lists give `next`; send it back as `after`, with the same parameters. The `Link` header has the address.

**Errors** are `application/problem+json` (RFC 9457): `datum` says what it is about, `way_out` what to do.

**ETags.** Every answer has one; `If-None-Match` gets 304 until the ledger changes.

**Who asks.** Where the server wants a token, send it as `Authorization: Bearer TOKEN`. Readers look; reviewers correct
and add; admins do both for all.

**Feeds.** Every search is a feed too, with the same parameters: `/search.atom`, `/search.json` (JSON Feed) and
`/search.csv`.
"""

TAGS = [
    {"name": "statements", "description": "Search, look at one, correct it."},
    {"name": "articles", "description": "What was read, as records; put more on record."},
    {"name": "speakers", "description": "Who is on record."},
    {"name": "exports", "description": "All of it, in each format of the command line, streamed."},
    {"name": "jobs", "description": "What takes longer: watched, and cancelled."},
    {"name": "ledger", "description": "Whether all is well, and how much there is."},
]

_SENT = (
    models.Hits, models.Statement, models.Correction, models.Corrections, models.Articles, models.StatementsOf,
    models.Versions, models.Copies, models.Speaker, models.Speakers, models.Stats, models.Health, models.Problem,
)  # fmt: skip

_OPEN = frozenset((f"{ROOT}/health",))
"""What needs no token."""


def install(app: FastAPI) -> None:
    """Let the app describe its API and nothing else: pages are for people."""

    def described() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = description(app)
        return app.openapi_schema

    app.openapi = described  # type: ignore[method-assign]


def description(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI 3.1 document of the app's routes under ``/api/v1``."""
    told = get_openapi(
        title="On Record", version=__version__, summary=SUMMARY, description=ABOUT, routes=app.routes, tags=TAGS
    )
    told["paths"] = {path: one for path, one in told["paths"].items() if path.startswith(f"{ROOT}/")}
    schemas: dict[str, Any] = told.setdefault("components", {}).setdefault("schemas", {})
    _, sent = models_json_schema([(one, "serialization") for one in _SENT], ref_template="#/components/schemas/{model}")
    schemas |= _with_record(sent["$defs"]) | _record_schemas()
    told["components"]["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
    for path, operations in told["paths"].items():
        for operation in operations.values():
            _complete(path, operation)
            _restore(operation, schemas)
    needed = _needed(told["paths"], schemas)
    told["components"]["schemas"] = {name: schema for name, schema in sorted(schemas.items()) if name in needed}
    return told


def _restore(operation: dict[str, Any], schemas: dict[str, Any]) -> None:
    """Put back the nulls of examples, which FastAPI leaves out."""
    for told in (operation.get("requestBody", {}), *operation["responses"].values()):
        for content in told.get("content", {}).values():
            if "example" in content:
                content["example"] = _with_nulls(content["example"], content["schema"], schemas)
            for one in content.get("examples", {}).values():
                one["value"] = _with_nulls(one["value"], content["schema"], schemas)


def _with_nulls(example: Any, schema: dict[str, Any], schemas: dict[str, Any]) -> Any:
    """The example with null for each field that has to be there and is not, in the order of the schema."""
    if "$ref" in schema:
        return _with_nulls(example, schemas[schema["$ref"].rpartition("/")[2]], schemas)
    if "anyOf" in schema and "properties" not in schema:
        return _with_nulls(example, schema["anyOf"][0], schemas)  # the other is null
    if isinstance(example, list):
        return [_with_nulls(one, schema.get("items", {}), schemas) for one in example]
    if not isinstance(example, dict):
        return example
    required = schema.get("required", ())
    parts = {
        name: _with_nulls(example.get(name), part, schemas)
        for name, part in schema.get("properties", {}).items()
        if name in example or name in required
    }
    return parts | {name: value for name, value in example.items() if name not in parts}


def _needed(paths: Any, schemas: dict[str, Any]) -> set[str]:
    """The schemas that the operations refer to, and those that these refer to."""
    found: set[str] = set()
    left = [paths]
    while left:
        names = set(re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(left.pop()))) - found
        found |= names
        left += [schemas[name] for name in names]
    return found


def _complete(path: str, operation: dict[str, Any]) -> None:
    """Say of an operation how any can refuse, and that a token may be needed."""
    statuses = [401, 403, 503] if path not in _OPEN else [503]
    if operation.get("parameters") or operation.get("requestBody"):
        statuses.append(422)
    if "requestBody" in operation:
        statuses += [400, 413, 415, 429]
    responses = operation["responses"]
    if "HTTPValidationError" in str(responses.get("422", "")):
        del responses["422"]
    for status, told in refused(*statuses).items():
        responses.setdefault(str(status), told)
    if path not in _OPEN:
        operation["security"] = [{}, {"token": []}]


def _with_record(sent: dict[str, Any]) -> dict[str, Any]:
    """The models with references to the record's schema, which Pydantic does not know."""
    text = re.sub(rf'"{models.OF_RECORD}": "(\w+)"', r'"$ref": "#/components/schemas/Record.\1"', json.dumps(sent))
    told: dict[str, Any] = json.loads(text)
    return told


def _record_schemas() -> dict[str, Any]:
    """``record.schema.json`` as components: ``Record``, and ``Record.statement`` for its ``#/$defs/statement``."""
    text = (files("onrecord.data") / "record.schema.json").read_text(encoding="utf-8")
    record = json.loads(text.replace('"#/$defs/', '"#/components/schemas/Record.'))
    parts = record.pop("$defs")
    whole = {name: value for name, value in record.items() if name not in ("$schema", "$id")}
    return {"Record": whole} | {f"Record.{name}": part for name, part in parts.items()}
