"""``POST /api/v1/articles`` puts articles on record; ``/api/v1/jobs`` tells how far that has come.

Reading takes from a second to hours. A request waits for it as long as it says, and is answered with the job if that is
not over by then.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, StreamingResponse

from onrecord.serve.desk.access import AsReader, AsReviewer, Identity
from onrecord.serve.desk.api.answers import ROOT, refused
from onrecord.serve.desk.problems import Problem
from onrecord.serve.desk.progress import job_json
from onrecord.serve.desk.state import AtDesk
from onrecord.serve.desk.upload import sources_of_body
from onrecord.serve.desk.working import Working, life, working
from onrecord.store.jobs import Job

router = APIRouter(prefix=ROOT, lifespan=life)

LONGEST_WAIT = 60  # seconds; proxies give up after 60 as a rule
LOOK = 0.1  # seconds between two looks at a job that somebody waits for
STREAMS = 20  # at once
STREAM = 60.0  # seconds, after which a stream ends and is asked for anew: so a desk that is to end soon does
HEARTBEAT = 10.0  # seconds without news after which a stream gives a sign of life

AtWork = Annotated[Working, Depends(working)]


class Unread(BaseModel):
    """An input that could not be read."""

    name: str
    problem: str
    way_out: str


class JobTold(BaseModel):
    """A job, and what has come of it so far."""

    job: str = Field(description="Its id.")
    title: str = Field(description="An address, a file's name, a title.")
    by: str = Field(description="Who asked for it.")
    state: str = Field(description="queued, running, cancelling, done, failed or cancelled.")
    asked: str = Field(description="When, UTC.")
    began: str | None
    ended: str | None
    ahead: int = Field(description="How many jobs come before it.")
    done: int = Field(description="Inputs dealt with.")
    outcomes: dict[str, int] = Field(description="Articles by what became of them: added, changed, unchanged …")
    failed: int = Field(description="Inputs that could not be read.")
    statements: int
    articles: list[str] = Field(description="Ids of the articles, 200 at most.")
    problems: list[Unread] = Field(description="What could not be read, 200 at most.")
    message: str | None = Field(description="Why it failed as a whole.")


class JobsTold(BaseModel):
    """The jobs asked for last, the last first."""

    jobs: list[JobTold]


EXAMPLE: dict[str, Any] = {
    "job": "Qm7x2LkPz0aB", "title": "Minister calls crossing safe", "by": "Ines Vold", "state": "done",
    "asked": "2031-04-03T09:12:41Z", "began": "2031-04-03T09:12:41Z", "ended": "2031-04-03T09:12:42Z", "ahead": 0,
    "done": 1, "outcomes": {"added": 1}, "failed": 0, "statements": 7, "articles": ["northreach-2031-04-02"],
    "problems": [], "message": None,
}  # fmt: skip

_ARTICLE = {
    "type": "object",
    "description": "One article, by its text, its HTML or its address; or a list of such; or records.",
    "anyOf": [{"required": [one]} for one in ("text", "html", "url")],
    "properties": {
        "text": {"type": "string", "description": "Paragraphs parted by a blank line."},
        "html": {"type": "string", "description": "The page."},
        "url": {"type": "string", "description": "Its address; fetched where neither text nor HTML is given."},
        "title": {"type": "string"},
        "byline": {"type": "string"},
        "outlet": {"type": "string"},
        "published": {"type": "string", "description": "ISO 8601, at the precision that is known."},
        "id": {"type": "string", "description": "What you call it; it then goes by that."},
    },
}
_BODY = {
    "required": True,
    "content": {
        "application/json": {
            "schema": _ARTICLE,
            "examples": {
                "text": {
                    "summary": "A text",
                    "value": {
                        "text": "NORTHREACH, April 2 — “The crossing is safe,” Transport Minister Mara Holm said.",
                        "title": "Minister calls crossing safe",
                        "outlet": "Northreach Post",
                        "published": "2031-04-02",
                    },
                },
                "url": {"summary": "An address", "value": {"url": "https://post.example/crossing"}},
            },
        },
        "text/html": {"schema": {"type": "string"}},
        "text/plain": {"schema": {"type": "string"}},
        "application/x-ndjson": {"schema": {"type": "string", "description": "One object a line."}},
        "application/zip": {"schema": {"type": "string", "format": "binary"}},
        "application/warc": {"schema": {"type": "string", "format": "binary"}},
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "properties": {
                    "url": {"type": "string"},
                    "text": {"type": "string"},
                    "files": {"type": "array", "items": {"type": "string", "format": "binary"}},
                },
            }
        },
    },
}
_JOB = {"model": JobTold, "content": {"application/json": {"example": EXAMPLE}}}


@router.post(
    "/articles",
    tags=["articles"],
    operation_id="addArticles",
    summary="Put articles on record",
    openapi_extra={"requestBody": _BODY},
    status_code=201,
    responses={
        200: {"description": "All of it was there already.", **_JOB},
        201: {"description": "On record; Location leads to the article, or to the job where there are many.", **_JOB},
        202: {"description": "Not over yet; Location leads to the job.", **_JOB},
        **refused(400, 403, 413, 415, 422, 429, 503),
    },
)
async def add(
    request: Request,
    desk: AtDesk,
    at_work: AtWork,
    me: AsReviewer,
    wait: Annotated[int, Query(ge=0, le=LONGEST_WAIT, description="Seconds to wait for the end; 0: not at all.")] = 20,
) -> Response:
    """Send one article as JSON, HTML or text, or many: JSON Lines, a zip archive, a web archive (WARC), CSV, a feed.

    What is known of an article that is sent as text or HTML goes into the address: `?published=2031-04-02&outlet=…`;
    `name` is the name of a file, whose ending tells what it is.
    """
    await run_in_threadpool(at_work.require_room)
    sources = await sources_of_body(request, at_work.inbox, desk.settings.largest_upload)
    files = [one.file for one in sources if one.file]
    try:
        job = await run_in_threadpool(at_work.queue, sources, me.name)
    except BaseException:
        at_work.inbox.remove(files)
        raise
    until = time.monotonic() + wait
    ahead = 0
    while not job.over and time.monotonic() < until:
        await asyncio.sleep(LOOK)
        job, ahead = await run_in_threadpool(at_work.job, job.id)
    return _answer(job, ahead)


def _answer(job: Job, ahead: int) -> Response:
    told = job_json(job, ahead)
    where = f"{ROOT}/jobs/{job.id}"
    if not job.over:
        return JSONResponse(told, 202, {"location": where, "retry-after": "2"})
    if job.state == "failed":
        raise _problem(503, "job-failed", job, told["message"] or "it failed", "try again later", told)
    if told["failed"] and not told["outcomes"]:
        first = told["problems"][0]
        if told["failed"] == 1:
            raise _problem(422, "not-read", job, first["problem"], first["way_out"], told, first["name"])
        summary = f"none of {told['failed']:,} articles could be read; the first: {first['name']}: {first['problem']}"
        raise _problem(422, "not-read", job, summary, first["way_out"], told)
    if len(told["articles"]) == 1:
        where = f"{ROOT}/articles/{quote(told['articles'][0], safe='')}"
    new = any(count for outcome, count in told["outcomes"].items() if outcome != "unchanged")
    return JSONResponse(told, 201 if new else 200, {"location": where})


def _problem(  # noqa: PLR0913 - a problem's parts
    status: int, name: str, job: Job, problem: str, way_out: str, told: dict[str, Any], datum: str | None = None
) -> Problem:
    made = Problem(status, name, datum or job.title, problem, way_out)
    made.more = {"job": job.id, "problems": told["problems"]}
    return made


@router.get(
    "/jobs",
    tags=["jobs"],
    operation_id="jobs",
    summary="List jobs",
    response_model=None,
    responses={
        200: {
            "description": "Here they are.",
            "model": JobsTold,
            "content": {"application/json": {"example": {"jobs": [EXAMPLE]}}},
        },
        **refused(503),
    },
)
def jobs(at_work: AtWork, me: AsReader) -> Response:
    """The 200 jobs asked for last, the last first."""
    return JSONResponse({"jobs": [job_json(one) for one in at_work.recent()]})


@router.get(
    "/jobs/{job}",
    tags=["jobs"],
    operation_id="job",
    summary="How far a job has come",
    response_model=None,
    responses={200: {"description": "Here it is.", **_JOB}, **refused(404, 503)},
)
def job(at_work: AtWork, me: AsReader, job: str) -> Response:
    """Its state, and what has come of it so far."""
    return JSONResponse(job_json(*at_work.job(job)))


@router.post(
    "/jobs/{job}/cancel",
    tags=["jobs"],
    operation_id="cancelJob",
    summary="Stop a job",
    response_model=None,
    responses={200: {"description": "It stops; what was read stays.", **_JOB}, **refused(403, 404, 429, 503)},
)
def cancel(at_work: AtWork, me: AsReviewer, job: str) -> Response:
    """Whoever asked for it may, and admins. A job that is over is left as it is."""
    require_own(at_work.job(job)[0], me)
    return JSONResponse(job_json(at_work.cancel(job)))


def require_own(job: Job, me: Identity) -> None:
    """Raise Problem (403) unless they asked for the job, or are an admin."""
    if job.by != me.name and not me.may("admin"):
        problem = f"was asked for by {job.by}; {me.name} may not stop it"
        raise Problem(403, "not-allowed", f"job {job.id}", problem, "ask them, or an admin")


@router.get(
    "/jobs/{job}/events",
    tags=["jobs"],
    operation_id="jobEvents",
    summary="Watch a job",
    response_class=StreamingResponse,
    responses={
        200: {
            "description": "Server-sent events: `progress` with the job, `over` at its end. The stream ends after a"
            " minute in any case; browsers then ask for it anew.",
            "content": {"text/event-stream": {"schema": {"type": "string"}}},
        },
        **refused(404, 503),
    },
)
async def events(request: Request, at_work: AtWork, me: AsReader, job: str) -> Response:
    """What has come of a job, each time that there is something new."""
    await run_in_threadpool(at_work.job, job)
    if at_work.streams >= STREAMS:
        told = f"{STREAMS} are open, the most at once"
        raise Problem(503, "crowded", "streams of jobs", told, f"ask for {ROOT}/jobs/{job}", {"Retry-After": "10"})
    headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
    return StreamingResponse(_events(at_work, job), media_type="text/event-stream", headers=headers)


async def _events(at_work: Working, key: str) -> AsyncIterator[str]:
    at_work.streams += 1
    try:
        yield "retry: 1000\n\n"
        began = said = time.monotonic()
        last = ""
        while time.monotonic() - began < STREAM:
            try:
                job, ahead = await run_in_threadpool(at_work.job, key)
            except Exception:  # it is forgotten, or the ledger is gone: whoever asks anew is told
                return
            told = json.dumps(job_json(job, ahead))
            if told != last:
                last, said = told, time.monotonic()
                yield f"id: {job.state}-{job.done}\nevent: {'over' if job.over else 'progress'}\ndata: {told}\n\n"
            if job.over:
                return
            if time.monotonic() - said > HEARTBEAT:
                said = time.monotonic()
                yield ": still there\n\n"
            await asyncio.sleep(2 * LOOK)
    finally:
        at_work.streams -= 1
