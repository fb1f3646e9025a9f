"""The desk served: a socket, a server, and how both end."""

from __future__ import annotations

import asyncio
import ctypes
import errno
import logging
import os
import socket
import sys
from collections.abc import Callable
from contextlib import suppress

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from onrecord.errors import OnRecordError
from onrecord.serve.desk.access import any_good
from onrecord.serve.desk.app import create_app
from onrecord.serve.desk.logs import Redacting
from onrecord.serve.desk.settings import Settings

HEAD = 32_768  # bytes of a request's line and headers; h11 refuses more
CONNECTIONS = 512  # at once; who comes then gets 503
STOPPING = 3  # seconds for answers to end once the desk is to stop; streams do not end by themselves
_QUIET = 20.0  # seconds for a request to come, once connected
M_ARENA_MAX, ARENAS = -8, 2  # the first is glibc's number of the parameter
KEPT = 15  # seconds that a connection is kept without a request: longer than most clients keep theirs, which end it
TURN = 0.0005  # seconds
"""How long a thread that computes in Python keeps another waiting that comes back from SQLite or NumPy, as a search
does a thousand times. With Python's own 0.005, search pages on a million statements at 20 a second took 143 ms at the
95th of 100; with this, 100."""


class Patient(H11Protocol):
    """HTTP/1.1 that waits for a request only so long: uvicorn itself waits for ever for the end of its headers."""

    patience = _QUIET
    _waiting: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait."""
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Wait on, unless that was the end of a request's headers."""
        super().data_received(data)
        if self._answering():
            self._stop_waiting()
        elif self._waiting is None:
            self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no longer."""
        self._stop_waiting()
        super().connection_lost(exc)

    def _answering(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def _wait(self) -> None:
        self._waiting = self.loop.call_later(self.patience, self._give_up)

    def _stop_waiting(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

    def _give_up(self) -> None:
        self._waiting = None
        if not self._answering() and not self.transport.is_closing():
            self.transport.close()


class Server(uvicorn.Server):
    """Says when it listens; ends quietly on the signals that ask it to."""

    def __init__(self, config: uvicorn.Config, listening: Callable[[], None]) -> None:
        super().__init__(config)
        self._listening = listening

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen."""
        await super().startup(sockets)
        self._listening()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop. That streams are cut off then is what was asked for, not a fault."""
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
        await super().shutdown(sockets)


def serve(settings: Settings, *, verbose: bool = False, listening: Callable[[str], None]) -> None:
    """Serve the desk until SIGINT or SIGTERM; ``listening`` is told its address once it can be asked.

    Raises OnRecordError where that cannot be: the ledger cannot be used, the port is taken, nobody could come in.
    """
    if settings.tokens and not (settings.db.exists() and any_good(settings)):
        others = (
            f"can be reached by others at {settings.host}" if settings.for_others else "was asked for with --tokens"
        )
        raise OnRecordError(
            str(settings.db), f"holds no token that is good, and the desk {others}",
            f"make one with `onrecord token add NAME --role admin --db {settings.db}`, or add --read-only",
        )  # fmt: skip
    sys.setswitchinterval(TURN)
    _few_arenas()
    with bound(settings.host, settings.port) as listener:
        app = create_app(settings)
        logs(verbose=verbose)
        config = uvicorn.Config(
            app,
            http=Patient,
            ws="none",
            loop="asyncio",
            h11_max_incomplete_event_size=HEAD,
            limit_concurrency=CONNECTIONS,
            timeout_graceful_shutdown=STOPPING,
            timeout_keep_alive=KEPT,
            proxy_headers=settings.proxy is not None,
            forwarded_allow_ips=settings.proxy or "",
            server_header=False,
            access_log=False,
            log_config=None,
        )
        address = address_of(listener)
        with suppress(KeyboardInterrupt):  # which uvicorn raises again once all has ended
            Server(config, lambda: listening(address)).run(sockets=[listener])


def _few_arenas() -> None:
    """Have all threads share two heaps, where the C library is glibc: elsewhere this is none of its functions.

    With one for each thread, memory grew from 170 to 780 MB in five minutes of fifty requests a second, for what each
    heap keeps of its busiest moment.
    """
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, ARENAS)


def bound(host: str, port: int) -> socket.socket:
    """A socket bound to the address. Raises OnRecordError, which says why not."""
    try:
        found = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)
        # localhost is two addresses; the one that everything on the machine knows
        family, kind, protocol, _, where = min(found, key=lambda one: one[0] != socket.AF_INET)
    except (socket.gaierror, UnicodeError, OverflowError):
        raise OnRecordError(
            host, "no such address", "give --host an address of this machine, as in 127.0.0.1"
        ) from None
    listener = socket.socket(family, kind, protocol)
    try:
        if os.name == "posix":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a port just left is free
        listener.bind(where)
    except OSError as error:
        listener.close()
        raise _not_bound(host, port, error) from None
    return listener


def _not_bound(host: str, port: int, error: OSError) -> OnRecordError:
    datum = f"{host}:{port}"
    if error.errno == errno.EADDRINUSE:
        return OnRecordError(datum, "another program listens there", "choose another --port, or 0 for any that is free")
    if error.errno == errno.EACCES:
        return OnRecordError(datum, "this port is not for everybody", "choose a --port above 1023")
    if error.errno == errno.EADDRNOTAVAIL:
        return OnRecordError(datum, "this machine has no such address", "use 127.0.0.1, or one that it has")
    return OnRecordError(datum, f"cannot be listened at: {error.strerror}", "choose another --host or --port")


def address_of(listener: socket.socket) -> str:
    """Where a browser on this machine finds what listens there."""
    host, port = listener.getsockname()[:2]
    if host in ("0.0.0.0", "::"):
        host = "127.0.0.1" if host == "0.0.0.0" else "::1"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def logs(*, verbose: bool) -> None:
    """Log to stderr: faults, changes and refusals; if ``verbose`` every request."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Redacting("%(asctime)s %(levelname)s %(message)s"))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("onrecord.access").setLevel(logging.DEBUG if verbose else logging.INFO)
    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)
