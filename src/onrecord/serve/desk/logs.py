"""What the desk tells about its work: no questions, no bodies, nothing that would let anybody in."""

from __future__ import annotations

import logging
import re
import time
from urllib.parse import quote

from starlette.types import ASGIApp, Message, Receive, Scope, Send

access = logging.getLogger("onrecord.access")

_SECRET = re.compile(r"\b(onrecord|session)_[A-Za-z0-9_-]{20,}")
_LONGEST = 200  # characters of a path


def redacted(text: str) -> str:
    """The text without tokens and session ids, wherever they came into it."""
    return _SECRET.sub(r"\1_…", text)


class Redacting(logging.Formatter):
    """Formats a record, its traceback included, and takes secrets out of the whole."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as it is shown."""
        return redacted(super().format(record))


class AccessLog:
    """One line a request: who, what and how it ended; of the address only the path.

    Reading goes to level DEBUG, changes and refusals to INFO. What the app did not catch, but answered, ends here: it
    has been logged.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        began, status, done = time.perf_counter(), 0, False

        async def heard(message: Message) -> None:
            nonlocal status, done
            if message["type"] == "http.response.start":
                status = message["status"]
            done = message["type"] == "http.response.body" and not message.get("more_body", False)
            await send(message)

        try:
            await self._app(scope, receive, heard)
        except Exception:
            if not done:
                raise  # the server cuts the connection, so that nobody takes half an answer for the whole
        finally:
            _tell(scope, status, time.perf_counter() - began)


def _tell(scope: Scope, status: int, seconds: float) -> None:
    read = scope["method"] in ("GET", "HEAD", "OPTIONS") and (status < 400 or status == 404)
    level = logging.DEBUG if read else logging.INFO
    if not access.isEnabledFor(level):
        return
    who = getattr(scope.get("state", {}).get("identity"), "name", "-")
    client = (scope.get("client") or ("-",))[0]
    path = redacted(quote(scope["path"], safe="/:@!$&'()*+,;=~"))[:_LONGEST]  # no line breaks, no escapes
    access.log(level, "%s %r %s %s %d %.0f ms", client, who, scope["method"], path, status, seconds * 1000)
