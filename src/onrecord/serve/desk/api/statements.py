"""``/api/v1/statements``: search, one statement, its corrections."""

from __future__ import annotations

import hashlib
import re
from typing import Annotated, Any

from fastapi import APIRouter, Body, Header, Request, Response
from starlette.responses import JSONResponse

from onrecord.errors import Conflict
from onrecord.export.record_json import to_dict
from onrecord.serve.desk.access import AsReader, AsReviewer
from onrecord.serve.desk.api import examples, models
from onrecord.serve.desk.api.answers import ROOT, documented, page, plain
from onrecord.serve.desk.api.chosen import Search
from onrecord.serve.desk.conditional import KEPT
from onrecord.serve.desk.problems import Problem
from onrecord.serve.desk.state import AtDesk
from onrecord.store.corrections import history
from onrecord.store.view import Shown

router = APIRouter(prefix=f"{ROOT}/statements", tags=["statements"])

_TAG = re.compile(r'"(\d{1,18})-[0-9a-f]{16}"')


@router.get(
    "",
    operation_id="search",
    summary="Search statements",
    responses=documented(models.Hits, examples.HITS, 400),
)
def search(request: Request, desk: AtDesk, me: AsReader, asked: Search) -> Response:
    """By words, by meaning, or by both; filtered, sorted, paged. Without `q` all that the filters let through.

    `next` (and the `Link` header) leads to the next page; what is added between two pages moves nothing from one to
    another. The same search is a feed at `/search.atom` and `/search.json`, and a table at `/search.csv`.
    """
    with desk.ledgers.view() as view:
        found = view.search(asked.query(facets=asked.facets))
    content = plain(found) | {"hits": [plain(hit) for hit in found.hits]}
    return page(request, content, asked.parameters(after=found.next) if found.next else None)


@router.get(
    "/{statement}",
    operation_id="statement",
    summary="One statement",
    responses=documented(models.Statement, examples.ONE_STATEMENT, 404),
)
def statement(request: Request, desk: AtDesk, me: AsReader, statement: str) -> Response:
    """With its spans, its article's facts, its history and who carried it, corrections applied.

    A beginning of an id that no other has will do. The ETag can be sent back as If-Match with a correction.
    """
    with desk.ledgers.view() as view:
        content = told(view.statement(statement))
    response = JSONResponse(content)
    tag = f'"{content["latest"]}-{hashlib.blake2b(response.body, digest_size=8).hexdigest()}"'
    headers = {"etag": tag, "cache-control": KEPT, "vary": "Cookie, Authorization"}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    response.headers.update(headers)
    return response


def told(shown: Shown) -> dict[str, Any]:
    """A statement with all that is known of it, as plain values."""
    record, own = shown.entry.record, shown.entry.statement.id
    article = record.article
    return {
        **plain(shown.hit),
        "statement": next(one for one in to_dict(record)["statements"] if one["id"] == own),
        "record": {
            "id": article.id,
            "url": article.url,
            "outlet": article.outlet,
            "title": article.title,
            "byline": article.byline,
            "published": article.published,
            "language": article.language,
            "schema_version": record.schema_version,
            "model": plain(record.model),
        },
        "history": [plain(one) for one in shown.history],
        "latest": shown.history[-1].id if shown.history else 0,
        "carried_by": shown.carried.articles,
        "retained": shown.retained,
    }


@router.get(
    "/{statement}/corrections",
    operation_id="corrections",
    summary="The history of a statement",
    responses=documented(models.Corrections, examples.CORRECTIONS, 404),
)
def corrections(desk: AtDesk, me: AsReader, statement: str) -> Response:
    """All its corrections, the first first, those undone included."""
    with desk.ledgers.view() as view, view.snapshot() as connection:
        found = history(connection, statement)
    return JSONResponse({"corrections": [plain(one) for one in found], "latest": found[-1].id if found else 0})


Given = Annotated[
    models.NewCorrection,
    Body(
        openapi_examples={
            name: {"summary": summary, "value": value} for name, (summary, value) in examples.NEW_CORRECTIONS.items()
        }
    ),
]
IfMatch = Annotated[
    str | None,
    Header(description="The ETag of the statement as you saw it; refused (412) where it was corrected since."),
]


@router.post(
    "/{statement}/corrections",
    operation_id="correct",
    summary="Correct a statement",
    status_code=201,
    responses=documented(models.Correction, examples.CORRECTION, 404, 409, 412, status=201, told="It was appended."),
)
def correct(desk: AtDesk, me: AsReviewer, statement: str, given: Given, if_match: IfMatch = None) -> Response:
    """Append a correction in your name. What was read stays, and every correction can be undone by a further one.

    Give `after` (or If-Match), so that nobody overwrites what they have not seen.
    """
    seen = _seen(statement, if_match)
    after = given.after if seen is None else seen
    try:
        with desk.ledgers.writer() as writer:
            made = writer.correct(statement, given.field, given.value, by=me.name, why=given.why or None, after=after)
    except Conflict as error:
        if seen is None:
            raise
        problem = Problem(412, "conflict", error.datum, error.problem, error.way_out)
        problem.more = {"latest": error.last, "by": error.by, "at": error.at}
        raise problem from None
    return JSONResponse(plain(made), 201, {"location": f"{ROOT}/statements/{made.statement}/corrections"})


def _seen(statement: str, if_match: str | None) -> int | None:
    """The last correction that someone with this ETag has seen; None where they do not say."""
    if if_match is None or if_match.strip() == "*":
        return None
    found = _TAG.fullmatch(if_match.strip())
    if not found:
        problem = f"If-Match {if_match[:60]!r} is no ETag of it"
        raise Problem(412, "conflict", statement, problem, f"GET {ROOT}/statements/{statement} gives it")
    return int(found[1])
