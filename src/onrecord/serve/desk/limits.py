"""How much at once, how large and how slow: limits that every request meets."""

from __future__ import annotations

import time
from dataclasses import dataclass

import anyio
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from onrecord.serve.desk import problems
from onrecord.serve.desk.problems import Problem

BODY = 1_000_000  # bytes, where nothing is uploaded: a correction has some hundred
SLACK = 1_000_000  # bytes of an upload that are not its content: names, boundaries, JSON
UPLOADS = ("/add", "/api/v1/articles")
ORDINARY, STREAMS = 128, 64  # requests at once; streams are those that stay open to tell what happens


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds: ``idle`` for a body's next bytes, ``whole`` for all of it, ``stalled`` for the answer to be taken."""

    idle: float = 20.0
    whole: float = 300.0
    stalled: float = 60.0


class Crowd:
    """So many requests at once, and so many streams; who comes then is asked to come again."""

    def __init__(self, app: ASGIApp, ordinary: int = ORDINARY, streams: int = STREAMS) -> None:
        self._app = app
        self._most = {False: ordinary, True: streams}
        self._here = {False: 0, True: 0}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        stream = "text/event-stream" in Headers(scope=scope).get("accept", "")
        if self._here[stream] >= self._most[stream]:
            await problems.answer(Request(scope), self._full(stream=stream))(scope, receive, send)
            return
        self._here[stream] += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._here[stream] -= 1

    def _full(self, *, stream: bool) -> Problem:
        what = "streams are open" if stream else "requests are being answered"
        told = f"{self._most[stream]} {what}, the most at once"
        return Problem(503, "crowded", "this desk", told, "try again in a few seconds", {"Retry-After": "2"})


class Bodies:
    """Bodies neither larger nor slower than they may be, and readers who read.

    A body's length is looked at before it comes, where it is told, and counted while it comes in any case. A reader who
    takes nothing of an answer any more is let go: an export keeps one of the ledger's few views as long as it runs.
    """

    def __init__(self, app: ASGIApp, largest_upload: int, patience: Patience | None = None) -> None:
        self._app, self._upload, self._patience = app, largest_upload + SLACK, patience or Patience()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        most = self._most(scope)
        problem = _told(Headers(scope=scope), most)
        if problem is None:
            body = _Body(receive, send, most, self._patience)
            try:
                await self._app(scope, body.receive, body.send)
            except Exception:
                if body.problem is None:
                    raise
            problem = None if body.started else body.problem
        if problem is not None:
            await problems.answer(Request(scope), problem)(scope, receive, send)

    def _most(self, scope: Scope) -> int:
        path = scope["path"].rstrip("/")
        upload = scope["method"] == "POST" and any(path == one or path.startswith(one + "/") for one in UPLOADS)
        return self._upload if upload else min(BODY, self._upload)


class _Body:
    """One request's body as it comes, and its answer as it goes."""

    def __init__(self, receive: Receive, send: Send, most: int, patience: Patience) -> None:
        self.problem: Problem | None = None
        self.started = False  # the answer
        self._receive, self._send, self._most, self._patience = receive, send, most, patience
        self._whole, self._seen, self._until = False, 0, time.monotonic() + patience.whole

    async def receive(self) -> Message:
        """The next part. A body that may not be is cut off: for the app, whoever sent it has gone."""
        if self._whole:  # what comes now is that they go, which may take as long as it likes
            return await self._receive()
        if self.problem:
            return {"type": "http.disconnect"}
        message: Message | None = None
        with anyio.move_on_after(max(0.0, min(self._patience.idle, self._until - time.monotonic()))):
            message = await self._receive()
        if message is None:
            told = f"did not come within {self._patience.idle:.0f} s, nor all of it within {self._patience.whole:.0f} s"
            self.problem = Problem(408, "too-slow", "the body", told, "send it again", {"Connection": "close"})
            return {"type": "http.disconnect"}
        self._seen += len(message.get("body", b""))
        self._whole = not message.get("more_body", False)
        if self._seen > self._most:
            self.problem = _too_large(f"more than {self._most:,}", self._most)
            return {"type": "http.disconnect"}
        return message

    async def send(self, message: Message) -> None:
        """Part of the app's answer; what it says of a body that was cut off is not told."""
        if self.problem and not self.started:
            return
        self.started = True
        with anyio.move_on_after(self._patience.stalled) as waiting:
            await self._send(message)
        if waiting.cancelled_caught:
            raise ClientDisconnect


def _told(headers: Headers, most: int) -> Problem | None:
    """What is wrong with a body, by what is told of it before."""
    lengths = headers.getlist("content-length")
    told = lengths[0] if lengths else "0"
    if len(lengths) > 1 or not (told.isascii() and told.isdecimal()) or len(told) > 18:
        return Problem(400, "bad-length", f"Content-Length {told[:40]}", "is not one number", "send the true one")
    if lengths and "transfer-encoding" in headers:
        way_out = "send one of them"
        return Problem(400, "bad-length", "Content-Length and Transfer-Encoding", "contradict each other", way_out)
    return _too_large(f"{int(told):,}", most) if int(told) > most else None


def _too_large(told: str, most: int) -> Problem:
    way_out = (
        "put it on record with `onrecord add FILE --db LEDGER` on the machine where the ledger is, send less at once, "
        "or have the desk served with a larger `--largest-upload`"
    )
    return Problem(413, "too-large", "the body", f"{told} bytes, {most:,} are allowed here", way_out)
