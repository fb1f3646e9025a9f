"""What went wrong, as a page for people and as problem+json (RFC 9457) for programs: the datum, and the way out."""

from __future__ import annotations

import json
import logging
import math
import re
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from onrecord import errors
from onrecord.errors import Conflict, LedgerError, NotNow, OnRecordError
from onrecord.export.lines import clean

log = logging.getLogger("onrecord.desk")

MEDIA_TYPE = "application/problem+json"
RETRY = 5  # seconds; another process writes for 0.01 to a few
SHOWN = 200  # characters of what was given that are repeated

KINDS: Sequence[tuple[type[OnRecordError], int, str]] = (
    (errors.NotOnRecord, 404, "Not on record"),
    (errors.BadQuery, 400, "This cannot be searched for"),
    (errors.Conflict, 409, "Somebody corrected it meanwhile"),
    (errors.BadCorrection, 422, "This correction does not fit"),
    (errors.TooLarge, 413, "Too large"),
    (errors.NotEnglish, 422, "Not in English"),
    (errors.NoArticleBody, 422, "No article in it"),
    (errors.EmptyInput, 422, "Nothing in it"),
    (errors.BadDate, 422, "No day of the calendar"),
    (errors.NotReadable, 422, "Nothing that can be read as an article"),
    (errors.InputError, 422, "This cannot be read"),
    (errors.SchemaError, 422, "No record"),
    (errors.AddressRefused, 403, "This address is not fetched"),
    (errors.Disallowed, 403, "The site asks to be left alone"),
    (errors.NotNow, 503, "Not just now"),
    (errors.FetchError, 502, "The page could not be fetched"),
    (errors.LedgerBusy, 503, "The ledger is being written to"),
    (errors.LedgerFull, 507, "No room left on the disk"),
    (errors.LedgerReadOnly, 503, "The ledger cannot be written to"),
    (errors.LedgerError, 503, "The ledger cannot be used"),
    (errors.MissingExtra, 501, "Not installed here"),
)
"""Each kind of error with its status and title. The first class that an error is of counts."""

_TITLES = {
    400: "This cannot be understood",
    401: "Who are you?",
    403: "This is not allowed",
    404: "Not here",
    405: "This cannot be done here",
    408: "Too slow",
    409: "Somebody was here meanwhile",
    410: "Gone",
    411: "The length must be told",
    412: "No longer as it was",
    413: "Too large",
    415: "Not this kind of content",
    421: "Another desk",
    422: "This does not fit",
    429: "Too much at once",
    500: "A fault in On Record",
    501: "Not installed here",
    502: "The page could not be fetched",
    503: "Not just now",
    507: "No room left",
}
"""Titles of the refusals that are the desk's own."""


class Problem(Exception):
    """A refusal of the desk's own. ``name``: the kind of problem, as in ``/about#problem-NAME``."""

    def __init__(
        self, status: int, name: str, datum: str, problem: str, way_out: str, headers: dict[str, str] | None = None
    ) -> None:
        self.status, self.name, self.headers = status, name, headers or {}
        self.datum, self.problem, self.way_out = datum, problem, way_out
        self.title = _TITLES.get(status, "Problem")
        self.more: dict[str, Any] = {}
        super().__init__(f"{datum}: {problem}; {way_out}")


def of(error: OnRecordError) -> Problem:
    """An error of the ledger's, the reader's or the network's as a problem."""
    status, title = next(
        ((status, title) for kind, status, title in KINDS if isinstance(error, kind)), (500, _TITLES[500])
    )
    wait = math.ceil(max(1.0, error.again - time.time())) if isinstance(error, NotNow) else RETRY
    passing = isinstance(error, errors.NotNow | errors.LedgerBusy)
    headers = {"Retry-After": str(min(wait, 86_400))} if passing else {}
    # Where the ledger lies is for whoever runs the desk to know.
    datum = Path(error.datum).name if isinstance(error, LedgerError) else error.datum
    problem = Problem(status, name_of(type(error)), datum, error.problem, error.way_out, headers)
    problem.title = title
    if isinstance(error, Conflict):
        problem.more = {"latest": error.last, "by": error.by, "at": error.at}
    return problem


