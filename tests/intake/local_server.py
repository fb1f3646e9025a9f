"""A server on 127.0.0.1 that answers as it is told, and a clock that only moves when somebody sleeps."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

START = 1_933_000_000.0  # seconds since 1970: some day in April 2031


@dataclass(frozen=True)
class Reply:
    """``drip``: seconds between two bytes of the body, or, with ``drip_head``, of the headers."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    drip: float = 0.0
    drip_head: bool = False


Answering = Reply | Callable[[dict[str, str]], Reply]


def versioned(
    body: bytes, etag: str = '"v1"', modified: str = "Wed, 02 Apr 2031 09:30:00 GMT", **headers: str
) -> Answering:
    """A page that answers 304 to whoever names its ETag, or its date where no ETag is named (RFC 9110 §13.2.2)."""

    def answer(asked: dict[str, str]) -> Reply:
        same = (
            asked["If-None-Match"] == etag if "If-None-Match" in asked else asked.get("If-Modified-Since") == modified
        )
        validators = {"ETag": etag, "Last-Modified": modified}
        return Reply(304, b"", validators) if same else Reply(200, body, validators | headers)

    return answer


class LocalServer:
    """``replies`` by path, one or a list to be used up, whose last stays; 404 for the rest."""

    def __init__(self, replies: dict[str, Answering | list[Answering]] | None = None) -> None:
        self.replies = replies or {}
        self.requests: list[tuple[str, dict[str, str]]] = []  # path and headers of each, robots.txt included
        self._stopping = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._server.handle_error = lambda *arguments: None  # type: ignore[method-assign]  # hanging up is expected
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.005,), daemon=True)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._stopping.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def paths(self) -> list[str]:
        """The paths asked for, in order, without robots.txt."""
        return [path for path, _ in self.requests if path != "/robots.txt"]

    def _reply(self, path: str, headers: dict[str, str]) -> Reply:
        found = self.replies.get(path, Reply(404))
        if isinstance(found, list):
            found = found.pop(0) if len(found) > 1 else found[0]
        return found if isinstance(found, Reply) else found(headers)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                headers = dict(self.headers)
                server.requests.append((self.path, headers))
                reply = server._reply(self.path, headers)
                if reply.drip_head:
                    return server._drip(self.wfile, b"HTTP/1.1 200 OK\r\nX-Drip: " + b"a" * 9000, reply.drip)
                self.send_response(reply.status)
                for name, value in ({"Content-Length": str(len(reply.body))} | reply.headers).items():
                    self.send_header(name, value)
                self.end_headers()
                return server._drip(self.wfile, reply.body, reply.drip)

            def log_message(self, *arguments: Any) -> None:
                pass

        return Handler

    def _drip(self, out: Any, data: bytes, pause: float) -> None:
        if not pause:
            out.write(data)
            return
        for byte in data:
            out.write(bytes([byte]))
            out.flush()
            if self._stopping.wait(pause):
                return


@dataclass
class Clock:
    """Stands in for ``time.time`` and ``time.sleep``; ``slept`` keeps each pause, in seconds."""

    now: float = START
    slept: list[float] = field(default_factory=list)

    def time(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        assert seconds >= 0
        self.slept.append(seconds)
        self.now += seconds


def http_date(moment: float) -> str:
    """A moment, in seconds since 1970, as HTTP writes it."""
    return time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(moment))
