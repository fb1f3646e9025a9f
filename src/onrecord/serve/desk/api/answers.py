"""What the API's routes have in common: plain values as JSON, the next page, and what is documented of each."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import fields
from functools import cache
from typing import Any, cast

from fastapi import Request, Response
from pydantic import BaseModel
from starlette.responses import JSONResponse

from onrecord.serve.desk.api.examples import PROBLEMS
from onrecord.serve.desk.problems import MEDIA_TYPE

ROOT = "/api/v1"
PROBLEM = {"$ref": "#/components/schemas/Problem"}


def plain(value: Any) -> dict[str, Any]:
    """A dataclass as a dictionary, one level deep: JSON takes tuples as they are."""
    return {name: getattr(value, name) for name in _names(cast(Hashable, type(value)))}


@cache
def _names(kind: Hashable) -> tuple[str, ...]:
    return tuple(one.name for one in fields(cast(Any, kind)))  # which would take a third of the time, each time


def page(request: Request, content: dict[str, Any], following: str | None) -> Response:
    """A page of a list; ``following``: the query part of the address of the next one (RFC 8288)."""
    headers = {"link": f'<{request.url.path}?{following}>; rel="next"'} if following else {}
    return JSONResponse(content, headers=headers)


def documented(
    model: type[BaseModel] | dict[str, Any], example: Any, *refusals: int, status: int = 200, told: str = "Here it is."
) -> dict[int | str, dict[str, Any]]:
    """A route's ``responses``: a model, or a schema of the record's, with an example; and how it can refuse."""
    schema = model if isinstance(model, dict) else {"$ref": f"#/components/schemas/{model.__name__}"}
    content = {"application/json": {"schema": schema, "example": example}}
    return {status: {"description": told, "content": content}, **refused(*refusals)}


def refused(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """How a route can refuse: a problem each, with an example."""
    return {status: {"description": _WHEN[status], "content": _problem(status)} for status in statuses}


def _problem(status: int) -> dict[str, Any]:
    example = PROBLEMS.get(status)
    return {MEDIA_TYPE: {"schema": PROBLEM} | ({"example": example} if example else {})}


_WHEN = {
    400: "What is searched for, or sent, cannot be understood.",
    401: "No token was shown, or one that is not known or no longer holds.",
    403: "This takes another role.",
    404: "The ledger holds nothing of that id.",
    409: "It meets a correction made meanwhile: one after `after`.",
    412: "It meets a correction made meanwhile: the ETag in If-Match is an older one.",
    413: "More was sent than is taken.",
    415: "Another kind of content was sent.",
    422: "What was sent does not fit.",
    429: "Too much at once; Retry-After says when to come again.",
    501: "This takes a part that is not installed.",
    503: "The ledger cannot be used just now.",
}
