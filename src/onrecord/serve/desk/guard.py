"""What stands before the desk: middlewares that every request passes, and every answer, faults and files included.

They are written to ASGI itself, and stand outside the app's own middlewares, so that whatever those answer passes too.
"""

from __future__ import annotations

import ipaddress
import re
import socket

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from onrecord.serve.desk import problems
from onrecord.serve.desk.access import COOKIE, Door
from onrecord.serve.desk.gate import SAFE, Gate
from onrecord.serve.desk.limits import Bodies, Crowd
from onrecord.serve.desk.logs import AccessLog
from onrecord.serve.desk.problems import Problem
from onrecord.serve.desk.settings import Settings

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    # Nothing is told to other sites. "no-referrer" would say less still, but makes browsers send `Origin: null` with
    # the desk's own forms, which is what tells them from those of other sites where there is no https.
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "x-frame-options": "DENY",
}


def guarded(app: ASGIApp, settings: Settings, door: Door) -> ASGIApp:
    """The app behind all of them: the last named here is the first that a request meets."""
    asked: ASGIApp = Gate(app, settings, door)
    asked = Bodies(asked, settings.largest_upload)
    asked = SameOrigin(asked)
    asked = RightHost(asked, settings)
    asked = Crowd(asked)
    asked = Hardened(asked)
    asked = AccessLog(asked)

    async def guarding(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await asked(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})  # there are none
        else:
            await app(scope, receive, send)

    return guarding


class Hardened:
    """Puts the security headers on every answer, over what the app says of the same."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""

        async def hardened(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(HEADERS)
                if message["status"] >= 400:
                    headers.setdefault("cache-control", "no-store")
            await send(message)

        await self._app(scope, receive, hardened)


class RightHost:
    """Answers only to the desk's own names, against DNS rebinding.

    A page of another site can have its own name point to this machine; its scripts then may read what the desk answers.
    The browser sends that name as ``Host``. Where tokens are needed any name will do if none is given: such a page has
    no cookie for it, and so no session.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._names = {name.lower() for name in (*settings.host_names, settings.host)} | {"localhost"}
        self._for_others, self._any = settings.for_others, settings.tokens and not settings.host_names
        if settings.for_others:
            own = socket.gethostname().lower()
            self._names |= {own, f"{own}.local"}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        problem = self._problem(Headers(scope=scope).getlist("host"))
        await _or_problem(self._app, problem)(scope, receive, send)

    def _problem(self, hosts: list[str]) -> Problem | None:
        found = _HOST.fullmatch(hosts[0]) if len(hosts) == 1 else None
        if found is None:
            shown = ", ".join(hosts)[:100] or "Host"
            return Problem(400, "bad-host", shown, "is not the one name of a host", "ask for the desk by its address")
        name = found["name"].lower()
        if self._any or name in self._names or self._may_be_address(name):
            return None
        return Problem(
            421, "wrong-host", name[:100], "is no name of this desk",
            "ask for it by its address, or have it served with `--host-name`",
        )  # fmt: skip

    def _may_be_address(self, name: str) -> bool:
        """Whether it is an address by number: no name that could be made to point here. Alone, only this machine's."""
        try:
            address = ipaddress.ip_address(name.strip("[]"))
        except ValueError:
            return False
        return self._for_others or address.is_loopback


_HOST = re.compile(r"(?P<name>\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9._-]{1,253})(?::\d{1,5})?")


class SameOrigin:
    """Refuses what pages of other sites make a browser send, as Go's ``http.CrossOriginProtection`` does.

    Browsers since 2023 tell in ``Sec-Fetch-Site`` where a request comes from, if the desk's address is https or this
    machine; all since 2020 send ``Origin`` with every POST. What has neither does not come from a page, unless it bears
    the cookie: programs show a token.

    Other sites may link to pages, and not make them part of their own, nor ask for them from scripts: how long a search
    takes would tell what is in the ledger.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        headers = Headers(scope=scope)
        safe = scope["method"] in SAFE
        allowed = _may_look(headers, scope["method"]) if safe else _may_change(headers, Request(scope).cookies)
        problem = None
        if not allowed:
            come = headers.get("origin", "another site")[:100]
            way_out = "open the desk itself and do it there; programs send no Origin"
            problem = Problem(403, "cross-origin", come, f"may not make a browser send {scope['method']} here", way_out)
        await _or_problem(self._app, problem)(scope, receive, send)


def _may_look(headers: Headers, method: str) -> bool:
    if headers.get("sec-fetch-site", "none") in ("same-origin", "none"):
        return True
    followed = headers.get("sec-fetch-mode") == "navigate" and headers.get("sec-fetch-dest") == "document"
    return followed and method == "GET"


def _may_change(headers: Headers, cookies: dict[str, str]) -> bool:
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = headers.get("origin")
    if origin is None:
        return COOKIE not in cookies or "authorization" in headers
    scheme, _, name = origin.lower().partition("://")
    usual = {"http": ":80", "https": ":443"}.get(scheme)  # None: "null", as a page in a sandbox has it
    host = headers.get("host", "").lower()
    return usual is not None and name.removesuffix(usual) == host.removesuffix(usual)


def _or_problem(app: ASGIApp, problem: Problem | None) -> ASGIApp:
    """The app, or the problem where there is one."""
    if problem is None:
        return app

    async def refused(scope: Scope, receive: Receive, send: Send) -> None:
        await problems.answer(Request(scope), problem)(scope, receive, send)

    return refused
