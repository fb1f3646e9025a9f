"""ETags (RFC 9110, 8.8.3): an answer stays the same until the ledger changes, or who asks."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from onrecord.version import __version__

KEPT = "private, no-cache"  # kept by the browser, asked about each time
ENDLESS = ("/api/v1/exports/", "/api/v1/jobs/", "/search.csv")  # long answers: HEAD would make them to throw them away
_ASKED = ("cookie", "authorization", "hx-request", "hx-target", "accept")


class Conditional:
    """Answers 304 to one who has the present state of a page already, without making it. HEAD is answered like GET.

    The tag is made before the answer: what is written in between gives an older tag to a newer answer, never the other
    way round.
    """

    def __init__(self, app: ASGIApp, stamp: Callable[[], str]) -> None:
        self._app, self._stamp = app, stamp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD") or scope["path"].startswith("/static/"):
            await self._app(scope, receive, send)
            return
        if scope["method"] == "HEAD" and not scope["path"].startswith(ENDLESS):
            scope = {**scope, "method": "GET"}  # the server, which knows what was asked, leaves the body out
        asked = Headers(scope=scope)
        tag = self._tag(scope, asked)
        if tag in asked.get("if-none-match", ""):
            # It was given with a whole answer to the same question, by the same person, in the same state.
            await Response(status_code=304, headers={"etag": tag, "cache-control": KEPT})(scope, receive, send)
            return

        async def tagged(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] == 200:
                headers = MutableHeaders(scope=message)
                if "etag" not in headers and "cache-control" not in headers:
                    headers["etag"] = tag
                    headers["cache-control"] = KEPT
                    headers.add_vary_header(", ".join(_ASKED))
            await send(message)

        await self._app(scope, receive, tagged)

    def _tag(self, scope: Scope, asked: Headers) -> str:
        who = [asked.get(name, "") for name in _ASKED]
        today = datetime.now(UTC).date().isoformat()
        parts = (__version__, self._stamp(), scope["path"], scope["query_string"].decode("latin-1"), today, *who)
        return f'W/"{hashlib.blake2b(chr(0).join(parts).encode(), digest_size=12).hexdigest()}"'
