"""Signing in with a token, and out."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.responses import RedirectResponse

from onrecord.serve.desk.access import COOKIE, SESSION, Door, Identity
from onrecord.serve.desk.gate import local
from onrecord.serve.desk.problems import Problem
from onrecord.serve.desk.state import AtDesk, Desk

router = APIRouter(include_in_schema=False)

_UNKEPT = {"cache-control": "no-store"}


@router.get("/signing/in")
async def sign_in_page(request: Request, desk: AtDesk, next: str = "/") -> Response:
    """The sign-in page; to whoever is signed in, their name and the way on."""
    me, refused = await _known(request)
    request.state.identity = me
    if COOKIE not in request.cookies:
        refused = None  # nothing was shown, so nothing need be said
    return _page(request, desk, refused, next_=next)


@router.post("/signing/in")
async def sign_in(
    request: Request, desk: AtDesk, token: Annotated[str, Form()] = "", next: Annotated[str, Form()] = "/"
) -> Response:
    """Give whoever shows a good token a session."""
    door: Door = request.app.state.door
    if not desk.settings.tokens:
        return RedirectResponse(local(next), 303)
    address = request.client.host if request.client else "nowhere"
    try:
        session = await run_in_threadpool(door.sign_in, token, address)
    except Problem as refused:
        return _page(request, desk, refused, next_=next)
    request.state.identity = await run_in_threadpool(door.known, Headers(), {COOKIE: session}, address)  # for the log
    await run_in_threadpool(door.sign_out, request.cookies.get(COOKIE, ""))  # the one before, if any
    answer = RedirectResponse(local(next), 303, _UNKEPT)
    secure = request.url.scheme == "https"
    answer.set_cookie(COOKIE, session, SESSION, path="/", secure=secure, httponly=True, samesite="strict")
    return answer


@router.get("/signing/out")
async def sign_out_page(request: Request, desk: AtDesk) -> Response:
    """A button: links change nothing."""
    me, _ = await _known(request)
    if me is None:
        return RedirectResponse("/signing/in", 303, _UNKEPT)
    request.state.identity = me
    return _answer(desk, request, out=True, refused=None, next_="/")


@router.post("/signing/out")
async def sign_out(request: Request) -> Response:
    """End the session."""
    await run_in_threadpool(request.app.state.door.sign_out, request.cookies.get(COOKIE, ""))
    answer = RedirectResponse("/signing/in", 303, _UNKEPT | {"clear-site-data": '"cache"'})
    answer.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict")
    return answer


async def _known(request: Request) -> tuple[Identity | None, Problem | None]:
    address = request.client.host if request.client else "nowhere"
    try:
        return await run_in_threadpool(request.app.state.door.known, request.headers, request.cookies, address), None
    except Problem as refused:
        return None, refused


def _page(request: Request, desk: Desk, refused: Problem | None, *, next_: str) -> Response:
    return _answer(desk, request, out=False, refused=refused, next_=local(next_))


def _answer(desk: Desk, request: Request, *, out: bool, refused: Problem | None, next_: str) -> Response:
    failed = refused is not None and request.method == "POST"
    status, told = (refused.status, refused.headers) if refused and failed else (200, {})
    page = desk.templates.page(request, "signing.html", status=status, out=out, refused=refused, next=next_)
    page.headers.update(_UNKEPT | told)
    return page