def name_of(kind: type[OnRecordError]) -> str:
    """The name of a kind of error: NotOnRecord → not-on-record."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", kind.__name__).lower()


def answer(request: Request, problem: Problem) -> Response:
    """The problem as whoever asks can read it."""
    if wants_json(request):
        body = {
            "type": f"/about#problem-{problem.name}",
            "title": problem.title,
            "status": problem.status,
            "detail": f"{problem.datum}: {problem.problem}",
            "datum": problem.datum,
            "way_out": problem.way_out,
            "instance": quote(request.scope["path"], safe="/:@!$&'()*+,;=~"),
            **problem.more,
        }
        # Whatever was given may be in it, half characters that UTF-8 cannot hold among them.
        text = clean(json.dumps(body, ensure_ascii=False, separators=(",", ":")))
        return Response(text, problem.status, {**problem.headers, "cache-control": "no-store"}, MEDIA_TYPE)
    page = request.app.state.desk.templates.page(
        request, "problem.html", status=problem.status, title=problem.title, problem=problem
    )
    page.headers.update(problem.headers)
    return page  # type: ignore[no-any-return]


def wants_json(request: Request) -> bool:
    """Whether a program asks: at the API, or for JSON and not for a page."""
    accepted = request.headers.get("accept", "")
    return request.url.path.startswith("/api/") or ("json" in accepted and "text/html" not in accepted)


def install(app: FastAPI) -> None:
    """Make every error of the app's a problem."""

    @app.exception_handler(Problem)
    def _problem(request: Request, error: Problem) -> Response:
        return answer(request, error)

    @app.exception_handler(OnRecordError)
    def _known(request: Request, error: OnRecordError) -> Response:
        problem = of(error)
        if problem.status == 500:
            log.error("%s: %s", type(error).__name__, error)
        return answer(request, problem)

    @app.exception_handler(RequestValidationError)
    def _invalid(request: Request, error: RequestValidationError) -> Response:
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if wants_json(request) and error.errors()[0]["loc"] == ("body",) and not kind.endswith("json"):
            problem = f"is {kind or 'of no kind'}, and JSON is taken here"
            told = Problem(415, "not-json", "the body", problem, "send it with Content-Type: application/json")
            return answer(request, told)
        return answer(request, _misfit(error))

    @app.exception_handler(HTTPException)
    def _http(request: Request, error: HTTPException) -> Response:
        told = {
            404: ("no-such-page", "there is no such page", "begin at / or search"),
            405: ("method-not-allowed", f"does not take {request.method}", "/api/v1/openapi.json tells what it takes"),
        }
        # Starlette raises 400 for a form, and FastAPI for a body, that cannot be taken apart.
        name, problem, way_out = told.get(
            error.status_code, ("refused", str(error.detail), "/api/v1/openapi.json tells what is expected")
        )
        made = Problem(error.status_code, name, request.url.path, problem, way_out, dict(error.headers or {}))
        return answer(request, made)

    @app.exception_handler(Exception)
    def _fault(request: Request, error: Exception) -> Response:
        if isinstance(error, OnRecordError):  # raised by what lies around the routes
            return answer(request, of(error))
        if isinstance(error, ClientDisconnect):
            return Response(status_code=408)  # nobody is there to read it
        log.exception("a fault at %s", request.url.path, exc_info=error)
        told = Problem(500, "fault", request.url.path, f"{type(error).__name__}", "please report it; the log says more")
        return answer(request, told)


def _misfit(error: RequestValidationError) -> Problem:
    """What was sent is not what the route takes: the first thing amiss, and all of them under ``errors``."""
    first = error.errors()[0]
    datum = _place(first["loc"])
    given = first.get("input")
    shown = f"{datum} {given!r}" if isinstance(given, str | int | float) else datum
    if len(shown) > SHOWN:
        shown = shown[: SHOWN - 1] + "…"
    problem = Problem(422, "invalid", shown, _amiss(first), "/api/v1/openapi.json tells what is expected")
    problem.more = {"errors": [{"at": _place(one["loc"]), "message": _amiss(one)} for one in error.errors()]}
    return problem


def _place(loc: Sequence[str | int]) -> str:
    """Where in what was sent: a parameter's name, a field of the body, or a character of it."""
    if len(loc) == 2 and loc[0] == "body" and isinstance(loc[1], int):
        return f"body, character {loc[1]}"
    return ".".join(str(part) for part in loc[1:]) or str(loc[0])


def _amiss(error: dict[str, Any]) -> str:
    """Pydantic's words for it, without their capital: they follow a colon."""
    told = "is not known here" if error["type"] == "extra_forbidden" else str(error["msg"])
    return told[:1].lower() + told[1:]
