"""Adding articles: the form, and the pages that tell what became of what was handed in."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse

from onrecord.errors import OnRecordError
from onrecord.serve.desk import problems
from onrecord.serve.desk.access import AsReader, AsReviewer
from onrecord.serve.desk.api.jobs import require_own
from onrecord.serve.desk.problems import Problem
from onrecord.serve.desk.progress import OUTCOMES, job_json
from onrecord.serve.desk.state import AtDesk, Desk
from onrecord.serve.desk.upload import Handed, form, sources_of_form
from onrecord.serve.desk.working import Working, working
from onrecord.store.jobs import Job

router = APIRouter(include_in_schema=False)

SHOWN_AGAIN = 200_000  # bytes of a pasted text that are given back with the form where it was refused

AtWork = Annotated[Working, Depends(working)]


@router.get("/add")
def adding(request: Request, desk: AtDesk, me: AsReviewer) -> Response:
    """The form, on a page of its own."""
    return desk.templates.page(request, "add.html", problem=None, given={})


@router.post("/add")
async def add(request: Request, desk: AtDesk, at_work: AtWork, me: AsReviewer) -> Response:
    """Have read what the form holds, and lead to where that is told."""
    handed = Handed()
    try:
        handed = await form(request, at_work.inbox, desk.settings.largest_upload)
        job = await run_in_threadpool(at_work.queue, sources_of_form(handed), me.name)
    except (Problem, OnRecordError) as error:
        given = await run_in_threadpool(_again, at_work, handed)
        return _refused(request, desk, error, given)
    return RedirectResponse(f"/jobs/{job.id}", 303)


def _again(at_work: Working, handed: Handed) -> dict[str, str]:
    """What was handed in, for the form to show again; files have to be chosen anew."""
    given = dict(handed.fields)
    for where, filename, file, size in handed.files:
        if where == "text" and not filename and size <= SHOWN_AGAIN:
            given["text"] = at_work.inbox.path(file).read_text(encoding="utf-8", errors="replace")
    at_work.inbox.remove(handed.names())
    return given


def _refused(request: Request, desk: Desk, error: Problem | OnRecordError, given: dict[str, str]) -> Response:
    problem = error if isinstance(error, Problem) else problems.of(error)
    page = desk.templates.page(request, "add.html", status=problem.status, problem=problem, given=given)
    page.headers.update(problem.headers)
    return page


@router.get("/jobs")
def jobs(request: Request, desk: AtDesk, at_work: AtWork, me: AsReader) -> Response:
    """The jobs asked for last."""
    found = [_shown(one) for one in at_work.recent()]
    return desk.templates.page(request, "jobs.html", jobs=found)


@router.get("/jobs/{job}")
def job(request: Request, desk: AtDesk, at_work: AtWork, me: AsReader, job: str, part: bool = False) -> Response:
    """How far one has come; ``part``: what changes of it, for the script."""
    found, ahead = at_work.job(job)
    may_stop = me.may("admin") or (me.may("reviewer") and me.name == found.by)
    name = "_job.html" if part else "job.html"
    return desk.templates.page(request, name, job=_shown(found, ahead), may_stop=may_stop)


@router.post("/jobs/{job}/cancel")
def cancel(request: Request, at_work: AtWork, me: AsReviewer, job: str) -> Response:
    """Stop one."""
    require_own(at_work.job(job)[0], me)
    at_work.cancel(job)
    return RedirectResponse(f"/jobs/{job}", 303)


def _shown(job: Job, ahead: int = 0) -> dict[str, Any]:
    """A job as the templates take it."""
    told = job_json(job, ahead)
    outcomes = [(told["outcomes"][name], words) for name, words in OUTCOMES.items() if told["outcomes"].get(name)]
    read = sum(count for count, _ in outcomes)
    return {
        **told,
        "over": job.over,
        "read": read,
        "summary": outcomes,
        "articles": list(job.told.get("articles", [])),
        "address": len(job.work["sources"]) == 1 and "url" in job.work["sources"][0],
    }
