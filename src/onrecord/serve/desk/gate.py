"""The gate: to whoever has not been let in, only the sign-in page, the files of pages and the health are open."""

from __future__ import annotations

import math
from urllib.parse import quote, urlencode, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from onrecord.errors import LedgerError
from onrecord.serve.desk import problems
from onrecord.serve.desk.access import Door, Identity
from onrecord.serve.desk.problems import Problem, wants_json
from onrecord.serve.desk.rates import Rates
from onrecord.serve.desk.settings import Settings

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
"""Methods that change nothing."""
_SIGNING = frozenset({"/signing/in", "/signing/out"})
_HEALTH = "/api/v1/health"  # for whoever watches over servers: that it answers, and its version


class Gate:
    """Finds out who asks, before anything of the body is read, and refuses what nobody may do now.

    It guards whatever is not named as open, so that a route that forgot to ask is not open either. What a role may do
    is asked by each route (``access.AsReviewer``).
    """

    def __init__(self, app: ASGIApp, settings: Settings, door: Door) -> None:
        self._app, self._settings, self._door = app, settings, door
        self._changes = Rates(settings.changes_a_minute)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if _is_open(scope["path"], scope["method"]):
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        try:
            found = await self._identity(request)
            request.state.identity = found
            if request.method not in SAFE:
                self._may_change(request, found)
        except (Problem, LedgerError) as error:
            problem = error if isinstance(error, Problem) else problems.of(error)
            await _refusal(request, problem)(scope, receive, send)
            return
        await self._app(scope, receive, send)

    async def _identity(self, request: Request) -> Identity:
        asked = (request.headers, request.cookies, request.client.host if request.client else "nowhere")
        if not self._settings.tokens:
            return self._door.known(*asked)
        return await run_in_threadpool(self._door.known, *asked)  # the ledger is asked

    def _may_change(self, request: Request, found: Identity) -> None:
        if self._settings.read_only:
            raise Problem(
                403, "read-only", f"{request.method} {request.url.path}"[:200], "this desk is only read",
                "have it served without `--read-only`, or correct a ledger of your own",
            )  # fmt: skip
        if wait := self._changes.take(str(found.token)):
            most = self._settings.changes_a_minute
            again = math.ceil(wait)
            raise Problem(
                429, "too-many-changes", found.name, f"has made {most:,} changes within a minute, the most allowed",
                f"go on in {again} s", {"Retry-After": str(again)},
            )  # fmt: skip


def _is_open(path: str, method: str) -> bool:
    return path in _SIGNING or (method in SAFE and (path == _HEALTH or path.startswith("/static/")))


def _refusal(request: Request, problem: Problem) -> Response:
    """The problem; or the way to the sign-in page, for a person who wants to look."""
    if problem.status != 401 or wants_json(request):
        return problems.answer(request, problem)
    part = "hx-request" in request.headers
    next_ = _behind(request.headers.get("hx-current-url", "")) if part else _asked(request.scope)
    sign_in = "/signing/in" + (f"?{urlencode({'next': next_})}" if local(next_) == next_ != "/" else "")
    if not part and request.method in ("GET", "HEAD") and "text/html" in request.headers.get("accept", ""):
        return RedirectResponse(sign_in, 303, {"cache-control": "no-store"})
    answer = problems.answer(request, problem)
    if part:
        answer.headers["HX-Redirect"] = sign_in  # else the sign-in page would come into the page
    return answer


def _asked(scope: Scope) -> str:
    query = scope["query_string"].decode("latin-1")
    return quote(scope["path"], safe="/:@!$&'()*+,;=~") + (f"?{query}" if query else "")


def _behind(address: str) -> str:
    """What of an address follows its host."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return "/"
    return parts.path + (f"?{parts.query}" if parts.query else "")


def local(address: str) -> str:
    """The address, if it is a path of the desk's; else the front page. No way out to other sites."""
    bad = any(char <= " " or char == "\\" or char == "\x7f" for char in address)
    if bad or not address.startswith("/") or address.startswith(("//", "/signing/")) or len(address) > 2000:
        return "/"
    return address
